"""Every intent of a person that changes something, reveals a secret, or asks a provider.

A command only says what is wanted. `Gate.run` carries it out, and returns the answer that the
command's type names. Who wants it is no part of a command. Nor are there commands for what the till
does by itself, without anybody's permission: recovery, resolver, forwarder and backups.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeVar

from counterfoil.declaring import dataclass
from counterfoil.domain.advice import Advice
from counterfoil.domain.contact import Contact, ProviderKind
from counterfoil.domain.drawer import CashMove, DrawerCount
from counterfoil.domain.language import Language
from counterfoil.domain.message import MessageWay
from counterfoil.domain.money import Amount, Exact
from counterfoil.domain.offer import Offer
from counterfoil.domain.printing import PrintJob
from counterfoil.domain.reconciliation import Difference, Reconciliation
from counterfoil.domain.reconciling import Undecided
from counterfoil.domain.redemption import Redemption, VoidReason
from counterfoil.domain.report import Days, Report, ReportKind
from counterfoil.domain.sale import Sale, SaleEnding
from counterfoil.domain.secret import Secret
from counterfoil.domain.setting import SettingChange
from counterfoil.domain.settlement import CustomerGot, Evidence
from counterfoil.domain.shift import Shift, ShiftReport
from counterfoil.domain.staff import Actor
from counterfoil.domain.statement import Period, StatementColumns
from counterfoil.domain.states import Customer
from counterfoil.domain.tender import Tender
from counterfoil.domain.verdict import ChangeVoucher
from counterfoil.domain.voids import VoidOutcome
from counterfoil.domain.voucher_type import VoucherType
from counterfoil.ports.gateway import Balance, LookupRefused
from counterfoil.ports.printer import Printer, PrintOutcome
from counterfoil.service.health import Health
from counterfoil.service.shredding import Shredded

Answer = TypeVar("Answer")


class Command(Generic[Answer]):
    """What a person wants done; ``Answer`` is what they get."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeemVoucher(Command[Redemption]):
    """Write a new redemption; nothing is sent before `WaitForResult`.

    ``fields`` are those that `read_form` returned. ``sale_id`` is the open sale that this goes on
    with; None opens a new one. ``due`` is all that is to be paid in a new one, where the voucher
    pays only a part; None where it is the amount.
    """

    voucher_type: VoucherType
    fields: Mapping[str, Secret]
    amount: Amount
    sale_id: str | None = None
    due: Exact | None = None


@dataclass(frozen=True, slots=True)
class WaitForResult(Command[Redemption]):
    """Send the request and ask on, until it is decided or the counter has waited long enough."""

    redemption_id: str


@dataclass(frozen=True, slots=True)
class AbandonRedemption(Command[Redemption]):
    """Give up a redemption that was written and never sent."""

    redemption: Redemption


@dataclass(frozen=True, slots=True)
class CheckBalance(Command[Balance | LookupRefused]):
    """Ask what is on a voucher; nothing is taken.

    ``fields`` are those that `read_form` returned.
    """

    voucher_type: VoucherType
    fields: Mapping[str, Secret]


@dataclass(frozen=True, slots=True)
class RefreshTypes(Command[Offer]):
    """Ask every provider at once which voucher types there are."""


@dataclass(frozen=True, slots=True)
class CheckHealth(Command[Health]):
    """Ask every provider at once, and say how the till is."""


@dataclass(frozen=True, slots=True)
class KeepSupportFile(Command[Path]):
    """Write how the till is, its settings and the end of its log into a file for whoever helps.

    No secret is in it. The answer is its path; without ``path`` it lies in the till's own folder.
    """

    path: Path | None = None


@dataclass(frozen=True, slots=True)
class LeaveSale(Command[None]):
    """Close the sale at the counter as it stands, because the cashier goes on to the next customer.

    Its voucher was refused, is in doubt, or held too little. Whoever may redeem may do this: if the
    sale stayed open, a late approval would pay for it after its customer has left. Any other sale
    than the one at the counter needs the permission of `SetSaleAside`.
    """

    sale_id: str
    ending: SaleEnding = SaleEnding.CUSTOMER_LEFT


