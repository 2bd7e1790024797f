"""How the journal's file is opened, what is refused, and how it is used and closed."""

import asyncio
import os
import sqlite3
import sys
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from counterfoil.adapters.journal import opening
from counterfoil.adapters.journal.backup.backup_file import opened_backup
from counterfoil.adapters.journal.closed_journal import ClosedJournal
from counterfoil.adapters.journal.integrity import audit
from counterfoil.adapters.journal.opening import OpeningLimits, statements, transaction
from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.journal.storage import place, queries
from counterfoil.adapters.journal.storage.place import (
    ANCHOR_NAME,
    JOURNAL_NAME,
    LOCK_NAME,
    WAL_NAME,
    file_system_of,
)
from counterfoil.adapters.journal.storage.queries import (
    APPLICATION_ID,
    Version,
    migrations,
    read_migration,
)
from counterfoil.adapters.journal.storage.sorting import sort_failure
from counterfoil.adapters.journal.storage.till_lock import TillLock
from counterfoil.adapters.journal.verifying import find_faults_in
from counterfoil.domain.causes.journal import Finding, RowFault
from counterfoil.domain.failures import (
    JournalBusyError,
    JournalCorruptError,
    JournalFullError,
    JournalHeldError,
    JournalInputOutputError,
    JournalLockedError,
    JournalMisplacedError,
    JournalNewerError,
    JournalReadOnlyError,
    JournalUnavailableError,
    VaultUnavailableError,
    VoucherInUseError,
)
from counterfoil.domain.rows import RedemptionChanged, SaleOpened, TypesKept
from counterfoil.domain.states import RedemptionState
from counterfoil.presentation.words import failures
from support import samples as sample
from support.canary import CANARY_PIN
from support.journals import QUICK, lay_first_version, opened, raw, restore_checked, tampering
from support.memory_vault import MemoryVault
from support.samples import NOON, Samples, commit, stored

S = RedemptionState


@pytest.fixture
def samples() -> Samples:
    """Return a source of records that differ."""
    return Samples()


@pytest.fixture
async def folder(tmp_path: Path, samples: Samples) -> Path:
    """Return the folder of a closed journal with one whole redemption."""
    async with opened(tmp_path / "till") as journal:
        await sample.whole_story(journal, samples)
    return tmp_path / "till"


async def is_refused(folder: Path, limits: OpeningLimits = QUICK) -> JournalUnavailableError:
    """Return why a journal does not open."""
    with pytest.raises(JournalUnavailableError) as caught:
        async with opened(folder, limits):
            pytest.fail("it opened")
    return caught.value


# --------------------------------------------------------------------------------------- settings


async def test_every_setting_holds(tmp_path: Path) -> None:
    """Each answer is the one that a durable, guarded file needs (X18)."""
    expected = {
        "locking_mode": "exclusive",
        "synchronous": 3,
        "journal_mode": "wal",
        "foreign_keys": 1,
        "trusted_schema": 0,
        "mmap_size": 0,
        "secure_delete": 1,
        "temp_store": 2,
        "busy_timeout": 100,
        "application_id": APPLICATION_ID,
        "user_version": NEWEST.number,
    }

    def answers(connection: sqlite3.Connection) -> dict[str, object]:
        return {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in expected}

    async with opened(tmp_path / "till") as journal:
        assert await journal._run(answers) == expected


def test_the_way_of_syncing_is_chosen_before_the_log() -> None:
    """In the other order a new file loses rows that it acknowledged."""
    settings = [setting for setting, _, _ in opening._SETTINGS]
    lock, sync, log = (
        next(index for index, setting in enumerate(settings) if name in setting)
        for name in ("locking_mode", "synchronous", "journal_mode")
    )
    assert lock < sync < log


def test_a_setting_that_does_not_hold_is_refused() -> None:
    """A file in memory has no write-ahead log, and the answer says so (D4)."""
    with (
        closing(sqlite3.connect(":memory:")) as connection,
        pytest.raises(JournalInputOutputError, match=r"locking_mode|journal_mode"),
    ):
        opening._settle(connection)


