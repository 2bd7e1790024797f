"""One reader for what a page shows, so that no two readings are ever half done at once."""

import asyncio
from collections.abc import Awaitable, Callable

from counterfoil.service.tasks import TaskOwner


class LatestReader:
    """Reads one at a time; a wish that comes while one is read replaces all that wait.

    ``read`` looks at what is wished when it begins, and shows what it found in one step at its
    end. So what began first is shown first, and what is shown last is what was wished last.
    """

    def __init__(self, owner: TaskOwner, read: Callable[[], Awaitable[None]], name: str) -> None:
        self._owner = owner
        self._read = read
        self._name = name
        self._is_stale = False
        self._task: asyncio.Task[None] | None = None

    def ask(self) -> None:
        """Read from now on; what is being read is read once more."""
        _ = self._begin()

    async def fresh(self) -> None:
        """Read from now on, and wait until that is shown."""
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
