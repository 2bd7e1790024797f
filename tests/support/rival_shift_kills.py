"""Two people who close one shift at once, one of whom is killed, and what must then hold.

One presses in the window while the other one's command comes through the till's local door; or
there is no window, and two commands begin together. At most one of them is told that the shift was
closed by them, and there is one Z.
"""

import random  # noqa: TID251 - a plan is repeated by its seed
from dataclasses import dataclass, replace
from typing import Final

from support.flows import NO_KILL, Kill, doubled_unless, lost_unless
from support.killing import RIVAL_AHEAD_S, Job, Life
from support.shift_kills import CLOSED, STORY, ShiftScene
from support.window_shift_kills import WindowShiftScene
from support.window_story import AT_Z, Z_SHOWN
from support.window_story import CLOSED as CLOSED_IN_WINDOW

RIVAL_MUTANT: Final = "one Z for two"
"""A till that tells two people that they closed a shift; caught where they meet."""
BOUNDARIES_OF_Z: Final = 18
"""About how many there are from where somebody is about to close to where the Z is on paper."""
_BEFORE_COUNT: Final = range(36, 49)
"""Boundaries from which a command comes about as far as the window does."""
_Z = ("shift", "z")


@dataclass(frozen=True, slots=True, kw_only=True)
class RivalPlan:
    """When the other one begins, and when the first one dies.

    The other one begins when the first has come to ``begins_at``, or at once. With ``meets`` both
    have added up before either closes.
    """

    kill: Kill = NO_KILL
    begins_at: str = ""
    meets: bool = False

    def of(self, job: Job, rival: list[str]) -> Job:
        """Return a job with this rival that ends so."""
        return replace(
            self.kill.of(job),
            rival=rival,
            rival_from=self.begins_at,
            meets=self.meets,
        )


def _check_told(first: bool, rival: Life, *, is_closed: bool) -> None:
    """Check what two people were told, of whom one may be dead.

    Raises:
        LostError: a Z that somebody was told of is not there.
        DoubledError: both were told that they closed it.

    """
    told = (first, rival.codes == [0])
    assert "Traceback" not in rival.said, rival.said
    doubled_unless(not all(told), "two people were told that they closed one shift")
    lost_unless(is_closed or not any(told), "somebody was told of a Z that is not there")


@dataclass(slots=True)
class WindowRivals(WindowShiftScene):
    """A till whose shift is closed in its window, and by a command through its door at once."""

    async def closed_by_two(self, plan: RivalPlan) -> list[Life]:
        """Let both close the shift, and go on; return both lives, and that of who went on.

        Raises:
            LostError: a Z that somebody was told of is not there, or something that was done.
            DoubledError: both were told that they closed it, or something is there twice.
            AssertionError: drawer, journal, ledger and Z do not agree.

        """
        job = self._job(frozenset(), NO_KILL)
        assert job.cashier is not None
        job = replace(job, cashier=replace(job.cashier, has_rival=True))
        window, rival = self.nursery.crowd(plan.of(job, self.line.line(*_Z)))
        assert not window.said, window.said
        done = await self._done(window)
        _check_told(Z_SHOWN in window.marks, rival, is_closed=CLOSED_IN_WINDOW in done)
        last = self._live(done, NO_KILL, begins_s=2 * RIVAL_AHEAD_S)
        assert (last.was_killed, last.codes) == (False, [0])
        await self._check_whole(await self._done(last))
        return [window, rival, last]


@dataclass(frozen=True, slots=True)
class LineRivals(ShiftScene):
    """A till whose shift is closed by two commands at once, each of which would open it."""

    async def closed_by_two(self, plan: RivalPlan) -> list[Life]:
        """Let both close the shift, and go on; return both lives.

        Raises:
            LostError: a Z that somebody was told of is not there.
            DoubledError: both were told that they closed it, or a number is given twice.
            AssertionError: drawer, journal and Z do not agree.

        """
        before = self.nursery.live(self._job(STORY[:-1]))
        assert set(before.codes) == {0}, before.said
        z = self.line.line(*_Z)
        first, rival = self.nursery.crowd(plan.of(Job(lines=[z]), z))
        done = await self._done(before)
        _check_told(first.codes == [0], rival, is_closed=bool(done[CLOSED]))
        if not done[CLOSED]:
            again = self.nursery.live(Job(lines=[z], ahead_s=2 * RIVAL_AHEAD_S))
            assert again.codes == [0], again.said
        await self._check_whole()
        return [first, rival]


def random_rivals(seed: int, number: int, mutant: str = "") -> tuple[bool, RivalPlan]:
    """Return whether one is at the window, and a plan, from these numbers alone."""
    chance = random.Random(f"rivals/{seed}/{number}")  # noqa: S311 - a plan is repeated by its seed
    if mutant:
        return True, RivalPlan(kill=Kill(mutant=mutant), begins_at=AT_Z, meets=True)
    if chance.random() < 0.4:
        kill = chance.choice((Kill(at=1), Kill(at=2), Kill(after_s=chance.random() * 0.5)))
        return False, RivalPlan(kill=kill, begins_at=chance.choice(("", "1", "2")))
    by_count = str(chance.choice(_BEFORE_COUNT))
    begins_at, meets = chance.choice((by_count, AT_Z)), chance.random() < 0.5
    at = chance.randrange(BOUNDARIES_OF_Z)
    kill = Kill(since=AT_Z, at=at + 1) if at else Kill(since=AT_Z, after_s=chance.random() * 0.6)
    return True, RivalPlan(kill=kill, begins_at=begins_at, meets=meets)
