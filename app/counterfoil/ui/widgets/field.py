"""A field of a form: label, box, and one line below for hint or error.

Fields come from metadata, so everything about one is in its FieldLook. The value is in the box
alone: it is in no accessible name, tooltip, title or undo list.
"""

from dataclasses import field
from typing import Final

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStyle, QVBoxLayout, QWidget

from counterfoil.declaring import dataclass
from counterfoil.overriding import override
from counterfoil.presentation.words import counter, window
from counterfoil.ui.announcing import announce
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import ThemeFollower
from counterfoil.ui.widgets.field_line import EYE_SIZE, SEARCH_FROM, BoxChoice, BoxLine, EyeButton
from counterfoil.ui.widgets.field_text import FieldKind
from counterfoil.ui.widgets.icon import Icon
from counterfoil.ui.widgets.label import PlainLabel

LABEL_GAP: Final = 5
ERROR_ICON: Final = 16
ERROR_ICON_GAP: Final = 6
EYE_INSET: Final = -3


@dataclass(frozen=True, slots=True)
class FieldLook:
    """What a field is and how it looks.

    A ``sensitive`` value is hidden while the cursor is elsewhere; where it is ``veiled`` too, also
    while it is typed. The eye shows it. With ``digits_expected`` the hint counts the digits;
    ``example`` is shown as "e.g. …"; ``choices`` are pairs of value and label for the kind CHOICE.
    """

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    optional: bool = False
    sensitive: bool = False
    veiled: bool = False
    read_only: bool = False
    mono: bool = False
    example: str = ""
    hint: str = ""
    digits_expected: int | None = None
    choices: tuple[tuple[str, str], ...] = field(default=())


