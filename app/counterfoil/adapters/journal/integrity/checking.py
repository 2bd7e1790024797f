"""Checks the records of an open journal a slice at a time, by their keys; decrypts no secret.

Each record is checked by its own row MAC, and by the last event about it: an older copy of a record
has its row MAC, too. Each event is checked by its link. Missing records, older copies of a list of
types, of an open sale or of a difference, indexes and pages are found by `journal verify`.
"""

import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from counterfoil.adapters.journal.integrity.watch import TAIL_LENGTH
from counterfoil.adapters.journal.storage import spec
from counterfoil.adapters.journal.storage.chain import NO_LINK, Chain, Link
from counterfoil.adapters.journal.storage.codecs import packed_id
from counterfoil.adapters.journal.storage.naming import row_told
from counterfoil.adapters.journal.storage.quarantine import Quarantine, damage_of
from counterfoil.adapters.journal.storage.queries import queries
from counterfoil.adapters.journal.storage.row_macs import columns_of, is_mac_right, is_same_mac
from counterfoil.adapters.journal.storage.table import ROW_MAC, Columns, Table
from counterfoil.declaring import dataclass
from counterfoil.domain import audit
from counterfoil.domain.failures import JournalCorruptError
from counterfoil.ports.journal import Checked, Damage, Place
from counterfoil.ports.vault import Vault

SLICE = 25
"""So many keys are looked at in one go, which takes some milliseconds."""

_Rows = tuple[Table[Any], str]
"""A table, and the query that reads its rows of a range of keys."""

_Key = tuple[str, int | None, str | None]
"""What tells a row from the others of its redemption: its table, its number, how it was settled."""


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows of tables that have their keys in common; ``end`` reads the last key."""

    rows: tuple[_Rows, ...]
    end: str


_PARTS = (
    _Part(
        (
            (spec.REDEMPTION, "check_redemptions"),
            (spec.ATTEMPT, "check_attempts"),
            (spec.PRINT_JOB, "check_print_jobs"),
            (spec.SETTLEMENT, "check_settlements"),
        ),
        "last_slip_number",
    ),
    _Part(((spec.SALE, "check_sales"),), "last_sale"),
    _Part(((spec.ADVICE, "check_advices"),), "last_advice"),
    _Part(((spec.SHIFT, "check_shifts"),), "last_shift"),
    _Part(((spec.RECONCILIATION, "check_reconciliations"),), "last_reconciliation"),
    _Part(((spec.DIFFERENCE, "check_differences"),), "last_difference"),
    _Part(((spec.KEPT_TYPES, "read_all_types"), (spec.STAFF, "read_staff")), "no_keys"),
)
_CHAIN = len(_PARTS)
"""The part that comes after the tables."""
_END_OF_CHAIN = "last_event"


class _Newest:
    """Finds older copies of rows by what the last event about each says that it was left as."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._macs: dict[int, _LastMacs] = {}

    def is_older(self, table: str, columns: Columns) -> bool:
        """Say whether a row of a redemption is not as its last event left it."""
        slip_number = columns.get(spec.SLIP_NUMBER)
        if slip_number is None:
            return False
        if slip_number not in self._macs:
            self._macs[slip_number] = _LastMacs([*self._chain.of_redemption(slip_number)])
        last = self._macs[slip_number].of(_key_of(table, columns))
        return last is None or not is_same_mac(columns[ROW_MAC], last)


class _LastMacs:
    """The row MACs that a redemption's rows were last left with, read from the last event back.

    One of the last events is about most rows, so that few events are decoded.
    """

    def __init__(self, links: list[Link]) -> None:
        self._unread = links
        self._macs: dict[_Key, bytes] = {}

    def of(self, key: _Key) -> bytes | None:
        """Return the row MAC that the last event about a row left it with; None without one."""
        while key not in self._macs and self._unread:
            link = self._unread.pop()
            with suppress(JournalCorruptError):  # the check of the links finds it
                table, columns = row_told(link.event())
                self._macs.setdefault(_key_of(table, columns), link.row_mac)
        return self._macs.get(key)


