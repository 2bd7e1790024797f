"""A few choices side by side, and how what is shown is taken away for others."""

from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QLayout, QVBoxLayout, QWidget

from counterfoil.ui.theme import Role
from counterfoil.ui.widgets.choice import Choice
from counterfoil.ui.widgets.label import PlainLabel

_FEW: Final = 6
"""More than these are a list that one opens."""
_GAP: Final = 10
_GAP_BELOW_LABEL: Final = 9


def are_few(choices: tuple[tuple[str, str], ...]) -> bool:
    """Whether there are choices, and so few that all of them are seen at once."""
    return 0 < len(choices) <= _FEW


def take_all(layout: QLayout) -> None:
    """Take every widget out of a layout, and let it go."""
    while (item := layout.takeAt(0)) is not None:
        if (old := item.widget()) is not None:
            old.hide()
            old.deleteLater()


class Choices(QWidget):
    """Pairs of a value and what it is called, in rows; at most one is chosen.

    Each is named by ``name`` and its value. Signal: ``picked(str)`` the value of one.
    """

    picked = Signal(str)

    def __init__(
        self, name: str, choices: tuple[tuple[str, str], ...], parent: QWidget, *, columns: int
    ) -> None:
        super().__init__(parent)
        self._choices: dict[str, Choice] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(_GAP)
        group = QButtonGroup(self)
        for at, (value, caption) in enumerate(choices):
            self._choices[value] = choice = Choice(caption, self)
            choice.setObjectName(f"{name}-{value}")
            choice.clicked.connect(partial(self.picked.emit, value))
            group.addButton(choice)
            grid.addWidget(choice, *divmod(at, columns))

    def choose(self, value: str) -> None:
        """Show which one is chosen."""
        for one, choice in self._choices.items():
            choice.setChecked(one == value)

    def chosen(self) -> Choice | None:
        """Return the one that is chosen."""
        return next((one for one in self._choices.values() if one.isChecked()), None)

    def stops(self) -> tuple[Choice, ...]:
        """Return what Tab stops at, in the order of reading."""
        return tuple(self._choices.values())


class LabelledChoices(QWidget):
    """A few choices below their label, of which one is chosen.

    Signals: ``chosen(int)`` the index of the choice that was pressed.
    """

    chosen = Signal(int)

    def __init__(self, label: str, name: str, columns: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._name, self._columns = name, columns
        self._texts: tuple[str, ...] = ()
        self._choices: list[Choice] = []
        self._group = QButtonGroup(self)
        self._grid = QGridLayout()
        self._grid.setSpacing(_GAP_BELOW_LABEL)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._label = PlainLabel(label, Role.LABEL, "ink", self)
        self._label.setVisible(bool(label))
        column.addWidget(self._label)
        column.addLayout(self._grid)

    def show_label(self, label: str) -> None:
        """Show another label above them, or none."""
        self._label.setText(label)
        self._label.setVisible(bool(label))

    def show_choices(self, texts: tuple[str, ...], chosen: int | None) -> None:
        """Show these choices, the one at index ``chosen`` as chosen; without any, hide them all."""
        self.setVisible(bool(texts))
        if texts != self._texts:
            self._texts = texts
            self._rebuild()
        self._group.setExclusive(False)
        for at, choice in enumerate(self._choices):
            choice.setChecked(at == chosen)
        self._group.setExclusive(True)

    def set_columns(self, columns: int) -> None:
        """Lay the choices out in so many columns."""
        if columns != self._columns:
            self._columns = columns
            self._place()

    def all(self) -> tuple[Choice, ...]:
        """Return the choices in their order."""
        return tuple(self._choices)

    def first(self) -> QWidget:
        """Return the choice that the cursor goes to: the chosen one, or else the first."""
        return self._group.checkedButton() or (self._choices[0] if self._choices else self)

    def _rebuild(self) -> None:
        for old in self._choices:
            self._group.removeButton(old)
            self._grid.removeWidget(old)
            old.hide()
            old.setObjectName("")
            old.deleteLater()
        self._choices = [Choice(text, self) for text in self._texts]
        for at, choice in enumerate(self._choices):
            choice.setObjectName(f"{self._name}-{at}")
            choice.clicked.connect(partial(self.chosen.emit, at))
            self._group.addButton(choice)
            choice.show()
        self._place()

    def _place(self) -> None:
        for at, choice in enumerate(self._choices):
            self._grid.addWidget(choice, at // self._columns, at % self._columns)
