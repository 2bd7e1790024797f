"""Dropping a key: only of what is over, lawful in the chain, and gone from every byte."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.building import ADVISED, KEYED, Mix, finished_sale, open_vault
from counterfoil.adapters.journal.backup.backup_file import opened_backup
from counterfoil.adapters.journal.backups import BackupChoice, SealedBackups
from counterfoil.adapters.journal.integrity.audit import find_faults
from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.journal.storage.place import JOURNAL_NAME
from counterfoil.adapters.journal.storage.row_keys import PAD_BYTES, padded
from counterfoil.domain.audit import SecretsShredded as ShreddedEvent
from counterfoil.domain.causes.journal import RowFault
from counterfoil.domain.failures import (
    JournalUnavailableError,
    SecretsShreddedError,
    StaleChangeError,
)
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.rows import PrintQueued, RedemptionChanged, SecretsShredded
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.states import RedemptionState
from counterfoil.ports.journal import Journal
from counterfoil.ports.vault import Vault
from support.journals import QUICK, lay_version, opened, raw, tampering
from support.memory_vault import MemoryVault
from support.samples import Samples, commit, later, paper, stored, whole_story

S = RedemptionState
MACHINE = "machine"
WHEN = later(9)
FRAGMENT = 16
"""So many bytes of a key give it away."""


async def shredded(journal: Journal, redemption: Redemption) -> Redemption:
    """Shred a redemption, and return it as it is then."""
    await commit(journal, SecretsShredded(redemption.id, WHEN, MACHINE))
    return await stored(journal, redemption.id)


async def test_what_is_over_loses_its_key_and_nothing_else(tmp_path: Path) -> None:
    """Of the phone number three digits stay, and all else is to the letter; it is on record."""
    async with opened(tmp_path) as journal:
        story = await whole_story(journal, Samples())
        assert await journal.verify() == ()
        gone = await shredded(journal, story)
        assert gone == replace(story, sms_to="*** 463", shredded_at=WHEN)
        for read in (journal.request, journal.change, journal.last_answer):
            with pytest.raises(SecretsShreddedError) as refused:
                await read(story.id)
            assert refused.value.at == WHEN
        last = (await journal.events(story.id))[-1]
        assert (last.event, last.at) == (ShreddedEvent(by=MACHINE), WHEN)
        assert await journal.verify() == ()
        assert (await journal.check_some(await journal.place_at(0))).damages == ()
    async with opened(tmp_path) as journal:
        assert await journal.verify() == ()
        with pytest.raises(StaleChangeError):
            await shredded(journal, story)


@pytest.mark.parametrize("state", [one for one in S if one not in {S.FINAL, S.RESOLVED}])
async def test_only_what_is_over_is_shredded(tmp_path: Path, state: RedemptionState) -> None:
    """What is not decided, is owed or waits for a person keeps all that it may need."""
    is_over = state in {S.DECLINED, S.ABANDONED, S.REVERSED, S.REVERSED_UNVERIFIED}
    async with opened(tmp_path) as journal:
        one = await Samples().in_state(journal, state)
        if is_over:
            assert (await shredded(journal, one)).shredded_at == WHEN
        else:
            with pytest.raises(StaleChangeError):
                await shredded(journal, one)
            assert await journal.request(one.id)
        (found,) = (await journal.holdings(0)).found or (None,)
        assert (found is None) == is_over
        assert found is None or not found.is_over
        assert await journal.verify() == ()


async def test_a_slip_that_nobody_has_confirmed_keeps_its_key(tmp_path: Path) -> None:
    """Nor one of which a paper is under way: the customer has nothing in hand yet."""
    samples = Samples()
    async with opened(tmp_path) as journal:
        for state in (S.FINAL, S.RESOLVED):
            unconfirmed = await samples.in_state(journal, state)
            with pytest.raises(StaleChangeError):
                await shredded(journal, unconfirmed)
        story = await whole_story(journal, samples)
        await commit(
            journal, PrintQueued(replace(paper(story), number=2, kind=SlipKind.COPY, copy_number=1))
        )
        with pytest.raises(StaleChangeError):
            await shredded(journal, story)
        one, settled, other = (await journal.holdings(0)).found
        for held in (one, settled):
            assert (held.is_over, held.is_slip_confirmed) == (True, False)
        assert (other.is_over, other.is_slip_confirmed) == (False, True)


_UNLAWFUL: dict[str, str] = {
    "row key": "UPDATE redemption SET row_key = x''",
    "all at once": "UPDATE redemption SET row_key = x'', shredded_at = 1, sms_to = '*** 463'",
    "pad": "UPDATE key_pad SET pad = zeroblob(32)",
    "pad away": "DELETE FROM key_pad",
}


@pytest.mark.parametrize("how", _UNLAWFUL)
@pytest.mark.fault("X4")
async def test_a_key_that_somebody_drops_is_found(tmp_path: Path, how: str) -> None:
    """The file refuses it to whoever leaves its guards; whoever takes them away leaves a trace."""
    async with opened(tmp_path) as journal:
        await Samples().in_state(journal, S.FINAL)
    with raw(tmp_path) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(_UNLAWFUL[how])
    with tampering(tmp_path) as connection:
        connection.execute(_UNLAWFUL[how])
    async with opened(tmp_path) as journal:
        assert await journal.verify()


async def test_a_key_that_is_put_back_is_found(tmp_path: Path) -> None:
    """An older copy of the row is not as its last event left it, and its pad is named."""
    async with opened(tmp_path) as journal:
        story = await whole_story(journal, Samples())
    with raw(tmp_path) as connection:
        (row,) = connection.execute("SELECT * FROM redemption").fetchall()
        (pad,) = connection.execute("SELECT pad FROM key_pad").fetchone()
    async with opened(tmp_path) as journal:
        await shredded(journal, story)
    with tampering(tmp_path) as connection:
        connection.execute("UPDATE key_pad SET pad = ?", (pad,))
    async with opened(tmp_path) as journal:
        assert [one.problem.value for one in await journal.verify()] == ["key_left"]
    with tampering(tmp_path) as connection:
        columns = ("sms_to", "row_key", "shredded_at", "row_mac")
        sets = ", ".join(f"{name} = :{name}" for name in columns)
        values = {name: row[name] for name in columns}
        connection.execute(f"UPDATE redemption SET {sets}", values)  # noqa: S608 - of names
    async with opened(tmp_path) as journal:
        assert "old" in [one.problem.value for one in await journal.verify()]


# --------------------------------------------------------------------------------------- bytes


async def lived(folder: Path, mix: Mix, sales: int, width: int) -> list[bytes]:
    """Sell, several at a time so that rows grow between others; return a part of each key."""
    keys: list[bytes] = []

    def watched() -> Vault:
        vault = open_vault()
        make = vault.new_row_key

        def new_row_key(row_id: str) -> bytes:
            keys.append(make(row_id))
            return keys[-1]

        vault.new_row_key = new_row_key  # type: ignore[method-assign]  # each key is kept
        return vault

    async with SqliteJournal.open(folder, watched, QUICK) as journal:
        await journal._finish(lambda: _unsynced(journal))
        for first in range(1, sales + 1, width):
            numbers = range(first, first + width)
            several = [iter(list(finished_sale(one, mix))) for one in numbers]
            for one in several:
                await journal.commit([next(one), next(one)])
            several.reverse()
            while several:
                for one in list(several):
                    if (row := next(one, None)) is None:
                        several.remove(one)
                    else:
                        await journal.commit([row])
    return [key[-FRAGMENT:] for key in keys]


def _unsynced(journal: SqliteJournal) -> None:
    """Wait for no disk: many commits are made, and no power is cut."""
    assert journal._connection is not None
    journal._connection.execute("PRAGMA synchronous=OFF")


def pads_of(folder: Path) -> list[bytes]:
    """Return all pads that lie in a closed journal."""
    with closing(sqlite3.connect(folder / JOURNAL_NAME)) as connection:
        return [bytes(pad) for (pad,) in connection.execute("SELECT pad FROM key_pad")]


def everything_in(folder: Path) -> bytes:
    """Return the bytes of every file of a folder, also of an open journal."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


