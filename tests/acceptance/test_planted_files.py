"""Whoever may write to a folder too turns nothing that the till writes to another place."""

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from counterfoil.adapters.files import FreshFile, make_file, objection_to
from counterfoil.adapters.journal.backups import BackupChoice, SealedBackups
from counterfoil.adapters.journal.storage.place import JOURNAL_NAME, LOCK_NAME
from counterfoil.adapters.journal.storage.row_macs import key_id_of
from counterfoil.adapters.settings.look_memory import LOOK_NAME, LookMemory
from counterfoil.adapters.system.vault import KEY_FILE_NAME, TILL_ID_NAME
from support.journals import opened, unsealed_content
from support.memory_vault import MemoryVault
from support.samples import NOON
from support.second_user import SecondUser, second_user
from support.tills import CommandLine

PASSPHRASE = "seven small goats jump\n"
AT = NOON.replace(microsecond=0)
PRECIOUS = b"another journal"


@pytest.fixture
def other() -> Iterator[SecondUser]:
    """Return a second user of this machine."""
    with second_user() as user:
        yield user


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    """Return a file of the till's user that somebody wants to see overwritten."""
    path = tmp_path / "precious"
    path.write_bytes(PRECIOUS)
    return path


@pytest.fixture
def recovery(till: CommandLine, tmp_path: Path) -> Path:
    """Return the recovery key of a till that was used."""
    path = tmp_path / "recovery.txt"
    till.json("history")
    till.json("key", "export", "--to", str(path), stdin=PASSPHRASE)
    return path


def at(till: CommandLine, folder: Path) -> CommandLine:
    """Return the command line of another folder with the same settings."""
    return replace(till, data_dir=folder)


def names_below(folder: Path) -> set[str]:
    """Return what lies in a folder and below."""
    return {path.name for path in folder.rglob("*")}


# ----------------------------------------------------------------------------------------- backups


async def test_a_backup_follows_no_link_that_somebody_planted(
    tmp_path: Path, other: SecondUser, precious: Path
) -> None:
    """In a folder that all may write to, under the names that a backup has and used to begin by."""
    folder = other.street / "usb"
    folder.mkdir()
    folder.chmod(0o777)
    name = f"counterfoil-{key_id_of(MemoryVault())}-{AT:%Y%m%dT%H%M%SZ}.backup"
    for planted in (name, f".{name}-begun"):
        other.does('ln -s "$1" "$2"', precious, folder / planted)
    async with opened(tmp_path / "till") as journal:
        backups = SealedBackups(journal, BackupChoice(folder, is_own=False))
        path = await backups.make_file(AT)
    assert precious.read_bytes() == PRECIOUS
    assert not path.is_symlink()
    assert unsealed_content(path)


async def test_a_backup_of_the_same_user_follows_no_link_either(
    tmp_path: Path, precious: Path
) -> None:
    """A link in the folder may also be left from the same user's own hand."""
    folder = tmp_path / "usb"
    folder.mkdir()
    name = f"counterfoil-{key_id_of(MemoryVault())}-{AT:%Y%m%dT%H%M%SZ}.backup"
    for planted in (name, f".{name}-begun"):
        (folder / planted).symlink_to(precious)
    async with opened(tmp_path / "till") as journal:
        await SealedBackups(journal, BackupChoice(folder, is_own=False)).make_file(AT)
    assert precious.read_bytes() == PRECIOUS


# -------------------------------------------------------------------------------------------- keys


def test_no_key_is_written_into_a_folder_that_somebody_planted(
    till: CommandLine, recovery: Path, other: SecondUser
) -> None:
    """`key import` and `restore --to` refuse it in words, and nothing stays in it."""
    backup = till.json("backup")["path"]
    planted = other.street / "shared" / "new"
    planted.parent.mkdir()
    planted.parent.chmod(0o777)
    other.does('mkdir -m 777 "$1"', planted)
    new = at(till, planted)
    for said in (
        new.run("key", "import", str(recovery), stdin=PASSPHRASE),
        till.run("restore", backup, "--to", str(planted)),
    ):
        assert (said.code, "belongs to another user" in said.err) == (74, True), said.err
        assert names_below(planted) == set()
    said = at(till, planted.with_name("mine")).run("key", "import", str(recovery), stdin=PASSPHRASE)
    assert (said.code, "others may write to" in said.err) == (74, True), said.err
    assert names_below(planted.parent) == {"new"}


