"""Hidden digits as hatched blocks, like the panel of a scratch card.

No characters are shown in their place: a block cannot be mistaken for a digit, and shows only how
many there are.
"""

from typing import Final

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from counterfoil.ui.theme.painting import rounded

BLOCK_RADIUS: Final = 3.0
_PITCH: Final = 5
_STROKE: Final = 1.4


def paint_hatched_block(painter: QPainter, rect: QRectF, fill: QColor, stroke: QColor) -> None:
    """Paint one block; the lines rise at 45 degrees, every five px."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shape = rounded(rect, BLOCK_RADIUS)
    painter.fillPath(shape, fill)
    painter.setClipPath(shape)
    painter.setPen(QPen(stroke, _STROKE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    reach, end = rect.height(), round(rect.width() + rect.height()) + _PITCH
    starts = (rect.left() + step - reach for step in range(0, end, _PITCH))
    painter.drawLines([QLineF(x, rect.bottom(), x + reach, rect.top()) for x in starts])
    painter.restore()
