"""Reads the loose parts of an answer: the change voucher and the provider's reference.

Their key names are not published, so several are looked for. An odd part is left out and never
spoils the rest: a PIN that can be read must not be lost because an expiry date cannot.
"""

from collections.abc import Mapping
from typing import Any

from counterfoil.domain.money import AMOUNT_CENTS_MAX
from counterfoil.domain.secret import Secret
from counterfoil.domain.text import clean_text
from counterfoil.domain.verdict import ChangeVoucher
from counterfoil.domain.voucher_type import ChangeManner

_PIN_KEYS = ("pin", "token", "voucher_pin", "voucher_token", "code")
_AMOUNT_KEYS = ("amount", "balance", "value")
_SERIAL_KEYS = ("serial_number", "serial", "voucher_serial_number")
_EXPIRY_KEYS = ("expiry_date", "expires_at", "expires", "expiry", "expiration_date", "valid_until")
_BARCODE_KEYS = ("barcode",)
_INSTRUCTION_KEYS = ("instructions", "redemption_instructions")
_REFERENCE_KEYS = ("serial_number", "reference", "transaction_reference")

_PIN_LENGTHS = range(4, 65)
_BARCODE_LENGTHS = range(1, 257)
_WORD_MAX = 64
_INSTRUCTIONS_MAX = 500


def read_change(part: Any, manner: ChangeManner) -> ChangeVoucher | None:
    """Read what an approval says about the new voucher; None when it says nothing.

    Something that is there and cannot be read gives a change voucher without a PIN: the whole
    answer is in the journal, and a person can be called. ``is_sent_by_sms`` is true only where
    discovery said that this provider sends the remainder by SMS.
    """
    if part is None or part == {}:
        return None
    if isinstance(part, list) and part:
        part = part[0]
    if not isinstance(part, Mapping):
        return ChangeVoucher(is_sent_by_sms=manner is ChangeManner.SMS)
    pin = _secret(part, _PIN_KEYS, _PIN_LENGTHS)
    return ChangeVoucher(
        pin=pin,
        amount_cents=_cents(part),
        serial_number=_word(part, _SERIAL_KEYS, _WORD_MAX),
        expires=_word(part, _EXPIRY_KEYS, _WORD_MAX),
        barcode=_secret(part, _BARCODE_KEYS, _BARCODE_LENGTHS),
        instructions=_word(part, _INSTRUCTION_KEYS, _INSTRUCTIONS_MAX),
        is_sent_by_sms=pin is None and manner is ChangeManner.SMS,
    )


def read_upstream_reference(part: Any) -> str | None:
    """Read the provider's own reference, such as a serial number; never the PIN beside it."""
    return _word(part, _REFERENCE_KEYS, _WORD_MAX) if isinstance(part, Mapping) else None


def _secret(part: Mapping[str, Any], keys: tuple[str, ...], lengths: range) -> Secret | None:
    for key in keys:
        text = part.get(key)
        if isinstance(text, str) and len(text.strip()) in lengths and text.strip().isprintable():
            return Secret(text.strip())
    return None


def _cents(part: Mapping[str, Any]) -> int | None:
    for key in _AMOUNT_KEYS:
        cents = part.get(key)
        if type(cents) is int and 0 < cents <= AMOUNT_CENTS_MAX:
            return cents
    return None


def _word(part: Mapping[str, Any], keys: tuple[str, ...], limit: int) -> str | None:
    for key in keys:
        text = part.get(key)
        if isinstance(text, str) and (word := clean_text(text, limit)):
            return word
    return None
