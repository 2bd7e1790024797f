"""Plays of the guided start, in training."""

from PySide6.QtCore import Qt

from counterfoil.presentation.first_start_presenter import FirstStage
from support.canary import CANARY_API_KEY
from support.window import WindowTill


async def welcome(till: WindowTill) -> None:
    """Offer the guided start and training."""
    till.pages.first_start_page.welcome()
    await till.until(lambda: till.has("first-start-overlay"))


async def _up_to(till: WindowTill, stage: FirstStage) -> None:
    await welcome(till)
    while till.pages.first_start_page.screen() is not None:
        screen = till.pages.first_start_page.screen()
        assert screen is not None, "it stays open"
        if screen.stage is stage:
            return
        if screen.stage is FirstStage.SHOP:
            till.type_into("field-first-shop.helpline", "0860 000 000")
        await till.until(lambda: till.visible("first-start-act").isEnabled())
        till.press(Qt.Key.Key_F12)
        await till.settle()


async def language(till: WindowTill) -> None:
    """Choose a language."""
    await _up_to(till, FirstStage.LANGUAGE)


async def shop(till: WindowTill) -> None:
    """Say who the shop is; the name may not be empty."""
    await _up_to(till, FirstStage.SHOP)
    till.box("field-first-shop.trading_name").type_nothing()
    await till.until(lambda: not till.visible("first-start-act").isEnabled())


async def provider(till: WindowTill) -> None:
    """Test the line to the provider."""
    await _up_to(till, FirstStage.PROVIDER)
    till.type_into("field-first-key", CANARY_API_KEY)
    till.press(Qt.Key.Key_F9)
    await till.until(lambda: till.visible("first-start-try").isEnabled())
    await till.settle()


async def printer(till: WindowTill) -> None:
    """Take a printer that was found, and print a test slip."""
    await _up_to(till, FirstStage.PRINTER)
    till.click("found-0")
    await till.settle()
    till.press(Qt.Key.Key_F9)
    await till.until(lambda: till.visible("first-start-try").isEnabled())
    await till.settle()


async def ready(till: WindowTill) -> None:
    """Look at all of it once more."""
    await _up_to(till, FirstStage.READY)
