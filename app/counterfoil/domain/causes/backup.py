"""Why a backup cannot be made, read or put back, and how much room a copy of the journal lacks."""

from enum import StrEnum

from counterfoil.declaring import dataclass


class BackupProblem(StrEnum):
    """What is wrong; most are about the ``path`` of a folder, a disk or a file."""

    FOLDER_MISSING = "folder_missing"
    FOLDER_UNUSABLE = "folder_unusable"
    DISK_MISSING = "disk_missing"
    """Nothing is mounted at ``path``."""
    NOT_COPIED = "not_copied"
    """The journal could not be copied; ``why`` is the name of that failure."""
    NOT_WRITTEN = "not_written"
    """Nothing could be written into the folder; ``why`` is the name of that failure."""
    PAGES_DAMAGED = "pages_damaged"
    """Those of the journal, and so of its newest backup."""
    NOT_REMOVED = "not_removed"
    """A file is too old, and cannot be removed."""
    NOT_READABLE = "not_readable"
    """``why`` is the system's own word for it."""
    NOT_AS_WRITTEN = "not_as_written"
    NO_BACKUP = "no_backup"
    UNKNOWN_KIND = "unknown_kind"
    """A newer till wrote it."""
    HEAD_DAMAGED = "head_damaged"
    NOT_WHOLE = "not_whole"
    OTHER_TILL = "other_till"
    """It was sealed with another key."""
    JOURNAL_IS_THERE = "journal_is_there"
    """A journal is in the folder, and is not written over."""
    FAILED = "failed"
    """Nobody foresaw it; ``why`` is the type of the failure."""


@dataclass(frozen=True, slots=True)
class NoRoom:
    """How many megabytes are needed for a while, and how many are free."""

    needed_mb: int
    free_mb: int


@dataclass(frozen=True, slots=True)
class NoBackup:
    """What is wrong with which folder or file."""

    problem: BackupProblem
    path: str = ""
    why: str = ""
    room: NoRoom | None = None
