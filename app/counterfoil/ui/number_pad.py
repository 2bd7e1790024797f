"""A keypad beside a few fields: it types into the one that had the cursor last.

While no PIN may be tried, a countdown is shown instead.
"""

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from counterfoil.ui.theme import Role
from counterfoil.ui.widgets.field import EntryField
from counterfoil.ui.widgets.field_line import BoxLine
from counterfoil.ui.widgets.keypad import Keypad, KeypadMode
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.pin_field import PinField


class NumberPad(QStackedWidget):
    """The keys, or the countdown until they come back."""

    def __init__(self, key_size: QSize, parent: QWidget, *, has_caption: bool = True) -> None:
        super().__init__(parent)
        self._keypad = Keypad(self, key_size=key_size)
        self._keypad.setObjectName("number-pad")
        self._keypad.set_mode(KeypadMode.DIGITS)
        self._keypad.set_has_caption(has_caption)
        self._wait = PlainLabel("", Role.SECONDS, "ink", self)
        self._wait.setObjectName("lock-out")
        self._wait.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.addWidget(self._keypad)
        self.addWidget(self._wait)
        self._aim: BoxLine | None = None
        self._keypad.digit_pressed.connect(self._type)
        self._keypad.dot_pressed.connect(self._type_point)
        self._keypad.cleared.connect(self._clear)
        self._keypad.backspace_pressed.connect(self._delete)

    def keys(self) -> Keypad:
        """Return the keypad itself."""
        return self._keypad

    def serve(self, field: EntryField | PinField) -> None:
        """Type into this field as soon as it gets the cursor."""
        field.focused.connect(partial(self._aim_at, field))

    def serve_box(
        self, box: BoxLine, label: str = "", mode: KeypadMode = KeypadMode.DIGITS
    ) -> None:
        """Type into this box, which has no field around it, as soon as it gets the cursor.

        ``label`` names it above the keys; ``mode`` is what the key left of 0 does then.
        """
        box.focus_changed.connect(partial(self._aim_at_box, box, label, mode))

    def _aim_at(self, field: EntryField | PinField, *_name: str) -> None:
        self._aim = field.line()
        self._keypad.show_target(field.label())

    def _aim_at_box(self, box: BoxLine, label: str, mode: KeypadMode, has_focus: bool) -> None:
        if has_focus:
            self._aim = box
            self._keypad.show_target(label)
            self._keypad.set_mode(mode)

    def forget(self) -> None:
        """Type into nothing until a field gets the cursor, because the fields have changed."""
        self._aim = None

    def show_wait(self, time: str) -> None:
        """Show a countdown instead of the keys; an empty text brings the keys back."""
        self._wait.setText(time)
        self.setCurrentWidget(self._wait if time else self._keypad)

    def _target(self) -> BoxLine | None:
        """Return where the keys type, with the cursor in it."""
        if self._aim is not None:
            self._aim.setFocus(Qt.FocusReason.OtherFocusReason)
        return self._aim

    def _type(self, digit: str) -> None:
        if (box := self._target()) is not None:
            box.type_text(digit)

    def _type_point(self) -> None:
        self._type(".")

    def _clear(self) -> None:
        if (box := self._target()) is not None:
            box.type_nothing()

    def _delete(self) -> None:
        if (box := self._target()) is not None:
            box.type_backspace()
