"""The folder of backups: makes, lists and checks them, and removes old ones."""

import asyncio
import re
import sqlite3
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from counterfoil.adapters.files import UNFINISHED
from counterfoil.adapters.journal.backup.backup_disks import check_disk
from counterfoil.adapters.journal.backup.backup_file import Sum, unsealed, write_backup
from counterfoil.adapters.journal.backup.plain_copy import PlainCopy
from counterfoil.adapters.journal.sqlite_journal import SqliteJournal, outlast
from counterfoil.adapters.journal.storage.queries import Version
from counterfoil.adapters.journal.storage.row_macs import key_id_of
from counterfoil.adapters.journal.storage.sorting import sort_failure
from counterfoil.declaring import dataclass
from counterfoil.domain.causes.backup import BackupProblem, NoBackup
from counterfoil.domain.failures import (
    BackupError,
    BackupFolderError,
    JournalFullError,
    JournalUnavailableError,
    name_of,
)
from counterfoil.ports.vault import Vault

FOLDER_NAME = "backups"
SUFFIX = ".backup"
_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"counterfoil-(?P<key>[0-9a-f]{16})-(?P<stamp>\d{8}T\d{6}Z)\.backup")


@dataclass(frozen=True, slots=True)
class BackupChoice:
    """Where backups go, how many are kept, and for how many days.

    A folder that a person chose is never created.
    The till's own folder, ``till``, holds the note of where a chosen folder's disk was mounted.
    """

    folder: Path
    is_own: bool = True
    keep: int = 7
    keep_days: int = 90
    till: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedBackup:
    """One file of the folder. ``trouble`` says why it cannot be restored; None if it is whole."""

    path: Path
    made_at: datetime | None
    size_bytes: int
    trouble: NoBackup | None = None


class SealedBackups:
    """Makes backups of one open journal in one folder."""

    def __init__(self, journal: SqliteJournal, choice: BackupChoice) -> None:
        self._journal = journal
        self._choice = choice

    @property
    def place(self) -> str:
        """The folder."""
        return str(self._choice.folder)

    @property
    def is_on_own_disk(self) -> bool:
        """Whether nobody has chosen another folder."""
        return self._choice.is_own

    async def make(self, at: datetime) -> None:
        """Make one more backup, and remove those beyond the number that is kept."""
        await self.make_file(at)

    async def make_file(self, at: datetime) -> Path:
        """Make one more backup and return its path.

        Raises:
            BackupError: it could not be made.

        """
        # Before the copy, so that a folder that is not there costs nothing.
        await asyncio.to_thread(_prepare_folder, self._choice)
        try:
            async with self._journal.copied() as copy:
                loop = asyncio.get_running_loop()
                keep = partial(
                    keep_backup,
                    self._choice,
                    copy,
                    self._journal.vault,
                    at,
                    is_damaged=self._journal.is_damaged,
                )
                # To its end, as the copy is gone when this one is cancelled.
                return await outlast(loop.run_in_executor(None, keep))
        except JournalUnavailableError as error:
            # Whether the journal can be used is for the next sale to say, and not for a copy.
            raise BackupError(_not_copied(error)) from error

    async def newest(self, at: datetime) -> datetime | None:
        """Return when the newest backup was made.

        One that is dated later than ``at`` does not count.
        """
        return await asyncio.to_thread(_newest, self._choice.folder, self._journal.vault, at)


def keep_backup(
    choice: BackupChoice, copy: PlainCopy, vault: Vault, at: datetime, *, is_damaged: bool
) -> Path:
    """Write a backup, read it back, and remove those beyond the number that is kept.

    With ``is_damaged`` the journal holds an altered record. An older backup may then be the last
    sound one, and none is removed.

    Raises:
        BackupError: it could not be written, or what was written does not read back; or pages of
            the journal are damaged, and then no older backup is removed.

    """
    number = copy.connection.execute("PRAGMA user_version").fetchone()[0]
    version = Version.of(number)
    name = f"counterfoil-{key_id_of(vault)}-{at.astimezone(UTC):{_STAMP}}{SUFFIX}"
    path = choice.folder / name
    try:
        write_backup(
            path,
            copy,
            vault,
            schema=str(version),
            made_at=at.astimezone(UTC).isoformat(timespec="seconds"),
        )
    except OSError as error:
        why = name_of(sort_failure(error))
        problem = BackupProblem.NOT_WRITTEN
        raise BackupError(NoBackup(problem, str(choice.folder), why)) from error
    _refuse_damaged(copy)
    if not is_damaged:
        _thin_out(choice, vault, path)
    return path


