"""The typeface of printed slips: the mono of the screen when the system has its file.

Embedded, so that every printer draws the same; a zero must be told from an O. Without any of the
files the PDF's own Courier is used, and zeros in PINs get a stroke.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FILES = (
    ("NotoSansMono-Regular.ttf", "NotoSansMono-Bold.ttf"),
    ("consola.ttf", "consolab.ttf"),
    ("DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf"),
)
_LINUX_FOLDERS = (
    "/usr/share/fonts/truetype/noto",
    "/usr/share/fonts/truetype/dejavu",
    "/usr/share/fonts/noto",
    "/usr/share/fonts/google-noto",
    "/usr/share/fonts/TTF",
    "/usr/share/fonts/dejavu-sans-mono-fonts",
)


@dataclass(frozen=True, slots=True)
class Typeface:
    """The two weights of one typeface, as files to embed or as names every PDF reader knows."""

    regular: Path | None = None
    bold: Path | None = None

    @property
    def marks_zero(self) -> bool:
        """Tell whether a zero differs from an O."""
        return self.regular is not None


BUILT_IN = Typeface()


def find_typeface() -> Typeface:
    """Return the first typeface of which both weights are installed."""
    folders = list(_folders())
    for regular, bold in _FILES:
        for folder in folders:
            if (folder / regular).is_file() and (folder / bold).is_file():
                return Typeface(folder / regular, folder / bold)
    return BUILT_IN


def _folders() -> Iterator[Path]:
    if windows := os.environ.get("SYSTEMROOT"):
        yield Path(windows) / "Fonts"
    yield from map(Path, _LINUX_FOLDERS)
