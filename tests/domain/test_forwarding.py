"""What every answer to an advice does to it and to its redemption, and how much may be owed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from counterfoil.domain import rows as row
from counterfoil.domain.advice import (
    ADVICE_MOVES,
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
    Unreadable,
)
from counterfoil.domain.forwarding import (
    RESEND_AFTER_S,
    UNKNOWN_AFTER_S,
    BacklogLevel,
    Tally,
    backlog,
    begin,
    conclude,
    explained,
    hold_left_s,
    interrupted,
    is_due,
)
from counterfoil.domain.redemption import AttentionCause, Redemption
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.time import Instant
from counterfoil.domain.verdict import UnknownCause
from support.advised import advised_in_state, advised_under_way, counted, owed, resent
from support.till import NOW, instant

A, S = AdviceState, RedemptionState
CONFIRMATION, REVERSAL = AdviceKind.CONFIRMATION, AdviceKind.REVERSAL
LATE = instant(UNKNOWN_AFTER_S)
EARLY = instant(UNKNOWN_AFTER_S - 1)
REPEAT = Repeat(UnknownCause.TIME_OUT)
DAY_S = 24 * 3600.0

FINAL = advised_in_state(S.FINAL)
REVERSING = advised_in_state(S.REVERSING)
SWALLOWED = advised_in_state(S.REVERSING, is_advice_effective=False)
REVERSED = advised_in_state(S.REVERSED)

Case = tuple[str, Advice, Redemption, AdviceVerdict, Instant, AdviceState, RedemptionState]

CASES: list[Case] = [
    ("confirmed", counted(CONFIRMATION), FINAL, Acknowledged(), LATE, A.ACKNOWLEDGED, S.FINAL),
    ("reversed", counted(), REVERSING, Acknowledged(), EARLY, A.ACKNOWLEDGED, S.REVERSED),
    (
        "reversed, swallowed",
        counted(),
        SWALLOWED,
        Acknowledged(),
        EARLY,
        A.ACKNOWLEDGED,
        S.REVERSED_UNVERIFIED,
    ),
    ("reversal, 404 late", counted(), REVERSING, NotKnownThere(), LATE, A.ACKNOWLEDGED, S.REVERSED),
    ("reversal, 404 early", counted(), REVERSING, NotKnownThere(), EARLY, A.OWED, S.REVERSING),
    (
        "confirmation, 404",
        counted(CONFIRMATION),
        FINAL,
        NotKnownThere(),
        LATE,
        A.DISPUTED,
        S.ATTENTION,
    ),
    (
        "confirmation, nothing waits for it",
        counted(CONFIRMATION),
        FINAL,
        NotWaiting(),
        LATE,
        A.DISPUTED,
        S.ATTENTION,
    ),
    (
        "confirmation, reversed there",
        counted(CONFIRMATION),
        FINAL,
        Contradicted(),
        LATE,
        A.DISPUTED,
        S.ATTENTION,
    ),
    (
        "reversal, confirmed there",
        counted(),
        REVERSING,
        Contradicted(),
        LATE,
        A.DISPUTED,
        S.ATTENTION,
    ),
    ("reversal, repeat", counted(), REVERSING, REPEAT, LATE, A.OWED, S.REVERSING),
    ("confirmation, repeat", counted(CONFIRMATION), FINAL, REPEAT, LATE, A.OWED, S.FINAL),
    ("reversal, unreadable", counted(), REVERSING, Unreadable(), LATE, A.SUSPENDED, S.REVERSING),
    (
        "confirmation, unreadable",
        counted(CONFIRMATION),
        FINAL,
        Unreadable(),
        LATE,
        A.SUSPENDED,
        S.FINAL,
    ),
    ("reversal, not allowed", counted(), REVERSING, NotAllowed(), LATE, A.OWED, S.REVERSING),
    (
        "parked, acknowledged",
        counted(state=A.SUSPENDED),
        REVERSING,
        Acknowledged(),
        LATE,
        A.ACKNOWLEDGED,
        S.REVERSED,
    ),
    (
        "parked, repeat",
        counted(state=A.SUSPENDED),
        REVERSING,
        REPEAT,
        LATE,
        A.SUSPENDED,
        S.REVERSING,
    ),
    (
        "parked, contradicted",
        counted(state=A.SUSPENDED),
        REVERSING,
        Contradicted(),
        LATE,
        A.DISPUTED,
        S.ATTENTION,
    ),
    ("resent", resent(attempts=2), REVERSED, Acknowledged(), LATE, A.ACKNOWLEDGED, S.REVERSED),
    (
        "resent, 404",
        resent(attempts=2),
        REVERSED,
        NotKnownThere(),
        LATE,
        A.ACKNOWLEDGED,
        S.REVERSED,
    ),
    ("resent, repeat", resent(attempts=2), REVERSED, REPEAT, LATE, A.ACKNOWLEDGED, S.REVERSED),
    (
        "resent, unreadable",
        resent(attempts=2),
        REVERSED,
        Unreadable(),
        LATE,
        A.ACKNOWLEDGED,
        S.REVERSED,
    ),
    (
        "resent, contradicted",
        resent(attempts=2),
        REVERSED,
        Contradicted(),
        LATE,
        A.ACKNOWLEDGED,
        S.REVERSED,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_each_answer_does_what_the_table_says(case: Case) -> None:
    """Every row of the protocol's table, and what follows for the redemption in one commit."""
    _, advice, redemption, verdict, now, state, redeemed = case
    ended = conclude(advice, redemption, verdict, now, 0.5)
    assert (ended.advice.state, ended.redemption.state) == (state, redeemed)
    assert advice.state is state or (advice.state, state) in ADVICE_MOVES
    assert (ended.advice.attempts_ended, ended.advice.last_ended_at) == (advice.attempts, now.wall)
    assert (ended.advice.id, ended.advice.kind) == (advice.id, advice.kind)
    first, *more = ended.rows
    assert isinstance(first, row.AdviceAttemptEnded)
    assert (first.before, first.after, first.at) == (advice.state, ended.advice, now.wall)
    is_moved = redeemed is not redemption.state
    assert more == (
        [row.RedemptionChanged(redemption.state, ended.redemption, now.wall)] if is_moved else []
    )


