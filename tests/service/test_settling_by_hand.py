"""What the till cannot decide is settled by a person, with the provider's word, in one commit."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from counterfoil.domain import audit
from counterfoil.domain.advice import (
    Acknowledged,
    AdviceState,
    Contradicted,
    NotKnownThere,
    Unreadable,
)
from counterfoil.domain.failures import (
    SettlementTextError,
    SettleRefusal,
    SettleRefusedError,
    UnknownRedemptionError,
)
from counterfoil.domain.redemption import Redemption, VoidReason
from counterfoil.domain.rows import (
    AdviceAttemptStarted,
    AdviceSettled,
    RedemptionChanged,
    Row,
    SettlementKept,
    VoidAsked,
)
from counterfoil.domain.sale import SaleEnding
from counterfoil.domain.settlement import CustomerGot, Evidence, SettledAs, Settlement, TextFault
from counterfoil.domain.settling import settle
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.voids import NotRefundedReason, NotVoidedReason, VoidPlan, VoidWay
from counterfoil.service.commands import SettleByHand
from counterfoil.service.voiding import NotVoided
from support.advised import ADVISED_VOUCHER, REFUNDED_VOUCHER, AdvisedScriptedGateway
from support.canary import CANARY_CHANGE_PIN, CANARY_PIN
from support.gateways import ScriptedGateway
from support.people import SIPHO, THANDI
from support.samples import settled
from support.till import TIME_OUT, USED, Till, approved, intent, open_till

S, G = RedemptionState, CustomerGot
NOWHERE = "00000000-0000-4000-8000-00000000dead"


def said(redemption: Redemption, evidence: Evidence = Evidence.TAKEN) -> SettleByHand:
    """Return what a supervisor writes down after a call."""
    return SettleByHand(
        redemption_id=redemption.id,
        evidence=evidence,
        said_by="  Lindiwe at\tthe desk ",
        provider_reference="RC-2026-001042",
        got=G.CASH,
        reason="customer came back on Monday",
    )


async def unclaimed(till: Till) -> Redemption:
    """Return an approval that came after its customer had left."""
    prepared = await till.redeemer.prepare(intent())
    asked = await till.redeemer.ask(prepared.id)
    assert asked.state is S.INFLIGHT
    await till.redeemer.close_without_voucher(
        prepared.sale_id, SaleEnding.CUSTOMER_LEFT, THANDI.name
    )
    late = await till.redeemer.ask(prepared.id)
    assert late.state is S.UNCLAIMED
    return late


async def suspended(till: Till, gateway: AdvisedScriptedGateway) -> Redemption:
    """Return a sale whose confirmation the upstream cannot read."""
    sold = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
    gateway.acknowledge = Unreadable(400)
    await till.forwarder.forward_due()
    advice = await till.journal.advice(sold.id)
    assert advice is not None
    assert advice.state is AdviceState.SUSPENDED
    return sold


async def advice_state(till: Till, redemption: Redemption) -> AdviceState:
    """Return how the advice of a redemption stands."""
    advice = await till.journal.advice(redemption.id)
    assert advice is not None
    return advice.state


async def refusal(till: Till, redemption: Redemption) -> SettleRefusal:
    """Return why a redemption is not settled by hand; nothing may have been written."""
    before = len(till.journal.commits)
    with pytest.raises(SettleRefusedError) as refused:
        await till.settlement_desk.settle_by_hand(said(redemption), THANDI)
    assert len(till.journal.commits) == before
    return refused.value.why


async def test_an_unclaimed_one_is_settled_with_what_the_provider_says() -> None:
    """One commit has it all, the voucher is free again, and the story tells who said what."""
    async with open_till(ScriptedGateway([TIME_OUT, approved(), approved()])) as till:
        late = await unclaimed(till)
        dossier = await till.settlement_desk.dossier(late.id)
        assert (dossier.can_settle, dossier.has_answer, dossier.is_reachable) == (True, True, True)
        assert [one.number for one in dossier.attempts] == [1, 2]
        over = await till.settlement_desk.settle_by_hand(said(late), THANDI)
        assert (over.state, over.settled_as) == (S.RESOLVED, SettledAs.BY_HAND)
        assert over == await till.stored(late)
        written = [type(one) for one in till.journal.commits[-1]]
        assert written == [SettlementKept, RedemptionChanged]
        (kept,) = await till.journal.settlements(late.id)
        assert kept == Settlement(
            redemption_id=late.id,
            settled_as=SettledAs.BY_HAND,
            got=G.CASH,
            at=kept.at,
            by=THANDI.name,
            evidence=Evidence.TAKEN,
            said_by="Lindiwe at the desk",
            provider_reference="RC-2026-001042",
            reason="customer came back on Monday",
        )
        told = [one.event for one in await till.journal.events(late.id)]
        assert (
            audit.Settled(
                settled_as=SettledAs.BY_HAND,
                got=G.CASH,
                by=THANDI.name,
                evidence=Evidence.TAKEN,
                said_by="Lindiwe at the desk",
                provider_reference="RC-2026-001042",
                reason="customer came back on Monday",
            )
            in told
        )
        assert till.told[-1] == over
        assert await till.journal.redemptions_for_a_person() == ()
        again = await till.redeemer.prepare(intent())
        assert again.fingerprint == late.fingerprint
        assert await till.journal.verify() == ()


async def test_what_was_settled_or_waits_for_nobody_is_not_settled() -> None:
    """Once only; and never what the till decides by itself."""
    async with open_till(ScriptedGateway([TIME_OUT, approved(), USED])) as till:
        late = await unclaimed(till)
        await till.settlement_desk.settle_by_hand(said(late), THANDI)
        assert await refusal(till, late) is SettleRefusal.NOT_OPEN
        declined = await till.redeemer.redeem(intent())
        assert declined.state is S.DECLINED
        assert await refusal(till, declined) is SettleRefusal.NOT_OPEN
        with pytest.raises(UnknownRedemptionError):
            await till.settlement_desk.dossier(NOWHERE)


@pytest.mark.fault("X6")
async def test_two_who_settle_at_once_settle_once() -> None:
    """Also a button pressed twice: the file takes one, and the other is told."""
    async with open_till(ScriptedGateway([TIME_OUT, approved()])) as till:
        late = await unclaimed(till)
        till.journal.turns = 3
        answers = await asyncio.gather(
            till.settlement_desk.settle_by_hand(said(late), THANDI),
            till.settlement_desk.settle_by_hand(said(late, Evidence.NOT_TAKEN), SIPHO),
            return_exceptions=True,
        )
        first, second = answers
        assert isinstance(first, Redemption)
        assert isinstance(second, SettleRefusedError)
        assert second.why is SettleRefusal.MOVED_ON
        (kept,) = await till.journal.settlements(late.id)
        assert kept.by == THANDI.name


@pytest.mark.parametrize(
    ("evidence", "state"), [(Evidence.TAKEN, S.FINAL), (Evidence.NOT_TAKEN, S.RESOLVED)]
)
async def test_a_suspended_confirmation_ends_with_what_the_provider_says(
    evidence: Evidence, state: RedemptionState
) -> None:
    """A sale that stands stays one; one that the provider does not pay is over."""
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:
        sold = await suspended(till, gateway)
        over = await till.settlement_desk.settle_by_hand(said(sold, evidence), THANDI)
        assert over.state is state
        assert await advice_state(till, sold) is AdviceState.SETTLED
        assert AdviceSettled in {type(one) for one in till.journal.commits[-1]}
        assert await till.journal.owed_advices() == ()
        told = len(gateway.told)
        await till.forwarder.forward_due(is_everything_due=True)
        assert len(gateway.told) == told
        assert await refusal(till, sold) is SettleRefusal.NOT_OPEN
        assert await till.journal.verify() == ()


async def test_a_suspended_reversal_ends_and_frees_the_voucher() -> None:
    """It was never acknowledged, so the redemption is settled and not reversed."""
    gateway = AdvisedScriptedGateway([TIME_OUT, TIME_OUT, TIME_OUT, TIME_OUT])
    async with open_till(gateway) as till:
        gateway.acknowledge = Unreadable(400)
        undone = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        await till.forwarder.forward_due(is_everything_due=True)
        assert (await till.stored(undone)).state is S.REVERSING
        over = await till.settlement_desk.settle_by_hand(said(undone, Evidence.NOT_TAKEN), THANDI)
        assert (over.state, over.settled_as) == (S.RESOLVED, SettledAs.BY_HAND)
        assert await advice_state(till, undone) is AdviceState.SETTLED


async def test_a_contradicted_advice_ends_with_its_redemption() -> None:
    """It is sent no more, and a person has decided what it stood for."""
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:
        sold = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        gateway.acknowledge = Contradicted(400)
        await till.forwarder.forward_due()
        disputed = await till.stored(sold)
        assert disputed.state is S.ATTENTION
        assert await advice_state(till, sold) is AdviceState.DISPUTED
        over = await till.settlement_desk.settle_by_hand(said(disputed), THANDI)
        assert over.state is S.RESOLVED
        assert await advice_state(till, sold) is AdviceState.SETTLED
        assert await till.journal.verify() == ()


async def test_an_advice_that_is_being_sent_is_left_alone() -> None:
    """What comes of it may decide the matter."""
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:
        sold = await suspended(till, gateway)
        advice = await till.journal.advice(sold.id)
        assert advice is not None
        begun = replace(advice, attempts=advice.attempts + 1)
        till.journal.write(AdviceAttemptStarted(begun, sold.created_at))
        assert await refusal(till, sold) is SettleRefusal.BEING_SENT


async def test_an_advice_that_was_settled_meanwhile_does_not_leave() -> None:
    """The forwarder had it in its hand: the file refuses to count the attempt."""
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:
        sold = await suspended(till, gateway)
        told = len(gateway.told)
        by_hand = replace(settled(sold), settled_as=SettledAs.BY_HAND, evidence=Evidence.TAKEN)
        step = settle(sold, await till.journal.advice(sold.id), by_hand)

        def settle_first(rows: Sequence[Row]) -> None:
            if any(isinstance(one, AdviceAttemptStarted) for one in rows):
                till.journal.before_commit = lambda _: None
                till.journal.write(*step.rows)

        till.journal.before_commit = settle_first
        await till.forwarder.try_now(sold.id)
        assert len(gateway.told) == told
        assert await advice_state(till, sold) is AdviceState.SETTLED


@pytest.mark.parametrize(
    ("field", "text", "fault"),
    [
        ("said_by", " \t ", TextFault.MISSING),
        ("provider_reference", "", TextFault.MISSING),
        ("reason", "x" * 201, TextFault.TOO_LONG),
        ("said_by", "x" * 61, TextFault.TOO_LONG),
        ("reason", "the code is 1115 6840 0000 0101", TextFault.HOLDS_CODE),
        ("said_by", "111.568.400.000-0101", TextFault.HOLDS_CODE),
        ("provider_reference", f"it was {CANARY_PIN}", TextFault.HOLDS_CODE),
        (
            "provider_reference",
            f"new {CANARY_CHANGE_PIN[:4]} {CANARY_CHANGE_PIN[4:]}",
            TextFault.HOLDS_CODE,
        ),
    ],
)
async def test_the_texts_are_there_short_and_hold_no_code(
    field: str, text: str, fault: TextFault
) -> None:
    """They are kept, shown and printed in clear."""
    async with open_till(ScriptedGateway([TIME_OUT, approved()])) as till:
        late = await unclaimed(till)
        before = len(till.journal.commits)
        with pytest.raises(SettlementTextError) as refused:
            await till.settlement_desk.settle_by_hand(
                replace(said(late, Evidence.NOT_TAKEN), **{field: text}),  # type: ignore[arg-type]  # mypy cannot see fields through a mapping
                THANDI,
            )
        assert (refused.value.field, refused.value.fault) == (field, fault)
        assert len(till.journal.commits) == before


@pytest.mark.parametrize("got", [G.GOODS, G.CASH, G.CREDIT])
async def test_a_late_approval_is_used_or_given_back_without_a_call(got: CustomerGot) -> None:
    """The provider's answer is in the journal. It pays for one thing, and the voucher is free."""
    async with open_till(ScriptedGateway([TIME_OUT, approved(), approved()])) as till:
        late = await unclaimed(till)
        wanted = SettleByHand(redemption_id=late.id, evidence=Evidence.TAKEN, got=got)
        over = await till.settlement_desk.settle_by_hand(wanted, SIPHO)
        (kept,) = await till.journal.settlements(late.id)
        assert (kept.got, kept.evidence, kept.said_by, kept.reason) == (got, Evidence.TAKEN, "", "")
        assert (over.state, over.redeemed_cents) == (S.RESOLVED, 1900)
        assert await refusal(till, late) is SettleRefusal.NOT_OPEN
        sale = await till.journal.sale(late.sale_id)
        assert sale is not None
        assert (sale.paid_cents, sale.ending) == (0, SaleEnding.CUSTOMER_LEFT)
        again = await till.redeemer.prepare(intent())
        assert again.fingerprint == late.fingerprint
        assert await till.journal.verify() == ()


