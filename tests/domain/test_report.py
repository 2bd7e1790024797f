"""What a report adds up, by day and hour of the shop, and what stands out in it (fault X21)."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from counterfoil.domain.audit import RedemptionChanged, RestPaid, VoidAsked
from counterfoil.domain.bookkeeping import Alike, Subject
from counterfoil.domain.books import BookLine, Books, Carried, Entry
from counterfoil.domain.redemption import VoidReason
from counterfoil.domain.report import (
    Accountant,
    Days,
    Figures,
    Mark,
    ReportKind,
    marks_of,
)
from counterfoil.domain.shift import Shift
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.tender import TenderKind
from support.samples import NOON, Samples, difference_of

S = RedemptionState
SOLD = RedemptionChanged(before=S.APPROVED, after=S.FINAL)
BY_THANDI = Subject(currency="ZAR", cashier="Thandi M.", provider="moment", cents=1_900)
_YEAR = Days(date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture(autouse=True)
def _zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the shop where a day has 23 hours and another one 25."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def sold_at(*moments: str, by: Subject = BY_THANDI) -> list[Alike]:
    """Return a sale at each of these moments of the shop's clock."""
    return [Alike(int(datetime.fromisoformat(at).timestamp()), SOLD, by, 1) for at in moments]


@pytest.mark.parametrize(
    ("day", "hours", "step_s"),
    [
        (date(2026, 3, 29), 23, 3_600),
        (date(2026, 10, 25), 25, 3_600),
        (date(2026, 6, 1), 24, 3_600),
    ],
)
def test_a_day_is_as_long_as_the_shops_clock_makes_it(day: date, hours: int, step_s: int) -> None:
    """From its first moment to that of the next."""
    days = Days(day, day)
    assert days.before - days.since == timedelta(hours=hours)
    assert days.step_s == step_s
    assert days.has(days.since)
    assert not days.has(days.before)


def test_a_shop_that_is_quarters_of_an_hour_away_has_its_own_hours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nepal is 5:45 hours before Greenwich."""
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    time.tzset()
    assert _YEAR.step_s == 900
    accountant = Accountant(ReportKind.HOUR, _YEAR, "ZAR")
    accountant.add(
        [Alike(int(datetime(2026, 5, 1, 4, 15, tzinfo=UTC).timestamp()), SOLD, BY_THANDI, 1)]
    )
    assert [row.key for row in accountant.report().rows] == [10]


def test_days_and_hours_between_others_are_there_and_empty() -> None:
    """So none seems to be left out; before the first and after the last there is none."""
    moments = ("2026-03-28T23:50+01:00", "2026-03-29T03:10+02:00", "2026-03-31T09:00+02:00")
    by_day = Accountant(ReportKind.DAY, _YEAR, "ZAR")
    by_day.add(sold_at(*moments))
    assert [(row.key, row.figures.sales) for row in by_day.report().rows] == [
        (date(2026, 3, 28), 1),
        (date(2026, 3, 29), 1),
        (date(2026, 3, 30), 0),
        (date(2026, 3, 31), 1),
    ]
    by_hour = Accountant(ReportKind.HOUR, _YEAR, "ZAR")
    by_hour.add(sold_at(*moments[1:]))
    rows = by_hour.report().rows
    assert [row.key for row in rows] == [3, 4, 5, 6, 7, 8, 9]
    assert [row.figures.sales for row in rows] == [1, 0, 0, 0, 0, 0, 1]


def test_each_thing_has_its_figure() -> None:
    """Also what other currencies paid, in rows and totals of their own, after the till's."""
    accountant = Accountant(ReportKind.CASHIER, _YEAR, "ZAR")
    rest = RestPaid(shift=1, sale_id="", kind=TenderKind.CARD, cents=700, by="Thandi M.")
    asked = VoidAsked(reason=VoidReason.GOODS_RETURNED, by="Nomsa D.")
    dollars = replace(BY_THANDI, currency="USD")
    accountant.add(
        [
            Alike(0, SOLD, BY_THANDI, 2),
            Alike(0, rest, None, 1),
            Alike(0, asked, BY_THANDI, 1),
            Alike(0, SOLD, dollars, 1),
        ],
        left_out=2,
    )
    report = accountant.report()
    assert [(row.key, row.currency) for row in report.rows] == [
        ("Nomsa D.", "ZAR"),
        ("Thandi M.", "ZAR"),
        ("Thandi M.", "USD"),
    ]
    thandi = report.rows[1].figures
    assert (thandi.sales, thandi.vouchers_cents, thandi.rest_cents) == (2, 1_900, 700)
    assert report.rows[0].figures == Figures(voids_asked=1)
    assert [row.currency for row in report.totals] == ["ZAR", "USD"]
    assert report.left_out == 2
    assert len(report.own_rows) == 2


