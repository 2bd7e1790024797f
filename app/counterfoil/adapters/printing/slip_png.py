"""Draws a slip as a picture of its paper, with a pixel for each dot of a receipt printer.

It draws with the same pen as the PDF, so it shows what that prints. Drawing blocks.
"""

import io
from collections.abc import Iterable
from functools import cache
from typing import Any

from counterfoil.adapters.printing.lettering import can_draw
from counterfoil.adapters.printing.slip_pen import (
    POINTS_PER_MM,
    Area,
    SlipPen,
    Surface,
    feet,
    page_height,
    pages,
)
from counterfoil.adapters.printing.typefaces import BOLD, REGULAR, typeface_path
from counterfoil.domain.paper import ROLL_80, Paper
from counterfoil.domain.slip import Dots, Slip
from counterfoil.domain.slip_layout import SlipRow, lay_out
from counterfoil.overriding import override
from counterfoil.ports.symbols import Symbols

_DOTS_PER_MM = 8
_SCALE = _DOTS_PER_MM / POINTS_PER_MM
_INK, _WHITE = 0, 255
_DASH, _SPACE = 2.4, 1.6


class SlipPng:
    """Draws slips on one kind of paper; several pages stand below each other."""

    def __init__(self, symbols: Symbols, *, paper: Paper = ROLL_80) -> None:
        self._symbols = symbols
        self._paper = paper

    def draw(self, slip: Slip) -> bytes:
        """Draw a slip as a PNG in shades of grey.

        Raises:
            SymbolError: a barcode's or QR code's text cannot be encoded.

        """
        from PIL import Image

        rows = lay_out(slip, self._paper.columns, can_draw)
        shared = list(pages(rows, self._paper))
        drawn = [*map(self._page, shared, feet(slip, len(shared)))]
        whole = Image.new("L", (drawn[0].width, sum(one.height for one in drawn)), _WHITE)
        top = 0
        for one in drawn:
            whole.paste(one, (0, top))
            top += one.height
        content = io.BytesIO()
        whole.save(content, "PNG")
        return content.getvalue()

    def _page(self, rows: tuple[SlipRow, ...], foot: str) -> Any:
        from PIL import Image

        height = page_height(rows, self._paper)
        size = round(self._paper.width_mm * _DOTS_PER_MM), round(height * _SCALE)
        picture = Image.new("L", size, _WHITE)
        SlipPen(_PngPage(picture, height), self._paper, self._symbols).draw(rows, height, foot)
        return picture


class _PngPage(Surface):
    """A picture, whose upper edge is ``height`` points above its lower one."""

    def __init__(self, picture: Any, height: float) -> None:
        from PIL import ImageDraw

        self._picture = picture
        self._drawing = ImageDraw.Draw(picture)
        self._height = height

    @override
    def words(
        self,
        text: str,
        x: float,
        baseline: float,
        *,
        size: float,
        is_bold: bool,
        is_white: bool = False,
    ) -> None:
        font = _font(BOLD if is_bold else REGULAR, size * _SCALE)
        place = x * _SCALE, self._down(baseline)
        self._drawing.text(place, text, _WHITE if is_white else _INK, font, anchor="ls")

    @override
    def fill(self, areas: Iterable[Area]) -> None:
        for area in areas:
            left, top, right, bottom = self._box(area)
            if right > left and bottom > top:
                self._drawing.rectangle((left, top, right - 1, bottom - 1), _INK)

    @override
    def dots(self, dots: Dots, area: Area, *, is_white: bool = False) -> None:
        from PIL import Image

        drawn = Image.frombytes("1", (8 * dots.row_bytes, dots.height), dots.data)
        left, top, right, bottom = self._box(area)
        mask = drawn.convert("L").resize((right - left, bottom - top), Image.Resampling.BOX)
        self._picture.paste(_WHITE if is_white else _INK, (left, top), mask)

    @override
    def frame(self, area: Area, *, thickness: float) -> None:
        left, top, right, bottom = self._box(area)
        width = max(1, round(thickness * _SCALE))
        self._drawing.rectangle((left, top, right - 1, bottom - 1), outline=_INK, width=width)

    @override
    def dashes(self, x: float, y: float, width: float, *, thickness: float) -> None:
        begin = x
        while begin < x + width:
            length = min(_DASH, x + width - begin)
            self.fill(((begin, y - thickness / 2, length, thickness),))
            begin += _DASH + _SPACE

    def _box(self, area: Area) -> tuple[int, int, int, int]:
        """Return the edges in whole pixels, so that areas beside each other have no seam."""
        left, lower, width, height = area
        return (
            round(left * _SCALE),
            round(self._down(lower + height)),
            round((left + width) * _SCALE),
            round(self._down(lower)),
        )

    def _down(self, y: float) -> float:
        return (self._height - y) * _SCALE


@cache
def _font(name: str, size: float) -> Any:
    from PIL import ImageFont

    return ImageFont.truetype(typeface_path(name), size)
