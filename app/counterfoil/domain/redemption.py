"""One redemption: the attempt to turn a voucher into money."""

from datetime import datetime
from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.domain.money import Amount
from counterfoil.domain.settlement import SettledAs
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.time import Instant
from counterfoil.domain.verdict import ChangeShape, DeclineReason, FollowUp, UnknownCause
from counterfoil.domain.voucher_type import ChangeManner, UpstreamKind

_REFERENCE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_REFERENCE_LETTERS = frozenset(_REFERENCE_ALPHABET)
_REFERENCE_LENGTH = 6


class AttentionCause(StrEnum):
    """Why the till cannot decide and a person must."""

    MISMATCH = "mismatch"
    """The answer is about something else than what was asked."""
    STORED_ERROR = "stored_error"
    """The upstream repeats a stored error and gave no id to ask by."""
    WINDOW_PASSED = "window_passed"
    """The time in which the same request may be repeated is over, and no id is known."""
    NEVER_DECIDED = "never_decided"
    """The upstream kept the redemption undecided for a day."""
    CONFLICTS = "conflicts"
    """The upstream keeps saying that the request conflicts with another."""
    APPROVAL_DENIED = "approval_denied"
    """The upstream does not know the approval that the till sold on."""
    CONTRADICTED = "contradicted"
    """The upstream has the opposite advice: its records and the till's disagree."""


class VoidReason(StrEnum):
    """Why a cashier takes a redemption back."""

    GOODS_RETURNED = "goods_returned"
    CUSTOMER_CHANGED_MIND = "customer_changed_mind"
    WRONG_AMOUNT = "wrong_amount"
    WRONG_VOUCHER = "wrong_voucher"


class AttemptKind(StrEnum):
    """What one attempt sends."""

    SEND = "send"
    """The request for the first time."""
    RESEND = "resend"
    """The same bytes with the same key."""
    FETCH = "fetch"
    """A question for the redemption by the upstream's id; it moves no money."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """All that the journal holds of one redemption, except what was sent and answered.

    A refund is a redemption too: it gives back what the redemption ``refund_of`` took, with an id,
    a request and an advice of its own. ``redeemed_cents`` is then what went back to the voucher.

    ``fingerprint`` is a keyed hash of the voucher's code. ``sms_to`` is a masked phone number, and
    ``phone_fingerprint`` a keyed hash of it; the hash is None in what older tills wrote.
    ``shredded_at`` is when the till removed the personal data, by the retention rules.
    ``slip_number`` is given by the journal when the redemption is prepared; 0 before.
    """

    id: str
    sale_id: str
    upstream: str
    type_id: str
    type_name: str
    fingerprint: str
    voucher_tail: str
    amount: Amount
    currency: str
    idempotency_key: str
    cashier: str
    created_at: datetime
    sms_to: str | None = None
    change_manner: ChangeManner = ChangeManner.NOT_SAID
    """How the provider gives back what remains, as discovery said when it was prepared."""
    kind: UpstreamKind = UpstreamKind.KEYED
    has_confirmation: bool = False
    """Whether the upstream wants a confirmation, as discovery said when it was prepared."""
    is_advice_effective: bool = True
    """Whether a reversal reaches the provider, as said when it was prepared."""
    can_refund: bool = False
    """Whether the upstream gives back what it has taken, as said when it was prepared."""
    refund_of: str | None = None
    """The id of the redemption that this one gives back; None where it takes."""
    is_refunded: bool = False
    """Whether a refund of it is final. It follows from the refund and is never written."""
    slip_number: int = 0
    state: RedemptionState = RedemptionState.PREPARED
    attempts: int = 0
    """How many attempts were started."""
    attempts_ended: int = 0
    """How many of them have ended; one less than ``attempts`` while one is under way."""
    conflicts: int = 0
    first_sent: Instant | None = None
    last_ended: Instant | None = None
    known_age_s: float | None = None
    """How old the request was at ``last_ended``, in seconds, by the clock that shows more.

    It adds up over restarts of the machine, which only the wall clock spans. None before the first
    attempt has ended.
    """
    next_due_at: datetime | None = None
    last_cause: UnknownCause | None = None
    follow_up: FollowUp = FollowUp.RESEND
    is_resend_spent: bool = False
    """The upstream replays a stored error, so the same request brings nothing new."""
    upstream_id: str | None = None
    upstream_version: int = 0
    upstream_reference: str | None = None
    redeemed_cents: int | None = None
    change: ChangeShape | None = None
    """What may be seen of the change voucher; its codes are in the journal (`Journal.change`)."""
    decline: DeclineReason | None = None
    attention: AttentionCause | None = None
    settled_as: SettledAs | None = None
    """How people settled it, once it is RESOLVED; the rest is in its settlement."""
    phone_fingerprint: str | None = None
    shredded_at: datetime | None = None

    @property
    def reference(self) -> str:
        """The short reference that people read, type and scan, such as ``K7Q-42F``."""
        return short_reference(self.id)

    @property
    def is_refund(self) -> bool:
        """Whether it gives back to the voucher instead of taking from it."""
        return self.refund_of is not None

    @property
    def has_change_pin(self) -> bool:
        """Whether there is a code to spend the rest with, to be printed or revealed."""
        return self.change is not None and bool(self.change.all_codes)

    @property
    def may_pay_late(self) -> bool:
        """Whether an approval may still pay for the sale after the counter has stopped waiting.

        Only at a keyed upstream. At an advised one an undecided redemption is reversed at that
        moment, and an approval that comes later counts for nothing.
        """
        is_undecided = self.state in {RedemptionState.PREPARED, RedemptionState.INFLIGHT}
        return is_undecided and self.kind is UpstreamKind.KEYED

    @property
    def is_being_asked(self) -> bool:
        """Whether an attempt is under way: its start is written and its end is not."""
        return self.attempts > self.attempts_ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One exchange with the upstream; its start is durable before its first byte leaves."""

    redemption_id: str
    number: int
    kind: AttemptKind
    started_at: datetime
    ended_at: datetime | None = None
    outcome: str | None = None
    """``approved``, ``declined`` or ``unknown``."""
    cause: str | None = None
    http_status: int | None = None


def read_reference(typed: str) -> str | None:
    """Read a reference as a slip's barcode has it, in any case; None for any other text."""
    halves = typed.strip().upper().split("-")
    is_one = [len(half) for half in halves] == [_REFERENCE_LENGTH // 2] * 2
    return "-".join(halves) if is_one and set("".join(halves)) <= _REFERENCE_LETTERS else None


def short_reference(redemption_id: str) -> str:
    """Derive the six-character reference from a redemption's UUID: letters without I, L, O, U."""
    bits = int(redemption_id.replace("-", "")[:8], 16)
    letters = []
    for _ in range(_REFERENCE_LENGTH):
        bits, index = divmod(bits, len(_REFERENCE_ALPHABET))
        letters.append(_REFERENCE_ALPHABET[index])
    return f"{''.join(letters[:3])}-{''.join(letters[3:])}"
