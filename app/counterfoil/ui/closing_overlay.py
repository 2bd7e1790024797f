"""The question whether to close the till while something is open."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.words import window
from counterfoil.ui.theme import Role
from counterfoil.ui.widgets.button import PrimaryButton, SecondaryButton
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.overlay import Overlay

PANEL_SIZE = QSize(640, 260)


class ClosingOverlay(Overlay):
    """Asks whether to close the till; Esc keeps it open.

    Signals: ``confirmed()`` when the till is to be closed all the same.
    """

    confirmed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, panel_size=PANEL_SIZE)
        self.setObjectName("closing-overlay")
        self.set_heading(window.CLOSE_TILL_QUESTION, "question")
        self._said = PlainLabel("", Role.SENTENCE, "ink", self, wrapped=True)
        self._stay = PrimaryButton(window.STAY, key="Esc", parent=self)
        self._stay.setObjectName("closing-stay")
        self._stay.clicked.connect(self.close_overlay)
        close = SecondaryButton(window.CLOSE_TILL, key="F12", parent=self)
        close.setObjectName("closing-close")
        close.clicked.connect(self.confirmed)
        self.bind_key(Qt.Key.Key_F12, close)
        buttons = QHBoxLayout()
        buttons.addWidget(self._stay, 1)
        buttons.addWidget(close, 1)
        self.body().addWidget(self._said)
        self.body().addStretch(1)
        self.body().addLayout(buttons)

    def ask(self, sentence: str) -> None:
        """Open the question, with a sentence that says what is open."""
        self._said.setText(sentence)
        self.open_overlay(self._stay)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        """Close the till when the question itself is closed, as by a second Alt+F4."""
        event.accept()
        self.confirmed.emit()
