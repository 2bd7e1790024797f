"""A customer display of two lines of twenty letters at a serial port, such as one on a pole.

It uses a few of Epson's commands for such displays (DM-D), which displays of other makers know as
well. It shares the port's settings with printers at serial ports, and nothing else.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final

from counterfoil.adapters.printing.receipt_printer import Line, Wire
from counterfoil.overriding import override
from counterfoil.ports.line_display import LineDisplay, Lines

_COLUMNS: Final = 20
_BEGIN: Final = b"\x1b@\x1bt\x00"
"""ESC @ sets the display back, also in the middle of a command; ESC t 0 is the code page 437."""
_CLEAR: Final = b"\x0c"
_CODE_PAGE: Final = "cp437"
_LIMIT_S: Final = 1.0
"""How long the display's own thread waits for a port that takes nothing."""


class SerialLineDisplay(LineDisplay):
    """Writes to one display in a thread of its own; the port stays open as long as that works.

    The thread calls ``on_failure`` once when the display stops taking lines, and not again until it
    has taken one. The thread still tries to send each new line.
    """

    def __init__(self, line: Line, on_failure: Callable[[], None]) -> None:
        self._line = line
        self._on_failure = on_failure
        self._wire: Wire | None = None
        self._is_told = False
        self._lock = threading.Lock()
        self._wanted: Lines | None = None
        self._is_at_work = False
        self._is_closed = False
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="line-display")

    @override
    def show(self, lines: Lines) -> None:
        with self._lock:
            if not self._is_closed:
                self._wanted = lines
                self._wake()

    @override
    async def close(self) -> None:
        with self._lock:
            self._is_closed = True
            self._wanted = ("", "")
            self._wake()
        self._executor.shutdown(wait=False)

    def _wake(self) -> None:
        if not self._is_at_work:
            self._is_at_work = True
            self._executor.submit(self._work)

    def _work(self) -> None:
        while (lines := self._next()) is not None:
            self._write(lines)
        if self._is_closed:
            self._leave()

    def _next(self) -> Lines | None:
        with self._lock:
            lines, self._wanted = self._wanted, None
            self._is_at_work = lines is not None
            return lines

    def _write(self, lines: Lines) -> None:
        try:
            data = _bytes_of(lines)
            if self._wire is None:
                self._wire = self._line.open(_LIMIT_S)
                data = _BEGIN + data
            while data:
                data = data[self._wire.send(data, _LIMIT_S) :]
        except OSError:  # a time-out is one
            self._leave()
            if not (self._is_told or self._is_closed):
                self._is_told = True
                self._on_failure()
        else:
            self._is_told = False

    def _leave(self) -> None:
        wire, self._wire = self._wire, None
        if wire is not None:
            with suppress(OSError):
                wire.close()


def _bytes_of(lines: Lines) -> bytes:
    """Return what shows two lines; the first is filled up, so that the second begins below it."""
    first, second = ("".join(filter(str.isprintable, one))[:_COLUMNS] for one in lines)
    return _CLEAR + f"{first:{_COLUMNS}}{second}".rstrip().encode(_CODE_PAGE, "replace")
