"""Finds the printers that this machine knows. It blocks while the system is asked."""

from enum import StrEnum

from counterfoil.adapters.printing.queue_printer import list_queues
from counterfoil.declaring import dataclass


class PrinterKind(StrEnum):
    """How a printer is reached, as the settings name it."""

    QUEUE = "queue"


@dataclass(frozen=True, slots=True)
class FoundPrinter:
    """A printer under the name that the settings want."""

    kind: PrinterKind
    name: str


def find_printers() -> tuple[FoundPrinter, ...]:
    """Return the printers that are there; none of a kind that cannot be asked for."""
    return tuple(FoundPrinter(PrinterKind.QUEUE, name) for name in list_queues())
