"""The pages Redeem and Balance: carries out what is asked for there, on the stage that is shown."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from counterfoil.domain.code import NotACode
from counterfoil.domain.failures import EntryError
from counterfoil.domain.message import MessageWay
from counterfoil.domain.money import Money, NotAnAmount, format_cents
from counterfoil.domain.offer import Offer
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.sale import SaleEnding
from counterfoil.domain.secret import Secret
from counterfoil.domain.staff import Actor
from counterfoil.domain.states import RedemptionState
from counterfoil.ports.gateway import Balance, LookupRefusal, LookupRefused
from counterfoil.presentation import scan_meaning
from counterfoil.presentation.approval_presenter import ApprovalPresenter
from counterfoil.presentation.counter_form import Entry
from counterfoil.presentation.counter_front import CounterFront
from counterfoil.presentation.counter_result import ResultWork
from counterfoil.presentation.counter_stages import (
    CounterStage,
    DoubtQuestion,
    Empty,
    Form,
    RestQuestion,
    Result,
    ToldBalance,
    TypeQuestion,
    Working,
    asking_rest,
    form_of,
    sealed,
    with_form,
    with_offer,
    without_rest,
)
from counterfoil.presentation.rest_presenter import RestPresenter
from counterfoil.presentation.result_screen import Outcome
from counterfoil.presentation.revealing import revealed
from counterfoil.presentation.scan_meaning import Meaning, NotTaken, Several, Shapes, Taken
from counterfoil.presentation.screens import AMOUNT, Act, Fact, Room
from counterfoil.presentation.words import counter, entries, failures, window
from counterfoil.presentation.words.rows import amount_in_sentence, expiry_of, lines_of
from counterfoil.service.commands import (
    AbandonRedemption,
    CheckBalance,
    LeaveSale,
    RedeemVoucher,
    RefreshTypes,
)
from counterfoil.service.services import Services

ASKS_AGAIN_AFTER_S = 120
"""A form that nobody touched for so long is not used before somebody says whose it is."""


class CounterPresenter(CounterFront):
    """Carries out what the cashier does at the counter, and shows what the till learns meanwhile.

    Signals, beside those of `CounterFront`: ``offered(Offer)`` the voucher types, after the cashier
    had the till ask for them again.
    """

    offered = Signal(object)

    def __init__(
        self, services: Services, approvals: ApprovalPresenter, parent: QObject | None = None
    ) -> None:
        super().__init__(services, approvals, parent)
        self.rests = RestPresenter(services, approvals)
        self._result = ResultWork(self)
        self._touched_at_s = self._touched_before_keys_s = self.now_s()
        self._entered = self.around.room
        self._seals = 0
        """How often the till was left to who signs in next."""

    # ------------------------------------------------------------------------------- from outside

    @property
    def shown(self) -> Redemption | None:
        """The redemption whose result or question is shown; None while the form is."""
        return self.stage.redemption if isinstance(self.stage, Result) else None

    @property
    def is_busy(self) -> bool:
        """Whether an action is being carried out, so that another press is ignored."""
        match self.stage:
            case Working():
                return True
            case Result(is_answering=is_answering):
                return is_answering
            case _:
                return False

    def offer(self, offer: Offer) -> None:
        """Show new voucher types; what was typed stays in the fields that still exist."""
        stage, withdrawn = with_offer(self.stage, offer, self.services.patterns)
        if withdrawn:
            said = counter.no_longer_offered(withdrawn)
            self.told.emit(said, "alert")
        self._around = self._around.with_offer(offer)
        self.swap(stage)

    async def refresh_journal(self) -> None:
        """Read what the form shows of the journal: the next slip number and the last rows."""
        await self.glance_at_journal()

    def notice(self, redemption: Redemption) -> None:
        """React to a change of any redemption that has just been committed."""
        self._result.notice(redemption)

    def tick(self) -> None:
        """Update how long a sale can still be voided; called each second."""
        stage = self.stage
        if isinstance(stage, Result) and stage.outcome.voidable_s > 0:
            self.swap(stage.at(self.services.clock.now()))

    @property
    def left_open(self) -> str:
        """Return what closing the till now would leave open, as a sentence.

        Empty where nothing is.
        """
        stage = self.stage
        if not isinstance(stage, Result) or self.around.is_stopped:
            return ""
        redemption = stage.redemption
        name, amount = redemption.type_name, amount_in_sentence(redemption)
        if self.is_mid_answer:
            return counter.asked_now(name, amount)
        if stage.is_undecided:
            return counter.left_open(name, amount)
        is_final = redemption.state is RedemptionState.FINAL
        return counter.slip_left_open(redemption.reference) if is_final else ""

    @property
    def is_mid_answer(self) -> bool:
        """Whether the cashier waits for an answer, which comes within a minute."""
        stage = self.stage
        if not isinstance(stage, Result) or self.around.is_stopped:
            return False
        outcome = stage.outcome
        return stage.is_undecided and not (outcome.is_not_known or outcome.is_asked)

    def stop(self) -> None:
        """Begin nothing more, because the till is closing; what was begun still ends."""
        self.surround(is_stopped=True)

    def seal(self) -> None:
        """Hide what could show this customer's voucher to the next person at the till.

        What is typed stays in the form, where it is masked.
        """
        self._seals += 1
        self.swap(sealed(self.stage))

    def say_anew(self) -> None:
        """Say what is wrong in the form in the language that is spoken now, or no more."""
        stage = self.stage
        if isinstance(stage, Form):
            for name in stage.entry.errors:
                stage = stage.checked(name, self.services.patterns)
            stage = stage.without_error()
            self.swap(stage.amount_checked() if stage.entry.amount_error else stage)

    def take_up(self) -> None:
        """Show a sale that was open when the till stopped, and was answered while locked."""
        self._result.take_up()

    async def welcome_back(self) -> None:
        """Show the sale that was open when the till stopped; called once after the start."""
        await self._result.welcome_back()

    # ------------------------------------------------------------------------------------ intents

    def enter(self, room: Room) -> None:
        """Come to the page Redeem or Balance; Balance asks at once when the form is complete.

        While an action is being carried out, its page stays until that ends.
        """
        if room not in {Room.REDEEM, Room.BALANCE}:
            return
        self._entered = room
        if self._is_deaf:
            return
        is_new = room is not self.around.room
        form = form_of(self.stage)
        if is_new and form is not None:
            self._stage = with_form(self.stage, form.without_error())
        self.surround(room=room)
        if room is Room.BALANCE and self._is_complete():
            self._carry_out()

    def choose(self, type_id: str) -> None:
        """Choose a voucher type, and show an empty form for it."""
        chosen, stage = self.around.offer.find(type_id), self.stage
        if chosen is None or self._is_deaf or (isinstance(stage, Result) and stage.is_waiting):
            return
        if isinstance(stage, Result):
            self._result.leave(stage)
            stage = stage.after()
        self._touch()
        form = form_of(stage)
        fresh = Form(chosen=chosen, entry=form.entry.fresh() if form else Entry())
        if isinstance(stage, RestQuestion):
            self.swap(RestQuestion(fresh), is_new=True)
            return
        filled = replace(_with_scan_of(stage, fresh), is_chosen=True)
        self.swap(asking_rest(filled) if isinstance(stage, TypeQuestion) else filled)
        if _scan_in(stage) is not None:
            self.point()

    def edit(self, name: str, text: str) -> None:
        """Store the text that was typed into a field, by the field's name."""
        if (form := self._form_in_hand) is not None:
            self._touch(is_told_anew=form.is_code(name))
            self.swap(form.typed(name, text))

    def leave(self, name: str) -> None:
        """Check a field when the cashier leaves it; an empty one is not an error yet."""
        if isinstance(self.stage, Form) and not self.around.is_stopped:
            self.swap(self.stage.checked(name, self.services.patterns))

    def refuse(self, reason: NotACode | NotAnAmount) -> None:
        """Show why what was typed or pasted into a field is not taken.

        The field stays as it was.
        """
        self.refused.emit(counter.not_taken(entries.misentry(reason)))

    def leave_amount(self) -> None:
        """Check the amount when the cashier leaves it; an empty one is not an error yet."""
        if (form := self._form_in_hand) is not None:
            self.swap(form.amount_checked())

    def edit_amount(self, text: str) -> None:
        """Store the text that was typed as the amount; it ends the choice of the whole value."""
        if (form := self._form_in_hand) is not None:
            self._touch()
            self.swap(form.amount_typed(text))

    def toggle_whole(self) -> None:
        """Choose the whole value; a second press takes the choice back.

        It is chosen of a voucher that is in the form: without one, the form says what is missing.
        Where the provider told what is on it, that much becomes the amount, or what is still owed.
        A press in the first moment is ignored: the same key has just answered a question.
        """
        form = self._form_in_hand
        if form is None or self.around.room is not Room.REDEEM or self.has_just_appeared:
            return
        self._touch()
        entry = form.entry
        missing = entry.missing(form.chosen, Room.REDEEM)
        if entry.is_whole:
            self.swap(replace(form, entry=replace(entry, is_whole=False)))
        elif (told := form.takeable) is not None:
            self.swap(form.taking_balance(told))
        elif entry.rest is not None:
            self.swap(replace(form, entry=entry.with_whole_refused()))
        elif missing is None or missing.place == AMOUNT:
            self.swap(replace(form, entry=entry.with_whole()))
            self.point()
        else:
            self.point()

    def press(self) -> None:
        """Carry out the primary button, once however often it is pressed.

        A press in the first moment after the form came back is ignored: it was meant for the button
        that lay in the same place.
        """
        if isinstance(self.stage, DoubtQuestion):
            self.told.emit(counter.WHOSE_VOUCHER, "question")
        elif isinstance(self.stage, RestQuestion):
            self.told.emit(counter.REST_QUESTION, "question")
        form = self._form_in_hand
        if form is None or self.has_just_appeared:
            return
        if self.around.room is Room.BALANCE and form.is_usable:
            self.swap(form, is_new=True)
            self.room_wished.emit(Room.REDEEM)
            self.point()
        elif not self._is_complete():
            self.leave_amount()
            self.point()
        elif self.around.room is Room.REDEEM and (form.is_doubted or self._has_waited):
            self.swap(DoubtQuestion(form, is_old=not form.is_doubted), is_new=True)
            self.asked.emit()
        else:
            self._carry_out()

    def act(self, act: Act) -> None:
        """Carry out a button of a question or a result, unless it has only just appeared."""
        if self.around.is_stopped or self.has_just_appeared:
            return
        if act is Act.REFRESH:
            self.start(self._refresh, "refresh types")
            return
        if act in {Act.REST_PAID_OTHERWISE, Act.TAKE_REST}:
            self._close_rest(act)
            return
        match self.stage:
            case DoubtQuestion() | TypeQuestion() as question:
                self._answer_whose(question, act)
            case RestQuestion() as question if act is Act.GO_ON_WITH_SALE:
                self.swap(question.gone_on_with(), is_new=True)
                self.point()
            case Form() if act in {Act.BRING_BACK, Act.NO_REST}:
                self._change_back(act)
            case Result() as result:
                self._touch(is_told_anew=True)
                self._result.act(act, result)
            case _:
                return

    def back(self) -> None:
        """Leave a question, or clear the form, or restore what was cleared last.

        A result stays: going back never removes it. A second press right after the answer that
        emptied the form brings nothing back.
        """
        stage = self.stage
        if isinstance(stage, Form) and stage.cleared is not None:
            self.act(Act.BRING_BACK)
        else:
            self.clear()

    def clear(self) -> None:
        """Empty the form for the next customer; it can be restored until something is typed.

        Where the sale still owes something, a person must first say whether its customer is gone.
        """
        if isinstance(self.stage, DoubtQuestion | TypeQuestion):
            self.act(Act.EMPTY_FORM)
            return
        form = self._form_in_hand
        if form is None:
            return
        empty = form.entry.fresh()
        if empty.rest is not None:
            self.swap(RestQuestion(form.anew(empty)))
        elif form.entry.has_more_than(empty):
            self.swap(form.emptied())
            self.told.emit(counter.FORM_EMPTY, "check")
            self.pointed.emit("")

    def _answer_whose(self, question: DoubtQuestion | TypeQuestion, act: Act) -> None:
        """Take what was said of the voucher that was asked about."""
        if act is Act.SAME_VOUCHER and isinstance(question, DoubtQuestion):
            self._touch(is_told_anew=True)
            self.swap(question.answered(is_yes=True), is_new=True)
        elif act is Act.EMPTY_FORM:
            form = question.form
            if isinstance(question, DoubtQuestion):
                form = question.answered(is_yes=False)
            self.swap(asking_rest(form), is_new=True)
        self.point()

    def _touch(self, *, is_told_anew: bool = False) -> None:
        """Keep when somebody last did something with the form.

        What has waited in it stays so, whatever amount is typed to it, until somebody says again
        which voucher it is: then it ``is_told_anew``.
        """
        form = form_of(self.stage)
        is_empty = form is None or not form.entry.has_more_than(form.entry.fresh())
        if is_told_anew or is_empty or not self._has_waited:
            self._touched_at_s = self.now_s()

    @property
    def _has_waited(self) -> bool:
        """Whether the form has stood there for so long that it may be of a customer who left."""
        return self.now_s() - self._touched_at_s >= ASKS_AGAIN_AFTER_S

    def _change_back(self, act: Act) -> None:
        """Bring back what was cleared last, or let the amount that stands there be all."""
        form = self._form_in_hand
        if form is not None and act is Act.NO_REST:
            self.swap(replace(form, entry=replace(form.entry, due=None)))
            self.point()
        elif form is not None and form.cleared is not None:
            self.swap(form.brought_back(), is_new=True)
            self.point()

    # -------------------------------------------------------------------------------------- scans

    def note_entry(self) -> None:
        """Keep a copy of the form before the first keys of what may be a scan."""
        self._touched_before_keys_s = self._touched_at_s
        if isinstance(self.stage, Form):
            self._stage = self.stage.before_scan()

    def begin_scan(self) -> None:
        """Undo what the first keys of a scan did to the form; buttons are ignored until it ends."""
        self._touched_at_s = self._touched_before_keys_s
        if isinstance(self.stage, Form):
            self._stage = self.stage.scanned_over()
        self.surround(is_scanning=True)

    def leave_scan(self) -> None:
        """End a scan that was no voucher's."""
        self.surround(is_scanning=False)

    def scan(self, code: Secret, into: str = "") -> bool:
        """Put a scanned code into the form as the next voucher, whatever is shown, or say why not.

        ``into`` is the field with the cursor. A scan never redeems, answers a question or presses a
        button. Returns whether the code is in the form now.
        """
        match self._read_scan(code, into):
            case NotTaken(why):
                self.refuse_scan(why)
                return False
            case Several(form, types):
                self._around = replace(self.around, is_scanning=False)
                self._leave_result()
                self.swap(TypeQuestion(form, code, types), is_new=True)
                return True
            case Taken() as taken:
                self._around = replace(self.around, is_scanning=False)
                self._take_scan(taken)
                return True

    def refuse_scan(self, why: str) -> None:
        """Ignore a scan, and show ``why``."""
        self.refused.emit(why)
        self.pass_by()

    def pass_by(self) -> None:
        """End the scan of a voucher that stays out of the form: what is there is asked about first.

        What is charged is what was scanned last.
        """
        if (form := form_of(self.stage)) is not None:
            self._stage = with_form(self.stage, form.doubted())
        self.leave_scan()

    def _read_scan(self, code: Secret, into: str) -> Taken | Several | NotTaken:
        stage, form = self.stage, form_of(self.stage)
        if self.around.is_stopped:
            return NotTaken(counter.not_taken(counter.CLOSING))
        if self.is_busy:
            return NotTaken(counter.not_taken(counter.WAIT_FOR_ANSWER))
        if form is None:
            return NotTaken(counter.not_taken(counter.NO_VOUCHERS))
        shapes = Shapes(self.around.offer.types, self.services.patterns)
        if not isinstance(stage, Result):
            return scan_meaning.into_form(form, code, into, shapes, has_waited=self._has_waited)
        if self.has_just_appeared:
            return NotTaken(counter.not_taken(counter.LOOK_AT_RESULT))
        next_form = form_of(stage.after())
        assert next_form is not None, "there is a type"
        return scan_meaning.into_next(next_form, stage.outcome, code, shapes)

    def _take_scan(self, taken: Taken) -> None:
        self._touch(is_told_anew=True)
        before, form = form_of(self.stage), taken.form
        is_question = isinstance(self.stage, RestQuestion | TypeQuestion)
        was_asked = is_question and form.entry.rest is not None
        self._leave_result()
        if taken.meaning is Meaning.SAME:
            self.told.emit(counter.SAME_VOUCHER, "check")
            known = replace(form, is_doubted=False)
            is_asked = isinstance(self.stage, DoubtQuestion)
            self.swap(known if is_asked else with_form(self.stage, known))
        elif taken.meaning is Meaning.ASKS_WHOSE or was_asked:
            self.swap(RestQuestion(form), is_new=True)
        else:
            self.swap(form)
        is_other = before is None or before.chosen.id != form.chosen.id
        if taken.meaning is Meaning.CORRECTS:
            self.told.emit(counter.AMOUNT_STAYS, "check")
        elif taken.meaning is Meaning.NEXT_CUSTOMER or is_other or taken.others:
            is_next = taken.meaning is Meaning.NEXT_CUSTOMER
            others = [one.name for one in taken.others]
            said = counter.scanned(form.chosen.name, others, is_next=is_next)
            self.told.emit(said, "person" if is_next else "check")
        self.point()

    def _leave_result(self) -> None:
        if isinstance(self.stage, Result):
            self._result.leave(self.stage)

    # ----------------------------------------------------------------------------------- the press

    def _carry_out(self) -> None:
        """Carry out the form as it is now; whatever is typed or scanned meanwhile is not in it."""
        form = self.stage
        assert isinstance(form, Form), "only a form is pressed"
        is_balance = self.around.room is Room.BALANCE
        by = self.services.actor
        work = partial(self._look_up if is_balance else self._prepare, by=by)
        self.swap(Working(replace(form, cleared=None, before_keys=None)))
        self.start(partial(self._press, work, form), "press")

    async def _press(self, work: Callable[[Form], Awaitable[None]], form: Form) -> None:
        try:
            await work(form)
        except EntryError:
            if self._is_of_type_of(form):
                raise
            # Its type is gone, and so is what was typed; that was said already.
        finally:
            if isinstance(self.stage, Working):
                self.swap(self.stage.over)
            if self._entered is not self.around.room:
                self.enter(self._entered)

    async def _prepare(self, form: Form, *, by: Actor) -> None:
        """Write the redemption down; from then on the result, not the form, is in front."""
        chosen, rest = form.chosen, form.entry.rest
        amount = form.entry.amount(chosen)
        assert amount is not None, "the button is off without an amount"
        fields = await self.services.read_form(chosen, form.entry.texts)
        due = form.entry.due_beside(chosen)
        wanted = RedeemVoucher(
            voucher_type=chosen,
            fields=fields,
            amount=amount,
            due=due,
            sale_id=rest.sale_id if rest is not None else None,
        )
        redemption = await self.approvals.run(wanted, by=by)
        if self.around.is_stopped:
            # Nobody would be there to hear the answer, and nothing has left yet.
            await self.services.run(AbandonRedemption(redemption), by=by)
            return
        outcome = Outcome(
            redemption=redemption,
            continued_cents=rest.owed.minor_units if rest is not None else None,
            due=due,
            is_training=self.services.profile.is_training,
            has_balance=chosen.can_look_up,
        )
        self.swap(Result(outcome=outcome, behind=form_of(self.stage) or Empty(rest)))
        self._result.begin(redemption.id, by)

    async def _look_up(self, form: Form, *, by: Actor) -> None:
        chosen, seals = form.chosen, self._seals
        fields = await self.services.read_form(chosen, form.entry.texts, for_lookup=True)
        answer = await self.approvals.run(CheckBalance(chosen, fields), by=by)
        shown = form_of(self.stage)
        if shown is None or not self._is_of_type_of(form) or seals != self._seals:
            return
        match answer:
            case Balance():
                shown = replace(shown, balance=self._told_balance(answer))
            case LookupRefused():
                is_unknown = answer.reason is LookupRefusal.NOT_FOUND
                is_foreign = is_unknown and self.services.profile.is_training
                said = failures.lookup_refused(answer.reason, chosen.name)
                said = counter.NOT_OF_SANDBOX if is_foreign else said
                shown = replace(shown, entry=replace(shown.entry, error=said))
        self.swap(with_form(self.stage, shown))

    def _told_balance(self, answer: Balance) -> ToldBalance:
        told = None
        if answer.amount_cents is not None:
            told = Money(answer.amount_cents, answer.currency)
        said = counter.NOT_TOLD if told is None else format_cents(told.minor_units, told.currency)
        return ToldBalance(
            money=told,
            facts=(Fact(label=window.BALANCE, value=said), *expiry_of(answer)),
            lines=lines_of(answer),
            note=counter.told_at(self.services.clock.now().wall),
        )

    # ---------------------------------------------------------------------------- rest and change

    def _close_rest(self, act: Act) -> None:
        """Let a sale go whose rest the cashier takes now, or has got some other way."""
        match self.stage:
            case Form() | RestQuestion() as asked:
                form = form_of(asked)
                rest = form.entry.rest if form is not None else None
                if rest is not None:
                    self.swap(Working(asked))
                    paying = partial(self._pay_rest, act, rest.sale_id, rest.owed)
                    self.start(partial(self._rest_paid, paying), act.value)
            case Result() as result if result.offers(act):
                self.swap(replace(result, is_answering=True))
                redemption = result.redemption
                owed = Money(result.outcome.rest_cents, redemption.currency)
                paying = partial(self._pay_rest, act, redemption.sale_id, owed)
                self.start(partial(self._rest_paid, paying), act.value)
            case _:
                return

    async def _pay_rest(self, act: Act, sale_id: str, owed: Money) -> bool:
        """Take the rest, or close the sale without it; return whether the sale is closed."""
        if act is Act.TAKE_REST:
            return await self.rests.take(sale_id, owed)
        await self.services.run(LeaveSale(sale_id, SaleEnding.PAID_OTHERWISE))
        return True

    async def _rest_paid(self, paying: Callable[[], Awaitable[bool]]) -> None:
        try:
            is_paid = await paying()
        except BaseException:
            self._go_back_to_rest()
            raise
        if not is_paid:
            self._go_back_to_rest()
            return
        if isinstance(self.stage, Result):
            self._result.let_go(self.stage)
        self.swap(without_rest(self.stage))
        self.told.emit(counter.SALE_CLOSED, "check")
        await self.glance_at_journal()
        self.point()

    def _go_back_to_rest(self) -> None:
        """Show again what asked for the rest: nothing was taken."""
        match self.stage:
            case Working(over):
                self.swap(over)
            case Result() as result:
                self.swap(replace(result, is_answering=False))
            case _:
                pass

    async def change_codes(self, way: MessageWay | None = None) -> tuple[Secret, ...]:
        """Return the codes of the change voucher that is shown, read from the journal now.

        With ``way`` it is one address with all of them. Empty when another one is shown by the time
        they are read.
        """
        asked = self.shown
        codes: tuple[Secret, ...] = ()

        async def reveal() -> None:
            nonlocal codes
            if asked is not None:
                codes = await revealed(self.services, self.approvals, asked.id, way)

        await self.fenced(reveal)
        shown = self.shown
        return codes if asked is not None and shown is not None and shown.id == asked.id else ()

    async def _refresh(self) -> None:
        offer = await self.services.run(RefreshTypes())
        self.offer(offer)
        self.offered.emit(offer)

    # ----------------------------------------------------------------------------------- plumbing

    @property
    def _is_deaf(self) -> bool:
        """Whether a press means nothing now."""
        return self.is_busy or self.around.is_stopped or self.around.is_scanning

    @property
    def _form_in_hand(self) -> Form | None:
        """The form, while something may be typed into it."""
        return self.stage if isinstance(self.stage, Form) and not self._is_deaf else None

    def _is_complete(self) -> bool:
        form = self.stage
        return isinstance(form, Form) and form.entry.is_complete(form.chosen, self.around.room)

    def _is_of_type_of(self, form: Form) -> bool:
        """Whether the form in front is still of the type that this one had."""
        shown = form_of(self.stage)
        return shown is not None and shown.chosen.id == form.chosen.id


def _scan_in(stage: CounterStage) -> Secret | None:
    """Return the code that was scanned last and not changed since; None where there is none."""
    match stage:
        case TypeQuestion(code=code):
            return code
        case Form(scanned=code):
            return code
        case _:
            return None


def _with_scan_of(stage: CounterStage, fresh: Form) -> Form:
    """Return the empty form of a chosen type, with the code that was scanned last if it takes it.

    Who scans before they choose the type need not scan again.
    """
    code = _scan_in(stage)
    taken = scan_meaning.into_chosen(fresh, code) if code is not None else None
    form = form_of(stage)
    is_doubted = form is not None and form.is_doubted
    return replace(taken.form, is_doubted=is_doubted) if isinstance(taken, Taken) else fresh
