"""Journals for tests, and a small program that a test starts, locks out or kills.

``python -m support.journals hold DIR`` opens the journal, prints ``open`` and waits for its input
to end. ``commit DIR`` prepares redemptions and prints the id of each one that the journal has
acknowledged, until the disk fails; then it tries once more and says what both failures were.
``commit-more DIR`` does so in a journal that has one redemption.
"""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from itertools import count
from pathlib import Path

from counterfoil.adapters.journal.accepting import accept_journal
from counterfoil.adapters.journal.backup.backup_file import opened_backup, unsealed, write_backup
from counterfoil.adapters.journal.backup.plain_copy import PlainCopy
from counterfoil.adapters.journal.integrity.anchor import Anchors, head_of
from counterfoil.adapters.journal.integrity.watch import Acceptance
from counterfoil.adapters.journal.opening import OpeningLimits
from counterfoil.adapters.journal.restore_check import RestoreCheck, check_restore
from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.journal.storage import queries, spec
from counterfoil.adapters.journal.storage.place import JOURNAL_NAME
from counterfoil.adapters.journal.storage.queries import APPLICATION_ID, Version
from counterfoil.domain.failures import JournalUnavailableError
from counterfoil.presentation.words import findings
from support.memory_vault import MemoryVault
from support.samples import NOON, Samples, whole_story

ROOT = Path(__file__).parents[2]
_FIRST_WITH_ANCHOR = Version(1, 4)

FAILURES_TOLD = 2

QUICK = OpeningLimits(free_bytes_min=0, lock_wait_s=0.1, busy_wait_s=0.1, first_commit_s_max=10)
"""A test does not wait for a lock that it knows is held, and may run on a small disk."""


@asynccontextmanager
async def opened(directory: Path, limits: OpeningLimits = QUICK) -> AsyncIterator[SqliteJournal]:
    """Open a journal with the vault that all tests share.

    A folder that is not there yet becomes a copy of one in which a journal was just begun, since to
    begin one takes all migrations: 0.1 s.
    """
    if directory.parent.is_dir() and not directory.exists():
        if not _begun:
            begun = Path(tempfile.mkdtemp(), "till")
            async with SqliteJournal.open(begun, MemoryVault, QUICK):
                _begun.append(begun)
        shutil.copytree(_begun[0], directory)
    async with SqliteJournal.open(directory, MemoryVault, limits) as journal:
        yield journal


_begun: list[Path] = []


async def use_once() -> None:
    """Write a journal with every kind of row, read it and check it; nothing is known before."""
    queries.queries.cache_clear()
    queries.migrations.cache_clear()
    for table in spec.TABLES:
        vars(table).pop("columns", None)
        assert table.columns
    folder = Path(tempfile.mkdtemp(), "till")
    async with opened(folder) as journal:
        story = await whole_story(journal, Samples())
        assert await journal.events(story.id)
        stretch = await journal.stretch(0)
        assert stretch is not None
        assert (await journal.alike(stretch, None, None)).left_out == 0
        assert await journal.verify() == ()


def lay_first_version(directory: Path) -> None:
    """Put a journal of the first released till into a folder, to the letter."""
    lay_version(directory, "1.0")


def lay_version(directory: Path, name: str) -> None:
    """Put a journal that a till of an older version has written into a folder, to the letter.

    From version 1.4 on it has its anchor beside it.
    """
    version = Version(*map(int, name.split(".")))
    file = f"journal_{version.major}_{version.minor}.sql"
    script = ROOT / "tests" / "adapters" / "journal" / file
    with closing(sqlite3.connect(directory / JOURNAL_NAME)) as connection:
        connection.row_factory = sqlite3.Row
        connection.executescript(script.read_text(encoding="utf-8"))
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={version.number}")
        if version >= _FIRST_WITH_ANCHOR:
            Anchors(directory, MemoryVault()).begin_beside(head_of(connection))


def accepted(directory: Path, by: str = "Thandi", reason: str = "a test") -> tuple[str, ...]:
    """Accept a held journal as a supervisor does, and return what had been found, in words."""
    acceptance = Acceptance(by=by, reason=reason, at=NOON)
    found = accept_journal(directory, MemoryVault, acceptance, limits=QUICK)
    return tuple(map(findings.clause, found))


@contextmanager
def raw(directory: Path) -> Iterator[sqlite3.Connection]:
    """Open a closed journal's file as anybody could, with its triggers in place."""
    with closing(sqlite3.connect(directory / JOURNAL_NAME, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys=ON")
        yield connection


@contextmanager
def tampering(directory: Path) -> Iterator[sqlite3.Connection]:
    """Open a closed journal's file as somebody who first takes its triggers away."""
    with raw(directory) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall()
        # In one commit each: the disk is waited for at every one.
        connection.execute("BEGIN")
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("COMMIT")
        yield connection
        connection.execute("BEGIN")
        for _, sql in triggers:
            connection.execute(sql)
        connection.execute("COMMIT")


def content_of(folder: Path) -> bytes:
    """Return a closed journal as the bytes of a file without a log."""
    with raw(folder) as connection:
        content = bytearray(connection.serialize())
    content[18:20] = b"\x01\x01"
    return bytes(content)


def sealed(path: Path, content: bytes) -> Path:
    """Seal bytes into a backup, whatever they are."""
    with PlainCopy(path.parent) as copy:
        copy.take_parts([content])
        write_backup(path, copy, MemoryVault(), schema="1.6")
    return path


def unsealed_content(path: Path, vault: MemoryVault | None = None) -> bytes:
    """Return what is in a backup."""
    with unsealed(path, vault or MemoryVault()) as (_, parts):
        return b"".join(parts)


def restore_checked(path: Path) -> RestoreCheck:
    """Check everything in a backup."""
    with opened_backup(path, MemoryVault(), path.parent) as backup:
        return check_restore(backup, MemoryVault())


@contextmanager
def child(command: str, directory: Path, *before: str) -> Iterator[subprocess.Popen[str]]:
    """Run this module as a program of its own, behind another where one is given, and end it."""
    paths = os.pathsep.join(str(ROOT / folder) for folder in ("app", "tests"))
    process = subprocess.Popen(
        [*before, sys.executable, "-m", "support.journals", command, str(directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


async def _hold(directory: Path) -> None:
    try:
        async with SqliteJournal.open(directory, MemoryVault):
            _say("open")
            await asyncio.to_thread(sys.stdin.read)
    except JournalUnavailableError as error:
        _say(f"{type(error).__name__}: {error}")


async def _commit(directory: Path, begin: int = 1) -> None:
    async with opened(directory) as journal:
        samples = Samples(count(begin))
        failures: list[str] = []
        while len(failures) < FAILURES_TOLD:
            try:
                prepared = await samples.prepared(journal)
            except JournalUnavailableError as error:
                failures.append(type(error).__name__)
            else:
                _say(prepared.id)
        _say(" ".join(failures))


async def _commit_more(directory: Path) -> None:
    await _commit(directory, 1_000)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    commands = {"hold": _hold, "commit": _commit, "commit-more": _commit_more}
    asyncio.run(commands[sys.argv[1]](Path(sys.argv[2])))
