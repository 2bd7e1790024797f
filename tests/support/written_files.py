"""Every file that the till ever writes: for whose eyes, and how it is made."""

import os
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

ONE_WAY = "adapters/files.py"
"""Begun under a name that nobody can guess, exclusively, synced, and then named."""

# The others lie in the till's folder, which is this user's alone (mode 700, checked at each start),
# so that nobody else can have put anything under their names; and for each there is a reason.
JOURNAL = "created empty and exclusively, and written in place by the database, which syncs it"
DATABASE = "made and taken away by the database itself, beside its file and with its rights"
LOCKED = "locked by its open file, so it must stay the same file from one start to the next"
APPENDED = "appended to line by line; a line that is lost costs nothing but itself"
OVERWRITTEN = f"{ONE_WAY}, then one sector after each commit in one of two slots"
DOOR = "a socket, made by the system; what is left of an older one is removed first"
TRAINING = (
    "made by the database of the sandbox, which shares no code with the till and holds no money"
)

FOLDER = "a folder"

WRITTEN: dict[str, str] = {
    # pattern of a path below the till's folder, or below one that a command names: how it is made
    r"journal\.db": JOURNAL,
    r"journal\.db-(wal|shm|journal)": DATABASE,
    r"till\.lock": LOCKED,
    r"till\.door": DOOR,
    r"till\.log(\.\d)?": APPENDED,
    r"journal\.anchor": OVERWRITTEN,
    r"key\.file|till\.id": ONE_WAY,
    r"look\.json|backup-disks\.json": ONE_WAY,
    r"till\.json": ONE_WAY,  # in the user's state folder, with an anchor of its own
    r"journal-\d+\.\d+-\d+\.backup": ONE_WAY,
    r"(backups|usb)/counterfoil-[0-9a-f]{16}-\d{8}T\d{6}Z\.backup": ONE_WAY,
    r"paper/[A-Z0-9-]+(-copy-\d+)?(-\d+)?\.pdf": ONE_WAY,
    r"set-aside-\d{8}T\d{6}Z/journal\.(db|db-wal|anchor)": "moved there as it was",
    r"sandbox\.db(-wal|-shm|-journal)?": TRAINING,
    r"recovery\.txt|slip\.pdf": ONE_WAY,
    r"support/counterfoil-\d{8}-\d{6}\.txt": ONE_WAY,
    r"summary\.json|slips/[A-Z0-9-]+\.pdf|screens/\d\d-[a-z-]+\.png": ONE_WAY,
    r"training|backups|paper|support|usb|slips|screens|set-aside-\d{8}T\d{6}Z": FOLDER,
}


def surprises_below(root: Path) -> Iterator[str]:
    """Say what lies below a folder that is not in the list, or is not this user's alone."""
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix().removeprefix("training/")
        found = path.lstat()
        kind = FOLDER if stat.S_ISDIR(found.st_mode) else "a file"
        ways = [way for pattern, way in WRITTEN.items() if re.fullmatch(pattern, name)]
        if len(ways) != 1 or (ways == [FOLDER]) != (kind == FOLDER):
            yield f"{name}: {kind} that is not in the list once"
        if sys.platform == "win32":
            continue
        mode, expected = stat.S_IMODE(found.st_mode), 0o700 if kind == FOLDER else 0o600
        if (mode, found.st_uid, found.st_nlink > 1 and kind != FOLDER) != (
            expected,
            os.geteuid(),
            False,
        ):
            yield f"{name}: mode {mode:o} of user {found.st_uid}, {found.st_nlink} names"
