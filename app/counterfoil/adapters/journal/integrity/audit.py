"""Finds everything in a journal that is not as it was written, and names the row."""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from counterfoil.adapters.journal.storage import records, spec
from counterfoil.adapters.journal.storage.chain import NO_LINK, Chain
from counterfoil.adapters.journal.storage.codecs import add_packing, id_text
from counterfoil.adapters.journal.storage.columns import ROW_MAC, Columns, Table
from counterfoil.adapters.journal.storage.marks import columns_of, is_marked, is_same_mark
from counterfoil.adapters.journal.storage.naming import name_of, name_told
from counterfoil.adapters.journal.storage.queries import Version, migrations, queries
from counterfoil.adapters.journal.storage.rules import FINISHING_KINDS
from counterfoil.domain import audit
from counterfoil.domain.failures import JournalCorruptError
from counterfoil.domain.printing import PRINT_MOVES, PrintState
from counterfoil.domain.states import MOVES, RedemptionState
from counterfoil.ports.journal import Finding
from counterfoil.ports.vault import Vault

_ALTERED = "was altered"
_MISSING = "is missing"
_NEVER_WRITTEN = "was never written by this till"
_OLD = "is not as its last event left it"
_WRONG_MOVES = "its state is not where its moves lead"

_Move = tuple[str | None, str]
_Legal = tuple[RedemptionState, RedemptionState] | tuple[PrintState, PrintState]


def find_faults(connection: sqlite3.Connection, vault: Vault) -> Iterator[Finding]:
    """Check the file, its schema, the chain, each row, the moves and the seals."""
    try:
        yield from _faults_of_file(connection)
        yield from faults_of_schema(connection)
        yield from _faults_of_chain(connection, vault)
        yield from _Rows(connection, vault).faults()
    except sqlite3.DatabaseError:
        yield Finding("file", "cannot be read to its end")


