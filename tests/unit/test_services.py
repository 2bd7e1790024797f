"""What window and command line share: the codes of change, and what works in the background."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from counterfoil.domain import audit
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.states import RedemptionState
from counterfoil.service.notices import Notices
from counterfoil.service.redeem import Intent
from counterfoil.service.rounds import START_SPREAD_S
from counterfoil.service.services import Services
from counterfoil.service.tasks import TaskOwner
from support.clocks import START, SteppedClock
from support.gateways import ScriptedGateway
from support.printers import MemoryPrinter
from support.till import WatchedJournal, approved, intent
from support.window import made_services


@asynccontextmanager
async def open_services(gateway: ScriptedGateway, clock: SteppedClock) -> AsyncIterator[Services]:
    """Return the services of a new till, over fakes."""
    failures: list[str] = []
    async with TaskOwner(lambda name, error: failures.append(f"{name}: {error!r}")) as owner:
        yield made_services(
            gateway,
            journal=WatchedJournal(),
            printer=MemoryPrinter(),
            clock=clock,
            notices=Notices(),
            owner=owner,
        )
    assert not failures, failures


async def redeemed(services: Services, clock: SteppedClock, asked: Intent) -> Redemption:
    """Redeem a voucher, as long as that takes."""
    redeeming = services.owner.spawn(services.redeemer.redeem(asked), "redeem", is_awaited=True)
    for _ in range(100):
        await clock.advance(0.1)
    assert redeeming.done()
    return await redeeming


async def shown(services: Services, redemption_id: str) -> int:
    """Return how often the journal says that the codes of a redemption were shown."""
    told = await services.journal.events(redemption_id)
    return sum(isinstance(one.event, audit.CodeShown) for one in told)


async def test_the_codes_of_a_change_voucher_are_noted_before_they_are_shown() -> None:
    """Each time; and where there is no code, nobody has seen one."""
    gateway = ScriptedGateway([approved(), approved(change=None)])
    clock = SteppedClock(START)
    async with open_services(gateway, clock) as services:
        with_change = await redeemed(services, clock, intent())
        without = await redeemed(services, clock, intent(pin="4455667700000101"))
        assert [one.reveal() for one in await services.change_codes(with_change.id)]
        assert len(await services.change_codes(with_change.id)) == 1
        assert await services.change_codes(without.id) == ()
        assert await shown(services, with_change.id) == 2
        assert await shown(services, without.id) == 0


async def test_a_nudge_wakes_what_works_in_the_background() -> None:
    """What was just handed over need not wait for the next minute."""
    clock = SteppedClock(START)
    async with open_services(ScriptedGateway([approved()]), clock) as services:
        _ = services.owner.spawn(services.resolver.run(lambda _: None), "resolver")
        await clock.advance(START_SPREAD_S)
        written = await services.redeemer.prepare(intent())
        services.redeemer._in_hand.clear()
        services.nudge()
        await clock.settle()
        found = await services.journal.redemption(written.id)
        assert found is not None
        assert found.state is RedemptionState.ABANDONED
