"""How much of a journal's file is read at the start, whatever the file has grown to."""

from pathlib import Path

import pytest

from counterfoil.adapters.journal.opening import open_file
from counterfoil.adapters.journal.storage.place import JOURNAL_NAME
from counterfoil.domain.rows import RedemptionPrepared, Row, SaleOpened
from support import samples as sample
from support.journals import QUICK, opened
from support.memory_vault import MemoryVault
from support.samples import Samples

PAGES_MORE = 12
"""A larger tree is a level or two deeper; each of the few that are looked into by one page each."""

pytestmark = pytest.mark.skipif(
    not Path("/proc/thread-self/io").exists(), reason="only Linux counts what a thread reads"
)


async def lay(folder: Path, redemptions: int) -> Path:
    """Make a journal of so many redemptions, and close it."""
    samples = Samples()
    rows: list[Row] = []
    for _ in range(redemptions):
        sale = samples.sale()
        rows += [SaleOpened(sale), RedemptionPrepared(samples.redemption(sale), sample.REQUEST)]
    async with opened(folder) as journal:
        await journal.commit(rows)
    return folder


def bytes_read() -> int:
    """Return how many bytes this thread has read so far, from files in the cache as well."""
    lines = Path("/proc/thread-self/io").read_text(encoding="ascii").splitlines()
    return int(dict(line.split(": ") for line in lines)["rchar"])


def bytes_read_to_open(folder: Path) -> int:
    """Open a journal in this thread and return how many bytes that read."""
    before = bytes_read()
    open_file(folder, MemoryVault(), QUICK).close()
    return bytes_read() - before


@pytest.mark.many_runs
async def test_the_start_reads_no_more_of_a_large_journal(tmp_path: Path) -> None:
    """The anchor and the tail, not the whole file."""
    small, large = await lay(tmp_path / "small", 100), await lay(tmp_path / "large", 2_000)
    bytes_read_to_open(small)  # what is read once in a process is read now
    read = [bytes_read_to_open(folder) for folder in (small, large)]
    sizes = [(folder / JOURNAL_NAME).stat().st_size for folder in (small, large)]
    assert sizes[1] > 5 * sizes[0] + read[0]
    assert read[1] <= read[0] + PAGES_MORE * 4096
