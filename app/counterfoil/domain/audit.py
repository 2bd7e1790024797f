"""The audit events: one type for each thing that can happen, and no secret in any.

An event says by itself what happened, so that a day at the shop can be told from the events alone.
Decisions read the rows that an event goes with.
"""

from datetime import datetime
from typing import assert_never

from counterfoil.declaring import dataclass
from counterfoil.domain import rows
from counterfoil.domain.advice import Advice, AdviceKind, AdviceState, ReversalReason
from counterfoil.domain.chain_head import ChainHead
from counterfoil.domain.drawer import CashMoveKind, DrawerCount
from counterfoil.domain.language import Language
from counterfoil.domain.message import MessageWay
from counterfoil.domain.money import Exact
from counterfoil.domain.printing import PrintState
from counterfoil.domain.reconciliation import DifferenceKind
from counterfoil.domain.redemption import AttemptKind, AttentionCause, Redemption, VoidReason
from counterfoil.domain.sale import SaleEnding
from counterfoil.domain.settlement import CustomerGot, Evidence, SettledAs, Settlement
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.staff import Permission, StaffDeed
from counterfoil.domain.states import Customer, RedemptionState, SaleState
from counterfoil.domain.tender import TenderKind
from counterfoil.domain.verdict import DeclineReason, UnknownCause


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleOpened:
    """A sale was opened; ``due_cents`` is None where the whole voucher is taken."""

    sale_id: str
    currency: str
    due_cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleClosed:
    """A sale was closed; ``by`` is None where the till did so, with what paid the sale.

    ``ending`` is None where its vouchers paid it, and in events of tills before version 2.3.
    """

    sale_id: str
    state: SaleState
    by: str | None = None
    ending: SaleEnding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerNoted:
    """Somebody said where the customer of an open sale is.

    ``by`` is None where nobody said it: the till began to ask.
    """

    sale_id: str
    customer: Customer
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RedemptionPrepared:
    """A new redemption was written into the journal, before anything was sent for it.

    ``amount_cents`` None is the whole value. ``type_name`` and ``voucher_tail`` are empty in events
    of journals before version 2.0.
    """

    sale_id: str
    upstream: str
    type_id: str
    reference: str
    currency: str
    cashier: str
    amount_cents: int | None = None
    refund_of: str | None = None
    type_name: str = ""
    voucher_tail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedemptionChanged:
    """A redemption moved to another state, or its next attempt was planned."""

    before: RedemptionState
    after: RedemptionState
    redeemed_cents: int | None = None
    decline: DeclineReason | None = None
    attention: AttentionCause | None = None
    last_cause: UnknownCause | None = None
    next_due_at: datetime | None = None

    @property
    def is_move(self) -> bool:
        """Whether the state changed."""
        return self.before is not self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptStarted:
    """An attempt got its number in the journal, before its first byte was sent."""

    number: int
    kind: AttemptKind


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptEnded:
    """An attempt ended; for ``outcome`` and ``cause`` see the row `rows.AttemptEnded`."""

    number: int
    outcome: str
    cause: str | None = None
    http_status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceOwed:
    """The upstream is owed an advice from now on."""

    id: str
    kind: AdviceKind
    reason: ReversalReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationReplaced:
    """A confirmation that was never sent was replaced by a reversal."""

    id: str
    kind: AdviceKind
    reason: ReversalReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceAttemptStarted:
    """An attempt to deliver an advice was counted in the journal, before anything was sent.

    ``attempts`` is how many there are with this one.
    """

    kind: AdviceKind
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceAttemptEnded:
    """An attempt to deliver an advice ended, and left the advice in the state ``after``."""

    kind: AdviceKind
    attempts: int
    outcome: str
    before: AdviceState
    after: AdviceState
    cause: str | None = None
    http_status: int | None = None
    next_due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceSettled:
    """An advice ended with the settlement of its redemption."""

    kind: AdviceKind
    before: AdviceState


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """People settled a redemption; without evidence it was a void outside the voucher."""

    settled_as: SettledAs
    got: CustomerGot
    by: str
    approved_by: str | None = None
    evidence: Evidence | None = None
    said_by: str = ""
    provider_reference: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidAsked:
    """Somebody asked for a redemption to be taken back."""

    reason: VoidReason
    by: str
    approved_by: str | None = None
    """Who approved it; None where ``by`` may do it alone, and in events from before version 4.1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeShown:
    """Somebody was shown the codes of a change voucher."""

    by: str
    approved_by: str | None = None
    way: MessageWay | None = None
    """Set where they were shown to the shop's phone, as a message."""
    is_reopened: bool = False
    """The customer had taken the slip with them already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintQueued:
    """A print job got its number in the journal, before anything was sent to the printer."""

    number: int
    kind: SlipKind
    copy_number: int
    by: str
    approved_by: str | None = None
    is_reopened: bool = False
    """The customer had taken a slip with the code of the change voucher already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintMoved:
    """A print job moved from one state to another."""

    number: int
    before: PrintState
    after: PrintState
    by: str | None = None
    """Who said so; None where the till knew it by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypesKept:
    """The till stored the list of voucher types of an upstream; ``types`` is how many there are."""

    upstream: str
    types: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalAccepted:
    """A supervisor let the till go on with a journal that it had found altered.

    ``found`` are the sentences that said what was wrong with it.
    """

    by: str
    reason: str
    found: tuple[str, ...]
    number: int = 0
    """Which acceptance it is, from 1; 0 in journals before version 2.0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffDone:
    """Somebody signed in, approved something, or was changed in the list of staff.

    ``number`` is the person's and ``by`` who did it. In an approval, ``of`` is who asked for it and
    ``permission`` what for.
    """

    number: str
    deed: StaffDeed
    by: str
    failures: int = 0
    """How many PINs were tried since the last right one."""
    role: str | None = None
    of: str | None = None
    permission: Permission | None = None
    reason: str | None = None
    language: Language | None = None
    """What they chose, or were added with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftOpened:
    """A shift was opened with ``float_cents`` in the drawer.

    It adds up the events after the one numbered ``begins_after``.
    """

    number: int
    by: str
    currency: str
    float_cents: int
    begins_after: int
    """The number of the last event that belongs to what was before this shift."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CashMoved:
    """Cash was put into the drawer or taken out of it without a sale, or it was only opened."""

    shift: int
    kind: CashMoveKind
    cents: int
    by: str
    reason: str
    approved_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RestPaid:
    """A part of what a sale's vouchers did not cover was paid another way.

    ``given_cents`` is the cash that the customer handed over.
    """

    shift: int
    sale_id: str
    kind: TenderKind
    cents: int
    by: str
    given_cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawerCounted:
    """Somebody counted the drawer.

    Each of ``pieces`` is a value in minor units and how many there were: ``5000x12`` is twelve
    notes of R50.
    """

    shift: int
    counted_cents: int
    expected_cents: int
    by: str
    pieces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftClosed:
    """A shift was closed by its Z report, which adds up all events to the one numbered ``until``.

    ``difference_cents`` is what was counted less what should be there.
    """

    number: int
    by: str
    until: int
    counted_cents: int
    difference_cents: int
    explanation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftPrinted:
    """A paper of a shift's Z report was counted, before it was sent to the printer.

    ``copy_number`` is 0 for the first paper.
    """

    number: int
    copy_number: int
    by: str
    approved_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftNotPrinted:
    """Nothing of a counted paper of a Z reached the printer: there is no such paper."""

    number: int
    copy_number: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretsShredded:
    """A redemption's key was dropped, so its personal data can never be read again."""

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionDone:
    """The till looked through the journal for personal data that is too old to keep.

    ``shredded`` redemptions lost their key. ``kept`` were old enough, but are not settled or have
    no confirmed slip.
    """

    by: str
    shredded: int
    kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneExported:
    """Somebody was given all that is stored about a phone number, which ends in ``phone_end``."""

    by: str
    phone_end: str
    found: int
    approved_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingChanged:
    """Somebody changed a setting in the window; what is empty is not in the file.

    It is recorded just before the file is written, so that no change is without it.
    """

    by: str
    name: str
    before: str
    after: str
    approved_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementReconciled:
    """A provider's statement was compared with the journal; ``file_hash`` is its SHA-256."""

    number: int
    upstream: str
    by: str
    file_hash: str
    lines: int
    matched: int
    differences: int
    approved_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceFound:
    """A comparing of a statement with the journal found a difference.

    ``run`` is the number of the comparing; amounts are as in `Difference`.
    """

    number: int
    run: int
    kind: DifferenceKind
    reference: str
    their_reference: str
    there_cents: int
    there_currency: str
    here_cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceResolved:
    """Somebody wrote down how a difference was explained."""

    number: int
    by: str
    reason: str
    approved_by: str | None = None


