"""A sale that was paid otherwise after a restart: said in In doubt, so that no approval pays it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from counterfoil.domain.redemption import Redemption
from counterfoil.domain.states import Customer, RedemptionState, SaleState
from counterfoil.presentation.screens import Act, Button, DetailRow, Room
from counterfoil.service.recovery import recover
from counterfoil.ui import theme
from counterfoil.ui.theme import ThemeName
from support.clocks import START, SteppedClock
from support.gateways import ScriptedGateway, ScriptedVerdict
from support.till import TIME_OUT, WatchedJournal, approved
from support.window import TYPES, WindowTill, open_window

S = RedemptionState
PIN = "1000000000000001"
LATER = START + timedelta(hours=2)
PAID_OTHERWISE = f"act-{Act.PAID_OTHERWISE.value}"


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> Iterator[None]:
    """Begin and end in the light theme, without motion."""
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=False)
    yield
    theme.apply_theme(qapp, ThemeName.LIGHT)


def upstream(*script: ScriptedVerdict) -> ScriptedGateway:
    """Return an upstream that does not answer once its script is over."""
    return ScriptedGateway(script, otherwise=TIME_OUT, types=TYPES)


async def left_by_a_till_that_closed() -> WatchedJournal:
    """Return the books of a till that was closed over a result that is not known."""
    async with open_window(upstream()) as till:
        till.fill(pin=PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.pass_time(80)
        return till.journal.reopened()


async def found_in_doubt(till: WindowTill) -> Redemption:
    """Start as a till does, and go to In doubt."""
    (found,) = (await recover(till.journal, till.clock)).open
    till.click("tab-in_doubt")
    await till.settle()
    return found


async def state_of(till: WindowTill, redemption: Redemption) -> tuple[S, SaleState]:
    """Return the states of a redemption and its sale."""
    stored, sale = (
        await till.journal.redemption(redemption.id),
        await till.journal.sale(redemption.sale_id),
    )
    assert stored is not None
    assert sale is not None
    return stored.state, sale.state


def detail(till: WindowTill) -> DetailRow:
    """Return what In doubt says of the chosen entry."""
    found = till.ledgers[Room.IN_DOUBT].screen().detail
    assert found is not None
    return found


def acts(buttons: tuple[Button, ...]) -> list[Act]:
    """Return what the buttons ask for."""
    return [one.act for one in buttons]


@pytest.mark.fault("H7")
async def test_a_late_yes_after_paid_otherwise_is_for_a_supervisor() -> None:
    """Left in doubt, restarted, paid in cash, said so: the yes is listed as money taken."""
    journal = await left_by_a_till_that_closed()
    async with open_window(upstream(approved()), journal=journal, start=LATER) as till:
        found = await found_in_doubt(till)
        assert "Nothing pays it until" in detail(till).what_to_do
        till.click(PAID_OTHERWISE)
        await till.settle()
        assert await state_of(till, found) == (S.INFLIGHT, SaleState.SET_ASIDE)
        assert "closed without this voucher" in detail(till).what_to_do
        assert not till.has(PAID_OTHERWISE)
        assert till.shell.screen().toast == "The sale is closed"
        till.click(f"act-{Act.ASK_AGAIN.value}")
        await till.settle()
        assert await state_of(till, found) == (S.UNCLAIMED, SaleState.SET_ASIDE)
        assert detail(till).state == "Money taken, sale open"
        assert till.shell.screen().in_doubt == 1


@pytest.mark.fault("H7")
async def test_a_late_yes_after_a_restart_pays_nothing_by_itself() -> None:
    """The till asks on by itself, and the sale waits for a word about its customer."""
    journal = await left_by_a_till_that_closed()
    await recover(journal, SteppedClock(LATER))
    async with open_window(upstream(approved()), journal=journal, start=LATER) as till:
        found = await found_in_doubt(till)
        await till.redeemer.ask(found.id)
        await till.settle()
        assert await state_of(till, found) == (S.UNCLAIMED, SaleState.OPEN)
        assert not till.has(PAID_OTHERWISE)


@pytest.mark.fault("H7")
async def test_a_yes_that_was_faster_than_paid_otherwise_is_told() -> None:
    """The customer has paid twice then, and the cashier hears of it while they are there."""
    journal = await left_by_a_till_that_closed()
    async with open_window(upstream(approved()), journal=journal, start=LATER) as till:
        found = await found_in_doubt(till)
        till.click("tab-redeem")  # a list that is not in front is not read anew
        await till.redeemer.hear_of_customer(found.id, Customer.HERE, "Thandi M.")
        await till.redeemer.ask(found.id)
        await till.settle()
        assert Act.PAID_OTHERWISE in acts(detail(till).buttons)
        till.ledgers[Room.IN_DOUBT].act(Act.PAID_OTHERWISE)
        await till.settle()
        assert await state_of(till, found) == (S.FINAL, SaleState.PAID)
        assert till.shell.screen().toast == "Too late: the voucher has paid this sale."


@pytest.mark.fault("H7")
async def test_paid_otherwise_is_not_offered_while_the_counter_waits() -> None:
    """The customer is there and the till is asking: nothing is to be pressed yet."""
    async with open_window(upstream()) as till:
        till.fill(pin=PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        till.click("tab-in_doubt")
        await till.settle()
        assert acts(detail(till).buttons) == [Act.PRINT_PENDING]
        assert detail(till).what_to_do == ""


@pytest.mark.fault("H7")
async def test_counter_and_list_agree_about_a_sale_that_was_paid_otherwise() -> None:
    """Said in the list while the counter shows the same result; the counter then goes on."""
    gateway = upstream()
    async with open_window(gateway) as till:
        till.fill(pin=PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.pass_time(80)
        till.click("tab-in_doubt")
        await till.settle()
        till.click(PAID_OTHERWISE)
        await till.settle()
        gateway.script.append(approved())
        till.click(f"act-{Act.ASK_AGAIN.value}")
        await till.settle()
        shown = till.counter.shown
        assert shown is not None
        assert await state_of(till, shown) == (S.UNCLAIMED, SaleState.SET_ASIDE)
        assert shown.state is S.UNCLAIMED
        await till.ready_to_answer()
        till.counter.act(Act.NEW_VOUCHER)
        await till.until(lambda: till.counter.shown is None)


@pytest.mark.fault("H7")
async def test_next_customer_leaves_nothing_to_say_in_the_list() -> None:
    """The counter has closed the sale already, and the list says so."""
    async with open_window(upstream()) as till:
        till.fill(pin=PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.pass_time(80)
        till.counter.act(Act.NEW_VOUCHER)
        await till.until(lambda: till.counter.shown is None)
        till.click("tab-in_doubt")
        await till.settle()
        assert not till.has(PAID_OTHERWISE)
        assert "closed without this voucher" in detail(till).what_to_do
