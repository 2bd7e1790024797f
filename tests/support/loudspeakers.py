"""Loudspeakers for tests: one in memory, players as small programs, and Windows' own module."""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

from counterfoil.overriding import override
from counterfoil.ports.loudspeaker import Loudspeaker

_PLAYER = """#!{python}
import pathlib, sys, time
home = pathlib.Path({home!r})
mode = (home / "mode").read_text()
if mode == "no device":
    sys.exit("no device")
sound = pathlib.Path(sys.argv[-1]).read_bytes()
with (home / "heard").open("a") as file:
    print(pathlib.Path(sys.argv[-1]).name, file=file)
while mode == "hang":
    time.sleep(60)
"""


@dataclass
class MemoryLoudspeaker(Loudspeaker):
    """Remembers the names of what it played."""

    has_device: bool = True
    heard: list[str] = field(default_factory=list)

    @override
    async def play(self, sound: Path) -> bool:
        """Play a sound that is there, if there is a device."""
        if not (self.has_device and sound.is_file()):
            return False
        self.heard.append(sound.name)
        return True


@dataclass(frozen=True, slots=True)
class FakePlayers:
    """The system's players as programs in a folder of their own, which is the whole path."""

    home: Path

    def add(self, name: str) -> None:
        """Put one there."""
        path = self.home / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(_PLAYER.format(python=sys.executable, home=str(self.home)))
        path.chmod(0o755)

    def set_mode(self, mode: str) -> None:
        """Say what each does from now on: ``play``, ``no device`` or ``hang``."""
        (self.home / "mode").write_text(mode)

    def heard(self) -> list[str]:
        """Return the names of what was begun to be played."""
        heard = self.home / "heard"
        return heard.read_text().split() if heard.is_file() else []


def fake_winsound(heard: list[str], *, has_device: bool = True) -> SimpleNamespace:
    """Return what stands where Windows has its module for sounds."""

    def play_sound(sound: str, flags: int) -> None:
        if not (has_device and Path(sound).is_file()):
            raise RuntimeError("Failed to play sound")
        heard.append(Path(sound).name)

    return SimpleNamespace(SND_FILENAME=1, SND_ASYNC=2, SND_NODEFAULT=4, PlaySound=play_sound)
