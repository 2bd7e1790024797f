"""What the window says and notes when somebody's secret is in it."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from counterfoil.domain import audit
from counterfoil.domain.failures import JournalFullError
from counterfoil.domain.verdict import Declined, DeclineReason
from counterfoil.ports.gateway import Balance, LookupRefusal, LookupRefused
from counterfoil.presentation.screens import Room
from counterfoil.ui.widgets.change_panel import ChangePanel
from support.canary import CANARY_PIN
from support.gateways import ScriptedGateway
from support.people import SECOND_NUMBER, SECOND_PIN, hire
from support.scanner import Scanner
from support.till import approved
from support.window import OPERATOR, PROFILE, TYPES, WindowTill, open_window
from window.test_window_sign_in import sign_in

NOT_FOUND = Declined(reason=DeclineReason.NOT_FOUND)


def words(till: WindowTill) -> str:
    """Return everything that visible labels say."""
    labels = till.window.findChildren(QLabel)
    return "\n".join(one.text() for one in labels if one.isVisible())


def refuse(rows: object) -> None:
    """Be a disk that is full."""
    raise JournalFullError("no space left")


async def redeem(till: WindowTill) -> None:
    """Redeem a voucher."""
    till.fill(pin=CANARY_PIN)
    till.press(Qt.Key.Key_F12)
    await till.until_result()


@pytest.mark.parametrize("is_training", [True, False])
async def test_in_training_an_unknown_number_is_said_to_be_no_sandbox_number(
    is_training: bool,
) -> None:
    """Whoever typed a real voucher's learns it; a real till does not speak of a sandbox."""
    profile = replace(PROFILE, is_training=is_training)
    gateway = ScriptedGateway([NOT_FOUND], types=TYPES)
    async with open_window(gateway, profile=profile) as till:
        await redeem(till)
        assert ("not the number of a test voucher" in words(till)) is is_training


async def test_in_training_a_balance_of_an_unknown_number_says_the_same() -> None:
    """The number may be a real voucher's, here as well."""
    told = [LookupRefused(LookupRefusal.NOT_FOUND)]
    gateway, profile = (
        ScriptedGateway(types=TYPES, balances=told),
        replace(PROFILE, is_training=True),
    )
    async with open_window(gateway, profile=profile) as till:
        till.click("tile-vouchers.blu")
        till.type_into("field-token", CANARY_PIN)
        till.press(Qt.Key.Key_F3)
        await till.until(lambda: "not the number of a test voucher" in words(till))


async def test_holding_to_show_leaves_a_trace_in_the_journal() -> None:
    """Who, when and which, written before it is seen; in every room that shows it."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        await redeem(till)
        panel = till.visible("change-panel")
        assert isinstance(panel, ChangePanel)
        till.hold("hold-to-show")
        await till.until(panel.is_pin_shown)
        till.let_go("hold-to-show")
        (sold,) = await till.redemptions()
        slips = till.ledgers[Room.SLIPS]
        await slips.load()
        assert await slips.change_codes()
        told = await till.journal.events(sold.id)
        shown = [one.event for one in told if isinstance(one.event, audit.CodeShown)]
        assert shown == [audit.CodeShown(by=OPERATOR)] * 2


async def test_a_change_voucher_is_not_shown_where_that_cannot_be_written() -> None:
    """A disk that is full leaves no trace, so nobody sees the code, and the till closes."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        await redeem(till)
        till.journal.before_commit = refuse
        assert await till.counter.change_codes() == ()
        assert till.shell.screen().closed_title


def is_hidden(till: WindowTill) -> bool:
    """Whether the PIN in the form is hidden, with the cursor in it and no eye beside it."""
    box = till.box("field-pin")
    box.setFocus(Qt.FocusReason.MouseFocusReason)
    assert box.value() == CANARY_PIN
    return CANARY_PIN not in box.text_for_display().replace(" ", "") and not till.has("eye_pin")


async def take_over(till: WindowTill) -> None:
    """Let another person sign in at the till."""
    till.press(Qt.Key.Key_F4)
    await till.settle()
    await sign_in(till, SECOND_NUMBER, SECOND_PIN)
    await till.ready_to_answer()


async def test_what_the_one_before_typed_stays_hidden_when_it_is_cleared_and_brought_back() -> None:
    """Emptying the form and taking that back shows nothing that was hidden."""
    async with open_window(staff=hire) as till:
        await sign_in(till)
        till.fill(pin=CANARY_PIN)
        await take_over(till)
        assert is_hidden(till)
        till.press(Qt.Key.Key_Escape)
        assert till.box("field-pin").value() == ""
        till.press(Qt.Key.Key_Escape)
        assert is_hidden(till)
        till.box("field-pin").type_nothing()
        till.type_into("field-pin", CANARY_PIN)
        assert not is_hidden(till)


async def test_what_the_one_before_typed_stays_hidden_after_a_scan_that_is_not_taken() -> None:
    """The form is put back as it was before the scan, hidden as it was."""
    async with open_window(staff=hire) as till:
        await sign_in(till)
        till.fill(pin=CANARY_PIN)
        await take_over(till)
        till.box("field-pin").setFocus(Qt.FocusReason.MouseFocusReason)
        Scanner(till.window).scan("9999/HTTPS")
        await till.until(lambda: bool(till.shell.screen().toast))
        assert is_hidden(till)


async def test_what_the_one_before_cleared_cannot_be_brought_back_from_under_a_question() -> None:
    """The question stays, and so does what was typed after; not what was cleared before."""
    async with open_window(staff=hire) as till:
        await sign_in(till)
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_Escape)
        till.counter.toggle_whole()
        await take_over(till)
        till.press(Qt.Key.Key_Escape)
        till.press(Qt.Key.Key_Escape)
        assert till.box("field-pin").value() == ""


async def test_a_balance_is_not_shown_to_who_comes_next() -> None:
    """Neither one that was there, nor one whose answer comes after the switch."""
    told = [Balance(amount_cents=12_345, currency="ZAR")] * 2
    async with open_window(ScriptedGateway(types=TYPES, balances=told), staff=hire) as till:
        await sign_in(till)
        till.click("tile-vouchers.blu")
        till.type_into("field-token", CANARY_PIN)
        till.press(Qt.Key.Key_F3)
        await till.until(lambda: "R123.45" in words(till))
        till.press(Qt.Key.Key_F12)
        await take_over(till)
        assert not till.counter.is_busy
        assert "R123.45" not in words(till)
