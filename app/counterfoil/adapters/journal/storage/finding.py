"""Finds redemptions by what somebody typed: one indexed query for each meaning it may have.

No query reads more of the journal than it may return, but for the day, which is read whole, and for
what has no index: cashier and serial number are looked for among the last redemptions. A narrowed
search reads so many of what each of its meanings finds, and keeps what fits. So it takes as long
with a million redemptions as with none.
"""

import json
import sqlite3
from collections.abc import Iterator
from math import ceil, floor

from counterfoil.adapters.journal.storage.events import time_us
from counterfoil.adapters.journal.storage.queries import queries
from counterfoil.adapters.journal.storage.table import SqlValue
from counterfoil.domain.search import LETTERS_MIN, LOOKED_AT_MAX, Search, phone_source
from counterfoil.ports.vault import Vault

_LAST = "\U0010ffff"
"""The last of all letters: with it after them, some letters end the range that begins with them."""
_HALF_REFERENCE = 3
_END_US = 2**63 - 1
"""Behind every moment that the file can hold."""


class Finder:
    """Searches one open file. The rows it finds are not authenticated here."""

    def __init__(self, connection: sqlite3.Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def slip_numbers(self, search: Search, limit: int) -> list[int]:
        """Return the slip numbers of the redemptions that a search finds.

        Newest first, and ``limit`` at most.
        """
        found: set[int] = set()
        looked_at = max(limit, LOOKED_AT_MAX) if search.is_narrowed else limit
        for query, values in self._ways(search):
            rows = self._connection.execute(queries()[query], {**values, "limit": looked_at})
            found.update(row[0] for row in rows)
        if search.is_narrowed:
            found = self._narrowed(found, search)
        return sorted(found, reverse=True)[:limit]

    def _narrowed(self, found: set[int], search: Search) -> set[int]:
        """Return those that are of the time and in the states that a search is narrowed to."""
        since, until = (0, _END_US) if search.within is None else map(time_us, search.within)
        values: dict[str, SqlValue] = {
            "slip_numbers": json.dumps(sorted(found)),
            "states": json.dumps(sorted(one.value for one in search.only)),
            "since": since,
            "until": until,
        }
        return {row[0] for row in self._connection.execute(queries()["read_narrowed"], values)}

    def _ways(self, search: Search) -> Iterator[tuple[str, dict[str, SqlValue]]]:
        """Return the queries that a search means, each with its values."""
        if search.letters is not None:
            halves = search.letters[:_HALF_REFERENCE], search.letters[_HALF_REFERENCE:]
            yield "find_by_reference", _beginning_with("-".join(halves))
        if search.tail is not None:
            yield "find_by_tail", _beginning_with(search.tail)
        for name in self._type_names():
            if search.means_name(name):
                yield "find_by_type_name", {"name": name}
        if search.cents is not None:
            yield "find_by_cents", {"cents": search.cents}
        if search.days is not None:
            since, until = search.days
            yield (
                "find_by_time",
                {
                    "since": time_us(since),
                    "until": time_us(until),
                    "since_s": floor(since.timestamp()),
                    "until_s": ceil(until.timestamp()),
                },
            )
        for state in search.states:
            yield "find_by_state", {"wanted": state.value}
        yield from self._ways_by_number(search)
        yield from self._ways_by_person(search)

    def _ways_by_number(self, search: Search) -> Iterator[tuple[str, dict[str, SqlValue]]]:
        """Return the queries for what only its keyed hash is kept of, and for a serial number."""
        for code in search.voucher_codes:
            hashed = bytes.fromhex(self._vault.fingerprint(code.reveal()))
            yield "find_by_voucher", {"tail": code.tail(), "hash": hashed}
        if search.phone is not None:
            hashed = bytes.fromhex(self._vault.fingerprint(phone_source(search.phone)))
            yield "find_by_phone", {"hash": hashed}
        if search.code is not None:
            serial = json.dumps(search.code.reveal())
            yield "find_by_serial", {"serial": serial, "looked_at": LOOKED_AT_MAX}

    def _ways_by_person(self, search: Search) -> Iterator[tuple[str, dict[str, SqlValue]]]:
        if len(search.text) < LETTERS_MIN:
            return
        looked_at: dict[str, SqlValue] = {"looked_at": LOOKED_AT_MAX}
        people = self._connection.execute(queries()["find_by_last_cashiers"], looked_at)
        for (name,) in people.fetchall():
            if search.means_person(name):
                yield "find_by_cashier", {"seller": name} | looked_at

    def _type_names(self) -> Iterator[str]:
        """Return each name of a type once; a till has sold few types under many numbers."""
        name: str | None = ""
        while name is not None:
            (name,) = self._connection.execute(
                queries()["next_type_name"], {"after": name}
            ).fetchone()
            if name is not None:
                yield name


def _beginning_with(text: str) -> dict[str, SqlValue]:
    return {"first": text, "after": text + _LAST}
