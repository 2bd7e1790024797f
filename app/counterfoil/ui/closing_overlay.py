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
        super().__init__(parent, panel_size=PANEL_SIZE, grows=True)
        self.setObjectName("closing-overlay")
        self._said = PlainLabel("", Role.SENTENCE, "ink", self, wrapped=True)
        self._stay = PrimaryButton(window.STAY, key="Esc", parent=self)
        self._stay.setObjectName("closing-stay")
        self._stay.clicked.connect(self.close_overlay)
        self._close = SecondaryButton(window.CLOSE_TILL, key="F12", parent=self)
        self._close.setObjectName("closing-close")
        self._close.clicked.connect(self.confirmed)
        self.bind_key(Qt.Key.Key_F12, self._close)
        self._has_to_wait = False
        buttons = QHBoxLayout()
        buttons.addWidget(self._stay, 1)
        buttons.addWidget(self._close, 1)
        self.body().addWidget(self._said)
        self.body().addStretch(1)
        self.body().addLayout(buttons)

    @property
    def has_to_wait(self) -> bool:
        """Whether it is open and says that the till cannot be closed before an answer is there."""
        return self.isVisible() and self._has_to_wait

    def ask(self, sentence: str, *, has_to_wait: bool) -> None:
        """Open the question, with a sentence that says what is open."""
        self._has_to_wait = has_to_wait
        title = window.ANSWER_FIRST if has_to_wait else window.CLOSE_TILL_QUESTION
        self.set_heading(title, "hourglass" if has_to_wait else "question")
        self._stay.set_caption(window.WAIT if has_to_wait else window.STAY)
        self._close.setVisible(not has_to_wait)
        self._close.setEnabled(not has_to_wait)
        self._said.setText(sentence)
        self.open_overlay(self._stay)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        """Close the till when the question itself is closed, as by a second Alt+F4."""
        event.accept()
        if not self._has_to_wait:
            self.confirmed.emit()