async def test_files_are_private(tmp_path: Path) -> None:
    """The folder is for its owner alone, and so is every file in it (X3)."""
    folder = tmp_path / "new" / "till"
    async with opened(folder):
        modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert modes == dict.fromkeys((ANCHOR_NAME, JOURNAL_NAME, WAL_NAME, LOCK_NAME), 0o600)


async def test_a_path_with_spaces_and_letters_works(tmp_path: Path) -> None:
    """A folder may be named in any language (D13)."""
    async with opened(tmp_path / "Kasse Nº 1 – Zürich? #%20") as journal:
        assert await journal.verify() == ()


# ------------------------------------------------------------------------------------------ place


async def test_a_linked_folder_is_refused(tmp_path: Path) -> None:
    """A link may be turned elsewhere while the till runs (D10)."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert "link" in str(await is_refused(tmp_path / "link"))


@pytest.mark.parametrize("name", [JOURNAL_NAME, LOCK_NAME, f"{JOURNAL_NAME}-wal"])
@pytest.mark.parametrize("how", ["soft", "hard", "folder"])
async def test_a_linked_file_is_refused(tmp_path: Path, name: str, how: str) -> None:
    """Two names for one file defeat SQLite's locks (D10)."""
    folder = tmp_path / "till"
    folder.mkdir()
    (tmp_path / "other").touch()
    if how == "soft":
        (folder / name).symlink_to(tmp_path / "other")
    elif how == "hard":
        (folder / name).hardlink_to(tmp_path / "other")
    else:
        (folder / name).mkdir()
    assert name in str(await is_refused(folder))


@pytest.mark.parametrize("name", ["OneDrive - Shop", "Dropbox", "Google Drive", "iCloudDrive"])
async def test_a_synchronised_folder_is_refused(tmp_path: Path, name: str) -> None:
    """A program that copies files away while they are written breaks them (D10)."""
    assert "synchronised" in str(await is_refused(tmp_path / name / "till"))


async def test_a_network_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Locks and syncs over a network are promises that nobody keeps (D10)."""
    mounts = tmp_path / "mounts"
    mounts.write_text(f"disk / ext4 rw 0 0\nserver:/x {tmp_path} nfs4 rw 0 0\n", encoding="utf-8")
    monkeypatch.setattr(place, "_MOUNTS", mounts)
    assert "network" in str(await is_refused(tmp_path / "till"))
    monkeypatch.setattr(place, "_MOUNTS", tmp_path / "no such list")
    async with opened(tmp_path / "till"):
        pass


async def test_a_disk_mounted_under_odd_bytes_stops_no_till(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D13: the system lists the names of mounts as they are, in any encoding or none."""
    mounts = tmp_path / "mounts"
    mounts.write_bytes(b"/dev/a / ext4 rw 0 0\n/dev/b /media/K\xe4se vfat rw 0 0\n")
    monkeypatch.setattr(place, "_MOUNTS", mounts)
    async with opened(tmp_path / "till"):
        pass


def test_the_nearest_mount_counts() -> None:
    """The last and longest mount that holds the folder names its file system."""
    mounts = "a / ext4 rw 0 0\nb /home ext4 rw 0 0\nc /home/my\\040till cifs rw 0 0\n"
    assert file_system_of(Path("/home/my till/data"), mounts) == "cifs"
    assert file_system_of(Path("/home/other"), mounts) == "ext4"
    assert file_system_of(Path("/home"), "") == ""


async def test_a_till_below_a_folder_of_everybody_is_refused(tmp_path: Path) -> None:
    """Whoever may write there can put another folder in the place of the till's."""
    (tmp_path / "all").mkdir()
    (tmp_path / "all").chmod(0o777)
    assert "others_may_write" in str(await is_refused(tmp_path / "all" / "till"))


