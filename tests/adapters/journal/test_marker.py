"""A till is remembered outside its folder, so that an old or another folder is not taken for it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from counterfoil.adapters.journal.accepting import accept_journal
from counterfoil.adapters.journal.integrity.marker import MARKER_NAME, Marker
from counterfoil.adapters.journal.integrity.watch import Acceptance
from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.journal.storage.place import (
    ANCHOR_NAME,
    JOURNAL_NAME,
    LOCK_NAME,
    WAL_NAME,
)
from counterfoil.adapters.journal.storage.queries import Version
from counterfoil.adapters.system.vault import (
    KEY_FILE_NAME,
    TILL_ID_NAME,
    KeyPlace,
    KeyringAnchor,
    open_vault,
    place_of,
)
from counterfoil.domain.failures import JournalHeldError, JournalUnavailableError
from counterfoil_sandbox.pins import ONE_VOUCHER
from support.canary import CANARY_PIN
from support.journals import QUICK, lay_first_version, raw, tampering
from support.keyrings import ShelfKeyring
from support.log_witness import ExpectLog
from support.memory_vault import MemoryVault
from support.samples import NOON, Samples
from support.tills import CommandLine
from support.written_files import surprises_below

ACCEPT = ("journal", "accept", "--by", "Thandi", "--reason", "the disk was replaced")
PART = ("redeem", "--type", ONE_VOUCHER, "--field", "pin=-", "--amount", "19.00")


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the user's state folder, with nothing in it."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "counterfoil-tills"


@pytest.fixture(autouse=True)
def _umask_of_the_program() -> Iterator[None]:
    """Write as the program does."""
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.fixture
def used(till: CommandLine) -> CommandLine:
    """Return a till whose key is a file, with one paid redemption, and an old copy beside it."""
    till.json("history")
    shutil.copytree(till.data_dir, old_of(till))
    till.json(*PART, stdin=CANARY_PIN)
    return till


def old_of(till: CommandLine) -> Path:
    """Return where the old copy of a till's folder is."""
    return till.data_dir.with_name("old")


def put_back(till: CommandLine, *names: str) -> None:
    """Put files of the old copy back."""
    for name in names:
        shutil.copy(old_of(till) / name, till.data_dir / name)


def remove(folder: Path, *names: str) -> None:
    """Take files away."""
    for name in names:
        (folder / name).unlink(missing_ok=True)


def held(till: CommandLine) -> str:
    """Return what is said of a till that is held, having seen that nothing was made by it."""
    before = {path.name for path in till.data_dir.iterdir()}
    said = till.run("history")
    assert said.code == 75, (said.code, said.err)
    assert "counterfoil journal accept" in said.err
    assert {path.name for path in till.data_dir.iterdir()} - before <= {LOCK_NAME}
    return said.err


# ------------------------------------------------------------------------- what an attacker tried


def test_an_old_journal_whose_row_has_lost_its_mark_is_held(used: CommandLine) -> None:
    """A row that does not say that there was an anchor is no proof that there was none."""
    put_back(used, JOURNAL_NAME)
    remove(used.data_dir, ANCHOR_NAME, WAL_NAME)
    with tampering(used.data_dir) as connection:
        connection.execute("UPDATE keeper SET row_mac = NULL")
    said = held(used)
    assert "had come to event" in said
    assert "anchor beside the journal is missing" in said
    assert "lost its mark" in said


async def test_an_old_journal_whose_schema_was_turned_back_is_held(
    tmp_path: Path, state: Path
) -> None:
    """A version that knew of no anchors is one that this till has left behind."""
    folder = tmp_path / "till"
    folder.mkdir()
    lay_first_version(folder)
    old = (folder / JOURNAL_NAME).read_bytes()
    marker = Marker(state, folder, lambda: "file")
    async with SqliteJournal.open(folder, MemoryVault, QUICK, marker=marker) as journal:
        await Samples(iter(range(1_000, 2_000))).prepared(journal)
    (folder / JOURNAL_NAME).write_bytes(old)
    remove(folder, ANCHOR_NAME, WAL_NAME)
    with pytest.raises(JournalHeldError, match="ends_early"):
        async with SqliteJournal.open(folder, MemoryVault, QUICK, marker=marker):
            pytest.fail("it opened")
    with raw(folder) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == Version(1, 0).number


