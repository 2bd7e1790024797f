"""Closing the window: it asks where something is open, loses nothing, and traps nobody."""

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from support.canary import CANARY_PIN
from support.gateways import ScriptedGateway
from support.till import TIME_OUT, USED, approved
from support.window import TYPES, WindowTill, open_window


def asked_to_close(till: WindowTill) -> list[bool]:
    """Return a list that grows with each wish to close that gets through."""
    wishes: list[bool] = []
    till.window.close_requested.connect(lambda: wishes.append(True))
    return wishes


def overlay(till: WindowTill) -> bool:
    """Whether the window asks."""
    return till.find("closing-overlay").isVisible()


async def redeem(till: WindowTill) -> None:
    """Press Redeem, and see what comes at once."""
    till.fill(pin=CANARY_PIN)
    till.press(Qt.Key.Key_F12)
    await till.until_result()


@pytest.mark.parametrize(
    ("gateway", "told"),
    [
        (ScriptedGateway(otherwise=TIME_OUT, types=TYPES), "We do not know yet if R19.00 was paid"),
        (ScriptedGateway([approved()], types=TYPES), "Slips to finish"),
    ],
    ids=["not known", "slip not confirmed"],
)
async def test_closing_over_something_open_asks_once_and_esc_stays(
    gateway: ScriptedGateway, told: str
) -> None:
    """One sentence; Esc stays; F12 closes, and nothing of the sale has changed."""
    async with open_window(gateway) as till:
        wishes = asked_to_close(till)
        await redeem(till)
        await till.pass_time(65)
        before = await till.redemptions()
        till.window.close()
        assert (wishes, overlay(till)) == ([], True)
        assert told in till.counter.left_open
        QTest.keyClick(till.find("closing-overlay"), Qt.Key.Key_Escape)
        assert (wishes, overlay(till)) == ([], False)
        till.window.close()
        QTest.keyClick(till.find("closing-overlay"), Qt.Key.Key_F12)
        assert wishes == [True]
        assert [one.id for one in await till.redemptions()] == [one.id for one in before]


async def test_closing_twice_closes_without_an_answer() -> None:
    """The second wish gets through, whether it reaches the window or the question."""
    async with open_window(ScriptedGateway(otherwise=TIME_OUT, types=TYPES)) as till:
        wishes = asked_to_close(till)
        await redeem(till)
        await till.pass_time(65)
        till.window.close()
        till.window.close()
        assert wishes == [True]
        till.find("closing-overlay").close()
        assert wishes == [True, True]


@pytest.mark.parametrize("is_refused", [True, False], ids=["refused", "form"])
async def test_closing_over_nothing_open_does_not_ask(is_refused: bool) -> None:
    """A form, half filled or not, and a refusal are left without a word."""
    async with open_window(ScriptedGateway([USED], types=TYPES)) as till:
        wishes = asked_to_close(till)
        till.fill(pin=CANARY_PIN)
        if is_refused:
            till.press(Qt.Key.Key_F12)
            await till.until_result()
        till.window.close()
        assert (wishes, overlay(till)) == ([True], False)


async def test_the_till_is_not_closed_in_the_midst_of_an_answer() -> None:
    """It says what it waits for, F12 and a second wish change nothing, and the answer is seen."""
    gateway = ScriptedGateway([approved()], types=TYPES)
    gateway.gate = asyncio.Event()
    async with open_window(gateway) as till:
        wishes = asked_to_close(till)
        await redeem(till)
        till.window.close()
        assert overlay(till)
        assert "asking 1Voucher for R19.00 now" in till.pages.left_open
        QTest.keyClick(till.find("closing-overlay"), Qt.Key.Key_F12)
        till.window.close()
        till.find("closing-overlay").close()
        till.window.close()
        assert (wishes, overlay(till)) == ([], True)
        gateway.gate.set()
        await till.until(lambda: not overlay(till))
        assert till.has("hand-over")
        assert wishes == []
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F2)
        await till.until(lambda: till.counter.shown is None)
        gateway.gate.clear()
        till.fill(pin="2000200020002000", amount="")
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        assert "asking 1Voucher for the whole value now" in till.pages.left_open
        gateway.gate.set()


async def test_what_waits_in_the_lists_is_said_before_the_till_closes() -> None:
    """In one sentence: one payment without an answer, and one slip that nobody confirmed."""
    gateway = ScriptedGateway([approved()], otherwise=TIME_OUT, types=TYPES)
    async with open_window(gateway) as till:
        wishes = asked_to_close(till)
        for pin, seconds in ((CANARY_PIN, 1), ("2000200020002000", 65)):
            till.fill(pin=pin)
            till.press(Qt.Key.Key_F12)
            await till.until_result()
            await till.pass_time(seconds)
            till.press(Qt.Key.Key_F2)
            await till.until(lambda: till.counter.shown is None)
        await till.settle()
        till.window.close()
        assert (wishes, overlay(till)) == ([], True)
        assert till.pages.left_open.startswith(
            "1 payment waits for an answer and 1 slip waits to be finished."
        )
