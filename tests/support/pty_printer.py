"""A receipt printer at the other end of a terminal device, as one at a serial or USB port is."""

import os
import select
import threading
import tty
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from counterfoil_sandbox.printer.escpos import EscPosPrinter


class PtyPrinter:
    """Gives a device file, and lets its machine print what is written there.

    ``is_silent`` answers no status, ``is_deaf`` does not even read.
    """

    def __init__(
        self,
        machine: EscPosPrinter | None = None,
        *,
        is_silent: bool = False,
        is_deaf: bool = False,
    ) -> None:
        self.machine = machine or EscPosPrinter(dots=504)
        self.is_silent = is_silent
        self._is_deaf = is_deaf
        self._ours, self._theirs = os.openpty()
        tty.setraw(self._theirs)
        self.device: str = os.ttyname(self._theirs)
        self._stop, self._stopped = os.pipe()
        self._thread = threading.Thread(target=self._serve, name="pty-printer")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.unplug()
        for descriptor in (self._theirs, self._stop, self._stopped):
            os.close(descriptor)

    def unplug(self) -> None:
        """Be gone: whoever has the device open finds it dead."""
        if self._thread.is_alive():
            os.write(self._stopped, b"x")
            self._thread.join(10)
            os.close(self._ours)

    def wait_for_papers(self, count: int) -> None:
        """Wait until so many papers are out; what is on its way arrives after a job has ended."""
        ready = threading.Event()
        for _ in range(500):
            if len(self.machine.papers) >= count:
                return
            ready.wait(0.01)

    def _serve(self) -> None:
        wanted = [self._stop] if self._is_deaf else [self._ours, self._stop]
        with suppress(OSError):
            while self._stop not in (ready := select.select(wanted, [], [])[0]):
                answer = self.machine.feed(os.read(ready[0], 4096))
                if answer and not self.is_silent:
                    os.write(self._ours, answer)


def plug_in(root: Path, number: int, device: str, *, serial: str = "", model: str = "0e28") -> None:
    """Let the system's files under a root tell of a printer."""
    usb = root / f"sys/devices/usb1/1-{number}"
    interface = usb / f"1-{number}:1.0"
    interface.mkdir(parents=True)
    words = {"idVendor": "04b8", "idProduct": model, "manufacturer": "EPSON", "product": "TM-T20II"}
    for name, text in (words | ({"serial": serial} if serial else {})).items():
        (usb / name).write_bytes(text.encode() + b"\n")
    listed = root / f"sys/class/usbmisc/lp{number}"
    listed.mkdir(parents=True)
    (listed / "device").symlink_to(interface)
    devices = root / "dev/usb"
    devices.mkdir(parents=True, exist_ok=True)
    (devices / f"lp{number}").symlink_to(device)