def faults_of_schema(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Compare tables, indexes and triggers with those that the migrations to its version make."""
    there = _schema_of(connection)
    version = Version.of(connection.execute("PRAGMA user_version").fetchone()[0])
    with_migrations = sqlite3.connect(":memory:")
    add_packing(with_migrations)
    try:
        for migration in migrations():
            if migration.version <= version:
                with_migrations.executescript(migration.sql)
        expected = _schema_of(with_migrations)
    finally:
        with_migrations.close()
    for name in sorted(expected.keys() | there.keys()):
        if name not in there:
            yield Finding(name, _MISSING)
        elif name not in expected:
            yield Finding(name, _NEVER_WRITTEN)
        elif there[name] != expected[name]:
            yield Finding(name, _ALTERED)


def _schema_of(connection: sqlite3.Connection) -> dict[str, str]:
    """Return what was created, by kind and name."""
    found = connection.execute(queries()["read_schema"]).fetchall()
    return {f"{kind} {name}": sql for kind, name, sql in found}


def _faults_of_file(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Ask SQLite about its pages, indexes and references."""
    for (answer,) in connection.execute("PRAGMA integrity_check").fetchall():
        if answer != "ok":
            yield Finding("file", answer)
    for table, *_ in connection.execute("PRAGMA foreign_key_check").fetchall():
        yield Finding(f"table {table}", "refers to a row that is missing")


def _faults_of_chain(connection: sqlite3.Connection, vault: Vault) -> Iterator[Finding]:
    """Follow the chain from its start; a gap or an edit is named once, where it lies."""
    expected, before = 1, NO_LINK
    for link in Chain(connection).links():
        if link.sequence != expected:
            yield Finding(f"event {expected}", _MISSING)
        elif not link.rests_on(before, vault):
            yield Finding(link.name, _ALTERED)
        expected, before = link.sequence + 1, link.mark


class _Rows:
    """Checks each row by its own mark, and against what the chain says was last written."""

    def __init__(self, connection: sqlite3.Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault
        self._last_marks: dict[str, bytes] = {}
        self._moves: dict[str, list[_Move]] = {}
        references: dict[int | None, str] = {}
        for link in Chain(connection).links():
            try:
                event = link.event()
            except JournalCorruptError:
                continue  # the check of the links reports it
            if isinstance(event, audit.RedemptionPrepared):
                references[link.slip_number] = event.reference
            reference = references.get(link.slip_number, "")
            if link.slip_number is not None and not reference:
                continue  # no redemption was prepared before it; the check of the links reports it
            subject = name_told(event, reference)
            self._last_marks[subject] = link.row_mac
            if (move := _move_told(event)) is not None:
                self._moves.setdefault(subject, []).append(move)
        self._seen: set[str] = set()
        self._finished: set[int] = set()
        self._refunded = self._read_refunded()

    def faults(self) -> Iterator[Finding]:
        """Check every row, then name those that should be there and are not."""
        for sale in self._all("read_all_sales"):
            yield from self._check(spec.SALE, name_of(spec.SALE.name, sale, ""), sale)
        for job in self._all("read_all_print_jobs"):
            yield from self._faults_of_paper(job)
        for redemption in self._all("read_all_redemptions"):
            yield from self._faults_of_redemption(redemption)
        for attempt in self._all("read_all_attempts"):
            yield from self._faults_of_attempt(attempt)
        for advice in self._all_of(spec.ADVICE, "read_all_advices"):
            yield from self._faults_of_advice(advice)
        yield from self._faults_of_keeping()
        for types in self._all("read_all_types"):
            yield from self._check(spec.KEPT_TYPES, name_of(spec.KEPT_TYPES.name, types, ""), types)
        for subject in self._last_marks.keys() - self._seen:
            yield Finding(subject, _MISSING)

    def _all_of(self, table: Table[Any], query: str) -> Iterable[dict[str, Any]]:
        """Read every row of a table that a journal of an older version does not have."""
        return self._all(query) if f"table {table.name}" in _schema_of(self._connection) else ()

    def _faults_of_keeping(self) -> Iterator[Finding]:
        """Check what was accepted, the staff, and the count of openings, unmarked before 1.4."""
        for acceptance in self._all_of(spec.ACCEPTANCE, "read_acceptances"):
            yield from self._check(
                spec.ACCEPTANCE, name_of(spec.ACCEPTANCE.name, acceptance, ""), acceptance
            )
        for person in self._all_of(spec.STAFF, "read_staff"):
            yield from self._check(spec.STAFF, name_of(spec.STAFF.name, person, ""), person)
        keepers = list(self._all("read_keeper"))
        if not keepers:
            yield Finding("keeper", _MISSING)
        for keeper in keepers:
            if ROW_MAC in keeper and not is_marked(self._vault, spec.KEEPER, keeper):
                yield Finding("keeper", _ALTERED)

    def _check(self, table: Table[Any], subject: str, columns: Columns) -> Iterator[Finding]:
        """Check one row by its mark and by the chain."""
        self._seen.add(subject)
        if not is_marked(self._vault, table, columns):
            yield Finding(subject, _ALTERED)
        elif subject not in self._last_marks:
            yield Finding(subject, _NEVER_WRITTEN)
        elif not is_same_mark(columns[ROW_MAC], self._last_marks[subject]):
            yield Finding(subject, _OLD)

    def _faults_of_redemption(self, columns: Columns) -> Iterator[Finding]:
        """Check a redemption, its moves, its seals and whether its slip is finished."""
        subject = name_of(spec.REDEMPTION.name, columns, columns[spec.REFERENCE])
        faults = list(self._check(spec.REDEMPTION, subject, columns))
        yield from faults
        if not _leads(self._moves.get(subject, []), MOVES, columns[spec.STATE]):
            yield Finding(subject, _WRONG_MOVES)
        if (columns[spec.SLIP_NUMBER] in self._finished) != bool(columns[spec.IS_SLIP_FINISHED]):
            yield Finding(subject, "says otherwise than its papers whether its slip came out")
        if (columns[spec.ID] in self._refunded) != bool(columns.get(spec.IS_REFUNDED)):
            yield Finding(subject, "says otherwise than its refunds whether it was refunded")
        if not faults:
            seals = records.seals_of(self._vault, columns)
            yield from _faults_of_seal(
                seals, subject, records.REQUEST, columns[spec.REQUEST_SEALED]
            )
            yield from _faults_of_seal(seals, subject, records.CHANGE, columns[spec.CHANGE_SEALED])

    def _faults_of_attempt(self, joined: Columns) -> Iterator[Finding]:
        """Check an attempt and the seal of its answer."""
        columns = dict(joined)
        parent = {name: columns.pop(name) for name in (spec.ID, spec.REFERENCE, spec.ROW_KEY)}
        subject = name_of(spec.ATTEMPT.name, columns, parent[spec.REFERENCE])
        faults = list(self._check(spec.ATTEMPT, subject, columns))
        yield from faults
        if not faults:
            seals = records.seals_of(self._vault, parent)
            column = records.body_column(columns[spec.NUMBER])
            yield from _faults_of_seal(seals, subject, column, columns[spec.BODY_SEALED])

    def _faults_of_advice(self, joined: Columns) -> Iterator[Finding]:
        """Check an advice and the seal of its bytes."""
        columns = dict(joined)
        parent = {
            name: columns.pop(name) for name in (spec.REDEMPTION_ID, spec.REFERENCE, spec.ROW_KEY)
        }
        subject = name_of(spec.ADVICE.name, columns, parent[spec.REFERENCE])
        faults = list(self._check(spec.ADVICE, subject, columns))
        yield from faults
        if not faults:
            seals = records.Seals(
                self._vault, id_text(parent[spec.REDEMPTION_ID]), parent[spec.ROW_KEY]
            )
            yield from _faults_of_seal(seals, subject, records.ADVICE, columns[spec.BODY_SEALED])

    def _faults_of_paper(self, joined: Columns) -> Iterator[Finding]:
        """Check a paper and its moves."""
        columns = dict(joined)
        subject = name_of(spec.PRINT_JOB.name, columns, columns.pop(spec.REFERENCE))
        yield from self._check(spec.PRINT_JOB, subject, columns)
        if not _leads(self._moves.get(subject, []), PRINT_MOVES, columns[spec.STATE]):
            yield Finding(subject, _WRONG_MOVES)
        if columns[spec.STATE] == PrintState.CONFIRMED and columns[spec.KIND_OF] in FINISHING_KINDS:
            self._finished.add(columns[spec.SLIP_NUMBER])

    def _all(self, query: str) -> Iterator[dict[str, Any]]:
        """Read every row that a query finds, one at a time."""
        return map(columns_of, self._connection.execute(queries()[query]))

    def _read_refunded(self) -> set[str | None]:
        """Read which redemptions have a final refund; a journal of an older version has none."""
        return {
            redemption.get(spec.REFUND_OF)
            for redemption in self._all("read_all_redemptions")
            if redemption[spec.STATE] == RedemptionState.FINAL
        }


def _move_told(event: audit.AuditEvent) -> _Move | None:
    """Return the change of state that an event records; None where it records none."""
    match event:
        case audit.RedemptionPrepared():
            return None, RedemptionState.PREPARED.value
        case audit.PrintQueued():
            return None, PrintState.QUEUED.value
        case audit.RedemptionChanged() if event.is_move:
            return event.before.value, event.after.value
        case audit.PrintMoved():
            return event.before.value, event.after.value
        case _:
            return None


def _leads(moves: list[_Move], legal: frozenset[_Legal], state: str) -> bool:
    """Say whether moves, each legal and each from where the last one ended, lead to a state."""
    if not moves or moves[0][0] is not None:
        return False
    follows = all(after == before for (_, after), (before, _) in pairwise(moves))
    return follows and all(move in legal for move in moves[1:]) and moves[-1][1] == state


def _faults_of_seal(
    seals: records.Seals, subject: str, column: str, sealed: bytes | None
) -> Iterator[Finding]:
    """Try to open a sealed column."""
    if sealed is None:
        return
    try:
        seals.open(column, sealed)
    except JournalCorruptError:
        yield Finding(subject, f"its {column} does not open")
