"""Makes the books of a shift from the audit events alone.

Each event that moved money, or that an owner asks about, makes one or more bookings.
"""

from collections.abc import Iterable, Iterator

from counterfoil.declaring import dataclass
from counterfoil.domain import audit
from counterfoil.domain.books import BookLine, Carried, Entry
from counterfoil.domain.causes.journal import HeldFault
from counterfoil.domain.chain_head import ChainHead
from counterfoil.domain.drawer import CashMoveKind, Drawer
from counterfoil.domain.money import Exact
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.settlement import CustomerGot, SettledAs
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.tender import TenderKind

S = RedemptionState

CARRIED_MAX = 100
"""So many redemptions that are not settled are named on one Z; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One entry of the books, made from one event; ``person`` is who sold, or who did it."""

    entry: Entry
    currency: str
    person: str
    provider: str = ""
    detail: str = ""
    cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What the books need to know of the redemption that an event is about.

    ``cents`` is what it took, or was asked to take; None where only the provider knows.
    """

    currency: str
    cashier: str
    provider: str
    cents: int | None = None
    is_refund: bool = False
    settled_as: SettledAs | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """An event that the books may count, and its redemption as it is now.

    ``redemption`` is None where the event is about none.
    """

    event: audit.AuditEvent
    redemption: Redemption | None


@dataclass(frozen=True, slots=True)
class Alike:
    """So many events that are alike and were recorded at about the same time.

    ``at_s`` is the beginning of that time in seconds since 1970. What the events or their
    redemptions moved is summed up in the one that stands for all of them.
    """

    at_s: int
    event: audit.AuditEvent
    subject: Subject | None
    count: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the events: up to which number it goes, and between which times they were recorded.

    The times are microseconds since 1970, both included. A clock that was set back makes a stretch
    long, and leaves no event out of it.
    """

    after: int
    until: int
    first_us: int
    last_us: int
    last: int
    """The number of the last event of all."""
    is_whole: bool
    """Whether it is as long as it will ever be: nothing can be added to it any more."""


