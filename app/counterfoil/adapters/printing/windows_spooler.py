"""The print service of Windows, through the library that speaks to it; nothing else imports it.

It cannot run on any other system. What is decided lies in `windows_queue`, which is tested with a
print service of our own; here each call is one of the library.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

import pywintypes
import win32print

from counterfoil.adapters.printing.windows_queue import QueueState, Spooler, SpoolerError
from counterfoil.overriding import override

if TYPE_CHECKING:
    from _win32typing import PrinterDefaults, PyPrinterHANDLE

_NAMES_AND_KIND: Final = 4
_ALL_OF_QUEUE: Final = 2
_BASICS_OF_JOB: Final = 1


class WindowsSpooler(Spooler):
    """Asks the print service of this machine, as the user whom the till runs as."""

    @override
    def queues(self) -> tuple[str, ...]:
        wanted = win32print.PRINTER_ENUM_LOCAL | win32print.PRINTER_ENUM_CONNECTIONS
        with _told():
            found = win32print.EnumPrinters(wanted, None, _NAMES_AND_KIND)
            return tuple(one["pPrinterName"] for one in found)

    @override
    def state(self, queue: str) -> QueueState:
        with _opened(queue) as handle:
            known = win32print.GetPrinter(handle, _ALL_OF_QUEUE)
            return QueueState(known["Status"], known["Attributes"], known["pPortName"])

    @override
    def send(self, queue: str, title: str, document: bytes) -> int:
        with _opened(queue) as handle:
            number = win32print.StartDocPrinter(handle, 1, (title, None, "RAW"))
            try:
                written = win32print.WritePrinter(handle, document)
                if written == len(document):
                    win32print.EndDocPrinter(handle)
                    return number
            except pywintypes.error as error:
                self._take_back(handle, number)
                raise SpoolerError(error.winerror, has_begun=True) from None
            self._take_back(handle, number)
            raise SpoolerError(0, has_begun=True)

    @override
    def job_status(self, queue: str, number: int) -> int:
        with _opened(queue) as handle:
            return win32print.GetJob(handle, number, _BASICS_OF_JOB)["Status"]

    @override
    def delete(self, queue: str, number: int, title: str) -> None:
        with _opened(queue) as handle:
            if win32print.GetJob(handle, number, _BASICS_OF_JOB)["pDocument"] == title:
                win32print.SetJob(handle, number, 0, None, win32print.JOB_CONTROL_DELETE)

    @override
    def resume(self, queue: str) -> None:
        with _opened(queue, {"DesiredAccess": win32print.PRINTER_ACCESS_ADMINISTER}) as handle:
            win32print.SetPrinter(handle, 0, None, win32print.PRINTER_CONTROL_RESUME)

    @staticmethod
    def _take_back(handle: "PyPrinterHANDLE", number: int) -> None:
        with suppress(pywintypes.error):
            win32print.SetJob(handle, number, 0, None, win32print.JOB_CONTROL_DELETE)


@contextmanager
def _opened(queue: str, rights: "PrinterDefaults | None" = None) -> "Iterator[PyPrinterHANDLE]":
    with _told():
        handle = win32print.OpenPrinter(queue, rights)
        try:
            yield handle
        finally:
            # Whatever was handed over by now is with the print service.
            with suppress(pywintypes.error):
                win32print.ClosePrinter(handle)


@contextmanager
def _told() -> Iterator[None]:
    """Raise what the library raises as an error of ours."""
    try:
        yield
    except pywintypes.error as error:
        raise SpoolerError(error.winerror) from None