def test_a_person_is_told_why_the_books_disagree() -> None:
    """Sold on an approval that is denied, or told otherwise by somebody else."""
    denied = conclude(counted(CONFIRMATION), FINAL, NotKnownThere(404), LATE, 0)
    assert denied.redemption.attention is AttentionCause.APPROVAL_DENIED
    other = conclude(counted(), REVERSING, Contradicted(400), LATE, 0)
    assert other.redemption.attention is AttentionCause.CONTRADICTED
    assert other.advice.last_cause == "contradicted"


@pytest.mark.parametrize(
    "verdict", [Contradicted(400), REPEAT, Unreadable(), NotAllowed()], ids=type
)
def test_who_takes_an_acknowledgement_back_is_told_daily(verdict: AdviceVerdict) -> None:
    """The redemption is over; its reversal is repeated and for a person until they agree."""
    first = conclude(resent(attempts=2), REVERSED, Contradicted(400), LATE, 0).advice
    assert (first.is_contradicted, first.needs_a_person, first.is_to_be_sent) == (True, True, True)
    assert first.next_due_at == LATE.wall + timedelta(seconds=RESEND_AFTER_S)
    again = replace(first, attempts=3)
    after = conclude(again, REVERSED, verdict, LATE, 0).advice
    assert (after.is_contradicted, after.is_to_be_sent) == (True, True)


@pytest.mark.parametrize("verdict", [Acknowledged(), NotKnownThere(404)], ids=type)
def test_a_contradiction_ends_when_the_upstream_agrees(verdict: AdviceVerdict) -> None:
    """It says that it is reversed, or that it knows of nothing."""
    first = conclude(resent(attempts=2), REVERSED, Contradicted(400), LATE, 0).advice
    after = conclude(replace(first, attempts=3), REVERSED, verdict, LATE, 0).advice
    assert (after.state, after.is_to_be_sent) == (A.ACKNOWLEDGED, False)
    assert (after.is_contradicted, after.needs_a_person) == (False, False)


def test_the_journal_is_told_what_came() -> None:
    """The outcome, the status and the cause, in words that do not change."""
    (end,) = conclude(counted(), REVERSING, Repeat(UnknownCause.TIME_OUT, None, 504), LATE, 0).rows
    assert isinstance(end, row.AdviceAttemptEnded)
    assert (end.outcome, end.cause, end.http_status) == ("repeat", "time_out", 504)


# ------------------------------------------------------------------------------------ not known


