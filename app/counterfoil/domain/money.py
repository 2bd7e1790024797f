"""Money as whole minor units, and the two things an amount may be."""

import re
from dataclasses import dataclass
from enum import StrEnum

AMOUNT_CENTS_MAX = 99_999_999
"""Nothing above 999,999.99 is typed, sent or believed."""

_TYPED_MAX = 40
"""Nobody types an amount with more characters, and reading endless digits is slow."""
_CODE_MIN = 9
"""So many digits in a row, without cents, are a phone number or a code and no amount."""
_ZEROS_MAX = 2
"""Nobody writes more digits than these with a zero in front and without cents, but a phone has."""
_SYMBOLS = {"ZAR": "R"}
_PLAIN = re.compile(r"(?P<whole>\d+)(?:[.,](?P<cents>\d{1,2}))?")
_GROUPED = re.compile(
    r"(?P<whole>\d{1,3}(?:(?P<group>[ ,.'])\d{3})(?:(?P=group)\d{3})*)"
    r"(?:(?P<decimal>[.,])(?P<cents>\d{1,2}))?"
)
_MARK_AND_THREE = re.compile(r"\d{1,3}([.,])\d{3}(?:\1\d{3})*")


class AmountProblem(StrEnum):
    """Why an amount is not taken."""

    EMPTY = "empty"
    NOT_AN_AMOUNT = "not_an_amount"
    CODE = "code"
    """As long as a phone number or a code, or with the zero in front that those have."""
    AMBIGUOUS = "ambiguous"
    """Such as 1,234: one rand and a bit to some, and a thousand to others."""
    NEGATIVE = "negative"
    ZERO = "zero"
    TOO_LARGE = "too_large"
    """More than any voucher has."""
    BELOW_LIMIT = "below_limit"
    ABOVE_LIMIT = "above_limit"


_WORDS = {
    AmountProblem.EMPTY: "type rands and cents, for example 19.00",
    AmountProblem.NOT_AN_AMOUNT: "this is no amount: type rands and cents, for example 19.00",
    AmountProblem.CODE: "this is a phone number or a code, and no amount",
    AmountProblem.AMBIGUOUS: "this can be two amounts: type the cents too, for example 1234.00",
    AmountProblem.NEGATIVE: "an amount has no minus",
    AmountProblem.ZERO: "an amount is more than 0.00",
    AmountProblem.TOO_LARGE: "an amount is at most 999,999.99",
    AmountProblem.BELOW_LIMIT: "this voucher type takes {limit} or more",
    AmountProblem.ABOVE_LIMIT: "this voucher type takes at most {limit}",
}


class AmountError(ValueError):
    """What was typed is no amount that can be taken: ``problem`` says why, the text in words.

    ``limit`` is how the limit is written that the amount is below or above.
    """

    def __init__(self, problem: AmountProblem, limit: str = "") -> None:
        super().__init__(_WORDS[problem].replace("{limit}", limit))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Exact:
    """An amount a person typed, in cents."""

    cents: int

    def __post_init__(self) -> None:
        # An exact type, because a truth value and 10.5 compare like cents and are none.
        if type(self.cents) is not int:
            raise AmountError(AmountProblem.NOT_AN_AMOUNT)
        if self.cents <= 0:
            raise AmountError(AmountProblem.NEGATIVE if self.cents else AmountProblem.ZERO)
        if self.cents > AMOUNT_CENTS_MAX:
            raise AmountError(AmountProblem.TOO_LARGE)


@dataclass(frozen=True, slots=True)
class FullValue:
    """All that is on the voucher: chosen on purpose and seen in words, never a default.

    A request without an amount takes everything, so only this may build one.
    """


Amount = Exact | FullValue


@dataclass(frozen=True, slots=True)
class Limits:
    """What a voucher type takes at least and at most, in cents; None where it told neither."""

    least_cents: int | None = None
    most_cents: int | None = None
    currency: str = "ZAR"

    def check(self, amount: Amount) -> None:
        """Refuse an amount that the voucher type does not take; of the whole value none knows.

        Raises:
            AmountError: it is below the least or above the most.

        """
        if isinstance(amount, FullValue):
            return
        if self.least_cents is not None and amount.cents < self.least_cents:
            least = format_cents(self.least_cents, self.currency)
            raise AmountError(AmountProblem.BELOW_LIMIT, least)
        if self.most_cents is not None and amount.cents > self.most_cents:
            most = format_cents(self.most_cents, self.currency)
            raise AmountError(AmountProblem.ABOVE_LIMIT, most)


NO_LIMITS = Limits()


def parse_amount(text: str, limits: Limits = NO_LIMITS) -> Exact:
    """Read what a person typed, with or without the currency sign.

    ``12.5``, ``1234.50``, ``1 234,50`` and ``R1,234.50`` are read; ``1,234`` is refused, because
    it is one rand and a bit to some and a thousand to others.

    Raises:
        AmountError: it is no amount, or not one that the voucher type takes.

    """
    cleaned = _without_sign(text[: _TYPED_MAX + 1])
    found = _GROUPED.fullmatch(cleaned) or _PLAIN.fullmatch(cleaned)
    if found is None or len(text) > _TYPED_MAX or _is_ambiguous(cleaned, found):
        raise AmountError(_problem_of(cleaned))
    whole = re.sub(r"\D", "", found["whole"])
    has_zeros = len(whole) > _ZEROS_MAX and whole[0] == "0" and found["cents"] is None
    if has_zeros or len(whole) >= _CODE_MIN:
        raise AmountError(AmountProblem.CODE)
    amount = Exact(int(whole) * 100 + int((found["cents"] or "0").ljust(2, "0")))
    limits.check(amount)
    return amount


def _without_sign(text: str) -> str:
    """Return a text with plain spaces and ASCII digits, and without the sign of rands."""
    spaced = re.sub(r"[\u00a0\u202f\u2009]", " ", text).strip()
    bare = re.sub(r"^(?:R|ZAR)\s*", "", spaced, flags=re.IGNORECASE).strip()
    return "".join(str(int(letter)) if letter.isdecimal() else letter for letter in bare)


def _is_ambiguous(text: str, found: re.Match[str]) -> bool:
    """Whether one mark may be that of thousands or that of cents."""
    marks = found.groupdict()
    is_same = "group" in marks and marks["group"] == marks["decimal"]
    return is_same or _MARK_AND_THREE.fullmatch(text) is not None


def _problem_of(text: str) -> AmountProblem:
    if not text:
        return AmountProblem.EMPTY
    if _MARK_AND_THREE.fullmatch(text):
        return AmountProblem.AMBIGUOUS
    if text[0] in "-−" and any(map(str.isdecimal, text)):
        return AmountProblem.NEGATIVE
    digits = re.sub(r"[ +()/-]", "", text)
    is_code = digits.isdecimal() and len(digits) >= _CODE_MIN
    return AmountProblem.CODE if is_code else AmountProblem.NOT_AN_AMOUNT


def format_cents(cents: int, currency: str = "ZAR") -> str:
    """Write cents as ``R1,234.50``; a currency without a sign is written by its code."""
    symbol = _SYMBOLS.get(currency, f"{currency} ")
    sign = "-" if cents < 0 else ""
    rands, rest = divmod(abs(cents), 100)
    return f"{sign}{symbol}{rands:,}.{rest:02d}"
