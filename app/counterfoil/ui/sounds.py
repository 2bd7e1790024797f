"""A pattern of beeps for each kind of result, different in number and pace."""

from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from counterfoil.presentation.screens import Cue

_PAUSES_MS: Final = {
    Cue.APPROVED: (0,),
    Cue.DECLINED: (0, 550, 550),
    Cue.IN_DOUBT: (0, 160, 420, 160),
    Cue.NOT_TAKEN: (0, 160, 160),
    Cue.SOUNDS_ON: (0, 300),
}
"""The pauses before each beep of a pattern."""
_SHORTEST_MS: Final = 1


class Sounds(QObject):
    """Plays patterns one at a time; a new one replaces the one that is playing."""

    def __init__(self, parent: QObject | None = None, *, is_on: bool = True) -> None:
        super().__init__(parent)
        self._is_on = is_on
        self._left: list[int] = []
        self._timer = QTimer(self)
        self._timer.setObjectName("sound")
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._beep)

    def play(self, cue: Cue) -> None:
        """Begin a pattern, unless sounds are off."""
        if not self._is_on:
            return
        self._left = list(_PAUSES_MS[cue])
        self._next()

    def is_on(self) -> bool:
        """Return whether anything is heard."""
        return self._is_on

    def set_on(self, is_on: bool) -> None:
        """Be heard from now on, or not."""
        self.stop()
        self._is_on = is_on

    def stop(self) -> None:
        """Be silent."""
        self._left = []
        self._timer.stop()

    def _next(self) -> None:
        if self._left:
            self._timer.start(max(_SHORTEST_MS, self._left.pop(0)))

    def _beep(self) -> None:
        QApplication.beep()
        self._next()
