"""A sale that one voucher paid in part: the rest is never forgotten, and never owed for ever."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel

from counterfoil.domain.offer import Offer
from counterfoil.domain.states import RedemptionState, SaleState
from counterfoil.domain.verdict import Declined, DeclineReason, Verdict
from counterfoil.ports.printer import PrintTrouble
from counterfoil.presentation.screens import Act
from counterfoil.ui import theme
from counterfoil.ui.theme import ThemeName
from support.canary import CANARY_PIN
from support.gateways import ScriptedGateway
from support.printers import MemoryPrinter
from support.scanner import Scanner
from support.till import approved
from support.window import BLU, TYPES, WindowTill, open_window

S = RedemptionState
OTHER_PIN = "4000400040004000"
THIRD_PIN = "5000500050005000"
OWED = "R31.00 is still to be paid."
NOT_FOUND = Declined(reason=DeclineReason.NOT_FOUND)


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> Iterator[None]:
    """Begin and end in the light theme, without motion."""
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=False)
    yield
    theme.apply_theme(qapp, ThemeName.LIGHT)


def gateway(*script: Verdict) -> ScriptedGateway:
    """Return a gateway with the usual types."""
    return ScriptedGateway(script, types=TYPES)


def words(till: WindowTill) -> str:
    """Return everything that visible labels say."""
    labels = till.window.findChildren(QLabel)
    return "\n".join(one.text() for one in labels if one.isVisible())


async def redeem(till: WindowTill, pin: str, amount: str = "") -> None:
    """Redeem a voucher and wait until its result takes an answer."""
    till.fill(pin=pin, amount=amount)
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F12)
    await till.until_result()
    await till.ready_to_answer()


async def pay_in_part(till: WindowTill) -> None:
    """Ask for R50.00 of a voucher that holds R19.00."""
    await redeem(till, CANARY_PIN, "50.00")
    assert "Collect R31.00 first. Then hand over." in words(till)


async def leave(till: WindowTill) -> None:
    """Leave the result for what comes next."""
    till.press(Qt.Key.Key_F2)
    await till.until(lambda: till.counter.shown is None)
    await till.settle()
    await till.ready_to_answer()


async def say_same_customer(till: WindowTill) -> None:
    """Answer that the same customer pays with another voucher."""
    assert till.has("act-go_on_with_sale")
    till.press(Qt.Key.Key_F11)
    await till.settle()
    await till.ready_to_answer()


async def go_on(till: WindowTill) -> None:
    """Leave the result for another voucher of the same customer."""
    await leave(till)
    await say_same_customer(till)


async def sale_states(till: WindowTill) -> list[SaleState]:
    """Return the state of each sale, the latest redemption's first."""
    found = []
    for sale_id in dict.fromkeys(one.sale_id for one in await till.redemptions()):
        sale = await till.journal.sale(sale_id)
        assert sale is not None
        found.append(sale.state)
    return found


async def test_a_rest_that_was_paid_otherwise_closes_the_sale() -> None:
    """The result of a voucher that held too little offers it, and the next form is a new sale."""
    printer = MemoryPrinter()
    async with open_window(gateway(approved(1900, change=None)), printer=printer) as till:
        printer.fail_next(PrintTrouble.PAPER_OUT)
        await pay_in_part(till)
        till.click("act-rest_paid_otherwise")
        await till.until(lambda: till.counter.shown is None)
        assert await sale_states(till) == [SaleState.SET_ASIDE]
        screen = till.counter.screen()
        assert (screen.foot_acts, screen.amount and screen.amount.text) == ((), "")


async def test_the_form_of_a_rest_can_say_that_it_was_paid_otherwise() -> None:
    """It is quiet, beside what is owed, and goes away with it."""
    async with open_window(gateway(approved(1900, change=None))) as till:
        assert not till.has("foot-rest_paid_otherwise")
        await pay_in_part(till)
        await go_on(till)
        assert OWED in words(till)
        till.click("foot-rest_paid_otherwise")
        await till.until(lambda: OWED not in words(till))
        await till.settle()
        assert not till.has("foot-rest_paid_otherwise")
        assert till.box("amount").value() == ""
        assert await sale_states(till) == [SaleState.SET_ASIDE]


@pytest.mark.parametrize("key", [Qt.Key.Key_F2, Qt.Key.Key_F11])
async def test_a_refused_voucher_does_not_forget_the_rest(key: Qt.Key) -> None:
    """Correcting the PIN and a new voucher both go on with what is owed."""
    script = (approved(1900, change=None), NOT_FOUND, approved(3100, change=None))
    async with open_window(gateway(*script)) as till:
        await pay_in_part(till)
        await go_on(till)
        await redeem(till, OTHER_PIN)
        assert "Voucher refused" in words(till)
        assert OWED in words(till)
        till.press(key)
        await till.until(lambda: till.counter.shown is None)
        await till.settle()
        assert OWED in words(till)
        if key is Qt.Key.Key_F2:
            await till.ready_to_answer()
            await say_same_customer(till)
        assert till.box("amount").value() == "31.00"
        till.box("field-pin").clear()
        await redeem(till, THIRD_PIN)
        assert "HAND OVER NOW" in words(till)
        assert await sale_states(till) == [SaleState.PAID]


