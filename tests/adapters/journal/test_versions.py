"""Journals of older tills are opened, brought to this version, and stay what they were."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from counterfoil.adapters.journal import opening
from counterfoil.adapters.journal.storage.place import JOURNAL_NAME
from counterfoil.adapters.journal.storage.queries import Version
from counterfoil.adapters.journal.verifying import find_faults_in
from counterfoil.domain import audit
from counterfoil.domain.redemption import VoidReason
from counterfoil.domain.rows import CodeShown
from counterfoil.domain.time import Instant
from counterfoil.ports.journal import Place
from counterfoil.presentation.words import findings
from support.journals import QUICK, lay_version, opened, raw, tampering
from support.memory_vault import MemoryVault
from support.samples import commit, later

VERSIONS = ["1.0", "1.2", "1.6", "2.1", "3.0", "4.2"]
"""The first released one, those after which the journal was laid otherwise, and one with much that
people settled (4.2)."""


@pytest.fixture(params=VERSIONS)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return the folder of an older till."""
    directory = tmp_path / "till"
    directory.mkdir(mode=0o700)
    lay_version(directory, request.param)
    return directory


@pytest.fixture
def newest(tmp_path: Path) -> Path:
    """Return the folder of the last till of version 1."""
    directory = tmp_path / "newest"
    directory.mkdir(mode=0o700)
    lay_version(directory, "1.6")
    return directory


def told(folder: Path) -> list[tuple[object, ...]]:
    """Return what a till had recorded, to the letter: the chain of both tables."""
    with closing(sqlite3.connect(folder / JOURNAL_NAME)) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
        old = connection.execute("SELECT * FROM happening ORDER BY sequence").fetchall()
        if "event" not in names:
            return old
        return old + connection.execute("SELECT * FROM event ORDER BY sequence").fetchall()


def whats(folder: Path) -> set[str]:
    """Return what is found in a closed journal, and where."""
    return {findings.line(one) for one in find_faults_in(folder, MemoryVault, QUICK)}


async def test_an_older_journal_is_brought_to_this_version(folder: Path) -> None:
    """It is as it was written before and after; its happenings stay, and the chain goes on."""
    before = told(folder)
    assert before
    assert whats(folder) == set()
    async with opened(folder) as journal:
        (last, *_) = await journal.history(1)
        await commit(journal, CodeShown(last.id, later(60), "Nomsa"))
        assert await journal.verify() == ()
        story = await journal.events(last.id)
        assert story[-1].event == audit.CodeShown(by="Nomsa")
        assert story[-1].sequence == len(before) + 1
    assert told(folder)[:-1] == before
    assert whats(folder) == set()
    with raw(folder) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] >= Version(4, 0).number


async def test_an_old_story_is_told_in_the_types_of_today(newest: Path) -> None:
    """From before the update, in order."""
    async with opened(newest) as journal:
        (first,) = [one for one in await journal.history(9) if one.slip_number == 1]
        story = [one.event for one in await journal.events(first.id)]
        assert story[0] == audit.RedemptionPrepared(
            sale_id=first.sale_id,
            upstream="moment",
            type_id="1voucher",
            reference=first.reference,
            currency="ZAR",
            cashier="Nomsa",
            amount_cents=1_900,
        )
        assert story[-2:] == [
            audit.VoidAsked(reason=VoidReason.GOODS_RETURNED, by="Nomsa"),
            audit.CodeShown(by="Nomsa"),
        ]


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE happening SET facts = '[]' WHERE sequence = 5", "happening 5: was altered"),
        ("DELETE FROM happening WHERE sequence = 5", "event 5: is missing"),
        ("DELETE FROM happening", "event 1: is missing"),
        ("UPDATE redemption SET cashier = 'X' WHERE slip_number = 1", ": was altered"),
    ],
)
async def test_an_old_part_that_is_altered_later_is_found(
    newest: Path, statement: str, found: str
) -> None:
    """The new events rest on the old ones, and the old rows keep their marks."""
    async with opened(newest) as journal:
        (last, *_) = await journal.history(1)
        await commit(journal, CodeShown(last.id, later(60), "Nomsa"))
    with tampering(newest) as connection:
        connection.execute(statement)
    assert any(found in one for one in whats(newest))


async def test_nothing_more_is_told_in_the_old_way(newest: Path) -> None:
    """There is one end of the chain."""
    async with opened(newest):
        pass
    with raw(newest) as connection, pytest.raises(sqlite3.IntegrityError, match="events now"):
        connection.execute(
            "INSERT INTO happening SELECT 99, at, slip_number, kind, facts, subject, row_mac, "
            "chain_mac FROM happening LIMIT 1"
        )


async def test_the_check_finds_nothing_in_a_journal_that_was_brought_up(folder: Path) -> None:
    """Older events hold more of a row MAC than rows do now, and ids lie otherwise."""
    async with opened(folder) as journal:
        checked = await journal.check_some(Place())
        while checked.next != Place():
            checked = await journal.check_some(checked.next)
        assert checked.damages == ()


