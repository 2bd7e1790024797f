"""The pure core: what one event does to one redemption at an upstream of kind A.

``step(redemption, event, now)`` returns the redemption as it becomes, the rows that must be
committed before anything else happens, and what to do once they are. Nothing here sends, writes,
waits or reads a clock, so a test can run a year of it.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import assert_never

from counterfoil.domain import rows as row
from counterfoil.domain.money import AMOUNT_CENTS_MAX, Exact
from counterfoil.domain.pacing import (
    CONFLICT_PATIENCE_S,
    CONFLICTS_MAX,
    REPLAY_WINDOW_S,
    UNDECIDED_LIMIT_S,
    Pace,
    delay_s,
    elapsed_s,
    grown_s,
)
from counterfoil.domain.redemption import Attempt, AttemptKind, AttentionCause, Redemption, Sale
from counterfoil.domain.states import RedemptionState, SaleState, check_move
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

# --------------------------------------------------------------------------------------- events


@dataclass(frozen=True, slots=True)
class Ask:
    """It is time for an attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The attempt under way has ended. ``jitter`` is from 0 up to 1."""

    verdict: Verdict
    jitter: float
    pace: Pace


@dataclass(frozen=True, slots=True)
class CloseSale:
    """The approval is durable; ``sale`` is as the journal holds it now."""

    sale: Sale


@dataclass(frozen=True, slots=True)
class Found:
    """The till has just started and found this redemption in the journal."""


@dataclass(frozen=True, slots=True)
class Abandon:
    """The till gives up a redemption that it has not begun to send."""


Event = Ask | Answered | CloseSale | Found | Abandon

# -------------------------------------------------------------------------------------- effects


@dataclass(frozen=True, slots=True)
class Transmit:
    """Send this now: its attempt is in the rows."""

    kind: AttemptKind


@dataclass(frozen=True, slots=True)
class AskAgain:
    """Ask again after this many seconds."""

    after_s: float


@dataclass(frozen=True, slots=True)
class Close:
    """Close the sale with this approval."""


Effect = Transmit | AskAgain | Close


@dataclass(frozen=True, slots=True)
class Step:
    """What one event did. ``effect`` may be carried out once ``rows`` are durable, not before."""

    redemption: Redemption
    rows: tuple[row.Row, ...] = ()
    effect: Effect | None = None


def step(redemption: Redemption, event: Event, now: Instant) -> Step:
    """Return what ``event`` does to ``redemption``."""
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
            return _changed(redemption, now, state=RedemptionState.ABANDONED)
        case _:
            assert_never(event)


def is_due(redemption: Redemption, now: Instant) -> bool:
    """Whether it is time for an attempt; a wall clock that went back makes waiting pointless."""
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
    rows: tuple[row.Row, ...] = (_change(redemption, after, now), row.AttemptStarted(attempt))
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
    return not is_back and _age_s(redemption, now) < REPLAY_WINDOW_S


def _age_s(redemption: Redemption, now: Instant) -> float:
    """Return how old the request is, as the clocks have told at the most."""
    since = redemption.last_ended or redemption.first_sent
    assert since is not None, "an attempt was sent"
    return grown_s(redemption.known_age_s or 0.0, since, now)


# ------------------------------------------------------------------------------------- answered


def _answered(redemption: Redemption, event: Answered, now: Instant) -> Step:
    assert redemption.state is RedemptionState.INFLIGHT, "only what may have left is answered"
    assert redemption.is_being_asked, "an answer needs an attempt"
    verdict = _believable(redemption, event.verdict)
    ended = _end_attempt(redemption, now)
    if isinstance(verdict, Approved):
        decided = _approve(ended, verdict, now)
    elif isinstance(verdict, Declined):
        decided = _decline(ended, verdict, now)
    else:
        decided = _not_known(ended, verdict, event, now)
    end = row.AttemptEnded(
        redemption_id=redemption.id,
        number=redemption.attempts,
        at=now.wall,
        outcome=type(verdict).__name__.lower(),
        cause=_cause_of(verdict),
        http_status=verdict.http_status,
        body=verdict.body,
    )
    return replace(decided, rows=(end, *decided.rows))


def _end_attempt(redemption: Redemption, now: Instant) -> Redemption:
    return replace(
        redemption,
        attempts_ended=redemption.attempts,
        last_ended=now,
        known_age_s=_age_s(redemption, now),
    )


def _believable(redemption: Redemption, verdict: Verdict) -> Verdict:
    """Take nothing for proof that the core knows is none, whatever a classifier said."""
    if isinstance(verdict, Unknown):
        return verdict
    known_id = redemption.upstream_id
    if known_id is not None and verdict.upstream_id not in {known_id, None}:
        return _doubted(verdict, UnknownCause.MISMATCH, FollowUp.PERSON)
    if isinstance(verdict, Declined):
        is_about_this_attempt = verdict.reason in {
            DeclineReason.NOT_SENT,
            DeclineReason.NOT_AUTHORISED,
        }
        if is_about_this_attempt and redemption.attempts > 1:
            return _doubted(verdict, UnknownCause.NO_NEWS, redemption.follow_up)
        return verdict
    asked = redemption.amount
    most_cents = asked.cents if isinstance(asked, Exact) else AMOUNT_CENTS_MAX
    if not 0 < verdict.redeemed_cents <= most_cents:
        return _doubted(verdict, UnknownCause.MISMATCH, FollowUp.PERSON)
    if verdict.upstream_version < redemption.upstream_version:
        return _doubted(verdict, UnknownCause.STALE, redemption.follow_up)
    return verdict


def _doubted(verdict: Approved | Declined, cause: UnknownCause, follow_up: FollowUp) -> Unknown:
    """Conclude nothing from an answer, and keep it as evidence."""
    return Unknown(
        cause=cause,
        follow_up=follow_up,
        upstream_id=verdict.upstream_id,
        body=verdict.body,
        http_status=verdict.http_status,
    )


def _cause_of(verdict: Verdict) -> str | None:
    match verdict:
        case Approved():
            return None
        case Declined():
            return verdict.reason.value
        case Unknown():
            return verdict.cause.value
        case _:
            assert_never(verdict)


def _approve(ended: Redemption, verdict: Approved, now: Instant) -> Step:
    approved = _changed(
        ended,
        now,
        state=RedemptionState.APPROVED,
        redeemed_cents=verdict.redeemed_cents,
        upstream_id=verdict.upstream_id,
        upstream_version=verdict.upstream_version,
        upstream_reference=verdict.upstream_reference,
        change=verdict.change,
        last_cause=None,
    )
    return replace(approved, effect=Close())


def _decline(ended: Redemption, verdict: Declined, now: Instant) -> Step:
    return _changed(
        ended,
        now,
        state=RedemptionState.DECLINED,
        decline=verdict.reason,
        upstream_id=verdict.upstream_id or ended.upstream_id,
        last_cause=None,
    )


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
    age_s = _age_s(learnt, now)
    wait_s = delay_s(event.pace, learnt.attempts, age_s, event.jitter, verdict.retry_after_s)
    after = replace(learnt, next_due_at=now.wall + timedelta(seconds=wait_s))
    return Step(after, (_change(ended, after, now),), AskAgain(wait_s))


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
    is_patience_over = _age_s(learnt, now) >= CONFLICT_PATIENCE_S
    if is_conflict and is_patience_over and learnt.conflicts >= CONFLICTS_MAX:
        return AttentionCause.CONFLICTS
    is_a_day_old = _age_s(learnt, now) >= UNDECIDED_LIMIT_S
    if is_a_day_old and learnt.upstream_id is not None and verdict.cause in _ANSWERED_UNDECIDED:
        return AttentionCause.NEVER_DECIDED
    following = _next_attempt(learnt, now)
    return following if isinstance(following, AttentionCause) else None


# ------------------------------------------------------------------------- closing and recovery


def _close_sale(redemption: Redemption, sale: Sale, now: Instant) -> Step:
    """Make the approval final only while its sale is open and still owes it, in one commit."""
    assert redemption.state is RedemptionState.APPROVED, "only an approval closes a sale"
    assert redemption.redeemed_cents is not None, "an approval says what was taken"
    remaining = sale.remaining_cents
    is_owed = remaining is None or redemption.redeemed_cents <= remaining
    if sale.state is not SaleState.OPEN or not is_owed:
        return _changed(redemption, now, state=RedemptionState.UNCLAIMED)
    final = _changed(redemption, now, state=RedemptionState.FINAL)
    is_covered = remaining is None or redemption.redeemed_cents == remaining
    sale_row: row.Row = (
        row.SaleClosed(sale.id, SaleState.PAID) if is_covered else row.SaleMustBeOpen(sale.id)
    )
    return replace(final, rows=(*final.rows, sale_row))


def _found(redemption: Redemption, now: Instant) -> Step:
    """Bring a redemption found at start to where the till can go on, without sending anything."""
    match redemption.state:
        case RedemptionState.PREPARED:
            return _changed(redemption, now, state=RedemptionState.ABANDONED)
        case RedemptionState.APPROVED:
            return _changed(redemption, now, state=RedemptionState.UNCLAIMED)
        case RedemptionState.INFLIGHT:
            return _found_inflight(redemption, now)
        case _:
            return Step(redemption)


def _found_inflight(redemption: Redemption, now: Instant) -> Step:
    ends: tuple[row.Row, ...] = ()
    settled = redemption
    if redemption.is_being_asked:
        settled = replace(_end_attempt(redemption, now), last_cause=UnknownCause.INTERRUPTED)
        ends = (
            row.AttemptEnded(
                redemption_id=redemption.id,
                number=redemption.attempts,
                at=now.wall,
                outcome="unknown",
                cause=UnknownCause.INTERRUPTED.value,
            ),
        )
    following = _next_attempt(redemption, now)
    if isinstance(following, AttentionCause):
        called = _call_a_person(redemption, now, following, settled)
        return replace(called, rows=(*ends, *called.rows))
    after = replace(settled, next_due_at=min(settled.next_due_at or now.wall, now.wall))
    if after == redemption:
        return Step(redemption, effect=AskAgain(0))
    return Step(after, (*ends, _change(redemption, after, now)), AskAgain(0))


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
    return Step(after, (_change(redemption, after, now),))


def _changed(redemption: Redemption, now: Instant, **changes: object) -> Step:
    after = replace(redemption, next_due_at=None, **changes)  # type: ignore[arg-type]  # mypy cannot see dataclass fields through a mapping
    return Step(after, (_change(redemption, after, now),))


def _change(before: Redemption, after: Redemption, now: Instant) -> row.RedemptionChanged:
    check_move(before.state, after.state)
    return row.RedemptionChanged(before.state, after, now.wall)
