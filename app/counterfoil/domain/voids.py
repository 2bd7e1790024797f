"""How a void ended: in which way value was given back, or why it was not."""

from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.settlement import Settlement


class NotVoidedReason(StrEnum):
    """Why a redemption is not taken back by a reversal. Nothing was changed."""

    NOT_FINAL = "not_final"
    """No sale was closed with it, or it was taken back already."""
    IS_A_REFUND = "is_a_refund"
    """It gave value back itself, and that is not taken back again."""
    NO_REVERSALS = "no_reversals"
    """Its upstream has none: give the value back outside the voucher, and record it."""
    COMPLETE = "complete"
    """Its upstream needs no confirmation, so it was complete at once: refund it."""
    CONFIRMATION_LEFT = "confirmation_left"
    """Its confirmation may have reached the upstream, and what is confirmed is not reversed:
    refund it."""
    VOUCHER_IN_USE = "voucher_in_use"
    """The voucher is being redeemed again: settle that first."""
    SALE_IN_USE = "sale_in_use"
    """Another redemption of the same sale is not settled: settle that first."""
    NOT_SET_UP = "not_set_up"
    """Its upstream is not in this till's settings."""


class NotRefundedReason(StrEnum):
    """Why no refund was asked for. Nothing was changed."""

    NOT_FINAL = "not_final"
    """No sale was closed with it, or it was taken back already."""
    IS_A_REFUND = "is_a_refund"
    """It gave value back itself, and that is not taken back again."""
    NO_REFUNDS = "no_refunds"
    """Its upstream gives nothing back: give it back outside the voucher, and record it."""
    NOT_SET_UP = "not_set_up"
    """Its upstream is not in this till's settings."""
    SHREDDED = "shredded"
    """What a refund is asked with was removed by the retention rules: give it back outside the
    voucher, and record it."""
    CONFIRMATION_OWED = "confirmation_owed"
    """Its upstream has not acknowledged yet that the sale stands."""
    SETTLED_BY_HAND = "settled_by_hand"
    """Its confirmation was settled by hand, so that its upstream may not know it as confirmed: give
    it back outside the voucher, and record it."""
    ALREADY_REFUNDED = "already_refunded"
    """It has a refund that is not settled, or that may have given the value back."""
    VOUCHER_IN_USE = "voucher_in_use"
    """The voucher is being redeemed again: settle that first."""


class VoidWay(StrEnum):
    """How a void ended."""

    REVERSED = "reversed"
    """Its confirmation was never sent: a reversal is owed now."""
    REFUNDED = "refunded"
    """The value is back on the voucher."""
    REFUND_REFUSED = "refund_refused"
    """The upstream refused with proof: give the value back outside the voucher, and record it."""
    REFUND_NOT_SENT = "refund_not_sent"
    """The refund provably never left the till: nothing was changed, and it may be tried again."""
    REFUND_NOT_KNOWN = "refund_not_known"
    """No answer proves anything: nothing was given back, and the refund itself is undone."""
    OUTSIDE = "outside"
    """Its upstream takes nothing back. With a settlement the customer was given the value outside
    the voucher, and it is on record; without one nothing was done yet."""
    NOT_POSSIBLE = "not_possible"
    """Nothing was changed; the reason says why."""


WhyNot = NotVoidedReason | NotRefundedReason


@dataclass(frozen=True, slots=True)
class VoidPlan:
    """Which way a void would go now: REVERSED, REFUNDED, OUTSIDE or NOT_POSSIBLE.

    ``why_not`` says why a better way cannot be taken. Beside REFUNDED it is None, or
    CONFIRMATION_OWED where the upstream must first acknowledge that the sale stands; a void waits a
    moment for that.
    """

    way: VoidWay
    why_not: WhyNot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidOutcome:
    """How a void ended, and what it left. Only REVERSED and REFUNDED give value back."""

    way: VoidWay
    redemption: Redemption
    refund: Redemption | None = None
    settlement: Settlement | None = None
    """What the customer was given outside the voucher, once that is on record."""
    why_not: WhyNot | None = None
    """Why the upstream was not asked."""
