"""What an answer wants on the customer's slip, and the reference that it is found by.

The texts come from outside and are cleaned. They may hold what only the customer should read, so
they are taken from the journal's sealed answer when a slip is made, and are in no log.
"""

from typing import Any

from counterfoil.adapters.electrum.wire import TransactionDocument
from counterfoil.adapters.http.answers import UnreadableError, parse_object
from counterfoil.domain.secret import Secret
from counterfoil.domain.text import clean_text

LINES_MAX = 60
_LINE_CHARACTERS_MAX = 120
_REFERENCE_CHARACTERS_MAX = 40


def read_slip_lines(answer: Secret | None) -> tuple[str, ...]:
    """Read the lines that the upstream wants printed, cleaned; empty lines are left out."""
    slip = _slip_of(answer)
    lines = slip.get("messageLines")
    if not isinstance(lines, list):
        return ()
    texts = (_text(one.get("text")) for one in lines[:LINES_MAX] if isinstance(one, dict))
    return tuple(text for text in texts if text)


def read_reference(document: TransactionDocument) -> str | None:
    """Read what the payment is found by at the upstream: on their slip, or in their messages."""
    slip = document.slip_data if isinstance(document.slip_data, dict) else {}
    told = _reference(slip.get("issuerReference")) or _reference(document.rrn)
    if told is not None:
        return told
    # Whoever passes a message on adds itself, so the last one is nearest to the voucher's issuer.
    entries = reversed((document.third_parties or [])[1:])
    references = (_reference(one.get("transactionIdentifier")) for one in entries)
    return next(filter(None, references), None)


def _slip_of(answer: Secret | None) -> dict[str, Any]:
    if answer is None:
        return {}
    try:
        slip = parse_object(answer.reveal().encode(errors="replace")).get("slipData")
    except UnreadableError:
        return {}
    return slip if isinstance(slip, dict) else {}


def _text(value: Any) -> str:
    return clean_text(value, _LINE_CHARACTERS_MAX) if isinstance(value, str) else ""


def _reference(value: Any) -> str | None:
    """Return a reference that can be read out and written down, or nothing."""
    text = clean_text(value, _REFERENCE_CHARACTERS_MAX) if isinstance(value, str) else ""
    return text if text and text == value else None
