"""A sound of the till's own for each kind of result; beeps where nothing can play it."""

from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from counterfoil.assets import resource_path
from counterfoil.ports.loudspeaker import Loudspeaker
from counterfoil.presentation.screens import Cue
from counterfoil.ui.code_book import Spawn

_PAUSES_MS: Final = {
    Cue.APPROVED: (0,),
    Cue.DECLINED: (0, 550, 550),
    Cue.IN_DOUBT: (0, 160, 420, 160),
    Cue.NOT_TAKEN: (0, 160, 160),
    Cue.SOUNDS_ON: (0, 300),
}
"""The pauses before each beep of a pattern, different in number and pace."""
_SHORTEST_MS: Final = 1


class Sounds(QObject):
    """Plays one sound at a time; a new one replaces the one that is playing."""

    def __init__(
        self, loudspeaker: Loudspeaker, spawn: Spawn, parent: QObject, *, is_on: bool = True
    ) -> None:
        super().__init__(parent)
        self._loudspeaker = loudspeaker
        self._spawn = spawn
        self._is_on = is_on
        self._number = 0
        self._left: list[int] = []
        self._timer = QTimer(self)
        self._timer.setObjectName("sound")
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._beep)

    def play(self, cue: Cue) -> None:
        """Begin a sound, unless sounds are off."""
        if not self._is_on:
            return
        self.stop()
        self._spawn(self._play(cue, self._number), "sound")

    def is_on(self) -> bool:
        """Return whether anything is heard."""
        return self._is_on

    def set_on(self, is_on: bool) -> None:
        """Be heard from now on, or not."""
        self.stop()
        self._is_on = is_on

    def stop(self) -> None:
        """Begin nothing more of what was asked for before."""
        self._number += 1
        self._left = []
        self._timer.stop()

    async def _play(self, cue: Cue, number: int) -> None:
        """Play a sound, and beep in its place where nothing can and nothing came after it."""
        is_heard = await self._loudspeaker.play(resource_path("sounds", f"{cue}.wav"))
        if not is_heard and number == self._number:
            self._left = list(_PAUSES_MS[cue])
            self._next()

    def _next(self) -> None:
        if self._left:
            self._timer.start(max(_SHORTEST_MS, self._left.pop(0)))

    def _beep(self) -> None:
        QApplication.beep()
        self._next()
