"""Random changes behind the till's back: each one is found, and the row is named.

What decision 0007 concedes, an older journal put back together with its anchor, is counted apart.
"""

# ruff: noqa: S608 - the names of tables and columns come from this file

import asyncio
import os
import random  # noqa: TID251 - a run is repeated by its seed
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from counterfoil.adapters.journal.integrity.anchor import Anchors, find_anchors
from counterfoil.adapters.journal.integrity.audit import find_faults
from counterfoil.adapters.journal.integrity.watch import anchor_faults
from counterfoil.adapters.journal.storage import spec
from counterfoil.adapters.journal.storage.naming import name_of
from counterfoil.domain.advice import Advice, AdviceState
from counterfoil.domain.causes.journal import ANCHOR, Finding
from counterfoil.domain.rows import DifferenceResolved, StaffKept, TypesKept
from counterfoil.domain.staff import StaffDeed
from counterfoil.domain.states import RedemptionState
from counterfoil.ports.journal import Journal
from support import samples as sample
from support.crash_flows import delivered, paid_and_owing, settled_by_hand
from support.journals import content_of, opened
from support.memory_vault import MemoryVault
from support.samples import PERSON, Samples, commit, instant, later, moved

S, A = RedemptionState, AdviceState
TAMPERS = int(os.environ.get("COUNTERFOIL_TAMPERS", "150"))
"""So many are tried here; ``packaging/prove tampers`` asks for many more."""
BATCH = 50
TABLES = {
    "sale": ("id",),
    "redemption": ("slip_number",),
    "attempt": ("slip_number", "number"),
    "advice": ("slip_number",),
    "print_job": ("slip_number", "number"),
    "settlement": ("slip_number", "settled_as"),
    "reconciliation": ("number",),
    "difference": ("number",),
    "staff": ("number",),
    "shift": ("number",),
    "kept_types": ("upstream",),
    "event": ("sequence",),
}
_NOT_MARKED = frozenset({"sequence", "is_slip_finished", "is_refunded"})
"""What no row MAC covers: where a row lies, and what the file derives from other rows."""
_REWRITTEN = ("staff", "kept_types", "advice", "difference")
"""The tables whose rows differ between the copies that are kept below."""
_KINDS = ("edit", "edit", "edit", "delete", "reorder", "cut", "older row")
_VAULT = MemoryVault()

Row = dict[str, Any]


class Till:
    """Copies of one till's journal, each later than the one before, and their anchors."""

    def __init__(self) -> None:
        self.contents: list[bytes] = []
        self._anchors: list[Path] = []

    async def live(self, folder: Path, stages: int = 3) -> None:
        """Write a story that goes on in each stage; keep a copy of each."""
        samples, person, tried = Samples(), PERSON, None
        for number in range(stages):
            async with opened(folder) as journal:
                await sample.whole_story(journal, samples)
                for state in (S.INFLIGHT, S.DECLINED, S.ATTENTION, S.RESOLVED):
                    await samples.in_state(journal, state)
                await moved(journal, await samples.in_state(journal, S.FINAL), S.RESOLVED)
                await sample.shift_story(journal, await samples.prepared(journal))
                tried = await _advices(journal, samples, tried)
                await commit(journal, TypesKept("moment", later(number), (sample.GIFT_CARD,)))
                before = person if number else None
                person = person.with_try(instant(number)) if number else person
                await _statement(journal, samples, is_resolved=number > 0)
                deed = StaffDeed.PIN_TRIED if number else StaffDeed.ADDED
                kept = StaffKept(
                    before=before, after=person, at=later(9), deed=deed, by=person.name
                )
                await commit(journal, kept)
            copy = folder.with_name(f"stage-{number}")
            shutil.copytree(folder, copy)
            self.contents.append(content_of(folder))
            self._anchors.append(copy)

    def found(self, connection: sqlite3.Connection, anchor: int = -1) -> Iterator[Finding]:
        """Return what `journal verify` would find, beside the anchor of one stage."""
        there = find_anchors(Anchors(self._anchors[anchor], _VAULT))
        return chain(find_faults(connection, _VAULT), anchor_faults(connection, there))


