"""Draws the paper of the sheet into pixmaps: fills, shadows, holes, watermark.

It takes some milliseconds, so the sheet does it once for each look and moves pixels afterwards.
"""

from itertools import pairwise
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

from counterfoil.declaring import dataclass
from counterfoil.ui.theme import Role, Theme, ThemeName
from counterfoil.ui.widgets.paper_shadow import Shadow, paint_shadow
from counterfoil.ui.widgets.sheet_shape import HOLE_RADIUS, SheetShape

SHADOW_MARGIN: Final = 10

_WATERMARK: Final = "TRAINING"
_WATERMARK_POINTS: Final = 84
_WATERMARK_TURN: Final = -24.0
_WATERMARK_ALPHA: Final = 0.07


@dataclass(frozen=True, slots=True)
class Head:
    """The upper part of the stub, filled with a state's solid colour."""

    height: int
    token: str


@dataclass(frozen=True, slots=True)
class PaperKey:
    """Everything that the drawn paper depends on; while it is equal, the pixmaps are used again."""

    shape: SheetShape
    ratio: float
    theme: ThemeName
    is_training: bool
    head: Head | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A drawn part of the paper, and where its pixmap lies in the widget, in px."""

    pixmap: QPixmap
    origin: QPointF


class PaperArtist:
    """Draws the parts of the paper for one look."""

    def __init__(self, key: PaperKey, current: Theme, *, is_mirrored: bool) -> None:
        self._shape = key.shape
        self._ratio = key.ratio
        self._head = key.head
        self._theme = current
        self._is_mirrored = is_mirrored

    def draw_attached(self) -> tuple[Piece]:
        """Draw the stub and the slip that hangs on it as one part, and return it."""
        shape = self._shape
        piece, painter = self._begin(QRectF(0, 0, shape.width, shape.height))
        self._draw_shadow(painter, down=2, times=7)
        self._draw_stub(painter)
        self._draw_slip(painter)
        self._draw_perforation(painter)
        painter.end()
        return (piece,)

    def draw_torn(self) -> tuple[Piece, Piece]:
        """Draw the stub and the torn-off slip as two parts, and return both."""
        shape, margin = self._shape, SHADOW_MARGIN
        stub, painter = self._begin(shape.stub.adjusted(-margin, -margin, margin, margin))
        self._shade(painter, shape.stub, down=2, times=7)
        self._draw_stub(painter)
        painter.end()
        slip, painter = self._begin(shape.slip.adjusted(-margin, -margin, margin, margin))
        self._shade(painter, shape.slip, down=4, times=8, is_cut=not shape.is_cut_short)
        self._draw_slip(painter)
        painter.end()
        return stub, slip

    def _begin(self, area: QRectF) -> tuple[Piece, QPainter]:
        size = area.size() * self._ratio
        pixmap = QPixmap(max(1, round(size.width())), max(1, round(size.height())))
        pixmap.setDevicePixelRatio(self._ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-area.topLeft())
        return Piece(pixmap, area.topLeft()), painter

    def _draw_shadow(self, painter: QPainter, *, down: int, times: int) -> None:
        """Shade stub and slip, and take away what falls on the other, so that holes stay clean."""
        shape = self._shape
        self._shade(painter, shape.stub, down=down, times=times)
        self._shade(painter, shape.slip, down=down, times=times, is_cut=not shape.is_cut_short)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
        painter.fillPath(shape.outline(), Qt.GlobalColor.transparent)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)

    def _shade(
        self, painter: QPainter, area: QRectF, *, down: int, times: int, is_cut: bool = False
    ) -> None:
        alpha = self._theme.tokens.shadow_alpha
        if alpha:
            colour = self._theme.colour("shadow", alpha=alpha).rgba()
            shadow = Shadow(down=down, times=times, colour=colour, ratio=self._ratio)
            paint_shadow(painter, shadow, area, is_cut=is_cut)

    def _draw_stub(self, painter: QPainter) -> None:
        path = self._shape.stub_path()
        painter.fillPath(path, self._theme.colour("paper"))
        if self._theme.training:
            self._draw_watermark(painter, path)
        if self._head is not None:
            painter.save()
            area = self._shape.stub
            painter.setClipRect(QRectF(area.left(), area.top(), area.width(), self._head.height))
            painter.fillPath(path, self._theme.colour(self._head.token))
            painter.restore()
        self._draw_outline(painter, path)

    def _draw_slip(self, painter: QPainter) -> None:
        path = self._shape.slip_path()
        painter.fillPath(path, self._theme.colour("slip"))
        self._draw_outline(painter, path)

    def _draw_outline(self, painter: QPainter, path: QPainterPath) -> None:
        if self._theme.tokens.outlined:
            painter.strokePath(path, QPen(self._theme.colour("edge"), 2))

    def _draw_perforation(self, painter: QPainter) -> None:
        """Draw a short dash between each two holes."""
        x = self._shape.slip.left()
        top = self._shape.top
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(QPen(self._theme.colour("edge"), 1, c=Qt.PenCapStyle.FlatCap))
        offsets = self._shape.hole_offsets
        air = HOLE_RADIUS + 2
        for above, below in pairwise(offsets):
            painter.drawLine(QLineF(x, top + above + air, x, top + below - air))
        painter.restore()

    def _draw_watermark(self, painter: QPainter, path: QPainterPath) -> None:
        font = QFont(self._theme.font(Role.HAND_OVER))
        font.setPointSizeF(_WATERMARK_POINTS)
        metrics = QFontMetricsF(font)
        painter.save()
        painter.setClipPath(path)
        painter.translate(self._shape.stub.center())
        if self._is_mirrored:
            # The whole picture is turned over when it is painted; words are not.
            painter.scale(-1, 1)
        painter.rotate(_WATERMARK_TURN)
        painter.setFont(font)
        painter.setPen(self._theme.colour("training", alpha=_WATERMARK_ALPHA))
        width = metrics.horizontalAdvance(_WATERMARK)
        painter.drawText(QPointF(-width / 2, metrics.capHeight() / 2), _WATERMARK)
        painter.restore()


def paint_part(painter: QPainter, piece: Piece, start: float, end: float, moved: QPointF) -> None:
    """Paint the columns of a part from ``start`` to ``end`` px of its width, moved by ``moved``."""
    ratio = piece.pixmap.devicePixelRatioF()
    height = piece.pixmap.height()
    start, end = round(start * ratio), round(min(end * ratio, piece.pixmap.width()))
    target = piece.origin + moved + QPointF(start / ratio, 0)
    painter.drawPixmap(target, piece.pixmap, QRectF(start, 0, end - start, height))
