"""The sentences about refunds and voids: what was done, and what was not."""

from collections.abc import Mapping

from counterfoil.domain.money import format_cents
from counterfoil.domain.reasons import Reasons
from counterfoil.domain.redemption import Redemption, VoidReason, short_reference
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import DeclineReason
from counterfoil.domain.voids import (
    NotRefundedReason,
    NotVoidedReason,
    VoidOutcome,
    VoidWay,
    WhyNot,
)
from counterfoil.presentation.screens import Banner, Tone
from counterfoil.presentation.words import settlements
from counterfoil.presentation.words.speaking import say

NOTHING_BACK = "Nothing was given back"
NOTHING_CHANGED = "Nothing was changed."


def title(redemption: Redemption) -> str:
    """Return the title of a redemption: its type, or for a refund what it gives back."""
    if redemption.refund_of is None:
        return redemption.type_name
    return f"Refund of {short_reference(redemption.refund_of)}"


_STATE_WORDS = {
    RedemptionState.PREPARED: ("question", "Not known", Tone.UNKNOWN),
    RedemptionState.INFLIGHT: ("question", "Not known", Tone.UNKNOWN),
    RedemptionState.APPROVED: ("question", "Not known", Tone.UNKNOWN),
    RedemptionState.FINAL: ("void", "Given back", Tone.RESTORED),
    RedemptionState.REVERSING: ("hourglass", "Being undone", Tone.UNKNOWN),
    RedemptionState.DECLINED: ("stop", "Refused", Tone.DECLINED),
    RedemptionState.ABANDONED: ("void", "Not sent", Tone.NONE),
    RedemptionState.REVERSED: ("void", "Undone", Tone.NONE),
    RedemptionState.REVERSED_UNVERIFIED: ("void", "Undone", Tone.NONE),
    RedemptionState.UNCLAIMED: ("person", "Supervisor", Tone.DECLINED),
    RedemptionState.ATTENTION: ("person", "Supervisor", Tone.DECLINED),
    RedemptionState.RESOLVED: ("check", "Settled", Tone.NONE),
}
REFUNDED = ("void", "Refunded", Tone.RESTORED)
"""Icon, word and tone of a redemption whose value was given back."""


def state_word(refund: Redemption) -> tuple[str, str, Tone]:
    """Return icon, one or two words and tone of a refund's state, for lists."""
    return _STATE_WORDS[refund.state]


def banner(refund: Redemption) -> Banner:
    """Return the banner of a refund's state; it never says to hand anything over."""
    icon, first, tone = state_word(refund)
    return Banner(tone=tone, icon=icon, first=first, lines=(_line(refund),))


def _line(refund: Redemption) -> str:
    cents = refund.redeemed_cents or 0
    match refund.state:
        case RedemptionState.FINAL:
            return f"{format_cents(cents, refund.currency)} is back on the voucher."
        case RedemptionState.DECLINED | RedemptionState.ABANDONED | RedemptionState.REVERSED:
            return f"{NOTHING_BACK}."
        case RedemptionState.REVERSED_UNVERIFIED:
            return "The provider was told to undo it, and may not have. Ask them."
        case RedemptionState.ATTENTION:
            return f"Reference {refund.reference}"
        case RedemptionState.RESOLVED:
            return "Settled by a supervisor."
        case _:
            return f"{NOTHING_BACK} yet."


def doubt(refund: Redemption) -> tuple[str, str, str]:
    """Return of an unsettled refund: its state, the next step, and who must take it."""
    if refund.state in {RedemptionState.ATTENTION, RedemptionState.UNCLAIMED}:
        return "Supervisor needed", "Phone the provider, write down their answer", "Supervisor"
    if refund.state is RedemptionState.REVERSING:
        return "Refund being undone", "Wait for the provider", "Till"
    return "Refund not known", "Wait. The till undoes it.", "Till"


# ----------------------------------------------------------------------------------------- voids

