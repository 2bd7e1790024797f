"""Turns a row of the file into a line of the statement, or says what is wrong with the row."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from counterfoil.adapters.statements.csv_file import BadLineError
from counterfoil.domain.money import AMOUNT_CENTS_MAX, decimals_of
from counterfoil.domain.statement import (
    REFERENCE_MAX,
    AmountForm,
    LineFault,
    LineKind,
    StatementColumns,
    StatementLine,
    TimeForm,
    Zone,
)
from counterfoil.domain.text import clean_text

_YEARS = range(2000, 2100)
_CENTURY = 2000
_YEAR_DIGITS = (2, 4)
_CURRENCY = re.compile("[A-Z]{3}")
_SIGNS = {"R": "ZAR"}
_AMOUNT = re.compile(
    r"(?P<sign>[-+\u2212(]?)(?:[A-Za-z]{1,3}|[$\u20ac\xa3])?(?P<digits>[-0-9.,' ]+)"
)
_MARKS = {AmountForm.POINT: ".", AmountForm.COMMA: ","}
_GROUPS = {
    AmountForm.POINT: re.compile(r"[0-9]{1,3}(?:([, '])[0-9]{3}(?:\1[0-9]{3})*)?|[0-9]+"),
    AmountForm.COMMA: re.compile(r"[0-9]{1,3}(?:([. '])[0-9]{3}(?:\1[0-9]{3})*)?|[0-9]+"),
    AmountForm.CENTS: re.compile(r"[0-9]+"),
}
_DIGITS_MAX = 15
_TIME = re.compile(
    r"([0-9]{1,4})[/.-]([0-9]{1,2})[/.-]([0-9]{1,4})"
    r"(?:[ T]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)?)?"
)
_ORDERS: Mapping[TimeForm, tuple[int, int, int]] = {
    TimeForm.DAY_FIRST: (3, 2, 1),
    TimeForm.MONTH_FIRST: (3, 1, 2),
    TimeForm.YEAR_FIRST: (1, 2, 3),
}
"""In which part of a date year, month and day stand."""
_PLAIN = re.compile(r"[0-9A-Za-z_-]+")
"""What nothing has to be cleaned of, as almost every reference."""
_AS_TEXT = re.compile(r'="(.*)"')
"""How spreadsheets are made to keep the zeros in front of a number."""


def letters_of(text: str) -> str:
    """Return the letters and digits of a word in small letters, for comparing words."""
    return "".join(filter(str.isalnum, text.casefold()))


class LineReader:
    """Turns the rows of one file into lines, by which column holds what."""

    def __init__(self, columns: StatementColumns, places: Mapping[str, int]) -> None:
        """``places`` says where in a row each heading of the columns stands."""
        self._columns = columns
        self._places = places
        self._till = letters_of(columns.till_is)
        self._kinds = {
            letters_of(word): kind
            for kind, words in (
                (LineKind.TAKEN, columns.taken),
                (LineKind.GIVEN_BACK, columns.given_back),
                (LineKind.NOTHING, columns.nothing),
            )
            for word in words
        }

    def is_of_other_till(self, row: Sequence[str]) -> bool:
        """Whether the column for the till, if there is one, names another till."""
        return bool(self._columns.till) and letters_of(self._value(row, "till")) != self._till

    def line(self, number: int, row: Sequence[str]) -> StatementLine:
        """Return the line that a row says; ``number`` is that of its first line in the file.

        Raises:
            BadLineError: it cannot be read.

        """
        ours, theirs = self._reference(row, "reference"), self._reference(row, "their_reference")
        if not ours and not theirs:
            raise BadLineError(LineFault.NO_REFERENCE)
        currency = self._currency(row)
        kind, amount = self._kind(row), self._value(row, "amount")
        is_empty = kind is LineKind.NOTHING and not amount
        cents = 0 if is_empty else read_cents(amount, self._columns.amount_form, currency)
        if kind is None:
            kind = LineKind.GIVEN_BACK if cents < 0 else LineKind.TAKEN
        at = self._time(row)
        return StatementLine(number, ours, theirs, abs(cents), currency, kind, at)

    def _value(self, row: Sequence[str], name: str) -> str:
        place = self._places.get(name)
        return "" if place is None else row[place].strip()

    def _reference(self, row: Sequence[str], name: str) -> str:
        value = self._value(row, name)
        if not value:
            return ""
        if len(value) <= REFERENCE_MAX and _PLAIN.fullmatch(value):
            return value
        kept = _AS_TEXT.fullmatch(value)
        return clean_text(kept[1] if kept else value, REFERENCE_MAX)

    def _currency(self, row: Sequence[str]) -> str:
        if "currency" not in self._places:
            return self._columns.only_currency
        value = self._value(row, "currency").upper()
        currency = _SIGNS.get(value, value)
        if _CURRENCY.fullmatch(currency) is None:
            raise BadLineError(LineFault.NOT_A_CURRENCY, value)
        return currency

    def _kind(self, row: Sequence[str]) -> LineKind | None:
        if "kind" not in self._places:
            return None
        value = self._value(row, "kind")
        kind = self._kinds.get(letters_of(value))
        if kind is None:
            raise BadLineError(LineFault.UNKNOWN_KIND, value)
        return kind

    def _time(self, row: Sequence[str]) -> datetime | None:
        if "time" not in self._places:
            return None
        return read_time(self._value(row, "time"), self._columns.time_form, self._columns.zone)


def read_cents(text: str, form: AmountForm, currency: str) -> int:
    """Read an amount into minor units; with a minus or in brackets it is negative.

    Raises:
        BadLineError: it is no amount, is not written in this form, or is too large.

    """
    spaced = text.replace("\xa0", " ").replace("\u202f", " ")
    is_bracketed = spaced.startswith("(") and spaced.endswith(")")
    found = _AMOUNT.fullmatch(spaced.removesuffix(")") if is_bracketed else spaced)
    if found is None or (found["sign"] == "(") != is_bracketed:
        raise BadLineError(LineFault.NOT_AN_AMOUNT, text)
    digits = found["digits"].strip()
    is_negative = found["sign"] in {"-", "\u2212", "("} or digits.endswith("-")
    bare, mark = digits.removesuffix("-"), _MARKS.get(form)
    whole, has_part, part = bare.partition(mark) if mark else (bare, "", "")
    if _GROUPS[form].fullmatch(whole) is None or (has_part and not part.isdecimal()):
        raise BadLineError(LineFault.NOT_AN_AMOUNT, text)
    decimals = 0 if form is AmountForm.CENTS else decimals_of(currency)
    kept, more = part[:decimals].ljust(decimals, "0"), part[decimals:]
    if more.strip("0") or len(whole) > _DIGITS_MAX:
        raise BadLineError(LineFault.NOT_AN_AMOUNT, text)
    cents = int("".join(filter(str.isdecimal, whole)) + kept)
    if cents > AMOUNT_CENTS_MAX:
        raise BadLineError(LineFault.TOO_LARGE, text)
    return -cents if is_negative else cents


def read_time(text: str, form: TimeForm, zone: Zone) -> datetime:
    """Read a time, and return it aware and in UTC.

    Raises:
        BadLineError: it is no time, or is not written in this form.

    """
    try:
        at = (
            datetime.fromisoformat(_ascii(text)) if form is TimeForm.ISO else _read_date(text, form)
        )
        if at.year not in _YEARS:
            raise BadLineError(LineFault.NOT_A_TIME, text)
        if at.tzinfo is None and zone is Zone.UTC:
            return at.replace(tzinfo=UTC)
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadLineError(LineFault.NOT_A_TIME, text) from None


def _ascii(text: str) -> str:
    if not text.isascii():
        raise ValueError
    return text


def _read_date(text: str, form: TimeForm) -> datetime:
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError
    in_year, in_month, in_day = (found[part] for part in _ORDERS[form])
    if len(in_year) not in _YEAR_DIGITS or len(in_month + in_day) > len("2911"):
        raise ValueError
    year = int(in_year) + (_CENTURY if len(in_year) == min(_YEAR_DIGITS) else 0)
    hour, minute, second = (int(found[part] or 0) for part in (4, 5, 6))
    month, day = int(in_month), int(in_day)
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the zone follows