@pytest.mark.skipif(sys.platform == "win32", reason="the rights of a file there are its own")
def test_a_file_that_is_somebody_elses_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told to the check itself, for whoever is not root: the folder is ours, the file is not."""
    (tmp_path / "file").touch()
    ours = os.geteuid()
    users = iter([ours, ours + 1])
    monkeypatch.setattr("os.geteuid", lambda: next(users))
    with pytest.raises(JournalMisplacedError, match="file_of_another_user"):
        place._refuse_shared(tmp_path)


async def test_a_disk_without_room_is_refused(tmp_path: Path) -> None:
    """Below the limit nothing is begun (D1)."""
    refusal = await is_refused(tmp_path / "till", replace(QUICK, free_bytes_min=10**18))
    assert isinstance(refusal, JournalFullError)
    assert refusal.room is not None


async def test_a_disk_that_is_too_slow_is_refused(tmp_path: Path) -> None:
    """A disk that needs seconds for one row would keep customers waiting (D9)."""
    refusal = await is_refused(tmp_path / "till", replace(QUICK, first_commit_s_max=-1))
    assert isinstance(refusal, JournalInputOutputError)


async def test_a_disk_that_is_slow_once_is_not_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that has just started may need seconds for the first row, and none for the next."""
    seconds = iter([0.0, 60.0, 60.0, 60.1])
    monkeypatch.setattr(opening, "perf_counter", lambda: next(seconds))
    async with opened(tmp_path / "till") as journal:
        assert await journal.open_redemptions() == ()
    assert next(seconds, None) is None


async def test_a_folder_open_to_others_is_closed(tmp_path: Path) -> None:
    """An empty folder, or one that is the journal's own, is made private, and so are its files."""
    folder = tmp_path / "till"
    folder.mkdir()
    folder.chmod(0o777)
    async with opened(folder):
        assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o755)
    (folder / JOURNAL_NAME).chmod(0o644)
    async with opened(folder):
        assert folder.stat().st_mode & 0o777 == 0o700
        assert (folder / JOURNAL_NAME).stat().st_mode & 0o777 == 0o600


async def test_a_folder_that_others_use_is_not_taken_from_them(tmp_path: Path) -> None:
    """One that others may write to is refused, and so is one with folders that others use."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "settings.toml").touch()
    folder.chmod(0o777)
    assert "open_to_others" in str(await is_refused(folder))
    folder.chmod(0o755)
    (folder / "letters").mkdir(mode=0o755)
    assert "holds_folders_of_others" in str(await is_refused(folder))
    assert folder.stat().st_mode & 0o777 == 0o755
    (folder / "letters").chmod(0o700)
    async with opened(folder):
        assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.fault("D3")
@pytest.mark.parametrize("name", [".", JOURNAL_NAME, LOCK_NAME])
async def test_what_was_made_read_only_stays_so(folder: Path, name: str) -> None:
    """Whoever took the right to write away meant it; the till says so and does not take it back."""
    path = folder / name
    mode = path.stat().st_mode & 0o777 & ~0o222 | 0o044
    path.chmod(mode)
    assert isinstance(await is_refused(folder), JournalReadOnlyError)
    assert path.stat().st_mode & 0o777 == mode
    path.chmod(0o700)
    async with opened(folder) as journal:
        assert await journal.verify() == ()


async def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """A file lies where the folder should be."""
    (tmp_path / "file").touch()
    assert isinstance(await is_refused(tmp_path / "file" / "till"), JournalInputOutputError)


def test_each_step_on_the_disk_says_when_it_failed(tmp_path: Path) -> None:
    """A folder that vanished meanwhile is a failure of the disk, whichever step meets it."""
    gone = tmp_path / "gone"
    for step in (
        lambda: place.create_file(gone / "file"),
        lambda: place.sync_folder(gone),
        lambda: place.rename_file(gone / "file", gone / "other"),
        lambda: TillLock(gone / LOCK_NAME).take(0.1),
    ):
        with pytest.raises(JournalInputOutputError):
            step()


# ------------------------------------------------------------------------------------------- lock


async def test_a_second_till_is_refused(tmp_path: Path) -> None:
    """One folder, one till (P3)."""
    async with opened(tmp_path / "till"):
        refusal = await is_refused(tmp_path / "till")
        assert isinstance(refusal, JournalLockedError)
    async with opened(tmp_path / "till"):
        pass


async def test_a_file_that_another_program_holds_is_refused(folder: Path) -> None:
    """A backup or a browser of databases that holds the file is another program (D10)."""
    with raw(folder) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert isinstance(await is_refused(folder), JournalBusyError)


async def test_no_other_program_reads_an_open_journal(tmp_path: Path) -> None:
    """The second guard: the file itself is held as long as the till runs (P3)."""
    async with opened(tmp_path / "till"):
        with raw(tmp_path / "till") as other:
            other.execute("PRAGMA busy_timeout=0")
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("SELECT * FROM sale")


def test_a_lock_may_be_released_twice(tmp_path: Path) -> None:
    """The second time there is nothing to release."""
    lock = TillLock(tmp_path / LOCK_NAME)
    lock.take(0.1)
    lock.release()
    lock.release()
    TillLock(tmp_path / LOCK_NAME).take(0.1)


# ----------------------------------------------------------------------------- version and damage


async def test_a_file_that_is_no_journal_is_refused(tmp_path: Path) -> None:
    """Neither text nor another program's database is overwritten."""
    folder = tmp_path / "till"
    folder.mkdir()
    (folder / JOURNAL_NAME).write_bytes(b"Dear diary, " * 500)
    assert isinstance(await is_refused(folder), JournalCorruptError)
    assert (folder / JOURNAL_NAME).read_bytes().startswith(b"Dear diary")
    for script in ("CREATE TABLE sale (id)", "PRAGMA application_id=7", "PRAGMA user_version=7"):
        (folder / JOURNAL_NAME).unlink()
        with raw(folder) as other:
            other.execute(script)
        refusal = await is_refused(folder)
        assert isinstance(refusal, JournalCorruptError)
        assert "no journal" in str(refusal)


