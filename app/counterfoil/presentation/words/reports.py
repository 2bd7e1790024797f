"""The words of reports: their tables, charts and files, once for screen, paper and command line."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from counterfoil.declaring import dataclass
from counterfoil.domain.money import decimals_of, format_cents
from counterfoil.domain.report import (
    STANDS_OUT_FROM,
    TIMES_OTHERS,
    VOIDS_IN,
    Days,
    Figures,
    Mark,
    Report,
    ReportKind,
    ReportRow,
)
from counterfoil.domain.report_sheet import Bar, ReportSheet, SheetRow
from counterfoil.domain.tender import TenderKind
from counterfoil.domain.text import humanise
from counterfoil.domain.till import TillProfile
from counterfoil.presentation.words import statements
from counterfoil.presentation.words.shifts import TENDERS as HOW
from counterfoil.presentation.words.speaking import SpokenTable, dated, say, speak_constants, spoken

KINDS: Mapping[ReportKind, str] = SpokenTable(
    {
        ReportKind.DAY: "Days",
        ReportKind.SHIFT: "Shifts",
        ReportKind.HOUR: "Hours",
        ReportKind.PROVIDER: "Providers",
        ReportKind.CASHIER: "Cashiers",
    }
)
"""The reports there are, each by what its rows are about."""
TITLES: Mapping[ReportKind, str] = SpokenTable(
    {
        ReportKind.DAY: "Day by day",
        ReportKind.SHIFT: "Shift by shift",
        ReportKind.HOUR: "By the hour of the day",
        ReportKind.PROVIDER: "By provider",
        ReportKind.CASHIER: "By cashier",
    }
)
_KEYS: Mapping[ReportKind, str] = SpokenTable(
    {
        ReportKind.DAY: "Day",
        ReportKind.SHIFT: "Shift",
        ReportKind.HOUR: "Hour",
        ReportKind.PROVIDER: "Provider",
        ReportKind.CASHIER: "Cashier",
    }
)
TOTAL = "Total"
LOOK = "Look at"
NOTHING = "Nothing was sold in this time"
_NO_VALUE = "-"
_MARKS: Mapping[Mark, str] = SpokenTable(
    {
        Mark.VOIDS: "voids",
        Mark.VOIDS_ASKED: "voids asked for",
        Mark.REFUNDS: "refunds",
        Mark.COPIES: "slips printed again",
        Mark.REVEALED: "codes shown",
    }
)
_COUNTED_IN: Mapping[Mark, str] = {
    Mark.VOIDS: "voids",
    Mark.VOIDS_ASKED: "voids_asked",
    Mark.REFUNDS: "refunds",
    Mark.COPIES: "copies",
    Mark.REVEALED: "revealed",
}
_RULE = (
    "Marked is what was done at least {least} times, and more than {times} times as often to a "
    "sale as in all the other rows together; of voids also more than one in {voids_in} of the "
    "sales of the same row. It accuses nobody. It says where to look."
)
_LEFT_OUT = (
    "Records that cannot be read: {count}. They are counted nowhere here. Let a supervisor run "
    "“counterfoil journal verify”."
)
_SHIFT_DOUBT = (
    "In doubt are, of a closed shift, those that its Z names. The total is that of the last shift."
)
_DIFFERENCES = "Not as a provider's statement says, and not resolved:"


def period(days: Days) -> str:
    """Say which days a report is about."""
    if days.first == days.last:
        return day(days.first)
    return say("{first} to {last}", first=day(days.first), last=day(days.last))


def day(one: date) -> str:
    """Write a day, with its year."""
    return dated(one, f"%a {one.day} %b %Y")


def file_name(report: Report) -> str:
    """Return what the file of a report is called, without its ending."""
    days = report.days
    last = "" if days.last == days.first else f"-to-{days.last.isoformat()}"
    return f"counterfoil-{report.kind}-{days.first.isoformat()}{last}"


@dataclass(frozen=True, slots=True)
class _Column:
    """One figure of each row: its head, how it reads, and how a spreadsheet gets it."""

    head: str
    text: Callable[[Figures, str], str]
    value: Callable[[Figures, str], object]

    def spoken(self, say: Callable[[str], str]) -> "_Column":
        """Return it in the language that this says."""
        return replace(self, head=say(self.head))


def _counted(head: str, name: str) -> _Column:
    return _Column(
        head,
        lambda figures, _: _count_text(getattr(figures, name)),
        lambda figures, _: getattr(figures, name),
    )


def _amount(head: str, name: str) -> _Column:
    return _Column(
        head,
        lambda figures, currency: _amount_text(getattr(figures, name), currency),
        lambda figures, currency: _decimal(getattr(figures, name), currency),
    )


def _count_text(count: int) -> str:
    return f"{count:,}" if count else _NO_VALUE


def _amount_text(cents: int, currency: str) -> str:
    return format_cents(cents, currency) if cents else _NO_VALUE


def _decimal(cents: int, currency: str) -> Decimal:
    return Decimal(cents).scaleb(-decimals_of(currency))


_SALES, _TAKEN = _counted("Sales", "sales"), _amount("Taken", "sales_cents")
_BACK, _NET = _amount("Taken back", "back_cents"), _amount("Vouchers paid", "vouchers_cents")
_REST_SHORT = _amount("Rest", "rest_cents")
_VOIDS = _counted("Voids", "voids")
_IN_DOUBT = _counted("In doubt", "in_doubt")
_DIFFER = _counted("Differences", "differences")
_RATE = _Column(
    "Voids per 100",
    lambda figures, _: rate(figures.voids, figures.sales),
    lambda figures, _: rate(figures.voids, figures.sales) if figures.sales else None,
)
_DIFFER_SHORT = replace(_DIFFER, head="Differ")
_RATE_SHORT = replace(_RATE, head="Per 100")
_HOW_PAID = (
    _amount(HOW.english[TenderKind.CASH], "cash_cents"),
    _amount(HOW.english[TenderKind.CARD], "card_cents"),
    _amount(HOW.english[TenderKind.OTHER], "other_cents"),
)
_BESIDE = (
    _counted("Settled", "settled"),
    _counted("Refused", "refused"),
    _IN_DOUBT,
)
_OF_PEOPLE = (
    _VOIDS,
    _RATE,
    _counted("Voids asked for", "voids_asked"),
    _counted("Refunds", "refunds"),
    _counted("Copies", "copies"),
    _counted("Codes shown", "revealed"),
)
_MONEY = (_SALES, _TAKEN, _BACK, _NET)
_WIDE: Mapping[ReportKind, tuple[_Column, ...]] = {
    ReportKind.DAY: (*_MONEY, *_HOW_PAID, *_BESIDE, _DIFFER),
    ReportKind.SHIFT: (*_MONEY, *_HOW_PAID, *_BESIDE, _VOIDS, _RATE),
    ReportKind.HOUR: (*_MONEY, *_HOW_PAID, *_BESIDE),
    ReportKind.PROVIDER: (*_MONEY, _VOIDS, _counted("Refunds", "refunds"), *_BESIDE),
    ReportKind.CASHIER: (*_MONEY, *_OF_PEOPLE, _counted("Refused", "refused"), _IN_DOUBT),
}
_NARROW: Mapping[ReportKind, tuple[_Column, ...]] = {
    ReportKind.DAY: (_SALES, _BACK, _NET, _REST_SHORT, _DIFFER_SHORT),
    ReportKind.SHIFT: (_SALES, _BACK, _NET, _VOIDS, _RATE_SHORT),
    ReportKind.HOUR: (_SALES, _BACK, _NET, _REST_SHORT),
    ReportKind.PROVIDER: (_SALES, _TAKEN, _BACK, _NET, _IN_DOUBT),
    ReportKind.CASHIER: (_SALES, _NET, _VOIDS, _RATE_SHORT, _counted("Copies", "copies")),
}
_COMPARED = frozenset({ReportKind.CASHIER, ReportKind.SHIFT})


def rate(count: int, sales: int) -> str:
    """Write how many there are to a hundred sales, with one decimal."""
    if not sales:
        return _NO_VALUE
    tenths = (count * 1_000 + sales // 2) // sales
    return f"{tenths // 10}.{tenths % 10}"


def key_text(report: Report, row: ReportRow) -> str:
    """Say what a row is about."""
    match row.key:
        case date():
            is_one_year = report.days.first.year == report.days.last.year
            year = "" if is_one_year else f" {row.key.year}"
            return dated(row.key, f"%a {row.key.day} %b{year}")
        case int() if report.kind is ReportKind.HOUR:
            return f"{row.key:02}:00"
        case int():
            at = (
                ""
                if row.shift is None
                else dated(row.shift.opened_at.astimezone(), "   %d %b %H:%M")
            )
            return f"{row.key}{at}"
        case _:
            is_provider = report.kind is ReportKind.PROVIDER
            return humanise(row.key) if is_provider else row.key


def sheet_of(report: Report, profile: TillProfile, *, is_wide: bool) -> ReportSheet:
    """Return a report as people read it; a screen has no room for all of its columns."""
    columns = (_WIDE if is_wide else _NARROW)[report.kind]
    has_look = report.kind in _COMPARED and (is_wide or _is_marked(report))
    heads = [_KEYS[report.kind], *(one.head for one in spoken(columns))]
    till = f"{profile.trading_name}, {profile.till_name}"
    return ReportSheet(
        title=TITLES[report.kind],
        heading=f"{till} · {period(report.days)}",
        heads=(*heads, say(LOOK)) if has_look else tuple(heads),
        rows=tuple(
            SheetRow(_cells(key_text(report, row), row, columns, has_look), bool(row.marks))
            for row in report.rows
        ),
        nothing=say(NOTHING),
        totals=tuple(SheetRow(_cells(say(TOTAL), row, columns, has_look)) for row in report.totals),
        notes=tuple(notes_of(report)),
        chart_title=say("Vouchers paid"),
        bars=tuple(
            Bar(
                _bar_label(report, row),
                row.figures.vouchers_cents,
                format_cents(row.figures.vouchers_cents, row.currency),
                is_marked=bool(row.marks),
            )
            for row in report.own_rows
        ),
    )


def csv_cells(report: Report) -> tuple[list[str], list[list[object]]]:
    """Return the heads and the rows of a report for a spreadsheet: numbers as numbers."""
    columns = _WIDE[report.kind]
    heads = [_KEYS[report.kind], say("Currency"), *(one.head for one in spoken(columns))]
    rows = []
    for row in report.rows:
        key = row.key.isoformat() if isinstance(row.key, date) else key_text(report, row)
        figures = (one.value(row.figures, row.currency) for one in columns)
        rows.append([key, row.currency, *figures, _look(row)])
    return [*heads, say(LOOK)], rows


def lines_of(sheet: ReportSheet) -> list[str]:
    """Return a report as lines for a terminal, its columns below each other."""
    if sheet.is_empty:
        return [f"{sheet.nothing}: {sheet.heading}", *sheet.notes]
    rows = [sheet.heads, *(row.cells for row in (*sheet.rows, *sheet.totals))]
    widths = [max(len(row[at]) for row in rows) for at in range(len(sheet.heads))]
    lines = [
        "  ".join(
            cell.ljust(width) if not at else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return [sheet.title, sheet.heading, "", *lines, *(("", *sheet.notes) if sheet.notes else ())]


def _cells(
    key: str, row: ReportRow, columns: tuple[_Column, ...], has_look: bool
) -> tuple[str, ...]:
    figures = (one.text(row.figures, row.currency) for one in columns)
    return (key, *figures, _look(row)) if has_look else (key, *figures)


def _look(row: ReportRow) -> str:
    return ", ".join(_MARKS[mark] for mark in sorted(row.marks))


def _is_marked(report: Report) -> bool:
    return any(row.marks for row in report.rows)


def _bar_label(report: Report, row: ReportRow) -> str:
    if isinstance(row.key, date):
        return dated(row.key, f"{row.key.day} %b")
    return str(row.key) if report.kind is ReportKind.SHIFT else key_text(report, row)


def notes_of(report: Report) -> Iterator[str]:
    """Say what is to be said beside the table: what stands out, and what is not counted."""
    for row in report.rows:
        for mark in sorted(row.marks):
            yield _of_mark(report, row, mark)
    if _is_marked(report):
        yield say(_RULE, least=STANDS_OUT_FROM, times=TIMES_OTHERS, voids_in=VOIDS_IN)
    if report.kind is ReportKind.SHIFT and any(row.figures.in_doubt for row in report.rows):
        yield say(_SHIFT_DOUBT)
    if report.differences:
        yield say(_DIFFERENCES)
        yield from map(statements.difference, report.differences)
    if report.left_out:
        yield say(_LEFT_OUT, count=report.left_out)


def _of_mark(report: Report, row: ReportRow, mark: Mark) -> str:
    what, name = _MARKS[mark], _COUNTED_IN[mark]
    whole = next(one.figures for one in report.totals if one.currency == row.currency)
    mine, sales = getattr(row.figures, name), row.figures.sales
    return say(
        "{who}: {count} {what} to {sales} sales; all others {others} to {sales_of_others}.",
        who=key_text(report, row),
        count=f"{mine:,}",
        what=what,
        sales=f"{sales:,}",
        others=f"{getattr(whole, name) - mine:,}",
        sales_of_others=f"{whole.sales - sales:,}",
    )


speak_constants(__name__)
