"""Slows down whoever tries wrong codes, and stops them until a supervisor has looked.

What was declined is counted from the journal. Refused balance enquiries leave no trace there, and
are counted for as long as the till is open. Where nobody signs in, people cannot be told apart, and
nothing is sold anyway.
"""

from counterfoil.domain.code_guess_limit import TILL_SPAN, Miss, miss_of, patience
from counterfoil.domain.failures import TooManyTriesError
from counterfoil.domain.staff import Actor, Permission
from counterfoil.ports.clock import Clock
from counterfoil.ports.gateway import Balance, LookupRefusal, LookupRefused
from counterfoil.ports.journal import Journal
from counterfoil.service.people import People

_WRONG_LOOKUPS = frozenset(
    {
        LookupRefusal.NOT_FOUND,
        LookupRefusal.ALREADY_USED,
        LookupRefusal.EXPIRED,
        LookupRefusal.CANCELLED,
        LookupRefusal.REFUSED,
    }
)


class GuessWatch:
    """Counts the wrong codes of each person and of the whole till."""

    def __init__(self, *, journal: Journal, people: People, clock: Clock) -> None:
        self._journal = journal
        self._people = people
        self._clock = clock
        self._lookups: list[Miss] = []
        self._allowed: dict[str, int] = {}
        """The last slip number when a supervisor let somebody try on; what came before is over."""
        self._allowed_here = 0
        """The same for the till as a whole."""

    async def let_try(self, by: Actor) -> None:
        """Wait before the next code, the longer the more codes were wrong.

        An approval to try more is used here.

        Raises:
            TooManyTriesError: somebody must allow more first; nothing was sent.

        """
        if not by.number:
            return
        if by.is_backed_for(Permission.ALLOW_MORE_TRIES):
            await self.allow_more(by)
        now = self._clock.now().wall
        left = patience(await self._misses(by), by.name, now)
        if left.is_over:
            raise TooManyTriesError(Permission.ALLOW_MORE_TRIES)
        if left.wait_s:
            await self._clock.sleep(left.wait_s)

    def hear(self, answer: Balance | LookupRefused, by: Actor) -> None:
        """Count the answer to a balance enquiry if it says that the code was wrong."""
        if isinstance(answer, LookupRefused) and answer.reason in _WRONG_LOOKUPS:
            self._lookups.append(Miss(by.name, self._clock.now().wall))

    async def allow_more(self, by: Actor) -> None:
        """Start counting from 0 again, for this person and the till; it is recorded."""
        if not by.number:
            return
        self._allowed_here = await self._journal.next_slip_number() - 1
        self._allowed[by.name] = self._allowed_here
        self._lookups = []
        await self._people.note_more_tries(by)

    async def _misses(self, by: Actor) -> list[Miss]:
        """Return what counts against a person: their own, and those of the others at the till."""
        since = self._clock.now().wall - TILL_SPAN
        found = [
            miss
            for one in await self._journal.declined_since(since)
            if one.slip_number > self._bound(one.cashier, by) and (miss := miss_of(one))
        ]
        return [*found, *self._lookups]

    def _bound(self, cashier: str, by: Actor) -> int:
        return self._allowed.get(by.name, 0) if cashier == by.name else self._allowed_here
