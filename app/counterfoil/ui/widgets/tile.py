"""The parts of the rail: tiles of voucher types, headings, and the field that filters them.

The chosen tile is an index tab of the same paper as the sheet, so it has no edge towards it.
"""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QFont,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QSizePolicy, QWidget

from counterfoil.overriding import override
from counterfoil.ui import theme
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import (
    BAR_WIDTH,
    CONTROL_RADIUS,
    FOCUS_WIDTH,
    KeyboardFocus,
    ThemeFollower,
    line_height,
    line_width,
    name_lines,
    paint_box,
    paint_name,
    paint_text,
    text_width,
    visual,
)
from counterfoil.ui.widgets.icon import paint_icon
from counterfoil.ui.widgets.label import doubled_ampersands, set_plain_tooltip
from counterfoil.ui.widgets.monogram import TILE_SIZE, paint_monogram
from counterfoil.ui.widgets.text_menu import open_text_menu

PADDING: Final = 14
GAP: Final = 12
BAR_INSET: Final = 6
COMPACT_MONOGRAM: Final = QSize(46, 32)
COMPACT_TOP: Final = 6
HEADING_HEIGHT: Final = 33
FIND_HEIGHT: Final = 44
FIND_ICON: Final = 17
FIND_GAP: Final = 6
QT_MARGIN: Final = 2
"""What a line of Qt leaves free of itself before its text."""


