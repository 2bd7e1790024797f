"""A change voucher that its customer has taken: its code comes out again with a manager alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from counterfoil.domain.audit import CodeShown, PrintQueued
from counterfoil.domain.message import MessageWay
from counterfoil.domain.slip import PinBox as PaperPin
from counterfoil.domain.slip import SlipKind
from counterfoil.presentation.screens import Act, Room
from counterfoil.presentation.sign_in_screen import SignInStage
from counterfoil.presentation.words.timeline import timeline
from counterfoil.ui.widgets.change_panel import ChangePanel
from counterfoil.ui.widgets.pin_field import PinBox
from support.canary import CANARY_CHANGE_PIN
from support.gateways import ScriptedGateway
from support.people import (
    MANAGER_NUMBER,
    PASSPHRASE,
    SUPERVISOR_NUMBER,
    SUPERVISOR_PIN,
    hire,
)
from support.till import approved
from support.window import TYPES, WindowTill, open_window
from window.test_window_approvals import request, sell
from window.test_window_sign_in import page, type_keys

HAS_IT = "The customer has this slip already."
SHOW, SEND = "hold-to-show", "hold-for-message"


def words(till: WindowTill) -> list[str]:
    """Return what visible labels say."""
    labels = till.window.findChildren(QLabel)
    return [one.text() for one in labels if one.isVisible()]


async def hand_over(till: WindowTill) -> str:
    """Sell in part, say that the whole slip came out; return the redemption's id."""
    sold_id = await sell(till)
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: till.counter.shown is None)
    return sold_id


async def hand_over_elsewhere(till: WindowTill) -> ChangePanel:
    """Say so among the slips to finish, while the result stays in front; return its panel."""
    for _ in (Room.HISTORY, Room.IN_DOUBT, Room.SLIPS):
        till.press(Qt.Key.Key_F6)
        await till.settle()
    await till.until(lambda: till.has("ledger-change-panel"))
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: not till.has("ledger-change-panel"))
    till.click("tab-redeem")
    await till.until(lambda: till.has("change-panel"))
    return panel_of(till)


def panel_of(till: WindowTill) -> ChangePanel:
    """Return where the code would be seen."""
    panel = till.visible("change-panel")
    assert isinstance(panel, ChangePanel)
    return panel


async def held(till: WindowTill, button: str) -> None:
    """Hold a button until somebody is asked for, and let it go."""
    till.hold(button)
    await till.until(lambda: till.pages.approvals.is_in_front)
    till.let_go(button)


async def approve(till: WindowTill) -> None:
    """Try it as the supervisor, who may not, and then as the manager; all by the keyboard."""
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Tab):
        till.press(key)
    type_keys(till, f"{SUPERVISOR_NUMBER}\n{SUPERVISOR_PIN}")
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: bool(request(till).error))
    assert request(till).error == "Only a manager can approve this."
    till.box("approval-number").type_nothing()
    type_keys(till, f"{MANAGER_NUMBER}\n{PASSPHRASE}")
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: not till.pages.approvals.is_in_front)


async def opened(till: WindowTill, sold_id: str) -> list[CodeShown | PrintQueued]:
    """Return what the journal says was opened after the hand-over."""
    told = [one.event for one in await till.journal.events(sold_id)]
    return [one for one in told if isinstance(one, CodeShown | PrintQueued) and one.is_reopened]


@pytest.mark.fault("X1")
async def test_a_code_that_was_handed_over_is_shown_with_a_manager() -> None:
    """On a result that is still in front: the request says why no supervisor can help."""
    async with open_window(ScriptedGateway([approved()], types=TYPES), staff=hire) as till:
        sold_id = await sell(till)
        panel = await hand_over_elsewhere(till)
        await held(till, SHOW)
        shown = request(till)
        assert (shown.title, shown.not_done) == ("Show the code of the change voucher?", HAS_IT)
        assert {"Manager number", "Manager passphrase"} <= {*words(till)}
        box = till.visible("approval-pin")
        assert isinstance(box, PinBox)
        assert (box.accessibleName(), box.dots()) == ("Manager passphrase", 12)
        assert till.shell.screen().status == "Waiting for a manager."
        await approve(till)
        assert not panel.is_pin_shown()
        till.hold(SHOW)
        await till.until(panel.is_pin_shown)
        till.let_go(SHOW)
        await held(till, SHOW)
        till.press(Qt.Key.Key_Escape)
        await till.settle()
        (seen,) = await opened(till, sold_id)
        assert seen == CodeShown(by="Thandi M.", approved_by="Lindiwe K.", is_reopened=True)


