"""A printer that jams, and whose system does not always know."""

import random  # noqa: TID251 - a seed repeats a run exactly
from collections import Counter
from collections.abc import Callable

from typing_extensions import override

from counterfoil.domain.slip import Slip
from counterfoil.ports.printer import NotSent, Printer, PrintOutcome, PrintTrouble, Sent, Uncertain
from simulation.machine import Machine


class FailingPrinter(Printer):
    """Hands paper out, or not, and says so, or not."""

    def __init__(
        self, machine: Machine, chance: random.Random, on_paper: Callable[[Slip, bool], None]
    ) -> None:
        self._machine = machine
        self._chance = chance
        self._on_paper = on_paper
        self.trouble = 0.0
        self.counts: Counter[str] = Counter()

    @override
    def describe(self) -> str:
        """Return its name."""
        return "printer"

    @override
    async def print_slip(self, slip: Slip, *, title: str) -> PrintOutcome:
        """Print a slip, or do not."""
        self._machine.boundary("before a paper")
        fate = self._chance.random() / self.trouble if self.trouble else 1.0
        if fate < 1 / 3:
            self.counts["not sent"] += 1
            return NotSent(PrintTrouble.PAPER_OUT)
        comes_out = fate >= 1 or self._chance.random() < 0.5
        self._on_paper(slip, comes_out)
        self._machine.boundary("after a paper")
        if fate < 2 / 3:
            self.counts["uncertain"] += 1
            return Uncertain(PrintTrouble.TIMED_OUT)
        self.counts["sent, and it came" if comes_out else "sent, and none came"] += 1
        return Sent("printer")

    @override
    async def close(self) -> None:
        """Stop."""
