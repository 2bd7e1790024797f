"""The menu of the right mouse button: what the page offers for that entry, and nothing else."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView

from counterfoil.domain.advice import Repeat
from counterfoil.domain.money import Exact
from counterfoil.domain.verdict import UnknownCause
from counterfoil.presentation.screens import Room
from counterfoil.presentation.shift_screen import EarlierRow
from counterfoil.ui.slip_overlay import SlipOverlay
from counterfoil.ui.widgets.slip_paper import SlipPaper
from support.advised import ADVISED_VOUCHER, AdvisedScriptedGateway
from support.canary import CANARY_PIN
from support.gateways import ScriptedGateway
from support.menus import click, menu, offered, right_press
from support.till import approved, intent
from support.window import TYPES, WindowTill, open_window


async def sell(till: WindowTill, number: int) -> str:
    """Redeem a voucher of its own amount and number at a counter out of sight; return its id."""
    till.gateway.script.append(approved(1000 + number, change=None))
    order = intent(
        Exact(1000 + number),
        pin=f"{4_000_000_000_000_000 + number}",
        voucher_type=till.gateway.types[0],
    )
    task = till.owner.spawn(till.redeemer.redeem(order), "redeem")
    while not task.done():
        await till.clock.advance(1)
    return task.result().id


def shown(till: WindowTill, room: Room) -> list[tuple[str, str]]:
    """Return what the page itself offers for the chosen entry, and its slip."""
    screen = till.ledgers[room].screen()
    assert screen.detail is not None
    return [*((one.text, one.key) for one in screen.detail.buttons), ("Larger slip", "")]


async def in_history(till: WindowTill) -> QTableView:
    """Go to History and return its table, with all that was sold."""
    till.pages.go_to(Room.HISTORY)
    await till.ledgers[Room.HISTORY].load()
    table = till.visible("history-table")
    assert isinstance(table, QTableView)
    return table


async def asked_for(till: WindowTill) -> None:
    """Wait until a menu is open."""
    await till.until(lambda: QApplication.activePopupWidget() is not None)


async def test_an_entry_of_history_offers_its_own_acts() -> None:
    """The entry that is meant is chosen first, so that no act falls on another one."""
    async with open_window(ScriptedGateway(types=TYPES)) as till:
        older, newer = await sell(till, 1), await sell(till, 2)
        table = await in_history(till)
        history = till.ledgers[Room.HISTORY]
        assert history.screen().chosen == newer
        right_press(table.viewport(), table.visualRect(table.model().index(1, 0)).center())
        await asked_for(till)
        assert history.screen().chosen == older
        assert offered() == shown(till, Room.HISTORY)
        menu().close()


async def test_what_is_chosen_in_the_menu_is_done() -> None:
    """As by the button that says the same."""
    async with open_window(ScriptedGateway(types=TYPES)) as till:
        await sell(till, 1)
        table = await in_history(till)
        QTest.keyClick(table, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
        first = menu().activeAction()
        assert first is not None
        assert first.text() == "Print a copy"
        QTest.keyClick(menu(), Qt.Key.Key_Return)
        await till.until(lambda: len(till.printer.slips) == 1)
    assert QApplication.activePopupWidget() is None


async def test_a_double_click_does_not_fall_through_the_menu() -> None:
    """It chooses a row of the menu, and no entry that lies behind it."""
    async with open_window(ScriptedGateway(types=TYPES)) as till:
        older, newer = await sell(till, 1), await sell(till, 2)
        table = await in_history(till)
        history = till.ledgers[Room.HISTORY]
        behind = table.visualRect(table.model().index(1, 0)).center()
        place = table.viewport().mapToGlobal(behind)
        QTest.keyClick(table, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
        opened = menu()
        row = opened.actionGeometry(opened.actions()[0]).center()
        opened.move(opened.pos() + place - opened.mapToGlobal(row))
        click(opened, place, 10_000)
        await till.until(lambda: QApplication.activePopupWidget() is None)
        click(till.window, place, 10_200)
        await till.settle()
        assert history.screen().chosen == newer
        click(till.window, place, 10_700)
        await till.until(lambda: history.screen().chosen == older)


async def test_a_menu_goes_when_another_entry_takes_its_place() -> None:
    """Nothing can be done any more with what is no longer shown."""
    async with open_window(ScriptedGateway(types=TYPES)) as till:
        older = await sell(till, 1)
        await sell(till, 2)
        table = await in_history(till)
        right_press(table.viewport(), table.visualRect(table.model().index(0, 0)).center())
        await asked_for(till)
        till.ledgers[Room.HISTORY].choose(older)
        await till.ledgers[Room.HISTORY].load()
        assert QApplication.activePopupWidget() is None


async def test_a_menu_opens_no_more_once_something_else_was_done() -> None:
    """Another entry was chosen, or help was opened, before the entry that was meant was read."""
    async with open_window(ScriptedGateway(types=TYPES)) as till:
        await sell(till, 1)
        await sell(till, 2)
        table = await in_history(till)
        places = [table.visualRect(table.model().index(row, 0)).center() for row in (0, 1)]
        right_press(table.viewport(), places[1])
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=places[0])
        await till.settle()
        QTest.keyClick(table, Qt.Key.Key_Down)
        await till.settle()
        assert QApplication.activePopupWidget() is None
        right_press(table.viewport(), places[0])
        till.press(Qt.Key.Key_F1)
        await till.settle()
        assert QApplication.activePopupWidget() is None


async def test_a_key_that_is_none_of_the_menu_does_what_it_does_elsewhere() -> None:
    """A function key goes to its page; a letter, as of a scan, chooses nothing."""
    async with open_window(ScriptedGateway(types=TYPES)) as till:
        await sell(till, 1)
        table = await in_history(till)
        for key, room in ((Qt.Key.Key_P, Room.HISTORY), (Qt.Key.Key_F2, Room.REDEEM)):
            right_press(table.viewport(), table.visualRect(table.model().index(0, 0)).center())
            await asked_for(till)
            QTest.keyClick(menu(), key)
            assert QApplication.activePopupWidget() is None
            assert till.pages.room is room
        assert till.printer.slips == []


async def test_the_result_and_its_slip_offer_the_same() -> None:
    """The buttons of the result, and to see the slip larger."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        result = till.counter.screen().result
        assert result is not None
        wanted = [*((one.text, one.key) for one in result.buttons), ("Larger slip", "")]
        right_press(till.visible("hand-over"))
        assert offered() == wanted
        (paper,) = [one for one in till.window.findChildren(SlipPaper) if one.isVisible()]
        menu().close()
        right_press(paper)
        assert offered() == wanted
        menu().actions()[-1].trigger()
        (larger,) = till.window.findChildren(SlipOverlay)
        assert larger.isVisible()
        assert QApplication.activePopupWidget() is None