def test_a_till_that_has_lost_its_journal_and_its_anchor_is_held(used: CommandLine) -> None:
    """No new one is begun beside the key."""
    remove(used.data_dir, JOURNAL_NAME, WAL_NAME, ANCHOR_NAME)
    assert "The journal is missing." in held(used)
    assert not (used.data_dir / JOURNAL_NAME).exists()


def test_an_emptied_folder_begins_no_new_till(used: CommandLine) -> None:
    """Until a supervisor has said why; no key is made before."""
    for path in (*used.data_dir.rglob("*.backup"), *used.data_dir.iterdir()):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert "The journal is missing." in held(used)
    assert {path.name for path in used.data_dir.iterdir()} <= {LOCK_NAME}
    shutil.rmtree(used.data_dir)
    said = used.run("history")
    assert (said.code, "The journal is missing." in said.err) == (75, True)
    assert set(used.json(*ACCEPT)["accepted"]) == {
        "the journal is missing",
        "the key is not the one that this till had",
    }
    assert used.json("history") == []
    assert used.json("journal", "verify")["is_sound"] is True


def test_an_old_folder_that_is_put_back_whole_is_held(used: CommandLine) -> None:
    """Anchor and all; what lies elsewhere knows that there was more."""
    shutil.rmtree(used.data_dir)
    shutil.copytree(old_of(used), used.data_dir)
    assert "had come to event" in held(used)
    verified = used.json("journal", "verify", code=75)
    assert {one["where"] for one in verified["findings"]} == {"anchor"}


def test_another_till_in_the_same_folder_is_held(used: CommandLine, tmp_path: Path) -> None:
    """With a key, a journal and an anchor of its own it is sound, and still not this one."""
    forged = CommandLine(tmp_path / "forged", used.settings)
    forged.json("history")
    shutil.rmtree(used.data_dir)
    shutil.copytree(forged.data_dir, used.data_dir)
    assert "The key is not the one that this till had." in held(used)


async def test_a_key_file_does_not_take_the_place_of_the_keyring(
    tmp_path: Path, state: Path
) -> None:
    """Whoever plants one chooses neither the key nor which anchors are looked at."""
    folder, shelf, other = tmp_path / "till", ShelfKeyring(), tmp_path / "other"

    def opening(folder: Path) -> AbstractAsyncContextManager[SqliteJournal]:
        return SqliteJournal.open(
            folder,
            lambda: open_vault(KeyPlace.AUTO, folder, shelf).vault,
            QUICK,
            KeyringAnchor(KeyPlace.AUTO, folder, shelf),
            Marker(state, folder, lambda: place_of(folder)),
        )

    async with opening(folder) as journal:
        await Samples().prepared(journal)
    open_vault(KeyPlace.FILE, other)
    shutil.copy(other / KEY_FILE_NAME, folder)
    for gone in ((), (TILL_ID_NAME,), (TILL_ID_NAME, JOURNAL_NAME, WAL_NAME, ANCHOR_NAME)):
        remove(folder, *gone)
        with pytest.raises(JournalHeldError, match="key_file_appeared"):
            async with opening(folder):
                pytest.fail("it opened")
    assert not (folder / JOURNAL_NAME).exists()


def test_two_keys_in_one_folder_are_refused_where_nothing_is_remembered(tmp_path: Path) -> None:
    """The till makes only one of them."""
    open_vault(KeyPlace.FILE, tmp_path)
    (tmp_path / TILL_ID_NAME).write_text("any")
    with pytest.raises(JournalHeldError, match="two_keys"):
        open_vault(KeyPlace.AUTO, tmp_path, ShelfKeyring())


