"""Ask on in the background until all is decided. Nothing is dropped by age or count."""

import asyncio
from collections.abc import Callable
from typing import TypeGuard

from counterfoil.domain.failures import JournalUnavailableError
from counterfoil.domain.pacing import Pace
from counterfoil.domain.redeeming import is_due
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.voucher_type import UpstreamKind
from counterfoil.ports.chance import Chance
from counterfoil.ports.clock import Clock
from counterfoil.ports.journal import Journal
from counterfoil.service.redeem import Redeemer
from counterfoil.service.rounds import IDLE_S, START_SPREAD_S, Rounds
from counterfoil.service.tasks import TaskOwner
from counterfoil.service.token_bucket import TokenBuckets

__all__ = ["AT_ONCE_MAX", "IDLE_S", "START_SPREAD_S", "Resolver"]

AT_ONCE_MAX = 4
"""How many redemptions are asked about at the same time."""


class Resolver:
    """Replays or fetches what is in doubt, when it is due, at no more than the agreed rate."""

    def __init__(
        self,
        *,
        journal: Journal,
        redeemer: Redeemer,
        clock: Clock,
        chance: Chance,
        owner: TaskOwner,
        tokens: TokenBuckets,
    ) -> None:
        self._journal = journal
        self._redeemer = redeemer
        self._clock = clock
        self._rounds = Rounds("resolver", clock=clock, chance=chance, owner=owner)
        self._tokens = tokens

    def nudge(self) -> None:
        """Look now, because something may have changed."""
        self._rounds.nudge()

    async def run(self, on_failure: Callable[[Exception], None]) -> None:
        """Resolve for as long as the till is open; a failed pass is told and another follows.

        Raises:
            JournalUnavailableError: nothing can be written any more.

        """
        await self._rounds.run(self.resolve_due, on_failure)

    async def resolve_due(self, *, is_everything_due: bool = False) -> float | None:
        """Ask about each redemption that is due; return the seconds until the next one is.

        None means that nothing is open. With ``is_everything_due`` the stored times are not
        waited for. Each one is asked about whatever fails for another; then the first failure is
        raised.

        Raises:
            JournalUnavailableError: nothing can be written any more, so nothing more is asked.

        """
        now = self._clock.now()
        due = [
            redemption
            for redemption in await self._movable()
            if is_everything_due or is_due(redemption, now)
        ]
        failures: list[BaseException] = []
        for start in range(0, len(due), AT_ONCE_MAX):
            batch = due[start : start + AT_ONCE_MAX]
            ended = await asyncio.gather(*map(self._resolve, batch), return_exceptions=True)
            failures += filter(_is_failure, ended)
            for failure in failures:
                if isinstance(failure, JournalUnavailableError):
                    raise failure
        if failures:
            raise failures[0]
        return await self._next_due_s()

    async def _resolve(self, redemption: Redemption) -> None:
        if redemption.id in self._redeemer.in_hand:
            return  # somebody took it while the ones before it were asked about
        if redemption.state is RedemptionState.PREPARED:
            await self._redeemer.abandon(redemption)
            return
        if redemption.kind is UpstreamKind.KEYED:
            # Where advices exist nothing is asked in the background: it is reversed instead.
            await self._tokens.take(redemption.upstream)
        await self._redeemer.ask(redemption.id, Pace.BACKGROUND)

    async def _next_due_s(self) -> float | None:
        now = self._clock.now()
        waits = [
            0.0
            if one.next_due_at is None or is_due(one, now)
            else (one.next_due_at - now.wall).total_seconds()
            for one in await self._movable()
        ]
        return min(waits, default=None)

    async def _movable(self) -> list[Redemption]:
        """Return what is open and for nobody else to move: no counter, no advice, no settings."""
        return [
            one
            for one in await self._journal.open_redemptions()
            if one.id not in self._redeemer.in_hand
            and one.state is not RedemptionState.REVERSING
            and (one.state is RedemptionState.PREPARED or self._redeemer.can_move(one))
        ]


def _is_failure(outcome: object) -> TypeGuard[BaseException]:
    """Whether an ask failed; one that was cancelled is found at the next start."""
    return isinstance(outcome, BaseException) and not isinstance(outcome, asyncio.CancelledError)
