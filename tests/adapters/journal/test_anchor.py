"""A journal that has gone back is held until a supervisor accepts it; nothing else holds one."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from counterfoil.adapters.journal.accepting import accept_journal
from counterfoil.adapters.journal.integrity import anchor as anchors
from counterfoil.adapters.journal.integrity.anchor import (
    RESTORED,
    SLOT_BYTES,
    SYNC_EVERY,
    Anchor,
    Anchors,
    find_anchors,
)
from counterfoil.adapters.journal.integrity.watch import (
    Acceptance,
    reasons_to_hold,
    record_acceptance,
)
from counterfoil.adapters.journal.opening import open_file, transaction
from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.journal.storage.events import event_of
from counterfoil.adapters.journal.storage.place import ANCHOR_NAME, JOURNAL_NAME, WAL_NAME
from counterfoil.adapters.journal.verifying import find_faults_in
from counterfoil.domain.audit import JournalAccepted
from counterfoil.domain.causes.journal import Finding, RowFault
from counterfoil.domain.failures import (
    JournalHeldError,
    JournalInputOutputError,
    JournalUnavailableError,
)
from counterfoil.domain.rows import TypesKept
from counterfoil.presentation.words import findings
from support import samples as sample
from support.journals import QUICK, accepted, lay_first_version, opened, raw, tampering
from support.memory_vault import MemoryVault
from support.samples import NOON, Samples, commit

EMPTIED = "the journal ends with event 0, and had come to event 17"


class Shelf:
    """A second place for the anchor that a test can look into, or break."""

    def __init__(self) -> None:
        self.line: str | None = None
        self.is_broken = False

    def read(self) -> str | None:
        """Return what was kept."""
        return self.line

    def write(self, line: str) -> None:
        """Keep it."""
        if self.is_broken:
            raise OSError("it cannot be written")
        self.line = line


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """Return a closed journal with two redemptions."""
    samples = Samples()
    async with opened(tmp_path / "till") as journal:
        await samples.prepared(journal)
        await sample.whole_story(journal, samples)
    return tmp_path / "till"


async def held(folder: Path, second: Shelf | None = None) -> tuple[str, ...]:
    """Return why the journal is held, having checked that holding it changed nothing."""
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    with pytest.raises(JournalHeldError) as refusal:
        async with SqliteJournal.open(folder, MemoryVault, QUICK, second):
            pytest.fail("it opened")
    after = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert after == before
    return tuple(map(findings.clause, refusal.value.findings))


async def add(folder: Path, name: str = "another") -> None:
    """Open the journal once more and write something."""
    async with opened(folder) as journal:
        await commit(journal, TypesKept(name, NOON, (sample.GIFT_CARD,)))


def old_copy(folder: Path) -> Callable[[], None]:
    """Copy the journal's file now; what is returned puts it back."""
    copy = folder.parent / "old copy"
    shutil.copy(folder / JOURNAL_NAME, copy)

    def put_back() -> None:
        shutil.copy(copy, folder / JOURNAL_NAME)

    return put_back


async def last_link(folder: Path) -> Anchor:
    """Return how far the closed journal has come."""
    with raw(folder) as connection:
        return anchors.head_of(connection)


# ------------------------------------------------------------------------------------- what holds


@pytest.mark.fault("D8")
async def test_an_old_copy_is_held(folder: Path) -> None:
    """Every row in it is authentic, and it is still not the journal (I21)."""
    put_back = old_copy(folder)
    await add(folder)
    put_back()
    (said,) = await held(folder)
    assert said == "the journal ends with event 17, and had come to event 18"
    assert await held(folder) == (said,)


@pytest.mark.fault("D8")
async def test_an_old_copy_without_a_event_less_is_held(folder: Path) -> None:
    """The count of openings tells, where nothing was written in between."""
    put_back = old_copy(folder)
    async with opened(folder):
        pass
    put_back()
    assert await held(folder) == ("the journal was opened 2 times, and had been opened 3 times",)


@pytest.mark.fault("D8")
async def test_a_fork_is_held(folder: Path, tmp_path: Path) -> None:
    """An old copy that went on elsewhere is longer than the anchor says, and another one."""
    shutil.copytree(folder, tmp_path / "elsewhere")
    await add(folder)
    for name in ("a", "b"):
        await add(tmp_path / "elsewhere", name)
    shutil.copy(tmp_path / "elsewhere" / JOURNAL_NAME, folder / JOURNAL_NAME)
    assert await held(folder) == ("event 18 is not the one that this till wrote",)


