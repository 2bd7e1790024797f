"""Key caps: small pictures of the keys that do something at this moment."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from counterfoil.overriding import override
from counterfoil.ui import theme
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import ThemeFollower, line_width, paint_box, paint_text
from counterfoil.ui.theme.painting import text_width as width_of

KEYCAP_HEIGHT: Final = 20
KEYCAP_PADDING: Final = 5
KEYCAP_RADIUS: Final = 4.0


def keycap_size(key: str) -> QSize:
    """Return the size of a key's cap in px."""
    current = theme.current()
    width = width_of(key, current.font(Role.CAP)) + 2 * (KEYCAP_PADDING + 1) + 1
    return QSize(max(round(width), current.px(KEYCAP_HEIGHT)), current.px(KEYCAP_HEIGHT))


def paint_keycap(painter: QPainter, corner: QPointF, key: str, colour: QColor) -> None:
    """Paint a key cap with its top left corner at a point."""
    box = QRectF(QPointF(round(corner.x()), round(corner.y())), keycap_size(key).toSizeF())
    paint_box(painter, box, border=colour, width=max(1.0, line_width()), radius=KEYCAP_RADIUS)
    font = theme.current().font(Role.CAP)
    paint_text(painter, box, key, font, colour, alignment=Qt.AlignmentFlag.AlignHCenter)


class KeyCap(ThemeFollower, QWidget):
    """The picture of a key as a widget, beside a sentence that names the key."""

    def __init__(self, key: str, tone: str = "muted", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self._tone = tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(key)
        self.follow_theme()

    @override
    def refresh_theme(self) -> None:
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return keycap_size(self._key)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        paint_keycap(QPainter(self), QPointF(0, 0), self._key, theme.current().colour(self._tone))
