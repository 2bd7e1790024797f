"""What a sale's vouchers did not cover is taken at the counter, and stands in the shift's books."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from counterfoil.domain.books import Books, Entry
from counterfoil.domain.sale import SaleEnding
from counterfoil.domain.states import SaleState
from counterfoil.domain.verdict import Declined, DeclineReason
from counterfoil.ports.gateway import Balance
from counterfoil.presentation.rest_presenter import RestScreen
from counterfoil.presentation.screens import Act, Room
from counterfoil.service.commands import CloseShift, CountDrawer, LeaveSale, OpenShift, ReadShift
from counterfoil.ui import theme
from counterfoil.ui.theme import ThemeName
from support.canary import CANARY_PIN
from support.gateways import ScriptedGateway
from support.people import CASHIER_PIN, hire
from support.shift_desks import pieces_of
from support.till import approved
from support.window import BLU, TYPES, WindowTill, open_window
from window.test_window_rest import go_on, leave, pay_in_part, redeem, sale_states, words
from window.test_window_sign_in import sign_in, type_keys

GIVEN = "rest-given"
LITTLE = Declined(reason=DeclineReason.INSUFFICIENT)


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> Iterator[None]:
    """Begin and end in the light theme, without motion."""
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=False)
    yield
    theme.apply_theme(qapp, ThemeName.LIGHT)


@asynccontextmanager
async def owing(*, has_shift: bool = True) -> AsyncIterator[WindowTill]:
    """Open a till at which R31.00 of a sale is still due, at the question about it."""
    gateway = ScriptedGateway([approved(1900, change=None)], types=TYPES)
    async with open_window(gateway) as till:
        if has_shift:
            await till.pages._services.run(OpenShift(50_000))
        await pay_in_part(till)
        await leave(till)
        yield till


def asked(till: WindowTill) -> RestScreen:
    """Return what is asked."""
    screen = till.counter.rests.screen()
    assert screen is not None, "nothing is asked"
    return screen


async def ask(till: WindowTill) -> None:
    """Ask how the rest is paid."""
    till.press(Qt.Key.Key_F9)
    await till.until(lambda: till.has("rest-overlay"))
    await till.ready_to_answer()


async def over(till: WindowTill) -> None:
    """Wait until the counter is free for the next customer."""
    await till.until(lambda: not till.has("rest-overlay") and not till.counter.is_busy)
    await till.settle()


async def books(till: WindowTill) -> Books:
    """Return what the shift adds up to."""
    return (await till.pages._services.run(ReadShift())).books


def taken(found: Books) -> dict[str, int]:
    """Return how the rests were paid, in cents."""
    return {line.detail: line.cents for line in found.each(Entry.TENDERED, "detail")}


@pytest.mark.parametrize(("way", "name"), [(1, "card"), (2, "other")])
async def test_the_rest_by_card_or_another_way(way: int, name: str) -> None:
    """One choice and one press; no cash is in the drawer for it."""
    async with owing() as till:
        await ask(till)
        till.click(f"rest-way-{way}")
        assert not till.has(GIVEN)
        till.press(Qt.Key.Key_F11)
        await over(till)
        found = await books(till)
        assert taken(found) == {name: 3_100}
        assert found.drawer.moved_cents == 0
        assert await sale_states(till) == [SaleState.SET_ASIDE]
        assert till.shell.screen().toast == "The sale is closed"


async def test_exactly_the_rest_in_cash_needs_no_amount() -> None:
    """Two presses, and nothing is shown that has to be put away."""
    async with owing() as till:
        await ask(till)
        till.press(Qt.Key.Key_F11)
        await over(till)
        found = await books(till)
        assert (taken(found), found.drawer.moved_cents) == ({"cash": 3_100}, 3_100)
        assert till.counter.screen().foot_acts == ()


async def test_too_little_is_not_taken_and_change_is_only_shown_where_there_is_some() -> None:
    """The cursor stays where the amount is; a press too many does not put the change away."""
    async with owing() as till:
        await ask(till)
        till.type_into(GIVEN, "30")
        assert asked(till).change == ""
        till.press(Qt.Key.Key_F11)
        assert "The customer gave less than that. Nothing was taken." in words(till)
        assert till.box(GIVEN).hasFocus()
        till.box(GIVEN).type_nothing()
        till.type_into(GIVEN, "1 0 0,5,0")
        till.press(Qt.Key.Key_F11)
        assert asked(till).errors
        till.box(GIVEN).type_nothing()
        till.type_into(GIVEN, "100")
        assert asked(till).change == "R69.00"
        for _ in range(3):
            till.press(Qt.Key.Key_F11)
        await till.until(lambda: asked(till).is_over)
        till.press(Qt.Key.Key_F11)
        await till.settle()
        assert asked(till).change == "R69.00"
        assert taken(await books(till)) == {"cash": 3_100}
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        await over(till)


async def test_a_mix_must_not_be_more_than_the_rest() -> None:
    """The part in cash is worked out; card alone may cover it all."""
    async with owing() as till:
        await ask(till)
        till.click("rest-way-3")
        till.type_into("rest-card", "40")
        assert asked(till).in_cash == "R0.00"
        till.press(Qt.Key.Key_F11)
        assert "do not add up" in words(till)
        till.box("rest-card").type_nothing()
        till.type_into("rest-card", "20")
        till.type_into("rest-other", "11")
        till.press(Qt.Key.Key_F11)
        await over(till)
        assert taken(await books(till)) == {"card": 2_000, "other": 1_100}


async def test_back_takes_nothing_and_the_question_is_there_again() -> None:
    """The sale still owes it, and can be closed without the drawer as before."""
    async with owing() as till:
        await ask(till)
        till.type_into(GIVEN, "50")
        till.press(Qt.Key.Key_Escape)
        await over(till)
        assert till.has("act-take_rest")
        assert await sale_states(till) == [SaleState.OPEN]
        await ask(till)
        assert till.box(GIVEN).value() == ""
        till.press(Qt.Key.Key_Escape)
        await over(till)
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F2)
        await till.until(lambda: not till.has("act-take_rest"))
        await till.settle()
        assert await sale_states(till) == [SaleState.SET_ASIDE]
        assert taken(await books(till)) == {}


async def test_without_a_shift_the_till_says_so_and_leads_there() -> None:
    """The sale waits meanwhile, and F2 comes back to it."""
    async with owing(has_shift=False) as till:
        await ask(till)
        assert "No shift is open" in words(till)
        till.press(Qt.Key.Key_F11)
        await over(till)
        assert till.shell.screen().room is Room.SHIFT
        await till.ready_to_answer()
        till.type_into("shift-amount", "500")
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: till.has("open-page"))
        till.press(Qt.Key.Key_F2)
        await till.settle()
        await ask(till)
        till.press(Qt.Key.Key_F11)
        await over(till)
        assert taken(await books(till)) == {"cash": 3_100}


async def test_somebody_closes_the_shift_while_the_customer_pays() -> None:
    """It is said where the rest is taken, and a new shift can be opened from there."""
    async with owing() as till:
        await ask(till)
        run = till.pages._services.run
        _ = await run(CountDrawer(pieces_of(50_000)))
        _ = await run(CloseShift())
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: "No shift is open" in words(till))
        assert await sale_states(till) == [SaleState.OPEN]
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        await over(till)
        assert till.shell.screen().room is Room.SHIFT


async def test_somebody_closes_the_sale_while_the_customer_pays() -> None:
    """Nothing is taken twice, and the counter says why."""
    async with owing() as till:
        await ask(till)
        (one,) = await till.redemptions()
        leaving = LeaveSale(one.sale_id, SaleEnding.PAID_OTHERWISE)
        await till.pages._services.run(leaving)
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: "Nothing is left to pay of this sale" in words(till))
        till.press(Qt.Key.Key_Escape)
        await over(till)
        assert taken(await books(till)) == {}


async def test_the_result_and_the_form_of_a_rest_offer_it_too() -> None:
    """Wherever the counter says that something is still to be paid."""
    gateway = ScriptedGateway([approved(1900, change=None)], types=TYPES)
    async with open_window(gateway) as till:
        await till.pages._services.run(OpenShift(50_000))
        await pay_in_part(till)
        await go_on(till)
        till.click("foot-take_rest")
        await till.until(lambda: till.has("rest-overlay"))
        await till.ready_to_answer()
        till.press(Qt.Key.Key_Escape)
        await over(till)
        assert till.has("foot-take_rest")
        assert till.box("amount").value() == "31.00"
    async with open_window(ScriptedGateway([approved(1900, change=None)], types=TYPES)) as till:
        await till.pages._services.run(OpenShift(50_000))
        await pay_in_part(till)
        till.counter.act(Act.TAKE_REST)
        await till.until(lambda: till.has("rest-overlay"))
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        await over(till)
        assert await sale_states(till) == [SaleState.SET_ASIDE]
        assert till.counter.shown is None


async def test_the_till_is_left_while_the_rest_is_asked() -> None:
    """Who comes next finds the question about the sale, and nothing that was typed."""
    gateway = ScriptedGateway([approved(1900, change=None)], types=TYPES)
    async with open_window(gateway, staff=hire) as till:
        await sign_in(till)
        await till.pages._services.run(OpenShift(50_000))
        await pay_in_part(till)
        await leave(till)
        await ask(till)
        till.type_into(GIVEN, "50")
        till.pages.lock()
        await till.settle()
        assert not till.has("rest-overlay")
        type_keys(till, f"{CASHIER_PIN}\n")
        await till.until(lambda: not till.pages.is_signing_in)
        await over(till)
        assert await sale_states(till) == [SaleState.OPEN]
        await till.ready_to_answer()
        await ask(till)
        assert till.box(GIVEN).value() == ""


async def ask_for_less(till: WindowTill, refused: str) -> None:
    """Ask for too much of a voucher, and type R5.00 in its place."""
    await redeem(till, CANARY_PIN, refused)
    till.press(Qt.Key.Key_F11)
    await till.ready_to_answer()
    till.box("amount").type_nothing()
    till.type_into("amount", "5")


@pytest.mark.parametrize("is_told", [False, True])
async def test_too_little_on_it_is_one_sale_with_its_rest_in_cash(*, is_told: bool) -> None:
    """Refused by the provider, or told before: the whole amount stays to be paid."""
    paid = approved(500, change=None)
    gateway = ScriptedGateway([paid] if is_told else [LITTLE, paid], types=TYPES)
    gateway.balances.append(Balance(amount_cents=500, currency="ZAR"))
    async with open_window(gateway) as till:
        await till.pages._services.run(OpenShift(50_000))
        if is_told:
            till.click(f"tile-{BLU.id}")
            till.type_into("field-token", CANARY_PIN)
            till.type_into("amount", "19")
            till.press(Qt.Key.Key_F3)
            await till.until(lambda: bool(till.counter.screen().balance))
            till.press(Qt.Key.Key_F11)
            await till.ready_to_answer()
            till.press(Qt.Key.Key_F11)
        else:
            await ask_for_less(till, "19")
        foot = till.counter.screen().foot
        assert foot == "R19.00 is to be paid, R14.00 of it after this voucher."
        till.press(Qt.Key.Key_F12)
        await till.until(lambda: "Collect R14.00 first." in words(till))
        await till.ready_to_answer()
        await leave(till)
        await ask(till)
        till.press(Qt.Key.Key_F11)
        await over(till)
        found = await books(till)
        assert (taken(found), found.drawer.moved_cents) == ({"cash": 1_400}, 1_400)
        sale = await till.pages._services.journal.sale((await till.redemptions())[0].sale_id)
        assert sale is not None
        assert (sale.due_cents, sale.paid_cents) == (1_900, 500)
        assert sale.ending is SaleEnding.PAID_OTHERWISE


async def test_an_amount_that_was_wrong_leaves_no_rest() -> None:
    """One press says that the amount in the form is all; another form knows nothing of it."""
    gateway = ScriptedGateway([LITTLE, approved(500, change=None)], types=TYPES)
    async with open_window(gateway) as till:
        await ask_for_less(till, "50")
        till.click(f"foot-{Act.NO_REST.value}")
        assert "is to be paid" not in till.counter.screen().foot
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        assert await sale_states(till) == [SaleState.PAID, SaleState.SET_ASIDE]
