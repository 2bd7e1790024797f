"""The till finds its theme and icons in a checkout, a wheel and a frozen bundle."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil import assets


@pytest.fixture(autouse=True)
def _ask_again() -> Iterator[None]:
    """Forget where the resources were found, before and after."""
    assets.resources_dir.cache_clear()
    yield
    assets.resources_dir.cache_clear()


def make_resources(folder: Path) -> Path:
    """Make a folder that holds a theme."""
    (folder / "theme").mkdir(parents=True)
    (folder / "theme" / "till.qss").write_text("", encoding="utf-8")
    return folder


def test_a_checkout_has_them_at_its_top() -> None:
    """The template that every other folder must have is there."""
    assert assets.resource_path("theme", "till.qss").is_file()


@pytest.mark.parametrize("place", ["counterfoil/_resources", "resources"])
def test_a_frozen_bundle_has_its_own(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is looked at first, wherever the packager put the folder."""
    folder = make_resources(tmp_path / place)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert assets.resources_dir() == folder


def test_a_wheel_has_them_in_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed till has no checkout around it."""
    folder = make_resources(tmp_path / "counterfoil" / "_resources")
    monkeypatch.setattr(assets, "PACKAGE_DIR", tmp_path / "counterfoil")
    assert assets.resources_dir() == folder


def test_a_broken_installation_says_where_it_looked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has to guess which folder is missing."""
    monkeypatch.setattr(assets, "PACKAGE_DIR", tmp_path / "a" / "counterfoil")
    with pytest.raises(assets.ResourcesMissingError, match="_resources"):
        assets.resources_dir()
