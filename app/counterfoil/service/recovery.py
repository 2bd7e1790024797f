"""The first act after a start: no row is left as a crash found it.

Nothing is sent here. Doing it twice does what doing it once did.
"""

from dataclasses import dataclass, replace

from counterfoil.domain import rows as row
from counterfoil.domain.forwarding import interrupted
from counterfoil.domain.printing import PrintState
from counterfoil.domain.redeeming import Found, step
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.states import RedemptionState
from counterfoil.ports.clock import Clock
from counterfoil.ports.journal import Journal
from counterfoil.service.owing import AdviceComposer


@dataclass(frozen=True, slots=True)
class Recovered:
    """What the till found when it started, as it is now."""

    changed: tuple[Redemption, ...]
    """Redemptions that a crash had left in the middle of something."""
    open: tuple[Redemption, ...]
    """Redemptions that will be asked about."""


async def recover(
    journal: Journal, clock: Clock, composer: AdviceComposer | None = None
) -> Recovered:
    """Bring every open redemption, advice and interrupted paper to where the till can go on.

    What owes an advice that cannot be composed, because its upstream is not set up, stays as it
    is: open, and seen by people.
    """
    changed = []
    for redemption in await journal.open_redemptions():
        now = clock.now()
        taken = step(redemption, Found(), now)
        rows = taken.rows
        if taken.owes is not None:
            if composer is None or not composer.can_compose(redemption):
                continue
            rows = await composer.rows(taken, now)
        if rows:
            await journal.commit(rows)
            if redemption.state is not RedemptionState.REVERSING:
                changed.append(taken.redemption)
    await _end_interrupted_advices(journal, clock)
    await _doubt_interrupted_papers(journal, clock)
    return Recovered(tuple(changed), await journal.open_redemptions())


async def _end_interrupted_advices(journal: Journal, clock: Clock) -> None:
    for advice in await journal.owed_advices():
        if advice.is_under_way:
            redemption = await journal.redemption(advice.redemption_id)
            assert redemption is not None, "an advice belongs to a redemption"
            await journal.commit(interrupted(advice, redemption, clock.now()).rows)


async def _doubt_interrupted_papers(journal: Journal, clock: Clock) -> None:
    for job in await journal.papers_under_way():
        uncertain = replace(job, state=PrintState.UNCERTAIN)
        await journal.commit((row.PrintMoved(job.state, uncertain, clock.now().wall),))
