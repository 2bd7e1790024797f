"""Turns a backup into a journal again, never over another one, and marks it as restored."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from counterfoil.adapters.files import make_file, make_file_of
from counterfoil.adapters.journal.backup.backup_file import Backup
from counterfoil.adapters.journal.backup.plain_copy import check_room
from counterfoil.adapters.journal.integrity.anchor import (
    RESTORED,
    Anchors,
    SecondPlace,
    head_of,
    link_at,
    losses,
)
from counterfoil.adapters.journal.integrity.marker import Marker
from counterfoil.adapters.journal.opening import OpeningLimits
from counterfoil.adapters.journal.storage.place import (
    ANCHOR_NAME,
    JOURNAL_NAME,
    LOCK_NAME,
    WAL_NAME,
    prepare_place,
    rename_file,
    sync_folder,
)
from counterfoil.adapters.journal.storage.sorting import sort_failure
from counterfoil.adapters.journal.storage.till_lock import TillLock
from counterfoil.declaring import dataclass
from counterfoil.domain.causes.backup import BackupProblem, NoBackup
from counterfoil.domain.causes.journal import Finding
from counterfoil.domain.failures import BackupError
from counterfoil.ports.vault import Vault

_LIMITS = OpeningLimits()
_JOURNAL_FILES = (JOURNAL_NAME, WAL_NAME)


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restoration did.

    ``behind`` says what the backup lacks, by the folder's anchors. ``moved_to`` is where the
    folder's earlier journal is now; None if it had none.
    """

    directory: Path
    moved_to: Path | None
    behind: tuple[Finding, ...]


def restore_backup(
    backup: Backup,
    directory: Path,
    vault: Vault,
    *,
    aside: str = "",
    second: SecondPlace | None = None,
    marker: Marker | None = None,
    limits: OpeningLimits = _LIMITS,
) -> Restored:
    """Make a backup the journal of a folder; it must be accepted before a till can sell with it.

    Where the folder has a journal, it is renamed into the folder ``aside`` inside it. Nothing is
    deleted, and nothing is written over.

    Raises:
        BackupError: there is a journal, and ``aside`` is empty.
        JournalUnavailableError: a till has the folder open, or it cannot be written.

    """
    prepare_place(directory, limits.free_bytes_min)
    lock = TillLock(directory / LOCK_NAME)
    lock.take(limits.lock_wait_s)
    try:
        anchors = Anchors(directory, vault, second, marker)
        found = anchors.find()
        copy = backup.copy.connection
        head = head_of(copy)
        behind = losses(found, head, lambda sequence: link_at(copy, sequence))
        check_room(directory, backup.copy.size_bytes)
        moved_to = _begin_aside(directory, aside)
        anchors.begin(replace(head, origin=RESTORED), must_reach_all=True)
        if moved_to is not None:
            _move(directory, moved_to)
        make_file_of(directory / JOURNAL_NAME, backup.copy.parts(), is_own=True)
    except OSError as error:
        raise sort_failure(error) from error
    else:
        return Restored(directory, moved_to, behind)
    finally:
        lock.release()


def _begin_aside(directory: Path, aside: str) -> Path | None:
    """Make a folder for the journal that is there, with a copy of its anchor; None without one."""
    if not any((directory / name).exists() for name in _JOURNAL_FILES):
        return None
    if not aside:
        raise BackupError(NoBackup(BackupProblem.JOURNAL_IS_THERE, str(directory)))
    kept = directory / aside
    kept.mkdir(mode=0o700)
    with suppress(FileNotFoundError):
        make_file(kept / ANCHOR_NAME, (directory / ANCHOR_NAME).read_bytes(), is_own=True)
    sync_folder(directory)
    return kept


def _move(directory: Path, kept: Path) -> None:
    """Rename the journal into its folder; its log last, which without it no till takes for one."""
    for name in _JOURNAL_FILES:
        if (directory / name).exists():
            rename_file(directory / name, kept / name)
    sync_folder(directory)
