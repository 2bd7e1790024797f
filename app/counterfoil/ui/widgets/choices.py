"""A few choices side by side, and how what is shown is taken away for others."""

from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QLayout, QWidget

from counterfoil.ui.widgets.choice import Choice

_FEW: Final = 6
"""More than these are a list that one opens."""
_GAP: Final = 10


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
