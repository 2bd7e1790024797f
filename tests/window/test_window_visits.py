"""A window and those who come by its local door: what it shows of them, and how it closes."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from counterfoil.__main__ import load_visits
from counterfoil.adapters.door import DOOR_NAME
from counterfoil.bootstrap import Till
from counterfoil.desktop import Face, open_door
from counterfoil.domain.failures import JournalFullError
from counterfoil.domain.secret import Secret
from counterfoil.domain.staff import CASHIER
from counterfoil.presentation.sign_in_screen import SignInStage
from counterfoil.service.visits import Work
from support.log_witness import ExpectLog
from support.people import MANAGER_NUMBER, PASSPHRASE, hire, nobody_yet
from support.window import WindowTill, open_window


class Visitor:
    """Somebody at the door, whose command is what a test says."""

    def __init__(self, work: Callable[[], Awaitable[object]]) -> None:
        self._work = work

    async def hear(self) -> Work:
        """Want something."""
        return self._carry_out

    def refuse(self) -> None:
        """Do nothing."""

    async def _carry_out(self) -> None:
        await self._work()

    async def end(self) -> None:
        """Do nothing."""

    def break_off(self) -> None:
        """Do nothing."""


async def visit(till: WindowTill, work: Callable[[], Awaitable[object]]) -> None:
    """Let somebody come by the door, and do this."""
    await till.pages.visits.attend(Visitor(work))
    await till.settle()


async def test_closing_over_a_command_asks_as_over_a_sale() -> None:
    """When the command has ended it does not ask."""
    async with open_window() as till:
        wishes: list[bool] = []
        till.window.close_requested.connect(lambda: wishes.append(True))
        may_end = asyncio.Event()
        visiting = till.owner.spawn(visit(till, may_end.wait), "door")
        await till.until(lambda: till.pages.visits.is_under_way)
        till.window.close()
        question = till.find("closing-overlay")
        assert (wishes, question.isVisible()) == ([], True)
        assert "A command of the command line is under way" in till.pages.left_open
        QTest.keyClick(question, Qt.Key.Key_Escape)
        may_end.set()
        await visiting
        assert till.pages.left_open == ""
        till.window.close()
        assert (wishes, question.isVisible()) == ([True], False)


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


async def test_who_is_made_the_first_manager_elsewhere_can_sign_in_here() -> None:
    """The page asks for no second one."""
    async with open_window(staff=nobody_yet) as till:
        screen = till.pages.sign_in.screen()
        assert screen is not None
        assert screen.stage is SignInStage.FIRST_MANAGER
        await visit(till, lambda: till.people.begin("31", "Lindiwe K.", Secret(PASSPHRASE)))
        screen = till.pages.sign_in.screen()
        assert screen is not None
        assert screen.stage is SignInStage.SIGN_IN


async def test_who_is_hired_elsewhere_is_known_here_at_once() -> None:
    """On the page on which people sign in, where what is typed stays, and in the list of staff."""
    async with open_window(staff=hire) as till:
        till.pages.sign_in.edit("number", "41")
        manager = await till.people.proven(MANAGER_NUMBER, Secret(PASSPHRASE))

        async def add(number: str, name: str) -> None:
            await till.people.add(number, name, CASHIER, Secret("58203"), manager)

        await visit(till, lambda: add("41", "Zodwa"))
        screen = till.pages.sign_in.screen()
        assert screen is not None
        assert (screen.entries[0].text, screen.entries[0].hint) == ("41", "Zodwa")
        await till.session.sign_in(MANAGER_NUMBER, Secret(PASSPHRASE))
        till.pages.staff_page.open()
        await till.settle()
        till.pages.staff_page.choose(1)
        await visit(till, lambda: add("42", "Ayanda"))
        staff = till.pages.staff_page.screen()
        assert staff is not None
        assert (staff.chosen, len(staff.people)) == (1, 6)
        till.pages.staff_page.close()


async def test_a_closed_till_shows_nothing_of_a_visit() -> None:
    """What it says about itself stays."""
    async with open_window() as till:
        till.shell.fail(JournalFullError())
        await visit(till, till.people.staff)
        assert till.pages.is_closed


async def test_a_window_that_is_wanted_in_front_is_no_longer_minimized() -> None:
    """And keeps filling the screen if it did."""
    async with open_window() as till:
        till.window.showMaximized()
        till.window.setWindowState(till.window.windowState() | Qt.WindowState.WindowMinimized)
        till.window.come_to_front()
        assert not till.window.isMinimized()
        assert till.window.isMaximized()
