"""What the till cannot decide is settled at the window, by what the provider says."""

import pytest
from PySide6.QtCore import Qt

from counterfoil.domain.redemption import Redemption, VoidReason
from counterfoil.domain.settlement import TEXTS, CustomerGot, Evidence, SettledAs, Settlement
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.states import RedemptionState
from counterfoil.ports.printer import PrintTrouble
from counterfoil.presentation.screens import Act, Room
from counterfoil.presentation.settle_presenter import SettleScreen
from counterfoil.service.commands import VoidRedemption
from support.canary import CANARY_PIN
from support.gateways import ScriptedGateway
from support.people import SUPERVISOR_NUMBER, SUPERVISOR_PIN, hire
from support.till import TIME_OUT, approved
from support.window import TYPES, WindowTill, open_window
from window.test_window_approvals import tap
from window.test_window_journeys import words
from window.test_window_sign_in import sign_in, type_keys


def question(till: WindowTill) -> SettleScreen:
    """Return what is asked."""
    screen = till.pages.settler.screen()
    assert screen is not None, "nothing is asked"
    return screen


async def late_approval(till: WindowTill) -> None:
    """Redeem without an answer, serve the next customer, and let a late approval come."""
    await sign_in(till)
    till.fill(pin=CANARY_PIN)
    till.press(Qt.Key.Key_F12)
    await till.pass_time(90)
    till.press(Qt.Key.Key_F2)
    await till.settle()
    (left,) = await till.redemptions()
    till.gateway.script.append(approved())
    await till.redeemer.ask(left.id)
    (left,) = await till.redemptions()
    assert left.state is RedemptionState.UNCLAIMED


async def unclaimed(till: WindowTill) -> None:
    """Go to a sale that was approved too late."""
    await late_approval(till)
    till.press(Qt.Key.Key_F6)
    till.press(Qt.Key.Key_F6)
    await till.until(lambda: till.has(f"act-{Act.SETTLE.value}"))
    assert till.shell.screen().room is Room.IN_DOUBT


async def settlement_of(till: WindowTill, settled: Redemption) -> Settlement:
    """Return how people settled a redemption."""
    (kept,) = (await till.pages.settler._services.settlements.dossier(settled.id)).settlements
    return kept


async def test_money_that_nobody_claimed_is_settled_by_the_keyboard() -> None:
    """The cashier types what the provider says, and a supervisor approves it."""
    async with open_window(ScriptedGateway(otherwise=TIME_OUT, types=TYPES), staff=hire) as till:
        await unclaimed(till)
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: till.pages.settler.is_in_front)
        for key in (Qt.Key.Key_Space, Qt.Key.Key_Tab, Qt.Key.Key_Space, Qt.Key.Key_Tab):
            till.press(key)
        assert not question(till).can_press
        type_keys(till, "1115 6840 9141 9838")
        till.press(Qt.Key.Key_F11)
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: till.pages.approvals.is_in_front)
        assert not till.has("settle-overlay")
        till.press(Qt.Key.Key_Escape)
        await till.until(lambda: till.pages.settler.is_in_front)
        assert question(till).texts["reason"] == "1115 6840 9141 9838"
        till.press(Qt.Key.Key_F11)
        await approve(till)
        await till.until(lambda: bool(till.pages.settler.is_in_front))
        assert question(till).errors["reason"].startswith("Reason: leave out codes")
        till.box("settle-reason").type_nothing()
        type_keys(till, "the customer came back")
        till.press(Qt.Key.Key_F11)
        await approve(till)
        await till.until(lambda: till.shell.screen().toast.startswith("Settled by hand"))
        (settled,) = await till.redemptions()
        assert settled.settled_as is SettledAs.BY_HAND
        kept = await settlement_of(till, settled)
        assert (kept.evidence, kept.got) == (Evidence.TAKEN, CustomerGot.NOTHING)
        assert (kept.by, kept.approved_by) == ("Thandi M.", "Nomsa D.")


async def approve(till: WindowTill) -> None:
    """Let the supervisor approve what is asked."""
    await till.until(lambda: till.pages.approvals.is_in_front)
    till.press(Qt.Key.Key_Space)
    till.press(Qt.Key.Key_Tab)
    type_keys(till, f"{SUPERVISOR_NUMBER}\n{SUPERVISOR_PIN}")
    till.press(Qt.Key.Key_F11)


async def test_it_is_settled_by_touch_where_a_supervisor_is_signed_in() -> None:
    """Nobody else has to come; the voucher's lock ends with it."""
    async with open_window(ScriptedGateway(otherwise=TIME_OUT, types=TYPES), staff=hire) as till:
        await unclaimed(till)
        till.press(Qt.Key.Key_F4)
        await till.settle()
        await sign_in(till, SUPERVISOR_NUMBER, SUPERVISOR_PIN)
        await till.until(lambda: till.has(f"act-{Act.SETTLE.value}"))
        till.click(f"act-{Act.SETTLE.value}")
        await till.until(lambda: till.pages.settler.is_in_front)
        till.click("evidence-1")
        till.click("got-2")
        till.type_into("settle-said_by", "Ms Nkosi")
        till.type_into("settle-provider_reference", "CASE 77")
        till.type_into("settle-reason", "they put it back")
        till.click("settle-act")
        await till.until(lambda: till.shell.screen().toast.startswith("Settled by hand"))
        (settled,) = await till.redemptions()
        assert settled.state is RedemptionState.RESOLVED
        assert not till.has("settle-overlay")


