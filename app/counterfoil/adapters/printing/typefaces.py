"""The typeface of printed slips: the monospaced one of the screen, shipped with the till.

It is embedded in the PDF, so that every printer draws the same. Its zero is struck through, so that
nobody reads an O.
"""

from functools import cache

from counterfoil import assets

REGULAR = "CounterfoilMono"
BOLD = "CounterfoilMono-Bold"
ADVANCE = 0.6
"""How wide each of its characters is, in em."""
_FILES = {REGULAR: "CounterfoilMono-Regular.ttf", BOLD: "CounterfoilMono-Bold.ttf"}


@cache
def register_typeface() -> None:
    """Register the regular and the bold weight with the PDF library, under their two names."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name, file in (
        (REGULAR, "CounterfoilMono-Regular.ttf"),
        (BOLD, "CounterfoilMono-Bold.ttf"),
    ):
        path = assets.resource_path("fonts", file)
        pdfmetrics.registerFont(TTFont(name, str(path)))
