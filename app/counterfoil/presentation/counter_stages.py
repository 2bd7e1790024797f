"""The stages of the counter, of which one is shown: each holds all that belongs to it.

A stage is a value. What happens makes another stage, which the presenter shows in its place. So
nothing of a customer is kept longer than the stage that it was typed into or shown on.
"""

from dataclasses import field, replace

from counterfoil.declaring import dataclass
from counterfoil.domain.advice import Advice
from counterfoil.domain.failures import EntryError
from counterfoil.domain.forwarding import hold_left_s
from counterfoil.domain.money import Exact, Money, type_amount
from counterfoil.domain.offer import Offer
from counterfoil.domain.printing import PrintState
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip_facts import NO_DETAILS
from counterfoil.domain.states import OPEN, RedemptionState
from counterfoil.domain.time import Instant
from counterfoil.domain.verdict import REMEDIES, Remedy
from counterfoil.domain.voucher_type import VoucherType
from counterfoil.ports.patterns import Patterns
from counterfoil.presentation.counter_form import Entry, Rest, empty_entry, is_code_field
from counterfoil.presentation.result_screen import REFUSED, Outcome, acts
from counterfoil.presentation.screens import Act, Fact
from counterfoil.presentation.words import counter, entries
from counterfoil.presentation.words.outcomes import is_about_balance
from counterfoil.service.form import check_field

_RETYPED = frozenset(reason for reason, one in REMEDIES.items() if one is Remedy.RETYPE)
DECIDING = OPEN - {RedemptionState.REVERSING}
"""The cashier waits for what becomes of these; what is being restored is over at the counter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldBalance:
    """The balance that the provider gave for the voucher in the form."""

    money: Money | None
    """What is on it; None where the provider does not tell that."""
    facts: tuple[Fact, ...]
    lines: tuple[str, ...]
    """What it says in whole sentences."""
    note: str
    """When it was told."""


@dataclass(frozen=True, slots=True)
class Empty:
    """There is no voucher type to choose."""

    rest: Rest | None = None
    """What is still to be paid of a sale, for when there are types again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The form of one voucher type."""

    chosen: VoucherType
    entry: Entry = field(default_factory=Entry)
    balance: ToldBalance | None = None
    cleared: Entry | None = None
    """What was cleared last; until something is typed it can be brought back."""
    before_keys: "Form | None" = None
    """What it was before keys that may turn out to be a scanner's."""
    scanned: Secret | None = None
    """The code that a scan has put into it as it stands; another type that is chosen takes it."""
    is_chosen: bool = False
    """Somebody pressed its tile for this customer, so a scan stays with it where it can."""
    is_correction: bool = False
    """It came back so that its code is read again: a scan replaces that, and the amount stays."""
    is_doubted: bool = False
    """A later scan was not taken, so somebody must say first whose voucher it still is."""

    def anew(self, entry: Entry) -> "Form":
        """Return a form of the same type with another entry, and nothing else of this one."""
        return Form(chosen=self.chosen, entry=entry)

    def typed(self, name: str, text: str) -> "Form":
        """Return a copy with a text typed into a field."""
        return replace(
            self,
            entry=self.entry.with_text(name, text),
            balance=None,
            cleared=None,
            scanned=None,
            is_doubted=self.is_doubted and not self.is_code(name),
        )

    def amount_typed(self, text: str) -> "Form":
        """Return a copy with a text typed as the amount."""
        return replace(self, entry=self.entry.with_amount(text), cleared=None)

    def amount_checked(self) -> "Form":
        """Return a copy with the error of the amount; an empty amount is no error yet."""
        return replace(self, entry=self.entry.with_amount_checked(self.chosen))

    def checked(self, name: str, patterns: Patterns) -> "Form":
        """Return a copy with the error of a field; an empty field is no error yet."""
        spec = next((one for one in self.chosen.fields if one.name == name), None)
        text = self.entry.texts.get(name, "")
        if spec is None or not text:
            return self
        try:
            check_field(spec, text, patterns)
        except EntryError as error:
            return replace(self, entry=self.entry.with_error(name, entries.misentry(error.cause)))
        return self

    def sealed(self) -> "Form":
        """Return a copy in which nothing of this customer can be seen by the next person."""
        return Form(chosen=self.chosen, entry=self.entry.seal(), is_doubted=self.is_doubted)

    def without_error(self) -> "Form":
        """Return a copy without the error of the whole form."""
        return replace(self, entry=replace(self.entry, error=""))

    @property
    def told(self) -> Money | None:
        """What is on the voucher, where its provider told that."""
        return None if self.balance is None else self.balance.money

    @property
    def is_usable(self) -> bool:
        """Whether its balance was told, and the voucher can be used for a payment."""
        is_empty = self.told is not None and not self.told.minor_units
        return self.balance is not None and self.chosen.can_redeem and not is_empty

    @property
    def takeable(self) -> Money | None:
        """As much of what is on the voucher as may be proposed; None where that is not known."""
        told, rest = self.told, self.entry.rest
        if told is None or not self.is_usable or not self.chosen.can_redeem_part:
            return None
        if told.currency != self.chosen.currency:
            return None
        owed = rest.owed.minor_units if rest is not None else told.minor_units
        return replace(told, minor_units=min(told.minor_units, owed))

    def taking_balance(self, part: Money) -> "Form":
        """Return a copy that takes what is on the voucher; more that was typed stays to be paid."""
        amount, entry = self.entry.amount(self.chosen), self.entry
        if isinstance(amount, Exact) and amount.cents > part.minor_units:
            entry = entry.with_due(amount)
        text = type_amount(part.minor_units, part.currency)
        return replace(self, entry=entry.with_amount(text))

    def doubted(self) -> "Form":
        """Return a copy of a form over which a later scan was not taken."""
        return replace(self, is_doubted=True)

    def emptied(self) -> "Form":
        """Return an empty form of the same type, from which this one can be brought back."""
        empty = self.anew(self.entry.fresh())
        return replace(empty, cleared=self.entry, is_doubted=self.is_doubted)

    def brought_back(self) -> "Form":
        """Return the form as it was before it was emptied."""
        return replace(self.anew(self.cleared or self.entry), is_doubted=self.is_doubted)

    def is_code(self, name: str) -> bool:
        """Whether a field tells one voucher from another, as a phone number or a date does not."""
        return any(spec.name == name and is_code_field(spec) for spec in self.chosen.fields)

    def before_scan(self) -> "Form":
        """Return a copy that can become what it is now again, whatever keys are typed to it."""
        return replace(self, before_keys=replace(self, before_keys=None))

    def scanned_over(self) -> "Form":
        """Return the form as it was before the first keys of a scan."""
        before = self.before_keys
        if before is None:
            return self
        entry = before.entry.for_fields_of(self.chosen)
        is_doubted = before.is_doubted or self.is_doubted
        return replace(before, chosen=self.chosen, entry=entry, is_doubted=is_doubted)


