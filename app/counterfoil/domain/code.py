"""A voucher's code as it is typed, pasted or scanned: the code itself, or why it is none.

The whole text must be a code. Digits are never picked out of a sentence: a price or a date beside
the number would become a part of it.
"""

import re
import unicodedata
from enum import StrEnum

from counterfoil.declaring import dataclass

_AIM_PREFIX = re.compile(r"^\][A-IK-UX-Zacdeghjopsuz][0-9A-Za-z]")
"""What a scanner may put in front to name the kind of barcode (ISO/IEC 15424), such as ``]C1``."""

_LABEL = re.compile(
    r"^(?:(?:voucher|gift\s+card|card|member|serial)\s+)?(?:pin|token|code|number|no\.?|nr\.?)"
    r"(?:\s*[:#=]\s*|\s+)(?=\S)",
    re.IGNORECASE,
)
"""What people copy along with a code, such as ``PIN:``."""

_DIGIT_ROWS = tuple(map(frozenset, ("&é\"'(-è_çà", "&é\"'(§è!çà", "!@#$%^&*()")))
"""What the keys of the digits give on a French or a Belgian keyboard, and with Shift held."""

_DASH = "-"
_SPACE = " "
_UNIT_MIN = 10
"""Where no length is given, a shorter text twice may be one code: 16 digits are 8 and 8."""


class CodeProblem(StrEnum):
    """Why something is not taken as a code."""

    NO_DIGITS = "no_digits"
    """Something that is no digit is in it."""
    WORDS = "words"
    """It is more than a code, such as a sentence with a code in it."""
    OTHER_KEYBOARD = "other_keyboard"
    """The signs on the digit keys of another keyboard: the scanner is set up for that one."""
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class NotACode:
    """Why a text is no code; the text itself is not in it.

    ``found`` and ``wanted`` count digits.
    """

    problem: CodeProblem
    found: int = 0
    wanted: int = 0


def read_digits(text: str, length: int | None = None) -> str | NotACode:
    """Return the digits of a code as ASCII, or why it is none; empty for an empty text.

    ``length`` is the number of digits that discovery gives for the voucher type: the least, and not
    the most, because some types have longer codes than they say. The same code twice or more in one
    text is one code that was scanned again.
    """
    bare = _bare(text)
    if not bare:
        return ""
    pieces, gaps = _split(bare)
    if any(not piece.isdecimal() for piece in pieces):
        return NotACode(_why_no_digits(bare))
    is_even = {len(piece) for piece in pieces[:-1]} == {max(map(len, pieces))}
    if len(set(gaps)) > 1 and not is_even:
        return NotACode(CodeProblem.WORDS)
    digits = "".join(str(unicodedata.decimal(letter)) for letter in "".join(pieces))
    return _measured(_once(digits, length), length)


def read_token(text: str) -> str | NotACode:
    """Return a code that may have letters, as it is spelled, or why it is none."""
    bare = _bare(text)
    if _is_from_other_keyboard(bare):
        return NotACode(CodeProblem.OTHER_KEYBOARD)
    words = [word for word in bare.split() if word.isalpha() and not word.isupper()]
    has_digits = any(map(str.isdecimal, bare))
    return NotACode(CodeProblem.WORDS) if len(words) > 1 and has_digits else _once(bare, None)


def is_shapeless(letter: str) -> bool:
    """Whether a character is invisible, such as a mark for the direction of text."""
    return unicodedata.category(letter) == "Cf"


def _bare(text: str) -> str:
    """Return a text without what scanners and people are known to put in front."""
    seen = "".join(letter for letter in text if not is_shapeless(letter)).strip()
    return _LABEL.sub("", _AIM_PREFIX.sub("", seen)).strip()


def _split(text: str) -> tuple[list[str], list[str]]:
    """Split a text into its groups and what separates them, each dash and space written alike."""
    alike = "".join(_separator(letter) or letter for letter in text)
    parts = re.split(r"( *-[ -]*| +)", alike)
    return parts[::2], ["".join(part.split()) for part in parts[1::2]]


def _separator(letter: str) -> str:
    if letter.isspace():
        return _SPACE
    return _DASH if unicodedata.category(letter) == "Pd" or letter in "−_" else ""


def _why_no_digits(text: str) -> CodeProblem:
    if _is_from_other_keyboard(text):
        return CodeProblem.OTHER_KEYBOARD
    letters = sum(map(str.isalpha, text))
    digits = sum(map(str.isdecimal, text))
    # A letter among many digits is a slip of the finger; more than that is prose.
    is_slip = " " not in text or letters <= 1
    return CodeProblem.NO_DIGITS if is_slip or not digits else CodeProblem.WORDS


def _is_from_other_keyboard(text: str) -> bool:
    seen = frozenset(text) - {_SPACE}
    return len(seen) > 1 and any(seen <= row for row in _DIGIT_ROWS) and not seen <= {"-", "_"}


def _once(code: str, length: int | None) -> str:
    """Return a code once that was scanned several times, or as it is."""
    for unit in range(max(length or _UNIT_MIN, 1), len(code) // 2 + 1):
        if len(code) % unit == 0 and code == code[:unit] * (len(code) // unit):
            return code[:unit]
    return code


def _measured(digits: str, length: int | None) -> str | NotACode:
    if not digits or length is None:
        return digits
    if len(digits) < length:
        return NotACode(CodeProblem.TOO_SHORT, len(digits), length)
    if len(digits) >= 2 * length:
        return NotACode(CodeProblem.TOO_LONG, len(digits), length)
    return digits
