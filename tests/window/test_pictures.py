"""Every text of every screen is whole and every control has a name, in each look and language."""

import os
from collections.abc import Callable, Iterator
from itertools import combinations, product

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from counterfoil.domain.settlement import TEXTS
from counterfoil.presentation.screens import Act, Banner, NumberedStep, Tone
from counterfoil.presentation.settings_presenter import SettingRow
from counterfoil.presentation.words.speaking import speaking
from counterfoil.ui import theme
from counterfoil.ui.setting_button import SettingButton
from counterfoil.ui.theme import Role
from counterfoil.ui.widgets.banner import StateBanner
from counterfoil.ui.widgets.button import PrimaryButton, SecondaryButton
from counterfoil.ui.widgets.field import EntryField, FieldLook
from counterfoil.ui.widgets.field_line import BoxLine
from counterfoil.ui.widgets.field_text import FieldKind
from counterfoil.ui.widgets.keypad import Keypad
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.overlay import PANEL_SIZE
from counterfoil.ui.widgets.progress_line import ProgressLine
from counterfoil.ui.widgets.steps import NumberedSteps, WizardSteps
from counterfoil.ui.widgets.tile import FIND_ICON, PADDING, FindField
from support.painted_text import faults_of, painted_in
from support.screenshots import LANGUAGES, SIZES, TEXT_SIZES, THEMES, Look, shown
from support.spoken import unheard_in
from support.states import PLAYS

ONE_OF_EACH_SCREEN = (
    *("idle", "checking", "final", "declined", "nokey", "unknown", "sms", "whole", "which"),
    *("still", "carried", "error", "balance", "history", "doubt", "slips", "closed", "held"),
    *("settings", "settingsfound", "trainingfirstshop", "trainingfirstprinter"),
    *("help", "menu", "health", "trainingtour", "traininggolive", "preview", "many", "empty"),
    *("told", "reversed", "backlog", "signin", "lockedout", "recoverycode", "lostpassphrase"),
    *("approval", "voidsettled", "settle", "staff", "newstaff", "alerts", "reportsday"),
    *("shiftclosed", "shiftopen", "shiftmove", "shiftcount", "shiftz", "ownerhome", "ownerfile"),
    *("ownercolumns", "ownerdifference", "ownerkept", "restcash", "restmix", "restchange"),
)
"""What the check looks at; all states in all looks are `packaging/pictures`."""


def pairwise() -> list[tuple[Look, str]]:
    """Return so many looks in languages that any two of their values come together once."""
    rows = []
    for (at, size), (by, language) in product(enumerate(SIZES), enumerate(LANGUAGES)):
        text = TEXT_SIZES[(at + by) % len(TEXT_SIZES)]
        rows.append((Look(THEMES[(at + by) % len(THEMES)], text, size), language))
    return rows


ROWS = pairwise()