async def _statement(journal: Journal, samples: Samples, *, is_resolved: bool) -> None:
    """Reconcile a statement, and resolve a difference of the one before."""
    for one in (await journal.open_differences())[:1] if is_resolved else ():
        await commit(journal, DifferenceResolved(one, sample.resolved(one)))
    redemption = await samples.in_state(journal, S.FINAL)
    run = replace(sample.RUN, file_hash=f"{redemption.slip_number:064x}")
    await sample.reconciled(journal, *[sample.difference_of(redemption)] * 2, run=run)


async def _advices(journal: Journal, samples: Samples, tried: Advice | None) -> Advice:
    """Write advices that are delivered, settled and tried in vain; the latter goes on."""
    await delivered(journal, await paid_and_owing(journal, samples), A.ACKNOWLEDGED)
    parked = await paid_and_owing(journal, samples)
    await delivered(journal, parked, A.SUSPENDED)
    await settled_by_hand(journal, parked.redemption_id)
    owed = tried or await paid_and_owing(journal, samples)
    await delivered(journal, owed, A.OWED)
    return replace(
        owed, attempts=owed.attempts + 1, attempts_ended=owed.attempts + 1, last_ended_at=later(8)
    )


@pytest.fixture(scope="module")
def till(tmp_path_factory: pytest.TempPathFactory) -> Till:
    """Return one till for all tests: what they change is a copy in memory."""
    lived = Till()
    asyncio.run(lived.live(tmp_path_factory.mktemp("tampers") / "till"))
    return lived


