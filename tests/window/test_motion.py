"""What moves stands still for who wants no motion, in high contrast, and out of sight."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from counterfoil import ui
from counterfoil.ui import theme
from counterfoil.ui.theme import ThemeName
from counterfoil.ui.widgets.overlay import Overlay, Scrim
from counterfoil.ui.widgets.pin_field import PinField
from counterfoil.ui.widgets.tab import TabBar

MOVES = frozenset({"QVariantAnimation", "QPropertyAnimation", "QTimeLine", "QGraphicsEffect"})


EACH_MOTION = pytest.mark.parametrize(
    ("name", "motion", "is_moving"),
    [
        (ThemeName.LIGHT, True, True),
        (ThemeName.LIGHT, False, False),
        (ThemeName.CONTRAST, True, False),
    ],
)
"""A look, whether motion is asked for, and whether anything moves then."""


@pytest.fixture
def pin(qapp: QApplication) -> Iterator[PinField]:
    """Return the box of a PIN that is shown, and take the motion back after."""
    page = QWidget()
    pin = PinField("PIN")
    QVBoxLayout(page).addWidget(pin)
    page.show()
    yield pin
    page.hide()
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=False)


@EACH_MOTION
def test_a_wrong_pin_shakes_only_where_motion_is_wanted(
    qapp: QApplication, pin: PinField, name: ThemeName, *, motion: bool, is_moving: bool
) -> None:
    """The words below the box say the same without it."""
    theme.apply_theme(qapp, name, motion=motion)
    pin.line().shake()
    assert pin.line().is_shaking() is is_moving


@pytest.fixture
def tabs(qapp: QApplication) -> Iterator[TabBar]:
    """Return a row of three tabs that is shown, and take the motion back after."""
    tabs = TabBar()
    for name in ("one", "two", "three"):
        tabs.add_tab(name, name)
    tabs.choose("one")
    tabs.show()
    yield tabs
    tabs.hide()
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=False)


@EACH_MOTION
def test_the_mark_of_the_page_slides_only_where_motion_is_wanted(
    qapp: QApplication, tabs: TabBar, name: ThemeName, *, motion: bool, is_moving: bool
) -> None:
    """The tab itself is chosen at once, and no press waits for the mark."""
    theme.apply_theme(qapp, name, motion=motion)
    pressed: list[str] = []
    tabs.chosen.connect(pressed.append)
    tabs.choose("two")
    assert tabs.tab("two").is_chosen()
    assert tabs.mark().is_sliding() is is_moving
    QTest.mouseClick(tabs.tab("three"), Qt.MouseButton.LeftButton)
    assert pressed == ["three"]
    tabs.choose("three")
    assert tabs.tab("three").is_chosen()


@EACH_MOTION
def test_a_window_dims_by_degrees_only_where_motion_is_wanted(
    qapp: QApplication, *, name: ThemeName, motion: bool, is_moving: bool
) -> None:
    """Behind an overlay, which is there at once; once it is closed nothing goes on."""
    theme.apply_theme(qapp, name, motion=motion)
    window = QWidget()
    window.resize(400, 300)
    overlay = Overlay(window)
    scrim = window.findChild(Scrim)
    assert scrim is not None
    window.show()
    overlay.open_overlay()
    assert (overlay.isVisible(), scrim.is_fading()) == (True, is_moving)
    overlay.close_overlay()
    assert not scrim.is_fading()
    window.hide()
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=False)


def test_a_mark_on_its_way_is_there_at_once_when_its_row_goes(
    qapp: QApplication, tabs: TabBar
) -> None:
    """As when the window closes meanwhile; what is left looks as without motion."""
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=False)
    tabs.choose("two")
    tabs.hide()
    tabs.show()
    still = tabs.grab().toImage()
    tabs.choose("one")
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=True)
    tabs.choose("two")
    assert tabs.mark().is_sliding()
    tabs.hide()
    assert not tabs.mark().is_sliding()
    assert tabs.mark().isHidden()
    tabs.show()
    assert tabs.grab().toImage() == still


def test_all_that_is_animated_asks_first() -> None:
    """A module that names a class of Qt's animations calls `may_move` as well."""
    for path in Path(ui.__file__).parent.rglob("*.py"):
        names = {
            one.id for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.Name)
        }
        assert not names & MOVES or "may_move" in names, path.name
