"""The message by which a change voucher's codes reach a customer without paper."""

from counterfoil.domain.message import MessageWay
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.verdict import ChangeVoucher
from counterfoil.presentation.words.slips import code_label, value_text
from counterfoil.presentation.words.speaking import SpokenTable, say, speak_constants

_NAMES = SpokenTable({MessageWay.SMS: "an SMS", MessageWay.WHATSAPP: "WhatsApp"})

SCAN_WITH_PHONE = "Scan with the shop's phone"
CODE_FOR_PHONE = "Code for the shop's phone, on the screen"
STAYS_ON_PHONE = "The message stays on that phone. Delete it there once the customer has it."
TOO_LONG_FOR_PHONE = "This change voucher is too long for a message. Hold to show it instead."
_HOLD_FOR = SpokenTable({MessageWay.SMS: "Hold for SMS", MessageWay.WHATSAPP: "Hold for WhatsApp"})
_PHONE_STEPS = SpokenTable(
    {
        MessageWay.SMS: "It opens an SMS with the code. Type the customer's number, then send it.",
        MessageWay.WHATSAPP: "It opens WhatsApp with the code. Choose the customer, then send it.",
    }
)


def hold_for(way: MessageWay) -> str:
    """Say how to send the change voucher on from the shop's phone."""
    return _HOLD_FOR[way]


def phone_steps(way: MessageWay) -> str:
    """Say what happens on the phone that has read the code, and what to do there."""
    return _PHONE_STEPS[way]


def change_message(shop: str, redemption: Redemption, change: ChangeVoucher) -> str:
    """Return what the customer is to read: the codes, and what a question about them needs.

    A code is not in groups here: a phone copies it, and what it is pasted into may take no spaces.
    """
    voucher = redemption.type_name
    lines = [say("{shop}: your change voucher, {voucher}", shop=shop, voucher=voucher)]
    for one in change.vouchers:
        lines += [f"{code_label(code.shape)} {code.text.reveal()}" for code in one.codes]
        value = value_text(one.shape, redemption.currency)
        lines += [say("Value {value}", value=value)] if value else []
        lines += [say("Expires {date}", date=one.expires)] if one.expires else []
    last = say("Treat it as cash. Ref {reference}", reference=redemption.reference)
    return "\n".join((*lines, last))


def shown_to(by: str, way: MessageWay | None) -> str:
    """Say who was shown the codes, and with which message they may have been sent on."""
    return (
        say("to {by}", by=by)
        if way is None
        else say("to {by}, for {names}", by=by, names=_NAMES[way])
    )


speak_constants(__name__)
