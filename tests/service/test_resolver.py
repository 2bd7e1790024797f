"""What is in doubt is asked about in the background until it is decided."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from typing_extensions import override

from counterfoil.domain.failures import (
    JournalFullError,
    JournalUnavailableError,
    VoucherInUseError,
)
from counterfoil.domain.pacing import COUNTER_ATTEMPTS_MAX, Pace
from counterfoil.domain.redemption import AttemptKind, AttentionCause, Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import FollowUp, Unknown, UnknownCause, Verdict
from counterfoil.service.redeem import Redeemer
from counterfoil.service.resolver import AT_ONCE_MAX, IDLE_S, START_SPREAD_S
from support.canary import CANARY_PIN
from support.clocks import SteppedClock
from support.gateways import Ask, ScriptedGateway
from support.till import ONE_VOUCHER, TIME_OUT, Till, WatchedJournal, approved, intent, open_till

S = RedemptionState
HOUR_S = 3600.0


class TimedGateway(ScriptedGateway):
    """Notes when each attempt began, and how many ran at once; each takes a while."""

    def __init__(self, clock: SteppedClock, otherwise: Verdict, *, takes_s: float = 0.0) -> None:
        super().__init__(otherwise=otherwise)
        self.began_s: list[float] = []
        self.running: list[str] = []
        self.most_at_once = 0
        self._clock = clock
        self._takes_s = takes_s

    @override
    async def ask(self, redemption: Redemption, kind: AttemptKind, request: Secret) -> Verdict:
        """Note the time, wait, and answer."""
        assert redemption.id not in self.running, "one attempt of a redemption at a time"
        self.began_s.append(self._clock.now().monotonic_s)
        self.running.append(redemption.id)
        self.most_at_once = max(self.most_at_once, len(self.running))
        try:
            await self._clock.sleep(self._takes_s)
            return await super().ask(redemption, kind, request)
        finally:
            self.running.remove(redemption.id)


def pin(number: int) -> str:
    """Return a made-up PIN."""
    return f"{number:016d}"


async def leave_in_doubt(till: Till, pins: Iterable[str]) -> list[Redemption]:
    """Send each voucher once, without a decision."""
    found = []
    for one in pins:
        written = await till.redeemer.prepare(intent(pin=one))
        found.append(await till.redeemer.see_through(written.id))
    return found


def ignore(error: Exception) -> None:
    """Hear of a failed pass that the test expects."""


async def run_for(till: Till, seconds: float, on_failure: Callable[[Exception], None]) -> None:
    """Run the resolver for this much virtual time."""
    running = till.owner.spawn(till.resolver.run(on_failure), "resolver", is_awaited=True)
    timer = till.owner.spawn(till.clock.sleep(seconds), "test")
    await asyncio.wait({running, timer}, return_when=asyncio.FIRST_COMPLETED)
    timer.cancel()
    if not running.done():
        running.cancel()
    with suppress(asyncio.CancelledError):
        await running


# -------------------------------------------------------------------------------------- when


async def test_nothing_open_means_nothing_to_wait_for() -> None:
    """The resolver of an idle till has no next time."""
    async with open_till(ScriptedGateway()) as till:
        assert await till.resolver.resolve_due() is None


async def test_what_is_not_due_yet_is_left_and_its_time_is_told() -> None:
    """Until then nothing is sent; at its time it is."""
    gateway = ScriptedGateway(
        [*[TIME_OUT] * 4, Unknown(cause=UnknownCause.RATE_LIMITED, retry_after_s=60)],
        otherwise=approved(),
    )
    async with open_till(gateway) as till:
        (found,) = await leave_in_doubt(till, [CANARY_PIN])
        wait_s = await till.resolver.resolve_due()
        assert wait_s is not None
        assert 59 < wait_s < 66
        assert len(gateway.asks) == COUNTER_ATTEMPTS_MAX
        await till.clock.sleep(wait_s)
        assert await till.resolver.resolve_due() is None
        assert (await till.stored(found)).state is S.FINAL


async def test_everything_can_be_asked_at_once_when_a_person_wants_it() -> None:
    """The stored times are not waited for; the rate is."""
    busy = Unknown(cause=UnknownCause.RATE_LIMITED, retry_after_s=900)
    gateway = ScriptedGateway([busy] * 2, otherwise=approved())
    async with open_till(gateway) as till:
        await leave_in_doubt(till, [pin(1), pin(2)])
        assert await till.resolver.resolve_due(is_everything_due=True) is None
        assert {one.state for one in await till.journal.history(10)} == {S.FINAL}


async def test_a_prepared_row_that_nobody_holds_is_given_up() -> None:
    """Its caller vanished before anything was sent."""
    gateway = ScriptedGateway()
    async with open_till(gateway) as till:
        written = await till.redeemer.prepare(intent())
    async with open_till(gateway, journal=till.journal) as till:
        assert await till.resolver.resolve_due() is None
        assert (await till.stored(written)).state is S.ABANDONED
    assert gateway.asks == []


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
async def test_the_resolver_never_takes_what_the_counter_has_just_written(turns: int) -> None:
    """However slow the journal is, a pass between the writing and the sending leaves it alone."""
    gateway = ScriptedGateway(otherwise=approved())
    async with open_till(gateway, journal=WatchedJournal(turns=turns)) as till:

        async def pass_after_pass() -> None:
            while True:
                await till.resolver.resolve_due()
                await asyncio.sleep(0)

        passes = till.owner.spawn(pass_after_pass(), "passes")
        for number in range(10):
            assert (await till.redeemer.redeem(intent(pin=pin(number)))).state is S.FINAL
        passes.cancel()
        assert till.failures == []


async def test_what_the_counter_took_during_a_pass_is_left_to_it() -> None:
    """A pass that waited for the rate looks again before it gives a row up."""
    clock = SteppedClock(is_automatic=True)
    gateway = TimedGateway(clock, TIME_OUT, takes_s=10)
    async with open_till(gateway, clock=clock) as till:
        await leave_in_doubt(till, [pin(number) for number in range(AT_ONCE_MAX)])
        written = await till.redeemer.prepare(intent())
        till.redeemer._in_hand.clear()
        passing = till.owner.spawn(till.resolver.resolve_due(is_everything_due=True), "pass")
        await clock.sleep(5)
        cashier = till.owner.spawn(till.redeemer.see_through(written.id), "cashier")
        await asyncio.wait({passing, cashier})
        assert till.failures == []
        assert (await till.stored(written)).state is S.INFLIGHT


# --------------------------------------------------------------------------------------- the loop


async def test_tills_that_start_together_do_not_ask_together() -> None:
    """The first pass comes after a random part of half a minute."""
    clock = SteppedClock(is_automatic=True)
    async with open_till(ScriptedGateway(), clock=clock) as till:
        await run_for(till, START_SPREAD_S, ignore)
    assert 0 < min(clock.slept) < START_SPREAD_S


@pytest.mark.many_runs
async def test_a_redemption_in_doubt_for_hours_is_decided_by_replay() -> None:
    """An outage of a night runs in a moment, within the rate and with growing pauses."""
    clock = SteppedClock(is_automatic=True)

    def after_the_night(ask: Ask) -> Verdict:
        first = ask.redemption.first_sent
        assert first is not None
        is_morning = clock.now().wall - first.wall > timedelta(hours=9)
        return approved() if is_morning else TIME_OUT

    gateway = ScriptedGateway(otherwise=after_the_night)
    async with open_till(gateway, clock=clock) as till:
        (found,) = await leave_in_doubt(till, [CANARY_PIN])
        await run_for(till, 12 * HOUR_S, ignore)
        found = await till.stored(found)
    assert found.state is S.FINAL
    assert 60 < found.attempts < 1000
    assert len({(ask.request, ask.redemption.idempotency_key) for ask in gateway.asks}) == 1


@pytest.mark.many_runs
async def test_a_day_of_silence_ends_with_a_person_and_no_late_resend() -> None:
    """Nothing is sent after 23 hours, and nothing runs hot."""
    clock = SteppedClock(is_automatic=True)
    gateway = TimedGateway(clock, TIME_OUT)
    async with open_till(gateway, clock=clock) as till:
        (found,) = await leave_in_doubt(till, [CANARY_PIN])
        await run_for(till, 26 * HOUR_S, ignore)
        found = await till.stored(found)
    assert (found.state, found.attention) == (S.ATTENTION, AttentionCause.WINDOW_PASSED)
    assert gateway.began_s[-1] - gateway.began_s[0] < 23 * HOUR_S
    assert len(gateway.began_s) < 1000


@pytest.mark.fault("H9")
async def test_a_clock_set_back_a_month_does_not_silence_the_till() -> None:
    """A person is called within a minute, and no sleep is longer than that."""
    clock = SteppedClock(is_automatic=True)
    async with open_till(ScriptedGateway(otherwise=TIME_OUT), clock=clock) as till:
        (found,) = await leave_in_doubt(till, [CANARY_PIN])
        clock.shift_wall(timedelta(days=-30))
        clock.slept.clear()
        await run_for(till, START_SPREAD_S + 2 * IDLE_S, ignore)
        assert (await till.stored(found)).attention is AttentionCause.WINDOW_PASSED
    clock.slept.remove(START_SPREAD_S + 2 * IDLE_S)  # the test's own
    assert max(clock.slept) <= IDLE_S


async def test_a_nudge_wakes_the_resolver() -> None:
    """What was just handed to the background need not wait for the next minute."""
    clock = SteppedClock()
    gateway = ScriptedGateway([approved()])
    async with open_till(gateway, clock=clock) as till:
        running = till.owner.spawn(till.resolver.run(ignore), "resolver")
        await clock.advance(START_SPREAD_S)
        written = await till.redeemer.prepare(intent())
        till.redeemer._in_hand.clear()
        till.resolver.nudge()
        await clock.settle()
        assert (await till.stored(written)).state is S.ABANDONED
        running.cancel()


async def test_a_nudge_in_the_middle_of_a_pass_is_not_lost() -> None:
    """Another pass follows at once, because the first may have looked too early."""
    clock = SteppedClock()
    async with open_till(ScriptedGateway(), clock=clock) as till:
        looked: list[float] = []
        plain = till.journal.open_redemptions

        async def look() -> tuple[Redemption, ...]:
            looked.append(clock.now().monotonic_s)
            if len(looked) == 2:
                till.resolver.nudge()
            return await plain()

        till.journal.open_redemptions = look  # type: ignore[method-assign]  # the moment of the race
        running = till.owner.spawn(till.resolver.run(ignore), "resolver")
        await clock.advance(START_SPREAD_S)
        passes = len(looked) // 2
        await clock.advance(IDLE_S / 2)
        # Two for the upstream, and the one for what left the settings.
        assert passes == 3
        assert len(looked) // 2 == 3
        running.cancel()


async def test_an_upstream_that_hangs_holds_up_no_other() -> None:
    """The sale of one provider is decided while another provider never answers."""
    hanging = ScriptedGateway(otherwise=TIME_OUT, upstream="other")
    answering = ScriptedGateway([TIME_OUT] * COUNTER_ATTEMPTS_MAX, otherwise=approved())
    async with open_till(answering, beside=(hanging,)) as till:
        elsewhere = replace(ONE_VOUCHER, upstream="other")
        stuck = await till.redeemer.prepare(intent(pin=pin(1), voucher_type=elsewhere))
        await till.redeemer.see_through(stuck.id)
        hanging.gate = asyncio.Event()
        hanging.started.clear()
        running = till.owner.spawn(till.resolver.run(ignore), "resolver")
        await hanging.started.wait()
        (found,) = await leave_in_doubt(till, [pin(2)])
        till.resolver.nudge()
        await till.clock.sleep(2 * IDLE_S)
        assert (await till.stored(stuck)).state is S.INFLIGHT
        assert (await till.stored(found)).state is S.FINAL
        running.cancel()
        hanging.gate.set()


# --------------------------------------------------------------------------------------- the rate


@pytest.mark.parametrize("takes_s", [0.0, 0.3, 7.0])
async def test_the_agreed_rate_is_never_exceeded(takes_s: float) -> None:
    """Five at once and then one a second, however many are in doubt (I24)."""
    clock = SteppedClock(is_automatic=True)
    gateway = TimedGateway(clock, TIME_OUT, takes_s=takes_s)
    async with open_till(gateway, clock=clock) as till:
        await leave_in_doubt(till, [pin(number) for number in range(12)])
        gateway.began_s.clear()
        gateway.most_at_once = 0
        for _ in range(4):
            await till.resolver.resolve_due(is_everything_due=True)
    assert len(gateway.began_s) == 48
    for first, begun_s in enumerate(gateway.began_s):
        for later, ended_s in enumerate(gateway.began_s[first:], start=1):
            assert later <= 5 + (ended_s - begun_s) + 1e-3
    assert gateway.most_at_once <= AT_ONCE_MAX


async def test_several_redemptions_are_asked_about_at_once() -> None:
    """One slow answer does not hold up the others."""
    clock = SteppedClock(is_automatic=True)
    gateway = TimedGateway(clock, TIME_OUT, takes_s=60)
    async with open_till(gateway, clock=clock) as till:
        await leave_in_doubt(till, [pin(number) for number in range(3)])
        gateway.most_at_once = 0
        await till.resolver.resolve_due(is_everything_due=True)
    assert gateway.most_at_once == 3


# ------------------------------------------------------------------------------------- what fails


async def test_a_failed_pass_is_told_and_another_follows() -> None:
    """One row that cannot be read must not end the asking about all others."""
    clock = SteppedClock(is_automatic=True)
    told: list[Exception] = []
    gateway = ScriptedGateway(otherwise=TIME_OUT)
    async with open_till(gateway, clock=clock) as till:
        await leave_in_doubt(till, [CANARY_PIN])
        plain = till.journal.open_redemptions

        async def fail_once() -> tuple[Redemption, ...]:
            if not told:
                raise ValueError("unreadable")
            return await plain()

        till.journal.open_redemptions = fail_once  # type: ignore[method-assign]  # the failure itself
        asked = len(gateway.asks)
        await run_for(till, 300, told.append)
        assert [str(error) for error in told] == ["unreadable"]
        assert len(gateway.asks) > asked


async def test_one_redemption_that_always_fails_does_not_starve_the_others() -> None:
    """Each is asked about in each pass; the failure is raised when all have been."""
    gateway = ScriptedGateway(otherwise=TIME_OUT)

    class Stumbling(Redeemer):
        """Fails for the oldest redemption."""

        oldest = ""

        @override
        async def _ask(self, redemption_id: str, pace: Pace) -> Redemption:
            if redemption_id == self.oldest:
                raise ValueError("a row that cannot be read")
            return await super()._ask(redemption_id, pace)

    async with open_till(gateway, redeemer_class=Stumbling) as till:
        found = await leave_in_doubt(till, [pin(number) for number in range(AT_ONCE_MAX + 2)])
        Stumbling.oldest = found[0].id
        gateway.otherwise = approved()
        with pytest.raises(ValueError, match="cannot be read"):
            await till.resolver.resolve_due(is_everything_due=True)
        states = [(await till.stored(one)).state for one in found]
    assert states == [S.INFLIGHT, *[S.FINAL] * (AT_ONCE_MAX + 1)]


async def test_a_journal_that_is_gone_ends_the_resolver() -> None:
    """Nothing may be asked that cannot be written."""
    clock = SteppedClock(is_automatic=True)
    gateway = ScriptedGateway(otherwise=TIME_OUT)
    told: list[Exception] = []
    async with open_till(gateway, clock=clock) as till:
        await leave_in_doubt(till, [pin(number) for number in range(AT_ONCE_MAX + 2)])
        asked = len(gateway.asks)

        def full(rows: object) -> None:
            raise JournalFullError("the disk is full")

        till.journal.before_commit = full
        with pytest.raises(JournalUnavailableError):
            await run_for(till, 600, told.append)
    assert told == []
    assert len(gateway.asks) == asked


@pytest.mark.many_runs
async def test_pauses_between_attempts_grow() -> None:
    """The ceiling doubles to a minute, then to five: a dead line is not hammered."""
    clock = SteppedClock(is_automatic=True)
    gateway = TimedGateway(clock, TIME_OUT)
    async with open_till(gateway, clock=clock) as till:
        await leave_in_doubt(till, [CANARY_PIN])
        await run_for(till, 6 * HOUR_S, ignore)
    gaps = [b - a for a, b in pairwise(gateway.began_s)]
    assert max(gaps[:10]) < 62
    assert max(gaps) < 302
    assert max(gaps) > 120


@pytest.mark.fault("H5")
async def test_what_needs_a_supervisor_waits_for_one() -> None:
    """Nobody comes for a day: it is neither settled nor asked again, and the counter sells on."""
    gateway = ScriptedGateway(
        [Unknown(cause=UnknownCause.MISMATCH, follow_up=FollowUp.PERSON)], otherwise=approved()
    )
    async with open_till(gateway) as till:
        (found,) = await leave_in_doubt(till, [pin(1)])
        assert (await till.stored(found)).state is S.ATTENTION
        await run_for(till, 24 * HOUR_S, ignore)
        assert await till.stored(found) == found
        assert len(gateway.asks) == 1
        with pytest.raises(VoucherInUseError):
            await till.redeemer.prepare(intent(pin=pin(1)))
        assert (await till.redeemer.redeem(intent(pin=pin(2)))).state is S.FINAL


@pytest.mark.fault("D5")
async def test_an_altered_record_holds_up_nothing_but_its_own_redemption() -> None:
    """Those after it in the same pass are asked about; it is left to a supervisor."""
    gateway = ScriptedGateway(otherwise=TIME_OUT)
    async with open_till(gateway) as till:
        altered, *others = await leave_in_doubt(till, map(pin, range(AT_ONCE_MAX + 2)))
        till.journal.alter("UPDATE sale SET due_cents = 1 WHERE id = ?", altered.sale_id)
        gateway.otherwise = approved()
        await till.resolver.resolve_due(is_everything_due=True)
        assert await till.resolver.resolve_due(is_everything_due=True) is None
        for one in others:
            assert (await till.journal.redemption(one.id) or one).state is S.FINAL
        assert (await till.journal.redemption(altered.id) or altered).state is S.APPROVED
