"""A printer in memory, with a dial for every way a print can go wrong."""

from dataclasses import dataclass, field

from typing_extensions import override

from counterfoil.domain.slip import Slip
from counterfoil.ports.printer import (
    NotSent,
    Printer,
    PrintOutcome,
    PrintTrouble,
    Sent,
    Uncertain,
)


@dataclass(slots=True)
class MemoryPrinter(Printer):
    """Keeps what came out; ``answers`` are given first, in order, instead of printing.

    An ``Uncertain`` answer keeps the slip as well: the paper may be there.
    """

    slips: list[Slip] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    answers: list[NotSent | Uncertain] = field(default_factory=list)
    resumed: int = 0
    opened: int = 0
    """How often the drawer was opened."""
    is_closed: bool = False
    trouble: PrintTrouble | None = None
    """What a look finds."""
    is_keeping: bool | None = False
    """Whether its documents are kept."""

    def fail_next(self, trouble: PrintTrouble) -> None:
        """Let the next slip not come out, and say so."""
        self.answers.append(NotSent(trouble))

    def doubt_next(self, trouble: PrintTrouble) -> None:
        """Let the next slip come out while nobody knows."""
        self.answers.append(Uncertain(trouble))

    @override
    def describe(self) -> str:
        return "Printer in memory"

    @override
    async def print_slip(self, slip: Slip, *, title: str) -> PrintOutcome:
        if self.is_closed:
            return NotSent(PrintTrouble.NO_PRINTER)
        answer = self.answers.pop(0) if self.answers else None
        if not isinstance(answer, NotSent):
            self.slips.append(slip)
            self.titles.append(title)
        return answer or Sent(f"memory-{len(self.slips)}")

    @override
    def open_drawer(self) -> None:
        self.opened += 1

    @override
    async def look(self) -> PrintTrouble | None:
        return self.trouble

    @override
    async def keeps_documents(self) -> bool | None:
        return self.is_keeping

    @override
    async def resume(self) -> bool:
        self.resumed += 1
        return True

    @override
    async def close(self) -> None:
        self.is_closed = True


class OnRealPrinter(MemoryPrinter):
    """Gives each slip to a printer of the program, and keeps none."""

    def __init__(self, real: Printer) -> None:
        super().__init__()
        self.real = real

    @override
    async def print_slip(self, slip: Slip, *, title: str) -> PrintOutcome:
        return await self.real.print_slip(slip, title=title)

    @override
    async def resume(self) -> bool:
        return await self.real.resume()

    @override
    async def close(self) -> None:
        await self.real.close()
