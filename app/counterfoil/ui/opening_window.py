"""What stands on the screen while a till takes long to open: what it waits for."""

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.ui.widgets.banner import BannerLook, StateBanner

_WIDTH, _HEIGHT, _MARGIN = 760, 220, 28


class OpeningWindow(QWidget):
    """A small window with one notice. Who closes it wants no till, and gets none."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("opening")
        self.setWindowTitle("Counterfoil")
        self.resize(_WIDTH, _HEIGHT)
        self._banner = StateBanner(parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        column.addWidget(self._banner)
        column.addStretch(1)
        self.is_refused = False
        """Whether somebody closed it."""

    def show_wait(self, words: str) -> None:
        """Say what is waited for."""
        title = self.tr("The till is opening")
        self._banner.render_look(BannerLook(title, (words,), "hourglass"))

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.is_refused = True
        super().closeEvent(event)
