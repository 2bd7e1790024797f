"""Lets the till use an altered journal again, once a supervisor has given a reason.

An altered record stays altered: it is in no list and is never read, but it stops no new sales any
more.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from counterfoil.adapters.journal.integrity.anchor import Anchors, SecondPlace
from counterfoil.adapters.journal.integrity.checking import Checker
from counterfoil.adapters.journal.integrity.marker import Marker
from counterfoil.adapters.journal.integrity.watch import (
    Acceptance,
    Watch,
    accepted_before,
    record_acceptance,
)
from counterfoil.adapters.journal.opening import OpeningLimits, open_file, transaction
from counterfoil.adapters.journal.storage.place import LOCK_NAME, prepare_place
from counterfoil.adapters.journal.storage.quarantine import Quarantine
from counterfoil.adapters.journal.storage.sorting import sort_failure
from counterfoil.adapters.journal.storage.till_lock import TillLock
from counterfoil.domain.causes.journal import Finding, RowFault
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
) -> tuple[Finding, ...]:
    """Record that a supervisor accepts an altered journal; return what was found altered in it.

    All records are checked, which takes a while in a large journal. Empty if nothing was found;
    then nothing is recorded either.

    Raises:
        JournalUnavailableError, VaultUnavailableError: it cannot be opened, accepted or not.

    """
    prepare_place(directory, limits.free_bytes_min)
    lock = TillLock(directory / LOCK_NAME)
    lock.take(limits.lock_wait_s)
    try:
        already = marker.faults() if marker else ()
        vault = open_vault()
        watch = Watch(Anchors(directory, vault, second, marker), vault, acceptance, already)
        with closing(open_file(directory, vault, limits, watch)) as connection:
            altered = _altered_in(connection, vault)
            if altered:
                with transaction(connection):
                    record_acceptance(connection, vault, acceptance, altered)
                watch.follow(connection)
        return tuple(dict.fromkeys((*watch.accepted, *altered)))
    except (sqlite3.Error, OSError) as error:
        raise sort_failure(error) from error
    finally:
        lock.release()


def _altered_in(connection: sqlite3.Connection, vault: Vault) -> tuple[Finding, ...]:
    """Return which records were altered and are not accepted yet."""
    quarantine = Quarantine()
    quarantine.accept(accepted_before(connection, vault))
    damages = Checker(connection, vault, quarantine).check_all()
    return tuple(Finding(damage.where, RowFault.ALTERED) for damage in damages)
