"""What is owed is delivered: in order, at the agreed rate, and without an end."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from typing_extensions import override

from counterfoil.domain import rows as row
from counterfoil.domain.advice import (
    Acknowledged,
    Advice,
    AdviceKind,
    AdviceState,
    AdviceVerdict,
    Contradicted,
    NotAllowed,
    NotKnownThere,
    NotWaiting,
    Repeat,
    ReversalReason,
    Unreadable,
)
from counterfoil.domain.failures import (
    JournalFullError,
    JournalUnavailableError,
)
from counterfoil.domain.forwarding import BacklogLevel
from counterfoil.domain.money import Exact
from counterfoil.domain.redemption import AttentionCause, Redemption
from counterfoil.domain.rows import Row
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import FollowUp, Unknown, UnknownCause
from counterfoil.service.forwarder import AT_ONCE_MAX, FIRST_CHANCE_S, _Pass, _Sent, _Urgency
from counterfoil.service.rounds import IDLE_S, START_SPREAD_S
from counterfoil.service.voiding import Voided
from support.advised import ADVISED_VOUCHER, AdvisedScriptedGateway, Told, owed
from support.clocks import SteppedClock
from support.gateways import ScriptedGateway, ScriptedVerdict
from support.till import TIME_OUT, USED, Till, WatchedJournal, approved, intent, open_till

S = RedemptionState
DEAD = Repeat(UnknownCause.NO_CONNECTION)
DAY_S = 24 * 3600.0
ACK = Acknowledged(202)
OTHER_PIN = "2000200020002000"


def pins() -> Iterator[str]:
    """Return made-up PINs without an end."""
    return (f"{number:016d}" for number in count(1))


async def redeem(till: Till, number: int = 1) -> list[Redemption]:
    """Redeem so many vouchers, each for a sale of its own."""
    numbers = pins()
    return [
        await till.redeemer.redeem(intent(pin=next(numbers), voucher_type=ADVISED_VOUCHER))
        for _ in range(number)
    ]


async def states(till: Till) -> list[AdviceState]:
    """Return the states of all advices, oldest first."""
    found = reversed(await till.journal.history(10_000))
    advices = [await till.journal.advice(one.id) for one in found]
    return [one.state for one in advices if one is not None]


async def run_for(till: Till, seconds: float, on_failure: Callable[[Exception], None]) -> None:
    """Run the forwarder for this much virtual time."""
    running = till.owner.spawn(till.forwarder.run(on_failure), "forwarder", is_awaited=True)
    timer = till.owner.spawn(till.clock.sleep(seconds), "test")
    await asyncio.wait({running, timer}, return_when=asyncio.FIRST_COMPLETED)
    timer.cancel()
    if not running.done():
        running.cancel()
    with suppress(asyncio.CancelledError):
        await running


class SlowForOne(AdvisedScriptedGateway):
    """Answers the first advice only when it is let, and counts how many are under way."""

    def __init__(self, *, otherwise: ScriptedVerdict) -> None:
        super().__init__(otherwise=otherwise)
        self.answers = asyncio.Event()
        self.under_way = self.most_at_once = 0

    @override
    async def advise(self, advice: Advice, body: Secret) -> AdviceVerdict:
        """Acknowledge it, the first one late."""
        is_first = not self.told
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            verdict = await super().advise(advice, body)
            if is_first:
                _ = await self.answers.wait()
        finally:
            self.under_way -= 1
        return verdict


def unexpected(error: Exception) -> None:
    """Fail on any failed pass."""
    raise AssertionError from error


# ----------------------------------------------------------------------------------------- order


async def test_what_is_owed_is_delivered_in_the_order_of_birth() -> None:
    """Oldest first; each is counted before it leaves, and none overtakes its request."""
    gateway = AdvisedScriptedGateway(otherwise=approved())
    async with open_till(gateway) as till:
        gateway.journal = till.journal
        written = await redeem(till, 9)
        assert await till.forwarder.forward_due() is None
        assert [one.advice.redemption_id for one in gateway.told] == [one.id for one in written]
        assert set(await states(till)) == {AdviceState.ACKNOWLEDGED}


async def test_several_are_under_way_at_once_but_one_for_each_voucher() -> None:
    """A second redemption of a voucher waits until the first is settled there."""
    gateway = AdvisedScriptedGateway(otherwise=approved(300))
    async with open_till(gateway) as till:
        for pin in ("0000000000000001",) * 2 + tuple(f"000000000000000{n}" for n in range(2, 7)):
            wanted = intent(Exact(300), pin=pin, voucher_type=ADVISED_VOUCHER)
            await till.redeemer.redeem(wanted)
        gateway.gate = asyncio.Event()
        passing = till.owner.spawn(till.forwarder.forward_due(), "pass", is_awaited=True)
        await till.clock.settle()
        vouchers = [one.advice.fingerprint for one in gateway.told]
        assert len(set(vouchers)) == len(vouchers) == AT_ONCE_MAX
        gateway.gate.set()
        await passing
        assert len(gateway.told) == 7


async def test_a_slow_answer_keeps_one_place_and_holds_up_nothing_else() -> None:
    """Who has an answer makes room at once; nobody waits for the slowest of four."""
    gateway = SlowForOne(otherwise=approved())
    async with open_till(gateway) as till:
        await redeem(till, 3 * AT_ONCE_MAX)
        passing = till.owner.spawn(till.forwarder.forward_due(), "pass", is_awaited=True)
        await till.clock.sleep(60)
        assert len(gateway.told) == 3 * AT_ONCE_MAX
        assert gateway.most_at_once <= AT_ONCE_MAX
        owed, acknowledged = AdviceState.OWED, AdviceState.ACKNOWLEDGED
        assert await states(till) == [owed, *[acknowledged] * (3 * AT_ONCE_MAX - 1)]
        gateway.answers.set()
        await passing
        assert set(await states(till)) == {acknowledged}


async def test_a_line_that_dies_in_a_pass_gets_no_more_than_its_places() -> None:
    """What was sent since the last answer fills them; then it is left alone (N24)."""
    gateway = AdvisedScriptedGateway(otherwise=approved(), advices=[ACK] * 6, acknowledge=DEAD)
    async with open_till(gateway) as till:
        await redeem(till, 6 * AT_ONCE_MAX)
        assert await till.forwarder.forward_due()
        assert 6 + AT_ONCE_MAX <= len(gateway.told) < 6 + 2 * AT_ONCE_MAX


async def test_a_voucher_keeps_its_order_even_while_its_first_advice_waits() -> None:
    """Confirmations of one voucher are told in the order of its redemptions."""
    gateway = AdvisedScriptedGateway(otherwise=approved(300), advices=[DEAD])
    async with open_till(gateway) as till:
        for pin in ("0000000000000001", "0000000000000001", "0000000000000002"):
            wanted = intent(Exact(300), pin=pin, voucher_type=ADVISED_VOUCHER)
            await till.redeemer.redeem(wanted)
        wait_s = await till.forwarder.forward_due()
        assert wait_s is not None
        assert wait_s > 0
        assert len(gateway.told) == 2
        first, second, _ = await states(till)
        assert (first, second) == (AdviceState.OWED, AdviceState.OWED)
        await till.clock.sleep(wait_s)
        assert await till.forwarder.forward_due() is None
        assert set(await states(till)) == {AdviceState.ACKNOWLEDGED}


async def test_the_same_bytes_go_for_ever() -> None:
    """One id and one text for each redemption, whatever comes back (I7)."""
    answers: list[AdviceVerdict] = [DEAD, Repeat(UnknownCause.UPSTREAM_ERROR, None, 503)]
    gateway = AdvisedScriptedGateway([approved()], advices=[*answers, NotAllowed(401), DEAD])
    async with open_till(gateway) as till:
        await redeem(till)
        for _ in range(5):
            till.forwarder.resume(gateway.upstream)
            await till.forwarder.forward_due()
    assert len(gateway.told) == 5
    assert len({(one.advice.id, one.body) for one in gateway.told}) == 1
    assert [one.advice.attempts for one in gateway.told] == [1, 2, 3, 4, 5]


# ------------------------------------------------------------------------------- a line that fails


async def test_a_dead_line_is_probed_and_not_flooded() -> None:
    """A hundred owed, and not a hundred attempts in an hour without an answer (N24)."""
    gateway = AdvisedScriptedGateway(otherwise=approved(), acknowledge=DEAD)
    async with open_till(gateway) as till:
        await redeem(till, 100)
        await run_for(till, 3600, unexpected)
        assert len(gateway.told) < 400
        head = gateway.told[0].advice.id
        probes = [one.advice.id for one in gateway.told[AT_ONCE_MAX:]]
        assert probes.count(head) >= len(probes) // 3


async def test_one_advice_that_always_fails_does_not_stop_the_others() -> None:
    """The head is repeated for ever, and the rest still goes (N24)."""
    gateway = AdvisedScriptedGateway(otherwise=approved())
    async with open_till(gateway) as till:
        bad = (await redeem(till, 12))[0]

        def answer(told: Told) -> AdviceVerdict:
            return DEAD if told.advice.redemption_id == bad.id else ACK

        gateway.acknowledge = answer
        await run_for(till, 3600, unexpected)
        assert await states(till) == [AdviceState.OWED, *[AdviceState.ACKNOWLEDGED] * 11]
        assert sum(one.advice.redemption_id == bad.id for one in gateway.told) > 20


@pytest.mark.many_runs
async def test_a_new_reversal_does_not_wait_for_what_has_failed_for_days() -> None:
    """The line is left alone for minutes because of one; a new reversal goes at once."""
    gateway = AdvisedScriptedGateway(otherwise=approved(), acknowledge=DEAD)
    async with open_till(gateway) as till:
        await redeem(till)
        running = till.owner.spawn(till.forwarder.run(unexpected), "forwarder")
        await till.clock.sleep(2 * DAY_S)
        while till.forwarder._held_s(till.forwarder._lines[gateway.upstream]) < 300:
            await till.clock.sleep(60)
        gateway.acknowledge, gateway.otherwise = ACK, TIME_OUT
        doubtful = await till.redeemer.redeem(intent(pin=OTHER_PIN, voucher_type=ADVISED_VOUCHER))
        assert doubtful.state is S.REVERSING
        await till.clock.sleep(5)
        after = await till.journal.redemption(doubtful.id)
        assert after is not None
        assert after.state is S.REVERSED
        running.cancel()


async def test_a_new_reversal_goes_before_what_waits_already() -> None:
    """Whatever is owed since before; what was tried keeps its place."""
    gateway = AdvisedScriptedGateway(otherwise=approved())
    async with open_till(gateway) as till:
        await redeem(till, 9)
        gateway.otherwise = TIME_OUT
        doubtful = await till.redeemer.redeem(intent(pin=OTHER_PIN, voucher_type=ADVISED_VOUCHER))
        await till.forwarder.forward_due()
        assert gateway.told[0].advice.redemption_id == doubtful.id


async def test_several_that_always_fail_do_not_stop_the_others() -> None:
    """A whole batch of them makes the line doubtful; the one that was tried least still goes."""
    gateway = AdvisedScriptedGateway(otherwise=approved())
    async with open_till(gateway) as till:
        written = await redeem(till, 12)
        bad = {one.id for one in written[: AT_ONCE_MAX + 1]}

        def answer(told: Told) -> AdviceVerdict:
            return DEAD if told.advice.redemption_id in bad else ACK

        gateway.acknowledge = answer
        await run_for(till, 3600, unexpected)
        acknowledged = AdviceState.ACKNOWLEDGED
        assert (await states(till))[AT_ONCE_MAX + 1 :] == [acknowledged] * (11 - AT_ONCE_MAX)


async def test_a_nudge_tries_at_once_when_the_network_is_back() -> None:
    """The waits that were agreed with a dead line are not waited for."""
    gateway = AdvisedScriptedGateway(otherwise=approved(), acknowledge=DEAD)
    clock = SteppedClock()
    async with open_till(gateway, clock=clock) as till:
        running = till.owner.spawn(till.forwarder.run(unexpected), "forwarder")
        await clock.advance(START_SPREAD_S)
        redeeming = till.owner.spawn(redeem(till), "redeem", is_awaited=True)
        await clock.advance(1800)
        await redeeming
        gateway.acknowledge = ACK
        tried = len(gateway.told)
        till.forwarder.nudge()
        await clock.settle()
        assert len(gateway.told) == tried + 1
        assert await states(till) == [AdviceState.ACKNOWLEDGED]
        running.cancel()


async def test_a_new_approval_proves_that_the_line_works() -> None:
    """What waited for a doubtful line goes with the new confirmation."""
    gateway = AdvisedScriptedGateway(otherwise=approved(), acknowledge=DEAD)
    clock = SteppedClock()
    async with open_till(gateway, clock=clock) as till:
        running = till.owner.spawn(till.forwarder.run(unexpected), "forwarder")
        await clock.advance(START_SPREAD_S)
        redeeming = till.owner.spawn(redeem(till), "redeem", is_awaited=True)
        await clock.advance(1800)
        await redeeming
        gateway.acknowledge = ACK
        wanted = intent(pin="9999888877776666", voucher_type=ADVISED_VOUCHER)
        another = till.owner.spawn(till.redeemer.redeem(wanted), "another", is_awaited=True)
        await clock.advance(0)
        await another
        await clock.settle()
        assert (await states(till))[1] is AdviceState.ACKNOWLEDGED
        running.cancel()


# ---------------------------------------------------------------------------------------- answers


async def test_what_cannot_be_read_steps_aside_and_stays_visible() -> None:
    """The others go on; it is tried daily, for ever, and never dropped."""
    gateway = AdvisedScriptedGateway(otherwise=approved(), advices=[Unreadable(400)])
    async with open_till(gateway) as till:
        await redeem(till, 3)
        wait_s = await till.forwarder.forward_due()
        assert wait_s is not None
        assert wait_s >= DAY_S
        assert await states(till) == [AdviceState.SUSPENDED, *[AdviceState.ACKNOWLEDGED] * 2]
        measured = await till.forwarder.backlog(gateway.upstream)
        assert (measured.count, measured.suspended) == (1, 1)
        gateway.acknowledge = Unreadable(400)
        await run_for(till, 4 * DAY_S, unexpected)
        assert len(gateway.told) - 3 == 3
        gateway.acknowledge = ACK
        await till.forwarder.forward_due(is_everything_due=True)
        assert (await till.forwarder.backlog(gateway.upstream)).count == 0


async def test_what_stepped_aside_does_not_hold_up_the_line_when_it_fails_with_it() -> None:
    """The day until it is tried again is its own; the others go when the line is back (N17)."""
    gateway = AdvisedScriptedGateway(
        otherwise=approved(), advices=[Unreadable(400)], acknowledge=DEAD
    )
    async with open_till(gateway) as till:
        await redeem(till, 2)
        for _ in range(3):
            await till.forwarder.forward_due(is_everything_due=True)
        gateway.acknowledge = ACK
        wait_s = await till.forwarder.forward_due()
        assert wait_s is not None
        await till.clock.sleep(60)
        await till.forwarder.forward_due()
        assert await states(till) == [AdviceState.SUSPENDED, AdviceState.ACKNOWLEDGED]


async def test_credentials_that_are_refused_pause_the_whole_queue() -> None:
    """Nothing is suspended or lost; a person resumes (N19)."""
    gateway = AdvisedScriptedGateway(otherwise=approved(), acknowledge=NotAllowed(403))
    async with open_till(gateway) as till:
        await redeem(till, 6)
        assert await till.forwarder.forward_due() is None
        assert till.forwarder.paused == {gateway.upstream}
        assert len(gateway.told) == AT_ONCE_MAX
        assert await till.forwarder.forward_due(is_everything_due=True) is None
        await till.forwarder.flush_reversals(gateway.upstream)
        assert len(gateway.told) == AT_ONCE_MAX
        gateway.acknowledge = ACK
        till.forwarder.resume(gateway.upstream)
        assert await till.forwarder.forward_due() is None
        assert till.forwarder.paused == set()
        assert set(await states(till)) == {AdviceState.ACKNOWLEDGED}


async def test_the_pause_is_known_before_anybody_is_told_of_the_refusal() -> None:
    """Who looks after the notice sees that the queue stands still."""
    gateway = AdvisedScriptedGateway([approved()], acknowledge=NotAllowed(401))
    seen: list[frozenset[str]] = []
    async with open_till(gateway) as till:
        await redeem(till)
        with till.notices.listening_to_advices(lambda _: seen.append(till.forwarder.paused)):
            await till.forwarder.forward_due()
    assert seen == [{gateway.upstream}]


# --------------------------------------------------------------------------------- held back


async def test_a_held_confirmation_goes_when_its_time_is_over_and_holds_up_nothing_else() -> None:
    """Reversals of the same upstream go at once; nothing but time or a person ends the hold."""
    gateway = AdvisedScriptedGateway([approved(), TIME_OUT], confirmation_hold_s=25)
    async with open_till(gateway) as till:
        (sold,) = await redeem(till)
        gateway.otherwise = Unknown(cause=UnknownCause.TIME_OUT, follow_up=FollowUp.PERSON)
        gateway.script.clear()
        lost = await till.redeemer.redeem(
            intent(pin="0000000000000002", voucher_type=ADVISED_VOUCHER)
        )
        assert lost.state is S.REVERSING
        assert await till.forwarder.forward_due() == 25
        assert [one.advice.kind for one in gateway.told] == [AdviceKind.REVERSAL]
        till.forwarder.nudge()
        assert await till.forwarder.forward_due(is_everything_due=True) == 25
        assert len(gateway.told) == 1
        await till.clock.sleep(25)
        assert await till.forwarder.forward_due() is None
        assert gateway.told[-1].advice.redemption_id == sold.id


async def test_a_line_that_comes_back_does_not_end_a_hold() -> None:
    """What waited for the line goes; what can still be voided stays."""
    gateway = AdvisedScriptedGateway(otherwise=approved(), acknowledge=DEAD)
    async with open_till(gateway) as till:
        await redeem(till, 3)
        await till.forwarder.forward_due()
        gateway.confirmation_hold_s = 60
        held = await till.redeemer.redeem(
            intent(pin="0000000000000009", voucher_type=ADVISED_VOUCHER)
        )
        gateway.acknowledge = ACK
        await till.forwarder.forward_due(is_everything_due=True)
        assert [one.redemption_id for one in await till.journal.owed_advices()] == [held.id]


async def test_what_is_voided_while_it_is_held_back_is_reversed_at_once() -> None:
    """The hold was the confirmation's."""
    gateway = AdvisedScriptedGateway([approved()], confirmation_hold_s=60)
    async with open_till(gateway) as till:
        (sold,) = await redeem(till)
        await till.forwarder.forward_due()
        assert isinstance(await till.voider.void(sold.id), Voided)
        assert await till.forwarder.forward_due() is None
        assert [one.advice.kind for one in gateway.told] == [AdviceKind.REVERSAL]
        assert (await till.stored(sold)).state is S.REVERSED


