"""Facts: a monogram and small labels with the values that belong to them."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from counterfoil.presentation.screens import Fact
from counterfoil.ui.theme import Role
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.monogram import Monogram

MONOGRAM_GAP: Final = 14
COLUMN_GAP: Final = 36
TIGHT_GAP: Final = 16


class FactColumn(QWidget):
    """One fact: its label above its value."""

    def __init__(
        self, fact: Fact, parent: QWidget | None = None, *, value_role: Role | None = None
    ) -> None:
        super().__init__(parent)
        role = value_role or (Role.FACT_MONO if fact.is_mono else Role.FACT)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        self._label = PlainLabel(fact.label, Role.HINT, "muted", self, elided=True)
        self._value = PlainLabel(fact.value, role, "ink", self, shrinking=True)
        column.addWidget(self._label)
        column.addWidget(self._value, 0, Qt.AlignmentFlag.AlignVCenter)


class FactsRow(QWidget):
    """A row of facts, with the provider's monogram before them.

    ``first_role`` is the type role of the first fact's value, where that is the balance a person
    asked for.
    """

    def __init__(self, parent: QWidget | None = None, *, first_role: Role | None = None) -> None:
        super().__init__(parent)
        self._first_role = first_role
        self._shown: tuple[Fact, ...] = ()
        self._letters = ""
        self._is_tight = False
        self._columns: list[FactColumn] = []
        self._monogram = Monogram(parent=self, is_still=True)
        self._monogram.hide()
        self._facts = QHBoxLayout()
        self._facts.setSpacing(COLUMN_GAP)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(MONOGRAM_GAP)
        row.addWidget(self._monogram, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(self._facts)
        row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_monogram(self, letters: str, ink: str) -> None:
        """Show the provider's monogram; no letters hide it."""
        self._letters = letters
        self._monogram.setVisible(bool(letters) and not self._is_tight)
        self._monogram.show_monogram(letters, ink)

    def set_tight(self, is_tight: bool) -> None:
        """Hide the monogram and use less space, so that large text is not cut."""
        self._is_tight = is_tight
        self._facts.setSpacing(TIGHT_GAP if is_tight else COLUMN_GAP)
        self._monogram.setVisible(bool(self._letters) and not is_tight)

    def show_facts(self, facts: tuple[Fact, ...]) -> None:
        """Show these facts in this order; showing the same again changes nothing."""
        if facts == self._shown:
            return
        for column in self._columns:
            self._facts.removeWidget(column)
            column.hide()
            column.deleteLater()
        self._columns = [
            FactColumn(fact, self, value_role=None if at else self._first_role)
            for at, fact in enumerate(facts)
        ]
        for column in self._columns:
            self._facts.addWidget(column)
        self._shown = facts


class Figure(QWidget):
    """A label over an amount in large letters."""

    def __init__(self, label: str, name: str, role: Role, parent: QWidget) -> None:
        super().__init__(parent)
        self._value = PlainLabel("", role, "ink", self)
        self._value.setObjectName(name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(PlainLabel(label, Role.BODY_LARGE, "muted", self))
        column.addWidget(self._value)

    def show_amount(self, text: str) -> None:
        """Show an amount; for an empty one the space stays free, so that nothing moves."""
        self._value.setText(text)
