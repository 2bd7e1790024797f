"""What one commit writes: the journal takes a tuple of these, whole or not at all."""

from datetime import datetime

from counterfoil.declaring import dataclass
from counterfoil.domain.advice import Advice, AdviceState
from counterfoil.domain.books import Books
from counterfoil.domain.drawer import CashMove, DrawerCount
from counterfoil.domain.message import MessageWay
from counterfoil.domain.printing import PrintJob, PrintState
from counterfoil.domain.reconciliation import Difference, Reconciliation
from counterfoil.domain.redemption import Attempt, Redemption, VoidReason
from counterfoil.domain.sale import Sale, SaleEnding
from counterfoil.domain.secret import Secret
from counterfoil.domain.settlement import Settlement
from counterfoil.domain.shift import Shift
from counterfoil.domain.staff import Permission, Person, StaffDeed
from counterfoil.domain.states import Customer, RedemptionState
from counterfoil.domain.tender import Tender
from counterfoil.domain.verdict import ChangeVoucher
from counterfoil.domain.voucher_type import VoucherType


@dataclass(frozen=True, slots=True)
class SaleOpened:
    """A new sale, open."""

    sale: Sale


@dataclass(frozen=True, slots=True)
class SaleMustBeOpen:
    """Writes nothing; the commit fails with SaleClosedError when the sale is not open."""

    sale_id: str