# --------------------------------------------------------------------------------- by a person


async def test_a_person_can_try_one_now_parked_held_or_waiting() -> None:
    """Whatever it waits for; the others keep their waits."""
    gateway = AdvisedScriptedGateway(otherwise=approved(), advices=[Unreadable(400), DEAD])
    async with open_till(gateway) as till:
        suspended, waiting = await redeem(till, 2)
        await till.forwarder.forward_due()
        gateway.confirmation_hold_s = 60
        held = await till.redeemer.redeem(
            intent(pin="0000000000000003", voucher_type=ADVISED_VOUCHER)
        )
        for number, one in enumerate((suspended, waiting, held), start=3):
            after = await till.forwarder.try_now(one.id)
            assert after is not None
            assert after.state is AdviceState.ACKNOWLEDGED
            assert len(gateway.told) == number
            assert gateway.told[-1].advice.redemption_id == one.id
        again = await till.forwarder.try_now(suspended.id)
        assert again is not None
        assert len(gateway.told) == 5, "what is acknowledged is not sent again"


async def test_trying_one_now_sends_the_older_of_its_voucher_first() -> None:
    """The order of what is about one voucher is kept, whoever is in a hurry."""
    gateway = AdvisedScriptedGateway(otherwise=approved(300), acknowledge=DEAD)
    async with open_till(gateway) as till:
        wanted = intent(Exact(300), voucher_type=ADVISED_VOUCHER)
        first, second = [await till.redeemer.redeem(wanted) for _ in range(2)]
        after = await till.forwarder.try_now(second.id)
        assert after is not None
        assert after.attempts == 0
        gateway.acknowledge = ACK
        await till.forwarder.try_now(second.id)
        told = [one.advice.redemption_id for one in gateway.told]
        assert told == [first.id, first.id, second.id]


