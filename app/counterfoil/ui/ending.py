"""Closes the window when the system asks the program to end, as when its service is stopped."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier, Signal

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


class Ending(QObject):
    """A child of the application while it listens to the system.

    Signals: ``wished()`` when the program is to end.
    """

    wished = Signal()


@contextmanager
def listening(app: "QApplication") -> Iterator[Ending]:
    """Emit ``wished`` for SIGTERM and SIGHUP, for as long as the body runs.

    A signal that was ignored before, as under nohup, still is. Windows sends none of them.
    """
    ending = Ending(app)
    if sys.platform == "win32":  # pragma: no cover - it ends the session of its desktop instead
        yield ending
        return
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    # Qt waits outside of Python, where no handler of Python runs: the byte in the pipe wakes it.
    notifier = QSocketNotifier(reading, QSocketNotifier.Type.Read, ending)
    asked = {one for one in (signal.SIGTERM, signal.SIGHUP) if _is_at_default(one)}

    def hear() -> None:
        if asked.intersection(os.read(reading, 64)):
            ending.wished.emit()

    notifier.activated.connect(hear)
    before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for one in asked:
        signal.signal(one, lambda _number, _frame: None)
    try:
        yield ending
    finally:
        for one in asked:
            signal.signal(one, signal.SIG_DFL)
        signal.set_wakeup_fd(before)
        notifier.setEnabled(False)
        ending.setParent(None)
        os.close(reading)
        os.close(writing)


def _is_at_default(number: signal.Signals) -> bool:
    return signal.getsignal(number) is signal.SIG_DFL
