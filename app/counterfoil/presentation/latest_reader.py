"""One reader for what a page shows, so that two readings never overlap."""

import asyncio
from collections.abc import Awaitable, Callable

from counterfoil.service.tasks import TaskOwner


class LatestReader:
    """Reads one thing at a time; of the requests that come meanwhile, only the last is read.

    ``read`` looks at what is to be shown when it begins, and shows it in one step at its end. So
    results appear in the order of their requests, and the last one shown is the last requested.
    """

    def __init__(self, owner: TaskOwner, read: Callable[[], Awaitable[None]], name: str) -> None:
        self._owner = owner
        self._read = read
        self._name = name
        self._is_stale = False
        self._task: asyncio.Task[None] | None = None

    def ask(self) -> None:
        """Read soon; if a reading is under way, another follows it."""
        _ = self._begin()

    async def fresh(self) -> None:
        """Read all that has happened before this call, and return once it is shown."""
        await asyncio.wait({self._begin()})

    def _begin(self) -> asyncio.Task[None]:
        self._is_stale = True
        if self._task is None or self._task.done():
            self._task = self._owner.spawn(self._read_until_fresh(), self._name)
        return self._task

    async def _read_until_fresh(self) -> None:
        while self._is_stale:
            self._is_stale = False
            await self._read()
