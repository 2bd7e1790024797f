"""Redemptions at an advised upstream, from the counter to the advice, and after a crash."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from typing_extensions import override

from counterfoil.domain import rows as row
from counterfoil.domain.advice import Advice, AdviceKind, AdviceState, ReversalReason
from counterfoil.domain.failures import TooMuchOwedError, VoucherInUseError
from counterfoil.domain.forwarding import RED_AGE_S
from counterfoil.domain.pacing import COUNTER_LIMIT_S, Pace
from counterfoil.domain.redemption import AttemptKind
from counterfoil.domain.rows import Row
from counterfoil.domain.sale import SaleEnding
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import Declined, DeclineReason, Unknown, UnknownCause
from counterfoil.domain.voucher_type import VoucherType
from counterfoil.service.owing import AdviceComposer
from counterfoil.service.recovery import recover
from support.advised import (
    ADVISED_VOUCHER,
    SINGLE_VOUCHER,
    SWALLOWED_VOUCHER,
    AdvisedScriptedGateway,
)
from support.clocks import SeededChance, SteppedClock
from support.gateways import ScriptedGateway
from support.till import (
    TIME_OUT,
    USED,
    Till,
    WatchedJournal,
    approved,
    intent,
    open_till,
)

S = RedemptionState
OTHER_PIN = "0000111122223333"


class Crash(BaseException):
    """The power fails; nothing of the till's own may catch it."""


async def advice_of(till: Till) -> tuple[AdviceKind, ReversalReason | None, AdviceState]:
    """Return what is owed of the only redemption."""
    (redemption,) = await till.journal.history(10)
    advice = await till.journal.advice(redemption.id)
    assert advice is not None
    return advice.kind, advice.reason, advice.state


class Forgetful(AdvisedScriptedGateway):
    """Finds no memory for the first advice."""

    @override
    def compose_advice(self, advice: Advice, request: Secret, answer: Secret | None) -> Secret:
        """Build an advice, but not the first time."""
        if not self.composed:
            self.composed.append((advice, request, answer))
            raise MemoryError
        return super().compose_advice(advice, request, answer)


# ---------------------------------------------------------------------------------------- flows


async def test_successful_dual_messaging() -> None:
    """Request, yes, final with its confirmation in one commit, then the confirmation."""
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:
        gateway.journal = till.journal
        done = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        assert done.state is S.FINAL
        assert await till.forwarder.forward_due() is None
        assert await advice_of(till) == (AdviceKind.CONFIRMATION, None, AdviceState.ACKNOWLEDGED)
        assert [one.kind for one in gateway.asks] == [AttemptKind.SEND]
        (closing,) = [
            rows
            for rows in till.journal.commits
            if any(isinstance(one, row.AdviceOwed) for one in rows)
        ]
        assert [type(one) for one in closing] == [
            row.AdviceOwed,
            row.RedemptionChanged,
            row.SaleClosed,
        ]
        assert till.states_told == [S.INFLIGHT, S.APPROVED, S.FINAL]


async def test_successful_single_messaging() -> None:
    """Request and yes: nothing more is owed."""
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:
        done = await till.redeemer.redeem(intent(voucher_type=SINGLE_VOUCHER))
        assert done.state is S.FINAL
        assert await till.forwarder.forward_due() is None
    assert gateway.told == []


async def test_error_upstream() -> None:
    """A proven refusal: told at once, and no advice."""
    gateway = AdvisedScriptedGateway([USED])
    async with open_till(gateway) as till:
        done = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        assert done.state is S.DECLINED
        assert await till.journal.owed_advices() == ()


@pytest.mark.parametrize(
    ("voucher_type", "state"),
    [(ADVISED_VOUCHER, S.REVERSED), (SWALLOWED_VOUCHER, S.REVERSED_UNVERIFIED)],
)
async def test_time_out_upstream(voucher_type: VoucherType, state: RedemptionState) -> None:
    """Three lookups that tell nothing, then a reversal; verified where advices have an effect."""
    gateway = AdvisedScriptedGateway(otherwise=TIME_OUT)
    async with open_till(gateway) as till:
        gateway.journal = till.journal
        done = await till.redeemer.redeem(intent(voucher_type=voucher_type))
        assert done.state is S.REVERSING
        kinds = [one.kind for one in gateway.asks]
        assert kinds == [AttemptKind.SEND, *[AttemptKind.FETCH] * 3]
        assert len({one.request for one in gateway.asks}) == 1
        with pytest.raises(VoucherInUseError):
            await till.redeemer.redeem(intent(voucher_type=voucher_type))
        await till.forwarder.forward_due()
        assert (await till.stored(done)).state is state
        assert till.told[-1].state is state


