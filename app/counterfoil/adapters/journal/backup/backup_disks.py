"""Checks that the disk for backups is mounted, so that none is written where it only used to be.

A stick that was pulled out leaves an empty folder behind, on the system's own disk: a backup there
is lost with the journal, and nobody would notice. So the till remembers where a disk was mounted,
and the system's own table says where one is meant to be.
"""

import json
import os
import re
from pathlib import Path

from counterfoil.adapters.files import make_file
from counterfoil.domain.causes.backup import BackupProblem, NoBackup
from counterfoil.domain.failures import BackupFolderError

DISKS_NAME = "backup-disks.json"
_TABLE = Path("/etc/fstab")
_BYTES_MAX = 64 * 1024


def check_disk(folder: Path, till: Path) -> None:
    """Refuse a folder whose disk is not mounted, and remember in the till's folder where one is.

    Raises:
        BackupFolderError: nothing is mounted where backups went before, or are meant to go.
        OSError: a folder cannot be looked at.

    """
    whole, remembered = folder.resolve(), _remembered(till)
    for place in (*remembered, *_meant()):
        if whole.is_relative_to(place) and not os.path.ismount(place):
            raise BackupFolderError(NoBackup(BackupProblem.DISK_MISSING, str(place)))
    point = _mount_of(whole)
    if point != _mount_of(till.resolve()) and str(point) not in remembered:
        text = json.dumps([*remembered, str(point)])
        make_file(till / DISKS_NAME, f"{text}\n".encode(), is_own=True, may_replace=True)


def _mount_of(folder: Path) -> Path:
    """Return the nearest folder at which a disk is mounted."""
    return next(one for one in (folder, *folder.parents) if os.path.ismount(one))


def _remembered(till: Path) -> tuple[str, ...]:
    """Return where disks for backups were mounted before; what cannot be read tells nothing."""
    try:
        with (till / DISKS_NAME).open("rb") as file:
            points = json.loads(file.read(_BYTES_MAX))
    except (OSError, ValueError, RecursionError):
        return ()
    return tuple(point for point in points if isinstance(point, str)) if points else ()


def _meant() -> tuple[str, ...]:
    """Return where the system's own table says that disks are to be mounted."""
    try:
        lines = _TABLE.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ()
    columns = [line.split() for line in lines if not line.lstrip().startswith("#")]
    points = [re.sub(r"\\(\d{3})", _letter, one[1]) for one in columns if len(one) > 1]
    return tuple(point for point in points if point.startswith("/"))


def _letter(octal: re.Match[str]) -> str:
    return chr(int(octal[1], 8))