def opened_copy(content: bytes) -> sqlite3.Connection:
    """Return a journal in memory, as somebody has it who ignores what the file refuses."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.deserialize(content)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("PRAGMA ignore_check_constraints=ON")
    return connection


class Tamperer:
    """Changes one journal at random, and says which rows it touched."""

    def __init__(self, chance: random.Random, connection: sqlite3.Connection, older: bytes) -> None:
        self._chance = chance
        self._connection = connection
        self._older = older

    def change(self, kind: str) -> tuple[str, set[str]]:
        """Change a table past its triggers; return which one, and the names of what was changed.

        Raises:
            sqlite3.IntegrityError: even without them the file refuses it.

        """
        match kind:
            case "edit":
                return self._past_triggers(self._chance.choice(list(TABLES)), self._edit)
            case "delete":
                return self._past_triggers(self._chance.choice(list(TABLES)), self._delete)
            case "reorder":
                several = [one for one in TABLES if len(self._rows(one)) > 1]
                return self._past_triggers(self._chance.choice(several), self._reorder)
            case "cut":
                return self._past_triggers("event", self._cut)
            case _:
                return self._put_back()

    def _past_triggers(self, table: str, change: Callable[[str], set[str]]) -> tuple[str, set[str]]:
        query = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?"
        triggers = self._connection.execute(query, (table,)).fetchall()
        for name, _ in triggers:
            self._connection.execute(f"DROP TRIGGER {name}")
        names = change(table)
        for _, sql in triggers:
            self._connection.execute(sql)
        return table, names

    def _rows(self, table: str) -> list[Row]:
        return [dict(row) for row in self._connection.execute(f"SELECT * FROM {table}")]

    def _name(self, table: str, row: Row) -> str:
        found = self._connection.execute(
            "SELECT reference FROM redemption WHERE slip_number IS ?", (row.get("slip_number"),)
        ).fetchone()
        return name_of(table, row, found[0] if found else "")

    def _write(self, table: str, key: Row, column: str, value: object) -> None:
        where = " AND ".join(f"{name} = :{name}" for name in TABLES[table])
        keys = {name: key[name] for name in TABLES[table]}
        sql = f"UPDATE {table} SET {column} = :new WHERE {where}"
        self._connection.execute(sql, {**keys, "new": value})

    def _edit(self, table: str) -> set[str]:
        row = self._chance.choice(self._rows(table))
        taken = _NOT_MARKED | set(TABLES[table])
        columns = [name for name, value in row.items() if value is not None and name not in taken]
        column = self._chance.choice(columns)
        self._write(table, row, column, _other(row[column]))
        return {self._name(table, row)}

    def _delete(self, table: str) -> set[str]:
        row = self._chance.choice(self._rows(table))
        name = self._name(table, row)
        where = " AND ".join(f"{one} = :{one}" for one in TABLES[table])
        self._connection.execute(f"DELETE FROM {table} WHERE {where}", row)
        # The end of the chain is the anchor's.
        return {name, ANCHOR} if table == "event" else {name}

    def _reorder(self, table: str) -> set[str]:
        """Let two rows of a table change their places: each gets what the other says."""
        one, other = self._chance.sample(self._rows(table), 2)
        fixed = {*TABLES[table], "sequence", "id", "reference", "idempotency_key"}
        for column in one.keys() - fixed:
            self._write(table, one, column, other[column])
            self._write(table, other, column, one[column])
        return {self._name(table, one), self._name(table, other)}

    def _cut(self, table: str) -> set[str]:
        """Cut off the end of the chain, alone."""
        (last,) = self._connection.execute(f"SELECT max(sequence) FROM {table}").fetchone()
        length = self._chance.randrange(1, last)
        self._connection.execute(f"DELETE FROM {table} WHERE sequence > ?", (last - length,))
        return {ANCHOR}

    def _put_back(self) -> tuple[str, set[str]]:
        """Put one row back as it once was, row MAC and all."""
        table = self._chance.choice(_REWRITTEN)
        with closing(opened_copy(self._older)) as connection:
            older = [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]
        there = self._rows(table)
        row = self._chance.choice([one for one in older if one not in there])

        def write(table: str) -> set[str]:
            for column, value in row.items():
                self._write(table, row, column, value)
            return {self._name(table, row)}

        return self._past_triggers(table, write)


def _other(value: object) -> object:
    """Return another value of the same type."""
    match value:
        case bytes():
            return bytes([value[0] ^ 1]) + value[1:] if value else b"x"
        case str():
            return f"{value}x"
        case _:
            return value + 1  # type: ignore[operator]  # a number


@pytest.mark.many_runs
@pytest.mark.fault("X4")
@pytest.mark.parametrize("first", range(0, TAMPERS, BATCH))
def test_random_tampers_are_all_found_and_named(till: Till, first: int) -> None:
    """Edits, deletions, exchanges, a cut chain, and single rows as they once were."""
    with closing(opened_copy(till.contents[-1])) as untouched:
        assert list(till.found(untouched)) == []
    missed: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    for seed in range(first, first + BATCH):
        chance = random.Random(seed)  # noqa: S311 - a test that can be repeated
        kind = chance.choice(_KINDS)
        with closing(opened_copy(till.contents[-1])) as connection:
            tamperer = Tamperer(chance, connection, chance.choice(till.contents[:-1]))
            try:
                table, names = tamperer.change(kind)
            except sqlite3.IntegrityError:
                continue  # the file itself refuses it, whoever asks
            tried.update((kind, table))
            if not any(one.where in names for one in till.found(connection)):
                missed[f"{kind} {sorted(names)} of seed {seed}"] += 1
    assert not missed
    assert set(_KINDS) <= tried.keys()
    assert sum(tried[kind] for kind in set(_KINDS)) >= BATCH * 9 // 10, tried


def test_every_table_is_tampered_with() -> None:
    """A kind of row that is added later is found missing here."""
    of_no_sale = {spec.KEEPER.name, spec.ACCEPTANCE.name}
    assert {table.name for table in spec.TABLES} - of_no_sale == TABLES.keys() - {spec.EVENT.name}


def test_an_older_journal_is_found_unless_its_anchor_came_with_it(till: Till) -> None:
    """The latter is what decision 0007 concedes: only slips and the provider know more."""
    conceded = 0
    for stage, content in enumerate(till.contents[:-1]):
        with closing(opened_copy(content)) as connection:
            assert {one.where for one in till.found(connection)} == {ANCHOR}
            conceded += not list(till.found(connection, stage))
    assert conceded == len(till.contents) - 1
