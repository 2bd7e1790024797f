"""Backups, the check, restoring, accepting and the key, as commands."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from counterfoil.adapters.files import UNFINISHED
from counterfoil.adapters.journal.storage.place import ANCHOR_NAME, JOURNAL_NAME
from counterfoil.domain.staff import Permission
from counterfoil_sandbox.pins import ONE_VOUCHER
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_PIN
from support.journals import raw, tampering
from support.people import SUPERVISOR_NUMBER
from support.sandboxes import lose_answers
from support.tills import CommandLine, command_line

PART = ("redeem", "--type", ONE_VOUCHER, "--field", "pin=-", "--amount", "19.00")
ACCEPT = ("journal", "accept", "--by", "Thandi", "--reason", "the disk was replaced")
PASSPHRASE = "seven small goats jump\n"


@pytest.fixture
def till(server: SandboxServer, tmp_path: Path) -> CommandLine:
    """Return the command line of a till with one paid redemption."""
    line = command_line(tmp_path, server.url)
    line.json(*PART, stdin=CANARY_PIN)
    return line


def at(till: CommandLine, folder: Path) -> CommandLine:
    """Return the command line of another folder with the same settings."""
    return replace(till, data_dir=folder)


def test_a_backup_is_made_listed_and_tried(till: CommandLine) -> None:
    """It is beside the journal unless another folder is named, and the check says what is in it."""
    check = till.json("backup", "--check")
    assert check["is_good"] is True
    assert check["counts"]["redemption"] == 1
    (listed,) = till.json("backups")
    assert (listed["path"], listed["is_whole"]) == (check["path"], True)
    assert Path(check["path"]).parent == till.data_dir / "backups"
    said = till.run("restore", "--check", check["path"])
    assert said.code == 0
    assert "redemption: 1, sale: 1" in said.out
    assert "The backup is good" in said.out
    assert "whole" in till.run("backups").out


def test_a_damaged_backup_is_said_to_be_damaged(till: CommandLine) -> None:
    """Whatever was done to it, the command leaves with 74 and a sentence."""
    path = Path(till.json("backup")["path"])
    path.write_bytes(path.read_bytes()[:-1])
    assert till.json("restore", "--check", str(path), code=74)["error"]["code"] == "backup"
    said = till.run("restore", "--check", str(path)).err
    assert said.startswith(f"The file {path.name} is not whole: ")
    assert till.json("backups", code=74)[0]["is_whole"] is False


def test_a_backup_of_an_edited_journal_is_not_called_good(till: CommandLine) -> None:
    """It opens; the journal in it is what is wrong, and it can be put back all the same."""
    with tampering(till.data_dir) as connection:
        connection.execute("UPDATE sale SET due_cents = 1")
    check = till.json("backup", "--check", code=74)
    assert (check["is_good"], len(check["findings"])) == (False, 1)
    assert "not sound" in till.run("restore", "--check", check["path"]).err
    target = till.data_dir.parent / "new"
    assert "not sound" in till.run("restore", check["path"], "--to", str(target)).err


def test_a_folder_that_is_not_there_is_refused(till: CommandLine, tmp_path: Path) -> None:
    """A disk that is not plugged in is said in words."""
    said = till.run("backup", "--to", str(tmp_path / "usb"))
    assert (said.code, "is not there" in said.err) == (74, True)
    (tmp_path / "usb").mkdir()
    till.json("backup", "--to", str(tmp_path / "usb"))
    assert len(till.json("backups", "--to", str(tmp_path / "usb"))) == 1
    assert till.json("backups") == []
    assert "No backups yet" in till.run("backups").out


@pytest.mark.parametrize("folder", ["~nobody/x", "~nobody-at-all/x"])
@pytest.mark.parametrize("section", ["backup", "printer"])
def test_a_folder_in_the_home_of_somebody_else_is_a_wrong_setting(
    server: SandboxServer, tmp_path: Path, section: str, folder: str
) -> None:
    """Said with the setting's name, before anything is opened."""
    till = command_line(
        tmp_path, server.url, f"[{section}]", f'folder = "{folder}"', has_staff=False
    )
    said = till.run("history")
    assert (said.code, f"{section}.folder" in said.err) == (64, True), said.err
    assert not till.data_dir.exists()


