"""Money in whole minor units, and what can be redeemed: an exact amount or the full value."""

import re
from collections.abc import Iterable
from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.overriding import override

AMOUNT_CENTS_MAX = 99_999_999
"""Nothing above so many minor units, 999,999.99 with cents, is typed, sent or believed."""

_TYPED_MAX = 40
"""Nobody types an amount with more characters, and reading endless digits is slow."""
_CODE_MIN = 9
"""So many digits in a row, without cents, are a phone number or a code and no amount."""
_ZEROS_MAX = 2
"""Nobody writes more digits than these with a zero in front and without cents, but a phone has."""
_SYMBOLS = {"ZAR": "R"}
_WITHOUT = ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX")
_WITHOUT_TOO = ("UYI", "VND", "VUV", "XAF", "XOF", "XPF")
_WITH_THREE = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_DECIMALS = (
    dict.fromkeys((*_WITHOUT, *_WITHOUT_TOO), 0)
    | dict.fromkeys(_WITH_THREE, 3)
    | dict.fromkeys(("CLF", "UYW"), 4)
)
"""The decimals of each currency whose minor unit is not a hundredth (ISO 4217)."""
_USUAL_DECIMALS = 2
_PLAIN = re.compile(r"(?P<whole>\d+)(?:[.,](?P<cents>\d{1,2}))?")
_GROUPED = re.compile(
    r"(?P<whole>\d{1,3}(?:(?P<group>[ ,.'])\d{3})(?:(?P=group)\d{3})*)"
    r"(?:(?P<decimal>[.,])(?P<cents>\d{1,2}))?"
)
_WRITTEN_WITH = frozenset("0123456789 .,'")
_MARK_AND_THREE = re.compile(r"\d{1,3}([.,])\d{3}(?:\1\d{3})*")


_WHOLE = re.compile(r"(?P<whole>\d+|\d{1,3}(?:(?P<group>[ ,.'])\d{3})(?:(?P=group)\d{3})*)")
_PARTED = re.compile(r"(?P<whole>\d+)(?:\.(?P<part>\d{1,4}))?")


class AmountProblem(StrEnum):
    """Why an amount is refused."""

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
    OTHER_UNIT = "other_unit"
    """Not as its currency is divided, which has no cents perhaps."""
    BELOW_LIMIT = "below_limit"
    ABOVE_LIMIT = "above_limit"


@dataclass(frozen=True, slots=True)
class NotAnAmount:
    """Why a text is no amount that can be redeemed.

    ``wanted`` is the limit that it is below or above, or an example to type.
    """

    problem: AmountProblem
    wanted: "Money | None" = None


class AmountError(ValueError):
    """An amount that was typed is refused; ``cause`` says why."""

    def __init__(self, problem: AmountProblem, wanted: "Money | None" = None) -> None:
        self.cause = NotAnAmount(problem, wanted)
        super().__init__(self.cause)


@dataclass(frozen=True, slots=True)
class Exact:
    """An amount a person typed, in the minor units of its currency, which are mostly cents."""

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
    """All that is on the voucher. The cashier must choose it; it is never a default.

    A request without an amount takes everything, so only this may build one.
    """


Amount = Exact | FullValue


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units with its currency; amounts of two currencies are never added."""

    minor_units: int
    currency: str

    @override
    def __str__(self) -> str:
        return format_cents(self.minor_units, self.currency)


def add_up(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """Return one sum for each currency, in the order in which the currencies came."""
    sums: dict[str, int] = {}
    for one in amounts:
        sums[one.currency] = sums.get(one.currency, 0) + one.minor_units
    return tuple(Money(total, currency) for currency, total in sums.items())


def decimals_of(currency: str) -> int:
    """Return how many decimals a currency's minor unit has: 2 for cents, 0 where there are none."""
    return _DECIMALS.get(currency, _USUAL_DECIMALS)


