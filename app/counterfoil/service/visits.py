"""Serves the commands that come in through the local door; a closing till waits for them."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from counterfoil.ports.clock import Clock
from counterfoil.service.tasks import TaskOwner, wait_at_most

VISITS_MAX = 8
"""How many are there at once; what they read last counts, too, until they have read it."""


Work = Callable[[], Coroutine[Any, Any, None]]


class Visit(Protocol):
    """One command line that is connected to the open till, with one command."""

    async def hear(self) -> Work | None:
        """Read the command; return what carries it out, or None where that cannot be done."""
        ...

    def refuse(self) -> None:
        """Answer that nothing is done for this visitor."""
        ...

    async def end(self) -> None:
        """Close, once the visitor has read the whole answer."""
        ...

    def break_off(self) -> None:
        """Close at once."""
        ...


class Visits:
    """Serves the visitors of an open till, a limited number at once."""

    def __init__(self, owner: TaskOwner, clock: Clock) -> None:
        self._owner = owner
        self._clock = clock
        self._count = 0
        self._under_way: set[asyncio.Task[None]] = set()
        self._is_over = False
        self.on_done: list[Callable[[], None]] = []
        """What is called once a command has been carried out."""

    @property
    def is_under_way(self) -> bool:
        """Whether a command is being carried out."""
        return bool(self._under_way)

    async def attend(self, visit: Visit) -> None:
        """Serve one visitor to the end, or refuse them where there are too many."""
        self._count += 1
        try:
            if self._is_over or self._count > VISITS_MAX:
                visit.refuse()
            elif (work := await visit.hear()) is not None:
                await self._carry_out(visit, work)
            await visit.end()
        finally:
            self._count -= 1
            visit.break_off()

    async def _carry_out(self, visit: Visit, work: Work) -> None:
        if self._is_over:  # since it was heard
            visit.refuse()
            return
        task = self._owner.spawn(work(), "visit", is_awaited=True)
        self._under_way.add(task)
        task.add_done_callback(self._done)
        await task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():  # or the till is closing
            for call in self.on_done:
                call()

    async def finish(self, limit_s: float) -> None:
        """Begin nothing more; wait for the commands under way, for ``limit_s`` seconds at most."""
        self._is_over = True
        await wait_at_most(limit_s, self._under_way, owner=self._owner, clock=self._clock)
