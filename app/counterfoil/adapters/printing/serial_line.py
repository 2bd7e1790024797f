"""The line to a printer at a serial port, eight bits without parity, and no flow control.

Its buffer holds a slip, and a printer without paper says so.
"""

import errno
import os
import sys
from pathlib import Path

from counterfoil.adapters.printing.device_line import open_device
from counterfoil.adapters.printing.receipt_printer import Line, Wire
from counterfoil.overriding import override

_NAMES = Path("/dev/serial/by-id")
"""Where Linux lists ports by the adapter that they are at."""


class SerialLine(Line):
    """Opens one port, such as ``/dev/ttyS0``, at one speed."""

    def __init__(self, port: str, baud: int) -> None:
        self._port = port
        self._baud = baud

    @property
    @override
    def name(self) -> str:
        return self._port

    @override
    def open(self, limit_s: float) -> Wire:
        if sys.platform == "win32":  # pragma: no cover - a port has other settings there
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
        return open_device(self._port, lambda descriptor: _set(descriptor, self._baud))


def find_serial_ports(folder: Path = _NAMES) -> tuple[str, ...]:
    """Return the serial ports, by names that do not change with what is plugged in beside them."""
    try:
        return tuple(sorted(str(folder / name) for name in os.listdir(folder)))  # noqa: PTH208 - the names alone
    except OSError:
        return ()


def _set(descriptor: int, baud: int) -> None:
    """Take the port for this program alone, and let bytes pass as they are."""
    if sys.platform == "win32":  # pragma: no cover - see above
        return
    import fcntl
    import termios
    import tty

    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        tty.setraw(descriptor)
        modes = termios.tcgetattr(descriptor)
        modes[2] |= termios.CLOCAL | termios.CREAD
        modes[2] &= ~(termios.CSTOPB | termios.CRTSCTS)
        modes[4] = modes[5] = getattr(termios, f"B{baud}")
        termios.tcsetattr(descriptor, termios.TCSANOW, modes)
    except termios.error as error:
        raise OSError(errno.ENOTTY, os.strerror(errno.ENOTTY)) from error
