"""The loudspeaker of the machine that the till runs on."""

from pathlib import Path
from typing import Protocol


class Loudspeaker(Protocol):
    """Plays one sound at a time; a new one ends the one before."""

    async def play(self, sound: Path) -> bool:
        """Play a WAV file without holding up the loop; return whether anything can play it.

        Fails never. Whoever cancels it ends the sound, where the system can.
        """
        ...
