"""Decides which box of a form the keypad types into: the one that had the cursor last."""

from PySide6.QtCore import QObject, Qt

from counterfoil.presentation.screens import AMOUNT
from counterfoil.ui.field_column import FieldColumn
from counterfoil.ui.widgets.amount_field import AmountField
from counterfoil.ui.widgets.field import EntryField
from counterfoil.ui.widgets.field_text import FieldKind
from counterfoil.ui.widgets.keypad import Keypad, KeypadMode

_DIGITS = frozenset({FieldKind.DIGITS, FieldKind.DATE, FieldKind.WHOLE})


class KeypadAim(QObject):
    """Lets a keypad type into the fields and the amount of one form."""

    def __init__(self, keypad: Keypad, fields: FieldColumn, amount: AmountField) -> None:
        super().__init__(keypad)
        self._keypad = keypad
        self._fields = fields
        self._amount = amount
        self._aimed_at = ""
        keypad.digit_pressed.connect(self._type)
        keypad.dot_pressed.connect(self._type_point)
        keypad.cleared.connect(self._clear)
        keypad.backspace_pressed.connect(self._delete)
        fields.focused.connect(self._aim_at)
        fields.rebuilt.connect(self._show_target)
        amount.focused.connect(self._aim_at_amount)

    def _aim_at(self, place: str) -> None:
        self._aimed_at = place
        self._show_target()

    def _aim_at_amount(self) -> None:
        self._aim_at(AMOUNT)

    def _target(self) -> EntryField | AmountField:
        """Return where the cursor was last, or else the first field."""
        field = None if self._aimed_at == AMOUNT else self._fields.field(self._aimed_at)
        return self._amount if field is None else field

    def _show_target(self) -> None:
        """Say where the keypad types, and give it the key that belongs there."""
        target = self._target()
        self._keypad.show_target(target.label())
        if isinstance(target, AmountField) or target.kind() is FieldKind.NUMBER:
            self._keypad.set_mode(KeypadMode.MONEY)
        else:
            is_digits = target.kind() in _DIGITS
            self._keypad.set_mode(KeypadMode.DIGITS if is_digits else KeypadMode.PLAIN)

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
