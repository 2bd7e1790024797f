"""One thread for one printer, and a limit on how long anybody waits for its answer."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from counterfoil.ports.printer import NotSent, PrintOutcome, PrintTrouble, Uncertain

_T = TypeVar("_T")


class PrintThread:
    """Runs a printer's blocking work in order, one piece at a time.

    Work that has begun is never stopped half way: when the time limit is over, the outcome is
    reported as uncertain, and the thread goes on.
    """

    def __init__(self, name: str, *, limit_s: float) -> None:
        self._limit_s = limit_s
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._is_closed = False

    async def run(self, work: Callable[[], PrintOutcome]) -> PrintOutcome:
        """Run work in the thread and return its outcome; Uncertain when the time limit is over."""
        return await self._run(work)

    async def look(self, work: Callable[[], PrintTrouble | None]) -> PrintTrouble | None:
        """Run work in the thread that finds out how the printer is, and return what it found."""
        ended = await self._run(work)
        return ended.trouble if isinstance(ended, NotSent | Uncertain) else ended

    async def _run(self, work: Callable[[], _T]) -> _T | NotSent | Uncertain:
        if self._is_closed:
            return NotSent(PrintTrouble.NO_PRINTER)
        running = self._executor.submit(work)
        waiting = asyncio.wrap_future(running)
        # ``wait`` leaves the work alone when the waiting task is cancelled or the time is up.
        await asyncio.wait({waiting}, timeout=self._limit_s)
        if waiting.done():
            return waiting.result()
        if running.cancel():
            return NotSent(PrintTrouble.TIMED_OUT)
        return Uncertain(PrintTrouble.TIMED_OUT)

    def begin(self, work: Callable[[], None], *, within_s: float) -> None:
        """Have work done in its turn, and wait for nothing.

        Where its turn has not come after so many seconds, it is never done.
        """
        if not self._is_closed:
            waiting = self._executor.submit(work)
            _ = asyncio.get_running_loop().call_later(within_s, waiting.cancel)

    async def close(self) -> None:
        """Take no more work; work that has begun still ends."""
        self._is_closed = True
        self._executor.shutdown(wait=False, cancel_futures=True)