async def test_nothing_can_be_tried_where_nothing_is_owed_or_the_queue_is_paused() -> None:
    """A refused key is not shown again and again."""
    gateway = AdvisedScriptedGateway([approved(), USED], acknowledge=NotAllowed(401))
    async with open_till(gateway) as till:
        sold, refused = await redeem(till, 2)
        assert await till.forwarder.try_now(refused.id) is None
        for _ in range(2):
            after = await till.forwarder.try_now(sold.id)
            assert after is not None
            assert after.attempts == 1


async def test_a_confirmation_that_is_not_known_there_calls_a_person() -> None:
    """The till sold on an approval that the upstream denies."""
    gateway = AdvisedScriptedGateway([approved()], advices=[NotKnownThere(404)])
    async with open_till(gateway) as till:
        (done,) = await redeem(till)
        assert await till.forwarder.forward_due() is None
        found = await till.stored(done)
        assert (found.state, found.attention) == (S.ATTENTION, AttentionCause.APPROVAL_DENIED)
        assert till.told[-1] == found


async def test_a_person_is_not_called_while_the_voucher_is_in_use_again() -> None:
    """One voucher, one open redemption: the answer is asked for again until it is free."""
    gateway = AdvisedScriptedGateway(
        [approved(300)], advices=[Contradicted(400), NotKnownThere(404)]
    )
    async with open_till(gateway) as till:
        first = await till.redeemer.redeem(intent(Exact(300), voucher_type=ADVISED_VOUCHER))
        second = await till.redeemer.prepare(intent(Exact(300), voucher_type=ADVISED_VOUCHER))
        wait_s = await till.forwarder.forward_due()
        assert (await till.stored(first)).state is S.FINAL
        assert wait_s is not None
        await till.redeemer.abandon(second)
        await till.forwarder.forward_due(is_everything_due=True)
        assert (await till.stored(first)).state is S.ATTENTION


