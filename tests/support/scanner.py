"""A scanner at the till's window: keys with time stamps, as the system delivers them."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

GAP_MS = 8
_PAUSE_MS = 1_000
_HELD_MS = 2
_NAMED = {"\n": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab}


@dataclass(slots=True)
class Scanner:
    """Types into whatever window has the keyboard, with a clock of its own."""

    window: QWidget
    at_ms: int = 10_000

    def scan(self, code: str, *, end: str = "\n", gap_ms: int = GAP_MS) -> None:
        """Send a code as a burst; ``end`` is Enter, Tab or nothing."""
        self.at_ms += _PAUSE_MS
        for letter in code + end:
            self.key(_NAMED.get(letter, Qt.Key(ord(letter.upper()))), letter)
            self.at_ms += gap_ms

    def type(self, text: str) -> None:
        """Send a text at the pace of a hand."""
        self.scan(text, end="", gap_ms=120)

    def key(self, key: Qt.Key, text: str = "", *, is_repeat: bool = False) -> None:
        """Press and release one key; the window that has the keyboard passes it where it should."""
        handle = (QApplication.activeModalWidget() or self.window).windowHandle()
        for kind, after_ms in ((QEvent.Type.KeyPress, 0), (QEvent.Type.KeyRelease, _HELD_MS)):
            event = QKeyEvent(
                kind,
                key.value,
                Qt.KeyboardModifier.NoModifier,
                "\r" if text == "\n" else text,
                autorep=is_repeat,
            )
            event.setTimestamp(self.at_ms + after_ms)
            QApplication.sendEvent(handle, event)
