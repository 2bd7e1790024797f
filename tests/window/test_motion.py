"""What moves stands still for who wants no motion, in high contrast, and out of sight."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from counterfoil import ui
from counterfoil.ui import theme
from counterfoil.ui.theme import ThemeName
from counterfoil.ui.widgets.pin_field import PinField

MOVES = frozenset({"QVariantAnimation", "QPropertyAnimation", "QTimeLine", "QGraphicsEffect"})


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


@pytest.mark.parametrize(
    ("name", "motion", "is_moving"),
    [
        (ThemeName.LIGHT, True, True),
        (ThemeName.LIGHT, False, False),
        (ThemeName.CONTRAST, True, False),
    ],
)
def test_a_wrong_pin_shakes_only_where_motion_is_wanted(
    qapp: QApplication, pin: PinField, name: ThemeName, *, motion: bool, is_moving: bool
) -> None:
    """The words below the box say the same without it."""
    theme.apply_theme(qapp, name, motion=motion)
    pin.line().shake()
    assert pin.line().is_shaking() is is_moving


def test_all_that_is_animated_asks_first() -> None:
    """A module that names a class of Qt's animations calls `may_move` as well."""
    for path in Path(ui.__file__).parent.rglob("*.py"):
        names = {
            one.id for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.Name)
        }
        assert not names & MOVES or "may_move" in names, path.name
