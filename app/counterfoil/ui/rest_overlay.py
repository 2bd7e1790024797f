"""Asks how a sale's rest is paid that its vouchers did not cover; then shows the change, large."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.rest_presenter import CARD, GIVEN, OTHER, RestScreen
from counterfoil.presentation.words import rests
from counterfoil.ui.asking_overlay import COLUMN_GAP, KEY, RIGHT_WIDTH, AskingOverlay
from counterfoil.ui.form_page import FormError
from counterfoil.ui.number_pad import NumberPad
from counterfoil.ui.theme import Role
from counterfoil.ui.widgets.amount_field import AmountField
from counterfoil.ui.widgets.choices import LabelledChoices
from counterfoil.ui.widgets.facts import Figure
from counterfoil.ui.widgets.keypad import KeypadMode
from counterfoil.ui.widgets.label import PlainLabel

PANEL: Final = QSize(900, 660)


def _side_by_side(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(20)
    for one in widgets:
        row.addWidget(one, 1, Qt.AlignmentFlag.AlignTop)
    return row


def _labels() -> Mapping[str, str]:
    return {CARD: rests.CARD, OTHER: rests.OTHER, GIVEN: rests.GIVEN}


class RestOverlay(AskingOverlay[RestScreen]):
    """Renders a RestScreen and emits what a person does.

    Signals: ``way_chosen(int)`` the index of a way to pay; ``edited(str, str)`` an amount's name
    and text; and those of every such overlay.
    """

    way_chosen = Signal(int)
    edited = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("rest", parent, panel_size=PANEL, grows=True)
        self.set_heading(rests.TITLE, "cash")
        self._due = Figure(rests.DUE, "rest-due", Role.AMOUNT, self)
        self._in_cash = Figure(rests.IN_CASH, "rest-in-cash", Role.AMOUNT, self)
        self._change = Figure(rests.CHANGE, "rest-change", Role.HAND_OVER, self)
        self._said = PlainLabel("", Role.TITLE_PAGE, "ink", self, wrapped=True)
        self._line = PlainLabel("", Role.BODY_LARGE, "muted", self, wrapped=True)
        self._error = FormError(self)
        self._ways = LabelledChoices(rests.HOW, "rest-way", 4, self)
        self._ways.chosen.connect(self.way_chosen)
        self._right = QWidget(self)
        self._pad = NumberPad(KEY, self._right)
        self._fields = {name: self._made(name) for name in (CARD, OTHER, GIVEN)}
        self._lay_out()

    @override
    def _render_asked(self, screen: RestScreen, before: RestScreen | None) -> None:
        is_asked = screen.is_shift_open and not screen.is_over
        self._due.show_amount(screen.due)
        self._due.setVisible(not screen.is_over)
        self._in_cash.show_amount(screen.in_cash)
        self._in_cash.setVisible(bool(screen.in_cash))
        self._change.show_amount(screen.change)
        self._change.setVisible(screen.is_over or GIVEN in screen.fields)
        self._said.setText("" if screen.is_shift_open else rests.NO_SHIFT)
        self._said.setVisible(not screen.is_shift_open)
        self._line.setText(rests.GIVE_CHANGE if screen.is_over else rests.NO_SHIFT_LINE)
        self._line.setVisible(not is_asked)
        self._error.show_sentence(screen.error)
        self._ways.show_choices(screen.ways, screen.way)
        self._right.setVisible(is_asked)
        for name, one in self._fields.items():
            one.setVisible(name in screen.fields)
            one.show_currency(screen.sign)
            text = screen.texts.get(name, "")
            if one.value() != text:
                one.set_value(text)
            one.show_error(screen.errors.get(name, ""))
        self._act.show_action(screen.act, key="F11", enabled=screen.can_press)
        self._back.setVisible(not screen.is_over)

    @override
    def _has_moved(self, screen: RestScreen, before: RestScreen) -> bool:
        return before.points != screen.points or before.fields != screen.fields

    @override
    def _place(self, screen: RestScreen) -> QWidget:
        if screen.point in screen.fields:
            return self._fields[screen.point].line()
        return self._ways.first() if screen.ways else self

    def _made(self, name: str) -> AmountField:
        made = AmountField(_labels()[name], parent=self)
        made.setObjectName(f"field-rest-{name}")
        made.line().setObjectName(f"rest-{name}")
        if name == GIVEN:
            made.show_hint(rests.NO_CHANGE)
        made.edited.connect(partial(self.edited.emit, name))
        made.submitted.connect(self.focusNextChild)
        self._pad.serve_box(made.line(), _labels()[name], KeypadMode.MONEY)
        return made

    @override
    def _in_order(self) -> Iterable[QWidget]:
        lines = (one.line() for one in self._fields.values())
        return (*self._ways.all(), *lines)

    def _lay_out(self) -> None:
        parts = _side_by_side(self._fields[CARD], self._fields[OTHER])
        # Below the field, the change would have no room in a low window.
        cash = _side_by_side(self._fields[GIVEN], self._change)
        sums = QHBoxLayout()
        sums.setSpacing(48)
        sums.addWidget(self._due)
        sums.addWidget(self._in_cash)
        sums.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addLayout(sums)
        left.addSpacing(12)
        left.addWidget(self._said)
        left.addWidget(self._ways)
        left.addSpacing(14)
        left.addLayout(parts)
        left.addLayout(cash)
        left.addWidget(self._line)
        left.addWidget(self._error)
        left.addStretch(1)
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.addStretch(1)
        right.addWidget(self._pad)
        self._right.setFixedWidth(RIGHT_WIDTH)
        both = QHBoxLayout()
        both.setSpacing(COLUMN_GAP)
        both.addLayout(left, 1)
        both.addWidget(self._right)
        self.body().addLayout(both, 1)
        self.body().addSpacing(12)
        self.body().addLayout(self._foot())
