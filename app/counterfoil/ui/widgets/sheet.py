"""The sheet of paper: at the left the stub with form or result, at the right the customer's slip.

A slip that is attached to the stub is not to be handed over yet; a torn-off one is. Shapes, holes
and shadows are drawn once into pixmaps and then only moved: nothing here is costly while somebody
types.
"""

from typing import Final

from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QPointF,
    QRect,
    QRectF,
    Qt,
    QVariantAnimation,
    Signal,
)
from PySide6.QtGui import (
    QHideEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QStyle, QVBoxLayout, QWidget

from counterfoil.domain.slip import Slip
from counterfoil.overriding import override
from counterfoil.ui import theme
from counterfoil.ui.theme.painting import ThemeFollower, may_move
from counterfoil.ui.widgets.sheet_artist import (
    SHADOW_MARGIN,
    Head,
    PaperArtist,
    PaperKey,
    Piece,
    paint_part,
)
from counterfoil.ui.widgets.sheet_shape import TORN_DROP, TORN_SIDE, SheetShape
from counterfoil.ui.widgets.slip_paper import (
    COLUMNS_SHOWN,
    STAMP_ROOM,
    Modules,
    SlipMargins,
    SlipPaper,
    Stamp,
)

TEAR_MS: Final = 150
SLIP_WIDTH: Final = 396

_TEXT_START: Final = 44
_TEXT_END: Final = 14
_TEXT_TOP: Final = 18
_STRIP: Final = 20
"""Wider than a bite and narrower than the blank paper beside it."""
_RIGHT_SHIFT: Final = 4
"""How much nearer to the widget's right edge a torn slip lies."""


class Sheet(ThemeFollower, QWidget):
    """The paper: the stub, which holds another widget, and the slip.

    With ``has_rail`` the rail's chosen tile joins the paper's left edge.

    Signals: ``enlarged_requested()`` when the slip is clicked, ``tear_finished()`` when a torn-off
    slip has stopped moving.
    """

    enlarged_requested = Signal()
    tear_finished = Signal()

    def __init__(
        self,
        modules: Modules,
        *,
        has_rail: bool = True,
        columns: int = COLUMNS_SHOWN,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("sheet")
        self._has_rail = has_rail
        self._slip_width = SLIP_WIDTH
        self._is_torn = False
        self._has_stamp = False
        self._head: Head | None = None
        self._key: PaperKey | None = None
        self._pieces: tuple[Piece, ...] = ()
        self._leaving: Piece | None = None
        self._stub = QWidget(self)
        self._stub.setObjectName("stub")
        self._stub_layout = QVBoxLayout(self._stub)
        self._stub_layout.setContentsMargins(0, 0, 0, 0)
        self._stub_layout.setSpacing(0)
        self._paper = SlipPaper(modules, columns=columns, parent=self)
        self._paper.enlarged_requested.connect(self.enlarged_requested)
        self._motion = QVariantAnimation(self)
        self._motion.setObjectName("tear")
        self._motion.setStartValue(0.0)
        self._motion.setEndValue(1.0)
        self._motion.setDuration(TEAR_MS)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.valueChanged.connect(self._follow_motion)
        self._motion.finished.connect(self._end_motion)
        self.follow_theme()

    def set_stub_widget(self, widget: QWidget) -> None:
        """Show a widget on the stub in place of the one before, which is only hidden."""
        while (item := self._stub_layout.takeAt(0)) is not None:
            if (old := item.widget()) is not None and old is not widget:
                old.hide()
        self._stub_layout.addWidget(widget)
        widget.show()

    def slip_paper(self) -> SlipPaper:
        """Return the widget that draws the slip's words."""
        return self._paper

    def set_slip_width(self, width: int) -> None:
        """Set the width of the slip in px, as the window's size class has it."""
        if width != self._slip_width:
            self._slip_width = width
            self._arrange()

    def set_has_rail(self, has_rail: bool) -> None:
        """Set whether the rail's chosen tile joins the paper's left edge."""
        if has_rail != self._has_rail:
            self._has_rail = has_rail
            self._arrange()

    def set_slip(
        self,
        slip: Slip | None,
        *,
        is_dimmed: bool = False,
        stamp: Stamp | None = None,
        is_torn: bool = False,
    ) -> None:
        """Show a slip, attached or torn off; only the change to torn off is animated."""
        was_torn = self._is_torn
        leaving = self._slip_as_piece() if was_torn and not is_torn and may_move(self) else None
        was = self.shape(), self.is_moving()
        self._paper.set_slip(slip, is_dimmed=is_dimmed, stamp=stamp)
        self._has_stamp = stamp is not None
        self._is_torn = is_torn
        if leaving is None and (self.shape(), False) == was:
            # The words alone have changed, and the slip draws them.
            return
        self._motion.stop()
        self._leaving = leaving
        moves = leaving is not None or (is_torn and not was_torn and may_move(self))
        self._arrange()
        if moves:
            self._motion.start()
            self._follow_motion()
        elif is_torn and not was_torn:
            self.tear_finished.emit()

    def set_head(self, height: int, token: str) -> None:
        """Fill the upper ``height`` px of the stub with a colour token."""
        head = Head(height, token) if height > 0 else None
        if head != self._head:
            self._head = head
            self.update()

    def clear_head(self) -> None:
        """Remove the fill of `set_head`."""
        self.set_head(0, "")

    def is_torn(self) -> bool:
        """Return whether the slip is torn off."""
        return self._is_torn

    def is_moving(self) -> bool:
        """Return whether the paper is being moved at this moment."""
        return self._motion.state() is QVariantAnimation.State.Running

    def shape(self) -> SheetShape:
        """Return the measures of the paper as it lies now."""
        text_width = self._slip_width - _TEXT_START - _TEXT_END
        content = self._paper.content_height(text_width)
        return SheetShape(
            width=self.width(),
            height=self.height(),
            slip_width=self._slip_width,
            content_height=content + (STAMP_ROOM if self._has_stamp else 0),
            is_torn=self._is_torn,
            has_rail=self._has_rail,
        )

    @override
    def refresh_theme(self) -> None:
        self._key = None
        self._arrange()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._motion.stop()
        self._leaving = None
        self._arrange()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._arrange()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self.is_moving():
            self._motion.stop()
            self._end_motion()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self.width() < self._slip_width or self.height() <= 0:
            return
        self._draw_when_stale()
        painter = QPainter(self)
        if self._is_mirrored():
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        if self._is_torn:
            self._paint_torn(painter, 1.0 - self._progress())
        else:
            piece = self._pieces[0]
            painter.drawPixmap(piece.origin, piece.pixmap)
            self._paint_leaving(painter)

    def _paint_torn(self, painter: QPainter, left_over: float) -> None:
        """Paint both parts, moved back by what is left of the motion."""
        stub, slip = self._pieces
        painter.drawPixmap(stub.origin, stub.pixmap)
        if not left_over:
            painter.drawPixmap(slip.origin, slip.pixmap)
            return
        # Only the torn edge of the stub moves; the paper behind it is plain.
        away = (TORN_SIDE - _RIGHT_SHIFT) * left_over
        edge = self.shape().stub.right() - stub.origin.x() - _STRIP
        paint_part(painter, stub, edge, stub.pixmap.width(), QPointF(away, 0))
        back = QPointF(-_RIGHT_SHIFT * left_over, -TORN_DROP * left_over)
        painter.drawPixmap(slip.origin + back, slip.pixmap)
        side = QPointF(back.x() - TORN_SIDE * left_over, back.y())
        paint_part(painter, slip, 0, SHADOW_MARGIN + _STRIP, side)

    def _paint_leaving(self, painter: QPainter) -> None:
        """Paint the last customer's slip on its way out to the right."""
        if self._leaving is None:
            return
        progress = self._progress()
        painter.setOpacity(1.0 - progress)
        away = QPointF(progress * (self._slip_width + 2 * SHADOW_MARGIN), 0)
        painter.drawPixmap(self._leaving.origin + away, self._leaving.pixmap)
        painter.setOpacity(1.0)

    def _slip_as_piece(self) -> Piece | None:
        """Return the torn slip with its words as one picture, or None before it was painted."""
        if self._key is None or len(self._pieces) != 2:
            return None
        piece = self._pieces[1]
        picture = QPixmap(piece.pixmap)
        painter = QPainter(picture)
        corner = QPointF(self._paper.pos()) - piece.origin
        self._paper.render(painter, corner.toPoint(), renderFlags=QWidget.RenderFlag.DrawChildren)
        painter.end()
        return Piece(picture, piece.origin)

    def _progress(self) -> float:
        return float(self._motion.currentValue()) if self.is_moving() else 1.0

    def _follow_motion(self) -> None:
        self._place_paper()
        self.update()

    def _end_motion(self) -> None:
        self._leaving = None
        self._follow_motion()
        if self._is_torn:
            self.tear_finished.emit()

    def _is_mirrored(self) -> bool:
        return self.layoutDirection() is Qt.LayoutDirection.RightToLeft

    def _arrange(self) -> None:
        """Place the stub's widget and the slip's words."""
        attached = SheetShape(
            width=self.width(),
            height=self.height(),
            slip_width=self._slip_width,
            content_height=0,
            has_rail=self._has_rail,
        )
        # What lies on the stub stays where it is when the slip is torn off.
        self._stub.setGeometry(self._mirrored(attached.stub))
        self._place_paper()
        self.update()

    def _place_paper(self) -> None:
        shape = self.shape()
        area = shape.slip
        start = _TEXT_START - (TORN_SIDE if self._is_torn else 0)
        if self._is_mirrored():
            margins = SlipMargins(_TEXT_END, start, _TEXT_TOP)
        else:
            margins = SlipMargins(start, _TEXT_END, _TEXT_TOP)
        self._paper.set_paper_margins(margins)
        left_over = 1.0 - self._progress() if self._is_torn else 0.0
        side = -_RIGHT_SHIFT * left_over
        moved = area.translated(side, -TORN_DROP * left_over)
        self._paper.setGeometry(self._mirrored(moved))

    def _mirrored(self, area: QRectF) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), area.toRect())

    def _draw_when_stale(self) -> None:
        current = theme.current()
        key = PaperKey(
            self.shape(), self.devicePixelRatioF(), current.name, current.training, self._head
        )
        if key == self._key:
            return
        self._key = key
        artist = PaperArtist(key, current, is_mirrored=self._is_mirrored())
        self._pieces = artist.draw_torn() if self._is_torn else artist.draw_attached()
