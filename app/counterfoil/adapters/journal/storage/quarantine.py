"""Quarantines records that are not as they were written, and stops new sales at their upstream."""

import sqlite3
from collections.abc import Iterable

from counterfoil.adapters.journal.storage import spec
from counterfoil.adapters.journal.storage.chain import beginning_of
from counterfoil.adapters.journal.storage.naming import name_of, said_altered
from counterfoil.adapters.journal.storage.table import Columns
from counterfoil.domain.failures import RecordAlteredError
from counterfoil.domain.rows import RedemptionPrepared, Row
from counterfoil.ports.journal import Damage
from counterfoil.ports.vault import Vault


class Quarantine:
    """The altered records found in an open journal; a new start begins with none.

    Used in the journal's thread alone.
    """

    def __init__(self) -> None:
        self._found: dict[str, Damage] = {}
        self._accepted: frozenset[str] = frozenset()
        self._older: set[int] = set()

    @property
    def damages(self) -> tuple[Damage, ...]:
        """All that was found and not accepted, in the order in which it was found."""
        return tuple(self._found.values())

    def accept(self, said: frozenset[str]) -> None:
        """Let these accepted records stop no new sales any more; lists still leave them out."""
        self._accepted = said

    def add(self, damage: Damage) -> None:
        """Quarantine a record; one that is quarantined already stays as it is."""
        if said_altered(damage.where) not in self._accepted:
            self._found.setdefault(damage.where, damage)

    def leave_out(self, slip_number: int) -> None:
        """Never read a redemption again that is an older copy of itself: its own MAC is right."""
        self._older.add(slip_number)

    def leaves_out(self, slip_number: int) -> bool:
        """Whether this redemption was found to be an older copy of itself."""
        return slip_number in self._older

    def check(self, rows: Iterable[Row]) -> None:
        """Refuse a new redemption if a record of its upstream, or of no upstream, is quarantined.

        Raises:
            RecordAlteredError: there is such a record.

        """
        stopped = {one.upstream for one in self._found.values() if not one.is_of_staff}
        for row in rows:
            if isinstance(row, RedemptionPrepared) and stopped & {None, row.redemption.upstream}:
                raise RecordAlteredError("a record was altered; see `counterfoil journal verify`")


def damage_of(connection: sqlite3.Connection, vault: Vault, table: str, columns: Columns) -> Damage:
    """Describe an altered row for people: its name, its redemption and its upstream.

    These come from the chain of events, since the row itself cannot be trusted.
    """
    if table == spec.STAFF.name:
        return Damage(name_of(table, columns, ""), None, is_of_staff=True)
    slip_number = columns.get(spec.SLIP_NUMBER)
    begun = None if slip_number is None else beginning_of(connection, vault, slip_number)
    if begun is None:
        reference = f"slip {slip_number}"
        return Damage(name_of(table, columns, reference), None)
    where = name_of(table, columns, begun.reference)
    return Damage(where, begun.upstream, begun.reference)
