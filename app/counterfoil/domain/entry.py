"""What people type into a form, made ready to be sent. Nothing typed is repeated in an error."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import assert_never

from counterfoil.domain.code import (
    CodeProblem,
    NotACode,
    is_shapeless,
    read_digits,
    read_token,
)
from counterfoil.domain.failures import EntryError
from counterfoil.domain.money import AmountError, format_cents, parse_amount
from counterfoil.domain.secret import Secret
from counterfoil.domain.text import clean_text
from counterfoil.domain.voucher_type import FieldKind, FieldSpec, VoucherType, WireKind

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
DATE_FORM = "year-month-day, such as 2026-11-28"
"""How a date is written; 5/6/2026 is two days, and which one depends on who reads it."""
_MONTHS = 12
_PHONE = re.compile(r"(?:tel:)?\+?[\d\s().\-\u2010-\u2015\u2212/]+")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")


def clean_field(spec: FieldSpec, text: str) -> str:
    """Return what to send for one field; empty when it is optional and was left empty.

    A phone number stays as it was typed, for the Phones port to read. The length that discovery
    gives is the least, and not the most: some types have longer codes than they say. Only a code
    twice as long as that is refused, because it was scanned twice.

    Raises:
        EntryError: the field cannot be sent, in words for the cashier.

    """
    if len(text) > 2 * TEXT_MAX:
        raise EntryError(spec.name, "This is too long")
    value = _READERS[spec.kind](spec, text)
    if value:
        _check_bounds(spec, value)
        _check_length(spec, value)
    elif spec.is_required:
        raise EntryError(spec.name, wanted(spec))
    return value


def wanted(spec: FieldSpec) -> str:
    """Return the sentence that asks the cashier to fill in an empty field."""
    if spec.kind is FieldKind.BOOLEAN:
        return f"Answer Yes or No: {spec.label}"
    verb = "Choose" if spec.kind is FieldKind.CHOICE else "Enter"
    return f"{verb} the {_inside_a_sentence(spec.label)}"


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
        raise EntryError(spec.name, not_a_code(read))
    return read


def not_a_code(refused: NotACode) -> str:
    """Return the sentence that tells the cashier why a text was not taken as a code."""
    match refused.problem:
        case CodeProblem.NO_DIGITS:
            return "Only digits belong here: look for O and 0, I and 1"
        case CodeProblem.WORDS:
            return "This is more than the code: enter the code alone"
        case CodeProblem.OTHER_KEYBOARD:
            return "These are signs, not digits: the scanner is set to another keyboard"
        case CodeProblem.TOO_SHORT:
            return f"Too short: {refused.found} of {refused.wanted} digits"
        case CodeProblem.TOO_LONG:
            return f"Too long: {refused.found} of {refused.wanted} digits"
        case _ as never:
            assert_never(never)


def _read_text(spec: FieldSpec, text: str) -> str:
    value = clean_text(text, TEXT_MAX + 1)
    if spec.is_sensitive and spec.kind is FieldKind.TEXT:
        value = _code_or_refusal(spec, read_token(value))
    if len(value) > TEXT_MAX:
        raise EntryError(spec.name, f"Too long: more than {TEXT_MAX} characters")
    return value


def _read_phone(spec: FieldSpec, text: str) -> str:
    value = _read_text(spec, text)
    if value and not _PHONE.fullmatch(value):
        raise EntryError(spec.name, "This is not a phone number")
    return value


def _read_email(spec: FieldSpec, text: str) -> str:
    value = _read_text(spec, text)
    if value and not _EMAIL.fullmatch(value):
        raise EntryError(spec.name, "This is not an email address")
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
    raise EntryError(spec.name, f"Choose the {_inside_a_sentence(spec.label)} from the list")


def _read_boolean(spec: FieldSpec, text: str) -> str:
    word = text.strip().casefold()
    if word in _YES:
        return "true"
    if word in _NO:
        return "false"
    if word:
        raise EntryError(spec.name, "Choose Yes or No")
    return ""


def _read_integer(spec: FieldSpec, text: str) -> str:
    value = _ascii(text)
    if value and not _INTEGER.fullmatch(value):
        raise EntryError(spec.name, "Only a whole number belongs here")
    return str(int(value)) if value else ""


def _read_number(spec: FieldSpec, text: str) -> str:
    value = _ascii(text).replace(",", ".")
    if value and not _NUMBER.fullmatch(value):
        raise EntryError(spec.name, "Only a number belongs here, such as 12.5")
    return f"{Decimal(value):f}" if value else ""


def _read_date(spec: FieldSpec, text: str) -> str:
    value = _ascii(text)
    try:
        return _day_of(value).isoformat() if value else ""
    except ValueError:
        raise EntryError(spec.name, f"Write {DATE_FORM}") from None


def _day_of(text: str) -> date:
    """Return the one day that a text can mean.

    Raises:
        ValueError: it means none, or the day and the month could change places.

    """
    if found := _DATE.fullmatch(text):
        return date(*map(int, found.groups()))
    if (found := _DAY_FIRST.fullmatch(text)) is None:
        raise ValueError("not a date")
    day, month, year = map(int, found.groups())
    if day <= _MONTHS and day != month:
        raise ValueError("two days")
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
        raise EntryError(spec.name, str(error).capitalize()) from None


def _check_bounds(spec: FieldSpec, value: str) -> None:
    """Refuse a value below the least or above the most that the metadata tells."""
    measure = _MEASURES.get(spec.kind)
    if measure is None:
        return
    least = spec.minimum or ("0" if spec.kind is FieldKind.INTEGER else "")
    if least and measure(value) < measure(least):
        raise EntryError(spec.name, f"The least is {_shown(spec, least)}")
    if spec.maximum and measure(value) > measure(spec.maximum):
        raise EntryError(spec.name, f"The most is {_shown(spec, spec.maximum)}")


def _check_length(spec: FieldSpec, value: str) -> None:
    if spec.length_min is not None and len(value) < spec.length_min:
        raise EntryError(spec.name, f"Too short: {len(value)} of {spec.length_min} characters")
    if spec.length_max is not None and len(value) > spec.length_max:
        raise EntryError(spec.name, f"Too long: more than {spec.length_max} characters")


def _shown(spec: FieldSpec, bound: str) -> str:
    return format_cents(int(bound), spec.currency) if spec.kind is FieldKind.MONEY else bound


def _inside_a_sentence(label: str) -> str:
    """Write a label in small letters, unless its first word is an abbreviation."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


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
