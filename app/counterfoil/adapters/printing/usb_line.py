"""The line to a printer at a USB port, under the device file that Linux gives it.

A printer is known by the numbers of its maker and model, and by its serial number where two are
alike: the number of a device file depends on which was plugged in first.
"""

import errno
import os
import re
from pathlib import Path

from counterfoil.adapters.printing.device_line import open_device
from counterfoil.adapters.printing.receipt_printer import Line, Wire
from counterfoil.declaring import dataclass
from counterfoil.overriding import override

_ROOT = Path("/")
_CLASS = "sys/class/usbmisc"
_DEVICES = "dev/usb"
_WORDS_MAX = 80
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")


@dataclass(frozen=True, slots=True)
class UsbPrinter:
    """A printer that is plugged in: ``name`` is what the settings call it."""

    name: str
    model: str
    device: str

    def is_called(self, wanted: str) -> bool:
        """Tell whether the settings mean this printer; its serial number may be left out."""
        return self.name == wanted or self.name.startswith(f"{wanted}:")


class UsbLine(Line):
    """Opens the printer that has a name, such as ``04b8:0e28`` or ``04b8:0e28:J4KF012345``."""

    def __init__(self, name: str, *, root: Path = _ROOT) -> None:
        self._name = name
        self._root = root

    @property
    @override
    def name(self) -> str:
        return self._name

    @override
    def open(self, limit_s: float) -> Wire:
        found = [one for one in find_usb_printers(self._root) if one.is_called(self._name)]
        if len(found) != 1:  # of two that are alike nobody said which
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
        return open_device(found[0].device)


def find_usb_printers(root: Path = _ROOT) -> tuple[UsbPrinter, ...]:
    """Return the printers that are plugged in, as the system's own files tell."""
    return tuple(
        printer
        for file in sorted((root / _CLASS).glob("lp*"))
        if (printer := _read(file, str(root / _DEVICES / file.name))) is not None
    )


def _read(file: Path, device: str) -> UsbPrinter | None:
    usb = (file / "device").resolve().parent  # of one interface of it
    maker, model, serial = (_words(usb / one) for one in ("idVendor", "idProduct", "serial"))
    if not (maker and model):
        return None
    named = " ".join(filter(None, (_words(usb / "manufacturer"), _words(usb / "product"))))
    return UsbPrinter(":".join(filter(None, (maker, model, serial))), named, device)


def _words(file: Path) -> str:
    """Return what a device says of itself, on one line and in ASCII."""
    try:
        text = file.read_bytes()[:_WORDS_MAX].decode("ascii", "replace")
    except OSError:
        return ""
    return " ".join(_UNPRINTABLE.sub(" ", text).split())
