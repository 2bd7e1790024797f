"""Monograms: one or two letters on the shape of a tiny voucher.

Letters and ink are chosen elsewhere; a brand's own colour is never used, because it would
look like a state.
"""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from counterfoil.overriding import override
from counterfoil.ui import theme
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import ThemeFollower, rounded, text_width
from counterfoil.ui.theme.tokens import MONOGRAM_INKS, MONOGRAM_TEXT

LETTER_POINTS_PER_PX: Final = 0.34
BITE_PER_HEIGHT: Final = 1 / 8
RADIUS: Final = 4.0
SIDE_AIR: Final = 12
TILE_SIZE: Final = QSize(44, 32)
HEAD_SIZE: Final = QSize(56, 40)


def monogram_shape(box: QRectF) -> QPainterPath:
    """Return the outline of a tiny voucher: a rounded box with a notch in each short side."""
    bite = box.height() * BITE_PER_HEIGHT
    bites = QPainterPath()
    for x in (box.left(), box.right()):
        bites.addEllipse(QPointF(x, box.center().y()), bite, bite)
    return rounded(box, RADIUS).subtracted(bites)


def paint_monogram(painter: QPainter, box: QRectF, letters: str, ink: str) -> None:
    """Paint a monogram; ``ink`` is ``#RRGGBB``."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ink))
    painter.drawPath(monogram_shape(box))
    font = theme.current().font(Role.CAP)
    font.setPointSizeF(box.height() * LETTER_POINTS_PER_PX)
    room = box.width() - SIDE_AIR
    needed = text_width(letters, font)
    if needed > room:
        font.setPointSizeF(font.pointSizeF() * room / needed)
    painter.setFont(font)
    painter.setPen(QColor(MONOGRAM_TEXT))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), letters)
    painter.restore()


class Monogram(ThemeFollower, QWidget):
    """A monogram as a widget, which grows with the text unless it `is_still`."""

    def __init__(
        self,
        letters: str = "",
        ink: str = MONOGRAM_INKS[0],
        size: QSize = HEAD_SIZE,
        parent: QWidget | None = None,
        *,
        is_still: bool = False,
    ) -> None:
        super().__init__(parent)
        self._is_still = is_still
        self._letters = letters
        self._ink = ink
        self._size = size
        self.follow_theme()

    def show_monogram(self, letters: str, ink: str) -> None:
        """Show other letters in another ink."""
        if (letters, ink) != (self._letters, self._ink):
            self._letters, self._ink = letters, ink
            self.update()

    @override
    def refresh_theme(self) -> None:
        scale = 1.0 if self._is_still else theme.current().scale
        self.setFixedSize(self._size * scale)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        paint_monogram(QPainter(self), QRectF(self.rect()), self._letters, self._ink)
