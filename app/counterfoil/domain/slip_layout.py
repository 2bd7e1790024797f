"""Fits a slip to a printer's columns, once for every renderer.

Paper and screen draw the same rows, so what the cashier sees is what the customer gets. A value
is never cut, a PIN is never broken inside a group, and nothing reaches a printer that could
steer it.
"""

import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterator
from itertools import islice
from typing import assert_never

from counterfoil.declaring import dataclass
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip import (
    Align,
    Band,
    Barcode,
    Dots,
    Gap,
    Logo,
    Pair,
    PinBox,
    QrCode,
    Rule,
    Slip,
    SlipLine,
    Text,
)
from counterfoil.domain.text import ascii_digits

COLUMNS = (32, 35, 42, 44, 48)
"""What receipt printers print on a line."""

PIN_GROUP = 4
DOUBLE_LINES = 1.75
"""The height of a line in double size."""

LOGO_DOTS_PER_COLUMN = 12
"""A logo is drawn in the dots of a receipt printer, whose letters are so many wide."""
_LINE_COLUMNS = 1.36 / 0.6
"""The height of a line in the widths of a letter, as every renderer draws it."""
_PIN_AIR = 0.4
"""Between the digits of a PIN and its frame, in lines."""
_SENTENCE_END = re.compile(r"(?<=[.!?]) ")
_COLUMNS_MIN = 16
_MARKS_MAX = 3
"""More marks on one letter than any language needs paint over the lines around them."""
_WIDE = frozenset({"W", "F"})
_ROWS_MAX = 48
"""No words of a shop or of a provider need more rows: this much is a third of a yard."""
_CUT_OFF = "..."


@dataclass(frozen=True, slots=True)
class TextRow:
    """One printed line of words, no longer than the paper is wide."""

    text: str
    align: Align = Align.START
    is_bold: bool = False
    is_double: bool = False

    @property
    def height_lines(self) -> float:
        """The height in text lines."""
        return DOUBLE_LINES if self.is_double else 1.0


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two texts on one printed line, with at least one space between them."""

    label: str
    value: str
    is_bold: bool = False

    @property
    def height_lines(self) -> float:
        """The height in text lines."""
        return 1.0


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A dashed line, three tenths of a line below the row's top."""

    @property
    def height_lines(self) -> float:
        """The height in text lines."""
        return 0.7


@dataclass(frozen=True, slots=True)
class GapRow:
    """Empty paper."""

    @property
    def height_lines(self) -> float:
        """The height in text lines."""
        return 0.5


@dataclass(frozen=True, slots=True)
class BandRow:
    """Words in paper colour on an ink bar."""

    text: str

    @property
    def height_lines(self) -> float:
        """The height in text lines."""
        return 1.45


@dataclass(frozen=True, slots=True)
class PinGroup:
    """Some characters of a PIN that stand together; the text only where paper will carry it."""

    length: int
    text: Secret | None = None


@dataclass(frozen=True, slots=True)
class PinRow:
    """The boxed PIN, in one or more lines of groups in double size."""

    lines: tuple[tuple[PinGroup, ...], ...]

    @property
    def height_lines(self) -> float:
        """The height in text lines."""
        return DOUBLE_LINES * len(self.lines) + _PIN_AIR


@dataclass(frozen=True, slots=True)
class BarcodeRow:
    """A Code 128; the words below it are rows of their own."""

    text: str

    @property
    def height_lines(self) -> float:
        """The height in text lines."""
        return 2.6


@dataclass(frozen=True, slots=True)
class QrRow:
    """A QR code in the middle of the paper; its place is empty without ``content``.

    The words below it are rows of their own.
    """

    content: Secret | None

    @property
    def height_lines(self) -> float:
        """The height in text lines."""
        return 6.6


@dataclass(frozen=True, slots=True)
class LogoRow:
    """The shop's own picture, in the middle of the paper."""

    dots: Dots

    @property
    def height_lines(self) -> float:
        """The height in text lines."""
        return self.dots.height / LOGO_DOTS_PER_COLUMN / _LINE_COLUMNS


SlipRow = LogoRow | TextRow | PairRow | RuleRow | GapRow | BandRow | PinRow | BarcodeRow | QrRow


def is_on_every_font(character: str) -> bool:
    """Tell whether every font that a slip may be drawn with has this printable character."""
    try:
        character.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


Letters = Callable[[str], bool]
"""Tells whether one printable character can be drawn or printed."""