@pytest.mark.fault("X1")
async def test_an_approval_from_before_the_hand_over_shows_nothing_after_it() -> None:
    """The slip was said to be whole before the button was held again."""
    async with open_window(ScriptedGateway([approved()], types=TYPES), staff=hire) as till:
        sold_id = await sell(till)
        await held(till, SHOW)
        assert request(till).not_done != HAS_IT
        assert "Supervisor number" in words(till)
        for key in (Qt.Key.Key_Space, Qt.Key.Key_Tab):
            till.press(key)
        type_keys(till, f"{SUPERVISOR_NUMBER}\n{SUPERVISOR_PIN}")
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: not till.pages.approvals.is_in_front)
        panel = await hand_over_elsewhere(till)
        await held(till, SHOW)
        assert request(till).not_done == HAS_IT
        assert not panel.is_pin_shown()
        till.press(Qt.Key.Key_Escape)
        await till.settle()
        assert await opened(till, sold_id) == []


@pytest.mark.fault("X1", "X2")
async def test_nor_does_a_phone_read_it_without_a_manager() -> None:
    """The message would be the same code once more."""
    async with open_window(ScriptedGateway([approved()], types=TYPES), staff=hire) as till:
        sold_id = await sell(till)
        await hand_over_elsewhere(till)
        await held(till, SEND)
        shown = request(till)
        title = "Let the code be sent from the shop's phone?"
        assert (shown.title, shown.not_done) == (title, HAS_IT)
        await approve(till)
        till.hold(SEND)
        await till.until(lambda: till.has("message-card"))
        till.let_go(SEND)
        (seen,) = await opened(till, sold_id)
        assert isinstance(seen, CodeShown)
        assert (seen.way, seen.approved_by) == (MessageWay.SMS, "Lindiwe K.")


@pytest.mark.fault("X1")
async def test_a_slip_that_was_handed_over_is_printed_again_with_a_manager() -> None:
    """From the history, which shows no code; its story and the next sign-in tell of it."""
    async with open_window(ScriptedGateway([approved()], types=TYPES), staff=hire) as till:
        sold_id = await hand_over(till)
        till.press(Qt.Key.Key_F6)
        await till.until(lambda: till.has(f"act-{Act.VOID.value}"))
        assert till.shell.screen().room is Room.HISTORY
        assert not any(till.has(name) for name in (SHOW, SEND, "ledger-change-panel"))
        till.press(Qt.Key.Key_F9)
        await till.until(lambda: till.pages.approvals.is_in_front)
        shown = request(till)
        assert (shown.title, shown.not_done) == ("Print a copy of this slip?", HAS_IT)
        await approve(till)
        await till.until(lambda: len(till.printer.slips) > 1)
        copy = till.printer.slips[-1]
        assert (copy.kind, copy.copy_number) == (SlipKind.COPY, 1)
        (pin,) = [one.pin for one in copy.lines if isinstance(one, PaperPin)]
        assert pin is not None
        assert pin.reveal() == CANARY_CHANGE_PIN
        (printed,) = await opened(till, sold_id)
        assert (printed.by, printed.approved_by) == ("Thandi M.", "Lindiwe K.")
        (sold,) = await till.redemptions()
        story = timeline(sold, await till.journal.events(sold_id))
        assert "copy 1, after the hand-over" in [one.line for one in story]
        till.press(Qt.Key.Key_F4)
        await till.settle()
        type_keys(till, f"{SUPERVISOR_NUMBER}\n{SUPERVISOR_PIN}\n")
        await till.until(lambda: page(till).stage is SignInStage.ALERTS)
        told = page(till).sentences
        assert told == ("Thandi M. had codes opened that customers had, 1 in all.",)
