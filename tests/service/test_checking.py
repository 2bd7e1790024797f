"""The journal is checked a slice at a time for as long as the till is open."""

import asyncio

from typing_extensions import override

from counterfoil.ports.journal import Checked, Damage, Place
from counterfoil.service.checking import PAUSE_S, JournalCheck
from support.clocks import SeededChance, SteppedClock
from support.quick_journal import QuickJournal

FIRST, SECOND = Damage("sale 1", None), Damage("redemption 2", "moment")


class Checkable(QuickJournal):
    """A journal whose check shows what a test said, slice by slice."""

    def __init__(self, *shown: tuple[Damage, ...]) -> None:
        super().__init__()
        self.shown = list(shown)
        self.places: list[Place] = []

    @override
    async def place_at(self, share: float) -> Place:
        """Begin at this share of a thousand records."""
        return Place(0, int(1_000 * share))

    @override
    async def check_some(self, place: Place) -> Checked:
        """Note the place and show the next."""
        self.places.append(place)
        damages = self.shown.pop(0) if self.shown else ()
        return Checked(Place(0, place.number + 100), damages)


async def test_slice_follows_slice_and_new_damage_is_told_once() -> None:
    """What is known already is not told again."""
    clock = SteppedClock()
    told: list[tuple[Damage, ...]] = []
    journal = Checkable((), (FIRST,), (FIRST,), (FIRST, SECOND), (FIRST, SECOND))
    check = JournalCheck(journal, clock, SeededChance())
    running = asyncio.get_running_loop().create_task(check.run(told.append))
    await clock.advance(4 * PAUSE_S)
    begun = int(1_000 * SeededChance().jitter())
    assert begun, "it does not begin with the same records each day"
    assert journal.places == [Place(0, begun + more) for more in (0, 100, 200, 300, 400)]
    assert told == [(FIRST,), (FIRST, SECOND)]
    running.cancel()
    await asyncio.wait({running})
