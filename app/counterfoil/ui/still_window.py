"""What covers the screen while the till's window stands still."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.screens import Banner, Tone
from counterfoil.presentation.words import watching
from counterfoil.ui import theme
from counterfoil.ui.theme import Role
from counterfoil.ui.widgets.banner import StateBanner
from counterfoil.ui.widgets.button import PrimaryButton
from counterfoil.ui.widgets.label import PlainLabel

_WIDTH = 760
_GAP = 24
_BUTTON_HEIGHT = 64


class StillWindow(QWidget):
    """Covers what stands there, which may be of another customer, and shows nothing of the till.

    A scanner types into whatever is in front, and ends with Enter: so the focus is not on the
    button at first, and Enter does nothing. It takes a press, or Tab and the space bar.

    Signals: ``restart_pressed()``.
    """

    restart_pressed = Signal()

    def __init__(self) -> None:
        super().__init__(None, Qt.WindowType.WindowStaysOnTopHint)
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
        restart = PrimaryButton(watching.START_AGAIN, height=_BUTTON_HEIGHT, parent=block)
        restart.setObjectName("still-restart")
        restart.clicked.connect(self.restart_pressed)
        inside = QVBoxLayout(block)
        inside.setSpacing(_GAP)
        inside.addWidget(StateBanner(banner, block))
        inside.addWidget(PlainLabel(watching.ADVICE, Role.SENTENCE, "ink", block, wrapped=True))
        inside.addWidget(restart)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addWidget(block, 1000, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.current().colour("counter"))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            super().keyPressEvent(event)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()  # Behind it stands what must not be acted upon.
