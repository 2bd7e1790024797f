"""Asks for an approval where somebody may not act alone, on this screen, in front of the page.

Whether it is approved is decided in the gate. Here a command waits for it, and is then carried out.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from counterfoil.declaring import dataclass
from counterfoil.domain.failures import (
    ApprovalRefusedError,
    NotPermittedError,
    SignInRefusedError,
    StaleChangeError,
)
from counterfoil.domain.money import format_cents
from counterfoil.domain.pin_rules import PIN_LENGTH_MIN, PinKind
from counterfoil.domain.redemption import Redemption, VoidReason
from counterfoil.domain.secret import Secret
from counterfoil.domain.settlement import CustomerGot
from counterfoil.domain.staff import Actor
from counterfoil.domain.voids import VoidOutcome, VoidPlan, VoidWay
from counterfoil.presentation.approval_screen import ApprovalScreen
from counterfoil.presentation.pin_tries import PinTries
from counterfoil.presentation.screens import Fact
from counterfoil.presentation.words import approvals, failures, lists, refunds, sign_in
from counterfoil.presentation.words.approvals import Asked, To
from counterfoil.presentation.words.owed import upstream_name
from counterfoil.presentation.words.rows import amount_of, tail_of
from counterfoil.presentation.words.speaking import for_the_record
from counterfoil.service.approvals import APPROVAL_LIMIT_S, Approval
from counterfoil.service.commands import (
    Answer,
    Command,
    OpenDrawer,
    PayOut,
    PrintSlip,
    ResumeUpstream,
    RevealChange,
    SettleByHand,
    VoidRedemption,
)
from counterfoil.service.services import Services

REASON, WAY, NUMBER, PIN = "reason", "way", "number", "pin"
"""What may be missing, in the order in which it is asked for."""
_Answered = tuple[Command[Any], Approval | None]
"""What is to be carried out, and the approval where one is needed."""
_NOTHING_TYPED = Secret("")
_PIN_MIN = PIN_LENGTH_MIN[PinKind.SUPERVISOR_PIN]


@dataclass(frozen=True, slots=True)
class _Asker:
    """Who was at the till when something was pressed: it goes on as theirs, or not at all."""

    by: Actor
    turn: int
    """How often the till had been left to somebody else by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """What is asked for, and who asks for it."""

    asked: Asked
    reasons: tuple[str, ...]
    """The reasons to choose from, as the journal keeps them: in the till's language."""
    by: Actor
    redemption: Redemption | None
    until_s: float
    barred: NotPermittedError | None
    """Why somebody else is needed for it; None where only the reason is asked."""
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
        self._reasons = services.profile.reasons
        self._reason: int | None = None
        self._way: int | None = None
        self._number, self._pin = "", _NOTHING_TYPED
        self._names: dict[str, str] = {}
        self._error = ""
        self._tries = PinTries(services.clock)
        self._is_busy = False
        self._wipes = self._points = 0
        self._point = ""
        self._over: ApprovalScreen | None = None
        self._kept: list[Approval] = []
        """What was approved before somebody holds the button for it."""
        self._turn = 0
        """How often the till was left to somebody else."""

    # ------------------------------------------------------------------------------- from outside

    @property
    def is_waiting(self) -> bool:
        """Whether the till waits for somebody else to approve."""
        return self._request is not None and self._request.barred is not None

    @property
    def is_for_manager(self) -> bool:
        """Whether only a manager can approve what is waited for."""
        return self._request is not None and self._request.asked.is_for_manager

    @property
    def is_in_front(self) -> bool:
        """Whether an overlay covers the page, with a request or with how a void ended."""
        return self._request is not None or self._over is not None

    async def run(
        self,
        command: Command[Answer],
        *,
        by: Actor | None = None,
        of: Redemption | None = None,
    ) -> Answer:
        """Carry out a command, after asking for an approval where the person may not do it alone.

        ``by`` is who began it, as in `Services.run`; ``of`` is the redemption it is about, where
        the command itself names none.

        Raises:
            NotPermittedError: it is not approved; nothing was done.
            CounterfoilError: what `Gate.run` raises.

        """
        asker = self._asker(by)
        try:
            return await self._services.run(command, by=by)
        except NotPermittedError as error:
            approval = await self._approved(asker, command, error, of)
            return await self._services.run(command, approval, by=asker.by)

    async def run_when_held(self, command: Command[Answer]) -> Answer | None:
        """Carry out a command whose answer is shown only while somebody holds a button down.

        Where somebody else must approve it first, the button is let go meanwhile. Then nothing is
        done and None is returned; the approval is kept for the next time the button is held, unless
        the person who asked has left the till.

        Raises:
            NotPermittedError: it is not approved; nothing was done.
            CounterfoilError: what `Gate.run` raises.

        """
        asker = self._asker()
        kept = next((one for one in self._kept if one.command == command), None)
        if kept is not None:
            self._kept.remove(kept)
            # It has ended, or is not enough any more, so it is asked for anew.
            with suppress(ApprovalRefusedError, NotPermittedError):
                return await self._services.run(command, kept)
        try:
            return await self._services.run(command)
        except NotPermittedError as error:
            approval = await self._approved(asker, command, error)
        if asker.turn == self._turn:
            self._kept.append(approval)
            self.told.emit(approvals.HOLD_NOW, "eye")
        return None

    async def void(self, redemption: Redemption) -> VoidOutcome | None:
        """Ask why a redemption is to be taken back, do it, and show how it ended.

        None where it was not wanted after all.

        Raises:
            CounterfoilError: what `Gate.run` raises.

        """
        asker = self._asker()
        plan: VoidPlan = await self._services.voids.way_of(redemption)
        if plan.way is VoidWay.NOT_POSSIBLE:
            assert plan.why_not is not None, "it is known why not"
            if self._is_free(asker):
                self._end(plan.way, refunds.not_possible(plan.why_not))
            return None
        first = VoidRedemption(redemption.id, VoidReason.GOODS_RETURNED)
        barred = await self._services.gate.barred(first, asker.by)
        ask = partial(approvals.void_asked, redemption, plan.way, self._reasons)
        async with self._asked(asker, ask, None, barred, redemption) as answer:
            if answer is None:
                return None
            command, approval = answer
            outcome: VoidOutcome = await self._services.run(command, approval, by=asker.by)
        if self._is_free(asker):
            self._end(outcome.way, refunds.voided(outcome))
        await self._print_void(outcome, asker.by)
        return outcome

    async def _print_void(self, outcome: VoidOutcome, by: Actor) -> None:
        """Print what is to be signed; whatever becomes of the paper, the void stands."""
        is_done = outcome.way in {VoidWay.REVERSED, VoidWay.REFUNDED}
        if is_done or outcome.settlement is not None:
            printed = outcome.refund or outcome.redemption
            job, sent = await self._services.run(PrintSlip(printed.id), by=by)
            self.told.emit(lists.print_said(job.copy_number, sent), "printer")

    def tick(self) -> None:
        """Update the times that run down; called each second."""
        request = self._request
        if request is None or request.barred is None or self._is_busy:
            return
        if self._now_s() >= request.until_s:
            self.withdraw()
            self.told.emit(approvals.REQUEST_CLOSED, "hourglass")
        else:
            self._emit()

    def withdraw(self) -> None:
        """Close the request, or the result that is shown; a command that has begun still ends."""
        if self._over is not None:
            self._over = None
            self._emit()
        elif self._request is not None and not self._is_busy:
            _answer(self._request, None)
            self._close()

    def leave(self) -> None:
        """Close what was asked, for the next person; a command that has begun still ends."""
        self._turn += 1
        self._kept = []
        self._over = None
        self.withdraw()
        self._close()

    def screen(self) -> ApprovalScreen | None:
        """Return what is to be shown now; None where nothing is asked."""
        if self._over is not None:
            return self._over
        request = self._request
        if request is None:
            return None
        asked, wait = request.asked, self._tries.wait(self._number)
        return ApprovalScreen(
            title=asked.title,
            icon=asked.icon,
            facts=_facts(request, self._services.profile.currency),
            not_done=asked.not_done,
            line=asked.line,
            reasons=asked.reasons,
            reason=self._reason,
            ways=tuple(map(approvals.way_of, asked.ways)),
            way=self._way,
            needs_approver=request.barred is not None,
            is_for_manager=asked.is_for_manager,
            number=self._number,
            name=self._names.get(self._number, ""),
            hint=approvals.NOT_THE_SELLER if request.redemption else approvals.NOT_WHO_ASKS,
            error=sign_in.TOO_MANY if wait else self._error,
            wait=wait,
            left=self._left(request) if request.barred is not None else "",
            primary=approvals.UNDER_WAY if self._is_busy else self._act(request),
            can_press=not (self._is_busy or wait or self._missing()),
            shakes=self._tries.shakes,
            wipes=self._wipes,
            point=self._point,
            points=self._points,
        )

    # ------------------------------------------------------------------------------------ intents

    def choose(self, reason: int) -> None:
        """Choose a reason by its index in the list."""
        self._reason = reason
        self._emit()

    def choose_way(self, way: int) -> None:
        """Choose, by its index, what the customer gets outside the voucher."""
        self._way = way
        self._emit()

    def edit(self, name: str, text: str) -> None:
        """Store the text that was typed as number or PIN, by the field's name."""
        if name == NUMBER:
            self._number = text
        else:
            self._pin = Secret(text)
        self._error = ""
        self._emit()

    def submit(self, name: str) -> None:
        """Move the cursor on after Enter in a field; Enter never approves."""
        self._point_at(PIN if name == NUMBER else self._missing())

    def press(self) -> None:
        """Approve the request, or act where no approval is needed; a second press does nothing."""
        request = self._request
        if self._over is not None:
            self.withdraw()
            return
        if request is None or self._is_busy or self._tries.wait_s(self._number):
            return
        if missing := self._missing():
            self._point_at(missing)
            return
        self._is_busy = True
        self._emit()
        if request.barred is None:
            _answer(request, (self._command(request), None))
        else:
            # What is typed is wiped when the till is left, so it is taken along.
            command = self._command(request)
            approving = self._services.gate.approve(
                command,
                request.barred.permission,
                asked_by=request.by,
                number=self._number,
                pin=self._pin,
                reason=request.reasons[self._chosen],
            )
            work = self._approve(request, command, self._number, approving)
            _ = self._services.owner.spawn(work, "approve")

    # ---------------------------------------------------------------------------------------- work

    async def _approved(
        self,
        asker: _Asker,
        command: Command[Any],
        error: NotPermittedError,
        of: Redemption | None = None,
    ) -> Approval:
        """Return an approval of a command; raise the refusal again where there is none."""
        if approvals.asked(error.permission, self._reasons) is None:
            raise error
        redemption_id: str | None = getattr(command, "redemption_id", None)
        if redemption_id is not None:
            of = await self._services.journal.redemption(redemption_id)
        ask = partial(self._worded, command, error, of)
        async with self._asked(asker, ask, command, error, of) as answer:
            if answer is None or answer[1] is None:
                raise error
            return answer[1]

    def _worded(
        self, command: Command[Any], error: NotPermittedError, of: Redemption | None
    ) -> Asked:
        asked = approvals.asked(error.permission, self._reasons, _to(command))
        assert asked is not None, "somebody approves it"
        if isinstance(command, SettleByHand) and of is not None:
            return approvals.settle_asked(asked, of, command.evidence, command.got)
        return asked

    @asynccontextmanager
    async def _asked(
        self,
        asker: _Asker,
        ask: Callable[[], Asked],
        command: Command[Any] | None,
        barred: NotPermittedError | None,
        redemption: Redemption | None,
    ) -> AsyncIterator[_Answered | None]:
        """Ask, and give what is to be carried out; None where it is withdrawn or not asked at all.

        The request is taken away once what was done with the answer has ended.
        """
        names = {one.number: one.name for one in await self._services.staff.staff()}
        if not self._is_free(asker):
            yield None
            return
        with for_the_record():
            reasons = ask().reasons
        request = _Request(
            asked=ask(),
            reasons=reasons,
            by=asker.by,
            redemption=redemption,
            until_s=self._now_s() + APPROVAL_LIMIT_S,
            barred=barred,
            answered=asyncio.get_running_loop().create_future(),
            command=command,
        )
        self._request, self._over, self._names = request, None, names
        self._reason = self._way = None
        self._tries.forget()  # The gate knows who still waits.
        self._number, self._error = "", ""
        self._wipe()
        self._point_at("")
        try:
            yield await request.answered
        finally:
            if self._request is request:
                self._close()

    def _asker(self, by: Actor | None = None) -> _Asker:
        return _Asker(by or self._services.actor, self._turn)

    def _is_free(self, asker: _Asker) -> bool:
        """Whether nothing is asked now, and who asks has not left the till since."""
        return self._request is None and asker.turn == self._turn

    async def _approve(
        self,
        request: _Request,
        command: Command[Any],
        number: str,
        approving: Awaitable[Approval],
    ) -> None:
        try:
            approval = await approving
        except SignInRefusedError as error:
            # Dots that nobody sees any more shake nothing.
            is_number = self._tries.refuse(number, error)
            self._refuse(request, failures.failure(error), NUMBER if is_number else PIN)
        except ApprovalRefusedError as error:
            self._refuse(request, failures.failure(error), NUMBER)
        except StaleChangeError as error:
            self._refuse(request, failures.failure(error), PIN)
        except Exception as error:  # noqa: BLE001 - whoever asked says it, and closes the till
            if not request.answered.done():
                request.answered.set_exception(error)
        else:
            if self._request is request:
                self._wipe()
            _answer(request, (command, approval))

    def _refuse(self, request: _Request, why: str, place: str) -> None:
        """Say why it is not approved; where nobody is there any more to hear it, it has ended."""
        if self._request is not request:
            _answer(request, None)
            return
        self._is_busy = False
        self._error = why
        self._wipe()
        self._point_at(place)

    def _close(self) -> None:
        """Take the request away, and forget what was typed."""
        self._request, self._is_busy = None, False
        self._number, self._error = "", ""
        self._wipe()
        self._emit()

    def _end(self, way: VoidWay, sentence: str) -> None:
        title, icon = approvals.voided_title(way)
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
        reason = approvals.void_reasons(self._reasons)[self._chosen]
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
        if self._request is None or self._request.barred is None:
            return ""
        if not self._number:
            return NUMBER
        return PIN if len(self._pin) < _PIN_MIN else ""

    def _left(self, request: _Request) -> str:
        return sign_in.clock_time(max(0.0, request.until_s - self._now_s()))

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