@dataclass(frozen=True, slots=True)
class AlikePage:
    """What a stretch adds to reports; ``left_out`` says how many events could not be read."""

    alike: tuple[Alike, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedPage:
    """The part of the audit events, in order, that one reading gave.

    ``until`` is the number of the last event that was looked at, and ``head`` names that event; it
    is None where somebody has deleted it. ``left_out`` counts the events that were altered.
    """

    booked: tuple[Booked, ...]
    until: int
    head: ChainHead | None
    is_last: bool
    left_out: int = 0


_ENTRIES = {
    CashMoveKind.PAY_IN: Entry.PAID_IN,
    CashMoveKind.PAY_OUT: Entry.PAID_OUT,
    CashMoveKind.DROP: Entry.DROPPED,
    CashMoveKind.NO_SALE: Entry.NO_SALE,
}


class Bookkeeper:
    """Adds up the events of a shift, given one by one in their order."""

    def __init__(self, currency: str) -> None:
        self._currency = currency
        self._sums: dict[tuple[Entry, str, str, str, str], tuple[int, int]] = {}
        self._left_out = 0
        self.put_back_by = ""
        """Who accepted the journal last where it may have lost a Z."""
        self._moved = self._counts = 0
        self._counted: int | None = None
        self._expected: int | None = None

    def leave_out(self, count: int) -> None:
        """Count events that were left out because somebody has altered them."""
        self._left_out += count

    def book(self, event: audit.AuditEvent, of: Redemption | None) -> None:
        """Book an event; ``of`` is its redemption, None where it belongs to none."""
        if isinstance(event, audit.ShiftOpened):
            self._moved = self._counts = 0
            self._counted = self._expected = None
        if isinstance(event, audit.DrawerCounted):
            self._counts += 1
            self._counted, self._expected = event.counted_cents, event.expected_cents
        if isinstance(event, audit.JournalAccepted) and may_lack_a_z(event):
            self.put_back_by = event.by
        for one in bookings(event, None if of is None else subject_of(of), self._currency):
            key = (one.entry, one.currency, one.person, one.provider, one.detail)
            count, cents = self._sums.get(key, (0, 0))
            self._sums[key] = count + 1, cents + one.cents
        self._moved += cash_moved(event, of, self._currency)

    def drawer(self, float_cents: int) -> Drawer:
        """Return the state of the drawer after the events so far, which began with this float."""
        return Drawer(
            float_cents=float_cents,
            moved_cents=self._moved,
            counted_cents=self._counted,
            expected_cents=self._expected,
            counts=self._counts,
        )

    def lines(self) -> tuple[BookLine, ...]:
        """Return the sums so far, always in the same order."""
        return tuple(
            BookLine(
                entry=entry,
                currency=currency,
                person=person,
                provider=provider,
                detail=detail,
                count=count,
                cents=cents,
            )
            for (entry, currency, person, provider, detail), (count, cents) in sorted(
                self._sums.items()
            )
        )

    @property
    def left_out(self) -> int:
        """How many events were left out."""
        return self._left_out


_MAY_LACK_A_Z = frozenset(
    {
        HeldFault.PUT_BACK,
        HeldFault.JOURNAL_MISSING,
        HeldFault.JOURNAL_EMPTY,
        HeldFault.ENDS_EARLY,
        HeldFault.OTHER_EVENT,
    }
)


def may_lack_a_z(accepted: audit.JournalAccepted) -> bool:
    """Whether a journal that was accepted may once have had a Z which it has not now."""
    return any(one.partition(" ")[0] in _MAY_LACK_A_Z for one in accepted.found)


def carried_over(unsettled: Iterable[Redemption]) -> tuple[Carried, ...]:
    """Return the redemptions that a Z lists as unsettled: the first ones, up to `CARRIED_MAX`."""
    named = []
    for one, _ in zip(unsettled, range(CARRIED_MAX), strict=False):
        named.append(
            Carried(
                reference=one.reference,
                provider=one.upstream,
                state=one.state,
                currency=one.currency,
                cents=cents_of(one),
            )
        )
    return tuple(named)


def cents_of(redemption: Redemption) -> int | None:
    """Return what a redemption took, or was asked to take; None where only the provider knows."""
    if redemption.redeemed_cents is not None:
        return redemption.redeemed_cents
    return redemption.amount.cents if isinstance(redemption.amount, Exact) else None


def subject_of(redemption: Redemption) -> Subject:
    """Return what the books need to know of a redemption."""
    return Subject(
        currency=redemption.currency,
        cashier=redemption.cashier,
        provider=redemption.upstream,
        cents=cents_of(redemption),
        is_refund=redemption.is_refund,
        settled_as=redemption.settled_as,
    )


def bookings(event: audit.AuditEvent, of: Subject | None, currency: str) -> Iterator[Booking]:
    """Return what an event adds to the books; ``currency`` is that of the drawer."""
    match event:
        case audit.RedemptionChanged() | audit.Settled() if of is not None:
            yield from _of_redemption(event, of)
        case audit.PrintQueued() if event.copy_number and of is not None:
            yield _beside(Entry.COPIED, event.by, of)
        case audit.CodeShown() if of is not None:
            yield _beside(Entry.REVEALED, event.by, of)
        case audit.RestPaid():
            yield Booking(
                entry=Entry.TENDERED,
                currency=currency,
                person=event.by,
                detail=event.kind.value,
                cents=event.cents,
            )
        case audit.CashMoved():
            yield Booking(
                entry=_ENTRIES[event.kind], currency=currency, person=event.by, cents=event.cents
            )
        case _:
            return


def cash_moved(event: audit.AuditEvent, of: Redemption | None, currency: str) -> int:
    """Return by how much an event changes the cash in the drawer, in minor units."""
    match event:
        case audit.RestPaid(kind=TenderKind.CASH):
            return event.cents
        case audit.CashMoved():
            return event.kind.sign * event.cents
        case audit.Settled(got=CustomerGot.CASH) if of is not None and of.currency == currency:
            return -(cents_of(of) or 0)
        case _:
            return 0


def _of_redemption(
    event: audit.RedemptionChanged | audit.Settled, of: Subject
) -> Iterator[Booking]:
    if isinstance(event, audit.Settled):
        is_by_hand = event.settled_as is SettledAs.BY_HAND
        entry = Entry.SETTLED if is_by_hand else Entry.VOIDED_OUTSIDE
        yield _booking(entry, of, event.got.value)
    elif (entry_of := _entry_of_move(event, of)) is not None:
        yield _booking(entry_of, of)


def _entry_of_move(event: audit.RedemptionChanged, of: Subject) -> Entry | None:
    """Return what a move of a redemption is to the books: into FINAL, out of it, or a refusal.

    A void outside the voucher leaves FINAL, too, and is booked by its settlement.
    """
    match event.before, event.after:
        case before, S.FINAL if before is not S.FINAL:
            return Entry.REFUNDED if of.is_refund else Entry.REDEEMED
        case before, S.DECLINED if before is not S.DECLINED and not of.is_refund:
            return Entry.REFUSED
        case S.FINAL, S.REVERSING:
            return Entry.VOIDED
        case S.FINAL, S.ATTENTION:
            return _disputed(of)
        case S.FINAL, S.RESOLVED if of.settled_as is SettledAs.BY_HAND:
            return _disputed(of)
        case _:
            return None


def _disputed(of: Subject) -> Entry:
    return Entry.REFUND_DISPUTED if of.is_refund else Entry.DISPUTED


def _booking(entry: Entry, of: Subject, detail: str = "") -> Booking:
    is_money = entry is not Entry.REFUSED
    return Booking(
        entry=entry,
        currency=of.currency,
        person=of.cashier,
        provider=of.provider,
        detail=detail,
        cents=(of.cents or 0) if is_money else 0,
    )


def _beside(entry: Entry, person: str, of: Subject) -> Booking:
    return Booking(entry=entry, currency=of.currency, person=person, provider=of.provider)
