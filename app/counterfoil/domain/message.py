"""A message that the shop's phone sends to a customer; the till itself sends none.

The phone reads an address off the screen that opens its program for messages with the text in it.
To whom it goes is typed there, so the till never has the customer's number.
"""

from enum import StrEnum

from counterfoil.domain.secret import Secret

ADDRESS_LENGTH_MAX = 500
"""A QR code of more is too fine for a phone to read off a screen."""


class MessageWay(StrEnum):
    """With which program the shop's phone sends the codes of a change voucher."""

    SMS = "sms"
    WHATSAPP = "whatsapp"


_OPENERS = {MessageWay.SMS: "sms:?&body=", MessageWay.WHATSAPP: "https://wa.me/?text="}
"""RFC 5724 has ``?body=``, as Android reads it, and an iPhone reads ``&body=``: both find it here.
Where WhatsApp is not on the phone, its browser sends the text to WhatsApp's site."""


def opener(way: MessageWay, text: str) -> Secret:
    """Return the address that opens a new message with this text."""
    from urllib.parse import quote

    return Secret(_OPENERS[way] + quote(text, safe=""))
