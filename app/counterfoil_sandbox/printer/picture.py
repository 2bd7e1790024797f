"""Draws a printer's paper dot by dot, as its print head would burn it."""

from pathlib import Path
from typing import Any

from counterfoil_sandbox.printer.escpos import FONT_DOTS
from counterfoil_sandbox.printer.paper import Feed, Line, Paper, Piece, Raster, Span, Symbol

_INK, _PAPER = 0, 255
_MARGIN = 24
_GREY_MAX = 140
"""A dot is burnt where a letter covers at least so much of it, of 255."""


def draw(paper: Paper, *, dots: int, font: Path | None = None) -> Any:
    """Return the paper as a picture of Pillow in shades of grey, with one pixel for each dot.

    ``dots`` is the printer's width. ``font`` is a monospaced one for its characters; without it
    Pillow's own is taken, which has Latin letters alone.
    """
    from PIL import Image

    pieces = [(piece, _picture(piece, dots, font)) for piece in paper.pieces]
    height = sum(one.height for _piece, one in pieces)
    whole = Image.new("L", (dots + 2 * _MARGIN, height + 2 * _MARGIN), _PAPER)
    top = _MARGIN
    for piece, one in pieces:
        whole.paste(one, (_MARGIN + _shift(piece, dots - one.width), top))
        top += one.height
    return whole


def _shift(piece: Piece, free: int) -> int:
    align = "left" if isinstance(piece, Feed) else piece.align
    return {"left": 0, "centre": free // 2, "right": free}[align]


def _picture(piece: Piece, dots: int, font: Path | None) -> Any:
    from PIL import Image

    match piece:
        case Feed():
            return Image.new("L", (dots, piece.dots), _PAPER)
        case Raster():
            return _raster(piece)
        case Symbol():
            return _symbol(piece)
        case Line():
            return _line(piece, font)


def _raster(piece: Raster) -> Any:
    from PIL import Image

    width, height = 8 * len(piece.rows[0]), len(piece.rows)
    inked = Image.frombytes("1", (width, height), b"".join(piece.rows))
    drawn = inked.convert("L").point(lambda shade: _PAPER - shade)
    return drawn.resize((width * piece.across, height * piece.down), Image.Resampling.NEAREST)


def _symbol(piece: Symbol) -> Any:
    import zxingcpp
    from PIL import Image

    wanted = getattr(zxingcpp.BarcodeFormat, piece.kind)
    symbol: Any = zxingcpp.create_barcode(piece.content, wanted)
    drawn = Image.fromarray(symbol.to_image(scale=1, add_hrt=False, add_quiet_zones=False))
    height = piece.height or drawn.height * piece.module
    return drawn.resize((drawn.width * piece.module, height), Image.Resampling.NEAREST)


def _line(piece: Line, font: Path | None) -> Any:
    from PIL import Image

    spans = [_span(span, font) for span in piece.spans]
    width = max(1, sum(one.width for one in spans))
    line = Image.new("L", (width, piece.height), _PAPER)
    bottom = max((one.height for one in spans), default=0)
    left = 0
    for one in spans:
        line.paste(one, (left, bottom - one.height))
        left += one.width
    return line


def _span(span: Span, font: Path | None) -> Any:
    from PIL import Image, ImageDraw, ImageFont

    width, height = FONT_DOTS[span.style.font]
    size = width / 0.6  # a monospaced letter is three fifths as wide as its font is high
    letters = ImageFont.truetype(font, size) if font else ImageFont.load_default(size)
    drawn = Image.new("L", (width * len(span.text), height), _PAPER)
    pen = ImageDraw.Draw(drawn)
    for index, letter in enumerate(span.text):
        for bold in range(2 if span.style.is_bold else 1):
            pen.text((width * index + bold, height * 0.8), letter, _INK, letters, anchor="ls")
    if span.style.is_underlined:
        pen.line((0, height - 1, drawn.width, height - 1), _INK)
    burnt = drawn.point(lambda shade: _INK if shade < _GREY_MAX else _PAPER)
    if span.style.is_reverse:
        burnt = burnt.point(lambda shade: _PAPER - shade)
    size_times = (drawn.width * span.style.across, drawn.height * span.style.down)
    return burnt.resize(size_times, Image.Resampling.NEAREST)