async def test_over_the_code_of_a_change_voucher_there_is_no_menu() -> None:
    """Nothing copies what is shown only while somebody holds a button."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        right_press(till.visible("change-panel"))
        assert QApplication.activePopupWidget() is None


async def test_a_card_in_waiting_offers_its_own_acts() -> None:
    """By the mouse over it, and by the key for menus where the focus is."""
    gateway = AdvisedScriptedGateway()
    gateway.types = (ADVISED_VOUCHER,)
    gateway.acknowledge = Repeat(UnknownCause.NO_CONNECTION)
    async with open_window(gateway) as till:
        sold = await sell(till, 1)
        till.click("tab-in_doubt")
        await till.settle()
        card = till.visible(f"card-{sold}")
        right_press(card)
        assert offered() == shown(till, Room.IN_DOUBT)
        menu().close()
        card.setFocus(Qt.FocusReason.TabFocusReason)
        reason, at = QContextMenuEvent.Reason.Keyboard, card.rect().center()
        QApplication.sendEvent(card, QContextMenuEvent(reason, at, card.mapToGlobal(at)))
        assert offered() == shown(till, Room.IN_DOUBT)
        assert menu().activeAction() is menu().actions()[0]


async def test_a_screen_reader_says_what_the_menu_is_and_offers() -> None:
    """The menu has a name, and each act its words, without a sign for a key in them."""
    async with open_window(ScriptedGateway(types=TYPES)) as till:
        await sell(till, 1)
        table = await in_history(till)
        QTest.keyClick(table, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
        read = QAccessible.queryAccessibleInterface(menu())
        assert read is not None
        assert read.text(QAccessible.Text.Name) == "What you can do here"
        children = [read.child(at) for at in range(read.childCount())]
        assert [one.text(QAccessible.Text.Name) for one in children] == [
            text for text, _ in shown(till, Room.HISTORY)
        ]


async def test_a_report_offers_what_its_buttons_do() -> None:
    """By Shift+F10, where a keyboard has no key for menus; the focus stays where it was."""
    async with open_window() as till:
        till.pages.go_to(Room.REPORTS)
        await till.settle()
        focused = till.keyboard()
        QTest.keyClick(focused, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
        screen = till.pages.reports.screen()
        buttons = [(one.text, one.key) for one in screen.buttons]
        assert offered()[: 1 + len(buttons)] == [(screen.primary, screen.primary_key), *buttons]
        menu().close()
        assert till.keyboard() is focused
        assert focused.hasFocus()
        till.press(Qt.Key.Key_Down)
        await till.until(lambda: till.pages.reports.screen().kind == screen.kind + 1)


async def test_an_earlier_shift_is_opened_from_its_menu() -> None:
    """As by a click."""
    async with open_window() as till:
        till.pages.go_to(Room.SHIFT)
        await till.settle()
        view = till.window._rooms._shift_view()
        screen = till.pages.shift.screen()
        view.render_screen(replace(screen, earlier=(EarlierRow(number=7, text="Z 7"),)))
        chosen: list[int] = []
        view.earlier_chosen.connect(chosen.append)
        right_press(till.visible("earlier-7"))
        assert offered() == [("Open", "")]
        QTest.keyClick(menu(), Qt.Key.Key_Down)
        QTest.keyClick(menu(), Qt.Key.Key_Return)
        assert chosen == [7]
