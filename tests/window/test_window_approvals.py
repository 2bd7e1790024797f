"""A supervisor approves at the window, over the work: by keyboard alone and by touch alone."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from counterfoil.domain.audit import VoidAsked
from counterfoil.domain.code_guess_limit import CASHIER_MAX
from counterfoil.domain.failures import StaleChangeError
from counterfoil.domain.pin_rules import FREE_TRIES
from counterfoil.domain.reasons import Reasons
from counterfoil.domain.redemption import VoidReason
from counterfoil.domain.rows import Row, StaffKept
from counterfoil.domain.rows import VoidAsked as VoidAskedRow
from counterfoil.domain.secret import Secret
from counterfoil.domain.settlement import SettledAs
from counterfoil.domain.slip import Pair, Slip, SlipKind
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import Declined, DeclineReason
from counterfoil.domain.voids import VoidWay
from counterfoil.presentation.approval_screen import ApprovalScreen
from counterfoil.presentation.key_map import Wish
from counterfoil.presentation.screens import Act, Room
from counterfoil.presentation.words.slips import MERCHANT_BAND
from counterfoil.service.approvals import APPROVAL_LIMIT_S
from counterfoil.service.commands import ResumeUpstream
from counterfoil.ui.widgets.change_panel import ChangePanel
from counterfoil.ui.widgets.keypad import Keypad
from support.advised import ADVISED_VOUCHER, AdvisedScriptedGateway
from support.canary import CANARY_PIN
from support.gateways import ScriptedGateway
from support.people import (
    CASHIER_NUMBER,
    CASHIER_PIN,
    MANAGER_NUMBER,
    SECOND_NUMBER,
    SECOND_PIN,
    SUPERVISOR_NUMBER,
    SUPERVISOR_PIN,
    hire,
)
from support.till import TIME_OUT, approved
from support.window import ONE_VOUCHER, PROFILE, TYPES, WindowTill, open_window
from window.test_window_paid_otherwise import (
    LATER,
    PAID_OTHERWISE,
    found_in_doubt,
    left_by_a_till_that_closed,
)
from window.test_window_secrets import refuse
from window.test_window_sign_in import sign_in, type_keys

SLIPS_WITH_COPY = 2


def request(till: WindowTill) -> ApprovalScreen:
    """Return what lies over the work."""
    screen = till.pages.approvals.screen()
    assert screen is not None, "nothing is asked"
    return screen


async def sell(till: WindowTill) -> str:
    """Sign in, redeem a voucher, finish its slip; return the redemption's id."""
    await sign_in(till)
    till.fill(pin=CANARY_PIN)
    till.press(Qt.Key.Key_F12)
    await till.until_result()
    await till.until(lambda: len(till.printer.slips) == 1)
    await till.ready_to_answer()
    (sold,) = await till.redemptions()
    return sold.id


async def ask_to_void(till: WindowTill) -> None:
    """Go to the history and press Void there; the newest sale is chosen."""
    till.press(Qt.Key.Key_F6)
    await till.until(lambda: till.has(f"act-{Act.VOID.value}"))
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: till.pages.approvals.is_in_front)
    await till.settle()


@pytest.mark.fault("X21")
async def test_a_sale_is_voided_with_a_supervisor_by_the_keyboard() -> None:
    """What cannot go back onto the voucher is said before, and how it ended stays to be read."""
    async with open_window(ScriptedGateway([approved()], types=TYPES), staff=hire) as till:
        sold_id = await sell(till)
        await ask_to_void(till)
        shown = request(till)
        assert shown.title == "Void this payment?"
        assert [fact.value for fact in shown.facts][::2] == ["R19.00", "Thandi M."]
        assert shown.not_done == "This does not put value back on the voucher."
        assert (shown.needs_approver, shown.can_press) == (True, False)
        assert till.shell.screen().status == "Waiting for a supervisor."
        for key in (Qt.Key.Key_Space, Qt.Key.Key_Tab, Qt.Key.Key_Space, Qt.Key.Key_Tab):
            till.press(key)
        assert request(till).primary == "Void R19.00 and give R19.00 cash"
        type_keys(till, f"{SUPERVISOR_NUMBER}\n{SUPERVISOR_PIN}")
        assert request(till).can_press
        till.press(Qt.Key.Key_F11)
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: request(till).is_over)
        assert "R19.00 another way: cash." in request(till).line
        (sold,) = await till.redemptions()
        assert sold.settled_as is SettledAs.OUTSIDE
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: not till.pages.approvals.is_in_front)
        events = [one.event for one in await till.journal.events(sold_id)]
        (asked,) = [one for one in events if isinstance(one, VoidAsked)]
        assert (asked.by, asked.approved_by) == ("Thandi M.", "Nomsa D.")


