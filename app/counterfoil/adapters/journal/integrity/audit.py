"""Finds everything in a journal that is not as it was written, and names the row."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from functools import lru_cache
from heapq import merge
from itertools import groupby, islice, pairwise
from operator import itemgetter
from typing import Any, assert_never

from counterfoil.adapters.journal.storage import records, spec
from counterfoil.adapters.journal.storage.chain import NO_LINK, Chain, Link
from counterfoil.adapters.journal.storage.codecs import add_packing, id_text, packed_id
from counterfoil.adapters.journal.storage.naming import name_of, name_told
from counterfoil.adapters.journal.storage.queries import Migration, Version, migrations, queries
from counterfoil.adapters.journal.storage.row_keys import pad_of, row_key_of
from counterfoil.adapters.journal.storage.row_macs import columns_of, is_mac_right, is_same_mac
from counterfoil.adapters.journal.storage.table import ROW_MAC, Columns, SqlValue, Table
from counterfoil.domain import audit
from counterfoil.domain.causes.journal import Finding, RowFault
from counterfoil.domain.failures import JournalCorruptError
from counterfoil.domain.printing import PRINT_MOVES, PrintState, finishing_kinds
from counterfoil.domain.settlement import Evidence, SettledAs
from counterfoil.domain.states import MOVES, Customer, RedemptionState
from counterfoil.ports.vault import Vault

_ALTERED = RowFault.ALTERED
_MISSING = RowFault.MISSING
_NEVER_WRITTEN = RowFault.NEVER_WRITTEN
_OLD = RowFault.OLD
_WRONG_MOVES = RowFault.WRONG_MOVES

_LINKS, _PAPERS, _REFUNDED, _REDEMPTIONS, _ATTEMPTS, _ADVICES, _SETTLEMENTS = range(7)
"""What belongs to one redemption, in the order in which it is read."""

_SLIPS_OF_SETTLEMENTS = Version(4, 3)
"""Since then the slips of what people settled are to be finished."""

_OfSale = audit.SaleOpened | audit.SaleClosed | audit.CustomerNoted
_OfShift = (
    audit.ShiftOpened
    | audit.CashMoved
    | audit.RestPaid
    | audit.DrawerCounted
    | audit.ShiftClosed
    | audit.ShiftPrinted
    | audit.ShiftNotPrinted
)
_OfDifference = audit.DifferenceFound | audit.DifferenceResolved
_OfKeeping = (
    audit.TypesKept
    | audit.JournalAccepted
    | audit.StaffDone
    | _OfShift
    | audit.StatementReconciled
    | _OfDifference
)
_OfAnother = audit.CustomerNoted | audit.StaffDone | audit.RestPaid | _OfDifference
"""Events of a redemption that are about a row of a sale, a person, a shift or a statement."""
_Move = tuple[str | None, str]
_Legal = tuple[RedemptionState, RedemptionState] | tuple[PrintState, PrintState]


def find_faults(connection: sqlite3.Connection, vault: Vault) -> Iterator[Finding]:
    """Check the whole file: schema, chain, each row, moves between states, and sealed fields."""
    try:
        yield from _faults_of_file(connection)
        yield from faults_of_schema(connection)
        yield from _faults_of_chain(connection, vault)
        yield from _Rows(connection, vault).faults()
    except sqlite3.DatabaseError:
        yield Finding("file", RowFault.CUT_SHORT)


def faults_of_schema(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Compare tables, indexes and triggers with those that the migrations to its version make."""
    there = _schema_of(connection)
    version = Version.of(connection.execute("PRAGMA user_version").fetchone()[0])
    expected = _schema_after(tuple(one for one in migrations() if one.version <= version))
    for name in sorted(expected.keys() | there.keys()):
        if name not in there:
            yield Finding(name, _MISSING)
        elif name not in expected:
            yield Finding(name, _NEVER_WRITTEN)
        elif there[name] != expected[name]:
            yield Finding(name, _ALTERED)


@lru_cache(maxsize=2)
def _schema_after(done: tuple[Migration, ...]) -> Mapping[str, str]:
    """Return what these migrations create, by kind and name."""
    with closing(sqlite3.connect(":memory:")) as connection:
        add_packing(connection)
        for migration in done:
            connection.executescript(migration.sql)
        return _schema_of(connection)


