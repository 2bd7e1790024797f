"""Finds the printers that this machine knows. It blocks while the system is asked."""

from enum import StrEnum

from counterfoil.adapters.printing.network_finding import find_network_printers
from counterfoil.adapters.printing.queues import list_queues
from counterfoil.adapters.printing.serial_line import find_serial_ports
from counterfoil.adapters.printing.usb_line import find_usb_printers
from counterfoil.declaring import dataclass


class PrinterKind(StrEnum):
    """How a printer is reached, as the settings name it."""

    QUEUE = "queue"
    NETWORK = "network"
    USB = "usb"
    SERIAL = "serial"


@dataclass(frozen=True, slots=True)
class FoundPrinter:
    """A printer: ``name`` is what the settings must call it, ``model`` what it calls itself."""

    kind: PrinterKind
    name: str
    model: str = ""


def find_printers() -> tuple[FoundPrinter, ...]:
    """Return the printers that this machine knows, and none of a kind that it cannot look for."""
    usb = find_usb_printers()
    return (
        *(FoundPrinter(PrinterKind.QUEUE, name) for name in list_queues()),
        *(
            FoundPrinter(PrinterKind.NETWORK, one.name, one.model)
            for one in find_network_printers()
        ),
        *(FoundPrinter(PrinterKind.USB, one.name, one.model) for one in usb),
        *(FoundPrinter(PrinterKind.SERIAL, name) for name in find_serial_ports()),
    )
