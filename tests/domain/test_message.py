"""The address that opens a message on the shop's phone."""

from urllib.parse import parse_qs, urlsplit

import pytest

from counterfoil.domain.message import MessageWay, opener

TEXT = "Café & Co: R31.00\nPIN 8814032755196042?"


@pytest.mark.parametrize(
    ("way", "start"),
    [(MessageWay.SMS, "sms:?&body="), (MessageWay.WHATSAPP, "https://wa.me/?text=")],
)
def test_a_message_opens_with_its_whole_text_and_no_number(way: MessageWay, start: str) -> None:
    """An iPhone looks for ``&body=`` and Android for ``body`` among what follows ``?``."""
    address = opener(way, TEXT).reveal()
    assert address.startswith(start)
    assert list(parse_qs(urlsplit(address).query).values()) == [[TEXT]]
    assert " " not in address
    assert TEXT not in repr(opener(way, TEXT))
