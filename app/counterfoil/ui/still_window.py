"""What covers the screen while the till's window stands still."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPainter, QPaintEvent, QScreen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.screens import Banner, Tone
from counterfoil.presentation.words import watching
from counterfoil.ui import theme
from counterfoil.ui.theme import Role
from counterfoil.ui.widgets.banner import StateBanner
from counterfoil.ui.widgets.button import PrimaryButton
from counterfoil.ui.widgets.label import PlainLabel

PRESSED_AFTER_MS = 2_000
_WIDTH = 760
_GAP = 24
_BUTTON_HEIGHT = 64


class _RestartButton(PrimaryButton):
    """Some desktops press a button by Enter as well; this one they do not."""

    @override
    def keyPressEvent(self, e: QKeyEvent) -> None:
        if e.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            super().keyPressEvent(e)


class StillWindow(QWidget):
    """Covers what stands there, which may be of another customer, and shows nothing of the till.

    A scanner types into whatever is in front, and ends with Enter: so the focus is not on the
    button at first, and Enter does nothing. It takes a press, or Tab and the space bar, but not at
    once: who pressed something else when this came up did not mean it.

    Signals: ``restart_pressed()``.
    """

    restart_pressed = Signal()

    def __init__(self, screen: QScreen) -> None:
        super().__init__(None, Qt.WindowType.WindowStaysOnTopHint)
        self._screen = screen
        self.setObjectName("still")
        self.setWindowTitle("Counterfoil")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        banner = Banner(
            tone=Tone.DECLINED,
            icon="stop",
            first=watching.TITLE,
            lines=watching.LINES,
            is_solid=True,
        )
        block = QWidget(self)
        block.setMaximumWidth(round(_WIDTH * theme.current().scale))
        self._restart = _RestartButton(watching.START_AGAIN, height=_BUTTON_HEIGHT, parent=block)
        self._restart.setObjectName("still-restart")
        self._restart.clicked.connect(self._press)
        self._restart.setEnabled(False)
        inside = QVBoxLayout(block)
        inside.setSpacing(_GAP)
        inside.addWidget(StateBanner(banner, block))
        inside.addWidget(PlainLabel(watching.ADVICE, Role.SENTENCE, "ink", block, wrapped=True))
        inside.addWidget(self._restart)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addWidget(block, 1000, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)

    def show_over_all(self) -> None:
        """Cover the screen; the button can be pressed a little later."""
        self.setGeometry(self._screen.geometry())
        self.showFullScreen()
        self.activateWindow()
        later = QTimer(self, singleShot=True, interval=PRESSED_AFTER_MS)
        later.timeout.connect(self.take_presses)
        later.start()

    def take_presses(self) -> None:
        """Let the button be pressed from now on."""
        self._restart.setEnabled(True)

    def _press(self) -> None:
        self._restart.setEnabled(False)
        self.restart_pressed.emit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.current().colour("counter"))

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()  # Behind it stands what must not be acted upon.
