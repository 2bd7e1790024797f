"""A short-lived copy of a journal: not encrypted, beside the journal, and without a name.

The file is the user's alone and loses its name as soon as it is open, so it is gone when its last
user ends, also by a power cut. Where the system cannot do that it is removed at the end, and what a
power cut left of it at the next start. Only a part of it is in memory at any time.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self

from counterfoil.adapters.files import PassingFile
from counterfoil.domain.causes.backup import NoRoom
from counterfoil.domain.failures import JournalFullError

PART_BYTES = 256 * 1024
PAGES_AT_ONCE = 256
"""How many pages are copied before other work of the journal's thread is let in."""

_LOG_PLACE = 18
_NO_LOG = b"\x01\x01"
"""Two bytes of SQLite's header say that a log lies beside the file; beside a copy there is none."""
_BYTES_PER_MB = 1_000_000


class PlainCopy:
    """One copy, filled by `take_pages` or `take_parts`, and there until `close`.

    Once it is filled another thread may use it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: PassingFile | None = None
        self._connection: sqlite3.Connection | None = None
        self.size_bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self.close()

    @property
    def connection(self) -> sqlite3.Connection:
        """The copy, for reading only."""
        assert self._connection is not None, "a copy is taken before it is read"
        return self._connection

    def take_pages(
        self, source: sqlite3.Connection, let_in: Callable[[], None] = lambda: None
    ) -> None:
        """Copy a database page by page; ``let_in`` is called in between and may write to it.

        What it writes is in the copy too: the copy is the database as it is when copying ends.

        Raises:
            sqlite3.Error, OSError: it cannot be copied.

        """
        with closing(_connect(self._begin(), "mode=rw")) as copy:
            self._lose_name()
            file = self._taken()

            def go_on(*_: int) -> None:
                file.begin_to_write_out()
                let_in()

            for setting in ("PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF"):
                copy.execute(setting).fetchall()
            source.backup(copy, pages=PAGES_AT_ONCE, progress=go_on, sleep=0)
        file.write_at(_LOG_PLACE, _NO_LOG)
        self.size_bytes = file.size_bytes

    def take_parts(self, parts: Iterable[bytes]) -> None:
        """Copy the bytes of a file; raise OSError where they cannot be written."""
        self._begin()
        self._lose_name()
        file = self._taken()
        for part in parts:
            file.write(part)
        self.size_bytes = file.size_bytes

    def parts(self) -> Iterator[bytes]:
        """Return the bytes of the copy, in parts of `PART_BYTES`."""
        return self._taken().parts(PART_BYTES)

    def close(self) -> None:
        """Close the copy, which removes it; doing it twice does nothing."""
        if self._connection is not None:
            self._connection.close()
        if self._file is not None:
            self._file.close()

    def _begin(self) -> Path:
        """Make the file, and open what reads it once it is written."""
        self._file = PassingFile(self._folder, "copy")
        self._connection = _connect(self._file.path, "mode=ro")
        self._connection.row_factory = sqlite3.Row
        return self._file.path

    def _lose_name(self) -> None:
        self._taken().lose_name()

    def _taken(self) -> PassingFile:
        assert self._file is not None, "a copy is taken before it is used"
        return self._file


def size_of(connection: sqlite3.Connection) -> int:
    """Return how many bytes a copy of a database takes."""
    pages: int = connection.execute("PRAGMA page_count").fetchone()[0]
    page_bytes: int = connection.execute("PRAGMA page_size").fetchone()[0]
    return pages * page_bytes


def check_room(folder: Path, size_bytes: int, spare_bytes: int = 0) -> None:
    """Check that a disk has room for a copy and, beside it, ``spare_bytes`` for the selling.

    Raises:
        JournalFullError: there is not enough room.
        OSError: the disk's free space cannot be read.

    """
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < size_bytes + spare_bytes:
        needed_mb, free_mb = (
            -(-number // _BYTES_PER_MB) for number in (size_bytes + spare_bytes, free_bytes)
        )
        raise JournalFullError(room=NoRoom(needed_mb, free_mb))


def _connect(path: Path, how: str) -> sqlite3.Connection:
    address = f"{path.resolve().as_uri()}?{how}"
    return sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
