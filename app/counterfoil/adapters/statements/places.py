"""Where people save a statement: the folders of their desktop, and disks that were plugged in."""

import stat
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from heapq import nlargest
from itertools import islice
from pathlib import Path

from counterfoil.ports.statements import FoundFile

FILES_MAX = 12
_LOOKED_AT_MAX = 2_000
"""So many names of one folder are looked at: a till's disk may hold any number of files."""
_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
_FOLDERS = ("Downloads", "Desktop", "Documents")
_DISKS = (Path("/media"), Path("/run/media"))


def usual_folders() -> Iterator[Path]:
    """Return the folders of who uses the machine, and the disks that are plugged in."""
    home = Path.home()
    yield from (home / name for name in _FOLDERS)
    for disks in _DISKS:
        yield from _names_in(disks / home.name)


def files_in(folders: Iterable[Path]) -> tuple[FoundFile, ...]:
    """Return the newest files that may be statements; what cannot be read is left out."""
    found = (one for folder in folders for path in _names_in(folder) if (one := _file(path)))
    return tuple(nlargest(FILES_MAX, found, key=lambda one: one.changed_at))


def _names_in(folder: Path) -> tuple[Path, ...]:
    try:
        return tuple(islice(folder.iterdir(), _LOOKED_AT_MAX))
    except OSError:
        return ()


def _file(path: Path) -> FoundFile | None:
    if path.suffix.casefold() not in _SUFFIXES:
        return None
    try:
        kept = path.stat()
    except OSError:
        return None
    if not stat.S_ISREG(kept.st_mode):
        return None
    return FoundFile(path, datetime.fromtimestamp(kept.st_mtime, UTC))