@pytest.mark.parametrize(
    ("ended", "now", "is_over"),
    [
        (NOW, instant(119.9), False),
        (NOW, instant(120), True),
        (NOW, replace(instant(5), wall=instant(9_999).wall), False),
        (NOW, replace(instant(120), wall=instant(-9_999).wall), True),
        (NOW, instant(119.9, boot_id="boot-2"), False),
        (NOW, instant(9_999, boot_id="boot-2"), False),
        (NOW, replace(instant(-60, boot_id="boot-2"), monotonic_s=9e9), False),
    ],
    ids=[
        "early",
        "late",
        "wall set on",
        "wall set back",
        "reboot",
        "reboot, wall on",
        "reboot, wall back",
    ],
)
def test_not_knowing_a_request_counts_from_when_it_surely_ended(
    ended: Instant, now: Instant, is_over: bool
) -> None:
    """Only time that has surely passed makes a 404 final (N9)."""
    reversing = replace(REVERSING, last_ended=ended)
    after = conclude(counted(), reversing, NotKnownThere(404), now, 0.5)
    assert (after.redemption.state is S.REVERSED) is is_over


def test_a_reversal_of_what_was_not_known_goes_once_more_a_day_later() -> None:
    """The request may have been on its way for longer than anybody thought (N9)."""
    first = conclude(counted(), REVERSING, NotKnownThere(404), LATE, 0.5).advice
    assert first.next_due_at == LATE.wall + timedelta(seconds=RESEND_AFTER_S)
    assert first.is_to_be_sent
    again = begin(first, REVERSED, instant(DAY_S)).advice
    assert again.next_due_at == first.next_due_at, "a crash must not forget the safety resend"
    over = conclude(again, REVERSED, Acknowledged(200), instant(DAY_S + 300), 0.5).advice
    assert not over.is_to_be_sent
    assert over.acknowledged_at == first.acknowledged_at
    repeated = conclude(again, REVERSED, REPEAT, instant(DAY_S + 300), 0.5).advice
    assert repeated.is_to_be_sent


# ---------------------------------------------------------------------------------------- time


@pytest.mark.parametrize(
    ("age_s", "attempts", "most_s"),
    [
        (60, 1, 2),
        (60, 30, 60),
        (7_200, 30, 300),
        (2 * DAY_S, 30, 900),
        (4 * DAY_S, 30, 3600),
    ],
)
def test_an_advice_is_repeated_without_an_end(age_s: float, attempts: int, most_s: float) -> None:
    """Full jitter up to a limit that grows with age, and never more than an hour."""
    after = conclude(counted(attempts=attempts), REVERSING, REPEAT, instant(age_s), 0.5).advice
    assert after.next_due_at == instant(age_s + most_s / 2).wall
    assert after.last_cause == "time_out"


@pytest.mark.parametrize(
    ("wish_s", "wait_s"), [(-1.0, 1.0), (7.0, 7.0), (1e9, 900.0), (float("nan"), 1.0)]
)
def test_a_wish_to_wait_is_clamped(wish_s: float, wait_s: float) -> None:
    """Whatever Retry-After says: from a second to a quarter of an hour (N18)."""
    busy = Repeat(UnknownCause.RATE_LIMITED, wish_s, 429)
    after = conclude(counted(), REVERSING, busy, LATE, 0.0).advice
    assert after.next_due_at == LATE.wall + timedelta(seconds=wait_s)


@pytest.mark.parametrize("verdict", [Unreadable(400), REPEAT])
def test_what_cannot_be_read_is_tried_daily(verdict: AdviceVerdict) -> None:
    """It steps aside, is never dropped, and does not come back to the head."""
    suspended = counted(state=A.SUSPENDED, attempts=3)
    after = conclude(suspended, REVERSING, verdict, LATE, 0.0).advice
    assert after.next_due_at == LATE.wall + timedelta(days=1)


def test_an_advice_is_due_at_its_time_or_when_the_clock_went_back() -> None:
    """A clock set back a month must not silence the till for a month."""
    advice = owed(next_due_at=LATE.wall, last_ended_at=NOW.wall)
    assert is_due(owed(), NOW)
    assert not is_due(advice, EARLY)
    assert is_due(advice, LATE)
    assert is_due(advice, instant(-1))
    assert is_due(replace(advice, last_ended_at=None), instant(-1))


def test_only_what_was_never_tried_is_held_back() -> None:
    """A wait between repetitions is no hold, and a clock that went back ends every hold."""
    held = owed(CONFIRMATION, next_due_at=instant(30).wall)
    assert hold_left_s(held, instant(10)) == 20
    assert hold_left_s(held, instant(30)) == 0
    assert hold_left_s(held, instant(-1)) == 0
    assert hold_left_s(owed(CONFIRMATION), NOW) == 0
    assert hold_left_s(replace(held, attempts=1, attempts_ended=1), NOW) == 0


def test_an_age_is_never_negative() -> None:
    """A wall clock that went back makes an advice no older than new."""
    after = conclude(counted(attempts=30), REVERSING, REPEAT, instant(-9_999), 0.5).advice
    assert after.next_due_at == instant(-9_999 + 30).wall


