"""Draws a report as A4 pages: a chart, and a table whose heads stand on every page.

The same report gives the same bytes on the same machine, as a slip does. Drawing blocks, and takes
a second for the table of a year; it is called from a thread.
"""

import io
import threading
from typing import Any

from counterfoil.adapters.printing.typefaces import (
    SANS,
    SANS_BOLD,
    letters_of_sans,
    register_sans,
)
from counterfoil.domain.report_sheet import ReportSheet
from counterfoil.domain.slip_layout import printable

_MARGIN = 40.0
_CHART_HEIGHT = 150.0
_TYPE_SIZE, _CELL_PADDING = 8.0, 4.0
_BAR_WIDTH_MAX = 48.0
_BARS_LABELLED = 12
"""So many labels fit below a chart; of more bars only some are labelled."""
_INK, _MUTED, _LINE, _BAND = 0x18202F, 0x4B5563, 0xCDD2D6, 0xE9ECED
_BAR = 0x202C52
"""One dark blue for all bars: what stands out is hatched by a frame, and said in words."""

_drawing = threading.Lock()
"""The PDF library's fonts are shared by the whole process."""


def draw_report(sheet: ReportSheet) -> bytes:
    """Return a report as a PDF in the upright or the wide format, whichever its columns need."""
    with _drawing:
        register_sans()
        return _document(sheet)


def _document(sheet: ReportSheet) -> bytes:
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

    size = landscape(A4)
    content = io.BytesIO()
    document = SimpleDocTemplate(
        content,
        pagesize=size,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=_plain(sheet.title),
        author="",
        creator="Counterfoil",
        producer="Counterfoil",
        invariant=1,
    )
    width = size[0] - 2 * _MARGIN
    story: list[Any] = [
        Paragraph(_markup(sheet.title), _style(18, is_bold=True)),
        Paragraph(_markup(sheet.heading), _style(9, colour=_MUTED)),
        Spacer(0, 10),
    ]
    if len(sheet.bars) > 1:
        story += [_chart(sheet, width), Spacer(0, 10)]
    if sheet.rows:
        story.append(_table(sheet, width))
    else:
        story.append(Paragraph(_markup(sheet.nothing), _style(12)))
    for note in sheet.notes:
        story += [Spacer(0, 6), Paragraph(_markup(note), _style(9))]
    document.build(story, onFirstPage=_number_page, onLaterPages=_number_page)
    return content.getvalue()


def _number_page(canvas: Any, document: Any) -> None:
    canvas.saveState()
    canvas.setFont(SANS, 8)
    canvas.setFillColor(_colour(_MUTED))
    canvas.drawRightString(document.pagesize[0] - _MARGIN, _MARGIN / 2, str(document.page))
    canvas.restoreState()


def _table(sheet: ReportSheet, width: float) -> Any:
    from reportlab.platypus import Table, TableStyle

    rows = [[_plain(cell) for cell in row.cells] for row in (*sheet.rows, *sheet.totals)]
    heads = [_plain(head) for head in sheet.heads]
    size, heads, widths = _fitting(heads, rows, width)
    lines: list[tuple[Any, ...]] = [
        ("FONT", (0, 0), (-1, -1), SANS, size, size * 1.2),
        ("FONT", (0, 0), (-1, 0), SANS_BOLD, size, size * 1.2),
        ("TEXTCOLOR", (0, 0), (-1, -1), _colour(_INK)),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, _colour(_LINE)),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, _colour(_INK)),
        ("LEFTPADDING", (0, 0), (-1, -1), _CELL_PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), _CELL_PADDING),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
    for at, row in enumerate(sheet.rows, 1):
        if row.is_marked:
            lines += [
                ("BACKGROUND", (0, at), (-1, at), _colour(_BAND)),
                ("FONT", (0, at), (-1, at), SANS_BOLD, size, size * 1.2),
            ]
    if sheet.totals:
        first = len(sheet.rows) + 1
        lines += [
            ("FONT", (0, first), (-1, -1), SANS_BOLD, size, size * 1.2),
            ("LINEABOVE", (0, first), (-1, first), 0.8, _colour(_INK)),
        ]
    return Table([heads, *rows], colWidths=widths, repeatRows=1, style=TableStyle(lines))


def _fitting(
    heads: list[str], rows: list[list[str]], width: float
) -> tuple[float, list[str], list[float]]:
    """Return the size of type, the heads in lines, and the widths with which all columns fit."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    broken = [head.replace(" ", "\n") for head in heads]
    needed = [
        max(
            *(stringWidth(line, SANS_BOLD, 1) for line in head.split("\n")),
            *(stringWidth(row[at], SANS_BOLD, 1) for row in rows),
        )
        for at, head in enumerate(broken)
    ]
    padding = 2 * _CELL_PADDING * len(heads)
    size = min(_TYPE_SIZE, (width - padding) / max(1.0, sum(needed)))
    spare = (width - padding - size * sum(needed)) / len(heads)
    return size, broken, [size * one + 2 * _CELL_PADDING + spare for one in needed]


def _chart(sheet: ReportSheet, width: float) -> Any:
    """Return the bars, above and below a line at nothing; the highest says its value."""
    from reportlab.graphics.shapes import Drawing, Line, Rect, String

    drawing = Drawing(width, _CHART_HEIGHT)
    values = [bar.value for bar in sheet.bars]
    top, bottom = max(0, *values), min(0, *values)
    room = _CHART_HEIGHT - 34
    scale = room / max(1, top - bottom)
    zero = 16 - bottom * scale
    step = width / len(values)
    every = -(-len(values) // _BARS_LABELLED)
    words = {"fontName": SANS, "fontSize": 7, "fillColor": _colour(_MUTED)}
    title = {**words, "fontName": SANS_BOLD, "fontSize": 9, "fillColor": _colour(_INK)}
    drawing.add(String(0, _CHART_HEIGHT - 9, _plain(sheet.chart_title), **title))
    for at, bar in enumerate(sheet.bars):
        bar_width = min(step * 0.8, _BAR_WIDTH_MAX)
        left, height = at * step + (step - bar_width) / 2, abs(bar.value) * scale
        lower = zero if bar.value >= 0 else zero - height
        frame = {"strokeColor": _colour(_INK), "strokeWidth": 1.2} if bar.is_marked else {}
        fill = _colour(_BAND if bar.is_marked else _BAR)
        style = {"fillColor": fill, "strokeColor": None} | frame
        drawing.add(Rect(left, lower, bar_width, height, **style))
        if at % every == 0:
            middle = at * step + step / 2
            drawing.add(String(middle, 4, _plain(bar.label), textAnchor="middle", **words))
    at = values.index(max(values))
    drawing.add(
        String(
            min(max(at * step + step / 2, 30), width - 30),
            zero + values[at] * scale + 3,
            _plain(sheet.bars[at].text),
            textAnchor="middle",
            **words,
        )
    )
    drawing.add(Line(0, zero, width, zero, strokeColor=_colour(_INK), strokeWidth=0.6))
    return drawing


def _style(size: int, *, is_bold: bool = False, colour: int = _INK) -> Any:
    from reportlab.lib.styles import ParagraphStyle

    return ParagraphStyle(
        name="report",
        fontName=SANS_BOLD if is_bold else SANS,
        fontSize=size,
        leading=size * 1.35,
        textColor=_colour(colour),
    )


def _colour(rgb: int) -> Any:
    from reportlab.lib.colors import HexColor

    return HexColor(rgb)


def _markup(text: str) -> str:
    from xml.sax.saxutils import escape

    return escape(_plain(text))


def _plain(text: str) -> str:
    return printable(text, letters_of_sans)
