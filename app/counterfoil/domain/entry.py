"""What people type into a form, made ready to be sent. Nothing typed is repeated in an error."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from counterfoil.domain.causes.entry import EntryProblem, NotAValue
from counterfoil.domain.code import (
    NotACode,
    is_shapeless,
    read_digits,
    read_token,
)
from counterfoil.domain.failures import EntryError
from counterfoil.domain.money import AmountError, Money, parse_amount
from counterfoil.domain.secret import Secret
from counterfoil.domain.text import clean_text
from counterfoil.domain.voucher_type import FieldKind, FieldSpec, VoucherType, WireKind

P = EntryProblem

TEXT_MAX = 255
"""No field of any voucher type is longer than this, in characters."""

_CODE_MIN = 8
"""A code shorter than this, such as a year or a card's check code, does not tell vouchers apart."""

_YES = frozenset({"true", "yes", "1"})
_NO = frozenset({"false", "no", "0"})
_INTEGER = re.compile(r"-?\d{1,15}")
"""More digits than these are no number that every reader of JSON keeps whole."""
_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{1,6})?")
_DATE = re.compile(r"(\d{4})[-/. ]?(\d{2})[-/. ]?(\d{2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_MONTHS = 12
_PHONE = re.compile(r"(?:tel:)?\+?[\d\s().\-\u2010-\u2015\u2212/]+")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")


def clean_field(spec: FieldSpec, text: str) -> str:
    """Return what to send for one field; empty when it is optional and was left empty.

    A phone number stays as it was typed, for the Phones port to read. The length that discovery
    gives is the least, and not the most: some types have longer codes than they say. Only a code
    twice as long as that is refused, because it was scanned twice.

    Raises:
        EntryError: the field cannot be sent.

    """
    if len(text) > 2 * TEXT_MAX:
        raise _refused(spec, P.TOO_LONG, TEXT_MAX)
    value = _READERS[spec.kind](spec, text)
    if value:
        _check_bounds(spec, value)
        _check_length(spec, value)
    elif spec.is_required:
        raise EntryError(spec.name, missing(spec))
    return value


def missing(spec: FieldSpec) -> NotAValue:
    """Return what is wrong with an empty field that must be filled in."""
    return NotAValue(_MISSING.get(spec.kind, P.MISSING), label=spec.label)


def fingerprint_source(voucher_type: VoucherType, fields: Mapping[str, Secret]) -> str:
    """Return the text that identifies a voucher, the same however its number was typed.

    It joins the sensitive fields; where there are none, or they are too short to tell two vouchers
    apart, the required ones as well. The longest comes last, so that the end of the text is the end
    of the voucher's number.
    """
    sensitive = [spec for spec in voucher_type.fields if spec.is_sensitive]
    codes = _codes(sensitive, fields)
    if sum(map(len, codes)) < _CODE_MIN:
        required = [spec for spec in voucher_type.fields if spec.is_required or spec.is_sensitive]
        codes = _codes(required, fields)
    return " ".join(sorted(codes, key=lambda code: (len(code), code)))


def _codes(specs: list[FieldSpec], fields: Mapping[str, Secret]) -> list[str]:
    typed = [(spec, fields[spec.name].reveal()) for spec in specs if spec.name in fields]
    return [code for spec, text in typed if (code := _code(spec, text))]


def _code(spec: FieldSpec, text: str) -> str:
    code = "".join(filter(str.isalnum, text.upper()))
    # What is sent as a number is the same voucher with and without zeros in front.
    return code.lstrip("0") or code if spec.wire is WireKind.INTEGER else code


def _read_digits(spec: FieldSpec, text: str) -> str:
    return _code_or_refusal(spec, read_digits(text, spec.length))


def _code_or_refusal(spec: FieldSpec, read: str | NotACode) -> str:
    if isinstance(read, NotACode):
        raise EntryError(spec.name, read)
    return read


def _read_text(spec: FieldSpec, text: str) -> str:
    value = clean_text(text, TEXT_MAX + 1)
    if spec.is_sensitive and spec.kind is FieldKind.TEXT:
        value = _code_or_refusal(spec, read_token(value))
    if len(value) > TEXT_MAX:
        raise _refused(spec, P.TOO_LONG, TEXT_MAX)
    return value


def _read_phone(spec: FieldSpec, text: str) -> str:
    value = _read_text(spec, text)
    if value and not _PHONE.fullmatch(value):
        raise _refused(spec, P.NOT_A_PHONE)
    return value


def _read_email(spec: FieldSpec, text: str) -> str:
    value = _read_text(spec, text)
    if value and not _EMAIL.fullmatch(value):
        raise _refused(spec, P.NOT_AN_EMAIL)
    return value


def _read_choice(spec: FieldSpec, text: str) -> str:
    value = clean_text(text, TEXT_MAX)
    if not value:
        return ""
    # The values go first: the words of one choice may be the value of another.
    by_value = [(one.value, one.value) for one in spec.choices]
    by_label = [(one.label, one.value) for one in spec.choices]
    for known, chosen in by_value + by_label:
        if known.casefold() == value.casefold():
            return chosen
    raise EntryError(spec.name, NotAValue(P.NOT_IN_LIST, label=spec.label))


def _read_boolean(spec: FieldSpec, text: str) -> str:
    word = text.strip().casefold()
    if word in _YES:
        return "true"
    if word in _NO:
        return "false"
    if word:
        raise _refused(spec, P.NOT_YES_OR_NO)
    return ""


def _read_integer(spec: FieldSpec, text: str) -> str:
    value = _ascii(text)
    if value and not _INTEGER.fullmatch(value):
        raise _refused(spec, P.NOT_WHOLE)
    return str(int(value)) if value else ""


def _read_number(spec: FieldSpec, text: str) -> str:
    value = _ascii(text).replace(",", ".")
    if value and not _NUMBER.fullmatch(value):
        raise _refused(spec, P.NOT_A_NUMBER)
    return f"{Decimal(value):f}" if value else ""


def _read_date(spec: FieldSpec, text: str) -> str:
    value = _ascii(text)
    try:
        return _day_of(value).isoformat() if value else ""
    except ValueError:
        raise _refused(spec, P.NOT_A_DATE) from None


def _day_of(text: str) -> date:
    """Return the one day that a text can mean.

    Raises:
        ValueError: it means none, or the day and the month could change places.

    """
    if found := _DATE.fullmatch(text):
        return date(*map(int, found.groups()))
    if (found := _DAY_FIRST.fullmatch(text)) is None:
        raise ValueError
    day, month, year = map(int, found.groups())
    if day <= _MONTHS and day != month:
        raise ValueError
    return date(year, month, day)


def _ascii(text: str) -> str:
    """Return a text with ASCII digits and a plain minus, and without space around it."""
    bare = "".join(letter for letter in text if not is_shapeless(letter)).strip()
    plain = bare.replace("−", "-")
    return "".join(str(int(letter)) if letter.isdecimal() else letter for letter in plain)


def _read_money(spec: FieldSpec, text: str) -> str:
    if not text.strip():
        return ""
    try:
        return str(parse_amount(text, currency=spec.currency).cents)
    except AmountError as error:
        raise EntryError(spec.name, error.cause) from None


def _check_bounds(spec: FieldSpec, value: str) -> None:
    """Refuse a value below the least or above the most that the metadata tells."""
    measure = _MEASURES.get(spec.kind)
    if measure is None:
        return
    least = spec.minimum or ("0" if spec.kind is FieldKind.INTEGER else "")
    if least and measure(value) < measure(least):
        raise _refused(spec, P.BELOW_LEAST, _bound(spec, least))
    if spec.maximum and measure(value) > measure(spec.maximum):
        raise _refused(spec, P.ABOVE_MOST, _bound(spec, spec.maximum))


def _check_length(spec: FieldSpec, value: str) -> None:
    if spec.length_min is not None and len(value) < spec.length_min:
        raise _refused(spec, P.TOO_SHORT, spec.length_min, found=len(value))
    if spec.length_max is not None and len(value) > spec.length_max:
        raise _refused(spec, P.TOO_LONG, spec.length_max)


def _bound(spec: FieldSpec, bound: str) -> str | Money:
    return Money(int(bound), spec.currency) if spec.kind is FieldKind.MONEY else bound


def _refused(
    spec: FieldSpec, problem: EntryProblem, wanted: str | int | Money = "", *, found: int = 0
) -> EntryError:
    return EntryError(spec.name, NotAValue(problem, found=found, wanted=wanted))


_MISSING = {
    FieldKind.BOOLEAN: P.NOT_ANSWERED,
    FieldKind.CHOICE: P.NOT_CHOSEN,
}

_READERS: dict[FieldKind, Callable[[FieldSpec, str], str]] = {
    FieldKind.DIGITS: _read_digits,
    FieldKind.PHONE: _read_phone,
    FieldKind.MONEY: _read_money,
    FieldKind.TEXT: _read_text,
    FieldKind.CHOICE: _read_choice,
    FieldKind.INTEGER: _read_integer,
    FieldKind.NUMBER: _read_number,
    FieldKind.BOOLEAN: _read_boolean,
    FieldKind.DATE: _read_date,
    FieldKind.EMAIL: _read_email,
}

_MEASURES: dict[FieldKind, Callable[[str], Decimal]] = {
    FieldKind.INTEGER: Decimal,
    FieldKind.NUMBER: Decimal,
    FieldKind.MONEY: Decimal,
    FieldKind.DATE: lambda day: Decimal(date.fromisoformat(day).toordinal()),
}
"""How the values of a kind are compared; those of any other kind have no least and no most."""