async def test_two_who_use_a_late_approval_at_once_use_it_once() -> None:
    """One for a new sale, one for cash: whichever is written first stands."""
    async with open_till(ScriptedGateway([TIME_OUT, approved()])) as till:
        late = await unclaimed(till)
        works = (
            till.settlement_desk.settle_by_hand(
                SettleByHand(redemption_id=late.id, evidence=Evidence.TAKEN, got=got), SIPHO
            )
            for got in (G.GOODS, G.CASH)
        )
        ends = await asyncio.gather(*works, return_exceptions=True)
        refused = [one for one in ends if isinstance(one, SettleRefusedError)]
        assert len(refused) == 1
        assert len(await till.journal.settlements(late.id)) == 1


@pytest.mark.parametrize(
    ("evidence", "got", "text"),
    [
        (Evidence.TAKEN, G.OTHER, "reason"),
        (Evidence.TAKEN, G.NOTHING, "reason"),
        (Evidence.NOT_TAKEN, G.NOTHING, "said_by"),
    ],
)
async def test_what_was_agreed_otherwise_about_a_late_approval_is_written_down(
    evidence: Evidence, got: CustomerGot, text: str
) -> None:
    """And whoever says that the provider's answer is wrong says who told them so."""
    async with open_till(ScriptedGateway([TIME_OUT, approved()])) as till:
        late = await unclaimed(till)
        wanted = SettleByHand(redemption_id=late.id, evidence=evidence, got=got)
        with pytest.raises(SettlementTextError) as refused:
            await till.settlement_desk.settle_by_hand(wanted, SIPHO)
        assert (refused.value.field, refused.value.fault) == (text, TextFault.MISSING)
        assert await till.stored(late) == late


