"""A second process that says so when the till's window stands still.

The window's loop writes a byte to it every second. While none comes, the process covers the screen
and offers to start the till again. All that the till sends is sent by that same loop, so nothing is
sent meanwhile. The process never touches the journal, and ends with the till.
"""

import asyncio
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO

from counterfoil.adapters.system.logs import describe_failure
from counterfoil.service.tasks import TaskOwner

WATCHDOG = "--watchdog"
"""The first argument of the second process. Then come the number of the till's process, the folder
where it is kept how the window looks, and the arguments of the till."""
BEAT_EVERY_S = 1.0
STILL_AFTER_S = 5.0
"""For how long no byte may come."""
_END_LIMIT_S = 5.0
_LOOK_EVERY_MS = 200
_log = logging.getLogger("counterfoil.till")


@asynccontextmanager
async def watched(
    arguments: Sequence[str] | None, directory: Path, owner: TaskOwner
) -> AsyncIterator[None]:
    """Have a second process watch this loop, for as long as the body runs.

    ``arguments`` are those that the till was started with; None where nobody is to watch. In the
    ``directory`` lies how the window looks. A till that nobody can watch sells all the same.
    """
    process = None
    if arguments is not None:
        of_till = (str(os.getpid()), str(directory))
        process = await asyncio.to_thread(_start, [WATCHDOG, *of_till, *arguments])
    if process is None:
        yield
        return
    beating = owner.spawn(_beat(_pipe(process)), "watchdog")
    try:
        yield
    finally:
        beating.cancel()
        await asyncio.to_thread(_end, process)


def _start(arguments: list[str]) -> subprocess.Popen[bytes] | None:
    try:
        process = subprocess.Popen(  # noqa: S603 - this program itself
            [*_program(), *arguments], stdin=subprocess.PIPE
        )
    except OSError as error:
        _log.warning("nobody watches the window", extra=describe_failure(error))
        return None
    if sys.platform != "win32":
        # One that hangs itself must not make the till wait.
        os.set_blocking(_pipe(process).fileno(), False)
    return process


def _pipe(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdin is not None, "it was asked for"
    return process.stdin


async def _beat(pipe: IO[bytes]) -> None:
    """Write a byte every second, until nobody reads them any more."""
    # Whatever ends the beating ends the watchdog: it must not take this loop for one that hangs.
    with suppress(OSError), pipe:
        while True:
            with suppress(BlockingIOError):  # it has not read for a long time
                os.write(pipe.fileno(), b".")
            await asyncio.sleep(BEAT_EVERY_S)


def _end(process: subprocess.Popen[bytes]) -> None:
    _pipe(process).close()
    try:
        process.wait(_END_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def watch(till: int, look_folder: Path, arguments: Sequence[str]) -> int:
    """Watch the till whose process has this number, until it has ended; return the exit code.

    With ``arguments`` the till is started again, where somebody asks for that.
    """
    beats: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_listen, args=(beats,), daemon=True).start()
    while True:
        try:
            if not beats.get(timeout=STILL_AFTER_S):
                return 0
        except Empty:
            has_ended, is_to_start = _cover(beats, look_folder, lambda: _end_till(till))
            if is_to_start:
                subprocess.Popen(  # noqa: S603 - this program itself
                    [*_program(), *arguments], stdin=subprocess.DEVNULL, start_new_session=True
                )
            if has_ended:
                return 0


def _listen(beats: SimpleQueue[bytes]) -> None:
    """Hand on what the till writes; nothing at all is its end."""
    while beat := os.read(0, 4096):
        beats.put(beat)
    beats.put(b"")


def _cover(
    beats: SimpleQueue[bytes], look_folder: Path, end_till: Callable[[], None]
) -> tuple[bool, bool]:
    """Cover the screens until the till goes on or has ended.

    Returns whether it has ended, and whether somebody asked to start it again.
    """
    from PySide6.QtCore import QEventLoop, QTimer

    from counterfoil.adapters.settings.look_memory import LookMemory, ThemeChoice
    from counterfoil.ui import theme
    from counterfoil.ui.application import make_application
    from counterfoil.ui.still_window import StillWindow

    app, look = make_application(), LookMemory(look_folder).recall()
    theme.apply_theme(app, look.theme or ThemeChoice.SYSTEM, scale=look.text_scale or 1.0)
    seen: list[bytes] = []
    is_to_start = False
    loop = QEventLoop()

    def look_for_beat() -> None:
        with suppress(Empty):
            seen.append(beats.get_nowait())
            timer.stop()
            for window in windows:
                window.hide()
            QTimer.singleShot(0, loop.quit)  # once the screen shows it

    def restart() -> None:
        nonlocal is_to_start
        is_to_start = True
        # The screens stay covered until it has ended: a till that hangs in the disk takes its time.
        end_till()

    # The frozen window may be on any of them, and one may be the customer's.
    windows = [StillWindow(screen) for screen in app.screens()]
    for window in windows:
        window.restart_pressed.connect(restart)
        window.show_over_all()
    timer = QTimer(loop, interval=_LOOK_EVERY_MS)
    timer.timeout.connect(look_for_beat)
    timer.start()
    loop.exec()  # not nested: this process has no other, and no tasks
    for window in windows:
        window.deleteLater()
    return seen == [b""], is_to_start


def _end_till(till: int) -> None:
    """End the till at once, which loses nothing by it."""
    with suppress(ProcessLookupError):
        os.kill(till, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)


def _program() -> list[str]:
    """Return how this program was started, without its arguments."""
    own = len(sys.orig_argv) - (len(sys.argv) - 1)
    return [sys.executable, *sys.orig_argv[1:own]]
