"""The words of the slip on the screen, drawn from the same rows as the printed one.

A PIN is never drawn here, not even when the slip it is given holds one: the printed paper has the
digits, the screen has hatched blocks.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QLineF, QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QBitmap,
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from counterfoil.declaring import dataclass
from counterfoil.domain.slip import Align, Slip, SlipKind
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
    is_any_letter,
    is_on_every_font,
    lay_out,
)
from counterfoil.overriding import override
from counterfoil.presentation.screens import Tone
from counterfoil.presentation.words import window
from counterfoil.ui import theme
from counterfoil.ui.theme import Role, StateTone, Theme
from counterfoil.ui.theme.faces import MONO, make_font
from counterfoil.ui.theme.painting import ThemeFollower, inner, rounded, smaller_fonts
from counterfoil.ui.theme.tokens import CONTRAST, LIGHT
from counterfoil.ui.widgets.hatch import paint_hatched_block

Modules = Callable[[str], tuple[bool, ...]]
"""Gives the modules of a Code 128, or nothing while they are not to be had."""

COLUMNS_SHOWN: Final = 42
STAMP_ROOM: Final = 92
"""What a stamp adds below the last line, in px."""

_LINE_HEIGHT: Final = 1.36
_DOUBLE_SIZE: Final = 1.84
_ADVANCE: Final = 0.60
_STAMP_OVERHANG: Final = 18
"""How far the turned stamp may reach into the blank paper below, which is there however it lies."""
_STAMP_MIDDLE: Final = 64.0
"""How far below the last line the middle of a stamp is, where its frame has the room."""
_STAMP_GAP: Final = 6
"""What always stays free between the last line and a stamp."""
_STAMP_TURN: Final = -8.0
_STAMP_SPACING: Final = 2.0
_STAMP_AIR: Final = QSizeF(48, 18)
"""How much wider and higher the frame of a stamp is than its letters."""
_STAMP_LINE: Final = 3.0
_FADE: Final = 16.0
_BARCODE_SHARE: Final = 0.92
_BLOCK_SHARE: Final = 0.68
"""How much of a PIN's box its hatched blocks fill from top to bottom."""
_QR_SHARE: Final = 0.72
"""How much of its row the code fills on paper, beside its quiet zone."""
_DRAG_FROM: Final = 8
_WHEEL_STEP: Final = 120


@dataclass(frozen=True, slots=True)
class Stamp:
    """A word printed across a slip that may not be handed over."""

    text: str
    tone: Tone = Tone.NONE


@dataclass(frozen=True, slots=True)
class SlipMargins:
    """The empty margins around the words, in px."""

    left: int = 44
    right: int = 14
    top: int = 18


def line_height_for(text_width: float, columns: int = COLUMNS_SHOWN) -> float:
    """Return the height of one line in px when so many columns fill the width."""
    return text_width / columns / _ADVANCE * _LINE_HEIGHT


def width_for_points(points: float, columns: int = COLUMNS_SHOWN) -> int:
    """Return how wide the text gets in px with letters of so many points, for the larger slip."""
    return round(points * 96 / 72 * _ADVANCE * columns)


