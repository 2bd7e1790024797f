"""What holds for the pure core whatever answers come, whatever the clocks do."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.adapters.journal.storage.rules import check_growth, check_row
from counterfoil.domain.money import Amount, Exact, FullValue
from counterfoil.domain.pacing import REPLAY_WINDOW_S, Pace
from counterfoil.domain.redeeming import Answered, Ask, Found, Step, Transmit, step
from counterfoil.domain.redemption import AttemptKind, Redemption
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.time import Instant
from counterfoil.domain.verdict import (
    Approved,
    Declined,
    DeclineReason,
    FollowUp,
    Unknown,
    UnknownCause,
    Verdict,
)
from support.till import NOW, prepared

S = RedemptionState
HOUR_S = 3600.0

UPSTREAM_IDS = st.sampled_from([None, "rdm_1", "rdm_2"])
VERSIONS = st.integers(1, 4)
UNKNOWNS = st.builds(
    Unknown,
    cause=st.sampled_from(UnknownCause),
    follow_up=st.sampled_from([FollowUp.RESEND, FollowUp.RESEND, FollowUp.FETCH, FollowUp.PERSON]),
    upstream_id=UPSTREAM_IDS,
    upstream_version=st.none() | VERSIONS,
    retry_after_s=st.none() | st.floats(),
)
NOT_PROOF_LATER = st.builds(
    Declined,
    reason=st.sampled_from(
        [DeclineReason.NOT_SENT, DeclineReason.NOT_SECURE, DeclineReason.NOT_AUTHORISED]
    ),
)
DECISIONS = st.one_of(
    st.builds(Declined, reason=st.sampled_from(DeclineReason), upstream_id=UPSTREAM_IDS),
    st.builds(
        Approved,
        redeemed_cents=st.integers(-1, 2_500),
        upstream_id=st.sampled_from(["rdm_1", "rdm_2"]),
        upstream_version=VERSIONS,
    ),
)
VERDICTS: st.SearchStrategy[Verdict] = st.one_of(UNKNOWNS, UNKNOWNS, NOT_PROOF_LATER, DECISIONS)
AMOUNTS: st.SearchStrategy[Amount] = st.sampled_from([Exact(1900), FullValue()])
HOURS = st.sampled_from([0.0, 0.001, 0.5, 3.0, 9.0, 22.9])


class Clocks:
    """Both clocks and the truth; the wall may be set, the machine may be off."""

    def __init__(self) -> None:
        self.true_s = 0.0
        self._wall_error_s = 0.0
        self._boot_s = 0.0
        self._boots = 1

    def read(self) -> Instant:
        """Read both clocks."""
        return Instant(
            NOW.wall + timedelta(seconds=self.true_s + self._wall_error_s),
            self.true_s - self._boot_s,
            f"boot-{self._boots}",
        )

    def set_wall(self, by_s: float) -> None:
        """Set the wall clock."""
        self._wall_error_s += by_s

    def restart(self) -> None:
        """Start the machine anew."""
        self._boot_s = self.true_s
        self._boots += 1


def checked(before: Redemption, taken: Step) -> Redemption:
    """Return what a step made, after the rules that every journal enforces."""
    for one in taken.rows:
        check_row(one)
    if taken.rows:
        check_growth(before, taken.redemption)
    return taken.redemption


@settings(max_examples=300)
@given(AMOUNTS, st.lists(st.tuples(VERDICTS, HOURS, st.floats(0, 0.99)), max_size=25))
def test_no_answer_breaks_a_rule_of_the_journal(
    amount: Amount, story: list[tuple[Verdict, float, float]]
) -> None:
    """Whatever a classifier says, the next row is one that the journal takes (I14, I18)."""
    clocks, redemption = Clocks(), prepared(amount=amount)
    for verdict, hours, jitter in story:
        redemption = checked(redemption, step(redemption, Ask(), clocks.read()))
        if redemption.state is S.INFLIGHT:
            event = Answered(verdict=verdict, jitter=jitter, pace=Pace.BACKGROUND)
            clocks.true_s += hours * HOUR_S
            redemption = checked(redemption, step(redemption, event, clocks.read()))
        if redemption.state is not S.INFLIGHT:
            break
        assert redemption.next_due_at is not None
    decided = redemption.state in {S.APPROVED, S.DECLINED}
    assert decided or redemption.attention or redemption.state in {S.PREPARED, S.INFLIGHT}
    if redemption.state is S.APPROVED and isinstance(amount, Exact):
        assert redemption.redeemed_cents is not None
        assert 0 < redemption.redeemed_cents <= amount.cents


JUMPS = st.sampled_from([0.0, 0.0, -30.0, -1.0, -0.1, 0.5, 72.0])
DIFFERENT_BOOTS = st.lists(st.tuples(HOURS, st.just(0.0), st.booleans()), max_size=20)
DIFFERENT_WALLS = st.lists(st.tuples(HOURS, JUMPS, st.just(False)), max_size=20)  # noqa: FBT003 - a value to draw


@pytest.mark.fault("H9", "P11")
@settings(max_examples=300)
@given(st.one_of(DIFFERENT_BOOTS, DIFFERENT_WALLS))
def test_no_key_is_sent_twenty_three_hours_after_its_first_use(
    story: list[tuple[float, float, bool]],
) -> None:
    """Wherever the wall clock is set, and however often the machine starts (I9)."""
    clocks, redemption = Clocks(), prepared()
    first_s: float | None = None
    for hours, jump, is_restart in story:
        taken = step(redemption, Ask(), clocks.read())
        redemption = checked(redemption, taken)
        if not isinstance(taken.effect, Transmit):
            assert redemption.state is S.ATTENTION
            return
        first_s = clocks.true_s if first_s is None else first_s
        assert taken.effect.kind is not AttemptKind.FETCH
        assert clocks.true_s - first_s < REPLAY_WINDOW_S
        clocks.true_s += hours * HOUR_S
        clocks.set_wall(jump * HOUR_S)
        if is_restart:
            clocks.restart()
            taken = step(redemption, Found(), clocks.read())
        else:
            lost = Unknown(cause=UnknownCause.TIME_OUT)
            event = Answered(verdict=lost, jitter=0, pace=Pace.BACKGROUND)
            taken = step(redemption, event, clocks.read())
        redemption = checked(redemption, taken)
        if redemption.state is S.ATTENTION:
            return


@given(st.sampled_from(S), st.integers(1, 5), st.floats(0, 100), st.floats(0, 100))
def test_finding_is_the_same_once_and_twice(
    state: RedemptionState, attempts: int, hours: float, later: float
) -> None:
    """I20: from any state, after any time."""
    clocks = Clocks()
    is_sent = state not in {S.PREPARED, S.ABANDONED}
    before = prepared(state=state, redeemed_cents=1900)
    if is_sent:
        before = replace(
            before,
            first_sent=NOW,
            attempts=attempts,
            attempts_ended=attempts - (state is S.INFLIGHT),
        )
    clocks.true_s = hours * HOUR_S
    clocks.restart()
    once = step(before, Found(), clocks.read()).redemption
    clocks.true_s += min(later, 0.5) * HOUR_S
    twice = step(once, Found(), clocks.read())
    late = once.state is S.INFLIGHT and twice.redemption.state is S.ATTENTION
    assert late or twice.redemption == once
