"""What it takes to reconcile a statement of 100,000 lines, and how long a sale waits meanwhile."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from bench.beside import PAUSE_S, beside, ticking
from bench.measuring import Row
from counterfoil.adapters.journal.integrity.anchor import Anchors, head_of
from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.journal.storage import spec
from counterfoil.adapters.journal.storage.writing import insert_row
from counterfoil.adapters.statements.statements import CsvStatements
from counterfoil.adapters.system.clock import SystemClock
from counterfoil.domain.reconciliation import DIFFERENCES_MAX, Reconciliation
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.rows import SaleOpened
from counterfoil.domain.sale import Sale
from counterfoil.domain.staff import EVERYTHING, Actor
from counterfoil.domain.states import RedemptionState, SaleState
from counterfoil.service.commands import Progress, Wanted
from counterfoil.service.statement_desk import StatementDesk
from support.journals import opened, tampering
from support.memory_vault import MemoryVault
from support.samples import NOON, Samples

LINES = 100_000
_DIFFERING = DIFFERENCES_MAX - 10
_WHOLE_S, _WAITS_MS = 30, 50
_APART = timedelta(seconds=25)
"""A month of a busy shop: one sale after another."""


async def rows() -> list[Row]:
    """Reconcile a month, with a sale begun every 20 ms meanwhile."""
    with TemporaryDirectory() as scratch:
        place, path = Path(scratch) / "till", Path(scratch) / "statement.csv"
        async with opened(place):
            pass
        _lay(place, path)
        async with opened(place) as journal:
            alone = [await _commit_ms(journal, 5 * LINES + one) for one in range(200)]
            told: list[Progress] = []
            gc.freeze()  # as the till does once it has loaded everything
            waited: list[float] = []
            late: list[float] = []
            async with _selling(journal, waited), ticking(late):
                began, busy = time.perf_counter(), time.process_time()
                run = await _reconciled(journal, path, told)
                whole_ms = (time.perf_counter() - began) * 1000
                busy_ms = (time.process_time() - busy) * 1000
            assert (run.lines, run.differences) == (LINES, _DIFFERING), run
            assert len(told) > LINES / 400
        waited.sort()
        return [
            Row(what=f"{LINES:,} lines", floor=_WHOLE_S * 1000, ours=whole_ms, goal=1),
            Row(what="of one processor", floor=_WHOLE_S * 1000, ours=busy_ms, goal=None),
            _wait("a commit alone, the median", _share(sorted(alone), 0.5), goal=None),
            _wait("a commit alone, the slowest", max(alone), goal=None),
            _wait("a commit meanwhile, the median", _share(waited, 0.5)),
            _wait("a commit meanwhile, 99 of 100", _share(waited, 0.99)),
            _wait("a commit meanwhile, the slowest", waited[-1]),
            _wait("the loop meanwhile, the latest tick", max(late)),
        ]


def _wait(what: str, took_ms: float, goal: float | None = 1) -> Row:
    return Row(what=what, floor=_WAITS_MS, ours=took_ms, goal=goal)


def _share(figures: list[float], share: float) -> float:
    return figures[int(share * (len(figures) - 1))]


async def _reconciled(journal: SqliteJournal, path: Path, told: list[Progress]) -> Reconciliation:
    desk = StatementDesk(
        journal=journal, statements=CsvStatements(), upstreams={"moment"}, clock=SystemClock()
    )
    columns = (await desk.preview(path, "moment", {})).columns
    asked = Wanted(path=path, upstream="moment", columns=columns, told=told.append)
    return (await desk.reconcile(asked, Actor("Lindiwe K.", EVERYTHING))).run


@asynccontextmanager
async def _selling(journal: SqliteJournal, waited: list[float]) -> AsyncIterator[None]:
    """Begin a sale again and again, and note how long each commit took."""

    async def sell() -> None:
        number = 6 * LINES
        while True:
            await asyncio.sleep(PAUSE_S)
            number += 1
            waited.append(await _commit_ms(journal, number))

    async with beside(sell()):
        yield


async def _commit_ms(journal: SqliteJournal, number: int) -> float:
    sale = Sale(id=_id(number), currency="ZAR", due_cents=1_900, opened_at=NOON)
    began = time.perf_counter()
    await journal.commit((SaleOpened(sale),))
    return (time.perf_counter() - began) * 1000


def _lay(place: Path, path: Path) -> None:
    """Lay the redemptions of a month, with their true MACs, and write their statement.

    Nothing else of them is there, neither attempts nor events: nothing here reads it.
    """
    vault, sample = MemoryVault(), Samples()
    first = sample.redemption(sample.sale())
    lines = ["External reference,Redemption ID,Created,Status,Redeemed,Currency"]
    with tampering(place) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("BEGIN")
        for number in range(1, LINES + 1):
            one = _sold(first, number)
            sale = Sale(
                id=one.sale_id,
                currency="ZAR",
                due_cents=1_900,
                opened_at=one.created_at,
                state=SaleState.PAID,
            )
            insert_row(
                connection, vault, spec.SALE, spec.SALE.write(sale) | {spec.SEQUENCE: number}
            )
            sealed = {
                spec.ROW_KEY: bytes(40),
                spec.REQUEST_SEALED: bytes(120),
                spec.CHANGE_SEALED: None,
            }
            insert_row(connection, vault, spec.REDEMPTION, spec.REDEMPTION.write(one) | sealed)
            cents = 1_800 if number % (LINES // _DIFFERING) == 0 and _is_one(number) else 1_900
            amount = f"{cents // 100}.{cents % 100:02d}"
            lines.append(
                f"{one.id},{one.upstream_id},{one.created_at.isoformat()},confirmed,{amount},ZAR"
            )
        connection.execute("COMMIT")
        Anchors(place, vault).begin_beside(head_of(connection))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _is_one(number: int) -> bool:
    return number // (LINES // _DIFFERING) <= _DIFFERING


def _sold(sample: Redemption, number: int) -> Redemption:
    return replace(
        sample,
        id=_id(number),
        sale_id=_id(LINES + number),
        idempotency_key=_id(2 * LINES + number),
        fingerprint=f"{number:064x}",
        slip_number=number,
        created_at=NOON + number * _APART,
        state=RedemptionState.FINAL,
        redeemed_cents=1_900,
        upstream_id=f"RC-{number:08d}",
    )


def _id(number: int) -> str:
    """Return an id whose short reference is its own, as those of a till are by chance."""
    return str(UUID(int=(number * 2_654_435_761 % 2**32 << 96) + number, version=4))