@pytest.mark.fault("D7")
async def test_commits_that_a_disk_only_pretended_to_keep_are_missed(tmp_path: Path) -> None:
    """After a power cut the journal ends before what was acknowledged; the anchor knows (D7)."""
    folder, samples = tmp_path / "till", Samples()
    async with opened(folder) as journal:
        await samples.prepared(journal)
        kept = (folder / WAL_NAME).read_bytes()
        await commit(journal, TypesKept("another", NOON, (sample.GIFT_CARD,)))
        cut = shutil.copytree(folder, tmp_path / "cut")
    (cut / WAL_NAME).write_bytes(kept)
    with pytest.raises(JournalHeldError, match=r"ends_early.*had=3"):
        async with opened(cut):
            pytest.fail("it opened")


@pytest.mark.fault("D11")
async def test_a_deleted_log_is_missed(tmp_path: Path) -> None:
    """A cleaner that takes the log of a till that was killed takes acknowledged rows (D11)."""
    folder, samples = tmp_path / "till", Samples()
    async with opened(folder):
        pass
    async with opened(folder) as journal:
        await samples.prepared(journal)
        killed = shutil.copytree(folder, tmp_path / "killed")
    (killed / WAL_NAME).unlink()
    (said,) = await held(killed)
    assert said == "the journal ends with event 0, and had come to event 2"


@pytest.mark.fault("X5")
async def test_a_journal_that_is_gone_is_missed(folder: Path) -> None:
    """No new one is begun in its place until a supervisor has said why."""
    (folder / JOURNAL_NAME).unlink()
    assert await held(folder) == ("the journal is missing",)
    assert not (folder / JOURNAL_NAME).exists()
    assert accepted(folder) == (
        "the journal is missing",
        "the journal ends with event 0, and had come to event 17",
    )
    await add(folder)


@pytest.mark.fault("X5")
async def test_a_journal_that_was_emptied_is_missed(folder: Path) -> None:
    """A file without a byte is no new journal where there was one."""
    (folder / JOURNAL_NAME).write_bytes(b"")
    assert await held(folder) == ("the journal's file is empty",)


@pytest.mark.fault("X4")
async def test_a_cut_end_is_missed(folder: Path) -> None:
    """The chain up to the cut is whole; that more was there is known outside (I19)."""
    with tampering(folder) as connection:
        connection.execute("DELETE FROM event WHERE sequence > 15")
    (said,) = await held(folder)
    assert said == "the journal ends with event 15, and had come to event 17"
    found = {(one.where, findings.what(one)) for one in find_faults_in(folder, MemoryVault, QUICK)}
    assert ("anchor", said) in found


@pytest.mark.fault("X4")
async def test_an_altered_link_at_the_end_holds_once(folder: Path) -> None:
    """It stays altered for ever and is named by every check; accepting it lets the till go on."""
    with tampering(folder) as connection:
        connection.execute("UPDATE event SET content = '[]' WHERE sequence = 9")
    assert await held(folder) == ("event 9 was altered",)
    assert accepted(folder) == ("event 9 was altered",)
    await add(folder)
    found = {(one.where, findings.what(one)) for one in find_faults_in(folder, MemoryVault, QUICK)}
    assert ("event 9", "was altered") in found
    with tampering(folder) as connection:
        connection.execute("UPDATE acceptance SET reason = 'Another'")
    assert await held(folder) == ("event 9 was altered",)


@pytest.mark.parametrize("content", [b"", b"counterfoil-anchor 1 9 9  kept ", b"\xff" * 2_000])
async def test_a_damaged_anchor_holds(folder: Path, content: bytes) -> None:
    """Whoever could make it unreadable could hide a loss behind it."""
    (folder / ANCHOR_NAME).write_bytes(content)
    assert await held(folder) == ("the anchor beside the journal is damaged or was altered",)


async def test_a_forged_anchor_holds(folder: Path) -> None:
    """It is authenticated with the journal's key."""
    path = folder / ANCHOR_NAME
    path.write_bytes(path.read_bytes().replace(b"anchor 1 2 17", b"anchor 1 2 12"))
    assert await held(folder) == ("the anchor beside the journal is damaged or was altered",)