@pytest.mark.parametrize("name", [KEY_FILE_NAME, TILL_ID_NAME])
def test_no_key_is_written_through_a_link_that_somebody_planted(
    till: CommandLine, recovery: Path, other: SecondUser, name: str
) -> None:
    """The folder is closed by now, but was open when the link was put there."""
    folder, theirs = other.street / "new", other.street / "theirs"
    theirs.mkdir()
    theirs.chmod(0o777)
    folder.mkdir()
    folder.chmod(0o777)
    other.does('ln -s "$1/key" "$2"', theirs, folder / name)
    folder.chmod(0o700)
    backup = till.json("backup")["path"]
    new = at(till, folder)
    for said in (
        new.run("key", "import", str(recovery), stdin=PASSPHRASE),
        new.run("restore", backup, "--to", str(folder)),
        till.run("restore", backup, "--to", str(folder)),
    ):
        assert said.code == 74, said.err
        assert names_below(folder) == {name}
        assert names_below(theirs) == set()


@pytest.mark.parametrize("guess", [".key.file.{pid}", ".till.id.{pid}", ".journal.anchor.{pid}"])
def test_no_key_or_anchor_is_written_under_a_name_that_can_be_guessed(
    till: CommandLine, recovery: Path, precious: Path, tmp_path: Path, guess: str
) -> None:
    """The number of the process is known to everybody on the machine."""
    folder = tmp_path / "new"
    folder.mkdir(mode=0o700)
    (folder / guess.format(pid=os.getpid())).symlink_to(precious)
    new = at(till, folder)
    assert new.run("key", "import", str(recovery), stdin=PASSPHRASE).code == 0
    assert new.run("history").code == 0
    assert precious.read_bytes() == PRECIOUS


def test_nothing_of_a_restoration_that_is_refused_stays(
    till: CommandLine, other: SecondUser, tmp_path: Path
) -> None:
    """Neither the key nor the folder that was made for it."""
    till.json("history")
    backup = till.json("backup")["path"]
    target = tmp_path / "OneDrive" / "new"
    assert till.run("restore", backup, "--to", str(target)).code == 74
    assert not target.parent.exists()
    occupied = at(till, tmp_path / "occupied")
    occupied.json("history")
    (occupied.data_dir / KEY_FILE_NAME).unlink()
    before = names_below(occupied.data_dir)
    assert till.run("restore", backup, "--to", str(occupied.data_dir)).code == 74
    assert names_below(occupied.data_dir) == before


def test_a_recovery_key_is_written_through_no_link(
    till: CommandLine, precious: Path, tmp_path: Path
) -> None:
    """Whether the link leads somewhere or nowhere yet."""
    till.json("history")
    for number, target in enumerate((precious, tmp_path / "nowhere")):
        link = tmp_path / f"link-{number}"
        link.symlink_to(target)
        assert till.run("key", "export", "--to", str(link), stdin=PASSPHRASE).code == 64
    assert precious.read_bytes() == PRECIOUS
    assert not (tmp_path / "nowhere").exists()


# ------------------------------------------------------------------------------- the till's folder


def test_a_till_opens_in_no_folder_of_another_user(till: CommandLine, other: SecondUser) -> None:
    """He could take the journal away, put another there, and read what is not sealed."""
    folder = other.street / "shared" / "till"
    folder.parent.mkdir()
    folder.parent.chmod(0o777)
    other.does('mkdir -m 777 "$1"', folder)
    said = at(till, folder).run("history")
    assert (said.code, "belongs to another user" in said.err) == (74, True), said.err
    assert names_below(folder) == set()


def test_a_till_opens_in_no_folder_that_others_may_write_to(till: CommandLine) -> None:
    """Also where it is the till's own: what was put there meanwhile is not known."""
    till.json("history")
    till.data_dir.chmod(0o777)
    said = till.run("history")
    assert (said.code, "others may write" in said.err) == (74, True), said.err
    till.data_dir.chmod(0o700)
    till.json("history")


