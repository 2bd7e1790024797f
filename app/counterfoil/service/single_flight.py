"""One piece of work at a time for each name; a second caller waits for the one under way."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

from counterfoil.ports.clock import Clock
from counterfoil.service.tasks import TaskOwner, wait_at_most

Result = TypeVar("Result")


class SingleFlight(Generic[Result]):
    """Runs named work, which goes on when those who wait for it stop waiting.

    A failure is raised to those who wait; if nobody does, the owner of tasks reports it.
    """

    def __init__(self, name: str, *, owner: TaskOwner, clock: Clock) -> None:
        self._name = name
        self._owner = owner
        self._clock = clock
        self._tasks: dict[str, asyncio.Task[Result]] = {}
        self._waited_for: set[asyncio.Task[Result]] = set()

    @property
    def under_way(self) -> frozenset[str]:
        """The names of the work that has begun and not ended."""
        return frozenset(self._running())

    async def join(self, name: str, begin: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        """Wait for the result of the work with this name; begin it unless it is under way."""
        task = self._begin(name, begin)
        try:
            return await asyncio.shield(task)
        finally:
            self._leave(task)

    async def join_within(
        self, name: str, begin: Callable[[], Coroutine[Any, Any, Result]], limit_s: float
    ) -> Result | None:
        """Like `join`, for at most ``limit_s`` seconds; None if the work then still goes on."""
        task = self._begin(name, begin)
        try:
            await wait_at_most(limit_s, (task,), owner=self._owner, clock=self._clock)
        finally:
            self._leave(task)
        return task.result() if task.done() else None

    async def finish(self, limit_s: float) -> None:
        """Wait until all work under way has ended, but at most ``limit_s`` seconds.

        A second call does not wait again for what the first has given up.
        """
        tasks = set(self._running().values()) - self._waited_for
        self._waited_for |= tasks
        await wait_at_most(limit_s, tasks, owner=self._owner, clock=self._clock)

    def _begin(
        self, name: str, begin: Callable[[], Coroutine[Any, Any, Result]]
    ) -> asyncio.Task[Result]:
        self._tasks = self._running()
        if name not in self._tasks:
            work = self._owner.spawn(begin(), f"{self._name} {name}", is_awaited=True)
            self._tasks[name] = work
        return self._tasks[name]

    def _running(self) -> dict[str, asyncio.Task[Result]]:
        """Return what is under way.

        What has ended is left out here and not by a callback: one that found no memory would keep
        it for ever, and whoever wants it again would join it and never hear anything new.
        """
        return {name: task for name, task in self._tasks.items() if not task.done()}

    def _leave(self, task: asyncio.Task[Result]) -> None:
        """Let the owner of tasks report what fails once nobody waits for it any more."""
        if not task.done():
            _ = self._owner.spawn(_outcome(task), f"{task.get_name()} in the background")


async def _outcome(task: asyncio.Task[Any]) -> None:
    """Fail as the task fails, without owning it."""
    await asyncio.shield(task)
