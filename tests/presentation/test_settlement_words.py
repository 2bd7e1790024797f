"""What people settle, told in plain words."""

import re
from dataclasses import replace

import pytest

from counterfoil.domain import audit
from counterfoil.domain.advice import AdviceKind, ReversalReason
from counterfoil.domain.chain_head import head_of
from counterfoil.domain.failures import (
    CounterfoilError,
    SettlementTextError,
    SettleRefusal,
    SettleRefusedError,
)
from counterfoil.domain.settlement import CustomerGot, Evidence, SettledAs, TextFault
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.voids import NotVoidedReason, VoidOutcome, VoidWay
from counterfoil.presentation.words import failures, outcomes, refunds, settlements
from counterfoil.presentation.words.timeline import timeline
from support.advised import advised_in_state, owed
from support.samples import NOON, settled
from support.till import in_state

S = RedemptionState
SOLD = in_state(S.FINAL)
_ALL: tuple[CounterfoilError, ...] = (
    *(SettleRefusedError(why) for why in SettleRefusal),
    *(SettlementTextError(field, fault) for field in settlements.FIELDS for fault in TextFault),
)


@pytest.mark.parametrize("error", _ALL, ids=str)
def test_each_refusal_is_a_sentence(error: CounterfoilError) -> None:
    """None by its name in the program."""
    said = failures.failure(error)
    assert re.fullmatch(r"[A-Z].*\.", said)
    assert "_" not in said


@pytest.mark.parametrize("got", CustomerGot)
def test_a_void_outside_the_voucher_says_what_was_given_and_what_it_does_not_do(
    got: CustomerGot,
) -> None:
    """The voucher stays used."""
    outcome = VoidOutcome(
        way=VoidWay.OUTSIDE,
        redemption=SOLD,
        settlement=replace(settled(SOLD), got=got),
        why_not=NotVoidedReason.NO_REVERSALS,
    )
    said = refunds.voided(outcome)
    assert said.startswith("Voided. The customer got R19.00")
    assert settlements.GOT[got] in said
    assert settlements.NOT_ON_VOUCHER in said


def test_the_timeline_tells_a_settlement() -> None:
    """Who said what, what the customer got, and who wrote it down."""
    outside = audit.Settled(
        settled_as=SettledAs.OUTSIDE, got=CustomerGot.CASH, by="Sipho K.", approved_by="Thandi M."
    )
    by_hand = audit.Settled(
        settled_as=SettledAs.BY_HAND,
        got=CustomerGot.NOTHING,
        by="Thandi M.",
        evidence=Evidence.NOT_TAKEN,
        said_by="Lindiwe",
        provider_reference="RC 1042",
        reason="mistake",
    )
    recorded = [
        audit.Recorded(head=head_of(number, bytes(16)), at=NOON, redemption_id=SOLD.id, event=event)
        for number, event in enumerate((outside, by_hand), 1)
    ]
    first, second = timeline(SOLD, recorded)
    assert (first.title, first.line) == (
        "Voided outside the voucher",
        "customer got cash, by Sipho K. and Thandi M.",
    )
    assert (second.title, second.line) == (
        "Settled by hand",
        "provider says not taken (Lindiwe, RC 1042); customer got nothing, by Thandi M.: mistake",
    )


def test_lists_tell_the_two_ways_apart() -> None:
    """Both are found by their words."""
    over = replace(SOLD, state=S.RESOLVED, settled_as=SettledAs.OUTSIDE)
    assert outcomes.state_word(over)[1] == "Voided"
    assert outcomes.state_word(replace(over, settled_as=SettledAs.BY_HAND))[1] == "Settled"
    for word in ("voided", "settled"):
        assert S.RESOLVED in outcomes.states_called(word)


def test_a_late_approval_is_offered_in_words_that_say_what_it_does() -> None:
    """For a new sale, to be given back, or as it was agreed; the approver reads the same."""
    late, taken = in_state(S.UNCLAIMED), Evidence.TAKEN
    acts = {got: settlements.act(late, taken, got) for got in CustomerGot}
    assert acts[CustomerGot.GOODS] == "Use R19.00 for a new sale"
    assert acts[CustomerGot.CASH] == "Give R19.00 back in cash"
    assert acts[CustomerGot.CREDIT] == "Give R19.00 back as store credit"
    assert acts[CustomerGot.OTHER] == acts[CustomerGot.NOTHING] == settlements.SETTLE_AGREED
    assert settlements.act(late, Evidence.NOT_TAKEN, CustomerGot.GOODS) == settlements.SETTLE
    assert settlements.act(late, taken, None) == settlements.SETTLE
    assert settlements.got_choice(CustomerGot.GOODS, is_offered=True) == "A new sale"
    assert settlements.got_choice(CustomerGot.GOODS, is_offered=False) == "Goods"
    assert settlements.got_choice(CustomerGot.CREDIT, is_offered=True) == "Store credit"
    assert "new sale of this customer" in settlements.effect(late, taken, CustomerGot.GOODS)
    assert "got cash" in settlements.effect(late, taken, CustomerGot.CASH)


def test_what_nobody_was_asked_about_says_where_it_was_read() -> None:
    """Without a name and a number it was the provider's own answer."""
    kept = replace(
        settled(SOLD), settled_as=SettledAs.BY_HAND, evidence=Evidence.TAKEN, got=CustomerGot.GOODS
    )
    said = settlements.kept(replace(kept, said_by="", provider_reference="", reason=""))
    assert said.startswith("Settled by hand: provider says taken (in its answer); customer got ")
    assert not said.endswith((":", ": "))


def test_what_to_ask_the_provider_follows_from_what_it_was_told() -> None:
    """A call that asks the wrong question settles nothing."""
    unclaimed = in_state(S.UNCLAIMED)
    confirmed = advised_in_state(S.ATTENTION)
    asked = [
        settlements.question(unclaimed, None),
        settlements.question(confirmed, owed(AdviceKind.CONFIRMATION)),
        settlements.question(confirmed, owed(AdviceKind.REVERSAL, reason=ReversalReason.TIMEOUT)),
        settlements.question(replace(confirmed, refund_of=SOLD.id), None),
    ]
    assert len(set(asked)) == 4
    assert all(re.fullmatch(r"[A-Z].*\?", one) for one in asked)


def test_a_refund_that_stands_says_that_goods_are_not_paid() -> None:
    """The customer may have kept them while its result was not known."""
    refund = replace(advised_in_state(S.ATTENTION), refund_of=SOLD.id)
    for evidence in Evidence:
        said = settlements.effect(refund, evidence, CustomerGot.NOTHING)
        assert (settlements.REFUND_STANDS in said) is (evidence is Evidence.TAKEN)


def test_whoever_asks_is_told_not_to_settle_what_is_still_being_decided() -> None:
    """What a provider says before it has decided, or before the last message came, may change."""
    assert settlements.ask_by(in_state(S.ATTENTION)).endswith(settlements.ONLY_WHAT_STANDS)
