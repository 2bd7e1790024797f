"""Finds fonts of the system for letters that the slip's own typeface lacks."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

_ENDINGS = {".ttf", ".otf", ".ttc"}
_FILES_MAX = 2_000
_STYLES = ("bold", "black", "thin", "light", "italic", "oblique", "condensed", "serif", "math")
"""What is taken only where nothing plainer has the letter."""
_EVERY_LETTER = ("lastresort", "blank")
"""Fonts that say of every letter that they have it, and draw none."""


@cache
def font_files() -> tuple[Path, ...]:
    """Return the files of the system's fonts, plain ones first, as they were at the first call."""
    return fonts_in(font_folders(sys.platform, os.environ))


def fonts_in(folders: Iterable[Path]) -> tuple[Path, ...]:
    """Return the font files below some folders, plain ones first; a folder may be missing."""
    found: list[Path] = []
    for folder in folders:
        for place, _folders_below, names in os.walk(folder):
            found += [Path(place, name) for name in names if _is_font(name)]
    return tuple(sorted(found[:_FILES_MAX], key=_plainness))


def font_folders(platform: str, environment: Mapping[str, str]) -> Iterator[Path]:
    """Return where a system keeps its fonts and a user's own."""
    home = Path(environment.get("HOME") or environment.get("USERPROFILE") or os.devnull)
    if platform == "win32":
        yield Path(environment.get("WINDIR", "C:/Windows"), "Fonts")
        yield home / "AppData/Local/Microsoft/Windows/Fonts"
    elif platform == "darwin":
        yield from (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
    else:
        yield from (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
        yield home / ".local/share/fonts"


def _is_font(name: str) -> bool:
    said = name.lower()
    is_drawn = not any(word in said for word in _EVERY_LETTER)
    return Path(said).suffix in _ENDINGS and is_drawn


def _plainness(path: Path) -> tuple[int, str]:
    said = path.stem.lower()
    return sum(style in said for style in _STYLES), said
