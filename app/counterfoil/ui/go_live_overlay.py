"""How to go from training to real vouchers: what is done once, in its order."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.words import first_start, training, window
from counterfoil.ui.ledger_view import scrolled
from counterfoil.ui.scroll_keys import scroll_by_key
from counterfoil.ui.theme import Role
from counterfoil.ui.widgets.button import PrimaryButton, SecondaryButton
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.overlay import Overlay

_SIZE: Final = QSize(760, 660)
_FOOT_HEIGHT: Final = 56


class GoLiveOverlay(Overlay):
    """The steps, opened from the menu in training and closed with Esc.

    Signals: ``set_up_pressed()`` the guided start is to begin.
    """

    set_up_pressed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, panel_size=_SIZE, grows=True)
        self.setObjectName("go-live-overlay")
        self.set_heading(training.GO_LIVE_TITLE, "check")
        content = QWidget(self)
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 0, 12, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        for number, (title, how) in enumerate(training.GO_LIVE_STEPS):
            row = 3 * number
            grid.addWidget(PlainLabel(f"{number + 1}", Role.STEP_TITLE, "ink", self), row, 0, top)
            grid.addWidget(PlainLabel(title, Role.STEP_TITLE, "ink", self, wrapped=True), row, 1)
            grid.addWidget(PlainLabel(how, Role.NOTE, "muted", self, wrapped=True), row + 1, 1)
            grid.setRowMinimumHeight(row + 2, 8)
        grid.setRowStretch(3 * len(training.GO_LIVE_STEPS), 1)
        self._scroll = scrolled(content, self)
        back = SecondaryButton(window.BACK, key="Esc", height=_FOOT_HEIGHT, parent=self)
        back.setObjectName("go-live-back")
        back.clicked.connect(self.close_overlay)
        foot = QHBoxLayout()
        act = PrimaryButton(first_start.SET_UP, key="F12", height=_FOOT_HEIGHT, parent=self)
        act.setObjectName("go-live-set-up")
        act.clicked.connect(self.set_up_pressed)
        self.bind_key(Qt.Key.Key_F12, act)
        foot.setSpacing(12)
        foot.addWidget(back, 1)
        foot.addWidget(act, 3)
        note = PlainLabel(training.GO_LIVE_NOTE, Role.LABEL, "ink", self, wrapped=True)
        self.body().addWidget(self._scroll, 1)
        self.body().addWidget(note)
        self.body().addLayout(foot)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not scroll_by_key(event, self._scroll):
            super().keyPressEvent(event)
