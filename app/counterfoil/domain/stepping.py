"""Events, effects and steps: what may happen to a redemption, at either kind of upstream.

The rules that both kinds share are here too: which answers count as proof, and how a change of a
redemption becomes a row.
"""

from dataclasses import replace
from typing import assert_never

from counterfoil.declaring import dataclass
from counterfoil.domain import rows as row
from counterfoil.domain.advice import Advice, AdviceKind, ReversalReason
from counterfoil.domain.money import AMOUNT_CENTS_MAX, Exact
from counterfoil.domain.pacing import Pace, grown_s
from counterfoil.domain.redemption import AttemptKind, Redemption
from counterfoil.domain.sale import Sale, SaleEnding
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import Customer, RedemptionState, SaleState, check_move
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
    """It is time for an attempt: to send the request, or to ask what became of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The attempt under way has ended with a verdict.

    ``jitter`` is a random number from 0 up to 1 that spreads the next attempts; ``pace`` says
    whether somebody at the counter waits.
    """

    verdict: Verdict
    jitter: float
    pace: Pace


@dataclass(frozen=True, slots=True)
class CloseSale:
    """The sale is to be closed: its approval is on the disk, or its customer is still here.

    ``sale`` is as the journal holds it now.
    """

    sale: Sale


@dataclass(frozen=True, slots=True)
class Found:
    """The till has just started and found this redemption in the journal."""


@dataclass(frozen=True, slots=True)
class Abandon:
    """The till gives up a redemption that it has not begun to send."""


@dataclass(frozen=True, slots=True)
class Leave:
    """The counter stopped waiting for a redemption that is not decided."""


@dataclass(frozen=True, slots=True)
class Void:
    """A final redemption is taken back, because the goods came back."""


Event = Ask | Answered | CloseSale | Found | Abandon | Leave | Void

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
class Owes:
    """The advice that an event makes the till owe to the upstream.

    With ``is_replacement`` it is a reversal that replaces the confirmation owed until now.
    """

    kind: AdviceKind
    reason: ReversalReason | None = None
    is_replacement: bool = False


@dataclass(frozen=True, slots=True)
class Composed:
    """An advice, and the exact text that every attempt sends; neither is written yet."""

    advice: Advice
    body: Secret


@dataclass(frozen=True, slots=True)
class Step:
    """What one event did: the redemption as it is now, and ``rows``, which are the whole commit.

    An advice that the event makes the till owe is among the rows. ``effect`` may be carried out
    only once they are on the disk.
    """

    redemption: Redemption
    rows: tuple[row.Row, ...] = ()
    effect: Effect | None = None
    owes: Owes | None = None


# ----------------------------------------------------------------------------------- believing


def believable(redemption: Redemption, verdict: Verdict) -> Verdict:
    """Return a verdict, or Unknown where it contradicts what the till knows.

    Whatever the classifier said, nothing is proven by an answer with another transaction id, an
    amount that was not asked for, an older version than one seen before, or by a refusal that is
    about the last attempt only while an earlier one may have arrived.
    """
    if isinstance(verdict, Unknown):
        return verdict
    known_id = redemption.upstream_id
    if known_id is not None and verdict.upstream_id not in {known_id, None}:
        return _doubted(verdict, UnknownCause.MISMATCH, FollowUp.PERSON)
    if isinstance(verdict, Declined):
        is_about_this_attempt = verdict.reason in {
            DeclineReason.NOT_SENT,
            DeclineReason.NOT_SECURE,
            DeclineReason.NOT_AUTHORISED,
        }
        if is_about_this_attempt and redemption.attempts > 1:
            return _doubted(verdict, UnknownCause.NO_NEWS, redemption.follow_up)
        return verdict
    asked = redemption.amount
    if redemption.is_refund and Exact(verdict.redeemed_cents) != asked:
        return _doubted(verdict, UnknownCause.MISMATCH, FollowUp.PERSON)
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


def cause_of(verdict: Verdict) -> str | None:
    """Return the reason that the journal keeps for an attempt's end; None for an approval."""
    match verdict:
        case Approved():
            return None
        case Declined():
            return verdict.reason.value
        case Unknown():
            return verdict.cause.value
        case _:
            assert_never(verdict)


# -------------------------------------------------------------------------------------- deciding