async def test_a_denial_that_had_to_wait_for_its_voucher_is_no_delivery() -> None:
    """Told again, it still says that no confirmation arrived: a person is called, not content."""
    gateway = AdvisedScriptedGateway([approved(300)], acknowledge=NotWaiting(400))
    async with open_till(gateway) as till:
        first = await till.redeemer.redeem(intent(Exact(300), voucher_type=ADVISED_VOUCHER))
        second = await till.redeemer.prepare(intent(Exact(300), voucher_type=ADVISED_VOUCHER))
        await till.forwarder.forward_due()
        assert (await till.stored(first)).state is S.FINAL
        await till.redeemer.abandon(second)
        await till.forwarder.forward_due(is_everything_due=True)
        found = await till.stored(first)
        assert (found.state, found.attention) == (S.ATTENTION, AttentionCause.APPROVAL_DENIED)


async def test_a_reversal_that_is_not_known_there_is_over_only_when_it_is_late() -> None:
    """Early it is repeated; late it is over, and goes once more a day later (N9)."""
    gateway = AdvisedScriptedGateway(otherwise=TIME_OUT, acknowledge=NotKnownThere(404))
    async with open_till(gateway) as till:
        (done,) = await redeem(till)
        begun_s = till.clock.now().monotonic_s
        await till.forwarder.forward_due()
        assert (await till.stored(done)).state is S.REVERSING
        while (await till.stored(done)).state is S.REVERSING:
            wait_s = await till.forwarder.forward_due()
            assert wait_s is not None
            await till.clock.sleep(wait_s + 0.01)
        assert till.clock.now().monotonic_s - begun_s >= 120
        before = len(gateway.told)
        await run_for(till, 2 * DAY_S, unexpected)
        assert len(gateway.told) == before + 1
        assert await till.journal.owed_advices() == ()
        assert (await till.stored(done)).state is S.REVERSED


