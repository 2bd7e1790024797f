"""A choice among a few: a radio dot and words in a box."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QWidget

from counterfoil.overriding import override
from counterfoil.ui import theme
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import (
    CHOSEN_WIDTH,
    FOCUS_WIDTH,
    SHRINKS,
    KeyboardFocus,
    ThemeFollower,
    line_width,
    paint_box,
    paint_whole,
    text_width,
    visual,
)
from counterfoil.ui.widgets.label import doubled_ampersands

CHOICE_HEIGHT: Final = 48
DOT_CENTRE: Final = 23
DOT_RADIUS: Final = 8
TEXT_START: Final = 42
PADDING: Final = 16


class Choice(KeyboardFocus, ThemeFollower, QRadioButton):
    """One of a few choices. Signals are those of QRadioButton."""

    def __init__(self, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption = caption
        self.setText(doubled_ampersands(caption))
        self.setAccessibleName(caption)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.follow_theme()

    @override
    def refresh_theme(self) -> None:
        self.setFixedHeight(theme.current().px(CHOICE_HEIGHT))
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        words = text_width(self._caption, theme.current().font(Role.BODY_BOLD))
        return QSize(TEXT_START + round(words) + PADDING, self.height())

    @override
    def minimumSizeHint(self) -> QSize:
        font = theme.current().font(Role.BODY_BOLD)
        word = max((text_width(word, font) for word in self._caption.split()), default=0.0)
        return QSize(TEXT_START + round(word * SHRINKS[-1]) + PADDING, self.height())

    @override
    def hitButton(self, pos: object) -> bool:
        return True

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self.note_focus(event)
        super().focusInEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        current = theme.current()
        box = QRectF(self.rect())
        chosen = self.isChecked()
        fill = "selected" if chosen else ("hover" if self.underMouse() else "control")
        border = current.colour("accent" if chosen else "edge")
        width = CHOSEN_WIDTH + line_width() - 1 if chosen else line_width()
        paint_box(painter, box, fill=current.colour(fill), border=border, width=width)
        row = visual(self, QRectF(DOT_CENTRE - DOT_RADIUS, 0, 2 * DOT_RADIUS, box.height()))
        centre = QPointF(row.center().x(), box.height() / 2)
        painter.setPen(QPen(border, 2))
        painter.drawEllipse(centre, DOT_RADIUS, DOT_RADIUS)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(current.colour("accent"))
            painter.drawEllipse(centre, DOT_RADIUS - 3.5, DOT_RADIUS - 3.5)
        room = visual(self, QRectF(TEXT_START, 0, box.width() - TEXT_START - 8, box.height()))
        font = current.font(Role.BODY_BOLD if chosen else Role.BODY)
        paint_whole(painter, room, self._caption, font, current.colour("ink"))
        if self.shows_focus():
            paint_box(painter, box, border=current.colour("accent"), width=FOCUS_WIDTH)
