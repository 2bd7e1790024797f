"""Asks for what somebody may not do alone: the approver comes to this screen, over the work.

Whether it is approved is decided in the gate. Here a command waits for it, and is then carried out.
"""

import asyncio
from typing import Any

from PySide6.QtCore import QObject, Signal

from counterfoil.declaring import dataclass
from counterfoil.domain.failures import (
    ApprovalRefusedError,
    NotPermittedError,
    SignInRefusal,
    SignInRefusedError,
)
from counterfoil.domain.money import format_cents
from counterfoil.domain.redemption import Redemption, VoidReason
from counterfoil.domain.secret import Secret
from counterfoil.domain.settlement import CustomerGot
from counterfoil.domain.staff import PIN_LENGTH_MIN, Actor, Permission, PinKind
from counterfoil.domain.voids import VoidOutcome, VoidPlan, VoidWay
from counterfoil.presentation.approval_screen import ApprovalScreen
from counterfoil.presentation.screens import Fact
from counterfoil.presentation.words import approvals, failures, refunds, sign_in
from counterfoil.presentation.words.approvals import Asked
from counterfoil.presentation.words.rows import tail_of
from counterfoil.service.commands import (
    APPROVAL_LIMIT_S,
    Answer,
    Approval,
    Command,
    VoidRedemption,
)
from counterfoil.service.services import Services

REASON, WAY, NUMBER, PIN = "reason", "way", "number", "pin"
"""What may be missing, in the order in which it is asked for."""
_Answered = tuple[Command[Any], Approval | None]
"""What is to be carried out, and the approval where one is needed."""
_NOTHING_TYPED = Secret("")
_PIN_MIN = PIN_LENGTH_MIN[PinKind.SUPERVISOR_PIN]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """What is asked for, and who asks for it."""

    asked: Asked
    by: Actor
    redemption: Redemption | None
    until_s: float
    answered: "asyncio.Future[_Answered | None]"
    """None once it is withdrawn."""
    command: Command[Any] | None = None
    """None for a void, whose command holds the reason."""


