"""Upstreams of kind B under every weather: the books agree in the end, and mutants are caught."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from typing_extensions import override

from counterfoil.adapters.journal import memory_journal
from counterfoil.domain import advising, forwarding, stepping
from counterfoil.domain.advice import Advice, AdviceState, AdviceVerdict
from counterfoil.domain.forwarding import AdviceStep
from counterfoil.domain.redemption import AttemptKind, Redemption
from counterfoil.domain.rows import AdviceOwed, AdviceTurned, Row
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.stepping import Step
from counterfoil.domain.time import Instant
from counterfoil.domain.verdict import Unknown, UnknownCause, Verdict
from counterfoil.service import forwarder
from counterfoil.service.owing import AdviceComposer
from counterfoil.service.refunding import NotRefundedReason, Refunder
from support.advised_world import CarelessJournal, Weather, World, live
from support.till import USED

S = RedemptionState
SEEDS = 5_000
_BATCH = 500
MUTANT_SEEDS = range(400)
"""A mutant that no seed of these catches means that the model has gone blind."""

weathers = st.lists(st.sampled_from(list(Weather)), max_size=5)


class AdvisedTill(RuleBasedStateMachine):
    """Redemptions, voids, passes, time, crashes and late requests in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.world = World()

    @initialize()
    def open(self) -> None:
        """Open the till."""
        self.runner.run(self.world.start())

    @rule(weather=weathers, is_single=st.booleans())
    def redeem(self, weather: list[Weather], is_single: bool) -> None:
        """Redeem a new voucher."""
        self.runner.run(self.world.redeem(weather, is_single=is_single))

    @rule(weather=weathers)
    def forward(self, weather: list[Weather]) -> None:
        """Deliver what is due."""
        self.runner.run(self.world.forward(weather))

    @rule(number=st.integers(0, 5), weather=weathers)
    def void(self, number: int, weather: list[Weather]) -> None:
        """Take a redemption back by a reversal or a refund, if that can be."""
        self.runner.run(self.world.void(number, weather))

    @rule(seconds=st.sampled_from([1.0, 60.0, 130.0, 3600.0, 90_000.0]))
    def pass_time(self, seconds: float) -> None:
        """Let time pass."""
        self.runner.run(self.world.pass_time(seconds))

    @rule()
    def deliver_late(self) -> None:
        """Let late requests arrive."""
        self.runner.run(self.world.deliver_late())

    @rule(
        after=st.integers(0, 8),
        weather=weathers,
        is_new=st.booleans(),
        void=st.none() | st.integers(0, 5),
    )
    def crash(self, after: int, weather: list[Weather], is_new: bool, void: int | None) -> None:
        """Let the power fail at a commit, and start again."""
        self.runner.run(self.world.crash(after, weather, is_new=is_new, void=void))

    @override
    def teardown(self) -> None:
        """Let all become quiet, and compare the books."""
        try:
            self.runner.run(self.world.settle())
        finally:
            self.runner.run(self.world.stop())
            self.runner.close()


