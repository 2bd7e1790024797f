"""What it takes to tell an upstream what it is owed, with a journal on the disk and no window."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from typing_extensions import override

from bench.measuring import Row
from counterfoil.adapters.settings.till_settings import NoPrinter, TillSettings
from counterfoil.adapters.system.clock import SystemClock
from counterfoil.bootstrap import Parts, Till, assemble
from counterfoil.domain import forwarding
from counterfoil.domain.advice import Advice, AdviceVerdict
from counterfoil.domain.secret import Secret
from counterfoil.service import token_bucket
from counterfoil.service.forwarder import AT_ONCE_MAX
from counterfoil.service.recovery import Recovered
from support.advised import ACKNOWLEDGED, ADVISED_VOUCHER, AdvisedScriptedGateway
from support.journals import opened
from support.till import approved, intent

_LATENCY_S = 0.05
_OWED = 1_000
_TIMES = 25


class _Upstream(AdvisedScriptedGateway):
    """Approves at once, and acknowledges an advice after ``latency_s``."""

    latency_s = _LATENCY_S

    @override
    async def advise(self, advice: Advice, body: Secret) -> AdviceVerdict:
        for noted in (self.asks, self.composed):  # not the till's memory
            noted.clear()
        await asyncio.sleep(self.latency_s)
        return ACKNOWLEDGED


async def rows() -> list[Row]:
    """Measure a redemption with none and with many owed, and then how fast those are told."""
    with TemporaryDirectory() as folder:
        async with (
            open_bench_till(Path(folder) / "none") as free,
            open_bench_till(Path(folder) / "many") as till,
        ):
            for number in range(_OWED):
                await redeem_one(till, 1_000 + number)
            none, many = await _redemptions_ms(free, till)
            owed, taken_ms = await _drain_ms(till)
    floor_ms = owed * _LATENCY_S * 1000 / AT_ONCE_MAX
    return [
        Row(what=f"a redemption behind {_OWED}", floor=none, ours=many, goal=1.2),
        Row(what=f"a drain of {owed}", floor=floor_ms, ours=taken_ms, goal=1 / 0.85),
    ]


@asynccontextmanager
async def open_bench_till(folder: Path, latency_s: float = _LATENCY_S) -> AsyncIterator[Till]:
    """Open a till without a window in a new folder, at an upstream that approves at once."""
    # No limit of a shop stands in the way, neither of what leaves in a second nor of what is owed.
    vars(token_bucket)["TOKENS_MAX"] = vars(token_bucket)["TOKENS_PER_S"] = 1e9
    vars(forwarding)["RED_COUNT"] = 10 * _OWED
    folder.mkdir()
    gateway = _Upstream(otherwise=approved())
    gateway.latency_s = latency_s
    async with AsyncExitStack() as stack:
        journal = await stack.enter_async_context(opened(folder))
        parts = Parts(
            settings=TillSettings(printer=NoPrinter()),
            directory=folder,
            journal=journal,
            vault=journal.vault,
            clock=SystemClock(),
            gateways={gateway.upstream: gateway},
            recovered=Recovered((), ()),
        )
        yield await assemble(stack, parts)


async def redeem_one(till: Till, number: int) -> None:
    """Redeem the voucher of this number."""
    wanted = intent(pin=f"{number:016d}", voucher_type=ADVISED_VOUCHER)
    _ = await till.engine.redeemer.redeem(wanted)


async def _redemptions_ms(free: Till, behind: Till) -> tuple[float, float]:
    """Return the medians at both tills, measured in turn: a machine is not always as fast."""
    taken: tuple[list[float], list[float]] = [], []
    for number in range(5_000, 5_000 + _TIMES):
        for till, times in zip((free, behind), taken, strict=True):
            if till is free:  # as calm after each as before the first
                await till.engine.forwarder.forward_due()
            began = time.perf_counter()
            await redeem_one(till, number)
            times.append((time.perf_counter() - began) * 1000)
    return median(taken[0]), median(taken[1])


async def _drain_ms(till: Till) -> tuple[int, float]:
    """Return how much was owed, and how long it took to tell it all."""
    (standing,) = await till.engine.forwarder.standings()
    began = time.perf_counter()
    await till.engine.forwarder.forward_due()
    taken_ms = (time.perf_counter() - began) * 1000
    assert not (await till.engine.forwarder.standings())[0].backlog.count
    return standing.backlog.count, taken_ms
