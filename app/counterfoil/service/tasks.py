"""One owner for every task, so that none is lost and all end with the till."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from types import TracebackType
from typing import Any, Self, TypeVar

from counterfoil.ports.clock import Clock

Result = TypeVar("Result")


class TaskOwner:
    """Starts named tasks, reports what fails in them, and ends them when the till closes.

    ``on_failure`` gets each exception of a task that nobody awaits; it must not raise.
    """

    def __init__(self, on_failure: Callable[[str, Exception], None]) -> None:
        self._on_failure = on_failure
        # In the order of their start, so that what ends together ends in one order.
        self._tasks: dict[asyncio.Task[Any], None] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.cancel_all()

    def spawn(
        self, work: Coroutine[Any, Any, Result], name: str, *, is_awaited: bool = False
    ) -> asyncio.Task[Result]:
        """Start ``work``.

        With ``is_awaited`` its failure is raised only where the task is awaited.
        """
        loop = asyncio.get_running_loop()
        # In one step: where memory runs out right after, what has begun is owned, and ends with us.
        self._tasks[task := loop.create_task(work, name=name)] = None
        task.add_done_callback(lambda done: self._ended(done, is_awaited=is_awaited))
        return task

    def _ended(self, task: asyncio.Task[Any], *, is_awaited: bool) -> None:
        self._tasks.pop(task, None)
        if task.cancelled():
            return
        error = task.exception()
        if isinstance(error, Exception) and not is_awaited:
            self._on_failure(task.get_name(), error)

    async def cancel_all(self) -> None:
        """Cancel what still runs and wait until all of it has ended."""
        # One that has ended and could not be taken off the list must not be waited for again.
        while running := [task for task in self._tasks if not task.done()]:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)


async def wait_at_most(
    limit_s: float, tasks: Iterable[asyncio.Task[Any]], *, owner: TaskOwner, clock: Clock
) -> None:
    """Wait until all tasks have ended, or for ``limit_s`` seconds; none of them is cancelled."""
    running = {task for task in tasks if not task.done()}
    if not running:
        return
    timer = owner.spawn(clock.sleep(limit_s), "limit")
    try:
        while running and not timer.done():
            await asyncio.wait({*running, timer}, return_when=asyncio.FIRST_COMPLETED)
            running = {task for task in running if not task.done()}
    finally:
        timer.cancel()