async def test_an_interrupted_birth_is_finished(tmp_path: Path) -> None:
    """An empty file, left by a power cut before the first table, becomes a journal."""
    folder = tmp_path / "till"
    folder.mkdir()
    (folder / JOURNAL_NAME).touch()
    async with opened(folder) as journal:
        assert await journal.verify() == ()


@pytest.mark.fault("D11")
@pytest.mark.parametrize("is_missing", [True, False])
async def test_a_log_without_its_journal_is_kept(tmp_path: Path, is_missing: bool) -> None:
    """SQLite would delete a log whose file is empty, and with it every row that is only there."""
    folder = tmp_path / "till"
    async with opened(folder) as journal:
        await sample.whole_story(journal, Samples())
        held = {path.name: path.read_bytes() for path in folder.iterdir()}
    log = folder / f"{JOURNAL_NAME}-wal"
    log.write_bytes(held[log.name])
    (folder / JOURNAL_NAME).write_bytes(b"")
    if is_missing:
        (folder / JOURNAL_NAME).unlink()
    assert isinstance(await is_refused(folder), JournalCorruptError)
    assert log.read_bytes() == held[log.name]
    (folder / JOURNAL_NAME).write_bytes(held[JOURNAL_NAME])
    async with opened(folder) as journal:
        assert len(await journal.history(9)) == 1


@pytest.mark.parametrize("version", [0, 5, Version(0, 9).number, Version(1, 0).number, -1, -65536])
async def test_a_version_that_the_file_is_not_of_is_refused(folder: Path, version: int) -> None:
    """An older version than its tables, one that never was, and a negative one: nothing is done."""
    with raw(folder) as connection:
        connection.execute(f"PRAGMA user_version={version}")
    before = (folder / JOURNAL_NAME).read_bytes()
    assert isinstance(await is_refused(folder), JournalCorruptError)
    assert (folder / JOURNAL_NAME).read_bytes() == before
    assert not list(folder.glob("*.backup*"))


