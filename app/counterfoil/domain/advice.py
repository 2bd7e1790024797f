"""Advices: messages that are repeated, with the same id and bytes, until they are acknowledged.

An advised upstream answers a request. The till then sends it exactly one advice: the sale stands
(confirmation), or it does not (reversal). The upstream cannot refuse an advice, only acknowledge
it.
"""

from datetime import datetime
from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.domain.redemption import AttentionCause
from counterfoil.domain.verdict import UnknownCause


class AdviceKind(StrEnum):
    """Whether the upstream is to keep what a request did, or to undo it."""

    CONFIRMATION = "confirmation"
    """The sale stands."""
    REVERSAL = "reversal"
    """Undo it, whether or not it was ever received."""


class ReversalReason(StrEnum):
    """Why a request is undone."""

    TIMEOUT = "timeout"
    """No answer came."""
    CANCELLED = "cancelled"
    """The sale was cancelled, or closed otherwise, after the approval."""
    RESPONSE_NOT_FINAL = "response_not_final"
    """An answer came that proves nothing."""


class AdviceState(StrEnum):
    """What is known of an advice."""

    OWED = "owed"
    """Written, and to be repeated until it is acknowledged."""
    ACKNOWLEDGED = "acknowledged"
    """The upstream has it, or never had the request that it would undo."""
    SUSPENDED = "parked"  # the spelling that journals and JSON have had since 1.0
    """The upstream cannot read it. It left the head of the queue, is still tried daily, and a
    person is shown it; it is never dropped."""
    DISPUTED = "disputed"
    """The upstream's books say otherwise. It is sent no more: a person has its redemption."""
    SETTLED = "settled"
    """A person settled its redemption by what the provider says. It is sent no more."""


A = AdviceState

ADVICE_MOVES: frozenset[tuple[AdviceState, AdviceState]] = frozenset(
    {
        (A.OWED, A.ACKNOWLEDGED),
        (A.OWED, A.SUSPENDED),
        (A.OWED, A.DISPUTED),
        (A.SUSPENDED, A.ACKNOWLEDGED),
        (A.SUSPENDED, A.DISPUTED),
        (A.ACKNOWLEDGED, A.DISPUTED),
        (A.OWED, A.SETTLED),
        (A.SUSPENDED, A.SETTLED),
        (A.DISPUTED, A.SETTLED),
        (A.ACKNOWLEDGED, A.SETTLED),
    }
)
"""Every legal move. From acknowledged to disputed none is made any more, but journals may hold it.
"""

UNACKNOWLEDGED: frozenset[AdviceState] = frozenset({A.OWED, A.SUSPENDED})
"""The upstream has not said that it has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One advice; its bytes are sealed in the journal and never change.

    ``attempts`` counts what was committed before its bytes left, so that "never attempted" is
    provable. ``fingerprint`` is that of the redemption's voucher: advices about one voucher are
    sent in order.

    A reversal is acknowledged also when the upstream did not know its request. As the request may
    have been under way still, the reversal is sent once more at ``next_due_at``: the safety resend.
    Where the upstream then says that the sale stands, it is sent each day until the upstream
    agrees.
    """

    id: str
    redemption_id: str
    upstream: str
    fingerprint: str
    kind: AdviceKind
    reason: ReversalReason | None
    created_at: datetime
    is_refund: bool = False
    """Whether it is about a refund; it follows from its redemption."""
    state: AdviceState = AdviceState.OWED
    attempts: int = 0
    attempts_ended: int = 0
    last_ended_at: datetime | None = None
    next_due_at: datetime | None = None
    last_cause: str | None = None
    """The last answer that did not settle it, as a word."""
    acknowledged_at: datetime | None = None
    may_have_arrived: bool = False
    """Whether an attempt that has ended may have reached the upstream, answered or not."""

    @property
    def is_under_way(self) -> bool:
        """Whether an attempt is under way: its start is written and its end is not."""
        return self.attempts > self.attempts_ended

    @property
    def awaits_safety_resend(self) -> bool:
        """Whether it was acknowledged, and a safety resend is still to be made."""
        return self.state is AdviceState.ACKNOWLEDGED and self.next_due_at is not None

    @property
    def is_to_be_sent(self) -> bool:
        """Whether the till still has to send it, now or later."""
        return self.state in UNACKNOWLEDGED or self.awaits_safety_resend

    @property
    def is_contradicted(self) -> bool:
        """Whether the upstream acknowledged a reversal, and says now that the sale stands."""
        return self.awaits_safety_resend and self.last_cause == AttentionCause.CONTRADICTED

    @property
    def needs_a_person(self) -> bool:
        """Whether repeating it will hardly help, so that somebody has to call the upstream."""
        return self.state is AdviceState.SUSPENDED or self.is_contradicted


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The upstream has the advice, now or from an earlier attempt."""

    http_status: int | None = None


@dataclass(frozen=True, slots=True)
class NotKnownThere:
    """The upstream does not know the request that the advice is about.

    `forwarding.conclude` decides what follows, by the kind of advice and the age of the request.
    """

    http_status: int | None = None


@dataclass(frozen=True, slots=True)
class Contradicted:
    """The upstream has the opposite advice: its records and the till's disagree."""

    http_status: int | None = None


@dataclass(frozen=True, slots=True)
class NotWaiting:
    """The upstream knows the request, and has nothing that this confirmation could confirm.

    Either an earlier attempt confirmed it and its answer was lost; or, if no earlier attempt can
    have arrived, the upstream denies what it had approved. The answer itself does not say which.
    """

    http_status: int | None = None


@dataclass(frozen=True, slots=True)
class Repeat:
    """No final answer: send the advice again later.

    ``retry_after_s`` is how long the upstream asks the till to wait, in seconds; None if it does
    not.
    """

    cause: UnknownCause
    retry_after_s: float | None = None
    http_status: int | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The upstream says that it cannot read or does not offer this advice; repeating is useless."""

    http_status: int | None = None


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """The upstream does not accept this till's credentials.

    Nothing more is sent to it until a person has put them right.
    """

    http_status: int | None = None


AdviceVerdict = (
    Acknowledged | NotKnownThere | Contradicted | NotWaiting | Repeat | Unreadable | NotAllowed
)
