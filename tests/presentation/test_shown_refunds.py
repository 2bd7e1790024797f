"""What the lists show of refunds, and of what was refunded."""

from dataclasses import replace

from counterfoil.domain.redemption import VoidReason, short_reference
from counterfoil.domain.states import RedemptionState
from counterfoil.presentation.words.rows import amount_of, doubt_card, kept_cents, last_row
from counterfoil.presentation.words.timeline import timeline
from support.advised import REFUNDED_VOUCHER, AdvisedScriptedGateway
from support.clocks import START
from support.people import SIPHO
from support.till import approved, in_state, intent, open_till

S = RedemptionState
TAKEN = "7d9c770e-62b4-451b-95ce-5f31b7845ea6"


def test_a_refund_is_no_income() -> None:
    """Neither it nor what it gave back counts; a redemption that stands does."""
    paid = in_state(S.FINAL)
    assert kept_cents(paid) == 1900
    assert kept_cents(replace(paid, is_refunded=True)) == 0
    assert kept_cents(replace(paid, refund_of=TAKEN)) == 0
    assert kept_cents(in_state(S.DECLINED)) == 0


def test_a_refund_stands_in_the_lists_under_its_own_name() -> None:
    """With a minus, and with words of its own."""
    refund = replace(in_state(S.FINAL), refund_of=TAKEN)
    row = last_row(refund, {})
    assert (row.name, row.word) == (f"Refund of {short_reference(TAKEN)}", "Given back")
    assert row.amount == amount_of(refund) == "\N{MINUS SIGN}R19.00"
    asked = replace(in_state(S.INFLIGHT), refund_of=TAKEN)
    assert amount_of(asked) == "\N{MINUS SIGN}R19.00"
    card = doubt_card(replace(in_state(S.REVERSING), refund_of=TAKEN), START)
    assert (card.voucher, card.state) == (row.name, "Refund being undone")


async def test_the_story_of_a_refund_hands_nothing_over() -> None:
    """And the story of what it gave back says who asked for the void, and why."""
    gateway = AdvisedScriptedGateway([approved(), approved(change=None)])
    async with open_till(gateway) as till:
        sold = await till.redeemer.redeem(intent(voucher_type=REFUNDED_VOUCHER))
        await till.forwarder.forward_due()
        outcome = await till.void_desk.void(sold.id, VoidReason.GOODS_RETURNED, SIPHO)
        assert outcome.refund is not None
        told = timeline(outcome.refund, await till.journal.events(outcome.refund.id))
        assert ("Given back", "to the voucher") in {(one.title, one.line) for one in told}
        assert not any(one.is_hand_over for one in told)
        story = timeline(outcome.redemption, await till.journal.events(sold.id))
        (asked,) = [one for one in story if one.title == "Void asked for"]
        assert asked.line == "Goods returned, by Sipho K."
