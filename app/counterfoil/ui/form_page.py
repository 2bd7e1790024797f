"""The form of one voucher type: fields from metadata, amount, keypad, and the primary button."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSpacerItem, QVBoxLayout, QWidget

from counterfoil.domain.voucher_type import FieldKind
from counterfoil.overriding import override
from counterfoil.presentation.screens import (
    AMOUNT,
    AmountRow,
    Button,
    CounterScreen,
    FieldRow,
    Stage,
)
from counterfoil.ui.act_row import ActRow
from counterfoil.ui.last_rows import LastRows
from counterfoil.ui.question_block import QuestionBlock
from counterfoil.ui.scan import AMOUNT_BOX
from counterfoil.ui.theme import Grid, Role, SizeClass
from counterfoil.ui.widgets.amount_field import AmountField
from counterfoil.ui.widgets.button import PrimaryButton, QuietButton, SecondaryButton
from counterfoil.ui.widgets.facts import Fact, FactsRow
from counterfoil.ui.widgets.field import EntryField, FieldLook
from counterfoil.ui.widgets.field_text import FieldKind as BoxKind
from counterfoil.ui.widgets.icon import Icon
from counterfoil.ui.widgets.keypad import Keypad, KeypadMode
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.monogram import Monogram

HEAD_HEIGHT: Final = 52
HEAD_GAP: Final = 14
PRIMARY_HEIGHT: Final = 72
FOOT_GAP: Final = 8
FOOT_ACT_HEIGHT: Final = 40
GROUP_GAP_SHORT: Final = 6
_BOX_KINDS: Final = {
    FieldKind.DIGITS: BoxKind.DIGITS,
    FieldKind.PHONE: BoxKind.PHONE,
    FieldKind.MONEY: BoxKind.TEXT,
    FieldKind.TEXT: BoxKind.TEXT,
    FieldKind.CHOICE: BoxKind.CHOICE,
    FieldKind.INTEGER: BoxKind.WHOLE,
    FieldKind.NUMBER: BoxKind.NUMBER,
    FieldKind.BOOLEAN: BoxKind.CHOICE,
    FieldKind.DATE: BoxKind.DATE,
    FieldKind.EMAIL: BoxKind.TEXT,
}


class FieldScroll(QScrollArea):
    """A column that is as high as its fields, and scrolls where there is no room for all."""

    def __init__(self, content: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._content = content
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content.setProperty("scrolled", "true")
        self.setWidget(content)
        policy = self.sizePolicy()
        policy.setVerticalPolicy(policy.Policy.Preferred)
        self.setSizePolicy(policy)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    @override
    def sizeHint(self) -> QSize:
        return self._content.sizeHint()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(120, min(96, self._content.sizeHint().height()))


class FormHead(QWidget):
    """The voucher type's name and description, and the button for its balance."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._monogram = Monogram(parent=self)
        self._title = PlainLabel("", Role.TITLE, "ink", self, elided=True)
        self._title.setObjectName("title")
        self._description = PlainLabel("", Role.HINT_LARGE, "muted", self, elided=True)
        self._is_small = False
        self.balance = SecondaryButton(self.tr("Balance"), key="F3", parent=self)
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

    def set_grid(self, grid: Grid) -> None:
        """Hide the description where there is little room."""
        self._is_small = grid.size_class is SizeClass.SMALL or grid.very_short
        self._description.setVisible(bool(self._description.text()) and not self._is_small)
        self.setMinimumHeight(48 if self._is_small else HEAD_HEIGHT)


class FormError(QWidget):
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
        self.setAccessibleName(sentence)
        self.setVisible(bool(sentence))


