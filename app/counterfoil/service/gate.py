"""The only way to what acts: the permission is checked, then the command is carried out.

One table says for each command which permission it needs and which use case carries it out. Whoever
lacks the permission is refused before anything is written, unless somebody who has it approves that
one command. Some things nobody does to a sale of their own. The names of who acts and who approved
go into the journal with what is done.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from counterfoil.declaring import dataclass
from counterfoil.domain.advice import Advice
from counterfoil.domain.contact import Contact
from counterfoil.domain.drawer import CashMove, CashMoveKind, DrawerCount
from counterfoil.domain.failures import (
    ApprovalRefusal,
    ApprovalRefusedError,
    JournalUnavailableError,
    NotPermittedError,
    OwnSaleError,
    UnknownSaleError,
    UnknownUpstreamError,
)
from counterfoil.domain.offer import Offer
from counterfoil.domain.printing import PrintJob
from counterfoil.domain.reconciliation import Difference
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.report import Report
from counterfoil.domain.sale import Sale
from counterfoil.domain.secret import Secret
from counterfoil.domain.shift import Shift, ShiftReport
from counterfoil.domain.staff import (
    NEVER_FOR_OWN_SALE,
    Actor,
    Backing,
    Permission,
    StaffDeed,
    needs_manager,
)
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.tender import TenderKind
from counterfoil.domain.verdict import ChangeVoucher
from counterfoil.domain.voids import VoidOutcome
from counterfoil.ports.chance import Chance
from counterfoil.ports.clock import Clock
from counterfoil.ports.gateway import Balance, LookupRefused
from counterfoil.ports.printer import PrintOutcome
from counterfoil.service.approvals import Approval, Approvals
from counterfoil.service.commands import (
    AbandonRedemption,
    AcknowledgeAlerts,
    AcknowledgeRecovery,
    AddPerson,
    AllowMoreTries,
    Answer,
    AnswerForCustomer,
    AskAgain,
    ChangeOwnPin,
    ChangeSettings,
    CheckBalance,
    CheckHealth,
    ChooseLanguage,
    CloseShift,
    Command,
    ConfirmSlip,
    CountDrawer,
    DropCash,
    ExportPhone,
    FindBadge,
    KeepKey,
    KeepSupportFile,
    LeaveSale,
    LockPerson,
    MakeFirstManager,
    OpenDrawer,
    OpenShift,
    PayIn,
    PayOut,
    PrintShift,
    PrintSlip,
    ReadReport,
    ReadShift,
    Reconciled,
    ReconcileStatement,
    RecoverManager,
    RedeemVoucher,
    RefreshTypes,
    ResolveDifference,
    ResumePrinter,
    ResumeUpstream,
    RevealAnswer,
    RevealChange,
    RevealedAnswer,
    SetBadge,
    SetPin,
    SetRole,
    SetSaleAside,
    SettleAll,
    SettleByHand,
    SetUpTill,
    ShiftPaper,
    ShredDue,
    SignIn,
    SignOut,
    TakeRest,
    TryNow,
    TryPrinter,
    TryProvider,
    UnlockPerson,
    VoidRedemption,
    WaitForResult,
)
from counterfoil.service.engine import Engine
from counterfoil.service.health import Health
from counterfoil.service.known import known_redemption
from counterfoil.service.people import Deed
from counterfoil.service.redeem import Intent
from counterfoil.service.shredding import Shredded

_AT_COUNTER_MAX = 2
"""The sale that the counter has open, and the one before, which may still be being left."""


@dataclass(frozen=True, slots=True)
class Use:
    """Which permission a command needs, and the use case that carries it out."""

    permission: Permission
    case: Callable[[Any, Actor], Awaitable[Any]]


Row = tuple[type[Command[Any]], Use]


def _row(
    kind: type[Command[Answer]],
    permission: Permission,
    case: Callable[[Any, Actor], Awaitable[Answer]],
) -> Row:
    """Return a row of the table: the use case gives the answer that the command names."""
    return kind, Use(permission, case)


class Gate:
    """Carries out commands, after checking that the actor has the permission."""

    def __init__(self, engine: Engine, clock: Clock, chance: Chance) -> None:
        self._engine = engine
        self._approvals = Approvals(clock, chance)
        self._at_counter: deque[str] = deque(maxlen=_AT_COUNTER_MAX)
        """The ids of the sales that were last served here."""
        may = Permission
        self._table = dict(
            (
                _row(RedeemVoucher, may.REDEEM, self._redeem),
                _row(WaitForResult, may.REDEEM, self._wait),
                _row(AbandonRedemption, may.REDEEM, self._abandon),
                _row(LeaveSale, may.REDEEM, self._leave_sale),
                _row(CheckBalance, may.CHECK_BALANCE, self._check_balance),
                _row(RefreshTypes, may.ASK_FOR_TYPES, self._refresh_types),
                _row(CheckHealth, may.ASK_FOR_TYPES, self._check_health),
                _row(KeepSupportFile, may.ASK_FOR_TYPES, self._keep_support_file),
                _row(SetSaleAside, may.SET_SALE_ASIDE, self._set_sale_aside),
                _row(AnswerForCustomer, may.ANSWER_FOR_CUSTOMER, self._answer_for_customer),
                _row(VoidRedemption, may.VOID, self._void),
                _row(PrintSlip, may.PRINT_SLIP, self._print_slip),
                _row(ConfirmSlip, may.PRINT_SLIP, self._confirm_slip),
                _row(ResumePrinter, may.PRINT_SLIP, self._resume_printer),
                _row(RevealChange, may.REVEAL_CHANGE, self._reveal_change),
                _row(RevealAnswer, may.REVEAL_CHANGE, self._reveal_answer),
                _row(AskAgain, may.SETTLE, self._ask_again),
                _row(TryNow, may.SETTLE, self._try_now),
                _row(SettleAll, may.SETTLE, self._settle_all),
                _row(ShredDue, may.SHRED, self._shred_due),
                _row(ExportPhone, may.EXPORT_PHONE, self._export_phone),
                _row(KeepKey, may.CHANGE_SETTINGS, self._keep_key),
                _row(SetUpTill, may.SIGN_IN, self._set_up_till),
                _row(TryProvider, may.SIGN_IN, self._try_provider),
                _row(TryPrinter, may.SIGN_IN, self._try_printer),
                _row(ChangeSettings, may.CHANGE_SETTINGS, self._change_settings),
                _row(SettleByHand, may.SETTLE_BY_HAND, self._settle_by_hand),
                _row(ReconcileStatement, may.RECONCILE, self._reconcile),
                _row(ResolveDifference, may.RESOLVE_DIFFERENCE, self._resolve_difference),
                _row(AllowMoreTries, may.ALLOW_MORE_TRIES, self._allow_more_tries),
                _row(ResumeUpstream, may.RESUME_UPSTREAM, self._resume_upstream),
                _row(OpenShift, may.RUN_SHIFT, self._open_shift),
                _row(PayIn, may.RUN_SHIFT, self._pay_in),
                _row(DropCash, may.RUN_SHIFT, self._drop_cash),
                _row(PayOut, may.OPEN_DRAWER, self._pay_out),
                _row(OpenDrawer, may.OPEN_DRAWER, self._open_drawer),
                _row(TakeRest, may.REDEEM, self._take_rest),
                _row(CountDrawer, may.RUN_SHIFT, self._count_drawer),
                _row(ReadShift, may.READ_BOOKS, self._read_shift),
                _row(ReadReport, may.READ_BOOKS, self._read_report),
                _row(CloseShift, may.RUN_SHIFT, self._close_shift),
                _row(PrintShift, may.RUN_SHIFT, self._print_shift),
                _row(SignIn, may.SIGN_IN, self._sign_in),
                _row(SignOut, may.SIGN_IN, self._sign_out),
                _row(FindBadge, may.SIGN_IN, self._find_badge),
                _row(MakeFirstManager, may.SIGN_IN, self._make_first_manager),
                _row(RecoverManager, may.SIGN_IN, self._recover_manager),
                _row(ChangeOwnPin, may.SIGN_IN, self._change_own_pin),
                _row(ChooseLanguage, may.SIGN_IN, self._choose_language),
                _row(AcknowledgeAlerts, may.RESET_PIN, self._acknowledge_alerts),
                _row(SetPin, may.RESET_PIN, self._set_pin),
                _row(AddPerson, may.MANAGE_STAFF, self._add_person),
                _row(SetRole, may.MANAGE_STAFF, self._set_role),
                _row(SetBadge, may.MANAGE_STAFF, self._set_badge),
                _row(LockPerson, may.MANAGE_STAFF, self._lock_person),
                _row(UnlockPerson, may.MANAGE_STAFF, self._unlock_person),
                _row(AcknowledgeRecovery, may.MANAGE_STAFF, self._acknowledge_recovery),
            )
        )

    async def run(
        self, command: Command[Answer], actor: Actor, approval: Approval | None = None
    ) -> Answer:
        """Carry out a command and return its answer.

        Raises:
            NotPermittedError: the actor may not do this without an approval; nothing was done.
            ApprovalRefusedError: the approval cannot be used for it; nothing was done.
            CounterfoilError: what the use case raises.

        """
        use = self._table[type(command)]
        actor = self._engine.people.as_of_now(actor)
        if approval is not None:
            actor = await self._backed(command, actor, approval)
        if (barred := await self.barred(command, actor)) is not None:
            raise barred
        answer: Answer = await use.case(command, actor)
        return answer

    async def barred(self, command: Command[Any], actor: Actor) -> NotPermittedError | None:
        """Return why an actor may not begin this without an approval; None where they may.

        Some use cases find out only later that they need another permission.
        """
        permission = await self._needed(command)
        if not actor.may(permission):
            return NotPermittedError(permission)
        if await self._is_own(command, permission, actor):
            return OwnSaleError(permission)
        return None

    async def _needed(self, command: Command[Any]) -> Permission:
        """Return what a command needs: another right than its row says for what is handed over."""
        permission = self._table[type(command)].permission
        if not isinstance(command, RevealChange | RevealAnswer):
            return permission
        redemption = await self._engine.journal.redemption(command.redemption_id)
        return permission if redemption is None else await self._engine.revealer.needed(redemption)

    # ----------------------------------------------------------------------------------- approving

    async def approve(
        self,
        command: Command[Any],
        permission: Permission,
        *,
        asked_by: Actor,
        number: str,
        pin: Secret,
        reason: str,
    ) -> Approval:
        """Let the person with this number approve one command of another, and record it.

        ``permission`` is what the command was refused for.

        Raises:
            ApprovalRefusedError: this person may not approve it.
            SignInRefusedError: the PIN is not right, or none may be tried now.
            UnknownRedemptionError, UnknownSaleError: what the command is about is not there.

        """
        people = self._engine.people
        approver = await people.actor(number)
        if not approver.may(permission):
            is_high = needs_manager(permission)
            why = ApprovalRefusal.NEEDS_MANAGER if is_high else ApprovalRefusal.NOT_PERMITTED
            raise ApprovalRefusedError(why)
        is_same = approver.name == asked_by.name
        if is_same or await self._is_own(command, permission, approver):
            raise ApprovalRefusedError(ApprovalRefusal.OWN_SALE)
        seen = await self._seen_of(command)
        deed = Deed(
            what=StaffDeed.APPROVED,
            of=asked_by.name,
            permission=permission,
            reason=reason,
            redemption_id=seen[0],
        )
        await people.proven(number, pin, deed)
        backing = Backing(approver.name, reason, permission)
        return self._approvals.give(command, asked_by, backing, seen)

    async def _backed(self, command: Command[Any], actor: Actor, approval: Approval) -> Actor:
        """Use up an approval; return the actor as it lets them do this one command."""
        self._approvals.use_up(approval, command, actor)
        if await self._seen_of(command) != (approval.redemption_id, approval.cents):
            raise ApprovalRefusedError(ApprovalRefusal.NOT_VALID)
        return replace(
            actor,
            permissions=actor.permissions | {approval.backing.permission},
            backing=approval.backing,
        )

    async def _is_own(self, command: Command[Any], permission: Permission, actor: Actor) -> bool:
        """Whether a command does to a sale of the actor's own what nobody does to theirs, alone.

        The operator of a till without staff has no number, and nobody else to ask.
        """
        redemption_id = await self._redemption_id_of(command)
        is_free = not actor.number or actor.is_backed_for(permission)
        if is_free or permission not in NEVER_FOR_OWN_SALE or redemption_id is None:
            return False
        redemption = await known_redemption(self._engine.journal, redemption_id)
        return redemption.cashier == actor.name

    async def _seen_of(self, command: Command[Any]) -> tuple[str | None, int | None]:
        """Return the id of the redemption that a command is about, and what that took by now."""
        redemption = await self._subject_of(command)
        return (None, None) if redemption is None else (redemption.id, redemption.redeemed_cents)

    async def _subject_of(self, command: Command[Any]) -> Redemption | None:
        """Return the redemption that a command is about; of a sale it is the newest."""
        journal = self._engine.journal
        if isinstance(command, LeaveSale | SetSaleAside):
            last = await journal.last_of_sale(command.sale_id)
            if last is None:
                raise UnknownSaleError
            return last
        redemption_id = await self._redemption_id_of(command)
        return None if redemption_id is None else await known_redemption(journal, redemption_id)

    async def _redemption_id_of(self, command: Command[Any]) -> str | None:
        """Return the id of the redemption that a command is about; None where it is about none."""
        if isinstance(command, ResolveDifference):
            difference = await self._engine.journal.difference(command.number)
            return None if difference is None else difference.redemption_id
        found: str | None = getattr(command, "redemption_id", None)
        return found

    # ---------------------------------------------------------------------------- at the counter

    async def _redeem(self, command: RedeemVoucher, actor: Actor) -> Redemption:
        await self._engine.guesses.let_try(actor)
        intent = Intent(
            voucher_type=command.voucher_type,
            fields=command.fields,
            amount=command.amount,
            cashier=actor.name,
            sale_id=command.sale_id,
            due=command.due,
        )
        redemption = await self._engine.redeemer.prepare(intent)
        self._at_counter.append(redemption.sale_id)
        return redemption

    async def _wait(self, command: WaitForResult, _: Actor) -> Redemption:
        try:
            redemption = await self._engine.redeemer.see_through(command.redemption_id)
        except Exception:
            # It may have been sent, so the till asks on by itself.
            self._engine.nudge()
            raise
        if redemption.state is RedemptionState.INFLIGHT:
            self._engine.nudge()
        return redemption

    async def _abandon(self, command: AbandonRedemption, _: Actor) -> Redemption:
        return await self._engine.redeemer.abandon(command.redemption)

    async def _allow_more_tries(self, _: AllowMoreTries, actor: Actor) -> None:
        await self._engine.guesses.allow_more(actor)

    async def _check_balance(self, command: CheckBalance, actor: Actor) -> Balance | LookupRefused:
        await self._engine.guesses.let_try(actor)
        kind, fields = command.voucher_type, command.fields
        gateway = self._engine.gateways.get(kind.upstream)
        if gateway is None:
            raise UnknownUpstreamError
        answer = await gateway.look_up(kind.id, fields, kind.wire(fields))
        self._engine.guesses.hear(answer, actor)
        return answer

    async def _refresh_types(self, _: RefreshTypes, __: Actor) -> Offer:
        return await self._engine.catalogue.refresh()

    async def _check_health(self, _: CheckHealth, __: Actor) -> Health:
        with suppress(JournalUnavailableError):  # of a till that is closed the rest can be told
            await self._engine.catalogue.refresh()
        return await self._engine.health.health()

    async def _keep_support_file(self, command: KeepSupportFile, _: Actor) -> Path:
        return await self._engine.health.keep_support_file(command.path)

    async def _leave_sale(self, command: LeaveSale, actor: Actor) -> None:
        elsewhere = Permission.SET_SALE_ASIDE
        if not actor.may(elsewhere) and not await self._is_at_counter(command.sale_id):
            raise NotPermittedError(elsewhere)
        await self._engine.redeemer.close_without_voucher(
            command.sale_id, command.ending, actor.name
        )

    async def _is_at_counter(self, sale_id: str) -> bool:
        """Whether a sale was begun here since the start, or came back here after a stop."""
        came_back = await self._engine.journal.redemptions_left_open()
        return sale_id in self._at_counter or sale_id in {one.sale_id for one in came_back}

    async def _set_sale_aside(self, command: SetSaleAside, actor: Actor) -> None:
        await self._engine.redeemer.close_without_voucher(
            command.sale_id, command.ending, actor.name
        )

    async def _answer_for_customer(self, command: AnswerForCustomer, actor: Actor) -> Redemption:
        return await self._engine.redeemer.hear_of_customer(
            command.redemption_id, command.customer, actor.name
        )

    async def _void(self, command: VoidRedemption, actor: Actor) -> VoidOutcome:
        desk = self._engine.void_desk
        return await desk.void(command.redemption_id, command.reason, actor, command.given)

    # ------------------------------------------------------------------------- paper and secrets

    async def _print_slip(self, command: PrintSlip, actor: Actor) -> tuple[PrintJob, PrintOutcome]:
        for copying in (Permission.PRINT_COPY, Permission.REOPEN_CHANGE):
            if await self._is_own(command, copying, actor):
                actor = replace(actor, permissions=actor.permissions - {copying})
        return await self._engine.slips.print_slip(command.redemption_id, actor, command.printer)

    async def _confirm_slip(self, command: ConfirmSlip, actor: Actor) -> PrintJob | None:
        return await self._engine.slips.confirm(
            command.redemption_id, actor.name, is_complete=command.is_complete
        )

    async def _resume_printer(self, _: ResumePrinter, __: Actor) -> bool:
        return await self._engine.slips.resume_printer()

    async def _reveal_change(self, command: RevealChange, actor: Actor) -> ChangeVoucher | None:
        return await self._engine.revealer.change(command.redemption_id, actor, command.way)

    async def _reveal_answer(self, command: RevealAnswer, actor: Actor) -> RevealedAnswer:
        return await self._engine.revealer.answer(command.redemption_id, actor)

    # ------------------------------------------------------------------------ what is not settled

    async def _ask_again(self, command: AskAgain, _: Actor) -> Redemption:
        return await self._engine.redeemer.ask(command.redemption_id)

    async def _try_now(self, command: TryNow, _: Actor) -> Advice | None:
        return await self._engine.forwarder.try_now(command.redemption_id)

    async def _settle_all(self, command: SettleAll, _: Actor) -> None:
        await self._engine.settler.settle_all(command.limit_s)

    async def _settle_by_hand(self, command: SettleByHand, actor: Actor) -> Redemption:
        return await self._engine.settlement_desk.settle_by_hand(command, actor)

    async def _reconcile(self, command: ReconcileStatement, actor: Actor) -> Reconciled:
        return await self._engine.statement_desk.reconcile(command.wanted, actor)

    async def _resolve_difference(self, command: ResolveDifference, actor: Actor) -> Difference:
        desk = self._engine.statement_desk
        return await desk.resolve(command.number, command.reason, actor)

    async def _resume_upstream(self, command: ResumeUpstream, _: Actor) -> None:
        self._engine.forwarder.resume(command.upstream)

    # --------------------------------------------------------------------------- shift and drawer

    async def _open_shift(self, command: OpenShift, actor: Actor) -> Shift:
        return await self._engine.shifts.open(command.float_cents, actor)

    async def _pay_in(self, command: PayIn, actor: Actor) -> CashMove:
        return await self._move(CashMoveKind.PAY_IN, command, actor)

    async def _pay_out(self, command: PayOut, actor: Actor) -> CashMove:
        return await self._move(CashMoveKind.PAY_OUT, command, actor)

    async def _drop_cash(self, command: DropCash, actor: Actor) -> CashMove:
        return await self._move(CashMoveKind.DROP, command, actor)

    async def _move(
        self, kind: CashMoveKind, command: PayIn | PayOut | DropCash, actor: Actor
    ) -> CashMove:
        move = await self._engine.shifts.move(kind, command.cents, command.reason, actor)
        self._engine.shift_printer.open_drawer()
        return move

    async def _open_drawer(self, command: OpenDrawer, actor: Actor) -> CashMove:
        move = await self._engine.shifts.move(CashMoveKind.NO_SALE, 0, command.reason, actor)
        self._engine.shift_printer.open_drawer()
        return move

    async def _take_rest(self, command: TakeRest, actor: Actor) -> Sale:
        sale = await self._engine.shifts.take_rest(command.sale_id, command.tenders, actor)
        if any(one.kind is TenderKind.CASH for one in command.tenders):
            self._engine.shift_printer.open_drawer()
        return sale

    async def _count_drawer(self, command: CountDrawer, actor: Actor) -> DrawerCount:
        count = await self._engine.shifts.count(command.pieces, actor)
        self._engine.shift_printer.open_drawer()
        return count

    async def _read_report(self, command: ReadReport, _: Actor) -> Report:
        return await self._engine.reports.read(command)

    async def _read_shift(self, command: ReadShift, _: Actor) -> ShiftReport:
        desk = self._engine.shifts
        return await (desk.report() if command.number is None else desk.report_of(command.number))

    async def _print_shift(self, command: PrintShift, actor: Actor) -> ShiftPaper:
        printer = self._engine.shift_printer
        if command.number is None:
            return await printer.print_x(actor)
        return await printer.print_z(command.number, actor)

    async def _close_shift(self, command: CloseShift, actor: Actor) -> Shift:
        return await self._engine.shifts.close(command.explanation, actor)

    # ----------------------------------------------------------------------------------- retention

    async def _shred_due(self, _: ShredDue, actor: Actor) -> Shredded:
        return await self._engine.shredder.shred(actor)

    async def _export_phone(self, command: ExportPhone, actor: Actor) -> tuple[Redemption, ...]:
        return await self._engine.shredder.about_phone(command.phone, actor)

    async def _set_up_till(self, command: SetUpTill, actor: Actor) -> None:
        await self._engine.setup.set_up(command.changes, command.key, actor, kind=command.kind)

    async def _keep_key(self, command: KeepKey, actor: Actor) -> None:
        await self._engine.setup.keep_key(command.key, actor)

    async def _try_provider(self, command: TryProvider, _: Actor) -> Contact:
        setup = self._engine.setup
        return await setup.contact(command.address, command.key, command.kind, command.user)

    async def _try_printer(self, command: TryPrinter, _: Actor) -> PrintOutcome:
        return await self._engine.setup.print_test_slip(command.changes)

    async def _change_settings(self, command: ChangeSettings, actor: Actor) -> None:
        await self._engine.settings.change(command.changes, actor)

    # --------------------------------------------------------------------------------------- staff

    async def _sign_in(self, command: SignIn, _: Actor) -> Actor:
        return await self._engine.people.proven(command.number, command.pin)

    async def _sign_out(self, _: SignOut, actor: Actor) -> None:
        await self._engine.people.sign_out(actor)

    async def _find_badge(self, command: FindBadge, _: Actor) -> str | None:
        return await self._engine.people.number_of_badge(command.badge)

    async def _make_first_manager(self, command: MakeFirstManager, _: Actor) -> Secret:
        return await self._engine.people.begin(command.number, command.name, command.passphrase)

    async def _recover_manager(self, command: RecoverManager, _: Actor) -> None:
        await self._engine.people.recover(command.code, command.number, command.passphrase)

    async def _change_own_pin(self, command: ChangeOwnPin, actor: Actor) -> None:
        await self._engine.people.change_own_pin(actor, command.old, command.new)

    async def _choose_language(self, command: ChooseLanguage, actor: Actor) -> None:
        await self._engine.people.choose_language(actor, command.language)

    async def _set_pin(self, command: SetPin, actor: Actor) -> None:
        await self._engine.people.set_pin(command.number, command.pin, actor)

    async def _add_person(self, command: AddPerson, actor: Actor) -> None:
        await self._engine.people.add(
            command.number,
            command.name,
            command.role,
            command.pin,
            actor,
            language=command.language,
        )

    async def _set_role(self, command: SetRole, actor: Actor) -> None:
        await self._engine.people.set_role(command.number, command.role, command.pin, actor)

    async def _set_badge(self, command: SetBadge, actor: Actor) -> None:
        await self._engine.people.set_badge(command.number, command.badge, actor)

    async def _lock_person(self, command: LockPerson, actor: Actor) -> None:
        await self._engine.people.lock(command.number, actor)

    async def _unlock_person(self, command: UnlockPerson, actor: Actor) -> None:
        await self._engine.people.unlock(command.number, actor)

    async def _acknowledge_alerts(self, _: AcknowledgeAlerts, actor: Actor) -> None:
        await self._engine.people.note_alerts_seen(actor)

    async def _acknowledge_recovery(self, _: AcknowledgeRecovery, actor: Actor) -> Secret:
        return await self._engine.people.acknowledge(actor)
