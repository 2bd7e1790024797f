"""Fields and keypad: what a person types, sees and never loses."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from counterfoil.domain.code import CodeProblem, NotACode
from counterfoil.domain.money import AmountProblem, NotAnAmount
from counterfoil.ui import theme
from counterfoil.ui.theme import ThemeName
from counterfoil.ui.widgets.amount_field import AmountField
from counterfoil.ui.widgets.field import EntryField, FieldLook
from counterfoil.ui.widgets.field_line import BoxChoice, BoxLine
from counterfoil.ui.widgets.field_text import FieldKind
from counterfoil.ui.widgets.keypad import Keypad, KeypadMode

PIN = "1115684091419838"
PIN_LOOK = FieldLook(
    "pin", "Voucher PIN", FieldKind.DIGITS, sensitive=True, example="1115", digits_expected=16
)
PHONE_LOOK = FieldLook("mobile", "Mobile number", FieldKind.PHONE, optional=True, hint="By SMS")


class Form(QWidget):
    """A window with two fields, an amount and a keypad."""

    def __init__(self) -> None:
        super().__init__()
        self.pin = EntryField(PIN_LOOK, self)
        self.phone = EntryField(PHONE_LOOK, self)
        self.amount = AmountField("Amount", whole_caption="Whole value", parent=self)
        self.keypad = Keypad(self)
        column = QVBoxLayout(self)
        for widget in (self.pin, self.phone, self.amount, self.keypad):
            column.addWidget(widget)
        self.resize(500, 800)

    def pin_line(self) -> BoxLine:
        """Return the box of the PIN."""
        line = self.pin.line()
        assert line is not None
        return line


@pytest.fixture
def form(qapp: QApplication, qtbot: QtBot) -> Iterator[Form]:
    """Show the form in an active window with the focus in the PIN."""
    theme.apply_theme(qapp, ThemeName.LIGHT)
    shown = Form()
    qtbot.addWidget(shown)
    shown.show()
    shown.activateWindow()
    assert QTest.qWaitForWindowActive(shown)
    shown.pin.setFocus()
    yield shown
    shown.hide()


def places(widget: QWidget) -> list[QRect]:
    """Return where everything in a widget is."""
    blocks = (widget, *widget.findChildren(EntryField), *widget.findChildren(AmountField))
    return [child.geometry() for child in widget.findChildren(QWidget) if child.parent() in blocks]


def test_digits_are_grouped_while_they_are_typed(form: Form, qtbot: QtBot) -> None:
    """The value has digits only; the spaces are for the eye."""
    QTest.keyClicks(form.pin_line(), "11156840")
    assert form.pin.value() == "11156840"
    assert form.pin.shown_text() == "1115 6840"
    assert form.pin.hint_words() == "8 of 16 digits"


def test_a_pasted_voucher_number_is_cleaned(form: Form) -> None:
    """Spaces and dashes of a message do no harm."""
    form.pin.insert("1115-6840 9141 9838")
    assert form.pin.value() == PIN


def test_typing_in_the_middle_keeps_the_cursor_there(form: Form) -> None:
    """Regrouping moves letters, not the place where one types."""
    form.pin.insert("11156840")
    line = form.pin_line()
    line.setCursorPosition(2)
    QTest.keyClicks(line, "99")
    assert form.pin.value() == "1199156840"
    QTest.keyClicks(line, "7")
    assert form.pin.value() == "11997156840"


def test_backspace_after_a_space_deletes_a_digit(form: Form) -> None:
    """The space is not there for the person who types."""
    form.pin.insert("11156840")
    line = form.pin_line()
    line.setCursorPosition(5)
    QTest.keyClick(line, Qt.Key.Key_Backspace)
    assert form.pin.value() == "1116840"


def test_each_change_is_told_once(form: Form, qtbot: QtBot) -> None:
    """One key, one signal, with the field's name and its value."""
    told: list[tuple[str, str]] = []
    form.pin.edited.connect(lambda name, value: told.append((name, value)))
    QTest.keyClicks(form.pin_line(), "12")
    QTest.keyClicks(form.pin_line(), "x")
    assert told == [("pin", "1"), ("pin", "12")]


def test_setting_a_value_tells_nobody(form: Form) -> None:
    """Rendering is not an intent."""
    told: list[str] = []
    form.pin.edited.connect(lambda name, _value: told.append(name))
    form.pin.set_value(PIN)
    form.pin.set_value(PIN)
    assert told == []