@pytest.mark.parametrize("content", ["[", '{"folder": "", "key_in": "x", "key_id": ""}'])
def test_a_damaged_marker_holds(used: CommandLine, state: Path, content: str) -> None:
    """Whoever could make it unreadable could hide a loss behind it."""
    (marker,) = state.rglob(MARKER_NAME)
    marker.write_text(content)
    assert "remembered of this till outside its folder is damaged" in held(used)
    assert used.json(*ACCEPT)["accepted"]
    assert len(used.json("history")) == 1


def test_a_marker_without_its_anchor_holds(used: CommandLine, state: Path) -> None:
    """So does one whose anchor was written with another key."""
    (anchor,) = state.rglob(ANCHOR_NAME)
    content = anchor.read_bytes()
    anchor.unlink()
    assert "in the user's state folder is damaged" in held(used)
    anchor.write_bytes(content.replace(b"anchor 1 4 ", b"anchor 1 1 "))
    assert "in the user's state folder is damaged" in held(used)


async def test_an_old_copy_from_before_a_power_cut_is_held(tmp_path: Path, state: Path) -> None:
    """What is remembered moves on with each commit, and not only when the till is closed."""
    folder, samples = tmp_path / "till", Samples()
    marker = Marker(state, folder, lambda: "file")
    async with SqliteJournal.open(folder, MemoryVault, QUICK, marker=marker) as journal:
        await samples.prepared(journal)
        before = shutil.copytree(folder, tmp_path / "before")
        await samples.prepared(journal)
        after = shutil.copytree(state, tmp_path / "state at the cut")
    for name in (folder, state):
        shutil.rmtree(name)
    shutil.copytree(before, folder)
    shutil.copytree(after, state)
    with pytest.raises(JournalHeldError, match=r"ends_early.*had=4"):
        async with SqliteJournal.open(folder, MemoryVault, QUICK, marker=marker):
            pytest.fail("it opened")


# ------------------------------------------------------------------------------ what does not hold


def test_a_till_of_the_version_before_opens_and_is_remembered(
    used: CommandLine, state: Path
) -> None:
    """It has an anchor and no marker."""
    shutil.rmtree(state)
    assert len(used.json("history")) == 1
    assert len(list(state.rglob(MARKER_NAME))) == 1
    remove(used.data_dir, ANCHOR_NAME)
    assert "is missing" in held(used)


def test_a_marker_is_for_its_user_alone(used: CommandLine, state: Path) -> None:
    """It lies outside the till's folder, and holds no secret."""
    (folder,) = state.iterdir()
    assert list(surprises_below(folder)) == []
    assert {path.name for path in folder.iterdir()} == {MARKER_NAME, ANCHOR_NAME}
    text = (folder / MARKER_NAME).read_text()
    assert str(used.data_dir) in text
    assert (used.data_dir / KEY_FILE_NAME).read_text().strip() not in text


def test_a_folder_that_was_moved_on_purpose_opens(used: CommandLine, tmp_path: Path) -> None:
    """It goes by its new path; what is known at the old one is that a till was there."""
    moved = CommandLine(used.data_dir.rename(tmp_path / "moved"), used.settings)
    assert len(moved.json("history")) == 1
    used.data_dir.mkdir()
    assert "The journal is missing." in held(used)


def test_a_folder_for_practice_may_be_thrown_away(tmp_path: Path) -> None:
    """It holds no money. As long as something of it is there, it is watched as in earnest."""
    practice = CommandLine(tmp_path / "till")
    for _ in range(2):
        assert practice.json("history") == []
        shutil.rmtree(practice.data_dir)
    practice.json("history")
    remove(practice.data_dir / "training", JOURNAL_NAME, ANCHOR_NAME)
    assert practice.run("history").code == 75