async def test_what_is_no_late_approval_is_settled_by_a_call() -> None:
    """A confirmation that cannot be read says nothing of what the provider pays."""
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:
        sold = await suspended(till, gateway)
        wanted = SettleByHand(redemption_id=sold.id, evidence=Evidence.TAKEN, got=G.GOODS)
        with pytest.raises(SettlementTextError):
            await till.settlement_desk.settle_by_hand(wanted, SIPHO)


async def test_a_reference_may_have_many_digits() -> None:
    """Providers number what they do with twenty of them."""
    async with open_till(ScriptedGateway([TIME_OUT, approved()])) as till:
        late = await unclaimed(till)
        reference = "20261129000000001042"
        await till.settlement_desk.settle_by_hand(
            replace(said(late), provider_reference=reference), THANDI
        )
        (kept,) = await till.journal.settlements(late.id)
        assert kept.provider_reference == reference


# --------------------------------------------------------------------- voids outside the voucher


async def test_a_void_outside_the_voucher_keeps_what_was_given() -> None:
    """It is over: not voided again, not refunded, not counted as taken."""
    async with open_till(ScriptedGateway([approved()])) as till:
        sold = await till.redeemer.redeem(intent())
        outcome = await till.void_desk.void(sold.id, VoidReason.GOODS_RETURNED, SIPHO, G.CASH)
        assert outcome.way is VoidWay.OUTSIDE
        assert outcome.settlement is not None
        assert (outcome.settlement.got, outcome.settlement.by) == (G.CASH, SIPHO.name)
        over = await till.stored(sold)
        assert (over.state, over.settled_as) == (S.RESOLVED, SettledAs.OUTSIDE)
        assert outcome.redemption == over == till.told[-1]
        assert await till.journal.settlements(sold.id) == (outcome.settlement,)
        sale = await till.journal.sale(sold.sale_id)
        assert sale is not None
        assert sale.paid_cents == 0
        again = await till.void_desk.void(sold.id, VoidReason.GOODS_RETURNED, SIPHO, G.CASH)
        assert (again.way, again.why_not) == (VoidWay.NOT_POSSIBLE, NotVoidedReason.NOT_FINAL)
        plan = await till.void_desk.way_of(over)
        assert plan == VoidPlan(VoidWay.NOT_POSSIBLE, NotVoidedReason.NOT_FINAL)
        assert await refusal(till, over) is SettleRefusal.NOT_OPEN
        assert await till.journal.verify() == ()


