"""Failures of the environment, as one tree. Expected outcomes are values, not these.

CounterfoilError
├── JournalUnavailableError        the till sells nothing
│   ├── JournalLockedError         another till holds the same journal
│   │   └── JournalBusyError       another program, which is no till, has its file
│   ├── JournalFullError           the disk is full
│   ├── JournalReadOnlyError       the disk or file cannot be written
│   ├── JournalCorruptError        what is in the file is not what was written
│   ├── JournalNewerError          a newer till wrote it
│   ├── JournalMisplacedError      it lies where no journal can be kept
│   ├── JournalInputOutputError    the disk failed
│   └── JournalHeldError           a supervisor must look at the journal first
├── BackupError                    a backup cannot be made, read or put back
│   └── BackupFolderError          the folder for backups, or its disk, is not there
├── RedemptionRefusedError         the till itself refuses to start a redemption
│   ├── VoucherInUseError          the voucher has an open redemption here
│   ├── SaleInUseError             the sale has an open redemption here
│   ├── AmountNotOwedError         the sale does not owe this much
│   ├── SaleCurrencyError          the sale is in another currency than the voucher
│   ├── TooMuchOwedError           the upstream has not acknowledged far too much
│   ├── RecordAlteredError         a record of the upstream is not as the till wrote it
│   └── ReferenceTakenError        the short reference exists; choose another id
├── StaleChangeError               the row is no longer in the state the change began from
├── SaleClosedError                the sale was closed before the approval came
├── TillStoppedError               a part of the till ended that everything else relies on
├── GatewayUnavailableError        discovery or a lookup gave no usable answer
│   ├── GatewayUnauthorisedError   the upstream does not accept the till's key
│   ├── GatewayKeyMissingError     there is no key to ask it with; the cause says where one goes
│   ├── GatewayFailedError         it answers that something failed there
│   ├── GatewayPageError           a web page answered in its place, such as a login
│   ├── GatewayUnreadableError     its answer is not what the interface describes
│   └── GatewayEmptyError          it offers nothing
├── VaultUnavailableError          the key of the journal cannot be had
│   ├── ForeignKeyringError        a keyring was chosen that is not the system's own
│   └── KeyringSilentError         the system's keyring does not answer
├── CommandRefusedError            a command names what is not there; nothing was done
│   ├── UnknownRedemptionError     no redemption in the journal
│   ├── UnknownSaleError           no sale in the journal
│   ├── UnknownUpstreamError       no upstream in the settings
│   ├── NoSlipError                no slip of this redemption
│   ├── SecretsShreddedError       it was removed by the retention rules
│   ├── SettleRefusedError         nobody has to settle it by hand, or not now
│   ├── SettlementTextError        a text of a settlement is not taken
│   ├── StatementRefusedError      a provider's statement cannot be reconciled
│   ├── UnknownDifferenceError     no open difference of this number
│   └── StaffRefusedError          no such entry of the staff can be made
├── NotPermittedError              who wants something may not do it
│   ├── OwnSaleError               nobody does it to a sale of their own
│   └── TooManyTriesError          too many wrong codes were tried: somebody must look
├── ApprovalRefusedError           an approval cannot be given or used
├── SignInRefusedError             a PIN is not right, or may not be tried now
├── WeakPinError                   a new PIN is too easily guessed
├── SettingsError                  the settings say something impossible
└── EntryError                     what was typed cannot be sent
"""

import re
from datetime import datetime
from enum import StrEnum

from counterfoil.domain.causes.access import PlaceCause
from counterfoil.domain.causes.backup import NoBackup, NoRoom
from counterfoil.domain.causes.entry import EntryCause
from counterfoil.domain.causes.journal import Finding
from counterfoil.domain.causes.key import KeyProblem, NoKey
from counterfoil.domain.causes.settings import SettingsCause
from counterfoil.domain.drawer import ShiftProblem
from counterfoil.domain.pin_rules import PinKind, PinWeakness
from counterfoil.domain.settlement import TextFault
from counterfoil.domain.staff import Permission
from counterfoil.domain.statement import StatementTrouble