async def test_a_sweep_keeps_its_day_whoever_is_in_a_hurry() -> None:
    """Sent at once, it would come before the late request that it is there for (N9)."""
    gateway = AdvisedScriptedGateway(otherwise=TIME_OUT, acknowledge=NotKnownThere(404))
    async with open_till(gateway) as till:
        (done,) = await redeem(till)
        await till.clock.sleep(121)
        await till.forwarder.forward_due()
        assert (await till.stored(done)).state is S.REVERSED
        before = len(gateway.told)
        await till.forwarder.forward_due(is_everything_due=True)
        await till.forwarder.try_now(done.id)
        till.clock.shift_wall(timedelta(hours=-1))
        await till.forwarder.forward_due()
        assert len(gateway.told) == before
        (resend,) = await till.journal.owed_advices()
        assert resend.next_due_at is not None
        await till.clock.sleep(DAY_S + 3601)
        await till.forwarder.forward_due()
        assert len(gateway.told) == before + 1
        assert await till.journal.owed_advices() == ()


async def test_listeners_hear_of_every_attempt_and_only_of_real_changes() -> None:
    """A confirmation changes nothing about the sale, so the sale is not told again."""
    gateway = AdvisedScriptedGateway([approved()], advices=[DEAD])
    async with open_till(gateway) as till:
        heard: list[tuple[AdviceState, int]] = []
        with till.notices.listening_to_advices(
            lambda advice: heard.append((advice.state, advice.attempts_ended))
        ):
            await redeem(till)
            for _ in range(2):
                await till.forwarder.forward_due(is_everything_due=True)
        assert heard == [(AdviceState.OWED, 1), (AdviceState.ACKNOWLEDGED, 2)]
        assert [one.state for one in till.told].count(S.FINAL) == 1


