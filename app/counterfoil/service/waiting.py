"""What waits at a till: redemptions that are not settled, slips, and what providers are owed."""

from collections.abc import Iterable

from counterfoil.declaring import dataclass
from counterfoil.domain.forwarding import Standing
from counterfoil.ports.journal import JournalView
from counterfoil.service.views import QueuesView


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What is not settled or not finished, as read at one moment; all but standings are ids."""

    slips: frozenset[str] = frozenset()
    """The redemptions whose slip is to be finished."""
    for_a_person: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()
    standings: tuple[Standing, ...] = ()


async def read_waiting(journal: JournalView, queues: QueuesView) -> Waiting:
    """Read what waits.

    Raises:
        JournalUnavailableError: the journal cannot be read.

    """
    for_a_person = {one.id for one in await journal.redemptions_for_a_person()}
    standings = await queues.standings()
    for_a_person |= await journal.ids_for_a_call(_reachable(standings))
    return Waiting(
        open=frozenset(one.id for one in await journal.open_redemptions()),
        slips=await journal.slip_ids_to_finish(),
        for_a_person=frozenset(for_a_person),
        standings=standings,
    )


def _reachable(standings: Iterable[Standing]) -> list[str]:
    return [one.upstream for one in standings if one.is_set_up]
