"""Compares a provider's statement with the journal, one redemption at a time.

A line belongs to a redemption by our reference, its id or the short one, else by the provider's
own. What the lines of a redemption took and gave back is added up, and compared with what must
stand there:

- a redemption that is final, approved, unclaimed or settled outside the voucher: what it took;
- one that was refused, given up or restored: nothing. So a refusal that was none is found;
- one that a supervisor settled: what the provider said of it then;
- one that is not settled: its amount or nothing, either is right as long as nobody knows;
- a refund: what it gave back. A statement may name it, or the redemption that it gives back.

What was taken and given back again stands for nothing. A statement that covers a part of the
journal's time says nothing of the rest: only what was redeemed in its period is missing there.
"""

import re
from collections.abc import Hashable, Iterable, Iterator
from datetime import datetime
from enum import Enum, auto
from typing import Generic, TypeVar

from counterfoil.declaring import dataclass
from counterfoil.domain.money import Amount, Exact
from counterfoil.domain.reconciliation import DIFFERENCES_MAX, Difference, DifferenceKind
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.settlement import Evidence, SettledAs
from counterfoil.domain.statement import LineKind, Period, StatementLine
from counterfoil.domain.states import RedemptionState

_Lines = tuple[StatementLine, ...]
_Packed = tuple[int, str, str, int, str, str, datetime | None]
"""A line as it is kept until its booking comes: plain values, which the garbage collector skips.

It stops the whole program while it looks at each record of a large statement.
"""
_Value = TypeVar("_Value", bound=Hashable)


class Standing(Enum):
    """What a provider's statement should show for a redemption, by what the journal says."""

    HELD = auto()
    """What it took or, of a refund, gave back."""
    NOTHING = auto()
    UNDECIDED = auto()
    """Its amount or nothing: nobody knows yet."""


