"""The pure core: what one event does to one redemption at an upstream of kind A.

``step(redemption, event, now)`` returns the redemption as it becomes, the rows that must be
committed before anything else happens, and what to do once they are. Nothing here sends, writes,
waits or reads a clock, so a test can run a year of it.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from counterfoil.domain import rows as row
from counterfoil.domain.money import Exact
from counterfoil.domain.pacing import (
    CONFLICT_PATIENCE_S,
    CONFLICTS_MAX,
    REPLAY_WINDOW_S,
    UNDECIDED_LIMIT_S,
    Pace,
    delay_s,
    elapsed_s,
    is_within,
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
            return _changed(redemption, now, state=RedemptionState.ABANDONED)


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
    return Step(after, (_change(redemption, after, now), row.AttemptStarted(attempt)), Transmit(kind))


def _next_attempt(redemption: Redemption, now: Instant) -> AttemptKind | AttentionCause:
    """Choose what can still bring certainty. A resend after the window would redeem again."""
    sent = redemption.first_sent
    if sent is None:
        return AttemptKind.SEND
    can_fetch = redemption.upstream_id is not None and is_within(UNDECIDED_LIMIT_S, sent, now)
    can_resend = not redemption.is_resend_spent and is_within(REPLAY_WINDOW_S, sent, now)
    if can_fetch and (redemption.follow_up is FollowUp.FETCH or not can_resend):
        return AttemptKind.FETCH
    if can_resend:
        return AttemptKind.RESEND
    if redemption.is_resend_spent:
        return AttentionCause.STORED_ERROR
    if redemption.upstream_id is not None:
        return AttentionCause.NEVER_DECIDED
    return AttentionCause.WINDOW_PASSED


# ------------------------------------------------------------------------------------- answered


def _answered(redemption: Redemption, event: Answered, now: Instant) -> Step:
    assert redemption.is_being_asked, "an answer needs an attempt"
    verdict = _believable(redemption, event)
    ended = replace(redemption, attempts_ended=redemption.attempts, last_ended=now)
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


def _believable(redemption: Redemption, event: Answered) -> Verdict:
    """Take nothing for proof that the core knows is none, whatever a classifier said."""
    verdict = event.verdict
    asked = redemption.amount
    if isinstance(verdict, Approved):
        is_too_much = isinstance(asked, Exact) and verdict.redeemed_cents > asked.cents
        if is_too_much or verdict.redeemed_cents <= 0:
            return Unknown(
                cause=UnknownCause.MISMATCH, follow_up=FollowUp.PERSON, body=verdict.body
            )
    if isinstance(verdict, Declined):
        says_never_sent = verdict.reason in {
            DeclineReason.NOT_SENT,
            DeclineReason.NOT_AUTHORISED,
        }
        if says_never_sent and redemption.attempts > 1:
            return Unknown(cause=UnknownCause.NO_NEWS, follow_up=redemption.follow_up)
    return verdict


def _cause_of(verdict: Verdict) -> str | None:
    match verdict:
        case Approved():
            return None
        case Declined():
            return verdict.reason.value
        case Unknown():
            return verdict.cause.value


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
        follow_up=verdict.follow_up,
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


def _why_a_person(learnt: Redemption, verdict: Unknown, now: Instant) -> AttentionCause | None:
    if verdict.follow_up is FollowUp.PERSON:
        is_stored = verdict.cause is UnknownCause.STORED_ERROR
        return AttentionCause.STORED_ERROR if is_stored else AttentionCause.MISMATCH
    has_conflicted = verdict.cause is UnknownCause.CONFLICT and learnt.conflicts >= CONFLICTS_MAX
    if has_conflicted and _age_s(learnt, now) >= CONFLICT_PATIENCE_S:
        return AttentionCause.CONFLICTS
    following = _next_attempt(learnt, now)
    return following if isinstance(following, AttentionCause) else None


def _age_s(redemption: Redemption, now: Instant) -> float:
    assert redemption.first_sent is not None, "an attempt was sent"
    return elapsed_s(redemption.first_sent, now) or 0


# ------------------------------------------------------------------------- closing and recovery


def _close_sale(redemption: Redemption, sale: Sale, now: Instant) -> Step:
    """Make the approval final only while its sale is open and still owes it, in one commit."""
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
        settled = replace(
            redemption,
            attempts_ended=redemption.attempts,
            last_ended=now,
            last_cause=UnknownCause.INTERRUPTED,
        )
        ends = (
            row.AttemptEnded(
                redemption_id=redemption.id,
                number=redemption.attempts,
                at=now.wall,
                outcome="unknown",
                cause=UnknownCause.INTERRUPTED.value,
            ),
        )
    following = _next_attempt(settled, now)
    if isinstance(following, AttentionCause):
        called = _call_a_person(redemption, now, following, settled)
        return replace(called, rows=(*ends, *called.rows))
    after = replace(settled, next_due_at=now.wall)
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