class HintLine(ThemeFollower, QWidget):
    """The line below a box: a hint, or a stop icon with the reason. Its height never changes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hint = ""
        self._error = ""
        self._icon = Icon("stop", ERROR_ICON, "declined-ink", self)
        # In no layout: other words on this line move nothing, and no form is laid out for them.
        self._words = PlainLabel("", Role.HINT, "muted", self, elided=True)
        self._icon.hide()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.follow_theme()

    def show_hint(self, text: str) -> None:
        """Set the hint; it is shown as long as there is no error."""
        if text != self._hint:
            self._hint = text
            self._fill()

    def show_error(self, sentence: str) -> None:
        """Show an error in place of the hint; an empty sentence shows the hint again."""
        if sentence != self._error:
            self._error = sentence
            self._fill()
            if sentence and self.isVisible():
                announce(self, sentence)

    def words(self) -> str:
        """Return the text of the line."""
        return self._words.text()

    @override
    def refresh_theme(self) -> None:
        hint = PlainLabel("", Role.HINT).fontMetrics().height()
        bold = PlainLabel("", Role.HINT_BOLD).fontMetrics().height()
        self.setFixedHeight(max(hint, bold))
        self._place()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """Put the words where the line begins, or after the icon where something is wrong."""
        direction, line = self.layoutDirection(), self.rect()
        side = self._icon.width()
        icon = QRect(0, (line.height() - side) // 2, side, side)
        self._icon.setGeometry(QStyle.visualRect(direction, line, icon))
        start = side + ERROR_ICON_GAP if self._error else 0
        self._words.setGeometry(QStyle.visualRect(direction, line, line.adjusted(start, 0, 0, 0)))

    def _fill(self) -> None:
        wrong = bool(self._error)
        self._icon.setVisible(wrong)
        self._words.set_role(Role.HINT_BOLD if wrong else Role.HINT)
        self._words.set_tone("declined-ink" if wrong else "muted")
        self._words.setText(self._error or self._hint)
        self._place()


class EntryField(QWidget):
    """A labelled field that shows a FieldLook and emits what a person does with it.

    Signals: ``edited(str, str)`` name and new value; ``submitted(str)`` name, once for each press
    of Enter; ``focused(str)`` name, when the box gets the focus; ``left(str)`` name, when it loses
    it; ``refused(object)`` why what was typed or pasted is not taken.
    """

    edited = Signal(str, str)
    submitted = Signal(str)
    focused = Signal(str)
    left = Signal(str)
    refused = Signal(object)

    def __init__(self, look: FieldLook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._label = PlainLabel(look.label, Role.LABEL, "ink", self, elided=True)
        self._hint_line = HintLine(self)
        self._line: BoxLine | None = None
        self._choice: BoxChoice | None = None
        self._eye: EyeButton | None = None
        self._box = self._build_choice() if look.kind is FieldKind.CHOICE else self._build_line()
        self._box.setAccessibleName(self._spoken_name())
        self._describe("")
        self.setFocusProxy(self._box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(LABEL_GAP)
        column.addLayout(self._build_header())
        column.addWidget(self._box)
        column.addWidget(self._hint_line)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._render_hint()
        self.enter()

    def look(self) -> FieldLook:
        """Return what the field is and how it looks."""
        return self._look

    def name(self) -> str:
        """Return the field's name in the metadata."""
        return self._look.name

    def label(self) -> str:
        """Return the text above the box."""
        return self._look.label

    def kind(self) -> FieldKind:
        """Return what the field holds."""
        return self._look.kind

    def is_optional(self) -> bool:
        """Return whether the field may stay empty."""
        return self._look.optional

    def value(self) -> str:
        """Return the value without the spaces that group it."""
        if self._choice is not None:
            return self._choice.chosen()
        return self._line.value() if self._line is not None else ""

    def set_value(self, text: str) -> None:
        """Show another value, without a signal."""
        if self._choice is not None:
            self._choice.setCurrentIndex(self._choice.findData(text))
        if self._line is not None:
            self._line.set_value(text)
            self._render_hint()

    def show_error(self, sentence: str) -> None:
        """Show an error below the box; an empty sentence removes it. No other widget moves."""
        self._hint_line.show_error(sentence)
        self._describe(sentence)
        if self._line is not None:
            self._line.set_invalid(bool(sentence))
        if self._choice is not None:
            self._choice.set_invalid(bool(sentence))

    def set_sealed(self, sealed: bool) -> None:
        """Set whether a secret value stays masked even while the cursor is in the box."""
        if self._line is not None:
            self._line.set_sealed(sealed)
            self._place_eye()

    def show_hint(self, words: str) -> None:
        """Show another hint than the look's own, for as long as nothing is wrong."""
        self._hint_line.show_hint(words)

    def leave_out_hint(self) -> None:
        """Give the line below the box away, where nothing is ever said."""
        self._hint_line.hide()

    def set_read_only(self, read_only: bool) -> None:
        """Set whether a person can change the value."""
        if self._line is not None:
            self._line.set_read_only(read_only)
        if self._choice is not None:
            self._choice.setEnabled(not read_only)

    def insert(self, text: str) -> None:
        """Put text in at the cursor, as if typed; for the keypad."""
        if self._line is not None:
            self._line.type_text(text)

    def backspace(self) -> None:
        """Delete the character before the cursor, for the keypad."""
        if self._line is not None:
            self._line.type_backspace()

    def clear_value(self) -> None:
        """Empty the box, for the keypad's key Clear."""
        if self._line is not None:
            self._line.type_nothing()

    def line(self) -> BoxLine | None:
        """Return the text box, or None for a choice."""
        return self._line

    def has_cursor(self) -> bool:
        """Return whether typing goes into this field, now or when its window is active again."""
        return self.window().focusWidget() is self._box

    def cursor_position(self) -> int:
        """Return the position of the cursor in the box; 0 for a choice."""
        return self._line.cursorPosition() if self._line is not None else 0

    def take_cursor(self, position: int) -> None:
        """Take the focus, with the cursor at a position in the box."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._line is not None:
            self._line.setCursorPosition(position)

    def enter(self) -> None:
        """Take part in the form again, after `retire`."""
        self._take_names(f"field_{self._look.name}", f"field-{self._look.name}")
        self.blockSignals(False)  # noqa: FBT003 - Qt's own name

    def retire(self) -> None:
        """Leave the form: emit nothing more, empty the box, and free the widgets' names."""
        self.blockSignals(True)  # noqa: FBT003 - Qt's own name
        self._take_names("", "")
        self.hide()
        self.set_value("")
        self.show_error("")
        if self._choice is not None:
            self._choice.choose_nothing()

    def _take_names(self, own: str, of_box: str) -> None:
        self.setObjectName(own)
        self._box.setObjectName(of_box)

    def shown_text(self) -> str:
        """Return the text in the box as it is painted: grouped, or hidden."""
        return self._line.text_for_display() if self._line is not None else ""

    def hint_words(self) -> str:
        """Return the text of the line below the box."""
        return self._hint_line.words()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_eye()

    @override
    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._place_eye()
        return handled

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._let_go()

    def _build_header(self) -> QHBoxLayout:
        header = QHBoxLayout()
        header.setSpacing(8)
        header.addWidget(self._label, 1)
        if self._look.optional:
            header.addWidget(PlainLabel(window.OPTIONAL, Role.HINT, "muted", self))
        return header

    def _build_line(self) -> QWidget:
        look = self._look
        line = BoxLine(look.kind, self._role(), self, sensitive=look.sensitive, veiled=look.veiled)
        line.setReadOnly(look.read_only)
        if look.example:
            line.setPlaceholderText(window.for_example(look.example))
        line.value_edited.connect(self._tell_edited)
        line.entered.connect(self._tell_submitted)
        line.refused.connect(self.refused)
        line.focus_changed.connect(self._tell_focus)
        self._line = line
        if look.sensitive:
            self._build_eye(line)
        return line

    def _build_eye(self, line: BoxLine) -> None:
        spoken = window.hold_to_show(self._look.label)
        # Over the box but not in it: a click on a child would give the box the focus.
        self._eye = EyeButton(spoken, self)
        self._eye.setObjectName(f"eye_{self._look.name}")
        self._eye.pressed.connect(self._hold_open)
        self._eye.released.connect(self._let_go)
        self._eye.hide()
        line.set_end_margin(EYE_SIZE)

    def _build_choice(self) -> QWidget:
        choice = BoxChoice(self)
        if self._look.optional:
            choice.addItem(window.NO_ANSWER, "")
        for value, words in self._look.choices:
            choice.addItem(words, value)
        choice.setCurrentIndex(-1)
        choice.setPlaceholderText(window.CHOOSE_ONE)
        if len(self._look.choices) > SEARCH_FROM:
            choice.search_by_typing()
            choice.searched.connect(self._tell_searched)
        choice.setEnabled(not self._look.read_only)
        choice.activated.connect(self._tell_chosen)
        choice.focus_changed.connect(self._tell_focus)
        self._choice = choice
        return choice

    def _role(self) -> Role:
        if self._look.kind is FieldKind.DIGITS or self._look.sensitive:
            return Role.PIN
        if self._look.kind is FieldKind.PHONE or self._look.mono:
            return Role.PIN_SMALL
        return Role.BODY_LARGE

    def _spoken_name(self) -> str:
        need = window.OPTIONAL if self._look.optional else window.REQUIRED
        return f"{self._look.label}, {need}"

    def _describe(self, error: str) -> None:
        """Have the box say what is wrong; Qt on Linux names a list by what is chosen in it."""
        name = self._spoken_name() if self._choice is not None else ""
        self._box.setAccessibleDescription(". ".join(filter(None, (name, error))))

    def _render_hint(self) -> None:
        expected = self._look.digits_expected
        words = self._look.hint
        if expected is not None and (self.value() or not words):
            if self.value():
                words = counter.digits(expected, len(self.value()))
            else:
                words = counter.digits(expected)
        self._hint_line.show_hint(words)
        self._place_eye()

    def _place_eye(self) -> None:
        """Show the eye where there is something to uncover, at the end of the box."""
        if self._eye is None or self._line is None:
            return
        can_open = self._line.is_concealed() and not self._line.is_sealed()
        self._eye.setVisible(can_open or self._eye.isDown())
        turned = self._line.layoutDirection() is Qt.LayoutDirection.RightToLeft
        end = EYE_INSET if turned else self._line.width() - EYE_SIZE - EYE_INSET
        corner = self._line.pos()
        self._eye.move(corner.x() + end, corner.y() + (self._line.height() - EYE_SIZE) // 2)
        self._eye.raise_()

    def _hold_open(self) -> None:
        if self._line is not None:
            self._line.set_held_open(True)

    def _let_go(self) -> None:
        if self._line is not None:
            self._line.set_held_open(False)
            self._place_eye()

    def _tell_edited(self, value: str) -> None:
        self._render_hint()
        self.edited.emit(self._look.name, value)

    def _tell_searched(self) -> None:
        self.edited.emit(self._look.name, self.value())

    def _tell_chosen(self, _index: int) -> None:
        self.edited.emit(self._look.name, self.value())

    def _tell_submitted(self) -> None:
        self.submitted.emit(self._look.name)

    def _tell_focus(self, has_focus: bool) -> None:
        self._place_eye()
        (self.focused if has_focus else self.left).emit(self._look.name)