class Tile(KeyboardFocus, ThemeFollower, QAbstractButton):
    """One voucher type in the rail: a monogram and a name; at most one tile is checked.

    Signals are those of QAbstractButton. ``compact`` puts the name below the monogram.
    """

    def __init__(
        self,
        name: str,
        letters: str,
        ink: str,
        parent: QWidget | None = None,
        *,
        compact: bool = False,
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._letters = letters
        self._ink = ink
        self._compact = compact
        self._height = 62 if compact else 50
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setText(doubled_ampersands(name))
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.follow_theme()

    def set_shape(self, height: int, *, compact: bool) -> None:
        """Set the height in px, and whether the name is below the monogram."""
        if (height, compact) != (self._height, self._compact):
            self._height, self._compact = height, compact
            self.refresh_theme()

    @override
    def refresh_theme(self) -> None:
        self._grow()
        self.updateGeometry()
        self.update()

    def _grow(self) -> None:
        """Take the height that the name needs below its monogram."""
        height = theme.current().px(self._height)
        lines = len(self._lines()) if self._compact else 1
        self.setFixedHeight(height + round((lines - 1) * line_height(self._font())))

    def _font(self) -> QFont:
        """Return the font that the name needs most room in."""
        return theme.current().font(Role.CAP if self._compact else Role.BODY_BOLD)

    def _lines(self) -> tuple[str, ...]:
        if not self._compact:
            return (self._name,)
        return name_lines(self._name, self._font(), self._name_box().width())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._grow()

    @override
    def sizeHint(self) -> QSize:
        if self._compact:
            return QSize(100, self.height())
        wanted = text_width(self._name, theme.current().font(Role.BODY_BOLD))
        return QSize(2 * PADDING + TILE_SIZE.width() + GAP + round(wanted), self.height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(2 * PADDING + TILE_SIZE.width(), self.height())

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        room = self._name_box().width()
        cut = any(text_width(line, self._font()) > room for line in self._lines())
        set_plain_tooltip(self, self._name if cut else "")
        super().enterEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self.note_focus(event)
        super().focusInEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        monogram = visual(self, self._monogram_box())
        paint_monogram(painter, monogram, self._letters, self._ink)
        self._paint_name(painter)
        if self.shows_focus():
            border = theme.current().colour("accent")
            paint_box(painter, QRectF(self.rect()), border=border, width=FOCUS_WIDTH)

    def _paint_ground(self, painter: QPainter) -> None:
        """Paint what makes the tile chosen or hovered."""
        current = theme.current()
        if self.isChecked():
            fill = current.colour("selected" if current.tokens.outlined else "paper")
        elif self.isDown():
            fill = current.colour("pressed")
        elif self.underMouse():
            fill = current.colour("hover")
        else:
            return
        self._paint_tab(painter, fill)
        if self.isChecked():
            bar = QRectF(0, BAR_INSET, BAR_WIDTH, self.height() - 2 * BAR_INSET)
            paint_box(painter, visual(self, bar), fill=current.colour("accent"), radius=1.5)

    def _paint_tab(self, painter: QPainter, fill: QColor) -> None:
        """Paint a tab that is round at its start and runs into the sheet at its end."""
        outlined = theme.current().tokens.outlined and self.isChecked()
        pen = line_width() if outlined else 0.0
        box = QRectF(self.rect()).adjusted(pen / 2, pen / 2, -pen / 2, -pen / 2)
        beyond = 2 * CONTROL_RADIUS
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            box.setLeft(box.left() - beyond)
        else:
            box.setRight(box.right() + beyond)
        path = QPainterPath()
        path.addRoundedRect(box, CONTROL_RADIUS, CONTROL_RADIUS)
        painter.save()
        painter.fillPath(path, fill)
        if outlined:
            painter.setPen(theme.current().colour("edge"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            pen_used = painter.pen()
            pen_used.setWidthF(pen)
            painter.setPen(pen_used)
            painter.drawPath(path)
        painter.restore()

    def _monogram_box(self) -> QRectF:
        if self._compact:
            size = COMPACT_MONOGRAM
            return QRectF(
                (self.width() - size.width()) / 2 + 2, COMPACT_TOP, size.width(), size.height()
            )
        top = (self.height() - TILE_SIZE.height()) / 2
        return QRectF(PADDING, top, TILE_SIZE.width(), TILE_SIZE.height())

    def _name_box(self) -> QRectF:
        if self._compact:
            top = COMPACT_TOP + COMPACT_MONOGRAM.height()
            return QRectF(10, top, self.width() - 16, self.height() - top - 2)
        start = PADDING + TILE_SIZE.width() + GAP
        return QRectF(start, 0, self.width() - start - 6, self.height())

    def _line_box(self, font: QFont) -> QRectF:
        """Return the upper part of the name's place when its other font needs a line more."""
        box = self._name_box()
        if self._compact:
            spare = len(self._lines()) - len(name_lines(self._name, font, box.width()))
            box.setHeight(box.height() - spare * line_height(font))
        return box

    def _paint_name(self, painter: QPainter) -> None:
        current = theme.current()
        chosen = self.isChecked()
        if self._compact:
            role, alignment = (
                Role.CAP if chosen else Role.CAP_PLAIN,
                Qt.AlignmentFlag.AlignHCenter,
            )
        else:
            role = Role.BODY_BOLD if chosen else Role.BODY
            alignment = Qt.AlignmentFlag.AlignLeft
        tone = "ink" if self.isEnabled() else "on-disabled"
        paint = paint_name if self._compact else paint_text
        paint(
            painter,
            visual(self, self._line_box(current.font(role))),
            self._name,
            current.font(role),
            current.colour(tone),
            alignment=alignment,
        )


class RailHeading(ThemeFollower, QWidget):
    """The name of a category in the rail, in capitals; or a line where there is no space for it."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self._compact = False
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.follow_theme()

    def set_compact(self, compact: bool) -> None:
        """Show a line instead of words."""
        self._compact = compact
        self.refresh_theme()

    @override
    def refresh_theme(self) -> None:
        self.setFixedHeight(15 if self._compact else theme.current().px(HEADING_HEIGHT))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        current = theme.current()
        if self._compact:
            y = self.height() // 2
            painter.fillRect(8, y, self.width() - 16, 1, current.colour("edge"))
            return
        box = visual(self, QRectF(PADDING, 8, self.width() - PADDING, self.height() - 8))
        paint_text(
            painter, box, self._text.upper(), current.font(Role.CAP), current.colour("muted")
        )


class FindField(ThemeFollower, QLineEdit):
    """The field that filters the rail as one types.

    Signals: ``found_text(str)`` with the text, trimmed, at each change.
    """

    found_text = Signal(str)

    def __init__(self, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setFrame(False)
        self.setMaxLength(64)
        self.textEdited.connect(self._tell)
        self.follow_theme()

    @override
    def refresh_theme(self) -> None:
        self.setFont(theme.current().font(Role.BODY))
        self.setFixedHeight(theme.current().px(FIND_HEIGHT))
        start = PADDING + theme.current().px(FIND_ICON) + FIND_GAP - QT_MARGIN
        self.setTextMargins(start, 0, PADDING, 0)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        current = theme.current()
        focused = self.hasFocus()
        paint_box(
            painter,
            QRectF(self.rect()),
            border=current.colour("accent" if focused else "edge"),
            width=FOCUS_WIDTH if focused else line_width(),
        )
        side = current.px(FIND_ICON)
        icon_box = QRectF(PADDING, (self.height() - side) / 2, side, side)
        paint_icon(painter, "search", visual(self, icon_box), current.colour("muted"))
        painter.end()
        super().paintEvent(event)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        open_text_menu(self, event.globalPos(), may_take_away=True)

    def _tell(self, text: str) -> None:
        self.found_text.emit(text.strip())
