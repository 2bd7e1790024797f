"""The keyboard alone: Tab in reading order, a key for each page, F12 to what is missing."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from counterfoil.presentation.screens import Room
from counterfoil.ui import theme
from counterfoil.ui.theme import ThemeName
from counterfoil.ui.widgets.tab import Tab
from support.canary import CANARY_PIN
from support.gateways import ScriptedGateway
from support.scanner import Scanner
from support.till import approved
from support.window import BLU, OTT, TYPES, WindowTill, open_window


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> Iterator[None]:
    """Begin and end in the light theme, without motion."""
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=False)
    yield
    theme.apply_theme(qapp, ThemeName.LIGHT)


def stops(till: WindowTill, key: Qt.Key, count: int) -> list[str]:
    """Press a key so often, and return where the cursor was after each."""
    names = []
    for _ in range(count):
        till.press(key)
        names.append(till.keyboard().objectName())
    return names


async def test_tab_goes_as_one_reads() -> None:
    """Also in a form that discovery or another tile has just built; round, and back again."""
    form = ["balance", "field-pin", "field-phone_number", "amount", "whole-value"]
    footer = ["footer-help", "footer-refresh", "footer-menu"]
    top = ["tab-redeem", "chip-line", "chip-printer", "chip-operator"]
    async with open_window() as till:
        till.counter.choose(BLU.id)
        till.counter.choose(OTT.id)
        till.visible("balance").setFocus()
        there = stops(till, Qt.Key.Key_Tab, 14)
        assert there == [*form[1:], *footer, *top, "find", "tile-vouchers.ott", form[0]]
        back = stops(till, Qt.Key.Key_Backtab, 14)
        assert back == [*reversed(there[:-1]), form[0]]
        till.fill(pin="123412341234")
        till.type_into("field-phone_number", "0825554567")
        till.box("amount").setFocus()
        assert stops(till, Qt.Key.Key_Tab, 2) == ["whole-value", "primary"]


@pytest.mark.parametrize(
    ("pin", "amount", "words", "place"),
    [
        ("", "", "Enter the voucher PIN.", "field-pin"),
        ("", "5", "Enter the voucher PIN.", "field-pin"),
        (CANARY_PIN, "", "Enter an amount, or take the whole value.", "amount"),
        (CANARY_PIN, "0", "Amount: ", "amount"),
        (CANARY_PIN, "12.505", "Amount: ", "amount"),
    ],
)
async def test_the_line_below_the_button_names_what_is_missing_and_f12_goes_there(
    pin: str, amount: str, words: str, place: str
) -> None:
    """Never what is there, and never nothing; nothing is redeemed by that press."""
    async with open_window() as till:
        till.fill(pin=pin, amount=amount)
        till.visible("find").setFocus()
        assert till.counter.screen().foot.startswith(words)
        till.press(Qt.Key.Key_F12)
        assert till.box(place).hasFocus()
        assert not till.visible("primary").isEnabled()
        await till.settle()
        assert await till.redemptions() == ()


async def test_a_field_that_is_refused_is_named_and_has_the_cursor() -> None:
    """The phone number is wrong: the line, the status and F12 say so until it is changed."""
    async with open_window() as till:
        till.fill(pin=CANARY_PIN, amount="12,5")
        assert till.counter.screen().primary_text == "Use voucher for R12.50"
        till.type_into("field-phone_number", "19")
        till.press(Qt.Key.Key_F12)
        await till.until(lambda: not till.counter.is_busy)
        assert till.counter.screen().foot.startswith("Mobile number: ")
        assert till.box("field-phone_number").hasFocus()
        assert not till.counter.screen().can_press
        assert "Ready to redeem" not in till.shell.screen().status


async def test_each_page_has_a_key_that_stands_on_its_tab() -> None:
    """Whoever has no mouse reaches every page at once, or list by list with F6 and F7."""
    async with open_window() as till:
        for room in sorted(set(Room) - {Room.OWNER}):
            tab = till.find(f"tab-{room.value}")
            assert isinstance(tab, Tab)
            shift, _, key = tab.key().rpartition("+")
            held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
            QTest.keyClick(till.keyboard(), Qt.Key[f"Key_{key}"], held)
            await till.settle()
            assert till.shell.screen().room is room
        in_turn = (Room.HISTORY, Room.IN_DOUBT, Room.SLIPS)
        for goes_on, rooms in (
            (Qt.Key.Key_F7, (Room.SHIFT, Room.REPORTS)),
            (Qt.Key.Key_F6, in_turn),
        ):
            for room in rooms:
                till.press(goes_on)
                await till.settle()
                assert till.shell.screen().room is room
        QTest.keyClick(till.keyboard(), Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
        assert till.shell.screen().room is Room.OWNER


async def test_the_cursor_is_where_the_page_begins() -> None:
    """Not in Find beside a result, and not on a chip where the amount went."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        till.type_into("amount", "5")
        till.press(Qt.Key.Key_F3)
        assert till.box("field-pin").hasFocus()
        till.press(Qt.Key.Key_F2)
        till.fill(pin=CANARY_PIN, amount="")
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        till.press(Qt.Key.Key_F6)
        await till.settle()
        till.press(Qt.Key.Key_F2)
        assert till.keyboard().objectName() == "counter"


async def test_the_keypad_rests_while_something_is_asked() -> None:
    """What takes no press does not look as if it did, and F12 says which key does."""
    async with open_window() as till:
        till.fill(pin=CANARY_PIN)
        Scanner(till.window).scan("123456")
        till.press(Qt.Key.Key_F12)
        assert not till.visible("keypad").isEnabled()
        till.press(Qt.Key.Key_F12)
        assert till.shell.screen().toast.startswith("Say first whether it is this voucher")
        await till.ready_to_answer()
        till.press(Qt.Key.Key_Escape)
        assert till.visible("keypad").isEnabled()
        assert await till.redemptions() == ()