TestAdvisedTill: type[Any] = AdvisedTill.TestCase
TestAdvisedTill.settings = settings(
    max_examples=25,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("first", range(0, SEEDS, _BATCH))
async def test_the_books_agree_whatever_happens(first: int) -> None:
    """Every seed ends with both sides saying the same, and with nothing owed (I2, I15)."""
    for seed in range(first, first + _BATCH):
        try:
            await live(seed)
        except Exception as error:
            error.add_note(f"SEED={seed}")
            raise


# --------------------------------------------------------------------------------------- mutants


async def caught(**world: Any) -> str:
    """Return what the first seed that goes wrong says; empty when none does."""
    for seed in MUTANT_SEEDS:
        try:
            await live(seed, **world)
        except AssertionError as error:
            return str(error) or "an assertion"
    return ""


def timeout_is_a_decline(patch: pytest.MonkeyPatch) -> None:
    """Take silence for a refusal."""

    def believe(redemption: Redemption, verdict: Verdict) -> Verdict:
        is_silence = isinstance(verdict, Unknown) and verdict.cause is UnknownCause.TIME_OUT
        return USED if is_silence else verdict

    patch.setattr(advising, "believable", believe)


def crash_is_abandoned(patch: pytest.MonkeyPatch) -> None:
    """Take what was under way at a crash for never sent."""

    def found(redemption: Redemption, now: Instant) -> Step:
        if redemption.state is not S.INFLIGHT:
            return original(redemption, now)
        settled, ends = stepping.interrupted(redemption, now)
        declined = stepping.changed(settled, now, state=S.DECLINED)
        return replace(declined, rows=(*ends, *declined.rows))

    original = advising._found
    patch.setattr(advising, "_found", found)


def not_known_is_final_at_once(patch: pytest.MonkeyPatch) -> None:
    """Believe a 404 to a reversal while the request may still be on its way."""
    patch.setattr(forwarding, "_can_be_nowhere", lambda *_: True)


def any_answer_is_an_acknowledgement(patch: pytest.MonkeyPatch) -> None:
    """Take even a server error for an acknowledgement."""

    def settle(
        ended: Advice, redemption: Redemption, verdict: AdviceVerdict, now: Instant, _: float
    ) -> tuple[Advice, Redemption]:
        return forwarding._acknowledge(ended, redemption, now)

    patch.setattr(forwarding, "_settle", settle)


def nothing_is_swept(patch: pytest.MonkeyPatch) -> None:
    """Forget a reversal for good once its request was not known."""
    original = forwarding._acknowledge

    def acknowledge(
        ended: Advice, redemption: Redemption, now: Instant, _: object = None
    ) -> tuple[Advice, Redemption]:
        return original(ended, redemption, now)

    patch.setattr(forwarding, "_acknowledge", acknowledge)


def new_advice_id(patch: pytest.MonkeyPatch) -> None:
    """Give each attempt an id of its own."""

    def begin(advice: Advice, redemption: Redemption, now: Instant) -> AdviceStep:
        begun = forwarding.begin(advice, redemption, now)
        renamed = replace(begun.advice, id=f"{advice.id} {begun.advice.attempts}")
        return replace(begun, advice=renamed)

    patch.setattr(forwarder, "begin", begin)


def request_is_resent(patch: pytest.MonkeyPatch) -> None:
    """Send the request again instead of looking it up."""
    original = advising._ask

    def ask(redemption: Redemption, now: Instant) -> Step:
        asked = original(redemption, now)
        is_fetch = isinstance(asked.effect, stepping.Transmit)
        again = stepping.Transmit(AttemptKind.SEND)
        return replace(asked, effect=again) if is_fetch else asked

    patch.setattr(advising, "_ask", ask)


def advice_is_written_after_sending(patch: pytest.MonkeyPatch) -> None:
    """Remember the debt, and write it when somebody gets round to it."""
    patch.setattr(memory_journal, "check_owed", lambda *_: None)
    original = AdviceComposer.rows

    async def rows(self: AdviceComposer, taken: Step, now: Instant) -> tuple[Row, ...]:
        every = await original(self, taken, now)
        later = [one for one in every if isinstance(one, AdviceOwed)]
        journal: Any = self._journal
        journal.debts = [*getattr(journal, "debts", []), *later]
        return tuple(one for one in every if not isinstance(one, AdviceOwed))

    forward = forwarder.Forwarder.forward_due

    async def forward_due(self: forwarder.Forwarder, **options: Any) -> float | None:
        journal: Any = self._journal
        debts, journal.debts = getattr(journal, "debts", []), []
        for debt in debts:
            await self._journal.commit((debt,))
        return await forward(self, **options)

    patch.setattr(AdviceComposer, "rows", rows)
    patch.setattr(forwarder.Forwarder, "forward_due", forward_due)


def refund_is_not_told_apart(patch: pytest.MonkeyPatch) -> None:
    """Look a refund up like a redemption."""
    patch.setattr(advising, "_can_look_up", lambda redemption: redemption.rescues < 3)


def refund_overtakes_the_confirmation(patch: pytest.MonkeyPatch) -> None:
    """Refund whether or not the upstream knows that the sale stands."""

    async def is_confirmed(self: Refunder, taken: Redemption) -> bool:
        return True

    patch.setattr(Refunder, "_is_confirmed", is_confirmed)
    patch.setattr(memory_journal, "check_refund", lambda *_: None)


def refunded_again(patch: pytest.MonkeyPatch) -> None:
    """Forget that there was a refund, with every guard against a second one taken away."""
    patch.setattr(memory_journal, "REFUNDED_NOTHING", frozenset(S))
    original = Refunder._why_not

    def why_not(self: Refunder, taken: Redemption) -> NotRefundedReason | None:
        reason = original(self, taken)
        return None if reason is NotRefundedReason.ALREADY_REFUNDED else reason

    patch.setattr(Refunder, "_why_not", why_not)


MUTANTS: list[Callable[[pytest.MonkeyPatch], None]] = [
    timeout_is_a_decline,
    crash_is_abandoned,
    not_known_is_final_at_once,
    any_answer_is_an_acknowledgement,
    nothing_is_swept,
    new_advice_id,
    request_is_resent,
    advice_is_written_after_sending,
    refund_is_not_told_apart,
    refund_overtakes_the_confirmation,
    refunded_again,
]


@pytest.mark.parametrize("mutate", MUTANTS, ids=lambda mutate: mutate.__name__)
async def test_a_mutant_is_caught(
    mutate: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of these goes wrong under some seed; a model that lets one pass is blind."""
    mutate(monkeypatch)
    assert await caught()


async def test_a_lookup_that_takes_not_found_for_a_decline_is_caught() -> None:
    """The request was only late."""
    assert await caught(trusting=True)


async def test_confirming_and_reversing_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A void after the confirmation may have left, with every guard against it taken away."""

    async def turn(self: AdviceComposer, taken: Step, now: Instant) -> tuple[Row, ...]:
        if taken.owes is None or not taken.owes.is_turned:
            return await original(self, taken, now)
        written = await self._journal.advice(taken.redemption.id)
        assert written is not None
        owes = taken.owes
        fresh = replace(written, kind=owes.kind, reason=owes.reason, state=AdviceState.OWED)
        body = await self._body(taken, fresh)
        return (AdviceTurned(fresh, body, now.wall), *taken.rows)

    original = AdviceComposer.rows
    monkeypatch.setattr(AdviceComposer, "rows", turn)

    for seed in MUTANT_SEEDS:
        try:
            await live(seed, CarelessJournal())
        except AssertionError:
            return
    pytest.fail("no seed confirmed and reversed")
