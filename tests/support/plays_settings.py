"""Plays of the page Settings, at a till with a settings file of its own."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from counterfoil.presentation.key_map import Wish
from counterfoil.presentation.words import settings_page as settings_page_words
from support.tills import ROOT
from support.window import WindowTill

EXAMPLE = ROOT / "resources" / "settings.example.toml"


@contextmanager
def settings_file() -> Iterator[Path]:
    """Put the example settings into a folder of this user's own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "settings.toml")
        path.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
        yield path


async def settings_page(till: WindowTill) -> None:
    """Show all settings."""
    till.pages.carry_out(Wish.SETTINGS)
    await till.until(lambda: till.has("setting-shop.trading_name"))


async def settings_found(till: WindowTill) -> None:
    """Look for something, and change one of what is found."""
    await settings_page(till)
    QTest.keyClicks(till.keyboard(), "printer kind")
    till.press(Qt.Key.Key_Return)
    till.click("choice-network")
    await till.until(lambda: till.pages.settings_page.screen().is_note_wrong)


async def settings_wrong(till: WindowTill) -> None:
    """Type what cannot be."""
    await settings_page(till)
    till.click("setting-till.number")
    till.type_into("field-setting", "20")
    await till.until(lambda: not till.pages.settings_page.screen().can_press)
    await till.settle()


async def settings_saved(till: WindowTill) -> None:
    """Save a change."""
    await settings_page(till)
    till.click("setting-shop.helpline")
    till.type_into("field-setting", "0860 111 222")
    await till.until(lambda: till.pages.settings_page.screen().can_press)
    till.press(Qt.Key.Key_F12)
    await till.until(lambda: till.pages.settings_page.screen().primary == settings_page_words.AGAIN)
