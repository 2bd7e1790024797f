"""The timeline of a redemption, one point below the other."""

from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.screens import TimelineRow
from counterfoil.presentation.words import window
from counterfoil.ui import theme
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import ThemeFollower, paint_text, visual

STEP_HEIGHT: Final = 46

_TIME_WIDTH: Final = 80
_DOT_MIDDLE: Final = 92
_DOT_RADIUS: Final = 5.5
_RING: Final = 2
_TEXT_START: Final = 110
_DOT_DOWN: Final = 14
_TITLE_HEIGHT: Final = 22
_LINE_TOP: Final = 22
_LINE_HEIGHT: Final = 18


class Timeline(ThemeFollower, QWidget):
    """A painted list of times and what happened; the point of the hand-over is filled."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setAccessibleName(window.WHAT_HAPPENED)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rows: tuple[TimelineRow, ...] = ()
        self.follow_theme()

    def set_rows(self, rows: tuple[TimelineRow, ...]) -> None:
        """Show these points, the oldest first."""
        if rows == self._rows:
            return
        self._rows = rows
        self.setAccessibleDescription("\n".join(self.sentences()))
        self.refresh_theme()

    def sentences(self) -> tuple[str, ...]:
        """Return each point as a sentence for a screen reader."""
        return tuple(_sentence(row) for row in self._rows)

    @override
    def refresh_theme(self) -> None:
        self.setFixedHeight(max(1, self._step() * len(self._rows)))
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(_TEXT_START + 200, self._step() * len(self._rows))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(_TEXT_START + 80, self._step() * len(self._rows))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_thread(painter)
        for index, row in enumerate(self._rows):
            self._paint_step(painter, row, float(index * self._step()))

    def _step(self) -> int:
        return theme.current().px(STEP_HEIGHT)

    def _paint_thread(self, painter: QPainter) -> None:
        """Paint the dotted line from each dot to the next."""
        pen = QPen(theme.current().colour("edge"), _RING)
        pen.setDashPattern([1.6, 1.4])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        air = _DOT_RADIUS + _RING
        for index in range(len(self._rows) - 1):
            above = self._dot(index * self._step())
            below = self._dot((index + 1) * self._step())
            painter.drawLine(QLineF(above.x(), above.y() + air, below.x(), below.y() - air))

    def _paint_step(self, painter: QPainter, row: TimelineRow, top: float) -> None:
        current = theme.current()
        fill = current.colour("approved-ink" if row.is_hand_over else "paper")
        ring = current.colour("approved-ink" if row.is_hand_over else "ink")
        painter.setBrush(fill)
        painter.setPen(QPen(ring, _RING))
        painter.drawEllipse(self._dot(top), _DOT_RADIUS, _DOT_RADIUS)
        scale = current.scale
        leading = (
            Qt.AlignmentFlag.AlignRight
            if self.layoutDirection() is Qt.LayoutDirection.RightToLeft
            else Qt.AlignmentFlag.AlignLeft
        )
        start, time_width = current.px(_TEXT_START), current.px(_TIME_WIDTH)
        width = self.width() - start
        texts = (
            (row.time, QRectF(0, top + 3, time_width, _TITLE_HEIGHT * scale), Role.HINT, "muted"),
            (
                row.title,
                QRectF(start, top + 3, width, _TITLE_HEIGHT * scale),
                Role.LABEL,
                "ink",
            ),
            (
                row.line,
                QRectF(start, top + _LINE_TOP * scale, width, _LINE_HEIGHT * scale),
                Role.HINT,
                "muted",
            ),
        )
        for text, area, role, tone in texts:
            box, colour = visual(self, area), current.colour(tone)
            paint_text(painter, box, text, current.font(role), colour, alignment=leading)

    def _dot(self, top: float) -> QPointF:
        down = top + _DOT_DOWN * theme.current().scale
        middle = theme.current().px(_DOT_MIDDLE)
        box = QRectF(middle - 1, down - 1, 2, 2)
        return QPointF(visual(self, box).center().x(), down)


def _sentence(row: TimelineRow) -> str:
    ending = f", {row.line}" if row.line else ""
    return f"{row.time}: {row.title}{ending}."
