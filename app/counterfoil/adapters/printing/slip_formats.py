"""The kinds of file that a slip can be written as."""

from collections.abc import Callable
from enum import StrEnum
from typing import assert_never

from counterfoil.adapters.printing.slip_escpos import BEGINNING, SlipEscPos
from counterfoil.adapters.printing.slip_pdf import SlipPdf
from counterfoil.adapters.printing.slip_png import SlipPng
from counterfoil.adapters.printing.slip_text import SlipText
from counterfoil.declaring import dataclass
from counterfoil.domain.paper import Paper
from counterfoil.domain.printer_profile import PrinterProfile
from counterfoil.domain.slip import Slip
from counterfoil.ports.symbols import Symbols

PDF_BEGINNING = b"%PDF"
_PNG_BEGINNING = b"\x89PNG"


class SlipFormat(StrEnum):
    """The kind of file that a slip is written as."""

    PDF = "pdf"
    ESCPOS = "escpos"
    """The bytes that a receipt printer is sent."""
    TEXT = "text"
    """Plain text in UTF-8."""
    PNG = "png"
    """A picture of the paper."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """How a slip is written as a file of one format, under a title.

    Every such file begins with ``beginning``, by which it is recognised; that is empty for a format
    whose files cannot be recognised.
    """

    beginning: bytes
    render: Callable[[Slip, str], bytes]


def rendering(
    wanted: SlipFormat, symbols: Symbols, *, paper: Paper, profile: PrinterProfile
) -> Rendering:
    """Return how a slip is written for a paper; ESC/POS is written for a model of printer."""
    match wanted:
        case SlipFormat.PDF:
            pdf = SlipPdf(symbols, paper=paper)
            return Rendering(PDF_BEGINNING, lambda slip, title: pdf.draw(slip, title=title).pdf)
        case SlipFormat.ESCPOS:
            escpos = SlipEscPos(symbols, profile)
            return Rendering(BEGINNING, lambda slip, _title: escpos.write(slip))
        case SlipFormat.TEXT:
            text = SlipText(paper.columns)
            return Rendering(b"", lambda slip, _title: text.write(slip).encode())
        case SlipFormat.PNG:
            png = SlipPng(symbols, paper=paper)
            return Rendering(_PNG_BEGINNING, lambda slip, _title: png.draw(slip))
        case _:
            assert_never(wanted)