class CounterfoilError(Exception):
    """Something in the till's surroundings failed."""


class JournalUnavailableError(CounterfoilError):
    """The journal cannot be trusted to keep a row, so nothing may be sold."""


class JournalLockedError(JournalUnavailableError):
    """Another till is using this journal."""


class JournalBusyError(JournalLockedError):
    """Another program, such as one that makes backups, is using the journal's file."""


class JournalFullError(JournalUnavailableError):
    """The disk is full, or has no ``room`` for what is to be written."""

    def __init__(self, *words: str, room: NoRoom | None = None) -> None:
        super().__init__(*words)
        self.room = room


class JournalReadOnlyError(JournalUnavailableError):
    """The journal cannot be written."""


class JournalCorruptError(JournalUnavailableError):
    """The journal does not hold what was written to it."""


class RecordUnreadableError(JournalCorruptError):
    """One record is not as it was written. Work that does not need this record can go on."""


class JournalNewerError(JournalUnavailableError):
    """A newer till wrote the journal, and this one does not know all that is in it."""


class JournalMisplacedError(JournalUnavailableError):
    """The journal's folder or file is one that no journal can be kept in; ``cause`` says why."""

    def __init__(self, cause: PlaceCause) -> None:
        super().__init__(cause)
        self.cause = cause


class JournalInputOutputError(JournalUnavailableError):
    """The disk failed while the journal was being read or written."""


class JournalHeldError(JournalUnavailableError):
    """The journal is not as this till left it; nothing is sold until a supervisor accepts it."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(*findings)
        self.findings = findings


class BackupError(CounterfoilError):
    """A backup cannot be made, read or put back; ``cause`` says why."""

    def __init__(self, cause: NoBackup) -> None:
        super().__init__(cause)
        self.cause = cause


class BackupFolderError(BackupError):
    """The folder for backups, or the disk that it lies on, is not there; it may come back."""


class RedemptionRefusedError(CounterfoilError):
    """The till does not start this redemption; nothing was sent."""


class VoucherInUseError(RedemptionRefusedError):
    """This voucher has a redemption here that is not settled."""


class AlreadyRefundedError(RedemptionRefusedError):
    """This redemption has a refund that is under way, or that may have given the value back."""


class SaleInUseError(RedemptionRefusedError):
    """This sale has a redemption here that is not settled, or is closed."""


class AmountNotOwedError(RedemptionRefusedError):
    """The sale that is continued does not owe this amount."""


class SaleCurrencyError(RedemptionRefusedError):
    """The sale that is continued is in another currency than the voucher."""


class TooMuchOwedError(RedemptionRefusedError):
    """The upstream has left so many advices unacknowledged that nothing new is redeemed there."""


class RecordAlteredError(RedemptionRefusedError):
    """A record in the journal is not as the till wrote it, so nothing new is redeemed.

    The record is one of the redemption's upstream, or belongs to none.
    """


class ReferenceTakenError(RedemptionRefusedError):
    """The short reference of a new redemption is already in the journal."""


class StaleChangeError(CounterfoilError):
    """The redemption moved on before this change was committed."""


class SaleClosedError(CounterfoilError):
    """The sale was closed in another way before this approval could close it."""


class TillStoppedError(CounterfoilError):
    """A background task that the till cannot sell without has ended."""


class GatewayUnavailableError(CounterfoilError):
    """The upstream gave no usable answer to a question that moves no money."""


class GatewayUnauthorisedError(GatewayUnavailableError):
    """The upstream answered, and does not accept the till's key."""


class GatewayKeyMissingError(GatewayUnavailableError):
    """There is no key to ask the upstream with; ``cause`` says where one belongs."""

    def __init__(self, cause: NoKey) -> None:
        super().__init__(cause)
        self.cause = cause


