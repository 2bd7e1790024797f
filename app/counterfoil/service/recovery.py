"""The first act after a start: bring what a crash interrupted into a state the till can go on from.

Nothing is sent here. Running it twice has the same result as running it once.
"""

from contextlib import suppress
from dataclasses import replace

from counterfoil.declaring import dataclass
from counterfoil.domain import rows as row
from counterfoil.domain.failures import RecordUnreadableError
from counterfoil.domain.forwarding import interrupted
from counterfoil.domain.printing import PrintState
from counterfoil.domain.redeeming import Found, owed_by, step
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.returning import must_be_asked
from counterfoil.domain.states import Customer, RedemptionState
from counterfoil.domain.time import Instant
from counterfoil.ports.clock import Clock
from counterfoil.ports.journal import Journal
from counterfoil.service.owing import AdviceComposer


@dataclass(frozen=True, slots=True)
class Recovered:
    """What `recover` found and changed: redemptions as they are after it."""

    changed: tuple[Redemption, ...]
    """Redemptions that a crash had left in the middle of something."""
    open: tuple[Redemption, ...]
    """Redemptions that will be asked about."""


async def recover(
    journal: Journal, clock: Clock, composer: AdviceComposer | None = None
) -> Recovered:
    """Bring open redemptions, advices and print jobs into a state from which the till can go on.

    A redemption whose advice cannot be composed, because its upstream is not set up, stays as it
    is: open, and shown to people. So does one with an altered record: the record is quarantined,
    the voucher stays locked, and everything else is recovered.
    """
    changed = []
    for redemption in await journal.open_redemptions():
        now = clock.now()
        with suppress(RecordUnreadableError):
            rows = await _found(redemption, now, composer)
            asking = await _asking_for_customer(journal, redemption, now)
            await _commit(journal, rows + asking)
            if rows and redemption.state is not RedemptionState.REVERSING:
                changed.append(redemption.id)
    for redemption in await journal.redemptions_for_a_person():
        with suppress(RecordUnreadableError):
            await _commit(journal, await _asking_for_customer(journal, redemption, clock.now()))
    await _end_interrupted_advices(journal, clock)
    await _doubt_interrupted_papers(journal, clock)
    now_known = [await journal.redemption(one) for one in changed]
    return Recovered(
        tuple(one for one in now_known if one is not None), await journal.open_redemptions()
    )


async def _commit(journal: Journal, rows: tuple[row.Row, ...]) -> None:
    if rows:
        await journal.commit(rows)


async def _found(
    redemption: Redemption, now: Instant, composer: AdviceComposer | None
) -> tuple[row.Row, ...]:
    if owed_by(redemption, Found(), now) is None:
        return step(redemption, Found(), now).rows
    if composer is None or not composer.can_compose(redemption):
        return ()
    return (await composer.step(redemption, Found(), now)).rows


async def _asking_for_customer(
    journal: Journal, found: Redemption, now: Instant
) -> tuple[row.Row, ...]:
    """Let no approval pay a sale that was open at the stop before a person answers for it."""
    sale = await journal.sale(found.sale_id)
    assert sale is not None, "a redemption has a sale"
    if not must_be_asked(found, sale, now):
        return ()
    noted = row.CustomerNoted(
        sale_id=sale.id, redemption_id=found.id, customer=Customer.ASKED, at=now.wall
    )
    return (noted,)


async def _end_interrupted_advices(journal: Journal, clock: Clock) -> None:
    for advice in await journal.owed_advices():
        if advice.is_under_way:
            with suppress(RecordUnreadableError):
                redemption = await journal.redemption(advice.redemption_id)
                assert redemption is not None, "an advice belongs to a redemption"
                await journal.commit(interrupted(advice, redemption, clock.now()).rows)


async def _doubt_interrupted_papers(journal: Journal, clock: Clock) -> None:
    for job in await journal.papers_under_way():
        uncertain = replace(job, state=PrintState.UNCERTAIN)
        await journal.commit((row.PrintMoved(job.state, uncertain, clock.now().wall),))
