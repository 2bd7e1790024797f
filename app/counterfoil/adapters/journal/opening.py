"""Opens the journal's file so that what it acknowledges survives, and refuses it otherwise.

The order matters: with the write-ahead log chosen before the way of syncing, a new file lost rows
that it had acknowledged in a third of all simulated power cuts. Every setting is read back, because
some fail in silence.

The start reads the anchors and the end of the chain, and never the whole file, which grows. Damage
further back is found by the row MAC when a row is read; `journal verify` looks at all of it.
"""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter

from counterfoil.adapters.files import forget_unfinished
from counterfoil.adapters.journal.backup.backup_file import back_up_before_migrating
from counterfoil.adapters.journal.backup.plain_copy import check_room, size_of
from counterfoil.adapters.journal.integrity.anchor import Anchors, head_of
from counterfoil.adapters.journal.integrity.audit import faults_of_schema
from counterfoil.adapters.journal.integrity.watch import Watch
from counterfoil.adapters.journal.storage.codecs import add_packing
from counterfoil.adapters.journal.storage.place import (
    JOURNAL_NAME,
    create_file,
    refuse_emptied,
    sync_folder,
)
from counterfoil.adapters.journal.storage.queries import (
    APPLICATION_ID,
    Migration,
    Version,
    migrations,
    queries,
)
from counterfoil.adapters.journal.storage.row_macs import columns_of
from counterfoil.adapters.journal.storage.spec import KEEPER, KEY_CHECK, OPENED_COUNT, Keeper
from counterfoil.adapters.journal.storage.writing import update_row
from counterfoil.declaring import dataclass
from counterfoil.domain.causes.key import KeyProblem
from counterfoil.domain.failures import (
    JournalCorruptError,
    JournalInputOutputError,
    JournalNewerError,
    VaultUnavailableError,
)
from counterfoil.ports.vault import Vault

_KEY_CHECK = b"the key of this journal"
_KEYS_APART = Version(4, 5)
"""The first version with half of each key in a place of its own."""

_SETTINGS = (
    ("PRAGMA locking_mode=EXCLUSIVE", "PRAGMA locking_mode", "exclusive"),
    ("PRAGMA synchronous=EXTRA", "PRAGMA synchronous", 3),
    ("PRAGMA journal_mode=WAL", "PRAGMA journal_mode", "wal"),
    ("PRAGMA foreign_keys=ON", "PRAGMA foreign_keys", 1),
    ("PRAGMA trusted_schema=OFF", "PRAGMA trusted_schema", 0),
    ("PRAGMA recursive_triggers=ON", "PRAGMA recursive_triggers", 1),
    ("PRAGMA cell_size_check=ON", "PRAGMA cell_size_check", 1),
    ("PRAGMA mmap_size=0", "PRAGMA mmap_size", 0),
    ("PRAGMA secure_delete=ON", "PRAGMA secure_delete", 1),
    ("PRAGMA temp_store=MEMORY", "PRAGMA temp_store", 2),
)
"""Each setting, how to read it back, and what must then be read."""
_PROOFS_MAX = 3
"""How often in a row a disk must be too slow before it is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningLimits:
    """How long an opening waits for other programs, and which disks it refuses as full or slow.

    Sizes are in bytes and times in seconds.
    """

    free_bytes_min: int = 200_000_000
    lock_wait_s: float = 1.5
    busy_wait_s: float = 5.0
    first_commit_s_max: float = 2.0


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run a block whole or not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")


def open_file(
    directory: Path,
    vault: Vault,
    limits: OpeningLimits,
    watch: Watch | None = None,
) -> sqlite3.Connection:
    """Open the journal of a folder whose lock is held; create it when there is none.

    ``watch`` checks whether the journal is as it was left; without one only the anchor beside the
    journal is read.

    Raises:
        JournalHeldError: a supervisor must look at it first; nothing was written.
        JournalUnavailableError: it cannot be trusted to keep a row.
        VaultUnavailableError: the key is not the one that it was written with.
        sqlite3.Error: the file failed; the caller turns it into one of the above.

    """
    path = directory / JOURNAL_NAME
    forget_unfinished(directory)
    refuse_emptied(path)
    watch = watch or Watch(Anchors(directory, vault), vault)
    watch.look_for(path)
    create_file(path)
    connection = sqlite3.connect(
        path, timeout=limits.busy_wait_s, isolation_level=None, cached_statements=256
    )
    try:
        connection.row_factory = sqlite3.Row
        _settle(connection)
        _check_kind(connection)
        if head_of(connection).opened_count:
            check_key(connection, vault)
        watch.look_into(connection)
        watch.begin(connection)
        _migrate_to_this(connection, directory, vault)
        _check_schema(connection)
        _check_or_keep_key(connection, vault)
        _prove_writable(connection, vault, watch, limits.first_commit_s_max)
        watch.follow(connection)
        sync_folder(directory)
    except BaseException:
        connection.close()
        raise
    return connection


def _settle(connection: sqlite3.Connection) -> None:
    """Make every setting, and read each one back."""
    for setting, question, expected in _SETTINGS:
        connection.execute(setting).fetchall()
        answer = connection.execute(question).fetchone() or (0,)
        if answer[0] != expected:
            raise JournalInputOutputError(f"the journal's file refuses {setting}")
    if sys.version_info >= (3, 12):  # pragma: no cover - older ones cannot ask for it
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)  # noqa: FBT003 - its signature


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    """Read a number from the file's header."""
    number: int = connection.execute(pragma).fetchone()[0]
    return number