@dataclass(frozen=True, slots=True)
class SaleClosed:
    """Closes an open sale; the commit fails with SaleClosedError when it is closed already."""

    sale_id: str
    ending: SaleEnding
    by: str | None = None
    """Who closed it; None where the till did, with what paid it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerNoted:
    """Says where the customer of an open sale is; one who has gone closes it without the voucher.

    The commit fails with SaleClosedError when the sale is closed, and with StaleChangeError when
    somebody has answered already.
    """

    sale_id: str
    redemption_id: str
    """The redemption that was open when the till stopped; the event belongs to it."""
    customer: Customer
    at: datetime
    by: str | None = None
    """Who said it; None where the till asks."""


@dataclass(frozen=True, slots=True)
class RedemptionPrepared:
    """A new redemption, with the exact request: every attempt sends these bytes."""

    redemption: Redemption
    request: Secret


@dataclass(frozen=True, slots=True)
class RedemptionChanged:
    """The redemption in its new form; StaleChangeError unless its state still is ``before``.

    ``change`` is the change voucher with its codes, in the row that first says that there is one; a
    redemption itself holds only what may be seen of it.
    """

    before: RedemptionState
    after: Redemption
    at: datetime
    change: ChangeVoucher | None = None


@dataclass(frozen=True, slots=True)
class AttemptStarted:
    """An attempt is about to leave the till."""

    attempt: Attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptEnded:
    """The attempt's end, with what it proved; ``body`` is the answer as it came.

    ``outcome`` is ``approved``, ``declined`` or ``unknown``.
    """

    redemption_id: str
    number: int
    at: datetime
    outcome: str
    cause: str | None = None
    http_status: int | None = None
    body: Secret | None = None


@dataclass(frozen=True, slots=True)
class AdviceOwed:
    """A new advice, with the exact text that every attempt sends.

    It comes before the row of the redemption's change that owes it.
    """

    advice: Advice
    body: Secret


@dataclass(frozen=True, slots=True)
class ConfirmationReplaced:
    """A reversal replaces a confirmation; StaleChangeError once an attempt to send it has begun."""

    advice: Advice
    body: Secret
    at: datetime


@dataclass(frozen=True, slots=True)
class AdviceAttemptStarted:
    """An attempt to deliver the advice is about to begin.

    StaleChangeError if another was counted.
    """

    advice: Advice
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceAttemptEnded:
    """The advice after an attempt; StaleChangeError unless that attempt is under way.

    ``outcome`` is the name of the verdict's class in snake case, such as ``not_known_there``.
    """

    before: AdviceState
    after: Advice
    at: datetime
    outcome: str
    cause: str | None = None
    http_status: int | None = None


@dataclass(frozen=True, slots=True)
class AdviceSettled:
    """The advice ends with its redemption's settlement.

    StaleChangeError unless it is as it was, with no attempt to send it under way.
    """

    before: Advice
    after: Advice
    at: datetime


@dataclass(frozen=True, slots=True)
class SettlementKept:
    """A redemption is settled by people; StaleChangeError where it cannot be settled in this way.

    It comes before the row of the redemption's change.
    """

    settlement: Settlement


@dataclass(frozen=True, slots=True)
class VoidAsked:
    """Somebody asks for a redemption to be taken back; it is only recorded, and changes nothing.

    ``approved_by`` is None where ``by`` may do it alone.
    """

    redemption_id: str
    at: datetime
    reason: VoidReason
    by: str
    approved_by: str | None = None


@dataclass(frozen=True, slots=True)
class CodeShown:
    """Somebody is shown a change voucher's code; it is only recorded, and changes nothing.

    ``approved_by`` is None where ``by`` may see it alone. ``way`` is set where it is shown to the
    shop's phone, as a message.
    """

    redemption_id: str
    at: datetime
    by: str
    approved_by: str | None = None
    way: MessageWay | None = None
    is_reopened: bool = False


@dataclass(frozen=True, slots=True)
class PrintQueued:
    """A print job is counted before anything is sent to the printer.

    ``approved_by`` is None where nobody had to approve it.
    """

    job: PrintJob
    approved_by: str | None = None
    is_reopened: bool = False


@dataclass(frozen=True, slots=True)
class PrintMoved:
    """A print job in its new state; StaleChangeError unless it still is in ``before``."""

    before: PrintState
    after: PrintJob
    at: datetime
    by: str | None = None
    """Who said so; None where the till knows it by itself."""


@dataclass(frozen=True, slots=True)
class TypesKept:
    """The voucher types that an upstream offers, as it answered at ``at``."""

    upstream: str
    at: datetime
    types: tuple[VoucherType, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffKept:
    """One of the staff as they are now; StaleChangeError unless they still are as ``before``.

    ``before`` is None for somebody new. ``by`` says who did it, ``of`` and ``permission`` for whom
    and what a person approved, and ``redemption_id`` which redemption that is about.
    """

    before: Person | None
    after: Person
    at: datetime
    deed: StaffDeed
    by: str
    of: str | None = None
    permission: Permission | None = None
    reason: str | None = None
    redemption_id: str | None = None


@dataclass(frozen=True, slots=True)
class ShiftOpened:
    """A new shift, whose ``number`` and ``begins_after`` the journal gives it.

    StaleChangeError where one is open.
    """

    shift: Shift


@dataclass(frozen=True, slots=True)
class CashMoved:
    """Cash is put in or taken out; StaleChangeError unless that shift is open.

    Only the event is written.
    """

    move: CashMove


@dataclass(frozen=True, slots=True, kw_only=True)
class RestPaid:
    """A part of what a sale still owes is paid without a voucher; only the event is written.

    It comes after the row that closes the sale. ``redemption_id`` is the sale's last redemption, in
    whose timeline it is shown. StaleChangeError unless the shift is open and vouchers have paid
    ``paid_cents`` of the sale.
    """

    shift: int
    sale_id: str
    redemption_id: str
    paid_cents: int
    tender: Tender
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class DrawerCounted:
    """Somebody counted the drawer; StaleChangeError unless that shift is open.

    Only the event is written.
    """

    count: DrawerCount


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftClosed:
    """Ends a shift with the sums of its Z; StaleChangeError unless the shift is open."""

    number: int
    books: Books
    at: datetime
    by: str
    explanation: str = ""

    @property
    def until(self) -> int:
        """The number of the last event that the Z adds up."""
        assert self.books.head is not None, "a shift was opened by an event"
        return self.books.head.sequence

    @property
    def counted_cents(self) -> int:
        """What the last count found."""
        assert self.books.drawer.counted_cents is not None, "a drawer is counted before its Z"
        return self.books.drawer.counted_cents

    @property
    def difference_cents(self) -> int:
        """What the last count found above what should be there; negative for too little."""
        assert self.books.drawer.difference_cents is not None, "a drawer is counted before its Z"
        return self.books.drawer.difference_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftPrinted:
    """A paper of a closed shift's Z is counted before anything is sent to the printer.

    StaleChangeError unless there may be ``copy_number`` papers of it.
    """

    number: int
    copy_number: int
    at: datetime
    by: str
    approved_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftNotPrinted:
    """Nothing of a paper that was counted reached the printer, so there is no such paper.

    StaleChangeError if another one was counted after it, which may have come out with its number.
    """

    number: int
    copy_number: int
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class SecretsShredded:
    """A redemption loses its key, and with it all personal data that it holds.

    StaleChangeError unless it is settled, its slip is confirmed, and it has its key.
    """

    redemption_id: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionDone:
    """The journal was looked through once for data that is too old; it is only recorded.

    ``shredded`` redemptions lost their key, and ``kept`` were due but are not settled, or have no
    confirmed slip.
    """

    at: datetime
    by: str
    shredded: int
    kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneExported:
    """Somebody was given all that is stored about a phone number; it is only recorded."""

    at: datetime
    by: str
    approved_by: str | None
    phone_end: str
    """The last three digits of the number."""
    found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingChanged:
    """Somebody changes a setting of the till; it is only recorded, just before the file is written.

    ``before`` and ``after`` are what the file says, as text; no setting is a secret.
    """

    at: datetime
    by: str
    approved_by: str | None
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class StatementReconciled:
    """A provider's statement was compared with the journal; its differences follow.

    All of them are in the same commit.
    """

    run: Reconciliation


@dataclass(frozen=True, slots=True)
class DifferenceFound:
    """A difference that the run found whose row comes just before in the same commit."""

    difference: Difference
    at: datetime


@dataclass(frozen=True, slots=True)
class DifferenceResolved:
    """Somebody explains a difference; StaleChangeError unless it is still as ``before``."""

    before: Difference
    after: Difference


Row = (
    SaleOpened
    | SaleMustBeOpen
    | SaleClosed
    | CustomerNoted
    | RedemptionPrepared
    | RedemptionChanged
    | AttemptStarted
    | AttemptEnded
    | AdviceOwed
    | ConfirmationReplaced
    | AdviceAttemptStarted
    | AdviceAttemptEnded
    | AdviceSettled
    | SettlementKept
    | VoidAsked
    | CodeShown
    | PrintQueued
    | PrintMoved
    | TypesKept
    | StaffKept
    | ShiftOpened
    | CashMoved
    | RestPaid
    | DrawerCounted
    | ShiftClosed
    | ShiftPrinted
    | ShiftNotPrinted
    | SecretsShredded
    | RetentionDone
    | PhoneExported
    | SettingChanged
    | StatementReconciled
    | DifferenceFound
    | DifferenceResolved
)
