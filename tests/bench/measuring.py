"""What is measured, and how a figure is printed: always as a ratio to a floor of the same run."""

import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure beside its floor, both in the same unit.

    ``goal`` is the largest ratio wanted; None where the figure only says where the rest goes.
    """

    what: str
    floor: float
    ours: float
    goal: float | None
    unit: str = "ms"

    def line(self) -> str:
        """Write the row as the table has it."""
        ratio = self.ours / self.floor
        figures = f"{self.floor:9.2f} {self.ours:9.2f} {self.unit:3} {ratio:7.2f}"
        if self.goal is None:
            return f"{self.what:<46} {figures}"
        met = "met" if ratio <= self.goal else "MISSED"
        return f"{self.what:<46} {figures} {self.goal:6.2f}  {met}"


WATCHING = """
import gc
gc.disable()
from counterfoil import opening
gc.freeze()
load_shown = opening._show_while_loading
def load_and_watch(frame):
    load_shown(frame)
    watch()
opening._show_while_loading = load_and_watch
"""
"""The part of a program that opens the window: it calls ``watch`` when the till is loaded.

It looks for no garbage while it loads, as the till's own program does not.
"""

HEAD = f"{'':<46} {'floor':>9} {'ours':>9} {'':3} {'ratio':>7} {'goal':>6}"


async def median_ms(work: Callable[[], Awaitable[None]], times: int) -> float:
    """Return the median of how long something takes, in milliseconds, after one warm-up."""
    await work()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        await work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)
