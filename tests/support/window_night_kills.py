"""A shift in the window over two midnights and a change of the clocks that is killed.

The window stays open meanwhile, and its clocks go on from one thing to the next. All that holds of
a shift in the window holds then, and its sale is on its day and in its hour.
"""

import random  # noqa: TID251 - a plan is repeated by its seed
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from typing_extensions import override

from support.flows import Kill, journal_of
from support.killing import Job, Life, ahead_of
from support.night_shift_kills import LATER, ZONE, NightReports, check_times
from support.window_shift_kills import WindowShiftScene, random_kills
from support.window_story import CLOSED, OPENED, PAID_OUT, PRINTED, REST, SOLD, SOLD_CENTS, STORY

WINDOW_NIGHTS: Final[Mapping[str, Mapping[str, str]]] = {
    "spring": {
        OPENED: "2027-03-27T23:30+01:00",
        SOLD: "2027-03-28T01:50+01:00",
        REST: "2027-03-28T01:52+01:00",
        PAID_OUT: "2027-03-28T03:05+02:00",
        CLOSED: "2027-03-28T23:50+02:00",
        PRINTED: "2027-03-29T00:10+02:00",
    },
    "autumn": {
        OPENED: "2027-10-30T23:30+02:00",
        SOLD: "2027-10-31T02:30+02:00",
        REST: "2027-10-31T02:32+02:00",
        PAID_OUT: "2027-10-31T02:30+01:00",
        CLOSED: "2027-10-31T23:50+01:00",
        PRINTED: "2027-11-01T00:10+01:00",
    },
}
"""When each thing is done, with the shop's own hour and its difference from UTC."""


@dataclass
class WindowNight(WindowShiftScene):
    """A till in a place with summer time, whose shift is killed in its window."""

    times: Mapping[str, str] = field(default_factory=lambda: WINDOW_NIGHTS["autumn"])

    @override
    def _job(self, done: frozenset[str], kill: Kill) -> Job:
        job = super()._job(done, kill)
        assert job.cashier is not None
        return replace(job, cashier=replace(job.cashier, begin_at=self.times), zone=ZONE)

    @override
    def _live(self, done: frozenset[str], kill: Kill, *, begins_s: float) -> Life:
        """Open the window when the next thing is to be done, or some time after whoever died."""
        first = next(one for one in STORY if one not in done or one == PRINTED)
        ahead_s = ahead_of(self.times[first]).total_seconds()
        return super()._live(done, kill, begins_s=ahead_s + begins_s)

    @override
    async def _check_whole(self, done: frozenset[str]) -> None:
        await super()._check_whole(done)
        async with journal_of(self.line) as journal:
            (shift,) = await journal.shifts(9)
        check_times(shift, self.times[OPENED], self.times[CLOSED])
        closed = (datetime.fromisoformat(self.times[PRINTED]) + LATER).isoformat()
        sold = {datetime.fromisoformat(self.times[SOLD]): SOLD_CENTS}
        reports = NightReports(self.nursery, self.line, closed)
        reports.check(sold, since=self.times[OPENED])


def chance_of_window(seed: int, number: int) -> bool:
    """Whether the night with these numbers is one in the window; about half of them are."""
    return random.Random(f"night or not/{seed}/{number}").random() < 0.5  # noqa: S311 - as below


def random_window_night(seed: int, number: int) -> tuple[str, Sequence[Kill]]:
    """Return a season and deaths that depend on these numbers alone."""
    chance = random.Random(f"window night/{seed}/{number}")  # noqa: S311 - a plan is repeated by its seed
    return chance.choice(tuple(WINDOW_NIGHTS)), random_kills(seed, number)
