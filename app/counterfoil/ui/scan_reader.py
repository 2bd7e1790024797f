"""A scanner is a keyboard that types very fast. This tells its codes from a person's typing.

Only the time stamps of the key events count, never the clock: a window that was busy gets all
waiting keys at once, and a person would look like a scanner.
"""

from collections.abc import Callable
from enum import Enum, auto
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from shiboken6 import isValid

from counterfoil.declaring import dataclass
from counterfoil.domain.secret import Secret
from counterfoil.overriding import override
from counterfoil.ui.window_watch import WindowWatch

KEY_GAP_MAX_MS: Final = 50
"""The longest pause between two keys of a burst; nobody types eight keys without a longer one."""
SLOW_KEY_GAP_MAX_MS: Final = 100
"""The same where nobody types so much so fast: in the amount, and where nothing is typed at all."""
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
AMOUNT_BOX: Final = "amount"
"""What the box of the amount is called."""
_PRESSING: Final = frozenset(
    {
        Qt.Key.Key_Space.value,
        Qt.Key.Key_Return.value,
        Qt.Key.Key_Enter.value,
        Qt.Key.Key_Select.value,
    }
)
"""These press a button, or choose from a list. No caption has a letter that does."""
_COMMANDS: Final = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier


class Goal(Enum):
    """What kind of widget has the focus, and so what a key would do if it is not part of a scan."""

    BOX = auto()
    """A box one types into."""
    AMOUNT = auto()
    """The box of the amount."""
    OTHER = auto()
    """Anything else, where Space and Enter press or choose."""


class Pass(Enum):
    """Whether the widget with the focus gets a key."""

    ON = auto()
    """It goes where it was meant to go."""
    AWAY = auto()
    """It belongs to a scan, and no widget sees it."""
    WAITS = auto()
    """It would press something, and goes on only if no key follows as fast as a scanner's."""


class ScanReader(QObject):
    """Reads keys with their time stamps, and tells scans from typing.

    Signals: ``began()`` before the first key of what may be a scan; ``recognised()`` when it is
    one, whose first keys the widget has had; ``scanned(Secret)`` its whole code.
    """

    began = Signal()
    recognised = Signal()
    scanned = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._last_ms: int | None = None
        self._gap_max_ms = KEY_GAP_MAX_MS
        self._is_slow = False
        self._is_sure = False

    @property
    def is_under_way(self) -> bool:
        """Whether a scan is recognised and has not ended."""
        return self._is_sure

    def letter(self, text: str, at_ms: int, goal: Goal = Goal.BOX) -> Pass:
        """Take a key that types a character; outside a text box, a space presses the widget."""
        presses = goal is Goal.OTHER and text.isspace()
        goes_on = self.goes_on(at_ms)
        if not goes_on or not self._text:
            self._begin(goal)
        self._text += text
        self._keep_pace(at_ms)
        if not self._is_sure and len(self._text) >= SURE_FROM:
            self._be_sure()
        if self._is_sure:
            return Pass.AWAY
        if presses:
            return Pass.AWAY if goes_on else Pass.WAITS
        return Pass.ON

    def shift(self, at_ms: int) -> Pass:
        """Take a key such as Shift, which only changes what the next one types."""
        if self.goes_on(at_ms):
            self._keep_pace(at_ms)
        return Pass.ON

    def end(self, at_ms: int, *, presses: bool = False) -> Pass:
        """Take Enter or Tab, which ends a scan under way and then does nothing else.

        ``presses`` is true for Enter outside a text box. A second one right after the end belongs
        to the scan, too.
        """
        goes_on = self.goes_on(at_ms)
        if goes_on:
            self._keep_pace(at_ms)
        is_whole = len(self._text) >= ENDED_LENGTH_MIN and not self._is_slow
        is_end = goes_on and (self._is_sure or is_whole or not self._text)
        if is_end and self._text and not self._is_sure:
            self._be_sure()
        if is_end:
            self._hand_over()
            return Pass.AWAY
        if presses:
            return self.press(at_ms)
        self.finish()
        return Pass.ON

    def press(self, at_ms: int) -> Pass:
        """Take a key that types nothing and would press the widget with the focus."""
        goes_on = self.goes_on(at_ms)
        if not self._is_sure:
            self._begin(Goal.OTHER)
        self._keep_pace(at_ms)
        return Pass.AWAY if goes_on else Pass.WAITS

    def other(self, at_ms: int) -> Pass:
        """Take any other key; within a scan it is dropped, because nobody pressed it on purpose."""
        is_early = self._is_slow or len(self._text) < KEY_IGNORED_FROM
        if self.goes_on(at_ms) and (self._is_sure or not is_early):
            return Pass.AWAY
        self.finish()
        return Pass.ON

    def goes_on(self, at_ms: int) -> bool:
        """Whether a key at this time, in ms, follows the last one as fast as a scanner types."""
        return self._last_ms is not None and 0 <= at_ms - self._last_ms <= self._gap_max_ms

    def finish(self) -> None:
        """End a scan that may be under way: no more keys of it will come."""
        self._last_ms = None
        self._hand_over()

    def _hand_over(self) -> None:
        code, was_sure = Secret(self._text), self._is_sure
        self._text, self._is_sure = "", False
        if was_sure:
            self.scanned.emit(code)

    def _begin(self, goal: Goal) -> None:
        self.finish()
        self._gap_max_ms = KEY_GAP_MAX_MS if goal is Goal.BOX else SLOW_KEY_GAP_MAX_MS
        self._is_slow = False
        self.began.emit()

    def _keep_pace(self, at_ms: int) -> None:
        if self._last_ms is not None and at_ms - self._last_ms > KEY_GAP_MAX_MS:
            self._is_slow = True
        self._last_ms = at_ms

    def _be_sure(self) -> None:
        self._is_sure = True
        self.recognised.emit()