async def approve_a_void_that_meets(till: WindowTill, row: type[Row]) -> None:
    """Sell, ask for a void and approve it; the commit of such a row finds something changed."""
    await sell(till)
    await ask_to_void(till)
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Tab, Qt.Key.Key_Space, Qt.Key.Key_Tab):
        till.press(key)
    till.journal.before_commit = stale_once(till, row)
    type_keys(till, f"{SUPERVISOR_NUMBER}\n{SUPERVISOR_PIN}")
    till.press(Qt.Key.Key_F11)


@pytest.mark.fault("H4")
async def test_an_entry_that_changed_while_its_pin_was_checked_is_asked_for_again() -> None:
    """Somebody changed the approver's entry at that moment: the PIN is typed once more."""
    async with open_window(ScriptedGateway([approved()], types=TYPES), staff=hire) as till:
        await approve_a_void_that_meets(till, StaffKept)
        await till.until(lambda: bool(request(till).error))
        assert request(till).error == CHANGED_MEANWHILE
        assert not request(till).can_press
        type_keys(till, SUPERVISOR_PIN)
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: request(till).is_over)
        assert till.failures == []


@pytest.mark.fault("H4")
async def test_what_changed_while_an_approved_deed_was_done_is_said_in_words() -> None:
    """The till says that it is to be looked at again, and goes on; nothing is half done."""
    async with open_window(ScriptedGateway([approved()], types=TYPES), staff=hire) as till:
        await approve_a_void_that_meets(till, VoidAskedRow)
        await till.until(lambda: till.shell.screen().toast == CHANGED_MEANWHILE)
        assert not till.pages.approvals.is_in_front
        (sold,) = await till.redemptions()
        assert sold.state is RedemptionState.FINAL
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: till.pages.approvals.is_in_front)


CHANGED_MEANWHILE = "This has changed meanwhile. Look at it again before you go on."


def stale_once(till: WindowTill, kind: type[Row]) -> Callable[[Sequence[Row]], None]:
    """Return what lets the next commit of such a row find that something else was faster."""

    def refuse_once(rows: Sequence[Row]) -> None:
        if any(isinstance(one, kind) for one in rows):
            till.journal.before_commit = lambda _: None
            raise StaleChangeError

    return refuse_once


def at(way: VoidWay) -> ScriptedGateway:
    """Return a provider at which a void goes this way."""
    if way is VoidWay.OUTSIDE:
        return ScriptedGateway([approved()], types=TYPES)
    hold_s = 600 if way is VoidWay.REVERSED else 0
    answers = [approved(change=None), approved(change=None)]
    gateway = AdvisedScriptedGateway(answers, confirmation_hold_s=hold_s)
    kind = replace(ADVISED_VOUCHER, fields=ONE_VOUCHER.fields[:1], can_refund=True)
    gateway.types = (kind,)
    return gateway


@pytest.mark.parametrize(
    ("way", "title", "not_done"),
    [
        (VoidWay.REVERSED, "Voided", "This does not give the customer money."),
        (VoidWay.REFUNDED, "Refunded", "This does not give the customer money."),
        (
            VoidWay.OUTSIDE,
            "Voided outside the voucher",
            "This does not put value back on the voucher.",
        ),
    ],
)
async def test_a_sale_is_voided_by_touch(way: VoidWay, title: str, not_done: str) -> None:
    """In each way: it is said before what it does not do, and after how it ended."""
    async with open_window(at(way), staff=hire) as till:
        await sell(till)
        await till.forwarder.forward_due()
        till.click("tab-history")
        await till.until(lambda: till.has(f"act-{Act.VOID.value}"))
        till.click(f"act-{Act.VOID.value}")
        await till.until(lambda: till.pages.approvals.is_in_front)
        assert request(till).not_done == not_done
        till.click("approval-reason-1")
        if way is VoidWay.OUTSIDE:
            till.click("approval-way-0")
        till.click("approval-number")
        tap(till, SUPERVISOR_NUMBER)
        till.click("approval-pin")
        tap(till, SUPERVISOR_PIN)
        till.click("approval-act")
        till.click("approval-act")
        await till.until(lambda: request(till).is_over)
        assert request(till).title == title
        await till.until(lambda: len(till.printer.slips) == SLIPS_WITH_COPY)
        till.click("approval-act")
        await till.until(lambda: not till.pages.approvals.is_in_front)


