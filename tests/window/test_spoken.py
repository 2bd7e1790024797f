"""What is heard of the window: names, results and errors, and no secret."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from counterfoil.ui import announcing
from counterfoil.ui.widgets.field import EntryField, FieldLook
from counterfoil.ui.widgets.field_text import FieldKind
from support.canary import CANARY_PIN
from support.gateways import ScriptedGateway
from support.spoken import unheard_in
from support.states import played
from support.till import approved
from support.window import TYPES, open_window

Heard = list[tuple[str, bool]]
"""What was announced, and whether it was urgent."""


class Ear:
    """Stands where Qt has its accessibility, and keeps what is announced."""

    AnnouncementPoliteness = QAccessible.AnnouncementPoliteness

    def __init__(self) -> None:
        self.heard: Heard = []

    def updateAccessibility(self, event: QAccessibleAnnouncementEvent) -> None:  # noqa: N802 - Qt's
        """Keep what a screen reader would say."""
        is_urgent = event.politeness() is self.AnnouncementPoliteness.Assertive
        self.heard.append((event.message(), is_urgent))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    """Return what is announced from now on."""
    ear = Ear()
    monkeypatch.setattr(announcing, "QAccessible", ear)
    return ear.heard


async def test_a_result_is_said_at_once_and_its_question_after(heard: Heard) -> None:
    """Whoever does not see the green head hears what to do."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        till.fill(pin=CANARY_PIN)
        heard.clear()
        till.press(Qt.Key.Key_F12)
        await till.until_result()
    results = [words for words, is_urgent in heard if is_urgent]
    assert results == ["HAND OVER NOW. R19.00 paid by voucher. The customer keeps R31.00"]
    assert heard[-1] == ("Did the whole slip come out?", False)


async def test_waiting_is_said_once_and_not_every_second(heard: Heard) -> None:
    """A ring counts the seconds in sight; nobody wants to hear each."""
    async with played("checking") as till:
        heard.clear()
        await till.pass_time(5)
    assert heard == []


async def test_what_is_wrong_is_said_and_told_by_its_box(heard: Heard) -> None:
    """An error under a field is heard when it comes, and again whenever one is in the box."""
    async with played("error") as till:
        box = QAccessible.queryAccessibleInterface(till.box("field-phone_number"))
        described = box.text(QAccessible.Text.Description)
        assert (described, False) in heard
        toast = till.shell.screen().toast
        assert not toast or (toast, True) in heard


async def test_the_menu_says_which_row_enter_runs(heard: Heard) -> None:
    """The cursor stays in the box where one types."""
    async with played("menu") as till:
        heard.clear()
        till.press(Qt.Key.Key_Down)
        assert len(heard) == 1


@pytest.mark.parametrize("name", ["twoheld", "phonecode"])
async def test_a_code_that_is_held_in_sight_is_not_told(name: str) -> None:
    """Whoever listens in hears no change voucher, not even while it is shown."""
    async with played(name) as till:
        assert unheard_in(till.window) == []


@pytest.fixture
def page(qapp: QApplication) -> Iterator[QWidget]:
    """Return a page that is shown, and hide it after."""
    page = QWidget()
    QVBoxLayout(page)
    page.show()
    yield page
    page.hide()


def put(page: QWidget, widget: QWidget) -> None:
    """Put a widget on the page."""
    layout = page.layout()
    assert layout is not None
    widget.setObjectName("planted")
    layout.addWidget(widget)
    widget.show()


def test_a_button_without_a_name_is_found(page: QWidget) -> None:
    """The control: what has only a picture is not heard."""
    put(page, QPushButton("Print"))
    assert unheard_in(page) == []
    put(page, QPushButton())
    assert unheard_in(page) == ["QPushButton planted has no name"]


def test_a_page_that_tab_stops_at_is_found(page: QWidget) -> None:
    """It says what it is called and not what can be done with it."""
    planted = QWidget()
    planted.setAccessibleName("Page")
    planted.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    put(page, planted)
    assert unheard_in(page) == ["QWidget planted is said to be a Client"]


def test_a_number_is_told_by_nothing_but_the_box_of_a_phone(page: QWidget) -> None:
    """A PIN in an open box or a name is found, in groups too."""
    number = EntryField(FieldLook(name="n", label="Number", kind=FieldKind.PHONE))
    number.set_value("0825554567")
    put(page, number)
    assert unheard_in(page) == []
    code = EntryField(FieldLook(name="c", label="Code", kind=FieldKind.DIGITS, sensitive=True))
    code.set_value(CANARY_PIN)
    put(page, code)
    assert unheard_in(page) == []
    open_code = EntryField(FieldLook(name="o", label="Code", kind=FieldKind.DIGITS))
    open_code.set_value(CANARY_PIN)
    put(page, open_code)
    assert all(" tells " in fault for fault in unheard_in(page))
    assert unheard_in(page)


def test_a_list_of_choices_says_what_it_is_for(page: QWidget) -> None:
    """Qt on Linux names it by what is chosen, so its label is in the description."""
    look = FieldLook(
        name="f", label="Times", kind=FieldKind.CHOICE, choices=(("a", "Monday"), ("b", "Tuesday"))
    )
    field = EntryField(look)
    field.set_value("b")
    put(page, field)
    assert unheard_in(page) == []
    field.show_error("Choose another")
    (choice,) = [one for one in field.findChildren(QWidget) if one.accessibleDescription()]
    assert choice.accessibleDescription() == "Times, required. Choose another"
