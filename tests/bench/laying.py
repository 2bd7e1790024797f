"""Journals of very many sales, in which each row is written once: as its last commit left it.

The real writer takes some twenty statements a sale, under the file's triggers, and so a million
sales take it hours. Here each row has its true MAC and each event its true link, and the whole
check finds nothing. The tables may be those of today or those of a till of version 2.1.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from operator import attrgetter
from pathlib import Path
from typing import Any

from counterfoil.adapters.journal.integrity.anchor import Anchors, head_of
from counterfoil.adapters.journal.storage import records, spec
from counterfoil.adapters.journal.storage.chain import End, end_of_chain
from counterfoil.adapters.journal.storage.events import content_of, number_of, time_us
from counterfoil.adapters.journal.storage.naming import row_told
from counterfoil.adapters.journal.storage.place import JOURNAL_NAME
from counterfoil.adapters.journal.storage.row_macs import mac_of_link, mac_of_row
from counterfoil.adapters.journal.storage.table import LINK, ROW_MAC, Table
from counterfoil.domain.audit import happened
from counterfoil.domain.rows import (
    AdviceAttemptEnded,
    AdviceAttemptStarted,
    AdviceOwed,
    AttemptEnded,
    AttemptStarted,
    PrintMoved,
    PrintQueued,
    RedemptionChanged,
    RedemptionPrepared,
    Row,
    SaleClosed,
    SaleOpened,
)
from counterfoil.domain.secret import Secret
from counterfoil.domain.verdict import ChangeVoucher
from counterfoil.ports.vault import Vault
from support.journals import tampering

_IN_ONE_COMMIT = 1_000
_FAST = (
    "PRAGMA synchronous=OFF",
    "PRAGMA cache_size=-200000",
    "PRAGMA cache_spill=OFF",
)
_NEW = frozenset({"change_shape", "may_have_arrived"})
"""Columns that a till of version 2.1 does not know."""

Columns = dict[str, Any]


class Layer:
    """Appends finished sales to one file."""

    def __init__(self, connection: sqlite3.Connection, vault: Vault, *, is_old: bool) -> None:
        self._connection = connection
        self._vault = vault
        self._is_old = is_old
        self._unknown = _NEW if is_old else frozenset()
        self._end = end_of_chain(connection)
        self._advices = connection.execute("SELECT count(*) FROM advice").fetchone()[0]

    def lay(self, number: int, rows: Iterable[Row]) -> None:
        """Write the rows of the sale that gets this slip number, in the order of the commits."""
        told = list(rows)
        marks = {}
        for table, columns in self._finished(number, told):
            known = {name: columns[name] for name in columns.keys() - self._unknown}
            marks[table.name] = mac_of_row(self._vault, table, known)
            self._insert(table, known | {ROW_MAC: marks[table.name]})
        for row in told:
            self._tell(number, row, marks)

    def _insert(self, table: Table[Any], columns: Columns) -> None:
        if self._is_old and table.name != spec.EVENT.name:
            apart = {one: columns[one] for one in columns.keys() & _APART}
            columns = table.spelled(columns) | apart
        names = [name for name, value in columns.items() if value is not None]
        values = ", ".join(f":{name}" for name in names)
        self._connection.execute(
            f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({values})",  # noqa: S608 - of names
            columns,
        )

    def _tell(self, number: int, row: Row, marks: dict[str, bytes]) -> None:
        """Append the event of a row: each is about the row as it is left at last."""
        one = happened(row)
        assert one is not None, "what is written has an event"
        table, _ = row_told(one.event)
        columns: Columns = {
            spec.SEQUENCE: self._end.sequence + 1,
            spec.AT_US: self._end.at_us if one.at is None else time_us(one.at),
            spec.SLIP_NUMBER: None if table == spec.SALE.name else number,
            spec.KIND_OF: number_of(one.event),
            spec.CONTENT: content_of(one.event),
            ROW_MAC: marks[table],
        }
        link = mac_of_link(self._vault, columns, self._end.link)
        self._insert(spec.EVENT, columns | {LINK: link})
        self._end = End(columns[spec.SEQUENCE], columns[spec.AT_US], link)

    def _finished(self, number: int, rows: list[Row]) -> Iterator[tuple[Table[Any], Columns]]:
        """Return the rows as their last commits left them."""
        left, change, secrets = _left_by(rows)
        redemption_id = left[spec.REDEMPTION.name].id
        key = self._vault.new_row_key(redemption_id)
        seals = records.Seals(self._vault, redemption_id, key)
        secrets[records.CHANGE] = _old_text(change) if self._is_old else records.change_text(change)
        sealed = {column: seals.seal(column, secret) for column, secret in secrets.items()}
        self._advices += spec.ADVICE.name in left
        by_hand: dict[str, Columns] = {
            spec.SALE.name: {spec.SEQUENCE: number},
            spec.REDEMPTION.name: {
                spec.ROW_KEY: key,
                spec.REQUEST_SEALED: sealed[records.REQUEST],
                spec.CHANGE_SEALED: sealed[records.CHANGE],
                spec.IS_SLIP_FINISHED: 1,
            },
            spec.ATTEMPT.name: {
                spec.SLIP_NUMBER: number,
                spec.BODY_SEALED: sealed[records.body_column(1)],
            },
            spec.ADVICE.name: {
                spec.SLIP_NUMBER: number,
                spec.SEQUENCE: self._advices,
                spec.BODY_SEALED: sealed.get(records.ADVICE),
            },
            spec.PRINT_JOB.name: {spec.SLIP_NUMBER: number},
        }
        for table in spec.TABLES:
            if table.name in left:
                yield table, table.write(left[table.name]) | by_hand[table.name]


def _left_by(rows: list[Row]) -> tuple[dict[str, Any], ChangeVoucher, dict[str, Secret]]:
    """Return the record of each table as rows leave it, the change, and what else is sealed."""
    left: dict[str, Any] = {}
    secrets: dict[str, Secret] = {}
    change: ChangeVoucher | None = None
    for row in rows:
        if whole := _WHOLE.get(type(row)):
            table, record_of = whole
            left[table.name] = record_of(row)
        match row:
            case RedemptionPrepared():
                secrets[records.REQUEST] = row.request
            case RedemptionChanged():
                change = change or row.change
            case AdviceOwed():
                secrets[records.ADVICE] = row.body
            case SaleClosed():
                paid = replace(left[spec.SALE.name], state=row.ending.state)
                left[spec.SALE.name] = paid
            case AttemptEnded():
                assert row.body is not None, "a sale that is finished was answered"
                secrets[records.body_column(1)] = row.body
                left[spec.ATTEMPT.name] = replace(
                    left[spec.ATTEMPT.name],
                    ended_at=row.at,
                    outcome=row.outcome,
                    http_status=row.http_status,
                )
            case _:
                pass
    assert change is not None, "a finished sale gives change"
    return left, change, secrets


_WHOLE: dict[type, tuple[Table[Any], Callable[[Any], object]]] = {
    SaleOpened: (spec.SALE, attrgetter("sale")),
    RedemptionPrepared: (spec.REDEMPTION, attrgetter("redemption")),
    RedemptionChanged: (spec.REDEMPTION, attrgetter("after")),
    AttemptStarted: (spec.ATTEMPT, attrgetter("attempt")),
    AdviceOwed: (spec.ADVICE, attrgetter("advice")),
    AdviceAttemptStarted: (spec.ADVICE, attrgetter("advice")),
    AdviceAttemptEnded: (spec.ADVICE, attrgetter("after")),
    PrintQueued: (spec.PRINT_JOB, attrgetter("job")),
    PrintMoved: (spec.PRINT_JOB, attrgetter("after")),
}
"""Which rows hold a whole record, of which table, and where in the row."""

_APART = frozenset({spec.SEQUENCE, spec.IS_SLIP_FINISHED, ROW_MAC})
"""What lies in a row and is not covered by its MAC."""


def _old_text(change: ChangeVoucher) -> Secret:
    """Return what was sealed of a change voucher before version 4.0: all of it."""
    codes = [[one.name, one.text.reveal(), one.is_number] for one in change.codes]
    whole = {part.name: getattr(change, part.name) for part in fields(change)} | {"codes": codes}
    return Secret(json.dumps(whole, separators=(",", ":")))


def lay_sales(
    place: Path,
    vault: Vault,
    numbers: range,
    rows_of: Callable[[int], Iterable[Row]],
    *,
    is_old: bool = False,
) -> None:
    """Append sales to a closed journal, and set the anchor beside it to its new end.

    ``rows_of`` returns the rows of one sale.
    """
    with _fast(place) as connection:
        layer = Layer(connection, vault, is_old=is_old)
        for first in range(numbers.start, numbers.stop, _IN_ONE_COMMIT):
            connection.execute("BEGIN")
            for number in range(first, min(first + _IN_ONE_COMMIT, numbers.stop)):
                layer.lay(number, rows_of(number))
            connection.execute("COMMIT")
        Anchors(place, vault).begin_beside(head_of(connection))


@contextmanager
def _fast(place: Path) -> Iterator[sqlite3.Connection]:
    """Open a file without its triggers, and without waiting for the disk."""
    assert (place / JOURNAL_NAME).exists(), "a journal is begun by a till"
    with tampering(place) as connection:
        for setting in _FAST:
            connection.execute(setting)
        yield connection
