"""A second process that says so when the till's window stands still.

The window's loop writes a byte to it every second. While none comes, the process covers the screen
and offers to start the till again. All that the till sends is sent by that same loop, so nothing is
sent meanwhile. The process never touches the journal, and ends with the till.
"""

import asyncio
import faulthandler
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO

from counterfoil.adapters.system.logs import describe_failure, opened_private
from counterfoil.service.tasks import TaskOwner

WATCHDOG = "--watchdog"
"""The first argument of the second process; the next is the folder in which the look of the till's
window is kept, and all others are those of the till."""
BEAT_EVERY_S = 1.0
STILL_AFTER_S = 5.0
"""For how long no byte may come."""
STACKS_NAME = "stood-still.txt"
"""Which lines of the program were at work when the loop stood still; never their values."""
_STACKS_BYTES_MAX = 64 * 1024
_END_LIMIT_S = 5.0
_LOOK_EVERY_MS = 200
_log = logging.getLogger("counterfoil.till")
_GOES_ON, _HAS_ENDED, _IS_TO_RESTART = range(3)


@asynccontextmanager
async def watched(
    arguments: Sequence[str] | None, directory: Path, owner: TaskOwner
) -> AsyncIterator[None]:
    """Have a second process watch this loop, for as long as the body runs.

    ``arguments`` are those that the till was started with; None where nobody is to watch. Where it
    stood still is written into a file in the till's ``directory``. A till that nobody can watch
    sells all the same.
    """
    process = None
    if arguments is not None:
        process = await asyncio.to_thread(_start, [WATCHDOG, str(directory), *arguments])
    if process is None:
        yield
        return
    beating = owner.spawn(_beat(_pipe(process).fileno(), directory / STACKS_NAME), "watchdog")
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


async def _beat(pipe: int, stacks: Path) -> None:
    """Write a byte every second, until nobody reads them any more."""
    try:
        with opened_private(stacks) as file:
            if file.tell() > _STACKS_BYTES_MAX:
                file.truncate(0)
            while True:
                faulthandler.dump_traceback_later(STILL_AFTER_S, file=file)
                with suppress(BlockingIOError):  # it has not read for a long time
                    os.write(pipe, b".")
                await asyncio.sleep(BEAT_EVERY_S)
    except OSError as error:
        _log.warning("nobody watches the window any more", extra=describe_failure(error))
    finally:
        faulthandler.cancel_dump_traceback_later()


def _end(process: subprocess.Popen[bytes]) -> None:
    _pipe(process).close()
    try:
        process.wait(_END_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def watch(look_folder: Path, arguments: Sequence[str]) -> int:
    """Watch the till that started this process, until it has ended; return the exit code.

    With ``arguments`` the till is started again, where somebody asks for that.
    """
    till = os.getppid()
    beats: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_listen, args=(beats,), daemon=True).start()
    while True:
        try:
            if not beats.get(timeout=STILL_AFTER_S):
                return 0
        except Empty:
            seen = _cover(beats, look_folder)
            if seen == _HAS_ENDED:
                return 0
            if seen == _IS_TO_RESTART:
                return _start_again(till, beats, arguments)


def _listen(beats: SimpleQueue[bytes]) -> None:
    """Hand on what the till writes; nothing at all is its end."""
    while beat := os.read(0, 4096):
        beats.put(beat)
    beats.put(b"")


def _cover(beats: SimpleQueue[bytes], look_folder: Path) -> int:
    """Cover the screen until the till goes on, has ended, or is to be started again."""
    from PySide6.QtCore import QEventLoop, QTimer

    from counterfoil.adapters.settings.look_memory import LookMemory, ThemeChoice
    from counterfoil.ui import theme
    from counterfoil.ui.application import make_application
    from counterfoil.ui.still_window import StillWindow

    app, look = make_application(), LookMemory(look_folder).recall()
    theme.apply_theme(app, look.theme or ThemeChoice.SYSTEM, scale=look.text_scale or 1.0)
    loop, window = QEventLoop(), StillWindow()

    def look_for_beat() -> None:
        try:
            loop.exit(_GOES_ON if beats.get_nowait() else _HAS_ENDED)
        except Empty:
            return

    window.restart_pressed.connect(lambda: loop.exit(_IS_TO_RESTART))
    timer = QTimer(window, interval=_LOOK_EVERY_MS)
    timer.timeout.connect(look_for_beat)
    timer.start()
    window.showFullScreen()
    window.activateWindow()
    seen = loop.exec()  # not nested: there is no other
    timer.stop()
    window.hide()
    window.deleteLater()
    return seen


def _start_again(till: int, beats: SimpleQueue[bytes], arguments: Sequence[str]) -> int:
    """End the till, which loses nothing by it, and start another in its place."""
    os.kill(till, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    try:
        while beats.get(timeout=_END_LIMIT_S):
            pass
    except Empty:
        return 1
    subprocess.Popen(  # noqa: S603 - this program itself
        [*_program(), *arguments], stdin=subprocess.DEVNULL, start_new_session=True
    )
    return 0


def _program() -> list[str]:
    """Return how this program was started, without its arguments."""
    own = len(sys.orig_argv) - (len(sys.argv) - 1)
    return [sys.executable, *sys.orig_argv[1:own]]