async def test_what_two_vouchers_leave_is_collected_before_the_hand_over() -> None:
    """The second voucher is asked for less than the rest, and the sale is not paid by that."""
    script = (approved(1900, change=None), approved(2000, change=None))
    async with open_window(gateway(*script)) as till:
        await pay_in_part(till)
        await go_on(till)
        till.box("amount").clear()
        await redeem(till, OTHER_PIN, "20.00")
        assert "HAND OVER NOW" not in words(till)
        assert "Collect R11.00 first. Then hand over." in words(till)
        await go_on(till)
        assert "R11.00 is still to be paid." in words(till)
        assert await sale_states(till) == [SaleState.OPEN]


async def test_another_type_goes_on_with_the_rest() -> None:
    """A tile pressed on the result, and a type that is no longer offered, lose no money."""
    async with open_window(gateway(approved(1900, change=None))) as till:
        await pay_in_part(till)
        till.click(f"tile-{BLU.id}")
        await till.settle()
        assert OWED in words(till)
        await till.ready_to_answer()
        await say_same_customer(till)
        assert OWED in words(till)
        till.counter.offer(Offer(TYPES[:1], None, is_fresh=True))
        assert OWED in till.counter.screen().foot


@pytest.mark.parametrize("key", [Qt.Key.Key_F2, Qt.Key.Key_F11, None])
async def test_a_first_voucher_that_was_refused_leaves_no_sale_open(key: Qt.Key | None) -> None:
    """However its result is left; the next press opens a sale of its own."""
    async with open_window(gateway(NOT_FOUND, approved(1900, change=None))) as till:
        await redeem(till, CANARY_PIN, "19.00")
        if key is None:
            till.click(f"tile-{TYPES[0].id}")
        else:
            till.press(key)
        await till.until(lambda: till.counter.shown is None)
        await till.settle()
        assert await sale_states(till) == [SaleState.SET_ASIDE]
        for name in ("field-pin", "amount"):
            till.box(name).clear()
        await redeem(till, OTHER_PIN, "19.00")
        assert await sale_states(till) == [SaleState.PAID, SaleState.SET_ASIDE]


async def test_closing_a_rest_and_choosing_a_type_do_not_cross() -> None:
    """While the sale is being closed nothing else can go on with it."""
    async with open_window(gateway(approved(1900, change=None))) as till:
        await pay_in_part(till)
        till.counter.act(Act.REST_PAID_OTHERWISE)
        till.counter.choose(BLU.id)
        await till.until(lambda: till.counter.shown is None)
        await till.settle()
        assert till.counter.screen().foot_acts == ()
        assert await sale_states(till) == [SaleState.SET_ASIDE]


@pytest.mark.parametrize("size", [(1024, 768), (1366, 768)])
async def test_the_ways_to_a_rest_fit_the_window(size: tuple[int, int]) -> None:
    """Three buttons beside each other, and the quiet one below the form, are not cut."""
    printer = MemoryPrinter()
    script = (approved(1900, change=None), NOT_FOUND)
    async with open_window(gateway(*script), printer=printer, size=size) as till:
        printer.fail_next(PrintTrouble.PAPER_OUT)
        await pay_in_part(till)
        check_buttons(till)
        await go_on(till)
        check_buttons(till)
        await redeem(till, OTHER_PIN)
        check_buttons(till)


def check_buttons(till: WindowTill) -> None:
    """Check that each button has the width it wants and lies inside the window."""
    for button in till.window.findChildren(QAbstractButton):
        name = button.objectName()
        if button.isVisible() and name.startswith(("act-", "foot-", "primary")):
            assert button.width() >= button.sizeHint().width(), name
            corner = button.mapTo(till.window, QPoint(button.width(), button.height()))
            assert corner.x() <= till.window.width(), name
            assert corner.y() <= till.window.height(), name


async def test_another_currency_leaves_the_rest_as_it_is_and_says_why() -> None:
    """R31.00 stays R31.00, nothing is sent, and the sums of History are two."""
    dollars = replace(TYPES[0], id="vouchers.dollars", currency="USD")
    types = (*TYPES, dollars)
    asked = ScriptedGateway([approved(1900, change=None)] * 2, types=types)
    async with open_window(asked) as till:
        await pay_in_part(till)
        await go_on(till)
        till.counter.choose(dollars.id)
        await till.settle()
        till.fill(pin=OTHER_PIN)
        assert f"{OWED} This sale is in ZAR, and this voucher type in USD." in words(till)
        till.press(Qt.Key.Key_F12)
        await till.settle()
        assert len(asked.asks) == 1
        till.click("foot-rest_paid_otherwise")
        await till.settle()
        till.counter.choose(dollars.id)
        await till.settle()
        await redeem(till, OTHER_PIN, "19.00")
        till.press(Qt.Key.Key_F6)
        await till.settle()
        assert "2 shown, USD 19.00 and R19.00 paid" in words(till)


