"""Reports: what was taken over some days, by day, shift, hour, provider or cashier.

A report adds up the bookings of a Z, each on the day and in the hour at which the till recorded it.
So a void counts on the day of the void, and all days together are the year. Days and hours are
those of the shop's own clock, also where that is put forward or back.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.domain.audit import VoidAsked
from counterfoil.domain.bookkeeping import Alike, Booking, bookings, cents_of
from counterfoil.domain.books import Books, Entry
from counterfoil.domain.reconciliation import Difference
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.shift import Shift
from counterfoil.domain.tender import TenderKind

TIMES_OTHERS = 2
"""Somebody stands out who does something more than so many times as often as all others."""
VOIDS_IN = 10
"""Whoever takes back more than one in so many sales stands out, also among others who do."""
STANDS_OUT_FROM = 3
"""Less often than this is chance (fault X21)."""

_LASTS_DAYS = 7
"""No place changes its clock more often."""


class ReportKind(StrEnum):
    """What each row of a report is about."""

    DAY = "day"
    SHIFT = "shift"
    HOUR = "hour"
    """An hour of the day, over all days together."""
    PROVIDER = "provider"
    CASHIER = "cashier"


@dataclass(frozen=True, slots=True)
class Days:
    """From one day of the shop's calendar to another, both included."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        """The moment at which the first day begins."""
        return beginning_of(self.first)

    @property
    def before(self) -> datetime:
        """The moment at which the last day is over."""
        return beginning_of(self.last + timedelta(days=1))

    @property
    def step_s(self) -> int:
        """How long a part of the time is, in seconds, of which none is in two hours of the shop.

        Every place on earth is a whole number of quarters of an hour away from UTC, and most are a
        whole number of hours.
        """
        count = (self.last - self.first).days + 2
        looked_at = (*range(0, count, _LASTS_DAYS), count - 1)
        days = (self.first + timedelta(days=at) for at in looked_at)
        offsets = {beginning_of(day).utcoffset() or timedelta() for day in days}
        is_hourly = all(offset % timedelta(hours=1) == timedelta() for offset in offsets)
        return 3_600 if is_hourly else 900

    def has(self, at: datetime) -> bool:
        """Whether a moment is in one of the days."""
        return self.since <= at < self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was done, each thing as how often and, where money moved, in minor units."""

    sales: int = 0
    """Sales that a voucher paid."""
    sales_cents: int = 0
    voids: int = 0
    """Such sales that were taken back, by a reversal or outside the voucher."""
    voids_cents: int = 0
    refunds: int = 0
    refunds_cents: int = 0
    disputed: int = 0
    """Such sales that the provider does not stand by."""
    disputed_cents: int = 0
    refunds_disputed: int = 0
    """Such refunds: nothing went back to the voucher."""
    refunds_disputed_cents: int = 0
    settled: int = 0
    """What people settled by hand."""
    settled_cents: int = 0
    cash_cents: int = 0
    card_cents: int = 0
    other_cents: int = 0
    """What paid the rest of sales."""
    refused: int = 0
    copies: int = 0
    revealed: int = 0
    voids_asked: int = 0
    """How often somebody asked for a sale to be taken back, whoever had sold it."""
    in_doubt: int = 0
    """Redemptions begun then that are in doubt now; of a closed shift, those on its Z."""
    in_doubt_cents: int = 0
    differences: int = 0
    """Differences from a provider's statement that nobody has resolved."""

    @property
    def back_cents(self) -> int:
        """What was taken back of what vouchers paid."""
        refunded_cents = self.refunds_cents - self.refunds_disputed_cents
        return self.voids_cents + refunded_cents + self.disputed_cents

    @property
    def vouchers_cents(self) -> int:
        """What vouchers paid in the end."""
        return self.sales_cents - self.back_cents

    @property
    def rest_cents(self) -> int:
        """What was paid in another way."""
        return self.cash_cents + self.card_cents + self.other_cents


