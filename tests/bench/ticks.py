"""How late a loop is, what it was doing then, and how much of that was its own work."""

import asyncio
import gc
import signal
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from statistics import quantiles
from types import FrameType
from typing import Any

EVERY_S = 0.02
LATE_MS = 50.0
_LOOK_AFTER_S, _LOOK_EVERY_S = 0.01, 0.005
_PLACES_TOLD = 5
_OURS = "/app/counterfoil/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One that came late.

    ``ours_ms`` is the processor time that the loop's own thread took since the tick before,
    ``all_ms`` that of all threads of the program, and ``garbage_ms`` the time in which garbage was
    looked for. What is missing to the time by which it came late went to other programs, or to the
    disk.
    """

    late_ms: float
    ours_ms: float
    all_ms: float
    garbage_ms: float
    during: str
    doing: str
    where: str
    """What of ours ran while it was overdue, and how often it was seen, the most often first."""


@dataclass(slots=True)
class Ticks:
    """Counts the ticks of a loop; ``during`` and ``doing`` say what goes on."""

    during: str = ""
    doing: str = ""
    late_ms: list[float] = field(default_factory=list)
    ours_ms: list[float] = field(default_factory=list)
    late: list[Tick] = field(default_factory=list)
    garbage_ms: float = 0.0
    """How long garbage was looked for between two ticks, at most."""
    _seen: Counter[str] = field(default_factory=Counter)
    _garbage_s: float = 0.0

    async def run(self) -> None:
        """Tick until cancelled."""
        with self._watched():
            while True:
                began_s, ours_s, all_s = (
                    time.perf_counter(),
                    time.thread_time(),
                    time.process_time(),
                )
                self._seen.clear()
                self._garbage_s = 0.0
                _ = signal.setitimer(signal.ITIMER_REAL, EVERY_S + _LOOK_AFTER_S, _LOOK_EVERY_S)
                await asyncio.sleep(EVERY_S)
                late_ms = (time.perf_counter() - began_s - EVERY_S) * 1000
                ours_ms = (time.thread_time() - ours_s) * 1000
                self.late_ms.append(late_ms)
                self.ours_ms.append(ours_ms)
                self.garbage_ms = max(self.garbage_ms, self._garbage_s * 1000)
                if late_ms > LATE_MS:
                    self.late.append(
                        Tick(
                            late_ms=late_ms,
                            ours_ms=ours_ms,
                            all_ms=(time.process_time() - all_s) * 1000,
                            garbage_ms=self._garbage_s * 1000,
                            during=self.during,
                            doing=self.doing,
                            where=self._told(),
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
            "garbage_ms": self.garbage_ms,
            "busy": sum(one > LATE_MS for one in self.ours_ms),
            "late": [asdict(one) for one in self.late],
        }

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Note what runs while a tick is overdue.

        A signal does so, in the loop's own thread: another one would hold what is drawn with longer
        than Qt allows.
        """
        before = signal.signal(signal.SIGALRM, self._look)
        gc.callbacks.append(self._note_garbage)
        try:
            yield
        finally:
            gc.callbacks.remove(self._note_garbage)
            signal.setitimer(signal.ITIMER_REAL, 0)
            _ = signal.signal(signal.SIGALRM, before)

    def _note_garbage(self, phase: str, _of: object) -> None:
        """Add up how long garbage is looked for, in which no signal is heard."""
        self._garbage_s += time.perf_counter() * (1 if phase == "stop" else -1)

    def _look(self, _number: int, frame: FrameType | None) -> None:
        stack = (one for one, _ in traceback.walk_stack(frame))
        ours = [one.f_code for one in stack if _OURS in one.f_code.co_filename]
        self._seen[" < ".join(one.co_qualname for one in ours[:4])] += 1

    def _told(self) -> str:
        return "; ".join(
            f"{count} x {where}" for where, count in self._seen.most_common(_PLACES_TOLD)
        )


def _spread(figures: list[float]) -> dict[str, float]:
    """Return the median, the 99th of 100, and the largest."""
    cuts = quantiles(figures, n=100)
    return {"p50": cuts[49], "p99": cuts[98], "max": max(figures)}
