"""What an answer wants on the customer's slip, and the upstream's reference of the payment.

The texts come from outside and are cleaned. They may hold what only the customer should read, so
they are taken from the journal's sealed answer when a slip is made, and are in no log.
"""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from counterfoil.adapters.upstream.answers import UnreadableError, parse_object
from counterfoil.adapters.upstream.electrum.wire import TransactionDocument
from counterfoil.domain.secret import Secret
from counterfoil.domain.text import clean_text

LINES_MAX = 60
_LINE_CHARACTERS_MAX = 120
_REFERENCE_CHARACTERS_MAX = 40
_CODE_CHARACTERS_MIN = 6
"""A shorter code turns up in dates and prices by chance."""


def read_slip_lines(request: Secret, answer: Secret | None) -> tuple[str, ...]:
    """Return the lines that the upstream wants printed, and how to use what it gave.

    All are cleaned. Empty lines are left out, and those that repeat the code or the PIN of the
    request's voucher.
    """
    document = _document_of(answer)
    slip, voucher = _object(document.get("slipData")), _object(document.get("voucher"))
    lines = (one.get("text") for one in _list(slip.get("messageLines")) if isinstance(one, dict))
    instructions = _list(voucher.get("redeemInstructions"))
    texts = (_text(one) for one in (*lines, *instructions))
    codes = _codes_of(request)
    return tuple(islice((text for text in texts if text and is_free_of(text, codes)), LINES_MAX))


def is_free_of(text: str, codes: Iterable[str]) -> bool:
    """Whether a text contains none of these codes, with or without spaces in them."""
    bare = _bare(text)
    wanted = (_bare(code) for code in codes)
    return not any(len(code) >= _CODE_CHARACTERS_MIN and code in bare for code in wanted)


def read_reference(document: TransactionDocument) -> str | None:
    """Return the reference by which the upstream finds the payment; None if it gave none."""
    slip = document.slip_data if isinstance(document.slip_data, dict) else {}
    told = _reference(slip.get("issuerReference")) or _reference(document.rrn)
    if told is not None:
        return told
    # Whoever passes a message on adds itself, so the last one is nearest to the voucher's issuer.
    entries = reversed((document.third_parties or [])[1:])
    references = (_reference(one.get("transactionIdentifier")) for one in entries)
    return next(filter(None, references), None)


def _document_of(body: Secret | None) -> dict[str, Any]:
    if body is None:
        return {}
    try:
        return parse_object(body.reveal().encode(errors="replace"))
    except UnreadableError:
        return {}


def _codes_of(request: Secret) -> tuple[str, ...]:
    """Return what the request's voucher was redeemed with."""
    voucher = _object(_document_of(request).get("voucher"))
    codes = (voucher.get("code"), _object(voucher.get("pin")).get("pin"))
    return tuple(code for code in codes if isinstance(code, str))


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _text(value: Any) -> str:
    return clean_text(value, _LINE_CHARACTERS_MAX) if isinstance(value, str) else ""


def _reference(value: Any) -> str | None:
    """Return a reference that can be read out and written down, or nothing."""
    text = clean_text(value, _REFERENCE_CHARACTERS_MAX) if isinstance(value, str) else ""
    return text if text and text == value else None