def _to(command: Command[Any]) -> To:
    """Return where the code of a change voucher goes by a command, if it goes anywhere."""
    if isinstance(command, PrintSlip):
        return To.PAPER
    to_phone = isinstance(command, RevealChange) and command.way is not None
    return To.PHONE if to_phone else To.SCREEN


def _answer(request: _Request, answer: _Answered | None) -> None:
    if not request.answered.done():
        request.answered.set_result(answer)


def _facts(request: _Request, currency: str) -> tuple[Fact, ...]:
    one = request.redemption
    if one is None:
        asked_by = Fact(approvals.ASKED_BY, request.by.name)
        if isinstance(request.command, ResumeUpstream):
            provider = upstream_name(request.command.upstream)
            return (Fact(approvals.PROVIDER, provider), asked_by)
        match request.command:
            case PayOut(cents, reason):
                amount = Fact(approvals.AMOUNT, format_cents(cents, currency))
                return (amount, Fact(approvals.REASON, reason), asked_by)
            case OpenDrawer(reason):
                return (Fact(approvals.REASON, reason), asked_by)
            case _:
                return (asked_by,)
    voucher = f"{one.type_name} {tail_of(one)}"
    return (
        Fact(approvals.AMOUNT, amount_of(one)),
        Fact(approvals.VOUCHER, voucher, is_mono=True),
        Fact(approvals.CASHIER, one.cashier),
    )
