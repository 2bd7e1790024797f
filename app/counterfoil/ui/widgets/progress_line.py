"""How much of a work is done: a line that is filled from its start."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from counterfoil.overriding import override
from counterfoil.ui import theme
from counterfoil.ui.theme.painting import ThemeFollower, line_width, paint_box, visual


class ProgressLine(ThemeFollower, QWidget):
    """The line, so many px high in ordinary letters."""

    def __init__(self, parent: QWidget, *, height: int) -> None:
        super().__init__(parent)
        self._share = 0.0
        self._height = height
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.follow_theme()

    def show_share(self, share: float | None) -> None:
        """Show how much is done, from 0 up to 1; None hides the line."""
        self._share = share or 0.0
        self.setVisible(share is not None)
        self.update()

    @override
    def refresh_theme(self) -> None:
        self.setFixedHeight(theme.current().px(self._height))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter, current, whole = QPainter(self), theme.current(), QRectF(self.rect())
        if current.tokens.outlined:
            # In high contrast a line has the colour of what is done.
            paint_box(painter, whole, border=current.colour("line"), width=line_width(), radius=0)
        else:
            painter.fillRect(whole, current.colour("line"))
        done = QRectF(0, 0, whole.width() * self._share, whole.height())
        painter.fillRect(visual(self, done), current.colour("accent"))
