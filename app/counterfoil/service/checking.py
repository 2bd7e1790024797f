"""Checks while the till is open that all records are as they were written, a few at a time.

It begins anywhere, and when all were checked it goes round again: a journal of a million sales
takes weeks, and a till that is closed each night must not check the same beginning each day.
"""

from collections.abc import Callable
from datetime import datetime

from counterfoil.ports.chance import Chance
from counterfoil.ports.clock import Clock
from counterfoil.ports.journal import Checked, Damage, Journal, Place

PAUSE_S = 2.5
"""Between two slices: a round of 20,000 sales takes hours, and nobody notices it."""

OnDamage = Callable[[tuple[Damage, ...]], None]


class JournalCheck:
    """Goes through the journal for as long as the till is open, and reports altered records."""

    def __init__(self, journal: Journal, clock: Clock, chance: Chance) -> None:
        self._journal = journal
        self._clock = clock
        self._chance = chance
        self.checked_at: datetime | None = None
        """When some records were last looked at; None before the first were."""

    async def known(self) -> tuple[Damage, ...]:
        """Return the altered records that are known by now.

        Raises:
            JournalUnavailableError: the journal cannot be read.

        """
        return (await self._check(Place())).damages

    async def run(self, on_damage: OnDamage) -> None:
        """Check the journal part by part, for as long as the till is open.

        ``on_damage`` gets all altered records known so far, each time that there are more. After
        the first part it gets those that were found before, such as while the till recovered.

        Raises:
            JournalUnavailableError: the journal cannot be read.

        """
        told: tuple[Damage, ...] = ()
        place = await self._journal.place_at(self._chance.jitter())
        while True:
            checked = await self._check(place)
            place = checked.next
            if checked.damages != told:
                told = checked.damages
                on_damage(told)
            await self._clock.sleep(PAUSE_S)

    async def _check(self, place: Place) -> Checked:
        checked = await self._journal.check_some(place)
        self.checked_at = self._clock.now().wall
        return checked
