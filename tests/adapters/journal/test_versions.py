"""Journals of older tills are opened, brought to this version, and stay what they were."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from counterfoil.adapters.journal import opening
from counterfoil.adapters.journal.storage.place import JOURNAL_NAME
from counterfoil.adapters.journal.storage.queries import Version
from counterfoil.adapters.journal.verifying import find_faults_in
from counterfoil.domain import audit
from counterfoil.domain.redemption import VoidReason
from counterfoil.domain.rows import CodeShown
from support.journals import QUICK, lay_version, opened, raw, tampering
from support.memory_vault import MemoryVault
from support.samples import commit, later

MINORS = [0, 2, 6]
"""Of version 1: the first released one, and those whose journals are kept to the letter."""


@pytest.fixture(params=MINORS, ids=lambda minor: f"1.{minor}")
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return the folder of a till of version 1."""
    directory = tmp_path / "till"
    directory.mkdir(mode=0o700)
    lay_version(directory, request.param)
    return directory


@pytest.fixture
def newest(tmp_path: Path) -> Path:
    """Return the folder of the last till of version 1."""
    directory = tmp_path / "newest"
    directory.mkdir(mode=0o700)
    lay_version(directory, MINORS[-1])
    return directory


def happenings(folder: Path) -> list[tuple[object, ...]]:
    """Return what an older till had told, to the letter."""
    with closing(sqlite3.connect(folder / JOURNAL_NAME)) as connection:
        return connection.execute("SELECT * FROM happening ORDER BY sequence").fetchall()


def whats(folder: Path) -> set[str]:
    """Return what is found in a closed journal, and where."""
    return {f"{one.where}: {one.what}" for one in find_faults_in(folder, MemoryVault, QUICK)}


async def test_an_older_journal_is_brought_to_this_version(folder: Path) -> None:
    """It is as it was written before and after; its happenings stay, and the chain goes on."""
    before = happenings(folder)
    assert before
    assert whats(folder) == set()
    async with opened(folder) as journal:
        (last, *_) = await journal.history(1)
        await commit(journal, CodeShown(last.id, later(60), "Nomsa"))
        assert await journal.verify() == ()
        story = await journal.events(last.id)
        assert story[-1].event == audit.CodeShown(by="Nomsa")
        assert story[-1].sequence == len(before) + 1
    assert happenings(folder) == before
    assert whats(folder) == set()
    with raw(folder) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] >= Version(2, 0).number


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


@pytest.mark.fault("P10")
async def test_a_kill_at_any_statement_leaves_the_old_journal_or_the_new_one(
    newest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever it is, the next start brings it to its end and nothing is lost."""
    before = happenings(newest)
    whole = opening.statements
    killed: list[Path] = []

    def watched(script: str) -> Iterator[str]:
        for statement in whole(script):
            killed.append(shutil.copytree(newest, tmp_path / f"killed-{len(killed)}"))
            yield statement

    with monkeypatch.context() as patch:
        patch.setattr(opening, "statements", watched)
        async with opened(newest):
            pass
    assert len(killed) > 5
    for place in killed:
        async with opened(place) as journal:
            assert await journal.verify() == ()
            assert len(await journal.owed_advices()) == 1
        assert happenings(place) == before
