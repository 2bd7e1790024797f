"""Refunds run through the machine of redemptions; a void takes the first way that is open."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from counterfoil.domain import audit
from counterfoil.domain import rows as row
from counterfoil.domain.advice import (
    Advice,
    AdviceKind,
    AdviceState,
    NotAllowed,
    NotKnownThere,
    Repeat,
    ReversalReason,
    Unreadable,
)
from counterfoil.domain.failures import VoucherInUseError
from counterfoil.domain.money import Exact, FullValue
from counterfoil.domain.redemption import AttemptKind, Redemption, VoidReason
from counterfoil.domain.rows import Row
from counterfoil.domain.sale import SaleEnding
from counterfoil.domain.states import RedemptionState, SaleState
from counterfoil.domain.verdict import Declined, DeclineReason, UnknownCause, Verdict
from counterfoil.domain.voids import (
    NotRefundedReason,
    NotVoidedReason,
    VoidOutcome,
    VoidPlan,
    VoidWay,
)
from counterfoil.service.forwarder import FIRST_CHANCE_S
from counterfoil.service.owing import AdviceComposer
from counterfoil.service.recovery import recover
from counterfoil.service.refunding import NotRefunded
from support.advised import (
    ADVISED_VOUCHER,
    REFUNDED_VOUCHER,
    SINGLE_VOUCHER,
    AdvisedScriptedGateway,
)
from support.clocks import SeededChance, SteppedClock
from support.gateways import ScriptedGateway
from support.people import SIPHO
from support.till import NOT_SENT, TIME_OUT, USED, Till, approved, intent, open_till

S, W, R = RedemptionState, VoidWay, NotRefundedReason
LOST = Repeat(UnknownCause.TIME_OUT)
REFUSED = Declined(reason=DeclineReason.REFUSED)
BACK = approved(change=None)
BY = SIPHO.name


class Crash(BaseException):
    """The power fails; nothing of the till's own may catch it."""


@asynccontextmanager
async def confirmed(
    *answers: Verdict, clock: SteppedClock | None = None
) -> AsyncIterator[tuple[Till, AdvisedScriptedGateway, Redemption]]:
    """Open a till with one redemption that its upstream knows to stand; then answer these."""
    gateway = AdvisedScriptedGateway([approved(), *answers])
    async with open_till(gateway, clock=clock) as till:
        gateway.journal = till.journal
        sold = await till.redeemer.redeem(intent(voucher_type=REFUNDED_VOUCHER))
        await till.forwarder.forward_due()
        yield till, gateway, sold
        assert till.failures == []


async def refunded(till: Till, sold: Redemption) -> Redemption:
    """Refund a redemption, which must be tried."""
    refund = await till.refunder.refund(sold.id, BY)
    assert isinstance(refund, Redemption)
    return refund


async def refusal(till: Till, redemption_id: str) -> NotRefundedReason:
    """Return why a refund is not tried; nothing may have changed."""
    before = await till.journal.history(99)
    outcome = await till.refunder.refund(redemption_id, BY)
    assert isinstance(outcome, NotRefunded)
    assert await till.journal.history(99) == before
    return outcome.reason


async def void(till: Till, redemption: Redemption) -> VoidOutcome:
    """Take a redemption back by whatever way is open."""
    return await till.void_desk.void(redemption.id, VoidReason.GOODS_RETURNED, SIPHO)


async def advice_of(till: Till, redemption: Redemption) -> Advice:
    """Return the advice of a redemption, which must have one."""
    advice = await till.journal.advice(redemption.id)
    assert advice is not None
    return advice


# --------------------------------------------------------------------------------------- refunds