@dataclass(frozen=True, slots=True)
class SetSaleAside(Command[None]):
    """Close a sale without its voucher, away from the counter, such as one paid another way."""

    sale_id: str
    ending: SaleEnding = SaleEnding.PAID_OTHERWISE


@dataclass(frozen=True, slots=True)
class AnswerForCustomer(Command[Redemption]):
    """Say where the customer is of a sale that was open when the till stopped."""

    redemption_id: str
    customer: Customer


@dataclass(frozen=True, slots=True)
class VoidRedemption(Command[VoidOutcome]):
    """Take a redemption back in the first way that is possible. The goods must be back before.

    ``given`` is what the customer gets where the provider puts nothing back on the voucher; without
    it such a void is only asked for, and changes nothing. Where the value goes back on the voucher
    nothing else is to be given, and nothing is kept of it.
    """

    redemption_id: str
    reason: VoidReason
    given: CustomerGot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleByHand(Command[Redemption]):
    """Settle what the till cannot decide, by what the provider says about it.

    ``said_by`` is the person at the provider, ``provider_reference`` their number for it, and
    ``got`` what the customer got from the shop. The texts are stored unencrypted;
    `settling.needed_texts` says which of them must be there. A late approval needs none to pay for
    a new sale of its customer, or to be given back.
    """

    redemption_id: str
    evidence: Evidence
    got: CustomerGot
    said_by: str = ""
    provider_reference: str = ""
    reason: str = ""


class Stage(StrEnum):
    """What a reconciliation is doing at the moment."""

    READING = "reading"
    COMPARING = "comparing"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reconciliation is: ``done`` things in this stage, a ``share`` from 0 up to 1."""

    stage: Stage
    done: int
    share: float


Told = Callable[[Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A statement to be reconciled; ``columns`` are those that a person confirmed.

    ``period`` is the time to look at, where that is not the whole of the statement. With
    ``is_again`` a file that was reconciled before is done once more, else it is refused.
    """

    path: Path
    upstream: str
    columns: StatementColumns
    period: Period | None = None
    is_again: bool = False
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The result of a reconciliation as it was stored; ``undecided`` alone is not stored."""

    run: Reconciliation
    differences: tuple[Difference, ...]
    undecided: tuple[Undecided, ...]


@dataclass(frozen=True, slots=True)
class ReconcileStatement(Command[Reconciled]):
    """Compare a provider's statement with the journal, and store how they differ.

    If the caller stops waiting before the end, nothing is stored.
    """

    wanted: Wanted


@dataclass(frozen=True, slots=True)
class ResolveDifference(Command[Difference]):
    """Write down how a difference was explained; nothing else changes by it."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class PrintSlip(Command[tuple[PrintJob, PrintOutcome]]):
    """Print the slip of a redemption, on ``printer`` or else on the till's own.

    Where it may have been printed before it is a copy, which needs a permission of its own.
    """

    redemption_id: str
    printer: Printer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmSlip(Command[PrintJob | None]):
    """Say whether the whole slip came out; the answer is None where no print job waits for this."""

    redemption_id: str
    is_complete: bool


@dataclass(frozen=True, slots=True)
class ResumePrinter(Command[bool]):
    """Start the till's paused print queue again; what waits in it is printed.

    The answer is whether the print system allowed it.
    """


@dataclass(frozen=True, slots=True)
class RevealedAnswer:
    """A provider's last answer, and the change voucher that was in it; None where none came."""

    answer: Secret | None
    change: ChangeVoucher | None


@dataclass(frozen=True, slots=True)
class RevealChange(Command[ChangeVoucher | None]):
    """Show the codes of a change voucher; None comes back where there is none to show.

    With ``way`` they are shown to the shop's phone, which sends them on.
    """

    redemption_id: str
    way: MessageWay | None = None


