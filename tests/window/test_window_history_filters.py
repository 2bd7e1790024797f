"""History is narrowed by buttons: to today, to some states, and beside a text."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit

from counterfoil.domain.verdict import Declined, DeclineReason
from counterfoil.presentation.screens import Act, HistoryFilter, LedgerScreen, Room
from counterfoil.ui import theme
from counterfoil.ui.theme import ThemeName
from support.canary import CANARY_PIN
from support.gateways import ScriptedGateway
from support.till import approved
from support.window import TYPES, WindowTill, open_window

OTHER_PIN = "1000000000009034"


def shown(till: WindowTill) -> tuple[LedgerScreen, list[str]]:
    """Return the page, and the state of each row in words."""
    screen = till.pages.lists[Room.HISTORY].screen()
    return screen, [row.word for row in screen.rows]


def is_pressed(till: WindowTill, name: str) -> bool:
    """Say whether a filter stays pressed."""
    button = till.visible(f"filter-{name}")
    assert isinstance(button, QAbstractButton)
    return button.isChecked()


async def sell(till: WindowTill, pin: str) -> None:
    """Redeem one voucher, and go on to the next customer."""
    till.fill(pin=pin, amount="19.00")
    till.press(Qt.Key.Key_F12)
    await till.until_result()
    await till.ready_to_answer()
    till.counter.act(Act.SLIP_COMPLETE)
    till.counter.act(Act.NEW_VOUCHER)
    await till.until(lambda: till.counter.shown is None)


async def until_words(till: WindowTill, *words: str) -> None:
    """Wait until the rows of the page are in these states."""
    await till.until(lambda: shown(till)[1] == list(words))


@asynccontextmanager
async def opened_history(size: tuple[int, int] = (1366, 768)) -> AsyncIterator[WindowTill]:
    """Open History with one sale that was paid and a later one that was refused."""
    refused = Declined(reason=DeclineReason.ALREADY_USED)
    async with open_window(ScriptedGateway([approved(), refused], types=TYPES), size=size) as till:
        await sell(till, CANARY_PIN)
        await sell(till, OTHER_PIN)
        till.press(Qt.Key.Key_F6)
        await until_words(till, "Refused", "Paid")
        yield till


async def test_history_is_narrowed_by_touch_and_by_keyboard() -> None:
    """Several states widen it, a day and a text narrow it; Esc and coming back show all again."""
    async with opened_history() as till:
        till.click("filter-refused")
        await until_words(till, "Refused")
        assert shown(till)[0].summary.startswith("1 shown")
        button = till.visible("filter-refused")
        button.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(button, Qt.Key.Key_Left)
        paid = till.visible("filter-paid")
        assert paid.hasFocus()
        QTest.keyClick(paid, Qt.Key.Key_Space)
        await until_words(till, "Refused", "Paid")
        for name in ("refused", "today"):
            till.click(f"filter-{name}")
        await until_words(till, "Paid")
        till.press(Qt.Key.Key_Escape)
        await until_words(till, "Refused", "Paid")
        assert not any(is_pressed(till, one) for one in ("today", "paid"))
        till.click("filter-refused")
        await until_words(till, "Refused")
        till.press(Qt.Key.Key_F2)
        till.press(Qt.Key.Key_F6)
        await until_words(till, "Refused", "Paid")
        assert not is_pressed(till, "refused")


async def test_what_nothing_passes_says_what_was_looked_for() -> None:
    """A text and filters together; the field and the buttons stay, to be changed."""
    async with opened_history() as till:
        for name in ("today", "taken_back"):
            till.click(f"filter-{name}")
        field = till.visible("history-find")
        assert isinstance(field, QLineEdit)
        QTest.keyClicks(field, "19.00")
        expected = 'Looked for: "19.00", Today, Taken back.'
        await till.until(lambda: shown(till)[0].empty_line == expected)
        assert till.has("filter-taken_back")
        till.click("filter-taken_back")
        await until_words(till, "Refused", "Paid")
        till.click("filter-today")
        till.click("filter-refused")
        await until_words(till, "Refused")


@pytest.mark.parametrize("size", [(1024, 768), (1366, 768)])
async def test_the_filters_are_whole_and_stand_still(
    qapp: QApplication, size: tuple[int, int]
) -> None:
    """In one row above the table; none is wider when it is ticked."""
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=False)
    async with opened_history(size) as till:
        buttons = [till.visible(f"filter-{one.value}") for one in HistoryFilter]
        places = [one.geometry() for one in buttons]
        row = till.visible("history-filters").rect()
        assert all(row.contains(one) for one in places)
        assert not any(a.intersects(b) for a, b in pairwise(places))
        assert {one.y() for one in places} == {places[0].y()}
        assert all(one.width() >= one.sizeHint().width() for one in buttons)
        for one in HistoryFilter:
            till.click(f"filter-{one.value}")
        await till.settle()
        assert [one.geometry() for one in buttons] == places


async def test_with_the_largest_letters_the_table_keeps_its_room(qapp: QApplication) -> None:
    """They are as large as the window has room for, and the field takes the buttons' words too."""
    theme.apply_theme(qapp, ThemeName.LIGHT, scale=2.0, motion=False)
    async with opened_history((1024, 768)) as till:
        QTest.keyClicks(till.visible("history-find"), "refused")
        await until_words(till, "Refused")
        assert till.visible("history-table").height() > theme.current().px(100)
