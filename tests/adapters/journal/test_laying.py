"""The journals of very many sales that figures are measured in are what a till would leave."""

from pathlib import Path
from typing import Any

from bench.building import MIXED, built_old, finished_sale, open_vault
from bench.laying import lay_sales
from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.journal.storage import spec
from counterfoil.adapters.journal.verifying import find_faults_in
from support.journals import QUICK, opened, raw
from support.memory_vault import MemoryVault

_SALES = range(1, 9)
_ANEW = {"row_key", "request_sealed", "change_sealed", "body_sealed", "row_mac", "link"}
"""What is another each time that it is written."""


async def begun(folder: Path, *sales: int) -> Path:
    """Return the folder of a closed journal in which the writer wrote these sales."""
    async with SqliteJournal.open(folder, open_vault, QUICK) as journal:
        for one in sales:
            await journal.commit(list(finished_sale(one, MIXED)))
    return folder


def rows_in(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Return what lies in the tables that sales are written to."""
    tables = (spec.SALE, spec.REDEMPTION, spec.ATTEMPT, spec.ADVICE, spec.PRINT_JOB, spec.EVENT)
    with raw(folder) as connection:
        found = {one.name: connection.execute(f"SELECT * FROM {one.name}") for one in tables}  # noqa: S608 - of names
        return {
            name: [{key: row[key] for key in set(row.keys()) - _ANEW} for row in rows]
            for name, rows in found.items()
        }


async def test_sales_that_are_laid_lie_as_the_writer_leaves_them(tmp_path: Path) -> None:
    """Row by row, and the whole check finds nothing."""
    written = await begun(tmp_path / "written", *_SALES)
    laid = await begun(tmp_path / "laid", *_SALES[:2])
    rest = range(_SALES[2], _SALES.stop)
    lay_sales(laid, open_vault(), rest, lambda one: finished_sale(one, MIXED))
    assert rows_in(laid) == rows_in(written)
    assert find_faults_in(laid, open_vault, QUICK) == ()


async def test_sales_of_an_older_till_are_laid_as_it_left_them(tmp_path: Path) -> None:
    """Nothing is found in them before they are brought up to date and after."""
    place = built_old(tmp_path, len(_SALES))
    assert find_faults_in(place, MemoryVault, QUICK) == ()
    async with opened(place) as journal:
        (newest, *_) = await journal.history(1)
        change = await journal.change(newest.id)
        assert change is not None
        assert change.shape == newest.change
    assert find_faults_in(place, MemoryVault, QUICK) == ()