async def test_two_who_void_at_once_give_once() -> None:
    """The file takes the first settlement."""
    async with open_till(ScriptedGateway([approved()])) as till:
        sold = await till.redeemer.redeem(intent())
        till.journal.turns = 3
        first, second = await asyncio.gather(
            till.void_desk.void(sold.id, VoidReason.GOODS_RETURNED, SIPHO, G.CASH),
            till.void_desk.void(sold.id, VoidReason.WRONG_AMOUNT, THANDI, G.CREDIT),
        )
        assert (first.way, second.way) == (VoidWay.OUTSIDE, VoidWay.NOT_POSSIBLE)
        assert second.redemption.state is S.RESOLVED
        assert len(await till.journal.settlements(sold.id)) == 1


async def test_a_provider_that_refuses_to_refund_leaves_the_way_outside() -> None:
    """With proof that nothing went back; and what goes back is not given again."""
    gateway = AdvisedScriptedGateway([approved(), USED])
    async with open_till(gateway) as till:
        sold = await till.redeemer.redeem(intent(voucher_type=REFUNDED_VOUCHER))
        await till.forwarder.forward_due()
        outcome = await till.void_desk.void(sold.id, VoidReason.GOODS_RETURNED, SIPHO, G.CREDIT)
        assert outcome.way is VoidWay.OUTSIDE
        assert outcome.refund is not None
        assert (await till.stored(sold)).settled_as is SettledAs.OUTSIDE
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:
        sold = await till.redeemer.redeem(intent(voucher_type=REFUNDED_VOUCHER))
        outcome = await till.void_desk.void(sold.id, VoidReason.GOODS_RETURNED, SIPHO, G.CREDIT)
        assert (outcome.way, outcome.settlement) == (VoidWay.REVERSED, None)
        assert await till.journal.settlements(sold.id) == ()


