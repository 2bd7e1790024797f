"""History finds a sale by the voucher's whole number, and shows that number nowhere."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from counterfoil.presentation.screens import Room
from support.canary import CANARY_PIN
from support.gateways import ScriptedGateway
from support.people import SECOND_NUMBER, SECOND_PIN, hire
from support.scanner import Scanner
from support.till import approved, intent
from support.window import TYPES, WindowTill, open_window
from window.test_window_sign_in import sign_in

UNKNOWN = "1000000000000001"


def field(till: WindowTill) -> QLineEdit:
    """Return the search field of History."""
    found = till.visible("history-find")
    assert isinstance(found, QLineEdit)
    return found


async def test_a_sale_is_found_by_its_vouchers_number() -> None:
    """Typed or scanned; what stays of it in the field and on the page is its end.

    One that is not found is said by its end alone.
    """
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        till.fill(pin=CANARY_PIN, amount="19.00")
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.ready_to_answer()
        (sold,) = await till.journal.history(9)
        till.press(Qt.Key.Key_F6)
        await till.until(lambda: till.has("history-find"))
        field(till).setFocus()
        scanner = Scanner(till.window)
        scanner.type(UNKNOWN)
        history = till.pages.lists[Room.HISTORY]
        await till.until(lambda: UNKNOWN[-4:] in history.screen().empty_line)
        assert UNKNOWN not in repr(history.screen())
        field(till).clear()
        scanner.type(CANARY_PIN)
        masked = f"•••• {CANARY_PIN[-4:]}"
        await till.until(lambda: field(till).text() == masked)
        page = till.pages.lists[Room.HISTORY].screen()
        assert [row.redemption_id for row in page.rows] == [sold.id]
        assert CANARY_PIN not in repr(page)
        field(till).undo()
        assert field(till).text() == masked
        field(till).clear()
        field(till).textEdited.emit("")
        await till.settle()
        scanner.scan(CANARY_PIN)
        await till.until(lambda: field(till).text() == masked)
        assert till.shell.screen().room is Room.HISTORY
        scanner.scan(UNKNOWN)
        await till.until(lambda: till.shell.screen().room is Room.REDEEM)


async def test_the_counter_goes_on_after_a_voucher_was_scanned_in_history() -> None:
    """It was scanned last, so the one in the form is charged only after a question."""
    async with open_window(ScriptedGateway(otherwise=approved(), types=TYPES)) as till:
        order = intent(pin=CANARY_PIN)
        await till.until(till.owner.spawn(till.redeemer.redeem(order), "sale").done)
        till.fill(pin=UNKNOWN, amount="19.00")
        till.press(Qt.Key.Key_F6)
        await till.settle()
        Scanner(till.window).scan(CANARY_PIN)
        await till.until(lambda: field(till).text() == f"•••• {CANARY_PIN[-4:]}")
        till.press(Qt.Key.Key_F2)
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F12)
        await till.settle()
        assert till.has("act-same_voucher")
        assert len(till.gateway.asks) == 1
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        assert len(till.gateway.asks) == 2


async def test_a_number_that_was_not_found_waits_for_nobody_else() -> None:
    """It may be of a voucher that is still worth something: who unlocks the till reads its end."""
    async with open_window(ScriptedGateway([approved()], types=TYPES), staff=hire) as till:
        await sign_in(till)
        till.fill(pin=CANARY_PIN, amount="19.00")
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        till.press(Qt.Key.Key_F6)
        await till.until(lambda: till.has("history-find"))
        field(till).setFocus()
        Scanner(till.window).type(UNKNOWN)
        history = till.pages.lists[Room.HISTORY]
        await till.until(lambda: UNKNOWN[-4:] in history.screen().empty_line)
        assert field(till).text() == UNKNOWN
        find = field(till)
        till.press(Qt.Key.Key_F4)
        await till.settle()
        assert find.text() == f"•••• {UNKNOWN[-4:]}"
        await sign_in(till, SECOND_NUMBER, SECOND_PIN)
        assert UNKNOWN not in f"{find.text()} {history.screen()!r}"
