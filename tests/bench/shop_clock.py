"""A clock on which a day of the shop passes in minutes, in a program that is really running."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from typing_extensions import override

from counterfoil.domain.time import Instant
from counterfoil.ports.clock import Clock


class ShopClock(Clock):
    """Runs ``speed`` times as fast as real time, jumps ahead when told, and may be asleep.

    Who waits counts the time in which the machine is awake; both clocks also count its sleep.
    """

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._begun_s = time.perf_counter()
        self._begun = datetime.now(UTC)
        self._skipped_s = 0.0
        self._asleep_s = 0.0
        self._set_s = 0.0
        """How far somebody has set the wall clock."""
        self._sleepers: set[asyncio.Future[None]] = set()

    @property
    def awake_s(self) -> float:
        """For how many seconds the shop's machine has been awake."""
        return (time.perf_counter() - self._begun_s) * self._speed + self._skipped_s

    @property
    def ahead_s(self) -> float:
        """How many seconds the shop's wall clock is ahead of that of this machine."""
        return (self.now().wall - datetime.now(UTC)).total_seconds()

    @override
    def now(self) -> Instant:
        """Read both clocks of the shop."""
        passed_s = self.awake_s + self._asleep_s
        return Instant(
            wall=self._begun + timedelta(seconds=passed_s + self._set_s),
            monotonic_s=1_000.0 + passed_s,
            boot_id="shop",
        )

    @override
    async def sleep(self, seconds: float) -> None:
        """Wait until the shop's machine has been awake for ``seconds``."""
        due_s = self.awake_s + seconds
        await asyncio.sleep(0)
        loop = asyncio.get_running_loop()
        while (left_s := due_s - self.awake_s) > 0:
            woken: asyncio.Future[None] = loop.create_future()
            timer = loop.call_later(left_s / self._speed, _wake, woken)
            self._sleepers.add(woken)
            try:
                await woken
            finally:
                timer.cancel()
                self._sleepers.discard(woken)

    def skip_to(self, awake_s: float) -> None:
        """Let time pass at once, until the machine has been awake for so long."""
        self._skipped_s += max(0.0, awake_s - self.awake_s)
        for one in self._sleepers:
            _wake(one)

    def fall_asleep(self, seconds: float) -> None:
        """Let the machine sleep: both clocks go on, and nobody who waits is woken."""
        self._asleep_s += seconds

    def set_wall(self, seconds: float) -> None:
        """Set the wall clock forward, or back, as a time server does."""
        self._set_s += seconds


def _wake(sleeper: "asyncio.Future[None]") -> None:
    if not sleeper.done():
        sleeper.set_result(None)