async def test_what_was_given_at_the_void_is_not_given_again() -> None:
    """Its advice may still need a person: that settles the books, and nobody is paid twice."""
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:
        sold = await suspended(till, gateway)
        await till.void_desk.void(sold.id, VoidReason.GOODS_RETURNED, SIPHO, G.CASH)
        over = await till.stored(sold)
        assert over.settled_as is SettledAs.OUTSIDE
        assert await refusal(till, over) is SettleRefusal.GIVEN_BEFORE
        nothing = replace(said(over), got=G.NOTHING)
        await till.settlement_desk.settle_by_hand(nothing, THANDI)
        assert await advice_state(till, sold) is AdviceState.SETTLED


async def test_after_it_the_provider_still_hears_that_the_sale_stood() -> None:
    """The value stays taken. What it denies then is left to a person, who settles it."""
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:
        sold = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        gateway.acknowledge = Unreadable(400)
        await till.forwarder.forward_due()
        outcome = await till.void_desk.void(sold.id, VoidReason.GOODS_RETURNED, SIPHO, G.CASH)
        assert outcome.way is VoidWay.OUTSIDE
        assert await advice_state(till, sold) is AdviceState.SUSPENDED
        gateway.acknowledge = NotKnownThere(404)
        await till.forwarder.try_now(sold.id)
        assert (await till.stored(sold)).state is S.RESOLVED
        assert await till.journal.ids_for_a_call({gateway.upstream}) == {sold.id}
        nothing = replace(said(sold), got=G.NOTHING)
        over = await till.settlement_desk.settle_by_hand(nothing, THANDI)
        assert over.settled_as is SettledAs.OUTSIDE
        kept = await till.journal.settlements(sold.id)
        assert {one.settled_as for one in kept} == set(SettledAs)
        assert await till.journal.ids_for_a_call({gateway.upstream}) == frozenset()
        assert await till.journal.verify() == ()


