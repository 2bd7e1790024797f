"""A chart of bars, painted from the theme: one colour, and a pattern for what stands out."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from counterfoil.domain.report_sheet import Bar
from counterfoil.overriding import override
from counterfoil.presentation.words import report_page
from counterfoil.ui import theme
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import ThemeFollower, line_height, paint_text, text_width

CHART_HEIGHT: Final = 116
_SHARE: Final = 0.78
"""How much of its place a bar takes; the rest is the gap to the next one."""
_BAR_MAX: Final = 44
_LABEL_GAP: Final = 14
_DESCRIBED_MAX: Final = 40
"""So many bars are read out; of more only the highest, as nobody listens to a year."""
_CENTRE: Final = Qt.AlignmentFlag.AlignHCenter


class BarChart(ThemeFollower, QWidget):
    """Bars side by side on a line at nothing; below the line what is negative.

    No colour says anything alone: a bar that stands out is hatched and framed, and the table says
    so in words. Whoever cannot see the chart is told what it says.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar-chart")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._title = ""
        self._bars: tuple[Bar, ...] = ()
        self.follow_theme()

    def show_bars(self, title: str, bars: tuple[Bar, ...]) -> None:
        """Show these bars; a single one compares nothing, and is not shown."""
        self._title, self._bars = title, bars
        self.setVisible(len(bars) > 1)
        self.setAccessibleName(title)
        self.setAccessibleDescription(report_page.chart(title, _described(bars)))
        self.update()

    @override
    def refresh_theme(self) -> None:
        self.setFixedHeight(theme.current().px(CHART_HEIGHT))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._bars:
            return
        painter = QPainter(self)
        current = theme.current()
        line = line_height(current.font(Role.HINT))
        title = QRectF(0, 0, self.width(), line)
        paint_text(painter, title, self._title, current.font(Role.LABEL), current.colour("ink"))
        room = QRectF(0, 2 * line + 2, self.width(), self.height() - 3 * line - 8)
        values = [bar.value for bar in self._bars]
        top, bottom = max(0, *values), min(0, *values)
        scale = room.height() / max(1, top - bottom)
        zero = room.top() + top * scale
        step = room.width() / len(values)
        for at, bar in enumerate(self._bars):
            self._paint_bar(painter, bar, QRectF(at * step, zero, step, scale))
        painter.fillRect(QRectF(0, zero, room.width(), 1), current.colour("ink"))
        self._paint_highest(painter, values, zero - top * scale, step)
        self._paint_labels(painter, step, room.bottom() + 4, line)

    def _paint_bar(self, painter: QPainter, bar: Bar, place: QRectF) -> None:
        """Paint one bar in its place, whose height says how high a unit is."""
        current = theme.current()
        width = max(1.0, min(place.width() * _SHARE, _BAR_MAX))
        height = abs(bar.value) * place.height()
        upper = place.top() - height if bar.value >= 0 else place.top()
        box = QRectF(place.center().x() - width / 2, upper, width, height)
        ink = current.colour("accent")
        if not bar.is_marked:
            painter.fillRect(box, ink)
            return
        painter.fillRect(box, QBrush(ink, Qt.BrushStyle.BDiagPattern))
        painter.setPen(QPen(ink, 2))
        painter.drawRect(box.adjusted(1, 1, -1, -1))

    def _paint_highest(self, painter: QPainter, values: list[int], top: float, step: float) -> None:
        current = theme.current()
        font, at = current.font(Role.HINT), values.index(max(values))
        text = self._bars[at].text
        width = text_width(text, font) + 4
        left = min(max(0.0, (at + 0.5) * step - width / 2), self.width() - width)
        box = QRectF(left, top - line_height(font) - 2, width, line_height(font))
        paint_text(painter, box, text, font, current.colour("ink"), alignment=_CENTRE)

    def _paint_labels(self, painter: QPainter, step: float, top: float, line: float) -> None:
        """Paint as many labels as have room, from the first on at equal distances."""
        current = theme.current()
        font = current.font(Role.HINT)
        widest = max(text_width(bar.label, font) for bar in self._bars) + _LABEL_GAP
        every = max(1, -(-int(widest) // max(1, int(step))))
        for at in range(0, len(self._bars), every):
            width = min(step * every, max(widest, step))
            left = min(max(0.0, (at + 0.5) * step - width / 2), self.width() - width)
            box = QRectF(left, top, width, line)
            label = self._bars[at].label
            paint_text(painter, box, label, font, current.colour("muted"), alignment=_CENTRE)


def _described(bars: tuple[Bar, ...]) -> str:
    told = bars
    if len(bars) > _DESCRIBED_MAX:
        told = (max(bars, key=lambda bar: bar.value),)
    return ", ".join(f"{bar.label} {bar.text}" for bar in told)
