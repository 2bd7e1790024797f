"""Help: which keys there are, and what to do when something is unusual."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSlider,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from counterfoil.overriding import override
from counterfoil.presentation.words import help_text, window
from counterfoil.ui.ledger_view import scrolled
from counterfoil.ui.theme import Role
from counterfoil.ui.widgets.button import SecondaryButton
from counterfoil.ui.widgets.keycap import KeyCap
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.overlay import Overlay

_STEPS = {
    Qt.Key.Key_Down.value: QAbstractSlider.SliderAction.SliderSingleStepAdd,
    Qt.Key.Key_Up.value: QAbstractSlider.SliderAction.SliderSingleStepSub,
    Qt.Key.Key_PageDown.value: QAbstractSlider.SliderAction.SliderPageStepAdd,
    Qt.Key.Key_PageUp.value: QAbstractSlider.SliderAction.SliderPageStepSub,
}
"""What a key does where large letters need more room than there is."""


class HelpOverlay(Overlay):
    """The help, opened with F1 and closed with Esc."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, panel_size=QSize(900, 690))
        self.setObjectName("help-overlay")
        self.set_heading(window.HELP, "help")
        self._scroll: QScrollArea | None = None

    @override
    def open_overlay(self, focus: QWidget | None = None) -> None:
        if self._scroll is None:
            self._scroll = self._written()
        super().open_overlay(focus)

    def _written(self) -> QScrollArea:
        """Write the help; most days nobody opens it."""
        content = QWidget(self)
        both = QHBoxLayout(content)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(32)
        both.addLayout(self._key_column(), 2)
        both.addLayout(self._when_column(), 3)
        scroll = scrolled(content, self)
        self.body().addWidget(scroll, 1)
        back = SecondaryButton(window.BACK, key="Esc", parent=self)
        back.setObjectName("help-back")
        back.clicked.connect(self.close_overlay)
        foot = QHBoxLayout()
        foot.addWidget(back)
        foot.addStretch(1)
        self.body().addLayout(foot)
        return scroll

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(event.key())
        if step is None or self._scroll is None:
            super().keyPressEvent(event)
        else:
            event.accept()
            self._scroll.verticalScrollBar().triggerAction(step)

    def _key_column(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addWidget(PlainLabel(window.KEYS, Role.STEP_TITLE, "ink", self))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        for row, (key, meaning) in enumerate(help_text.KEYS):
            grid.addWidget(KeyCap(key, "ink", self), row, 0, top)
            words = PlainLabel(meaning, Role.NOTE, "ink", self, wrapped=True)
            grid.addWidget(words, row, 1, top)
        column.addLayout(grid)
        column.addStretch(1)
        return column

    def _when_column(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(0)
        title = PlainLabel(window.WHAT_DO_I_DO, Role.STEP_TITLE, "ink", self)
        column.addWidget(title)
        column.addSpacing(10)
        for question, answer in help_text.WHEN:
            column.addWidget(PlainLabel(question, Role.LABEL, "ink", self, wrapped=True))
            answer_label = PlainLabel(answer, Role.HINT_LARGE, "muted", self, wrapped=True)
            column.addWidget(answer_label)
            column.addSpacing(4)
        column.addStretch(1)
        return column
