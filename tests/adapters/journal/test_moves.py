"""The journal's file refuses by itself what must never happen, whoever writes to it."""

# ruff: noqa: S608 - the names of tables and columns come from this file

import asyncio
import re
import shutil
import sqlite3
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from counterfoil.domain.printing import PRINT_MOVES, PrintState
from counterfoil.domain.rows import (
    AttemptStarted,
    PrintQueued,
    TypesKept,
)
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.states import MOVES, TERMINAL, RedemptionState
from support import samples as sample
from support.journals import opened, raw
from support.samples import NOON, Samples, attempt, commit, paper

S = RedemptionState


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a closed journal with a redemption in each state, and other rows of every table."""
    till = tmp_path_factory.mktemp("moves") / "till"
    asyncio.run(_fill(till))
    return till


async def _fill(till: Path) -> None:
    samples = Samples()
    async with opened(till) as journal:
        for state in S:
            await samples.in_state(journal, state)
        story = await sample.whole_story(journal, samples)
        job = paper(story, 2, SlipKind.COPY)
        await commit(journal, PrintQueued(job), AttemptStarted(attempt(story, 3)))
        await commit(journal, TypesKept("moment", NOON, (sample.GIFT_CARD,)))


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    """Return a copy of that journal."""
    return shutil.copytree(filled, tmp_path / "till")


@pytest.fixture
def connection(folder: Path) -> Iterator[sqlite3.Connection]:
    """Return that journal's file as anybody could open it."""
    with raw(folder) as opened_file:
        yield opened_file


def refused(connection: sqlite3.Connection, statement: str, *values: object) -> str:
    """Return why the file refuses a statement."""
    with pytest.raises(sqlite3.IntegrityError) as caught:
        connection.execute(statement, values)
    return str(caught.value)


def reason(connection: sqlite3.Connection, statement: str, *values: object) -> str | None:
    """Return why the file refuses a statement, or None when it does not."""
    try:
        connection.execute(statement, values)
    except sqlite3.IntegrityError as error:
        return str(error)
    return None


def test_the_file_knows_the_same_moves(connection: sqlite3.Connection) -> None:
    """Every pair of states is tried against the file: exactly the table's moves pass (I14)."""
    reasons = {}
    for trigger in ("pays_for_who_is_here", "is_resolved_by_a_settlement"):
        connection.execute(f"DROP TRIGGER redemption_{trigger}")
    for before, after in product(S, S):
        connection.execute("BEGIN")
        reasons[before, after] = reason(
            connection,
            "UPDATE redemption SET state = ?, redeemed_cents = coalesce(redeemed_cents, 1) "
            "WHERE slip_number = (SELECT min(slip_number) FROM redemption WHERE state = ?)",
            after,
            before,
        )
        connection.execute("ROLLBACK")
    passed = {move for move, why in reasons.items() if why is None}
    assert passed == MOVES | {(state, state) for state in S if state not in TERMINAL}
    assert {why for why in reasons.values() if why is not None} == {
        "a redemption moves by the table of moves",
        "a redemption that is over never changes",
    }


def test_the_file_knows_the_same_moves_of_a_paper(connection: sqlite3.Connection) -> None:
    """Every pair of a paper's states is tried against the file."""
    connection.execute("DROP TRIGGER print_job_is_born_queued")
    reasons = {}
    for before, after in product(PrintState, PrintState):
        connection.execute("BEGIN")
        connection.execute(
            "INSERT INTO print_job SELECT slip_number, 3, kind, 2, ?, queued_at, queued_by, "
            "row_mac FROM print_job WHERE number = 2",
            (before,),
        )
        update = "UPDATE print_job SET state = ? WHERE number = 3"
        reasons[before, after] = reason(connection, update, after)
        connection.execute("ROLLBACK")
    assert {move for move, why in reasons.items() if why is None} == PRINT_MOVES
    assert set(reasons.values()) == {None, "a paper moves by the table of moves"}