async def test_a_late_approval_pays_for_a_new_sale_by_clicks_alone() -> None:
    """Nothing is typed, the PIN is tapped, and the slip with the change comes out by itself."""
    async with open_window(ScriptedGateway(otherwise=TIME_OUT, types=TYPES), staff=hire) as till:
        await unclaimed(till)
        till.click(f"act-{Act.SETTLE.value}")
        await till.until(lambda: till.pages.settler.is_in_front)
        assert question(till).gots[1] == "A new sale"
        assert not question(till).can_press
        till.click("evidence-1")
        assert question(till).fields == TEXTS
        assert question(till).act == "Settle it by what they say"
        till.click("evidence-0")
        assert question(till).fields == ("reason",)
        till.click("got-1")
        assert question(till).act == "Use R19.00 for a new sale"
        till.click("settle-act")
        await till.until(lambda: till.pages.approvals.is_in_front)
        asked = till.pages.approvals.screen()
        assert asked is not None
        assert "R19.00 pays for a new sale of this customer" in asked.line
        till.click("approval-reason-0")
        till.click("approval-number")
        tap(till, SUPERVISOR_NUMBER)
        till.click("approval-pin")
        tap(till, SUPERVISOR_PIN)
        till.click("approval-act")
        await till.until(lambda: till.shell.screen().toast.startswith("Settled by hand. "))
        (slip,) = till.printer.slips
        assert slip.has_secret
        (settled,) = await till.redemptions()
        assert settled.state is RedemptionState.RESOLVED


async def test_a_late_approval_is_given_back_by_keys_alone() -> None:
    """F11, to the choices, Space on cash, F11: one more than for a new sale, and then the PIN."""
    async with open_window(ScriptedGateway(otherwise=TIME_OUT, types=TYPES), staff=hire) as till:
        await unclaimed(till)
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: till.pages.settler.is_in_front)
        for key in (Qt.Key.Key_Tab, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Space):
            till.press(key)
        assert question(till).act == "Give R19.00 back in cash"
        till.press(Qt.Key.Key_F11)
        await approve(till)
        await till.until(lambda: till.shell.screen().toast.startswith("Settled by hand. "))
        (settled,) = await till.redemptions()
        kept = await settlement_of(till, settled)
        assert (kept.got, kept.by, kept.approved_by) == (CustomerGot.CASH, "Thandi M.", "Nomsa D.")


async def test_a_lock_while_a_supervisor_is_waited_for_ends_the_question() -> None:
    """What was typed does not lie over the page to sign in on, nor before who comes next."""
    async with open_window(ScriptedGateway(otherwise=TIME_OUT, types=TYPES), staff=hire) as till:
        await unclaimed(till)
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: till.pages.settler.is_in_front)
        till.pages.settler.choose_evidence(0)
        till.pages.settler.choose_got(0)
        for name in ("said_by", "provider_reference", "reason"):
            till.pages.settler.edit(name, "as it was said")
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: till.pages.approvals.is_in_front)
        till.pages.lock()
        await till.until(lambda: till.session.is_left)
        await till.settle()
        assert not till.pages.settler.is_in_front
        assert not till.has("settle-overlay")


@pytest.mark.fault("R1")
async def test_a_settled_sale_whose_slip_did_not_print_waits_in_slips_to_finish() -> None:
    """Its change voucher is on no other paper: it is shown there, and printing finishes it."""
    async with open_window(ScriptedGateway(otherwise=TIME_OUT, types=TYPES), staff=hire) as till:
        await unclaimed(till)
        till.printer.fail_next(PrintTrouble.PAPER_OUT)
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: till.pages.settler.is_in_front)
        till.click("got-2")
        till.click("settle-act")
        await approve(till)
        await till.until(lambda: "The printer has no paper." in till.shell.screen().toast)
        assert till.printer.slips == []
        await till.until(lambda: till.has("tab-slips"))
        till.click("tab-slips")
        await till.until(lambda: till.has("ledger-change-panel"))
        till.press(Qt.Key.Key_F9)
        await till.until(lambda: till.has("act-slip_complete"))
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: "Every slip is out" in words(till))
        (slip,) = till.printer.slips
        assert slip.has_secret
        assert slip.copy_number == 0


async def test_a_void_outside_the_voucher_waits_until_its_own_slip_is_out() -> None:
    """That the sale's slip came out is no answer about it; the customer signs this one."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: till.counter.shown is None)
        (sold,) = await till.redemptions()
        assert await till.journal.slips_to_finish() == ()
        slips = till.ledgers[Room.SLIPS]
        given = VoidRedemption(sold.id, VoidReason.GOODS_RETURNED, CustomerGot.CASH)
        await slips._services.run(given)
        await slips.load()
        detail = slips.screen().detail
        assert detail is not None
        assert [button.act for button in detail.buttons] == [Act.PRINT_AGAIN]
        assert detail.change is None, "it is nobody's any more"
        slips.act(Act.PRINT_AGAIN)
        await till.until(lambda: len(till.printer.slips) == 2)
        assert till.printer.slips[-1].kind is SlipKind.VOID
        await till.settle()
        slips.act(Act.SLIP_COMPLETE)
        await till.settle()
        assert await till.journal.slips_to_finish() == ()
