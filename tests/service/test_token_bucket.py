"""The agreed rate: one bucket for each upstream, whoever asks there."""

import asyncio

import pytest

from counterfoil.domain.pacing import Pace
from counterfoil.domain.states import RedemptionState
from counterfoil.service.token_bucket import TOKENS_MAX, TokenBucket, TokenBuckets
from support.advised import ADVISED_VOUCHER, AdvisedScriptedGateway
from support.clocks import SteppedClock
from support.gateways import ScriptedGateway
from support.till import TIME_OUT, intent, open_till


async def test_a_rate_that_adds_up_to_almost_one_is_one() -> None:
    """Seconds added up are never quite whole, and the last wait could be for ever."""
    clock = SteppedClock(is_automatic=True)
    bucket = TokenBucket(clock)
    bucket._tokens = 1 - 1e-14
    await asyncio.wait_for(bucket.take(), 5)
    assert clock.slept == []
    await bucket.take()
    assert clock.slept == [pytest.approx(1)]


async def test_all_who_ask_one_upstream_share_its_bucket() -> None:
    """Two who are in a hurry together send no more than one may (I24)."""
    clock = SteppedClock(is_automatic=True)
    buckets = TokenBuckets(clock)
    taken_at_s: list[float] = []

    async def hurry() -> None:
        for _ in range(10):
            await buckets.take("electrum")
            taken_at_s.append(clock.now().monotonic_s)

    await asyncio.gather(hurry(), hurry())
    assert len(taken_at_s) == 20
    assert taken_at_s[-1] - taken_at_s[0] >= 20 - TOKENS_MAX - 1e-3


async def test_one_upstream_does_not_use_up_the_rate_of_another() -> None:
    """What is in doubt at one does not hold up what is owed to the other."""
    clock = SteppedClock(is_automatic=True)
    buckets = TokenBuckets(clock)
    for _ in range(int(TOKENS_MAX) + 1):
        await buckets.take("moment")
    assert len(clock.slept) == 1
    await buckets.take("electrum")
    assert len(clock.slept) == 1


async def test_what_is_in_doubt_and_what_is_owed_take_from_the_same_buckets() -> None:
    """The till puts the resolver and the forwarder together over one set of them."""
    async with open_till(ScriptedGateway()) as till:
        assert till.resolver._tokens is till.forwarder._tokens


async def test_what_is_only_reversed_takes_no_token_of_those_who_ask() -> None:
    """Where advices exist nothing is asked in the background, so the rate is left to them."""
    gateway = AdvisedScriptedGateway([TIME_OUT])
    async with open_till(gateway) as till:
        prepared = await till.redeemer.prepare(intent(voucher_type=ADVISED_VOUCHER))
        await till.redeemer.ask(prepared.id, Pace.COUNTER)
        till.redeemer._in_hand.clear()
        await till.resolver.resolve_due(is_everything_due=True)
        assert (await till.stored(prepared)).state is RedemptionState.REVERSING
        assert len(gateway.asks) == 1
        assert till.resolver._tokens._buckets == {}
