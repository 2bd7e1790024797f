"""Draws a slip as a PDF, row by row as `slip_layout` has laid it out.

The same slip gives the same bytes on the same machine: no time, no author, no program version is in
it. Drawing blocks; it is called from a printer's own thread.
"""

import io
import threading
from collections.abc import Iterable
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
from counterfoil.adapters.printing.typefaces import BOLD, REGULAR, register_typeface
from counterfoil.declaring import dataclass
from counterfoil.domain.paper import ROLL_80, Paper
from counterfoil.domain.slip import Dots, Slip
from counterfoil.domain.slip_layout import SlipRow, lay_out, printable
from counterfoil.overriding import override
from counterfoil.ports.symbols import Symbols

_INK = 0.0
_WHITE = 1.0

_drawing = threading.Lock()
"""The PDF library's fonts are shared by the whole process; drawing takes some milliseconds."""


@dataclass(frozen=True, slots=True)
class DrawnSlip:
    """A finished document and the height of its page."""

    pdf: bytes
    height_mm: float


class SlipPdf:
    """Draws slips on one kind of paper."""

    def __init__(self, symbols: Symbols, *, paper: Paper = ROLL_80) -> None:
        self._symbols = symbols
        self._paper = paper

    @property
    def paper(self) -> Paper:
        """Return the paper that is drawn on."""
        return self._paper

    def draw(self, slip: Slip, *, title: str, subject: str = "") -> DrawnSlip:
        """Draw a slip as a PDF with this title and subject.

        Raises:
            SymbolError: a barcode's or QR code's text cannot be encoded.

        """
        with _drawing:
            register_typeface()
            rows = lay_out(slip, self._paper.columns, can_draw)
            drawn = list(pages(rows, self._paper))
            return self._document(drawn, [*feet(slip, len(drawn))], title, subject)

    def _document(
        self, drawn: list[tuple[SlipRow, ...]], below: list[str], title: str, subject: str
    ) -> DrawnSlip:
        from reportlab import rl_config
        from reportlab.pdfgen.canvas import Canvas

        rl_config.useA85 = 0  # bytes as they are: no program between needs them as letters
        height = page_height(drawn[0], self._paper)
        width = self._paper.width_mm * POINTS_PER_MM
        content = io.BytesIO()
        canvas = Canvas(content, pagesize=(width, height), invariant=1, pageCompression=1)
        canvas.setTitle(printable(title))
        canvas.setSubject(subject)
        for clear in (canvas.setAuthor, canvas.setKeywords):
            clear("")
        canvas.setCreator("Counterfoil")
        canvas.setProducer("Counterfoil")
        for rows, foot in zip(drawn, below, strict=True):
            SlipPen(_PdfPage(canvas), self._paper, self._symbols).draw(rows, height, foot)
            canvas.showPage()
        canvas.save()
        return DrawnSlip(content.getvalue(), height / POINTS_PER_MM)


class _PdfPage(Surface):
    """The page of a document that is being drawn."""

    def __init__(self, canvas: Any) -> None:
        self._canvas = canvas
        canvas.setFillGray(_INK)
        canvas.setStrokeGray(_INK)

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
        if is_white:
            self._canvas.setFillGray(_WHITE)
        self._canvas.setFont(BOLD if is_bold else REGULAR, size)
        self._canvas.drawString(x, baseline, text)
        if is_white:
            self._canvas.setFillGray(_INK)

    @override
    def fill(self, areas: Iterable[Area]) -> None:
        from reportlab.pdfgen.pathobject import PDFPathObject

        # As one path, one object in the document instead of hundreds; and written here, because
        # the library spells a number in ten times the time.
        drawn = [" ".join((*map("{:.3f}".format, area), "re")) for area in areas]
        self._canvas.drawPath(PDFPathObject(drawn), stroke=0, fill=1)

    @override
    def dots(self, dots: Dots, area: Area, *, is_white: bool = False) -> None:
        from PIL import Image
        from reportlab.lib.utils import ImageReader

        picture = Image.frombytes("1", (8 * dots.row_bytes, dots.height), dots.data)
        ink, ground = (255, 0) if is_white else (0, 255)
        shades = picture.convert("L").point(lambda dot: ink if dot else ground)
        # What has the ground's shade is left out.
        self._canvas.drawImage(ImageReader(shades), *area, mask=[ground] * 2)

    @override
    def frame(self, area: Area, *, thickness: float) -> None:
        self._canvas.saveState()
        self._canvas.setLineWidth(thickness)
        self._canvas.rect(*area, fill=0)
        self._canvas.restoreState()

    @override
    def dashes(self, x: float, y: float, width: float, *, thickness: float) -> None:
        self._canvas.saveState()
        self._canvas.setLineWidth(thickness)
        self._canvas.setDash(2.4, 1.6)
        self._canvas.line(x, y, x + width, y)
        self._canvas.restoreState()
