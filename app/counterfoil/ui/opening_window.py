"""What is on the screen while a till opens: the frame of its window, and what it waits for."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from counterfoil.overriding import override
from counterfoil.presentation.words import opening
from counterfoil.ui import theme
from counterfoil.ui.shell import Shell
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.grid import CONTENT_WIDTH_MAX
from counterfoil.ui.widgets.label import PlainLabel

_GAP = 8


class OpeningWindow(QWidget):
    """The window while the till is not open yet: the frame, and one notice.

    Signals: ``refused()`` when a person closes it; the till is not opened then.
    """

    refused = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("opening")
        self.setWindowTitle("Counterfoil")
        self.resize(1366, 768)
        self.is_refused = False
        """Whether somebody closed it."""
        self._shell = Shell(self)
        self._shell.show_opening()
        title = PlainLabel(opening.TITLE, Role.TITLE, "ink")
        self._words = PlainLabel("", Role.BODY, "muted", wrapped=True)
        column = self._shell.body()
        column.setSpacing(_GAP)
        column.addStretch(1)
        for label in (title, self._words):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addStretch(1)

    def show_wait(self, words: str) -> None:
        """Show what the till is waiting for."""
        self._words.setText(words)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        theme.set_room(self.width(), self.height())
        width, scale = min(self.width(), CONTENT_WIDTH_MAX), theme.current().scale
        self._shell.setGeometry((self.width() - width) // 2, 0, width, self.height())
        self._shell.set_grid(theme.grid_for(width, round(self.height() / scale), scale=scale))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.current().colour("counter"))

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.is_refused = True
        super().closeEvent(event)
        self.refused.emit()
