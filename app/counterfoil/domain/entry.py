"""What people type into a form, made ready to be sent. Nothing typed is repeated in an error."""

import unicodedata
from collections.abc import Callable, Mapping

from counterfoil.domain.failures import EntryError
from counterfoil.domain.money import AmountError, parse_amount
from counterfoil.domain.secret import Secret
from counterfoil.domain.text import clean_text
from counterfoil.domain.voucher_type import FieldKind, FieldSpec, VoucherType

TEXT_MAX = 255
"""No field of any voucher type is longer than this, in characters."""

_CODE_MIN = 8
"""A code shorter than this, such as a year or a card's check code, does not tell vouchers apart."""


def clean_field(spec: FieldSpec, text: str) -> str:
    """Return what to send for one field; empty when it is optional and was left empty.

    A phone number stays as it was typed, for the Phones port to read. The length that discovery
    hints at is a floor, not a ceiling: some types have longer codes than they say. Only a code
    twice as long as that is refused, because it was scanned twice.

    Raises:
        EntryError: the field cannot be sent, in words for the cashier.

    """
    if len(text) > 2 * TEXT_MAX:
        raise EntryError(spec.name, "This is too long")
    value = _READERS[spec.kind](spec, text)
    if not value and spec.is_required:
        verb = "Choose" if spec.kind is FieldKind.CHOICE else "Enter"
        raise EntryError(spec.name, f"{verb} the {_inside_a_sentence(spec.label)}")
    return value


def fingerprint_source(voucher_type: VoucherType, fields: Mapping[str, Secret]) -> str:
    """Return what identifies the voucher itself, the same however it was grouped or typed.

    These are the sensitive fields; where there are none, or they are too short to tell two
    vouchers apart, the required ones as well. The longest comes last, so that the end of the text
    is the end of the voucher's number.
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
    return code.lstrip("0") or code if spec.is_number else code


def _read_digits(spec: FieldSpec, text: str) -> str:
    digits: list[str] = []
    for letter in text:
        if letter.isdecimal():
            digits.append(str(unicodedata.decimal(letter)))
        elif not _is_grouping(letter):
            raise EntryError(spec.name, "Only digits belong here: look for O and 0, I and 1")
    value = "".join(digits)
    if value and spec.length is not None:
        if len(value) < spec.length:
            raise EntryError(spec.name, f"Too short: {len(value)} of {spec.length} digits")
        if len(value) >= 2 * spec.length:
            raise EntryError(spec.name, f"Too long: {len(value)} of {spec.length} digits")
    return value


def _is_grouping(letter: str) -> bool:
    """Whether a character only separates groups: a space, a dash, or one that has no shape."""
    return letter.isspace() or unicodedata.category(letter) in {"Pd", "Cf"} or letter in "−_"


def _read_text(spec: FieldSpec, text: str) -> str:
    value = clean_text(text, TEXT_MAX + 1)
    if len(value) > TEXT_MAX:
        raise EntryError(spec.name, f"Too long: more than {TEXT_MAX} characters")
    return value


def _read_choice(spec: FieldSpec, text: str) -> str:
    value = clean_text(text, TEXT_MAX)
    if not value:
        return ""
    for choice in spec.choices:
        if choice.casefold() == value.casefold():
            return choice
    raise EntryError(spec.name, f"Choose the {_inside_a_sentence(spec.label)} from the list")


def _read_money(spec: FieldSpec, text: str) -> str:
    if not text.strip():
        return ""
    try:
        return str(parse_amount(text).cents)
    except AmountError:
        raise EntryError(spec.name, "Type rands and cents, for example 19.00") from None


def _inside_a_sentence(label: str) -> str:
    """Write a label in small letters, unless its first word is an abbreviation."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


_READERS: dict[FieldKind, Callable[[FieldSpec, str], str]] = {
    FieldKind.DIGITS: _read_digits,
    FieldKind.PHONE: _read_text,
    FieldKind.MONEY: _read_money,
    FieldKind.TEXT: _read_text,
    FieldKind.CHOICE: _read_choice,
}