class ScanWatch(WindowWatch):
    """Gives a reader every key of the program's windows, before any widget has it.

    It does not matter which widget has the focus, so no scan can be lost in one: a dialog or a list
    that drops down is watched from the moment it has the keyboard. Keys without a time stamp are
    taken to be a person's. A widget that did not get a key's press does not get its release either.
    """

    def __init__(self, reader: ScanReader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader = reader
        self._taken: set[int] = set()
        self._waiting: _Waiting | None = None
        self._is_sending = False
        self._silence = self._timer(SILENCE_MS, reader.finish)
        self._patience = self._timer(SLOW_KEY_GAP_MAX_MS, self._send_on)

    def stop(self) -> None:
        """Stop watching keys."""
        self._silence.stop()
        self._patience.stop()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._is_sending or not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.KeyRelease:
            return self._release(event)
        if event.type() != QEvent.Type.KeyPress or not isinstance(watched, QWindow):
            return False
        return self._press(watched, event)

    def _press(self, window: QWindow, event: QKeyEvent) -> bool:
        if self._reader.goes_on(event.timestamp()):
            self._give_up()
        else:
            self._send_on()
        goal = _receiver(window)
        passed = self._take(event, _kind(goal))
        if self._reader.is_under_way:
            self._silence.start()
        else:
            self._silence.stop()
        self._taken.discard(event.key())
        if passed is Pass.AWAY:
            self._taken.add(event.key())
        elif passed is Pass.WAITS:
            self._waiting = _Waiting(window, goal, [_copied(event)])
            self._patience.start()
        return passed is not Pass.ON

    def _release(self, event: QKeyEvent) -> bool:
        if self._waiting is not None and self._waiting.events[0].key() == event.key():
            self._waiting.events.append(_copied(event))
            return True
        is_taken = event.key() in self._taken
        if not event.isAutoRepeat():
            self._taken.discard(event.key())
        return is_taken

    def _send_on(self) -> None:
        """Let the key that waited do what it does, if what it would have reached is still there."""
        waiting, self._waiting = self._waiting, None
        self._patience.stop()
        if waiting is None or not isValid(waiting.window):
            return
        if not isValid(waiting.goal) or _receiver(waiting.window) is not waiting.goal:
            return
        self._is_sending = True
        try:
            for event in waiting.events:
                QGuiApplication.sendEvent(waiting.window, event)
        finally:
            self._is_sending = False

    def _give_up(self) -> None:
        """Forget the key that waited: it is the first of a scan."""
        waiting, self._waiting = self._waiting, None
        self._patience.stop()
        if waiting is not None and len(waiting.events) == 1:
            self._taken.add(waiting.events[0].key())

    def _take(self, event: QKeyEvent, goal: Goal) -> Pass:
        reader, at_ms = self._reader, event.timestamp()
        if not at_ms or event.isAutoRepeat():
            reader.finish()
            return Pass.ON
        if event.key() in _ENDS:
            return reader.end(at_ms, presses=goal is Goal.OTHER and event.key() in _PRESSING)
        if event.key() in _HELD:
            return reader.shift(at_ms)
        is_command = bool(event.modifiers() & _COMMANDS)
        if not is_command and event.text() and event.text().isprintable():
            return reader.letter(event.text(), at_ms, goal)
        is_pressing = event.key() in _PRESSING and goal is Goal.OTHER
        return reader.press(at_ms) if is_pressing else reader.other(at_ms)

    def _timer(self, interval_ms: int, then: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval_ms)
        timer.timeout.connect(then)
        return timer


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A key that would press something, with its release if that was there."""

    window: QWindow
    goal: QWidget | None
    events: list[QKeyEvent]


def _receiver(window: QWindow) -> QWidget | None:
    """Return the widget that a key of this window reaches."""
    top: QWidget | None = QApplication.activePopupWidget() or QWidget.find(window.winId())
    focused: QWidget | None = top.focusWidget() if top is not None else None
    return top if focused is None else focused


def _kind(goal: QWidget | None) -> Goal:
    if not isinstance(goal, QLineEdit):
        return Goal.OTHER
    return Goal.AMOUNT if goal.objectName() == AMOUNT_BOX else Goal.BOX


def _copied(event: QKeyEvent) -> QKeyEvent:
    return QKeyEvent(
        event.type(), event.key(), event.modifiers(), event.text(), event.isAutoRepeat()
    )