async def f2_then_scan(till: WindowTill) -> None:
    """Turn to the next customer, as the key is known."""
    till.press(Qt.Key.Key_F2)
    await till.settle()
    Scanner(till.window).scan(OTHER_PIN)


async def scan_at_once(till: WindowTill) -> None:
    """Scan over the result."""
    Scanner(till.window).scan(OTHER_PIN)


async def scan_over_another(till: WindowTill) -> None:
    """Scan one more voucher over one that waits in the form of the rest."""
    await go_on(till)
    Scanner(till.window).scan(THIRD_PIN)
    Scanner(till.window).scan(OTHER_PIN)


async def f2_in_the_form(till: WindowTill) -> None:
    """Turn to the next customer from the form of the rest."""
    await go_on(till)
    await f2_then_scan(till)


@pytest.mark.parametrize("come", [f2_then_scan, scan_at_once, scan_over_another, f2_in_the_form])
async def test_the_next_customers_voucher_never_pays_the_last_customers_rest(
    come: Callable[[WindowTill], Awaitable[None]],
) -> None:
    """It is asked whose it is; F12 charges nothing before, and *paid otherwise* keeps it."""
    script = (approved(1900, change=None), approved(500, change=None))
    async with open_window(gateway(*script)) as till:
        await pay_in_part(till)
        await come(till)
        await till.settle()
        await till.ready_to_answer()
        assert f"{OWED} With another voucher?" in words(till)
        till.press(Qt.Key.Key_F12)
        await till.settle()
        assert len(till.gateway.asks) == 1
        assert till.shell.screen().toast == "Say first how the rest is paid"
        till.press(Qt.Key.Key_F2)
        await till.until(lambda: not till.has("act-go_on_with_sale"))
        await till.settle()
        assert await sale_states(till) == [SaleState.SET_ASIDE]
        assert till.box("amount").value() == ""
        assert OTHER_PIN in till.counter.screen().fields[0].text.reveal()
        await redeem(till, "", "5.00")
        assert await sale_states(till) == [SaleState.PAID, SaleState.SET_ASIDE]


async def test_the_form_of_a_rest_names_its_sale_and_sends_no_cashier_to_the_next_customer() -> (
    None
):
    """The page says how the rest is collected, the form which sale it is and what it takes."""
    async with open_window(gateway(approved(1900, change=None))) as till:
        await pay_in_part(till)
        assert "ext customer" not in words(till)
        (paid,) = await till.redemptions()
        await leave(till)
        assert f"Sale {paid.reference}: {OWED}" in words(till)
        Scanner(till.window).scan(OTHER_PIN)
        await till.ready_to_answer()
        await say_same_customer(till)
        assert f"Sale {paid.reference}: {OWED}" in words(till)
        assert till.counter.screen().primary_text == "Use voucher for R31.00 for the rest"
        assert not till.box("field-pin").hasFocus()


async def test_more_than_the_rest_is_refused_at_the_amount() -> None:
    """Typing the total again, or taking everything, ends no sale without a word."""
    async with open_window(gateway(approved(1900, change=None))) as till:
        await pay_in_part(till)
        await go_on(till)
        till.fill(pin=OTHER_PIN, amount="")
        for is_whole in (False, True):
            till.box("amount").clear()
            till.type_into("amount", "50.00" if not is_whole else "31.00")
            till.click("whole-value") if is_whole else till.press(Qt.Key.Key_F12)
            await till.settle()
            row = till.counter.screen().amount
            assert row is not None
            assert row.error == "Only R31.00 is still to be paid"
        assert len(till.gateway.asks) == 1
        assert await sale_states(till) == [SaleState.OPEN]


async def test_a_type_that_is_only_taken_whole_pays_no_rest_and_says_why() -> None:
    """Its whole value can be more than what is owed."""
    whole = replace(TYPES[0], id="vouchers.whole", name="Whole", can_redeem_part=False)
    asked = ScriptedGateway([approved(1900, change=None)], types=(*TYPES, whole))
    async with open_window(asked) as till:
        await pay_in_part(till)
        await go_on(till)
        till.counter.choose(whole.id)
        till.fill(pin=OTHER_PIN, amount="")
        till.press(Qt.Key.Key_F12)
        await till.settle()
        assert len(asked.asks) == 1
        assert "Whole is only taken whole" in till.counter.screen().foot
