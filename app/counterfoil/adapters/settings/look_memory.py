"""Remembers what a person chose last: language, look, sounds, movement and the window's place."""

import json
from dataclasses import asdict, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from counterfoil.declaring import dataclass

LOOK_NAME = "look.json"
_BYTES_MAX = 4096
_SCALE_MIN, _SCALE_MAX = 0.8, 2.0


class ThemeChoice(StrEnum):
    """How the window looks."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


@dataclass(frozen=True, slots=True)
class Look:
    """What a person chose in the window; where it is None the settings hold."""

    theme: ThemeChoice | None = None
    text_scale: float | None = None
    window: str | None = None
    """Where the window was and how large, as Qt writes it down."""
    sounds: bool | None = None
    """Whether the till beeps; it does where nobody chose."""
    motion: bool | None = None
    """Whether anything slides or fades."""
    language: str | None = None
    """The code of the language; the frame of the window, which reads it first, knows none."""


class LookMemory:
    """Keeps the look in a small file in the till's folder; without a folder it keeps nothing.

    A look is only a convenience: a file that cannot be read or written raises nothing.
    """

    def __init__(self, directory: Path | None) -> None:
        self._path = None if directory is None else directory / LOOK_NAME
        self._look = self._read()

    def recall(self) -> Look:
        """Return what was chosen last, in this run or an earlier one."""
        return self._look

    def keep_theme(self, name: str) -> None:
        """Store the theme for the next start.

        Raises:
            ValueError: there is no theme of this name.

        """
        self._keep(replace(self._look, theme=ThemeChoice(name)))

    def keep_text_scale(self, scale: float) -> None:
        """Store the text scale for the next start; 1 is the normal size."""
        self._keep(replace(self._look, text_scale=scale))

    def keep_language(self, code: str) -> None:
        """Store the code of the language for the next start."""
        self._keep(replace(self._look, language=code))

    def keep_sounds(self, is_on: bool) -> None:  # noqa: FBT001 - a signal gives it
        """Store for the next start whether the till beeps."""
        self._keep(replace(self._look, sounds=is_on))

    def keep_motion(self, is_on: bool) -> None:  # noqa: FBT001 - a signal gives it
        """Store for the next start whether anything moves."""
        self._keep(replace(self._look, motion=is_on))

    def keep_window(self, geometry: str) -> None:
        """Store where the window is, in Qt's notation, for the next start."""
        self._keep(replace(self._look, window=geometry))

    def _keep(self, look: Look) -> None:
        self._look = look
        if self._path is None:
            return
        from counterfoil.adapters.files import make_file

        chosen = {name: value for name, value in asdict(look).items() if value is not None}
        try:
            content = f"{json.dumps(chosen)}\n".encode()
            make_file(self._path, content, is_own=True, may_replace=True)
        except OSError:
            return

    def _read(self) -> Look:
        if self._path is None:
            return Look()
        try:
            with self._path.open("rb") as file:
                kept = json.loads(file.read(_BYTES_MAX))
            return Look(
                theme=ThemeChoice(kept["theme"]) if "theme" in kept else None,
                text_scale=_scale(kept.get("text_scale")),
                sounds=_truth(kept.get("sounds")),
                motion=_truth(kept.get("motion")),
                language=_text(kept.get("language")),
                window=_text(kept.get("window")),
            )
        except (OSError, ValueError, TypeError, AttributeError, OverflowError, RecursionError):
            return Look()


def _scale(kept: Any) -> float | None:
    scale = None if kept is None else float(kept)
    return scale if scale is not None and _SCALE_MIN <= scale <= _SCALE_MAX else None


def _truth(kept: Any) -> bool | None:
    return kept if isinstance(kept, bool) else None


def _text(kept: Any) -> str | None:
    return kept if isinstance(kept, str) else None
