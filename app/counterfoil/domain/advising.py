"""What one event does to a redemption at an advised upstream: one request, then one advice.

The request is never resent. While somebody waits at the counter the till may inquire by the
request's id what became of it; whatever is undecided after that is reversed. An advice is committed
together with the state that owes it, so that no crash can come between them.

A refund goes the same way, without the inquiry: what is undecided is reversed at once.
"""

from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from counterfoil.declaring import dataclass
from counterfoil.domain import rows as row
from counterfoil.domain.advice import AdviceKind, ReversalReason
from counterfoil.domain.pacing import Pace, delay_s, elapsed_s
from counterfoil.domain.redemption import Attempt, AttemptKind, Redemption
from counterfoil.domain.sale import Sale
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.stepping import (
    Abandon,
    Answered,
    Ask,
    AskAgain,
    CloseSale,
    Composed,
    Event,
    Found,
    Leave,
    Owes,
    Step,
    Transmit,
    Void,
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
from counterfoil.domain.verdict import Approved, Declined, FollowUp, Unknown, UnknownCause

INQUIRIES_MAX = 3
"""How often the status of a request is inquired before it is reversed."""

_NO_ANSWER = frozenset(
    {
        UnknownCause.NO_CONNECTION,
        UnknownCause.TIME_OUT,
        UnknownCause.CUT_OFF,
        UnknownCause.INTERRUPTED,
    }
)


@dataclass(frozen=True, slots=True)
class _Decided:
    """What an event comes to: the attempt that has ended by it, and the step without its advice."""

    taken: Step
    ended: tuple[row.Row, ...] = ()


def owed_by(redemption: Redemption, event: Event, now: Instant) -> Owes | None:
    """Return the advice that ``event`` makes the till owe, which is composed before the step."""
    return _decide(redemption, event, now).taken.owes


def step(
    redemption: Redemption, event: Event, now: Instant, composed: Composed | None = None
) -> Step:
    """Return what ``event`` does to ``redemption``, which is at an advised upstream.

    ``composed`` is the advice that the event makes the till owe, with its text.
    """
    decided = _decide(redemption, event, now)
    taken = decided.taken
    advice = _advice_rows(redemption, taken.owes, composed, now)
    # The file takes an advice only after its request has ended, and what owes it only after it.
    return replace(taken, rows=(*decided.ended, *advice, *taken.rows))


def _advice_rows(
    redemption: Redemption, owes: Owes | None, composed: Composed | None, now: Instant
) -> tuple[row.Row, ...]:
    """Write the advice that is owed, and no other."""
    assert (owes is None) == (composed is None), "what is owed, and no more, is composed before"
    if owes is None or composed is None:
        return ()
    advice = composed.advice
    is_meant = (advice.redemption_id, advice.kind, advice.reason) == (
        redemption.id,
        owes.kind,
        owes.reason,
    )
    assert is_meant, "an advice is about what owes it"
    if owes.is_replacement:
        return (row.ConfirmationReplaced(advice, composed.body, now.wall),)
    return (row.AdviceOwed(advice, composed.body),)


def _decide(redemption: Redemption, event: Event, now: Instant) -> _Decided:
    match event:
        case Answered():
            return _answered(redemption, event, now)
        case Found():
            return _found(redemption, now)
        case Ask():
            return _Decided(_ask(redemption, now))
        case CloseSale():
            return _Decided(_close_sale(redemption, event.sale, now))
        case Leave():
            return _Decided(_leave(redemption, now))
        case Void():
            return _Decided(_void(redemption, now))
        case Abandon():
            assert redemption.state is RedemptionState.PREPARED, (
                "what may have left is not given up"
            )
            return _Decided(changed(redemption, now, state=RedemptionState.ABANDONED))
        case _:
            assert_never(event)


def _ask(redemption: Redemption, now: Instant) -> Step:
    """Send the request once, or look up what became of it."""
    assert not redemption.is_being_asked, "one attempt at a time"
    assert redemption.state in {RedemptionState.PREPARED, RedemptionState.INFLIGHT}
    is_first = redemption.first_sent is None
    if not is_first and not _can_look_up(redemption):
        return _reverse(redemption, now, _reason(redemption))
    kind = AttemptKind.SEND if is_first else AttemptKind.FETCH
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
    if is_first:
        rows = (row.SaleMustBeOpen(redemption.sale_id), *rows)
    return Step(after, rows, Transmit(kind))


def _answered(redemption: Redemption, event: Answered, now: Instant) -> _Decided:
    """Take a decision; an answer that comes when nothing is asked any more changes nothing."""
    if redemption.state is not RedemptionState.INFLIGHT or not redemption.is_being_asked:
        return _Decided(Step(redemption))
    verdict = believable(redemption, event.verdict)
    ended = attempt_ended(redemption, now)
    if isinstance(verdict, Approved):
        decided = approve(ended, verdict, now)
    elif isinstance(verdict, Declined):
        decided = decline(ended, verdict, now)
    else:
        decided = _not_known(ended, verdict, event, now)
    return _Decided(decided, ended=(end_of(redemption, verdict, now),))


def _not_known(ended: Redemption, verdict: Unknown, event: Answered, now: Instant) -> Step:
    """Look it up while somebody waits, else reverse it. What a lookup could not tell is no news."""
    is_lookup = ended.attempts > 1
    learnt = replace(
        ended,
        last_cause=ended.last_cause if is_lookup else verdict.cause,
        follow_up=verdict.follow_up,
        upstream_id=ended.upstream_id or verdict.upstream_id,
        upstream_version=max(ended.upstream_version, verdict.upstream_version or 0),
    )
    can_look_up = verdict.follow_up is not FollowUp.PERSON and _can_look_up(learnt)
    if event.pace is not Pace.COUNTER or not can_look_up:
        return _reverse(learnt, now, _reason(learnt))
    assert learnt.first_sent is not None, "an attempt was sent"
    age_s = elapsed_s(learnt.first_sent, now) or 0
    wait_s = delay_s(
        event.pace,
        learnt.attempts,
        age_s,
        event.jitter,
        verdict.retry_after_s,
        is_rate_limited=verdict.cause is UnknownCause.RATE_LIMITED,
    )
    after = replace(learnt, next_due_at=now.wall + timedelta(seconds=wait_s))
    return Step(after, (change(ended, after, now),), AskAgain(wait_s))


def _can_look_up(redemption: Redemption) -> bool:
    """Whether the upstream can still be asked what became of the request.

    The first attempt is the request, and each later one a status inquiry: nothing is resent here.
    """
    return not redemption.is_refund and redemption.attempts <= INQUIRIES_MAX


def _reason(redemption: Redemption) -> ReversalReason:
    """Say why the request is undone: silence, or an answer that proves nothing."""
    is_silence = redemption.last_cause in _NO_ANSWER
    return ReversalReason.TIMEOUT if is_silence else ReversalReason.RESPONSE_NOT_FINAL


def _close_sale(redemption: Redemption, sale: Sale, now: Instant) -> Step:
    """Make the approval final and owe its confirmation; reverse it when the sale is gone."""
    if not can_close(redemption, sale):
        return _reverse(redemption, now, ReversalReason.CANCELLED)
    final = finalise(redemption, sale, now)
    owes = Owes(AdviceKind.CONFIRMATION) if redemption.has_confirmation else None
    return replace(final, owes=owes)


def _leave(redemption: Redemption, now: Instant) -> Step:
    """Reverse what is not decided; an attempt under way is waited for."""
    if redemption.state is not RedemptionState.INFLIGHT or redemption.is_being_asked:
        return Step(redemption)
    return _reverse(redemption, now, _reason(redemption))


def _void(redemption: Redemption, now: Instant) -> Step:
    """Take back what is final: its confirmation, which never left, becomes a reversal."""
    assert redemption.state is RedemptionState.FINAL, "only what is final is voided"
    assert redemption.has_confirmation, "only a confirmation that is owed can be replaced"
    assert not redemption.is_refund, "what was given back is not taken back again"
    owes = Owes(AdviceKind.REVERSAL, ReversalReason.CANCELLED, is_replacement=True)
    return replace(_reverse(redemption, now, ReversalReason.CANCELLED), owes=owes)


def _found(redemption: Redemption, now: Instant) -> _Decided:
    """Bring a redemption found at start to where only its advice is owed; send nothing."""
    match redemption.state:
        case RedemptionState.PREPARED:
            return _Decided(changed(redemption, now, state=RedemptionState.ABANDONED))
        case RedemptionState.INFLIGHT:
            settled, ends = interrupted(redemption, now)
            reversing = _reverse(_counted_anew(settled, now), now, ReversalReason.TIMEOUT)
            return _Decided(reversing, ended=ends)
        case RedemptionState.APPROVED:
            # Nobody was told to hand over.
            anew = _counted_anew(redemption, now)
            return _Decided(_reverse(anew, now, ReversalReason.CANCELLED))
        case RedemptionState.REVERSING:
            after = _counted_anew(redemption, now)
            is_same = after is redemption
            return _Decided(Step(after, () if is_same else (change(redemption, after, now),)))
        case _:
            return _Decided(Step(redemption))


def _counted_anew(redemption: Redemption, now: Instant) -> Redemption:
    """Count from this boot how long the request may be on its way: its clock alone is sure."""
    ended = redemption.last_ended
    assert ended is not None, "a request that is reversed has ended"
    return redemption if ended.boot_id == now.boot_id else replace(redemption, last_ended=now)


def _reverse(redemption: Redemption, now: Instant, reason: ReversalReason) -> Step:
    reversing = changed(redemption, now, state=RedemptionState.REVERSING)
    return replace(reversing, owes=Owes(AdviceKind.REVERSAL, reason))