class Mark(StrEnum):
    """What a row does more often than the others, so that somebody should look."""

    VOIDS = "voids"
    VOIDS_ASKED = "voids_asked"
    REFUNDS = "refunds"
    COPIES = "copies"
    REVEALED = "revealed"


ZONE: tzinfo | None = None
"""The zone of days and hours: None is that of the machine, which stands in the shop."""

Key = date | int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """One row: a day, the number of a shift, an hour from 0, a provider, or a cashier's name."""

    key: Key
    currency: str
    figures: Figures
    marks: frozenset[Mark] = frozenset()
    shift: Shift | None = None
    """The shift of a row of a report by shift."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was taken over some days, in rows, and all rows of each currency together."""

    kind: ReportKind
    days: Days
    currency: str
    """The currency of the till; rows of others come after its own."""
    rows: tuple[ReportRow, ...] = ()
    totals: tuple[ReportRow, ...] = ()
    differences: tuple[Difference, ...] = ()
    """Open differences from statements about these days; only of a report by day."""
    left_out: int = 0
    """Records that cannot be read, which nothing here counts."""

    @property
    def own_rows(self) -> tuple[ReportRow, ...]:
        """The rows in the till's own currency."""
        return tuple(row for row in self.rows if row.currency == self.currency)


_Field = tuple[str, str]
_FIELDS: Mapping[Entry, _Field] = {
    Entry.REDEEMED: ("sales", "sales_cents"),
    Entry.VOIDED: ("voids", "voids_cents"),
    Entry.VOIDED_OUTSIDE: ("voids", "voids_cents"),
    Entry.REFUNDED: ("refunds", "refunds_cents"),
    Entry.DISPUTED: ("disputed", "disputed_cents"),
    Entry.REFUND_DISPUTED: ("refunds_disputed", "refunds_disputed_cents"),
    Entry.SETTLED: ("settled", "settled_cents"),
    Entry.REFUSED: ("refused", ""),
    Entry.COPIED: ("copies", ""),
    Entry.REVEALED: ("revealed", ""),
    Entry.VOID_ASKED: ("voids_asked", ""),
}
_TENDERS: Mapping[str, str] = {
    TenderKind.CASH: "cash_cents",
    TenderKind.CARD: "card_cents",
    TenderKind.OTHER: "other_cents",
}
_COUNTED_FOR_MARKS: Mapping[Mark, str] = {
    Mark.VOIDS: "voids",
    Mark.VOIDS_ASKED: "voids_asked",
    Mark.REFUNDS: "refunds",
    Mark.COPIES: "copies",
    Mark.REVEALED: "revealed",
}
_MARKED_ALONE = frozenset({Mark.VOIDS, Mark.VOIDS_ASKED})
_COMPARED = frozenset({ReportKind.CASHIER, ReportKind.SHIFT})
"""Reports in which rows are compared with each other (fault X21)."""