async def shred_all(journal: SqliteJournal) -> int:
    """Shred all that may be."""
    after: int | None = 0
    done = 0
    while after is not None:
        part = await journal.holdings(after)
        rows = tuple(SecretsShredded(one.redemption.id, WHEN, MACHINE) for one in part.found)
        await journal.commit(rows)
        done, after = done + len(rows), part.next_after
    await journal.forget()
    return done


@pytest.mark.timeout(120)
@pytest.mark.parametrize("mix", [KEYED, ADVISED], ids=lambda one: str(one.name))
async def test_no_byte_of_a_dropped_key_stays_in_any_file(tmp_path: Path, mix: Mix) -> None:
    """Not in the journal, its log or a backup made since, with the real vault; so no text opens.

    Rows that grew between others have left copies of themselves in the file, pads have not.
    """
    till, backups = tmp_path / "till", tmp_path / "backups"
    backups.mkdir()
    fragments = await lived(till, mix, sales=54, width=18)
    pads = pads_of(till)
    assert all(pad in everything_in(till) for pad in pads), "the control: they are there before"
    assert not any(part in everything_in(till) for part in fragments), "no key lies there whole"
    async with SqliteJournal.open(till, open_vault, QUICK) as journal:
        made = SealedBackups(journal, BackupChoice(backups))
        old = await made.make_file(datetime(2026, 6, 1, tzinfo=UTC))
        assert await shred_all(journal) == len(pads)
        there = everything_in(till)
        assert not any(pad[:FRAGMENT] in there or pad[-FRAGMENT:] in there for pad in pads)
        new = await made.make_file(datetime(2026, 6, 2, tzinfo=UTC))
        assert await journal.verify() == ()
    for path, holds in ((old, True), (new, False)):
        with opened_backup(path, open_vault(), tmp_path) as backup:
            content = b"".join(backup.copy.parts())
        assert all((pad in content) == holds for pad in pads)
    there = everything_in(till)
    assert not any(pad[:FRAGMENT] in there or pad[-FRAGMENT:] in there for pad in pads)