async def test_a_refund_is_a_transaction_of_its_own() -> None:
    """Own id, key, sale, request and advice; what ends it owes the confirmation in one commit."""
    async with confirmed(BACK) as (till, gateway, sold):
        begin = len(till.journal.commits)
        refund = await refunded(till, sold)
        assert (refund.state, refund.refund_of) == (S.FINAL, sold.id)
        assert (refund.amount, refund.redeemed_cents) == (Exact(1900), 1900)
        assert (refund.cashier, refund.voucher_tail) == (BY, sold.voucher_tail)
        assert len({sold.id, refund.id, sold.sale_id, refund.sale_id}) == 4
        assert sold.idempotency_key != refund.idempotency_key
        sale = await till.journal.sale(refund.sale_id)
        assert sale is not None
        assert (sale.state, sale.due_cents, sale.paid_cents) == (SaleState.PAID, 1900, 1900)
        (*_, asked) = gateway.asks
        assert (asked.redemption.id, asked.kind) == (refund.id, AttemptKind.SEND)
        request = await till.journal.request(sold.id)
        assert asked.request == await till.journal.request(refund.id)
        told = f"refund {refund.id} 1900 ZAR of {sold.id}: {request.reveal()} after "
        assert asked.request.reveal().startswith(told)
        closing = [type(one) for one in till.journal.commits[-1]]
        assert closing == [row.AdviceOwed, row.RedemptionChanged, row.SaleClosed]
        assert len(till.journal.commits) == begin + 4
        assert (await till.stored(sold)).is_refunded
        await till.forwarder.forward_due()
        assert [one.advice.is_refund for one in gateway.told] == [False, True]
        assert gateway.told[-1].advice.kind is AdviceKind.CONFIRMATION
        assert (await advice_of(till, refund)).state is AdviceState.ACKNOWLEDGED


async def test_the_whole_of_a_whole_voucher_is_given_back() -> None:
    """What was taken is what is given back, whatever was asked for then."""
    gateway = AdvisedScriptedGateway([approved(5000), approved(5000)])
    async with open_till(gateway) as till:
        wanted = intent(FullValue(), voucher_type=REFUNDED_VOUCHER)
        sold = await till.redeemer.redeem(wanted)
        await till.forwarder.forward_due()
        assert (await refunded(till, sold)).redeemed_cents == 5000


async def test_an_upstream_without_confirmations_refunds_at_once() -> None:
    """Single messaging: nothing is owed before, and nothing after."""
    gateway = AdvisedScriptedGateway([approved(), BACK])
    async with open_till(gateway) as till:
        single = replace(SINGLE_VOUCHER, can_refund=True)
        sold = await till.redeemer.redeem(intent(voucher_type=single))
        assert (await refunded(till, sold)).state is S.FINAL
    assert gateway.told == []


async def test_what_the_upstream_refuses_gives_nothing_back() -> None:
    """Nothing waits, and another refund may be tried."""
    async with confirmed(REFUSED, BACK) as (till, _, sold):
        refund = await refunded(till, sold)
        assert (refund.state, refund.decline) == (S.DECLINED, DeclineReason.REFUSED)
        assert not (await till.stored(sold)).is_refunded
        assert await till.journal.owed_advices() == ()
        assert (await refunded(till, sold)).state is S.FINAL


async def test_silence_is_reversed_at_once_and_never_looked_up() -> None:
    """No lookup answers for refunds; once it is reversed, another may be tried."""
    async with confirmed(TIME_OUT, BACK) as (till, gateway, sold):
        refund = await refunded(till, sold)
        assert refund.state is S.REVERSING
        assert [one.kind for one in gateway.asks] == [AttemptKind.SEND] * 2
        advice = await advice_of(till, refund)
        assert (advice.kind, advice.reason) == (AdviceKind.REVERSAL, ReversalReason.TIMEOUT)
        assert advice.is_refund
        assert await refusal(till, sold.id) is R.ALREADY_REFUNDED
        with pytest.raises(VoucherInUseError):
            await till.redeemer.redeem(intent(voucher_type=REFUNDED_VOUCHER))
        await till.forwarder.forward_due()
        assert (await till.stored(refund)).state is S.REVERSED
        assert not (await till.stored(sold)).is_refunded
        assert (await refunded(till, sold)).state is S.FINAL


async def test_a_refund_of_less_is_not_believed() -> None:
    """A part is not what was asked for: all of it is undone."""
    async with confirmed(approved(1000)) as (till, _, sold):
        refund = await refunded(till, sold)
        assert refund.state is S.REVERSING
        advice = await advice_of(till, refund)
        assert advice.reason is ReversalReason.RESPONSE_NOT_FINAL


async def test_a_refund_whose_sale_is_gone_is_undone() -> None:
    """An approval closes a sale or is reversed, here as everywhere."""
    async with confirmed(BACK) as (till, gateway, sold):
        gateway.gate = asyncio.Event()
        asking = till.owner.spawn(till.refunder.refund(sold.id, BY), "refund", is_awaited=True)
        gateway.started.clear()
        await gateway.started.wait()
        await till.redeemer.close_without_voucher(
            gateway.asks[-1].redemption.sale_id, SaleEnding.PAID_OTHERWISE, "Thandi M."
        )
        gateway.gate.set()
        refund = await asking
        assert isinstance(refund, Redemption)
        assert refund.state is S.REVERSING


