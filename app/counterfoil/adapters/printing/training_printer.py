"""The printer of training: at the first try it has none of the slips that are practised without."""

from collections.abc import Collection

from counterfoil.domain.slip import Slip
from counterfoil.overriding import override
from counterfoil.ports.journal import JournalView
from counterfoil.ports.printer import NotSent, Printer, PrintOutcome, PrintTrouble


class TrainingPrinter(Printer):
    """Prints as another printer does, but for the first paper of some test vouchers.

    ``tails`` are the last digits of those; the next paper of the same sale comes out. The drawer
    stays shut: there may be real money in it.
    """

    def __init__(self, printer: Printer, journal: JournalView, tails: Collection[str]) -> None:
        self._printer = printer
        self._journal = journal
        self._tails = tails
        self._refused: set[str] = set()

    @override
    def describe(self) -> str:
        return self._printer.describe()

    @override
    async def print_slip(self, slip: Slip, *, title: str) -> PrintOutcome:
        if slip.reference not in self._refused and await self._is_practised(slip.reference):
            self._refused.add(slip.reference)
            return NotSent(PrintTrouble.OFFLINE)
        return await self._printer.print_slip(slip, title=title)

    @override
    async def look(self) -> PrintTrouble | None:
        return await self._printer.look()

    @override
    async def resume(self) -> bool:
        return await self._printer.resume()

    @override
    async def close(self) -> None:
        await self._printer.close()

    async def _is_practised(self, reference: str) -> bool:
        found = await self._journal.redemption_by_reference(reference) if reference else None
        return found is not None and found.voucher_tail in self._tails
