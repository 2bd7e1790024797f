"""The customer's window follows the counter, on its own screen and never over the till."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from counterfoil.adapters.settings.till_settings import CustomerDisplayChoice
from counterfoil.displays import open_displays
from counterfoil.domain.failures import TillStoppedError
from counterfoil.presentation.customer_presenter import CustomerPresenter
from counterfoil.presentation.screens import Act
from counterfoil.ui.customer_window import CustomerDisplay
from support.canary import CANARY_CHANGE_PIN, CANARY_PIN
from support.gateways import ScriptedGateway
from support.people import hire
from support.till import approved
from support.window import PROFILE, TYPES, WindowTill, open_window

SHOP = "Corner Shop"


def display(till: WindowTill, name: str = "", *, is_own: bool = False) -> CustomerDisplay:
    """Return the customer's display on the only screen that there is here."""
    screen = QGuiApplication.primaryScreen()
    return CustomerDisplay(
        CustomerPresenter(till.pages, PROFILE),
        name or screen.name(),
        taken=lambda: screen if is_own else None,
        tell=lambda why: till.shell.toast(why, "alert"),
    )


async def test_the_customer_sees_the_amount_the_state_and_thanks() -> None:
    """And nothing of it any more when the next customer begins; the cursor stays in the till."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        shown = display(till)
        said = shown.window.accessibleName
        assert shown.window.isVisible()
        assert said() == f"Welcome, {SHOP}"
        till.fill(pin=CANARY_PIN)
        assert said() == "To pay, R19.00"
        till.press(Qt.Key.Key_F12)
        await till.until(lambda: "Checking voucher" in said() or "Paid" in said())
        await till.until_result()
        assert said() == "Paid. Thank you!, R19.00, Your change voucher is on the slip."
        till.hold("hold-to-show")
        await till.settle()
        assert CANARY_CHANGE_PIN not in said()
        till.let_go("hold-to-show")
        await till.ready_to_answer()
        till.counter.act(Act.NEW_VOUCHER)
        await till.until(lambda: till.counter.shown is None)
        assert said() == f"Welcome, {SHOP}"
        assert till.window.isActiveWindow()
        shown.window.close()
        assert shown.window.isVisible()
        shown.close()


async def test_who_waits_at_a_locked_till_is_welcomed() -> None:
    """What was sold before stays the cashier's."""
    async with open_window(staff=hire) as till:
        presenter = CustomerPresenter(till.pages, PROFILE)
        assert presenter.screen().state == "Welcome"


async def test_a_display_that_the_settings_name_is_there_while_the_till_is_open() -> None:
    """Here its screen is missing, which the cashier reads."""
    chosen = CustomerDisplayChoice(screen="HDMI-9")
    async with open_window() as till, open_displays(chosen, till.pages, till.window, PROFILE):
        assert "No screen HDMI-9" in till.shell.screen().toast


async def test_a_line_display_that_does_not_answer_is_told_and_the_till_sells() -> None:
    """Its own thread finds that out."""
    chosen = CustomerDisplayChoice(device="/dev/none")
    gateway = ScriptedGateway([approved()], types=TYPES)
    async with (
        open_window(gateway) as till,
        open_displays(chosen, till.pages, till.window, PROFILE),
    ):
        await till.until(lambda: "display at /dev/none" in till.shell.screen().toast)
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        assert till.counter.shown is not None


async def test_in_training_the_customers_display_says_so() -> None:
    """Nobody takes an amount there for one that was paid."""
    profile = replace(PROFILE, is_training=True)
    async with open_window(profile=profile) as till:
        assert CustomerPresenter(till.pages, profile).screen().lines == ("Training only", SHOP)


async def test_a_closed_till_says_so_to_the_customer() -> None:
    """Nothing can be sold."""
    async with open_window() as till:
        presenter = CustomerPresenter(till.pages, PROFILE)
        till.shell.fail(TillStoppedError("stopped"))
        assert presenter.screen().state == "Till closed"


@pytest.mark.parametrize("is_own", [True, False])
async def test_a_screen_that_cannot_be_used_is_told_and_the_till_works_on(is_own: bool) -> None:
    """Its window would lie over the till; it is told once."""
    async with open_window() as till:
        name = "" if is_own else "HDMI-9"
        shown = display(till, name, is_own=is_own)
        assert not shown.window.isVisible()
        said = till.shell.screen()
        assert ("the till's own" if is_own else "No screen HDMI-9") in said.toast
        shown.place()
        assert till.shell.screen().toast_number == said.toast_number
        shown.close()
