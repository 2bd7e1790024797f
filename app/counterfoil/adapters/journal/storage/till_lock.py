"""One till at a time: a lock that the operating system drops when its holder dies.

There is no file with a process id, so nothing is left to be cleared after a power cut. The lock is
held by the open file; it must not be closed while the till runs.
"""

import os
import sys
from pathlib import Path
from threading import Event

from counterfoil.adapters.journal.storage.sorting import sort_failure
from counterfoil.domain.failures import JournalLockedError

_PAUSE_S = 0.05

if sys.platform == "win32":  # pragma: no cover - only there
    import msvcrt

    def _try_to_lock(descriptor: int) -> None:
        """Lock the first byte, or raise OSError."""
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try_to_lock(descriptor: int) -> None:
        """Lock the file, or raise OSError."""
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class TillLock:
    """Holds ``till.lock`` from `take` to `release`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def take(self, wait_s: float) -> None:
        """Take the lock; wait up to ``wait_s`` seconds for a till that is just closing.

        Raises:
            JournalLockedError: another till still has it after ``wait_s``.
            JournalUnavailableError: the lock's file cannot be written.

        """
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        try:
            descriptor = os.open(self._path, flags, 0o600)
        except OSError as error:
            raise sort_failure(error) from error
        if not _is_locked_within(descriptor, wait_s):
            os.close(descriptor)
            raise JournalLockedError("another till is using this journal")
        self._descriptor = descriptor

    def release(self) -> None:
        """Release the lock; doing it twice does nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _is_locked_within(descriptor: int, wait_s: float) -> bool:
    """Try to lock a few times; the wait blocks only the journal's own thread."""
    pause = Event()
    for _ in range(int(wait_s / _PAUSE_S)):
        try:
            _try_to_lock(descriptor)
        except OSError:
            pause.wait(_PAUSE_S)
        else:
            return True
    return False
