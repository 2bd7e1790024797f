"""The pure core: what one event does to one redemption. This module has the keyed upstreams.

``step(redemption, event, now)`` returns the redemption as it becomes, the rows that must be
committed before anything else happens, and what to do once they are. The rows are the whole commit:
an advice that the event makes the till owe (`owed_by`) is composed first, and comes in with it.
Nothing here sends, writes, waits or reads a clock, so a test can run a year of it.
"""

from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from counterfoil.domain import advising
from counterfoil.domain import rows as row
from counterfoil.domain.pacing import (
    AGE_KEPT_FROM_S,
    CONFLICT_PATIENCE_S,
    CONFLICTS_MAX,
    REPLAY_WINDOW_S,
    UNDECIDED_LIMIT_S,
    delay_s,
    elapsed_s,
)
from counterfoil.domain.redemption import Attempt, AttemptKind, AttentionCause, Redemption
from counterfoil.domain.sale import Sale
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.stepping import (
    Abandon,
    Answered,
    Ask,
    AskAgain,
    Close,
    CloseSale,
    Composed,
    Effect,
    Event,
    Found,
    Leave,
    Owes,
    Step,
    Transmit,
    Void,
    age_s,
    approve,
    attempt_ended,
    believable,
    can_close,
    change,
    changed,
    decline,
    end_of,
    finalise,
    interrupted,
)
from counterfoil.domain.time import Instant
from counterfoil.domain.verdict import (
    Approved,
    Declined,
    FollowUp,
    Unknown,
    UnknownCause,
)
from counterfoil.domain.voucher_type import UpstreamKind

__all__ = [
    "Abandon",
    "Answered",
    "Ask",
    "AskAgain",
    "Close",
    "CloseSale",
    "Composed",
    "Effect",
    "Event",
    "Found",
    "Leave",
    "Owes",
    "Step",
    "Transmit",
    "Void",
    "is_due",
    "owed_by",
    "step",
]


def owed_by(redemption: Redemption, event: Event, now: Instant) -> Owes | None:
    """Return the advice that must be composed for `step`; None where the event owes none."""
    is_advised = redemption.kind is UpstreamKind.ADVISED
    return advising.owed_by(redemption, event, now) if is_advised else None


def step(
    redemption: Redemption, event: Event, now: Instant, composed: Composed | None = None
) -> Step:
    """Return what ``event`` does to ``redemption``, by the rules of its kind of upstream.

    ``composed`` is the advice that `owed_by` returned for this event, with its text.
    """
    if redemption.kind is UpstreamKind.ADVISED:
        return advising.step(redemption, event, now, composed)
    assert composed is None, "an upstream with a key is told nothing"
    return _step(redemption, event, now)


def _step(redemption: Redemption, event: Event, now: Instant) -> Step:
    match event:
        case Ask():
            return _ask(redemption, now)
        case Answered():
            return _answered(redemption, event, now)
        case CloseSale():
            return _close_sale(redemption, event.sale, now)
        case Found():
            return _found(redemption, now)
        case Abandon():
            assert redemption.state is RedemptionState.PREPARED, (
                "what may have left is not given up"
            )
            return changed(redemption, now, state=RedemptionState.ABANDONED)
        case Leave():
            return Step(redemption)
        case Void():
            message = "an upstream of this kind has no reversal"
            raise AssertionError(message)
        case _:
            assert_never(event)


def is_due(redemption: Redemption, now: Instant) -> bool:
    """Whether it is time for an attempt, also when the wall clock was set back."""
    due_at, ended = redemption.next_due_at, redemption.last_ended
    return due_at is None or due_at <= now.wall or (ended is not None and now.wall < ended.wall)


# ------------------------------------------------------------------------------------------ ask