async def approve_by_keys(till: WindowTill) -> None:
    """Let the supervisor approve by the keyboard what puts value back."""
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Tab):
        till.press(key)
    type_keys(till, f"{SUPERVISOR_NUMBER}\n{SUPERVISOR_PIN}")
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: request(till).is_over)
    await till.until(lambda: len(till.printer.slips) == SLIPS_WITH_COPY)


def merchants(slip: Slip) -> list[str]:
    """Return the shop's part of a paper, to be signed."""
    said = [getattr(line, "text", "") for line in slip.lines]
    pairs = [f"{line.label}: {line.value}" for line in slip.lines if isinstance(line, Pair)]
    assert MERCHANT_BAND in said
    return [*said[said.index(MERCHANT_BAND) :], *pairs]


async def test_a_sale_is_voided_by_a_refund_and_its_paper_is_to_be_signed() -> None:
    """Once its confirmation was acknowledged: the value goes back in a transaction of its own."""
    async with open_window(at(VoidWay.REFUNDED), staff=hire) as till:
        await sell(till)
        await till.forwarder.forward_due()
        await ask_to_void(till)
        assert request(till).not_done == "This does not give the customer money."
        assert request(till).line.startswith("A refund puts R19.00 back on the voucher.")
        await approve_by_keys(till)
        assert request(till).title == "Refunded"
        refund, sold = await till.redemptions()
        assert (refund.refund_of, sold.is_refunded) == (sold.id, True)
        paper = till.printer.slips[-1]
        assert paper.reference == refund.reference
        signed = merchants(paper)
        assert {"Customer", "Thandi M.", "Nomsa D.", "Reason: Goods returned"} < set(signed)


async def test_the_last_slip_is_that_of_a_payment_and_never_of_a_refund() -> None:
    """Who comes back for a lost slip has paid; a refund is newer, and final too."""
    async with open_window(at(VoidWay.REFUNDED), staff=hire) as till:
        await sell(till)
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: till.counter.shown is None)
        await till.forwarder.forward_due()
        await ask_to_void(till)
        await approve_by_keys(till)
        refund, sold = await till.redemptions()
        assert refund.is_refund
        till.press(Qt.Key.Key_F11)
        till.press(Qt.Key.Key_F2)
        assert till.pages.room is Room.REDEEM
        till.pages.carry_out(Wish.LAST_SLIP)
        await till.until(lambda: till.pages.room is Room.HISTORY)
        await till.settle()
        assert till.ledgers[Room.HISTORY].screen().chosen == sold.id


async def test_a_sale_is_voided_right_after_it_while_that_can_be_done() -> None:
    """Its result has the button for as long as its confirmation is held back, and no longer."""
    gateway = AdvisedScriptedGateway([approved(change=None)], confirmation_hold_s=30)
    gateway.types = (replace(ADVISED_VOUCHER, fields=ONE_VOUCHER.fields[:1]),)
    async with open_window(gateway, staff=hire) as till:
        sold_id = await sell(till)
        await till.until(lambda: till.has(f"act-{Act.VOID.value}"))
        till.click(f"act-{Act.VOID.value}")
        await till.until(lambda: till.pages.approvals.is_in_front)
        await till.settle()
        await approve_by_keys(till)
        assert request(till).title == "Voided"
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: not till.pages.approvals.is_in_front)
        (sold,) = await till.redemptions()
        assert sold.state in {RedemptionState.REVERSING, RedemptionState.REVERSED}
        assert not till.has(f"act-{Act.VOID.value}")
        paper = till.printer.slips[-1]
        assert (paper.kind, paper.reference) == (SlipKind.VOID, sold.reference)
        assert "Nomsa D." in merchants(paper)
        assert [one.kind for one in await till.journal.print_jobs(sold_id)] == [
            SlipKind.ORIGINAL,
            SlipKind.VOID,
        ]


