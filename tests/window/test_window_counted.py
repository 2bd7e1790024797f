"""How many keys a day takes, by the keyboard alone; and the same till by touch alone."""

from PySide6.QtCore import Qt

from support.canary import CANARY_PIN
from support.gateways import ScriptedGateway
from support.people import (
    CASHIER_NUMBER,
    CASHIER_PIN,
    SECOND_NUMBER,
    SECOND_PIN,
    hire,
)
from support.scanner import Scanner
from support.till import approved
from support.window import TYPES, open_window
from window.test_window_sign_in import page, sign_in, tap, type_keys

SELL_KEYS = 21
"""The voucher's sixteen digits, Enter, two digits of the amount, F12, and F11 for the slip."""
SELL_AFTER_A_SCAN_KEYS = 4
LOCK_KEYS = 7
"""F8, the five digits of the PIN, Enter."""
SWITCH_KEYS = 10
"""F4, two digits, Enter, five digits, Enter."""


async def test_a_day_takes_so_many_keys() -> None:
    """A sale typed and one scanned, a lock and a switch: docs/cashier.md says these numbers."""
    gateway = ScriptedGateway([approved(change=None), approved(change=None)], types=TYPES)
    async with open_window(gateway, staff=hire) as till:
        await sign_in(till)
        keys = type_keys(till, f"{CANARY_PIN}\n19")
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.until(lambda: len(till.printer.slips) == 1)
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: till.counter.shown is None)
        assert keys + 2 == SELL_KEYS
        await till.settle()
        Scanner(till.window).scan("4000300020001000")
        await till.settle()
        keys = type_keys(till, "19")
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.until(lambda: len(till.printer.slips) == 2)
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: till.counter.shown is None)
        assert keys + 2 == SELL_AFTER_A_SCAN_KEYS
        till.press(Qt.Key.Key_F8)
        await till.settle()
        assert 1 + type_keys(till, f"{CASHIER_PIN}\n") == LOCK_KEYS
        await till.until(lambda: not till.pages.is_signing_in)
        till.press(Qt.Key.Key_F4)
        await till.settle()
        assert 1 + type_keys(till, f"{SECOND_NUMBER}\n{SECOND_PIN}\n") == SWITCH_KEYS
        await till.until(lambda: not till.pages.is_signing_in)
        assert till.session.actor.number == SECOND_NUMBER


async def test_a_till_is_locked_and_left_to_another_by_touch() -> None:
    """The buttons at the foot do what F8 and F4 do."""
    async with open_window(staff=hire) as till:
        await sign_in(till)
        till.click("footer-lock")
        await till.settle()
        assert page(till).entries[0].text == CASHIER_NUMBER
        till.click("sign-in-pin")
        tap(till, CASHIER_PIN)
        till.click("sign-in-primary")
        await till.until(lambda: not till.pages.is_signing_in)
        till.click("footer-switch")
        await till.settle()
        assert page(till).entries[0].text == ""
        till.click("sign-in-number")
        tap(till, SECOND_NUMBER)
        till.click("sign-in-pin")
        tap(till, SECOND_PIN)
        till.click("sign-in-primary")
        await till.until(lambda: not till.pages.is_signing_in)
        assert till.session.actor.number == SECOND_NUMBER