async def test_a_confirmation_that_is_owed_gets_its_chance_first() -> None:
    """What was lost goes again before the refund leaves."""
    gateway = AdvisedScriptedGateway([approved(), BACK], advices=[LOST])
    async with open_till(gateway) as till:
        sold = await till.redeemer.redeem(intent(voucher_type=REFUNDED_VOUCHER))
        await till.forwarder.forward_due()
        refund = await refunded(till, sold)
        assert refund.state is S.FINAL
        assert [one.advice.redemption_id for one in gateway.told] == [sold.id, sold.id]


async def test_a_confirmation_that_stays_owed_is_not_overtaken() -> None:
    """It is waited for a moment, and no longer; nothing is asked of the upstream."""
    gateway = AdvisedScriptedGateway([approved()], acknowledge=LOST)
    clock = SteppedClock(is_automatic=True)
    async with open_till(gateway, clock=clock) as till:
        sold = await till.redeemer.redeem(intent(voucher_type=REFUNDED_VOUCHER))
        assert await refusal(till, sold.id) is R.CONFIRMATION_OWED
        gateway.gate = asyncio.Event()
        begun_s = clock.now().monotonic_s
        assert await refusal(till, sold.id) is R.CONFIRMATION_OWED
        assert clock.now().monotonic_s - begun_s == FIRST_CHANCE_S
        gateway.gate.set()
    assert len(gateway.asks) == 1


@pytest.mark.parametrize("said", [Unreadable(400), NotAllowed(401)])
async def test_a_confirmation_that_cannot_be_delivered_holds_the_refund_up(said: object) -> None:
    """Parked, or waiting for a person: the upstream does not know that the sale stands."""
    gateway = AdvisedScriptedGateway([approved()], acknowledge=said)  # type: ignore[arg-type]  # both are verdicts
    async with open_till(gateway) as till:
        sold = await till.redeemer.redeem(intent(voucher_type=REFUNDED_VOUCHER))
        await till.forwarder.forward_due()
        assert await refusal(till, sold.id) is R.CONFIRMATION_OWED


async def test_what_cannot_be_refunded_says_why() -> None:
    """Declined, not offered, a refund itself, refunded already."""
    async with confirmed(BACK, USED, approved()) as (till, _, sold):
        refund = await refunded(till, sold)
        assert await refusal(till, refund.id) is R.IS_A_REFUND
        assert await refusal(till, sold.id) is R.ALREADY_REFUNDED
        await till.forwarder.forward_due()
        declined = await till.redeemer.redeem(intent(voucher_type=REFUNDED_VOUCHER))
        assert await refusal(till, declined.id) is R.NOT_FINAL
        other = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        assert await refusal(till, other.id) is R.NO_REFUNDS


async def test_a_voucher_that_is_used_again_is_settled_first() -> None:
    """A voucher has one open redemption at a time, and a refund is one."""
    async with confirmed() as (till, _, sold):
        await till.redeemer.prepare(intent(voucher_type=REFUNDED_VOUCHER))
        assert await refusal(till, sold.id) is R.VOUCHER_IN_USE


async def test_a_refund_that_may_have_had_an_effect_is_the_only_one() -> None:
    """Where reversals are swallowed nobody knows what became of it: no second one is tried."""
    gateway = AdvisedScriptedGateway([approved(), TIME_OUT])
    async with open_till(gateway) as till:
        swallowed = replace(REFUNDED_VOUCHER, is_advice_effective=False)
        sold = await till.redeemer.redeem(intent(voucher_type=swallowed))
        await till.forwarder.forward_due()
        refund = await refunded(till, sold)
        await till.forwarder.forward_due()
        assert (await till.stored(refund)).state is S.REVERSED_UNVERIFIED
        assert await refusal(till, sold.id) is R.ALREADY_REFUNDED


async def test_an_upstream_that_left_the_settings_is_not_asked() -> None:
    """Nothing can be composed for it."""
    async with confirmed() as (till, _, sold):
        journal = till.journal
    async with open_till(ScriptedGateway(), journal=journal) as other:
        assert await refusal(other, sold.id) is R.NOT_SET_UP