async def test_what_can_be_voided_no_more_has_no_button() -> None:
    """The seconds run out in front of the cashier."""
    gateway = AdvisedScriptedGateway([approved(change=None)], confirmation_hold_s=30)
    gateway.types = (replace(ADVISED_VOUCHER, fields=ONE_VOUCHER.fields[:1]),)
    async with open_window(gateway, staff=hire) as till:
        await sell(till)
        await till.until(lambda: till.has(f"act-{Act.VOID.value}"))
        await till.pass_time(31)
        assert not till.has(f"act-{Act.VOID.value}")


def tap(till: WindowTill, digits: str) -> None:
    """Touch the keys of the request."""
    (pad,) = [one for one in till.window.findChildren(Keypad, "number-pad") if one.isVisible()]
    for digit in digits:
        QTest.mouseClick(pad.key_named(digit), Qt.MouseButton.LeftButton)


async def test_a_supervisor_who_is_signed_in_needs_nobody_for_the_sale_of_another() -> None:
    """Only the reason is asked; for a sale of their own they need another person."""
    async with open_window(ScriptedGateway([approved()], types=TYPES), staff=hire) as till:
        await sell(till)
        till.press(Qt.Key.Key_F4)
        await till.settle()
        await sign_in(till, SUPERVISOR_NUMBER, SUPERVISOR_PIN)
        await ask_to_void(till)
        assert not request(till).needs_approver
        assert not till.has("approval-pin")
        till.click("approval-reason-0")
        till.click("approval-way-2")
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: request(till).is_over)


async def test_who_sold_it_cannot_approve_it() -> None:
    """The gate says so, and nothing is written of the PIN."""
    async with open_window(ScriptedGateway([approved()], types=TYPES), staff=hire) as till:
        await sell(till)
        await ask_to_void(till)
        till.click("approval-reason-0")
        till.click("approval-way-0")
        till.pages.approvals.edit("number", CASHIER_NUMBER)
        till.pages.approvals.edit("pin", f"{CASHIER_PIN}1")
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: bool(request(till).error))
        assert request(till).error.startswith("This person may not approve it.")


async def test_a_wrong_pin_shakes_and_too_many_lock_the_approver_out() -> None:
    """The request stays, and a time runs down in the place of its keypad."""
    async with open_window(ScriptedGateway([approved()], types=TYPES), staff=hire) as till:
        await sell(till)
        await ask_to_void(till)
        till.click("approval-reason-0")
        till.click("approval-way-0")
        approvals = till.pages.approvals
        for tried in range(1, FREE_TRIES + 1):
            approvals.edit("number", SUPERVISOR_NUMBER)
            approvals.edit("pin", "111111")
            approvals.press()
            await till.until(lambda tried=tried: request(till).shakes == tried)  # type: ignore[misc]  # mypy knows no type for it
            if tried == 1:
                assert request(till).error == "This PIN is not right."
        assert request(till).wait == "1:00"
        assert till.has("lock-out")
        assert not request(till).can_press


@pytest.mark.fault("H5")
async def test_a_request_that_nobody_answers_closes_and_the_sale_goes_on() -> None:
    """After two minutes, or by Esc: nothing was done, and the next customer is served."""
    async with open_window(ScriptedGateway([approved()], types=TYPES), staff=hire) as till:
        await sell(till)
        await ask_to_void(till)
        await till.pass_time(8)
        assert request(till).left == "1:52"
        await till.pass_time(APPROVAL_LIMIT_S - 7)
        await till.until(lambda: not till.pages.approvals.is_in_front)
        assert till.shell.screen().toast == "The request has closed. Nothing was done."
        till.press(Qt.Key.Key_F2)
        await ask_to_void(till)
        till.press(Qt.Key.Key_Escape)
        await till.until(lambda: not till.pages.approvals.is_in_front)
        assert not till.has("approval-overlay")
        till.press(Qt.Key.Key_F2)
        await till.settle()
        assert till.shell.screen().room is Room.REDEEM


