"""Reads reports out of the journal, a stretch of events at a time, so that no sale waits long.

What is known of a whole stretch stays known: events are never changed. So the second report of a
day does not look again where none of its events can be.
"""

from collections.abc import AsyncIterator

from counterfoil.domain.bookkeeping import Stretch
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.report import Accountant, Report, ReportKind
from counterfoil.domain.shift import Shift
from counterfoil.ports.journal import Journal
from counterfoil.service.commands import ReadReport

SHIFTS_AT_ONCE = 20
"""So many shifts are read in one go; each has the books of its Z."""
_BY_TIME = frozenset({ReportKind.DAY, ReportKind.HOUR})
_MICROSECONDS = 1_000_000


class ReportDesk:
    """Reads reports; it changes nothing, and nothing is kept of one."""

    def __init__(self, *, journal: Journal, currency: str) -> None:
        self._journal = journal
        self._currency = currency
        self._known: dict[int, Stretch] = {}
        """Stretches that are whole, by where they begin."""

    async def read(self, wanted: ReadReport) -> Report:
        """Return a report. Whoever stops waiting for it before stops it."""
        accountant = Accountant(wanted.kind, wanted.days, self._currency)
        if wanted.kind is ReportKind.SHIFT:
            await self._add_shifts(accountant, wanted)
        else:
            await self._add_events(accountant, wanted)
            for one in await self._in_doubt():
                accountant.add_in_doubt(one)
        if wanted.kind is ReportKind.DAY:
            for difference in await self._journal.open_differences():
                accountant.add_difference(difference)
        return accountant.report()

    async def _add_events(self, accountant: Accountant, wanted: ReadReport) -> None:
        since_us = int(wanted.days.since.timestamp()) * _MICROSECONDS
        before_us = int(wanted.days.before.timestamp()) * _MICROSECONDS
        step_s = wanted.days.step_s if wanted.kind in _BY_TIME else None
        async for stretch in self._stretches(0):
            if stretch.last_us >= since_us and stretch.first_us < before_us:
                page = await self._journal.alike(stretch, wanted.days, step_s)
                accountant.add(page.alike, left_out=page.left_out)
            if wanted.told is not None:
                wanted.told(stretch.until / stretch.last)

    async def _add_shifts(self, accountant: Accountant, wanted: ReadReport) -> None:
        before: int | None = None
        while page := await self._journal.shifts(SHIFTS_AT_ONCE, before):
            for shift in page:
                if wanted.days.has(shift.opened_at):
                    # Shifts have no gap in their numbers but where one cannot be read.
                    missing = 0 if before is None else before - shift.number - 1
                    await self._add_shift(accountant, shift, missing)
                before = shift.number
            if all(shift.opened_at < wanted.days.since for shift in page):
                # A clock that was wrong for so many shifts would have been noticed.
                return

    async def _add_shift(self, accountant: Accountant, shift: Shift, missing: int) -> None:
        accountant.add((), left_out=missing)
        if shift.books is None:
            await self._add_open(accountant, shift)
        else:
            accountant.add_books(shift, shift.books)

    async def _add_open(self, accountant: Accountant, shift: Shift) -> None:
        """Add up the shift that is open, as its X does."""
        async for stretch in self._stretches(shift.begins_after):
            page = await self._journal.alike(stretch, None, None)
            accountant.add(page.alike, shift, page.left_out)
        for one in await self._in_doubt():
            accountant.add_in_doubt(one, shift)

    async def _in_doubt(self) -> tuple[Redemption, ...]:
        waiting = await self._journal.redemptions_for_a_person()
        return (*await self._journal.open_redemptions(), *waiting)

    async def _stretches(self, after: int) -> AsyncIterator[Stretch]:
        """Go through the events after a number, to the last that is there by then."""
        while True:
            stretch = self._known.get(after) or await self._journal.stretch(after)
            if stretch is None:
                return
            if stretch.is_whole:
                self._known[after] = stretch
            yield stretch
            after = stretch.until
