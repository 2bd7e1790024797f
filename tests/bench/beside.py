"""Something that goes on beside what is measured."""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

PAUSE_S = 0.02
"""So often something short is done beside what is measured."""


@asynccontextmanager
async def beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Carry out work that never ends, until the block does."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(work)
        try:
            yield
        finally:
            _ = task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@asynccontextmanager
async def ticking(late: list[float]) -> AsyncIterator[None]:
    """Note by how many milliseconds the loop is late."""

    async def tick() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(PAUSE_S)
            late.append((time.perf_counter() - began - PAUSE_S) * 1000)

    async with beside(tick()):
        yield