async def test_a_code_is_shown_with_a_supervisor_while_the_button_is_held() -> None:
    """The approval waits for the next time it is held, and is good for one."""
    async with open_window(ScriptedGateway([approved()], types=TYPES), staff=hire) as till:
        await sell(till)
        panel = till.visible("change-panel")
        assert isinstance(panel, ChangePanel)
        till.hold("hold-to-show")
        await till.until(lambda: till.pages.approvals.is_in_front)
        till.let_go("hold-to-show")
        assert request(till).title == "Show the code of the change voucher?"
        till.click("approval-reason-0")
        till.click("approval-number")
        type_keys(till, f"{SUPERVISOR_NUMBER}\n{SUPERVISOR_PIN}")
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: not till.pages.approvals.is_in_front)
        assert not panel.is_pin_shown()
        till.hold("hold-to-show")
        await till.until(panel.is_pin_shown)
        till.let_go("hold-to-show")
        assert not panel.is_pin_shown()
        till.hold("hold-to-show")
        await till.until(lambda: till.pages.approvals.is_in_front)
        till.let_go("hold-to-show")
        till.press(Qt.Key.Key_Escape)
        await till.settle()


@pytest.mark.fault("X13")
async def test_after_too_many_wrong_codes_a_supervisor_looks_before_more_are_tried() -> None:
    """What is typed stays, and it is redeemed with the approval."""
    refused = [Declined(reason=DeclineReason.NOT_FOUND)] * CASHIER_MAX
    async with open_window(
        ScriptedGateway([*refused, approved()], types=TYPES), staff=hire
    ) as till:
        await sign_in(till)
        for at in range(CASHIER_MAX):
            till.fill(pin=f"111568409141{at:04d}")
            till.press(Qt.Key.Key_F12)
            for _ in range(60):
                await till.pass_time(1)
                if till.counter.shown is not None and not till.counter.is_busy:
                    break
            await till.ready_to_answer()
            till.press(Qt.Key.Key_F2)
            await till.until(lambda: till.counter.shown is None)
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until(lambda: till.pages.approvals.is_in_front)
        assert request(till).title == "Let more codes be tried?"
        till.click("approval-reason-0")
        till.click("approval-number")
        type_keys(till, f"{SUPERVISOR_NUMBER}\n{SUPERVISOR_PIN}")
        till.press(Qt.Key.Key_F11)
        await till.until_result()
        assert len(till.gateway.asks) == CASHIER_MAX + 1


async def test_a_lock_takes_the_request_away() -> None:
    """Whoever comes next is not asked for somebody else's void."""
    async with open_window(ScriptedGateway([approved()], types=TYPES), staff=hire) as till:
        await sell(till)
        await ask_to_void(till)
        till.pages.lock()
        await till.settle()
        assert not till.pages.approvals.is_in_front
        assert not till.has("approval-overlay")
        await till.people.proven(SUPERVISOR_NUMBER, Secret(SUPERVISOR_PIN))


def approve(till: WindowTill, pin: str = SUPERVISOR_PIN) -> None:
    """Approve what is asked, with the first reason."""
    approvals = till.pages.approvals
    approvals.choose(0)
    if request(till).ways:
        approvals.choose_way(0)
    approvals.edit("number", SUPERVISOR_NUMBER)
    approvals.edit("pin", pin)
    approvals.press()


@pytest.mark.fault("X1")
async def test_a_request_that_is_pressed_for_twice_is_one_and_can_be_approved() -> None:
    """The second press is refused, and takes nothing away from the first."""
    async with open_window(ScriptedGateway([approved()], types=TYPES), staff=hire) as till:
        await sell(till)
        till.press(Qt.Key.Key_F6)
        await till.until(lambda: till.has(f"act-{Act.PRINT_AGAIN.value}"))
        till.click(f"act-{Act.PRINT_AGAIN.value}")
        till.click(f"act-{Act.PRINT_AGAIN.value}")
        await till.until(lambda: till.pages.approvals.is_in_front)
        await till.settle()
        assert till.pages.approvals.is_in_front
        approve(till)
        await till.until(lambda: len(till.printer.slips) == SLIPS_WITH_COPY)
        assert not till.pages.approvals.is_in_front


async def test_a_void_that_is_not_possible_leaves_another_request_alone() -> None:
    """How it would have ended is not said over what somebody else is asked for."""
    gateway = ScriptedGateway([approved()], types=TYPES)
    async with open_window(gateway, staff=hire) as till:
        await sell(till)
        await ask_to_void(till)
        (sold,) = await till.redemptions()
        refused = replace(sold, state=RedemptionState.DECLINED)
        assert await till.pages.approvals.void(refused) is None
        assert request(till).title == "Void this payment?"


