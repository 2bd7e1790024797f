"""Lets the till use a journal again that it found altered, once a supervisor has given a reason."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from counterfoil.adapters.journal.integrity.anchor import Anchors, SecondPlace
from counterfoil.adapters.journal.integrity.marker import Marker
from counterfoil.adapters.journal.integrity.watch import Acceptance, Watch
from counterfoil.adapters.journal.opening import OpeningLimits, open_file
from counterfoil.adapters.journal.storage.place import LOCK_NAME, prepare_place
from counterfoil.adapters.journal.storage.sorting import sort_failure
from counterfoil.adapters.journal.storage.till_lock import TillLock
from counterfoil.ports.vault import Vault

_LIMITS = OpeningLimits()


def accept_journal(
    directory: Path,
    open_vault: Callable[[], Vault],
    acceptance: Acceptance,
    *,
    second: SecondPlace | None = None,
    marker: Marker | None = None,
    limits: OpeningLimits = _LIMITS,
) -> tuple[str, ...]:
    """Record in an altered journal that a supervisor accepts it, and return what was found altered.

    Empty where nothing was found; then nothing is recorded either.

    Raises:
        JournalUnavailableError, VaultUnavailableError: it cannot be opened even so.

    """
    prepare_place(directory, limits.free_bytes_min)
    lock = TillLock(directory / LOCK_NAME)
    lock.take(limits.lock_wait_s)
    try:
        already = marker.faults() if marker else ()
        vault = open_vault()
        watch = Watch(Anchors(directory, vault, second, marker), vault, acceptance, already)
        open_file(directory, vault, limits, watch).close()
        return watch.accepted
    except (sqlite3.Error, OSError) as error:
        raise sort_failure(error) from error
    finally:
        lock.release()
