"""How much room a sale takes for good: the journal keeps every one."""

from pathlib import Path

import pytest

from bench.building import ADVISED, KEYED, Mix, finished_sale, open_vault
from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.journal.storage.place import JOURNAL_NAME
from support.journals import QUICK


@pytest.mark.many_runs
@pytest.mark.parametrize(("mix", "bytes_max"), [(KEYED, 2_500), (ADVISED, 3_500)])
async def test_a_finished_sale_takes_little_room(tmp_path: Path, mix: Mix, bytes_max: int) -> None:
    """Between two sizes of a journal, so that what an empty one takes is not counted."""
    sizes = []
    for numbers in (range(1, 101), range(101, 401)):
        async with SqliteJournal.open(tmp_path, open_vault, QUICK) as journal:
            await journal.commit([row for one in numbers for row in finished_sale(one, mix)])
        sizes.append((tmp_path / JOURNAL_NAME).stat().st_size)
    assert (sizes[1] - sizes[0]) / 300 <= bytes_max
