"""Ask in the background until everything is decided; nothing is given up by age or count.

Each upstream is asked for itself, so that one that does not answer holds up nobody else's sales.
"""

import asyncio
from collections.abc import Callable
from functools import partial

from counterfoil.domain.failures import JournalUnavailableError, RecordUnreadableError
from counterfoil.domain.pacing import Pace
from counterfoil.domain.redeeming import is_due
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.voucher_type import UpstreamKind
from counterfoil.ports.chance import Chance
from counterfoil.ports.clock import Clock
from counterfoil.ports.journal import Journal
from counterfoil.service.redeem import Redeemer
from counterfoil.service.rounds import (
    IDLE_S,
    START_SPREAD_S,
    Rounds,
    raise_first,
    run_beside_each_other,
)
from counterfoil.service.tasks import TaskOwner
from counterfoil.service.token_bucket import TokenBuckets

__all__ = ["AT_ONCE_MAX", "IDLE_S", "START_SPREAD_S", "Resolver"]

AT_ONCE_MAX = 4
"""How many redemptions are asked about at the same time, at one upstream."""
_ELSEWHERE = ""
"""Stands for all upstreams that left the settings."""


class Resolver:
    """Asks about redemptions in doubt when it is time, at no more than the agreed rate.

    At a keyed upstream that is the same request again, or a lookup by id.
    """

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
        self._rounds = {
            upstream: Rounds("resolver", clock=clock, chance=chance, owner=owner)
            for upstream in (*redeemer.upstreams, _ELSEWHERE)
        }
        self._tokens = tokens
        self._unreadable: set[str] = set()
        """The ids of redemptions with an altered record; the next start tries them again."""

    def nudge(self) -> None:
        """Make a pass now, because something may have changed."""
        for rounds in self._rounds.values():
            rounds.nudge()

    async def run(self, on_failure: Callable[[Exception], None]) -> None:
        """Make passes for as long as the till is open; ``on_failure`` gets the failure of a pass.

        Raises:
            JournalUnavailableError: nothing can be written any more.

        """
        await run_beside_each_other(
            rounds.run(partial(self._resolve_at, upstream), on_failure)
            for upstream, rounds in self._rounds.items()
        )

    async def resolve_due(self, *, is_everything_due: bool = False) -> float | None:
        """Ask about each redemption that is due; return the seconds until the next one is.

        None means that nothing is open. With ``is_everything_due`` all are asked about now. A
        failure with one redemption does not stop the others; the first failure is raised at the
        end.

        Raises:
            JournalUnavailableError: nothing can be written any more.

        """
        passes = (
            self._resolve_at(upstream, is_everything_due=is_everything_due)
            for upstream in self._rounds
        )
        raise_first(await asyncio.gather(*passes, return_exceptions=True))
        waits = [await self._next_due_s(upstream) for upstream in self._rounds]
        return min((wait_s for wait_s in waits if wait_s is not None), default=None)

    async def _resolve_at(self, upstream: str, *, is_everything_due: bool = False) -> float | None:
        """Do for one upstream what `resolve_due` does for all."""
        now = self._clock.now()
        due = [
            redemption
            for redemption in await self._movable(upstream)
            if is_everything_due or is_due(redemption, now)
        ]
        ends: list[object] = []
        for start in range(0, len(due), AT_ONCE_MAX):
            batch = due[start : start + AT_ONCE_MAX]
            ended = await asyncio.gather(*map(self._resolve, batch), return_exceptions=True)
            ends += ended
            if any(isinstance(end, JournalUnavailableError) for end in ended):
                break
        raise_first(ends)
        return await self._next_due_s(upstream)

    async def _resolve(self, redemption: Redemption) -> None:
        if redemption.id in self._redeemer.in_hand:
            return  # somebody took it while the ones before it were asked about
        try:
            await self._move(redemption)
        except RecordUnreadableError:
            self._unreadable.add(redemption.id)  # for a supervisor, and the others go on

    async def _move(self, redemption: Redemption) -> None:
        if redemption.state is RedemptionState.PREPARED:
            await self._redeemer.abandon(redemption)
            return
        if redemption.kind is UpstreamKind.KEYED:
            # Where advices exist nothing is asked in the background: it is reversed instead.
            await self._tokens.take(redemption.upstream)
        await self._redeemer.ask(redemption.id, Pace.BACKGROUND)

    async def _next_due_s(self, upstream: str) -> float | None:
        now = self._clock.now()
        waits = [
            0.0
            if one.next_due_at is None or is_due(one, now)
            else (one.next_due_at - now.wall).total_seconds()
            for one in await self._movable(upstream)
        ]
        return min(waits, default=None)

    async def _movable(self, upstream: str) -> list[Redemption]:
        """Return what is open and for nobody else to move: no counter, no advice, no settings.

        Neither is what was altered, which only a supervisor can judge.
        """
        return [
            one
            for one in await self._journal.open_redemptions()
            if (one.upstream if one.upstream in self._rounds else _ELSEWHERE) == upstream
            and one.id not in self._redeemer.in_hand
            and one.id not in self._unreadable
            and one.state is not RedemptionState.REVERSING
            and (one.state is RedemptionState.PREPARED or self._redeemer.can_move(one))
        ]
