"""The file is as the tables of columns say: the same columns, and the same changes refused."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from counterfoil.adapters.journal.storage import spec
from counterfoil.adapters.journal.storage.codecs import add_packing
from counterfoil.adapters.journal.storage.queries import migrations
from counterfoil.adapters.journal.storage.table import LINK, ROW_MAC, Change, Table
from counterfoil.domain.advice import AdviceKind
from counterfoil.domain.rows import (
    AdviceAttemptEnded,
    AdviceAttemptStarted,
    AdviceOwed,
    DifferenceResolved,
    SecretsShredded,
    StaffKept,
    TypesKept,
)
from counterfoil.domain.secret import Secret
from counterfoil.domain.staff import StaffDeed
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.voucher_type import UpstreamKind
from support.advised import owed
from support.journals import opened, raw
from support.samples import (
    GIFT_CARD,
    PERSON,
    Samples,
    commit,
    difference_of,
    later,
    reconciled,
    resolved,
    shift_story,
    whole_story,
)

_KEPT = {Change.FIXED, Change.UNTIL_SENT, Change.ONCE, Change.RISING, Change.SHREDDED}
_OTHER = {"INTEGER": 99, "REAL": 9.5, "TEXT": "another", "BLOB": b"another", "ANY": b"another"}
_ACCEPTED = "INSERT INTO acceptance VALUES (1, 'then', 'Thandi', 'a test', '[]', x'00')"


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """Return the folder of a closed journal that has a row of each table, with all that it keeps.

    Its sale is open, and its advice has been attempted once in vain.
    """
    samples = Samples()
    async with opened(tmp_path) as journal:
        await whole_story(journal, samples)
        advised = await samples.prepared(journal, kind=UpstreamKind.ADVISED)
        advice = owed(
            AdviceKind.REVERSAL,
            redemption_id=advised.id,
            upstream=advised.upstream,
            fingerprint=advised.fingerprint,
        )
        begun = replace(advice, attempts=1)
        ended = replace(begun, attempts_ended=1, last_ended_at=later(4), acknowledged_at=later(4))
        await samples.in_state(journal, RedemptionState.RESOLVED)
        await shift_story(journal, await samples.prepared(journal))
        declined = await samples.in_state(journal, RedemptionState.DECLINED)
        await commit(
            journal,
            AdviceOwed(advice, Secret("{}")),
            AdviceAttemptStarted(begun, later(3)),
            AdviceAttemptEnded(before=advice.state, after=ended, at=later(4), outcome="repeat"),
            TypesKept("moment", later(5), (GIFT_CARD,)),
            SecretsShredded(declined.id, later(6), "machine"),
            StaffKept(before=None, after=PERSON, at=later(6), deed=StaffDeed.ADDED, by="Thandi M."),
        )
        (found,) = await reconciled(journal, difference_of(advised))
        await commit(journal, DifferenceResolved(found, resolved(found)))
    with raw(tmp_path) as connection:
        connection.execute(_ACCEPTED)
    return tmp_path


@pytest.fixture(scope="module")
def migrated() -> bytes:
    """Return an empty file as the migrations make it."""
    with closing(sqlite3.connect(":memory:")) as connection:
        add_packing(connection)
        for migration in migrations():
            connection.executescript(migration.sql)
        return connection.serialize()


@pytest.fixture
def schema(migrated: bytes) -> Iterator[sqlite3.Connection]:
    """Return that file, opened."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(migrated)
        add_packing(connection)
        yield connection


@pytest.mark.parametrize("table", [*spec.TABLES, spec.EVENT], ids=lambda table: str(table.name))
def test_the_file_has_the_columns_of_the_spec(
    schema: sqlite3.Connection, table: Table[Any]
) -> None:
    """No column lies in the file that the spec does not list, and none is missing."""
    rows = schema.execute("SELECT name FROM pragma_table_info(?)", (table.name,)).fetchall()
    there = {name for (name,) in rows}
    assert there - {ROW_MAC} == set(table.columns)
    assert ROW_MAC in there
    assert (LINK in there) == (table is spec.EVENT)


@pytest.mark.parametrize("table", spec.TABLES, ids=lambda table: str(table.name))
def test_the_file_refuses_what_the_spec_rules_out(file: Path, table: Table[Any]) -> None:
    """What is fixed, written once or only rises is so in the file, whoever writes there."""
    taken = []
    with raw(file) as connection:
        for one in table.stored:
            for column in one.columns if one.change in _KEPT else ():
                try:
                    _change(connection, table, column, one.change)
                except sqlite3.IntegrityError:
                    continue
                taken.append(column)
    # Types are replaced whole, and their row MAC names their upstream.
    assert taken == ([spec.UPSTREAM] if table is spec.KEPT_TYPES else [])


def _change(connection: sqlite3.Connection, table: Table[Any], column: str, change: Change) -> None:
    """Change one column of one row, in a way that the columns' own limits allow."""
    (kind,) = connection.execute(
        "SELECT type FROM pragma_table_info(?) WHERE name = ?", (table.name, column)
    ).fetchone()
    new = -1 if change is Change.RISING else _OTHER[kind]
    is_rare = change in {Change.ONCE, Change.SHREDDED}
    kept = f"{column} IS NOT NULL" if is_rare else "TRUE"
    where = f"{kept} AND state = 'open'" if table is spec.SALE else kept
    key = " || '-' || ".join(table.key)
    sql = (
        f"UPDATE {table.name} SET {column} = ? "  # noqa: S608 - of names
        f"WHERE {key} = (SELECT {key} FROM {table.name} WHERE {where})"
    )
    changed = connection.execute(sql, (new,))
    assert changed.rowcount == 1, "a row that could be changed"


@pytest.mark.parametrize(
    "table",
    [
        *(spec.SALE, spec.REDEMPTION, spec.ATTEMPT, spec.ADVICE, spec.PRINT_JOB),
        *(spec.RECONCILIATION, spec.DIFFERENCE),
    ],
    ids=lambda table: str(table.name),
)
def test_the_triggers_of_changes_are_those_that_the_spec_makes(
    schema: sqlite3.Connection, table: Table[Any]
) -> None:
    """Their text lies fixed in a migration: a column that is added there is missed here."""
    query = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?"
    there = dict(schema.execute(query, (table.name,)).fetchall())
    for name, conditions in _conditions(table).items():
        expected = "\n    OR ".join(conditions)
        assert there[name].split("WHEN ")[1].split("\n  BEGIN")[0] == expected
    if table is spec.REDEMPTION:
        kept = [
            name for one in table.stored if one.change is Change.SHREDDED for name in one.columns
        ]
        expected = "\n    OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in kept)
        assert f"WHEN ({expected})\n    AND NOT (" in there["redemption_keeps_its_key"]


def _conditions(table: Table[Any]) -> dict[str, list[str]]:
    """Return what each trigger of changes refuses, by the names of the triggers."""

    def differs(column: str) -> str:
        return f"OLD.{column} IS NOT NEW.{column}"

    def learnt(column: str) -> str:
        return f"(OLD.{column} IS NOT NULL AND {differs(column)})"

    def of(change: Change) -> list[tuple[str, ...]]:
        return [one.columns for one in table.stored if one.change is change]

    conditions = {
        "is_fixed": [differs(name) for names in of(Change.FIXED) for name in names],
        "learns_once": [learnt(name) for names in of(Change.ONCE) for name in names],
        "never_goes_back": [
            f"OLD.{name} > NEW.{name}" for names in of(Change.RISING) for name in names
        ],
    }
    return {f"{table.name}_{name}": one for name, one in conditions.items() if one}