@dataclass(frozen=True, slots=True)
class DoubtQuestion:
    """The form, and the question whether its voucher is still the one to use."""

    form: Form
    is_old: bool = False
    """It is asked because the form has waited for long, and not because of a later scan."""

    def answered(self, *, is_yes: bool) -> Form:
        """Return the form after the question: as it was and beyond doubt, or empty."""
        return replace(self.form, is_doubted=False) if is_yes else self.form.emptied()


@dataclass(frozen=True, slots=True)
class TypeQuestion:
    """A scanned code that has the shape of several types, of which somebody chooses one."""

    form: Form
    """The empty form that it is asked over, of another type."""
    code: Secret
    types: tuple[VoucherType, ...]


@dataclass(frozen=True, slots=True)
class RestQuestion:
    """The form, and the question how the rest of a sale is paid; nothing is redeemed before."""

    form: Form

    def gone_on_with(self) -> Form:
        """Return the form for one more voucher of the same customer."""
        entry = self.form.entry
        rest = replace(entry, amount_text=entry.fresh().amount_text)
        return replace(self.form, entry=rest)


@dataclass(frozen=True, slots=True)
class Working:
    """An action is being carried out; until it ends, keys and buttons are ignored."""

    over: "Form | RestQuestion | Empty"
    """What it was pressed on; Empty where its type has gone in the meantime."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The result of a redemption, and the form that follows it."""

    outcome: Outcome
    behind: Form | Empty
    """The form that it came from, to be corrected after a refusal."""
    held: Advice | None = None
    """Its confirmation, which is held back for as long as the sale can be voided."""
    is_answering: bool = False
    """What was said of its customer or of its rest is being written."""

    @property
    def redemption(self) -> Redemption:
        """The redemption that is shown."""
        return self.outcome.redemption

    @property
    def is_undecided(self) -> bool:
        """Whether the provider has not decided, or a person must say where the customer is."""
        return self.redemption.state in DECIDING or self.outcome.is_asked

    @property
    def is_waiting(self) -> bool:
        """Whether no form can be shown in its place yet."""
        return self.redemption.state in DECIDING or self.outcome.is_printing

    @property
    def is_sale_over(self) -> bool:
        """Whether leaving it closes its sale: it is not paid, and no other voucher follows."""
        is_paid = self.redemption.state is RedemptionState.FINAL
        return not (is_paid or self.outcome.rest_cents or self.outcome.can_be_left)

    def offers(self, act: Act) -> bool:
        """Whether a button's action is allowed now."""
        return not self.is_answering and act in acts(self.outcome)

    def is_of(self, then: Redemption) -> bool:
        """Whether it shows this redemption, in the same state."""
        now = self.redemption
        return (now.id, now.state) == (then.id, then.state)

    def moved(self, redemption: Redemption) -> "Result":
        """Return a copy with the redemption as it has just been committed."""
        outcome = replace(self.outcome, redemption=redemption)
        if redemption.state in REFUSED:
            outcome = replace(outcome, is_asked=False)
        if redemption.state is not self.redemption.state:
            # The paper was of what it was before.
            outcome = replace(outcome, paper=None, is_printing=False, details=NO_DETAILS)
        return replace(self, outcome=outcome)

    def in_the_background(self) -> "Result":
        """Return a copy for which the counter has waited long enough."""
        outcome = replace(self.outcome, is_in_background=True)
        return replace(self.without_texts(), outcome=outcome)

    def printing(self) -> "Result":
        """Return a copy whose slip is being printed."""
        outcome = replace(self.outcome, is_printing=True, trouble="", is_queue_paused=False)
        return replace(self, outcome=outcome)

    def not_printing(
        self, paper: PrintState | None, trouble: str = "", *, is_queue_paused: bool = False
    ) -> "Result":
        """Return a copy with what is known of its slip after printing."""
        outcome = replace(
            self.outcome,
            is_printing=False,
            paper=paper,
            trouble=trouble,
            is_queue_paused=is_queue_paused,
        )
        return replace(self, outcome=outcome)

    def at(self, now: Instant) -> "Result":
        """Return a copy with how long the sale can still be voided."""
        is_final = self.redemption.state is RedemptionState.FINAL
        left_s = hold_left_s(self.held, now) if is_final and self.held is not None else 0.0
        return replace(self, outcome=replace(self.outcome, voidable_s=left_s))

    def without_texts(self) -> "Result":
        """Return a copy without the typed fields, which may hold a PIN."""
        if isinstance(self.behind, Empty):
            return self
        behind = self.behind.anew(self.behind.entry.without_texts())
        return replace(self, behind=behind)

    def to_correct(self) -> Form | Empty:
        """Return the form with what was typed for this redemption, without its errors."""
        if isinstance(self.behind, Empty):
            return self.behind
        behind = self.behind
        entry = replace(behind.entry, errors={})
        if is_about_balance(self.redemption.decline):
            entry = entry.with_due(self.redemption.amount)
        filled = behind.anew(entry)
        is_correction = self.redemption.decline in _RETYPED
        return replace(filled, is_doubted=behind.is_doubted, is_correction=is_correction)

    def after(self) -> "Form | RestQuestion | Empty":
        """Return the stage that follows: an empty form, or a question if anything is owed."""
        rest = _rest_after(self.outcome)
        if isinstance(self.behind, Empty):
            return Empty(rest)
        form = self.behind.anew(empty_entry(rest))
        return form if rest is None else RestQuestion(form)


