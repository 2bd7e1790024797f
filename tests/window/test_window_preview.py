"""How slips look, seen while the settings are written."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from counterfoil.bootstrap import Till
from counterfoil.desktop import PREVIEW_EVERY_S, Face, offer_preview
from support.window import WindowTill, open_window


def words(till: WindowTill) -> str:
    """Return what a screen reader tells of the paper and of the line above it."""
    paper = till.window.preview().paper()
    said = cast(QLabel, till.find("preview-said"))
    return f"{paper.accessibleDescription()}\n{said.text()}"


async def test_the_preview_follows_the_settings_as_they_are_saved(tmp_path: Path) -> None:
    """Also to other columns; a mistake is said, and the paper stays until it is mended."""
    file = tmp_path / "settings.toml"
    file.write_text('[slip]\nfooter = ["Thank you"]\n', encoding="utf-8")
    async with open_window() as till:
        parts = SimpleNamespace(owner=till.owner, clock=till.clock)
        offer_preview(Face(till=cast(Till, parts), window=till.window, pages=till.pages), file)
        till.press(Qt.Key.Key_F10)
        till.click("menu-preview")
        await till.until(lambda: "Thank you" in words(till))
        assert "SAMPLE" in words(till)
        assert not till.has("menu-overlay")

        file.write_text('[slip]\nfooter = ["Come again soon"]\nnothing = 1\n', encoding="utf-8")
        await till.pass_time(PREVIEW_EVERY_S)
        await till.until(lambda: "slip.nothing is not a setting" in words(till))
        assert "Thank you" in words(till)

        file.write_text(
            '[slip]\nfooter = ["Come again soon, we are open"]\n[printer]\ncolumns = 32\n',
            encoding="utf-8",
        )
        await till.pass_time(PREVIEW_EVERY_S)
        await till.until(lambda: "Come again soon" in words(till))
        assert "follows the settings" in words(till)
        assert "Treat as cash.\nKeep away from heat." in words(till)  # as narrow paper has it

        QTest.keyClick(till.window.preview(), Qt.Key.Key_Escape)
        await till.pass_time(PREVIEW_EVERY_S)
        assert not till.window.preview().isVisible()
        till.press(Qt.Key.Key_F10)
        till.click("menu-preview")
        await till.until(till.window.preview().isVisible)