async def test_a_missing_anchor_holds(folder: Path) -> None:
    """The journal's own count says by its mark that it has an anchor."""
    (folder / ANCHOR_NAME).unlink()
    assert await held(folder) == ("the anchor beside the journal is missing",)
    assert accepted(folder) == ("the anchor beside the journal is missing",)
    await add(folder)


async def test_the_second_place_knows_what_the_folder_does_not(tmp_path: Path) -> None:
    """A whole folder that is put back, anchor and all, is still held."""
    folder, shelf = tmp_path / "till", Shelf()
    async with SqliteJournal.open(folder, MemoryVault, QUICK, shelf) as journal:
        await Samples().prepared(journal)
    before = shutil.copytree(folder, tmp_path / "before")
    async with SqliteJournal.open(folder, MemoryVault, QUICK, shelf) as journal:
        await commit(journal, TypesKept("another", NOON, (sample.GIFT_CARD,)))
    assert await held(before, shelf) == ("the journal ends with event 2, and had come to event 3",)
    shelf.line = "something else"
    assert await held(folder, shelf) == ("the anchor in the keyring is damaged or was altered",)


# --------------------------------------------------------------------------------- what does not


async def test_an_anchor_that_was_left_behind_holds_nothing(folder: Path) -> None:
    """A power cut may lose the last moves of the anchor; the journal is then only further on."""
    before = (folder / ANCHOR_NAME).read_bytes()
    await add(folder)
    (folder / ANCHOR_NAME).write_bytes(before)
    await add(folder)


async def test_one_torn_slot_holds_nothing(folder: Path) -> None:
    """The other slot is whole, and never newer than the journal."""
    whole = (folder / ANCHOR_NAME).read_bytes()
    for start in (0, SLOT_BYTES):
        torn = bytearray(whole)
        torn[start : start + 99] = bytes(99)
        (folder / ANCHOR_NAME).write_bytes(torn)
        await add(folder)


async def test_a_start_that_was_cut_short_holds_nothing(tmp_path: Path) -> None:
    """The first anchor is there before the journal says that it has one."""
    folder = tmp_path / "till"
    folder.mkdir()
    Anchors(folder, MemoryVault()).begin(anchors.NOTHING)
    async with opened(folder) as journal:
        assert await journal.verify() == ()


async def test_a_journal_from_before_there_were_anchors_opens(tmp_path: Path) -> None:
    """An update finds no anchor, and begins one."""
    folder = tmp_path / "till"
    folder.mkdir()
    lay_first_version(folder)
    for _ in range(2):
        async with opened(folder) as journal:
            assert await journal.verify() == ()
    assert (folder / ANCHOR_NAME).exists()


async def test_a_journal_opens_without_anybody_to_watch_it(folder: Path) -> None:
    """The file alone finds its own anchor."""
    open_file(folder, MemoryVault(), QUICK).close()
    await add(folder)


async def test_an_anchor_that_cannot_be_written_stops_no_sale(folder: Path) -> None:
    """The commit is durable; the anchor is only left behind, and the next start opens."""
    shelf = Shelf()
    async with SqliteJournal.open(folder, MemoryVault, QUICK, shelf) as journal:
        shelf.is_broken = True
        (folder / ANCHOR_NAME).unlink()
        (folder / ANCHOR_NAME).mkdir()
        await commit(journal, TypesKept("another", NOON, (sample.GIFT_CARD,)))
    (folder / ANCHOR_NAME).rmdir()
    assert accepted(folder)
    await add(folder)


async def test_an_anchor_that_cannot_be_read_closes_the_till(folder: Path) -> None:
    """A disk that fails is said as such."""
    (folder / ANCHOR_NAME).unlink()
    (folder / ANCHOR_NAME).mkdir()
    with pytest.raises(JournalUnavailableError):
        find_anchors(Anchors(folder, MemoryVault()))


async def test_the_anchor_follows_every_commit(tmp_path: Path) -> None:
    """It is written at each, in two slots in turn, and synced now and then."""
    folder, samples = tmp_path / "till", Samples()
    async with opened(folder) as journal:
        for _ in range(SYNC_EVERY):
            await samples.prepared(journal)
            (found,) = Anchors(folder, MemoryVault()).find().anchors
            assert found.sequence == await journal._run(
                lambda connection: connection.execute("SELECT count(*) FROM event").fetchone()[0]
            )


