"""What a journal costs at each age: of so many sales, beside the smallest of the same run."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from shutil import copytree
from statistics import median
from tempfile import TemporaryDirectory

from bench.beside import beside
from bench.building import (
    ADVISED,
    KEYED,
    MIXED,
    built,
    built_old,
    finished_sale,
    open_vault,
    size_of,
)
from bench.measuring import Row
from counterfoil.adapters.journal.backup.backup_file import opened_backup
from counterfoil.adapters.journal.backups import BackupChoice, SealedBackups
from counterfoil.adapters.journal.restore_check import check_restore
from counterfoil.adapters.journal.restoring import restore_backup
from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.journal.storage.place import JOURNAL_NAME
from counterfoil.adapters.journal.verifying import find_faults_in
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.search import Search
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import RedemptionState
from counterfoil.ports.vault import Vault
from support.journals import QUICK
from support.memory_vault import MemoryVault

_WEIGHED = 2_000
_PAGE = 200
_TIMES = 15
_FLAT, _WAIT_MS, _ABOVE_IDLE_MB = 1.2, 50, 64
_KEYED_BYTES, _ADVISED_BYTES = 2_500, 3_500
_FOUND = ("found by", "found none", "counted of")
_BESIDE = "a commit beside"
"""Begins what a sale waits for at most, which has the goal of a search."""
_PAUSE_S = 0.02
_WHOLE = "of the whole"
"""Begins what reads everything: shown beside the smallest, and no goal is set for its ratio."""


@dataclass(frozen=True, slots=True)
class Cost:
    """One figure of one journal."""

    what: str
    figure: float
    unit: str = "ms"


async def rows(sizes: Sequence[int], folder: Path | None) -> AsyncIterator[Row]:
    """Measure journals of these sizes, which are kept in ``folder`` for another run if given."""
    with TemporaryDirectory() as scratch:
        kept = folder or Path(scratch) / "built"
        for row in await _weighed(kept):
            yield row
        smallest: dict[str, tuple[int, float]] = {}
        for sales in sorted(sizes):
            place = Path(scratch) / f"at-{sales}"
            copytree(await built(kept, sales, MIXED), place)
            old = Path(scratch) / f"old-{sales}"
            copytree(built_old(kept, sales), old)
            async for cost in _costs(place, old, sales):
                size, least = smallest.setdefault(cost.what, (sales, cost.figure))
                yield _row(cost, sales, size, least)


def _row(cost: Cost, sales: int, size: int, least: float) -> Row:
    what = f"{sales:,}: {cost.what}"
    if cost.unit == "MB":
        return Row(what=what, floor=_ABOVE_IDLE_MB, ours=cost.figure, goal=1, unit="MB")
    if cost.what.startswith((*_FOUND, _BESIDE)):
        return Row(what=f"{what}, to 50 ms", floor=_WAIT_MS, ours=cost.figure, goal=1)
    goal = None if cost.what.startswith(_WHOLE) else _FLAT
    return Row(what=f"{what}, to {size:,}", floor=least, ours=cost.figure, goal=goal)


async def _weighed(kept: Path) -> list[Row]:
    """Weigh a finished sale of each kind, and each index of the keyed ones."""
    empty = size_of(await built(kept, 0, MIXED))
    found = []
    for mix, goal in ((KEYED, _KEYED_BYTES), (ADVISED, _ADVISED_BYTES)):
        place = await built(kept, _WEIGHED, mix)
        each = (size_of(place) - empty) / _WEIGHED
        found.append(
            Row(
                what=f"a sale, {mix.name}, to its goal",
                floor=goal,
                ours=each,
                goal=1,
                unit="B",
            )
        )
        if mix is KEYED:
            found += [
                Row(what=f"  of it {name}", floor=each, ours=size, goal=None, unit="B")
                for name, size in _parts(place)
            ]
    return found


def _parts(place: Path) -> list[tuple[str, float]]:
    """Return how many bytes of a sale each table and index takes, the largest first."""
    import apsw  # Python's own SQLite may be built without this table

    with closing(apsw.Connection(str(place / JOURNAL_NAME))) as connection:
        sizes = connection.execute(
            "SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC"
        )
        return [(name, size / _WEIGHED) for name, size in sizes if size > 5 * _WEIGHED]


async def _costs(place: Path, old: Path, sales: int) -> AsyncIterator[Cost]:
    yield Cost("opening", await _median_ms(lambda: _opened(place), 5))
    async with SqliteJournal.open(place, open_vault, QUICK) as journal:
        for what, work in _readings(journal, sales):
            yield Cost(what, await _median_ms(work))
        for search_name, search in _searches(await journal.history(1)):
            yield Cost(f"found by {search_name}", await _median_ms(_find(journal, search)))
            yield Cost(f"counted of {search_name}", await _median_ms(_count(journal, search)))
        numbers = count(sales + 1)
        yield Cost("commit", await _commit_ms(journal, numbers))
        async for cost in _kept(journal, place, numbers):
            yield cost
    async for cost in _whole("verify", lambda: _verified(place)):
        yield cost
    async for cost in _whole("migration of version 2.1", lambda: _updated(old)):
        yield cost


async def _kept(journal: SqliteJournal, place: Path, numbers: Iterator[int]) -> AsyncIterator[Cost]:
    """Measure a backup with sales beside it, then its check and its restoring."""
    waited = [0.0]  # the backup of an empty journal is over before a sale begins

    async def sell() -> None:
        while True:
            await asyncio.sleep(_PAUSE_S)
            began = time.perf_counter()
            await journal.commit(list(finished_sale(next(numbers), KEYED)))
            waited.append((time.perf_counter() - began) * 1000)

    async with beside(sell()):
        costs = [cost async for cost in _whole("backup", lambda: _backed_up(journal, place))]
    for cost in costs:
        yield cost
    yield Cost(f"{_BESIDE} a backup, the slowest", max(waited))
    file, vault = next((place / "backups").iterdir()), journal.vault
    async for cost in _whole("check of a restore", lambda: _checked(file, vault)):
        yield cost
    async for cost in _whole("restore", lambda: _restored(file, place / "restored", vault)):
        yield cost


async def _checked(file: Path, vault: Vault) -> None:
    with opened_backup(file, vault, file.parent) as backup:
        assert not check_restore(backup, vault).findings


async def _restored(file: Path, target: Path, vault: Vault) -> None:
    target.mkdir(mode=0o700)
    with opened_backup(file, vault, target) as backup:
        _ = restore_backup(backup, target, vault, limits=QUICK)


async def _opened(place: Path) -> None:
    async with SqliteJournal.open(place, open_vault, QUICK):
        pass


async def _updated(place: Path) -> None:
    async with SqliteJournal.open(place, MemoryVault, QUICK):
        pass


def _readings(
    journal: SqliteJournal, sales: int
) -> list[tuple[str, Callable[[], Awaitable[object]]]]:
    pages: list[tuple[str, Callable[[], Awaitable[object]]]] = [
        ("first page of History", lambda: journal.history(_PAGE)),
        ("deep page of History", lambda: journal.history(_PAGE, sales // 2)),
    ]
    return [
        # A page of an empty journal has no rows, so it says nothing of the pages of others.
        *(pages if sales > 2 * _PAGE else []),
        ("what is open", journal.open_redemptions),
        ("what waits for a person", journal.redemptions_for_a_person),
        ("what was left open", journal.redemptions_left_open),
        ("slips to finish", journal.slip_ids_to_finish),
        ("owed advices", journal.owed_advices),
        ("the count", journal.count),
    ]


def _searches(newest: Sequence[Redemption]) -> list[tuple[str, Search]]:
    last = newest[0] if newest else None
    day = last.created_at if last else datetime(2026, 1, 2, tzinfo=UTC)
    day = day.replace(hour=0, minute=0, second=0, microsecond=0)
    return [
        ("reference", Search(text=last.reference.lower() if last else "k7q-42f")),
        ("last four", Search(text=last.voucher_tail if last else "0937")),
        ("amount", Search(text="10.50", cents=1_050)),
        ("day", Search(text="today", days=(day, day + timedelta(days=1)))),
        ("state", Search(text="paid", states=frozenset({RedemptionState.FINAL}))),
        ("type", Search(text="voucher")),
        ("cashier", Search(text="thabo")),
        ("voucher number", Search(code=Secret("1115684091419838"))),
        ("nothing there", Search(text="no such thing")),
    ]


def _find(journal: SqliteJournal, search: Search) -> Callable[[], Awaitable[object]]:
    return lambda: journal.find(search, _PAGE)


def _count(journal: SqliteJournal, search: Search) -> Callable[[], Awaitable[object]]:
    return lambda: journal.count(search)


async def _commit_ms(journal: SqliteJournal, numbers: Iterator[int]) -> float:
    """Return the median of committing a whole finished sale."""
    return await _median_ms(lambda: journal.commit(list(finished_sale(next(numbers), KEYED))), 50)


async def _backed_up(journal: SqliteJournal, place: Path) -> None:
    folder = place / "backups"
    _ = await SealedBackups(journal, BackupChoice(folder)).make_file(
        datetime(2027, 1, 1, tzinfo=UTC)
    )


async def _verified(place: Path) -> None:
    assert not list(find_faults_in(place, open_vault))


async def _whole(what: str, work: Callable[[], Awaitable[None]]) -> AsyncIterator[Cost]:
    """Measure something that reads everything, and its peak of memory above what was there."""
    idle_mb = _memory_mb("VmRSS")
    _ = Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
    began = time.perf_counter()
    await work()
    yield Cost(f"{_WHOLE}: {what}", (time.perf_counter() - began) * 1000)
    yield Cost(f"{what}, peak memory", _memory_mb("VmHWM") - idle_mb, "MB")


def _memory_mb(what: str) -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(rf"{what}:\s+(\d+) kB", status)
    assert found is not None, "a Linux says how much memory a process takes"
    return int(found[1]) / 1024


async def _median_ms(work: Callable[[], Awaitable[object]], times: int = _TIMES) -> float:
    _ = await work()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        _ = await work()
        taken.append((time.perf_counter() - began) * 1000)
    return median(taken)