def _ask(redemption: Redemption, now: Instant) -> Step:
    assert not redemption.is_being_asked, "one attempt at a time"
    assert redemption.state in {RedemptionState.PREPARED, RedemptionState.INFLIGHT}
    kind = _next_attempt(redemption, now)
    if isinstance(kind, AttentionCause):
        return _call_a_person(redemption, now, kind)
    after = replace(
        redemption,
        state=RedemptionState.INFLIGHT,
        attempts=redemption.attempts + 1,
        first_sent=redemption.first_sent or now,
        next_due_at=None,
    )
    attempt = Attempt(
        redemption_id=redemption.id, number=after.attempts, kind=kind, started_at=now.wall
    )
    rows: tuple[row.Row, ...] = (change(redemption, after, now), row.AttemptStarted(attempt))
    if kind is AttemptKind.SEND:
        # Once it may have left it is asked about whatever became of the sale; before, it must not
        # leave for a sale that was closed.
        rows = (row.SaleMustBeOpen(redemption.sale_id), *rows)
    return Step(after, rows, Transmit(kind))


def _next_attempt(redemption: Redemption, now: Instant) -> AttemptKind | AttentionCause:
    """Choose what can still bring certainty. A resend after the window would redeem again.

    Asking by the upstream's id moves no money, so there is no time after which it may not be done.
    """
    if redemption.first_sent is None:
        return AttemptKind.SEND
    can_resend = not redemption.is_resend_spent and _is_window_open(redemption, now)
    if redemption.upstream_id is not None and (
        redemption.follow_up is FollowUp.FETCH or not can_resend
    ):
        return AttemptKind.FETCH
    if can_resend:
        return AttemptKind.RESEND
    if redemption.is_resend_spent:
        return AttentionCause.STORED_ERROR
    return AttentionCause.WINDOW_PASSED


def _is_window_open(redemption: Redemption, now: Instant) -> bool:
    """Whether the same request may be used.

    Only the wall clock spans a restart of the machine, and it may have been set back before; so
    the age that was known when the last attempt ended is kept, and only the rest is measured. A
    wall clock that went back since then counts as too late.
    """
    since = redemption.last_ended or redemption.first_sent
    assert since is not None, "an attempt was sent"
    is_back = elapsed_s(since, now) is None
    return not is_back and age_s(redemption, now) < REPLAY_WINDOW_S


# ------------------------------------------------------------------------------------- answered


def _answered(redemption: Redemption, event: Answered, now: Instant) -> Step:
    assert redemption.state is RedemptionState.INFLIGHT, "only what may have left is answered"
    assert redemption.is_being_asked, "an answer needs an attempt"
    verdict = believable(redemption, event.verdict)
    ended = attempt_ended(redemption, now)
    if isinstance(verdict, Approved):
        decided = approve(ended, verdict, now)
    elif isinstance(verdict, Declined):
        decided = decline(ended, verdict, now)
    else:
        decided = _not_known(ended, verdict, event, now)
    end = end_of(redemption, verdict, now)
    return replace(decided, rows=(end, *decided.rows))


def _not_known(ended: Redemption, verdict: Unknown, event: Answered, now: Instant) -> Step:
    is_conflict = verdict.cause is UnknownCause.CONFLICT
    learnt = replace(
        ended,
        last_cause=verdict.cause,
        follow_up=_follow_up(ended, verdict),
        upstream_id=ended.upstream_id or verdict.upstream_id,
        upstream_version=max(ended.upstream_version, verdict.upstream_version or 0),
        conflicts=ended.conflicts + is_conflict,
        is_resend_spent=ended.is_resend_spent or verdict.cause is UnknownCause.STORED_ERROR,
    )
    cause = _why_a_person(learnt, verdict, now)
    if cause is not None:
        return _call_a_person(ended, now, cause, learnt)
    wait_s = delay_s(
        event.pace,
        learnt.attempts,
        age_s(learnt, now),
        event.jitter,
        verdict.retry_after_s,
        is_rate_limited=verdict.cause is UnknownCause.RATE_LIMITED,
    )
    after = replace(learnt, next_due_at=now.wall + timedelta(seconds=wait_s))
    return Step(after, (change(ended, after, now),), AskAgain(wait_s))