async def test_error_at_the_originating_system() -> None:
    """The sale is set aside while the approval is written: it is cancelled, never unclaimed."""
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:
        gateway.gate = asyncio.Event()
        asking = till.owner.spawn(
            till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER)), "redeem", is_awaited=True
        )
        await gateway.started.wait()
        await till.redeemer.close_without_voucher(
            gateway.asks[0].redemption.sale_id, SaleEnding.PAID_OTHERWISE, "Thandi M."
        )
        gateway.gate.set()
        assert (await asking).state is S.REVERSING
        assert await advice_of(till) == (
            AdviceKind.REVERSAL,
            ReversalReason.CANCELLED,
            AdviceState.OWED,
        )


async def test_a_sale_that_is_closed_at_the_last_moment_owes_a_reversal_and_no_confirmation() -> (
    None
):
    """The commit that would close it fails whole; exactly one advice is written (I7)."""
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:
        written = await till.redeemer.prepare(intent(voucher_type=ADVISED_VOUCHER))
        is_closed = False

        def close_first(rows: Sequence[Row]) -> None:
            nonlocal is_closed
            if any(isinstance(one, row.SaleClosed) for one in rows) and not is_closed:
                is_closed = True
                till.journal.write(row.SaleClosed(written.sale_id, SaleEnding.PAID_OTHERWISE))

        till.journal.before_commit = close_first
        assert (await till.redeemer.see_through(written.id)).state is S.REVERSING
        assert (await advice_of(till))[0] is AdviceKind.REVERSAL


async def test_a_status_inquiry_while_the_customer_stands_there() -> None:
    """The lookup finds the original yes, and the sale is saved."""
    gateway = AdvisedScriptedGateway([TIME_OUT, TIME_OUT, approved()])
    async with open_till(gateway) as till:
        done = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        assert done.state is S.FINAL
        assert done.attempts == 3
        (composed,) = gateway.composed
        assert composed[2] is not None
        assert composed[2].reveal() == '{"status":"confirmed"}'


async def test_a_status_inquiry_may_find_the_original_no() -> None:
    """Then nothing was taken, and nothing is owed."""
    gateway = AdvisedScriptedGateway([TIME_OUT, USED])
    async with open_till(gateway) as till:
        done = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        assert done.state is S.DECLINED
        assert await till.journal.owed_advices() == ()


async def test_a_lookup_that_finds_nothing_is_no_decline() -> None:
    """The request may still be on its way."""
    not_sent = Declined(reason=DeclineReason.NOT_SENT)
    gateway = AdvisedScriptedGateway([TIME_OUT], otherwise=not_sent)
    async with open_till(gateway) as till:
        done = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        assert done.state is S.REVERSING


async def test_a_duplicate_record_on_a_first_send_is_reversed() -> None:
    """A network that delivers twice makes one; a new id would redeem twice (N10)."""
    duplicate = Unknown(cause=UnknownCause.CONFLICT, http_status=400)
    gateway = AdvisedScriptedGateway(otherwise=duplicate)
    async with open_till(gateway) as till:
        done = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        assert done.state is S.REVERSING
        assert (await advice_of(till))[1] is ReversalReason.RESPONSE_NOT_FINAL


async def test_when_the_counter_has_left_nobody_waits_for_a_lookup() -> None:
    """An exchange that outlasts the counter goes on, and its end decides alone."""
    gateway = AdvisedScriptedGateway(otherwise=TIME_OUT)
    clock = SteppedClock()
    async with open_till(gateway, clock=clock) as till:
        gateway.gate = asyncio.Event()
        asking = till.owner.spawn(
            till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER)), "redeem", is_awaited=True
        )
        await clock.advance(COUNTER_LIMIT_S)
        assert (await asking).state is S.INFLIGHT
        gateway.gate.set()
        await clock.settle()
        (found,) = await till.journal.history(10)
        assert found.state is S.REVERSING
        assert len(gateway.asks) == 1


async def test_a_late_yes_is_taken_while_nothing_is_reversed() -> None:
    """The counter left, the sale is still open, and the answer came in time."""
    gateway = AdvisedScriptedGateway(otherwise=approved())
    clock = SteppedClock()
    async with open_till(gateway, clock=clock) as till:
        gateway.gate = asyncio.Event()
        asking = till.owner.spawn(
            till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER)), "redeem", is_awaited=True
        )
        await clock.advance(COUNTER_LIMIT_S)
        await asking
        gateway.gate.set()
        await clock.settle()
        (found,) = await till.journal.history(10)
        assert found.state is S.FINAL


async def test_the_counter_leaves_what_must_wait_longer_than_it_does() -> None:
    """A wish to wait for a quarter of an hour is not waited for: it is reversed."""
    busy = Unknown(cause=UnknownCause.RATE_LIMITED, retry_after_s=900)
    gateway = AdvisedScriptedGateway(otherwise=busy)
    async with open_till(gateway) as till:
        done = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        assert done.state is S.REVERSING
        assert len(gateway.asks) == 1


