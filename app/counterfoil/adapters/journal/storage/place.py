"""Where the journal may lie: a private folder on a disk of this machine, with room."""

import os
import re
import shutil
import stat
import sys
from contextlib import suppress
from pathlib import Path, PurePath

from counterfoil.adapters.files import forget_second_name, objection_to
from counterfoil.adapters.journal.storage.sorting import sort_failure
from counterfoil.domain.causes.access import Misplaced, PlaceProblem
from counterfoil.domain.causes.backup import NoRoom
from counterfoil.domain.failures import (
    JournalCorruptError,
    JournalFullError,
    JournalMisplacedError,
    JournalReadOnlyError,
)

LOCK_NAME = "till.lock"
JOURNAL_NAME = "journal.db"
WAL_NAME = f"{JOURNAL_NAME}-wal"
SHM_NAME = f"{JOURNAL_NAME}-shm"
ANCHOR_NAME = "journal.anchor"
OUR_NAMES = (LOCK_NAME, JOURNAL_NAME, WAL_NAME, SHM_NAME, ANCHOR_NAME)

_MOUNTS = Path("/proc/self/mounts")
_NETWORK_FILE_SYSTEMS = frozenset(
    {"afpfs", "ceph", "cifs", "davfs", "fuse.rclone", "fuse.sshfs", "glusterfs", "ncpfs", "nfs"}
    | {"nfs4", "smb2", "smb3", "smbfs"}
)
_SYNC_FOLDER = re.compile(
    r"(onedrive|dropbox|google ?drive|icloud ?drive|nextcloud|owncloud|pcloud|syncthing)",
    re.IGNORECASE,
)
_OTHERS = 0o077
_OTHERS_WRITE = 0o022
_BYTES_PER_MB = 1_000_000


def prepare_place(directory: Path, free_bytes_min: int) -> None:
    """Make the folder if it is missing, and refuse one that cannot keep a journal.

    Raises:
        JournalFullError: less than ``free_bytes_min`` bytes are free.
        JournalMisplacedError: it is shared, synchronised, linked, another user's, or cannot be made
            private.
        JournalReadOnlyError: it, or a file in it, was made read-only.
        JournalInputOutputError: the disk failed.

    """
    try:
        _refuse_foreign(directory)
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_private(directory)
        _refuse_shared(directory)
        for name in OUR_NAMES:
            _check_file(directory / name)
        free_bytes = shutil.disk_usage(directory).free
    except OSError as error:
        raise sort_failure(error) from error
    if free_bytes < free_bytes_min:
        needed_mb, free_mb = free_bytes_min // _BYTES_PER_MB, free_bytes // _BYTES_PER_MB
        raise JournalFullError(room=NoRoom(needed_mb, free_mb))


def create_file(path: Path) -> bool:
    """Create an empty file that only its owner may read; return whether it was not there before."""
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        os.close(os.open(path, flags, 0o600))
    except FileExistsError:
        return False
    except OSError as error:
        raise sort_failure(error) from error
    return True


def refuse_emptied(path: Path) -> None:
    """Refuse a journal whose file is empty or missing while its log holds rows.

    SQLite would take the log for a left-over and delete it. A new journal never looks like this:
    its first page is on the disk before its log begins.

    Raises:
        JournalCorruptError: it is such a journal.

    """
    log = path.with_name(f"{path.name}-wal")
    if _size_of(log) and not _size_of(path):
        raise JournalCorruptError("the journal's file is empty or missing, and its log is not")


def _size_of(path: Path) -> int:
    """Return the size of a file in bytes; one that is missing has none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def rename_file(path: Path, new_path: Path) -> None:
    """Rename a file, and wait until the new name is on the disk."""
    try:
        path.rename(new_path)
    except OSError as error:
        raise sort_failure(error) from error
    sync_folder(new_path.parent)


def sync_folder(directory: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system can."""
    if sys.platform == "win32":  # pragma: no cover - a folder cannot be opened there
        return
    try:
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise sort_failure(error) from error


def file_system_of(directory: PurePath, mounts: str) -> str:
    """Return the type of the file system that a folder lies on, from the system's mount table."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        _, point, file_system, *_ = line.split(" ")
        mounted = PurePath(re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), point))
        if directory.is_relative_to(mounted) and len(mounted.parts) >= best:
            best, kind = len(mounted.parts), file_system
    return kind


def _refuse_foreign(directory: Path) -> None:
    """Refuse a link, a folder that another program copies away, and a network's disk."""
    if directory.is_symlink():
        raise JournalMisplacedError(Misplaced(PlaceProblem.LINK))
    whole = directory.resolve()
    if any(_SYNC_FOLDER.match(part) for part in whole.parts):
        raise JournalMisplacedError(Misplaced(PlaceProblem.SYNCHRONISED))
    # As names of files are read: another disk may have been mounted under any bytes.
    mounts = _MOUNTS.read_text("utf-8", "surrogateescape") if _MOUNTS.exists() else ""
    if file_system_of(whole, mounts) in _NETWORK_FILE_SYSTEMS:
        raise JournalMisplacedError(Misplaced(PlaceProblem.NETWORK_DISK))


def _make_private(directory: Path) -> None:
    """Close the folder to others.

    One that others may write to is not closed behind what they may have put there. One in which
    there are folders for others, such as a home or a disk, is not the till's own to be closed.
    """
    mode = stat.S_IMODE(directory.stat().st_mode)
    if sys.platform == "win32":  # pragma: no cover - a folder there has no such mode
        return
    if not mode & stat.S_IWUSR:
        # Whoever took the right away meant it, and it is not ours to give it back.
        raise JournalReadOnlyError("the till's folder is read-only")
    if not mode & _OTHERS:
        return
    there = list(directory.iterdir())
    if there and mode & _OTHERS_WRITE:
        raise JournalMisplacedError(Misplaced(PlaceProblem.OPEN_TO_OTHERS))
    is_ours = any(path.name in OUR_NAMES for path in there)
    if not is_ours and any(path.is_dir() and path.lstat().st_mode & _OTHERS for path in there):
        raise JournalMisplacedError(Misplaced(PlaceProblem.HOLDS_FOLDERS_OF_OTHERS))
    # What belongs to somebody else cannot be closed by us, and is told as such further on.
    with suppress(PermissionError):
        directory.chmod(0o700)


def _refuse_shared(directory: Path) -> None:
    """Refuse a folder that somebody else may write to, and one with somebody else's files."""
    if objection := objection_to(directory):
        raise JournalMisplacedError(objection)
    if sys.platform == "win32":  # pragma: no cover - the rights of a file there are its own
        return
    for path in directory.iterdir():
        with suppress(FileNotFoundError):
            if path.lstat().st_uid != os.geteuid():
                raise JournalMisplacedError(Misplaced(PlaceProblem.FILE_OF_ANOTHER_USER, path.name))


def _check_file(path: Path) -> None:
    """Refuse a file that is not plainly ours, and close it to others."""
    forget_second_name(path)
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        raise JournalMisplacedError(Misplaced(PlaceProblem.FILE_NOT_PLAIN, path.name))
    if not found.st_mode & stat.S_IWUSR:
        raise JournalReadOnlyError(f"{path.name} is read-only")
    if found.st_mode & _OTHERS:
        path.chmod(0o600)