@pytest.mark.parametrize("version", [5, Version(1, 0).number, Version(2, 0).number])
async def test_a_version_without_tables_is_refused(tmp_path: Path, version: int) -> None:
    """A file that says it is a journal and holds none is no new one."""
    folder = tmp_path / "till"
    folder.mkdir()
    with raw(folder) as connection:
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={version}")
    assert isinstance(await is_refused(folder), JournalCorruptError)


async def test_a_journal_of_a_newer_till_is_refused(folder: Path) -> None:
    """Going back to an older program must not lose what the newer one wrote (P10)."""
    with raw(folder) as connection:
        connection.execute(f"PRAGMA user_version={Version(5, 0).number}")
    refusal = await is_refused(folder)
    assert isinstance(refusal, JournalNewerError)
    assert "newer version of Counterfoil" in failures.failure(refusal)


async def test_a_journal_of_a_newer_minor_version_is_used(folder: Path) -> None:
    """It has more in it, which this till leaves alone."""
    with raw(folder) as connection:
        connection.execute("CREATE TABLE loyalty (points INTEGER) STRICT")
        connection.execute(f"PRAGMA user_version={Version(4, 11).number}")
    async with opened(folder) as journal:
        assert len(await journal.history(9)) == 1


async def test_a_journal_of_the_first_version_is_read(tmp_path: Path) -> None:
    """What the first released till wrote is kept to the letter, sealed fields included (P10)."""
    folder = tmp_path / "till"
    folder.mkdir()
    lay_first_version(folder)
    async with opened(folder) as journal:
        assert await journal.verify() == ()
        assert {one.state for one in await journal.history(99)} == set(S)
        first = await journal.redemption_by_reference("200-000")
        assert first is not None
        assert first.change == sample.FIRST_CHANGE.shape
        assert await journal.change(first.id) == sample.FIRST_CHANGE
        assert await journal.request(first.id) == sample.REQUEST
        assert len(await journal.attempts(first.id)) == 2
        assert len(await journal.print_jobs(first.id)) == 1


def _with_migration(monkeypatch: pytest.MonkeyPatch, sql: str) -> None:
    """Pretend that this till has one migration more."""
    more = (*queries.migrations(), read_migration(sql))
    monkeypatch.setattr(opening, "migrations", lambda: more)
    monkeypatch.setattr(audit, "migrations", lambda: more)


NEWEST = migrations()[-1].version
LOYALTY = """-- version 4.11
CREATE TABLE loyalty (points INTEGER) STRICT;
PRAGMA user_version = 262155;
"""


