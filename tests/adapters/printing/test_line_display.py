"""A display of two lines at a serial port, over a terminal that stands for the device."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable

import pytest
from typing_extensions import override

if sys.platform == "win32":
    # Windows has no termios, and the till offers no line display there.
    pytest.skip("this system has no such devices", allow_module_level=True)

from counterfoil.adapters.printing.line_display import SerialLineDisplay
from counterfoil.adapters.printing.receipt_printer import Line, Wire
from counterfoil.adapters.printing.serial_line import SerialLine

BEGIN = b"\x1b@\x1bt\x00"
CLEAR = b"\x0c"
TO_PAY = "To pay", f"{'R19.00':>20}"
SHOWN = CLEAR + b"To pay" + b" " * 28 + b"R19.00"


class Pole:
    """A display at the other end of a terminal."""

    def __init__(self) -> None:
        self._end, self._device = os.openpty()
        self.port = os.ttyname(self._device)

    async def gets(self, count: int) -> bytes:
        """Return what comes until there are so many bytes."""
        got = b""
        while len(got) < count:
            got += await asyncio.wait_for(asyncio.to_thread(os.read, self._end, 4096), 5)
        return got

    def unplug(self) -> None:
        """Be gone."""
        os.close(self._end)
        os.close(self._device)


class Slow(Line, Wire):
    """A line that takes nothing until it is let, and remembers what it took."""

    def __init__(self) -> None:
        self.let = threading.Event()
        self.began = threading.Event()
        self.taken: list[bytes] = []
        self.fails: list[OSError] = []
        self.is_closed = False

    @property
    @override
    def name(self) -> str:
        """Return how it is called."""
        return "slow"

    @override
    def open(self, limit_s: float) -> Wire:
        """Be one's own wire."""
        return self

    @override
    def send(self, data: bytes, limit_s: float) -> int:
        """Take half of it at a time, or fail."""
        self.began.set()
        assert self.let.wait(5)
        if self.fails:
            raise self.fails.pop()
        some = data[: len(data) // 2 + 1]
        self.taken.append(some)
        return len(some)

    @override
    def receive(self, limit_s: float) -> bytes:
        """Never answer."""
        raise TimeoutError

    @override
    def finish(self) -> None:
        """Have nothing to finish."""

    @override
    def close(self) -> None:
        """Be closed, and fail at that."""
        self.is_closed = True
        raise OSError

    @property
    def all_taken(self) -> bytes:
        """Everything that was taken."""
        return b"".join(self.taken)


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for the display's thread."""
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110 - its thread has no event to wait for
            await asyncio.sleep(0.001)


def never() -> None:
    """Be told nothing."""
    raise AssertionError


async def test_two_lines_reach_a_display_and_it_is_empty_at_the_end() -> None:
    """It is set back once; the second line begins below the first, and closing twice is nothing."""
    pole = Pole()
    display = SerialLineDisplay(SerialLine(pole.port, 9600), never)
    display.show(TO_PAY)
    wanted = BEGIN + SHOWN
    assert await pole.gets(len(wanted)) == wanted
    display.show(("Café Ō\x1b@", "Zürich"))
    wanted = CLEAR + "Café ?@".ljust(20).encode("cp437") + "Zürich".encode("cp437")
    assert await pole.gets(len(wanted)) == wanted
    await display.close()
    assert await pole.gets(1) == CLEAR
    display.show(TO_PAY)
    pole.unplug()


async def test_what_waits_for_a_slow_display_is_dropped_for_what_is_newer() -> None:
    """Nobody waits for it, and it ends with the last lines whole."""
    slow = Slow()
    display = SerialLineDisplay(slow, never)
    display.show(TO_PAY)
    assert slow.began.wait(5)
    for number in range(50):
        display.show((f"{number}", ""))
    slow.let.set()
    await until(lambda: slow.all_taken.endswith(CLEAR + b"49"))
    assert slow.all_taken == BEGIN + SHOWN + CLEAR + b"49"
    await display.close()
    await until(lambda: slow.is_closed)


async def test_a_dead_display_is_told_once_until_it_works_again() -> None:
    """Each new text tries again, so that one that is plugged in later shows what is due."""
    told, slow = [], Slow()
    slow.let.set()
    display = SerialLineDisplay(slow, lambda: told.append(len(slow.taken)))
    slow.fails = [OSError(), TimeoutError(), OSError()]
    for _ in range(2):
        display.show(TO_PAY)
        await until(lambda: slow.is_closed)
        slow.is_closed = False
    assert told == [0]
    display.show(TO_PAY)
    await until(lambda: slow.is_closed)
    display.show(TO_PAY)
    await until(lambda: slow.all_taken == BEGIN + SHOWN)
    slow.fails = [OSError()]
    display.show(TO_PAY)
    await until(lambda: len(told) == 2)
    await display.close()


async def test_a_port_that_is_not_there_is_told_and_a_closed_display_tells_nothing() -> None:
    """It was not to be used any more."""
    told: list[int] = []
    display = SerialLineDisplay(SerialLine("/dev/none", 9600), lambda: told.append(1))
    display.show(TO_PAY)
    await until(lambda: told == [1])
    await display.close()
    other = SerialLineDisplay(SerialLine("/dev/none", 9600), never)
    await other.close()
