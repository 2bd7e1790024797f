"""Reports of random days: each day is the sum of its journal rows, and all days are the whole."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from datetime import date, timedelta, timezone
from pathlib import Path

import pytest

from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.journal.storage import tallying
from counterfoil.domain import report as reporting
from counterfoil.domain.audit import RedemptionChanged, RestPaid, Settled
from counterfoil.domain.books import Entry
from counterfoil.domain.report import Days, Figures, Report, ReportKind, local_day, sum_of
from counterfoil.domain.settlement import SettledAs
from counterfoil.domain.states import RedemptionState
from counterfoil.service.commands import ReadReport
from counterfoil.service.report_desk import ReportDesk
from support.journals import opened
from support.shift_days import live

S = RedemptionState
SEEDS = 2
"""So many tills; each lives through some shifts."""
BY_DAY = ReportKind.DAY
_ALL = Days(date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture(autouse=True)
def _berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the shop where the clock goes from 2:00 to 3:00 on one of the days."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(scope="module")
def tills(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return the folders of tills that have lived; they are only read here."""
    folders = [tmp_path_factory.mktemp("lived") / f"till-{seed}" for seed in range(SEEDS)]
    for seed, folder in enumerate(folders):
        asyncio.run(live(seed, folder))
    return folders


async def _read(journal: SqliteJournal, kind: ReportKind, days: Days = _ALL) -> Report:
    desk = ReportDesk(journal=journal, currency="ZAR")
    return await desk.read(ReadReport(kind=kind, days=days))


async def _rows_by_day(journal: SqliteJournal) -> dict[date, Counter[str]]:
    """Add up the journal by its events, one redemption after the other."""
    days: dict[date, Counter[str]] = {}
    for one in await journal.history(10_000):
        for told in await journal.events(one.id):
            sums = days.setdefault(local_day(told.at), Counter())
            match told.event:
                case RedemptionChanged(before=before, after=S.FINAL) if before is not S.FINAL:
                    sums["net"] += one.redeemed_cents or 0
                case RedemptionChanged(before=S.FINAL, after=S.REVERSING | S.ATTENTION):
                    sums["net"] -= one.redeemed_cents or 0
                case Settled(settled_as=SettledAs.OUTSIDE):
                    sums["net"] -= one.redeemed_cents or 0
                case RestPaid(cents=cents):
                    sums["rest"] += cents
                case _:
                    pass
    return days


def _moved(figures: Figures) -> dict[str, int]:
    """Return what happened then; what is in doubt now belongs to another time."""
    return {
        part.name: getattr(figures, part.name)
        for part in fields(Figures)
        if not part.name.startswith("in_doubt")
    }


async def _compare(journal: SqliteJournal) -> None:
    by_day = await _read(journal, ReportKind.DAY)
    rows = await _rows_by_day(journal)
    assert {row.key for row in by_day.rows} >= {day for day, sums in rows.items() if sums}
    for row in by_day.rows:
        assert isinstance(row.key, date)
        sums = rows.get(row.key, Counter())
        assert row.figures.vouchers_cents == sums["net"], row.key
        assert row.figures.rest_cents == sums["rest"], row.key
    (whole,) = by_day.totals
    middle = by_day.rows[len(by_day.rows) // 2].key
    assert isinstance(middle, date)
    parts = (
        Days(_ALL.first, middle - timedelta(days=1)),
        Days(middle, middle),
        Days(middle + timedelta(days=1), _ALL.last),
    )
    totals = [one for part in parts for one in (await _read(journal, BY_DAY, part)).totals]
    assert sum_of(one.figures for one in totals) == whole.figures
    for kind in (ReportKind.HOUR, ReportKind.CASHIER):
        (total,) = (await _read(journal, kind)).totals
        assert total.figures == whole.figures, kind
    by_shift = await _read(journal, ReportKind.SHIFT)
    assert _moved(by_shift.totals[0].figures) == _moved(whole.figures)
    for row in by_shift.rows:
        assert row.shift is not None
        assert row.shift.books is not None
        assert row.figures.vouchers_cents == row.shift.books.vouchers_cents("ZAR")
    finals = [one for one in await journal.history(10_000) if one.state is S.FINAL]
    assert whole.figures.vouchers_cents == sum(one.redeemed_cents or 0 for one in finals)
    by_provider = await _read(journal, ReportKind.PROVIDER)
    assert by_provider.totals[0].figures.vouchers_cents == whole.figures.vouchers_cents


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_each_day_is_the_sum_of_its_rows(
    seed: int, tills: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In stretches that end in the middle of a sale, and over the change to summer time."""
    monkeypatch.setattr(tallying, "STRETCH", 25)
    async with opened(tills[seed]) as journal:
        await _compare(journal)


@pytest.mark.parametrize("planted", ["void", "day", "rest"])
async def test_a_wrong_sum_is_found(
    planted: str, tills: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: reports that forget voids or the rest, or go by the days of another place."""
    if planted == "void":
        found = {key: one for key, one in reporting._FIELDS.items() if key is not Entry.VOIDED}
        monkeypatch.setattr(reporting, "_FIELDS", found)
    if planted == "rest":
        monkeypatch.setattr(reporting, "_TENDERS", {})
    if planted == "day":
        monkeypatch.setattr(reporting, "ZONE", timezone(timedelta(hours=-9)))
    found_in = 0
    for folder in tills:
        async with opened(folder) as journal:
            try:
                await _compare(journal)
            except AssertionError:
                found_in += 1
    assert found_in
