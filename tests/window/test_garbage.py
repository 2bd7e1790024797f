"""The garbage of a window's process is collected by the thread that Qt's objects belong to."""

import asyncio
import gc
from threading import get_ident

import pytest
from PySide6.QtWidgets import QApplication

from counterfoil.desktop import run_on_qt_loop


def make_garbage() -> None:
    """Make more circles than any generation waits for."""
    for _ in range(50_000):
        circle: list[object] = []
        circle.append(circle)


def test_what_a_thread_leaves_is_collected_by_the_window_s_own(qapp: QApplication) -> None:
    """Qt's objects must end in the thread that they were made in, also those found by the way."""
    collectors: list[int] = []

    async def work() -> int:
        collected = asyncio.Event()

        def note(phase: str, _: object) -> None:
            if phase == "stop":
                collectors.append(get_ident())
                collected.set()

        gc.callbacks.append(note)
        await asyncio.to_thread(make_garbage)
        await collected.wait()
        gc.callbacks.remove(note)
        return 0

    gc.enable()
    assert run_on_qt_loop(qapp, work) == 0
    assert set(collectors) == {get_ident()}


@pytest.mark.parametrize("was_enabled", [True, False])
def test_garbage_is_collected_as_before_once_the_window_has_closed(
    qapp: QApplication, was_enabled: bool
) -> None:
    """What runs after the window is not the window's to arrange."""

    async def work() -> int:
        return 0

    (gc.enable if was_enabled else gc.disable)()
    assert run_on_qt_loop(qapp, work) == 0
    assert gc.isenabled() is was_enabled
    gc.disable()
