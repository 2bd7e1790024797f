"""The only way to what acts: the permission is checked, then the command is carried out.

One table says for each command which permission it needs and which use case carries it out. Whoever
lacks the permission is refused before anything is read or written. The actor's name goes into the
journal with what is done.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from counterfoil.domain.advice import Advice
from counterfoil.domain.failures import NotPermittedError, UnknownUpstreamError
from counterfoil.domain.offer import Offer
from counterfoil.domain.printing import PrintJob
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.staff import Actor, Permission
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import ChangeVoucher
from counterfoil.domain.voids import VoidOutcome
from counterfoil.ports.gateway import Balance, LookupRefused
from counterfoil.ports.printer import PrintOutcome
from counterfoil.service.commands import (
    AbandonRedemption,
    Answer,
    AnswerForCustomer,
    AskAgain,
    CheckBalance,
    Command,
    ConfirmSlip,
    LeaveSale,
    PrintSlip,
    RedeemVoucher,
    RefreshTypes,
    ResumeUpstream,
    RevealAnswer,
    RevealChange,
    RevealedAnswer,
    SetSaleAside,
    SettleAll,
    TryNow,
    VoidRedemption,
    WaitForResult,
)
from counterfoil.service.engine import Engine
from counterfoil.service.redeem import Intent

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

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
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
                _row(SetSaleAside, may.SET_SALE_ASIDE, self._set_sale_aside),
                _row(AnswerForCustomer, may.ANSWER_FOR_CUSTOMER, self._answer_for_customer),
                _row(VoidRedemption, may.VOID, self._void),
                _row(PrintSlip, may.PRINT_SLIP, self._print_slip),
                _row(ConfirmSlip, may.PRINT_SLIP, self._confirm_slip),
                _row(RevealChange, may.REVEAL_CHANGE, self._reveal_change),
                _row(RevealAnswer, may.REVEAL_CHANGE, self._reveal_answer),
                _row(AskAgain, may.SETTLE, self._ask_again),
                _row(TryNow, may.SETTLE, self._try_now),
                _row(SettleAll, may.SETTLE, self._settle_all),
                _row(ResumeUpstream, may.RESUME_UPSTREAM, self._resume_upstream),
            )
        )

    async def run(self, command: Command[Answer], actor: Actor) -> Answer:
        """Carry out a command and return its answer.

        Raises:
            NotPermittedError: the actor may not do this; nothing was done.
            CounterfoilError: what the use case raises.

        """
        use = self._table[type(command)]
        if not actor.may(use.permission):
            raise NotPermittedError(use.permission)
        answer: Answer = await use.case(command, actor)
        return answer

    # ---------------------------------------------------------------------------- at the counter

    async def _redeem(self, command: RedeemVoucher, actor: Actor) -> Redemption:
        intent = Intent(
            voucher_type=command.voucher_type,
            fields=command.fields,
            amount=command.amount,
            cashier=actor.name,
            sale_id=command.sale_id,
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

    async def _check_balance(self, command: CheckBalance, _: Actor) -> Balance | LookupRefused:
        kind, fields = command.voucher_type, command.fields
        gateway = self._engine.gateways.get(kind.upstream)
        if gateway is None:
            raise UnknownUpstreamError("this upstream is not in the settings")
        return await gateway.look_up(kind.id, fields, kind.wire(fields))

    async def _refresh_types(self, _: RefreshTypes, __: Actor) -> Offer:
        return await self._engine.catalogue.refresh()

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
        return await desk.void(command.redemption_id, command.reason, actor.name)

    # ------------------------------------------------------------------------- paper and secrets

    async def _print_slip(self, command: PrintSlip, actor: Actor) -> tuple[PrintJob, PrintOutcome]:
        return await self._engine.slips.print_slip(
            command.redemption_id,
            actor.name,
            command.printer,
            may_copy=actor.may(Permission.PRINT_COPY),
        )

    async def _confirm_slip(self, command: ConfirmSlip, actor: Actor) -> PrintJob | None:
        return await self._engine.slips.confirm(
            command.redemption_id, actor.name, is_complete=command.is_complete
        )

    async def _reveal_change(self, command: RevealChange, actor: Actor) -> ChangeVoucher | None:
        return await self._engine.revealer.change(command.redemption_id, actor.name)

    async def _reveal_answer(self, command: RevealAnswer, actor: Actor) -> RevealedAnswer:
        return await self._engine.revealer.answer(command.redemption_id, actor.name)

    # ------------------------------------------------------------------------ what is not settled

    async def _ask_again(self, command: AskAgain, _: Actor) -> Redemption:
        return await self._engine.redeemer.ask(command.redemption_id)

    async def _try_now(self, command: TryNow, _: Actor) -> Advice | None:
        return await self._engine.forwarder.try_now(command.redemption_id)

    async def _settle_all(self, command: SettleAll, _: Actor) -> None:
        await self._engine.settler.settle_all(command.limit_s)

    async def _resume_upstream(self, command: ResumeUpstream, _: Actor) -> None:
        self._engine.forwarder.resume(command.upstream)
