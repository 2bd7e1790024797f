"""Checks the records of an open journal a slice at a time, by their keys; decrypts no secret.

Each record is checked by its row MAC, and each event by its link to the one before it. Missing
records, older copies of a record, indexes and pages are found by `journal verify`.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from counterfoil.adapters.journal.integrity.watch import TAIL_LENGTH
from counterfoil.adapters.journal.storage import spec
from counterfoil.adapters.journal.storage.chain import NO_LINK, Chain
from counterfoil.adapters.journal.storage.columns import Columns, Table
from counterfoil.adapters.journal.storage.marks import columns_of, is_marked
from counterfoil.adapters.journal.storage.quarantine import Quarantine, damage_of
from counterfoil.adapters.journal.storage.queries import queries
from counterfoil.ports.journal import Checked, Damage, Place
from counterfoil.ports.vault import Vault

SLICE = 50
"""So many keys are looked at in one go, which takes some milliseconds."""


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows of one table by ranges of their keys; ``end`` reads the last key."""

    table: Table[Any]
    query: str
    end: str


_PARTS = (
    _Part(spec.REDEMPTION, "check_redemptions", "last_slip_number"),
    _Part(spec.SALE, "check_sales", "last_sale"),
    _Part(spec.ATTEMPT, "check_attempts", "last_slip_number"),
    _Part(spec.ADVICE, "check_advices", "last_advice"),
    _Part(spec.PRINT_JOB, "check_print_jobs", "last_slip_number"),
    _Part(spec.KEPT_TYPES, "read_all_types", "no_keys"),
)
_CHAIN = len(_PARTS)
"""The part that comes after the tables."""


class Checker:
    """Checks slices of one open file, and quarantines the records that it finds altered."""

    def __init__(
        self, connection: sqlite3.Connection, vault: Vault, quarantine: Quarantine
    ) -> None:
        self._connection = connection
        self._vault = vault
        self._quarantine = quarantine

    def check_some(self, place: Place) -> Checked:
        """Check one slice; return where the next one begins and all that was found altered."""
        if place.part == _CHAIN:
            self._check_links(place)
            return Checked(self._next("last_event", place), self._quarantine.damages)
        part = _PARTS[place.part]
        bounds = {"after": place.number, "until": place.number + SLICE}
        self._check_rows(part.table, part.query, bounds)
        return Checked(self._next(part.end, place), self._quarantine.damages)

    def check_all(self) -> tuple[Damage, ...]:
        """Check everything once, and return what was found and not accepted."""
        checked = self.check_some(Place())
        while checked.next != Place():
            checked = self.check_some(checked.next)
        return checked.damages

    def check_end(self) -> None:
        """Check the redemptions that the end of the chain tells of: what was under way last."""
        for slip_number in {link.slip_number for link in Chain(self._connection).tail(TAIL_LENGTH)}:
            query = "read_redemption_by_slip_number"
            self._check_rows(spec.REDEMPTION, query, {spec.SLIP_NUMBER: slip_number})

    def _check_rows(self, table: Table[Any], query: str, values: Mapping[str, int | None]) -> None:
        for row in self._connection.execute(queries()[query], values).fetchall():
            columns = columns_of(row)
            if not is_marked(self._vault, table, columns):
                self._keep_apart(table.name, columns)

    def _keep_apart(self, table: str, columns: Columns) -> None:
        self._quarantine.add(damage_of(self._connection, self._vault, table, columns))

    def _check_links(self, place: Place) -> None:
        """Check a range of the chain of events."""
        chain = Chain(self._connection)
        first = chain.at(place.number)
        before = NO_LINK if first is None else first.mark
        for link in chain.some(place.number, place.number + SLICE):
            if not link.rests_on(before, self._vault):
                self._keep_apart(link.table, link.columns)
            before = link.mark

    def _next(self, end: str, place: Place) -> Place:
        last = self._connection.execute(queries()[end]).fetchone()[0]
        if place.number + SLICE < last:
            return Place(place.part, place.number + SLICE)
        return Place((place.part + 1) % (_CHAIN + 1))
