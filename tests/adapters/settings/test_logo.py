"""The shop's logo: a PNG file that the settings name, as dots on every slip."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from counterfoil.adapters.settings.logo import LOGO_BYTES_MAX, read_logo
from counterfoil.adapters.settings.till_settings import load_settings
from counterfoil.domain.failures import SettingsError
from counterfoil.domain.slip import Dots
from counterfoil.presentation.words.settings import not_settings


def png(size: tuple[int, int], colour: int | tuple[int, ...] = 0, mode: str = "L") -> bytes:
    """Return a PNG file of one colour."""
    content = io.BytesIO()
    Image.new(mode, size, colour).save(content, "PNG")
    return content.getvalue()


def chosen(folder: Path, content: bytes) -> Path:
    """Write a settings file whose logo lies beside it."""
    (folder / "logo.png").write_bytes(content)
    settings = folder / "settings.toml"
    settings.write_text('[slip]\nlogo = "logo.png"\n', encoding="utf-8")
    return settings


def read(folder: Path, content: bytes) -> Dots:
    """Return the logo of settings."""
    logo = load_settings(chosen(folder, content)).profile.logo
    assert logo is not None
    return logo


def ink(dots: Dots) -> float:
    """Return how much of a picture is ink."""
    return int.from_bytes(dots.data).bit_count() / (8 * dots.row_bytes * dots.height)


def test_a_small_picture_stays_as_it_is(tmp_path: Path) -> None:
    """A dot of the picture is one of the printer."""
    assert read(tmp_path, png((16, 3))) == Dots(2, 3, b"\xff" * 6)


def test_a_width_of_no_whole_bytes_is_filled_up_at_both_sides(tmp_path: Path) -> None:
    """With paper, so that it stays in the middle."""
    assert read(tmp_path, png((4, 1))) == Dots(1, 1, b"\x3c")


@pytest.mark.parametrize("size", [(2000, 100), (100, 2000), (1999, 2000)])
def test_a_large_picture_fits_the_narrowest_paper(tmp_path: Path, size: tuple[int, int]) -> None:
    """It keeps its shape."""
    dots = read(tmp_path, png(size))
    assert 8 * dots.row_bytes <= 384
    assert dots.height <= 160


@pytest.mark.parametrize(
    ("content", "share"),
    [
        (png((80, 80), 128), 0.5),
        (png((80, 80), (0, 0, 0, 0), "RGBA"), 0.0),
        (png((80, 80), (0, 0, 0, 128), "RGBA"), 0.5),
        (png((80, 80), (255, 255, 255), "RGB"), 0.0),
    ],
    ids=["grey", "nothing", "half seen", "white"],
)
def test_greys_are_scattered_dots(tmp_path: Path, content: bytes, share: float) -> None:
    """A receipt printer has no other; what is not seen through is the paper."""
    assert ink(read(tmp_path, content)) == pytest.approx(share, abs=0.03)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _content: b"",
        lambda _content: b"GIF89a",
        lambda content: content[:-20],
        lambda content: content.replace(b"IDAT", b"IDAX"),
        lambda content: content + bytes(LOGO_BYTES_MAX),
        lambda _content: png((2001, 1)),
    ],
    ids=["empty", "no PNG", "cut short", "no picture in it", "large file", "many dots"],
)
def test_what_is_no_logo_is_refused_when_the_till_opens(
    tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    """So that no slip fails by it later."""
    with pytest.raises(SettingsError) as refused:
        load_settings(chosen(tmp_path, spoil(png((64, 64), 90))))
    assert "slip.logo must name a PNG picture" in not_settings(refused.value.cause)


@pytest.mark.parametrize("name", ["missing.png", "."])
def test_a_logo_that_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    """Nor is a folder one."""
    with pytest.raises(SettingsError):
        read_logo(tmp_path / name, "slip.logo")


@pytest.mark.parametrize(
    "lines",
    ['header = ["a", "b", "c", "d", "e", "f", "g"]', 'footer = ["two\\nlines"]', "logo = 1"],
)
def test_lines_that_no_slip_has_room_for_are_refused(tmp_path: Path, lines: str) -> None:
    """Six at either end, and each one line."""
    settings = tmp_path / "settings.toml"
    settings.write_text(f"[slip]\n{lines}\n", encoding="utf-8")
    with pytest.raises(SettingsError):
        load_settings(settings)
