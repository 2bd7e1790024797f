"""A printer that stops in the middle of a slip, prints one twice, and does not always know."""

import random  # noqa: TID251 - a seed repeats a run exactly
from collections import Counter
from collections.abc import Callable

from typing_extensions import override

from counterfoil.domain.slip import Slip
from counterfoil.ports.papers import KeptPaper, Papers
from counterfoil.ports.printer import NotSent, Printer, PrintOutcome, PrintTrouble, Sent, Uncertain
from simulation.machine import Machine

_PRINTED_TWICE = 0.05
_REFUSALS = (PrintTrouble.PAPER_OUT, PrintTrouble.OFFLINE, PrintTrouble.QUEUE_PAUSED)


class FailingPrinter(Printer):
    """Hands paper out, whole or in part or not at all, and says so, or not.

    ``on_paper`` hears of each paper, and of how many of the slip's lines are on it.
    """

    def __init__(
        self,
        machine: Machine,
        chance: random.Random,
        own_chance: random.Random,
        on_paper: Callable[[Slip, int], None],
    ) -> None:
        self._machine = machine
        self._chance = chance
        self._own_chance = own_chance
        self._on_paper = on_paper
        self.trouble = 0.0
        self.counts: Counter[str] = Counter()

    @override
    def describe(self) -> str:
        """Return its name."""
        return "printer"

    @override
    async def print_slip(self, slip: Slip, *, title: str) -> PrintOutcome:
        """Print a slip, or some of it, or do not."""
        self._machine.boundary("before a paper")
        fate = self._chance.random() / self.trouble if self.trouble else 1.0
        if fate < 1 / 3:
            self.counts["not sent"] += 1
            return NotSent(self._own_chance.choice(_REFUSALS))
        comes_out = fate >= 1 or self._chance.random() < 0.5
        self._print(slip, comes_out=comes_out)
        self._machine.boundary("after a paper")
        if fate < 2 / 3:
            self.counts["uncertain"] += 1
            return Uncertain(PrintTrouble.TIMED_OUT)
        self.counts["sent, and it came" if comes_out else "sent, and not all came"] += 1
        return Sent("printer")

    def _print(self, slip: Slip, *, comes_out: bool) -> None:
        if not comes_out:
            self._on_paper(slip, self._own_chance.randrange(len(slip.lines)))
            return
        self._on_paper(slip, len(slip.lines))
        if self.trouble and self._own_chance.random() < _PRINTED_TWICE:
            self.counts["printed twice"] += 1
            self._on_paper(slip, len(slip.lines))

    @override
    async def close(self) -> None:
        """Stop."""


class SlipFolder(Papers):
    """The till's folder; ``on_removal`` hears what is removed from it."""

    def __init__(self, on_removal: Callable[[KeptPaper], None]) -> None:
        self._files: dict[str, KeptPaper] = {}
        self._on_removal = on_removal

    def keep(self, slip: Slip) -> None:
        """Let a whole slip lie in the folder, if it shows a code."""
        if slip.has_secret:
            name = f"{slip.number}-{slip.copy_number}"
            number = int(slip.number.rpartition("-")[2])
            self._files[name] = KeptPaper(name, number, slip.copy_number, slip.reference)

    @override
    async def kept(self) -> tuple[KeptPaper, ...]:
        """Return what lies there."""
        return tuple(self._files.values())

    @override
    async def remove(self, name: str) -> None:
        """Remove one."""
        self._on_removal(self._files.pop(name))