def _key_of(table: str, columns: Columns) -> _Key:
    is_settlement = table == spec.SETTLEMENT.name
    way = columns[spec.SETTLED_AS] if is_settlement else None
    return table, columns.get(spec.NUMBER), way


class Checker:
    """Checks whether the records of one open journal are as they were written, slice by slice.

    What it finds altered is quarantined.
    """

    def __init__(
        self, connection: sqlite3.Connection, vault: Vault, quarantine: Quarantine
    ) -> None:
        self._connection = connection
        self._vault = vault
        self._quarantine = quarantine

    def place_at(self, share: float) -> Place:
        """Return the place that has the given share of all records before it, from 0 up to 1."""
        sizes = [self._last(end) for end in (*(part.end for part in _PARTS), _END_OF_CHAIN)]
        number = int(share * sum(sizes))
        for part, size in enumerate(sizes):
            if number < size:
                return Place(part, number)
            number -= size
        return Place()

    def check_some(self, place: Place) -> Checked:
        """Check one slice; return where the next one begins and all that was found altered."""
        if place.part == _CHAIN:
            self._check_links(place)
            return Checked(self._next(_END_OF_CHAIN, place), self._quarantine.damages)
        part = _PARTS[place.part]
        bounds = {"after": place.number, "until": place.number + SLICE}
        self._check_rows(part.rows, bounds, _Newest(Chain(self._connection)))
        return Checked(self._next(part.end, place), self._quarantine.damages)

    def check_all(self) -> tuple[Damage, ...]:
        """Check everything once; return the altered records that no supervisor has accepted."""
        checked = self.check_some(Place())
        while checked.next != Place():
            checked = self.check_some(checked.next)
        return checked.damages

    def check_end(self) -> None:
        """Check what is not over, by the till or by a person, and what the last events are about.

        An older copy of a redemption would be carried on with from where it was then.
        """
        chain = Chain(self._connection)
        newest = _Newest(chain)
        for query in ("read_open", "read_for_a_person"):
            self._check_rows(((spec.REDEMPTION, query),), {}, newest)
        for slip_number in {link.slip_number for link in chain.tail(TAIL_LENGTH)}:
            rows = ((spec.REDEMPTION, "read_redemption_by_slip_number"),)
            self._check_rows(rows, {spec.SLIP_NUMBER: slip_number}, newest)

    def _check_rows(
        self, rows: tuple[_Rows, ...], values: Mapping[str, int | None], newest: _Newest
    ) -> None:
        for table, query in rows:
            for row in self._connection.execute(queries()[query], values).fetchall():
                columns = columns_of(row)
                is_own = is_mac_right(self._vault, table, columns)
                if is_own and not newest.is_older(table.name, columns):
                    continue
                self._keep_apart(table.name, columns)
                if table is spec.REDEMPTION:
                    self._quarantine.leave_out(columns[spec.SLIP_NUMBER])

    def _keep_apart(self, table: str, columns: Columns) -> None:
        self._quarantine.add(damage_of(self._connection, self._vault, table, columns))

    def _check_links(self, place: Place) -> None:
        """Check a range of the chain of events."""
        chain = Chain(self._connection)
        first = chain.at(place.number)
        before = NO_LINK if first is None else first.mac
        for link in chain.some(place.number, place.number + SLICE):
            if not link.rests_on(before, self._vault):
                self._keep_apart(link.table, link.columns)
            else:
                self._check_sale_closed(link)
            before = link.mac

    def _check_sale_closed(self, link: Link) -> None:
        """Check that the sale that an event closed is still as that left it: closed for good."""
        event = link.event()
        if not isinstance(event, audit.SaleClosed):
            return
        query, values = queries()["read_sale"], {spec.ID: packed_id(event.sale_id)}
        for row in self._connection.execute(query, values).fetchall():
            if not is_same_mac(row[ROW_MAC], link.row_mac):
                self._keep_apart(spec.SALE.name, columns_of(row))

    def _next(self, end: str, place: Place) -> Place:
        if place.number + SLICE < self._last(end):
            return Place(place.part, place.number + SLICE)
        return Place((place.part + 1) % (_CHAIN + 1))

    def _last(self, end: str) -> int:
        last: int = self._connection.execute(queries()[end]).fetchone()[0]
        return last
