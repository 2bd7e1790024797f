"""The look that somebody chose in the window."""

from pathlib import Path

import pytest

from counterfoil.adapters.settings.look_memory import LOOK_NAME, LookMemory
from counterfoil.adapters.settings.till_settings import ThemeChoice


def test_a_look_is_there_again_at_the_next_start(tmp_path: Path) -> None:
    """What one start keeps, the next one recalls."""
    LookMemory(tmp_path).keep("dark", 1.12)
    assert LookMemory(tmp_path).recall() == (ThemeChoice.DARK, 1.12)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"theme": "pink", "text_scale": 1}',
        '{"theme": "dark"}',
        '{"theme": "dark", "text_scale": 99}',
        '{"theme": "dark", "text_scale": "NaN"}',
    ],
)
def test_a_look_that_makes_no_sense_is_forgotten(tmp_path: Path, text: str) -> None:
    """A damaged file never keeps the till from opening."""
    (tmp_path / LOOK_NAME).write_text(text, encoding="utf-8")
    assert LookMemory(tmp_path).recall() is None


def test_a_folder_that_is_not_there_is_no_trouble(tmp_path: Path) -> None:
    """Nothing can be kept or recalled there, and nobody is told."""
    memory = LookMemory(tmp_path / "missing")
    memory.keep("dark", 1.0)
    assert memory.recall() is None
