"""How late a loop is, what it was doing then, and how much of that was its own work.

Run as a program it is a loop that does nothing but tick.
"""

import asyncio
import gc
import json
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
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
    looked for. ``stolen_ms`` is what the host of this machine gave to others meanwhile, in steps of
    10 ms for each processor. What is missing to the time by which it came late went to other
    programs, or to the disk. ``at_s`` is when it came, by the clock of all programs.
    """

    at_s: float
    late_ms: float
    ours_ms: float
    all_ms: float
    garbage_ms: float
    stolen_ms: float
    during: str
    doing: str
    where: str
    """What of ours ran while it was overdue, and for how many ms, the longest first.

    What other threads did at each look stands behind a bar.
    """


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
    _looked_s: float = 0.0
    _garbage_s: float = 0.0

    async def run(self) -> None:
        """Tick until cancelled."""
        with self._watched():
            while True:
                stolen_ms = _stolen_ms()
                began_s, ours_s, all_s = (
                    time.perf_counter(),
                    time.thread_time(),
                    time.process_time(),
                )
                self._seen.clear()
                self._looked_s = began_s + EVERY_S
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
                            at_s=time.perf_counter(),
                            late_ms=late_ms,
                            ours_ms=ours_ms,
                            all_ms=(time.process_time() - all_s) * 1000,
                            garbage_ms=self._garbage_s * 1000,
                            stolen_ms=_stolen_ms() - stolen_ms,
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
        """Add the time since the last look to what runs now, with what other threads do."""
        now_s, own = time.perf_counter(), threading.get_ident()
        others = (one for ident, one in sys._current_frames().items() if ident != own)
        places = sorted({place for one in others if (place := _place(one, 1))})
        where = " | ".join([_place(frame, 4), *places])
        self._seen[where] += round((now_s - self._looked_s) * 1000)
        self._looked_s = now_s

    def _told(self) -> str:
        return "; ".join(f"{ms} ms {where}" for where, ms in self._seen.most_common(_PLACES_TOLD))


def _stolen_ms() -> float:
    """Return how long other machines of the same host had this one's processors, all together."""
    total = Path("/proc/stat").read_text(encoding="ascii").partition("\n")[0].split()
    return int(total[8]) * 1000 / os.sysconf("SC_CLK_TCK")


def _place(frame: FrameType | None, depth: int) -> str:
    """Return the innermost functions of the program that a thread is in."""
    stack = (one for one, _ in traceback.walk_stack(frame))
    ours = [one.f_code for one in stack if _OURS in one.f_code.co_filename]
    return " < ".join(one.co_qualname for one in ours[:depth])


@contextmanager
def bare_loop(ticks: list[tuple[float, float]]) -> Iterator[None]:
    """Let a loop of a program that does nothing else tick beside what is measured.

    Afterwards ``ticks`` has when each came, by the clock of all programs, and by how many ms late.
    """
    with subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield
        finally:
            told, _ = process.communicate("")
            ticks += [(at_s, late_ms) for at_s, late_ms in json.loads(told)]


async def _tick_alone() -> None:
    """Tick until the input ends, and say when each tick came and how late."""
    ticks: list[tuple[float, float]] = []
    over = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    while not over.done():
        began_s = time.perf_counter()
        await asyncio.sleep(EVERY_S)
        now_s = time.perf_counter()
        ticks.append((now_s, (now_s - began_s - EVERY_S) * 1000))
    print(json.dumps(ticks))


def _spread(figures: list[float]) -> dict[str, float]:
    """Return the median, the 99th of 100, and the largest."""
    cuts = quantiles(figures, n=100)
    return {"p50": cuts[49], "p99": cuts[98], "max": max(figures)}


if __name__ == "__main__":
    asyncio.run(_tick_alone())