async def test_a_full_disk_while_it_is_approved_closes_the_till() -> None:
    """It is no refusal: nothing can be put on record any more."""
    async with open_window(ScriptedGateway([approved()], types=TYPES), staff=hire) as till:
        await sell(till)
        await ask_to_void(till)
        till.journal.before_commit = refuse
        approve(till)
        await till.until(lambda: not till.pages.approvals.is_in_front)
        await till.settle()
        assert till.shell.screen().closed_title
        assert "may not" not in till.shell.screen().toast


def asked_for_a_void(till: WindowTill) -> list[VoidAskedRow]:
    """Return the voids that were put on record."""
    rows = (row for rows in till.journal.commits for row in rows)
    return [row for row in rows if isinstance(row, VoidAskedRow)]


async def hold_for_approval(till: WindowTill) -> None:
    """Hold the button that shows a code until somebody is asked, and let them approve it."""
    till.hold("hold-to-show")
    await till.until(lambda: till.pages.approvals.is_in_front)
    till.let_go("hold-to-show")
    approve(till)
    await till.until(lambda: not till.pages.approvals.is_in_front)


async def test_an_approval_that_has_ended_is_asked_for_anew() -> None:
    """The next time the button is held, not the time after that."""
    async with open_window(ScriptedGateway([approved()], types=TYPES), staff=hire) as till:
        await sell(till)
        await hold_for_approval(till)
        till.pages.note_presence()
        await till.pass_time(APPROVAL_LIMIT_S + 1)
        till.hold("hold-to-show")
        await till.until(lambda: till.pages.approvals.is_in_front)
        till.let_go("hold-to-show")
        till.press(Qt.Key.Key_Escape)


async def test_an_approval_is_not_left_to_who_comes_next() -> None:
    """They are asked for one of their own, and read nothing of the one before."""
    async with open_window(ScriptedGateway([approved()], types=TYPES), staff=hire) as till:
        await sell(till)
        await hold_for_approval(till)
        till.press(Qt.Key.Key_F4)
        await till.settle()
        await sign_in(till, SECOND_NUMBER, SECOND_PIN)
        till.hold("hold-to-show")
        await till.until(lambda: till.pages.approvals.is_in_front)
        till.let_go("hold-to-show")
        assert "something else" not in till.shell.screen().toast
        till.press(Qt.Key.Key_Escape)


async def test_a_void_that_was_approved_is_done_though_the_till_is_locked() -> None:
    """It goes on as its cashier's, and nothing of it lies over the page to sign in on."""
    async with open_window(ScriptedGateway([approved()], types=TYPES), staff=hire) as till:
        sold_id = await sell(till)
        await ask_to_void(till)
        approve(till)
        till.pages.lock()
        assert not till.has("approval-overlay")
        await till.until(lambda: bool(asked_for_a_void(till)))
        assert not till.pages.approvals.is_in_front
        assert till.shell.screen().toast == ""
        events = [one.event for one in await till.journal.events(sold_id)]
        (asked,) = [one for one in events if isinstance(one, VoidAsked)]
        assert (asked.by, asked.approved_by) == ("Thandi M.", "Nomsa D.")


async def test_a_wrong_pin_after_a_lock_ends_the_request() -> None:
    """Nobody is there to try again, and who comes next can ask for their own."""
    async with open_window(ScriptedGateway([approved()], types=TYPES), staff=hire) as till:
        await sell(till)
        await ask_to_void(till)
        approve(till, pin="111111")
        till.pages.lock()
        await till.until(lambda: not till.session.is_signed_in)
        await till.settle()
        assert not till.pages.approvals.is_in_front
        till.press(Qt.Key.Key_Escape)
        await sign_in(till, SECOND_NUMBER, SECOND_PIN)
        till.press(Qt.Key.Key_F2)
        await ask_to_void(till)
        assert request(till).error == ""
        till.press(Qt.Key.Key_Escape)


async def test_nothing_that_was_typed_stays_in_the_request_when_it_is_taken_away() -> None:
    """Neither number nor PIN, also where nobody sees them."""
    async with open_window(ScriptedGateway([approved()], types=TYPES), staff=hire) as till:
        await sell(till)
        await ask_to_void(till)
        till.click("approval-number")
        type_keys(till, f"{SUPERVISOR_NUMBER}\n{SUPERVISOR_PIN}")
        assert till.box("approval-pin").value() == SUPERVISOR_PIN
        till.press(Qt.Key.Key_Escape)
        await till.until(lambda: not till.pages.approvals.is_in_front)
        assert till.box("approval-pin").value() == till.box("approval-number").value() == ""


