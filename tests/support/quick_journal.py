"""The shipped journal in memory and without its thread, for whatever runs against many of them.

The adapter's file code runs whole: schema, triggers, marks, seals and the chain. Only a disk is
not there, and what is asked of it is done at once.
"""

import sqlite3
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

from typing_extensions import override

from counterfoil.adapters.journal.integrity.anchor import Anchor, Anchors
from counterfoil.adapters.journal.opening import OpeningLimits, open_file
from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.journal.storage.codecs import packed_id
from counterfoil.adapters.journal.storage.reading import Reader
from counterfoil.adapters.journal.storage.writing import Writer
from counterfoil.adapters.system.vault import SealingVault
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.rows import Row

_Answer = TypeVar("_Answer")

NOWHERE = Path("nowhere")
VAULT = SealingVault(b"one till for all tests, in memory"[:32])
"""Deriving keys takes longer than a test, and nothing here depends on which key it is."""
LIMITS = OpeningLimits(free_bytes_min=0, first_commit_s_max=600)
_LOG_MARKS = slice(18, 20)
"""Where a file's header says whether it has a write-ahead log."""


class AnchorsInMemory(Anchors):
    """How far a journal in memory had come, which never goes back."""

    def __init__(self) -> None:
        super().__init__(NOWHERE, VAULT)

    @override
    def follow(self, anchor: Anchor) -> None:
        assert self._last is None or anchor >= self._last, "an anchor never goes back"
        self._last = anchor


class QuickJournal(SqliteJournal):
    """A new journal of its own; ``connection`` is one that another has left."""

    def __init__(self, connection: sqlite3.Connection | None = None) -> None:
        super().__init__(NOWHERE, lambda: VAULT)
        self._connection = connection or new_journal()
        self._anchors = AnchorsInMemory()
        self.vault = VAULT

    def write(self, *rows: Row) -> None:
        """Write rows in between, as whoever is quicker."""
        self._transact(lambda connection: Writer(connection, self.vault).write(rows))

    def alter(self, statement: str, *values: str) -> None:
        """Change the file behind the till's back, past its triggers; ``values`` are ids."""

        def work(connection: sqlite3.Connection) -> None:
            triggers = connection.execute(
                "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
            ).fetchall()
            for name, _ in triggers:
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute(statement, tuple(map(packed_id, values)))
            for _, sql in triggers:
                connection.execute(sql)

        self._transact(work)

    def read(self, redemption_id: str) -> Redemption:
        """Return a redemption as it is in the file at this moment."""

        def look(connection: sqlite3.Connection) -> tuple[Redemption, ...]:
            reader = Reader(connection, self.vault, self._proven, self._quarantine)
            return reader.redemptions("read_redemption", id=packed_id(redemption_id))

        (found,) = self._transact(look)
        return found

    @override
    async def _finish(self, work: Callable[[], _Answer]) -> _Answer:
        return work()

    @override
    async def _finish_alone(self, work: Callable[[], _Answer]) -> _Answer:
        return work()


@cache
def _template() -> bytes:
    """Let the adapter make an empty journal once; a copy of it takes little time."""
    with tempfile.TemporaryDirectory(prefix="journal-") as folder:
        connection = open_file(Path(folder), VAULT, LIMITS)
        raw = connection.serialize()
        connection.close()
    return _without_log(raw)


def new_journal() -> sqlite3.Connection:
    """Return an empty journal in memory, as the adapter opens it."""
    return _opened(_template())


def journal_in_memory(content: bytes) -> sqlite3.Connection:
    """Return the journal in memory that a file has which was closed, as the adapter opens it."""
    return _opened(_without_log(content))


def _without_log(content: bytes) -> bytes:
    """In memory there is no log beside the file, so the header must not ask for one."""
    raw = bytearray(content)
    raw[_LOG_MARKS] = b"\x01\x01"
    return bytes(raw)


def _opened(content: bytes) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=256)
    connection.deserialize(content)
    connection.row_factory = sqlite3.Row
    for setting in ("foreign_keys=ON", "trusted_schema=OFF", "recursive_triggers=ON"):
        connection.execute(f"PRAGMA {setting}")
    return connection