# ---------------------------------------------------------------------------- before a new request


async def test_a_new_request_gives_way_to_the_reversals_that_are_owed() -> None:
    """The upstream hears of the old one first."""
    gateway = AdvisedScriptedGateway([*[TIME_OUT] * 4], otherwise=approved())
    async with open_till(gateway) as till:
        await redeem(till)
        asked_before: list[int] = []
        gateway.before_answer = lambda _: asked_before.append(len(gateway.asks))
        await till.redeemer.redeem(intent(pin="9999888877776666", voucher_type=ADVISED_VOUCHER))
        assert asked_before == [4]


async def test_a_dead_line_holds_up_another_voucher_for_two_seconds_at_most() -> None:
    """The reversal goes on by itself; the customer does not wait for it."""
    gateway = AdvisedScriptedGateway([*[TIME_OUT] * 4], otherwise=USED)
    clock = SteppedClock(is_automatic=True)
    async with open_till(gateway, clock=clock) as till:
        await redeem(till)
        held = asyncio.Event()

        async def wait(advice: object, body: object) -> AdviceVerdict:
            await held.wait()
            return ACK

        gateway.advise = wait  # type: ignore[method-assign]  # the line hangs
        begun_s = clock.now().monotonic_s
        wanted = intent(pin="9999888877776666", voucher_type=ADVISED_VOUCHER)
        assert (await till.redeemer.redeem(wanted)).state is S.DECLINED
        assert clock.now().monotonic_s - begun_s == pytest.approx(FIRST_CHANCE_S)
        await till.forwarder.finish(0.5)
        held.set()
        await till.forwarder.finish(5)
        assert AdviceState.ACKNOWLEDGED in await states(till)
        await till.forwarder.finish(5)


async def test_an_attempt_that_ends_while_the_till_closes_is_waited_for_in_peace() -> None:
    """Whichever of the two comes first, by a turn of the loop."""
    for turns in range(60):
        async with open_till(AdvisedScriptedGateway([approved()])) as till:
            await redeem(till)
            _ = till.owner.spawn(till.forwarder.forward_due(), "forwarder")
            for _ in range(turns):
                await asyncio.sleep(0)
            await till.forwarder.finish(5)
        assert till.failures == [], f"after {turns} turns"


async def test_confirmations_do_not_hold_up_a_request() -> None:
    """They say that all is well; only what must be undone goes first."""
    gateway = AdvisedScriptedGateway(otherwise=approved())
    async with open_till(gateway) as till:
        await redeem(till, 2)
        assert gateway.told == []


# ------------------------------------------------------------------------------------- failures


async def test_a_gateway_that_breaks_leaves_no_attempt_without_an_end() -> None:
    """The failure is told, and the advice goes again."""
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:
        await redeem(till)

        def break_once(told: Told) -> AdviceVerdict:
            gateway.acknowledge = ACK
            raise ZeroDivisionError

        gateway.acknowledge = break_once
        with pytest.raises(ZeroDivisionError):
            await till.forwarder.forward_due()
        (advice,) = await till.journal.owed_advices()
        assert not advice.is_under_way
        await till.forwarder.forward_due(is_everything_due=True)
        assert await till.journal.owed_advices() == ()


async def test_a_failed_pass_is_told_and_another_follows() -> None:
    """One bad answer does not end the forwarding."""
    gateway = AdvisedScriptedGateway([approved()])
    failures: list[Exception] = []
    async with open_till(gateway) as till:
        await redeem(till)

        def break_once(told: Told) -> AdviceVerdict:
            gateway.acknowledge = ACK
            raise ZeroDivisionError

        gateway.acknowledge = break_once
        await run_for(till, START_SPREAD_S + 3 * IDLE_S, failures.append)
        assert [type(one) for one in failures] == [ZeroDivisionError]
        assert await till.journal.owed_advices() == ()


@pytest.mark.parametrize("kind", [row.AdviceAttemptStarted, row.AdviceAttemptEnded])
async def test_nothing_is_sent_that_cannot_be_written(kind: type) -> None:
    """A full disk ends the forwarding; what was not counted never left (D1, D2)."""
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:
        await redeem(till)

        def full(rows: Sequence[Row]) -> None:
            if any(isinstance(one, kind) for one in rows):
                raise JournalFullError("full")

        till.journal.before_commit = full
        with pytest.raises(JournalUnavailableError):
            await run_for(till, START_SPREAD_S + 1, unexpected)
        assert len(gateway.told) == (0 if kind is row.AdviceAttemptStarted else 1)


