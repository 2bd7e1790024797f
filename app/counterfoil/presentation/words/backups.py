"""Why there is no backup, or none that can be put back."""

from collections.abc import Mapping

from counterfoil.domain.causes.backup import BackupProblem, NoBackup
from counterfoil.presentation.words.speaking import SpokenTable, say

_WORDS: Mapping[BackupProblem, str] = SpokenTable(
    {
        BackupProblem.FOLDER_MISSING: "the folder for backups is not there: {cause.path}",
        BackupProblem.FOLDER_UNUSABLE: "the folder for backups cannot be used: {cause.path}",
        BackupProblem.DISK_MISSING: (
            "the disk for backups is not there: nothing is mounted at {cause.path}"
        ),
        BackupProblem.NOT_COPIED: "the journal could not be copied: {why}",
        BackupProblem.NOT_WRITTEN: "no backup could be written into {cause.path}: {why}",
        BackupProblem.PAGES_DAMAGED: (
            "pages of the journal are damaged, and so is the newest backup; the older "
            "ones are kept. `counterfoil journal verify` says more"
        ),
        BackupProblem.NOT_REMOVED: "the file {cause.path} is too old, and cannot be removed",
        BackupProblem.NOT_READABLE: "the file {cause.path} cannot be read: {cause.why}",
        BackupProblem.NOT_AS_WRITTEN: "the file {cause.path} is not what was written",
        BackupProblem.NO_BACKUP: "the file {cause.path} is no backup of this program",
        BackupProblem.UNKNOWN_KIND: (
            "the file {cause.path} is of a kind that this till does not know; update the till"
        ),
        BackupProblem.HEAD_DAMAGED: "the file {cause.path} is damaged at its beginning",
        BackupProblem.NOT_WHOLE: (
            "the file {cause.path} is not whole: it was cut, altered or badly copied"
        ),
        BackupProblem.OTHER_TILL: "the file {cause.path} was sealed with the key of another till",
        BackupProblem.JOURNAL_IS_THERE: (
            "there is a journal in {cause.path}; it is not written over. With "
            "--set-aside it is moved into a folder of its own there, and kept"
        ),
        BackupProblem.FAILED: "the backup failed: {cause.why}",
    }
)
_FAILURES: Mapping[str, str] = SpokenTable(
    {
        "journal_full": "the disk is full",
        "journal_read_only": "it cannot be written",
        "journal_busy": "another program is using it",
        "journal_corrupt": "it is damaged",
        "journal_input_output": "the disk failed",
    }
)


def no_backup(cause: NoBackup) -> str:
    """Return why there is no backup, as the last part of a sentence."""
    why = _FAILURES.get(cause.why) or say("it cannot be used")
    if cause.room is not None:
        why = say(
            "a copy needs {needed_mb} MB free on the till's disk for a while, and there "
            "are {free_mb} MB",
            needed_mb=cause.room.needed_mb,
            free_mb=cause.room.free_mb,
        )
    return _WORDS[cause.problem].format(cause=cause, why=why)
