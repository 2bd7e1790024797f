"""The shipped journal on a disk that fails: full, broken after the write, or without power.

The adapter's file code runs whole: schema, triggers, marks, seals and the chain. Only its thread
is replaced, by one that works at once, and its connection passes the disk's fate at each
COMMIT that has something to write. A crash leaves the connection's last committed state, which the
next boot opens; whether that holds for a real disk is what the crash images show.

Backups are the program's own sealed files. One is put back, held, and accepted in a folder, by the
program's own functions; then the journal goes on in memory, or from its file.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from typing_extensions import override

from counterfoil.adapters.files import make_file
from counterfoil.adapters.journal.integrity.anchor import Anchors, head_of
from counterfoil.adapters.journal.integrity.watch import Watch
from counterfoil.adapters.journal.opening import open_file
from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.journal.storage.place import JOURNAL_NAME
from counterfoil.domain.failures import JournalUnavailableError
from counterfoil.domain.rows import Row
from simulation.machine import Machine, PowerCut
from support.quick_journal import (
    LIMITS,
    NOWHERE,
    VAULT,
    AnchorsInMemory,
    journal_in_memory,
    new_journal,
)

_Answer = TypeVar("_Answer")


class DiskFate(StrEnum):
    """What becomes of one commit."""

    FINE = "fine"
    FULL = "full"
    """Refused, and nothing is written."""
    FAILED_AFTER = "failed_after"
    """Written, and told as a failure all the same."""


class Disk:
    """Where one till's journal lies, over all its boots."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.connection: sqlite3.Connection = new_journal()
        self.anchors: Anchors = AnchorsInMemory()
        self.next_fate: Callable[[], DiskFate] = lambda: DiskFate.FINE
        self.on_durable: Callable[[tuple[Row, ...]], None] = lambda _: None
        self.on_copied: Callable[[], None] = lambda: None
        self.rows: tuple[Row, ...] = ()
        """What is being committed."""
        self.folder = NOWHERE
        """Where the till's files would lie; a folder only for one that makes backups."""

    def boot(self) -> None:
        """Open the file again after the power was off."""
        self.rows = ()
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def close(self) -> None:
        """Forget the file."""
        self.connection.close()

    def execute(self, statement: str, values: Any = ()) -> sqlite3.Cursor:
        """Execute a statement for the journal; a COMMIT meets its fate."""
        if not self.machine.is_on:
            raise PowerCut
        if statement == "COMMIT" and self.rows:
            return self._commit()
        if statement == "ROLLBACK":
            self.rows = ()
        return self.connection.execute(statement, values)

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction has begun."""
        return self.machine.is_on and self.connection.in_transaction

    def backup(self, target: sqlite3.Connection, **how: Any) -> None:
        """Copy the database for a backup; the power may fail over it."""
        self.machine.boundary("before a copy")
        self.connection.backup(target, **how)
        self.on_copied()
        self.machine.boundary("after a copy")

    def has_folder(self, folder: Path) -> None:
        """Have a folder for the short-lived copy that a backup is made of."""
        folder.mkdir(mode=0o700)
        self.folder = folder

    def lie_in(self, folder: Path) -> int:
        """Write the journal into a folder, as the till left it there when its power failed.

        Returns the number of the event that its anchor names.
        """
        folder.mkdir(mode=0o700)
        make_file(folder / JOURNAL_NAME, self.connection.serialize(), is_own=True)
        head = head_of(self.connection)
        Anchors(folder, VAULT).begin(head)
        return head.sequence

    def go_on_from(self, folder: Path) -> None:
        """Take the journal of a folder for this one, which is lost."""
        self.connection.close()
        self.connection = journal_in_memory((folder / JOURNAL_NAME).read_bytes())
        self.anchors = AnchorsInMemory()

    def _commit(self) -> sqlite3.Cursor:
        rows, self.rows = self.rows, ()
        self.machine.boundary("before a commit")
        fate = self.next_fate()
        if fate is DiskFate.FULL:
            raise _failure("database or disk is full", sqlite3.SQLITE_FULL)
        done = self.connection.execute("COMMIT")
        self.on_durable(rows)
        self.machine.boundary("after a commit")
        if fate is DiskFate.FAILED_AFTER:
            raise _failure("disk I/O error", sqlite3.SQLITE_IOERR)
        return done


class FileDisk(Disk):
    """The same in a real file that is opened anew at each boot, by the adapter's own opening."""

    def __init__(self, machine: Machine, directory: Path) -> None:
        super().__init__(machine)
        self.connection.close()
        self.folder = directory
        self.anchors = Anchors(directory, VAULT)
        self.connection = self._open()

    @override
    def boot(self) -> None:
        self.rows = ()
        self.connection.close()
        self.connection = self._open()

    @override
    def has_folder(self, folder: Path) -> None:
        """Do nothing: it has one."""

    @override
    def lie_in(self, folder: Path) -> int:
        """Close the file, and give its folder another name.

        Where the power failed right after a commit its anchor is one commit behind.
        """
        self.connection.close()
        self.folder.rename(folder)
        return max(one.sequence for one in Anchors(folder, VAULT).find().anchors)

    @override
    def go_on_from(self, folder: Path) -> None:
        self.connection.close()
        self.folder = folder
        self.anchors = Anchors(folder, VAULT)
        self.connection = self._open()

    def _open(self) -> sqlite3.Connection:
        return open_file(self.folder, VAULT, LIMITS, Watch(self.anchors, VAULT))


class DiskJournal(SqliteJournal):
    """The shipped adapter over a disk of the simulation, for one boot."""

    def __init__(self, disk: Disk) -> None:
        super().__init__(disk.folder, lambda: VAULT)
        self._disk = disk
        self._connection = disk  # type: ignore[assignment]  # it does all that the adapter asks of a connection
        self._anchors = disk.anchors
        self.vault = VAULT

    @property
    def is_broken(self) -> bool:
        """Whether it takes nothing any more until it is opened anew."""
        return self._failure is not None

    @override
    async def commit(self, rows: Sequence[Row]) -> None:
        """Write all rows or none, and sync."""
        # It is written before anything else can run, so that these are the rows it writes.
        self._disk.rows = tuple(rows)
        await super().commit(rows)

    @override
    async def _finish(self, work: Callable[[], _Answer]) -> _Answer:
        """Work at once instead of in a thread; others may run before the caller goes on."""
        answer = work()
        await asyncio.sleep(0)
        return answer

    @override
    async def _finish_alone(self, work: Callable[[], _Answer]) -> _Answer:
        return await self._finish(work)

    def let_go(self) -> None:
        """Stop, as a process that ends."""
        self._failure = self._failure or JournalUnavailableError("the process has ended")
        self._connection = None


def _failure(words: str, code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(words)
    error.sqlite_errorcode = code
    error.sqlite_errorname = "simulated"
    return error