@dataclass(frozen=True, slots=True)
class Limits:
    """The least and the most that a voucher type takes, in cents; None where it gives no limit."""

    least_cents: int | None = None
    most_cents: int | None = None
    currency: str = "ZAR"

    def check(self, amount: Amount) -> None:
        """Check an amount against the limits. The full value passes: nobody knows how much it is.

        Raises:
            AmountError: it is below the least or above the most.

        """
        if isinstance(amount, FullValue):
            return
        if self.least_cents is not None and amount.cents < self.least_cents:
            least = Money(self.least_cents, self.currency)
            raise AmountError(AmountProblem.BELOW_LIMIT, least)
        if self.most_cents is not None and amount.cents > self.most_cents:
            most = Money(self.most_cents, self.currency)
            raise AmountError(AmountProblem.ABOVE_LIMIT, most)


NO_LIMITS = Limits()


def parse_amount(text: str, limits: Limits = NO_LIMITS, currency: str = "ZAR") -> Exact:
    """Read what a person typed, with or without the currency sign, into minor units.

    ``12.5``, ``1234.50``, ``1 234,50`` and ``R1,234.50`` are read. ``1,234`` is refused, because
    some people mean a thousand by it and others one rand and a bit; in a currency without cents it
    is a thousand.

    Raises:
        AmountError: it is no amount, or not one that the voucher type takes.

    """
    cleaned = _without_sign(text[: _TYPED_MAX + 1], currency)
    is_usual = decimals_of(currency) == _USUAL_DECIMALS
    amount = _read_cents(text, cleaned) if is_usual else _read_units(cleaned, currency)
    limits.check(amount)
    return amount


def _read_cents(text: str, cleaned: str) -> Exact:
    found = _GROUPED.fullmatch(cleaned) or _PLAIN.fullmatch(cleaned)
    if found is None or len(text) > _TYPED_MAX or _is_ambiguous(cleaned, found):
        raise AmountError(_problem_of(cleaned))
    whole = re.sub(r"\D", "", found["whole"])
    has_zeros = len(whole) > _ZEROS_MAX and whole[0] == "0" and found["cents"] is None
    if has_zeros or len(whole) >= _CODE_MIN:
        raise AmountError(AmountProblem.CODE)
    return Exact(int(whole) * 100 + int((found["cents"] or "0").ljust(2, "0")))


def _read_units(cleaned: str, currency: str) -> Exact:
    """Read an amount of a currency whose minor unit is not a hundredth."""
    decimals = decimals_of(currency)
    found = (_PARTED if decimals else _WHOLE).fullmatch(cleaned)
    part = (found.groupdict().get("part") or "") if found else ""
    if not cleaned or not set(cleaned) <= _WRITTEN_WITH:
        raise AmountError(_problem_of(cleaned))
    if found is None or len(part) > decimals:
        raise AmountError(AmountProblem.OTHER_UNIT, Money(5 * 10 ** (decimals + 3), currency))
    whole = re.sub(r"\D", "", found["whole"])
    if len(whole) >= _CODE_MIN or (len(whole) > _ZEROS_MAX and whole[0] == "0"):
        raise AmountError(AmountProblem.CODE)
    return Exact(int(whole + part.ljust(decimals, "0")))


def type_amount(minor_units: int, currency: str) -> str:
    """Write an amount as a cashier would type it."""
    decimals = decimals_of(currency)
    digits = f"{minor_units:0{decimals + 1}d}"
    return f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits


def _without_sign(text: str, currency: str) -> str:
    """Return a text with plain spaces and ASCII digits, and without the currency's sign."""
    spaced = re.sub(r"[\u00a0\u202f\u2009]", " ", text).strip()
    signs = "|".join(map(re.escape, dict.fromkeys((currency, "ZAR", "R"))))
    bare = re.sub(rf"^(?:{signs})\s*", "", spaced, flags=re.IGNORECASE).strip()
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


def sign_of(currency: str) -> str:
    """Return what stands before an amount: a currency's sign, or else its code."""
    return _SYMBOLS.get(currency, currency)


def format_cents(cents: int, currency: str = "ZAR") -> str:
    """Write minor units as ``R1,234.50`` or ``UGX 5,000``; without a sign the code is written."""
    sign = "-" if cents < 0 else ""
    space = "" if currency in _SYMBOLS else " "
    decimals = decimals_of(currency)
    whole, rest = divmod(abs(cents), 10**decimals)
    part = f".{rest:0{decimals}d}" if decimals else ""
    return f"{sign}{sign_of(currency)}{space}{whole:,}{part}"
