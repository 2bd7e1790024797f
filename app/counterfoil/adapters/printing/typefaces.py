"""The typeface of printed slips: the monospaced one of the screen, shipped with the till.

It is embedded in the PDF, so that every printer draws the same. Its zero is struck through, so that
nobody reads an O.
"""

from functools import cache
from pathlib import Path

from counterfoil import assets

REGULAR = "CounterfoilMono"
BOLD = "CounterfoilMono-Bold"
ADVANCE = 0.6
"""How wide each character of the typeface is, as a multiple of the type's size."""
_FILES = {REGULAR: "CounterfoilMono-Regular.ttf", BOLD: "CounterfoilMono-Bold.ttf"}


SANS = "CounterfoilSans"
SANS_BOLD = "CounterfoilSans-Bold"
"""The proportional typeface of the screen, for reports, in which no code can be read wrongly."""
_SANS_FILES = {SANS: "CounterfoilSans-Regular.ttf", SANS_BOLD: "CounterfoilSans-Bold.ttf"}


def typeface_path(name: str) -> Path:
    """Return the file of one of the two weights."""
    return assets.resource_path("fonts", _FILES[name])


@cache
def register_typeface() -> None:
    """Register the regular and the bold weight with the PDF library, under their two names."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name in _FILES:
        pdfmetrics.registerFont(TTFont(name, str(typeface_path(name))))


@cache
def register_sans() -> None:
    """Register the proportional typeface with the PDF library, under its two names."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name, file in _SANS_FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(assets.resource_path("fonts", file))))


def letters_of_sans(letter: str) -> bool:
    """Tell whether the proportional typeface has a letter, once it is registered."""
    from reportlab.pdfbase import pdfmetrics

    return ord(letter[0]) in pdfmetrics.getFont(SANS).face.charToGlyph
