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
from counterfoil.presentation.words.speaking import SpokenTable, say, speak_constants

NOTHING_BACK = "Nothing was given back"
NOTHING_CHANGED = "Nothing was changed."


def title(redemption: Redemption) -> str:
    """Return the title of a redemption: its type, or for a refund what it gives back."""
    if redemption.refund_of is None:
        return redemption.type_name
    return say("Refund of {short_reference}", short_reference=short_reference(redemption.refund_of))


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


def refunded() -> tuple[str, str, Tone]:
    """Return icon, word and tone of a redemption whose value was given back."""
    return "void", say("Refunded"), Tone.RESTORED


def state_word(refund: Redemption) -> tuple[str, str, Tone]:
    """Return icon, one or two words and tone of a refund's state, for lists."""
    icon, word, tone = _STATE_WORDS[refund.state]
    return icon, say(word), tone


def banner(refund: Redemption) -> Banner:
    """Return the banner of a refund's state; it never says to hand anything over."""
    icon, first, tone = state_word(refund)
    return Banner(tone=tone, icon=icon, first=first, lines=(_line(refund),))


def _line(refund: Redemption) -> str:
    cents = refund.redeemed_cents or 0
    match refund.state:
        case RedemptionState.FINAL:
            return say(
                "{amount} is back on the voucher.", amount=format_cents(cents, refund.currency)
            )
        case RedemptionState.DECLINED | RedemptionState.ABANDONED | RedemptionState.REVERSED:
            return f"{say(NOTHING_BACK)}."
        case RedemptionState.REVERSED_UNVERIFIED:
            return say("The provider was told to undo it, and may not have. Ask them.")
        case RedemptionState.ATTENTION:
            return say("Reference {reference}", reference=refund.reference)
        case RedemptionState.RESOLVED:
            return say("Settled by a supervisor.")
        case _:
            return say("{nothing_back} yet.", nothing_back=say(NOTHING_BACK))


def doubt(refund: Redemption) -> tuple[str, str, str]:
    """Return of an unsettled refund: its state, the next step, and who must take it."""
    if refund.state in {RedemptionState.ATTENTION, RedemptionState.UNCLAIMED}:
        return (
            say("Supervisor needed"),
            say("Phone the provider, write down their answer"),
            say("Supervisor"),
        )
    if refund.state is RedemptionState.REVERSING:
        return say("Refund being undone"), say("Wait for the provider"), say("Till")
    return say("Refund not known"), say("Wait. The till undoes it."), say("Till")


# ----------------------------------------------------------------------------------------- voids

_OUTSIDE = "Give the value back outside the voucher, as cash, store credit or goods, and record it."
_NOT_POSSIBLE: Mapping[WhyNot, str] = SpokenTable(
    {
        NotVoidedReason.NOT_FINAL: "no sale was closed with it, or it was taken back already.",
        NotVoidedReason.IS_A_REFUND: (
            "it is a refund, and what it gave back is not taken back again."
        ),
        NotVoidedReason.NO_REVERSALS: "this provider cannot put value back on the voucher.",
        NotVoidedReason.COMPLETE: "it was complete at once and cannot be reversed.",
        NotVoidedReason.CONFIRMATION_LEFT: "the provider may know already that the sale stands.",
        NotVoidedReason.VOUCHER_IN_USE: "the voucher is being used again. Settle that first.",
        NotVoidedReason.SALE_IN_USE: (
            "another voucher of the same sale is not settled. Try again once nothing of it waits."
        ),
        NotVoidedReason.NOT_SET_UP: "its provider is not in this till's settings.",
        NotRefundedReason.NOT_FINAL: "no sale was closed with it, or it was taken back already.",
        NotRefundedReason.IS_A_REFUND: (
            "it is a refund, and what it gave back is not taken back again."
        ),
        NotRefundedReason.NO_REFUNDS: (
            "the sale was confirmed, and this provider does not put value back on the voucher."
        ),
        NotRefundedReason.NOT_SET_UP: "its provider is not in this till's settings.",
        NotRefundedReason.SHREDDED: (
            "what a refund is asked with was removed by the retention rules, so this "
            "provider is not asked to give it back."
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
)


_REASONS: Mapping[VoidReason, str] = SpokenTable(
    {
        VoidReason.GOODS_RETURNED: "Goods returned",
        VoidReason.CUSTOMER_CHANGED_MIND: "Customer changed mind",
        VoidReason.WRONG_AMOUNT: "Wrong amount",
        VoidReason.WRONG_VOUCHER: "Wrong voucher",
    }
)


def reason(asked: VoidReason, reasons: Reasons) -> str:
    """Return why a redemption is to be taken back, in the shop's words where it has some."""
    own = dict(reasons.void).get(asked)
    return _REASONS[asked] if own is None else own


def why_not(reason: WhyNot) -> str:
    """Return why a provider was not asked to take something back, as a sentence."""
    return _NOT_POSSIBLE[reason]


def not_possible(reason: WhyNot) -> str:
    """Return why a redemption cannot be taken back now."""
    said = why_not(reason)
    return f"{said[0].upper()}{said[1:]} {say(NOTHING_CHANGED)}"


def voided(outcome: VoidOutcome) -> str:
    """Return how a void ended, and what a person must still do."""
    reason = "" if outcome.why_not is None else why_not(outcome.why_not)
    match outcome.way:
        case VoidWay.REVERSED:
            return say(
                "Voided by a reversal. It is delivered until the provider has it, and puts the "
                "value back on the voucher. Take the goods back."
            )
        case VoidWay.REFUNDED:
            return say(
                "Refunded: {amount} is back on the voucher. Take the goods back.",
                amount=_amount(outcome),
            )
        case VoidWay.REFUND_REFUSED:
            return _refused(outcome)
        case VoidWay.REFUND_NOT_SENT:
            return say(
                "The refund could not be sent. {nothing_back}. Try again when the provider can "
                "be reached.",
                nothing_back=say(NOTHING_BACK),
            )
        case VoidWay.REFUND_NOT_KNOWN:
            return say(
                "The refund's result is not known, so it is being undone. {nothing_back} yet. "
                "Try again once nothing of it waits.",
                nothing_back=say(NOTHING_BACK),
            )
        case VoidWay.OUTSIDE:
            return _outside(outcome, reason)
        case VoidWay.NOT_POSSIBLE:
            return say(
                "Not possible: {reason} {nothing_changed}",
                reason=reason,
                nothing_changed=say(NOTHING_CHANGED),
            )


def _outside(outcome: VoidOutcome, reason: str) -> str:
    if outcome.settlement is None:
        return say(
            "Not voided: {reason} {nothing_back}. {outside}",
            reason=reason,
            nothing_back=say(NOTHING_BACK),
            outside=say(_OUTSIDE),
        )
    return say("Voided. {given}", given=settlements.given(outcome.redemption, outcome.settlement))


def _refused(outcome: VoidOutcome) -> str:
    refund = outcome.refund
    if refund is not None and refund.decline is DeclineReason.CANCELLED:
        return say(
            "The provider refused the refund because it was refunded or reversed before. "
            "This till gave nothing back. Look up the voucher before you give anything."
        )
    return say(
        "The provider refused the refund. {nothing_back}. {outside}",
        nothing_back=say(NOTHING_BACK),
        outside=say(_OUTSIDE),
    )


def _amount(outcome: VoidOutcome) -> str:
    assert outcome.refund is not None, "what is refunded has a refund"
    return format_cents(outcome.refund.redeemed_cents or 0, outcome.refund.currency)


speak_constants(__name__)