@dataclass(frozen=True, slots=True)
class RevealAnswer(Command[RevealedAnswer]):
    """Show the provider's last answer whole, with the codes of the change voucher in it."""

    redemption_id: str


@dataclass(frozen=True, slots=True)
class AskAgain(Command[Redemption]):
    """Ask the provider once, now, about a redemption that is in doubt."""

    redemption_id: str


@dataclass(frozen=True, slots=True)
class TryNow(Command[Advice | None]):
    """Send the advice owed for a redemption now, without waiting until it is due."""

    redemption_id: str


@dataclass(frozen=True, slots=True)
class AllowMoreTries(Command[None]):
    """Let whoever is at the till try codes again, after too many wrong ones."""


@dataclass(frozen=True, slots=True)
class ResumeUpstream(Command[None]):
    """Send to a provider again that did not accept the till's credentials."""

    upstream: str


@dataclass(frozen=True, slots=True)
class SignIn(Command[Actor]):
    """Say who is at the till, and prove it; the answer is who acts from now on."""

    number: str
    pin: Secret


@dataclass(frozen=True, slots=True)
class SignOut(Command[None]):
    """Leave the till to whoever signs in next."""


@dataclass(frozen=True, slots=True)
class FindBadge(Command[str | None]):
    """Ask whose badge this is; the answer is their number, None where it is nobody's."""

    badge: Secret


@dataclass(frozen=True, slots=True)
class MakeFirstManager(Command[Secret]):
    """Make the first manager of a till without staff.

    The answer is the code that recovers a lost passphrase, which is never shown again.
    """

    number: str
    name: str
    passphrase: Secret


@dataclass(frozen=True, slots=True)
class RecoverManager(Command[None]):
    """Give a manager a new passphrase by the recovery code, which is spent with it."""

    code: Secret
    number: str
    passphrase: Secret


@dataclass(frozen=True, slots=True)
class AcknowledgeRecovery(Command[Secret]):
    """Say that a manager knows that the recovery code was used; the answer is a new one."""


@dataclass(frozen=True, slots=True)
class AcknowledgeAlerts(Command[None]):
    """Say that somebody has read their alerts at sign-in; they do not see these again."""


@dataclass(frozen=True, slots=True)
class ChangeOwnPin(Command[None]):
    """Give oneself a new PIN; the old one proves who it is."""

    old: Secret
    new: Secret


@dataclass(frozen=True, slots=True)
class ChooseLanguage(Command[None]):
    """Have the window speak a language to oneself from now on."""

    language: Language | None


@dataclass(frozen=True, slots=True)
class SetPin(Command[None]):
    """Give somebody else a new PIN, which also ends their wait after wrong ones."""

    number: str
    pin: Secret


@dataclass(frozen=True, slots=True)
class AddPerson(Command[None]):
    """Add somebody to the staff."""

    number: str
    name: str
    role: str
    pin: Secret
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class SetRole(Command[None]):
    """Give somebody another role; ``pin`` is needed where the role wants another kind of PIN."""

    number: str
    role: str
    pin: Secret | None = None


@dataclass(frozen=True, slots=True)
class SetBadge(Command[None]):
    """Give somebody a badge, or take theirs away."""

    number: str
    badge: Secret | None


@dataclass(frozen=True, slots=True)
class LockPerson(Command[None]):
    """Lock somebody's entry, so that they cannot sign in any more."""

    number: str


@dataclass(frozen=True, slots=True)
class UnlockPerson(Command[None]):
    """Let somebody sign in again whom a manager or too many wrong PINs had locked."""

    number: str


@dataclass(frozen=True, slots=True)
class OpenShift(Command[Shift]):
    """Open a shift with this much cash in the drawer, in minor units."""

    float_cents: int


@dataclass(frozen=True, slots=True)
class PayIn(Command[CashMove]):
    """Put cash into the drawer, such as more change."""

    cents: int
    reason: str


@dataclass(frozen=True, slots=True)
class PayOut(Command[CashMove]):
    """Take cash out of the drawer and spend it."""

    cents: int
    reason: str


