"""Help: which keys there are, and what to do when something is unusual."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from counterfoil.overriding import override
from counterfoil.presentation.words import window
from counterfoil.ui.ledger_view import scrolled
from counterfoil.ui.scroll_keys import scroll_by_key
from counterfoil.ui.theme import Role
from counterfoil.ui.widgets.button import SecondaryButton
from counterfoil.ui.widgets.keycap import KeyCap
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.overlay import Overlay

_Pairs = tuple[tuple[str, str], ...]


class HelpOverlay(Overlay):
    """The help, opened with F1 and closed with Esc."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, panel_size=QSize(900, 690), grows=True)
        self.setObjectName("help-overlay")
        self.set_heading(window.HELP, "help")
        self._told: tuple[_Pairs, _Pairs] = ((), ())
        self._scroll = scrolled(QWidget(self), self)
        self.body().addWidget(self._scroll, 1)
        back = SecondaryButton(window.BACK, key="Esc", parent=self)
        back.setObjectName("help-back")
        back.clicked.connect(self.close_overlay)
        foot = QHBoxLayout()
        foot.addWidget(back)
        foot.addStretch(1)
        self.body().addLayout(foot)

    def open_help(self, keys: _Pairs, when: _Pairs) -> None:
        """Open with two lists of pairs.

        ``keys`` are keys and what each does now, ``when`` what is unusual and what to do then.
        """
        if (keys, when) != self._told:
            self._told = keys, when
            self._scroll.setWidget(self._written(keys, when))
        self._scroll.verticalScrollBar().setValue(0)
        self.open_overlay()

    def _written(self, keys: _Pairs, when: _Pairs) -> QWidget:
        content = QWidget(self)
        content.setProperty("scrolled", "true")
        both = QHBoxLayout(content)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(32)
        both.addLayout(self._when_column(when), 4)
        both.addLayout(self._key_column(keys), 3)
        return content

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not scroll_by_key(event, self._scroll):
            super().keyPressEvent(event)

    def _key_column(self, keys: _Pairs) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addWidget(PlainLabel(window.KEYS, Role.STEP_TITLE, "ink", self))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        for row, (key, meaning) in enumerate(keys):
            grid.addWidget(KeyCap(key, "ink", self), row, 0, top)
            words = PlainLabel(meaning, Role.NOTE, "ink", self, wrapped=True)
            grid.addWidget(words, row, 1, top)
        column.addLayout(grid)
        column.addStretch(1)
        return column

    def _when_column(self, when: _Pairs) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(0)
        title = PlainLabel(window.WHAT_DO_I_DO, Role.STEP_TITLE, "ink", self)
        column.addWidget(title)
        column.addSpacing(10)
        for question, answer in when:
            column.addWidget(PlainLabel(question, Role.LABEL, "ink", self, wrapped=True))
            answer_label = PlainLabel(answer, Role.HINT_LARGE, "muted", self, wrapped=True)
            column.addWidget(answer_label)
            column.addSpacing(4)
        column.addStretch(1)
        return column
