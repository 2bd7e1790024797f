"""The print queues of this system: those of CUPS, or those of Windows."""

import sys

from counterfoil.adapters.printing import queue_printer, windows_queue
from counterfoil.adapters.printing.queue_printer import QueuePrinter
from counterfoil.adapters.printing.slip_escpos import SlipEscPos
from counterfoil.adapters.printing.slip_pdf import SlipPdf
from counterfoil.adapters.printing.windows_queue import Spooler, WindowsQueuePrinter
from counterfoil.ports.printer import Printer


def printer_at(
    queue: str, drawing: SlipPdf, writing: SlipEscPos, *, platform: str = sys.platform
) -> Printer:
    """Return the printer behind a queue of this system."""
    if platform == "win32":
        return WindowsQueuePrinter(queue, writing, _windows_spooler)
    return QueuePrinter(queue, drawing, writing)


def list_queues() -> tuple[str, ...]:
    """Return the names of the queues that a slip could go to; it blocks while it asks.

    Empty where there are none, or the print service cannot be asked.
    """
    if sys.platform == "win32":  # pragma: no cover - only there
        return windows_queue.list_queues(_windows_spooler)
    return queue_printer.list_queues()


def resume_queue(queue: str) -> bool:
    """Start a paused queue again; False if the print service does not allow it to this user."""
    if sys.platform == "win32":  # pragma: no cover - only there
        return windows_queue.resume_queue(_windows_spooler, queue)
    return queue_printer.resume_queue(queue)


def _windows_spooler() -> Spooler:  # pragma: no cover - only there
    from counterfoil.adapters.printing.windows_spooler import WindowsSpooler

    return WindowsSpooler()