def test_a_till_opens_below_no_folder_that_others_may_write_to(
    till: CommandLine, other: SecondUser
) -> None:
    """They could put another in its place; where only the owner of a thing may, all is well."""
    folder = other.street / "data" / "till"
    folder.parent.mkdir()
    folder.parent.chmod(0o777)
    said = at(till, folder).run("history")
    assert (said.code, "others may write to" in said.err) == (74, True), said.err
    folder.parent.chmod(0o1777)
    at(till, folder).json("history")


@pytest.mark.parametrize("name", [LOCK_NAME, JOURNAL_NAME, KEY_FILE_NAME, "till.log", "anything"])
def test_a_till_opens_over_no_file_of_another_user(
    till: CommandLine, other: SecondUser, name: str
) -> None:
    """It was put there while the folder was open, and is his to change for ever."""
    folder = other.street / "till"
    folder.mkdir()
    folder.chmod(0o777)
    other.does('touch "$1"', folder / name)
    folder.chmod(0o700)
    said = at(till, folder).run("history")
    assert (said.code, f"{name} in the till's folder belongs" in said.err) == (74, True), said.err
    assert names_below(folder) == {name}


def test_a_look_is_kept_through_no_link(tmp_path: Path, precious: Path) -> None:
    """It is written into the till's folder like everything else."""
    folder = tmp_path / "till"
    folder.mkdir(mode=0o700)
    (folder / LOOK_NAME).symlink_to(precious)
    LookMemory(folder).keep_theme("dark")
    assert precious.read_bytes() == PRECIOUS
    assert LookMemory(folder).recall() is not None


# ----------------------------------------------------------------------------- the one way itself


def test_a_file_is_whole_under_its_name_or_not_there(tmp_path: Path) -> None:
    """For its owner alone, never over another, and without a trace of what was not finished."""
    path = tmp_path / "file"
    make_file(path, b"one", is_own=True)
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        make_file(path, b"two", is_own=True)
    make_file(path, b"three", is_own=True, may_replace=True)
    with FreshFile(tmp_path, "file") as file:
        file.write(b"never finished")
    assert path.read_bytes() == b"three"
    assert names_below(tmp_path) == {"file"}


def test_no_two_files_begin_under_the_same_name(tmp_path: Path) -> None:
    """What it is cannot be guessed."""
    with FreshFile(tmp_path, "file"), FreshFile(tmp_path, "file"):
        begun = names_below(tmp_path)
    assert len(begun) == 2
    assert all(re.fullmatch(r"\.file\.[0-9a-f]{16}-begun", name) for name in begun)


def test_a_file_goes_into_the_folder_that_was_looked_at(tmp_path: Path) -> None:
    """Also where another folder is put in its place meanwhile."""
    folder, moved = tmp_path / "folder", tmp_path / "moved"
    folder.mkdir()
    with FreshFile(folder, "file", is_own=True) as file:
        folder.rename(moved)
        folder.mkdir()
        file.write(b"one")
        file.publish("file")
    assert (names_below(folder), names_below(moved)) == (set(), {"file"})


@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP])
def test_a_disk_without_hard_links_keeps_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """As FAT is; nothing is replaced there either."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, "not here")

    monkeypatch.setattr("counterfoil.adapters.files.os.link", fail)
    make_file(tmp_path / "file", b"one", is_own=True)
    with pytest.raises(FileExistsError):
        make_file(tmp_path / "file", b"two", is_own=True)
    assert (tmp_path / "file").read_bytes() == b"one"
    assert names_below(tmp_path) == {"file"}


@pytest.mark.parametrize(
    ("number", "is_enough"), [(errno.EINVAL, True), (errno.EOPNOTSUPP, True), (errno.EIO, False)]
)
def test_a_share_that_cannot_sync_a_folder_is_told_from_one_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, is_enough: bool
) -> None:
    """A file whose name cannot be made durable loses it again, as its writer is refused."""
    sync = os.fsync

    def fail(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(number, "not here")
        sync(descriptor)

    monkeypatch.setattr("counterfoil.adapters.files.os.fsync", fail)
    with nullcontext() if is_enough else pytest.raises(OSError, match="not here"):
        make_file(tmp_path / "file", b"one", is_own=True)
    assert names_below(tmp_path) == ({"file"} if is_enough else set())


def test_a_private_folder_has_no_objection(tmp_path: Path) -> None:
    """Below folders of the system and of the same user."""
    assert objection_to(tmp_path) is None
