"""Proves the records of an open journal a slice at a time, by their keys, and opens no secret.

Each record is checked by its own mark, and each event by its link. Missing records, older copies of
a record, indexes and pages are found by `journal verify`.
"""

import sqlite3
from dataclasses import dataclass
from typing import Any

from counterfoil.adapters.journal.storage.chain import NO_LINK, Chain, upstream_of
from counterfoil.adapters.journal.storage.marks import columns_of, is_marked
from counterfoil.adapters.journal.storage.quarantine import Quarantine
from counterfoil.adapters.journal.storage.queries import queries
from counterfoil.ports.journal import Checked, Place
from counterfoil.ports.vault import Vault

SLICE = 50
"""So many keys are looked at in one go, which takes some milliseconds."""


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows of one table by ranges of their keys; ``end`` reads the last key."""

    table: str
    query: str
    end: str


_PARTS = (
    _Part("redemption", "check_redemptions", "last_slip_number"),
    _Part("sale", "check_sales", "last_sale"),
    _Part("attempt", "check_attempts", "last_slip_number"),
    _Part("advice", "check_advices", "last_advice"),
    _Part("print_job", "check_print_jobs", "last_slip_number"),
    _Part("kept_types", "read_all_types", "no_keys"),
)
_CHAIN = len(_PARTS)
"""The part that comes after the tables."""


class Checker:
    """Checks slices of one open file, and puts what it finds into the quarantine."""

    def __init__(
        self, connection: sqlite3.Connection, vault: Vault, quarantine: Quarantine
    ) -> None:
        self._connection = connection
        self._vault = vault
        self._quarantine = quarantine

    def check_some(self, place: Place) -> Checked:
        """Check one slice, and say where the next one begins; who asks hears of what is found."""
        self._quarantine.is_watched = True
        if place.part == _CHAIN:
            self._check_links(place)
            return Checked(self._next("last_event", place), self._quarantine.damages)
        part = _PARTS[place.part]
        bounds = {"after": place.number, "until": place.number + SLICE}
        rows = [columns_of(row) for row in self._connection.execute(queries()[part.query], bounds)]
        for row in rows:
            if not is_marked(self._vault, part.table, row):
                upstream = self._upstream_of(row.get("slip_number"))
                self._quarantine.add(_name(part.table, row), upstream)
        return Checked(self._next(part.end, place), self._quarantine.damages)

    def _check_links(self, place: Place) -> None:
        """Check a range of the chain of events."""
        chain = Chain(self._connection)
        first = chain.at(place.number)
        before = NO_LINK if first is None else first.mark
        for link in chain.some(place.number, place.number + SLICE):
            if not link.rests_on(before, self._vault):
                self._quarantine.add(link.name, self._upstream_of(link.slip_number))
            before = link.mark

    def _upstream_of(self, slip_number: int | None) -> str | None:
        """Say at which upstream nothing new may be sold; None where that is everywhere."""
        if slip_number is None:
            return None
        return upstream_of(self._connection, self._vault, slip_number)

    def _next(self, end: str, place: Place) -> Place:
        last = self._connection.execute(queries()[end]).fetchone()[0]
        if place.number + SLICE < last:
            return Place(place.part, place.number + SLICE)
        return Place((place.part + 1) % (_CHAIN + 1))


def _name(table: str, row: dict[str, Any]) -> str:
    """Name a record as `journal verify` does, where that needs no other row."""
    match table:
        case "redemption":
            return f"redemption {row['reference']}"
        case "sale":
            return f"sale {row['id']}"
        case "kept_types":
            return f"types of {row['upstream']}"
        case _:
            return f"{table} of slip {row['slip_number']}"