def _refuse_damaged(copy: PlainCopy) -> None:
    """Check the pages of the copy, which are the journal's own: its start does not read them."""
    answer = ""
    with suppress(sqlite3.DatabaseError):
        answer = copy.connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if answer != "ok":
        raise BackupError(NoBackup(BackupProblem.PAGES_DAMAGED))


def list_backups(choice: BackupChoice, vault: Vault) -> tuple[ListedBackup, ...]:
    """Return the backups in the folder, newest first; each was read and authenticated to its end.

    Raises:
        BackupError: the folder is not there.

    """
    _prepare_folder(choice)
    return tuple(_listed(path, vault) for path in sorted(_files(choice.folder), reverse=True))


def _not_copied(error: JournalUnavailableError) -> NoBackup:
    room = error.room if isinstance(error, JournalFullError) else None
    return NoBackup(BackupProblem.NOT_COPIED, why=name_of(error), room=room)


def _prepare_folder(choice: BackupChoice) -> None:
    """Make the till's own folder; a folder that was chosen must be there, as a disk must be in."""
    try:
        if choice.is_own:
            choice.folder.mkdir(mode=0o700, exist_ok=True)
        elif not choice.folder.is_dir():
            raise BackupFolderError(NoBackup(BackupProblem.FOLDER_MISSING, str(choice.folder)))
        elif choice.till is not None:
            check_disk(choice.folder, choice.till)
    except OSError as error:
        problem = BackupProblem.FOLDER_UNUSABLE
        raise BackupFolderError(NoBackup(problem, str(choice.folder))) from error


def _files(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.name.endswith(SUFFIX)]
    except OSError:
        return []


def _made_at(path: Path, key_id: str | None = None) -> datetime | None:
    """Read from a name when a backup was made; None for another till's, and for other names."""
    match = _NAME.fullmatch(path.name)
    if match is None or key_id not in {None, match["key"]}:
        return None
    try:
        return datetime.strptime(match["stamp"], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def _newest(folder: Path, vault: Vault, at: datetime) -> datetime | None:
    key_id = key_id_of(vault)
    made = (_made_at(path, key_id) for path in _files(folder))
    return max((one for one in made if one is not None and one <= at), default=None)


def _too_old(paths: list[Path], now: datetime, keep_days: int) -> list[Path]:
    """Return those that are older than the settings allow."""
    until = now - timedelta(days=keep_days)
    return [path for path in paths if (made := _made_at(path)) is not None and made < until]


def _old_copies(till: Path, now: datetime, keep_days: int) -> list[Path]:
    """Return the copies from before an update that are older than the settings allow."""
    until = (now - timedelta(days=keep_days)).timestamp()
    return [path for path in till.glob(f"journal-*{SUFFIX}") if path.stat().st_mtime < until]


def _listed(path: Path, vault: Vault) -> ListedBackup:
    trouble = None
    try:
        size_bytes = path.stat().st_size
        with unsealed(path, vault) as (_, parts):
            Sum(parts).of_all()
    except OSError:
        size_bytes, trouble = 0, NoBackup(BackupProblem.NOT_READABLE, path.name)
    except BackupError as error:
        trouble = error.cause
        size_bytes = path.stat().st_size
    return ListedBackup(path=path, made_at=_made_at(path), size_bytes=size_bytes, trouble=trouble)


def _thin_out(choice: BackupChoice, vault: Vault, newest: Path) -> None:
    """Remove this till's oldest backups; never the one just made, nor anything else.

    One that is too old by its date goes as well, once there are two newer ones: a backup still
    holds what the journal has shredded since.

    One that is dated later than the one just made counts for nothing and stays: a clock was set
    back, or somebody put it there so that it should outlast the others.
    """
    key_id, now = key_id_of(vault), _made_at(newest)
    assert now is not None, "the newest was made just now"
    for left in choice.folder.glob(f".counterfoil-{key_id}-*{UNFINISHED}"):
        with suppress(OSError):  # what a power cut left of one; something else of that name stays
            left.unlink()
    others = sorted(
        path
        for path in _files(choice.folder)
        if path != newest and (made := _made_at(path, key_id)) is not None and made <= now
    )
    too_many = max(0, len(others) + 1 - choice.keep)
    gone = [*others[:too_many], *_too_old(others[too_many:-1], now, choice.keep_days)]
    gone += [] if choice.till is None else _old_copies(choice.till, now, choice.keep_days)
    for path in gone:
        try:
            path.unlink()
        except OSError as error:
            raise BackupError(NoBackup(BackupProblem.NOT_REMOVED, path.name)) from error