class Accountant:
    """Adds up one report."""

    def __init__(self, kind: ReportKind, days: Days, currency: str) -> None:
        self._kind = kind
        self._days = days
        self._currency = currency
        self._sums: dict[tuple[Key, str], Counter[str]] = {}
        self._keys: dict[int, Key] = {}
        self._shifts: dict[int, Shift] = {}
        self._differences: list[Difference] = []
        self._left_out = 0

    def add(self, alike: Iterable[Alike], shift: Shift | None = None, left_out: int = 0) -> None:
        """Add events that are alike; those of a shift go into its row."""
        self._left_out += left_out
        key = None if shift is None else self._row_of(shift)
        for one in alike:
            for booking in _bookings(one, self._currency):
                self._book(key, one, booking)

    def add_books(self, shift: Shift, books: Books) -> None:
        """Add what the Z of a shift says."""
        key = self._row_of(shift)
        self._left_out += books.left_out
        for line in books.lines:
            self._sum(key, line.currency, line.entry, line.detail, (line.count, line.cents))
        for one in books.carried:
            self._note(key, one.currency, {"in_doubt": 1, "in_doubt_cents": one.cents or 0})
        unnamed = books.carried_count - len(books.carried)
        if unnamed:
            self._note(key, self._currency, {"in_doubt": unnamed})

    def add_in_doubt(self, redemption: Redemption, shift: Shift | None = None) -> None:
        """Add a redemption that is in doubt now, on the day on which it was begun."""
        if shift is None and not self._days.has(redemption.created_at):
            return
        at_s = int(redemption.created_at.timestamp())
        key = self._row_of(shift) if shift is not None else self._key_of_time(at_s)
        if key is None:
            is_by_provider = self._kind is ReportKind.PROVIDER
            key = redemption.upstream if is_by_provider else redemption.cashier
        self._note(
            key,
            redemption.currency,
            {"in_doubt": 1, "in_doubt_cents": cents_of(redemption) or 0},
        )

    def add_difference(self, difference: Difference) -> None:
        """Add a difference that is open, to the day on which it happened."""
        at = difference.at
        if self._kind is ReportKind.DAY and at is not None and self._days.has(at):
            self._differences.append(difference)
            self._note(local_day(at), difference.currency, {"differences": 1})

    def report(self) -> Report:
        """Return what was added up."""
        rows = [
            ReportRow(key=key, currency=currency, figures=Figures(**sums))
            for (key, currency), sums in self._sums.items()
        ]
        rows += self._gaps({row.key for row in rows if row.currency == self._currency})
        rows.sort(key=lambda row: (row.currency != self._currency, row.currency, _order(row.key)))
        totals = tuple(_totals(rows))
        if self._kind is ReportKind.SHIFT:
            totals = tuple(self._with_last_doubt(total) for total in totals)
        return Report(
            kind=self._kind,
            days=self._days,
            currency=self._currency,
            rows=tuple(self._finished(row, totals) for row in rows),
            totals=totals,
            differences=tuple(self._differences),
            left_out=self._left_out,
        )

    def _row_of(self, shift: Shift) -> Key:
        """Return the key of a shift, whose row is there also where nothing was sold."""
        self._shifts[shift.number] = shift
        self._note(shift.number, self._currency, {})
        return shift.number

    def _book(self, key: Key | None, one: Alike, booking: Booking) -> None:
        if key is None:
            key = self._key_of_time(one.at_s)
        if key is None:
            key = booking.provider if self._kind is ReportKind.PROVIDER else booking.person
        counted = (one.count, booking.cents)
        self._sum(key, booking.currency, booking.entry, booking.detail, counted)

    def _key_of_time(self, at_s: int) -> Key | None:
        """Return the day or the hour of a moment; None where rows are about neither."""
        if self._kind not in {ReportKind.DAY, ReportKind.HOUR}:
            return None
        if (known := self._keys.get(at_s)) is None:
            at = datetime.fromtimestamp(at_s, UTC).astimezone(ZONE)
            known = at.date() if self._kind is ReportKind.DAY else at.hour
            self._keys[at_s] = known
        return known

    def _sum(
        self, key: Key, currency: str, entry: Entry, detail: str, counted: tuple[int, int]
    ) -> None:
        count, cents = counted
        if entry is Entry.TENDERED:
            # It was paid to no provider.
            if self._kind is not ReportKind.PROVIDER and detail in _TENDERS:
                self._note(key, currency, {_TENDERS[detail]: cents})
        elif (names := _FIELDS.get(entry)) is not None:
            of_count, of_cents = names
            self._note(key, currency, {of_count: count} | ({of_cents: cents} if of_cents else {}))

    def _note(self, key: Key, currency: str, amounts: Mapping[str, int]) -> None:
        self._sums.setdefault((key, currency), Counter()).update(amounts)

    def _gaps(self, there: Iterable[Key]) -> Iterator[ReportRow]:
        """Return empty rows for days and hours between others, so that none seems left out."""
        found = set(there)
        between: Iterable[Key] = ()
        if found and self._kind is ReportKind.DAY:
            days = sorted(one for one in found if isinstance(one, date))
            count = (days[-1] - days[0]).days
            between = (days[0] + timedelta(days=at) for at in range(count))
        elif found and self._kind is ReportKind.HOUR:
            hours = sorted(one for one in found if isinstance(one, int))
            between = range(hours[0], hours[-1])
        for key in between:
            if key not in found:
                yield ReportRow(key=key, currency=self._currency, figures=Figures())

    def _with_last_doubt(self, total: ReportRow) -> ReportRow:
        """Return a total with what is in doubt after the last shift: each Z names it once more."""
        last = self._sums.get((max(self._shifts), total.currency), Counter())
        in_doubt = {name: last[name] for name in ("in_doubt", "in_doubt_cents")}
        return replace(total, figures=replace(total.figures, **in_doubt))

    def _finished(self, row: ReportRow, totals: Iterable[ReportRow]) -> ReportRow:
        """Return a row with its shift, and with what it does more often than the others."""
        marks: frozenset[Mark] = frozenset()
        if self._kind in _COMPARED:
            whole = next(one.figures for one in totals if one.currency == row.currency)
            marks = marks_of(row.figures, whole)
        shift = self._shifts.get(row.key) if isinstance(row.key, int) else None
        return replace(row, marks=marks, shift=shift)


