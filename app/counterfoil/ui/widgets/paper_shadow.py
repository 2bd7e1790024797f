"""The shadow of a piece of paper: painted once for each width, and stretched to any height.

Painting the shadow of the whole paper takes more than ten milliseconds, and the slip grows with
each line that it gets. Between its ends a shadow is the same on each row of pixels.
"""

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from counterfoil.declaring import dataclass
from counterfoil.ui.widgets.sheet_shape import part_outline

_MARGIN: Final = 16
"""How far a shadow may reach, in px."""
_END: Final = 24
"""So much of either end, with corners or teeth, is not stretched."""
_MIDDLE: Final = 8
_KEPT: Final = 6
"""As many pictures as one window shows: stub and slip, joined and torn apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadow:
    """One kind of shadow: how far down it lies, and how many strokes of growing width make it.

    ``ratio`` is the number of real pixels for one logical pixel.
    """

    down: int
    times: int
    colour: int
    """As QColor.rgba gives it."""
    ratio: float


def paint_shadow(painter: QPainter, shadow: Shadow, area: QRectF, *, is_cut: bool) -> None:
    """Paint the shadow around a piece of paper, and nothing below it.

    ``is_cut`` says that the paper ends with a cut edge.
    """
    picture = _picture(shadow, area.width(), is_cut)
    ratio, width = shadow.ratio, area.width() + 2 * _MARGIN
    end = float(_MARGIN + _END)
    left, top = area.left() - _MARGIN, area.top() - _MARGIN
    foot = area.bottom() - _END
    for at, height, source, drawn in (
        (top, end, 0.0, end),
        (top + end, foot - top - end, end, float(_MIDDLE)),
        (foot, end, end + _MIDDLE, end),
    ):
        target = QRectF(left, at, width, height)
        painter.drawPixmap(target, picture, QRectF(0, source * ratio, width * ratio, drawn * ratio))


@lru_cache(maxsize=_KEPT)
def _picture(shadow: Shadow, width: float, is_cut: bool) -> QPixmap:
    """Stroke the outline wider and wider, and take away what lies below the paper."""
    paper = QRectF(0, 0, width, 2 * _END + _MIDDLE)
    size = paper.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN).size() * shadow.ratio
    pixmap = QPixmap(max(1, round(size.width())), max(1, round(size.height())))
    pixmap.setDevicePixelRatio(shadow.ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    outline = part_outline(paper, is_cut=is_cut)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(QPointF(_MARGIN, _MARGIN + shadow.down))
    colour = QColor.fromRgba(shadow.colour)
    for stroked in range(1, 2 * shadow.times, 2):
        painter.strokePath(outline, QPen(colour, stroked))
    painter.translate(0, -shadow.down)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
    painter.fillPath(outline, Qt.GlobalColor.transparent)
    painter.end()
    return pixmap