_NOTHING = frozenset(
    {
        RedemptionState.DECLINED,
        RedemptionState.ABANDONED,
        RedemptionState.REVERSED,
        RedemptionState.REVERSED_UNVERIFIED,
    }
)
_HELD = frozenset({RedemptionState.APPROVED, RedemptionState.FINAL, RedemptionState.UNCLAIMED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """The parts of a redemption that are compared with a statement.

    A statement may need a hundred thousand of these, so no more is read.
    """

    id: str
    reference: str
    created_at: datetime
    currency: str
    amount: Amount
    state: RedemptionState
    refund_of: str | None = None
    is_refunded: bool = False
    upstream_id: str | None = None
    upstream_reference: str | None = None
    redeemed_cents: int | None = None
    settled_as: SettledAs | None = None

    @property
    def is_refund(self) -> bool:
        """Whether it gives back to the voucher instead of taking from it."""
        return self.refund_of is not None


@dataclass(frozen=True, slots=True)
class Booking:
    """A redemption, and what the statement should show for it.

    ``cents`` is None where nobody knows the amount.
    """

    redemption: Redemption | Booked
    standing: Standing
    cents: int | None

    @property
    def sign(self) -> int:
        """1 where value leaves the voucher, -1 where it goes back to it."""
        return -1 if self.redemption.is_refund else 1

    @property
    def expected_cents(self) -> int | None:
        """What the statement should show, negative for value given back; None if nobody knows."""
        if self.standing is Standing.NOTHING:
            return 0
        return None if self.cents is None else self.sign * self.cents


def booking_of(redemption: Redemption | Booked, evidence: Evidence | None = None) -> Booking:
    """Return what a statement should show for a redemption.

    ``evidence`` is what the provider said when it was settled by hand.
    """
    asked = redemption.amount.cents if isinstance(redemption.amount, Exact) else None
    taken = asked if redemption.redeemed_cents is None else redemption.redeemed_cents
    return Booking(redemption, _standing_of(redemption, evidence), taken)


def _standing_of(redemption: Redemption | Booked, evidence: Evidence | None) -> Standing:
    if redemption.state in _NOTHING:
        return Standing.NOTHING
    if redemption.state in _HELD or redemption.settled_as is SettledAs.OUTSIDE:
        return Standing.HELD
    match evidence:
        case Evidence.TAKEN:
            return Standing.HELD
        case Evidence.NOT_TAKEN:
            return Standing.NOTHING
        case _:
            return Standing.UNDECIDED


@dataclass(frozen=True, slots=True)
class Undecided:
    """A redemption that is not settled here, and the amount that the statement shows for it."""

    redemption: Redemption | Booked
    there_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result of comparing one statement with the journal."""

    differences: tuple[Difference, ...]
    undecided: tuple[Undecided, ...]
    matched: int
    without_effect: int
    beyond: int


class TooManyDifferencesError(Exception):
    """More differences than `DIFFERENCES_MAX`; ``first`` are some of them."""

    def __init__(self, first: tuple[Difference, ...]) -> None:
        super().__init__(len(first))
        self.first = first


class _Values(Generic[_Value]):
    """Values by key, in their order. Most keys have one, so only the others have a list."""

    def __init__(self) -> None:
        self._first: dict[str, _Value] = {}
        self._more: dict[str, list[_Value]] = {}

    def add(self, key: str, value: _Value) -> None:
        """Add a value to those of a key."""
        if key in self._first:
            self._more.setdefault(key, []).append(value)
        else:
            self._first[key] = value

    def taken(self, key: str) -> Iterator[_Value]:
        """Take out the values of a key; none where it has none."""
        if key in self._first:
            yield self._first.pop(key)
            yield from self._more.pop(key, ())

    def firsts(self) -> Iterator[_Value]:
        """Return the first value of each key."""
        yield from self._first.values()

    def each(self) -> Iterator[tuple[_Value, ...]]:
        """Return the values of each key."""
        for key, first in self._first.items():
            yield first, *self._more.get(key, ())


class Reconciler:
    """Compares a statement with the journal.

    Give it all lines first, then the bookings in the order of their slip numbers, then `finish`.
    """

    def __init__(self, asked: Period | None = None) -> None:
        self._asked = asked
        self._times: Period | None = None
        self._lines = _Values[_Packed]()
        self._ours_by_theirs = _Values[str]()
        self._lone_refunds: list[Booking] = []
        self._given_back: set[str] = set()
        """The ids of redemptions whose refund the statement has under their own reference."""
        self._differences: list[Difference] = []
        self._undecided: list[Undecided] = []
        self._matched = 0
        self._beyond = 0

    @property
    def period(self) -> Period | None:
        """The period that was asked for, or else from the earliest to the latest time of a line."""
        return self._asked or self._times

    def add_lines(self, lines: Iterable[StatementLine]) -> None:
        """Take some lines of the statement."""
        for line in lines:
            key, theirs = _key_of(line), _letters(line.their_reference)
            self._lines.add(key, _packed(line))
            if theirs and key != _THEIRS + theirs:
                self._ours_by_theirs.add(theirs, key)
            if line.at is not None:
                known = self._times or Period(line.at, line.at)
                self._times = Period(min(known.since, line.at), max(known.until, line.at))

    def references(self) -> tuple[str, ...]:
        """Return our references from the lines that no booking was found for yet, as written."""
        references = (_unpacked(first).reference for first in self._lines.firsts())
        return tuple(filter(None, references))

    def add_bookings(self, bookings: Iterable[Booking]) -> None:
        """Compare some bookings with their lines; none comes twice.

        Raises:
            TooManyDifferencesError: there are too many differences.

        """
        for booking in bookings:
            lines = tuple(self._taken_lines(booking.redemption))
            if lines and not self._is_beyond(booking.redemption, lines):
                self._compare(booking, lines)
            elif not lines and booking.standing is Standing.HELD:
                self._miss(booking)

    def finish(self) -> Outcome:
        """Return the result; a line that no booking was found for is missing in the journal.

        Raises:
            TooManyDifferencesError: there are too many differences.

        """
        for refund in self._lone_refunds:
            if refund.redemption.refund_of in self._given_back:
                self._matched += 1
            else:
                self._note(_difference(DifferenceKind.MISSING_THERE, refund, ()))
        without_effect = 0
        for packed in self._lines.each():
            lines = tuple(map(_unpacked, packed))
            if not any(self._is_asked(line) for line in lines):
                self._beyond += len(lines)
            elif _net(lines) == 0 and len({line.currency for line in lines}) == 1:
                without_effect += len(lines)
            else:
                self._note(_missing_here(lines))
        return Outcome(
            differences=tuple(sorted(self._differences, key=_place)),
            undecided=tuple(self._undecided),
            matched=self._matched,
            without_effect=without_effect,
            beyond=self._beyond,
        )

    def _taken_lines(self, redemption: Redemption | Booked) -> Iterator[StatementLine]:
        """Take out the lines that belong to a redemption."""
        for key in self._keys_of(redemption):
            yield from map(_unpacked, self._lines.taken(key))

    def _keys_of(self, redemption: Redemption | Booked) -> Iterator[str]:
        for name in (redemption.id, redemption.reference):
            yield _OURS + _letters(name)
        for their_name in (redemption.upstream_id, redemption.upstream_reference):
            if theirs := _letters(their_name or ""):
                yield _THEIRS + theirs
                yield from self._ours_by_theirs.taken(theirs)

    def _is_asked(self, line: StatementLine) -> bool:
        return self._asked is None or self._asked.holds(line.at)

    def _is_beyond(self, redemption: Redemption | Booked, lines: _Lines) -> bool:
        """Whether neither redemption nor lines lie in the time that was asked for."""
        is_in = self._asked is None or self._asked.holds(redemption.created_at)
        if is_in or any(map(self._is_asked, lines)):
            return False
        self._beyond += len(lines)
        return True

    def _miss(self, booking: Booking) -> None:
        """Note what has no line, if the statement covers its time."""
        if self.period is None or not self.period.holds(booking.redemption.created_at):
            return
        if booking.redemption.is_refund:
            self._lone_refunds.append(booking)
        else:
            self._note(_difference(DifferenceKind.MISSING_THERE, booking, ()))

    def _compare(self, booking: Booking, lines: _Lines) -> None:
        redemption, there = booking.redemption, _net(lines)
        if any(_moves(line) and line.currency != redemption.currency for line in lines):
            self._note(_difference(DifferenceKind.DIFFERING, booking, lines))
        elif booking.standing is Standing.UNDECIDED and _may_stand(booking, lines):
            self._undecided.append(Undecided(redemption, there))
        elif booking.standing is not Standing.UNDECIDED and _agrees(booking, there):
            self._matched += 1
        elif redemption.is_refunded and there == 0 and any(map(_moves, lines)):
            self._given_back.add(redemption.id)
            self._matched += 1
        else:
            is_doubled = _times_standing(booking, lines) > 1
            kind = DifferenceKind.DOUBLED if is_doubled else DifferenceKind.DIFFERING
            self._note(_difference(kind, booking, lines))

    def _note(self, difference: Difference) -> None:
        self._differences.append(difference)
        if len(self._differences) > DIFFERENCES_MAX:
            raise TooManyDifferencesError(tuple(self._differences))


_OURS, _THEIRS = "o", "t"
"""What the key of lines begins with: they are found by our reference, or by the provider's."""


def _packed(line: StatementLine) -> _Packed:
    number, ours, theirs = line.number, line.reference, line.their_reference
    return number, ours, theirs, line.cents, line.currency, line.kind.value, line.at


def _unpacked(packed: _Packed) -> StatementLine:
    number, ours, theirs, cents, currency, kind, at = packed
    return StatementLine(number, ours, theirs, cents, currency, LineKind(kind), at)


def _key_of(line: StatementLine) -> str:
    ours = _letters(line.reference)
    return _OURS + ours if ours else _THEIRS + _letters(line.their_reference)


_BETWEEN = re.compile(r"[\W_]+")


def _letters(reference: str) -> str:
    """Return a reference without what may be written in more than one way."""
    return _BETWEEN.sub("", reference.casefold())


def _moves(line: StatementLine) -> bool:
    return line.kind is not LineKind.NOTHING and line.cents != 0


def _signed(line: StatementLine) -> int:
    match line.kind:
        case LineKind.TAKEN:
            return line.cents
        case LineKind.GIVEN_BACK:
            return -line.cents
        case _:
            return 0


def _net(lines: Iterable[StatementLine]) -> int:
    return sum(map(_signed, lines))


def _agrees(booking: Booking, there_cents: int) -> bool:
    expected = booking.expected_cents
    return there_cents * booking.sign > 0 if expected is None else there_cents == expected


def _may_stand(booking: Booking, lines: _Lines) -> bool:
    """Whether an undecided redemption may stand there so: once, whole or in part, or not at all."""
    there_cents = _net(lines) * booking.sign
    most_cents = there_cents if booking.cents is None else booking.cents
    return 0 <= there_cents <= most_cents and _times_standing(booking, lines) <= 1


def _times_standing(booking: Booking, lines: _Lines) -> int:
    """Return how often it stands there: what was given back again is taken off."""
    times = (line for line in lines if _moves(line))
    return sum(1 if _signed(line) * booking.sign > 0 else -1 for line in times)


def _difference(kind: DifferenceKind, booking: Booking, lines: _Lines) -> Difference:
    redemption = booking.redemption
    first = lines[0] if lines else None
    moving = next(filter(_moves, lines), None)
    theirs = redemption.upstream_reference if first is None else first.their_reference
    return Difference(
        kind=kind,
        reference=redemption.reference,
        their_reference=theirs or "",
        redemption_id=redemption.id,
        state=redemption.state,
        here_cents=booking.expected_cents,
        there_cents=_net(lines),
        currency=redemption.currency,
        there_currency=moving.currency if moving else redemption.currency,
        at=redemption.created_at,
        line=first.number if first else None,
        lines=len(lines),
    )


def _missing_here(lines: _Lines) -> Difference:
    first = lines[0]
    return Difference(
        kind=DifferenceKind.MISSING_HERE,
        reference=first.reference,
        their_reference=first.their_reference,
        there_cents=_net(lines),
        currency=first.currency,
        there_currency=first.currency,
        at=first.at,
        line=first.number,
        lines=len(lines),
    )


def _place(difference: Difference) -> tuple[bool, float, int]:
    """Put differences in the order of their times; those without one come last."""
    at = difference.at
    return at is None, 0.0 if at is None else at.timestamp(), difference.line or 0
