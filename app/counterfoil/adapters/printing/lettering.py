"""Draws words as dots, for letters that a receipt printer does not have.

The letters are those of the slip's own typeface; one that it lacks comes from a font of the system.
Pillow draws them, and Raqm within it puts marks in their places, joins letters, and lets a script
run from right to left. Both are loaded with the first line that needs them.
"""

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from counterfoil.adapters.printing.system_fonts import font_files
from counterfoil.adapters.printing.typefaces import ADVANCE, BOLD, REGULAR, typeface_path
from counterfoil.domain.slip import Align, Dots
from counterfoil.domain.slip_layout import columns_of, is_on_every_font

LINE_CELLS = 2.5
"""The height of a line in widths of a letter: what printers feed for one of their own."""
BASELINE_CELLS = 1.875
"""How far below the line's upper edge letters stand, in widths of a letter."""
_NO_LETTER = "\uffff"
_PROBE_SIZE = 24
_NOT_FOUND_MAX = 100
"""So many letters are looked for in vain in all fonts of the system: it takes a while for each."""
_LETTERS_KNOWN = 4_096
"""Of how many letters it is remembered which fonts have them."""
_INK = 255
_DARK = 128

_found_in: list[Path] = []
"""The fonts that have had a letter, which are asked first for the next one."""
_not_found: set[str] = set()


def can_draw(letter: str) -> bool:
    """Tell whether the typeface or a font of the system has this printable character."""
    return _font_of(letter) is not None


def needs_picture(text: str) -> bool:
    """Tell whether a program that places one letter after another cannot write this text."""
    return not text.isascii() and not all(map(_is_set_alone, text))


def draw_line(
    pieces: Sequence[tuple[str, Align]],
    *,
    cell: float,
    dots: int,
    is_bold: bool = False,
    is_reverse: bool = False,
) -> Dots:
    """Draw one line ``dots`` wide, with letters ``cell`` dots wide; each piece at its alignment.

    A piece takes no more room than its columns have: letters that are wider are drawn narrower.
    """
    from PIL import Image, ImageChops

    row_bytes = -(-dots // 8)
    height = round(LINE_CELLS * cell)
    picture = Image.new("1", (8 * row_bytes, height), 0)
    for text, align in pieces:
        room = max(1, min(dots, round(columns_of(text) * cell)))
        drawn = _draw_piece(text, cell=cell, size=(room, height), is_bold=is_bold)
        free = dots - drawn.width
        left = {Align.START: 0, Align.CENTRE: free // 2, Align.END: free}[align]
        picture.paste(_INK, (left, 0), drawn)
    if is_reverse:
        picture = ImageChops.invert(picture)
    return Dots(row_bytes, height, picture.tobytes())


def _draw_piece(text: str, *, cell: float, size: tuple[int, int], is_bold: bool) -> Any:
    from PIL import Image, ImageDraw

    room, height = size
    runs = [(run, _font(path, cell / ADVANCE)) for run, path in _runs(text, is_bold=is_bold)]
    lengths = [font.getlength(run, direction=_direction()) for run, font in runs]
    picture = Image.new("1", (max(room, round(sum(lengths))), height), 0)
    drawing, left = ImageDraw.Draw(picture), 0.0
    for (run, font), length in zip(runs, lengths, strict=True):
        place = (left, BASELINE_CELLS * cell)
        drawing.text(place, run, _INK, font, anchor="ls", direction=_direction())
        left += length
    if picture.width == room:
        return picture
    narrower = picture.convert("L").resize((room, height), Image.Resampling.BOX)
    return narrower.point(lambda shade: _INK * (shade >= _DARK), "1")


def _runs(text: str, *, is_bold: bool) -> Iterator[tuple[str, Path]]:
    """Divide words into runs of one font, which goes on as long as it has the letters."""
    typeface = typeface_path(BOLD if is_bold else REGULAR)
    run, current = "", typeface
    for letter in text:
        if letter != " " and not _has(current, letter):
            if run:
                yield run, current
            found = _font_of(letter)
            run, current = "", typeface if found in {None, typeface_path(REGULAR)} else found
        run += letter
    if run:
        yield run, current


@cache
def _direction() -> str | None:
    """Return which way a whole line runs; without Raqm every letter of it does."""
    from PIL import features

    return "ltr" if features.check("raqm") else None


def _is_set_alone(letter: str) -> bool:
    return is_on_every_font(letter) or (
        columns_of(letter) == 1 and _has(typeface_path(REGULAR), letter)
    )


def _font_of(letter: str) -> Path | None:
    """Return the first font that has a letter."""
    typeface = typeface_path(REGULAR)
    if is_on_every_font(letter) or _has(typeface, letter):
        return typeface
    known = next((path for path in _found_in if _has(path, letter)), None)
    if known is not None or letter in _not_found or len(_not_found) >= _NOT_FOUND_MAX:
        return known
    for path in font_files():
        if _has(path, letter):
            _found_in.append(path)
            return path
    _not_found.add(letter)
    return None


@lru_cache(_LETTERS_KNOWN)
def _has(path: Path, letter: str) -> bool:
    try:
        # Without its shaping, which lends a lone mark a letter to stand on.
        font = _font(path, _PROBE_SIZE, is_shaped=False)
        drawn = bytes(font.getmask(letter, "1"))
        return bool(drawn.strip(b"\0")) and drawn != bytes(font.getmask(_NO_LETTER, "1"))
    except (OSError, ValueError):
        return False  # a font of pictures, or a broken one


@cache
def _font(path: Path, size: float, *, is_shaped: bool = True) -> Any:
    from PIL import ImageFont

    layout = ImageFont.Layout.RAQM if is_shaped else ImageFont.Layout.BASIC
    return ImageFont.truetype(path, size, layout_engine=layout)