async def test_the_resolver_reverses_what_the_counter_lost() -> None:
    """Nothing that may have left is ever sent again, nor left in doubt for ever."""
    gateway = AdvisedScriptedGateway(otherwise=TIME_OUT)
    async with open_till(gateway) as till:
        written = await till.redeemer.prepare(intent(voucher_type=ADVISED_VOUCHER))
        asked = await till.redeemer.ask(written.id, Pace.COUNTER)
        assert asked.state is S.INFLIGHT
        till.redeemer._in_hand.clear()
        asked = await till.redeemer.ask(written.id)
        assert asked.state is S.REVERSING
        assert await till.resolver.resolve_due(is_everything_due=True) is None
        assert len(gateway.asks) == 1


async def test_an_approval_found_by_an_ask_is_closed() -> None:
    """Whoever asks about an approval that nobody closed closes it."""
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:

        def stop(rows: Sequence[Row]) -> None:
            if any(isinstance(one, row.SaleClosed) for one in rows):
                raise Crash

        till.journal.before_commit = stop
        with pytest.raises(Crash):
            await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        till.journal.before_commit = lambda _: None
        (found,) = await till.journal.history(10)
        assert (await till.redeemer.ask(found.id)).state is S.FINAL


async def test_nothing_new_starts_where_far_too_much_is_owed() -> None:
    """Three days without an acknowledgement: the line, or the provider, is not well."""
    gateway = AdvisedScriptedGateway(otherwise=TIME_OUT)
    clock = SteppedClock(is_automatic=True)
    async with open_till(gateway, clock=clock) as till:
        await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        clock.shift_wall(timedelta(seconds=RED_AGE_S + 60))
        with pytest.raises(TooMuchOwedError):
            await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER, pin=OTHER_PIN))


async def test_the_kind_of_a_type_is_kept_with_the_redemption() -> None:
    """What was told when it was prepared counts, whatever the catalogue says later."""
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:
        done = await till.redeemer.redeem(intent(voucher_type=SWALLOWED_VOUCHER))
        assert (done.has_confirmation, done.is_advice_effective) == (True, False)


# -------------------------------------------------------------------------------------- recovery


async def crash_before(till: Till, state: RedemptionState) -> None:
    """Let the power fail just before a redemption becomes this."""

    def check(rows: Sequence[Row]) -> None:
        for one in rows:
            if isinstance(one, row.RedemptionChanged) and one.after.state is state:
                raise Crash

    till.journal.before_commit = check
    with pytest.raises(Crash):
        await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))


async def recovered(
    journal: WatchedJournal, gateway: ScriptedGateway, clock: SteppedClock
) -> AdviceComposer:
    """Start after a crash, over the same journal."""
    gateways = {gateway.upstream: gateway}
    composer = AdviceComposer(journal=journal, gateways=gateways, chance=SeededChance(7))
    await recover(journal, clock, composer)
    return composer


@pytest.mark.parametrize(
    ("crash", "state", "reason"),
    [
        (S.INFLIGHT, S.ABANDONED, None),
        (S.APPROVED, S.REVERSING, ReversalReason.TIMEOUT),
        (S.FINAL, S.REVERSING, ReversalReason.CANCELLED),
    ],
)
async def test_each_redemption_is_brought_to_where_only_its_advice_is_owed(
    crash: RedemptionState, state: RedemptionState, reason: ReversalReason | None
) -> None:
    """The protocol's table for advised upstreams, line by line; twice is as once (I20)."""
    gateway = AdvisedScriptedGateway([approved()])
    clock = SteppedClock(is_automatic=True)
    async with open_till(gateway, clock=clock) as till:
        await crash_before(till, crash)
    clock.reboot(off=timedelta(minutes=1))
    journal = till.journal.reopened()
    for _ in range(2):
        await recovered(journal, gateway, clock)
        (found,) = await journal.history(10)
        assert found.state is state
        advice = await journal.advice(found.id)
        assert (None if advice is None else advice.reason) == reason
    async with open_till(gateway, journal=journal, clock=clock) as till:
        await till.forwarder.forward_due()
        assert await journal.open_redemptions() == ()
    assert len(gateway.asks) == (0 if crash is S.INFLIGHT else 1)