class SlipPaper(ThemeFollower, QWidget):
    """The words of one slip; the paper below them is painted by their owner.

    Signals: ``enlarged_requested()`` when the slip is clicked. ``modules`` returns the modules of a
    barcode and must be quick; while it returns nothing the barcode's place is empty, until
    ``refresh_codes``.
    """

    enlarged_requested = Signal()

    def __init__(
        self, modules: Modules, *, columns: int = COLUMNS_SHOWN, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("slip_paper")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._modules = modules
        self._columns = columns
        self._slip: Slip | None = None
        self._rows: tuple[SlipRow, ...] = ()
        self._is_dimmed = False
        self._stamp: Stamp | None = None
        self._margins = SlipMargins()
        self._drawn: QPixmap | None = None
        self._offset = 0.0
        self._pressed_at: QPoint | None = None
        self._dragged_from: float | None = None
        self.follow_theme()

    def set_slip(
        self, slip: Slip | None, *, is_dimmed: bool = False, stamp: Stamp | None = None
    ) -> None:
        """Show another slip; what of it looks the same as before is not drawn again."""
        shown = slip.without_secrets() if slip is not None else None
        if (shown, is_dimmed, stamp) == (self._slip, self._is_dimmed, self._stamp):
            return
        before, is_same_look = self._rows, (is_dimmed, stamp) == (self._is_dimmed, self._stamp)
        if shown != self._slip:
            self._slip = shown
            self._rows = lay_out(shown, self._columns, is_any_letter) if shown is not None else ()
            self.setAccessibleName(window.SLIP if shown is not None else window.NO_SLIP)
            self.setAccessibleDescription("\n".join(spoken_lines(self._rows)))
        self._is_dimmed = is_dimmed
        self._stamp = stamp
        if (
            self._drawn is not None
            and is_same_look
            and stamp is None
            and _lies_as(before, self._rows)
        ):
            self._repaint_changed(self._drawn, before)
        else:
            self._repaint_all()

    def set_columns(self, columns: int) -> None:
        """Lay out from now on for another number of columns."""
        if columns != self._columns:
            self._columns = columns
            self._slip, self._rows = None, ()

    def set_paper_margins(self, margins: SlipMargins) -> None:
        """Set the empty margins around the words."""
        if margins != self._margins:
            self._margins = margins
            self._repaint_all()

    def refresh_codes(self) -> None:
        """Draw the slip again, now that its barcode has been encoded."""
        self._repaint_all()

    def content_height(self, text_width: float) -> int:
        """Return the height of all rows in px, without a stamp.

        ``text_width`` is the width of the text in px, from which the size of the letters follows.
        """
        return round(height_lines(self._rows) * line_height_for(text_width, self._columns))

    def scroll_to_head(self) -> None:
        """Scroll to the first rows."""
        self._scroll(0.0)

    @override
    def refresh_theme(self) -> None:
        self._repaint_all()

    @override
    def sizeHint(self) -> QSize:
        margins = self._margins
        width = width_for_points(12, self._columns) + margins.left + margins.right
        return QSize(width, self.whole_height(width))

    def whole_height(self, width: int) -> int:
        """Return how high the paper is where the whole slip is on it, so many px wide."""
        margins = self._margins
        stamp = STAMP_ROOM if self._stamp else 0
        return self.content_height(width - margins.left - margins.right) + stamp + 2 * margins.top

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._repaint_all()
        else:
            self._scroll(self._first_offset())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._rows:
            return
        if self._drawn is None or self._drawn.devicePixelRatioF() != self.devicePixelRatioF():
            self._drawn = self._draw()
        painter = QPainter(self)
        left = self._margins.left
        painter.drawPixmap(QPointF(left, self._margins.top - self._offset), self._drawn)
        self._paint_fades(painter)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        pixels = event.pixelDelta().y() or event.angleDelta().y() / _WHEEL_STEP * 3 * self._line()
        if not self._offset_max():
            event.ignore()
            return
        self._scroll(self._offset - pixels)
        event.accept()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed_at = event.position().toPoint()
            self._dragged_from = None

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is None:
            return
        moved = event.position().y() - self._pressed_at.y()
        if self._dragged_from is None and abs(moved) >= _DRAG_FROM and self._offset_max():
            self._dragged_from = self._offset
        if self._dragged_from is not None:
            self._scroll(self._dragged_from - moved)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_click = self._pressed_at is not None and self._dragged_from is None
        self._pressed_at = self._dragged_from = None
        if was_click and self._rows and self.rect().contains(event.position().toPoint()):
            self.enlarged_requested.emit()

    def _text_width(self) -> float:
        return float(self.width() - self._margins.left - self._margins.right)

    def _line(self) -> float:
        return line_height_for(self._text_width(), self._columns)

    def _drawn_height(self) -> int:
        return self.content_height(self._text_width()) + (STAMP_ROOM if self._stamp else 0)

    def _offset_max(self) -> float:
        return max(0.0, self._drawn_height() + 2.0 * self._margins.top - self.height())

    def _first_offset(self) -> float:
        """Return where a slip is seen from: its head, or as far down as a PIN is in sight.

        While it grows that is its newest part, and where it is stamped the stamp.
        """
        if self._slip is None or self._slip.kind is SlipKind.DRAFT or self._stamp is not None:
            return self._offset_max()
        bottom = float(self._margins.top)
        for row in self._rows:
            bottom += row.height_lines * self._line()
            if isinstance(row, PinRow):
                return min(max(0.0, bottom + _FADE - self.height()), self._offset_max())
        return 0.0

    def _scroll(self, offset: float) -> None:
        wanted = min(max(0.0, offset), self._offset_max())
        if wanted != self._offset:
            self._offset = wanted
            self.update()

    def _repaint_all(self) -> None:
        self._drawn = None
        self._offset = self._first_offset()
        self.updateGeometry()
        self.update()

    def _draw(self) -> QPixmap:
        """Draw the whole slip once; after this only pixels are moved."""
        ratio = self.devicePixelRatioF()
        width, height = self._text_width(), self._drawn_height() + _STAMP_OVERHANG
        pixmap = QPixmap(max(1, round((width + 2) * ratio)), max(1, round(height * ratio)))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self._pen(painter).draw(self._rows)
        if self._stamp:
            end = self.content_height(width)
            room = QRectF(0, end, width, STAMP_ROOM + _STAMP_OVERHANG)
            room.setTop(end + _STAMP_GAP)
            _paint_stamp(painter, self._stamp, room, theme.current())
        painter.end()
        return pixmap

    def _repaint_changed(self, drawn: QPixmap, before: tuple[SlipRow, ...]) -> None:
        """Draw again only the rows that are not as before: a key changes one of thirty."""
        painter, top = QPainter(drawn), 0.0
        pen, line = self._pen(painter), self._line()
        corner = QPointF(self._margins.left, self._margins.top - self._offset)
        for old, new in zip(before, self._rows, strict=True):
            height = new.height_lines * line
            if old != new:
                row = QRectF(0, top, self._text_width() + 2, height).toAlignedRect()
                painter.setClipRect(row)
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
                painter.fillRect(row, Qt.GlobalColor.transparent)
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
                pen.draw(self._rows, within=QRectF(row))
                self.update(QRectF(row).translated(corner).toAlignedRect())
            top += height
        painter.end()

    def _pen(self, painter: QPainter) -> "_RowPen":
        current = theme.current()
        return _RowPen(
            painter,
            width=self._text_width(),
            columns=self._columns,
            ink=current.colour("slip-muted" if self._is_dimmed else "slip-ink"),
            paper=current.colour("slip"),
            modules=self._modules,
        )

    def _paint_fades(self, painter: QPainter) -> None:
        """Let the words fade where the paper goes on beyond what is seen."""
        if self._offset > 0:
            self._paint_fade(painter, 0.0, downwards=False)
        if self._offset < self._offset_max():
            self._paint_fade(painter, self.height() - _FADE, downwards=True)

    def _paint_fade(self, painter: QPainter, top: float, *, downwards: bool) -> None:
        paper = theme.current().colour("slip")
        clear = QColor(paper)
        clear.setAlpha(0)
        gradient = QLinearGradient(0, top, 0, top + _FADE)
        gradient.setColorAt(0, clear if downwards else paper)
        gradient.setColorAt(1, paper if downwards else clear)
        area = QRectF(self._margins.left, top, self._text_width() + 1, _FADE)
        painter.fillRect(area, QBrush(gradient))


def _lies_as(before: tuple[SlipRow, ...], rows: tuple[SlipRow, ...]) -> bool:
    """Whether each row lies where one lay before."""
    return [one.height_lines for one in before] == [one.height_lines for one in rows]


def spoken_lines(rows: tuple[SlipRow, ...]) -> list[str]:
    """Return the slip for a screen reader: its words, and that a PIN is hidden."""
    return [line for row in rows if (line := _spoken(row))]


def _spoken(row: SlipRow) -> str:
    match row:
        case TextRow() | BandRow():
            return row.text
        case PairRow():
            return f"{row.label}: {row.value}"
        case PinRow():
            return window.PIN_HIDDEN
        case _:
            return ""


class _RowPen:
    """Draws rows from the top of a pixmap downwards; ``_top`` is the row's upper edge in px."""

    def __init__(
        self,
        painter: QPainter,
        *,
        width: float,
        columns: int,
        ink: QColor,
        paper: QColor,
        modules: Modules,
    ) -> None:
        self._painter = painter
        self._width = width
        self._cell = width / columns
        self._size = self._cell / _ADVANCE
        self._line = self._size * _LINE_HEIGHT
        self._ink = ink
        self._paper = paper
        self._modules = modules
        self._top = 0.0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def draw(self, rows: tuple[SlipRow, ...], within: QRectF | None = None) -> None:
        """Draw every row, or those that reach into a part."""
        self._top = 0.0
        for row in rows:
            height = row.height_lines * self._line
            if within is None or within.top() - height < self._top < within.bottom():
                self._draw_row(row)
            self._top += height

    def _draw_row(self, row: SlipRow) -> None:
        match row:
            case TextRow():
                cell = self._cell * _DOUBLE_SIZE if row.is_double else self._cell
                height = row.height_lines * self._line
                self._put(row.text, row.align, cell=cell, height=height, is_bold=row.is_bold)
            case PairRow():
                self._put(row.label, Align.START, is_bold=row.is_bold)
                self._put(row.value, Align.END, is_bold=row.is_bold)
            case RuleRow():
                self._draw_rule()
            case BandRow():
                self._draw_band(row)
            case GapRow():
                pass
            case LogoRow():
                self._draw_logo(row)
            case PinRow() | BarcodeRow() | QrRow():
                self._draw_code(row)

    def _draw_logo(self, row: LogoRow) -> None:
        dots, scale = row.dots, self._cell / LOGO_DOTS_PER_COLUMN
        width = 8 * dots.row_bytes
        picture = QBitmap.fromData(QSize(width, dots.height), dots.data, QImage.Format.Format_Mono)
        place = QRectF(0, self._top, width * scale, dots.height * scale)
        place.moveLeft((self._width - place.width()) / 2)
        self._painter.setPen(self._ink)
        self._painter.setBackgroundMode(Qt.BGMode.TransparentMode)
        self._painter.drawPixmap(place, picture, QRectF(picture.rect()))

    def _draw_code(self, row: PinRow | BarcodeRow | QrRow) -> None:
        match row:
            case PinRow():
                self._draw_pin(row)
            case BarcodeRow():
                self._draw_barcode(row)
            case QrRow():
                self._draw_qr(row)

    def _put(
        self,
        text: str,
        align: Align,
        *,
        cell: float | None = None,
        height: float | None = None,
        is_bold: bool = False,
    ) -> None:
        cell = self._cell if cell is None else cell
        self._painter.setPen(self._ink)
        area = QRectF(0, self._top, self._width, height or self._line)
        self._write(text, area, align, cell=cell, is_bold=is_bold)

    def _write(self, text: str, room: QRectF, align: Align, *, cell: float, is_bold: bool) -> None:
        """Write words whose letters are one cell wide, or as many as their columns fill."""
        font = self._font(cell, is_bold=is_bold)
        width = columns_of(text) * cell
        if not all(map(is_on_every_font, text)):
            # Another script comes from another typeface, whose letters are as wide as they are.
            font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0)
            natural = QFontMetricsF(font, self._painter.device()).horizontalAdvance(text)
            font.setStretch(min(100, int(100 * width / max(natural, 1))))
            width = min(width, natural)
        free = room.width() - width
        shift = {Align.START: 0.0, Align.CENTRE: free / 2, Align.END: free}[align]
        self._painter.setFont(font)
        area = QRectF(room.left() + shift, room.top(), width + 2, room.height())
        self._painter.drawText(area, _ONE_LINE, text)

    def _font(self, cell: float, *, is_bold: bool) -> QFont:
        """Return the mono font whose characters are exactly one cell wide."""
        font = make_font(MONO)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        font.setWeight(QFont.Weight.Bold if is_bold else QFont.Weight.Normal)
        device = self._painter.device()
        font.setPointSizeF(cell / _ADVANCE * 72 / device.logicalDpiY())
        measured = QFontMetricsF(font, device).horizontalAdvance("0" * 10) / 10
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, cell - measured)
        return font

    def _draw_rule(self) -> None:
        y = round(self._top + 0.3 * self._line) + 0.5
        pen = QPen(self._ink, 1)
        pen.setDashPattern([4, 2.4])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        self._painter.setPen(pen)
        self._painter.drawLine(QLineF(0, y, self._width, y))

    def _draw_band(self, row: BandRow) -> None:
        top = round(self._top + 0.1 * self._line)
        height = round(1.2 * self._line)
        self._painter.fillRect(QRectF(0, top, self._width, height), self._ink)
        self._painter.setPen(self._paper)
        area = QRectF(0, top, self._width, height)
        self._write(row.text, area, Align.CENTRE, cell=self._cell, is_bold=True)

    def _draw_pin(self, row: PinRow) -> None:
        height = row.height_lines * self._line
        box = QRectF(0.8, round(self._top) + 0.8, self._width - 1.6, round(height) - 1.6)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.setPen(QPen(self._ink, 1.6, j=Qt.PenJoinStyle.MiterJoin))
        self._painter.drawRect(box)
        fill, stroke = self._hatching()
        block_height = _BLOCK_SHARE * height / len(row.lines)
        gap = (height - len(row.lines) * block_height) / (len(row.lines) + 1)
        for index, line in enumerate(row.lines):
            columns = 2 * (sum(group.length + 1 for group in line) - 1)
            x = (self._width - columns * self._cell) / 2
            y = self._top + gap + index * (block_height + gap)
            for group in line:
                width = 2 * group.length * self._cell
                block = QRectF(round(x), round(y), round(width), round(block_height))
                paint_hatched_block(self._painter, block, fill, stroke)
                x += width + 2 * self._cell

    def _draw_qr(self, row: QrRow) -> None:
        """Show where the paper has the QR code of the PIN, which no screen shows."""
        side = round(_QR_SHARE * row.height_lines * self._line)
        top = self._top + (row.height_lines * self._line - side) / 2
        place = QRectF(round((self._width - side) / 2), round(top), side, side)
        paint_hatched_block(self._painter, place, *self._hatching())

    def _hatching(self) -> tuple[QColor, QColor]:
        fill, stroke = QColor(self._ink), QColor(self._ink)
        fill.setAlphaF(0.10)
        stroke.setAlphaF(0.42)
        return fill, stroke

    def _draw_barcode(self, row: BarcodeRow) -> None:
        modules = self._modules(row.text)
        if not modules:
            return
        ratio = self._painter.device().devicePixelRatioF()
        # Whole device px, or the lines of a small code would be of uneven grey.
        module = max(1, int(self._width * _BARCODE_SHARE * ratio / len(modules))) / ratio
        left = round((self._width - len(modules) * module) / 2 * ratio) / ratio
        top = round(self._top + 0.2 * self._line)
        height = round(2.15 * self._line)
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        for index, is_dark in enumerate(modules):
            if is_dark:
                area = QRectF(left + index * module, top, module, height)
                self._painter.fillRect(area, self._ink)
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)


