"""A shift at the command line that is killed on the way, and what must hold when it goes on.

People do again what they do not see done. So each thing of the story is there once at the end: in
the drawer, in the journal and on the Z, whose numbers have no gap and none of them twice.
"""

import random  # noqa: TID251 - a plan is repeated by its seed
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

from counterfoil.domain.bookkeeping import BookedPage
from counterfoil.domain.drawer import CashMoveKind
from counterfoil.domain.shift import ShiftState
from counterfoil.ports.journal import Journal
from counterfoil_sandbox.server import SandboxServer
from support.flows import Kill, doubled_unless, journal_of, lost_unless
from support.killing import Job, Life, Nursery
from support.tills import CommandLine, command_line

OPENED, COUNTED, CLOSED = "ShiftOpened", "DrawerCounted", "ShiftClosed"
HOLDS_CENTS: Final = 50_000 + 1_000 - 400 - 200
STORY: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (OPENED, ("open", "500")),
    (CashMoveKind.PAY_IN.value, ("pay-in", "10", "--reason", "change")),
    (CashMoveKind.PAY_OUT.value, ("pay-out", "4", "--reason", "milk")),
    (CashMoveKind.DROP.value, ("drop", "2", "--reason", "to the safe")),
    (COUNTED, ("count", "--pieces", "50=10", "--pieces", "2=2")),
    (CLOSED, ("z", "--print")),
)
"""What happens in the drawer, by the name of what is then in the journal."""
SHIFT_MUTANTS: Final = {"pays in later": 5, "pays in twice": 7}
"""Tills that break a rule, and a boundary at which each is caught."""
BOUNDARIES: Final = 14
"""How many a shift passes that nobody kills."""


@dataclass(frozen=True, slots=True)
class ShiftScene:
    """A till of its own, whose shift is killed."""

    nursery: Nursery
    line: CommandLine

    @classmethod
    def at(cls, server: SandboxServer, nursery: Nursery, folder: Path) -> Self:
        """Make a till in a folder."""
        return cls(nursery, command_line(folder / "data", server.url))

    async def killed(self, kill: Kill) -> Life:
        """Let a shift die, and go on with it; find out whether it is whole.

        Raises:
            LostError: something that a command said is not in the journal.
            DoubledError: something is there twice.
            AssertionError: drawer, journal and Z do not agree.

        """
        life = self.nursery.live(kill.of(self._job(STORY)))
        done = await self._done(life)
        rest = tuple(one for one in STORY if not done[one[0]])
        again = self.nursery.live(replace(self._job(rest), mutant=kill.mutant))
        assert not again.was_killed
        assert set(again.codes) <= {0}, again.said
        await self._check_whole()
        return life

    def _job(self, story: tuple[tuple[str, tuple[str, ...]], ...]) -> Job:
        lines = [self.line.line("shift", *words) for _, words in story]
        return Job(lines=lines)

    async def _done(self, life: Life) -> Counter[str]:
        """Return what the journal has of the story after a death, each thing at most once."""
        if not (self.line.data_dir / "journal.db").exists():
            return Counter()
        async with journal_of(self.line) as journal:
            assert await journal.verify() == ()
            done = await events_of(journal)
        for (name, _), _code in zip(STORY, life.codes, strict=False):
            lost_unless(done[name] > 0, f"{name} was acknowledged, and is not there")
        for name, count in done.items():
            doubled_unless(count <= 1, f"{name} is there {count} times")
        return done

    async def _check_whole(self) -> None:
        async with journal_of(self.line) as journal:
            assert await journal.verify() == ()
            done = await events_of(journal)
            shifts = await journal.shifts(9)
        for name, _ in STORY:
            lost_unless(done[name] > 0, f"{name} is not there")
            doubled_unless(done[name] == 1, f"{name} is there {done[name]} times")
        (shift,) = shifts
        assert (shift.number, shift.state) == (1, ShiftState.CLOSED)
        assert shift.books is not None
        drawer = shift.books.drawer
        assert (drawer.holds_cents, drawer.counted_cents) == (HOLDS_CENTS, HOLDS_CENTS)
        await self._check_next()

    async def _check_next(self) -> None:
        """Close one more shift: its Z has the next number."""
        story = (("", ("open", "0")), ("", ("count", "--pieces", "1=0")), ("", ("z",)))
        life = self.nursery.live(self._job(story))
        assert life.codes == [0, 0, 0], life.said
        async with journal_of(self.line) as journal:
            numbers = [one.number for one in await journal.shifts(9)]
        assert numbers == [2, 1], "a number of a Z is left out, or given twice"


async def events_of(journal: Journal) -> Counter[str]:
    """Count the events of a shift, by what they are; what was moved by its kind."""
    found: Counter[str] = Counter()
    after, page = 0, None
    while page is None or not page.is_last:
        page = await journal.booked(after)
        found += _named(page)
        after = page.until
    return found


def _named(page: BookedPage) -> Counter[str]:
    kinds = (getattr(one.event, "kind", None) for one in page.booked)
    return Counter(
        type(one.event).__name__ if kind is None else kind.value
        for one, kind in zip(page.booked, kinds, strict=True)
    )


def random_kill(seed: int, number: int, mutant: str = "") -> Kill:
    """Return a death that depends on these numbers alone."""
    chance = random.Random(f"shift/{seed}/{number}")  # noqa: S311 - a plan is repeated by its seed
    at = chance.randrange(BOUNDARIES)
    if chance.random() < 0.4:
        return Kill(at=at + 1, mutant=mutant)
    since = str(at) if at else ""
    return Kill(since=since, after_s=chance.random() * 0.05, mutant=mutant)