async def test_an_interrupted_advice_is_ended_and_goes_again() -> None:
    """The same bytes, however often the till is killed while it sends them (P1)."""
    gateway = AdvisedScriptedGateway([approved()])
    clock = SteppedClock(is_automatic=True)
    async with open_till(gateway, clock=clock) as till:
        done = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))

        def stop(rows: Sequence[Row]) -> None:
            if any(isinstance(one, row.AdviceAttemptEnded) for one in rows):
                raise Crash

        till.journal.before_commit = stop
        with pytest.raises(Crash):
            await till.forwarder.forward_due()
    journal = till.journal.reopened()
    for _ in range(2):
        await recovered(journal, gateway, clock)
    async with open_till(gateway, journal=journal, clock=clock) as till:
        await till.forwarder.forward_due()
        advice = await journal.advice(done.id)
        assert advice is not None
        assert (advice.state, advice.attempts) == (AdviceState.ACKNOWLEDGED, 2)
    assert len({(one.advice.id, one.body) for one in gateway.told}) == 1
    assert len(gateway.told) == 2


async def test_a_reversal_is_counted_anew_after_each_boot_and_is_no_news() -> None:
    """Nobody at the counter has to see to it, so recovery does not tell of it (H9)."""
    gateway = AdvisedScriptedGateway([approved()])
    clock = SteppedClock(is_automatic=True)
    async with open_till(gateway, clock=clock) as till:
        await crash_before(till, S.FINAL)
    journal = till.journal.reopened()
    composer = await recovered(journal, gateway, clock)
    clock.reboot(timedelta(days=-1))
    again = await recover(journal, clock, composer)
    (found,) = again.open
    assert (found.state, found.last_ended) == (S.REVERSING, clock.now())
    assert again.changed == ()
    assert await recover(journal, clock, composer) == again


@pytest.mark.parametrize("gateway", [None, ScriptedGateway(upstream="electrum")])
async def test_what_cannot_be_composed_stays_open(gateway: ScriptedGateway | None) -> None:
    """An upstream that left the settings keeps its debts until it is back."""
    first = AdvisedScriptedGateway([approved()])
    clock = SteppedClock(is_automatic=True)
    async with open_till(first, clock=clock) as till:
        await crash_before(till, S.FINAL)
    journal = till.journal.reopened()
    if gateway is None:
        await recover(journal, clock)
    else:
        await recovered(journal, gateway, clock)
    (found,) = await journal.open_redemptions()
    assert found.state is S.APPROVED
    async with open_till(ScriptedGateway(), journal=journal, clock=clock) as other:
        assert await other.resolver.resolve_due() is None
        assert await other.redeemer.ask(found.id) == found
    await recovered(journal, first, clock)
    assert [one.state for one in await journal.open_redemptions()] == [S.REVERSING]


@pytest.mark.fault("P6")
async def test_an_end_that_could_not_be_written_is_not_waited_for() -> None:
    """P6: what nobody asks about any more is reversed, and asked about no more than once."""
    async with open_till(Forgetful(otherwise=TIME_OUT)) as till:
        written = await till.redeemer.prepare(intent(voucher_type=ADVISED_VOUCHER))
        with pytest.raises(MemoryError):
            await till.redeemer.see_through(written.id)
        left = await till.stored(written)
        assert (left.state, left.is_being_asked) == (S.INFLIGHT, True)
        assert await till.resolver.resolve_due() is None
        assert await advice_of(till) == (
            AdviceKind.REVERSAL,
            ReversalReason.TIMEOUT,
            AdviceState.OWED,
        )


@pytest.mark.fault("P6")
async def test_an_end_that_could_not_be_written_is_asked_about_again() -> None:
    """P6: with a key the same request goes again, without a start in between."""
    gateway = ScriptedGateway([TIME_OUT, approved()])
    async with open_till(gateway) as till:
        written = await till.redeemer.prepare(intent())

        def forget(rows: Sequence[Row]) -> None:
            if any(isinstance(one, row.AttemptEnded) for one in rows):
                till.journal.before_commit = lambda _: None
                raise MemoryError

        till.journal.before_commit = forget
        with pytest.raises(MemoryError):
            await till.redeemer.see_through(written.id)
        assert await till.resolver.resolve_due() == 0
        assert await till.resolver.resolve_due() is None
        assert (await till.stored(written)).state is S.FINAL


class Uncounted(WatchedJournal):
    """Says how often the owed advices were read whole."""

    read_whole = 0

    @override
    async def owed_advices(self, upstream: str | None = None) -> tuple[Advice, ...]:
        """Return the advices that are still to be sent."""
        self.read_whole += 1
        return await super().owed_advices(upstream)


async def test_a_redemption_reads_nothing_of_what_is_owed() -> None:
    """However many confirmations wait: they are counted, and none of them is proven."""
    gateway = AdvisedScriptedGateway(otherwise=approved())
    async with open_till(gateway, journal=Uncounted()) as till:
        await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        done = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER, pin=OTHER_PIN))
        assert done.state is S.FINAL
        assert (await till.forwarder.standings())[0].backlog.count == 2
        assert isinstance(till.journal, Uncounted)
        assert till.journal.read_whole == 0
