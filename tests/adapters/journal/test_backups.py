"""Backups are sealed, whole or not there, made while the till sells, tried, and put back."""

import asyncio
import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from counterfoil.adapters.files import UNFINISHED
from counterfoil.adapters.journal.backup import backup_disks, backup_file
from counterfoil.adapters.journal.backup.backup_file import (
    CHUNK_BYTES,
    MAGIC,
    BackupHead,
    opened_backup,
    read_head,
)
from counterfoil.adapters.journal.backup.plain_copy import PlainCopy
from counterfoil.adapters.journal.backups import (
    BackupChoice,
    SealedBackups,
    list_backups,
)
from counterfoil.adapters.journal.integrity.anchor import Anchors
from counterfoil.adapters.journal.restoring import Restored, restore_backup
from counterfoil.adapters.journal.storage.place import (
    ANCHOR_NAME,
    JOURNAL_NAME,
    LOCK_NAME,
    WAL_NAME,
)
from counterfoil.adapters.journal.storage.queries import Version, migrations
from counterfoil.adapters.journal.storage.row_macs import key_id_of
from counterfoil.domain.causes.journal import HeldFault, not_as_left
from counterfoil.domain.failures import (
    BackupError,
    BackupFolderError,
    JournalCorruptError,
    JournalHeldError,
    JournalInputOutputError,
    JournalNewerError,
    JournalUnavailableError,
)
from counterfoil.domain.rows import TypesKept
from counterfoil.domain.states import RedemptionState
from support import samples as sample
from support.canary import names_in_bytes
from support.journals import (
    QUICK,
    accepted,
    content_of,
    opened,
    raw,
    restore_checked,
    sealed,
    tampering,
    unsealed_content,
)
from support.memory_vault import MemoryVault
from support.mounts import mounted, remount
from support.samples import NOON, Samples, commit

DAY = timedelta(days=1)
AT = NOON.replace(microsecond=0)


@pytest.fixture
def choice(tmp_path: Path) -> BackupChoice:
    """Return a folder for backups that is there."""
    (tmp_path / "usb").mkdir()
    return BackupChoice(tmp_path / "usb", is_own=False, keep=3)


async def backed_up(folder: Path, choice: BackupChoice) -> Path:
    """Make a journal with something in it, and one backup of it."""
    async with opened(folder) as journal:
        await sample.whole_story(journal, Samples())
        return await SealedBackups(journal, choice).make_file(AT)


# ---------------------------------------------------------------------------------------- making


@pytest.mark.fault("X3", "D12")
async def test_a_backup_holds_the_whole_journal_and_shows_none_of_it(
    tmp_path: Path, choice: BackupChoice
) -> None:
    """It is taken through the journal's own connection, from the log as well (X3, D12)."""
    path = await backed_up(tmp_path / "till", choice)
    sealed = path.read_bytes()
    assert names_in_bytes(sealed) == frozenset()
    for text in (b"SQLite", b"Nomsa", b"082 ***", b"redemption", b"moment"):
        assert text not in sealed
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in choice.folder.iterdir()] == [path.name]
    head = read_head(path)
    assert (head.made_at, head.schema) == (AT.isoformat(), str(migrations()[-1].version))
    check = restore_checked(path)
    assert (check.findings, check.last_slip_number) == ((), 1)
    assert check.counts["redemption"] == 1