class ApprovalPresenter(QObject):
    """Holds the one request that somebody is asked to approve.

    Signals:
        changed(ApprovalScreen): there is something new to show; None when there is no request.
        told(str, str): a message that needs no answer, and its icon.
    """

    changed = Signal(object)
    told = Signal(str, str)

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._request: _Request | None = None
        self._barred: NotPermittedError | None = None
        self._reason: int | None = None
        self._way: int | None = None
        self._number, self._pin = "", _NOTHING_TYPED
        self._names: dict[str, str] = {}
        self._error = ""
        self._waits: dict[str, float] = {}
        self._is_busy = False
        self._shakes = self._wipes = self._points = 0
        self._point = ""
        self._over: ApprovalScreen | None = None
        self._kept: list[Approval] = []
        """What was approved before somebody holds the button for it."""

    # ------------------------------------------------------------------------------- from outside

    @property
    def is_waiting(self) -> bool:
        """Whether somebody else is waited for."""
        return self._request is not None and self._barred is not None

    @property
    def is_in_front(self) -> bool:
        """Whether a request, or how it ended, lies over the work."""
        return self._request is not None or self._over is not None

    async def run(self, command: Command[Answer], *, by: Actor | None = None) -> Answer:
        """Carry out a command, after asking for an approval where the person may not do it alone.

        ``by`` is who began it, as in `Services.run`.

        Raises:
            NotPermittedError: it is not approved; nothing was done.
            CounterfoilError: what `Gate.run` raises.

        """
        try:
            return await self._services.run(command, by=by)
        except NotPermittedError as error:
            approval = await self._approved(command, error)
            return await self._services.run(command, approval)

    async def run_when_held(self, command: Command[Answer]) -> Answer | None:
        """Carry out what is shown only while somebody holds a button.

        Where it must be approved first the button was let go meanwhile: nothing is done, None comes
        back, and the approval is there for the next time it is held.
        """
        kept = next((one for one in self._kept if one.command == command), None)
        if kept is not None:
            self._kept.remove(kept)
            return await self._services.run(command, kept)
        try:
            return await self._services.run(command)
        except NotPermittedError as error:
            approval = await self._approved(command, error)
        self._kept.append(approval)
        self.told.emit(approvals.HOLD_NOW, "eye")
        return None

    async def void(self, redemption: Redemption) -> VoidOutcome | None:
        """Ask why a redemption is to be taken back, do it, and show how it ended.

        None where it was not wanted after all.

        Raises:
            CounterfoilError: what `Gate.run` raises.

        """
        plan: VoidPlan = await self._services.voids.way_of(redemption)
        if plan.way is VoidWay.NOT_POSSIBLE:
            assert plan.why_not is not None, "it is known why not"
            self._end(plan.way, refunds.not_possible(plan.why_not))
            return None
        first = VoidRedemption(redemption.id, VoidReason.GOODS_RETURNED)
        barred = await self._services.gate.barred(first, self._services.actor)
        asked = approvals.void_asked(redemption, plan.way)
        answer = await self._ask(asked, None, barred, redemption)
        if answer is None:
            return None
        command, approval = answer
        try:
            outcome: VoidOutcome = await self._services.run(command, approval)
        except BaseException:
            self._close()
            raise
        self._end(outcome.way, refunds.voided(outcome))
        return outcome

    def tick(self) -> None:
        """Update the times that run down; called each second."""
        request = self._request
        if request is None or self._barred is None or self._is_busy:
            return
        if self._now_s() >= request.until_s:
            self._withdraw()
            self.told.emit(approvals.REQUEST_CLOSED, "hourglass")
        else:
            self._emit()

    def withdraw(self) -> None:
        """Go back to the work: nothing is done. What is being carried out is not held up."""
        if self._over is not None:
            self._over = None
            self._emit()
        elif self._request is not None and not self._is_busy:
            self._withdraw()

    def screen(self) -> ApprovalScreen | None:
        """Return what is to be shown now; None where nothing is asked."""
        if self._over is not None:
            return self._over
        request = self._request
        if request is None:
            return None
        asked, wait_s = request.asked, self._wait_s()
        return ApprovalScreen(
            title=asked.title,
            icon=asked.icon,
            facts=_facts(request),
            not_done=asked.not_done,
            line=asked.line,
            reasons=asked.reasons,
            reason=self._reason,
            ways=tuple(map(approvals.way_of, asked.ways)),
            way=self._way,
            needs_approver=self._barred is not None,
            number=self._number,
            name=self._names.get(self._number, ""),
            hint=approvals.NOT_THE_SELLER,
            error=sign_in.TOO_MANY if wait_s else self._error,
            wait=sign_in.clock_time(wait_s) if wait_s else "",
            left=self._left(request) if self._barred is not None else "",
            primary=approvals.UNDER_WAY if self._is_busy else self._act(request),
            can_press=not (self._is_busy or wait_s or self._missing()),
            shakes=self._shakes,
            wipes=self._wipes,
            point=self._point,
            points=self._points,
        )

    # ------------------------------------------------------------------------------------ intents

    def choose(self, reason: int) -> None:
        """Take the place of a reason."""
        self._reason = reason
        self._emit()

    def choose_way(self, way: int) -> None:
        """Take the place of what the customer gets outside the voucher."""
        self._way = way
        self._emit()

    def edit(self, name: str, text: str) -> None:
        """Take what was typed as number or PIN."""
        if name == NUMBER:
            self._number = text
        else:
            self._pin = Secret(text)
        self._error = ""
        self._emit()

    def submit(self, name: str) -> None:
        """Go on after Enter in a field; only the key of the act approves."""
        self._point_at(PIN if name == NUMBER else self._missing())

    def press(self) -> None:
        """Approve it, or do it where nobody has to; once however often it is pressed."""
        request = self._request
        if self._over is not None:
            self.withdraw()
            return
        if request is None or self._is_busy or self._wait_s():
            return
        if missing := self._missing():
            self._point_at(missing)
            return
        self._is_busy = True
        self._emit()
        if self._barred is None:
            self._answer((self._command(request), None))
        else:
            work = self._approve(request, self._barred.permission)
            _ = self._services.owner.spawn(work, "approve")

    # ---------------------------------------------------------------------------------------- work

    async def _approved(self, command: Command[Any], error: NotPermittedError) -> Approval:
        """Return an approval of a command; raise the refusal again where there is none."""
        asked = approvals.asked(error.permission)
        if asked is None or self._request is not None:
            raise error
        redemption_id: str | None = getattr(command, "redemption_id", None)
        redemption = None
        if redemption_id is not None:
            redemption = await self._services.journal.redemption(redemption_id)
        answer = await self._ask(asked, command, error, redemption)
        self._close()
        if answer is None or answer[1] is None:
            raise error
        return answer[1]

    async def _ask(
        self,
        asked: Asked,
        command: Command[Any] | None,
        barred: NotPermittedError | None,
        redemption: Redemption | None,
    ) -> _Answered | None:
        """Ask, and return the place of the reason with the approval; None if it is withdrawn."""
        self._names = {one.number: one.name for one in await self._services.staff.staff()}
        if self._request is not None:
            return None
        answered: asyncio.Future[_Answered | None] = asyncio.get_running_loop().create_future()
        self._request = _Request(
            asked=asked,
            by=self._services.actor,
            redemption=redemption,
            until_s=self._now_s() + APPROVAL_LIMIT_S,
            answered=answered,
            command=command,
        )
        self._barred, self._reason, self._way = barred, None, None
        self._number, self._error = "", ""
        self._wipe()
        self._point_at("")
        return await answered

    async def _approve(self, request: _Request, permission: Permission) -> None:
        command = self._command(request)
        try:
            approval = await self._services.gate.approve(
                command,
                permission,
                asked_by=request.by,
                number=self._number,
                pin=self._pin,
                reason=request.asked.reasons[self._chosen],
            )
        except SignInRefusedError as error:
            if error.wait_s > 0:
                self._waits[self._number] = self._now_s() + error.wait_s
            self._shakes += error.why is SignInRefusal.WRONG_PIN
            is_number = error.why is SignInRefusal.UNKNOWN_NUMBER
            self._refuse(failures.failure(error), NUMBER if is_number else PIN)
        except ApprovalRefusedError as error:
            self._refuse(failures.failure(error), NUMBER)
        except BaseException:
            self._withdraw()
            raise
        else:
            self._wipe()
            self._answer((command, approval))

    def _refuse(self, why: str, place: str) -> None:
        self._is_busy = False
        self._error = why
        self._wipe()
        self._point_at(place)

    def _answer(self, answer: _Answered | None) -> None:
        request = self._request
        if request is not None and not request.answered.done():
            request.answered.set_result(answer)

    def _withdraw(self) -> None:
        self._answer(None)
        self._close()

    def _close(self) -> None:
        """Take the request away, and forget what was typed."""
        self._request, self._is_busy = None, False
        self._number, self._error = "", ""
        self._wipe()
        self._emit()

    def _end(self, way: VoidWay, sentence: str) -> None:
        title, icon = approvals.VOIDED_TITLES[way]
        self._over = ApprovalScreen(
            title=title,
            icon=icon,
            line=sentence,
            primary=approvals.DONE,
            can_press=True,
            is_over=True,
        )
        self._close()

    # -------------------------------------------------------------------------------- what is shown

    @property
    def _chosen(self) -> int:
        assert self._reason is not None, "a reason is chosen before anything is done"
        return self._reason

    @property
    def _given(self) -> CustomerGot | None:
        """What the customer gets outside the voucher, as it is chosen."""
        request = self._request
        return None if request is None or self._way is None else request.asked.ways[self._way]

    def _command(self, request: _Request) -> Command[Any]:
        """Return what is to be carried out, as it is chosen now."""
        if request.command is not None:
            return request.command
        assert request.redemption is not None, "a void is of a redemption"
        reason = tuple(VoidReason)[self._chosen]
        return VoidRedemption(request.redemption.id, reason, self._given)

    def _act(self, request: _Request) -> str:
        given = self._given
        if given is None or request.redemption is None:
            return request.asked.act
        return approvals.void_and_give(request.redemption, given)

    def _missing(self) -> str:
        """Return what is still missing, such as a reason or a PIN; empty for nothing."""
        if self._reason is None:
            return REASON
        if self._given is None and self._request is not None and self._request.asked.ways:
            return WAY
        if self._barred is None:
            return ""
        if not self._number:
            return NUMBER
        return PIN if len(self._pin) < _PIN_MIN else ""

    def _left(self, request: _Request) -> str:
        return sign_in.clock_time(max(0.0, request.until_s - self._now_s()))

    def _wait_s(self) -> float:
        return max(0.0, self._waits.get(self._number, 0.0) - self._now_s())

    def _now_s(self) -> float:
        return self._services.clock.now().monotonic_s

    def _wipe(self) -> None:
        self._pin = _NOTHING_TYPED
        self._wipes += 1

    def _point_at(self, place: str) -> None:
        self._point = place
        self._points += 1
        self._emit()

    def _emit(self) -> None:
        self.changed.emit(self.screen())


def _facts(request: _Request) -> tuple[Fact, ...]:
    one = request.redemption
    if one is None:
        return (Fact(approvals.ASKED_BY, request.by.name),)
    amount = format_cents(one.redeemed_cents or 0, one.currency)
    voucher = f"{one.type_name} {tail_of(one)}"
    return (
        Fact(approvals.AMOUNT, amount),
        Fact(approvals.VOUCHER, voucher, is_mono=True),
        Fact(approvals.CASHIER, one.cashier),
    )
