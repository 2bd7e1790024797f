"""Plays the till's sounds: by Windows itself, elsewhere by one of the system's own players.

A player is a process of its own, so a broken sound system breaks that one and not the till.
"""

import asyncio
import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from threading import Event
from typing import Any, Final

from counterfoil.overriding import override
from counterfoil.ports.loudspeaker import Loudspeaker

PLAYERS: Final = (("pw-play",), ("paplay",), ("aplay", "--quiet"))
"""The players of PipeWire, PulseAudio and ALSA, the one that most systems have now first."""
LIMIT_S: Final = 3.0
"""How long a player may take for a sound of half a second."""
_KEPT_VARIABLES: Final = ("PATH", "HOME", "USER", "LOGNAME", "XDG_RUNTIME_DIR")
"""All that a player gets of the environment: no key of ours, no library of a frozen bundle."""


def loudspeaker() -> Loudspeaker:
    """Return the one for this system."""
    return WindowsLoudspeaker() if sys.platform == "win32" else ProgramLoudspeaker()


class ProgramLoudspeaker(Loudspeaker):
    """Has a program play each sound: the first that can."""

    def __init__(self) -> None:
        self._last = _Playing()

    @override
    async def play(self, sound: Path) -> bool:
        self._last.end()
        self._last = playing = _Playing()
        try:
            return await asyncio.to_thread(playing.play, sound)
        except asyncio.CancelledError:
            playing.end()
            raise


class _Playing:
    """One sound, played in a thread and ended from another."""

    def __init__(self) -> None:
        self._is_ended = Event()
        self._process: subprocess.Popen[bytes] | None = None

    def play(self, sound: Path) -> bool:
        """Play it to its end; return whether a player could, or was not let."""
        return any(self._is_played_by(player, sound) for player in PLAYERS)

    def end(self) -> None:
        """Be silent at once."""
        self._is_ended.set()
        if self._process is not None:
            self._process.kill()

    def _is_played_by(self, player: tuple[str, ...], sound: Path) -> bool:
        program = shutil.which(player[0])
        if program is None or self._is_ended.is_set():
            return self._is_ended.is_set()
        try:
            process = subprocess.Popen(  # noqa: S603 - our own words, no shell
                (program, *player[1:], str(sound)),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ},
            )
        except OSError:
            return False
        self._process = process
        if self._is_ended.is_set():  # while it was being started
            process.kill()
        try:
            code = process.wait(LIMIT_S)
        except subprocess.TimeoutExpired:
            # It may have been heard: another player would say it again, and late.
            process.kill()
            _ = process.wait()
            return True
        return code == 0 or self._is_ended.is_set()


class WindowsLoudspeaker(Loudspeaker):
    """Has Windows play each sound, which goes on by itself."""

    @override
    async def play(self, sound: Path) -> bool:
        return await asyncio.to_thread(self._is_begun, sound)

    def _is_begun(self, sound: Path) -> bool:
        # By its name: elsewhere there is no such module, and nothing that knows its functions.
        winsound: Any = importlib.import_module("winsound")
        how = winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT
        try:
            winsound.PlaySound(str(sound), how)
        except RuntimeError:
            return False
        return True