async def test_what_was_written_as_text_is_read_as_it_was(tmp_path: Path) -> None:
    """Ids, times, clocks and hashes lie otherwise in the file, and say the same."""
    lay_version(tmp_path, "2.1")
    with raw(tmp_path) as connection:
        (row,) = connection.execute("SELECT * FROM redemption WHERE slip_number = 1").fetchall()
    async with opened(tmp_path) as journal:
        one = await journal.redemption(row["id"])
        assert one is not None
        assert one.sale_id == row["sale_id"]
        assert one.idempotency_key == row["idempotency_key"]
        assert one.fingerprint == row["fingerprint"]
        assert one.created_at.isoformat() == row["created_at"]
        assert one.first_sent == Instant(
            datetime.fromisoformat(row["first_sent_wall"]),
            row["first_sent_monotonic_s"],
            row["first_sent_boot_id"],
        )
        assert await journal.sale(one.sale_id) is not None
        (owed,) = await journal.owed_advices()
        assert owed.may_have_arrived, "its one attempt timed out"
    with raw(tmp_path) as connection:
        (row,) = connection.execute("SELECT * FROM redemption WHERE slip_number = 1").fetchall()
        assert [type(row[name]) for name in ("id", "fingerprint", "created_at", "row_mac")] == [
            bytes,
            bytes,
            int,
            bytes,
        ]


@pytest.mark.parametrize("column", ["created_at", "first_sent", "fingerprint"])
@pytest.mark.parametrize("value", ["x'00'", "'X'", "-9223372036854775808"])
async def test_a_value_that_cannot_be_read_is_an_altered_row(
    tmp_path: Path, column: str, value: str
) -> None:
    """Whatever somebody writes there, the row is named and the check goes on."""
    lay_version(tmp_path, "2.1")
    async with opened(tmp_path):
        pass
    with tampering(tmp_path) as connection:
        statement = f"UPDATE redemption SET {column} = {value} WHERE slip_number = 1"  # noqa: S608 - fixed
        connection.execute(statement)
        (reference,) = connection.execute(
            "SELECT reference FROM redemption WHERE slip_number = 1"
        ).fetchone()
    assert whats(tmp_path) == {f"redemption {reference}: was altered"}


@pytest.mark.parametrize(
    "change",
    ["id = 'X'", "created_at = 'X'", "first_sent_wall = 'X'", "first_sent_boot_id = NULL"],
)
async def test_an_update_keeps_what_was_altered_before(tmp_path: Path, change: str) -> None:
    """It makes no row of it that holds: it is found after as it was before."""
    lay_version(tmp_path, "2.1")
    with tampering(tmp_path) as connection:
        connection.execute(f"UPDATE redemption SET {change} WHERE slip_number = 3")  # noqa: S608 - fixed
        (reference,) = connection.execute(
            "SELECT reference FROM redemption WHERE slip_number = 3"
        ).fetchone()
    async with opened(tmp_path) as journal:
        assert f"redemption {reference}: was altered" in {
            findings.line(one) for one in await journal.verify()
        }


async def test_slips_of_what_was_settled_before_are_to_finish(tmp_path: Path) -> None:
    """A void whose paper nobody confirmed, and what was taken; not what the provider did not take.

    The second void's paper was confirmed. The slips of both sales were, before they were voided.
    """
    lay_version(tmp_path, "4.2")
    async with opened(tmp_path) as journal:
        assert await journal.verify() == ()
        assert [one.slip_number for one in await journal.slips_to_finish()] == [2, 3, 5]


@pytest.mark.fault("P10")
@pytest.mark.parametrize("version", ["1.6", "2.1", "3.0", "4.2"])
async def test_a_kill_at_any_statement_leaves_the_old_journal_or_the_new_one(
    version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever it is, the next start brings it to its end and nothing is lost.

    A statement that has changed nothing on the disk leaves what the one before it has left.
    """
    folder = tmp_path / "till"
    folder.mkdir(mode=0o700)
    lay_version(folder, version)
    before = told(folder)
    whole = opening.statements
    killed: dict[bytes, Path] = {}

    def watched(script: str) -> Iterator[str]:
        for statement in whole(script):
            files = b"".join(one.read_bytes() for one in sorted(folder.iterdir()))
            if files not in killed:
                killed[files] = shutil.copytree(folder, tmp_path / f"killed-{len(killed)}")
            yield statement

    with monkeypatch.context() as patch:
        patch.setattr(opening, "statements", watched)
        async with opened(folder):
            pass
    assert killed
    for place in (*killed.values(), folder):
        async with opened(place) as journal:
            assert await journal.verify() == ()
            assert len(await journal.owed_advices()) == 1
        assert told(place) == before
