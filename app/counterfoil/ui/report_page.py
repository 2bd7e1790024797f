"""An X or Z report as wide as the page: what its slip says, as lists of figures with headings."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSlider, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from counterfoil.domain.slip import Align, Pair, Rule, Slip, Text
from counterfoil.ui.ledger_view import scrolled
from counterfoil.ui.theme import Grid, Role, SizeClass
from counterfoil.ui.widgets.label import PlainLabel

_Part = list[Text | Pair]
_TO_SIGN = "___"
"""What is signed on paper is not shown."""
_COLUMN_GAP = 48


def parts_of(slip: Slip) -> list[_Part]:
    """Return the parts of a report's slip; the first line of each is its heading, if it has one."""
    parts: list[_Part] = [[]]
    for line in slip.lines:
        match line:
            case Text(align=Align.START, is_bold=True):
                parts.append([line])
            case Rule():
                parts.append([])
            case Text(align=Align.START):
                parts[-1].append(line)
            case Pair(value=value) if _TO_SIGN not in value:
                parts[-1].append(line)
            case _:
                pass
    return [part for part in parts if part]


def in_columns(parts: list[_Part], count: int) -> list[list[_Part]]:
    """Share parts out among columns of about the same height, in their order."""
    height = sum(len(part) + 1 for part in parts)
    columns: list[list[_Part]] = [[] for _ in range(count)]
    filled = 0
    for part in parts:
        at = min(count - 1, filled * count // max(1, height))
        columns[at].append(part)
        filled += len(part) + 1
    return columns


class ReportPage(QWidget):
    """The figures of a report, in one column or two; the arrow keys scroll it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("report-page")
        self._slip: Slip | None = None
        self._columns = 2
        self._content: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._area = scrolled(QWidget(self), self)
        self._column.addWidget(self._area)

    def show_slip(self, slip: Slip | None) -> None:
        """Show what the slip of a report says; the same again changes nothing."""
        if slip != self._slip:
            self._slip = slip
            self._rebuild()

    def set_grid(self, grid: Grid) -> None:
        """Show one column where there is little room."""
        columns = 1 if grid.size_class is SizeClass.SMALL else 2
        if columns != self._columns:
            self._columns = columns
            self._rebuild()

    def scroll_by(self, step: QAbstractSlider.SliderAction) -> None:
        """Scroll as a key asks."""
        self._area.verticalScrollBar().triggerAction(step)

    def _rebuild(self) -> None:
        content = QWidget(self)
        content.setProperty("scrolled", "true")
        both = QHBoxLayout(content)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(_COLUMN_GAP)
        parts = [] if self._slip is None else parts_of(self._slip)
        for column in in_columns(parts, self._columns):
            lines = QVBoxLayout()
            lines.setSpacing(14)
            for part in column:
                lines.addLayout(self._grid(part, content))
            lines.addStretch(1)
            both.addLayout(lines, 1)
        self._area.setWidget(content)

    def _grid(self, part: _Part, parent: QWidget) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        for at, line in enumerate(part):
            if isinstance(line, Text):
                role = Role.LABEL if line.is_bold else Role.NOTE
                grid.addWidget(
                    PlainLabel(line.text, role, "ink", parent, wrapped=True), at, 0, 1, 2
                )
                continue
            role = Role.LABEL if line.is_bold else Role.NOTE
            value = PlainLabel(line.value, role, "ink", parent)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            label = PlainLabel(line.label, role, "ink", parent, elided=True)
            grid.addWidget(label, at, 0)
            grid.addWidget(value, at, 1)
        return grid