# -------------------------------------------------------------------------------------- attempts


def test_an_attempt_is_counted_before_it_leaves() -> None:
    """The one row is the proof that bytes may have left."""
    begun = begin(owed(next_due_at=NOW.wall), REVERSING, LATE)
    assert begun.advice == owed(attempts=1)
    assert begun.rows == (row.AdviceAttemptStarted(begun.advice, LATE.wall),)


@pytest.mark.parametrize(
    ("advice", "redemption"),
    [
        (owed(state=A.ACKNOWLEDGED), REVERSED),
        (owed(state=A.DISPUTED), REVERSING),
        (counted(), REVERSING),
        (owed(), advised_under_way()),
    ],
    ids=["acknowledged", "disputed", "under way", "request under way"],
)
def test_what_must_not_leave_is_stopped(advice: Advice, redemption: Redemption) -> None:
    """Settled, under way, or before its request has ended: our own mistakes."""
    with pytest.raises(AssertionError):
        begin(advice, redemption, LATE)


def test_an_answer_needs_an_attempt() -> None:
    """Nothing is concluded from what was never asked."""
    with pytest.raises(AssertionError, match="needs an attempt"):
        conclude(owed(), REVERSING, Acknowledged(), LATE, 0)


def test_an_interrupted_attempt_goes_again_at_once() -> None:
    """The same bytes, because nobody knows whether they arrived."""
    after = interrupted(counted(), REVERSING, LATE)
    assert (after.advice.state, after.advice.next_due_at) == (A.OWED, LATE.wall)
    assert after.advice.last_cause == "interrupted"
    assert after.redemption == REVERSING


# ---------------------------------------------------------------------------------------- limits


def tally(count: int, *, suspended: int = 0, tried: int = 0) -> Tally:
    """Return so much, the oldest born now."""
    return Tally(
        upstream="electrum", count=count, oldest_at=instant().wall, suspended=suspended, tried=tried
    )


@pytest.mark.parametrize(
    ("count", "age_s", "level"),
    [
        (0, 0, BacklogLevel.CALM),
        (49, DAY_S, BacklogLevel.CALM),
        (50, 0, BacklogLevel.AMBER),
        (1, DAY_S + 1, BacklogLevel.AMBER),
        (199, 3 * DAY_S, BacklogLevel.AMBER),
        (200, 0, BacklogLevel.RED),
        (1, 3 * DAY_S + 1, BacklogLevel.RED),
    ],
)
def test_what_is_not_acknowledged_is_measured(
    count: int, age_s: float, level: BacklogLevel
) -> None:
    """Fifty or a day is much; two hundred or three days is too much for anything new."""
    owed_now = tally(count) if count else None
    measured = backlog(owed_now, instant(age_s).wall)
    assert (measured.count, measured.level) == (count, level)
    assert measured.oldest_s == (age_s if count else 0)


def test_what_stepped_aside_counts_as_not_acknowledged() -> None:
    """It waits for a person, and it is owed."""
    measured = backlog(tally(2, suspended=1, tried=1), instant(-5).wall)
    assert (measured.count, measured.suspended, measured.tried) == (2, 1, 1)
    assert measured.oldest_s == 0, "a clock that went back makes nothing younger than born"


@pytest.mark.parametrize(
    ("earlier", "is_done"),
    [
        ((), False),
        ((UnknownCause.NO_CONNECTION, UnknownCause.NO_CONNECTION), False),
        ((UnknownCause.NOT_AUTHORISED, UnknownCause.RATE_LIMITED), False),
        ((UnknownCause.CONFLICT,), False),
        ((UnknownCause.TIME_OUT,), True),
        ((UnknownCause.NO_CONNECTION, UnknownCause.INTERRUPTED, UnknownCause.NO_CONNECTION), True),
        ((UnknownCause.UPSTREAM_ERROR,), True),
    ],
)
def test_only_an_earlier_attempt_that_may_have_arrived_explains_it(
    earlier: tuple[UnknownCause, ...], *, is_done: bool
) -> None:
    """Nothing waits for the confirmation: it was done before, or what was approved is denied."""
    advice, redemption = owed(CONFIRMATION), advised_in_state(S.FINAL)
    for cause in earlier:
        begun = begin(advice, redemption, instant(1)).advice
        advice = conclude(begun, redemption, Repeat(cause), instant(2), jitter=0).advice
    assert advice.may_have_arrived == is_done
    expected = Acknowledged(400) if is_done else NotWaiting(400)
    assert explained(NotWaiting(400), advice) == expected
    assert explained(NotKnownThere(404), advice) == NotKnownThere(404)
