"""One stage is in front at a time; other metadata changes it, and never loses what is owed."""

from dataclasses import replace

import pytest

from counterfoil.adapters.system.patterns import LinearPatterns
from counterfoil.domain.money import Money
from counterfoil.domain.offer import Offer
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.voucher_type import FieldKind, FieldSpec, VoucherType
from counterfoil.presentation.counter_form import Entry, Rest, empty_entry
from counterfoil.presentation.counter_stages import (
    CounterStage,
    DoubtQuestion,
    Empty,
    Form,
    RestQuestion,
    Result,
    Working,
    form_of,
    with_offer,
    without_rest,
)
from counterfoil.presentation.result_screen import Outcome
from support.till import ONE_VOUCHER, in_state

OTHER = replace(ONE_VOUCHER, id="other", name="Other")
REST = Rest("sale", Money(3100, "ZAR"), "Sale K7Q-42F")
TYPED = Form(chosen=ONE_VOUCHER, entry=replace(empty_entry(REST), texts={"pin": "1115"}))
RESULT = Result(
    outcome=Outcome(redemption=in_state(RedemptionState.INFLIGHT), continued_cents=3100),
    behind=TYPED,
)
STAGES: tuple[CounterStage, ...] = (
    TYPED,
    DoubtQuestion(TYPED),
    RestQuestion(TYPED),
    Working(TYPED),
    Working(RestQuestion(TYPED)),
    RESULT,
)


def test_a_doubt_ends_with_another_code_and_with_nothing_else() -> None:
    """A date, a choice or a note says nothing of which voucher it is."""
    born = FieldSpec(name="born", label="Born", kind=FieldKind.DATE)
    note = FieldSpec(name="note", label="Note", kind=FieldKind.TEXT, is_required=False)
    chosen = replace(ONE_VOUCHER, fields=(*ONE_VOUCHER.fields, born, note))
    form = Form(chosen=chosen, entry=TYPED.entry).doubted()
    for name in ("phone_number", "born", "note"):
        assert form.typed(name, "1").is_doubted
    assert not form.typed("pin", "1").is_doubted


def offered(stage: CounterStage, *types: VoucherType) -> tuple[CounterStage, str]:
    """Return what these types make of a stage."""
    return with_offer(stage, Offer(types, None, is_fresh=True), LinearPatterns())


@pytest.mark.parametrize("stage", STAGES)
def test_the_same_types_change_nothing(stage: CounterStage) -> None:
    """Discovery comes again and again while somebody types."""
    assert offered(stage, OTHER, ONE_VOUCHER) == (stage, "")


@pytest.mark.parametrize("stage", STAGES)
def test_a_type_that_is_gone_takes_its_voucher_along_and_leaves_the_rest(
    stage: CounterStage,
) -> None:
    """What is owed is of the sale; what was typed is nothing of another type."""
    found, gone = offered(stage, OTHER)
    form = form_of(found)
    assert gone == ONE_VOUCHER.name
    assert form == Form(chosen=OTHER, entry=empty_entry(REST))


@pytest.mark.parametrize("stage", STAGES)
def test_what_is_owed_outlives_an_hour_without_any_type(stage: CounterStage) -> None:
    """Nothing is offered for a while, and then something is again."""
    without, _ = offered(stage)
    assert form_of(without) is None
    found, _ = offered(without, OTHER)
    form = form_of(found)
    assert form is not None
    assert form.entry.rest == REST


@pytest.mark.parametrize("stage", STAGES)
def test_what_is_being_carried_out_stays_the_one_thing_that_is(stage: CounterStage) -> None:
    """A press that is under way when all types go is not joined by a second one."""
    without, _ = offered(stage)
    found, _ = offered(without, OTHER)
    assert isinstance(found, Working) == isinstance(stage, Working)
    assert isinstance(found, Result) == isinstance(stage, Result)


def test_a_result_is_followed_by_an_empty_form_or_by_the_question_of_its_rest() -> None:
    """Nothing that was typed goes on; what is owed does."""
    refused = replace(RESULT.outcome, redemption=in_state(RedemptionState.DECLINED))
    after = replace(RESULT, outcome=refused).after()
    assert isinstance(after, RestQuestion)
    assert after.form.entry.texts == {}
    assert after.form.entry.rest is not None
    assert after.form.entry.rest.owed == Money(3100, "ZAR")
    over = replace(RESULT, outcome=replace(refused, continued_cents=None))
    assert over.after() == Form(chosen=ONE_VOUCHER)


def test_what_was_scanned_under_the_question_is_the_next_customers() -> None:
    """The rest was paid otherwise: from the form it goes away with its voucher."""
    assert without_rest(Working(TYPED)) == Form(chosen=ONE_VOUCHER)
    asked = without_rest(Working(RestQuestion(TYPED)))
    assert asked == Form(chosen=ONE_VOUCHER, entry=Entry(texts={"pin": "1115"}))
    assert without_rest(Working(Empty(REST))) == Empty()