class FormFoot(QWidget):
    """The line below the primary button, with a quiet button beside it where there is one.

    Signals: ``act_requested(Act)`` when that button was pressed.
    """

    act_requested = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._act: Button | None = None
        self._words = PlainLabel("", Role.HINT_LARGE, "muted", self, elided=True)
        self._words.setObjectName("foot")
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = QuietButton("", height=FOOT_ACT_HEIGHT, parent=self)
        self.button.setObjectName("foot-act")
        self.button.clicked.connect(self._tell)
        self.button.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._words, 1)
        row.addWidget(self.button)

    def show_foot(self, sentence: str, act: Button | None) -> None:
        """Show the line, with or without a quiet button beside it."""
        self._words.setText(sentence)
        if act is not None and act != self._act:
            self.button.set_caption(act.text)
        self._act = act
        self.button.setVisible(act is not None)

    def _tell(self) -> None:
        if self._act is not None:
            self.act_requested.emit(self._act.act)


class FormPage(QWidget):
    """The form that the cashier fills in, and the primary button.

    Signals: ``edited(str, str)`` a field's name and text; ``field_left(str)``; ``refused(object)``
    why what was typed or pasted is not taken; ``amount_edited(str)``; ``amount_left()``;
    ``whole_pressed()``; ``primary_pressed()``; ``balance_pressed()``; ``act_requested(Act)`` from
    the question about the whole voucher, and from the quiet button below.
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
        self._fields: dict[str, EntryField] = {}
        self._looks: tuple[FieldLook, ...] = ()
        self._aimed_at: str | None = None
        self._head = FormHead(self)
        self._head.balance.clicked.connect(self.balance_pressed)
        self._field_box = QWidget(self)
        self._field_column = QVBoxLayout(self._field_box)
        self._field_column.setContentsMargins(0, 0, 0, 0)
        self._field_scroll = FieldScroll(self._field_box, self)
        self._left = QVBoxLayout()
        self._amount = self._made_amount()
        self._keypad = Keypad(self)
        self._keypad.setObjectName("keypad")
        self._keypad.digit_pressed.connect(self._type)
        self._keypad.dot_pressed.connect(self._type_point)
        self._keypad.cleared.connect(self._clear)
        self._keypad.backspace_pressed.connect(self._delete)
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
        self._lay_out()

    def render_screen(self, screen: CounterScreen) -> None:
        """Show a form; fields that are the same stay, with the cursor in them."""
        before, self._screen = self._screen, screen
        is_asking = screen.stage is Stage.QUESTION
        is_other = before.chosen != screen.chosen
        had_amount = self._amount.line() is self.window().focusWidget()
        self._head.show_head(screen)
        self._render_fields(screen.fields, is_locked=is_asking)
        self._render_amount(screen.amount, is_locked=is_asking)
        self._error.show_sentence(screen.error)
        self._render_balance(screen)
        self._question.show_question(screen.notice if is_asking else "")
        self._acts.show_buttons(screen.buttons if is_asking else ())
        self._keypad.setEnabled(not is_asking)
        self._primary.setVisible(not is_asking)
        self._foot.setVisible(not is_asking)
        self._render_primary(screen)
        self._foot.show_foot(screen.foot, screen.foot_act)
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
        self._head.set_grid(grid)
        gap = GROUP_GAP_SHORT if grid.short else grid.group_gap
        self._field_column.setSpacing(gap)
        self._left.setSpacing(gap)
        self._work.setSpacing(grid.column_gap)
        self._field_scroll.updateGeometry()
        self._keypad.set_key_size(QSize(grid.key_width, grid.key_height))
        self._above_work.changeSize(0, grid.block_gap + (6 if self._is_large else 0))
        self._above_last.changeSize(0, 32 if self._is_large else 0)
        # Where there is room the work stays together, and the last redemptions follow.
        self._column.setStretch(self._stretch_at, 0 if self._is_large else 1)
        self._column.setStretch(self._end_at, 1 if self._is_large else 0)
        self._last.setVisible(self._is_large and bool(self._screen.last))
        self._column.invalidate()

    def focus_first(self) -> None:
        """Put the cursor into the field where a cashier begins to type."""
        first = next(iter(self._fields.values()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._amount.isVisibleTo(self):
            self._amount.line().setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_place(self, place: str) -> None:
        """Put the cursor into a field, the amount, or for an empty name the first field."""
        if place == AMOUNT:
            self._amount.line().setFocus(Qt.FocusReason.OtherFocusReason)
        elif place in self._fields:
            self._fields[place].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.focus_first()

    def place_with_cursor(self) -> str:
        """Return the name of the field with the cursor, ``AMOUNT``, or empty for neither."""
        if self._amount.line().hasFocus():
            return AMOUNT
        return next((name for name, one in self._fields.items() if one.has_cursor()), "")

    def press_key(self, key: str) -> bool:
        """Press the button of this page with this key cap; return whether there is one."""
        if self._acts.press_key(key):
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
        self._left.addWidget(self._field_scroll)
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

    def _made_amount(self) -> AmountField:
        amount = AmountField(self.tr("Amount"), whole_caption=self.tr("Whole value"), parent=self)
        amount.line().setObjectName(AMOUNT_BOX)
        amount.whole_button().setObjectName("whole-value")
        amount.edited.connect(self.amount_edited)
        amount.left.connect(self.amount_left)
        amount.refused.connect(self.refused)
        amount.focused.connect(self._aim_at_amount)
        amount.whole_toggled.connect(self._tell_whole)
        return amount

    # ------------------------------------------------------------------------------------ fields

    def _render_fields(self, rows: tuple[FieldRow, ...], *, is_locked: bool) -> None:
        looks = tuple(_look(row) for row in rows)
        if looks != self._looks:
            self._rebuild_fields(looks)
        for row in rows:
            entry, text = self._fields[row.name], row.text.reveal()
            if entry.value() != text:
                entry.set_value(text)
            entry.show_error(row.error)
            entry.set_read_only(is_locked)

    def _rebuild_fields(self, looks: tuple[FieldLook, ...]) -> None:
        """Put other fields in place; one that stays the same is kept, and the cursor stays too.

        Discovery may come at any time: while a person types, or under a question.
        """
        before = {look.name: look for look in self._looks}
        gone, self._fields, self._looks = self._fields, {}, looks
        for at, look in enumerate(looks):
            is_same = before.get(look.name) == look
            entry = gone.pop(look.name) if is_same else self._made_field(look)
            self._fields[look.name] = entry
            self._field_column.insertWidget(at, entry)
            entry.show()
        for old in gone.values():
            self._give_up(old)
        self._field_scroll.updateGeometry()
        self._show_target()

    def _give_up(self, old: EntryField) -> None:
        """Let a field go; what has its name now takes its value, and the cursor where it was."""
        successor = self._fields.get(old.name())
        if successor is not None:
            successor.set_value(old.value())
            if old.has_cursor():
                successor.take_cursor(old.cursor_position())
        self._field_column.removeWidget(old)
        old.retire()

    def _made_field(self, look: FieldLook) -> EntryField:
        entry = EntryField(look, self._field_box)
        entry.edited.connect(self.edited)
        entry.left.connect(self.field_left)
        entry.refused.connect(self.refused)
        entry.submitted.connect(self._go_on)
        entry.focused.connect(self._aim_at_field)
        if (box := entry.focusProxy()) is not None:
            box.setObjectName(f"field-{look.name}")
        return entry

    def _go_on(self, name: str) -> None:
        """Go to the next required field, then to the amount; Tab reaches the optional ones."""
        names = list(self._fields)
        later = names[names.index(name) + 1 :] if name in names else []
        wanted = next((one for one in later if not self._fields[one].is_optional()), None)
        if wanted is not None:
            self._fields[wanted].setFocus(Qt.FocusReason.TabFocusReason)
        elif self._amount.isVisibleTo(self):
            self._amount.line().setFocus(Qt.FocusReason.TabFocusReason)

    def _render_amount(self, row: AmountRow | None, *, is_locked: bool) -> None:
        self._amount.setVisible(row is not None)
        if row is None:
            return
        self._amount.show_currency(row.currency_sign)
        if self._amount.value() != row.text:
            self._amount.set_value(row.text)
        self._amount.show_whole(row.is_whole)
        self._amount.show_error(row.error)
        self._amount.set_read_only(is_locked)
        self._amount.line().setReadOnly(is_locked or not row.can_take_part)
        hint = "" if row.can_take_part else self.tr("Only the whole value can be taken")
        self._amount.show_hint(hint)

    def _tell_whole(self, chosen: bool) -> None:
        # The choice is shown only once it was made for good.
        shown = self._screen.amount
        self._amount.show_whole(shown is not None and shown.is_whole)
        self.whole_pressed.emit()

    # ------------------------------------------------------------------------------- the rest

    def _render_balance(self, screen: CounterScreen) -> None:
        facts = tuple(Fact(one.label, one.value, one.is_mono) for one in screen.balance)
        self._balance.show_facts(facts)
        self._balance.setVisible(bool(facts))
        self._balance_lines.setText("\n".join(screen.balance_lines))
        self._balance_lines.setVisible(bool(screen.balance_lines))
        self._balance_note.setText(screen.balance_note)
        self._balance_note.setVisible(bool(screen.balance_note))

    def _render_primary(self, screen: CounterScreen) -> None:
        text, key, can_press = screen.primary_text, screen.primary_key, screen.can_press
        if (self._primary.caption(), self._primary.isEnabled()) != (text, can_press):
            self._primary.show_action(text, key=key, enabled=can_press)
        self._primary.set_key(key)

    def _aim_at_field(self, name: str) -> None:
        self._aimed_at = name
        if name in self._fields:
            self._field_scroll.ensureWidgetVisible(self._fields[name])
        self._show_target()

    def _aim_at_amount(self) -> None:
        self._aimed_at = AMOUNT
        self._show_target()

    def _target(self) -> EntryField | AmountField:
        """Return what the keypad types into: where the cursor was last, or else the first field."""
        if self._aimed_at == AMOUNT or not self._fields:
            return self._amount
        first = next(iter(self._fields.values()))
        return self._fields.get(self._aimed_at or "", first)

    def _show_target(self) -> None:
        """Say where the keypad types, and give it the key that belongs there."""
        target = self._target()
        self._keypad.show_target(target.label())
        if isinstance(target, AmountField) or target.kind() is BoxKind.NUMBER:
            self._keypad.set_mode(KeypadMode.MONEY)
        elif target.kind() in {BoxKind.DIGITS, BoxKind.DATE, BoxKind.WHOLE}:
            self._keypad.set_mode(KeypadMode.DIGITS)
        else:
            self._keypad.set_mode(KeypadMode.PLAIN)

    def _aim(self) -> EntryField | AmountField:
        """Return where the keypad types, with the cursor in it."""
        target = self._target()
        box = target.line()
        if box is not None and not box.hasFocus():
            box.setFocus(Qt.FocusReason.OtherFocusReason)
        return target

    def _type(self, digit: str) -> None:
        self._aim().insert(digit)

    def _type_point(self) -> None:
        self._aim().insert(".")

    def _clear(self) -> None:
        self._aim().clear_value()

    def _delete(self) -> None:
        self._aim().backspace()


def _look(row: FieldRow) -> FieldLook:
    """Return what a field is; the count of its digits is not part of that."""
    counts = row.kind is FieldKind.DIGITS and bool(row.length)
    look = FieldLook(
        name=row.name,
        label=row.label,
        kind=_BOX_KINDS[row.kind],
        optional=not row.is_required,
        sensitive=row.is_sensitive,
        example=row.example,
        hint="" if counts else row.hint,
        digits_expected=row.length if counts else None,
    )
    return replace(look, choices=tuple((one.value, one.label) for one in row.choices))