async def test_an_approver_whose_pin_was_set_anew_is_not_kept_waiting() -> None:
    """How long somebody waits is asked of the gate, request by request."""
    async with open_window(ScriptedGateway([approved()], types=TYPES), staff=hire) as till:
        await sell(till)
        await ask_to_void(till)
        for tried in range(1, FREE_TRIES + 1):
            approve(till, pin="111111")
            await till.until(lambda tried=tried: request(till).shakes == tried)  # type: ignore[misc]  # mypy knows no type for it
        assert request(till).wait
        till.press(Qt.Key.Key_Escape)
        await till.until(lambda: not till.pages.approvals.is_in_front)
        lindiwe = await till.people.actor(MANAGER_NUMBER)
        await till.people.set_pin(SUPERVISOR_NUMBER, Secret("617294"), lindiwe)
        till.press(Qt.Key.Key_F2)
        await ask_to_void(till)
        approve(till, pin="617294")
        await till.until(lambda: request(till).is_over)


def facts(till: WindowTill) -> list[str]:
    """Return what the approver reads of what is asked for."""
    return [fact.value for fact in request(till).facts]


async def test_who_approves_closing_a_sale_sees_which_and_whose() -> None:
    """The amount, the voucher and who sold it."""
    journal = await left_by_a_till_that_closed()
    gateway = ScriptedGateway(otherwise=TIME_OUT, types=TYPES)
    async with open_window(gateway, journal=journal, start=LATER, staff=hire) as till:
        await sign_in(till, SECOND_NUMBER, SECOND_PIN)
        await found_in_doubt(till)
        till.click(PAID_OTHERWISE)
        await till.until(lambda: till.pages.approvals.is_in_front)
        assert request(till).title == "Close this sale without its voucher?"
        amount, voucher, cashier = facts(till)
        assert (amount, cashier) == ("R19.00", "Thandi M.")
        assert voucher.startswith("1Voucher")
        till.press(Qt.Key.Key_Escape)


async def test_who_approves_sending_again_sees_to_which_provider() -> None:
    """And who asks for it."""
    async with open_window(staff=hire) as till:
        await sign_in(till)
        asking = till.pages.approvals.run(ResumeUpstream("moment"))
        _ = till.owner.spawn(till.counter.fenced(lambda: asking), "resume")
        await till.until(lambda: till.pages.approvals.is_in_front)
        assert facts(till) == ["Moment", "Thandi M."]
        till.press(Qt.Key.Key_Escape)


async def test_reasons_are_chosen_in_the_words_of_the_shop() -> None:
    """The journal keeps which one it was of a void, and the story says it as the shop does."""
    own = Reasons(
        void=(
            (VoidReason.WRONG_VOUCHER, "Other card was meant"),
            (VoidReason.GOODS_RETURNED, "Back on the shelf"),
        ),
        print_copy=("Torn", "Customer lost it"),
    )
    shop = replace(PROFILE, reasons=own)
    gateway = ScriptedGateway([approved()], types=TYPES)
    async with open_window(gateway, profile=shop, staff=hire) as till:
        sold_id = await sell(till)
        till.press(Qt.Key.Key_F6)
        await till.until(lambda: till.has(f"act-{Act.VOID.value}"))
        till.press(Qt.Key.Key_F9)
        await till.until(lambda: till.pages.approvals.is_in_front)
        assert request(till).reasons == ("Torn", "Customer lost it")
        till.press(Qt.Key.Key_Escape)
        await till.settle()
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: till.pages.approvals.is_in_front)
        assert request(till).reasons == ("Other card was meant", "Back on the shelf")
        till.pages.approvals.choose(1)
        till.pages.approvals.choose_way(0)
        till.click("approval-number")
        type_keys(till, f"{SUPERVISOR_NUMBER}\n{SUPERVISOR_PIN}")
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: request(till).is_over)
        events = [one.event for one in await till.journal.events(sold_id)]
        (asked,) = [one for one in events if isinstance(one, VoidAsked)]
        assert asked.reason is VoidReason.GOODS_RETURNED
        till.press(Qt.Key.Key_F11)
        await till.settle()
        detail = till.pages.lists[Room.HISTORY].screen().detail
        assert detail is not None
        assert "Back on the shelf, by Thandi M." in [row.line for row in detail.timeline]
