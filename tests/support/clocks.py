"""Clocks and chances that a test holds in its hand."""

import asyncio
import random  # noqa: TID251 - this is the Chance that tests inject
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from typing_extensions import override

from counterfoil.domain.time import Instant
from counterfoil.ports.chance import Chance
from counterfoil.ports.clock import Clock

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

_YIELDS = 20
"""How often other tasks may run before virtual time moves again."""
_GLANCE_S = 0.0005
"""How often it is looked whether what is under way outside has ended, in real time."""


class SteppedClock(Clock):
    """Virtual time: a sleep ends when the test advances the clock past it.

    With ``is_automatic`` time jumps to the earliest sleeper as soon as the other tasks have had
    a few turns, so that a day of retries runs in a moment.
    """

    def __init__(self, start: datetime = START, *, is_automatic: bool = False) -> None:
        self.is_automatic = is_automatic
        self.is_busy: Callable[[], bool] = bool
        """Whether something outside of this clock is under way, a thread or a line: till it has
        ended, time stands still."""
        self.slept: list[float] = []
        """Every wait that was asked for, in seconds."""
        self._wall = start
        self._monotonic_s = 1_000.0
        self._boot_number = 1
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = 0
        self._quiet_turns = 0
        """How many turns have passed since anyone fell asleep or woke."""
        self._turning: asyncio.AbstractEventLoop | None = None
        """The loop in which virtual time runs by itself, while anyone sleeps."""

    @override
    def now(self) -> Instant:
        """Read both virtual clocks."""
        return Instant(
            wall=self._wall, monotonic_s=self._monotonic_s, boot_id=f"boot-{self._boot_number}"
        )

    @property
    def sleepers(self) -> int:
        """How many tasks are waiting for time to pass."""
        return len(self._sleepers)

    @override
    async def sleep(self, seconds: float) -> None:
        """Wait until the clock has been advanced by ``seconds``."""
        self.slept.append(seconds)
        self._order += 1
        self._quiet_turns = 0
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        entry = (self._monotonic_s + max(0.0, seconds), self._order, future)
        self._sleepers.append(entry)
        try:
            if self.is_automatic and self._turning is not loop:
                self._turning = loop
                loop.call_soon(self._turn, loop)
            await future
        finally:
            if entry in self._sleepers:
                self._sleepers.remove(entry)

    async def advance(self, seconds: float) -> None:
        """Move time forward, waking each sleeper at its own moment and letting it run."""
        end_s = self._monotonic_s + seconds
        await self.settle()
        while self._sleepers and min(self._sleepers)[0] <= end_s:
            self._wake(min(self._sleepers))
            await self.settle()
        self._move_to(end_s)

    async def settle(self) -> None:
        """Let every task that can run do so, without moving time."""
        for _ in range(_YIELDS):
            if self.is_busy():
                await self._wait_while_busy()
            await asyncio.sleep(0)

    async def _wait_while_busy(self) -> None:
        while self.is_busy():
            await asyncio.sleep(_GLANCE_S)
            self._quiet_turns = 0

    def shift_wall(self, by: timedelta) -> None:
        """Set the wall clock forward or back, as a person or a time server would."""
        self._wall += by

    def reboot(self, off: timedelta = timedelta(0)) -> None:
        """Start the machine anew after it was off for a while: monotonic time begins again."""
        self._wall += off
        self._monotonic_s = 10.0
        self._boot_number += 1

    def _turn(self, loop: asyncio.AbstractEventLoop) -> None:
        """Count one turn of the loop for all sleepers, and wake the first when it is quiet."""
        if not self._sleepers:
            self._turning = None
        elif self.is_busy():
            self._quiet_turns = 0
            loop.call_later(_GLANCE_S, self._turn, loop)
        else:
            self._quiet_turns += 1
            if self._quiet_turns > _YIELDS:
                self._wake(min(self._sleepers))
            loop.call_soon(self._turn, loop)

    def _wake(self, entry: tuple[float, int, asyncio.Future[None]]) -> None:
        self._sleepers.remove(entry)
        self._quiet_turns = 0
        self._move_to(entry[0])
        if not entry[2].done():
            entry[2].set_result(None)

    def _move_to(self, monotonic_s: float) -> None:
        passed_s = max(0.0, monotonic_s - self._monotonic_s)
        self._wall += timedelta(seconds=passed_s)
        self._monotonic_s += passed_s


class SeededChance(Chance):
    """The same seed gives the same ids and the same jitter."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a test repeats it, nobody guards with it

    @override
    def new_id(self) -> str:
        """Return the next UUID4 of this seed."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    @override
    def jitter(self) -> float:
        """Return the next number of this seed, from 0 up to but not including 1."""
        return self._random.random()
