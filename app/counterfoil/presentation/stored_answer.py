"""A provider's stored answer for whoever must find out what it said.

It is shown whole, because what could not be read may be the customer's money; only the voucher that
was redeemed and the customer's number, which providers repeat, are masked.
"""

import json
from collections.abc import Iterator
from typing import Any

from counterfoil.domain.redemption import Redemption
from counterfoil.domain.secret import MASK, Secret
from counterfoil.domain.slip_text import masked_phone


def stored_answer(redemption: Redemption, request: Secret, answer: Secret) -> str:
    """Return an answer as it came, without what the request was made with."""
    text = answer.reveal()
    for leaf in _texts(json.loads(request.reveal())):
        if _is_code(redemption, leaf):
            text = text.replace(leaf, f"{MASK}{redemption.voucher_tail}")
        elif redemption.sms_to and masked_phone(leaf) == redemption.sms_to:
            text = text.replace(leaf, redemption.sms_to)
    return "".join(letter for letter in text if letter.isprintable() or letter == "\n")


def _is_code(redemption: Redemption, leaf: str) -> bool:
    tail = redemption.voucher_tail
    return bool(tail) and len(leaf) >= 2 * len(tail) and leaf.endswith(tail)


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, dict | list):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _texts(inner)
    elif isinstance(part, str | int):
        yield str(part)
