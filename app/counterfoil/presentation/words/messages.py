"""The message by which a change voucher's codes reach a customer without paper."""

from counterfoil.domain.message import MessageWay
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.verdict import ChangeVoucher
from counterfoil.presentation.words.slips import code_label, value_text

_NAMES = {MessageWay.SMS: "an SMS", MessageWay.WHATSAPP: "WhatsApp"}


def change_message(shop: str, redemption: Redemption, change: ChangeVoucher) -> str:
    """Return what the customer is to read: the codes, and what a question about them needs.

    A code is not in groups here: a phone copies it, and what it is pasted into may take no spaces.
    """
    lines = [f"{shop}: your change voucher, {redemption.type_name}"]
    for one in change.vouchers:
        lines += [f"{code_label(code.shape)} {code.text.reveal()}" for code in one.codes]
        value = value_text(one.shape, redemption.currency)
        told = (value and f"Value {value}", one.expires and f"expires {one.expires}")
        lines += [", ".join(filter(None, told))] if any(told) else []
    return "\n".join((*lines, f"Treat it as cash. Ref {redemption.reference}"))


def shown_to(by: str, way: MessageWay | None) -> str:
    """Say who was shown the codes, and on which way they may have gone on."""
    return f"to {by}" if way is None else f"to {by}, for {_NAMES[way]}"
