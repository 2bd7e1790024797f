"""What each report of a year of 180,000 sales takes, and how late the loop is meanwhile."""

import time
from collections.abc import AsyncIterator
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.beside import ticking
from bench.building import MIXED, built, open_vault
from bench.measuring import Row
from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.domain import rows as row
from counterfoil.domain.books import BookLine, Books, Entry
from counterfoil.domain.drawer import Drawer, DrawerCount
from counterfoil.domain.report import Days, ReportKind
from counterfoil.domain.shift import Shift
from counterfoil.service.commands import ReadReport
from counterfoil.service.report_desk import ReportDesk
from support.journals import QUICK

SALES = 180_000
_YEAR = Days(date(2026, 1, 1), date(2026, 12, 31))
_GOAL_MS, _LATE_MS = 2_000, 50
_CASHIERS = ("Anele", "Nomsa", "Sipho", "Thabo")


async def rows(folder: Path | None) -> AsyncIterator[Row]:
    """Read each report of a year twice: the first goes through the whole journal."""
    scratch = nullcontext(str(folder)) if folder else TemporaryDirectory()
    with scratch as kept:
        place = await built(Path(kept), SALES, MIXED)
        async with SqliteJournal.open(place, open_vault, QUICK) as journal:
            await _close_shifts(journal)
            for kind in ReportKind:
                desk = ReportDesk(journal=journal, currency="ZAR")
                for again in ("", " again"):
                    late: list[float] = []
                    async with ticking(late):
                        began, busy = time.perf_counter(), time.process_time()
                        report = await desk.read(ReadReport(kind=kind, days=_YEAR))
                        took_ms = (time.perf_counter() - began) * 1000
                        busy_ms = (time.process_time() - busy) * 1000
                    assert report.totals[0].figures.sales >= SALES - 1_000, report.totals
                    what = f"{SALES:,} sales by {kind}{again}"
                    yield Row(what=what, floor=_GOAL_MS, ours=took_ms, goal=1)
                    yield Row(what="of one processor", floor=_GOAL_MS, ours=busy_ms, goal=None)
                    yield Row(
                        what="the loop meanwhile, the latest tick",
                        floor=_LATE_MS,
                        ours=max(late, default=0),
                        goal=1,
                    )


async def _close_shifts(journal: SqliteJournal) -> None:
    """Close two shifts a day for a year, each with the books that such a shift has."""
    if await journal.shifts(1):
        return
    lines = tuple(
        BookLine(
            entry=entry,
            currency="ZAR",
            person=person,
            provider=provider,
            detail="",
            count=SALES // (730 * len(_CASHIERS) * 2) + 1 if entry is Entry.REDEEMED else 1,
            cents=100_000,
        )
        for entry in (Entry.REDEEMED, Entry.VOIDED, Entry.REFUSED, Entry.COPIED)
        for person in _CASHIERS
        for provider in ("moment", "electrum")
    )
    head = (await journal.booked(0)).head
    for number in range(1, 731):
        at = datetime(2026, 1, 1, 8, tzinfo=UTC) + timedelta(hours=12 * (number - 1))
        shift = Shift(
            number=0,
            opened_at=at,
            opened_by=_CASHIERS[0],
            currency="ZAR",
            float_cents=50_000,
            begins_after=0,
        )
        count = DrawerCount(shift=number, pieces={}, expected_cents=0, at=at, by=_CASHIERS[0])
        books = Books(lines=lines, drawer=Drawer(counted_cents=0, expected_cents=0), head=head)
        closed = row.ShiftClosed(number=number, books=books, at=at, by=_CASHIERS[0], explanation="")
        await journal.commit((row.ShiftOpened(shift),))
        await journal.commit((row.DrawerCounted(count), closed))
