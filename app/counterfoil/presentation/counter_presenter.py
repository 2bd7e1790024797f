"""The Redeem and Balance rooms: one form, built from metadata, and what became of it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from counterfoil.domain.advice import Advice
from counterfoil.domain.code import NotACode
from counterfoil.domain.entry import not_a_code
from counterfoil.domain.failures import (
    CounterfoilError,
    EntryError,
    JournalUnavailableError,
    NotPermittedError,
    SaleClosedError,
    StaleChangeError,
)
from counterfoil.domain.forwarding import hold_left_s
from counterfoil.domain.money import AmountError, AmountProblem, format_cents
from counterfoil.domain.offer import Offer
from counterfoil.domain.printing import PrintState
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip import Slip, SlipKind
from counterfoil.domain.slip_text import Heading, draft_slip
from counterfoil.domain.states import FOR_A_PERSON, OPEN, Customer, RedemptionState
from counterfoil.domain.voucher_type import FieldSpec, VoucherType
from counterfoil.ports.gateway import Balance, LookupRefusal, LookupRefused
from counterfoil.ports.printer import PrintOutcome, Sent
from counterfoil.presentation import result_screen, scanning, words
from counterfoil.presentation.counter_form import (
    Entry,
    amount_row,
    draft_entry,
    field_row,
    foot,
    primary_text,
    ready,
    tile_groups,
)
from counterfoil.presentation.monogram import monogram
from counterfoil.presentation.result_screen import Outcome
from counterfoil.presentation.returning import Returning
from counterfoil.presentation.scanning import Meaning, NotTaken, Taken
from counterfoil.presentation.screens import (
    AMOUNT,
    Act,
    Button,
    CounterScreen,
    Fact,
    LastRow,
    PaperRow,
    Room,
    Stage,
)
from counterfoil.presentation.shown import expiry_of, last_row, lines_of, mark_of
from counterfoil.service.commands import (
    AbandonRedemption,
    AnswerForCustomer,
    CheckBalance,
    ConfirmSlip,
    LeaveSale,
    PrintSlip,
    RedeemVoucher,
    RefreshTypes,
    RevealChange,
    WaitForResult,
)
from counterfoil.service.form import check_field
from counterfoil.service.services import Services

ANSWERS_FROM_S = 0.6
"""A result, or a form that comes back filled, takes no key or click before.