def test_a_till_without_a_place_for_its_marker_sells_on(
    till: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expect_log: ExpectLog
) -> None:
    """Its log says so at each start; the anchor beside the journal still watches."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    words = "nothing is remembered of this till outside its folder"
    for _ in range(2):
        expect_log("counterfoil.till", words)
        till.json("history")
    assert words in (till.data_dir / "till.log").read_text()
    expect_log("counterfoil.till", words)
    remove(till.data_dir, ANCHOR_NAME)
    till.json(*ACCEPT)
    till.json("history")


def test_what_is_accepted_is_remembered(used: CommandLine) -> None:
    """The next start is not held by it again."""
    put_back(used, JOURNAL_NAME)
    remove(used.data_dir, ANCHOR_NAME, WAL_NAME)
    held(used)
    assert used.json(*ACCEPT)["accepted"]
    assert used.json("history") == []
    assert used.json("journal", "verify")["is_sound"] is True


async def test_an_acceptance_must_reach_what_is_remembered(tmp_path: Path, state: Path) -> None:
    """Else the next start would be held by what was accepted."""
    folder = tmp_path / "till"
    marker = Marker(state, folder, lambda: "file")
    async with SqliteJournal.open(folder, MemoryVault, QUICK, marker=marker):
        pass
    old = (folder / JOURNAL_NAME).read_bytes()
    for _ in range(3):
        async with SqliteJournal.open(folder, MemoryVault, QUICK, marker=marker):
            pass
    (folder / JOURNAL_NAME).write_bytes(old)
    remove(folder, ANCHOR_NAME, WAL_NAME)
    (home,) = state.iterdir()
    home.chmod(0o777)
    acceptance = Acceptance(by="Thandi", reason="a test", at=NOON)
    with pytest.raises(JournalUnavailableError):
        accept_journal(folder, MemoryVault, acceptance, marker=marker, limits=QUICK)
    home.chmod(0o700)
    with pytest.raises(JournalHeldError):
        async with SqliteJournal.open(folder, MemoryVault, QUICK, marker=marker):
            pytest.fail("it opened")
    assert accept_journal(folder, MemoryVault, acceptance, marker=marker, limits=QUICK)
    async with SqliteJournal.open(folder, MemoryVault, QUICK, marker=marker):
        pass


# ------------------------------------------------------------------------------------ missing rows

# ruff: noqa: S608 - the names of tables come from this file


@pytest.mark.parametrize(
    "table",
    ["keeper", "sale", "redemption", "attempt", "print_job", "event", "kept_types"],
)
def test_a_missing_row_ends_in_words(used: CommandLine, state: Path, table: str) -> None:
    """Whatever was taken away, and whoever asks: never in a failure that nobody foresaw."""
    (paid,) = used.json("history")
    with tampering(used.data_dir) as connection:
        connection.execute(f"DELETE FROM {table}")
    shutil.rmtree(state)
    show = ("show", paid["reference"])
    for command in (("recover",), ("journal", "verify"), ACCEPT, show, ("recover",), PART):
        said = used.run(*command, stdin=CANARY_PIN)
        assert "Error)" not in said.err, (command, said.err)


def test_a_redemption_that_is_gone_is_held(used: CommandLine) -> None:
    """The chain tells of it, and the next one would get its slip number."""
    with tampering(used.data_dir) as connection:
        connection.execute("DELETE FROM redemption")
    assert "The redemption of slip 1 is missing." in held(used)


def test_a_till_whose_count_of_openings_is_gone_is_held(used: CommandLine, state: Path) -> None:
    """With it went the mark that says that there is an anchor."""
    with tampering(used.data_dir) as connection:
        connection.execute("DELETE FROM keeper")
    shutil.rmtree(state)
    assert "The row that counts the openings is missing." in held(used)
    found = used.json("journal", "verify", code=74)["findings"]
    assert ("keeper", "is missing") in {(one["where"], one["what"]) for one in found}
    with raw(used.data_dir) as connection:
        assert connection.execute("SELECT count(*) FROM keeper").fetchone()[0] == 0


def test_an_altered_count_of_openings_is_held(used: CommandLine) -> None:
    """It is a row like any other."""
    with tampering(used.data_dir) as connection:
        connection.execute("UPDATE keeper SET opened_count = 900")
    assert "The count of openings was altered." in held(used)


def test_without_a_key_in_the_folder_nothing_is_remembered(tmp_path: Path) -> None:
    """There is nothing that could be told from another key later."""
    marker = Marker(tmp_path / "state", tmp_path / "till", lambda: None)
    marker.remember("0011aabb")
    assert not marker.is_known