def approve(ended: Redemption, verdict: Approved, now: Instant) -> Step:
    """Return the step that records an approval; the sale may be closed with it afterwards."""
    approved = replace(
        ended,
        state=RedemptionState.APPROVED,
        next_due_at=None,
        redeemed_cents=verdict.redeemed_cents,
        upstream_id=verdict.upstream_id,
        upstream_version=verdict.upstream_version,
        upstream_reference=verdict.upstream_reference,
        change=None if verdict.change is None else verdict.change.shape,
        last_cause=None,
    )
    written = replace(change(ended, approved, now), change=verdict.change)
    return Step(approved, (written,), Close())


def decline(ended: Redemption, verdict: Declined, now: Instant) -> Step:
    """Return the step that records a proven refusal."""
    return changed(
        ended,
        now,
        state=RedemptionState.DECLINED,
        decline=verdict.reason,
        upstream_id=verdict.upstream_id or ended.upstream_id,
        last_cause=None,
    )


def can_close(redemption: Redemption, sale: Sale) -> bool:
    """Whether the sale is open, still owes what the approval took, and its customer is there.

    When the till was restarted over the sale, only a person can say that the customer is there. An
    UNCLAIMED redemption always waits until a person has said so.
    """
    assert redemption.redeemed_cents is not None, "an approval says what was taken"
    remaining = sale.remaining_cents
    is_owed = remaining is None or redemption.redeemed_cents <= remaining
    if redemption.state is RedemptionState.UNCLAIMED:
        is_there = sale.customer is Customer.HERE
    else:
        assert redemption.state is RedemptionState.APPROVED, "only an approval closes a sale"
        is_there = sale.customer is not Customer.ASKED
    return sale.state is SaleState.OPEN and is_owed and is_there


def finalise(redemption: Redemption, sale: Sale, now: Instant) -> Step:
    """Make an approval final, and close its sale if nothing is left to pay.

    A sale that still owes something stays open; the commit fails with SaleClosedError if it is not.
    """
    remaining = sale.remaining_cents
    final = changed(redemption, now, state=RedemptionState.FINAL)
    is_covered = remaining is None or redemption.redeemed_cents == remaining
    sale_row: row.Row = (
        row.SaleClosed(sale.id, SaleEnding.PAID) if is_covered else row.SaleMustBeOpen(sale.id)
    )
    return replace(final, rows=(*final.rows, sale_row))


# -------------------------------------------------------------------------------------- writing


def end_of(redemption: Redemption, verdict: Verdict, now: Instant) -> row.AttemptEnded:
    """Return the row that says how the attempt under way ended."""
    return row.AttemptEnded(
        redemption_id=redemption.id,
        number=redemption.attempts,
        at=now.wall,
        outcome=type(verdict).__name__.lower(),
        cause=cause_of(verdict),
        http_status=verdict.http_status,
        body=verdict.body,
    )


def attempt_ended(redemption: Redemption, now: Instant) -> Redemption:
    """Return a redemption whose attempt under way ends now."""
    return replace(
        redemption,
        attempts_ended=redemption.attempts,
        last_ended=now,
        known_age_s=age_s(redemption, now),
    )


def age_s(redemption: Redemption, now: Instant) -> float:
    """Return the age of the request in seconds, the greatest that either clock allows."""
    since = redemption.last_ended or redemption.first_sent
    assert since is not None, "an attempt was sent"
    return grown_s(redemption.known_age_s or 0.0, since, now)


def interrupted(redemption: Redemption, now: Instant) -> tuple[Redemption, tuple[row.Row, ...]]:
    """End an attempt that was under way when the till stopped; its outcome is unknown."""
    if not redemption.is_being_asked:
        return redemption, ()
    settled = replace(attempt_ended(redemption, now), last_cause=UnknownCause.INTERRUPTED)
    return settled, (end_of(redemption, Unknown(cause=UnknownCause.INTERRUPTED), now),)


def changed(redemption: Redemption, now: Instant, **changes: object) -> Step:
    """Return the step that makes these changes and plans no further attempt."""
    after = replace(redemption, next_due_at=None, **changes)  # type: ignore[arg-type]  # mypy cannot see dataclass fields through a mapping
    return Step(after, (change(redemption, after, now),))


def change(before: Redemption, after: Redemption, now: Instant) -> row.RedemptionChanged:
    """Return the row of a change.

    Raises:
        AssertionError: the move is not in the table of moves, which is a mistake in the program.

    """
    check_move(before.state, after.state)
    return row.RedemptionChanged(before.state, after, now.wall)
