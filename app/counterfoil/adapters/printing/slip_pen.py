"""Draws the rows of a slip onto a page, the same whatever the page is made of.

Places are in points from the page's lower left corner, as on the paper.
"""

import math
from collections.abc import Iterable, Iterator
from typing import Protocol

from counterfoil.adapters.printing.lettering import (
    BASELINE_CELLS,
    LINE_CELLS,
    can_draw,
    draw_line,
    needs_picture,
)
from counterfoil.adapters.printing.typefaces import ADVANCE
from counterfoil.domain.paper import Paper
from counterfoil.domain.slip import Align, Dots, Slip
from counterfoil.domain.slip_layout import (
    LOGO_DOTS_PER_COLUMN,
    BandRow,
    BarcodeRow,
    GapRow,
    LogoRow,
    PairRow,
    PinRow,
    QrRow,
    RuleRow,
    SlipRow,
    TextRow,
    columns_of,
    height_lines,
    printable,
)
from counterfoil.ports.symbols import Symbols

POINTS_PER_MM = 72 / 25.4
LINE_HEIGHT = 1.36
"""The height of a line of a slip, as a multiple of the type's size; the screen uses the same."""
DOUBLE_SIZE = 1.84

_BASELINE = 1.02
"""From a line's top to its baseline, of the type's size."""
_DIGIT = 0.72
"""The height of a digit, of the type's size."""
_FOOT_BESIDE_MM = 10.0
"""How much white is left beside the foot of a page."""
_TALLER_MM = 1.0
"""How much taller than wide a roll's shortest page is."""
_DOT_MM = 0.125
"""One dot of a receipt printer; a module of whole dots prints with clean edges."""
_BARCODE_DOTS_MAX = 6
_QR_DOTS_MAX = 8
_LETTER_DOTS_PER_MM = 16
"""How finely words are drawn that are a picture: twice as finely as a receipt printer prints."""
_QUIET_MODULES = 10
_QR_QUIET_MODULES = 4

Area = tuple[float, float, float, float]
"""Left, lower edge, width and height."""


class Surface(Protocol):
    """A page that takes ink. What is white is drawn over ink."""

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
        """Write one line that begins at ``x``, in letters of a size."""
        ...

    def fill(self, areas: Iterable[Area]) -> None:
        """Cover areas with ink."""
        ...

    def dots(self, dots: Dots, area: Area, *, is_white: bool = False) -> None:
        """Draw a picture; its white dots leave what is below them as it is."""
        ...

    def frame(self, area: Area, *, thickness: float) -> None:
        """Draw the edge of an area."""
        ...

    def dashes(self, x: float, y: float, width: float, *, thickness: float) -> None:
        """Draw a dashed line to the right."""
        ...


def page_height(rows: tuple[SlipRow, ...], paper: Paper) -> float:
    """Return the height in points of the page that holds these rows."""
    if paper.height_mm is not None:
        return paper.height_mm * POINTS_PER_MM
    line_mm = _size(paper) * LINE_HEIGHT / POINTS_PER_MM
    drawn_mm = height_lines(rows) * line_mm + paper.top_mm + paper.bottom_mm
    # A print system is told whole millimetres, and turns a page that is wider than tall.
    return max(math.ceil(drawn_mm), paper.width_mm + _TALLER_MM) * POINTS_PER_MM


def pages(rows: tuple[SlipRow, ...], paper: Paper) -> Iterator[tuple[SlipRow, ...]]:
    """Share the rows out over pages, where it can be at a gap; a roll is one page."""
    if paper.height_mm is None:
        yield rows
        return
    usable_mm = paper.height_mm - paper.top_mm - paper.bottom_mm
    room = usable_mm * POINTS_PER_MM / (_size(paper) * LINE_HEIGHT)
    page: tuple[SlipRow, ...] = ()
    for row in rows:
        if page and height_lines((*page, row)) > room:
            end = _end_of_page((*page, row))
            yield page[:end]
            page = page[end:]
        page = (*page, row)
    yield page


def feet(slip: Slip, count: int) -> Iterator[str]:
    """Return what stands at the foot of each of so many pages; nothing where there is only one."""
    for page in range(1, count + 1):
        foot = slip.page_foot if count > 1 else ""
        yield foot.replace("{pages}", str(count)).replace("{page}", str(page))