def test_enter_is_told_once_for_each_press(form: Form) -> None:
    """A key held down is one press."""
    told: list[str] = []
    form.pin.submitted.connect(told.append)
    line = form.pin_line()
    QTest.keyClick(line, Qt.Key.Key_Return)
    held = QKeyEvent(
        QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "", autorep=True
    )
    QApplication.sendEvent(line, held)
    assert told == ["pin"]


def test_a_sensitive_value_hides_when_the_focus_leaves(form: Form) -> None:
    """Only the last four digits stay, and the value is still whole."""
    form.pin.insert(PIN)
    assert form.pin.shown_text() == "1115 6840 9141 9838"
    form.phone.setFocus()
    assert form.pin.shown_text() == "•••• •••• •••• 9838"
    assert form.pin.value() == PIN


def test_the_eye_shows_only_while_it_is_held(form: Form) -> None:
    """Letting go hides the value again."""
    form.pin.insert(PIN)
    form.phone.setFocus()
    eye = form.findChild(QWidget, "eye_pin")
    assert eye is not None
    assert eye.isVisible()
    QTest.mousePress(eye, Qt.MouseButton.LeftButton)
    assert form.pin.shown_text() == "1115 6840 9141 9838"
    QTest.mouseRelease(eye, Qt.MouseButton.LeftButton)
    assert form.pin.shown_text() == "•••• •••• •••• 9838"


def test_a_screen_that_goes_away_hides_a_held_value(form: Form) -> None:
    """The next person finds bullets."""
    form.pin.insert(PIN)
    form.phone.setFocus()
    eye = form.findChild(QWidget, "eye_pin")
    assert eye is not None
    QTest.mousePress(eye, Qt.MouseButton.LeftButton)
    form.pin.hide()
    assert form.pin_line().is_concealed()


def test_hiding_and_errors_move_nothing(form: Form) -> None:
    """Focus, hiding, an error and its end leave every pixel where it was."""
    form.pin.insert(PIN)
    form.grab()
    before = places(form)
    form.phone.setFocus()
    form.pin.show_error("Too short: 10 of 16 digits")
    form.amount.show_error("More than the voucher holds")
    form.grab()
    assert places(form) == before
    form.pin.show_error("")
    form.grab()
    assert places(form) == before
    assert form.pin.hint_words() == "16 of 16 digits"


def test_a_sensitive_value_never_reaches_the_clipboard(form: Form) -> None:
    """Select all, copy and cut leave the clipboard as it was and the value whole."""
    QGuiApplication.clipboard().setText("before")
    form.pin.insert(PIN)
    line = form.pin_line()
    line.selectAll()
    QTest.keySequence(line, "Ctrl+C")
    QTest.keySequence(line, "Ctrl+X")
    line.copy()
    assert QGuiApplication.clipboard().text() == "before"
    assert form.pin.value() == PIN
    menu = right_clicked(line)
    assert [one.text() for one in menu.actions()] == ["Paste"]
    menu.close()


