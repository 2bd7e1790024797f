"""Finds redemptions by what somebody typed: one indexed query for each meaning it may have.

No query reads more of the journal than it may return, but for the day, which is read whole. So it
takes as long with a million redemptions as with none.
"""

import sqlite3
from collections.abc import Iterator
from math import ceil, floor

from counterfoil.adapters.journal.storage.columns import SqlValue
from counterfoil.adapters.journal.storage.events import time_us
from counterfoil.adapters.journal.storage.queries import queries
from counterfoil.domain.search import Search

_LAST = "\U0010ffff"
"""The last of all letters: with it after them, some letters end the range that begins with them."""
_HALF_REFERENCE = 3


class Finder:
    """Searches one open file. The rows it finds are not authenticated here."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def slip_numbers(self, search: Search, limit: int) -> list[int]:
        """Return the slip numbers of the redemptions that a search finds.

        Newest first, and ``limit`` at most.
        """
        found: set[int] = set()
        for query, values in self._ways(search):
            rows = self._connection.execute(queries()[query], {**values, "limit": limit})
            found.update(row[0] for row in rows)
        return sorted(found, reverse=True)[:limit]

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