def _schema_of(connection: sqlite3.Connection) -> dict[str, str]:
    """Return what was created, by kind and name."""
    found = connection.execute(queries()["read_schema"]).fetchall()
    return {f"{kind} {name}": sql for kind, name, sql in found}


def _faults_of_file(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Ask SQLite about its pages, indexes and references."""
    for (answer,) in connection.execute("PRAGMA integrity_check").fetchall():
        if answer != "ok":
            yield Finding("file", RowFault.PAGES_DAMAGED, answer)
    for table, *_ in connection.execute("PRAGMA foreign_key_check").fetchall():
        yield Finding(f"table {table}", RowFault.DANGLING)


def _faults_of_chain(connection: sqlite3.Connection, vault: Vault) -> Iterator[Finding]:
    """Follow the chain from its start; a gap or an edit is named once, where it lies."""
    expected, before = 1, NO_LINK
    for link in Chain(connection).links():
        if link.sequence != expected:
            yield Finding(f"event {expected}", _MISSING)
        elif not link.rests_on(before, vault):
            yield Finding(link.name, _ALTERED)
        expected, before = link.sequence + 1, link.mac


class _Told:
    """How the events left some rows: the last row MAC of each, and its changes of state."""

    def __init__(self) -> None:
        self._last_macs: dict[str, bytes] = {}
        self._moves: dict[str, list[_Move]] = {}
        self._seen: set[str] = set()
        self.is_shredded = False
        """Whether the chain tells that the key was dropped."""

    def add(self, subject: str, event: audit.AuditEvent, row_mac: bytes) -> None:
        """Add an event about a row. Events are added in their order."""
        self._last_macs[subject] = row_mac
        self.is_shredded |= isinstance(event, audit.SecretsShredded)
        if (move := _move_told(event)) is not None:
            self._moves.setdefault(subject, []).append(move)

    def check(
        self, vault: Vault, table: Table[Any], subject: str, columns: Columns
    ) -> Iterator[Finding]:
        """Check one row by its MAC and by the chain."""
        self._seen.add(subject)
        if not is_mac_right(vault, table, columns):
            yield Finding(subject, _ALTERED)
        elif subject not in self._last_macs:
            yield Finding(subject, _NEVER_WRITTEN)
        elif not is_same_mac(columns[ROW_MAC], self._last_macs[subject]):
            yield Finding(subject, _OLD)

    def check_moves(self, subject: str, legal: frozenset[_Legal], state: str) -> Iterator[Finding]:
        """Check that the moves of a row are legal and lead to its state."""
        if not _leads(self._moves.get(subject, []), legal, state):
            yield Finding(subject, _WRONG_MOVES)

    def missing(self) -> Iterator[Finding]:
        """Name the rows that have events and were not found in their table."""
        for subject in self._last_macs.keys() - self._seen:
            yield Finding(subject, _MISSING)


class _Sales:
    """Checks each sale against its events.

    They lie in the order in which the chain first tells of them. So what the one has and the other
    has not met yet is little, but for sales that are missing or were never written.
    """

    def __init__(self, connection: sqlite3.Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault
        self._ids = (id_text(sale[spec.ID]) for sale in _read(connection, "read_all_sales"))
        self._open_macs: dict[str, bytes] = {}
        self._only_told: set[str] = set()
        self._only_there: set[str] = set()

    def tell(self, event: _OfSale, row_mac: bytes) -> Iterator[Finding]:
        """Note an event of a sale, and check the sale once it is closed."""
        if event.sale_id not in self._open_macs:
            _pair(event.sale_id, self._only_told, self._only_there)
            for sale_id in islice(self._ids, 1):
                _pair(sale_id, self._only_there, self._only_told)
        self._open_macs[event.sale_id] = row_mac
        if _is_closing(event):
            yield from self._check(event.sale_id, self._open_macs.pop(event.sale_id))

    def rest(self) -> Iterator[Finding]:
        """Check those that are open, and name those that only the chain or only the table has."""
        for sale_id, mac in self._open_macs.items():
            yield from self._check(sale_id, mac)
        for sale_id in self._ids:
            _pair(sale_id, self._only_there, self._only_told)
        for sale_id in self._only_told:
            if not any(self._named(sale_id)):
                yield Finding(_name_of_sale(sale_id), _MISSING)
        for sale_id in self._only_there:
            is_own = any(is_mac_right(self._vault, spec.SALE, one) for one in self._named(sale_id))
            yield Finding(_name_of_sale(sale_id), _NEVER_WRITTEN if is_own else _ALTERED)

    def _check(self, sale_id: str, mac: bytes) -> Iterator[Finding]:
        """Check a sale by how the chain left it; one that is not there is only told of."""
        for sale in self._named(sale_id):
            if not is_mac_right(self._vault, spec.SALE, sale):
                yield Finding(_name_of_sale(sale_id), _ALTERED)
            elif not is_same_mac(sale[ROW_MAC], mac):
                yield Finding(_name_of_sale(sale_id), _OLD)

    def _named(self, sale_id: str) -> Iterator[dict[str, Any]]:
        with suppress(
            UnicodeEncodeError
        ):  # an altered event may name a sale in letters that SQLite refuses
            yield from _read(self._connection, "check_sale", id=packed_id(sale_id), text=sale_id)


class _Rows:
    """Checks each row by its own MAC, and against what the chain says was last written.

    Of the journal it holds one redemption at a time, with all that belongs to it, and the sales
    that are open at one point of the chain.
    """

    def __init__(self, connection: sqlite3.Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault
        self._chain = Chain(connection)
        self._kept = _Told()
        version = Version.of(connection.execute("PRAGMA user_version").fetchone()[0])
        self._has_own_slips = version >= _SLIPS_OF_SETTLEMENTS

    def faults(self) -> Iterator[Finding]:
        """Check every row, and name those that should be there and are not."""
        sales = _Sales(self._connection, self._vault)
        for link in self._chain.links():
            event = _event_of(link)
            if isinstance(event, _OfKeeping):
                self._kept.add(name_told(event, ""), event, link.row_mac)
            elif isinstance(event, _OfSale):
                yield from sales.tell(event, link.row_mac)
        yield from sales.rest()
        yield from self._faults_by_redemption()
        yield from self._faults_of_keeping()

    # -------------------------------------------------------------------------------- redemptions

    def _faults_by_redemption(self) -> Iterator[Finding]:
        """Check one redemption after the other, each with all that belongs to it."""
        parts = (
            (_LINKS, self._chain.by_redemption(), lambda link: link.slip_number),
            (_PAPERS, self._all("read_all_print_jobs"), _slip_number_of),
            (_REFUNDED, self._refunded(), _slip_number_of),
            (_REDEMPTIONS, self._all("read_all_redemptions"), _slip_number_of),
            (_ATTEMPTS, self._all("read_all_attempts"), _slip_number_of),
            (_ADVICES, self._all_of(spec.ADVICE, "read_all_advices"), _slip_number_of),
            (
                _SETTLEMENTS,
                self._all_of(spec.SETTLEMENT, "read_all_settlements"),
                _slip_number_of,
            ),
        )
        merged = merge(*(_placed(*part) for part in parts), key=itemgetter(0))
        for _, group in groupby(merged, itemgetter(0)):
            story: dict[int, list[Any]] = {part: [] for part, _, _ in parts}
            for _, part, one in group:
                story[part].append(one)
            yield from self._faults_of_story(story)

    def _faults_of_story(self, story: Mapping[int, list[Any]]) -> Iterator[Finding]:
        """Check a redemption and all that belongs to it."""
        told = _told_by(story[_LINKS])
        for paper in story[_PAPERS]:
            yield from self._faults_of_paper(told, paper)
        for redemption in story[_REDEMPTIONS]:
            yield from self._faults_of_redemption(
                told,
                redemption,
                is_finished=self._is_finished(redemption, story),
                is_refunded=bool(story[_REFUNDED]),
            )
        for attempt in story[_ATTEMPTS]:
            yield from self._faults_of_attempt(told, attempt)
        for advice in story[_ADVICES]:
            yield from self._faults_of_advice(told, advice)
        for settlement in story[_SETTLEMENTS]:
            columns = dict(settlement)
            subject = name_of(spec.SETTLEMENT.name, columns, columns.pop(spec.REFERENCE))
            yield from told.check(self._vault, spec.SETTLEMENT, subject, columns)
        yield from told.missing()

    def _faults_of_redemption(
        self, told: _Told, columns: Columns, *, is_finished: bool, is_refunded: bool
    ) -> Iterator[Finding]:
        """Check a redemption, its moves, its seals and whether its slip is finished."""
        subject = name_of(spec.REDEMPTION.name, columns, columns[spec.REFERENCE])
        faults = list(told.check(self._vault, spec.REDEMPTION, subject, columns))
        yield from faults
        yield from told.check_moves(subject, MOVES, columns[spec.STATE])
        if is_finished != bool(columns[spec.IS_SLIP_FINISHED]):
            yield Finding(subject, RowFault.SLIP_CONTRADICTED)
        if is_refunded != bool(columns.get(spec.IS_REFUNDED)):
            yield Finding(subject, RowFault.REFUND_CONTRADICTED)
        if not faults:
            faults = list(self._faults_of_shredding(told, subject, columns))
            yield from faults
        if not faults and columns.get(spec.SHREDDED_AT) is None:
            seals = records.seals_of(self._connection, self._vault, columns)
            yield from _faults_of_seal(
                seals, subject, records.REQUEST, columns[spec.REQUEST_SEALED]
            )
            yield from _faults_of_seal(seals, subject, records.CHANGE, columns[spec.CHANGE_SEALED])

    def _is_finished(self, redemption: Columns, story: Mapping[int, list[Any]]) -> bool:
        """Whether nobody has to be given a slip of a redemption any more.

        A person has confirmed it, or people settled it by hand and nothing was taken. Before
        version 4.3 nobody had to be given one of what people settled.
        """
        settled_as = redemption[spec.SETTLED_AS] if self._has_own_slips else None
        is_of_nothing = settled_as == SettledAs.BY_HAND and any(
            one[spec.EVIDENCE] == Evidence.NOT_TAKEN for one in story[_SETTLEMENTS]
        )
        return is_of_nothing or any(
            paper[spec.STATE] == PrintState.CONFIRMED
            and paper[spec.KIND_OF] in finishing_kinds(settled_as)
            for paper in story[_PAPERS]
        )

    def _faults_of_shredding(
        self, told: _Told, subject: str, columns: Columns
    ) -> Iterator[Finding]:
        """Check that a key is gone if and only if the chain tells of it."""
        is_shredded = columns.get(spec.SHREDDED_AT) is not None
        if is_shredded != told.is_shredded:
            yield Finding(subject, RowFault.SHREDDING_UNTOLD)
        if is_shredded and any(pad_of(self._connection, columns[spec.SLIP_NUMBER]) or b""):
            yield Finding(subject, RowFault.KEY_LEFT)

    def _faults_of_attempt(self, told: _Told, joined: Columns) -> Iterator[Finding]:
        """Check an attempt and the seal of its answer."""
        columns = dict(joined)
        parent = {name: columns.pop(name) for name in (spec.ID, spec.REFERENCE, spec.ROW_KEY)}
        subject = name_of(spec.ATTEMPT.name, columns, parent[spec.REFERENCE])
        faults = list(told.check(self._vault, spec.ATTEMPT, subject, columns))
        yield from faults
        if not faults and not told.is_shredded:
            parent[spec.SLIP_NUMBER] = columns[spec.SLIP_NUMBER]
            seals = records.seals_of(self._connection, self._vault, parent)
            column = records.body_column(columns[spec.NUMBER])
            yield from _faults_of_seal(seals, subject, column, columns[spec.BODY_SEALED])

    def _faults_of_advice(self, told: _Told, joined: Columns) -> Iterator[Finding]:
        """Check an advice and the seal of its bytes."""
        columns = dict(joined)
        parent = {
            name: columns.pop(name) for name in (spec.REDEMPTION_ID, spec.REFERENCE, spec.ROW_KEY)
        }
        subject = name_of(spec.ADVICE.name, columns, parent[spec.REFERENCE])
        faults = list(told.check(self._vault, spec.ADVICE, subject, columns))
        yield from faults
        if not faults and not told.is_shredded:
            key = row_key_of(self._connection, parent[spec.ROW_KEY], columns[spec.SLIP_NUMBER])
            seals = records.Seals(self._vault, id_text(parent[spec.REDEMPTION_ID]), key)
            yield from _faults_of_seal(seals, subject, records.ADVICE, columns[spec.BODY_SEALED])

    def _faults_of_paper(self, told: _Told, joined: Columns) -> Iterator[Finding]:
        """Check a paper and its moves."""
        columns = dict(joined)
        subject = name_of(spec.PRINT_JOB.name, columns, columns.pop(spec.REFERENCE))
        yield from told.check(self._vault, spec.PRINT_JOB, subject, columns)
        yield from told.check_moves(subject, PRINT_MOVES, columns[spec.STATE])

    def _refunded(self) -> Iterable[Columns]:
        """Read which redemptions have a final refund; a journal of an older version has none."""
        has_refunds = spec.REFUND_OF in self._created(spec.REDEMPTION)
        return self._all("read_all_refunded") if has_refunds else ()

    # ------------------------------------------------------------------------------------- others

    def _faults_of_keeping(self) -> Iterator[Finding]:
        """Check lists of types, what was accepted, the staff, and the count of openings.

        Before version 1.4 the count had no MAC.
        """
        for types in self._all("read_all_types"):
            yield from self._check_kept(spec.KEPT_TYPES, types)
        for table, query in (
            (spec.ACCEPTANCE, "read_acceptances"),
            (spec.STAFF, "read_staff"),
            (spec.SHIFT, "read_all_shifts"),
            (spec.RECONCILIATION, "read_all_reconciliations"),
            (spec.DIFFERENCE, "read_all_differences"),
        ):
            for columns in self._all_of(table, query):
                yield from self._check_kept(table, columns)
        yield from self._kept.missing()
        keepers = list(self._all("read_keeper"))
        if not keepers:
            yield Finding("keeper", _MISSING)
        for keeper in keepers:
            if ROW_MAC in keeper and not is_mac_right(self._vault, spec.KEEPER, keeper):
                yield Finding("keeper", _ALTERED)

    def _check_kept(self, table: Table[Any], columns: Columns) -> Iterator[Finding]:
        return self._kept.check(self._vault, table, name_of(table.name, columns, ""), columns)

    def _all_of(self, table: Table[Any], query: str) -> Iterable[dict[str, Any]]:
        """Read every row of a table that a journal of an older version does not have."""
        return self._all(query) if self._created(table) else ()

    def _created(self, table: Table[Any]) -> str:
        """Return how a table was created; empty where it was not."""
        return _schema_of(self._connection).get(f"table {table.name}", "")

    def _all(self, query: str) -> Iterator[dict[str, Any]]:
        return _read(self._connection, query)


def _read(
    connection: sqlite3.Connection, query: str, **values: SqlValue
) -> Iterator[dict[str, Any]]:
    """Read every row that a query finds, one at a time."""
    return map(columns_of, connection.execute(queries()[query], values))


def _placed(
    part: int, ones: Iterable[Any], slip_number_of: Callable[[Any], object]
) -> Iterator[tuple[int, int, Any]]:
    """Put the slip number before each; a damaged file may hold one that is no number."""
    for one in ones:
        slip_number = slip_number_of(one)
        yield slip_number if isinstance(slip_number, int) else -1, part, one


def _slip_number_of(columns: Columns) -> object:
    return columns[spec.SLIP_NUMBER]


def _event_of(link: Link) -> audit.AuditEvent | None:
    """Read the event of a link; None where it cannot be read, which the check of links reports."""
    with suppress(JournalCorruptError):
        return link.event()
    return None


def _told_by(links: Iterable[Link]) -> _Told:
    """Return what the links of a redemption tell of it and of what belongs to it.

    What comes before it was prepared is reported by the check of links.
    """
    told, reference = _Told(), ""
    for link in links:
        event = _event_of(link)
        if isinstance(event, audit.RedemptionPrepared):
            reference = event.reference
        if event is not None and reference and not isinstance(event, _OfAnother):
            told.add(name_told(event, reference), event, link.row_mac)
    return told


def _pair(sale_id: str, here: set[str], elsewhere: set[str]) -> None:
    """Note a sale that was met here, until it is met elsewhere, too."""
    if sale_id in elsewhere:
        elsewhere.remove(sale_id)
    else:
        here.add(sale_id)


def _name_of_sale(sale_id: str) -> str:
    return name_of(spec.SALE.name, {spec.ID: sale_id}, "")


def _is_closing(event: _OfSale) -> bool:
    """Whether nothing is told of a sale after this."""
    match event:
        case audit.SaleOpened():
            return False
        case audit.SaleClosed():
            return True
        case audit.CustomerNoted():
            return event.customer not in {Customer.ASKED, Customer.HERE}
        case _:
            assert_never(event)


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
        yield Finding(subject, RowFault.SEALED_SHUT, column)