CounterStage = Empty | Form | DoubtQuestion | TypeQuestion | RestQuestion | Working | Result


def form_of(stage: CounterStage) -> Form | None:
    """Return the form that a stage shows or holds; None where there is no voucher type."""
    match stage:
        case Empty():
            return None
        case Form():
            return stage
        case DoubtQuestion(form) | TypeQuestion(form) | RestQuestion(form):
            return form
        case Working(over):
            return form_of(over)
        case Result(behind=behind):
            return form_of(behind)


def asking_rest(form: Form) -> Form | RestQuestion:
    """Return a form; where a rest is owed, under the question whose voucher comes next."""
    return form if form.entry.rest is None else RestQuestion(replace(form, cleared=None))


def with_form(stage: CounterStage, form: Form) -> CounterStage:
    """Return a copy of a stage that holds another form."""
    match stage:
        case Empty() | Form():
            return form
        case DoubtQuestion() | TypeQuestion():
            return replace(stage, form=form)
        case RestQuestion():
            return RestQuestion(form)
        case Working(over):
            return Working(RestQuestion(form) if isinstance(over, RestQuestion) else form)
        case Result():
            return replace(stage, behind=form)


def sealed(stage: CounterStage) -> CounterStage:
    """Return a stage in which nothing of this customer can be seen by the next person.

    What is typed stays in the form, where it is masked.
    """
    if isinstance(stage, Result):
        return stage.without_texts()
    form = form_of(stage)
    if form is None:
        return stage
    is_of_code = isinstance(stage, TypeQuestion)
    return asking_rest(form.sealed()) if is_of_code else with_form(stage, form.sealed())


