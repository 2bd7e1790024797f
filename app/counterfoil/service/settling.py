"""Ask about and deliver everything that is not settled, while somebody waits for it."""

from counterfoil.domain.advice import UNACKNOWLEDGED
from counterfoil.domain.pacing import COUNTER_ATTEMPTS_MAX
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import UnknownCause
from counterfoil.ports.clock import Clock
from counterfoil.ports.journal import JournalView
from counterfoil.service.forwarder import Forwarder
from counterfoil.service.resolver import Resolver

LIMIT_S = 60.0
"""How long it goes on where no limit is given, in seconds."""
_PAUSE_MAX_S = 5.0
_TOLD_TO_WAIT = frozenset({UnknownCause.RATE_LIMITED, UnknownCause.UPSTREAM_ERROR})
"""After these the upstream's own wish or the schedule is kept, however long it is."""


class Settler:
    """Makes passes of the resolver and the forwarder until nothing more can be done."""

    def __init__(
        self, *, journal: JournalView, resolver: Resolver, forwarder: Forwarder, clock: Clock
    ) -> None:
        self._journal = journal
        self._resolver = resolver
        self._forwarder = forwarder
        self._clock = clock

    async def settle_all(self, limit_s: float | None = None) -> None:
        """Try everything at once, then each again when it is due, for ``limit_s`` seconds at most.

        Without a limit it ends, at the latest, when each was tried as often as the counter would.
        """
        end_s = self._clock.now().monotonic_s + (LIMIT_S if limit_s is None else limit_s)
        tried_before = await self._tries()
        wait_s = await self._pass(is_everything_due=True)
        while wait_s is not None:
            left_s = end_s - self._clock.now().monotonic_s
            is_spent = limit_s is None and await self._is_spent(tried_before)
            must_wait = await self._must_wait()
            if left_s <= 0 or is_spent or (must_wait and wait_s > left_s):
                return
            await self._clock.sleep(min(wait_s, left_s, _PAUSE_MAX_S))
            wait_s = await self._pass(is_everything_due=wait_s > _PAUSE_MAX_S and not must_wait)

    async def _is_spent(self, tried_before: dict[str, int]) -> bool:
        """Whether each thing that is not settled was tried often enough since then."""
        tries = await self._tries()
        return all(
            count - tried_before.get(one, 0) >= COUNTER_ATTEMPTS_MAX for one, count in tries.items()
        )

    async def _must_wait(self) -> bool:
        opened = await self._journal.open_redemptions()
        return any(one.last_cause in _TOLD_TO_WAIT for one in opened)

    async def _tries(self) -> dict[str, int]:
        """Return how often each thing that is not settled was tried: asked about, or delivered."""
        asked = await self._journal.open_redemptions()
        owed = await self._journal.owed_advices()
        return {
            **{one.id: one.attempts for one in asked if one.state is not RedemptionState.REVERSING},
            **{one.id: one.attempts for one in owed if one.state in UNACKNOWLEDGED},
        }

    async def _pass(self, *, is_everything_due: bool) -> float | None:
        """Ask and forward once; return the seconds until something is due, or None."""
        waits = [
            await self._resolver.resolve_due(is_everything_due=is_everything_due),
            await self._forwarder.forward_due(is_everything_due=is_everything_due),
        ]
        return min((wait_s for wait_s in waits if wait_s is not None), default=None)