@dataclass(frozen=True, slots=True)
class DropCash(Command[CashMove]):
    """Take cash out of the drawer and keep it in the safe."""

    cents: int
    reason: str


@dataclass(frozen=True, slots=True)
class OpenDrawer(Command[CashMove]):
    """Open the drawer without a sale, and without moving cash."""

    reason: str


@dataclass(frozen=True, slots=True)
class TakeRest(Command[Sale]):
    """Take another payment for what a sale's vouchers did not cover, which closes the sale."""

    sale_id: str
    tenders: tuple[Tender, ...]


@dataclass(frozen=True, slots=True)
class CountDrawer(Command[DrawerCount]):
    """Record how many notes and coins of each value, in minor units, are in the drawer."""

    pieces: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class ReadShift(Command[ShiftReport]):
    """Return the X report of the open shift or, with ``number``, that Z; changes nothing."""

    number: int | None = None


@dataclass(frozen=True, slots=True)
class CloseShift(Command[Shift]):
    """Close the shift with its Z.

    ``explanation`` says why what was counted is not what should be there; it may be empty where
    that is less than the shop's limit.
    """

    explanation: str = ""


@dataclass(frozen=True, slots=True)
class ShiftPaper:
    """Which copy of a report was printed, 0 for the first, and whether it came out."""

    copy_number: int
    outcome: PrintOutcome


@dataclass(frozen=True, slots=True)
class PrintShift(Command[ShiftPaper]):
    """Print the Z report with this number or, without one, the X report of the open shift.

    An X needs the permission of `ReadShift`, and a Z that was printed before that of a copy.
    """

    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadReport(Command[Report]):
    """Add up what was taken over some days; nothing is changed.

    ``told`` hears how much of the journal was gone through, from 0 up to 1. Whoever stops waiting
    for the report before its end stops it.
    """

    kind: ReportKind
    days: Days
    told: Callable[[float], None] | None = None


@dataclass(frozen=True, slots=True)
class ShredDue(Command[Shredded]):
    """Remove the personal data that is too old to keep, by dropping its keys."""


@dataclass(frozen=True, slots=True)
class ChangeSettings(Command[None]):
    """Change settings in the till's file. They hold once the till is opened again.

    None of them is changed where one of them cannot be (SettingsError).
    """

    changes: tuple[SettingChange, ...]


@dataclass(frozen=True, slots=True)
class KeepKey(Command[None]):
    """Keep Moment's key in the system's keyring, in place of the one before."""

    key: Secret


@dataclass(frozen=True, slots=True)
class TryProvider(Command[Contact]):
    """Ask a provider once, with a key that is kept nowhere, and say how the line is.

    ``user`` is by which name Electrum knows the till, whose key is a password; Moment needs none.
    """

    address: str
    key: Secret
    kind: ProviderKind = ProviderKind.MOMENT
    user: str = ""


@dataclass(frozen=True, slots=True)
class TryPrinter(Command[PrintOutcome]):
    """Print a test slip as a till with these settings would."""

    changes: tuple[SettingChange, ...]


@dataclass(frozen=True, slots=True)
class SetUpTill(Command[None]):
    """Make the settings file of a till that is one for training so far, and keep its key.

    Everybody may, as there is no staff yet; it is refused once there is a file (SettingsError).
    """

    changes: tuple[SettingChange, ...]
    key: Secret | None = None
    kind: ProviderKind = ProviderKind.MOMENT
    """Whose key it is."""


@dataclass(frozen=True, slots=True)
class ExportPhone(Command[tuple[Redemption, ...]]):
    """Return all that is stored about a phone number, which is given with its country code."""

    phone: Secret


@dataclass(frozen=True, slots=True)
class SettleAll(Command[None]):
    """Ask about and deliver everything that is not settled, until nothing more can be done.

    It goes on for ``limit_s`` seconds; None ends it as soon as everything was tried often enough.
    """

    limit_s: float | None = None