def _follow_up(ended: Redemption, verdict: Unknown) -> FollowUp:
    """Ask by id about a conflict where an id is known, because asking changes nothing."""
    upstream_id = ended.upstream_id or verdict.upstream_id
    is_conflict = verdict.cause is UnknownCause.CONFLICT
    return FollowUp.FETCH if is_conflict and upstream_id is not None else verdict.follow_up


_ANSWERED_UNDECIDED = frozenset(
    {
        UnknownCause.NOT_FINAL,
        UnknownCause.NO_NEWS,
        UnknownCause.STALE,
        UnknownCause.UNREADABLE,
    }
)
"""The upstream was reached and decides nothing. A line that is down says nothing about it."""


def _why_a_person(learnt: Redemption, verdict: Unknown, now: Instant) -> AttentionCause | None:
    if verdict.follow_up is FollowUp.PERSON and verdict.cause is not UnknownCause.STORED_ERROR:
        return AttentionCause.MISMATCH
    is_conflict = verdict.cause is UnknownCause.CONFLICT and learnt.upstream_id is None
    is_patience_over = age_s(learnt, now) >= CONFLICT_PATIENCE_S
    if is_conflict and is_patience_over and learnt.conflicts >= CONFLICTS_MAX:
        return AttentionCause.CONFLICTS
    is_a_day_old = age_s(learnt, now) >= UNDECIDED_LIMIT_S
    if is_a_day_old and learnt.upstream_id is not None and verdict.cause in _ANSWERED_UNDECIDED:
        return AttentionCause.NEVER_DECIDED
    following = _next_attempt(learnt, now)
    return following if isinstance(following, AttentionCause) else None


# ------------------------------------------------------------------------- closing and recovery


def _close_sale(redemption: Redemption, sale: Sale, now: Instant) -> Step:
    """Make the approval final only while its sale is open and still owes it, in one commit."""
    if not can_close(redemption, sale):
        if redemption.state is RedemptionState.UNCLAIMED:
            return Step(redemption)
        return changed(redemption, now, state=RedemptionState.UNCLAIMED)
    return finalise(redemption, sale, now)


def _found(redemption: Redemption, now: Instant) -> Step:
    """Bring a redemption found at start to where the till can go on, without sending anything."""
    match redemption.state:
        case RedemptionState.PREPARED:
            return changed(redemption, now, state=RedemptionState.ABANDONED)
        case RedemptionState.APPROVED:
            return changed(redemption, now, state=RedemptionState.UNCLAIMED)
        case RedemptionState.INFLIGHT:
            return _found_inflight(redemption, now)
        case _:
            return Step(redemption)


def _found_inflight(redemption: Redemption, now: Instant) -> Step:
    settled, ends = interrupted(redemption, now)
    following = _next_attempt(redemption, now)
    if isinstance(following, AttentionCause):
        called = _call_a_person(redemption, now, following, settled)
        return replace(called, rows=(*ends, *called.rows))
    aged = _aged(settled, now)
    after = replace(aged, next_due_at=min(aged.next_due_at or now.wall, now.wall))
    if after == redemption:
        return Step(redemption, effect=AskAgain(0))
    return Step(after, (*ends, change(redemption, after, now)), AskAgain(0))


def _aged(redemption: Redemption, now: Instant) -> Redemption:
    """Keep how old a request has become while the till was off.

    The wall clock alone tells it, and may be set back before the next attempt ends.
    """
    told_s = age_s(redemption, now)
    if told_s - (redemption.known_age_s or 0.0) <= AGE_KEPT_FROM_S:
        return redemption
    return replace(redemption, known_age_s=told_s, last_ended=now)


# -------------------------------------------------------------------------------------- writing


def _call_a_person(
    redemption: Redemption,
    now: Instant,
    cause: AttentionCause,
    learnt: Redemption | None = None,
) -> Step:
    after = replace(
        learnt or redemption, state=RedemptionState.ATTENTION, attention=cause, next_due_at=None
    )
    return Step(after, (change(redemption, after, now),))