A double press can so neither answer a question nor redeem again."""
LAST_MAX = 5
_DECIDING = OPEN - {RedemptionState.REVERSING}
"""The cashier waits for what becomes of these; what is being restored is over at the counter."""


class CounterPresenter(QObject):
    """Holds the form and the redemption in front of the cashier.

    Signals:
        changed(CounterScreen): there is something new to show.
        failed(CounterfoilError): the till cannot go on selling.
        finished(Redemption): a redemption came to an end in front of the cashier.
        told(str, str): a fact that needs no answer, with its icon.
        refused(str): something scanned, pasted or typed is not taken, and why.
        pointed(str): where the cashier goes on: a field, ``AMOUNT``, or empty for the first field.
        offered(Offer): discovery was asked again and this is what it brought.
        papers_changed(): somebody said whether a slip came out.
    """

    changed = Signal(object)
    failed = Signal(object)
    finished = Signal(object)
    offered = Signal(object)
    papers_changed = Signal()
    told = Signal(str, str)
    refused = Signal(str)
    pointed = Signal(str)

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._room = Room.REDEEM
        self._offer = Offer((), None, is_fresh=False)
        self._groups = tile_groups(self._offer)
        self._chosen: VoucherType | None = None
        self._entry = Entry()
        self._before_burst: tuple[Entry, Entry] | None = None
        self._is_scanning = False
        self._cleared: Entry | None = None
        self._is_asking_whole = False
        self._is_busy = False
        self._is_stopped = False
        self._balance: tuple[Fact, ...] = ()
        self._balance_lines: tuple[str, ...] = ()
        self._balance_note = ""
        self._outcome: Outcome | None = None
        self._shown_at_s = 0.0
        self._held: Advice | None = None
        self._returning = Returning(services.journal)
        self._slip_number = 1
        self._last: tuple[LastRow, ...] = ()

    # ------------------------------------------------------------------------------- from outside

    @property
    def shown(self) -> Redemption | None:
        """The redemption in front of the cashier, if any."""
        return self._outcome.redemption if self._outcome else None

    @property
    def is_busy(self) -> bool:
        """Whether a press is being carried out, so that another one means nothing."""
        return self._is_busy

    def offer(self, offer: Offer) -> None:
        """Take new metadata; what was typed stays in the fields that still exist.

        What was typed for a type that is gone goes with it: it is nothing of another type.
        """
        self._offer = offer
        self._groups = tile_groups(offer)
        kept = offer.find(self._chosen.id) if self._chosen else None
        if self._chosen is not None and kept is None:
            self._withdraw(self._chosen.name)
        has_changed = kept != self._chosen
        self._chosen = kept or next(iter(offer.types), None)
        if self._chosen is not None:
            self._entry.keep_fields_of(self._chosen)
        if has_changed:
            self._check_again()
        self._emit()

    def _check_again(self) -> None:
        """Say of what was refused only what is wrong with it by the metadata of now."""
        for name in tuple(self._entry.errors):
            del self._entry.errors[name]
            self.leave(name)

    def _withdraw(self, name: str) -> None:
        self._entry, self._cleared = self._entry.fresh(), None
        self._is_asking_whole = False
        self._forget_balance()
        self.told.emit(f"{name} is no longer offered. Choose a voucher type", "alert")

    async def refresh_journal(self) -> None:
        """Read what the form shows of the journal: the next slip number and the last rows."""
        self._slip_number = await self._services.journal.next_slip_number()
        history = await self._services.journal.history(LAST_MAX)
        self._last = tuple(
            last_row(one, self._offer.colours, is_checked=self._services.asking.waits_for(one))
            for one in history
        )
        self._emit()

    def notice(self, redemption: Redemption) -> None:
        """Take a change of any redemption as it was just committed."""
        if self._outcome is None or self._outcome.redemption.id != redemption.id:
            if self._returning.has(redemption.id):
                self._start(self._return_next, "come back")
            return
        before = self._outcome.redemption.state
        has_moved = redemption.state is not before
        shown = replace(self._outcome, redemption=redemption)
        if redemption.state in result_screen.REFUSED:
            shown = replace(shown, is_asked=False)
        self._show(replace(shown, paper=None, is_printing=False) if has_moved else shown)
        is_claimed = before is RedemptionState.UNCLAIMED and has_moved
        is_over = redemption.state not in _DECIDING and not shown.is_asked
        if is_over and (before in _DECIDING or is_claimed):
            self._ended(redemption)

    def tick(self) -> None:
        """Say anew how long a sale can still be voided."""
        outcome = self._outcome
        if outcome is not None and outcome.voidable_s > 0:
            self._show(replace(outcome, voidable_s=self._voidable_s()))

    def _voidable_s(self) -> float:
        held, shown = self._held, self.shown
        if held is None or shown is None or shown.state is not RedemptionState.FINAL:
            return 0.0
        return (
            hold_left_s(held, self._services.clock.now()) if held.redemption_id == shown.id else 0.0
        )

    @property
    def left_open(self) -> str:
        """Say what closing the till would leave open; empty where that does not matter."""
        outcome = self._outcome
        if outcome is None or self._is_stopped:
            return ""
        if outcome.redemption.state in _DECIDING or outcome.is_asked:
            return words.LEFT_OPEN
        is_final = outcome.redemption.state is RedemptionState.FINAL
        return words.SLIP_LEFT_OPEN if is_final else ""

    def stop(self) -> None:
        """Take no intents any more, because the till is closing; what is asked still ends."""
        self._is_stopped = True
        self._emit()

    # ------------------------------------------------------------------------------------ intents

    def enter(self, room: Room) -> None:
        """Come to the Redeem or Balance room; Balance asks at once when the form is complete."""
        if room not in {Room.REDEEM, Room.BALANCE} or self._is_deaf:
            return
        is_new = room is not self._room
        self._room = room
        if is_new:
            self._forget_balance()
        self._emit()
        if is_new and room is Room.BALANCE and self._stage is Stage.FORM and self._is_complete():
            self._carry_out()

    def choose(self, type_id: str) -> None:
        """Choose a voucher type: an empty form for it."""
        chosen = self._offer.find(type_id)
        if chosen is None or self._is_deaf or self._is_waiting():
            return
        self._cleared = None
        if self._outcome is not None:
            self._leave_sale(self._outcome)
            self._entry = _entry_after(self._outcome)
        self._outcome = None
        self._chosen = chosen
        self._put(self._entry.fresh())
        self._is_asking_whole = False
        self._forget_balance()
        self._emit()

    def edit(self, name: str, text: str) -> None:
        """Take what was typed into a field."""
        if self._stage is not Stage.FORM or self._is_deaf:
            return
        self._cleared = None
        self._entry.texts[name] = text
        self._entry.errors.pop(name, None)
        self._entry.error = ""
        self._forget_balance()
        self._emit()

    def leave(self, name: str) -> None:
        """Check a field when the cashier leaves it; an empty one is not an error yet."""
        spec = self._spec(name)
        text = self._entry.texts.get(name, "")
        if spec is None or not text or self._stage is not Stage.FORM or self._is_stopped:
            return
        try:
            check_field(spec, text, self._services.patterns)
        except EntryError as error:
            self._entry.errors[name] = str(error)
        self._emit()

    def refuse(self, reason: NotACode | AmountProblem) -> None:
        """Say why what was typed or pasted into a field is not taken; the field is as it was."""
        said = not_a_code(reason) if isinstance(reason, NotACode) else str(AmountError(reason))
        self.refused.emit(f"Not taken. {said[:1].upper()}{said[1:]}.")

    def leave_amount(self) -> None:
        """Check the amount when the cashier leaves it; an empty one is not an error yet."""
        if self._chosen is not None and self._stage is Stage.FORM and not self._is_deaf:
            self._entry.check_amount(self._chosen)
            self._emit()

    def edit_amount(self, text: str) -> None:
        """Take what was typed into the amount; typing ends the whole-voucher choice."""
        if self._stage is not Stage.FORM or self._is_deaf:
            return
        self._cleared = None
        self._entry.amount_text = text
        self._entry.amount_error = ""
        self._entry.is_whole = False
        self._emit()

    def toggle_whole(self) -> None:
        """Ask once before the whole voucher is chosen; a second press takes the choice back."""
        if self._stage is not Stage.FORM or self._is_deaf:
            return
        if self._entry.is_whole:
            self._entry.is_whole = False
        elif self._entry.sale_id is not None:
            self._entry.refuse_whole()
        else:
            self._is_asking_whole = True
            self._shown_at_s = self._now_s()
        self._emit()

    def press(self) -> None:
        """Carry out the primary button, once however often it is pressed.

        A form that has only just come back is not pressed: its button lies where the last one lay.
        """
        if self._is_asking_whole:
            self.told.emit("Press F11 to take everything, or Esc to go back", "question")
        elif self._stage is Stage.QUESTION:
            self.told.emit("Say first how the rest is paid", "question")
        if self._stage is not Stage.FORM or self._is_deaf or self._has_just_appeared:
            return
        if self._is_complete():
            self._carry_out()
        else:
            self.leave_amount()
            self.point()

    def _carry_out(self) -> None:
        self._cleared = None
        self._is_busy = True
        self._emit()
        self._start(self._press, "press")

    def act(self, act: Act) -> None:
        """Carry out a button of a question or a result, unless it has only just appeared."""
        if self._is_stopped or self._has_just_appeared:
            return
        if act in {Act.TAKE_WHOLE, Act.TYPE_AMOUNT}:
            self._answer_whole(act)
        elif act is Act.REFRESH:
            self._start(self._refresh, "refresh types")
        elif act is Act.BRING_BACK:
            self._bring_back()
        elif self._outcome is not None and not self._is_busy:
            self._act_on_result(act, self._outcome)
        elif self._entry.sale_id and not self._is_busy:
            self._act_on_rest(act, self._entry.sale_id)

    def back(self) -> None:
        """Go back from a question, or clear the form, or bring back what was cleared last.

        A result is never destroyed by going back.
        """
        if self._is_asking_whole and not self._is_stopped:
            self._answer_whole(Act.TYPE_AMOUNT)
        elif self._cleared is not None:
            self._bring_back()
        else:
            self.clear()

    def clear(self) -> None:
        """Empty the form for the next customer; until something is typed it can be brought back.

        Where a rest is owed a person says first whether its customer is gone.
        """
        empty = self._entry.fresh()
        if self._stage is not Stage.FORM or self._is_deaf:
            return
        if empty.sale_id is not None:
            self._put(replace(empty, is_sale_asked=True))
            self._forget_balance()
            self._emit()
            return
        if not self._entry.has_more_than(empty):
            return
        self._cleared, self._entry = self._entry, empty
        self._forget_balance()
        self.told.emit("The form is empty. Esc brings it back", "check")
        self._emit()
        self.pointed.emit("")

    def _bring_back(self) -> None:
        if self._cleared is None or self._stage is not Stage.FORM or self._is_deaf:
            return
        self._entry, self._cleared = self._cleared, None
        self._shown_at_s = self._now_s()
        self._emit()
        self.point()

    # -------------------------------------------------------------------------------------- scans

    def note_entry(self) -> None:
        """Remember the form before keys that may turn out to be a scanner's."""
        self._before_burst = (self._entry, self._entry.copied())

    def begin_scan(self) -> None:
        """Take back what the first keys of a scan did to the form; nothing is pressed during it."""
        self._is_scanning = True
        typed, before = self._before_burst or (None, self._entry)
        self._before_burst = None
        if typed is self._entry and self._stage is Stage.FORM and self._chosen is not None:
            self._entry = before
            self._entry.keep_fields_of(self._chosen)
        self._emit()

    def leave_scan(self) -> None:
        """Go on after a scan that was not for the form."""
        self._is_scanning = False
        self._emit()

    def scan(self, code: Secret, into: str = "") -> bool:
        """Take a scanned code as the next voucher, wherever the till is, or refuse it aloud.

        ``into`` is the field with the cursor. Nothing is spent, answered or pressed by a scan.
        Tell whether it is in the form now.
        """
        self._is_scanning = False
        match self._read_scan(code, into):
            case NotTaken(why):
                self.refuse_scan(why)
                return False
            case Taken(entry, meaning):
                self._take_scan(entry, meaning)
                return True

    def refuse_scan(self, why: str) -> None:
        """Take a scan for nothing, because of what stands before the form, and say why."""
        self._is_scanning = False
        self.refused.emit(why)
        self._emit()

    def _read_scan(self, code: Secret, into: str) -> Taken | NotTaken:
        chosen, outcome = self._chosen, self._outcome
        if self._is_stopped:
            return NotTaken(f"Not taken. {words.CLOSING}")
        if self._is_busy:
            return NotTaken("Not taken. Wait for the answer first.")
        if chosen is None:
            return NotTaken("Not taken. There are no vouchers to choose.")
        if outcome is None:
            return scanning.into_form(chosen, self._entry, code, into)
        if self._has_just_appeared:
            return NotTaken("Not taken. Look at the result first.")
        return scanning.into_next(chosen, outcome, _entry_after(outcome), code)

    def _take_scan(self, entry: Entry, meaning: Meaning) -> None:
        if self._outcome is not None:
            self._leave_sale(self._outcome)
            self._outcome = None
        if meaning is not Meaning.SAME:
            self._put(entry)
            self._cleared = None
            self._is_asking_whole = False
            self._forget_balance()
        if meaning is Meaning.SAME:
            self.told.emit("Same voucher", "check")
        elif meaning is Meaning.NEXT_CUSTOMER:
            self.told.emit("New customer", "person")
        self._emit()
        self.point()

    def point(self) -> None:
        """Show the cashier where to go on: to the first place where something is missing.

        From a form that needs nothing the cursor goes to the amount, and the PIN is masked.
        """
        if self._chosen is not None:
            missing = self._entry.missing(self._chosen, self._room)
            self.pointed.emit(AMOUNT if missing is None else missing.place)

    async def change_codes(self) -> tuple[Secret, ...]:
        """Return the codes of the change in front of the cashier, read for this moment."""
        codes: tuple[Secret, ...] = ()

        async def reveal() -> None:
            nonlocal codes
            if self.shown is not None:
                codes = await self._services.run(RevealChange(self.shown.id))

        await self._fenced(reveal)
        return codes

    # ------------------------------------------------------------------------------------ redeem

    async def _press(self) -> None:
        try:
            if self._room is Room.BALANCE:
                await self._look_up()
            else:
                await self._prepare()
        finally:
            self._is_busy = False

    async def _prepare(self) -> None:
        """Write the redemption down; from then on the result, not the form, is in front."""
        chosen = self._chosen
        amount = self._entry.amount(chosen) if chosen is not None else None
        assert chosen is not None and amount is not None, "the button is off without them"  # noqa: PT018 - one thing: the form is complete
        fields = await self._services.read_form(chosen, self._entry.texts)
        sale_id = self._entry.sale_id
        wanted = RedeemVoucher(voucher_type=chosen, fields=fields, amount=amount, sale_id=sale_id)
        redemption = await self._services.run(wanted)
        if self._is_stopped:
            # Nobody would be there to hear the answer, and nothing has left yet.
            await self._services.run(AbandonRedemption(redemption))
            return
        continued_cents = self._entry.sale_rest_cents if sale_id else None
        self._show(
            Outcome(
                redemption=redemption,
                continued_cents=continued_cents,
                is_training=self._services.profile.is_training,
                has_balance=chosen.can_look_up,
            )
        )
        self._start(partial(self._see_through, redemption.id), "see through")

    async def _see_through(self, redemption_id: str) -> None:
        ticker = self._services.owner.spawn(self._tick(redemption_id, self._now_s()), "seconds")
        try:
            await self._services.run(WaitForResult(redemption_id))
        except Exception:
            # It may have been sent, so the cashier is told what is known, and can go on.
            self._wait_no_longer(redemption_id)
            raise
        finally:
            ticker.cancel()
        self._wait_no_longer(redemption_id)

    def _wait_no_longer(self, redemption_id: str) -> None:
        """Let the till go on in the background with what is still not decided."""
        outcome = self._outcome
        if outcome is None or outcome.redemption.id != redemption_id:
            return
        if outcome.redemption.state in {RedemptionState.PREPARED, RedemptionState.INFLIGHT}:
            self._forget_secrets()
            self._shown_at_s = self._now_s()
            self._show(replace(outcome, is_in_background=True))

    async def _tick(self, redemption_id: str, begun_s: float) -> None:
        while True:
            await self._services.clock.sleep(1)
            outcome = self._outcome
            if outcome is None or outcome.redemption.id != redemption_id:
                return
            self._outcome = replace(outcome, seconds=int(self._now_s() - begun_s))
            self._emit()

    def _ended(self, redemption: Redemption) -> None:
        """Do what follows a redemption's end in front of the cashier: money first, then paper."""
        self._shown_at_s = self._now_s()
        if redemption.state is not RedemptionState.DECLINED:
            self._forget_secrets()
        self.finished.emit(redemption)
        if redemption.state is RedemptionState.FINAL:
            self._start(self._print, "print slip")
            self._start(self._read_slip, "read slip")
        self._start(self.refresh_journal, "refresh last rows")

    async def _print(self) -> None:
        outcome = self._outcome
        if outcome is None:
            return
        self._show(replace(outcome, is_printing=True, trouble=""))
        try:
            job, printed = await self._services.run(PrintSlip(outcome.redemption.id))
        except NotPermittedError:
            if self._is_in_front(outcome):
                self._show(replace(self._outcome or outcome, is_printing=False))
            raise
        except Exception:
            self._show_print_failure(outcome)
            raise
        if job.kind is SlipKind.PENDING:
            is_sent = isinstance(printed, Sent)
            self.told.emit("Pending slip printed" if is_sent else _trouble(printed), "printer")
        if not self._is_in_front(outcome):
            return  # such as a pending slip that came out after the sale was paid
        self._show(
            replace(
                self._outcome or outcome,
                is_printing=False,
                paper=job.state,
                copy_number=job.copy_number,
                trouble=_trouble(printed),
            )
        )

    async def _read_slip(self) -> None:
        """Show on the slip what the upstream wants on it; the paper says it too."""
        outcome = self._outcome
        if outcome is None:
            return
        lines = await self._services.slips.provider_lines(outcome.redemption)
        self._held = await self._services.journal.advice(outcome.redemption.id)
        if self._is_in_front(outcome):
            self._show(
                replace(
                    self._outcome or outcome, provider_lines=lines, voidable_s=self._voidable_s()
                )
            )

    def _show_print_failure(self, outcome: Outcome) -> None:
        """Say that printing broke down: nobody knows whether paper came, so a person looks."""
        if outcome.redemption.state is not RedemptionState.FINAL:
            self.told.emit(words.PRINT_FAILED, "alert")
        if self._is_in_front(outcome):
            self._show(
                replace(
                    self._outcome or outcome,
                    is_printing=False,
                    paper=PrintState.UNCERTAIN,
                    trouble=words.PRINT_FAILED,
                )
            )

    def _is_in_front(self, outcome: Outcome) -> bool:
        """Whether this redemption is still in front of the cashier, and in the same state."""
        shown, then = self.shown, outcome.redemption
        return shown is not None and (shown.id, shown.state) == (then.id, then.state)

    # ------------------------------------------------------------------------------- result acts

    def _act_on_result(self, act: Act, outcome: Outcome) -> None:
        if act not in result_screen.acts(outcome):
            return
        match act:
            case Act.STILL_HERE | Act.PAID_OTHERWISE | Act.CUSTOMER_GONE:
                self._start(partial(self._answer, outcome, _CUSTOMERS[act]), "answer")
            case Act.NEW_VOUCHER:
                self._start(partial(self._new_voucher, outcome), "new voucher")
            case Act.CORRECT_ENTRY:
                self._correct_entry(outcome)
            case Act.REST_PAID_OTHERWISE:
                self._close_rest(outcome.redemption.sale_id)
            case Act.SLIP_COMPLETE | Act.SLIP_NOT_COMPLETE:
                is_complete = act is Act.SLIP_COMPLETE
                work = self._slip_complete if is_complete else self._slip_not_complete
                self._start(work, act.value)
            case Act.PRINT_AGAIN | Act.PRINT_PENDING:
                self._start(self._print, "print slip")
            case _:
                return

    def _correct_entry(self, outcome: Outcome) -> None:
        self._leave_sale(outcome)
        self._outcome = None
        self._shown_at_s = self._now_s()
        self._entry.errors.clear()
        self._emit()

    async def _new_voucher(self, outcome: Outcome) -> None:
        """Leave a result. A sale whose voucher is refused or in doubt is closed without it.

        A sale of which something was paid before, and something is owed, goes on. An answer that
        was faster than the press stays in front: the press was not about it.
        """
        if _is_sale_over(outcome):
            await self._services.run(LeaveSale(outcome.redemption.sale_id))
        if not self._is_in_front(outcome):
            return
        self._outcome = None
        self._put(_entry_after(outcome))
        await self.refresh_journal()
        self._let_go(outcome)
        if not outcome.can_be_left:
            await self._return_next()

    def _let_go(self, outcome: Outcome) -> None:
        """Show a sale that came back no more, once it is known and was seen."""
        if not outcome.can_be_left:
            self._returning.let_go(outcome.redemption.id)

    def _leave_sale(self, outcome: Outcome) -> None:
        """Close the sale of a result that is left for a form which is shown at once."""
        self._let_go(outcome)
        if _is_sale_over(outcome):
            close = LeaveSale(outcome.redemption.sale_id)
            self._start(partial(self._services.run, close), "set sale aside")

    def _put(self, entry: Entry) -> None:
        """Put another form in front; no key answers what it asks in its first moment."""
        self._entry = entry
        if entry.is_sale_asked:
            self._shown_at_s = self._now_s()

    def _act_on_rest(self, act: Act, sale_id: str) -> None:
        if act is Act.REST_PAID_OTHERWISE:
            self._close_rest(sale_id)
        elif act is Act.GO_ON_WITH_SALE and self._entry.is_sale_asked:
            rest = self._entry.fresh().amount_text
            self._entry = replace(self._entry, is_sale_asked=False, amount_text=rest)
            self._shown_at_s = self._now_s()
            self._emit()
            self.point()

    def _close_rest(self, sale_id: str) -> None:
        """Let a sale go whose rest the cashier has got some other way."""
        self._is_busy = True
        self._emit()
        self._start(partial(self._rest_paid, sale_id), "rest paid otherwise")

    async def _rest_paid(self, sale_id: str) -> None:
        try:
            await self._services.run(LeaveSale(sale_id))
            self._outcome = None
            # What was scanned under the question is the next customer's.
            is_next = self._entry.is_sale_asked
            self._entry = Entry(texts=dict(self._entry.texts) if is_next else {})
            self.told.emit("The sale is closed", "check")
        finally:
            self._is_busy = False
        await self.refresh_journal()
        self.point()

    async def _slip_complete(self) -> None:
        outcome = self._outcome
        if outcome is not None:
            await self._confirm(outcome, is_complete=True)
            self.papers_changed.emit()
            await self._new_voucher(outcome)

    async def _slip_not_complete(self) -> None:
        outcome = self._outcome
        if outcome is not None:
            # Also where no paper was ever counted, or it could not be printed again.
            await self._confirm(outcome, is_complete=False)
            self._show(replace(outcome, paper=PrintState.NOT_COMPLETE))

    async def _confirm(self, outcome: Outcome, *, is_complete: bool) -> None:
        redemption_id = outcome.redemption.id
        await self._services.run(ConfirmSlip(redemption_id=redemption_id, is_complete=is_complete))

    # ---------------------------------------------------------------------------- after a stop

    async def welcome_back(self) -> None:
        """Show the sale that the till had stopped over, when it has just started."""
        await self._returning.read()
        await self._return_next(with_waiting=True)

    async def _return_next(self, *, with_waiting: bool = False) -> None:
        """Show the next sale that the till had stopped over, unless a customer is being served."""
        found = await self._returning.first(with_waiting=with_waiting)
        if found is None or self._is_stopped:
            return
        if self._outcome is not None or self._is_busy or self._entry.is_begun:
            if not found.is_asked:
                said = words.state_word(found.redemption)[1]
                self.told.emit(f"Earlier sale: {said}. It is shown after this one.", "question")
            return
        self._shown_at_s = self._now_s()
        self._show(
            Outcome(
                redemption=found.redemption,
                is_in_background=True,
                is_training=self._services.profile.is_training,
                is_returned=True,
                is_asked=found.is_asked,
            )
        )
        if found.redemption.state is RedemptionState.FINAL:
            self._ended(found.redemption)

    async def _answer(self, outcome: Outcome, said: Customer) -> None:
        """Write what was said of the customer, then show what that makes of the sale."""
        redemption_id = outcome.redemption.id
        self._is_busy = True
        self._outcome = replace(outcome, is_asked=False)
        try:
            known = await self._services.run(AnswerForCustomer(redemption_id, said))
        except (SaleClosedError, StaleChangeError):
            known = outcome.redemption  # it was said elsewhere in this till
        except BaseException:
            self._outcome = outcome
            raise
        finally:
            self._is_busy = False
        if said is Customer.HERE or known.state in FOR_A_PERSON:
            self._shown_at_s = self._now_s()
            if said is Customer.HERE and known.state is RedemptionState.INFLIGHT:
                self._start(partial(self._see_through, redemption_id), "see through")
            return
        self.told.emit("The sale is closed", "check")
        self._returning.let_go(redemption_id)
        self._outcome = None
        await self.refresh_journal()
        await self._return_next()

    def _is_waiting(self) -> bool:
        """Whether the result in front of the cashier still decides something."""
        return self._outcome is not None and (
            self._outcome.redemption.state in _DECIDING or self._outcome.is_printing
        )

    # ------------------------------------------------------------------------------- whole, balance

    def _answer_whole(self, act: Act) -> None:
        if not self._is_asking_whole:
            return
        self._is_asking_whole = False
        self._shown_at_s = self._now_s()
        if act is Act.TAKE_WHOLE:
            self._entry.is_whole = True
            self._entry.amount_text = ""
            self._entry.amount_error = ""
        self._emit()

    async def _look_up(self) -> None:
        chosen = self._chosen
        assert chosen is not None, "the button is off without a type"
        fields = await self._services.read_form(chosen, self._entry.texts, for_lookup=True)
        answer = await self._services.run(CheckBalance(chosen, fields))
        now = self._services.clock.now().wall.astimezone()
        match answer:
            case Balance():
                told = (
                    "not told"
                    if answer.amount_cents is None
                    else format_cents(answer.amount_cents, answer.currency)
                )
                self._balance = (Fact(label="Balance", value=told), *expiry_of(answer))
                self._balance_lines = lines_of(answer)
                self._balance_note = f"as told at {now:%H:%M}"
            case LookupRefused():
                is_real = (
                    answer.reason is LookupRefusal.NOT_FOUND and self._services.profile.is_training
                )
                said = words.lookup_refused(answer.reason, chosen.name)
                self._entry.error = words.NOT_OF_SANDBOX if is_real else said

    def _forget_balance(self) -> None:
        self._balance = ()
        self._balance_lines = ()
        self._balance_note = ""
        self._entry.error = ""

    async def _refresh(self) -> None:
        offer = await self._services.run(RefreshTypes())
        self.offer(offer)
        self.offered.emit(offer)

    # ----------------------------------------------------------------------------------- plumbing

    async def _fenced(self, work: Callable[[], Awaitable[None]]) -> None:
        """Carry out work of a press; a failure is said in words and the till goes on."""
        try:
            await work()
        except EntryError as error:
            self._entry.errors[error.field] = str(error)
            self.point()
        except JournalUnavailableError as error:
            self.failed.emit(error)
        except NotPermittedError as error:
            self.refused.emit(words.failure(error))
        except CounterfoilError as error:
            name = self._chosen.name if self._chosen else "The provider"
            self._entry.error = words.failure(error, name)
        finally:
            self._emit()

    def _start(self, work: Callable[[], Awaitable[None]], name: str) -> None:
        _ = self._services.owner.spawn(self._fenced(work), name)

    @property
    def _has_just_appeared(self) -> bool:
        """Whether what is in front came too recently for a press to be about it."""
        return self._now_s() - self._shown_at_s < ANSWERS_FROM_S

    def _now_s(self) -> float:
        return self._services.clock.now().monotonic_s

    def _show(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._emit()

    @property
    def _is_deaf(self) -> bool:
        """Whether a press means nothing now."""
        return self._is_busy or self._is_stopped or self._is_scanning

    def _forget_secrets(self) -> None:
        """Empty the form of a PIN that can no longer be of use."""
        self._entry.texts.clear()

    def _spec(self, name: str) -> FieldSpec | None:
        fields = self._chosen.fields if self._chosen else ()
        return next((spec for spec in fields if spec.name == name), None)

    # --------------------------------------------------------------------------------- the screen

    @property
    def _stage(self) -> Stage:
        if self._outcome is not None:
            return Stage.RESULT
        if self._chosen is None:
            return Stage.EMPTY
        is_asking = self._is_asking_whole or self._entry.is_sale_asked
        return Stage.QUESTION if is_asking else Stage.FORM

    def _is_complete(self) -> bool:
        return self._chosen is not None and self._entry.is_complete(self._chosen, self._room)

    def _emit(self) -> None:
        self.changed.emit(self.screen())

    def screen(self) -> CounterScreen:
        """Return what is to be shown now."""
        frame = CounterScreen(
            stage=self._stage,
            groups=self._groups,
            paper=self._paper(),
            last=self._last,
        )
        shown = self._shown_on(frame)
        return _closing(shown) if self._is_stopped else shown

    def _shown_on(self, frame: CounterScreen) -> CounterScreen:
        chosen = self._chosen
        if self._outcome is not None:
            return self._result(frame, self._outcome)
        if chosen is None:
            return self._empty(frame)
        named = replace(
            frame,
            chosen=chosen.id,
            title=chosen.name,
            description=chosen.description,
            monogram=monogram(chosen.id, chosen.name, chosen.colour),
            error=self._entry.error,
        )
        return self._form(named, chosen)

    def _empty(self, frame: CounterScreen) -> CounterScreen:
        trouble = self._offer.trouble
        if trouble is None:
            return replace(frame, title="One moment", notice=words.no_types(None))
        return replace(
            frame,
            title="No vouchers to choose",
            notice=words.no_types(trouble),
            buttons=_EMPTY_BUTTONS,
        )

    def _result(self, frame: CounterScreen, outcome: Outcome) -> CounterScreen:
        """Return a result, whatever discovery says of its type by now."""
        redemption = outcome.redemption
        mark = mark_of(redemption, self._offer.colours)
        return replace(
            frame,
            chosen=redemption.type_id,
            title=redemption.type_name,
            monogram=mark,
            result=replace(result_screen.result(outcome), monogram=mark),
        )

    def _form(self, named: CounterScreen, chosen: VoucherType) -> CounterScreen:
        is_balance = self._room is Room.BALANCE
        can_press = self._is_complete() and not self._is_busy and not self._is_scanning
        form = replace(
            named,
            has_balance_button=chosen.can_look_up and not is_balance,
            fields=tuple(field_row(spec, self._entry) for spec in chosen.fields),
            amount=None if is_balance else amount_row(chosen, self._entry),
            primary_text=primary_text(chosen, self._entry, self._room, is_busy=self._is_busy),
            primary_key="F3" if is_balance else "F12",
            can_press=can_press,
            ready=ready(chosen, self._entry) if can_press and not is_balance else "",
            foot=foot(chosen, self._entry, self._room, can_press=can_press),
            foot_act=None if is_balance else self._foot_act(),
            balance=self._balance,
            balance_lines=self._balance_lines,
            balance_note=self._balance_note,
        )
        if self._entry.is_sale_asked:
            notice = f"{self._entry.owed()} With another voucher?"
            return replace(form, notice=notice, buttons=_REST_BUTTONS)
        if not self._is_asking_whole:
            return form
        question = "Take everything that is on this voucher?"
        return replace(form, notice=question, buttons=_WHOLE_BUTTONS)

    def _foot_act(self) -> Button | None:
        if self._is_busy:
            return None
        if self._entry.sale_id is not None:
            return result_screen.REST_PAID_OTHERWISE
        return _BRING_BACK if self._cleared is not None else None

    def _paper(self) -> PaperRow:
        if self._outcome is not None:
            is_refused = self._outcome.redemption.state in result_screen.REFUSED
            draft = self._draft(has_entry=not is_refused)
            return result_screen.paper(self._outcome, self._services.slips, draft)
        return PaperRow(slip=self._draft())

    def _draft(self, *, has_entry: bool = True) -> Slip:
        profile = self._services.profile
        heading = Heading(
            profile=profile,
            cashier=self._services.actor.name,
            at=self._services.clock.now().wall.astimezone(),
            slip_number=self._slip_number,
        )
        chosen = self._chosen
        entry = draft_entry(chosen, self._entry, self._room) if chosen and has_entry else None
        return draft_slip(heading, entry)


_CUSTOMERS = {
    Act.STILL_HERE: Customer.HERE,
    Act.PAID_OTHERWISE: Customer.PAID_OTHERWISE,
    Act.CUSTOMER_GONE: Customer.GONE,
}
_EMPTY_BUTTONS = (Button("Try again", Act.REFRESH, "F5", is_primary=True),)
_REST_BUTTONS = (
    Button("Another voucher", Act.GO_ON_WITH_SALE, "F11", is_primary=True),
    replace(result_screen.REST_PAID_OTHERWISE, key="F2"),
)
_BRING_BACK = Button("Bring it back", Act.BRING_BACK, "Esc")
_WHOLE_BUTTONS = (
    Button("Take the whole value", Act.TAKE_WHOLE, "F11", is_primary=True),
    Button("Type an amount", Act.TYPE_AMOUNT, "Esc"),
)


def _is_sale_over(outcome: Outcome) -> bool:
    """Whether leaving this result closes its sale: it is not paid, and does not go on."""
    is_paid = outcome.redemption.state is RedemptionState.FINAL
    return not (is_paid or outcome.rest_cents or outcome.can_be_left)


def _entry_after(outcome: Outcome) -> Entry:
    """Return an empty form, which goes on with the sale where something is owed."""
    rest_cents, redemption = outcome.rest_cents, outcome.redemption
    if not rest_cents:
        return Entry()
    return Entry(
        sale_id=redemption.sale_id,
        sale_rest_cents=rest_cents,
        sale_currency=redemption.currency,
        sale_name=f"Sale {redemption.reference}",
        is_sale_asked=True,
    ).fresh()


def _closing(screen: CounterScreen) -> CounterScreen:
    """Return a screen on which nothing can be pressed any more."""
    result = screen.result
    if result is not None:
        said = result.nothing_to_press or words.CLOSING
        result = replace(result, buttons=(), nothing_to_press=said)
    return replace(
        screen,
        result=result,
        buttons=(),
        primary_text=words.CLOSING,
        can_press=False,
        foot="",
        foot_act=None,
    )


def _trouble(outcome: PrintOutcome) -> str:
    return "" if isinstance(outcome, Sent) else words.print_trouble(outcome.trouble)
