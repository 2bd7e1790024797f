"""Repeats a pass, which does all that is due now, for as long as the till is open."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable

from counterfoil.domain.failures import JournalUnavailableError, RecordUnreadableError
from counterfoil.ports.chance import Chance
from counterfoil.ports.clock import Clock
from counterfoil.service.tasks import TaskOwner

START_SPREAD_S = 30.0
"""Tills that all start after one outage do not all ask at the same moment."""
IDLE_S = 60.0
"""How long a worker sleeps when nothing is due and nobody wakes it."""
_COOL_DOWN_S = 5.0

Pass = Callable[[], Awaitable[float | None]]
"""Does what is due and returns the seconds until more is, or None."""


class Rounds:
    """Makes a pass whenever it is due, or as soon as `nudge` is called."""

    def __init__(self, name: str, *, clock: Clock, chance: Chance, owner: TaskOwner) -> None:
        self._name = name
        self._clock = clock
        self._chance = chance
        self._owner = owner
        self._nudged = asyncio.Event()

    def nudge(self) -> None:
        """Make a pass now, because something may have changed."""
        self._nudged.set()

    async def run(self, one_pass: Pass, on_failure: Callable[[Exception], None]) -> None:
        """Make passes until cancelled.

        ``on_failure`` gets the failure of a pass, and another follows.

        Raises:
            JournalUnavailableError: nothing can be written any more.

        """
        await self._sleep_or_nudge(self._chance.jitter() * START_SPREAD_S)
        while True:
            # Before the pass, so that a nudge in the middle of it is not lost.
            self._nudged.clear()
            try:
                wait_s = await one_pass()
            except RecordUnreadableError as error:
                on_failure(error)
                wait_s = _COOL_DOWN_S
            except JournalUnavailableError:
                raise
            except Exception as error:  # noqa: BLE001 - the fence: one bad pass must not end the loop
                on_failure(error)
                wait_s = _COOL_DOWN_S
            await self._sleep_or_nudge(IDLE_S if wait_s is None else min(wait_s, IDLE_S))

    async def _sleep_or_nudge(self, seconds: float) -> None:
        timer = self._owner.spawn(self._clock.sleep(seconds), f"{self._name} pause")
        nudge = self._owner.spawn(self._nudged.wait(), f"{self._name} nudge")
        try:
            await asyncio.wait({timer, nudge}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            nudge.cancel()


async def run_beside_each_other(rounds: Iterable[Coroutine[None, None, None]]) -> None:
    """Run the rounds of several upstreams at once, so that none waits for another's answer.

    They run until cancelled. A failure that ends one of them ends all, and is raised as it is.
    """
    try:
        async with asyncio.TaskGroup() as group:
            for one in rounds:
                _ = group.create_task(one)
    except ExceptionGroup as ended:
        raise ended.exceptions[0] from None


def raise_first(ends: Iterable[object]) -> None:
    """Raise the first exception among ``ends``, but one of the journal before all others.

    Return if there is none.
    """
    failures = [
        end
        for end in ends
        if isinstance(end, BaseException) and not isinstance(end, asyncio.CancelledError)
    ]
    for failure in failures:
        if isinstance(failure, JournalUnavailableError):
            raise failure
    if failures:
        raise failures[0]
