"""Carries out the buttons below a result, such as those about its slip or its customer."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from counterfoil.domain.failures import NotPermittedError, SaleClosedError, StaleChangeError
from counterfoil.domain.printing import PrintJob, PrintState
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.staff import Actor
from counterfoil.domain.states import FOR_A_PERSON, Customer, RedemptionState
from counterfoil.ports.printer import PAUSED, PrintOutcome, Sent
from counterfoil.presentation import result_screen
from counterfoil.presentation.counter_front import CounterFront
from counterfoil.presentation.counter_stages import (
    DECIDING,
    CounterStage,
    Empty,
    Form,
    Result,
    Working,
    form_of,
)
from counterfoil.presentation.result_screen import Outcome
from counterfoil.presentation.returning import Returning
from counterfoil.presentation.screens import Act, Room
from counterfoil.presentation.words import counter, failures, outcomes, printers
from counterfoil.service.commands import (
    AnswerForCustomer,
    ConfirmSlip,
    LeaveSale,
    PrintSlip,
    ResumePrinter,
    WaitForResult,
)

_CUSTOMERS = {
    Act.STILL_HERE: Customer.HERE,
    Act.PAID_OTHERWISE: Customer.PAID_OTHERWISE,
    Act.CUSTOMER_GONE: Customer.GONE,
}


class ResultWork:
    """Carries out the buttons of a result, and of a sale that was open when the till stopped."""

    def __init__(self, front: CounterFront) -> None:
        self._front = front
        self._services = front.services
        self._returning = Returning(front.services.journal)
        self._by = front.services.actor
        """Who was at the till when the redemption in front was begun: it goes on as theirs."""

    # ------------------------------------------------------------------------------- its answer

    def begin(self, redemption_id: str, by: Actor) -> None:
        """Wait for the answer to a redemption that is shown."""
        self._by = by
        self._front.start(partial(self._see_through, redemption_id), "see through")

    async def _see_through(self, redemption_id: str) -> None:
        ticker = self._services.owner.spawn(self._count_seconds(redemption_id), "seconds")
        try:
            await self._services.run(WaitForResult(redemption_id), by=self._by)
        except Exception:
            # It may have been sent, so the cashier is told what is known, and can go on.
            self._wait_no_longer(redemption_id)
            raise
        finally:
            ticker.cancel()
        self._wait_no_longer(redemption_id)

    def _wait_no_longer(self, redemption_id: str) -> None:
        """Let the till go on in the background with what is still not decided."""
        result = self._result_of(redemption_id)
        undecided = {RedemptionState.PREPARED, RedemptionState.INFLIGHT}
        if result is not None and result.redemption.state in undecided:
            self._front.swap(result.in_the_background(), is_new=True)
            self._begin_to_read_slip(result.redemption)

    async def _count_seconds(self, redemption_id: str) -> None:
        begun_s = self._front.now_s()
        while True:
            await self._services.clock.sleep(1)
            result = self._result_of(redemption_id)
            if result is None:
                return
            seconds = int(self._front.now_s() - begun_s)
            self._front.swap(replace(result, outcome=replace(result.outcome, seconds=seconds)))

    def _result_of(self, redemption_id: str) -> Result | None:
        stage = self._front.stage
        is_shown = isinstance(stage, Result) and stage.redemption.id == redemption_id
        return stage if isinstance(stage, Result) and is_shown else None

    def notice(self, redemption: Redemption) -> None:
        """React to a change of any redemption that has just been committed."""
        result = self._result_of(redemption.id)
        if result is None:
            if self._returning.has(redemption.id):
                self.take_up()
            return
        before, moved = result.redemption.state, result.moved(redemption)
        is_claimed = before is RedemptionState.UNCLAIMED and redemption.state is not before
        if not moved.is_undecided and (before in DECIDING or is_claimed):
            self._end(moved)
        else:
            self._front.swap(moved)
            if before is not redemption.state and redemption.state not in DECIDING:
                self._begin_to_read_slip(redemption)

    def _end(self, result: Result) -> None:
        """Do what follows a redemption's end in front of the cashier: money first, then paper."""
        redemption = result.redemption
        if redemption.state is not RedemptionState.DECLINED:
            result = result.without_texts()
        is_final = redemption.state is RedemptionState.FINAL
        self._front.swap(result.printing() if is_final else result, is_new=True)
        self._front.finished.emit(redemption)
        if is_final:
            run = partial(self._services.run, PrintSlip(redemption.id), by=self._by)
            self._front.start(partial(self._printed, redemption, run), "print slip")
        if redemption.state not in result_screen.REFUSED:
            self._begin_to_read_slip(redemption)
        self._front.start(self._front.glance_at_journal, "refresh last rows")

    # -------------------------------------------------------------------------------- its paper

    def _print(self, result: Result) -> None:
        """Print its slip, once however often it is pressed."""
        if not result.outcome.is_printing:
            self._front.swap(result.printing())
            is_paused = result.outcome.is_queue_paused
            run = partial(self._run_print, result.redemption, is_queue_paused=is_paused)
            work = partial(self._printed, result.redemption, run)
            self._front.start(work, "print slip")

    async def _run_print(
        self, redemption: Redemption, *, is_queue_paused: bool
    ) -> tuple[PrintJob, PrintOutcome]:
        """Print the slip, and before it let a paused queue go on; the slip shows whether it did."""
        if is_queue_paused and not await self._services.run(ResumePrinter()):
            self._front.told.emit(printers.NOT_RESUMED, "alert")
        return await self._front.approvals.run(PrintSlip(redemption.id))

    async def _printed(
        self,
        redemption: Redemption,
        run: Callable[[], Awaitable[tuple[PrintJob, PrintOutcome]]],
    ) -> None:
        try:
            job, printed = await run()
        except NotPermittedError:
            if (result := self._front.in_front(redemption)) is not None:
                self._front.swap(result.not_printing(result.outcome.paper))
            raise
        except Exception:
            self._say_print_failure(redemption)
            raise
        if job.kind is SlipKind.PENDING:
            is_sent = isinstance(printed, Sent)
            said = counter.PENDING_PRINTED if is_sent else _trouble(printed)
            self._front.told.emit(said, "printer")
        # Else it is such as a pending slip that came out after the sale was paid.
        if (result := self._front.in_front(redemption)) is not None:
            is_paused = printed == PAUSED
            shown = result.not_printing(job.state, _trouble(printed), is_queue_paused=is_paused)
            outcome = replace(shown.outcome, copy_number=job.copy_number)
            self._front.swap(replace(shown, outcome=outcome))

    def _say_print_failure(self, redemption: Redemption) -> None:
        """Say that printing broke down: nobody knows whether paper came, so a person looks."""
        if redemption.state is not RedemptionState.FINAL:
            self._front.told.emit(counter.PRINT_FAILED, "alert")
        if (result := self._front.in_front(redemption)) is not None:
            self._front.swap(result.not_printing(PrintState.UNCERTAIN, counter.PRINT_FAILED))

    def _begin_to_read_slip(self, redemption: Redemption) -> None:
        self._front.start(partial(self._read_slip, redemption), "read slip")

    async def _read_slip(self, redemption: Redemption) -> None:
        """Show on the slip what the journal knows of it beside the redemption, as on paper."""
        details = await self._services.slips.details(redemption)
        held = await self._services.journal.advice(redemption.id)
        if (result := self._front.in_front(redemption)) is not None:
            outcome = replace(result.outcome, details=details)
            shown = replace(result, outcome=outcome, held=held)
            self._front.swap(shown.at(self._services.clock.now()))

    async def _confirm(self, redemption: Redemption, *, is_complete: bool) -> None:
        confirmed = ConfirmSlip(redemption_id=redemption.id, is_complete=is_complete)
        await self._services.run(confirmed)
        if is_complete:
            self._front.papers_changed.emit()
            await self._new_voucher(redemption)
        elif (result := self._front.in_front(redemption)) is not None:
            # Also where no paper was ever counted, or it could not be printed again.
            self._front.swap(result.not_printing(PrintState.NOT_COMPLETE, result.outcome.trouble))

    # ------------------------------------------------------------------------------ its buttons

    def act(self, act: Act, result: Result) -> None:
        """Carry out a button of a result."""
        if not result.offers(act):
            return
        redemption = result.redemption
        match act:
            case Act.STILL_HERE | Act.PAID_OTHERWISE | Act.CUSTOMER_GONE:
                self._answer(result, _CUSTOMERS[act])
            case Act.NEW_VOUCHER:
                self._front.start(partial(self._new_voucher, redemption), "new voucher")
            case Act.CORRECT_ENTRY | Act.LOOK_UP_BALANCE:
                self._correct(result, is_look_up=act is Act.LOOK_UP_BALANCE)
            case Act.SLIP_COMPLETE | Act.SLIP_NOT_COMPLETE:
                is_complete = act is Act.SLIP_COMPLETE
                confirm = partial(self._confirm, redemption, is_complete=is_complete)
                self._front.start(confirm, act.value)
            case Act.PRINT_AGAIN | Act.PRINT_PENDING | Act.RESUME_PRINTER:
                self._print(result)
            case Act.VOID:
                self._front.start(partial(self._void, redemption), "void")
            case _:
                return

    def _correct(self, result: Result, *, is_look_up: bool) -> None:
        """Go back to what was typed, or ask what is on its voucher."""
        self.leave(result)
        self._front.swap(result.to_correct(), is_new=True)
        if is_look_up:
            self._front.room_wished.emit(Room.BALANCE)

    async def _void(self, redemption: Redemption) -> None:
        """Take the sale back, as in the history; its result shows what became of it."""
        _ = await self._front.approvals.void(redemption)

    async def _new_voucher(self, redemption: Redemption) -> None:
        """Leave a result. A sale whose voucher is refused or in doubt is closed without it.

        A sale of which something was paid before, and something is owed, goes on. An answer that
        was faster than the press stays in front: the press was not about it.
        """
        result = self._front.in_front(redemption)
        if result is None:
            return
        if result.is_sale_over:
            await self._services.run(LeaveSale(redemption.sale_id))
        result = self._front.in_front(redemption)
        if result is None:
            return
        self._front.swap(result.after())
        await self._front.glance_at_journal()
        self.let_go(result)
        if not result.outcome.can_be_left:
            await self._return_next()

    def leave(self, result: Result) -> None:
        """Close the sale of a result, because a form is shown in its place."""
        self.let_go(result)
        if result.is_sale_over:
            close = LeaveSale(result.redemption.sale_id)
            self._front.start(partial(self._services.run, close), "set sale aside")

    def let_go(self, result: Result) -> None:
        """Do not show this sale from before the stop again: somebody has seen it settled."""
        if not result.outcome.can_be_left:
            self._returning.let_go(result.redemption.id)

    # ---------------------------------------------------------------------------- after a stop

    async def welcome_back(self) -> None:
        """Show the sale that was open when the till stopped; called once after the start."""
        await self._returning.read()
        await self._return_next(with_waiting=True)

    def take_up(self) -> None:
        """Show a sale that was open when the till stopped, and was answered meanwhile."""
        self._front.start(self._return_next, "come back")

    async def _return_next(self, *, with_waiting: bool = False) -> None:
        """Show the next sale that the till had stopped over, unless a customer is being served.

        It waits for somebody to be at the till: its slip is printed as theirs.
        """
        if self._services.session.is_left:
            return
        found = await self._returning.first(with_waiting=with_waiting)
        if found is None or self._front.around.is_stopped:
            return
        stage = self._front.stage
        if _is_serving(stage):
            if not found.is_asked:
                said = outcomes.state_word(found.redemption)[1]
                said = counter.earlier_sale(said)
                self._front.told.emit(said, "question")
            return
        form = form_of(stage)
        shown = Result(
            outcome=Outcome(
                redemption=found.redemption,
                due=found.due,
                continued_cents=found.continued_cents,
                is_in_background=True,
                is_training=self._services.profile.is_training,
                is_returned=True,
                is_asked=found.is_asked,
            ),
            behind=Form(chosen=form.chosen) if form is not None else Empty(),
        )
        self._by = self._services.actor
        if found.redemption.state is RedemptionState.FINAL:
            self._end(shown)
        else:
            self._front.swap(shown, is_new=True)
            self._begin_to_read_slip(shown.redemption)

    def _answer(self, result: Result, said: Customer) -> None:
        """Write what was said of the customer; until then nothing else is said of it."""
        outcome = replace(result.outcome, is_asked=False)
        self._front.swap(replace(result, outcome=outcome, is_answering=True))
        self._front.start(partial(self._answered, result.redemption, said), "answer")

    async def _answered(self, redemption: Redemption, said: Customer) -> None:
        """Write what was said of the customer, then show what that makes of the sale."""
        is_written = False
        try:
            known = await self._services.run(AnswerForCustomer(redemption.id, said))
            is_written = True
        except (SaleClosedError, StaleChangeError):
            known = redemption  # it was said elsewhere in this till
            is_written = True
        finally:
            self._end_answer(redemption.id, is_written=is_written)
        if said is Customer.HERE or known.state in FOR_A_PERSON:
            if (result := self._result_of(redemption.id)) is not None:
                self._front.swap(result, is_new=True)
            if said is Customer.HERE and known.state is RedemptionState.INFLIGHT:
                self.begin(redemption.id, self._services.actor)
            return
        self._front.told.emit(counter.SALE_CLOSED, "check")
        self._returning.let_go(redemption.id)
        if (result := self._result_of(redemption.id)) is not None:
            self._front.swap(result.behind)
        await self._front.glance_at_journal()
        await self._return_next()

    def _end_answer(self, redemption_id: str, *, is_written: bool) -> None:
        result = self._result_of(redemption_id)
        if result is not None:
            is_asked = not is_written and result.redemption.state not in result_screen.REFUSED
            outcome = replace(result.outcome, is_asked=is_asked)
            self._front.swap(replace(result, outcome=outcome, is_answering=False))


def _is_serving(stage: CounterStage) -> bool:
    """Whether a customer is being served, whose sale may not be covered by another."""
    if isinstance(stage, Result | Working):
        return True
    if isinstance(stage, Empty):
        return stage.rest is not None
    form = form_of(stage)
    return form is not None and form.entry.is_begun


def _trouble(outcome: PrintOutcome) -> str:
    return "" if isinstance(outcome, Sent) else failures.print_trouble(outcome.trouble)