def _end_of_page(rows: tuple[SlipRow, ...]) -> int:
    """Return how many rows stay on a page, of which all but the last one fit.

    These are the whole sections, if half of the page is full of them. A section ends with a gap,
    and begins with a rule. A gap below a band is none: the band is the heading of what follows.
    """
    ends = [
        place
        for place, (before, last, row) in enumerate(zip(rows, rows[1:], rows[2:], strict=False), 2)
        if isinstance(row, RuleRow)
        or (isinstance(last, GapRow) and not isinstance(before, BandRow))
    ]
    return ends[-1] if ends and ends[-1] > len(rows) // 2 else len(rows) - 1


def _size(paper: Paper) -> float:
    """Return the size in points that fits the paper's columns."""
    return paper.text_width_mm * POINTS_PER_MM / paper.columns / ADVANCE


class SlipPen:
    """Draws rows down one page; ``_top`` is the upper edge of the row in points."""

    def __init__(self, surface: Surface, paper: Paper, symbols: Symbols) -> None:
        self._surface = surface
        self._paper = paper
        self._symbols = symbols
        self._size = _size(paper)
        self._line = self._size * LINE_HEIGHT
        self._width = paper.text_width_mm * POINTS_PER_MM
        self._left = (paper.width_mm * POINTS_PER_MM - self._width) / 2
        self._top = 0.0

    def draw(self, rows: tuple[SlipRow, ...], height: float, foot: str = "") -> None:
        """Draw all rows onto a page of this height, beginning at the paper's upper margin.

        The foot stands in the middle of the lower margin.
        """
        self._top = height - self._paper.top_mm * POINTS_PER_MM
        for row in rows:
            self._draw_row(row)
            self._top -= row.height_lines * self._line
        if foot:
            self._draw_foot(printable(foot, can_draw))

    def _draw_foot(self, foot: str) -> None:
        """Write one line in the middle of the lower margin, as wide as the page at most."""
        widest = self._width + 2 * self._left - 2 * _FOOT_BESIDE_MM * POINTS_PER_MM
        size = min(self._size, widest / columns_of(foot) / ADVANCE)
        self._top = (self._paper.bottom_mm * POINTS_PER_MM + self._line) / 2
        self._put(foot, Align.CENTRE, size=size)

    def _draw_row(self, row: SlipRow) -> None:
        match row:
            case TextRow():
                self._draw_text(row)
            case PairRow():
                self._put(row.label, Align.START, is_bold=row.is_bold)
                self._put(row.value, Align.END, is_bold=row.is_bold)
            case RuleRow():
                y = self._top - 0.3 * self._line
                self._surface.dashes(self._left, y, self._width, thickness=0.7)
            case BandRow():
                self._draw_band(row)
            case GapRow():
                pass
            case LogoRow():
                self._draw_logo(row)
            case PinRow() | BarcodeRow() | QrRow():
                self._draw_code(row)

    def _draw_logo(self, row: LogoRow) -> None:
        dot = ADVANCE * self._size / LOGO_DOTS_PER_COLUMN
        width, height = 8 * row.dots.row_bytes * dot, row.dots.height * dot
        left = self._left + (self._width - width) / 2
        self._surface.dots(row.dots, (left, self._top - height, width, height))

    def _draw_code(self, row: PinRow | BarcodeRow | QrRow) -> None:
        match row:
            case PinRow():
                self._draw_pin(row)
            case BarcodeRow():
                self._draw_barcode(row)
            case QrRow():
                self._draw_qr(row)

    def _draw_text(self, row: TextRow) -> None:
        size = self._size * DOUBLE_SIZE if row.is_double else self._size
        self._put(row.text, row.align, is_bold=row.is_bold, size=size)

    def _put(
        self, text: str, align: Align, *, is_bold: bool = False, size: float | None = None
    ) -> None:
        size = self._size if size is None else size
        free = self._width - columns_of(text) * ADVANCE * size
        shift = {Align.START: 0.0, Align.CENTRE: free / 2, Align.END: free}[align]
        baseline = self._top - _BASELINE * size
        place = self._left + shift, baseline
        self._write(text, place, size=size, is_bold=is_bold, align=align)

    def _write(
        self,
        text: str,
        place: tuple[float, float],
        *,
        size: float,
        is_bold: bool,
        is_white: bool = False,
        align: Align = Align.CENTRE,
    ) -> None:
        """Write words from a place on their baseline, as letters or as a picture of them.

        ``align`` is where a picture stands that is narrower than the columns of its words.
        """
        x, baseline = place
        if not needs_picture(text):
            self._surface.words(text, x, baseline, size=size, is_bold=is_bold, is_white=is_white)
            return
        scale = _LETTER_DOTS_PER_MM / POINTS_PER_MM
        cell = ADVANCE * size
        width = round(columns_of(text) * cell * scale)
        drawn = draw_line(((text, align),), cell=cell * scale, dots=width, is_bold=is_bold)
        lower = baseline - (LINE_CELLS - BASELINE_CELLS) * cell
        area = x, lower, 8 * drawn.row_bytes / scale, drawn.height / scale
        self._surface.dots(drawn, area, is_white=is_white)

    def _draw_band(self, row: BandRow) -> None:
        top = self._top - 0.1 * self._line
        height = 1.2 * self._line
        self._surface.fill(((self._left, top - height, self._width, height),))
        width = columns_of(row.text) * ADVANCE * self._size
        x = self._left + (self._width - width) / 2
        baseline = top - height / 2 - 0.34 * self._size
        self._write(row.text, (x, baseline), size=self._size, is_bold=True, is_white=True)

    def _draw_pin(self, row: PinRow) -> None:
        height = row.height_lines * self._line
        self._surface.frame((self._left, self._top - height, self._width, height), thickness=1.2)
        # Two columns a character, as the layout has counted them.
        size = 2 * self._size
        digits = _DIGIT * size
        # As much white above and below as between two lines.
        step = digits + (height - len(row.lines) * digits) / (len(row.lines) + 1)
        for index, line in enumerate(row.lines):
            text = " ".join(
                printable(group.text.reveal(), can_draw) if group.text else " " * group.length
                for group in line
            )
            x = self._left + (self._width - columns_of(text) * ADVANCE * size) / 2
            y = self._top - step * (index + 1)
            self._write(text, (x, y), size=size, is_bold=True)

    def _draw_barcode(self, row: BarcodeRow) -> None:
        modules = self._symbols.code128(row.text)
        across = len(modules) + 2 * _QUIET_MODULES
        module = self._module(across, dots_max=_BARCODE_DOTS_MAX, room=self._width)
        height = 2.15 * self._line
        self._draw_modules((modules,), module, height, self._top - 0.2 * self._line)

    def _draw_qr(self, row: QrRow) -> None:
        if row.content is None:
            return
        modules = self._symbols.qr(row.content.reveal())
        room = row.height_lines * self._line
        across = len(modules) + 2 * _QR_QUIET_MODULES
        module = self._module(across, dots_max=_QR_DOTS_MAX, room=min(self._width, room))
        top = self._top - (room - len(modules) * module) / 2
        self._draw_modules(modules, module, module, top)

    def _module(self, across: int, *, dots_max: int, room: float) -> float:
        """Return the largest module in whole printer dots that leaves room for quiet zones."""
        dot = _DOT_MM * POINTS_PER_MM
        dots = max(1, min(dots_max, int(room / across / dot)))
        return min(dots * dot, room / across)

    def _draw_modules(
        self, rows: tuple[tuple[bool, ...], ...], module: float, height: float, top: float
    ) -> None:
        left = self._left + (self._width - len(rows[0]) * module) / 2
        self._surface.fill(
            (left + start * module, top - (index + 1) * height, length * module, height)
            for index, modules in enumerate(rows)
            for start, length in dark_runs(modules)
        )


def dark_runs(modules: tuple[bool, ...]) -> list[tuple[int, int]]:
    """Return each run of dark modules in a row: where it starts and its length, in modules."""
    runs: list[tuple[int, int]] = []
    for index, is_dark in enumerate(modules):
        if not is_dark:
            continue
        if runs and sum(runs[-1]) == index:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((index, 1))
    return runs