async def test_the_till_sells_while_a_backup_is_made(
    tmp_path: Path, choice: BackupChoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commits are done between its pages, are in it or not as a whole, and it is sound."""
    monkeypatch.setattr("counterfoil.adapters.journal.backup.plain_copy.PAGES_AT_ONCE", 1)
    samples = Samples()
    async with opened(tmp_path / "till") as journal:
        for _ in range(60):
            await samples.prepared(journal)
        order: list[str] = []

        async def sell() -> None:
            await samples.prepared(journal)
            order.append("sold")

        async def back_up() -> Path:
            path = await SealedBackups(journal, choice).make_file(AT)
            order.append("backed up")
            return path

        sales = asyncio.gather(*(sell() for _ in range(9)))
        path, _ = await asyncio.gather(back_up(), sales)
        assert order == ["sold"] * 9 + ["backed up"]
        check = restore_checked(path)
        assert check.findings == ()
        assert check.counts["redemption"] >= 60


async def test_a_refusal_during_a_copy_is_told_to_whoever_asked(tmp_path: Path) -> None:
    """It stops neither the copy nor anybody else."""
    async with opened(tmp_path / "till") as journal:
        await Samples().prepared(journal)

        def break_it(connection: sqlite3.Connection) -> None:
            connection.execute("no such statement")

        async def copy() -> int:
            async with journal.copied() as copied:
                return copied.size_bytes

        copied, failed = await asyncio.gather(
            copy(), journal._run(break_it), return_exceptions=True
        )
        assert isinstance(copied, int)
        assert isinstance(failed, AssertionError)


async def test_a_journal_that_failed_makes_no_backup(tmp_path: Path, choice: BackupChoice) -> None:
    """What cannot be read cannot be copied; whether it can be sold on is for a sale to say."""
    async with opened(tmp_path / "till") as journal:
        backups = SealedBackups(journal, choice)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(PlainCopy, "take_pages", _cannot_open)
            with pytest.raises(JournalInputOutputError):
                async with journal.copied():
                    pytest.fail("it was copied")
            with pytest.raises(BackupError, match="not_copied"):
                await backups.make(AT)
        await Samples().prepared(journal)
        journal._failure = JournalUnavailableError("the disk failed")
        with pytest.raises(BackupError, match=r"not_copied.*journal_unavailable"):
            await backups.make(AT)


def _cannot_open(*_: object) -> None:
    sqlite3.connect("/nowhere/at/all")


async def test_the_plain_copy_has_no_name(
    tmp_path: Path, choice: BackupChoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing plain lies anywhere while a backup is made, for a power cut to leave (X3)."""
    seen: list[set[str]] = []
    whole = PlainCopy.parts

    def watched(copy: PlainCopy) -> Iterator[bytes]:
        seen.append({path.name for path in tmp_path.rglob("*") if path.is_file()})
        return whole(copy)

    async with opened(tmp_path / "till") as journal:
        monkeypatch.setattr(PlainCopy, "parts", watched)
        await SealedBackups(journal, choice).make(AT)
    assert seen == [{LOCK_NAME, JOURNAL_NAME, WAL_NAME, ANCHOR_NAME}]


async def test_what_a_power_cut_leaves_of_a_copy_goes_at_the_next_start(tmp_path: Path) -> None:
    """Where a file keeps its name while it is open."""
    async with opened(tmp_path / "till"):
        pass
    left = tmp_path / "till" / f".copy.0123{UNFINISHED}"
    left.touch()
    async with opened(tmp_path / "till"):
        assert not left.exists()


async def test_a_copy_leaves_room_for_what_is_sold_meanwhile(
    tmp_path: Path, choice: BackupChoice
) -> None:
    """It is not begun where it would fill the till's disk, and it is said how much is needed."""
    async with opened(tmp_path / "till") as journal:
        journal._limits = replace(QUICK, free_bytes_min=10**18)
        words = r"not_copied.*needed_mb=10+1, "
        with pytest.raises(BackupError, match=words):
            await SealedBackups(journal, choice).make(AT)
        await Samples().prepared(journal)


async def test_a_backup_finds_pages_that_the_start_did_not_read(
    tmp_path: Path, choice: BackupChoice
) -> None:
    """It is kept and named as damaged, and pushes no older one out (D5)."""
    folder, samples = tmp_path / "till", Samples()
    async with opened(folder) as journal:
        old, *_ = [await samples.in_state(journal, RedemptionState.ABANDONED) for _ in range(90)]
        for number in range(choice.keep):
            await SealedBackups(journal, choice).make(AT + number * DAY)
    content = content_of(folder)
    pages = [content[at : at + 4096] for at in range(0, len(content), 4096)]
    (folder / JOURNAL_NAME).write_bytes(
        b"".join(bytes(4096) if old.fingerprint.encode() in page else page for page in pages)
    )
    async with opened(folder) as journal:
        with pytest.raises(BackupError, match="pages_damaged"):
            await SealedBackups(journal, choice).make(AT + 9 * DAY)
    assert len(list(choice.folder.iterdir())) == choice.keep + 1


async def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A disk that is not plugged in is not made up on the till's own (the till sells on)."""
    async with opened(tmp_path / "till") as journal:
        missing = SealedBackups(journal, BackupChoice(tmp_path / "usb", is_own=False))
        with pytest.raises(BackupError, match="folder_missing"):
            await missing.make(AT)
        assert await missing.newest(AT) is None
        (tmp_path / "file").touch()
        taken = SealedBackups(journal, BackupChoice(tmp_path / "file" / "x"))
        with pytest.raises(BackupError, match="folder_unusable"):
            await taken.make(AT)
        own = SealedBackups(journal, BackupChoice(tmp_path / "till" / "backups"))
        await own.make(AT)
        assert await own.newest(AT) == AT
    assert (tmp_path / "till" / "backups").stat().st_mode & 0o777 == 0o700


async def test_a_disk_that_cannot_be_written_is_said(
    tmp_path: Path, choice: BackupChoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing half is left under a name of a backup."""

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    async with opened(tmp_path / "till") as journal:
        monkeypatch.setattr("counterfoil.adapters.files.os.fsync", fail)
        with pytest.raises(BackupError, match="journal_full"):
            await SealedBackups(journal, choice).make(AT)
        monkeypatch.undo()
    assert list(choice.folder.iterdir()) == []


async def test_old_backups_go_and_the_newest_stays(tmp_path: Path, choice: BackupChoice) -> None:
    """Other files and other tills' backups are let alone; a clock set back loses nothing new."""
    other = choice.folder / "counterfoil-0000000000000000-20200101T000000Z.backup"
    odd = choice.folder / f"counterfoil-{key_id_of(MemoryVault())}-20209901T000000Z.backup"
    half = choice.folder / f".counterfoil-{key_id_of(MemoryVault())}-20200101T000000Z.backup-begun"
    for path in (other, odd, half, choice.folder / "holiday.jpg"):
        path.write_bytes(b"x")
    async with opened(tmp_path / "till") as journal:
        backups = SealedBackups(journal, choice)
        made = [await backups.make_file(AT + number * DAY) for number in range(5)]
        assert [path.exists() for path in made] == [False, False, True, True, True]
        back = await backups.make_file(AT - DAY)
        assert [path.exists() for path in (*made[2:], back)] == [True, True, True, True]
        assert await backups.newest(AT + 9 * DAY) == AT + 4 * DAY
        assert await backups.newest(AT) == AT - DAY
    assert other.exists()
    assert odd.exists()
    assert not half.exists()


@pytest.mark.fault("D5")
async def test_a_backup_that_is_too_old_goes_once_there_are_two_newer_ones(
    tmp_path: Path, choice: BackupChoice
) -> None:
    """It holds what the journal has shredded since; so does a copy from before an update."""
    kept = replace(choice, keep=9, keep_days=90, till=tmp_path / "till")
    async with opened(tmp_path / "till") as journal:
        backups = SealedBackups(journal, kept)
        first = await backups.make_file(AT)
        copies = [tmp_path / "till" / f"journal-4.{number}-7.backup" for number in (1, 2)]
        for path, days in zip(copies, (0, 60), strict=True):
            path.write_bytes(b"a copy")
            made_s = (AT + days * DAY).timestamp()
            os.utime(path, (made_s, made_s))
        second = await backups.make_file(AT + 91 * DAY)
        assert first.exists(), "one older one always stays"
        assert [path.exists() for path in copies] == [False, True]
        third = await backups.make_file(AT + 92 * DAY)
        assert [path.exists() for path in (first, second, third)] == [False, True, True]


async def test_while_damage_is_known_no_older_backup_goes(
    tmp_path: Path, choice: BackupChoice
) -> None:
    """The new one holds the altered record too, and the oldest may be the last sound one."""
    await backed_up(tmp_path / "till", choice)
    with tampering(tmp_path / "till") as connection:
        connection.execute("UPDATE redemption SET cashier = 'Another'")
    async with opened(tmp_path / "till") as journal:
        backups = SealedBackups(journal, choice)
        for number in range(1, 5):
            await backups.make_file(AT + number * DAY)
    assert len(list(choice.folder.glob("*.backup"))) == 5


async def test_what_is_too_old_and_stays_is_said(
    tmp_path: Path, choice: BackupChoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new one is there all the same."""

    def fail(path: Path, **_: object) -> None:
        raise PermissionError(13, "no")

    async with opened(tmp_path / "till") as journal:
        backups = SealedBackups(journal, choice)
        for number in range(3):
            await backups.make_file(AT + number * DAY)
        with monkeypatch.context() as patch:
            patch.setattr(Path, "unlink", fail)
            with pytest.raises(BackupError, match="not_removed"):
                await backups.make_file(AT + 9 * DAY)
    assert len(list(choice.folder.glob("*.backup"))) == 4


async def test_backups_dated_in_the_future_push_none_out(
    tmp_path: Path, choice: BackupChoice
) -> None:
    """Whoever may write to the folder cannot make the till remove its real ones."""
    async with opened(tmp_path / "till") as journal:
        backups = SealedBackups(journal, choice)
        made = [await backups.make_file(AT + number * DAY) for number in range(2)]
        planted = [
            choice.folder / f"counterfoil-{key_id_of(MemoryVault())}-2099010{n}T000000Z.backup"
            for n in range(1, 8)
        ]
        for path in planted:
            path.write_bytes(b"x")
        made.append(await backups.make_file(AT + 2 * DAY))
        assert all(path.exists() for path in (*made, *planted))
        assert await backups.newest(AT + 3 * DAY) == AT + 2 * DAY


async def test_what_is_left_over_stops_no_backup(tmp_path: Path, choice: BackupChoice) -> None:
    """Be it a folder under the name of an unfinished one."""
    left = choice.folder / f".counterfoil-{key_id_of(MemoryVault())}-20200101T000000Z.backup-begun"
    left.mkdir()
    (left / "x").touch()
    async with opened(tmp_path / "till") as journal:
        assert (await SealedBackups(journal, choice).make_file(AT)).exists()
    assert left.exists()


@pytest.mark.parametrize("call", ["replace", "fsync", "open"])
async def test_a_share_that_refuses_a_call_gives_a_failed_backup(
    tmp_path: Path, choice: BackupChoice, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """Renaming, syncing the folder, making a file: a failure of the backup, not of the journal."""
    real = getattr(os, call)

    def fail(*arguments: Any, **more: Any) -> Any:
        is_file = call == "fsync" and stat.S_ISREG(os.fstat(arguments[0]).st_mode)
        if is_file or (call == "open" and "counterfoil-" not in str(arguments[0])):
            return real(*arguments, **more)
        raise OSError(5, "refused")

    async with opened(tmp_path / "till") as journal:
        with monkeypatch.context() as patch:
            patch.setattr(f"counterfoil.adapters.files.os.{call}", fail)
            with pytest.raises(BackupError, match="not_written"):
                await SealedBackups(journal, choice).make(AT)
        await Samples().prepared(journal)


async def test_a_disk_that_is_full_or_read_only_gives_a_failed_backup(tmp_path: Path) -> None:
    """A real one; the till sells on, and when there is room again a backup is made."""
    async with opened(tmp_path / "till") as journal:
        with mounted(tmp_path / "usb", "size=64k") as point:
            backups = SealedBackups(journal, BackupChoice(point, is_own=False))
            with pytest.raises(BackupError, match="journal_full"):
                await backups.make(AT)
            assert list(point.iterdir()) == []
            remount(point, "size=8m", "ro")
            with pytest.raises(BackupError, match="not_written"):
                await backups.make(AT)
            remount(point, "rw")
            await Samples().prepared(journal)
            await backups.make(AT)


async def test_no_backup_goes_to_an_empty_mount_point(tmp_path: Path) -> None:
    """The disk was there once; its folder is still there, and is on the system's own disk."""
    till = tmp_path / "till"
    async with opened(till) as journal:
        with mounted(tmp_path / "usb") as point:
            folder = point / "counterfoil"
            folder.mkdir()
            backups = SealedBackups(journal, BackupChoice(folder, is_own=False, till=till))
            await backups.make(AT)
        folder.mkdir()
        for _ in range(2):
            with pytest.raises(BackupFolderError, match="disk_missing"):
                await backups.make(AT + DAY)
        assert list(folder.iterdir()) == []
        folder.rmdir()
        point.rmdir()
        with mounted(point):
            folder.mkdir()
            await backups.make(AT + DAY)
            assert len(list(folder.iterdir())) == 1
    assert [path.name for path in till.glob("backup*")] == ["backup-disks.json"]


def test_where_a_disk_was_mounted_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told to the check itself, for whoever may mount none: the disk is there, and then is not."""
    till, point = tmp_path / "till", tmp_path / "usb"
    for folder in (till, point / "counterfoil"):
        folder.mkdir(parents=True, mode=0o700)
    mounts = [Path(point.root), point]
    monkeypatch.setattr("os.path.ismount", lambda path: Path(path) in mounts)
    backup_disks.check_disk(point / "counterfoil", till)
    backup_disks.check_disk(point / "counterfoil", till)
    mounts.remove(point)
    with pytest.raises(BackupFolderError, match="disk_missing"):
        backup_disks.check_disk(point / "counterfoil", till)
    backup_disks.check_disk(till, till)


async def test_no_backup_goes_where_the_system_means_to_mount_a_disk(
    tmp_path: Path, choice: BackupChoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the till has never seen that disk."""
    table = tmp_path / "fstab"
    spelled = str(choice.folder).replace("-", "\\055")
    table.write_text(f"# disks\n\nUUID=1 / ext4 defaults 0 1\nUUID=2 {spelled} vfat noauto 0 0\n")
    monkeypatch.setattr(backup_disks, "_TABLE", table)
    async with opened(tmp_path / "till") as journal:
        backups = SealedBackups(journal, replace(choice, till=tmp_path / "till"))
        with pytest.raises(BackupFolderError, match="disk_missing"):
            await backups.make(AT)
        monkeypatch.setattr(backup_disks, "_TABLE", tmp_path / "no such table")
        await backups.make(AT)


# --------------------------------------------------------------------------------------- reading


def _file(folder: Path, content: bytes) -> Path:
    return sealed(folder / "one.backup", content)


def test_a_backup_of_any_length_reads_back(tmp_path: Path) -> None:
    """Empty, short, one chunk to the byte, and more."""
    for length in (0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES):
        content = bytes(range(256)) * (length // 256) + bytes(length % 256)
        assert unsealed_content(_file(tmp_path, content)) == content


def test_every_flipped_byte_is_found(tmp_path: Path) -> None:
    """Beginning, lengths, text and seals: nothing of the file can be another (X3)."""
    whole = _file(tmp_path, b"journal" * 40).read_bytes()
    path = tmp_path / "flipped.backup"
    for place in range(len(whole)):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << place % 8
        path.write_bytes(flipped)
        with pytest.raises(BackupError):
            unsealed_content(path)


def test_cut_joined_and_reordered_files_do_not_open(tmp_path: Path) -> None:
    """Each chunk is sealed under its number and under whether it is the last."""
    whole = _file(tmp_path, bytes(3 * CHUNK_BYTES)).read_bytes()
    chunk = 4 + CHUNK_BYTES + 16
    start = len(whole) - 3 * chunk
    head, (a, b, c) = whole[:start], (whole[start + chunk * n :][:chunk] for n in range(3))
    path = tmp_path / "other.backup"
    for content in (head, head + a, head + a + b, head + b + a + c, head + a + b + c + c, head + c):
        path.write_bytes(content)
        with pytest.raises(BackupError, match="not_whole"):
            unsealed_content(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no_backup"),
        (b"Dear diary", "no_backup"),
        (MAGIC + b"\x02\x01", "unknown_kind"),
        (MAGIC + b"\x01\x01\x00\x00\x00\x02{}", "head_damaged"),
        (MAGIC + b"\x01\x01\xff\xff\xff\xff" + b"[" * 9_000, "head_damaged"),
        (MAGIC + b"\x01\x01\x00\x00\x00\x02[]", "head_damaged"),
    ],
)
def test_a_file_that_is_no_backup_is_said_to_be_none(
    tmp_path: Path, content: bytes, words: str
) -> None:
    """Whatever it holds, nothing else is raised."""
    path = tmp_path / "one.backup"
    path.write_bytes(content)
    with pytest.raises(BackupError, match=words):
        unsealed_content(path)
    with pytest.raises(BackupError, match=words):
        read_head(path)


def test_what_a_file_says_of_itself_is_checked() -> None:
    """Each of its facts has a shape."""
    good = {"made_at": "", "schema": "2.0", "size_bytes": 1, "key_id": "ab", "salt": "00" * 32}
    assert backup_file._parse_head(good) == BackupHead(**good)  # type: ignore[arg-type]  # as read
    for name, value in (("schema", "\n"), ("size_bytes", True), ("salt", "00"), ("salt", "zz")):
        with pytest.raises(ValueError):  # noqa: PT011 - its words are not shown
            backup_file._parse_head({**good, name: value})


def test_another_tills_backup_is_named_as_such(tmp_path: Path) -> None:
    """A wrong key is no damage."""
    path = _file(tmp_path, b"journal")
    with pytest.raises(BackupError, match="other_till"):
        unsealed_content(path, MemoryVault(b"x" * 32))
    path.unlink()
    for read in (lambda: unsealed_content(path), lambda: read_head(path)):
        with pytest.raises(BackupError, match="not_readable"):
            read()


async def test_the_list_says_which_are_whole(tmp_path: Path, choice: BackupChoice) -> None:
    """Newest first; a cut one, and one that cannot be looked at, are named."""
    path = await backed_up(tmp_path / "till", choice)
    cut = choice.folder / path.name.replace("T12", "T11")
    cut.write_bytes(path.read_bytes()[:-1])
    (choice.folder / "gone.backup").symlink_to(tmp_path / "nowhere")
    listed = list_backups(choice, MemoryVault())
    assert [(one.path.name, bool(one.trouble)) for one in listed] == [
        ("gone.backup", True),
        (path.name, False),
        (cut.name, True),
    ]
    assert listed[1].made_at == AT
    assert listed[1].size_bytes == path.stat().st_size


# ------------------------------------------------------------------------------- the restore check


async def test_the_restore_check_names_the_row(tmp_path: Path, choice: BackupChoice) -> None:
    """A backup of a journal that somebody had edited opens, and is not called good (X4)."""
    folder = tmp_path / "till"
    await backed_up(folder, choice)
    with tampering(folder) as connection:
        connection.execute("UPDATE sale SET due_cents = 1")
    check = restore_checked(sealed(choice.folder / "edited.backup", content_of(folder)))
    assert [one.where for one in check.findings] == ["sale sale-1"]


def test_the_restore_check_refuses_what_is_no_journal(tmp_path: Path) -> None:
    """Neither text, nor another database, nor a newer till's journal passes."""
    with pytest.raises(JournalCorruptError):
        restore_checked(_file(tmp_path, b"Dear diary" * 900))
    other = sqlite3.connect(":memory:")
    try:
        other.execute("CREATE TABLE sale (id)")
        found = restore_checked(_file(tmp_path, other.serialize()))
        assert found.findings
        other.execute(f"PRAGMA user_version={Version(9, 0).number}")
        with pytest.raises(JournalNewerError):
            restore_checked(_file(tmp_path, other.serialize()))
    finally:
        other.close()


# ---------------------------------------------------------------------------------- putting back


def put_back(path: Path, target: Path, aside: str = "") -> Restored:
    """Make a backup the journal of a folder, which is made where it is missing."""
    target.mkdir(mode=0o700, exist_ok=True)
    with opened_backup(path, MemoryVault(), target) as backup:
        return restore_backup(backup, target, MemoryVault(), aside=aside, limits=QUICK)


@pytest.mark.fault("D8", "X3")
async def test_a_backup_is_put_back_and_held_once(tmp_path: Path, choice: BackupChoice) -> None:
    """On a new machine everything is there, and nothing is sent until it is accepted (D8)."""
    path = await backed_up(tmp_path / "till", choice)
    target = tmp_path / "new"
    restored = put_back(path, target)
    assert (restored.moved_to, restored.behind) == (None, ())
    for _ in range(2):
        with pytest.raises(JournalHeldError, match="put_back"):
            async with opened(target):
                pytest.fail("it opened")
    assert accepted(target) == ("the journal was put back from a backup",)
    async with opened(target) as journal:
        assert await journal.verify() == ()
        (one,) = await journal.history(9)
        assert await journal.change(one.id) == sample.CHANGE


async def test_a_living_journal_is_never_written_over(tmp_path: Path, choice: BackupChoice) -> None:
    """It is refused, or moved aside whole and kept; what it knew beyond the backup is told."""
    folder = tmp_path / "till"
    path = await backed_up(folder, choice)
    async with opened(folder) as journal:
        await commit(journal, TypesKept("another", AT, (sample.GIFT_CARD,)))
        killed = shutil.copytree(folder, tmp_path / "killed")
    before = {one.name: one.read_bytes() for one in killed.iterdir()}
    with pytest.raises(BackupError, match="journal_is_there"):
        put_back(path, killed)
    assert {one.name: one.read_bytes() for one in killed.iterdir()} == before
    restored = put_back(path, killed, aside="aside")
    assert restored.behind == (not_as_left(HeldFault.ENDS_EARLY, found=15, had=16),)
    assert restored.moved_to == killed / "aside"
    for name in (JOURNAL_NAME, WAL_NAME, ANCHOR_NAME):
        assert (killed / "aside" / name).read_bytes() == before[name]
    with raw(killed / "aside") as old, raw(killed) as new:
        count = "SELECT count(*) FROM event"
        assert old.execute(count).fetchone()[0] == new.execute(count).fetchone()[0] + 1


async def test_a_restoration_that_is_cut_short_leaves_no_unmarked_journal(
    tmp_path: Path, choice: BackupChoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mark is there before the journal is."""
    path = await backed_up(tmp_path / "till", choice)

    def fail(*_: object, **__: object) -> None:
        raise OSError(5, "it broke")

    monkeypatch.setattr("counterfoil.adapters.journal.restoring.make_file_of", fail)
    with pytest.raises(JournalInputOutputError):
        put_back(path, tmp_path / "new")
    monkeypatch.undo()
    assert not (tmp_path / "new" / JOURNAL_NAME).exists()
    (mark,) = Anchors(tmp_path / "new", MemoryVault()).find().anchors
    assert mark.origin == "restored"
    with pytest.raises(JournalHeldError):
        async with opened(tmp_path / "new"):
            pytest.fail("it opened")


@contextmanager
def cuts(folder: Path, into: Path) -> Iterator[list[Path]]:
    """Copy a folder before each call that changes a name in it: what a cut there leaves."""
    made: list[Path] = []
    is_looking = True

    def look(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal is_looking
        if not is_looking or event not in {"os.rename", "os.link", "os.mkdir", "os.remove"}:
            return
        is_looking = False
        made.append(Path(shutil.copytree(folder, into / str(len(made)))))
        is_looking = True

    sys.addaudithook(look)  # there is no way to take it back, so it looks no more after the body
    try:
        yield made
    finally:
        is_looking = False


@pytest.mark.fault("D8", "X5")
async def test_a_restoration_that_is_cut_anywhere_begins_no_new_journal(
    tmp_path: Path, choice: BackupChoice
) -> None:
    """Without marker and keyring: it opens as it was, or it is held, and nothing is lost."""
    folder = tmp_path / "till"
    path = await backed_up(folder, choice)
    async with opened(folder) as journal:
        await commit(journal, TypesKept("another", AT, (sample.GIFT_CARD,)))
        killed = Path(shutil.copytree(folder, tmp_path / "killed"))
    before = {one.name: one.read_bytes() for one in killed.iterdir()}
    with cuts(killed, tmp_path / "cuts") as made:
        put_back(path, killed, aside="aside")
    names = (JOURNAL_NAME, WAL_NAME, ANCHOR_NAME)
    ends = set()
    for cut in made:
        for name in names:
            places = (cut / name, cut / "aside" / name)
            assert before[name] in [one.read_bytes() for one in places if one.exists()]
        try:
            async with opened(cut) as journal:
                assert await journal.kept_types("another") is not None
            ends.add("as it was")
        except JournalUnavailableError as error:
            ends.add(type(error).__name__)
    assert len(made) >= 6
    assert ends == {"as it was", "JournalHeldError", "JournalCorruptError"}


async def test_a_backup_is_not_opened_where_nothing_can_be_written(
    tmp_path: Path, choice: BackupChoice
) -> None:
    """The folder that it would be unsealed into is gone."""
    path = await backed_up(tmp_path / "till", choice)
    with (
        pytest.raises(JournalUnavailableError),
        opened_backup(path, MemoryVault(), tmp_path / "gone"),
    ):
        pytest.fail("it opened")
