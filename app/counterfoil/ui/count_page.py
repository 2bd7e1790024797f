"""The blind count: a box for the notes and coins of each value, a keypad, and what they make.

It is blind as nothing here says how much should be in the drawer.
"""

from functools import partial
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.shift_screen import PieceRow, ShiftScreen
from counterfoil.presentation.words import shift_page
from counterfoil.ui.ledger_view import scrolled
from counterfoil.ui.number_pad import NumberPad
from counterfoil.ui.theme import Grid, Role, SizeClass
from counterfoil.ui.widgets.amount_field import CARET_AIR, NUMBER_END
from counterfoil.ui.widgets.field_line import BoxLine
from counterfoil.ui.widgets.field_text import FieldKind
from counterfoil.ui.widgets.label import PlainLabel

BOX_WIDTH: Final = 84
BOX_HEIGHT: Final = 48
ROW_GAP: Final = 8
VALUE_WIDTH: Final = 56
WORTH_WIDTH: Final = 92
DIGITS_MAX: Final = 5
"""A hundred thousand pieces is more than any drawer holds."""
_TIMES: Final = "×"


class PieceBox(BoxLine):
    """The box for how many notes or coins of one value there are, with the number at its right."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(FieldKind.DIGITS, Role.FACT_LARGE, parent, height=BOX_HEIGHT)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setPlaceholderText("0")
        self.setMaxLength(DIGITS_MAX + 1)
        self.setFixedWidth(BOX_WIDTH)
        self.set_end_margin(NUMBER_END)

    @override
    def _paint_caret(self, painter: QPainter, room: QRectF, at: float) -> None:
        painter.setClipping(False)
        super()._paint_caret(painter, room.adjusted(0, 0, CARET_AIR, 0), at + CARET_AIR)


class PieceColumn(QWidget):
    """The notes, or the coins, one value below the other.

    Signals: ``edited(int, str)`` a value in minor units, and how many were typed.
    """

    edited = Signal(int, str)

    def __init__(self, pad: NumberPad, parent: QWidget) -> None:
        super().__init__(parent)
        self._pad = pad
        self._boxes: dict[int, BoxLine] = {}
        self._worths: dict[int, PlainLabel] = {}
        self._parts: list[QWidget] = []
        self._is_small = False
        self._heading = PlainLabel("", Role.LABEL, "ink", self)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(ROW_GAP)
        self._grid.setColumnStretch(3, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(ROW_GAP)
        column.addWidget(self._heading)
        column.addLayout(self._grid)
        column.addStretch(1)

    def show_rows(self, heading: str, rows: tuple[PieceRow, ...]) -> None:
        """Show these values; boxes that are the same stay, with the cursor in them."""
        self._heading.setText(heading)
        if [row.value for row in rows] != list(self._boxes):
            self._rebuild(rows)
        for row in rows:
            box = self._boxes[row.value]
            if box.value() != row.count:
                box.set_value(row.count)
            self._worths[row.value].setText(row.worth)

    def boxes(self) -> dict[int, BoxLine]:
        """Return the box of each value."""
        return dict(self._boxes)

    def set_size(self, size: SizeClass) -> None:
        """Hide the sums of the rows if there is little room: the slip has them.

        If there is much room they stay close to their boxes.
        """
        self._is_small = is_small = size is SizeClass.SMALL
        is_large = size is SizeClass.LARGE
        self._grid.setColumnStretch(3, 0 if is_large else 1)
        self._grid.setColumnStretch(4, 1 if is_large else 0)
        for worth in self._worths.values():
            worth.setVisible(not is_small)

    def _rebuild(self, rows: tuple[PieceRow, ...]) -> None:
        for old in self._parts:
            self._grid.removeWidget(old)
            old.hide()
            old.setObjectName("")
            old.deleteLater()
        self._boxes, self._worths, self._parts = {}, {}, []
        for at, row in enumerate(rows):
            self._add(at, row)

    def _add(self, at: int, row: PieceRow) -> None:
        end = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        label = PlainLabel(row.label, Role.FACT_LARGE, "ink", self)
        label.setAlignment(end)
        label.setMinimumWidth(VALUE_WIDTH)
        box = PieceBox(self)
        box.setObjectName(f"count-{row.value}")
        box.setAccessibleName(shift_page.pieces(row.label))
        box.value_edited.connect(partial(self.edited.emit, row.value))
        box.entered.connect(self._go_on)
        self._pad.serve_box(box, shift_page.pieces(row.label))
        worth = PlainLabel("", Role.LABEL, "ink", self)
        worth.setObjectName(f"worth-{row.value}")
        worth.setAlignment(end)
        worth.setMinimumWidth(WORTH_WIDTH)
        worth.setVisible(not self._is_small)
        times = PlainLabel(_TIMES, Role.BODY, "muted", self)
        self._boxes[row.value], self._worths[row.value] = box, worth
        self._parts += [label, times, box, worth]
        for place, part in enumerate((label, times, box, worth)):
            self._grid.addWidget(part, at, place)
            if part is not worth:
                part.show()

    def _go_on(self) -> None:
        if (top := self.window()) is not None:
            top.focusNextPrevChild(True)  # noqa: FBT003 - Qt's own name


class CountPage(QWidget):
    """Notes, coins and keypad side by side.

    Signals: ``edited(int, str)`` a value in minor units, and how many were typed.
    """

    edited = Signal(int, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("count-page")
        self._pad = NumberPad(QSize(76, 66), self)
        content = QWidget(self)
        self._notes = PieceColumn(self._pad, content)
        self._coins = PieceColumn(self._pad, content)
        for column in (self._notes, self._coins):
            column.edited.connect(self.edited)
        self._columns = QHBoxLayout(content)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.addWidget(self._notes, 1)
        self._columns.addWidget(self._coins, 1)
        self._both = QHBoxLayout(self)
        self._both.setContentsMargins(0, 0, 0, 0)
        # Large letters, and a currency of many values, need more room than a low window has.
        self._both.addWidget(scrolled(content, self), 1)
        self._both.addWidget(self._pad, 0, Qt.AlignmentFlag.AlignTop)

    def render_screen(self, screen: ShiftScreen) -> None:
        """Show what was typed so far."""
        notes, coins = screen.headings
        self._notes.show_rows(notes, screen.notes)
        self._coins.show_rows(coins, screen.coins)

    def place(self, point: str) -> QWidget | None:
        """Return the box of a value; None where there is none."""
        boxes = {**self._notes.boxes(), **self._coins.boxes()}
        return boxes.get(int(point)) if point.isdecimal() else None

    def set_grid(self, grid: Grid) -> None:
        """Lay the page out by the measures of a size class."""
        is_small = grid.size_class is SizeClass.SMALL
        for column in (self._notes, self._coins):
            column.set_size(grid.size_class)
        self._columns.setSpacing(24 if is_small else 28)
        self._both.setSpacing(24 if is_small else 36)
        self._pad.keys().set_key_size(QSize(grid.key_width, grid.key_height))