_ONE_LINE: Final = int(
    Qt.AlignmentFlag.AlignLeft
    | Qt.AlignmentFlag.AlignVCenter
    | Qt.TextFlag.TextSingleLine
    | Qt.TextFlag.TextDontClip
    | Qt.TextFlag.TextForceLeftToRight
)

_STAMP_TONES: Final = {
    Tone.INFO: StateTone.INFO,
    Tone.UNKNOWN: StateTone.UNKNOWN,
    Tone.APPROVED: StateTone.APPROVED,
    Tone.DECLINED: StateTone.DECLINED,
}


def _stamp_colour(tone: Tone, current: Theme) -> QColor:
    """Return the light theme's state ink, because the slip is light in every theme."""
    if tone not in _STAMP_TONES:
        return current.colour("slip-muted")
    tokens = CONTRAST if current.tokens.outlined else LIGHT
    return QColor(tokens.states[_STAMP_TONES[tone]].ink)


def _paint_stamp(painter: QPainter, stamp: Stamp, room: QRectF, current: Theme) -> None:
    text = stamp.text.upper()
    font, box, turned = _fitted_stamp(text, current.font(Role.STAMP), room)
    lowest = room.bottom() - turned.height() / 2
    middle = min(room.top() - _STAMP_GAP + _STAMP_MIDDLE, lowest)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(room.center().x(), middle)
    painter.rotate(_STAMP_TURN)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(_stamp_colour(stamp.tone, current), _STAMP_LINE))
    painter.drawPath(rounded(box, 4))
    painter.setFont(font)
    shifted = box.translated(_STAMP_SPACING / 2, 0)
    painter.drawText(shifted, int(Qt.AlignmentFlag.AlignCenter), text)
    painter.restore()


def _fitted_stamp(text: str, font: QFont, room: QRectF) -> tuple[QFont, QRectF, QSizeF]:
    """Return the largest letters whose frame has the room when turned.

    With the frame, and its size when it is turned.
    """
    turn = QTransform().rotate(_STAMP_TURN)
    fitting, frame, turned = font, QRectF(), QSizeF()
    for fitting in smaller_fonts(font):
        fitting.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, _STAMP_SPACING)
        metrics = QFontMetricsF(fitting)
        size = QSizeF(metrics.horizontalAdvance(text), metrics.height()) + _STAMP_AIR
        frame = QRectF(QPointF(), size)
        frame.moveCenter(QPointF())
        turned = turn.mapRect(inner(frame, -_STAMP_LINE / 2)).size()
        if turned.boundedTo(room.size()) == turned:
            break
    return fitting, frame, turned
