"""How a field's value is cleaned, grouped and hidden; grouping never changes the value itself.

Pure functions over text. Spaces are put in for display and taken out again.
"""

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from counterfoil.domain.code import CodeProblem, NotACode, read_digits, read_token

VALUE_LENGTH_MAX: Final = 256
GROUP: Final = 4
TAIL: Final = 4
BULLET: Final = "\N{BULLET}"
NATIONAL_GROUPS: Final = (3, 3, 4)
INTERNATIONAL_GROUPS: Final = (2, 2, 3, 4)
PHONE_LETTERS: Final = re.compile(r"[+\d\s().\-\u2010-\u2015\u2212/]*")
NUMBER_LETTERS: Final = re.compile(r"[\d\s.,\-\u2212]*")
DATE_LETTERS: Final = re.compile(r"[\d\s./\-\u2010-\u2015\u2212]*")
WHOLE_DATE: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")


class FieldKind(StrEnum):
    """What a field holds, as far as the screen treats it differently."""

    DIGITS = "digits"
    PHONE = "phone"
    TEXT = "text"
    CHOICE = "choice"
    WHOLE = "whole"
    NUMBER = "number"
    DATE = "date"


NUMBERS: Final = frozenset({FieldKind.WHOLE, FieldKind.NUMBER})
"""Kinds whose value changes with every letter that is left out."""


def digits_only(text: str) -> str:
    """Return the decimal digits of a text, in whatever script, as 0 to 9."""
    return "".join(_ascii_digit(letter) for letter in text)


def piece_typed(before: str, after: str) -> tuple[int, int]:
    """Return the start and end, in ``after``, of the piece that was typed or pasted."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    kept = 0
    longest = min(len(before), len(after)) - start
    while kept < longest and before[-1 - kept] == after[-1 - kept]:
        kept += 1
    return start, len(after) - kept


def admitted(piece: str, kind: FieldKind, *, is_secret: bool) -> str | NotACode:
    """Return the part of a typed or pasted text that a field takes, or why it takes nothing of it.

    A piece of one character is a key press. A longer one was pasted or scanned; in a field of
    digits or a secret it must be a code.

    In a number every key is kept, so that it can be refused as a whole: without its point 12.5
    would be 125.
    """
    if kind in NUMBERS and len(piece) == 1:
        return piece
    if kind is FieldKind.TEXT:
        return read_token(piece) if is_secret and len(piece) > 1 else piece
    if kind is FieldKind.DIGITS and len(piece) > 1:
        return read_digits(piece)
    letters = _LETTERS.get(kind, DATE_LETTERS)
    return piece if letters.fullmatch(piece) else NotACode(CodeProblem.NO_DIGITS)


def cleaned(text: str, kind: FieldKind) -> str:
    """Return the value of what was typed, cut at 256 characters."""
    if kind is FieldKind.DIGITS:
        value = digits_only(text)
    elif kind is FieldKind.DATE:
        typed = "".join(_ascii_digit(letter) or letter for letter in text)
        value = WHOLE_DATE.sub(r"\1-\2-\3", typed) if WHOLE_DATE.fullmatch(typed) else typed
    elif kind is FieldKind.PHONE:
        plus = "+" if text.lstrip().startswith("+") else ""
        value = plus + digits_only(text)
    else:
        value = "".join(letter for letter in text if letter.isprintable())
    return value[:VALUE_LENGTH_MAX]


def grouped(value: str, kind: FieldKind) -> str:
    """Return the value with spaces that group it: 4-4-4-4 for digits, as dialled for phones."""
    if kind is FieldKind.DIGITS:
        return _in_groups(value, ())
    if kind is FieldKind.PHONE:
        if value.startswith("+"):
            return "+" + _in_groups(value[1:], INTERNATIONAL_GROUPS)
        return _in_groups(value, NATIONAL_GROUPS)
    return value


def concealed(value: str) -> str:
    """Return bullets in groups of four and the last four characters.

    A value too short for that is bullets throughout: four of seven would give most of it away.
    """
    tail = value[-TAIL:] if len(value) >= 2 * TAIL else ""
    return _in_groups(BULLET * (len(value) - len(tail)) + tail, ())


def position_after(shown: str, value_letters: int) -> int:
    """Return the position in a grouped text that follows so many characters of its value."""
    passed = 0
    for position, letter in enumerate(shown):
        if passed == value_letters:
            return position
        passed += letter not in " -"
    return len(shown)


def amount_typed(text: str) -> str:
    """Return an amount as it was typed, in digits 0 to 9 and plain spaces.

    Letters stay, so that the amount is refused as a whole: without its e, 1e3 would be 13.
    """
    plain = "".join(" " if letter.isspace() else _ascii_digit(letter) or letter for letter in text)
    return cleaned(plain.lstrip(), FieldKind.TEXT)


_LETTERS: Final = {
    FieldKind.PHONE: PHONE_LETTERS,
    FieldKind.NUMBER: NUMBER_LETTERS,
    FieldKind.WHOLE: re.compile(r"[\d\s\-\u2212]*"),
    FieldKind.DIGITS: re.compile(r"[\d\s\-_\u2010-\u2015\u2212\u200b-\u200f]*"),
}


def _ascii_digit(letter: str) -> str:
    """Return a decimal digit of any script as ASCII, and nothing for any other letter."""
    digit = unicodedata.decimal(letter, None)
    return "" if digit is None else str(digit)


def _in_groups(text: str, first_groups: Sequence[int]) -> str:
    """Split a text into the given groups, then into groups of four, with spaces between."""
    parts: list[str] = []
    start = 0
    for size in first_groups:
        parts.append(text[start : start + size])
        start += size
    parts.extend(text[at : at + GROUP] for at in range(start, len(text), GROUP))
    return " ".join(part for part in parts if part)