AuditEvent = (
    SaleOpened
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
    | Settled
    | VoidAsked
    | CodeShown
    | PrintQueued
    | PrintMoved
    | TypesKept
    | JournalAccepted
    | StaffDone
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One event as the journal holds it.

    ``head`` has its number, in the order of the commits, and what links it to all before it.
    """

    head: ChainHead
    at: datetime
    redemption_id: str | None
    event: AuditEvent

    @property
    def sequence(self) -> int:
        """Its number, in the order of the commits."""
        return self.head.sequence


@dataclass(frozen=True, slots=True)
class Happened:
    """An event that is to be recorded; ``at`` None means at the same time as the one before it."""

    event: AuditEvent
    at: datetime | None


def happened(row: rows.Row) -> Happened | None:
    """Return the event that records one row of a commit; None for a row that writes nothing."""
    match row:
        case rows.SaleOpened(sale):
            opened = SaleOpened(sale_id=sale.id, currency=sale.currency, due_cents=sale.due_cents)
            return Happened(opened, sale.opened_at)
        case rows.SaleMustBeOpen():
            return None
        case rows.SaleClosed(sale_id, ending, by):
            said = None if ending is SaleEnding.PAID else ending
            closed = SaleClosed(sale_id=sale_id, state=ending.state, by=by, ending=said)
            return Happened(closed, None)
        case rows.CustomerNoted():
            noted = CustomerNoted(sale_id=row.sale_id, customer=row.customer, by=row.by)
            return Happened(noted, row.at)
        case (
            rows.PrintQueued()
            | rows.PrintMoved()
            | rows.VoidAsked()
            | rows.CodeShown()
            | rows.SettlementKept()
        ):
            return _said_or_printed(row)
        case (
            rows.TypesKept()
            | rows.StaffKept()
            | rows.SecretsShredded()
            | rows.RetentionDone()
            | rows.PhoneExported()
            | rows.SettingChanged()
            | rows.StatementReconciled()
            | rows.DifferenceFound()
            | rows.DifferenceResolved()
        ):
            return _beside_sales(row)
        case (
            rows.ShiftOpened()
            | rows.CashMoved()
            | rows.RestPaid()
            | rows.DrawerCounted()
            | rows.ShiftClosed()
            | rows.ShiftPrinted()
            | rows.ShiftNotPrinted()
        ):
            return _of_shift(row)
        case _:
            return _asked_upstream(row)


def _said_or_printed(
    row: rows.PrintQueued | rows.PrintMoved | rows.VoidAsked | rows.CodeShown | rows.SettlementKept,
) -> Happened:
    """Return what a person wanted or agreed on, and what became of paper."""
    match row:
        case rows.PrintQueued(job):
            queued = PrintQueued(
                number=job.number,
                kind=job.kind,
                copy_number=job.copy_number,
                by=job.by,
                approved_by=row.approved_by,
                is_reopened=row.is_reopened,
            )
            return Happened(queued, job.queued_at)
        case rows.PrintMoved(before, after):
            moved = PrintMoved(number=after.number, before=before, after=after.state, by=row.by)
            return Happened(moved, row.at)
        case rows.VoidAsked():
            asked = VoidAsked(reason=row.reason, by=row.by, approved_by=row.approved_by)
            return Happened(asked, row.at)
        case rows.CodeShown():
            shown = CodeShown(
                by=row.by,
                approved_by=row.approved_by,
                way=row.way,
                is_reopened=row.is_reopened,
            )
            return Happened(shown, row.at)
        case rows.SettlementKept(settlement):
            return Happened(_settled(settlement), settlement.at)
        case _:
            assert_never(row)


def _beside_sales(
    row: rows.TypesKept
    | rows.StaffKept
    | rows.SecretsShredded
    | rows.RetentionDone
    | rows.PhoneExported
    | rows.SettingChanged
    | rows.StatementReconciled
    | rows.DifferenceFound
    | rows.DifferenceResolved,
) -> Happened:
    """Return what was kept beside the sales: of persons, and what a statement says."""
    if isinstance(row, rows.StatementReconciled | rows.DifferenceFound | rows.DifferenceResolved):
        return _reconciled(row)
    return Happened(_kept(row), row.at)


def _kept(
    row: rows.TypesKept
    | rows.StaffKept
    | rows.SecretsShredded
    | rows.RetentionDone
    | rows.PhoneExported
    | rows.SettingChanged,
) -> AuditEvent:
    """Return what was done with what is kept of persons: of the staff, and of customers."""
    match row:
        case rows.TypesKept():
            return TypesKept(upstream=row.upstream, types=len(row.types))
        case rows.StaffKept():
            return _staff_done(row)
        case rows.SecretsShredded():
            return SecretsShredded(by=row.by)
        case rows.RetentionDone():
            return RetentionDone(by=row.by, shredded=row.shredded, kept=row.kept)
        case rows.PhoneExported():
            return PhoneExported(
                by=row.by, phone_end=row.phone_end, found=row.found, approved_by=row.approved_by
            )
        case rows.SettingChanged():
            return SettingChanged(
                by=row.by,
                name=row.name,
                before=row.before,
                after=row.after,
                approved_by=row.approved_by,
            )
        case _:
            assert_never(row)


def _staff_done(row: rows.StaffKept) -> StaffDone:
    is_role_new = row.before is None or row.before.role != row.after.role
    is_language_new = row.before is None or row.before.language is not row.after.language
    return StaffDone(
        number=row.after.number,
        deed=row.deed,
        by=row.by,
        failures=row.after.failures,
        role=row.after.role if is_role_new else None,
        of=row.of,
        permission=row.permission,
        reason=row.reason,
        language=row.after.language if is_language_new else None,
    )


def _of_shift(
    row: rows.ShiftOpened
    | rows.CashMoved
    | rows.RestPaid
    | rows.DrawerCounted
    | rows.ShiftClosed
    | rows.ShiftPrinted
    | rows.ShiftNotPrinted,
) -> Happened:
    """Return what became of a shift and its drawer."""
    match row:
        case rows.ShiftOpened(shift):
            opened = ShiftOpened(
                number=shift.number,
                by=shift.opened_by,
                currency=shift.currency,
                float_cents=shift.float_cents,
                begins_after=shift.begins_after,
            )
            return Happened(opened, shift.opened_at)
        case rows.CashMoved(move):
            moved = CashMoved(
                shift=move.shift,
                kind=move.kind,
                cents=move.cents,
                by=move.by,
                reason=move.reason,
                approved_by=move.approved_by,
            )
            return Happened(moved, move.at)
        case rows.RestPaid():
            paid = RestPaid(
                shift=row.shift,
                sale_id=row.sale_id,
                kind=row.tender.kind,
                cents=row.tender.cents,
                by=row.by,
                given_cents=row.tender.given_cents,
            )
            return Happened(paid, row.at)
        case rows.DrawerCounted(count):
            return Happened(_counted(count), count.at)
        case rows.ShiftClosed():
            closed = ShiftClosed(
                number=row.number,
                by=row.by,
                until=row.until,
                counted_cents=row.counted_cents,
                difference_cents=row.difference_cents,
                explanation=row.explanation,
            )
            return Happened(closed, row.at)
        case rows.ShiftPrinted():
            printed = ShiftPrinted(
                number=row.number,
                copy_number=row.copy_number,
                by=row.by,
                approved_by=row.approved_by,
            )
            return Happened(printed, row.at)
        case rows.ShiftNotPrinted():
            unsent = ShiftNotPrinted(number=row.number, copy_number=row.copy_number, by=row.by)
            return Happened(unsent, row.at)
        case _:
            assert_never(row)


def _counted(count: DrawerCount) -> DrawerCounted:
    return DrawerCounted(
        shift=count.shift,
        counted_cents=count.counted_cents,
        expected_cents=count.expected_cents,
        by=count.by,
        pieces=tuple(
            f"{value}x{pieces}" for value, pieces in sorted(count.pieces.items()) if pieces
        ),
    )


def _reconciled(
    row: rows.StatementReconciled | rows.DifferenceFound | rows.DifferenceResolved,
) -> Happened:
    """Return what came of a provider's statement."""
    match row:
        case rows.StatementReconciled(run):
            compared = StatementReconciled(
                number=run.number,
                upstream=run.upstream,
                by=run.by,
                file_hash=run.file_hash,
                lines=run.lines,
                matched=run.matched,
                differences=run.differences,
                approved_by=run.approved_by,
            )
            return Happened(compared, run.at)
        case rows.DifferenceFound(one):
            found = DifferenceFound(
                number=one.number,
                run=one.run,
                kind=one.kind,
                reference=one.reference,
                their_reference=one.their_reference,
                there_cents=one.there_cents,
                there_currency=one.there_currency,
                here_cents=one.here_cents,
            )
            return Happened(found, row.at)
        case rows.DifferenceResolved(_, one):
            assert one.resolved_by is not None, "a person resolves it"
            assert one.reason is not None, "it is resolved with a reason"
            resolved = DifferenceResolved(
                number=one.number,
                by=one.resolved_by,
                reason=one.reason,
                approved_by=one.approved_by,
            )
            return Happened(resolved, one.resolved_at)
        case _:
            assert_never(row)


def _settled(settlement: Settlement) -> Settled:
    return Settled(
        settled_as=settlement.settled_as,
        got=settlement.got,
        by=settlement.by,
        approved_by=settlement.approved_by,
        evidence=settlement.evidence,
        said_by=settlement.said_by,
        provider_reference=settlement.provider_reference,
        reason=settlement.reason,
    )


def _asked_upstream(
    row: rows.RedemptionPrepared
    | rows.RedemptionChanged
    | rows.AttemptStarted
    | rows.AttemptEnded
    | rows.AdviceOwed
    | rows.ConfirmationReplaced
    | rows.AdviceAttemptStarted
    | rows.AdviceAttemptEnded
    | rows.AdviceSettled,
) -> Happened:
    """Return what is between the till and an upstream."""
    match row:
        case rows.RedemptionPrepared(redemption):
            return Happened(_prepared(redemption), redemption.created_at)
        case rows.RedemptionChanged():
            return Happened(_changed(row), row.at)
        case rows.AttemptStarted(attempt):
            started = AttemptStarted(number=attempt.number, kind=attempt.kind)
            return Happened(started, attempt.started_at)
        case rows.AttemptEnded():
            ended = AttemptEnded(
                number=row.number,
                outcome=row.outcome,
                cause=row.cause,
                http_status=row.http_status,
            )
            return Happened(ended, row.at)
        case _:
            return _advised(row)


def _prepared(redemption: Redemption) -> RedemptionPrepared:
    amount = redemption.amount
    return RedemptionPrepared(
        sale_id=redemption.sale_id,
        upstream=redemption.upstream,
        type_id=redemption.type_id,
        reference=redemption.reference,
        currency=redemption.currency,
        cashier=redemption.cashier,
        amount_cents=amount.cents if isinstance(amount, Exact) else None,
        refund_of=redemption.refund_of,
        type_name=redemption.type_name,
        voucher_tail=redemption.voucher_tail,
    )


def _changed(row: rows.RedemptionChanged) -> RedemptionChanged:
    after = row.after
    return RedemptionChanged(
        before=row.before,
        after=after.state,
        redeemed_cents=after.redeemed_cents,
        decline=after.decline,
        attention=after.attention,
        last_cause=after.last_cause,
        next_due_at=after.next_due_at,
    )


def _advised(
    row: rows.AdviceOwed
    | rows.ConfirmationReplaced
    | rows.AdviceAttemptStarted
    | rows.AdviceAttemptEnded
    | rows.AdviceSettled,
) -> Happened:
    match row:
        case rows.AdviceOwed(advice):
            owed = AdviceOwed(id=advice.id, kind=advice.kind, reason=advice.reason)
            return Happened(owed, advice.created_at)
        case rows.ConfirmationReplaced(advice):
            replaced = ConfirmationReplaced(id=advice.id, kind=advice.kind, reason=advice.reason)
            return Happened(replaced, row.at)
        case rows.AdviceAttemptStarted(advice):
            started = AdviceAttemptStarted(kind=advice.kind, attempts=advice.attempts)
            return Happened(started, row.at)
        case rows.AdviceAttemptEnded():
            return Happened(_delivered(row, row.after), row.at)
        case rows.AdviceSettled(before):
            return Happened(AdviceSettled(kind=before.kind, before=before.state), row.at)
        case _:
            assert_never(row)


def _delivered(row: rows.AdviceAttemptEnded, after: Advice) -> AdviceAttemptEnded:
    return AdviceAttemptEnded(
        kind=after.kind,
        attempts=after.attempts,
        outcome=row.outcome,
        before=row.before,
        after=after.state,
        cause=row.cause,
        http_status=row.http_status,
        next_due_at=after.next_due_at,
    )