def lay_out(
    slip: Slip, columns: int, letters: Letters = is_on_every_font, *, has_qr: bool = True
) -> tuple[SlipRow, ...]:
    """Turn the slip's lines into rows that fit the columns.

    Where the paper cannot have a QR code, nothing is said of one either.

    A character that is none of ``letters`` is written with its nearest plain ones, or as a question
    mark, never dropped silently. Words that would run over yards of paper end in three dots.
    """
    assert columns >= _COLUMNS_MIN, "no printer is this narrow"
    lines = (line for line in slip.lines if has_qr or not isinstance(line, QrCode))
    return tuple(row for line in lines for row in _rows(line, columns, letters))


def height_lines(rows: tuple[SlipRow, ...]) -> float:
    """Return the height of all rows in text lines."""
    return sum(row.height_lines for row in rows)


def printable(text: str, letters: Letters = is_on_every_font) -> str:
    """Return the text on one line, without controls and in characters that can be drawn."""
    if text.isascii() and text.isprintable():
        return text  # as nearly all of a slip is
    said, marks = "", 0
    for character in unicodedata.normalize("NFC", text):
        written = _replacement(character, letters)
        marks = marks + 1 if _is_mark(written) else 0
        if not marks or (said and marks <= _MARKS_MAX):
            said += written
    return said


