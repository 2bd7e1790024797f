"""Flip bytes of a journal, one at a time, and count what is found.

``python -m support.flipped_bytes [STEP]`` makes a small journal with every kind of row and
flips one bit in each STEP-th byte of its file (1: all of them). A flip that changes what any row,
table or guard says must be found; one in free space or in a counter of SQLite's own changes nothing
that is said. It ends with 1 when a change was missed, and names the bytes.
"""

import asyncio
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from time import perf_counter

from counterfoil.adapters.journal.integrity.audit import find_faults
from counterfoil.adapters.journal.storage.queries import APPLICATION_ID
from counterfoil.domain.rows import TypesKept
from counterfoil.domain.states import RedemptionState
from support import samples as sample
from support.journals import content_of, opened
from support.memory_vault import MemoryVault
from support.samples import NOON, Samples, commit

FOUND, HARMLESS, MISSED = "found", "changes nothing that is said", "MISSED"
Said = list[tuple[object, ...]]


async def make_journal(folder: Path) -> bytes:
    """Return the file of a small journal with every kind of row."""
    samples = Samples()
    async with opened(folder) as journal:
        await sample.whole_story(journal, samples)
        for state in (RedemptionState.INFLIGHT, RedemptionState.FINAL, RedemptionState.ATTENTION):
            await samples.in_state(journal, state)
        await commit(journal, TypesKept("moment", NOON, (sample.GIFT_CARD,)))
    return content_of(folder)


def said_by(connection: sqlite3.Connection) -> Said:
    """Return all that a journal says, and what it says that it is."""
    tables = [name for (name,) in connection.execute(_TABLES)]
    rows = [
        (name, *row)
        for name in tables
        for row in connection.execute(f'SELECT * FROM "{name}" ORDER BY 1, 2').fetchall()  # noqa: S608 - our own names
    ]
    # A statement that is kept as bytes is the same statement: SQLite reads it as text.
    schema = connection.execute(
        "SELECT type, name, CAST(sql AS TEXT) FROM sqlite_schema ORDER BY 1, 2"
    )
    return [*rows, *schema.fetchall()]


_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"


def judge(content: bytes, before: Said) -> str:
    """Say what became of one changed file."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        try:
            connection.deserialize(content)
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            plain = said_by(connection)
            connection.row_factory = sqlite3.Row
            if application != APPLICATION_ID or any(find_faults(connection, MemoryVault())):
                return FOUND
        except Exception:  # noqa: BLE001 - a till that cannot read it does not open
            return FOUND
    return HARMLESS if plain == before else MISSED


def flips(whole: bytes, places: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Flip one bit at each place, and say what became of it."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(whole)
        before = said_by(connection)
    for place in places:
        flipped = bytearray(whole)
        flipped[place] ^= 1 << place % 8
        yield place, judge(bytes(flipped), before)


def main(step: int) -> int:
    """Flip every STEP-th byte, print the figures and return the exit code."""
    begun_s = perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        whole = asyncio.run(make_journal(Path(folder) / "till"))
    outcomes = dict(flips(whole, range(0, len(whole), step)))
    counts = Counter(outcomes.values())
    seconds = perf_counter() - begun_s
    sys.stdout.write(f"{len(whole)} bytes, {len(outcomes)} flipped in {seconds:.0f} s\n")
    for outcome in (FOUND, HARMLESS, MISSED):
        sys.stdout.write(f"{counts[outcome]:>8}  {outcome}\n")
    missed = [place for place, outcome in outcomes.items() if outcome == MISSED]
    if missed:
        sys.stdout.write(f"missed at {missed[:40]}\n")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