class GatewayFailedError(GatewayUnavailableError):
    """The upstream answered that something failed there."""


class GatewayPageError(GatewayUnavailableError):
    """A web page answered in the upstream's place, such as a network's login."""


class GatewayUnreadableError(GatewayUnavailableError):
    """The upstream's answer does not fit the description of its interface."""


class GatewayEmptyError(GatewayUnavailableError):
    """The upstream answered, and offers no voucher type to this till."""


class VaultUnavailableError(CounterfoilError):
    """A key cannot be read, mostly the one that protects the journal; ``cause`` says why."""

    def __init__(self, cause: NoKey | KeyProblem) -> None:
        self.cause = cause if isinstance(cause, NoKey) else NoKey(cause)
        super().__init__(self.cause)


class ForeignKeyringError(VaultUnavailableError):
    """A keyring was chosen that is not the system's own; ``cause`` says where it was chosen."""


class KeyringSilentError(VaultUnavailableError):
    """The system's keyring does not answer; it may wait for somebody to unlock it."""


class CommandRefusedError(CounterfoilError):
    """A command names what is not there, by a wrong id or from an old screen; nothing was done."""


class UnknownRedemptionError(CommandRefusedError):
    """The journal has no redemption with this id."""


class UnknownSaleError(CommandRefusedError):
    """The journal has no sale with this id."""


class UnknownUpstreamError(CommandRefusedError):
    """The till's settings name no such upstream, or it has no advices to repeat."""


class NoSlipError(CommandRefusedError):
    """There is no slip of a redemption that was given up or taken back."""


class SecretsShreddedError(CommandRefusedError):
    """What is asked for of a redemption was removed by the retention rules, at ``at``."""

    def __init__(self, at: datetime) -> None:
        super().__init__("shredded")
        self.at = at


class NotPermittedError(CounterfoilError):
    """The person may not do this; nothing was done. ``permission`` is what they lack."""

    def __init__(self, permission: Permission) -> None:
        super().__init__(permission.value)
        self.permission = permission


class NobodyActsError(NotPermittedError):
    """Nobody has said who they are; ``has_staff`` is whether anybody could."""

    def __init__(self, *, has_staff: bool) -> None:
        super().__init__(Permission.SIGN_IN)
        self.has_staff = has_staff


class OwnSaleError(NotPermittedError):
    """It is a sale of the person's own, so somebody else must approve it; nothing was done."""


class SettleRefusal(StrEnum):
    """Why a redemption is not settled by hand; nothing was done."""

    NOT_OPEN = "not_open"
    """The till decides it by itself, or it is over: nobody has to settle it."""
    BEING_SENT = "being_sent"
    """The provider is being told about it at this moment."""
    MOVED_ON = "moved_on"
    """It changed meanwhile: look again."""
    GIVEN_BEFORE = "given_before"
    """It was voided, and its value given to the customer already: they get nothing more."""


class SettleRefusedError(CommandRefusedError):
    """A redemption is not settled by hand; nothing was done."""

    def __init__(self, why: SettleRefusal) -> None:
        super().__init__(why.value)
        self.why = why


class SettlementTextError(CommandRefusedError):
    """A text of a settlement is refused; ``field`` is its name in the command."""

    def __init__(self, field: str, fault: TextFault) -> None:
        super().__init__(f"{field}: {fault}")
        self.field = field
        self.fault = fault


