"""Collects the garbage of a process with a window.

Python collects it in whatever thread happens to make the next object. Qt's objects must end in the
thread that they were made in, so none may be found by another one: here garbage is collected by the
thread of the window alone, between two turns of its loop.
"""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager

EVERY_S = 0.5
"""How often it is looked whether there is enough of it, in seconds."""


@contextmanager
def collected_by_nobody() -> Iterator[None]:
    """Collect no garbage but what `collect` does, for as long as the body runs."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


async def collect() -> None:
    """Collect garbage from time to time, as much as Python itself would have, until cancelled."""
    while True:
        await asyncio.sleep(EVERY_S)
        counted = zip(gc.get_count(), gc.get_threshold(), strict=True)
        due = [generation for generation, (count, limit) in enumerate(counted) if count > limit]
        if due:
            gc.collect(due[-1])
