"""A till that is killed while it brings its journal up to date loses and repeats nothing."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from counterfoil.adapters.journal import opening
from counterfoil.adapters.journal.integrity import audit
from counterfoil.adapters.journal.storage import queries
from counterfoil.adapters.journal.storage.queries import Version, read_migration
from counterfoil.domain.failures import JournalFullError, JournalNewerError
from counterfoil.domain.rows import AdviceOwed, AttemptStarted, RedemptionChanged
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.voucher_type import UpstreamKind
from support.advised import owed
from support.canary import CANARY_PIN
from support.journals import opened, raw, restore_checked
from support.samples import Samples, attempt, commit, ended, later

S = RedemptionState
BODY = Secret(f'{{"requestId": "r", "echo": "{CANARY_PIN}"}}')
NEXT = read_migration(
    "-- version 4.11\n"
    "ALTER TABLE redemption ADD COLUMN points INTEGER;\n"
    "CREATE TABLE loyalty (points INTEGER) STRICT;\n"
    "CREATE INDEX loyal ON loyalty (points);\n"
    "PRAGMA user_version = 262155;\n"
)


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """Return a closed journal with one advice that is owed and one redemption that is open."""
    samples = Samples()
    async with opened(tmp_path / "till") as journal:
        prepared = await samples.prepared(journal, kind=UpstreamKind.ADVISED, has_confirmation=True)
        inflight = replace(prepared, state=S.INFLIGHT, attempts=1)
        await commit(
            journal,
            RedemptionChanged(S.PREPARED, inflight, later(1)),
            AttemptStarted(attempt(prepared)),
        )
        asked = replace(inflight, attempts_ended=1)
        await commit(journal, ended(prepared), RedemptionChanged(S.INFLIGHT, asked, later(2)))
        advice = owed(
            redemption_id=asked.id, upstream=asked.upstream, fingerprint=asked.fingerprint
        )
        after = replace(asked, state=S.REVERSING)
        await commit(
            journal, AdviceOwed(advice, BODY), RedemptionChanged(S.INFLIGHT, after, later(3))
        )
        await samples.in_state(journal, S.INFLIGHT)
    return tmp_path / "till"


def update(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend that this till is newer by one version."""
    more = (*queries.migrations(), NEXT)
    monkeypatch.setattr(opening, "migrations", lambda: more)
    monkeypatch.setattr(audit, "migrations", lambda: more)


async def pending(folder: Path) -> list[tuple[str, str]]:
    """Return each advice that is owed, with its exact bytes."""
    async with opened(folder) as journal:
        assert await journal.verify() == ()
        return [
            (one.id, (await journal.advice_body(one.id)).reveal())
            for one in await journal.owed_advices()
        ]


@pytest.mark.fault("P10")
async def test_a_kill_at_any_statement_leaves_the_old_journal_or_the_new_one(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever till opens it next, ids and bytes of what is owed are the same (P10)."""
    before = await pending(folder)
    assert len(before) == 1
    whole = opening.statements
    killed: list[Path] = []

    def watched(script: str) -> Iterator[str]:
        for statement in whole(script):
            yield statement
            killed.append(shutil.copytree(folder, tmp_path / f"killed-{len(killed)}"))

    with monkeypatch.context() as patch:
        update(patch)
        patch.setattr(opening, "statements", watched)
        assert await pending(folder) == before
    killed.append(folder)
    assert len(killed) == 5
    for place in killed[:-1]:
        again = shutil.copytree(place, tmp_path / f"again-{place.name}")
        assert await pending(place) == before, "the old till goes on"
        with monkeypatch.context() as patch:
            update(patch)
            assert await pending(again) == before, "the new till begins anew"
        with raw(again) as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            assert version == Version(4, 11).number
        (backup,) = again.glob(f"journal-{queries.migrations()[-1].version}-*.backup")
        assert restore_checked(backup).findings == ()


@pytest.mark.fault("P10")
async def test_without_a_copy_nothing_is_changed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the copy cannot be written the journal stays as it was, and the till says why."""
    before = await pending(folder)

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        update(patch)
        patch.setattr("counterfoil.adapters.journal.backup.backup_file.write_backup", fail)
        with pytest.raises(JournalFullError):
            await pending(folder)
    assert await pending(folder) == before


@pytest.mark.fault("P10")
async def test_going_back_to_an_older_till_is_refused_in_words(folder: Path) -> None:
    """A later major version is never read as if it were this one (P10)."""
    with raw(folder) as connection:
        connection.execute(f"PRAGMA user_version={Version(5, 0).number}")
    with pytest.raises(JournalNewerError, match="newer till"):
        async with opened(folder):
            pytest.fail("it opened")