class ShiftRefusedError(CommandRefusedError):
    """The till refuses to do something with a shift or its drawer; nothing was written."""

    def __init__(self, problem: ShiftProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class SupportFileProblem(StrEnum):
    """Why a support file was not written."""

    FILE_IS_THERE = "file_is_there"
    FILE_NOT_WRITTEN = "file_not_written"


class StatementRefusedError(CommandRefusedError):
    """A provider's statement cannot be reconciled; nothing of it was kept."""

    def __init__(self, cause: StatementTrouble) -> None:
        super().__init__(cause.problem.value)
        self.cause = cause


class SupportFileError(CommandRefusedError):
    """A support file was not written; ``cause`` says why."""

    def __init__(self, cause: SupportFileProblem) -> None:
        super().__init__(cause.value)
        self.cause = cause


class UnknownDifferenceError(CommandRefusedError):
    """The journal has no such difference, or it is already resolved."""


class TooManyTriesError(NotPermittedError):
    """Too many wrong codes were tried here; somebody must allow more. Nothing was sent."""


class StaffRefusal(StrEnum):
    """Why an entry in the list of staff is not made or changed."""

    HAS_STAFF = "has_staff"
    """The first manager is there already."""
    UNKNOWN_ROLE = "unknown_role"
    BAD_NUMBER = "bad_number"
    BAD_NAME = "bad_name"
    NUMBER_TAKEN = "number_taken"
    NAME_TAKEN = "name_taken"
    """Somebody has, or once had, this name: the journal knows people by it."""
    BADGE_TAKEN = "badge_taken"
    NO_MANAGER = "no_manager"
    LAST_MANAGER = "last_manager"
    """Nobody could manage the staff any more."""


class StaffRefusedError(CommandRefusedError):
    """An entry in the list of staff cannot be made or changed in this way; nothing was done."""

    def __init__(self, why: StaffRefusal) -> None:
        super().__init__(why.value)
        self.why = why


class ApprovalRefusal(StrEnum):
    """Why an approval is not given, or cannot be used."""

    OWN_SALE = "own_sale"
    """It is the approver's own sale, or they asked for it themselves."""
    NOT_PERMITTED = "not_permitted"
    """The approver may not do it either."""
    NEEDS_MANAGER = "needs_manager"
    """Nor may any supervisor: only a manager."""
    NOT_VALID = "not_valid"
    """It was used, is not as it was given, or is for something else or somebody else."""
    EXPIRED = "expired"


class ApprovalRefusedError(CounterfoilError):
    """An approval cannot be given or used; nothing was done."""

    def __init__(self, why: ApprovalRefusal) -> None:
        super().__init__(why.value)
        self.why = why


class SignInRefusal(StrEnum):
    """Why somebody may not sign in."""

    UNKNOWN_NUMBER = "unknown_number"
    WRONG_PIN = "wrong_pin"
    MUST_WAIT = "must_wait"
    """Too many wrong PINs were tried; ``wait_s`` says for how long none may be."""
    LOCKED_OUT = "locked_out"
    """So many wrong PINs were tried that only a manager lets them in."""
    LOCKED = "locked"
    """A manager has locked them."""
    NO_CODE = "no_code"
    """There is no recovery code, as in training."""


class SignInRefusedError(CounterfoilError):
    """Somebody may not sign in; ``wait_s`` is for how many seconds no PIN may be tried."""

    def __init__(self, why: SignInRefusal, wait_s: float = 0.0) -> None:
        super().__init__(why.value)
        self.why = why
        self.wait_s = wait_s


class WeakPinError(CounterfoilError):
    """A new PIN is too easily guessed; ``kind`` says what it has to be."""

    def __init__(self, weakness: PinWeakness, kind: PinKind) -> None:
        super().__init__(weakness.value)
        self.weakness = weakness
        self.kind = kind


class SettingsError(CounterfoilError):
    """The settings cannot be used as they are; ``cause`` says why."""

    def __init__(self, cause: SettingsCause) -> None:
        super().__init__(cause)
        self.cause = cause


class EntryError(CounterfoilError):
    """What was typed into a field cannot be sent; ``field`` names it, ``cause`` says why."""

    def __init__(self, field: str, cause: EntryCause) -> None:
        super().__init__(field, cause)
        self.field = field
        self.cause = cause


def name_of(failure: Exception) -> str:
    """Return a failure's name for scripts: ``JournalFullError`` is ``journal_full``."""
    name = type(failure).__name__.removesuffix("Error")
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