def _has_tables(connection: sqlite3.Connection) -> bool:
    return _number(connection, "SELECT count(*) FROM sqlite_schema") > 0


def _check_kind(connection: sqlite3.Connection) -> None:
    """Refuse a file that is no journal or too new."""
    application = _number(connection, "PRAGMA application_id")
    there = Version.of(_number(connection, "PRAGMA user_version"))
    if application != APPLICATION_ID and (application or there.number or _has_tables(connection)):
        raise JournalCorruptError("the file is no journal")
    refuse_newer(connection)
    _refuse_unknown(connection)


def _migrate_to_this(connection: sqlite3.Connection, directory: Path, vault: Vault) -> None:
    """Bring the file to this till's version, after a sealed copy of it as it is."""
    there = Version.of(_number(connection, "PRAGMA user_version"))
    owed = [migration for migration in migrations() if migration.version > there]
    if owed and _has_tables(connection):
        back_up_before_migrating(connection, directory, vault, str(there))
        if there < _KEYS_APART:
            _lay_anew(connection, directory)
    add_packing(connection)
    with _room_on_disk(connection):
        for migration in owed:
            _migrate(connection, migration)


def _lay_anew(connection: sqlite3.Connection, directory: Path) -> None:
    """Write the whole file anew, so that no page has a copy of a row that lies elsewhere now.

    Whole keys lie in rows of this age, and dropping one must drop its last copy.
    """
    check_room(directory, 2 * size_of(connection))
    with _room_on_disk(connection):
        connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


@contextmanager
def _room_on_disk(connection: sqlite3.Connection) -> Iterator[None]:
    """Have SQLite keep in a file without a name what it may have to take back.

    That is all of a table that is made anew, and would else lie in memory.
    """
    connection.execute("PRAGMA temp_store=FILE")
    try:
        yield
    finally:
        connection.execute("PRAGMA temp_store=MEMORY")


def refuse_newer(connection: sqlite3.Connection) -> None:
    """Refuse a journal that a till of a later major version wrote.

    Raises:
        JournalNewerError: it is such a journal.

    """
    there = Version.of(_number(connection, "PRAGMA user_version"))
    if there.major > migrations()[-1].version.major:
        raise JournalNewerError("the journal was written by a newer till; update this one")


def _refuse_unknown(connection: sqlite3.Connection) -> None:
    """Refuse a journal that says it is of a version that it is not, before anything is changed."""
    there = Version.of(_number(connection, "PRAGMA user_version"))
    known = {migration.version for migration in migrations()}
    if _number(connection, "SELECT count(*) FROM sqlite_schema") == 0:
        known = {Version(0, 0)}
    if there not in known and there < migrations()[-1].version:
        raise JournalCorruptError("the journal is of a version that no till has written")
    if there < migrations()[-1].version and there.number:
        for finding in faults_of_schema(connection):
            raise JournalCorruptError(finding)


def _migrate(connection: sqlite3.Connection, migration: Migration) -> None:
    """Take one step to a newer schema, whole or not at all.

    Tables that are made anew are taken away meanwhile, so nothing can refer to their rows.
    """
    connection.execute("PRAGMA foreign_keys=OFF")
    with transaction(connection):
        for statement in statements(migration.sql):
            connection.execute(statement)
        marked = _number(connection, "PRAGMA user_version")
        assert marked == migration.version.number, "a migration marks the file as its own version"
    connection.execute("PRAGMA foreign_keys=ON")


def statements(script: str) -> Iterator[str]:
    """Split a script into statements; ``executescript`` would commit before it starts."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _check_schema(connection: sqlite3.Connection) -> None:
    """Refuse a file whose tables and guards are not those of its version."""
    if Version.of(_number(connection, "PRAGMA user_version")) == migrations()[-1].version:
        for finding in faults_of_schema(connection):
            raise JournalCorruptError(finding)


def _check_or_keep_key(connection: sqlite3.Connection, vault: Vault) -> None:
    """Refuse a foreign key; a new journal takes the key it gets."""
    if not check_key(connection, vault):
        key_check = vault.authenticate(_KEY_CHECK)
        with transaction(connection):
            keeper = KEEPER.whole(KEEPER.write(Keeper(key_check=key_check)))
            connection.execute(KEEPER.insert_sql, keeper)


def check_key(connection: sqlite3.Connection, vault: Vault) -> bool:
    """Refuse a key that this journal was not written with; return whether the journal has one yet.

    Raises:
        VaultUnavailableError: it was written with another key.

    """
    keeper = connection.execute(queries()["read_keeper"]).fetchone()
    if keeper is not None and keeper[KEY_CHECK] != vault.authenticate(_KEY_CHECK):
        raise VaultUnavailableError(KeyProblem.OTHER_KEY)
    return keeper is not None


def _prove_writable(
    connection: sqlite3.Connection, vault: Vault, watch: Watch, seconds_max: float
) -> None:
    """Write one row now, so that a disk that cannot is found before a customer stands there.

    A machine that has just started may be slow once, which says nothing about its disk.
    """
    if all(
        _seconds_for_one_row(connection, vault, watch) > seconds_max for _ in range(_PROOFS_MAX)
    ):
        raise JournalInputOutputError("the disk is too slow to keep a journal")


def _seconds_for_one_row(connection: sqlite3.Connection, vault: Vault, watch: Watch) -> float:
    begun_s = perf_counter()
    with transaction(connection):
        keeper = columns_of(connection.execute(queries()["read_keeper"]).fetchone())
        update_row(connection, vault, KEEPER, keeper, {OPENED_COUNT: keeper[OPENED_COUNT] + 1})
        watch.record(connection)
    return perf_counter() - begun_s
