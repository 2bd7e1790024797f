"""The line to a printer that Linux gives as a device file, such as ``/dev/usb/lp0``.

The system lets one program at a time have it.
"""

import errno
import os
import select
import stat
from collections.abc import Callable

from counterfoil.adapters.printing.receipt_printer import Wire
from counterfoil.overriding import override

_FLAGS: int = (
    os.O_RDWR
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)
_READ_MAX = 256
_WRITE_MAX = 4096


def open_device(path: str, prepare: Callable[[int], None] | None = None) -> Wire:
    """Open a device file, and prepare it where it needs that.

    Raises:
        OSError: it is not there, is no device, may not be used, or another program has it.

    """
    descriptor = os.open(path, _FLAGS)
    try:
        if not stat.S_ISCHR(os.fstat(descriptor).st_mode):
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
        if prepare is not None:
            prepare(descriptor)
    except BaseException:
        os.close(descriptor)
        raise
    return _Device(descriptor)


class _Device(Wire):
    """A device that never makes its caller wait beyond a limit."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @override
    def send(self, data: bytes, limit_s: float) -> int:
        self._wait(select.POLLOUT, limit_s)
        return os.write(self._descriptor, data[:_WRITE_MAX])

    @override
    def receive(self, limit_s: float) -> bytes:
        self._wait(select.POLLIN, limit_s)
        data = os.read(self._descriptor, _READ_MAX)
        if not data:  # some printers send empty packets
            raise TimeoutError
        return data

    @override
    def finish(self) -> None:
        return

    @override
    def close(self) -> None:
        os.close(self._descriptor)

    def _wait(self, wanted: int, limit_s: float) -> None:
        poll = select.poll()
        poll.register(self._descriptor, wanted)
        happened = poll.poll(limit_s * 1000)
        if not happened:
            raise TimeoutError
        if happened[0][1] & (select.POLLHUP | select.POLLERR | select.POLLNVAL):
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