@pytest.mark.fault("P6")
async def test_an_attempt_whose_end_could_not_be_written_is_not_waited_for() -> None:
    """P6: nobody makes it any more, so it ends as interrupted and the same bytes go again."""
    gateway = AdvisedScriptedGateway(otherwise=approved(300))
    async with open_till(gateway) as till:
        gateway.journal = till.journal
        for pin in ("0000000000000001", "0000000000000001", "0000000000000002"):
            wanted = intent(Exact(300), pin=pin, voucher_type=ADVISED_VOUCHER)
            await till.redeemer.redeem(wanted)

        def forget(rows: Sequence[Row]) -> None:
            if any(isinstance(one, row.AdviceAttemptEnded) for one in rows):
                till.journal.before_commit = lambda _: None
                raise MemoryError

        till.journal.before_commit = forget
        with pytest.raises(MemoryError):
            await till.forwarder.forward_due()
        assert sum(one.is_under_way for one in await till.journal.owed_advices()) == 1
        heard: list[str | None] = []
        with till.notices.listening_to_advices(lambda advice: heard.append(advice.last_cause)):
            assert await till.forwarder.forward_due() == 0
        assert UnknownCause.INTERRUPTED.value in heard
        assert await till.forwarder.forward_due() is None
        assert set(await states(till)) == {AdviceState.ACKNOWLEDGED}
        first, *_ = gateway.told
        again = [one for one in gateway.told if one.advice.id == first.advice.id]
        assert [one.advice.attempts for one in again] == [1, 2]
        assert again[0].body == again[1].body


async def test_what_is_still_being_sent_is_not_taken_for_interrupted() -> None:
    """A caller that stopped waiting left its exchange to go on; nobody sends the same beside it."""
    gateway = AdvisedScriptedGateway(otherwise=approved())
    async with open_till(gateway) as till:
        (sold,) = await redeem(till)
        gateway.gate = asyncio.Event()
        passing = till.owner.spawn(till.forwarder.forward_due(), "pass", is_awaited=True)
        await till.clock.settle()
        passing.cancel()
        with suppress(asyncio.CancelledError):
            await passing
        under_way = await till.forwarder.try_now(sold.id)
        assert under_way is not None
        assert under_way.is_under_way
        gateway.gate.set()
        await till.clock.settle()
        assert await states(till) == [AdviceState.ACKNOWLEDGED]
        assert len(gateway.told) == 1


async def test_a_caller_that_stops_waiting_does_not_end_an_exchange() -> None:
    """What is on the wire is answered and written."""
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:
        await redeem(till)
        gateway.gate = asyncio.Event()
        passing = till.owner.spawn(till.forwarder.forward_due(), "pass", is_awaited=True)
        await till.clock.settle()
        passing.cancel()
        await till.clock.settle()
        gateway.gate.set()
        await till.forwarder.finish(5)
        assert await states(till) == [AdviceState.ACKNOWLEDGED]


async def test_a_confirmation_that_is_voided_while_it_waits_for_its_turn_never_leaves() -> None:
    """The forwarder read it before the void, and is refused when it counts the attempt (I8)."""
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:
        (done,) = await redeem(till)
        advice = await till.journal.advice(done.id)
        assert advice is not None

        def void_first(rows: Sequence[Row]) -> None:
            if not any(isinstance(one, row.AdviceAttemptStarted) for one in rows):
                return
            till.journal.before_commit = lambda _: None
            replaced = replace(advice, kind=AdviceKind.REVERSAL, reason=ReversalReason.CANCELLED)
            till.journal.write(row.ConfirmationReplaced(replaced, Secret("undo"), done.created_at))
            reversing = replace(done, state=S.REVERSING)
            till.journal.write(row.RedemptionChanged(S.FINAL, reversing, done.created_at))

        till.journal.before_commit = void_first
        await till.forwarder.forward_due()
        await till.forwarder.forward_due()
        assert [one.advice.kind for one in gateway.told] == [AdviceKind.REVERSAL]


async def test_a_new_reversal_wakes_the_forwarder() -> None:
    """It goes at once, and not with the next round."""
    gateway = AdvisedScriptedGateway(otherwise=TIME_OUT)
    clock = SteppedClock()
    async with open_till(gateway, clock=clock) as till:
        running = till.owner.spawn(till.forwarder.run(unexpected), "forwarder")
        await clock.advance(START_SPREAD_S)
        redeeming = till.owner.spawn(redeem(till), "redeem", is_awaited=True)
        await clock.advance(15)
        (done,) = await redeeming
        assert (await till.stored(done)).state is S.REVERSED
        running.cancel()


async def test_what_is_owed_to_an_upstream_that_left_the_settings_is_measured_too() -> None:
    """Nothing can be sent there, and it grows old as anywhere."""
    journal, clock = WatchedJournal(), SteppedClock(is_automatic=True)
    gateway = AdvisedScriptedGateway(otherwise=approved())
    async with open_till(gateway, journal=journal, clock=clock) as till:
        await redeem(till, 2)
        (standing,) = await till.forwarder.standings()
        assert (standing.backlog.count, standing.is_set_up) == (2, True)
    clock.reboot(off=timedelta(days=4))
    async with open_till(ScriptedGateway(), journal=journal.reopened(), clock=clock) as till:
        (standing,) = await till.forwarder.standings()
        assert (standing.upstream, standing.backlog.count) == ("electrum", 2)
        assert (standing.is_set_up, standing.is_paused) == (False, False)
        assert standing.backlog.level is BacklogLevel.RED
        assert await till.forwarder.forward_due() is None