@pytest.mark.fault("P10")
async def test_a_migration_keeps_every_row_and_a_copy(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal is copied as it was, then changed in one transaction (P10)."""
    async with opened(folder) as journal:
        before = await journal.history(9)
    _with_migration(monkeypatch, LOYALTY)
    async with opened(folder) as journal:
        assert await journal.history(9) == before
        assert await journal.verify() == ()
    (backup,) = folder.glob(f"journal-{NEWEST}-*.backup")
    assert backup.stat().st_mode & 0o777 == 0o600
    with opened_backup(backup, MemoryVault(), folder) as opened_one:
        copy = opened_one.copy.connection
        assert copy.execute("SELECT count(*) FROM redemption").fetchone()[0] == 1
        assert copy.execute("PRAGMA user_version").fetchone()[0] == NEWEST.number


async def test_half_a_copy_is_made_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy that the power cut short has not got its name, and is no reason to make none (P10)."""
    half = folder / f".journal-{NEWEST}-2.backup-begun"
    half.write_bytes(b"half")
    _with_migration(monkeypatch, LOYALTY)
    async with opened(folder):
        pass
    assert restore_checked(folder / f"journal-{NEWEST}-2.backup").counts["redemption"] == 1
    assert not half.exists()


async def test_a_failed_migration_changes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The version before opens it again; the copy of the first try is kept (P10)."""
    with monkeypatch.context() as patch:
        _with_migration(patch, LOYALTY + "CREATE TABLE sale (again);\n")
        for _ in range(2):
            with pytest.raises(AssertionError):
                async with opened(folder):
                    pytest.fail("it opened")
    async with opened(folder) as journal:
        assert await journal.verify() == ()
    assert [path.name for path in folder.glob("*.backup")] == [f"journal-{NEWEST}-2.backup"]


def test_a_script_is_split_at_its_statements() -> None:
    """A trigger's inner statements belong to the trigger."""
    script = (
        "-- version 1.0\nSELECT 1;\nCREATE TRIGGER a BEFORE DELETE ON b\nBEGIN SELECT 2; END;\n"
    )
    assert [statement.count(";") for statement in statements(script)] == [1, 2]


async def test_a_foreign_key_is_refused(folder: Path) -> None:
    """A journal is opened with the key that it was written with, or not at all."""
    with pytest.raises(VaultUnavailableError, match="other_key"):
        async with SqliteJournal.open(folder, lambda: MemoryVault(b"x" * 32), QUICK):
            pytest.fail("it opened")


async def test_damaged_pages_are_found_at_the_start(folder: Path) -> None:
    """Bytes that a disk lost are noticed before anything is sold (D5)."""
    path = folder / JOURNAL_NAME
    content = bytearray(path.read_bytes())
    content[4096:-4096] = bytes(len(content) - 8192)
    path.write_bytes(content)
    assert isinstance(await is_refused(folder), JournalCorruptError)


async def test_a_value_that_breaks_a_rule_is_found_at_the_start(folder: Path) -> None:
    """What its table forbids is not what this till wrote, and its mark says so."""
    with tampering(folder) as connection:
        connection.execute("PRAGMA ignore_check_constraints=ON")
        connection.execute("UPDATE keeper SET opened_count = -1")
    refusal = await is_refused(folder)
    assert isinstance(refusal, JournalHeldError)
    assert Finding("keeper", RowFault.ALTERED) in refusal.findings


async def test_a_file_that_was_cut_short_is_found_at_the_start(folder: Path) -> None:
    """SQLite compares its length with what the first page says of it (D5)."""
    path = folder / JOURNAL_NAME
    path.write_bytes(path.read_bytes()[:-4096])
    assert isinstance(await is_refused(folder), JournalCorruptError)


async def test_a_page_far_from_the_end_is_found_when_it_is_read(tmp_path: Path) -> None:
    """The start does not read so far back; no row of it is ever shown, and the check names it."""
    folder, samples = tmp_path / "till", Samples()
    async with opened(folder) as journal:
        old, *_ = [await samples.in_state(journal, S.ABANDONED) for _ in range(90)]
    path = folder / JOURNAL_NAME
    content = path.read_bytes()
    pages = [content[at : at + 4096] for at in range(0, len(content), 4096)]
    path.write_bytes(
        b"".join(bytes(4096) if old.fingerprint.encode() in page else page for page in pages)
    )
    assert find_faults_in(folder, MemoryVault, QUICK)
    async with opened(folder) as journal:
        with pytest.raises(JournalCorruptError):
            await journal.redemption(old.id)


# ---------------------------------------------------------------------------------- failing in use


async def test_a_full_disk_writes_nothing_and_closes_the_journal(
    tmp_path: Path, samples: Samples
) -> None:
    """After the first failure every use is refused for the same reason (D1, D2)."""
    async with opened(tmp_path / "till") as journal:
        first = await samples.prepared(journal)
        await journal._run(
            lambda connection: connection.execute("PRAGMA max_page_count=1").fetchall()
        )
        many = [TypesKept(f"up-{n}", NOON, (sample.GIFT_CARD,) * 9) for n in range(99)]
        with pytest.raises(JournalFullError):
            await journal.commit(many)
        for use in (journal.redemption(first.id), commit(journal), journal.verify()):
            with pytest.raises(JournalFullError):
                await use
    async with opened(tmp_path / "till") as journal:
        assert await journal.kept_types("up-0") is None
        assert await stored(journal, first.id) == first


async def test_a_file_that_turned_read_only_closes_the_journal(
    tmp_path: Path, samples: Samples
) -> None:
    """A disk that was remounted after an error takes no more rows (D3)."""
    async with opened(tmp_path / "till") as journal:
        await journal._run(lambda connection: connection.execute("PRAGMA query_only=ON").fetchall())
        for _ in range(2):
            with pytest.raises(JournalReadOnlyError):
                await samples.prepared(journal)


async def test_a_closed_journal_says_so(tmp_path: Path) -> None:
    """A late use after the till has closed is refused, not lost."""
    async with opened(tmp_path / "till") as journal:
        pass
    with pytest.raises(JournalUnavailableError, match="closed"):
        journal._transact(lambda _: None)


async def test_a_journal_that_did_not_open_refuses_everything() -> None:
    """Each way of asking says why (D3)."""
    journal = ClosedJournal(JournalFullError("the disk is full"))
    for use in (
        journal.commit(()),
        journal.redemption("1"),
        journal.redemption_by_reference("1"),
        journal.request("1"),
        journal.open_redemptions(),
        journal.redemptions_for_a_person(),
        journal.slips_to_finish(),
        journal.slip_ids_to_finish(),
        journal.papers_under_way(),
        journal.history(1),
        journal.sale("1"),
        journal.attempts("1"),
        journal.print_jobs("1"),
        journal.events("1"),
        journal.next_slip_number(),
        journal.kept_types("1"),
        journal.verify(),
    ):
        with pytest.raises(JournalFullError):
            await use


# ------------------------------------------------------------------------------------ cancellation


@pytest.mark.fault("P9")
async def test_a_cancelled_commit_is_finished_first(tmp_path: Path, samples: Samples) -> None:
    """Whoever is cancelled while a row is written hears of it when the row is durable (P9)."""
    sale = samples.sale()
    async with opened(tmp_path / "till") as journal:
        gate = threading.Event()
        held = journal._thread.submit(gate.wait)
        async with asyncio.TaskGroup() as group:
            writing = group.create_task(commit(journal, SaleOpened(sale)))
            for _ in range(2):
                await asyncio.sleep(0)
                writing.cancel()
                await asyncio.sleep(0)
            assert not writing.done()
            gate.set()
        assert held.result()
        assert writing.cancelled()
        assert await journal.sale(sale.id) == sale


async def test_a_cancelled_commit_that_is_refused_leaves_no_noise(
    tmp_path: Path, samples: Samples
) -> None:
    """The refusal belongs to a caller that no longer listens."""
    async with opened(tmp_path / "till") as journal:
        await samples.prepared(journal, fingerprint="same")
        gate = threading.Event()
        held = journal._thread.submit(gate.wait)
        async with asyncio.TaskGroup() as group:
            writing = group.create_task(samples.prepared(journal, fingerprint="same"))
            await asyncio.sleep(0)
            writing.cancel()
            await asyncio.sleep(0)
            gate.set()
        assert held.result()
        assert writing.cancelled()
        with pytest.raises(VoucherInUseError):
            await samples.prepared(journal, fingerprint="same")


def test_a_block_that_fails_is_rolled_back(tmp_path: Path) -> None:
    """Whatever goes wrong, no half of a transaction stays (P6)."""
    with closing(sqlite3.connect(tmp_path / "any.db", isolation_level=None)) as connection:
        connection.execute("CREATE TABLE word (text)")
        with pytest.raises(MemoryError):
            _write_half(connection)
        assert connection.execute("SELECT * FROM word").fetchall() == []


def _write_half(connection: sqlite3.Connection) -> None:
    with transaction(connection):
        connection.execute("INSERT INTO word VALUES ('half')")
        raise MemoryError


# ------------------------------------------------------------------------------------------ sorting


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (sqlite3.SQLITE_FULL, JournalFullError),
        (sqlite3.SQLITE_READONLY, JournalReadOnlyError),
        (sqlite3.SQLITE_READONLY_DBMOVED, JournalReadOnlyError),
        (sqlite3.SQLITE_BUSY, JournalBusyError),
        (sqlite3.SQLITE_LOCKED, JournalBusyError),
        (sqlite3.SQLITE_CORRUPT, JournalCorruptError),
        (sqlite3.SQLITE_CORRUPT_INDEX, JournalCorruptError),
        (sqlite3.SQLITE_NOTADB, JournalCorruptError),
        (sqlite3.SQLITE_IOERR_FSYNC, JournalInputOutputError),
        (sqlite3.SQLITE_CANTOPEN, JournalInputOutputError),
        (sqlite3.SQLITE_NOMEM, JournalInputOutputError),
        (sqlite3.SQLITE_CONSTRAINT_CHECK, AssertionError),
        (sqlite3.SQLITE_MISUSE, AssertionError),
    ],
)
def test_each_failure_of_sqlite_has_its_meaning(code: int, expected: type[Exception]) -> None:
    """The environment's failures stop the till; anything else is our own mistake."""
    error = sqlite3.OperationalError("words that may hold a value")
    error.sqlite_errorcode = code
    assert type(sort_failure(error)) is expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (28, JournalFullError),
        (30, JournalReadOnlyError),
        (13, JournalReadOnlyError),
        (5, JournalInputOutputError),
        (None, JournalInputOutputError),
    ],
)
def test_each_failure_of_the_system_has_its_meaning(
    number: int | None, expected: type[Exception]
) -> None:
    """A full and a read-only disk are told from a broken one."""
    assert type(sort_failure(OSError(number, "words"))) is expected