@pytest.mark.timeout(120)
async def test_a_key_in_its_row_would_leave_copies(tmp_path: Path) -> None:
    """The control, and why half of a key lies apart: rows that are laid elsewhere stay behind."""
    await lived(tmp_path, ADVISED, sales=54, width=18)
    with closing(sqlite3.connect(tmp_path / JOURNAL_NAME)) as connection:
        found = connection.execute("SELECT row_key FROM redemption").fetchall()
    content = (tmp_path / JOURNAL_NAME).read_bytes()
    assert sum(content.count(key) for (key,) in found) > len(found)


def test_a_pad_hides_the_end_of_a_key_and_shows_it_again() -> None:
    """Twice is as before."""
    key, pad = bytes(range(61)), bytes(range(7, 7 + PAD_BYTES))
    hidden = padded(key, pad)
    assert hidden[:29] == key[:29]
    assert not any(one == other for one, other in zip(hidden[29:], key[29:], strict=True))
    assert padded(hidden, pad) == key


# ------------------------------------------------------------------------------- older journals


@pytest.mark.parametrize("version", ["1.0", "1.2", "1.6", "2.1", "3.0"])
async def test_an_older_journal_can_be_shredded_too(tmp_path: Path, version: str) -> None:
    """Its keys lie in its rows: they are nowhere afterwards, and the rest still verifies."""
    lay_version(tmp_path, version)
    with raw(tmp_path) as connection:
        keys = dict(connection.execute("SELECT slip_number, row_key FROM redemption").fetchall())
    async with opened(tmp_path) as journal:
        assert await journal.verify() == ()
        found = [one for one in (await journal.holdings(0)).found if one.is_over]
        due = [one.redemption for one in found if one.is_slip_confirmed]
        assert due, "something in it is over"
        for one in due:
            assert (await shredded(journal, one)).change == one.change
        await journal.forget()
        assert await journal.verify() == ()
        content = (tmp_path / JOURNAL_NAME).read_bytes()
        assert not any(bytes(keys[one.slip_number]) in content for one in due)
        kept = keys.keys() - {one.slip_number for one in due}
        assert all(bytes(keys[number]) in content for number in kept), "the control"


async def test_a_change_of_what_was_read_before_it_was_shredded_is_refused(
    tmp_path: Path,
) -> None:
    """Somebody read it, and its key was dropped before they wrote."""
    async with opened(tmp_path) as journal:
        story = await whole_story(journal, Samples())
        await shredded(journal, story)
        late = replace(story, state=S.REVERSING)
        with pytest.raises(StaleChangeError):
            await commit(journal, RedemptionChanged(S.FINAL, late, WHEN))


async def test_a_key_that_is_left_in_a_shredded_row_is_found(tmp_path: Path) -> None:
    """Its row and the chain say that it is gone."""
    async with opened(tmp_path) as journal:
        await shredded(journal, await whole_story(journal, Samples()))
    with tampering(tmp_path) as connection:
        connection.execute("UPDATE key_pad SET pad = ?", (b"k" * PAD_BYTES,))
    async with opened(tmp_path) as journal:
        found = {one.problem for one in await journal.verify()}
        assert RowFault.KEY_LEFT in found


async def test_an_altered_redemption_is_left_out_of_what_is_held_and_compared(
    tmp_path: Path,
) -> None:
    """It is not trusted to say how old it is, or what it took."""
    async with opened(tmp_path) as journal:
        await whole_story(journal, Samples())
    with tampering(tmp_path) as connection:
        connection.execute("UPDATE redemption SET cashier = 'Nobody'")
    async with opened(tmp_path) as journal:
        assert (await journal.holdings(0)).found == ()
        assert await journal.bookings("moment", 0, 99) == ()


async def test_a_log_that_cannot_be_cut_is_told(tmp_path: Path) -> None:
    """What was dropped may lie there still."""
    async with opened(tmp_path) as journal:
        connection = journal._connection
        assert connection is not None
        spoilt = tmp_path / "spoilt"
        spoilt.write_bytes(b"no database" * 400)
        journal._connection = sqlite3.connect(spoilt, check_same_thread=False)
        with pytest.raises(JournalUnavailableError):
            await journal.forget()
        journal._connection.close()
        journal._connection = connection


async def test_a_row_that_says_it_was_shredded_and_was_not_is_found(tmp_path: Path) -> None:
    """The chain tells of each key that is dropped."""
    async with opened(tmp_path) as journal:
        await shredded(journal, await whole_story(journal, Samples()))
    with tampering(tmp_path) as connection:
        connection.execute(
            """UPDATE event SET kind = 12, content = '["goods_returned","N"]' WHERE kind = 31"""
        )
        found = {one.problem for one in find_faults(connection, MemoryVault())}
    assert RowFault.SHREDDING_UNTOLD in found