def with_offer(stage: CounterStage, offer: Offer, patterns: Patterns) -> tuple[CounterStage, str]:
    """Return a stage for other voucher types, and the name of its type if that is gone, else empty.

    What was typed stays in the fields that still exist. What was typed for a type that is gone is
    dropped: it belongs to no other type.
    """
    form = form_of(stage)
    if form is None:
        return _with_first_type(stage, offer), ""
    kept = offer.find(form.chosen.id)
    if kept is not None:
        return with_form(stage, _described_by(form, kept, patterns)), ""
    return _without_type(stage, offer, form.entry.rest), form.chosen.name


def _with_first_type(stage: CounterStage, offer: Offer) -> CounterStage:
    """Return a stage that had no type with a form of the first, if there is one now."""
    first = next(iter(offer.types), None)
    if first is None:
        return stage
    match stage:
        case Empty(rest) if rest is not None:
            return RestQuestion(Form(chosen=first, entry=empty_entry(rest)))
        case Working(Empty(rest)) if rest is not None:
            return Working(RestQuestion(Form(chosen=first, entry=empty_entry(rest))))
        case Result(behind=Empty(rest)):
            return replace(stage, behind=Form(chosen=first, entry=empty_entry(rest)))
        case _:
            return with_form(stage, Form(chosen=first))


def _without_type(stage: CounterStage, offer: Offer, rest: Rest | None) -> CounterStage:
    """Return a stage whose type is gone: with an empty form of the first that there is."""
    first = next(iter(offer.types), None)
    if first is not None:
        form = Form(chosen=first, entry=empty_entry(rest))
        is_about_voucher = isinstance(stage, DoubtQuestion | TypeQuestion)
        return asking_rest(form) if is_about_voucher else with_form(stage, form)
    match stage:
        case Working():
            return Working(Empty(rest))
        case Result():
            return replace(stage, behind=Empty(rest))
        case _:
            return Empty(rest)


def _described_by(form: Form, kept: VoucherType, patterns: Patterns) -> Form:
    """Return a form with its type as it is described now, and refused only by that."""
    entry = form.entry.for_fields_of(kept)
    if kept == form.chosen:
        return replace(form, entry=entry)
    again = replace(form, chosen=kept, entry=replace(entry, errors={}))
    for name in entry.errors:
        again = again.checked(name, patterns)
    return again


def without_rest(stage: CounterStage) -> Form | Empty:
    """Return the stage once the rest of a sale was paid another way and the sale is closed.

    A code that was scanned while the question was shown is the next customer's.
    """
    form = form_of(stage)
    if form is None:
        return Empty()
    is_next = isinstance(stage, Working) and isinstance(stage.over, RestQuestion)
    if not is_next:
        return form.anew(Entry())
    return replace(form.anew(Entry(texts=form.entry.texts)), is_doubted=form.is_doubted)


def _rest_after(outcome: Outcome) -> Rest | None:
    redemption = outcome.redemption
    if not outcome.rest_cents:
        return None
    return Rest(
        sale_id=redemption.sale_id,
        owed=Money(outcome.rest_cents, redemption.currency),
        sale_name=counter.sale(redemption.reference),
    )
