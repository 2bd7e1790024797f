"""Closing the window: it asks where something is open, loses nothing, and traps nobody."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from counterfoil.__main__ import load_visits
from counterfoil.adapters.door import DOOR_NAME
from counterfoil.bootstrap import Till
from counterfoil.desktop import Face, open_door
from support.canary import CANARY_PIN
from support.gateways import ScriptedGateway
from support.log_witness import ExpectLog
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
        (ScriptedGateway(otherwise=TIME_OUT, types=TYPES), "not known yet"),
        (ScriptedGateway([approved()], types=TYPES), "Slips to finish"),
    ],
    ids=["checking", "slip not confirmed"],
)
async def test_closing_over_something_open_asks_once_and_esc_stays(
    gateway: ScriptedGateway, told: str
) -> None:
    """One sentence; Esc stays; F12 closes, and nothing of the sale has changed."""
    async with open_window(gateway) as till:
        wishes = asked_to_close(till)
        await redeem(till)
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


class Visitor:
    """Somebody at the local door whose command takes as long as a test wants."""

    def __init__(self) -> None:
        self.may_end = asyncio.Event()

    async def hear(self) -> bool:
        """Want something."""
        return True

    def refuse(self) -> None:
        """Do nothing."""

    async def carry_out(self) -> None:
        """Work until it may end."""
        await self.may_end.wait()

    async def end(self) -> None:
        """Do nothing."""

    def break_off(self) -> None:
        """Do nothing."""


async def test_closing_over_a_command_of_the_command_line_asks_as_over_a_sale() -> None:
    """When the command has ended it does not ask."""
    async with open_window() as till:
        wishes, visitor = asked_to_close(till), Visitor()
        visit = till.owner.spawn(till.pages.visits.attend(visitor), "door")
        await till.until(lambda: till.pages.visits.is_under_way)
        till.window.close()
        assert (wishes, overlay(till)) == ([], True)
        assert "A command of the command line is under way" in till.pages.left_open
        QTest.keyClick(till.find("closing-overlay"), Qt.Key.Key_Escape)
        visitor.may_end.set()
        await visit
        assert till.pages.left_open == ""
        till.window.close()
        assert (wishes, overlay(till)) == ([True], False)


async def test_a_till_that_can_have_no_door_opens_without(
    tmp_path: Path, expect_log: ExpectLog
) -> None:
    """Something else has the name; it is left, and the log says so."""
    (tmp_path / DOOR_NAME).mkdir()
    async with open_window() as till:
        parts = SimpleNamespace(directory=tmp_path, owner=till.owner)
        face = Face(till=cast(Till, parts), window=till.window, pages=till.pages)
        async with open_door(face, load_visits):
            expect_log("counterfoil.till", "there is no door for the command line")
        assert (tmp_path / DOOR_NAME).is_dir()
