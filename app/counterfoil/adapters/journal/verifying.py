"""Checks a closed journal, even one that no till would open, and changes nothing in it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from counterfoil.adapters.journal.integrity.anchor import (
    Anchors,
    FoundAnchors,
    SecondPlace,
    find_anchors,
)
from counterfoil.adapters.journal.integrity.audit import find_faults
from counterfoil.adapters.journal.integrity.marker import Marker
from counterfoil.adapters.journal.integrity.watch import anchor_faults
from counterfoil.adapters.journal.opening import OpeningLimits, check_key, refuse_newer
from counterfoil.adapters.journal.storage.chain import Chain, end_of_chain
from counterfoil.adapters.journal.storage.place import JOURNAL_NAME, LOCK_NAME, prepare_place
from counterfoil.adapters.journal.storage.till_lock import TillLock
from counterfoil.domain.causes.journal import SLIP, Finding, HeldFault, RowFault
from counterfoil.domain.chain_head import ChainHead
from counterfoil.ports.vault import Vault

_LIMITS = OpeningLimits(free_bytes_min=0)
"""A disk without room is no reason not to look."""


def find_faults_in(
    directory: Path,
    open_vault: Callable[[], Vault],
    limits: OpeningLimits = _LIMITS,
    second: SecondPlace | None = None,
    marker: Marker | None = None,
    *,
    printed: ChainHead | None = None,
) -> tuple[Finding, ...]:
    """Return everything in a folder's journal that is not as it was written; empty if all is.

    It may take seconds. No row is written, recovered or brought to a newer schema. ``printed`` is
    the head on a slip: the journal must still hold all that it stands for.

    Raises:
        JournalUnavailableError: another till has it, or its folder cannot be used.
        VaultUnavailableError: its key is missing, or is not the one that it was written with.

    """
    path = directory / JOURNAL_NAME
    if not path.exists():
        return (Finding("file", RowFault.MISSING),)
    prepare_place(directory, limits.free_bytes_min)
    lock = TillLock(directory / LOCK_NAME)
    lock.take(limits.lock_wait_s)
    try:
        faults = marker.faults() if marker else ()
        vault = open_vault()
        found = find_anchors(Anchors(directory, vault, second, marker))
        return (*faults, *_faults_of(path, vault, found, printed, limits.busy_wait_s))
    finally:
        lock.release()


def _faults_of(
    path: Path, vault: Vault, found: FoundAnchors, printed: ChainHead | None, busy_wait_s: float
) -> Iterator[Finding]:
    address = f"{path.resolve().as_uri()}?mode=ro"
    try:
        with closing(
            sqlite3.connect(address, uri=True, timeout=busy_wait_s, isolation_level=None)
        ) as connection:
            connection.row_factory = sqlite3.Row
            refuse_newer(connection)
            _refuse_foreign_key(connection, vault)
            yield from find_faults(connection, vault)
            yield from anchor_faults(connection, found)
            if printed is not None:
                yield from _slip_faults(connection, printed)
    except (sqlite3.Error, UnicodeDecodeError):
        yield Finding("file", RowFault.NO_JOURNAL)


def _slip_faults(connection: sqlite3.Connection, printed: ChainHead) -> Iterator[Finding]:
    """Find out whether the journal holds the event whose head was printed, and goes on from it.

    No anchor knows more than the disk that it lies on, and a slip is in somebody's pocket.
    """
    end = end_of_chain(connection).sequence
    if end < printed.sequence:
        yield Finding(SLIP, HeldFault.ENDS_EARLY, found=end, had=printed.sequence)
        return
    there = Chain(connection).at(printed.sequence)
    if there is None or there.head != printed:
        yield Finding(SLIP, HeldFault.OTHER_EVENT, had=printed.sequence)


def _refuse_foreign_key(connection: sqlite3.Connection, vault: Vault) -> None:
    """Tell a wrong key, with which every row looks altered, from rows that were altered."""
    try:
        check_key(connection, vault)
    except sqlite3.DatabaseError:
        return  # the table cannot be read, which is found and named like all else
