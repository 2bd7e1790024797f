"""Money as whole minor units, and the two things an amount may be."""

import re
from dataclasses import dataclass

AMOUNT_CENTS_MAX = 99_999_999
"""Nothing above 999,999.99 is typed, sent or believed."""

_TYPED_MAX = 40
"""Nobody types an amount with more characters, and reading endless digits is slow."""
_SYMBOLS = {"ZAR": "R"}
_HINT = "type rands and cents, for example 19.00"
_PLAIN = re.compile(r"(\d+)(?:[.,](\d{1,2}))?")
_GROUPED = re.compile(
    r"\d{1,3}(?:(?P<group>[ ,.'])\d{3})(?:(?P=group)\d{3})*(?P<decimal>[.,])\d{2}"
)
_SPACED = re.compile(r"\d{1,3}(?: \d{3})+")


class AmountError(ValueError):
    """What was typed is not an amount, or could be read in two ways."""


@dataclass(frozen=True, slots=True)
class Exact:
    """An amount a person typed, in cents."""

    cents: int

    def __post_init__(self) -> None:
        # An exact type, because a truth value and 10.5 compare like cents and are none.
        if type(self.cents) is not int or not 0 < self.cents <= AMOUNT_CENTS_MAX:
            message = "an amount is from 0.01 to 999,999.99"
            raise AmountError(message)


@dataclass(frozen=True, slots=True)
class FullValue:
    """All that is on the voucher: chosen on purpose and seen in words, never a default.

    A request without an amount takes everything, so only this may build one.
    """


Amount = Exact | FullValue


def parse_amount(text: str) -> Exact:
    """Read what a person typed, with or without the currency sign.

    ``1234.50``, ``12.5``, ``1 234,50`` and ``R1,234.50`` are read; ``1,234`` is refused, because it
    is one rand and a bit to some and a thousand to others.

    Raises:
        AmountError: the text is empty, zero, too large, or ambiguous.

    """
    if len(text) > _TYPED_MAX:
        raise AmountError(_HINT)
    cleaned = re.sub(r"[\u00a0\u202f\u2009]", " ", text).strip()
    cleaned = re.sub(r"^(?:R|ZAR)\s*", "", cleaned, flags=re.IGNORECASE).strip()
    ascii_text = "".join(str(int(c)) if c.isdecimal() else c for c in cleaned)
    grouped = _GROUPED.fullmatch(ascii_text)
    if grouped and grouped["group"] != grouped["decimal"]:
        return Exact(int(re.sub(r"\D", "", ascii_text)))
    if _SPACED.fullmatch(ascii_text):
        return Exact(int(ascii_text.replace(" ", "")) * 100)
    if plain := _PLAIN.fullmatch(ascii_text):
        rands, cents = plain.groups(default="")
        return Exact(int(rands + cents.ljust(2, "0")))
    raise AmountError(_HINT)


def format_cents(cents: int, currency: str = "ZAR") -> str:
    """Write cents as ``R1,234.50``; a currency without a sign is written by its code."""
    symbol = _SYMBOLS.get(currency, f"{currency} ")
    sign = "-" if cents < 0 else ""
    rands, rest = divmod(abs(cents), 100)
    return f"{sign}{symbol}{rands:,}.{rest:02d}"
