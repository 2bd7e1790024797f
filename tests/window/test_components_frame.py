"""Buttons, tabs, chips, banners, toasts and overlays: what they show and when they tell."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QAccessible, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from counterfoil.presentation.screens import (
    Banner,
    CardRow,
    ChipRow,
    Fact,
    NumberedStep,
    ShellScreen,
    Tone,
)
from counterfoil.ui import theme
from counterfoil.ui.shell import TopBar
from counterfoil.ui.theme import StateTone, ThemeName
from counterfoil.ui.theme.painting import name_lines, text_width
from counterfoil.ui.tones import state_tone
from counterfoil.ui.widgets.banner import FinalHead, StateBanner
from counterfoil.ui.widgets.button import PaintedButton, PrimaryButton, QuietButton, SecondaryButton
from counterfoil.ui.widgets.card import Card
from counterfoil.ui.widgets.chip import Chip
from counterfoil.ui.widgets.choice import Choice
from counterfoil.ui.widgets.facts import FactsRow
from counterfoil.ui.widgets.frame import FooterBar
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.overlay import Overlay
from counterfoil.ui.widgets.steps import NumberedSteps
from counterfoil.ui.widgets.tab import Tab, TabBar
from counterfoil.ui.widgets.tile import COMPACT_MONOGRAM, COMPACT_TOP, Tile
from counterfoil.ui.widgets.toast import Toast
from support.painted_text import painted_in

BOLD_TAG = "<b>x</b>"


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> None:
    theme.apply_theme(qapp, ThemeName.LIGHT)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QWidget]:
    """Show an active, empty window."""
    shown = QWidget()
    QVBoxLayout(shown)
    qtbot.addWidget(shown)
    shown.resize(1024, 768)
    shown.show()
    shown.activateWindow()
    assert QTest.qWaitForWindowActive(shown)
    yield shown
    shown.hide()


def put(window: QWidget, widget: QWidget) -> None:
    """Put a widget into the window and show it."""
    layout = window.layout()
    assert layout is not None
    layout.addWidget(widget)
    widget.show()


@pytest.mark.parametrize("kind", [PrimaryButton, SecondaryButton, QuietButton])
def test_focus_is_painted_only_when_it_came_by_keyboard(
    window: QWidget, kind: Callable[..., PaintedButton]
) -> None:
    """A click leaves no line around the button."""
    button = kind("Balance", key="F3")
    put(window, button)
    button.setFocus(Qt.FocusReason.MouseFocusReason)
    assert button.hasFocus()
    assert not button.shows_focus()
    button.clearFocus()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert button.shows_focus()
    button.clearFocus()
    assert not button.shows_focus()


def test_coming_back_to_the_window_keeps_the_focus_line(window: QWidget) -> None:
    """Whoever used the keyboard before still sees where they are."""
    button = PrimaryButton("Redeem", height=72)
    put(window, button)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    button.clearFocus()
    button.setFocus(Qt.FocusReason.ActiveWindowFocusReason)
    assert button.shows_focus()


def test_a_painted_focus_line_changes_the_picture(window: QWidget) -> None:
    """It can be seen on the strong button too."""
    button = PrimaryButton("Redeem", height=72)
    put(window, button)
    button.setFocus(Qt.FocusReason.MouseFocusReason)
    without = button.grab().toImage()
    button.clearFocus()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert button.grab().toImage() != without


def test_enter_does_not_press_the_money_button(window: QWidget) -> None:
    """A scanner ends with Enter, and it must never redeem by itself."""
    told: list[bool] = []
    button = PrimaryButton("Use voucher for R19.00", key="F12", height=72)
    button.clicked.connect(told.append)
    put(window, button)
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert told == []


def test_a_sentence_takes_the_place_of_the_button(window: QWidget) -> None:
    """It cannot be pressed and comes back as it was."""
    button = PrimaryButton("Use voucher for R19.00", key="F12", height=72)
    put(window, button)
    button.show_sentence("Nothing to press. The till is asking 1Voucher.")
    assert not button.isEnabled()
    assert button.height() == 72
    button.show_action("Use voucher for R19.00", key="F12")
    assert button.isEnabled()
    assert button.caption() == "Use voucher for R19.00"


def test_captions_show_markup_and_ampersands(window: QWidget) -> None:
    """Words from a server make neither shortcuts nor bold text."""
    button = SecondaryButton("Mall & <b>Beyond</b>")
    put(window, button)
    assert button.shortcut().isEmpty()
    assert button.accessibleName() == "Mall & <b>Beyond</b>"


def test_all_labels_of_components_are_plain(window: QWidget) -> None:
    """Fed with markup, every part shows it literally."""
    facts, steps = FactsRow(), NumberedSteps((NumberedStep(BOLD_TAG, BOLD_TAG),))
    facts.show_facts((Fact(BOLD_TAG, BOLD_TAG),))
    footer, head = FooterBar(), FinalHead()
    footer.show_status(BOLD_TAG)
    head.show_words(BOLD_TAG, BOLD_TAG)
    banner = StateBanner(banner_of(BOLD_TAG, BOLD_TAG))
    for widget in (facts, steps, footer, head, banner):
        put(window, widget)
    labels = window.findChildren(PlainLabel)
    shown = [label for label in labels if label.text() == BOLD_TAG]
    assert len(shown) >= 9
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)


@pytest.mark.parametrize(
    ("width", "scale", "whole"),
    [
        (1024, 1.25, ["F1", "F4", "F5", "F8", "F10"]),
        (800, 1.25, ["F1", "F4", "F10"]),
        (400, 1.25, []),
        (1024, 1.0, ["F1", "F4", "F5", "F8", "F10"]),
    ],
)
def test_keys_in_the_foot_keep_their_words_while_there_is_room(
    qapp: QApplication, window: QWidget, width: int, scale: float, whole: list[str]
) -> None:
    """Help and the menu longest: they lead to all the others. A key that is hidden takes none."""
    theme.apply_theme(qapp, ThemeName.LIGHT, scale=scale)
    footer = FooterBar(window)
    captions = {"F1": "Help", "F4": "Switch", "F5": "Refresh", "F8": "Lock", "F10": "Menu"}
    keys = [footer.add_key(caption, key, caption) for key, caption in captions.items()]
    footer.resize(width, footer.height())
    footer.show()
    assert [key for one, key in zip(keys, captions, strict=True) if one.text()] == whole
    assert [one.accessibleName() for one in keys] == list(captions.values())
    for one in keys[1:4]:
        one.hide()
    footer.fit_keys()
    assert {one.text() for one in (keys[0], keys[4])} == {"Help", "Menu"}


@pytest.mark.parametrize("width", [1024, 960])
def test_the_sentence_at_the_foot_is_whole_in_large_letters(
    qapp: QApplication, window: QWidget, width: int
) -> None:
    """Its end may hold the word that decides: that a voucher was not sent."""
    theme.apply_theme(qapp, ThemeName.LIGHT, scale=2.0)
    footer = FooterBar(window)
    for key, caption in {"F1": "Help", "F5": "Refresh", "F10": "Menu"}.items():
        footer.add_key(caption, key, caption)
    said = "Voucher refused. The line to the provider is not safe. The voucher was not sent."
    footer.show_status(said, "alert", "ink")
    footer.show_place("Corner Shop · Till 3")
    footer.resize(width, footer.height())
    footer.show()
    lines = [one for one in painted_in(window) if one.widget.objectName() == "status_sentence"]
    assert " ".join(one.text for one in lines) == said
    for one in lines:
        assert QRectF(one.widget.rect()).adjusted(-2, -2, 2, 2).contains(one.ink)


def test_tiles_are_exclusive(window: QWidget) -> None:
    """Choosing one provider lets go of the other."""
    one, other = Tile("OTT", "OT", "#5D4A5F"), Tile("Blu", "BL", "#3F5A63")
    for tile in (one, other):
        put(window, tile)
    QTest.mouseClick(one, Qt.MouseButton.LeftButton)
    QTest.mouseClick(other, Qt.MouseButton.LeftButton)
    assert (one.isChecked(), other.isChecked()) == (False, True)


@pytest.mark.parametrize("name", ["Karoo Vouchers", "Centre Gift Card"])
def test_a_long_name_below_its_monogram_takes_two_lines(window: QWidget, name: str) -> None:
    """Two cashiers who know a provider by its second word must both find it."""
    short, long = Tile("OTT", "OT", "#5D4A5F"), Tile(name, "KV", "#3F5A63")
    for tile in (short, long):
        tile.setFixedWidth(100)
        put(window, tile)
        tile.set_shape(62, compact=True)
    assert long.height() > short.height() == 62
    long.set_shape(50, compact=False)
    assert long.height() == 50


def _first_ink(tile: Tile) -> int:
    """Return the first row below the monogram that the name is painted on."""
    picture, ground = tile.grab().toImage(), 0
    rows = range(picture.height())
    for row in (row for row in rows if row > COMPACT_TOP + COMPACT_MONOGRAM.height()):
        pixels = {picture.pixel(column, row) for column in range(12, picture.width() - 8)}
        ground = ground or picture.pixel(12, row)
        if pixels != {ground}:
            return row
    raise AssertionError("the name is not painted")


def test_a_name_that_needs_two_lines_only_in_bold_stands_under_its_monogram(
    window: QWidget,
) -> None:
    """Room is kept for the second line; the first one stays where other names have theirs."""
    short, long = Tile("Mobo", "M", "#5D4A5F"), Tile("Mobo Mobile", "MM", "#3F5A63")
    width = 17 + round(text_width("Mobo Mobile", theme.current().font(theme.Role.CAP_PLAIN)))
    for tile in (short, long):
        tile.setFixedWidth(width)
        put(window, tile)
        tile.set_shape(62, compact=True)
    assert long.height() > short.height()
    assert _first_ink(long) == _first_ink(short)


def test_a_name_is_divided_between_words_and_only_when_it_must_be() -> None:
    """A word that fits nowhere stays whole: the painter elides it."""
    font = theme.current().font(theme.Role.CAP)
    half = text_width("Karoo Vouch", font)
    assert name_lines("Karoo Vouchers", font, 1000) == ("Karoo Vouchers",)
    assert name_lines("Karoo Vouchers", font, half) == ("Karoo", "Vouchers")
    assert name_lines("The Karoo Vouchers", font, half) == ("The Karoo", "Vouchers")
    assert name_lines("Karoovouchers", font, half) == ("Karoovouchers",)


def test_a_tab_tells_its_name_only_when_pressed(window: QWidget) -> None:
    """Showing a tab as chosen is not an intent."""
    tabs = TabBar()
    tabs.add_tab("redeem", "Redeem", key="F2")
    doubt = tabs.add_tab("doubt", "In doubt")
    put(window, tabs)
    told: list[str] = []
    tabs.chosen.connect(told.append)
    tabs.choose("redeem")
    assert told == []
    QTest.mouseClick(doubt, Qt.MouseButton.LeftButton)
    assert told == ["doubt"]


def test_a_tab_is_announced_as_a_button_that_says_if_its_page_is_in_front(window: QWidget) -> None:
    """A check box could be switched off, and a page cannot."""
    tabs = TabBar()
    both = [tabs.add_tab("redeem", "Redeem"), tabs.add_tab("doubt", "In doubt")]
    put(window, tabs)
    both[1].show_badge(2)
    for chosen, names in (
        ("redeem", ["Redeem, this page", "In doubt, 2"]),
        ("doubt", ["Redeem", "In doubt, 2, this page"]),
        ("owner", ["Redeem", "In doubt, 2"]),
    ):
        tabs.choose(chosen)
        spoken = [QAccessible.queryAccessibleInterface(one) for one in both]
        assert {one.role() for one in spoken} == {QAccessible.Role.Button}
        assert [one.text(QAccessible.Text.Name) for one in spoken] == names


def test_a_badge_is_spoken_and_coloured(window: QWidget) -> None:
    """The count is heard, and one in doubt is amber."""
    tab = Tab("In doubt")
    put(window, tab)
    tab.show_badge(1, StateTone.UNKNOWN)
    assert tab.accessibleName() == "In doubt, 1"
    amber = theme.current().colour("unknown").name()
    image = tab.grab().toImage()
    colours = {image.pixelColor(x, image.height() // 2).name() for x in range(image.width())}
    assert amber in colours


def test_a_calm_chip_saves_its_words_and_a_troubled_one_does_not(window: QWidget) -> None:
    """In a small window only trouble is spelled out; the word stays for screen readers."""
    chip = Chip(ChipRow(name="line", icon="network", text="Online"))
    put(window, chip)
    chip.set_compact(True)
    assert chip.sizeHint().width() == 48
    assert chip.accessibleName() == chip.toolTip() == "Online"
    offline = "Offline since 13:58"
    chip.show_row(ChipRow(name="line", icon="network-off", text=offline, tone=Tone.UNKNOWN))
    assert chip.sizeHint().width() > 120


def banner_of(first: str, *lines: str) -> Banner:
    """Return a banner without a state."""
    return Banner(tone=Tone.NONE, icon="hourglass", first=first, lines=lines)


@pytest.mark.parametrize("solid", [True, False])
@pytest.mark.parametrize("tone", list(Tone))
def test_a_banner_has_the_fill_of_its_state(window: QWidget, tone: Tone, solid: bool) -> None:
    """Solid is an outcome, pale is still going on, a surface is neither."""
    banner = StateBanner()
    put(window, banner)
    banner.show_banner(replace(banner_of("First", "Second"), tone=tone, is_solid=solid))
    state = state_tone(tone)
    token = "surface" if state is None else (state.value if solid else f"{state.value}-pale")
    image = banner.grab().toImage()
    assert image.pixelColor(10, image.height() // 2) == theme.current().colour(token)


def test_a_banner_is_spoken_as_sentences(window: QWidget) -> None:
    """All its lines are in its name, and fewer lines later leave none behind."""
    banner = StateBanner(banner_of("Still checking", "Keep the customer.", "Wait."))
    put(window, banner)
    assert banner.accessibleName() == "Still checking. Keep the customer.. Wait."
    banner.show_banner(banner_of("Done", "One line."))
    visible = [label.text() for label in banner.findChildren(PlainLabel) if label.isVisible()]
    assert visible == ["Done", "One line."]


def test_a_card_says_what_is_owed(window: QWidget) -> None:
    """State, amount, provider and age are heard together."""
    row = CardRow(
        redemption_id="1", icon="person", tone=Tone.DECLINED, state="Supervisor needed",
        amount="R80.00", voucher="HeroTill", tail="•••• 4410", age="1 h 12 min",
        next_step="Phone the provider, write down their answer", owner="Supervisor",
    )  # fmt: skip
    card = Card(row)
    put(window, card)
    assert card.accessibleName() == "Supervisor needed, R80.00, HeroTill, 1 h 12 min"


def test_choices_are_exclusive(window: QWidget) -> None:
    """One reason at a time."""
    one, other = Choice("Wrong amount"), Choice("Wrong voucher")
    for choice in (one, other):
        put(window, choice)
    QTest.mouseClick(one, Qt.MouseButton.LeftButton)
    QTest.mouseClick(other, Qt.MouseButton.LeftButton)
    assert (one.isChecked(), other.isChecked()) == (False, True)


def test_a_long_toast_takes_more_lines_and_no_more_room_than_it_has(window: QWidget) -> None:
    """It stands below the slip and covers nothing of the work."""
    toast = Toast(window)
    toast.set_corner(QPoint(900, 500), 380)
    toast.show_sentence("Slip printed", "printer")
    low = toast.height()
    toast.show_sentence("The folder for backups is not there: E:\\Counterfoil.", "alert")
    assert toast.width() <= 380
    assert toast.height() > low
    assert toast.geometry().bottomRight() == QPoint(899, 499)


def test_a_toast_is_whole_beside_the_work_and_mirrored(window: QWidget) -> None:
    """Three lines in the narrowest slip, with every word; at the left in a mirrored window."""
    toast = Toast(window)
    toast.set_corner(QPoint(window.width() - 14, 500), 290)
    words = "1Voucher is no longer offered. Choose a voucher type"
    toast.show_sentence(words, "alert")
    assert toast.width() <= 290
    assert " ".join(one.text for one in painted_in(window) if one.widget is toast) == words
    window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    toast.show_sentence(words, "alert")
    assert toast.x() == 14


def test_a_new_toast_takes_the_place_of_the_old(window: QWidget) -> None:
    """There is one at a time, and it can be taken away."""
    toast = Toast(window)
    toast.show_sentence("Slip printed", "printer")
    toast.show_sentence("Online again", "network")
    assert toast.sentence() == toast.accessibleName() == "Online again"
    assert toast.isVisible()
    toast.dismiss()
    assert toast.isHidden()


@pytest.fixture
def overlay(window: QWidget) -> Iterator[Overlay]:
    """Open an overlay with two buttons over a window with one."""
    below = QPushButton("below")
    below.setObjectName("below")
    put(window, below)
    below.setFocus()
    opened = Overlay(window)
    opened.set_heading("Take the whole value?", "question")
    for name in ("no", "yes"):
        button = SecondaryButton(name, parent=opened)
        button.setObjectName(name)
        opened.body().addWidget(button)
    opened.open_overlay()
    yield opened
    opened.close_overlay()


def test_an_overlay_veils_the_window(overlay: Overlay, window: QWidget) -> None:
    """The veil grows with the window, and the question stays in its middle."""
    scrim = window.findChild(QWidget, "scrim")
    assert scrim is not None
    assert scrim.isVisible()
    window.resize(1300, 800)
    assert scrim.size() == window.size()
    assert abs(overlay.geometry().center().x() - window.geometry().center().x()) <= 1
    overlay.close_overlay()
    assert scrim.isHidden()


def focused(top: QWidget) -> QWidget:
    """Return what has the cursor in a window, or has it when the window is active again."""
    found: QWidget | None = top.focusWidget()
    assert found is not None
    return found


def test_the_focus_stays_inside_an_overlay(overlay: Overlay) -> None:
    """Tab goes round and never reaches what is covered."""
    names = []
    for _ in range(5):
        names.append(focused(overlay).objectName())
        QTest.keyClick(focused(overlay), Qt.Key.Key_Tab)
    assert names == ["no", "yes", "no", "yes", "no"]


def test_enter_presses_nothing_in_an_overlay(overlay: Overlay) -> None:
    """A scanner ends with Enter, and answers no question."""
    pressed: list[str] = []
    for button in overlay.findChildren(SecondaryButton):
        button.clicked.connect(lambda: pressed.append("one"))
    QTest.keyClick(focused(overlay), Qt.Key.Key_Return)
    assert pressed == []
    assert overlay.isVisible()


def test_escape_closes_an_overlay_and_gives_the_focus_back(
    overlay: Overlay, window: QWidget
) -> None:
    """It is told once, and typing goes on where it was."""
    told: list[bool] = []
    overlay.closed.connect(lambda: told.append(True))
    QTest.keyClick(focused(overlay), Qt.Key.Key_Escape)
    assert told == [True]
    assert focused(window).objectName() == "below"


def test_shortcuts_below_an_overlay_rest(overlay: Overlay, window: QWidget) -> None:
    """F12 means the window's money button only while nothing covers it."""
    told: list[str] = []
    shortcut = QShortcut(QKeySequence("F12"), window)
    shortcut.activated.connect(lambda: told.append("below"))
    yes = overlay.findChild(SecondaryButton, "yes")
    assert yes is not None
    yes.clicked.connect(lambda: told.append("inside"))
    QTest.keyClick(focused(overlay), Qt.Key.Key_F12)
    assert told == []
    overlay.bind_key(Qt.Key.Key_F11, yes)
    QTest.keyClick(focused(overlay), Qt.Key.Key_F11)
    assert told == ["inside"]


@pytest.mark.parametrize("width", [320, 300, 220])
def test_the_words_of_a_button_are_whole_where_a_line_is_too_short(
    window: QWidget, width: int
) -> None:
    """They go on below, and are somewhat smaller where two lines are too high."""
    button = PrimaryButton("Use voucher for R19.00", key="F12", height=64)
    put(window, button)
    button.setFixedWidth(width)
    painted = [one.text for one in painted_in(window) if one.widget is button]
    assert " ".join(painted) == "F12 Use voucher for R19.00"


def test_a_chip_that_comes_has_its_room_at_once(window: QWidget) -> None:
    """What has no room beside it gives way in the same turn of the loop."""
    bar = TopBar()
    put(window, bar)
    calm = ChipRow(name="line", icon="network", text="Online")
    words = "4 messages to send"
    loud = ChipRow(name="owed", icon="hourglass", text=words, tone=Tone.DECLINED)
    bar.render_screen(ShellScreen(chips=(calm,)))
    bar.render_screen(ShellScreen(chips=(calm, loud)))
    assert all(chip.isVisible() for chip in bar.findChildren(Chip))
    assert bar.sizeHint().width() <= bar.width()