def test_an_error_without_a_code_is_ours() -> None:
    """Python's own complaints about a statement have no code."""
    assert type(sort_failure(sqlite3.ProgrammingError("wrong thread"))) is AssertionError


def test_text_that_is_none_is_damage() -> None:
    """Bytes that the disk changed into no text at all are not our own mistake (D5)."""
    error = sqlite3.OperationalError("Could not decode to UTF-8 column 'kind' with text 'x'")
    assert type(sort_failure(error)) is JournalCorruptError
    quoted = UnicodeDecodeError("utf-8", b"malformed \xd4", 10, 11, "invalid continuation byte")
    assert type(sort_failure(quoted)) is JournalCorruptError


async def test_a_schema_that_is_no_text_is_damage(folder: Path) -> None:
    """SQLite quotes the damaged name in its complaint, which Python then cannot read (D5)."""
    path = folder / JOURNAL_NAME
    damaged = path.read_bytes().replace(b"CREATE TABLE keeper (", b"CREATE TABLE \xd4eeper (")
    path.write_bytes(damaged)
    assert isinstance(await is_refused(folder), JournalCorruptError)
    assert find_faults_in(folder, MemoryVault, QUICK)


def test_no_sorted_failure_repeats_what_the_file_said() -> None:
    """A value may stand in it, and an assertion's words may be shown or kept."""
    for error in (
        sqlite3.IntegrityError(f"CHECK constraint failed: {CANARY_PIN}"),
        sqlite3.OperationalError(CANARY_PIN),
        OSError(5, CANARY_PIN),
    ):
        assert CANARY_PIN not in str(sort_failure(error))


async def test_a_note_on_a_final_redemption_costs_one_row(folder: Path) -> None:
    """The journal opens again and goes on where it was."""
    async with opened(folder) as journal:
        (final,) = await journal.history(1)
        await commit(
            journal, RedemptionChanged(S.FINAL, replace(final, upstream_reference="new"), NOON)
        )
        assert await journal.verify() == ()


async def test_slips_are_counted_without_proving_each_row(
    tmp_path: Path, samples: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nobody confirms slips there are thousands, and they are counted at each change."""
    async with opened(tmp_path / "till") as journal:
        final = await samples.in_state(journal, RedemptionState.FINAL)
        proven: list[bytes] = []
        with monkeypatch.context() as patched:
            patched.setattr(journal.vault, "authenticate", proven.append)
            assert await journal.slip_ids_to_finish() == {final.id}
        assert proven == []
