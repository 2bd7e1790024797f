"""Draws lines of letters as a printer's dots, for what it has no letters for.

The letters are those of the slip's own typeface. Pillow draws them; it is loaded with the first
line that needs it.
"""

from functools import cache
from typing import Any

from counterfoil.adapters.printing.typefaces import ADVANCE, BOLD, REGULAR, typeface_path
from counterfoil.declaring import dataclass

_LINE_HEIGHT = 2.5
"""The height of a line in widths of a letter: what printers feed for one of their own."""
_BASELINE = 0.75
"""Where letters stand, of a line's height."""
_NO_LETTER = "\uffff"
_PROBE_SIZE = 24


@dataclass(frozen=True, slots=True)
class Dots:
    """A picture in rows of whole bytes, eight dots each, the leftmost highest, ink as one."""

    row_bytes: int
    height: int
    data: bytes


def can_draw(letter: str) -> bool:
    """Tell whether the typeface has this printable character."""
    return letter.isascii() or _letter_dots(letter) != _letter_dots(_NO_LETTER)


def draw_line(
    text: str, *, left: int, cell: float, dots: int, is_bold: bool = False, is_reverse: bool = False
) -> Dots:
    """Draw one line ``dots`` wide, with letters ``cell`` dots wide that begin at ``left``."""
    from PIL import Image, ImageDraw

    row_bytes = -(-dots // 8)
    height = round(_LINE_HEIGHT * cell)
    picture = Image.new("1", (8 * row_bytes, height), is_reverse)
    font = _font(BOLD if is_bold else REGULAR, cell / ADVANCE)
    ImageDraw.Draw(picture).text(
        (left, height * _BASELINE), text, not is_reverse, font, anchor="ls"
    )
    return Dots(row_bytes, height, picture.tobytes())


@cache
def _font(name: str, size: float) -> Any:
    from PIL import ImageFont

    return ImageFont.truetype(typeface_path(name), size)


@cache
def _letter_dots(letter: str) -> bytes:
    return bytes(_font(REGULAR, _PROBE_SIZE).getmask(letter, "1"))
