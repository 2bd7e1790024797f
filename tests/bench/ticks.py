"""How late a loop is, what it was doing then, and how much of that was its own work."""

import asyncio
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from statistics import quantiles
from typing import Any

EVERY_S = 0.02
LATE_MS = 50.0
_OURS = "/app/counterfoil/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One that came late.

    ``ours_ms`` is the processor time that the loop's own thread took since the tick before, and
    ``all_ms`` that of all threads of the program. What is missing to the time by which it came late
    went to other programs, or to the disk.
    """

    late_ms: float
    ours_ms: float
    all_ms: float
    during: str
    doing: str
    where: str
    """The innermost lines of ours that ran while it was due, from a thread that looks."""


@dataclass(slots=True)
class Ticks:
    """Counts the ticks of a loop; ``during`` and ``doing`` say what goes on."""

    during: str = ""
    doing: str = ""
    late_ms: list[float] = field(default_factory=list)
    ours_ms: list[float] = field(default_factory=list)
    late: list[Tick] = field(default_factory=list)
    _due_s: float = 0.0
    _where: str = ""

    async def run(self) -> None:
        """Tick until cancelled."""
        with self._watched():
            while True:
                began_s, ours_s, all_s = (
                    time.perf_counter(),
                    time.thread_time(),
                    time.process_time(),
                )
                self._where, self._due_s = "", began_s + EVERY_S
                await asyncio.sleep(EVERY_S)
                late_ms = (time.perf_counter() - began_s - EVERY_S) * 1000
                ours_ms = (time.thread_time() - ours_s) * 1000
                self.late_ms.append(late_ms)
                self.ours_ms.append(ours_ms)
                if late_ms > LATE_MS:
                    self.late.append(
                        Tick(
                            late_ms=late_ms,
                            ours_ms=ours_ms,
                            all_ms=(time.process_time() - all_s) * 1000,
                            during=self.during,
                            doing=self.doing,
                            where=self._where,
                        )
                    )

    def figures(self) -> dict[str, Any]:
        """Return what was counted, as can be sent as JSON."""
        if not self.late_ms:
            return {}
        return {
            "ticks": len(self.late_ms),
            "late_ms": _spread(self.late_ms),
            "ours_ms": _spread(self.ours_ms),
            "busy": sum(one > LATE_MS for one in self.ours_ms),
            "late": [asdict(one) for one in self.late],
        }

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Look from another thread what runs while a tick is overdue."""
        window, over = threading.get_ident(), threading.Event()

        def look() -> None:
            while not over.wait(EVERY_S / 2):
                if time.perf_counter() - self._due_s > LATE_MS / 1000 * 0.6 and not self._where:
                    stack = traceback.extract_stack(sys._current_frames()[window])
                    mine = [one for one in stack if _OURS in one.filename] or stack
                    self._where = " < ".join(
                        f"{one.filename.split(_OURS)[-1]}:{one.lineno} {one.name}"
                        for one in reversed(mine[-4:])
                    )

        watching = threading.Thread(target=look, name="ticks", daemon=True)
        watching.start()
        try:
            yield
        finally:
            over.set()
            watching.join()


def _spread(figures: list[float]) -> dict[str, float]:
    """Return the median, the 99th of 100, and the largest."""
    cuts = quantiles(figures, n=100)
    return {"p50": cuts[49], "p99": cuts[98], "max": max(figures)}
