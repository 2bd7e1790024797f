"""Prints on a second printer while the first one cannot print."""

from counterfoil.domain.slip import Slip
from counterfoil.overriding import override
from counterfoil.ports.printer import NotSent, Printer, PrintOutcome, PrintTrouble


class FallbackPrinter(Printer):
    """Sends each slip to the first printer, and to the second if nothing of it reached the first.

    If the first may have begun, the second prints nothing: there would be two papers.
    """

    def __init__(self, first: Printer, second: Printer) -> None:
        self._first = first
        self._second = second

    @override
    def describe(self) -> str:
        return self._first.describe()

    @override
    async def print_slip(self, slip: Slip, *, title: str) -> PrintOutcome:
        outcome = await self._first.print_slip(slip, title=title)
        if not isinstance(outcome, NotSent):
            return outcome
        instead = await self._second.print_slip(slip, title=title)
        # If neither can print, people hear what is wrong with the first: they can mend that one.
        return outcome if isinstance(instead, NotSent) else instead

    @override
    async def look(self) -> PrintTrouble | None:
        return await self._first.look()

    @override
    async def keeps_documents(self) -> bool | None:
        kept = await self._first.keeps_documents(), await self._second.keeps_documents()
        return next((one for one in (True, None) if one in kept), False)

    @override
    async def resume(self) -> bool:
        return await self._first.resume()

    @override
    def open_drawer(self) -> None:
        self._first.open_drawer()

    @override
    async def close(self) -> None:
        await self._first.close()
        await self._second.close()
