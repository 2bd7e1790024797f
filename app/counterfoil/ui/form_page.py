"""The form of one voucher type: fields from metadata, amount, keypad, and the primary button."""

from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSpacerItem, QVBoxLayout, QWidget

from counterfoil.presentation.screens import (
    AMOUNT,
    Button,
    CounterScreen,
    Stage,
)
from counterfoil.presentation.words import window
from counterfoil.ui.act_row import MORE_HEIGHT, RESULT_HEIGHT, ActRow
from counterfoil.ui.amount_row import AmountRowField
from counterfoil.ui.announcing import Announced
from counterfoil.ui.field_column import FieldColumn
from counterfoil.ui.keypad_aim import KeypadAim
from counterfoil.ui.last_rows import LastRows
from counterfoil.ui.question_block import QuestionBlock
from counterfoil.ui.theme import Grid, Role, SizeClass
from counterfoil.ui.widgets.button import PrimaryButton, QuietButton, SecondaryButton
from counterfoil.ui.widgets.facts import FactsRow
from counterfoil.ui.widgets.icon import Icon
from counterfoil.ui.widgets.keypad import Keypad
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.monogram import Monogram

HEAD_HEIGHT: Final = 52
HEAD_HEIGHT_SMALL: Final = 48
HEAD_GAP: Final = 14
PRIMARY_HEIGHT: Final = 72
FOOT_GAP: Final = 8
FOOT_ACT_HEIGHT: Final = 40
GROUP_GAP_SHORT: Final = 6


class FormHead(QWidget):
    """The voucher type's name and description, and the button for its balance."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._monogram = Monogram(parent=self)
        self._title = PlainLabel("", Role.TITLE, "ink", self, elided=True)
        self._title.setObjectName("title")
        self._description = PlainLabel("", Role.HINT_LARGE, "muted", self, elided=True)
        self._is_small = False
        self.balance = SecondaryButton(window.BALANCE, key="F3", parent=self)
        self.balance.setObjectName("balance")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._title)
        words.addWidget(self._description)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(HEAD_GAP)
        row.addWidget(self._monogram)
        row.addLayout(words, 1)
        row.addWidget(self.balance)

    def show_head(self, screen: CounterScreen) -> None:
        """Show the name and description of the chosen type."""
        if screen.monogram is not None:
            self._monogram.show_monogram(screen.monogram.letters, screen.monogram.ink)
        self._title.setText(screen.title)
        self._description.setText(screen.description)
        self._description.setVisible(bool(screen.description) and not self._is_small)
        self.balance.setVisible(screen.has_balance_button)
        self._set_least()

    def set_grid(self, grid: Grid) -> None:
        """Hide the description where there is little room."""
        self._is_small = grid.size_class is SizeClass.SMALL or grid.very_short
        self._description.setVisible(bool(self._description.text()) and not self._is_small)
        self._set_least()

    def _set_least(self) -> None:
        least = HEAD_HEIGHT_SMALL if self._is_small else HEAD_HEIGHT
        has_button = not self.balance.isHidden()
        self.setMinimumHeight(max(least, self.balance.height()) if has_button else least)


class FormError(Announced):
    """A sentence that says what is wrong with the form as a whole."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("form-error")
        self._words = PlainLabel("", Role.BODY_BOLD, "declined-ink", self, wrapped=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(Icon("stop", 24, "declined-ink", self), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)

    def show_sentence(self, sentence: str) -> None:
        """Show what is wrong, or nothing."""
        self._words.setText(sentence)
        self.set_spoken(sentence, is_urgent=True)
        self.setVisible(bool(sentence))


class FormFoot(QWidget):
    """The line below the primary button, sometimes with quiet buttons beside it.

    Signals: ``act_requested(Act)`` when one of them was pressed.
    """

    act_requested = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._acts: tuple[Button, ...] = ()
        self._buttons: list[QuietButton] = []
        self._words = PlainLabel("", Role.HINT_LARGE, "muted", self, elided=True)
        self._words.setObjectName("foot")
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._words, 1)

    def show_foot(self, sentence: str, acts: tuple[Button, ...]) -> None:
        """Show the line, with or without quiet buttons beside it."""
        self._words.setText(sentence)
        if acts == self._acts:
            return
        self._acts = acts
        for old in self._buttons:
            self._row.removeWidget(old)
            old.hide()
            old.setObjectName("")
            old.deleteLater()
        self._buttons = [self._made(act) for act in acts]

    def _made(self, act: Button) -> QuietButton:
        button = QuietButton(act.text, height=FOOT_ACT_HEIGHT, parent=self)
        button.setObjectName(f"foot-{act.act.value}")
        button.clicked.connect(partial(self.act_requested.emit, act.act))
        self._row.addWidget(button)
        button.show()
        return button


