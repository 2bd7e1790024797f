"""What an attempt to deliver an advice does to the advice and to its redemption.

An advice cannot be refused, only acknowledged. After every answer that does not settle it, it is
repeated with the same id and the same bytes, however old it is and however often it was sent.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from counterfoil.declaring import dataclass
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
    Unreadable,
)
from counterfoil.domain.pacing import Pace, delay_s
from counterfoil.domain.redemption import AttentionCause, Redemption
from counterfoil.domain.states import RedemptionState, check_move
from counterfoil.domain.time import Instant
from counterfoil.domain.verdict import UnknownCause

UNKNOWN_AFTER_S = 120.0
"""A request may still be on its way; only after this does not knowing it prove anything."""
RESEND_AFTER_S = 24 * 3600.0
"""When a reversal whose request was not known goes once more."""
SUSPENDED_EVERY_S = 24 * 3600.0
"""How often an advice that the upstream cannot read is tried all the same."""
NEVER_ARRIVED = frozenset(
    {
        UnknownCause.NO_CONNECTION,
        UnknownCause.NOT_AUTHORISED,
        UnknownCause.RATE_LIMITED,
        UnknownCause.CONFLICT,
    }
)
"""How an attempt ends that the upstream surely did nothing about.

With ``CONFLICT`` it denied or contradicted the advice while the voucher was in use here.
"""
AMBER_COUNT, AMBER_AGE_S = 50, 24 * 3600.0
RED_COUNT, RED_AGE_S = 200, 72 * 3600.0

_OUTCOMES: dict[type[AdviceVerdict], str] = {
    Acknowledged: "acknowledged",
    NotKnownThere: "not_known_there",
    Contradicted: "contradicted",
    NotWaiting: "not_waiting",
    Repeat: "repeat",
    Unreadable: "unreadable",
    NotAllowed: "not_allowed",
}


@dataclass(frozen=True, slots=True)
class AdviceStep:
    """What one attempt did: ``advice`` and ``redemption`` as they are once ``rows`` are durable."""

    advice: Advice
    redemption: Redemption
    rows: tuple[row.Row, ...]


def begin(advice: Advice, redemption: Redemption, now: Instant) -> AdviceStep:
    """Count an attempt; it may be sent once the row is on the disk."""
    assert advice.is_to_be_sent, "what is settled is not sent"
    assert not advice.is_under_way, "one attempt at a time"
    assert not redemption.is_being_asked, "an advice never overtakes its request"
    counted = replace(advice, attempts=advice.attempts + 1, next_due_at=None)
    if advice.state is AdviceState.ACKNOWLEDGED:
        # Without its time a safety resend that a crash interrupts would never be finished.
        counted = replace(counted, next_due_at=advice.next_due_at)
    return AdviceStep(counted, redemption, (row.AdviceAttemptStarted(counted, now.wall),))


def conclude(
    advice: Advice, redemption: Redemption, verdict: AdviceVerdict, now: Instant, jitter: float
) -> AdviceStep:
    """Return what the answer to an attempt does to the advice and to its redemption.

    ``jitter`` is a random number from 0 up to 1 that spreads the next attempts. Call `explained`
    first: a ``NotWaiting`` that is passed here means that no earlier attempt confirmed the request.
    """
    assert advice.is_under_way, "an answer needs an attempt"
    ended = replace(advice, attempts_ended=advice.attempts, last_ended_at=now.wall)
    settled, moved = _settle(ended, redemption, verdict, now, jitter)
    after = replace(
        settled, may_have_arrived=advice.may_have_arrived or may_have_arrived(settled.last_cause)
    )
    end = row.AdviceAttemptEnded(
        before=advice.state,
        after=after,
        at=now.wall,
        outcome=_OUTCOMES[type(verdict)],
        cause=after.last_cause,
        http_status=verdict.http_status,
    )
    if moved == redemption:
        return AdviceStep(after, redemption, (end,))
    check_move(redemption.state, moved.state)
    changed = row.RedemptionChanged(redemption.state, moved, now.wall)
    return AdviceStep(after, moved, (end, changed))


def interrupted(advice: Advice, redemption: Redemption, now: Instant) -> AdviceStep:
    """End an attempt that was under way when the till stopped; the same bytes are due at once."""
    verdict = Repeat(UnknownCause.INTERRUPTED)
    return conclude(advice, redemption, verdict, now, jitter=0.0)


def may_have_arrived(cause: str | None) -> bool:
    """Whether an attempt that ended with this cause may have reached the upstream.

    None is the cause of an attempt that got an answer, so it did.
    """
    return cause not in NEVER_ARRIVED


def explained(verdict: AdviceVerdict, advice: Advice) -> AdviceVerdict:
    """Return Acknowledged instead of ``NotWaiting`` where an earlier attempt may have arrived.

    The upstream approved the request, still knows it, and gets advices about it from this till
    alone; so the confirmation whose answer was lost must have done its work. That somebody else
    changed the voucher since cannot be told from this; the upstream's own settlement file shows it,
    and repeating the advice never would.
    """
    if isinstance(verdict, NotWaiting) and advice.may_have_arrived:
        return Acknowledged(verdict.http_status)
    return verdict


def is_due(advice: Advice, now: Instant) -> bool:
    """Whether it is time for an attempt, also when the wall clock was set back.

    A safety resend is the exception: it waits for its time, because it is worth nothing before.
    """
    due_at, since = advice.next_due_at, advice.last_ended_at or advice.created_at
    if advice.state is AdviceState.ACKNOWLEDGED:
        return due_at is not None and due_at <= now.wall
    return due_at is None or due_at <= now.wall or now.wall < since


def hold_left_s(advice: Advice, now: Instant) -> float:
    """Return how many seconds a confirmation is still held back, so that its sale can be voided.

    Only an advice that was never sent is held back; 0 for every other.
    """
    if advice.attempts > 0 or advice.next_due_at is None or is_due(advice, now):
        return 0.0
    return (advice.next_due_at - now.wall).total_seconds()


# ------------------------------------------------------------------------------------- answers


def _settle(
    ended: Advice, redemption: Redemption, verdict: AdviceVerdict, now: Instant, jitter: float
) -> tuple[Advice, Redemption]:
    match verdict:
        case Acknowledged():
            return _acknowledge(ended, redemption, now)
        case NotKnownThere():
            return _not_known(ended, redemption, now, jitter)
        case Contradicted():
            return _contradict(ended, redemption, now)
        case NotWaiting():
            return _dispute(ended, redemption, AttentionCause.APPROVAL_DENIED, now)
        case Repeat(cause, retry_after_s):
            return _wait(ended, cause, now, jitter, retry_after_s), redemption
        case Unreadable():
            return _suspend(ended, now, jitter), redemption
        case NotAllowed():
            return _wait(ended, UnknownCause.NOT_AUTHORISED, now, jitter), redemption
        case _:
            assert_never(verdict)


def _acknowledge(
    ended: Advice, redemption: Redemption, now: Instant, resend_at: datetime | None = None
) -> tuple[Advice, Redemption]:
    after = replace(
        ended,
        state=AdviceState.ACKNOWLEDGED,
        acknowledged_at=ended.acknowledged_at or now.wall,
        next_due_at=resend_at,
        last_cause=None,
    )
    if redemption.state is not RedemptionState.REVERSING:
        return after, redemption
    is_sure = redemption.is_advice_effective
    state = RedemptionState.REVERSED if is_sure else RedemptionState.REVERSED_UNVERIFIED
    return after, replace(redemption, state=state)


def _not_known(
    ended: Advice, redemption: Redemption, now: Instant, jitter: float
) -> tuple[Advice, Redemption]:
    """Nothing to undo is as good as undone, once the request can be nowhere on its way."""
    if ended.kind is AdviceKind.CONFIRMATION:
        return _dispute(ended, redemption, AttentionCause.APPROVAL_DENIED, now)
    if ended.state is AdviceState.ACKNOWLEDGED:
        return _acknowledge(ended, redemption, now)
    if not _can_be_nowhere(redemption, now):
        return _wait(ended, UnknownCause.NO_NEWS, now, jitter), redemption
    resend_at = now.wall + timedelta(seconds=RESEND_AFTER_S)
    return _acknowledge(ended, redemption, now, resend_at)


def _can_be_nowhere(redemption: Redemption, now: Instant) -> bool:
    """Whether the time has surely passed.

    A wall clock that was set proves nothing, forward or back, so only one boot's monotonic clock
    counts; a start counts anew what an earlier boot had begun to count.
    """
    ended = redemption.last_ended
    assert ended is not None, "a request that was reversed has ended"
    passed_s = now.monotonic_s - ended.monotonic_s
    return ended.boot_id == now.boot_id and passed_s >= UNKNOWN_AFTER_S


def _contradict(ended: Advice, redemption: Redemption, now: Instant) -> tuple[Advice, Redemption]:
    """Hand it to a person; where the redemption is over, only its reversal."""
    if ended.awaits_safety_resend:
        return _resend_later(ended, now), redemption
    return _dispute(ended, redemption, AttentionCause.CONTRADICTED, now)


def _dispute(
    ended: Advice, redemption: Redemption, cause: AttentionCause, now: Instant
) -> tuple[Advice, Redemption]:
    """Hand the redemption to a person; where people have settled it before, only its advice."""
    if redemption.state is RedemptionState.RESOLVED:
        next_at = now.wall + timedelta(seconds=SUSPENDED_EVERY_S)
        suspended = replace(
            ended, state=AdviceState.SUSPENDED, next_due_at=next_at, last_cause=cause.value
        )
        return suspended, redemption
    after = replace(ended, state=AdviceState.DISPUTED, next_due_at=None, last_cause=cause.value)
    return after, replace(redemption, state=RedemptionState.ATTENTION, attention=cause)


def _resend_later(ended: Advice, now: Instant) -> Advice:
    """Keep what the upstream takes back for a person, and repeat it until the upstream agrees.

    Its redemption is over, and keeps its state.
    """
    next_at = now.wall + timedelta(seconds=RESEND_AFTER_S)
    return replace(ended, next_due_at=next_at, last_cause=AttentionCause.CONTRADICTED.value)


def _suspend(ended: Advice, now: Instant, jitter: float) -> Advice:
    """Step aside; what was acknowledged already needs no second thought."""
    if ended.is_contradicted:
        return _resend_later(ended, now)
    if ended.state is AdviceState.ACKNOWLEDGED:
        return replace(ended, next_due_at=None, last_cause=UnknownCause.UNREADABLE.value)
    suspended = replace(ended, state=AdviceState.SUSPENDED)
    return _wait(suspended, UnknownCause.UNREADABLE, now, jitter)


def _wait(
    ended: Advice,
    cause: UnknownCause,
    now: Instant,
    jitter: float,
    retry_after_s: float | None = None,
) -> Advice:
    age_s = max(0.0, (now.wall - ended.created_at).total_seconds())
    wait_s = delay_s(
        Pace.BACKGROUND,
        ended.attempts,
        age_s,
        jitter,
        retry_after_s,
        is_rate_limited=cause is UnknownCause.RATE_LIMITED,
    )
    if ended.state is AdviceState.SUSPENDED:
        wait_s += SUSPENDED_EVERY_S
    next_at = now.wall + timedelta(seconds=wait_s)
    if ended.is_contradicted:
        # No answer is no reason to forget the one before.
        return replace(ended, next_due_at=next_at)
    return replace(ended, next_due_at=next_at, last_cause=cause.value)


# --------------------------------------------------------------------------------------- limits


class BacklogLevel(StrEnum):
    """How serious a backlog of unacknowledged advices is, by their number and age."""

    CALM = "calm"
    AMBER = "amber"
    RED = "red"
    """Nothing new may be redeemed at this upstream."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many advices one upstream has not acknowledged; an upstream without any has no tally.

    Of the ``count``, ``suspended`` wait for a person to look at them, and ``tried`` were sent at
    least once.
    """

    upstream: str
    count: int
    oldest_at: datetime
    """When the oldest of them was born, to the second."""
    suspended: int
    tried: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many advices one upstream has not acknowledged, and how old the oldest is in seconds.

    Of the ``count``, ``suspended`` wait for a person to look at them, and ``tried`` were sent at
    least once.
    """

    count: int
    oldest_s: float
    suspended: int
    tried: int
    level: BacklogLevel


@dataclass(frozen=True, slots=True)
class Standing:
    """How many advices one upstream is owed, and whether anything can be sent to it."""

    upstream: str
    backlog: Backlog
    is_paused: bool
    """The upstream does not accept the till's credentials, so nothing is sent to it."""
    is_set_up: bool = True
    """Whether the upstream is in the till's settings; else nothing can be sent to it."""


def backlog(tally: Tally | None, now: datetime) -> Backlog:
    """Judge how serious a tally of unacknowledged advices is, by its number and age.

    ``tally`` None means that there are none.
    """
    if tally is None:
        return Backlog(count=0, oldest_s=0.0, suspended=0, tried=0, level=BacklogLevel.CALM)
    oldest_s = max(0.0, (now - tally.oldest_at).total_seconds())
    level = BacklogLevel.CALM
    if tally.count >= RED_COUNT or oldest_s > RED_AGE_S:
        level = BacklogLevel.RED
    elif tally.count >= AMBER_COUNT or oldest_s > AMBER_AGE_S:
        level = BacklogLevel.AMBER
    return Backlog(
        count=tally.count,
        oldest_s=oldest_s,
        suspended=tally.suspended,
        tried=tally.tried,
        level=level,
    )
