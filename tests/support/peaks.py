"""How much memory a backup and its way back take, told by a process of its own.

``python -m support.peaks lay DIR MB`` makes a journal of so many megabytes, and ``lay-old DIR MB``
one of a till of version 2.1. ``backup DIR``, ``restore DIR``, ``copy DIR``, ``migrate DIR`` and
``hold DIR`` print by how many bytes the process' peak grew: over making a backup, putting one back,
copying before a migration, bringing an old one up to date, and holding the journal whole.
"""

import asyncio
import re
import sqlite3
import sys
from collections.abc import Callable, Coroutine
from contextlib import closing
from pathlib import Path
from typing import Any

from counterfoil.adapters.journal.backup.backup_file import back_up_before_migrating, opened_backup
from counterfoil.adapters.journal.backups import BackupChoice, SealedBackups
from counterfoil.adapters.journal.restoring import restore_backup
from counterfoil.adapters.journal.storage.place import JOURNAL_NAME
from support.journals import QUICK, lay_version, opened, raw, tampering
from support.memory_vault import MemoryVault
from support.samples import NOON, Samples

_MEGABYTE = """
INSERT INTO kept_types (upstream, at, types, row_mac)
VALUES (:upstream, '2026-11-21T12:00:00+00:00', hex(zeroblob(500000)), zeroblob(32))
"""


async def lay(folder: Path, megabytes: int) -> None:
    """Make a journal of so many megabytes, most of them in rows that no till wrote."""
    async with opened(folder) as journal:
        await Samples().prepared(journal)
    with raw(folder) as connection:
        for number in range(megabytes):
            connection.execute(_MEGABYTE, {"upstream": f"upstream {number}"})


def lay_old(folder: Path, megabytes: int) -> None:
    """Make an old journal of so many megabytes, most of them in redemptions that no till wrote."""
    folder.mkdir(mode=0o700)
    lay_version(folder, "2.1")
    with tampering(folder) as connection:
        one = dict(connection.execute("SELECT * FROM redemption WHERE slip_number = 1").fetchone())
        for number in range(megabytes):
            unique = dict.fromkeys(("id", "reference", "idempotency_key"), f"{number}")
            row = one | unique | {"slip_number": 100 + number, "request_sealed": bytes(1_000_000)}
            names = ", ".join(f":{name}" for name in row)
            connection.execute(f"INSERT INTO redemption VALUES ({names})", row)  # noqa: S608 - of names


async def back_up(folder: Path) -> int:
    """Make a backup, and return by how much the peak grew."""
    (folder.parent / "usb").mkdir()
    async with opened(folder) as journal:
        before = peak_bytes()
        backups = SealedBackups(journal, BackupChoice(folder.parent / "usb", is_own=False))
        await backups.make_file(NOON)
        return peak_bytes() - before


async def restore(folder: Path) -> int:
    """Put the backup back, and return by how much the peak grew."""
    (path,) = (folder.parent / "usb").iterdir()
    target = folder.parent / "new"
    target.mkdir(mode=0o700)
    before = peak_bytes()
    with opened_backup(path, MemoryVault(), target) as backup:
        restore_backup(backup, target, MemoryVault(), limits=QUICK)
    return peak_bytes() - before


async def copy(folder: Path) -> int:
    """Copy as before a migration, and return by how much the peak grew."""
    with closing(sqlite3.connect(folder / JOURNAL_NAME)) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("SELECT count(*) FROM sale").fetchone()
        before = peak_bytes()
        back_up_before_migrating(connection, folder, MemoryVault(), "1.6")
        return peak_bytes() - before


async def migrate(folder: Path) -> int:
    """Bring an old journal up to date, and return by how much the peak grew."""
    before = peak_bytes()
    async with opened(folder):
        return peak_bytes() - before


async def hold(folder: Path) -> int:
    """Hold the journal whole, as a control."""
    before = peak_bytes()
    content = (folder / JOURNAL_NAME).read_bytes()
    return peak_bytes() - before if content else 0


def peak_bytes() -> int:
    """Return the most memory that this process has had at a time, not counting its parent's."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (kilobytes,) = re.findall(r"VmHWM:\s+(\d+) kB", status)
    return int(kilobytes) * 1024


_MEASURED: dict[str, Callable[[Path], Coroutine[Any, Any, int]]] = {
    "backup": back_up,
    "restore": restore,
    "copy": copy,
    "migrate": migrate,
    "hold": hold,
}


if __name__ == "__main__":
    command, where, *more = sys.argv[1:]
    if command == "lay":
        asyncio.run(lay(Path(where), int(more[0])))
    elif command == "lay-old":
        lay_old(Path(where), int(more[0]))
    else:
        sys.stdout.write(f"{asyncio.run(_MEASURED[command](Path(where)))}\n")