@pytest.mark.fault("D8")
def test_a_restored_till_sends_nothing_until_it_is_accepted(
    server: SandboxServer, tmp_path: Path
) -> None:
    """On a new machine: the key, the backup, the acceptance, and then the unknown outcome."""
    till = command_line(tmp_path, server.url)
    lose_answers(server)
    till.json(*PART, stdin=CANARY_PIN, code=2)
    backup = till.json("backup")["path"]
    recovery = str(tmp_path / "recovery.txt")
    till.json("key", "export", "--to", recovery, stdin=PASSPHRASE)
    new = at(till, tmp_path / "new")
    new.json("key", "import", recovery, stdin=PASSPHRASE)
    restored = new.json("restore", backup, "--to", str(new.data_dir))
    assert restored["set_aside"] is None
    server.board.clear()
    for command in (("recover",), ("owed",), PART):
        said = new.run(*command, stdin=CANARY_PIN)
        assert said.code == 75
        assert "put back from a backup" in said.err
    verified = new.json("journal", "verify", code=75)
    assert [one["where"] for one in verified["findings"]] == ["anchor"]
    # Who it is cannot be asked of a journal that is held, so somebody says it.
    new.json("journal", "accept", "--reason", "x", code=64)
    assert new.json(*ACCEPT)["accepted"] == ["the journal was put back from a backup"]
    (waiting,) = new.json("recover", code=2)["owed"]
    assert waiting["state"] == "unclaimed"
    assert new.json("answer", waiting["id"], "here")["state"] == "final"
    assert new.json("recover", code=0)["owed"] == []
    assert new.json("journal", "verify")["is_sound"] is True
    assert "nothing to accept" in new.run(*ACCEPT).out


def test_a_restored_journal_is_named_where_it_is(tmp_path: Path) -> None:
    """In training that is a folder inside the till's."""
    training = CommandLine(tmp_path / "till")
    backup = training.json("backup")["path"]
    new = tmp_path / "new"
    said = training.run("restore", backup, "--to", str(new))
    assert said.code == 0
    (journal,) = new.rglob(JOURNAL_NAME)
    assert f"The journal is in {journal.parent}." in said.out


def test_a_living_journal_is_only_ever_moved_aside(till: CommandLine) -> None:
    """Without the option it is refused; with it the old journal is kept, and its folder named."""
    backup = till.json("backup")["path"]
    till.json("history")
    target = str(till.data_dir)
    refused = till.run("restore", backup, "--to", target)
    assert (refused.code, "--set-aside" in refused.err) == (74, True)
    said = till.run("restore", backup, "--to", target, "--set-aside")
    assert said.code == 0
    (aside,) = till.data_dir.glob("set-aside-*")
    assert str(aside) in said.out
    assert "What is known beyond the backup: the journal ends with event" in said.out
    with raw(aside) as old:
        assert old.execute("SELECT count(*) FROM redemption").fetchone()[0] == 1
    assert till.run("history").code == 75


@pytest.mark.fault("D8")
def test_a_restore_that_was_cut_at_its_end_is_gone_on_with(till: CommandLine) -> None:
    """The journal has its name, and the one under which it began is not gone from the disk yet."""
    backup = till.json("backup")["path"]
    till.json("restore", backup, "--to", str(till.data_dir), "--set-aside")
    begun = till.data_dir / f".{JOURNAL_NAME}.0123456789abcdef{UNFINISHED}"
    begun.hardlink_to(till.data_dir / JOURNAL_NAME)
    assert till.run("history").code == 75
    assert till.json(*ACCEPT)["accepted"]
    assert not begun.exists()
    assert till.run("history").code == 0