def columns_of(text: str) -> int:
    """Return how many columns a text takes: 0 for a combining mark, 2 for a wide letter, else 1."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def is_any_letter(character: str) -> bool:
    """Whether a character is printable, and so can be shown on a screen or in a text file.

    For `lay_out`, where the letters are not limited by a printer's fonts.
    """
    return character.isprintable()


def _rows(line: SlipLine, columns: int, letters: Letters) -> Iterator[SlipRow]:
    match line:
        case Text():
            yield from _text_rows(line, columns, letters)
        case Pair():
            yield from _pair_rows(line, columns, letters)
        case Band():
            yield from map(BandRow, _wrap(printable(line.text, letters), columns - 2))
        case Rule():
            yield RuleRow()
        case Gap():
            yield GapRow()
        case Logo():
            yield LogoRow(line.dots)
        case PinBox() | Barcode() | QrCode():
            yield from _code_rows(line, columns, letters)
        case _:
            assert_never(line)


def _code_rows(
    line: PinBox | Barcode | QrCode, columns: int, letters: Letters
) -> Iterator[SlipRow]:
    match line:
        case PinBox():
            # Two of the single-size columns are the box's own sides.
            yield PinRow(_pin_lines(line, columns // 2 - 1))
        case Barcode():
            yield BarcodeRow(line.text)
            said = f"{line.label} {line.text}".strip()
            yield from _text_rows(Text(said, Align.CENTRE), columns, letters)
        case QrCode():
            yield QrRow(line.content)
            if line.label:
                yield from _text_rows(Text(line.label, Align.CENTRE), columns, letters)
        case _:
            assert_never(line)


def _text_rows(line: Text, columns: int, letters: Letters) -> Iterator[TextRow]:
    width = columns // 2 if line.is_double else columns
    for paragraph in line.text.split("\n"):
        wrap = _wrap_evenly if line.align is Align.CENTRE else _wrap
        for part in wrap(printable(paragraph, letters), width):
            yield TextRow(part, line.align, line.is_bold, line.is_double)


def _pair_rows(line: Pair, columns: int, letters: Letters) -> Iterator[TextRow | PairRow]:
    *earlier, label = _wrap(printable(line.label, letters).strip(), columns)
    value, *later = _wrap(printable(line.value, letters).strip(), columns)
    for part in earlier:
        yield TextRow(part, is_bold=line.is_bold)
    if columns_of(label) + 1 + columns_of(value) <= columns:
        yield PairRow(label, value, line.is_bold)
    else:
        yield TextRow(label, is_bold=line.is_bold)
        yield TextRow(value, Align.END, line.is_bold)
    for part in later:
        yield TextRow(part, Align.END, line.is_bold)


def _wrap(text: str, width: int) -> list[str]:
    if text.isascii() or all(_columns(letter) == 1 for letter in text):
        lines = textwrap.wrap(text, width, break_on_hyphens=False, replace_whitespace=False)
    else:
        lines = _wrap_by_columns(text, width)
    if len(lines) > _ROWS_MAX:
        lines = [*lines[: _ROWS_MAX - 1], _CUT_OFF]
    return lines or [""]


def _wrap_by_columns(text: str, width: int) -> list[str]:
    """Break between words, and inside of one that is longer than a line."""
    lines, line = [], ""
    for word in text.split():
        for index, part in enumerate(_cut(word, width)):
            longer = f"{line} {part}" if line and not index else line + part
            if line and columns_of(longer) > width:
                lines.append(line)
                longer = part
            line = longer
    return [*lines, line]


def _cut(word: str, width: int) -> Iterator[str]:
    part = ""
    for letter in word:
        if columns_of(part) + _columns(letter) > width:
            yield part
            part = ""
        part += letter
    yield part


def _columns(character: str) -> int:
    if _is_mark(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


def _is_mark(character: str) -> bool:
    return bool(character) and unicodedata.category(character[0]) in {"Mn", "Me"}


def _wrap_evenly(text: str, width: int) -> list[str]:
    """Return as few lines as hold the text: whole sentences, or lines of nearly one length."""
    lines = _wrap(text, width)
    if len(lines) == 1:
        return lines
    sentences = _SENTENCE_END.split(text)
    if len(sentences) == len(lines) and all(columns_of(one) <= width for one in sentences):
        return sentences
    narrower = (_wrap(text, fewer) for fewer in range(-(-columns_of(text) // len(lines)), width))
    return next((even for even in narrower if len(even) == len(lines)), lines)


def _pin_lines(box: PinBox, columns: int) -> tuple[tuple[PinGroup, ...], ...]:
    """Share the groups out evenly over as few lines as hold them."""
    groups = _pin_groups(box, columns)
    for line_count in range(1, len(groups) + 1):
        each = -(-len(groups) // line_count)
        lines = tuple(groups[start : start + each] for start in range(0, len(groups), each))
        if all(sum(g.length + 1 for g in line) - 1 <= columns for line in lines):
            return lines
    return ()


def _pin_groups(box: PinBox, columns: int) -> tuple[PinGroup, ...]:
    lengths = box.groups
    size = sum(lengths) if box.pin is None else len(box.pin)
    if sum(lengths) != size or any(not 0 < length <= columns for length in lengths):
        # The metadata's grouping does not fit this PIN; fours always do.
        lengths = grouped_by_four(size)
    if box.pin is None:
        return tuple(PinGroup(length) for length in lengths)
    characters = iter(box.pin.reveal())
    return tuple(
        PinGroup(length, Secret("".join(islice(characters, length)))) for length in lengths
    )


def grouped_by_four(size: int) -> tuple[int, ...]:
    """Return the lengths of the groups that a PIN of this size is read in."""
    whole, rest = divmod(size, PIN_GROUP)
    return (PIN_GROUP,) * whole + ((rest,) if rest else ())


_PLAIN = {
    "\N{LATIN CAPITAL LETTER L WITH STROKE}": "L",
    "\N{LATIN SMALL LETTER L WITH STROKE}": "l",
    "\N{LATIN CAPITAL LETTER D WITH STROKE}": "D",
    "\N{LATIN SMALL LETTER D WITH STROKE}": "d",
    "\N{LATIN SMALL LETTER DOTLESS I}": "i",
    "\N{HYPHEN}": "-",
    "\N{NON-BREAKING HYPHEN}": "-",
    "\N{FIGURE DASH}": "-",
    "\N{HORIZONTAL BAR}": "-",
    "\N{MINUS SIGN}": "-",
    "\N{PRIME}": "'",
    "\N{DOUBLE PRIME}": '"',
    "\N{FRACTION SLASH}": "/",
    "\N{DIVISION SLASH}": "/",
    "\N{RIGHTWARDS ARROW}": "->",
    "\N{LEFTWARDS ARROW}": "<-",
}
"""What has no decomposition and an obvious plain spelling."""


def _replacement(character: str, letters: Letters) -> str:
    character = ascii_digits(character)
    category = unicodedata.category(character)
    if category in {"Zs", "Zl", "Zp"} or character in "\t\n\r":
        return " "
    if category in {"Cc", "Cf"}:
        # They steer a printer or the order of digits, and say nothing themselves.
        return ""
    if _is_drawn(character, letters):
        return character
    if category in {"Mn", "Me"}:
        return ""
    plain = _PLAIN.get(character) or unicodedata.normalize("NFKD", character)
    return "".join(part for part in plain if _is_drawn(part, letters)) or "?"


def _is_drawn(character: str, letters: Letters) -> bool:
    return character.isprintable() and letters(character)
