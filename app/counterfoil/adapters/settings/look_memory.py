"""Remembers the look that somebody chose in the window, from one start to the next."""

import json
from pathlib import Path

from counterfoil.adapters.files import make_file
from counterfoil.adapters.settings.till_settings import ThemeChoice

LOOK_NAME = "look.json"
_BYTES_MAX = 1024
_SCALE_MIN, _SCALE_MAX = 0.8, 2.0


class LookMemory:
    """Keeps theme and text scale in a small file in the till's folder.

    A look is a convenience: what cannot be read or written is silently not remembered.
    """

    def __init__(self, directory: Path) -> None:
        self._path = directory / LOOK_NAME

    def recall(self) -> tuple[ThemeChoice, float] | None:
        """Return the look that was chosen last, or None."""
        try:
            with self._path.open("rb") as file:
                kept = json.loads(file.read(_BYTES_MAX))
            theme, scale = ThemeChoice(kept["theme"]), float(kept["text_scale"])
        except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
            return None
        return (theme, scale) if _SCALE_MIN <= scale <= _SCALE_MAX else None

    def keep(self, theme: str, text_scale: float) -> None:
        """Keep a look for the next start."""
        text = json.dumps({"theme": theme, "text_scale": text_scale})
        try:
            make_file(self._path, f"{text}\n".encode(), is_own=True, may_replace=True)
        except OSError:
            return
