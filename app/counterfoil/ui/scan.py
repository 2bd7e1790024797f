"""A scanner is a keyboard that types very fast. This tells its bursts from a person's typing.

Only the time stamps of the key events count, never the clock: a window that was busy gets all
waiting keys at once, and a person would look like a scanner.
"""

from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from typing_extensions import override

from counterfoil.domain.secret import Secret
from counterfoil.ui.widgets.field_line import BoxLine

KEY_GAP_MAX_MS: Final = 35
"""The longest pause between two keys of a burst."""
SCAN_LENGTH_MIN: Final = 8
"""A shorter burst may be a person who rolls the fingers over the keys."""
REPEAT_MS: Final = 1500
"""The same code again within this time is one scan that was read twice."""
_ENDS: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab})


@dataclass(slots=True)
class _Burst:
    """Keys that came one after the other without a person's pauses."""

    box: BoxLine
    value_before: Secret
    last_ms: int
    text: str = field(default="", repr=False)
    is_refused: bool = False


class ScanGuard(QObject):
    """Watches boxes: refuses a second reading of one code, and codes in the amount.

    Install it on a box with ``watch``. A box that ``refuses_codes`` never keeps a burst.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._burst: _Burst | None = None
        self._refusing: set[BoxLine] = set()
        self._last_code = Secret("")
        self._last_ms = -REPEAT_MS

    def watch(self, box: BoxLine, *, refuses_codes: bool = False) -> None:
        """Watch what is typed into a box."""
        box.installEventFilter(self)
        if refuses_codes:
            self._refusing.add(box)

    def forget(self, box: BoxLine) -> None:
        """Stop watching a box that goes away."""
        box.removeEventFilter(self)
        self._refusing.discard(box)
        if self._burst is not None and self._burst.box is box:
            self._burst = None

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or not isinstance(watched, BoxLine):
            return False
        if event.type() != QEvent.Type.KeyPress or not event.timestamp():
            return False
        if event.key() in _ENDS:
            return self._end(watched, event.timestamp())
        return self._take(watched, event)

    def _take(self, box: BoxLine, event: QKeyEvent) -> bool:
        """Note one key; return whether the box must not see it."""
        text = event.text()
        if not text or not text.isprintable():
            self._burst = None
            return False
        burst = self._burst
        if burst is None or burst.box is not box or _is_late(burst, event.timestamp()):
            burst = _Burst(box, Secret(box.value()), event.timestamp())
            self._burst = burst
        burst.text += text
        burst.last_ms = event.timestamp()
        if box in self._refusing and len(burst.text) >= SCAN_LENGTH_MIN and not burst.is_refused:
            burst.is_refused = True
            _restore(burst)
        return burst.is_refused

    def _end(self, box: BoxLine, at_ms: int) -> bool:
        """Take the end of a burst; return whether it goes no further."""
        burst, self._burst = self._burst, None
        if burst is None or burst.box is not box or _is_late(burst, at_ms):
            return False
        if burst.is_refused:
            return True
        if len(burst.text) < SCAN_LENGTH_MIN:
            return False
        code = Secret(burst.text)
        is_repeat = code == self._last_code and at_ms - self._last_ms < REPEAT_MS
        self._last_code, self._last_ms = code, at_ms
        if is_repeat:
            _restore(burst)
        return is_repeat


def _is_late(burst: _Burst, at_ms: int) -> bool:
    return not 0 <= at_ms - burst.last_ms <= KEY_GAP_MAX_MS


def _restore(burst: _Burst) -> None:
    """Give the box back what it held before the burst, and tell as if a person had done it."""
    burst.box.type_nothing()
    if before := burst.value_before.reveal():
        burst.box.type_text(before)
