"""The menu and the help in the real window: by keys alone, and by touch alone."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from counterfoil import __version__
from counterfoil.domain.failures import JournalBusyError
from counterfoil.presentation.screens import Room
from counterfoil.ui.act_menu import middle_of
from counterfoil.ui.widgets.button import ListButton
from support.canary import CANARY_PIN
from support.gateways import ScriptedGateway
from support.menus import click
from support.people import hire
from support.scanner import Scanner
from support.till import approved
from support.window import TYPES, WindowTill, open_window


def words(till: WindowTill, name: str) -> str:
    """Return everything that the visible labels of a part say."""
    labels = till.visible(name).findChildren(QLabel)
    return "\n".join(one.text() for one in labels if one.isVisible())


def room(till: WindowTill) -> Room:
    """Return the page in front."""
    return till.pages.room


def shown(till: WindowTill) -> list[str]:
    """Return the names of the rows that the menu shows."""
    rows = till.visible("menu-overlay").findChildren(ListButton)
    return [one.objectName().removeprefix("menu-") for one in rows if one.isVisible()]


async def test_by_keys_alone_a_page_is_found_by_typing_and_opened_by_enter() -> None:
    """F10, some letters, Enter; the arrows choose among several, and Esc leaves all as it is."""
    async with open_window() as till:
        till.press(Qt.Key.Key_F10)
        QTest.keyClicks(till.keyboard(), "bala")
        assert shown(till) == ["balance"]
        till.press(Qt.Key.Key_Return)
        assert room(till) is Room.BALANCE
        assert not till.has("menu-overlay")
        till.press(Qt.Key.Key_F10)
        till.press(Qt.Key.Key_Down)
        till.press(Qt.Key.Key_Right)
        till.press(Qt.Key.Key_Up)
        till.press(Qt.Key.Key_Down)
        till.press(Qt.Key.Key_Enter)
        assert room(till) is Room.HISTORY
        till.press(Qt.Key.Key_F10)
        QTest.keyClicks(till.keyboard(), "nothing of the kind")
        assert shown(till) == []
        till.press(Qt.Key.Key_Return)
        till.press(Qt.Key.Key_Escape)
        assert room(till) is Room.HISTORY


async def test_by_touch_alone_the_same_is_two_touches() -> None:
    """The menu in the foot, and the row."""
    async with open_window() as till:
        till.click("footer-menu")
        till.click("menu-in-doubt")
        assert room(till) is Room.IN_DOUBT
        till.click("footer-menu")
        till.click("menu-close-till")
        assert not till.has("menu-overlay")


async def test_a_double_click_does_not_fall_through_the_menu_that_it_closes() -> None:
    """Not on the button behind it that takes money; a click after a while is one of its own."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F10)
        menu, back = till.visible("menu-overlay"), till.visible("menu-back")
        place = middle_of(till.visible("primary"))
        menu.move(menu.pos() + place - middle_of(back))
        click(menu, place, 10_000)
        assert not menu.isVisible()
        click(till.window, place, 10_200)
        await till.settle()
        assert till.counter.shown is None
        click(till.window, place, 10_700)
        await till.until_result()


async def test_the_buttons_of_the_page_in_front_are_in_the_menu() -> None:
    """First, and they do what the button does."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F10)
        QTest.keyClicks(till.keyboard(), "page")
        assert "slip-complete" in shown(till)
        till.click("menu-slip-complete")
        await till.settle()
        assert await till.journal.slip_ids_to_finish() == frozenset()


async def test_a_scan_over_the_menu_is_the_next_customer_and_no_search() -> None:
    """Its Enter runs nothing."""
    async with open_window() as till:
        till.press(Qt.Key.Key_F10)
        Scanner(till.window).scan(CANARY_PIN)
        await till.settle()
        assert till.box("field-pin").value() == CANARY_PIN
        assert not till.has("menu-overlay")
        assert room(till) is Room.REDEEM


async def test_the_help_is_about_the_screen_in_front() -> None:
    """In History it tells of lost slips, at a result of the result, closed of what is closed."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        till.press(Qt.Key.Key_F1)
        assert "customer gives you a voucher" in words(till, "help-overlay")
        till.press(Qt.Key.Key_Escape)
        till.press(Qt.Key.Key_F6)
        till.press(Qt.Key.Key_F1)
        assert "lost the slip" in words(till, "help-overlay")
        till.press(Qt.Key.Key_Escape)
        till.press(Qt.Key.Key_F2)
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        till.press(Qt.Key.Key_F1)
        assert "HAND OVER NOW" in words(till, "help-overlay")
        till.press(Qt.Key.Key_Escape)
        till.shell.fail(JournalBusyError("another"))
        till.press(Qt.Key.Key_F1)
        said = words(till, "help-overlay")
        assert "The till is closed" in said
        assert "Shift+F1" in said


async def test_who_has_not_signed_in_finds_no_page_in_the_menu() -> None:
    """And is told what to do where somebody signs in."""
    async with open_window(staff=hire) as till:
        till.press(Qt.Key.Key_F10)
        of_window = ["preview", "health", "sounds", "motion", "full-screen", "about", "close-till"]
        assert shown(till) == ["help", *of_window]
        till.press(Qt.Key.Key_Escape)
        till.press(Qt.Key.Key_F1)
        assert "forgot your PIN" in words(till, "help-overlay")


async def test_what_the_till_is_made_of_is_read_from_the_menu() -> None:
    """Its version, each part with its licence, and where the licences are in full."""
    async with open_window() as till:
        till.press(Qt.Key.Key_F10)
        QTest.keyClicks(till.keyboard(), "licence")
        assert shown(till) == ["about"]
        till.press(Qt.Key.Key_Return)
        told = words(till, "about-overlay")
        assert f"Counterfoil {__version__}" in told
        assert "pyside6-essentials" in told
        assert "LGPL-3.0-only" in told
        assert "texts.txt" in told
        till.press(Qt.Key.Key_Down)
        till.click("about-back")
        assert not till.has("about-overlay")
