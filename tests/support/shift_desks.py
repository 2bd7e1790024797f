"""The shift's desk over a journal, for tests: its people, and a count that finds what is there."""

from counterfoil.domain.drawer import denominations
from counterfoil.domain.till import TillProfile
from counterfoil.ports.clock import Clock
from counterfoil.ports.journal import Journal
from counterfoil.ports.printer import Printer
from counterfoil.presentation.words import shift_slips
from counterfoil.service.shift_desk import ShiftDesk
from counterfoil.service.shift_printing import ShiftPrinter

EXPLAIN_ABOVE_CENTS = 2_000


def desk_of(journal: Journal, clock: Clock) -> ShiftDesk:
    """Return the desk of a till whose drawer holds rands."""
    return ShiftDesk(
        journal=journal, clock=clock, currency="ZAR", explain_above_cents=EXPLAIN_ABOVE_CENTS
    )


def shift_printer_of(
    journal: Journal, clock: Clock, printer: Printer, profile: TillProfile
) -> ShiftPrinter:
    """Return what prints the reports of its shifts."""
    return ShiftPrinter(
        desk=desk_of(journal, clock),
        printer=printer,
        clock=clock,
        profile=profile,
        write=shift_slips.shift_slip,
    )


def pieces_of(cents: int) -> dict[int, int]:
    """Return the fewest notes and coins that are worth so much; cents that no coin has are lost."""
    pieces = {}
    for value in denominations("ZAR"):
        pieces[value], cents = divmod(cents, value)
    return {value: count for value, count in pieces.items() if count}
