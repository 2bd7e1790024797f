"""What the till runs on: a loop whose time is virtual, a clock that people set, and its power.

A day passes in the time that its events take: whenever nothing can run, time jumps to the next
timer. The loop opens no file and no socket, and runs what was meant for a thread at once, so that
a seed always leads to the same run.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from typing_extensions import override

from counterfoil.domain.time import Instant
from counterfoil.ports.clock import Clock
from support.clocks import START

_RESOLUTION_S = 1e-9
_MOMENT_S = 1e-6
_BOOT_TOOK_S = 10.0
_TURNS_MAX = 20_000
"""So often the loop may turn in one moment; a seed takes some hundreds."""


class StuckError(AssertionError):
    """Nothing can run and no timer is set: somebody waits for ever."""


class PowerCut(BaseException):
    """The machine is off: what is called does nothing, and no `except Exception` helps."""


class VirtualLoop(asyncio.BaseEventLoop):
    """A loop that never waits; `time` is the true time of the world, in seconds."""

    def __init__(self) -> None:
        super().__init__()
        self._now_s = 0.0
        self._clock_resolution = _RESOLUTION_S
        self._selector = self
        self._turns = 0

    @override
    def time(self) -> float:
        return self._now_s

    def select(self, timeout: float | None) -> list[object]:
        """Let the time pass until the next timer."""
        if timeout is None:
            raise StuckError("nothing can run and no timer is set")
        self._turns = 0 if timeout > 0 else self._turns + 1
        if self._turns > _TURNS_MAX:
            raise StuckError("it works on and on, and no time passes")
        if timeout > 0:
            # A little more, as real time would: a wait that ends too early is waited for anew.
            self._now_s += timeout + _MOMENT_S
        return []

    def _process_events(self, event_list: list[object]) -> None:
        """Do nothing: there are no files."""

    @override
    def call_soon_threadsafe(  # type: ignore[override]  # the loop has one thread, and no types
        self, callback: Any, *args: Any, context: Any = None
    ) -> Any:
        return self.call_soon(callback, *args, context=context)

    @override
    def run_in_executor(  # type: ignore[override]  # what any thread would return
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> Any:
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - it belongs to whoever awaits the future
            future.set_exception(error)
        return future


class Machine:
    """A computer that may lose its power at any boundary between the till and the world."""

    def __init__(self) -> None:
        self.is_on = True
        self.boots = 0
        self.cuts: Counter[str] = Counter()
        """At which boundaries the power failed."""
        self._left: int | None = None
        self._died: asyncio.Future[None] | None = None

    def start(self, cut_after: int | None) -> asyncio.Future[None]:
        """Switch on; ``cut_after`` is how many boundaries are passed before the power fails."""
        self.is_on, self._left = True, cut_after
        self.boots += 1
        self._died = asyncio.get_running_loop().create_future()
        return self._died

    def boundary(self, name: str) -> None:
        """Pass a boundary, if there is power; it may fail just here."""
        if not self.is_on:
            raise PowerCut
        if self._left is None:
            return
        self._left -= 1
        if self._left < 0:
            self.cuts[name] += 1
            self.cut()
            raise PowerCut

    def doom(self, cut_after: int) -> None:
        """Let the power fail once so many boundaries are passed from now on."""
        self._left = cut_after

    def be_spared(self) -> None:
        """Let the power not fail any more."""
        self._left = None

    def cut(self) -> None:
        """Cut the power."""
        self.is_on = False
        if self._died is not None and not self._died.done():
            self._died.set_result(None)


class MachineClock(Clock):
    """The machine's two clocks: one that people set, and one that begins anew at each boot."""

    def __init__(self, loop: asyncio.AbstractEventLoop, machine: Machine) -> None:
        self._loop = loop
        self._machine = machine
        self._shift = timedelta(0)
        self._booted_s = -1_000.0

    @override
    def now(self) -> Instant:
        """Read both clocks."""
        true_s = self._loop.time()
        return Instant(
            wall=START + timedelta(seconds=true_s) + self._shift,
            monotonic_s=true_s - self._booted_s,
            boot_id=f"boot-{self._machine.boots}",
        )

    @override
    async def sleep(self, seconds: float) -> None:
        """Wait for virtual time to pass."""
        await asyncio.sleep(max(0.0, seconds))

    def boot(self) -> None:
        """Begin monotonic time anew."""
        self._booted_s = self._loop.time() - _BOOT_TOOK_S

    def shift(self, by: timedelta) -> None:
        """Set the wall clock."""
        self._shift += by
