"""The window as a whole: keys, looks, sizes, the closed till, what it costs and what it imports."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QScrollBar, QWidget

from counterfoil.domain.causes.backup import BackupProblem, NoBackup
from counterfoil.domain.causes.journal import HeldFault, not_as_left
from counterfoil.domain.failures import BackupError, JournalFullError, JournalHeldError
from counterfoil.domain.offer import Offer
from counterfoil.domain.verdict import Approved, Declined, DeclineReason
from counterfoil.ports.journal import Damage
from counterfoil.presentation.key_map import Wish
from counterfoil.presentation.screens import Room
from counterfoil.ui import theme
from counterfoil.ui.theme import SizeClass, StateTone, ThemeName
from counterfoil.ui.widgets.choice import Choice
from counterfoil.ui.widgets.tab import Tab
from counterfoil.ui.widgets.tile import Tile
from support.canary import CANARY_PIN
from support.gateways import ScriptedGateway
from support.states import played
from support.till import TIME_OUT
from support.whole import check_whole, cut_words
from support.window import TYPES, WindowTill, open_window, plain_type

APP = Path(__file__).parents[2] / "app"
SIZES = ((1024, 768), (1280, 720), (1366, 768), (1920, 1080))
HEAVY = ("reportlab", "phonenumbers", "fastapi", "pypdfium2", "keyring", "httpx", "escpos", "babel")
RENDER_MAX_MS = 5.0
_IMPORTS = f"""
import sys
import counterfoil.ui.window, counterfoil.presentation.counter_presenter
import counterfoil.presentation.pages, counterfoil.presentation.shell_presenter
print([name for name in {HEAVY!r} if name in sys.modules])
"""


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> Iterator[None]:
    """Begin and end in the light theme, without motion."""
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=False)
    yield
    theme.apply_theme(qapp, ThemeName.LIGHT)
    theme.set_size_class(SizeClass.NORMAL)


def approved() -> Approved:
    """Return an approval without change."""
    return Approved(redeemed_cents=1900, upstream_id="rdm_1", upstream_version=1)


def scroll_bars(till: WindowTill) -> list[QScrollBar]:
    """Return the scroll bars that are to be seen."""
    return [bar for bar in till.window.findChildren(QScrollBar) if bar.isVisible()]


@pytest.mark.parametrize(
    ("size", "scale"),
    [(size, 1.0) for size in SIZES]
    # At 1280 x 720 the largest text is as tall as at 600 lines, and the form scrolls.
    + [(size, 1.25) for size in SIZES if size[1] > 720],
)
@pytest.mark.parametrize("is_paid", [False, True])
async def test_nothing_is_cut_or_scrolls_at_any_size(
    qapp: QApplication, size: tuple[int, int], scale: float, is_paid: bool
) -> None:
    """Words fit, buttons have their height and lie inside the window."""
    theme.apply_theme(qapp, ThemeName.LIGHT, scale=scale, motion=False)
    upstream = ScriptedGateway([approved()], types=TYPES)
    async with open_window(upstream, size=size) as till:
        till.fill(pin=CANARY_PIN)
        if is_paid:
            till.press(Qt.Key.Key_F12)
            await till.until_result()
        assert cut_words(till) == []
        assert scroll_bars(till) == []
        for button in till.window.findChildren(QAbstractButton):
            corner = button.mapTo(till.window, QPoint(button.width(), button.height()))
            if button.isVisible() and not button.objectName().startswith("tile-"):
                assert corner.x() <= size[0]
                assert corner.y() <= size[1]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scale", [1.0, 1.25])
async def test_the_help_is_whole_at_every_size(
    qapp: QApplication, size: tuple[int, int], scale: float
) -> None:
    """Letters of the usual size need no scrolling, nor large ones in the largest window.

    Elsewhere the arrows reach the end.
    """
    theme.apply_theme(qapp, ThemeName.LIGHT, scale=scale, motion=False)
    async with open_window(size=size) as till:
        till.press(Qt.Key.Key_F1)
        await till.settle()
        assert cut_words(till) == []
        shown = [bar for bar in scroll_bars(till) if till.visible("help-overlay").isAncestorOf(bar)]
        assert bool(shown) == (scale > 1 and size != SIZES[-1])
        for bar in shown:
            till.press(Qt.Key.Key_PageDown)
            till.press(Qt.Key.Key_PageDown)
            assert bar.value() == bar.maximum() > 0
        till.press(Qt.Key.Key_Escape)
        assert not till.has("help-overlay")


async def test_a_window_that_is_resized_takes_the_form_of_its_size() -> None:
    """The rail loses its words and gets them back, and nothing that was typed is lost."""
    async with open_window() as till:
        till.fill(pin=CANARY_PIN)
        assert till.has("find")
        till.window.resize(1024, 768)
        assert not till.has("find")
        till.window.resize(1920, 1080)
        assert till.has("find")
        assert till.box("field-pin").value() == CANARY_PIN


async def test_letters_typed_on_a_tile_find_another() -> None:
    """In the small rail there is no field for it; Enter takes the one that is left."""
    async with open_window(size=(1024, 768)) as till:
        tile = till.visible("tile-vouchers.one_voucher")
        tile.setFocus()
        for key in (Qt.Key.Key_K, Qt.Key.Key_O, Qt.Key.Key_P):
            till.press(key)
        assert not till.has("tile-vouchers.ott")
        till.press(Qt.Key.Key_Return)
        assert till.counter.screen().chosen == "loyalty.kopano"
        assert till.has("tile-vouchers.ott")


def many_types(count: int) -> Offer:
    """Return an offer of so many types in one category."""
    names = range(count)
    return Offer(
        tuple(plain_type(f"gift.{one}", f"Card {one:03}", "gift_cards") for one in names),
        None,
        is_fresh=True,
    )


async def test_of_very_many_types_those_that_are_seen_come_first() -> None:
    """The window goes on between them, and in the end all are there."""
    async with open_window() as till:
        till.counter.offer(many_types(200))
        assert till.has("tile-gift.0")
        assert not till.has("tile-gift.199")
        await till.until(lambda: till.has("tile-gift.199"))
        shown = [one for one in till.window.findChildren(Tile) if one.isVisible()]
        assert [one.text() for one in shown] == [f"Card {one:03}" for one in range(200)]


async def test_a_type_that_is_asked_for_does_not_wait_for_its_turn() -> None:
    """Chosen or found, it is there at once, with all before it."""
    async with open_window() as till:
        till.counter.offer(many_types(200))
        till.counter.choose("gift.150")
        assert till.visible("tile-gift.150").property("checked")
        till.counter.offer(many_types(120))
        till.visible("find").setFocus()
        QTest.keyClicks(till.visible("find"), "119")
        till.press(Qt.Key.Key_Return)
        assert till.counter.screen().chosen == "gift.119"


async def test_each_key_does_what_its_cap_says() -> None:
    """Rooms by F2, F3 and F6; help and menu over everything; Esc closes them."""
    async with open_window() as till:
        for key, room in (
            (Qt.Key.Key_F6, Room.HISTORY),
            (Qt.Key.Key_F3, Room.BALANCE),
            (Qt.Key.Key_F2, Room.REDEEM),
        ):
            till.press(key)
            await till.settle()
            assert till.shell.screen().room is room
            tab = till.visible(f"tab-{room.value}")
            assert isinstance(tab, Tab)
            assert tab.is_chosen()
        for key, name in ((Qt.Key.Key_F1, "help-overlay"), (Qt.Key.Key_F10, "menu-overlay")):
            till.press(key)
            assert till.has(name)
            till.press(Qt.Key.Key_F12)
            till.press(Qt.Key.Key_Escape)
            assert not till.has(name)
        assert till.visible("field-pin").hasFocus()


async def test_the_look_is_changed_at_run_time() -> None:
    """Every theme and text size can be chosen in the menu, and the window says which."""
    async with open_window() as till:
        chosen: list[str | float] = []
        till.window.theme_chosen.connect(chosen.append)
        till.window.text_scale_chosen.connect(chosen.append)
        till.press(Qt.Key.Key_F10)
        till.click("theme-dark")
        till.click("text-size-1.12")
        assert chosen == ["dark", 1.12]
        assert theme.current().name is ThemeName.DARK
        assert theme.current().scale == 1.12


async def test_the_menu_lets_nothing_move_and_lets_it_move_again() -> None:
    """It says so, tells it to be kept for the next start, and another look leaves it so."""
    async with open_window() as till:
        chosen: list[bool] = []
        till.window.motion_chosen.connect(chosen.append)
        before = theme.current().motion
        till.pages.carry_out(Wish.MOTION)
        said = till.shell.screen().toast
        till.press(Qt.Key.Key_F10)
        till.click("theme-dark")
        assert theme.current().motion is not before
        till.pages.carry_out(Wish.MOTION)
        assert till.shell.screen().toast != said
        assert chosen == [not before, before]


async def test_the_menu_goes_back_to_the_systems_look_and_follows_it(qapp: QApplication) -> None:
    """Whoever chose a look is not bound to it; another text size does not choose one."""
    theme.follow_system(qapp)
    painted: list[bool] = []
    theme.theme_signals().theme_changed.connect(lambda: painted.append(True))
    async with open_window() as till:
        kept: list[str] = []
        till.window.theme_chosen.connect(kept.append)
        till.press(Qt.Key.Key_F10)
        till.click("theme-dark")
        painted.clear()
        qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
        assert not painted, "a person chose"
        till.click("theme-system")
        till.click("text-size-1.12")
        assert kept == ["dark", "system"]
        assert theme.current().name is ThemeName.LIGHT, "this one asks for none"
        till.press(Qt.Key.Key_Escape)
        till.press(Qt.Key.Key_F10)
        assert cast(Choice, till.visible("theme-system")).isChecked()
        painted.clear()
        qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
        assert painted
        assert theme.current().is_systems
        assert theme.current().scale == 1.12


async def test_a_theme_that_is_chosen_leaves_the_text_size(qapp: QApplication) -> None:
    """A size from the settings that the menu does not offer stays, and no other is marked."""
    theme.apply_theme(qapp, ThemeName.LIGHT, scale=2.0, motion=False)
    async with open_window() as till:
        till.press(Qt.Key.Key_F10)
        sizes = [till.visible(f"text-size-{one}") for one in ("1.0", "1.12", "1.25")]
        assert not any(cast(Choice, size).isChecked() for size in sizes)
        till.click("theme-dark")
        assert theme.current().name is ThemeName.DARK
        assert theme.current().scale_asked == 2.0


async def test_the_window_never_closes_by_itself() -> None:
    """It asks, and stays until it is allowed."""
    async with open_window() as till:
        asked: list[bool] = []
        till.window.close_requested.connect(lambda: asked.append(True))
        till.window.close()
        assert till.window.isVisible()
        assert asked == [True]
        till.window.allow_close()
        assert not till.window.isVisible()


async def test_a_closed_till_says_why_and_sells_nothing() -> None:
    """No tab, no form, no button that moves money."""
    async with open_window() as till:
        till.fill(pin=CANARY_PIN)
        till.shell.fail(JournalFullError("disk"))
        assert till.has("closed-banner")
        assert "disk is full" in till.visible("closed-banner").accessibleName()
        for name in ("tab-redeem", "primary", "footer-refresh", "field-pin"):
            assert not till.has(name)
        for key in (Qt.Key.Key_F12, Qt.Key.Key_F2, Qt.Key.Key_F5, Qt.Key.Key_F6):
            till.press(key)
        await till.settle()
        assert till.has("closed-banner")
        assert await till.redemptions() == ()


@pytest.mark.fault("D8")
async def test_a_held_till_says_what_was_found_and_what_to_do() -> None:
    """A supervisor reads why nothing is sent, and the command that lets the till go on."""
    async with open_window() as till:
        till.shell.fail(JournalHeldError(not_as_left(HeldFault.PUT_BACK)))
        banner = till.visible("closed-banner").accessibleName()
        assert "Supervisor needed" in banner
        assert "Nothing is sent" in banner
        steps = " ".join(one.title + one.line for one in till.shell.screen().closed_steps)
        assert "counterfoil journal accept" in steps
        assert "The journal was put back from a backup." in steps
        assert "Do not delete" in steps
        for name in ("tab-redeem", "primary", "field-pin"):
            assert not till.has(name)


async def test_a_backup_that_cannot_be_made_is_shown_until_one_is() -> None:
    """The till sells on; a chip stays, and the sentence is said once."""
    async with open_window() as till:
        missing = BackupError(NoBackup(BackupProblem.FOLDER_MISSING, "usb"))
        till.shell.backup(missing)
        await till.settle()
        assert till.has("chip-backup")
        assert till.shell.screen().toast == "The folder for backups is not there: usb."
        number = till.shell.screen().toast_number
        till.shell.backup(missing)
        assert till.shell.screen().toast_number == number
        assert till.has("primary")
        till.shell.backup(None)
        await till.settle()
        assert not till.has("chip-backup")
        till.shell.fail(JournalFullError("disk"))
        till.shell.backup(None)
        assert till.has("closed-banner")


async def test_a_record_that_was_altered_is_shown_for_as_long_as_the_till_is_open() -> None:
    """The sentence says where nothing new is sold and who looks; a chip stays (D5)."""
    async with open_window() as till:
        till.shell.damage((Damage("redemption 200-000", "moment", "200-000"),))
        await till.settle()
        assert till.has("chip-damage")
        assert till.has("primary")
        said = till.shell.screen().toast
        assert "till's back: 200-000." in said
        assert "Nothing new is sold at Moment" in said
        assert "counterfoil journal verify" in said
        till.shell.damage(
            (Damage("redemption 200-000", "moment", "200-000"), Damage("sale 1", None))
        )
        assert "Nothing new is sold anywhere" in till.shell.screen().toast
        till.shell.fail(JournalFullError("disk"))
        till.shell.damage((Damage("sale 1", None),))
        assert till.has("closed-banner")


async def test_an_offline_start_offers_to_try_again() -> None:
    """Without any type there is one button, and F5 is the same."""
    upstream = ScriptedGateway(types=TYPES)
    upstream.is_offline = True
    async with open_window(upstream) as till:
        assert till.has("act-refresh")
        upstream.is_offline = False
        till.press(Qt.Key.Key_F5)
        await till.until(lambda: till.has("field-pin"))
        chip = till.visible("chip-line")
        assert "Online" in chip.accessibleName()


async def test_a_calm_screen_has_no_state_colour() -> None:
    """No pixel of an idle till is green, red, amber, blue or violet of a state."""
    async with open_window() as till:
        solid = {theme.current().state(tone).rgb() for tone in StateTone}
        ink = {theme.current().state(tone, "ink").rgb() for tone in StateTone}
        picture = till.window.grab().toImage()
        seen = {
            picture.pixel(x, y)
            for x in range(0, picture.width(), 2)
            for y in range(0, picture.height(), 2)
        }
        assert not seen & (solid | ink)
        assert QColor(theme.current().hex("paper")).rgb() in seen


async def test_everything_that_can_be_pressed_has_a_name() -> None:
    """Every control has an object name for tests and words for a screen reader."""
    async with open_window() as till:
        controls: list[QWidget] = [*till.window.findChildren(QAbstractButton)]
        controls += till.window.findChildren(QLineEdit)
        for control in controls:
            if control.isVisible():
                assert control.objectName()
                assert control.accessibleName()


async def test_a_render_costs_less_than_a_key_press_may() -> None:
    """Rendering the same form again takes a few milliseconds at most."""
    async with open_window() as till:
        till.fill(pin=CANARY_PIN)
        times = []
        for _ in range(20):
            # The processor's time, which does not grow with what else the machine does.
            begun = time.thread_time()
            till.counter.edit("pin", CANARY_PIN)
            times.append((time.thread_time() - begun) * 1000)
        assert sorted(times)[10] < RENDER_MAX_MS


def test_the_window_imports_nothing_heavy() -> None:
    """What draws PDF, reads phone numbers or speaks HTTP comes later, or never."""
    ran = subprocess.run(
        [sys.executable, "-c", _IMPORTS],
        env={"PYTHONPATH": str(APP), "QT_QPA_PLATFORM": "offscreen", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "[]"


async def test_every_refusal_is_whole_with_large_letters(qapp: QApplication) -> None:
    """In the smallest window every word of the reason, the steps and the buttons is there."""
    theme.apply_theme(qapp, ThemeName.LIGHT, scale=1.25, motion=False)
    upstream = ScriptedGateway([Declined(reason=one) for one in DeclineReason], types=TYPES)
    async with open_window(upstream, size=(1024, 768)) as till:
        for number, _ in enumerate(DeclineReason):
            till.fill(pin=str(int(CANARY_PIN) + number))
            till.press(Qt.Key.Key_F12)
            await till.until_result()
            check_whole(till, "result")
            await till.ready_to_answer()
            till.press(Qt.Key.Key_F2)
            await till.until(lambda: till.counter.shown is None)
        assert not upstream.script


async def test_what_is_not_known_is_whole_with_large_letters(qapp: QApplication) -> None:
    """The pending slip has its button with all its words."""
    theme.apply_theme(qapp, ThemeName.LIGHT, scale=1.25, motion=False)
    upstream = ScriptedGateway(otherwise=TIME_OUT, types=TYPES)
    async with open_window(upstream, size=(1024, 768)) as till:
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.pass_time(65)
        check_whole(till, "result")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("filled", "Ready: 1Voucher for R19.00. Press F12."),
        ("error", "Mobile number: this is not a phone number."),
        ("carried", "R5.00 is on it. Take R5.00?"),
        ("backlog", "Please read the message above the button."),
        ("lockedout", "Too many wrong PINs. Please wait."),
        ("firstmanager", "Who manages this till?"),
    ],
)
async def test_the_status_line_says_ready_only_of_what_can_be_done(state: str, said: str) -> None:
    """What is wrong with a form, or who must wait, is told where *Ready* would stand."""
    async with played(state) as till:
        assert till.shell.screen().status == said
