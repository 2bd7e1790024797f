"""A question about a slip or money, and a line that helps to answer it."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from counterfoil.ui.announcing import Announced
from counterfoil.ui.theme import Role
from counterfoil.ui.widgets.icon import Icon
from counterfoil.ui.widgets.label import PlainLabel

ICON_SIDE: Final = 28
ICON_GAP: Final = 12


class QuestionBlock(Announced):
    """An icon, the question, and a quieter line below it."""

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Icon(icon, ICON_SIDE, "ink", self)
        self._text = PlainLabel("", Role.QUESTION, "ink", self, wrapped=True)
        self._how = PlainLabel("", Role.NOTE, "muted", self, wrapped=True)
        self._is_tight = False
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._text)
        words.addWidget(self._how)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(ICON_GAP)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def set_tight(self, is_tight: bool) -> None:
        """Ask in smaller letters without the line that helps, where there is little room."""
        self._is_tight = is_tight
        self._text.set_role(Role.SENTENCE if is_tight else Role.QUESTION)
        self._how.setVisible(bool(self._how.text()) and not is_tight)

    def show_question(self, text: str, how: str = "", icon: str = "") -> None:
        """Show a question with its second line and icon; an empty ``text`` hides the block."""
        if icon:
            self._icon.show_icon(icon)
        self.setVisible(bool(text))
        self._text.setText(text)
        self._how.setText(how)
        self._how.setVisible(bool(how) and not self._is_tight)
        self.set_spoken(text)
