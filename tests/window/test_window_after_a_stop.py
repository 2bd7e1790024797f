"""The till stopped over a sale; what the cashier sees when it is started again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from counterfoil.domain import audit
from counterfoil.domain.money import Exact
from counterfoil.domain.states import Customer, RedemptionState, SaleState
from counterfoil.domain.verdict import Verdict
from counterfoil.ports.journal import Place
from counterfoil.presentation.screens import Act, ResultRow, Room, Stage
from counterfoil.service.recovery import recover
from counterfoil.ui import theme
from counterfoil.ui.theme import SizeClass, ThemeName
from support.canary import CANARY_PIN
from support.clocks import START, SeededChance, SteppedClock
from support.gateways import ScriptedGateway
from support.people import SECOND_NUMBER, SECOND_PIN, hire
from support.scanner import Scanner
from support.till import TIME_OUT, USED, WatchedJournal, approved, intent
from support.till import open_till as open_engine
from support.whole import check_whole
from support.window import TYPES, WindowTill, open_window
from window.test_window_sign_in import sign_in

S, C = RedemptionState, Customer
OTHER_PIN, THIRD_PIN = "2000200020002000", "3000300030003000"
LATER = START + timedelta(minutes=10)


async def stopped(*pins: str, due: Exact | None = None) -> WatchedJournal:
    """Leave a journal of a till that was killed while the provider had not answered.

    ``due`` is all that was to be paid, where each voucher was to pay a part.
    """
    journal = WatchedJournal()
    for number, pin in enumerate(pins):
        clock = SteppedClock(is_automatic=True)
        gateway = ScriptedGateway(otherwise=TIME_OUT)
        chance = SeededChance(50 + number)
        async with open_engine(gateway, journal=journal, clock=clock, chance=chance) as till:
            await till.redeemer.redeem(replace(intent(pin=pin), due=due))
        journal = journal.reopened()
    await recover(journal, SteppedClock(LATER))
    return journal


@asynccontextmanager
async def reopened(
    *answers: Verdict,
    pins: tuple[str, ...] = (CANARY_PIN,),
    size: tuple[int, int] = (1366, 768),
    due: Exact | None = None,
) -> AsyncIterator[WindowTill]:
    """Open the window over what was left; the provider says these next, and then nothing."""
    gateway = ScriptedGateway(list(answers), otherwise=TIME_OUT, types=TYPES)
    journal = await stopped(*pins, due=due)
    async with open_window(gateway, journal=journal, start=LATER, size=size) as till:
        await till.counter.welcome_back()
        await till.ready_to_answer()
        yield till


def shown(till: WindowTill) -> ResultRow:
    """Return the result in front of the cashier."""
    result = till.counter.screen().result
    assert result is not None
    return result


def said(till: WindowTill) -> str:
    """Return everything that the page says."""
    row = shown(till)
    steps = [f"{one.title} {one.line}" for one in row.steps]
    question = [row.question.text, row.question.how] if row.question else []
    texts = [row.banner.first, *row.banner.lines, row.headline, row.sentence, *steps, *question]
    return " ".join((*texts, *(f"{one.label} {one.value}" for one in row.facts), row.foot))


async def customer(till: WindowTill) -> tuple[RedemptionState, SaleState, Customer | None]:
    """Return what the journal holds of the oldest sale."""
    redemption = (await till.redemptions())[-1]
    sale = await till.journal.sale(redemption.sale_id)
    assert sale is not None
    return redemption.state, sale.state, sale.customer


def is_empty_form(till: WindowTill) -> bool:
    """Whether the next customer can be served."""
    return till.counter.shown is None


@pytest.mark.fault("H7", "P1")
async def test_the_first_screen_after_a_stop_names_the_sale_and_asks_for_its_customer() -> None:
    """Provider, voucher, amount, time, reference, what is known; and nothing to hand over."""
    async with reopened() as till:
        (found,) = await till.redemptions()
        words = said(till)
        for told in (
            "Before the till stopped",
            "A payment was under way.",
            "Do not hand over.",
            "Is this customer still here?",
            "1Voucher",
            found.voucher_tail,
            "R19.00",
            found.reference,
            f"{found.created_at.astimezone():%d %b, %H:%M}",
            "We do not know yet if it was paid",
        ):
            assert told in words
        assert "HAND OVER NOW" not in words
        assert [one.text for one in shown(till).buttons] == [
            "Yes, still here",
            "No, paid another way",
            "No, customer is gone",
            "Next customer first",
        ]
        assert till.has(f"act-{Act.STILL_HERE.value}")


@pytest.mark.fault("H7")
async def test_what_is_to_be_paid_beside_a_voucher_is_known_after_a_stop() -> None:
    """The voucher was to pay R19.00 of R50.00."""
    async with reopened(approved(), due=Exact(5_000)) as till:
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: "Collect R31.00 first." in said(till))


@pytest.mark.fault("H7")
async def test_a_scan_does_not_answer_for_the_customer_who_stood_there() -> None:
    """The next voucher is refused aloud until somebody has answered, or pressed F2."""
    async with reopened(approved()) as till:
        (found,) = await till.redemptions()
        for is_known in (False, True):
            if is_known:
                await till.redeemer.ask(found.id)
            await till.ready_to_answer()
            Scanner(till.window).scan("1115684000000107")
            assert till.shell.screen().toast.startswith("Not taken. Press F2")
            assert "Is this customer still here?" in said(till)
        assert (await customer(till))[2] is Customer.ASKED


@pytest.mark.fault("H7")
async def test_the_spaces_of_a_code_do_not_answer_for_the_customer() -> None:
    """Whichever answer has the focus: Space presses a button, and a scanner sends it."""
    async with reopened(approved()) as till:
        before = await customer(till)
        scanner = Scanner(till.window)
        for act in (one.act for one in shown(till).buttons):
            till.visible(f"act-{act.value}").setFocus(Qt.FocusReason.TabFocusReason)
            scanner.scan("1115 6840 0000 0107")
            await till.settle()
            assert await customer(till) == before
            assert "Is this customer still here?" in said(till)
            assert till.shell.screen().toast.startswith("Not taken. Press F2")


@pytest.mark.fault("H7")
async def test_the_spaces_of_a_code_do_nothing_to_a_sale_in_doubt() -> None:
    """Each act of In doubt has the focus once, and none is done: not *Paid another way* either."""
    async with reopened(approved()) as till:
        till.press(Qt.Key.Key_F2)
        await till.settle()
        before, asks = await customer(till), len(till.gateway.asks)
        scanner = Scanner(till.window)
        till.shell.enter(Room.IN_DOUBT)
        await till.settle()
        acts = [one for one in Act if till.has(f"act-{one.value}")]
        assert Act.PAID_OTHERWISE in acts
        for act in acts:
            till.shell.enter(Room.IN_DOUBT)
            await till.settle()
            till.visible(f"act-{act.value}").setFocus(Qt.FocusReason.TabFocusReason)
            scanner.scan("1115 6840 0000 0107")
            await till.settle()
            assert till.shell.screen().room is Room.REDEEM
            assert await customer(till) == before
            assert len(till.gateway.asks) == asks
        assert till.printer.slips == []


@pytest.mark.fault("H7")
@pytest.mark.parametrize("is_early", [True, False], ids=["yes first", "approval first"])
async def test_hand_over_comes_only_after_somebody_said_that_the_customer_is_here(
    is_early: bool,
) -> None:
    """Then it is green and the slip prints, whichever of the two comes first."""
    async with reopened(approved()) as till:
        (found,) = await till.redemptions()
        if not is_early:
            await till.redeemer.ask(found.id)
            await till.ready_to_answer()
            assert "has taken R19.00" in said(till)
            assert "Do not hand over." in said(till)
            assert not shown(till).banner.is_hand_over
            assert till.printer.slips == []
        till.click(f"act-{Act.STILL_HERE.value}")
        await till.until(lambda: shown(till).banner.is_hand_over)
        await till.settle()
        assert await customer(till) == (S.FINAL, SaleState.PAID, C.HERE)
        assert len(till.printer.slips) == 1
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: is_empty_form(till))


@pytest.mark.fault("H7")
@pytest.mark.parametrize(
    ("act", "customer_said"),
    [(Act.PAID_OTHERWISE, C.PAID_OTHERWISE), (Act.CUSTOMER_GONE, C.GONE)],
)
@pytest.mark.parametrize("is_taken", [True, False])
async def test_a_customer_who_is_not_here_gets_nothing_by_a_late_yes(
    act: Act, customer_said: Customer, is_taken: bool
) -> None:
    """The sale is closed; what was taken calls a supervisor, else the next customer is served."""
    async with reopened(approved()) as till:
        (found,) = await till.redemptions()
        if is_taken:
            await till.redeemer.ask(found.id)
            await till.ready_to_answer()
        for key in (Qt.Key.Key_F6, Qt.Key.Key_F9):
            till.press(key)
        till.press(Qt.Key.Key_F2) if till.shell.screen().room is not Room.REDEEM else None
        await till.settle()
        assert (await customer(till))[2] is C.ASKED
        till.click(f"act-{act.value}")
        await till.settle()
        if is_taken:
            assert "Money taken, sale open" in said(till)
            assert "Do not hand over. Call a supervisor." in said(till)
        else:
            await till.until(lambda: is_empty_form(till))
            await till.redeemer.ask(found.id)
        assert await customer(till) == (S.UNCLAIMED, SaleState.SET_ASIDE, customer_said)
        assert till.printer.slips == []


async def test_what_is_refused_after_a_stop_says_so_and_asks_nobody() -> None:
    """Nothing was taken, so it does not matter where the customer is."""
    async with reopened(USED) as till:
        (found,) = await till.redemptions()
        await till.redeemer.ask(found.id)
        await till.ready_to_answer()
        assert "Nothing was taken. Do not hand over." in said(till)
        assert [one.act for one in shown(till).buttons] == [Act.NEW_VOUCHER]
        till.press(Qt.Key.Key_F2)
        await till.until(lambda: is_empty_form(till))
        assert (await customer(till))[1] is SaleState.SET_ASIDE
        assert await till.journal.redemptions_left_open() == ()


async def test_still_here_and_still_not_known_waits_without_holding_the_cashier() -> None:
    """The next customer is served meanwhile, and the page is back with the approval."""
    async with reopened() as till:
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: shown(till).banner.first == "We do not know yet if it was paid")
        await till.ready_to_answer()
        assert [one.act for one in shown(till).buttons][1:] == [Act.NEW_VOUCHER, Act.PAID_OTHERWISE]
        till.press(Qt.Key.Key_F2)
        await till.until(lambda: is_empty_form(till))
        assert await customer(till) == (S.INFLIGHT, SaleState.OPEN, C.HERE)
        await till.pass_time(80)
        till.gateway.script.append(approved())
        await till.redeemer.ask((await till.redemptions())[-1].id)
        await till.until(lambda: not is_empty_form(till))
        assert shown(till).banner.is_hand_over
        await till.settle()
        assert len(till.printer.slips) == 1


async def test_the_next_customer_is_served_first_and_then_the_question_is_there_again() -> None:
    """F2 leaves the sale as it is: nothing pays it meanwhile, and it is not forgotten."""
    async with reopened(approved()) as till:
        till.press(Qt.Key.Key_F2)
        await till.until(lambda: is_empty_form(till))
        assert (await customer(till))[1:] == (SaleState.OPEN, C.ASKED)
        till.fill(pin=OTHER_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until(lambda: till.counter.shown is not None)
        await till.until(lambda: shown(till).banner.is_hand_over)
        await till.settle()
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: till.counter.shown is not None and bool(shown(till).question))
        assert "Is this customer still here?" in said(till)


async def test_a_half_filled_form_is_not_taken_away_by_an_earlier_sale() -> None:
    """It is told in a corner, and comes when this customer is done."""
    async with reopened() as till:
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: shown(till).banner.first == "We do not know yet if it was paid")
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F2)
        await till.until(lambda: is_empty_form(till))
        till.fill(pin=OTHER_PIN)
        await till.pass_time(80)
        till.gateway.script.append(approved())
        await till.redeemer.ask((await till.redemptions())[-1].id)
        await till.settle()
        assert is_empty_form(till)
        assert "Earlier sale: Paid" in till.shell.screen().toast


async def let_it_come_back(till: WindowTill) -> None:
    """Approve the sale that was left for the next customer, and wait until it is in front."""
    till.gateway.script.append(approved())
    await till.redeemer.ask((await till.redemptions())[-1].id)
    await till.until(lambda: not is_empty_form(till))
    await till.settle()
    await till.ready_to_answer()


async def leave_it_waiting(till: WindowTill) -> None:
    """Say that its customer is here, and turn to the next one."""
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: shown(till).banner.first == "We do not know yet if it was paid")
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F2)
    await till.until(lambda: is_empty_form(till))
    await till.pass_time(80)


async def test_a_question_over_an_empty_form_ends_when_an_earlier_sale_comes() -> None:
    """*Which voucher is it?* was never about the voucher of whoever comes after that sale."""
    async with reopened() as till:
        await leave_it_waiting(till)
        till.click("tile-vouchers.ott")
        Scanner(till.window).scan("1115684000000107")
        assert till.counter.screen().fitting
        await let_it_come_back(till)
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: is_empty_form(till))
        assert till.counter.screen().stage is Stage.FORM


async def test_what_was_cleared_before_an_earlier_sale_came_is_not_brought_back_after_it() -> None:
    """Esc would put the voucher of a customer into the form of another."""
    async with reopened() as till:
        await leave_it_waiting(till)
        till.fill(pin=OTHER_PIN)
        till.press(Qt.Key.Key_F2)
        assert till.has("foot-bring_back")
        await let_it_come_back(till)
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: is_empty_form(till))
        assert not till.has("foot-bring_back")
        till.press(Qt.Key.Key_Escape)
        assert till.box("field-pin").value() == ""


async def test_an_earlier_sale_whose_rest_was_paid_otherwise_does_not_come_back() -> None:
    """It was seen and it is closed; after the next customer there is an empty form."""
    async with reopened() as till:
        await leave_it_waiting(till)
        till.gateway.script.append(approved(1000, change=None))
        await till.redeemer.ask((await till.redemptions())[-1].id)
        await till.until(lambda: not is_empty_form(till))
        await till.settle()
        await till.ready_to_answer()
        till.counter.act(Act.REST_PAID_OTHERWISE)
        await till.until(lambda: is_empty_form(till))
        till.gateway.script.append(approved())
        till.fill(pin=OTHER_PIN)
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: is_empty_form(till))
        await till.settle()
        assert is_empty_form(till)


def is_over(till: WindowTill, tail: str) -> bool:
    """Whether the page asks about another sale, or about none."""
    return is_empty_form(till) or tail not in said(till)


async def test_what_is_answered_while_the_till_is_locked_waits_for_who_signs_in() -> None:
    """It is shown, and printed, as theirs; nobody takes it up before."""
    gateway = ScriptedGateway(otherwise=TIME_OUT, types=TYPES)
    journal = await stopped(CANARY_PIN)
    async with open_window(gateway, journal=journal, start=LATER, staff=hire) as till:
        await sign_in(till)
        await till.ready_to_answer()
        await leave_it_waiting(till)
        till.press(Qt.Key.Key_F8)
        await till.settle()
        assert till.session.is_left
        till.gateway.script.append(approved())
        (found,) = await till.redemptions()
        await till.redeemer.ask(found.id)
        await till.settle()
        assert till.counter.shown is None
        assert not till.printer.slips
        till.press(Qt.Key.Key_Escape)
        await sign_in(till, SECOND_NUMBER, SECOND_PIN)
        await till.until(lambda: len(till.printer.slips) == 1)
        events = [one.event for one in await till.journal.events(found.id)]
        assert [one.by for one in events if isinstance(one, audit.PrintQueued)] == ["Naledi P."]


async def test_several_sales_come_back_one_after_the_other() -> None:
    """The oldest first; each is answered by itself."""
    async with reopened(pins=(CANARY_PIN, OTHER_PIN, THIRD_PIN)) as till:
        tails = [one.voucher_tail for one in reversed(await till.redemptions())]
        for tail in tails:
            assert tail in said(till)
            till.click(f"act-{Act.CUSTOMER_GONE.value}")
            await till.until(partial(is_over, till, tail))
            await till.ready_to_answer()
        assert is_empty_form(till)
        assert await till.journal.redemptions_left_open() == ()


async def test_a_till_that_stopped_over_nothing_opens_on_its_form() -> None:
    """Nothing is asked where nothing was open."""
    async with open_window() as till:
        await till.counter.welcome_back()
        assert is_empty_form(till)
        assert till.shell.screen().room is Room.REDEEM


async def test_no_key_of_the_question_is_taken_in_its_first_moment() -> None:
    """Somebody who was typing when it came has not answered it."""
    gateway = ScriptedGateway(otherwise=TIME_OUT, types=TYPES)
    async with open_window(gateway, journal=await stopped(CANARY_PIN), start=LATER) as till:
        await till.counter.welcome_back()
        till.press(Qt.Key.Key_F11)
        await till.settle()
        assert (await customer(till))[2] is C.ASKED
        assert isinstance(till.find("result"), QWidget)


@pytest.mark.parametrize("size", [(1024, 768), (1366, 768)])
async def test_the_page_after_a_stop_is_whole_with_large_letters(
    qapp: QApplication, size: tuple[int, int]
) -> None:
    """No answer lies over another one, and the voucher's digits and the time can be read."""
    theme.apply_theme(qapp, ThemeName.LIGHT, scale=1.25, motion=False)
    try:
        async with reopened(size=size) as till:
            check_whole(till, "result")
    finally:
        theme.apply_theme(qapp, ThemeName.LIGHT)
        theme.set_size_class(SizeClass.NORMAL)


@pytest.mark.fault("D5", "X4")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE redemption SET cashier = 'X' WHERE slip_number = 1",
        "UPDATE sale SET due_cents = 1 WHERE sequence = 1",
    ],
    ids=["redemption", "sale"],
)
async def test_a_sale_with_an_altered_record_stops_the_return_of_no_other(statement: str) -> None:
    """The window opens, asks for the next one's customer, and says what was altered."""
    journal = await stopped(CANARY_PIN, OTHER_PIN)
    other, _ = await journal.history(9)
    journal.alter(statement)
    journal = journal.reopened()
    await recover(journal, SteppedClock(LATER))
    gateway = ScriptedGateway(otherwise=TIME_OUT, types=TYPES)
    async with open_window(gateway, journal=journal, start=LATER) as till:
        await till.counter.welcome_back()
        await till.ready_to_answer()
        assert other.reference in said(till)
        till.shell.damage((await journal.check_some(Place())).damages)
        assert "altered behind the till's back" in till.shell.screen().toast
        assert till.shell.screen().closed_title == ""
