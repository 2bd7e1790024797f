"""The printer of a till that has none: every slip stays in the list Slips to finish."""

from counterfoil.domain.slip import Slip
from counterfoil.overriding import override
from counterfoil.ports.printer import NotSent, Printer, PrintOutcome, PrintTrouble


class AbsentPrinter(Printer):
    """Prints nothing; each slip is reported as not sent."""

    @override
    def describe(self) -> str:
        return ""

    @override
    async def print_slip(self, slip: Slip, *, title: str) -> PrintOutcome:
        return NotSent(PrintTrouble.NO_PRINTER)

    @override
    async def look(self) -> PrintTrouble | None:
        return PrintTrouble.NO_PRINTER

    @override
    async def close(self) -> None:
        return
