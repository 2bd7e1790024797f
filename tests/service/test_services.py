"""What window and command line share: one person, and what is asked on in the background."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from counterfoil.domain.failures import UnknownRedemptionError
from counterfoil.domain.states import RedemptionState
from counterfoil.service.commands import WaitForResult
from counterfoil.service.engine import Engine
from counterfoil.service.notices import Notices
from counterfoil.service.rounds import START_SPREAD_S
from counterfoil.service.services import Services
from counterfoil.service.tasks import TaskOwner
from support.clocks import START, SteppedClock
from support.gateways import ScriptedGateway
from support.printers import MemoryPrinter
from support.till import TIME_OUT, WatchedJournal, approved, intent
from support.window import made_engine, services_of


@asynccontextmanager
async def open_services(
    gateway: ScriptedGateway, clock: SteppedClock
) -> AsyncIterator[tuple[Engine, Services]]:
    """Return what acts at a new till over fakes, and what a face works with."""
    failures: list[str] = []
    async with TaskOwner(lambda name, error: failures.append(f"{name}: {error!r}")) as owner:
        engine = made_engine(
            gateway,
            journal=WatchedJournal(),
            printer=MemoryPrinter(),
            clock=clock,
            notices=Notices(),
            owner=owner,
        )
        yield engine, services_of(engine, clock, owner)
    assert not failures, failures


async def test_a_nudge_wakes_what_works_in_the_background() -> None:
    """What was just handed over need not wait for the next minute."""
    clock = SteppedClock(START)
    async with open_services(ScriptedGateway([approved()]), clock) as (engine, services):
        _ = services.owner.spawn(engine.resolver.run(lambda _: None), "resolver")
        await clock.advance(START_SPREAD_S)
        written = await engine.redeemer.prepare(intent())
        engine.redeemer._in_hand.clear()
        engine.nudge()
        await clock.settle()
        found = await services.journal.redemption(written.id)
        assert found is not None
        assert found.state is RedemptionState.ABANDONED


@pytest.mark.parametrize("is_broken", [False, True], ids=["in doubt", "failed"])
async def test_what_nobody_waits_for_any_more_is_asked_on_about(is_broken: bool) -> None:
    """The counter has waited in vain, or its wait broke down: the background looks at once."""
    clock = SteppedClock(START, is_automatic=True)
    gateway = ScriptedGateway(otherwise=TIME_OUT)
    async with open_services(gateway, clock) as (engine, services):
        written = await engine.redeemer.prepare(intent())
        rounds = engine.resolver._rounds["moment"]
        rounds._nudged.clear()
        if is_broken:
            with pytest.raises(UnknownRedemptionError):
                await services.run(WaitForResult("of no redemption"))
        else:
            waited = await services.run(WaitForResult(written.id))
            assert waited.state is RedemptionState.INFLIGHT
        assert rounds._nudged.is_set()
