"""What a customer reads of each stage: a state, an amount and thanks, and never a secret."""

from dataclasses import replace
from typing import Any

import pytest

from counterfoil.domain.money import Money
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import DeclineReason
from counterfoil.domain.voucher_type import ChangeManner
from counterfoil.presentation.counter_form import Entry, Rest, empty_entry
from counterfoil.presentation.counter_stages import (
    CounterStage,
    DoubtQuestion,
    Empty,
    Form,
    RestQuestion,
    Result,
    Working,
)
from counterfoil.presentation.customer_screen import (
    COLUMNS,
    CustomerScreen,
    closed,
    customer_screen,
    line_texts,
)
from counterfoil.presentation.result_screen import Outcome
from counterfoil.presentation.rooms import Room, Tone
from counterfoil.presentation.words.speaking import speaking
from support.canary import CANARY_PIN
from support.pseudo import longer
from support.till import ONE_VOUCHER, in_state

S = RedemptionState
SHOP = "Corner Shop"
PHONE = "+27821234567"
TYPED = Form(
    chosen=ONE_VOUCHER,
    entry=Entry(texts={"pin": CANARY_PIN, "phone_number": PHONE}, amount_text="19.00"),
)
OWING = Form(chosen=ONE_VOUCHER, entry=empty_entry(Rest("sale", Money(3100, "ZAR"), "Sale K7Q")))


def shown(stage: CounterStage, room: Room = Room.REDEEM) -> CustomerScreen:
    """Return what the customer is shown."""
    return customer_screen(stage, room, SHOP)


def result(state: RedemptionState, *, of: Redemption | None = None, **more: Any) -> Result:
    """Return the result of a redemption in this state."""
    redemption = of or in_state(state)
    if state is S.DECLINED:
        redemption = replace(redemption, decline=DeclineReason.ALREADY_USED)
    return Result(outcome=Outcome(redemption=redemption, **more), behind=TYPED)


@pytest.mark.parametrize(
    ("stage", "state", "amount"),
    [
        (Empty(), "Welcome", ""),
        (Form(chosen=ONE_VOUCHER), "Welcome", ""),
        (replace(TYPED, entry=replace(TYPED.entry, amount_text="1,234")), "Welcome", ""),
        (TYPED, "To pay", "R19.00"),
        (DoubtQuestion(TYPED), "To pay", "R19.00"),
        (Working(TYPED), "Checking voucher", "R19.00"),
        (RestQuestion(OWING), "Still to pay", "R31.00"),
        (Working(OWING), "Checking voucher", "R31.00"),
        (result(S.INFLIGHT), "Checking voucher", "R19.00"),
        (result(S.INFLIGHT, is_in_background=True), "Not known yet", ""),
        (result(S.INFLIGHT, is_asked=True), "One moment, please", ""),
        (result(S.FINAL), "Paid. Thank you!", "R19.00"),
        (result(S.FINAL, continued_cents=5000), "Still to pay", "R31.00"),
        (result(S.DECLINED), "Voucher not accepted", ""),
        (result(S.DECLINED, continued_cents=3100), "Still to pay", "R31.00"),
        (result(S.REVERSING), "Not paid", ""),
        (result(S.UNCLAIMED), "One moment, please", ""),
        (result(S.RESOLVED), "One moment, please", ""),
    ],
)
def test_each_stage_has_a_state_and_its_amount(
    stage: CounterStage, state: str, amount: str
) -> None:
    """The amount is that of the sale's page."""
    screen = shown(stage)
    assert (screen.state, screen.amount) == (state, amount)


@pytest.mark.parametrize("state", list(S))
def test_only_a_paid_sale_is_green_and_thanked_for_and_nothing_secret_is_said(
    state: RedemptionState,
) -> None:
    """Nor why a voucher was refused, nor its last digits: others stand in the queue."""
    screen = shown(result(state))
    assert (screen.tone is Tone.APPROVED) is (state is S.FINAL)
    assert ("Thank" in screen.state) is (state is S.FINAL)
    for secret in (CANARY_PIN, PHONE, in_state(state).voucher_tail, "used"):
        assert secret not in repr(screen)


def test_a_customer_is_told_where_the_rest_is_and_not_how_much() -> None:
    """On the slip, or in an SMS whose number is not shown."""
    paid = in_state(S.FINAL)
    assert shown(result(S.FINAL, of=paid)).lines == ("Your change voucher is on the slip.",)
    by_sms = replace(paid, change=None, change_manner=ChangeManner.SMS, sms_to="082 *** 4567")
    assert shown(result(S.FINAL, of=by_sms)).lines == ("The rest of your voucher comes by SMS.",)
    without = replace(paid, change=None)
    assert shown(result(S.FINAL, of=without)).lines == ()


def test_nothing_of_one_customer_is_left_when_the_next_begins() -> None:
    """Whatever stage comes after a result."""
    after = result(S.FINAL).after()
    assert shown(after) == CustomerScreen(state="Welcome", lines=(SHOP,))


def test_a_balance_is_not_shown_to_the_queue() -> None:
    """The cashier says it."""
    assert shown(TYPED, Room.BALANCE).state == "Welcome"


def test_two_lines_of_twenty_letters_hold_every_state() -> None:
    """With the amount at the right of the second, or else the sentence as far as it goes."""
    assert line_texts(shown(TYPED)) == ("To pay", "R19.00".rjust(COLUMNS))
    assert line_texts(shown(result(S.DECLINED))) == ("Voucher not accepted", "Nothing was taken.")
    assert line_texts(closed()) == ("Till closed", "")
    for state in S:
        assert len(shown(result(state)).state) <= COLUMNS


@pytest.mark.parametrize("state", list(S))
def test_a_customer_may_be_told_in_another_language(state: RedemptionState) -> None:
    """Every word goes through the one place that knows it; amounts stay as they are."""
    with speaking(longer):
        screen = shown(result(state))
    assert all(one.startswith("[") and one.endswith("]") for one in (screen.state, *screen.lines))
