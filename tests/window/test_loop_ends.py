"""A loop of Qt that is closed leaves nothing behind for another thread to trip over."""

import asyncio
import gc
from collections.abc import Callable
from threading import Thread

import pytest
from PySide6.QtWidgets import QApplication


def wait_in_vain(make_loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    """Run a loop whose last wait ends long before its limit, and close it."""

    async def wait() -> None:
        happened = asyncio.Event()
        asyncio.get_running_loop().call_soon(happened.set)
        _ = await asyncio.wait_for(happened.wait(), 60)

    loop = make_loop()
    loop.run_until_complete(wait())
    loop.close()


def test_a_closed_loop_can_be_collected_by_any_thread(
    qapp: QApplication, request: pytest.FixtureRequest
) -> None:
    """Qt warns of timers that are ended elsewhere, which fails the test, or ends the process."""
    factories = request.config.hook.pytest_asyncio_loop_factories(
        config=request.config, item=request.node
    )
    gc.collect()  # what other tests left is theirs
    wait_in_vain(factories["qt"])
    thread = Thread(target=gc.collect)
    thread.start()
    thread.join()