def right_clicked(line: QLineEdit) -> QMenu:
    """Press the right button over a box, and return the menu that comes."""
    at = line.rect().center()
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(line, QContextMenuEvent(reason, at, line.mapToGlobal(at)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def chosen(menu: QMenu, words: str) -> None:
    """Choose from a menu, which then is gone."""
    (action,) = [one for one in menu.actions() if one.text() == words]
    assert action.isEnabled()
    action.trigger()
    menu.close()


def test_a_pin_that_came_as_a_message_is_pasted_with_the_right_button(form: Form) -> None:
    """It is grouped and cleaned as one that is typed, and the field keeps its cursor."""
    QGuiApplication.clipboard().setText(" 1115-6840 9141 9838 ")
    edited: list[str] = []
    form.pin_line().value_edited.connect(edited.append)
    chosen(right_clicked(form.pin_line()), "Paste")
    assert (form.pin.value(), edited) == (PIN, [PIN])
    assert form.pin_line().hasFocus()


def test_what_is_no_secret_can_be_copied_and_cut_with_the_right_button(form: Form) -> None:
    """Only what is chosen; nothing to paste is nothing to press."""
    QGuiApplication.clipboard().clear()
    line = form.phone.line()
    assert line is not None
    form.phone.insert("0821234567")
    menu = right_clicked(line)
    assert [one.isEnabled() for one in menu.actions()] == [False, False, False]
    menu.close()
    line.selectAll()
    chosen(right_clicked(line), "Cut")
    assert form.phone.value() == ""
    assert "".join(QGuiApplication.clipboard().text().split()) == "0821234567"


def test_undo_does_nothing(form: Form) -> None:
    """There is no list of what was typed before."""
    QTest.keyClicks(form.pin_line(), "123")
    QTest.keySequence(form.pin_line(), "Ctrl+Z")
    assert form.pin.value() == "123"
    assert not form.pin_line().isUndoAvailable()


def test_names_for_screen_readers_hold_no_value(form: Form) -> None:
    """They say what a field is and whether it is needed."""
    form.pin.insert(PIN)
    spoken = " ".join(
        widget.accessibleName() + widget.accessibleDescription() + widget.toolTip()
        for widget in (form, *form.findChildren(QWidget))
    )
    assert "9838" not in spoken
    assert form.pin_line().accessibleName() == "Voucher PIN, required"
    assert form.pin_line().echoMode() is QLineEdit.EchoMode.Password


def test_placeholders_start_with_an_example_mark(form: Form) -> None:
    """A bare number looks typed from an arm's length."""
    assert form.pin_line().placeholderText() == "e.g. 1115"


def test_the_hint_gives_way_to_the_count(form: Form) -> None:
    """A field of known length counts; another keeps its hint."""
    assert form.pin.hint_words() == "16 digits"
    form.phone.insert("082")
    assert form.phone.hint_words() == "By SMS"


def test_the_keypad_never_takes_the_focus(form: Form) -> None:
    """The field one types into keeps it, and gets the digit."""
    form.keypad.digit_pressed.connect(form.pin.insert)
    QTest.mouseClick(form.keypad.key_named("7"), Qt.MouseButton.LeftButton)
    assert form.pin_line().hasFocus()
    assert form.pin.value() == "7"
    qapp = QApplication.instance()
    assert isinstance(qapp, QApplication)
    assert qapp.focusWidget() is form.pin_line()


def test_two_fast_taps_are_two_digits(form: Form) -> None:
    """A double click on a key is not one press."""
    form.keypad.digit_pressed.connect(form.pin.insert)
    key = form.keypad.key_named("5")
    QTest.mouseClick(key, Qt.MouseButton.LeftButton)
    QTest.mouseDClick(key, Qt.MouseButton.LeftButton)
    QTest.mouseRelease(key, Qt.MouseButton.LeftButton)
    assert form.pin.value() == "55"


def test_a_tap_is_seen_for_a_moment(form: Form, qtbot: QtBot) -> None:
    """The key still looks pressed after the finger left, and not for long."""
    key = form.keypad.key_named("1")
    QTest.mouseClick(key, Qt.MouseButton.LeftButton)
    assert key.looks_pressed()
    qtbot.waitUntil(lambda: not key.looks_pressed(), timeout=2000)


@pytest.mark.parametrize(
    ("mode", "text", "shown"),
    [
        (KeypadMode.MONEY, ".", True),
        (KeypadMode.DIGITS, "Clear", True),
        (KeypadMode.PLAIN, "", False),
    ],
)
def test_the_key_left_of_nought_follows_the_mode(
    form: Form, mode: KeypadMode, text: str, shown: bool
) -> None:
    """A point for money, Clear for PINs, nothing for other numbers; 0 stays in the middle."""
    form.keypad.set_mode(mode)
    left = form.keypad.key_named("left")
    assert left.text() == text
    assert left.isVisible() is shown
    form.grab()
    assert form.keypad.key_named("0").x() == form.keypad.key_named("2").x()


def test_the_keypad_tells_what_was_pressed(form: Form) -> None:
    """Point, Clear and backspace have signals of their own."""
    told: list[str] = []
    form.keypad.dot_pressed.connect(lambda: told.append("dot"))
    form.keypad.cleared.connect(lambda: told.append("clear"))
    form.keypad.backspace_pressed.connect(lambda: told.append("back"))
    for mode in (KeypadMode.MONEY, KeypadMode.DIGITS):
        form.keypad.set_mode(mode)
        QTest.mouseClick(form.keypad.key_named("left"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(form.keypad.key_named("backspace"), Qt.MouseButton.LeftButton)
    assert told == ["dot", "clear", "back"]


def test_the_amount_keeps_every_key(form: Form) -> None:
    """What cannot be money is refused as a whole: a letter left out makes another amount."""
    QTest.keyClicks(form.amount.line(), "R12345678.5e0")
    assert form.amount.value() == "12345678.5e0"


def test_the_whole_value_stands_in_place_of_a_number(form: Form) -> None:
    """Choosing it is told; showing it is not."""
    told: list[bool] = []
    form.amount.whole_toggled.connect(told.append)
    form.amount.show_whole(chosen=True)
    assert told == []
    assert form.amount.whole_button().isChecked()
    QTest.mouseClick(form.amount.whole_button(), Qt.MouseButton.LeftButton)
    assert told == [False]


def test_fields_tell_when_they_get_the_focus(form: Form) -> None:
    """The keypad follows the field that was last in use."""
    told: list[str] = []
    form.phone.focused.connect(told.append)
    form.amount.focused.connect(lambda: told.append("amount"))
    form.phone.setFocus()
    form.amount.setFocus()
    assert told == ["mobile", "amount"]


def test_a_choice_tells_its_value(form: Form, qtbot: QtBot) -> None:
    """The words are for people; the value is what the metadata gave."""
    look = FieldLook("net", "Network", FieldKind.CHOICE, choices=(("mtn", "MTN"), ("vc", "Voda")))
    field = EntryField(look)
    qtbot.addWidget(field)
    assert field.value() == ""
    field.set_value("vc")
    assert field.value() == "vc"


def made(qtbot: QtBot, look: FieldLook) -> EntryField:
    """Show one field with the cursor in it."""
    field = EntryField(look)
    qtbot.addWidget(field)
    field.show()
    field.setFocus()
    return field


def paste(box: QLineEdit, text: str) -> None:
    """Paste a text into a box as Ctrl+V does."""
    QGuiApplication.clipboard().setText(text)
    QTest.keySequence(box, QKeySequence(QKeySequence.StandardKey.Paste))
    QGuiApplication.clipboard().clear()


PASTED: tuple[tuple[FieldKind, str, str, str, CodeProblem | None], ...] = (
    (FieldKind.DIGITS, "", f"]C1{PIN}", PIN, None),
    (FieldKind.DIGITS, "", "PIN: 1115-6840-9141-9838", PIN, None),
    (FieldKind.DIGITS, "1115 6840", "9141 9838", PIN, None),
    (FieldKind.DIGITS, "77", "Your PIN 1115 6840 is worth R50", "77", CodeProblem.WORDS),
    (FieldKind.DIGITS, "77", "&é\"'(-è_çà", "77", CodeProblem.OTHER_KEYBOARD),
    (FieldKind.DIGITS, "77", "-1", "77", CodeProblem.NO_DIGITS),
    (FieldKind.PHONE, "", "+27 (82) 015-9463", "+27820159463", None),
    (FieldKind.PHONE, "082", "call 0820159463", "082", CodeProblem.NO_DIGITS),
    (FieldKind.NUMBER, "", "-12,5", "-12,5", None),
    (FieldKind.NUMBER, "3", "seven", "3", CodeProblem.NO_DIGITS),
    (FieldKind.DATE, "", "2026-11-30", "2026-11-30", None),
    (FieldKind.DATE, "2026", "30 November", "2026", CodeProblem.NO_DIGITS),
    (FieldKind.TEXT, "", "any words, at 5", "any words, at 5", None),
)


@pytest.mark.parametrize("case", PASTED)
def test_what_is_pasted_is_wholly_taken_or_the_field_stays_as_it_was(
    qtbot: QtBot, case: tuple[FieldKind, str, str, str, CodeProblem | None]
) -> None:
    """Digits are never gathered from a sentence, and whoever pasted one hears why."""
    kind, before, pasted, after, problem = case
    field = made(qtbot, FieldLook("code", "Code", kind))
    told: list[NotACode] = []
    field.refused.connect(told.append)
    field.insert(before)
    box = field.line()
    assert box is not None
    paste(box, pasted)
    assert field.value().replace(" ", "") == after.replace(" ", "")
    assert [one.problem for one in told] == ([problem] if problem else [])


@pytest.mark.parametrize(
    ("pasted", "after", "problem"),
    [
        ("R12,50", "12,50", None),
        ("1 234.50", "1 234.50", None),
        ("0821234567", "5", AmountProblem.CODE),
        ("worth R50", "5", AmountProblem.NOT_AN_AMOUNT),
    ],
)
def test_only_an_amount_is_pasted_into_the_amount(
    form: Form, pasted: str, after: str, problem: AmountProblem | None
) -> None:
    """A phone number or a sentence leaves what stood there."""
    told: list[NotAnAmount] = []
    form.amount.refused.connect(told.append)
    if problem is not None:
        form.amount.insert("5")
    form.amount.setFocus()
    paste(form.amount.line(), pasted)
    assert form.amount.value() == after
    assert [one.problem for one in told] == ([problem] if problem else [])


def test_a_letter_for_a_digit_is_refused_with_a_reason(form: Form) -> None:
    """O for 0: it used to vanish without a word, and the number was one digit short."""
    told: list[NotACode] = []
    form.pin.refused.connect(told.append)
    QTest.keyClicks(form.pin_line(), "12O4")
    assert form.pin.value() == "124"
    assert told == [NotACode(CodeProblem.NO_DIGITS)]


def test_a_date_is_grouped_as_it_is_written(qtbot: QtBot) -> None:
    """Eight digits, from the keyboard or the keypad, are a date; a part of one stays as typed."""
    field = made(qtbot, FieldLook("day", "Day", FieldKind.DATE))
    for digit in "20261130":
        field.insert(digit)
    assert field.shown_text() == "2026-11-30"
    for _ in range(3):
        field.backspace()
    assert field.shown_text() == "2026-11"


def list_of(field: EntryField) -> BoxChoice:
    """Return the list of a choice."""
    (box,) = field.findChildren(BoxChoice)
    return box


def offered(box: BoxChoice) -> list[str]:
    """Return what a search found, and close its list."""
    completer = box.completer()
    assert completer is not None
    found = completer.completionModel()
    words = [str(found.index(row, 0).data()) for row in range(found.rowCount())]
    popup = completer.popup()
    assert popup is not None
    popup.hide()
    return words


SIXTY = tuple((f"v{number}", f"Branch {number}") for number in range(60))


def test_each_of_sixty_choices_is_found_by_typing_a_part_of_it(qtbot: QtBot) -> None:
    """And half a word is no choice, neither while it is typed nor afterwards."""
    field = made(qtbot, FieldLook("branch", "Branch", FieldKind.CHOICE, choices=SIXTY))
    told: list[str] = []
    field.edited.connect(lambda _, value: told.append(value))
    box = list_of(field)
    line = box.lineEdit()
    assert line is not None
    QTest.keyClicks(line, "ranch 59")
    assert field.value() == ""
    assert offered(box) == ["Branch 59"]
    line.clear()
    QTest.keyClicks(line, "branch 59")
    assert field.value() == told[-1] == "v59"
    QTest.keyClicks(line, "x")
    assert field.value() == told[-1] == ""
    offered(box)


def test_an_optional_choice_can_be_taken_back(qtbot: QtBot) -> None:
    """The first of the list is no answer; a required one has no such entry."""
    few = (("true", "Yes"), ("false", "No"))
    wanted = made(qtbot, FieldLook("a", "A", FieldKind.CHOICE, choices=few))
    free = made(qtbot, FieldLook("b", "B", FieldKind.CHOICE, optional=True, choices=few))
    assert [list_of(one).count() for one in (wanted, free)] == [2, 3]
    free.set_value("true")
    QTest.keyClick(list_of(free), Qt.Key.Key_Up)
    assert free.value() == ""


def test_a_read_only_field_refuses_keys(form: Form) -> None:
    """Neither the keyboard nor the keypad changes it."""
    form.pin.insert("12")
    form.pin.set_read_only(True)
    QTest.keyClicks(form.pin_line(), "3")
    form.pin.insert("4")
    form.pin.backspace()
    assert form.pin.value() == "12"


def test_keys_and_boxes_start_and_end_on_one_line(qtbot: QtBot, form: Form) -> None:
    """Beside each other, the first box and the top keys have the same top."""
    box_top = form.pin_line().y()
    key_top = form.keypad.key_named("7").y()
    assert box_top == key_top


def test_numbers_are_not_turned_round_in_right_to_left(qapp: QApplication, qtbot: QtBot) -> None:
    """The groups of a PIN, an amount and the keys keep their order in every language."""
    pictures = []
    for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        qapp.setLayoutDirection(direction)
        try:
            form = Form()
            qtbot.addWidget(form)
            form.pin.set_value(PIN)
            form.amount.set_value("19.00")
            form.grab()
            pictures.append([line.grab().toImage() for line in form.findChildren(BoxLine)])
            assert form.keypad.key_named("7").x() < form.keypad.key_named("9").x()
        finally:
            qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    assert pictures[0] == pictures[1]