def test_what_waits_stands_on_its_day_and_in_its_row() -> None:
    """A difference on the day it is about, what is in doubt on the day on which it was begun."""
    one = replace(Samples().redemption(Samples().sale()), state=S.INFLIGHT)
    difference = difference_of(one)
    by_day = Accountant(ReportKind.DAY, _YEAR, "ZAR")
    by_day.add_in_doubt(one)
    by_day.add_in_doubt(replace(one, created_at=NOON - timedelta(days=500)))
    for found in (difference, replace(difference, at=None)):
        by_day.add_difference(found)
    (row,) = by_day.report().rows
    assert (row.figures.in_doubt, row.figures.in_doubt_cents) == (1, 1_900)
    assert (row.figures.differences, by_day.report().differences) == (1, (difference,))
    for kind, key in ((ReportKind.PROVIDER, "moment"), (ReportKind.CASHIER, "Nomsa")):
        other = Accountant(kind, _YEAR, "ZAR")
        other.add_in_doubt(one)
        other.add_difference(difference)
        assert [(row.key, row.figures.in_doubt) for row in other.report().rows] == [(key, 1)]
        assert other.report().differences == ()


def test_a_shift_is_what_its_z_says() -> None:
    """What the Z names as in doubt is there, and what it had no room to name is counted.

    What several Zs carry over is in doubt once.
    """
    shift = Shift(
        number=7, opened_at=NOON, opened_by="T", currency="ZAR", float_cents=0, begins_after=0
    )
    line = BookLine(
        entry=Entry.REDEEMED, currency="ZAR", person="T", provider="m", detail="", count=3, cents=9
    )
    carried = Carried(reference="K7Q-42F", provider="m", state=S.INFLIGHT, currency="ZAR", cents=5)
    accountant = Accountant(ReportKind.SHIFT, _YEAR, "ZAR")
    accountant.add_books(
        shift, Books(lines=(line,), carried=(carried,), carried_count=3, left_out=1)
    )
    report = accountant.report()
    (row,) = report.rows
    assert (row.key, row.shift, report.left_out) == (7, shift, 1)
    assert row.figures == Figures(sales=3, sales_cents=9, in_doubt=3, in_doubt_cents=5)
    books = Books(lines=(line,), carried=(carried,), carried_count=1)
    accountant.add_books(replace(shift, number=8), books)
    (total,) = accountant.report().totals
    assert total.figures == Figures(sales=6, sales_cents=18, in_doubt=1, in_doubt_cents=5)


@pytest.mark.parametrize(
    ("mine", "others", "marks"),
    [
        (Figures(sales=100, voids=9), Figures(sales=900, voids=36), {Mark.VOIDS}),
        (Figures(sales=100, voids=8), Figures(sales=900, voids=36), set()),
        (Figures(sales=10, voids=2), Figures(sales=900), set()),
        (Figures(sales=29, voids=3), Figures(sales=100, voids=90), {Mark.VOIDS}),
        (Figures(sales=30, voids=3), Figures(sales=100, voids=90), set()),
        (Figures(sales=30, copies=3), Figures(), set()),
        (Figures(copies=3, voids_asked=3), Figures(sales=9, copies=1), {Mark.VOIDS_ASKED}),
        (Figures(sales=9, copies=3, revealed=3, refunds=3), Figures(sales=90), None),
    ],
)
def test_what_stands_out_is_marked_by_the_rule(
    mine: Figures, others: Figures, marks: set[Mark] | None
) -> None:
    """At least three, and more than twice as often as all others; of voids also one in ten."""
    whole = Figures(
        **{
            name: getattr(mine, name) + getattr(others, name)
            for name in ("sales", "voids", "voids_asked", "refunds", "copies", "revealed")
        }
    )
    wanted = {Mark.COPIES, Mark.REVEALED, Mark.REFUNDS} if marks is None else marks
    found = marks_of(mine, whole)
    assert found == wanted | ({Mark.COPIES} if mine.copies and not mine.sales else set())
