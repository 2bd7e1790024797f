"""A scanner is a keyboard that types very fast. This tells its codes from a person's typing.

Only the time stamps of the key events count, never the clock: a window that was busy gets all
waiting keys at once, and a person would look like a scanner.
"""

from enum import Enum, auto
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from counterfoil.domain.secret import Secret

KEY_GAP_MAX_MS: Final = 50
"""The longest pause between two keys of a burst; nobody types eight keys without a longer one."""
SURE_FROM: Final = 8
"""So many keys of a burst are a scanner; fewer may be a person who rolls the fingers over them."""
ENDED_LENGTH_MIN: Final = 6
"""So many are enough where Enter or Tab follows as fast."""
KEY_IGNORED_FROM: Final = 3
"""From so many on, a key such as F12 within the pause of a burst was not pressed on purpose."""
SILENCE_MS: Final = 150
"""A scanner that sends no Enter has ended when no key follows for so long."""
_ENDS: Final = frozenset({Qt.Key.Key_Return.value, Qt.Key.Key_Enter.value, Qt.Key.Key_Tab.value})
_HELD: Final = frozenset(
    {
        Qt.Key.Key_Shift.value,
        Qt.Key.Key_CapsLock.value,
        Qt.Key.Key_NumLock.value,
        Qt.Key.Key_AltGr.value,
    }
)
"""A scanner presses these between its letters."""
_COMMANDS: Final = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier


class Pass(Enum):
    """What becomes of one key."""

    ON = auto()
    """It goes where it was meant to go."""
    AWAY = auto()
    """It belongs to a scan, and no widget sees it."""


class ScanReader(QObject):
    """Reads keys with their time stamps, and tells scans from typing.

    Signals: ``began()`` before the first key of what may be a scan; ``recognised()`` when it is
    one, whose first keys went on; ``scanned(Secret)`` its code, whole.
    """

    began = Signal()
    recognised = Signal()
    scanned = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._last_ms = 0
        self._is_sure = False

    @property
    def is_under_way(self) -> bool:
        """Whether a scan is recognised and has not ended."""
        return self._is_sure

    def letter(self, text: str, at_ms: int) -> Pass:
        """Take a key that types something."""
        if not self._goes_on(at_ms):
            self.finish()
            self.began.emit()
        self._text += text
        self._last_ms = at_ms
        if not self._is_sure and len(self._text) >= SURE_FROM:
            self._be_sure()
            return Pass.AWAY
        return Pass.AWAY if self._is_sure else Pass.ON

    def shift(self, at_ms: int) -> Pass:
        """Take a key that only changes what the next one types."""
        if self._goes_on(at_ms):
            self._last_ms = at_ms
        return Pass.ON

    def end(self, at_ms: int) -> Pass:
        """Take Enter or Tab, which may end a scan and then mean nothing else."""
        if self._goes_on(at_ms) and (self._is_sure or len(self._text) >= ENDED_LENGTH_MIN):
            if not self._is_sure:
                self._be_sure()
            self.finish()
            return Pass.AWAY
        self.finish()
        return Pass.ON

    def other(self, at_ms: int) -> Pass:
        """Take any other key; in the midst of a scan nobody pressed it on purpose."""
        if self._goes_on(at_ms) and len(self._text) >= KEY_IGNORED_FROM:
            return Pass.AWAY
        self.finish()
        return Pass.ON

    def finish(self) -> None:
        """End what is under way: no more keys of it will come."""
        code, was_sure = Secret(self._text), self._is_sure
        self._text, self._is_sure = "", False
        if was_sure:
            self.scanned.emit(code)

    def _goes_on(self, at_ms: int) -> bool:
        return bool(self._text) and 0 <= at_ms - self._last_ms <= KEY_GAP_MAX_MS

    def _be_sure(self) -> None:
        self._is_sure = True
        self.recognised.emit()


class ScanWatch(QObject):
    """Gives a reader every key of the program's windows, before any widget has it.

    Which widget has the cursor does not matter, so no scan can be lost in one: a dialog or a list
    that drops down is watched from the moment it has the keyboard. Keys without a time stamp are a
    person's.
    """

    def __init__(self, reader: ScanReader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader = reader
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.setInterval(SILENCE_MS)
        self._silence.timeout.connect(reader.finish)
        if (app := QGuiApplication.instance()) is not None:
            app.focusWindowChanged.connect(self._watch)  # type: ignore[attr-defined]  # typed as a core application

    def watch(self, top: QWidget) -> None:
        """Watch a window or a dialog, also before it has the keyboard for the first time."""
        top.winId()
        self._watch(top.windowHandle())

    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)

    def stop(self) -> None:
        """Wait for no key any more."""
        self._silence.stop()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        passed = self._take(event)
        if self._reader.is_under_way:
            self._silence.start()
        else:
            self._silence.stop()
        return passed is Pass.AWAY

    def _take(self, event: QKeyEvent) -> Pass:
        reader, at_ms = self._reader, event.timestamp()
        if not at_ms or event.isAutoRepeat():
            reader.finish()
            return Pass.ON
        if event.key() in _ENDS:
            return reader.end(at_ms)
        if event.key() in _HELD:
            return reader.shift(at_ms)
        is_command = bool(event.modifiers() & _COMMANDS)
        if not is_command and event.text() and event.text().isprintable():
            return reader.letter(event.text(), at_ms)
        return reader.other(at_ms)