async def test_a_confirmation_of_a_refund_that_is_denied_calls_a_person() -> None:
    """The till said that the value is back, and the upstream knows of no refund."""
    async with confirmed(BACK) as (till, gateway, sold):
        refund = await refunded(till, sold)
        gateway.acknowledge = NotKnownThere(404)
        await till.forwarder.forward_due()
        assert (await till.stored(refund)).state is S.ATTENTION
        assert not (await till.stored(sold)).is_refunded
        assert await refusal(till, sold.id) is R.ALREADY_REFUNDED


@pytest.mark.parametrize(
    ("crash", "state", "reason"),
    [
        (S.INFLIGHT, S.ABANDONED, None),
        (S.APPROVED, S.REVERSING, ReversalReason.TIMEOUT),
        (S.FINAL, S.REVERSING, ReversalReason.CANCELLED),
    ],
)
async def test_a_refund_that_a_crash_interrupts_gives_nothing_back(
    crash: RedemptionState, state: RedemptionState, reason: ReversalReason | None
) -> None:
    """The same table as for redemptions; twice is as once, and then another may be tried (I20)."""
    clock = SteppedClock(is_automatic=True)
    async with confirmed(BACK, clock=clock) as (till, gateway, sold):

        def stop(rows: Sequence[Row]) -> None:
            for one in rows:
                if isinstance(one, row.RedemptionChanged) and one.after.state is crash:
                    raise Crash

        till.journal.before_commit = stop
        with pytest.raises(Crash):
            await till.refunder.refund(sold.id, BY)
        journal = till.journal.reopened()
    clock.reboot(off=timedelta(minutes=1))
    composer = AdviceComposer(
        journal=journal, gateways={gateway.upstream: gateway}, chance=SeededChance(7)
    )
    for _ in range(2):
        await recover(journal, clock, composer)
        (found, _) = await journal.history(10)
        assert (found.refund_of, found.state) == (sold.id, state)
        advice = await journal.advice(found.id)
        assert (None if advice is None else advice.reason) == reason
    gateway.script.append(BACK)
    gateway.journal = journal
    async with open_till(gateway, journal=journal, clock=clock, chance=SeededChance(9)) as till:
        await till.forwarder.forward_due()
        assert await journal.open_redemptions() == ()
        gateway.script.clear()
        gateway.script.append(BACK)
        assert (await refunded(till, sold)).state is S.FINAL
        await till.forwarder.forward_due()
        assert await journal.owed_advices() == ()


# ----------------------------------------------------------------------------------------- voids


async def test_a_void_is_a_reversal_while_nothing_was_told() -> None:
    """The cheapest way: the upstream never hears that the sale stood."""
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:
        sold = await till.redeemer.redeem(intent(voucher_type=REFUNDED_VOUCHER))
        outcome = await void(till, sold)
        assert (outcome.way, outcome.refund) == (W.REVERSED, None)
        assert outcome.redemption.state is S.REVERSING
        again = await void(till, sold)
        assert (again.way, again.why_not) == (W.NOT_POSSIBLE, NotVoidedReason.NOT_FINAL)


async def test_a_void_records_who_asked_and_why_before_anything_else() -> None:
    """It stands in the record also where nothing could be done."""
    async with confirmed(BACK) as (till, _, sold):
        await void(till, sold)
        await void(till, sold)
        told = [one.event for one in await till.journal.events(sold.id)]
        assert told.count(audit.VoidAsked(reason=VoidReason.GOODS_RETURNED, by=BY)) == 2


@pytest.mark.parametrize(
    ("answer", "way"),
    [
        (BACK, W.REFUNDED),
        (REFUSED, W.REFUND_REFUSED),
        (NOT_SENT, W.REFUND_NOT_SENT),
        (Declined(reason=DeclineReason.NOT_SECURE), W.REFUND_NOT_SENT),
        (Declined(reason=DeclineReason.NOT_AUTHORISED), W.REFUND_NOT_SENT),
        (TIME_OUT, W.REFUND_NOT_KNOWN),
    ],
)
async def test_a_void_after_the_confirmation_is_a_refund(answer: Verdict, way: VoidWay) -> None:
    """And the outcome says what became of it."""
    async with confirmed(answer) as (till, _, sold):
        outcome = await void(till, sold)
        assert outcome.way is way
        assert outcome.refund is not None
        assert outcome.refund.refund_of == sold.id
        assert outcome.redemption == await till.stored(sold)
        assert outcome.redemption.is_refunded is (way is W.REFUNDED)


