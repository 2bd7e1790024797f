"""Toasts: short messages that need no answer, shown for six seconds, one at a time."""

from math import inf
from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from counterfoil.overriding import override
from counterfoil.ui import theme
from counterfoil.ui.announcing import announce
from counterfoil.ui.theme import Role, StateTone
from counterfoil.ui.theme.painting import (
    ThemeFollower,
    fitted_lines,
    line_height,
    paint_box,
    paint_lines,
    text_width,
    visual,
)
from counterfoil.ui.widgets.icon import paint_icon

SHOWN_MS: Final = 6000
TOAST_HEIGHT: Final = 48
TOAST_ICON: Final = 22
PADDING: Final = 16
ICON_GAP: Final = 12


class Toast(ThemeFollower, QWidget):
    """A small dark box with one sentence; a new sentence replaces the old.

    It is a child of the window and is placed by its bottom right corner, or by the left one where
    the language is read from right to left. A sentence that is too wide takes more lines.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sentence = ""
        self._icon_name = ""
        self._tone: StateTone | None = None
        self._corner: QPoint | None = None
        self._room = inf
        self._leaving = QTimer(self)
        self._leaving.setSingleShot(True)
        self._leaving.setInterval(SHOWN_MS)
        self._leaving.timeout.connect(self.hide)
        self.setObjectName("toast")
        self.hide()
        self.follow_theme()

    def show_sentence(
        self, sentence: str, icon: str = "check", tone: StateTone | None = None
    ) -> None:
        """Show a sentence for six seconds, in the colour of a state if it has one."""
        self._sentence, self._icon_name, self._tone = sentence, icon, tone
        self.setAccessibleName(sentence)
        self._place()
        self.show()
        self.raise_()
        self._leaving.start()
        self.update()
        announce(self, sentence, is_urgent=tone is not None)

    def dismiss(self) -> None:
        """Hide the toast now."""
        self._leaving.stop()
        self.hide()

    def sentence(self) -> str:
        """Return the sentence that is shown."""
        return self._sentence

    def set_corner(self, corner: QPoint, width: int) -> None:
        """Set where the bottom right corner is, and the greatest width, in px of the parent."""
        self._corner = corner
        self._room = float(width - PADDING - TOAST_ICON - ICON_GAP - PADDING - 5)
        self._place()

    @override
    def refresh_theme(self) -> None:
        self._place()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        current = theme.current()
        font = current.font(Role.BODY_BOLD)
        lines, font = fitted_lines(self._sentence, font, QRectF(0, 0, self._room, inf))
        words = min(max((text_width(line, font) for line in lines), default=0), self._room)
        width = PADDING + TOAST_ICON + ICON_GAP + round(words) + 1 + PADDING + 4
        further = round(max(0, len(lines) - 1) * line_height(font))
        return QSize(width, current.px(TOAST_HEIGHT) + further)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._leaving.stop()
        super().hideEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        current = theme.current()
        fill, on = ("ink", "paper") if self._tone is None else (self._tone, f"on-{self._tone}")
        paint_box(painter, QRectF(self.rect()), fill=current.colour(fill))
        paper = current.colour(on)
        top = (self.height() - TOAST_ICON) / 2
        icon = visual(self, QRectF(PADDING, top, TOAST_ICON, TOAST_ICON))
        paint_icon(painter, self._icon_name, icon, paper)
        start = PADDING + TOAST_ICON + ICON_GAP
        room = visual(self, QRectF(start, 0, self.width() - start - PADDING, self.height()))
        font = current.font(Role.BODY_BOLD)
        lines, font = fitted_lines(self._sentence, font, QRectF(0, 0, self._room, inf))
        paint_lines(painter, room, lines, font, paper)

    def _place(self) -> None:
        size = self.sizeHint()
        self.resize(size)
        if self._corner is not None:
            place = QRect(self._corner - QPoint(size.width(), size.height()), size)
            parent = self.parentWidget()
            shown = place if parent is None else visual(parent, QRectF(place)).toRect()
            self.move(shown.topLeft())