def test_the_file_knows_the_same_states(connection: sqlite3.Connection) -> None:
    """An unknown word is no state."""
    for table, state in (("redemption", "paid"), ("print_job", "lost"), ("sale", "gone")):
        connection.execute("BEGIN")
        for trigger in connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?", (table,)
        ).fetchall():
            connection.execute(f"DROP TRIGGER {trigger['name']}")
        assert "CHECK" in refused(connection, f"UPDATE {table} SET state = ?", state)
        connection.execute("ROLLBACK")


@pytest.mark.parametrize("state", [state for state in S if state is not S.PREPARED])
def test_the_file_bears_only_prepared_redemptions(
    connection: sqlite3.Connection, state: RedemptionState
) -> None:
    """No redemption begins in the middle."""
    columns = _columns(connection, "redemption")
    columns |= {"slip_number": "14", "state": f"'{state}'"}
    assert "born prepared" in refused(connection, _insert("redemption", columns))


def test_the_file_numbers_without_gaps(connection: sqlite3.Connection) -> None:
    """A slip number, an attempt, a paper and a event are each the next one."""
    for table, column, words in (
        ("redemption", "slip_number", "the next one"),
        ("attempt", "number", "another attempt"),
        ("print_job", "number", "another paper"),
        ("event", "sequence", "the next one"),
    ):
        columns = _columns(connection, table) | {column: "900"}
        columns |= {"state": "'prepared'"} if table == "redemption" else {}
        columns |= {"state": "'queued'"} if table == "print_job" else {}
        columns |= {"ended_at": "NULL", "outcome": "NULL"} if table == "attempt" else {}
        assert words in refused(connection, _insert(table, columns))


@pytest.mark.fault("X4")
@pytest.mark.parametrize(
    "table",
    [
        "sale",
        "redemption",
        "attempt",
        "print_job",
        "kept_types",
        "event",
        "keeper",
    ],
)
def test_the_file_deletes_nothing(connection: sqlite3.Connection, table: str) -> None:
    """A row stays, whatever table it is in."""
    connection.execute("PRAGMA foreign_keys=OFF")
    assert "never deleted" in refused(connection, f"DELETE FROM {table}")


FIXED = {
    "redemption": [
        *("slip_number", "id", "reference", "sale_id", "upstream", "type_id", "type_name"),
        *("fingerprint", "voucher_tail", "currency", "idempotency_key", "cashier", "created_at"),
        *("sms_to", "change_manner", "row_key", "request_sealed", "first_sent"),
        *("redeemed_cents", "change_cents"),
        "change_sealed",
    ],
    "sale": ["sequence", "id", "currency", "due_cents", "opened_at"],
    "attempt": ["number", "kind", "started_at"],
    "print_job": ["number", "kind", "copy_number", "queued_at", "queued_by"],
    "event": ["at_us", "kind", "content", "row_mac", "link", "slip_number"],
    "keeper": ["key_check"],
}
OTHER_VALUE = {
    "INTEGER": "12345",
    "TEXT": "'other'",
    "REAL": "1.5",
    "BLOB": "x'00'",
    "ANY": "x'00'",
}


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table in FIXED for column in FIXED[table]]
)
def test_the_file_keeps_what_is_written_for_good(
    connection: sqlite3.Connection, table: str, column: str
) -> None:
    """Money, key, request, fingerprint and all else that is fixed cannot be changed."""
    connection.execute("PRAGMA foreign_keys=OFF")
    kinds = {row["name"]: row["type"] for row in connection.execute(f"PRAGMA table_info({table})")}
    words = {"attempt": "'fetch'", "print_job": "'pending'"}
    value = OTHER_VALUE[kinds[column]]
    if column == "kind":
        value = words.get(table, value)
    also = {
        "sale": ", state = 'paid'",
        "attempt": ", ended_at = 'now', outcome = 'unknown'",
        "print_job": ", state = 'sent'",
    }.get(table, "")
    where = {
        "sale": "state = 'open'",
        "attempt": "ended_at IS NULL",
        "print_job": "state = 'queued'",
        "redemption": "change_sealed IS NOT NULL",
    }.get(table, "TRUE")
    reason = refused(connection, f"UPDATE {table} SET {column} = {value}{also} WHERE {where}")
    assert re.search(r"keeps|written once|never changed|only counts", reason)


