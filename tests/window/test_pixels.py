"""The main screens look as they did: where things are, and their colours.

`WRITE_PICTURES=1 pytest tests/window/test_pixels.py` keeps how they look now. Look at them in full
before that: `packaging/pictures FOLDER final-light-100-1366`.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QWidget

from counterfoil.ui import theme
from counterfoil.ui.widgets.sheet import Sheet
from support.pixels import LITTLE, blocks_of, differences
from support.screenshots import Look, shown
from support.window import WindowTill

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="other systems smooth letters in their own way"
)
KEPT = Path(__file__).with_name("pixels")
NORMAL = (1366, 768)
SCREENS = [
    *((name, Look("light", 100, NORMAL)) for name in ("filled", "checking", "final")),
    *((name, Look("light", 100, NORMAL)) for name in ("unknown", "signin", "history")),
    ("final", Look("dark", 100, NORMAL)),
    ("filled", Look("contrast", 200, NORMAL)),
    ("unknown", Look("light", 100, (1024, 768))),
]


@pytest.fixture(autouse=True)
def _as_before(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take back what pictures change: the look and the home folder."""
    monkeypatch.setenv("HOME", os.environ.get("HOME", "/"))
    yield
    theme.apply_theme(qapp, theme.ThemeName.LIGHT)


def kept(name: str, look: Look) -> Path:
    """Return where the blocks of a screen are kept."""
    return KEPT / f"{name}-{look}.png"


def seen_changes(till: WindowTill, name: str, look: Look) -> list[str]:
    """Return what looks otherwise than it was kept."""
    return differences(blocks_of(till.window.picture()), kept(name, look))


@pytest.mark.parametrize(
    ("name", "look"), SCREENS, ids=[f"{name}-{look}" for name, look in SCREENS]
)
async def test_a_main_screen_looks_as_it_did(name: str, look: Look) -> None:
    """The form, the check, HAND OVER NOW, not known, who is there, and History."""
    async with shown(name, look) as till:
        if os.environ.get("WRITE_PICTURES"):
            blocks_of(till.window.picture()).save(kept(name, look), optimize=True)
        changes = seen_changes(till, name, look)
    assert not changes, (
        f"{name} looks otherwise (`WRITE_PICTURES=1` keeps how it looks now):\n"
        + "\n".join(changes)
    )


def test_nothing_is_kept_that_is_not_looked_at() -> None:
    """Each picture belongs to a screen."""
    assert set(KEPT.iterdir()) == {kept(name, look) for name, look in SCREENS}


async def test_a_button_that_moved_or_is_missing_is_found() -> None:
    """The control: a few px are enough."""
    name, look = SCREENS[0]
    async with shown(name, look) as till:
        primary = till.window.findChild(QWidget, "primary")
        whole = till.window.findChild(QWidget, "whole-value")
        assert primary is not None
        assert whole is not None
        place = primary.pos()
        for by in (QPoint(0, -8), QPoint(12, 0)):
            primary.move(place + by)
            assert seen_changes(till, name, look)
        primary.move(place)
        assert seen_changes(till, name, look) == []
        whole.hide()
        assert seen_changes(till, name, look)


async def test_another_colour_is_found() -> None:
    """The control: HAND OVER NOW on the blue of a button."""
    name, look = SCREENS[2]
    async with shown(name, look) as till:
        (sheet, *_) = (one for one in till.window.findChildren(Sheet) if one.isVisible())
        head = till.window.findChild(QWidget, "hand-over")
        assert head is not None
        sheet.set_head(head.height(), "accent")
        assert seen_changes(till, name, look)


def test_a_green_that_is_a_little_lighter_is_found() -> None:
    """The control: so little that one would not see it without the other beside it."""
    of_hand_over = kept(*SCREENS[2])
    with Image.open(of_hand_over) as picture:
        lighter = picture.convert("RGB").point(lambda value: min(255, value + LITTLE + 2))
        assert differences(picture.convert("RGB"), of_hand_over) == []
    assert differences(lighter, of_hand_over)
