"""The words of the page Reports, and the slip beside it."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from counterfoil.domain.money import format_cents
from counterfoil.domain.report import Days, Figures, Report, ReportRow
from counterfoil.domain.slip import Align, Gap, Pair, Rule, Slip, SlipKind, SlipLine, Text
from counterfoil.domain.tender import TenderKind
from counterfoil.domain.till import TillProfile
from counterfoil.presentation.reports_screen import PeriodChoice
from counterfoil.presentation.words import reports
from counterfoil.presentation.words.shifts import TENDERS
from counterfoil.presentation.words.slips import shop_head
from counterfoil.presentation.words.speaking import SpokenTable, say, speak_constants

TITLE = "Reports"
PERIODS: Mapping[PeriodChoice, str] = SpokenTable(
    {
        PeriodChoice.TODAY: "Today",
        PeriodChoice.YESTERDAY: "Yesterday",
        PeriodChoice.WEEK: "This week",
        PeriodChoice.MONTH: "This month",
        PeriodChoice.YEAR: "This year",
        PeriodChoice.OTHER: "Other days",
    }
)
FIRST_DAY = "First day"
LAST_DAY = "Last day"
DAY_EXAMPLE = "2026-11-30"
NOT_A_DAY = "Type year, month and day, such as 2026-11-30 or 20261130."
DAYS_TURNED = "The last day is before the first."
SHOW = "Show the report"
SHOW_AGAIN = "Read again"
READING = "Reading the journal…"
NOT_SHOWN = "What was taken is only for who may see it. A supervisor can let you."
CHOOSE = "Choose a report and its days."
CSV = "Save as CSV"
PDF = "Save as PDF"
CHART = "Chart: {title}. {bars}."
TABLE = "Table of the report"
FROM_ROWS = "These are the sums of the rows as they are stored."


def reading(share: float) -> str:
    """Say how far the journal was gone through."""
    return f"{say(READING)} {int(share * 100)} %"


def status(days: Days | None) -> str:
    """Say in the line at the window's foot what is shown."""
    return say(CHOOSE) if days is None else f"{say(TITLE)}: {reports.period(days)}."


def saved(path: str) -> str:
    """Say where a report was written."""
    return say("Saved: {path}", path=path)


def not_saved(why: str | None) -> str:
    """Say that a report could not be written, in the system's own words."""
    return say("Not saved: {why}", why=why or say("the file cannot be written"))


def chart(title: str, bars: str) -> str:
    """Describe a chart for who cannot see it."""
    return say(CHART).format(title=title, bars=bars)


def summary(profile: TillProfile, report: Report | None, at: datetime) -> Slip:
    """Return the slip beside the page: what the whole report adds up to."""
    lines: list[SlipLine] = [
        *shop_head(profile),
        Gap(),
        Text(say(TITLE).upper(), Align.CENTRE, is_bold=True),
        Pair(profile.till_name, f"{at.astimezone():%Y-%m-%d %H:%M}"),
        Rule(),
    ]
    if report is not None:
        lines += [Text(say(reports.TITLES[report.kind]), is_bold=True)]
        lines += [Text(reports.period(report.days)), Gap()]
        for total in report.totals:
            lines += [*_summed(total), Gap()]
        lines += [Text(note) for note in (*reports.notes_of(report), say(FROM_ROWS))]
    return Slip(kind=SlipKind.DRAFT, lines=tuple(lines))


def _summed(total: ReportRow) -> Iterator[SlipLine]:
    figures, currency = total.figures, total.currency
    yield _line(say("Taken"), figures.sales, figures.sales_cents, currency)
    for label, count, cents in (
        (say("Voided"), figures.voids, figures.voids_cents),
        (say("Refunded"), figures.refunds, figures.refunds_cents),
        (say("Not honoured"), figures.disputed, figures.disputed_cents),
        (
            say("Refund not honoured"),
            figures.refunds_disputed,
            -figures.refunds_disputed_cents,
        ),
    ):
        if count:
            yield _line(label, count, -cents, currency)
    paid = format_cents(figures.vouchers_cents, currency)
    yield Pair(say("Vouchers paid"), paid, is_bold=True)
    for kind, cents in (
        (TenderKind.CASH, figures.cash_cents),
        (TenderKind.CARD, figures.card_cents),
        (TenderKind.OTHER, figures.other_cents),
    ):
        if cents:
            yield Pair(TENDERS[kind], format_cents(cents, currency))
    if figures.settled:
        yield _line(say("Settled by hand"), figures.settled, figures.settled_cents, currency)
    if figures.in_doubt:
        yield _line(say("In doubt"), figures.in_doubt, figures.in_doubt_cents, currency)
    yield from _beside(figures)


def _beside(figures: Figures) -> Iterator[SlipLine]:
    for label, count in (
        (say("Vouchers refused"), figures.refused),
        (say("Slips printed again"), figures.copies),
        (say("Codes shown"), figures.revealed),
        (say("Voids asked for"), figures.voids_asked),
        (say("Differences open"), figures.differences),
    ):
        if count:
            yield Pair(label, f"{count:,}")


def _line(label: str, count: int, cents: int, currency: str) -> Pair:
    return Pair(
        say("{label} {count}x", label=label, count=f"{count:,}"), format_cents(cents, currency)
    )


speak_constants(__name__)