def test_a_link_in_the_journals_place_is_refused_and_harms_nothing(till: CommandLine) -> None:
    """What it names is somebody's own file, whatever it is called."""
    journal = till.data_dir / JOURNAL_NAME
    named = journal.rename(till.data_dir / f".{JOURNAL_NAME}.real")
    journal.symlink_to(named)
    assert till.run("history").code == 74
    assert named.is_file()
    assert journal.is_symlink()


def test_what_cannot_be_meant_is_refused(till: CommandLine, tmp_path: Path) -> None:
    """Neither folder nor check, both, no reason, no key, a key that is there already."""
    backup = till.json("backup")["path"]
    till.json("restore", backup, code=64)
    till.json("restore", backup, "--check", "--to", str(tmp_path), code=64)
    till.json("journal", "accept", "--reason", " \n", code=64)
    empty = at(till, tmp_path / "empty")
    empty.json("backups", code=74)
    empty.json("restore", "--check", backup, code=74)
    assert not (tmp_path / "empty").exists() or not list((tmp_path / "empty").glob("key*"))
    recovery = tmp_path / "recovery.txt"
    for stdin in ("short\n", ""):
        said = till.run("key", "export", "--to", str(recovery), stdin=stdin)
        assert (said.code, "at least 12" in said.err) == (74, True)
    till.json("key", "export", "--to", str(recovery), stdin=PASSPHRASE)
    till.json("key", "export", "--to", str(recovery), stdin=PASSPHRASE, code=64)
    till.json("key", "export", "--to", str(tmp_path / "no" / "x"), stdin=PASSPHRASE, code=64)
    till.json("key", "import", str(recovery), stdin=PASSPHRASE, code=74)
    empty.json("key", "import", str(tmp_path / "nowhere"), stdin=PASSPHRASE, code=64)
    assert recovery.stat().st_mode & 0o777 == 0o600


@pytest.mark.fault("X5")
def test_a_deleted_journal_needs_a_supervisor(till: CommandLine) -> None:
    """The first command says so; an accepted loss begins a new journal."""
    (till.data_dir / JOURNAL_NAME).unlink()
    said = till.run("types")
    assert (said.code, "The journal is missing" in said.err) == (75, True)
    document: Any = till.json("history", code=75)
    assert document["error"]["code"] == "journal_held"
    assert len(till.json(*ACCEPT)["accepted"]) == 2
    assert till.json("history") == []


def test_a_journal_without_its_anchor_is_held(till: CommandLine) -> None:
    """Whoever takes it away hides something."""
    (till.data_dir / ANCHOR_NAME).unlink()
    assert till.run("history").code == 75


_GUARDED = {
    Permission.RESTORE: ("restore", "a-backup", "--to", "another"),
    Permission.ACCEPT_JOURNAL: ACCEPT,
    Permission.EXPORT_KEY: ("key", "export", "--to", "key.txt"),
    Permission.IMPORT_KEY: ("key", "import", "recovery.txt"),
}


@pytest.mark.parametrize(
    ("who", "code"),
    [(("--as", SUPERVISOR_NUMBER), "not_permitted"), ((), "nobody_acts")],
    ids=["a supervisor", "nobody"],
)
@pytest.mark.parametrize("permission", _GUARDED)
def test_who_may_not_look_after_the_journal_changes_nothing(
    till: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
    permission: Permission,
    who: tuple[str, ...],
    code: str,
) -> None:
    """There is no till open that could refuse, so each of these asks for its own permission."""
    monkeypatch.chdir(till.data_dir)
    (till.data_dir / "recovery.txt").write_text("not read", encoding="ascii")
    before = sorted(path.name for path in till.data_dir.rglob("*"))
    line = replace(till, has_staff=False)
    said = line.run(*_GUARDED[permission], *who, stdin=2 * PASSPHRASE, as_json=True)
    assert said.code == 1
    assert said.document["error"]["code"] == code
    assert sorted(path.name for path in till.data_dir.rglob("*")) == before