_OUTSIDE = "Give the value back outside the voucher, as cash, store credit or goods, and record it."
_NOT_POSSIBLE: dict[WhyNot, str] = {
    NotVoidedReason.NOT_FINAL: "no sale was closed with it, or it was taken back already.",
    NotVoidedReason.IS_A_REFUND: "it is a refund, and what it gave back is not taken back again.",
    NotVoidedReason.NO_REVERSALS: "this provider cannot put value back on the voucher.",
    NotVoidedReason.COMPLETE: "it was complete at once and cannot be reversed.",
    NotVoidedReason.CONFIRMATION_LEFT: "the provider may know already that the sale stands.",
    NotVoidedReason.VOUCHER_IN_USE: "the voucher is being used again. Settle that first.",
    NotVoidedReason.SALE_IN_USE: (
        "another voucher of the same sale is not settled. Try again once nothing of it waits."
    ),
    NotVoidedReason.NOT_SET_UP: "its provider is not in this till's settings.",
    NotRefundedReason.NOT_FINAL: "no sale was closed with it, or it was taken back already.",
    NotRefundedReason.IS_A_REFUND: "it is a refund, and what it gave back is not taken back again.",
    NotRefundedReason.NO_REFUNDS: (
        "the sale was confirmed, and this provider does not put value back on the voucher."
    ),
    NotRefundedReason.NOT_SET_UP: "its provider is not in this till's settings.",
    NotRefundedReason.SHREDDED: (
        "what a refund is asked with was removed by the retention rules, so this provider is not "
        "asked to give it back."
    ),
    NotRefundedReason.CONFIRMATION_OWED: (
        "the provider has not got the message yet that the sale stands. "
        "Try again once nothing of it waits."
    ),
    NotRefundedReason.SETTLED_BY_HAND: (
        "its confirmation was settled by hand, so this provider is not asked to give it back."
    ),
    NotRefundedReason.ALREADY_REFUNDED: (
        "it has a refund already that is not settled, or has given the value back. "
        "See the history, and what waits."
    ),
    NotRefundedReason.VOUCHER_IN_USE: "the voucher is being used again. Settle that first.",
}


_REASONS: Mapping[VoidReason, str] = {
    VoidReason.GOODS_RETURNED: "Goods returned",
    VoidReason.CUSTOMER_CHANGED_MIND: "Customer changed mind",
    VoidReason.WRONG_AMOUNT: "Wrong amount",
    VoidReason.WRONG_VOUCHER: "Wrong voucher",
}


def reason(asked: VoidReason, reasons: Reasons) -> str:
    """Return why a redemption is to be taken back, in the shop's words where it has some."""
    own = dict(reasons.void).get(asked)
    return say(_REASONS[asked]) if own is None else own


def why_not(reason: WhyNot) -> str:
    """Return why a provider was not asked to take something back, as a sentence."""
    return _NOT_POSSIBLE[reason]


def not_possible(reason: WhyNot) -> str:
    """Return why a redemption cannot be taken back now."""
    said = why_not(reason)
    return f"{said[0].upper()}{said[1:]} {NOTHING_CHANGED}"


def voided(outcome: VoidOutcome) -> str:
    """Return how a void ended, and what a person must still do."""
    reason = "" if outcome.why_not is None else why_not(outcome.why_not)
    match outcome.way:
        case VoidWay.REVERSED:
            return (
                "Voided by a reversal. It is delivered until the provider has it, and puts the "
                "value back on the voucher. Take the goods back."
            )
        case VoidWay.REFUNDED:
            return f"Refunded: {_amount(outcome)} is back on the voucher. Take the goods back."
        case VoidWay.REFUND_REFUSED:
            return _refused(outcome)
        case VoidWay.REFUND_NOT_SENT:
            return (
                f"The refund could not be sent. {NOTHING_BACK}. "
                "Try again when the provider can be reached."
            )
        case VoidWay.REFUND_NOT_KNOWN:
            return (
                f"The refund's result is not known, so it is being undone. {NOTHING_BACK} yet. "
                "Try again once nothing of it waits."
            )
        case VoidWay.OUTSIDE:
            return _outside(outcome, reason)
        case VoidWay.NOT_POSSIBLE:
            return f"Not possible: {reason} {NOTHING_CHANGED}"


def _outside(outcome: VoidOutcome, reason: str) -> str:
    if outcome.settlement is None:
        return f"Not voided: {reason} {NOTHING_BACK}. {_OUTSIDE}"
    return f"Voided: {settlements.given(outcome.redemption, outcome.settlement)}"


def _refused(outcome: VoidOutcome) -> str:
    refund = outcome.refund
    if refund is not None and refund.decline is DeclineReason.CANCELLED:
        return (
            "The provider refused the refund because it was refunded or reversed before. This till "
            "gave nothing back. Look up the voucher before you give anything."
        )
    return f"The provider refused the refund. {NOTHING_BACK}. {_OUTSIDE}"


def _amount(outcome: VoidOutcome) -> str:
    assert outcome.refund is not None, "what is refunded has a refund"
    return format_cents(outcome.refund.redeemed_cents or 0, outcome.refund.currency)