def test_the_file_keeps_how_much_was_asked(connection: sqlite3.Connection) -> None:
    """An amount does not become another, nor all there is."""
    assert "keeps" in refused(connection, "UPDATE redemption SET amount_cents = 1")
    everything = "UPDATE redemption SET amount_cents = NULL"
    assert "keeps" in refused(connection, everything)


@pytest.mark.parametrize("column", ["attempts", "attempts_ended", "upstream_version"])
def test_the_file_never_counts_back(connection: sqlite3.Connection, column: str) -> None:
    """Counts and versions only rise (I18)."""
    statement = f"UPDATE redemption SET {column} = 0 WHERE change_sealed IS NOT NULL"
    if column == "attempts":
        statement = statement.replace("attempts = 0", "attempts = 0, attempts_ended = 0")
    assert "never go back" in refused(connection, statement)


def test_the_file_never_unfinishes_a_slip(connection: sqlite3.Connection) -> None:
    """What a person confirmed stays confirmed."""
    assert "stays so" in refused(
        connection, "UPDATE redemption SET is_slip_finished = 0 WHERE is_slip_finished = 1"
    )


@pytest.mark.parametrize("value", ["10.5", "'10x'", "x'0a'"])
def test_the_file_takes_no_money_but_whole_cents(
    connection: sqlite3.Connection, value: str
) -> None:
    """A strict table refuses what only looks like a number."""
    statement = f"UPDATE redemption SET redeemed_cents = {value} WHERE state = 'inflight'"
    assert "cannot store" in refused(connection, statement)


@pytest.mark.parametrize("value", ["0", "-1"])
def test_the_file_takes_no_money_below_one_cent(connection: sqlite3.Connection, value: str) -> None:
    """Nothing redeems nothing."""
    statement = f"UPDATE redemption SET redeemed_cents = {value} WHERE state = 'inflight'"
    assert "CHECK" in refused(connection, statement)


def test_the_file_ends_an_attempt_once(connection: sqlite3.Connection) -> None:
    """An end is neither changed nor taken back, and none is born with one."""
    for change in ("ended_at = 'later'", "ended_at = NULL, outcome = NULL"):
        statement = f"UPDATE attempt SET {change} WHERE ended_at IS NOT NULL"
        assert "ends once" in refused(connection, statement)
    columns = _columns(connection, "attempt") | {"slip_number": "1", "ended_at": "'now'"}
    assert "without an end" in refused(connection, _insert("attempt", columns))


def test_the_file_bears_sales_open_and_closes_them_once(connection: sqlite3.Connection) -> None:
    """A closed sale is not opened again."""
    columns = _columns(connection, "sale") | {"sequence": "NULL", "id": "'new'"}
    closed = columns | {"state": "'paid'"}
    assert "born open" in refused(connection, _insert("sale", closed))
    assert "closed once" in refused(
        connection, "UPDATE sale SET state = 'open' WHERE state = 'paid'"
    )


def test_the_file_bears_papers_queued(connection: sqlite3.Connection) -> None:
    """No paper begins as printed."""
    columns = _columns(connection, "print_job") | {"slip_number": "1", "state": "'sent'"}
    assert "born queued" in refused(connection, _insert("print_job", columns))


def test_the_file_counts_each_opening(connection: sqlite3.Connection) -> None:
    """The count of openings does not go back."""
    assert "only counts up" in refused(connection, "UPDATE keeper SET opened_count = 0")


def _columns(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    """Return a row of a table, each value as it is written in SQL."""
    row = connection.execute(f"SELECT * FROM {table} LIMIT 1").fetchone()
    quoted = {}
    for name in row.keys():  # noqa: SIM118 - a row iterates over its values
        (quoted[name],) = connection.execute("SELECT quote(?)", (row[name],)).fetchone()
    return quoted


def _insert(table: str, columns: dict[str, str]) -> str:
    """Write a statement that inserts such a row."""
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(columns.values())})"
