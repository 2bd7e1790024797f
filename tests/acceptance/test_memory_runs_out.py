"""Memory runs out at any line of the engine: no state is left in part, and a restart finds it.

The provider is another machine, whose memory is its own: what it calls of the engine's types never
runs out.
"""

import asyncio
import gc
import os
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import counterfoil
from counterfoil import garbage
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.states import OPEN, RedemptionState
from counterfoil.domain.verdict import ChangeVoucher
from counterfoil.service.recovery import recover
from support import model_provider
from support.canary import CANARY_PIN
from support.clocks import SteppedClock
from support.model_provider import Fate, ModelProvider
from support.till import WatchedJournal, intent, open_till

S = RedemptionState
PROVIDER = model_provider.__file__
ENGINE = tuple(str(Path(counterfoil.__file__).parent / layer) for layer in ("domain", "service"))
Trace = Callable[[FrameType, str, Any], Any]


class Shortage:
    """Lets the n-th line of the engine find no memory, once."""

    def __init__(self, at_line: int | None) -> None:
        self.at_line = at_line
        self.lines = 0
        self.has_come = False

    @contextmanager
    def on_the_way(self) -> Iterator[None]:
        """Count the lines of the body, or until memory ran out.

        No garbage is collected meanwhile: a frame of another test that was measured ends the
        tracing of this thread when it is closed.
        """
        before = sys.gettrace()
        with garbage.collected_by_nobody():
            sys.settrace(self._calls)
            try:
                yield
            finally:
                sys.settrace(before)

    def _calls(self, frame: FrameType, event: str, argument: Any) -> Trace | None:
        del event, argument
        is_engine = frame.f_code.co_filename.startswith(ENGINE)
        return self._lines if is_engine and not _is_called_by_the_provider(frame) else None

    def _lines(self, frame: FrameType, event: str, argument: Any) -> Trace | None:
        del frame, argument
        if event == "line":
            self.lines += 1
            if self.lines == self.at_line:
                self.has_come = True
                raise MemoryError
        return self._lines


def _is_called_by_the_provider(frame: FrameType) -> bool:
    caller = frame.f_back
    while caller is not None and caller.f_code.co_filename != PROVIDER:
        caller = caller.f_back
    return caller is not None


async def one_day(at_line: int | None, fates: list[Fate]) -> Shortage:
    """Redeem a voucher with a shortage on the way, restart, let it be decided, and compare."""
    clock = SteppedClock(is_automatic=True)
    provider = ModelProvider(clock, vouchers={CANARY_PIN: 5000})
    provider.fates.extend(fates)
    journal = WatchedJournal()
    shortage = Shortage(at_line)
    # What the loop says of callbacks that found no memory is not what is tried here.
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    async with open_till(provider, journal=journal, clock=clock) as till:
        # It takes a moment: the limit is for one that asks for ever about what has ended.
        with suppress(MemoryError), shortage.on_the_way():
            async with asyncio.timeout(20):
                await till.redeemer.redeem(intent())
    provider.true_s += clock.now().monotonic_s - 10.0 + 60
    clock.reboot(off=timedelta(minutes=1))
    journal = journal.reopened()
    async with open_till(provider, journal=journal, clock=clock) as till:
        await recover(journal, clock)
        for _ in range(20):
            await till.resolver.resolve_due(is_everything_due=True)
        for found in await journal.history(10):
            _compare(found, provider, await journal.change(found.id))
        assert set(provider.debits) <= {found.id for found in await journal.history(10)}
    return shortage


def _compare(found: Redemption, provider: ModelProvider, change: ChangeVoucher | None) -> None:
    debits = provider.debits.get(found.id, [])
    assert found.state not in OPEN, found.state
    assert len(debits) <= 1
    assert bool(debits) is (found.state in {S.FINAL, S.UNCLAIMED}), found.state
    if debits:
        assert change == provider.replacements[found.id]


STORIES = {
    "a plain day": [],
    "a lost answer": [Fate.LOST_AFTER],
    "a conflict": [Fate.LATE, Fate.CONFLICT],
}
STRIDE = int(os.environ.get("COUNTERFOIL_MEMORY_STRIDE", "9"))
"""Each story tries one line in so many, each other ones: much of the engine is in all three."""


@pytest.mark.many_runs
@pytest.mark.timeout(180)  # every line of the engine is traced
@pytest.mark.fault("P6")
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.parametrize("story", STORIES)
def test_wherever_memory_runs_out_nothing_is_lost(story: str) -> None:
    """P6: every commit is whole or not there, whatever line could not go on."""
    whole = asyncio.run(one_day(None, STORIES[story]))
    assert whole.lines > 300, "the engine is traced"
    first = 1 + list(STORIES).index(story) % STRIDE
    for at_line in range(first, whole.lines + 1, STRIDE):
        assert asyncio.run(one_day(at_line, STORIES[story])).has_come, at_line
    # What was never awaited is collected here, where that is expected, and not in another test.
    gc.collect()


def test_garbage_of_another_test_does_not_end_the_tracing() -> None:
    """Coverage marks each frame that it measured, and stops what traces when it meets one later."""

    def measured() -> Generator[None]:
        with suppress(GeneratorExit):
            yield

    def stop_tracing(*_: object) -> None:
        sys.settrace(None)

    def leave_garbage() -> None:
        left: Any = measured()
        next(left)
        left.gi_frame.f_trace = stop_tracing
        ring: list[object] = [left]
        ring.append(ring)

    with Shortage(None).on_the_way():
        leave_garbage()
        assert [[] for _ in range(2000)], "Python would look for garbage now"
        assert sys.gettrace() is not None
    gc.collect()
