"""Settlements: how people end what the till cannot decide, or what it cannot give back itself."""

import re
from datetime import datetime
from enum import StrEnum

from counterfoil.declaring import dataclass

REASON_MAX = 200
REFERENCE_MAX = 60
NAME_MAX = 60
"""How many characters the free texts of a settlement may have."""
TEXTS = ("said_by", "provider_reference", "reason")
"""The names of the free texts, in the order in which they are asked for."""
_CODE_DIGITS = re.compile(r"\d(?:[\W_]*\d){11,}")
"""So many digits together may be a code; a phone number, a date or an amount has fewer."""


class SettledAs(StrEnum):
    """Which way a redemption was settled by people."""

    BY_HAND = "by_hand"
    """The till could not decide it. A supervisor did, by what the provider says."""
    OUTSIDE = "outside"
    """It was voided, and its value given to the customer outside the voucher."""


class Evidence(StrEnum):
    """What the provider says when it is asked about a redemption.

    Of a refund TAKEN means that it stands, and NOT_TAKEN that it gave nothing back.
    """

    TAKEN = "taken"
    """The value was taken from the voucher, and stays taken."""
    NOT_TAKEN = "not_taken"
    """Nothing was taken, or all of it is back on the voucher."""


class CustomerGot(StrEnum):
    """What the customer got from the shop when a redemption was settled."""

    NOTHING = "nothing"
    GOODS = "goods"
    """Goods for the value, in this sale or another."""
    CASH = "cash"
    CREDIT = "credit"
    """The shop's own voucher, or an entry in its books."""
    OTHER = "other"


class TextFault(StrEnum):
    """Why a free text of a settlement is not taken."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    HOLDS_CODE = "holds_code"
    """It may hold a voucher's code, and these texts are stored and printed unencrypted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How one redemption was settled, as the journal keeps it; it never changes.

    One that was settled by hand has the provider's evidence, who there said it and under which
    reference, and a reason in words; a late approval may have no texts (`settling.needed_texts`).
    The reason of a void is with the wish for it.
    """

    redemption_id: str
    settled_as: SettledAs
    got: CustomerGot
    at: datetime
    by: str
    approved_by: str | None = None
    evidence: Evidence | None = None
    said_by: str = ""
    provider_reference: str = ""
    reason: str = ""


def holds_many_digits(text: str) -> bool:
    """Whether so many digits stand together that they may be a voucher's code."""
    return _CODE_DIGITS.search(text) is not None
