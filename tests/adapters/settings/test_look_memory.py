"""The look that somebody chose in the window."""

from pathlib import Path

import pytest

from counterfoil.adapters.settings.look_memory import LOOK_NAME, Look, LookMemory, ThemeChoice


def test_a_look_is_there_again_at_the_next_start(tmp_path: Path) -> None:
    """What one start keeps, the next one recalls."""
    memory = LookMemory(tmp_path)
    memory.keep_theme("dark")
    memory.keep_text_scale(1.12)
    memory.keep_window("AdnQ")
    memory.keep_sounds(is_on=False)
    memory.keep_motion(is_on=False)
    kept = Look(ThemeChoice.DARK, 1.12, "AdnQ", sounds=False, motion=False)
    assert LookMemory(tmp_path).recall() == kept


def test_a_theme_that_is_chosen_says_nothing_about_the_text_size(tmp_path: Path) -> None:
    """The size of the settings goes on holding, whatever it is."""
    LookMemory(tmp_path).keep_theme("dark")
    assert LookMemory(tmp_path).recall() == Look(theme=ThemeChoice.DARK)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"theme": "pink", "text_scale": 1}',
        '{"text_scale": 99}',
        '{"text_scale": "NaN"}',
        '{"window": 7}',
        '{"sounds": "no"}',
    ],
)
def test_a_look_that_makes_no_sense_is_forgotten(tmp_path: Path, text: str) -> None:
    """A damaged file never keeps the till from opening."""
    (tmp_path / LOOK_NAME).write_text(text, encoding="utf-8")
    assert LookMemory(tmp_path).recall() == Look()


def test_a_folder_that_is_not_there_is_no_trouble(tmp_path: Path) -> None:
    """Nothing can be kept there for the next start, and nobody is told."""
    LookMemory(tmp_path / "missing").keep_theme("dark")
    assert LookMemory(tmp_path / "missing").recall() == Look()


def test_without_a_folder_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A till that could not open leaves no file where it was started."""
    monkeypatch.chdir(tmp_path)
    LookMemory(None).keep_theme("dark")
    assert list(tmp_path.iterdir()) == []