def marks_of(figures: Figures, whole: Figures) -> frozenset[Mark]:
    """Return in what somebody stands out among all of a report together (fault X21).

    Who does, did something at least ``STANDS_OUT_FROM`` times, and more than ``TIMES_OTHERS`` times
    as often to a sale as all the others together. In voids it is enough that these are more than
    one in ``VOIDS_IN`` of their own sales.
    """
    found = set()
    for mark, name in _COUNTED_FOR_MARKS.items():
        count, sales = getattr(figures, name), figures.sales
        others, sales_of_others = getattr(whole, name) - count, whole.sales - sales
        is_above_others = sales_of_others > 0 and (
            count * sales_of_others > TIMES_OTHERS * others * sales
        )
        is_above_all = mark in _MARKED_ALONE and count * VOIDS_IN > sales
        if count >= STANDS_OUT_FROM and (is_above_others or is_above_all):
            found.add(mark)
    return frozenset(found)


def sum_of(figures: Iterable[Figures]) -> Figures:
    """Add figures up."""
    sums: Counter[str] = Counter()
    for one in figures:
        sums.update({part.name: getattr(one, part.name) for part in fields(Figures)})
    return Figures(**sums)


def beginning_of(day: date) -> datetime:
    """Return the moment at which a day of the shop's calendar begins."""
    return datetime(day.year, day.month, day.day).astimezone()


def local_day(at: datetime) -> date:
    """Return the day of the shop's calendar that a moment belongs to."""
    return at.astimezone().date()


def _bookings(one: Alike, currency: str) -> Iterator[Booking]:
    """Return what events that are alike add up to: once, for all of them."""
    subject = one.subject
    if isinstance(one.event, VoidAsked) and subject is not None:
        yield Booking(
            entry=Entry.VOID_ASKED,
            currency=subject.currency,
            person=one.event.by,
            provider=subject.provider,
        )
    yield from bookings(one.event, subject, currency)


def _totals(rows: Iterable[ReportRow]) -> Iterator[ReportRow]:
    by_currency: dict[str, list[Figures]] = {}
    for row in rows:
        by_currency.setdefault(row.currency, []).append(row.figures)
    for currency, figures in by_currency.items():
        yield ReportRow(key="", currency=currency, figures=sum_of(figures))


def _order(key: Key) -> tuple[str, int]:
    match key:
        case date():
            return "", key.toordinal()
        case int():
            return "", key
        case _:
            return key.casefold(), 0