async def test_after_it_an_acknowledgement_changes_nothing() -> None:
    """The confirmation is delivered, and the sale stays voided."""
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:
        sold = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        gateway.acknowledge = Unreadable(400)
        await till.forwarder.forward_due()
        await till.void_desk.void(sold.id, VoidReason.GOODS_RETURNED, SIPHO, G.CASH)
        gateway.acknowledge = Acknowledged(200)
        await till.forwarder.try_now(sold.id)
        assert await advice_state(till, sold) is AdviceState.ACKNOWLEDGED
        assert (await till.stored(sold)).state is S.RESOLVED


async def test_a_confirmation_that_was_settled_by_hand_is_not_refunded() -> None:
    """The upstream may not know it as confirmed, so the way is outside the voucher."""
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:
        sold = await till.redeemer.redeem(intent(voucher_type=REFUNDED_VOUCHER))
        gateway.acknowledge = Unreadable(400)
        await till.forwarder.forward_due()
        await till.settlement_desk.settle_by_hand(said(sold), THANDI)
        plan = await till.void_desk.way_of(await till.stored(sold))
        assert plan == VoidPlan(VoidWay.OUTSIDE, NotRefundedReason.SETTLED_BY_HAND)
        outcome = await till.void_desk.void(sold.id, VoidReason.GOODS_RETURNED, SIPHO, G.CASH)
        assert (await till.stored(sold)).settled_as is SettledAs.OUTSIDE
        assert outcome.way is VoidWay.OUTSIDE


async def test_a_confirmation_that_was_settled_before_it_left_is_not_reversed() -> None:
    """Its provider had left the settings, and is back: nothing of it is to be sent any more."""
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:
        sold = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
    async with open_till(ScriptedGateway(), journal=till.journal) as without:
        await without.settlement_desk.settle_by_hand(said(sold), THANDI)
    async with open_till(gateway, journal=till.journal) as again:
        over = await again.stored(sold)
        assert await again.voider.why_not(over) is NotVoidedReason.CONFIRMATION_LEFT
        outcome = await again.voider.void(sold.id)
        assert isinstance(outcome, NotVoided)
        assert outcome.reason is NotVoidedReason.CONFIRMATION_LEFT
    assert gateway.told == []


class Crash(BaseException):
    """The power fails; nothing of the till's own may catch it."""


@pytest.mark.parametrize("kept", [VoidAsked, SettlementKept])
async def test_a_void_that_a_power_cut_interrupts_gave_nothing(kept: type[Row]) -> None:
    """At either of its commits: it is wholly done or not at all, and may be asked for again."""
    async with open_till(ScriptedGateway([approved()])) as till:
        sold = await till.redeemer.redeem(intent())

        def stop(rows: Sequence[Row]) -> None:
            if any(isinstance(one, kept) for one in rows):
                raise Crash

        till.journal.before_commit = stop
        with pytest.raises(Crash):
            await till.void_desk.void(sold.id, VoidReason.GOODS_RETURNED, SIPHO, G.CASH)
        journal = till.journal.reopened()
    assert await journal.settlements(sold.id) == ()
    assert await journal.redemption(sold.id) == sold
    async with open_till(ScriptedGateway(), journal=journal) as till:
        outcome = await till.void_desk.void(sold.id, VoidReason.GOODS_RETURNED, SIPHO, G.CASH)
        assert outcome.way is VoidWay.OUTSIDE
        assert len(await journal.settlements(sold.id)) == 1
        assert await journal.verify() == ()


async def test_a_settlement_that_a_power_cut_interrupts_settled_nothing() -> None:
    """It is one commit: the advice is owed as before, and it may be settled again."""
    gateway = AdvisedScriptedGateway(otherwise=approved())
    async with open_till(gateway) as till:
        waiting = await suspended(till, gateway)

        def stop(rows: Sequence[Row]) -> None:
            assert {type(one) for one in rows} == {SettlementKept, AdviceSettled}
            raise Crash

        till.journal.before_commit = stop
        with pytest.raises(Crash):
            await till.settlement_desk.settle_by_hand(said(waiting), THANDI)
        journal = till.journal.reopened()
    assert await journal.settlements(waiting.id) == ()
    async with open_till(gateway, journal=journal) as till:
        assert await advice_state(till, waiting) is AdviceState.SUSPENDED
        await till.settlement_desk.settle_by_hand(said(waiting), THANDI)
        assert await advice_state(till, waiting) is AdviceState.SETTLED
        assert len(await journal.settlements(waiting.id)) == 1
        assert await journal.verify() == ()