async def test_a_sweep_is_no_debt_to_an_upstream_that_left_the_settings() -> None:
    """It was acknowledged before."""
    journal, clock = WatchedJournal(), SteppedClock(is_automatic=True)
    gateway = AdvisedScriptedGateway(otherwise=TIME_OUT, acknowledge=NotKnownThere(404))
    async with open_till(gateway, journal=journal, clock=clock) as till:
        await redeem(till)
        await till.clock.sleep(121)
        await till.forwarder.forward_due()
        assert len(await till.journal.owed_advices()) == 1
    async with open_till(ScriptedGateway(), journal=journal.reopened(), clock=clock) as till:
        assert await till.forwarder.standings() == ()


async def test_an_upstream_with_a_key_is_left_alone() -> None:
    """There is nothing to forward, and its redemptions wake nobody."""
    gateway = ScriptedGateway([approved()])
    async with open_till(gateway) as till:
        running = till.owner.spawn(till.forwarder.run(unexpected), "forwarder")
        await till.redeemer.redeem(intent())
        assert await till.forwarder.forward_due() is None
        running.cancel()


# ---------------------------------------------------------------------------- nothing waits for it


@pytest.mark.parametrize(
    ("first", "state", "cause"),
    [
        (Repeat(UnknownCause.TIME_OUT), S.FINAL, None),
        (DEAD, S.ATTENTION, AttentionCause.APPROVAL_DENIED),
        (None, S.ATTENTION, AttentionCause.APPROVAL_DENIED),
    ],
    ids=["after a time-out", "after no connection", "at once"],
)
async def test_a_confirmation_that_nothing_waits_for_is_judged_by_the_attempts_before_it(
    first: AdviceVerdict | None, state: RedemptionState, cause: AttentionCause | None
) -> None:
    """One of them did it and its answer was lost; else the approval is denied: a person sees it."""
    before = [] if first is None else [first]
    gateway = AdvisedScriptedGateway(otherwise=approved(), advices=[*before, NotWaiting(400)])
    async with open_till(gateway) as till:
        (sold,) = await redeem(till)
        for _ in range(2):
            await till.forwarder.forward_due(is_everything_due=True)
        settled = await till.stored(sold)
        assert (settled.state, settled.attention) == (state, cause)
        assert await till.journal.owed_advices() == ()
        assert len(gateway.told) == len(before) + 1


async def test_an_attempt_that_is_called_off_got_nothing_through() -> None:
    """The till is closing; whether it arrived is for the next start to ask."""

    async def send() -> _Sent:
        await asyncio.Event().wait()
        return _Sent(is_through=True)

    one = _Pass(_Urgency.WHEN_DUE, lambda _: True)
    task = asyncio.get_running_loop().create_task(send())
    one.begin(task, owed())
    task.cancel()
    await asyncio.wait({task})
    assert not one.take_end(task)
    assert (one.got_through, one.failures, one.free) == (0, [], AT_ONCE_MAX)


@pytest.mark.fault("D5")
async def test_an_altered_record_holds_up_nothing_but_its_own_advice() -> None:
    """The others go out, nothing is tried in vain again, and what was altered stays as it is."""
    gateway = AdvisedScriptedGateway(otherwise=approved())
    async with open_till(gateway) as till:
        altered, *others = await redeem(till, 3)
        till.journal.alter("UPDATE redemption SET cashier = 'X' WHERE id = ?", altered.id)
        assert await till.forwarder.forward_due() is None
        assert {one.advice.redemption_id for one in gateway.told} == {one.id for one in others}
        advice = await till.journal.advice(altered.id)
        assert advice is not None
        assert (advice.state, advice.attempts) == (AdviceState.OWED, 0)


class Unreachable(WatchedJournal):
    """A journal that once fails to say what is owed, when a test wants it to."""

    is_failing = False

    @override
    async def owed_advices(self, upstream: str | None = None) -> tuple[Advice, ...]:
        """Return what is owed, or fail."""
        if self.is_failing:
            self.is_failing = False
            raise MemoryError
        return await super().owed_advices(upstream)


async def test_what_is_under_way_when_the_queue_cannot_be_read_is_waited_for() -> None:
    """The pass fails once its attempts have ended; until then nobody sends beside them."""
    gateway = SlowForOne(otherwise=approved())
    journal = Unreachable()
    async with open_till(gateway, journal=journal) as till:
        written = await redeem(till, AT_ONCE_MAX - 1)
        gateway.before_answer = lambda _: setattr(journal, "is_failing", True)
        passing = till.owner.spawn(till.forwarder.forward_due(), "pass", is_awaited=True)
        await till.clock.settle()
        gateway.before_answer = lambda _: None
        journal.is_failing = False
        again = till.owner.spawn(till.forwarder.forward_due(), "again", is_awaited=True)
        await till.clock.settle()
        assert not passing.done()
        assert not again.done()
        gateway.answers.set()
        with pytest.raises(MemoryError):
            await passing
        await again
        assert len(gateway.told) == len(written)
        assert set(await states(till)) == {AdviceState.ACKNOWLEDGED}