@pytest.fixture(autouse=True)
def _as_before(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take back what pictures change: the look, the side one reads from, and the home folder."""
    monkeypatch.setenv("HOME", os.environ.get("HOME", "/"))
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    theme.apply_theme(qapp, theme.ThemeName.LIGHT)


def test_any_two_values_of_a_look_come_together() -> None:
    """Each theme in each size, each size in each language, and so on."""
    rows = [(look.theme, look.text, look.size, language) for look, language in ROWS]
    for one, two in combinations(range(4), 2):
        seen = {(row[one], row[two]) for row in rows}
        assert len(seen) == len({row[one] for row in rows}) * len({row[two] for row in rows})


@pytest.mark.many_runs
@pytest.mark.parametrize("row", range(len(ROWS)), ids=[f"{look}-{named}" for look, named in ROWS])
async def test_every_text_is_whole_and_every_control_is_heard(qapp: QApplication, row: int) -> None:
    """Names, hints and descriptions may be shortened; amounts, codes and what to do never.

    A screen reader is told what each control is, and no number of a customer.
    """
    look, language = ROWS[row]
    catalogue, direction = LANGUAGES[language]
    qapp.setLayoutDirection(direction)
    faults = []
    with speaking(catalogue):
        for name in ONE_OF_EACH_SCREEN[row :: len(ROWS)]:
            async with shown(name, look) as till:
                found = (*faults_of(till.window), *unheard_in(till.window))
                faults += [f"{name}: {fault}" for fault in found]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", ["twoheld", "nocode", "phonecode"])
@pytest.mark.parametrize("size", SIZES[:2])
async def test_a_change_voucher_is_whole_in_the_lowest_windows(
    name: str, size: tuple[int, int]
) -> None:
    """Two codes that are held, the way to a code that could not be read, and the phone's code."""
    async with shown(name, Look("light", 200, size)) as till:
        assert faults_of(till.window) == []


@pytest.mark.parametrize(
    ("name", "size"),
    [
        *((name, SIZES[1]) for name in ("revealed", "trainingtourdone", "paused")),
        *(("reportsother", size) for size in SIZES[:2]),
        ("declined", SIZES[0]),
        ("late", SIZES[1]),
    ],
)
async def test_longer_words_are_whole_in_large_letters_in_a_small_window(
    name: str, size: tuple[int, int]
) -> None:
    """A change voucher, a warning beside the tabs, a page with keys, a refusal, what waits."""
    with speaking(LANGUAGES["longer"][0]):
        async with shown(name, Look("light", 200, size)) as till:
            assert faults_of(till.window) == []


@pytest.mark.parametrize(
    ("name", "look"),
    [
        ("restmix", Look("light", 100, SIZES[0])),
        ("signin", Look("light", 200, SIZES[-1])),
        *((name, Look("light", 100, SIZES[0])) for name in ("usedorlittle", "twoheld")),
        ("trainingtourdone", Look("light", 100, SIZES[0])),
        ("newstaff", Look("light", 200, SIZES[-1])),
    ],
)
async def test_no_box_is_cut_in_longer_words_where_there_is_little_room(
    name: str, look: Look
) -> None:
    """A field or button has its lower edge, and no hint lies on one."""
    with speaking(LANGUAGES["longer"][0]):
        async with shown(name, look) as till:
            assert faults_of(till.window) == []


async def test_no_button_of_a_result_is_cut_where_the_window_has_become_higher() -> None:
    """Its question is in larger letters again, and asks for its room at once."""
    with speaking(LANGUAGES["longer"][0]):
        async with shown("pausedqueue", Look("light", 100, SIZES[0])) as till:
            till.window.resize(*SIZES[1])
            await till.settle()
            assert faults_of(till.window) == []


async def test_each_text_of_a_settlement_is_in_sight_in_the_lowest_window() -> None:
    """Else its act would be grey, and nothing would say what is missing."""
    with speaking(LANGUAGES["longer"][0]):
        async with shown("settle", Look("light", 100, SIZES[0])) as till:
            for name in TEXTS:
                box = till.box(f"settle-{name}")
                assert box.visibleRegion().boundingRect() == box.rect(), name


async def test_the_field_with_the_cursor_stays_in_sight_where_the_window_becomes_lower() -> None:
    """The column of fields scrolls there."""
    async with shown("scanned", Look("light", 100, SIZES[1])) as till:
        box = till.window.focusWidget()
        assert isinstance(box, BoxLine)
        till.window.resize(*SIZES[0])
        await till.settle()
        assert box.visibleRegion().boundingRect() == box.rect()


async def test_the_foot_of_a_first_letter_is_whole_in_large_letters(
    qapp: QApplication, qtbot: QtBot
) -> None:
    """That of a J hangs before the line, and would be cut where the label begins."""
    theme.set_room(*SIZES[-1])
    theme.apply_theme(qapp, theme.ThemeName.LIGHT, scale=2)
    label = PlainLabel("Journal", Role.NOTE, elided=True)
    qtbot.addWidget(label)
    label.show()
    assert faults_of(label) == []


async def test_why_cash_moves_is_whole_in_the_lowest_window() -> None:
    """Pay in, pay out and drop in longer words, and also while a sentence says what is missing."""
    faults = []
    with speaking(LANGUAGES["longer"][0]):
        async with shown("shiftopen", Look("light", 200, SIZES[0])) as till:
            for act in (Act.PAY_IN, Act.PAY_OUT, Act.DROP_CASH):
                await till.ready_to_answer()
                till.click(f"act-{act.value}")
                await till.settle()
                till.type_into("shift-amount", "45")
                faults += faults_of(till.window)
                await till.ready_to_answer()
                till.press(Qt.Key.Key_F11)
                assert till.pages.shift.screen().error
                await till.settle()
                faults += faults_of(till.window)
                till.press(Qt.Key.Key_Escape)
                await till.settle()
    assert faults == []


async def test_figures_of_a_report_are_never_shortened() -> None:
    """Those of the total are in bold, and so the widest of their column."""
    with speaking(LANGUAGES["longer"][0]):
        async with shown("reportsprovider", Look("light", 200, SIZES[1])) as till:
            painted = [one.text for one in painted_in(till.window)]
    figures = [text for text in painted if text.startswith("R2,")]
    assert {"R2,622.00", "R2,166.00"} == set(figures)


async def test_a_new_person_has_room_in_large_letters() -> None:
    """The form is larger where the window has room."""
    async with shown("newstaff", Look("light", 200, SIZES[-1])) as till:
        assert faults_of(till.window) == []
        front = QApplication.activeModalWidget()
        assert front is not None
        assert front.width() > PANEL_SIZE.width()


@pytest.mark.parametrize("name", THEMES)
def test_half_of_a_work_does_not_look_like_all_of_it(
    qapp: QApplication, qtbot: QtBot, name: str
) -> None:
    """In high contrast lines have the colour of what is done."""
    theme.apply_theme(qapp, name)
    place = QWidget()
    qtbot.addWidget(place)
    line = ProgressLine(place, height=14)
    line.resize(200, 14)
    line.show_share(0.5)
    drawn = line.grab().toImage()
    assert drawn.pixelColor(20, 7) != drawn.pixelColor(180, 7)


def test_what_is_looked_for_stands_beside_the_glass_in_large_letters(
    qapp: QApplication, qtbot: QtBot
) -> None:
    """The glass grows with the letters, and so does the room before them."""
    theme.set_room(*SIZES[-1])
    theme.apply_theme(qapp, theme.ThemeName.LIGHT, scale=2)
    field = FindField("Find")
    qtbot.addWidget(field)
    assert field.textMargins().left() >= PADDING + theme.current().px(FIND_ICON)


def ink_of(widget: QWidget) -> QImage:
    """Return the part of a picture of a widget that its letters take, without its frame."""
    drawn = widget.grab().toImage()
    inside = drawn.copy(drawn.rect().adjusted(4, 4, -4, -4))
    ground = inside.pixelColor(0, 0)
    columns = [
        x
        for x in range(inside.width())
        if any(inside.pixelColor(x, y) != ground for y in range(inside.height()))
    ]
    return inside.copy(columns[0], 0, columns[-1] - columns[0] + 1, inside.height())


def from_both_sides(qapp: QApplication, qtbot: QtBot, make: Callable[[], QWidget]) -> list[QImage]:
    """Return how the letters of a widget look in a language of each direction."""
    drawn = []
    for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        qapp.setLayoutDirection(direction)
        widget = make()
        qtbot.addWidget(widget)
        drawn.append(ink_of(widget))
    return drawn


@pytest.mark.parametrize("text", ["0860 111 222", "/home/shop/statement.csv", "Lindiwe K."])
def test_a_number_a_path_and_a_name_are_not_turned_round(
    qapp: QApplication, qtbot: QtBot, text: str
) -> None:
    """Read from right to left they stand at the other side, and read as they were typed."""

    def make() -> QWidget:
        box = BoxLine(FieldKind.TEXT, Role.BODY_LARGE)
        box.resize(400, 52)
        box.set_value(text)
        return box

    left, right = from_both_sides(qapp, qtbot, make)
    assert left == right


def test_a_date_that_has_to_be_smaller_is_not_turned_round(
    qapp: QApplication, qtbot: QtBot
) -> None:
    """In a place that is too narrow for it in its own letters."""

    def make() -> QWidget:
        label = PlainLabel("30 November 2029", Role.BODY)
        wanted = label.sizeHint()
        label.resize(wanted.width() - 12, wanted.height() + 8)
        return label

    left, right = from_both_sides(qapp, qtbot, make)
    assert left == right


def test_the_check_looks_at_states_that_there_are() -> None:
    """None is named twice or has gone."""
    assert len(set(ONE_OF_EACH_SCREEN)) == len(ONE_OF_EACH_SCREEN)
    assert set(ONE_OF_EACH_SCREEN) <= set(PLAYS)


@pytest.fixture
def page(qapp: QApplication) -> Iterator[QWidget]:
    """Return an empty page, and hide it after."""
    page = QWidget()
    page.resize(400, 300)
    page.show()
    yield page
    page.hide()


def put(page: QWidget, widget: QWidget, *, width: int, height: int = 60) -> QWidget:
    """Put a widget on the page, as large as told."""
    widget.setParent(page)
    widget.setObjectName("planted")
    widget.setFixedSize(width, height)
    widget.show()
    return widget


def test_a_label_that_is_too_narrow_or_too_low_is_found(page: QWidget) -> None:
    """The control: what cuts a text is named with what it cuts."""
    label = put(page, PlainLabel("Should be there"), width=200)
    assert faults_of(page) == []
    label.setFixedWidth(50)
    (fault,) = faults_of(page)
    assert fault.startswith("PlainLabel planted cuts")
    assert fault.endswith("px at the right of: 'Should be there'")
    label.setFixedSize(200, 6)
    (fault,) = faults_of(page)
    assert fault == "PlainLabel planted cuts 3 px at the bottom of: 'Should be there'"


def test_a_label_that_lacks_a_little_is_painted_smaller(page: QWidget) -> None:
    """On one line or on several, its words are whole where a language has longer ones."""
    for label in (PlainLabel("Should be there"), PlainLabel("Should be there", wrapped=True)):
        put(page, label, width=200, height=20)
        wide = label.sizeHint().width()
        label.setFixedWidth(round(wide * 0.9))
        assert faults_of(page) == []
        label.hide()


def test_a_button_over_another_one_is_found(page: QWidget) -> None:
    """One may be pressed for the other, even where no letter is covered."""
    for _ in range(2):
        put(page, SecondaryButton(""), width=80).setObjectName("act")
    assert faults_of(page) == ["SecondaryButton act lies over SecondaryButton act"]


def test_a_box_that_is_cut_or_under_a_hint_is_found(page: QWidget) -> None:
    """A panel that is too low takes the lower edge of what stands in it, and moves hints up."""
    panel = put(page, QWidget(), width=300, height=100)
    field = EntryField(FieldLook(name="who", label="Who"), panel)
    field.show_hint("As on the slip")
    field.resize(300, field.sizeHint().height())
    field.show()
    assert faults_of(page) == []
    field.resize(300, field.sizeHint().height() - 20)
    QApplication.sendPostedEvents()
    on_border = "PlainLabel in field_who lies on BoxLine field-who with: 'As on the slip'"
    assert on_border in faults_of(page)
    panel.setFixedHeight(60)
    assert any(fault.startswith("BoxLine field-who is cut by ") for fault in faults_of(page))


def test_keys_and_steps_have_room_beside_each_other_where_there_is_little(page: QWidget) -> None:
    """Lower keys lie over no other, and steps stand closer together."""
    low = put(page, Keypad(), width=244, height=230)
    QApplication.sendPostedEvents()
    assert faults_of(page) == []
    low.hide()
    steps = WizardSteps()
    steps.show_steps(("Language", "Shop", "Ready"), 0)
    put(page, steps, width=steps.minimumSizeHint().width(), height=steps.height())
    assert faults_of(page) == []


def test_large_letters_shrink_to_half_and_no_further(page: QWidget) -> None:
    """The first line of a result stays whole; what has no room even then is found."""
    label = put(page, PlainLabel("HAND OVER NOW", Role.HAND_OVER), width=300)
    assert faults_of(page) == []
    label.setFixedWidth(150)
    (fault,) = faults_of(page)
    assert "at the right of: 'HAND OVER NOW'" in fault


def test_steps_that_have_no_room_for_more_are_their_titles(page: QWidget) -> None:
    """What explains a step is then below the pointer, and said to who cannot see it."""
    steps = NumberedSteps((NumberedStep(title="Read it again", line="One digit is wrong."),))
    put(page, steps, width=300, height=30)
    steps.set_brief(True)
    (label,) = [one for one in steps.findChildren(PlainLabel) if one.isVisible()]
    said = (label.text(), label.toolTip(), label.accessibleDescription())
    assert said == ("Read it again", "One digit is wrong.", "One digit is wrong.")
    steps.set_brief(False)
    (title, line) = [one for one in steps.findChildren(PlainLabel) if one.isVisible()]
    assert title is label
    assert (line.text(), title.toolTip()) == ("One digit is wrong.", "")


def test_what_decides_is_never_shortened_and_a_hint_may_be(page: QWidget) -> None:
    """A button's words are whole; a description ends in an ellipsis and is said in full."""
    put(page, PlainLabel("The rest is sent here by SMS", elided=True), width=80)
    assert faults_of(page) == []
    for button in (PrimaryButton("Use voucher for R19.00"), SecondaryButton("Whole value")):
        planted = put(page, button, width=36)
        assert any("shortens: " in fault for fault in faults_of(page))
        planted.setFixedWidth(300)
        planted.raise_()
        planted.move(0, 100)
        assert faults_of(page) == []
        planted.hide()


def test_the_name_of_a_setting_goes_on_below(page: QWidget) -> None:
    """It is one long word, which whoever sets the till up copies from the screen."""
    named = Banner(
        tone=Tone.NONE, icon="stop", first="No key", lines=("COUNTERFOIL_MOMENT_API_KEY",)
    )
    put(page, StateBanner(named), width=360, height=300)
    assert faults_of(page) == []


def test_a_setting_and_its_value_are_whole_on_two_lines(page: QWidget) -> None:
    """Where one line is too short for both."""
    row = SettingRow(
        name="a", caption="Address of the provider", value="https://api.moment.example"
    )
    put(page, SettingButton(row, page), width=380, height=48)
    assert faults_of(page) == []


def test_what_lies_under_another_widget_is_found(page: QWidget) -> None:
    """A button over the last letters of a label hides them."""
    put(page, PlainLabel("R1,234.50"), width=200)
    over = QLabel(page)
    over.setObjectName("over")
    over.setGeometry(40, 0, 100, 60)
    over.show()
    (fault,) = faults_of(page)
    assert fault == "PlainLabel planted is under QLabel over with: 'R1,234.50'"


def test_what_lies_on_a_text_where_the_mouse_goes_through_is_found(page: QWidget) -> None:
    """Such a card is not asked what is in front, so whatever is in the place of a text counts."""
    card = put(page, QWidget(), width=200, height=200)
    card.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    put(card, PlainLabel("R1,234.50"), width=150)
    picture = put(card, QLabel(), width=80)
    (fault,) = faults_of(page)
    assert fault == "PlainLabel planted is under QLabel planted with: 'R1,234.50'"
    picture.move(0, 80)
    assert faults_of(page) == []