# ------------------------------------------------------------------------------------- accepting


async def test_an_acceptance_is_an_event(folder: Path) -> None:
    """Who accepted what, when and why is in the chain for good (X4)."""
    put_back = old_copy(folder)
    await add(folder)
    put_back()
    assert accepted(folder, by="Thandi", reason="the disk was replaced")
    with raw(folder) as connection:
        last = connection.execute("SELECT * FROM event ORDER BY sequence DESC").fetchone()
        event = event_of(last["kind"], last["content"])
        assert isinstance(event, JournalAccepted)
        assert (event.number, event.by, event.reason) == (1, "Thandi", "the disk was replaced")
        assert event.found == ("ends_early 17 18",)
        for statement in ("UPDATE acceptance SET reason = 'x'", "DELETE FROM acceptance"):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(statement)
    assert find_faults_in(folder, MemoryVault, QUICK) == ()
    async with opened(folder) as journal:
        assert await journal.verify() == ()
        (first,) = [one for one in await journal.history(9) if one.slip_number == 1]
        assert await journal.events(first.id)


async def test_an_altered_acceptance_is_found(folder: Path) -> None:
    """So is a count of openings that somebody set."""
    (folder / ANCHOR_NAME).unlink()
    accepted(folder)
    with tampering(folder) as connection:
        connection.execute("UPDATE acceptance SET accepted_by = 'Another'")
        connection.execute("UPDATE keeper SET opened_count = 900")
    found = {(one.where, findings.what(one)) for one in find_faults_in(folder, MemoryVault, QUICK)}
    assert found == {("acceptance 1", "was altered"), ("keeper", "was altered")}


def test_what_was_accepted_in_older_words_is_known_again(folder: Path) -> None:
    """A till that is updated is not held once more by a count that was accepted before."""
    with tampering(folder) as connection:
        connection.execute("UPDATE keeper SET opened_count = 900")
    altered = Finding("keeper", RowFault.ALTERED)
    told = Finding("the count of openings", RowFault.ALTERED)
    vault = MemoryVault()
    with raw(folder) as connection:
        found = find_anchors(Anchors(folder, vault))
        assert reasons_to_hold(connection, vault, found) == (altered,)
        with transaction(connection):
            by = Acceptance(by="Thandi", reason="a test", at=NOON)
            record_acceptance(connection, vault, by, (told,))
        assert reasons_to_hold(connection, vault, found) == ()


async def test_a_sound_journal_has_nothing_to_accept(folder: Path) -> None:
    """Nothing is written of it."""
    assert accepted(folder) == ()
    with raw(folder) as connection:
        assert connection.execute("SELECT count(*) FROM acceptance").fetchone()[0] == 0


async def test_an_acceptance_must_reach_the_second_place(folder: Path) -> None:
    """Else the next start would be held by what was accepted; it is, and can be accepted again."""
    shelf = Shelf()
    async with SqliteJournal.open(folder, MemoryVault, QUICK, shelf):
        pass
    put_back = old_copy(folder)
    for _ in range(3):
        async with SqliteJournal.open(folder, MemoryVault, QUICK, shelf):
            pass
    put_back()
    (said,) = await held(folder, shelf)
    assert "been opened 6 times" in said
    shelf.is_broken = True
    acceptance = Acceptance(by="Thandi", reason="a test", at=NOON)
    with pytest.raises(JournalInputOutputError):
        accept_journal(folder, MemoryVault, acceptance, second=shelf, limits=QUICK)
    shelf.is_broken = False
    assert await held(folder, shelf)
    assert accept_journal(folder, MemoryVault, acceptance, second=shelf, limits=QUICK)
    async with SqliteJournal.open(folder, MemoryVault, QUICK, shelf):
        pass


async def test_a_restored_mark_holds_until_it_is_accepted(folder: Path) -> None:
    """However whole and new the journal is."""
    head = await last_link(folder)
    Anchors(folder, MemoryVault()).begin(
        Anchor(head.opened_count, head.sequence, head.link, RESTORED)
    )
    assert await held(folder) == ("the journal was put back from a backup",)
    assert accepted(folder) == ("the journal was put back from a backup",)
    await add(folder)