class FormPage(QWidget):
    """The form that the cashier fills in, and the primary button.

    Signals: ``edited(str, str)`` a field's name and text; ``field_left(str)``; ``refused(object)``
    why what was typed or pasted is not taken; ``amount_edited(str)``; ``amount_left()``;
    ``whole_pressed()``; ``primary_pressed()``; ``balance_pressed()``; ``act_requested(Act)`` from
    the question over the form, and from the quiet button below.
    """

    edited = Signal(str, str)
    field_left = Signal(str)
    refused = Signal(object)
    amount_edited = Signal(str)
    amount_left = Signal()
    whole_pressed = Signal()
    primary_pressed = Signal()
    balance_pressed = Signal()
    act_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("form")
        self._screen = CounterScreen()
        self._head = FormHead(self)
        self._head.balance.clicked.connect(self.balance_pressed)
        self._fields = FieldColumn(self)
        self._fields.edited.connect(self.edited)
        self._fields.left.connect(self.field_left)
        self._fields.refused.connect(self.refused)
        self._fields.passed.connect(self._go_to_amount)
        self._left = QVBoxLayout()
        self._amount = AmountRowField(self)
        self._amount.edited.connect(self.amount_edited)
        self._amount.left.connect(self.amount_left)
        self._amount.refused.connect(self.refused)
        self._amount.whole_pressed.connect(self.whole_pressed)
        self._keypad = Keypad(self)
        self._keypad.setObjectName("keypad")
        self._aim = KeypadAim(self._keypad, self._fields, self._amount)
        self._error = FormError(self)
        self._balance = FactsRow(self, first_role=Role.AMOUNT)
        self._balance.setObjectName("balance-facts")
        self._balance_lines = PlainLabel("", Role.BODY, "ink", self, wrapped=True)
        self._balance_lines.setObjectName("balance-lines")
        self._balance_note = PlainLabel("", Role.HINT, "muted", self)
        self._question = QuestionBlock("voucher", self)
        self._acts = ActRow(self)
        self._acts.act_requested.connect(self.act_requested)
        self._primary = PrimaryButton("", height=PRIMARY_HEIGHT, parent=self)
        self._primary.setObjectName("primary")
        self._primary.clicked.connect(self.primary_pressed)
        self._foot = FormFoot(self)
        self._foot.act_requested.connect(self.act_requested)
        self._last = LastRows(self)
        self._is_large = False
        self._is_very_short = False
        self._lay_out()

    def render_screen(self, screen: CounterScreen) -> None:
        """Show a form; fields that are the same stay, with the cursor in them."""
        before, self._screen = self._screen, screen
        is_asking = screen.stage is Stage.QUESTION
        is_other = before.chosen != screen.chosen
        had_amount = self._amount.line() is self.window().focusWidget()
        self._head.show_head(screen)
        self._fields.show_rows(screen.fields, is_locked=is_asking)
        self._amount.show_row(screen.amount, is_locked=is_asking)
        self._error.show_sentence(screen.error)
        self._render_balance(screen)
        self._question.show_question(screen.notice if is_asking else "")
        self._acts.show_buttons(screen.buttons if is_asking else ())
        self._keypad.setEnabled(not is_asking)
        self._keypad.setVisible(not (is_asking and self._is_very_short))
        self._primary.setVisible(not is_asking)
        self._foot.setVisible(not is_asking)
        self._primary.show_action(
            screen.primary_text, key=screen.primary_key, enabled=screen.can_press
        )
        self._foot.show_foot(screen.foot, screen.foot_acts)
        self._last.show_rows(screen.last)
        self._last.setVisible(self._is_large and bool(screen.last) and not is_asking)
        if is_asking and before.stage is not Stage.QUESTION:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not is_asking and before.stage is Stage.QUESTION:
            self._amount.line().setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.isVisible() and (is_other or (had_amount and screen.amount is None)):
            self.focus_first()

    def set_grid(self, grid: Grid) -> None:
        """Lay the page out by the measures of a size class."""
        padding = grid.stub_padding
        self._column.setContentsMargins(
            padding, grid.stub_padding_top, padding, grid.stub_padding_bottom
        )
        self._is_large = grid.size_class is SizeClass.LARGE
        self._is_very_short = grid.very_short
        is_asking = self._screen.stage is Stage.QUESTION
        self._keypad.setVisible(not (is_asking and grid.very_short))
        self._head.set_grid(grid)
        is_small = grid.size_class is SizeClass.SMALL
        self._acts.set_height(MORE_HEIGHT if is_small else RESULT_HEIGHT)
        self._balance_lines.set_role(Role.HINT if grid.very_short else Role.BODY)
        self._question.set_tight(grid.very_short)
        gap = GROUP_GAP_SHORT if grid.short else grid.group_gap
        self._fields.set_gap(gap)
        self._left.setSpacing(gap)
        self._work.setSpacing(grid.column_gap)
        self._keypad.set_key_size(QSize(grid.key_width, grid.key_height))
        self._above_work.changeSize(0, grid.block_gap + (6 if self._is_large else 0))
        self._above_last.changeSize(0, 32 if self._is_large else 0)
        # Where there is room the work stays together, and the last redemptions follow.
        self._column.setStretch(self._stretch_at, 0 if self._is_large else 1)
        self._column.setStretch(self._end_at, 1 if self._is_large else 0)
        self._last.setVisible(self._is_large and bool(self._screen.last))
        self._column.invalidate()

    def focus_first(self) -> None:
        """Put the cursor where typing begins."""
        if not self._fields.focus_place("") and self._amount.isVisibleTo(self):
            self._amount.line().setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_place(self, place: str) -> None:
        """Put the cursor into a field, the amount, or for an empty name the first field."""
        if place == AMOUNT:
            self._amount.line().setFocus(Qt.FocusReason.OtherFocusReason)
        elif not self._fields.focus_place(place):
            self.focus_first()

    def place_with_cursor(self) -> str:
        """Return the name of the field with the cursor, ``AMOUNT``, or empty for neither."""
        return AMOUNT if self._amount.line().hasFocus() else self._fields.place_with_cursor()

    def _go_to_amount(self) -> None:
        if self._amount.isVisibleTo(self):
            self._amount.line().setFocus(Qt.FocusReason.TabFocusReason)

    def press_key(self, key: str) -> bool:
        """Press the button of this page with this key cap; return whether there is one."""
        if self._acts.press_key(key) or self._amount.press_key(key):
            return True
        screen = self._screen
        if screen.primary_key == key:
            # Where something is missing or asked, the key shows what.
            self.primary_pressed.emit()
            return True
        return False

    # ------------------------------------------------------------------------------------ layout

    def _lay_out(self) -> None:
        self._left.setContentsMargins(0, 0, 0, 0)
        self._left.addWidget(self._fields)
        self._left.addWidget(self._amount)
        balance = QVBoxLayout()
        balance.setSpacing(2)
        balance.addWidget(self._balance)
        balance.addWidget(self._balance_note)
        balance.addSpacing(8)
        balance.addWidget(self._balance_lines)
        self._left.addLayout(balance)
        self._left.addStretch(1)
        self._work = QHBoxLayout()
        self._work.addLayout(self._left, 1)
        self._work.addWidget(self._keypad, 0, Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addWidget(self._head)
        self._above_work = QSpacerItem(0, 18)
        self._column.addItem(self._above_work)
        self._column.addLayout(self._work)
        self._column.addSpacing(6)
        self._column.addWidget(self._error)
        self._column.addWidget(self._question)
        self._column.addSpacing(6)
        self._column.addWidget(self._acts)
        self._column.addStretch(1)
        self._stretch_at = self._column.count() - 1
        self._column.addWidget(self._primary)
        self._column.addSpacing(FOOT_GAP)
        self._column.addWidget(self._foot)
        self._above_last = QSpacerItem(0, 0)
        self._column.addItem(self._above_last)
        self._column.addWidget(self._last)
        self._column.addStretch(0)
        self._end_at = self._column.count() - 1
        self._error.hide()

    # ------------------------------------------------------------------------------- the rest

    def _render_balance(self, screen: CounterScreen) -> None:
        self._balance.show_facts(screen.balance)
        self._balance.setVisible(bool(screen.balance))
        self._balance_lines.setText("\n".join(screen.balance_lines))
        self._balance_lines.setVisible(bool(screen.balance_lines))
        self._balance_note.setText(screen.balance_note)
        self._balance_note.setVisible(bool(screen.balance_note))