async def test_a_refund_that_never_began_was_not_sent() -> None:
    """Its sale was closed before the request could leave."""
    async with confirmed() as (till, _, sold):

        async def close_first(upstream: str) -> None:
            (refund,) = await till.journal.open_redemptions()
            await till.redeemer.close_without_voucher(
                refund.sale_id, SaleEnding.PAID_OTHERWISE, "Thandi M."
            )

        till.redeemer._flush_reversals = close_first
        outcome = await void(till, sold)
        assert outcome.way is W.REFUND_NOT_SENT
        assert outcome.refund is not None
        assert outcome.refund.state is S.ABANDONED


async def test_where_the_upstream_takes_nothing_back_it_is_settled_outside() -> None:
    """A keyed upstream never, an advised one where it does not refund."""
    async with open_till(ScriptedGateway([approved()])) as till:
        sold = await till.redeemer.redeem(intent())
        outcome = await void(till, sold)
        assert (outcome.way, outcome.why_not) == (W.OUTSIDE, NotVoidedReason.NO_REVERSALS)
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:
        sold = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        await till.forwarder.forward_due()
        outcome = await void(till, sold)
        assert (outcome.way, outcome.why_not) == (W.OUTSIDE, NotRefundedReason.NO_REFUNDS)


async def test_a_refund_is_not_voided() -> None:
    """What went back stays there."""
    async with confirmed(BACK) as (till, _, sold):
        refund = await refunded(till, sold)
        outcome = await void(till, refund)
        assert (outcome.way, outcome.why_not) == (W.NOT_POSSIBLE, NotVoidedReason.IS_A_REFUND)
        await till.forwarder.forward_due()
        outcome = await void(till, sold)
        assert (outcome.way, outcome.why_not) == (W.NOT_POSSIBLE, R.ALREADY_REFUNDED)


async def test_a_refund_is_told_to_the_listeners() -> None:
    """The screens hear of each of its states."""
    async with confirmed(BACK) as (till, _, sold):
        refund = await refunded(till, sold)
        told = [one.state for one in till.told if one.id == refund.id]
        assert told == [S.INFLIGHT, S.APPROVED, S.FINAL]


async def test_the_way_of_a_void_is_known_before() -> None:
    """Reversal, refund once it is confirmed, and then neither; looking changes and asks nothing."""
    gateway = AdvisedScriptedGateway([approved(), BACK], advices=[LOST])
    async with open_till(gateway) as till:

        async def way_of(redemption: Redemption) -> VoidPlan:
            before = len(till.journal.commits), len(gateway.asks), len(gateway.told)
            plan = await till.void_desk.way_of(await till.stored(redemption))
            assert before == (len(till.journal.commits), len(gateway.asks), len(gateway.told))
            return plan

        sold = await till.redeemer.redeem(intent(voucher_type=REFUNDED_VOUCHER))
        assert await way_of(sold) == VoidPlan(W.REVERSED)
        await till.forwarder.forward_due()
        assert await way_of(sold) == VoidPlan(W.REFUNDED, R.CONFIRMATION_OWED)
        await till.forwarder.forward_due(is_everything_due=True)
        assert await way_of(sold) == VoidPlan(W.REFUNDED)
        refund = await refunded(till, sold)
        assert await way_of(sold) == VoidPlan(W.NOT_POSSIBLE, R.ALREADY_REFUNDED)
        assert await way_of(refund) == VoidPlan(W.NOT_POSSIBLE, NotVoidedReason.IS_A_REFUND)


async def test_where_nothing_is_taken_back_the_way_is_outside_the_voucher() -> None:
    """Of an upstream with a key, and of one that has confirmed and does not refund."""
    async with open_till(ScriptedGateway([approved()])) as till:
        sold = await till.redeemer.redeem(intent())
        plan = await till.void_desk.way_of(sold)
        assert plan == VoidPlan(W.OUTSIDE, NotVoidedReason.NO_REVERSALS)
    async with open_till(AdvisedScriptedGateway([approved()])) as till:
        sold = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        await till.forwarder.forward_due()
        assert await till.void_desk.way_of(sold) == VoidPlan(W.OUTSIDE, R.NO_REFUNDS)
