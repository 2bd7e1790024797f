"""Whoever changes the journal's file behind the till's back is found, and the row is named."""

import gc
import shutil
import sqlite3
import tracemalloc
from contextlib import closing
from pathlib import Path

import pytest

from bench.building import KEYED, MIXED, finished_sale
from counterfoil.adapters.journal.integrity import audit
from counterfoil.adapters.journal.integrity.audit import find_faults
from counterfoil.adapters.journal.storage.codecs import id_text
from counterfoil.adapters.journal.storage.place import JOURNAL_NAME
from counterfoil.adapters.journal.storage.queries import Version
from counterfoil.adapters.journal.verifying import find_faults_in
from counterfoil.domain.causes.journal import Finding, RowFault
from counterfoil.domain.failures import (
    JournalCorruptError,
    JournalHeldError,
    JournalUnavailableError,
)
from counterfoil.domain.rows import RedemptionChanged, SaleClosed, TypesKept
from counterfoil.domain.sale import SaleEnding
from counterfoil.domain.states import RedemptionState
from counterfoil.presentation.words import findings
from support import samples as sample
from support.canary import CANARY_CHANGE_PIN, CANARY_PIN, names_in_bytes
from support.journals import QUICK, accepted, lay_first_version, opened, raw, tampering
from support.memory_vault import MemoryVault
from support.samples import NOON, Samples, commit, moved

S = RedemptionState


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """Return a closed journal: redemption 200-000 with all its rows, others, and kept types."""
    samples = Samples()
    async with opened(tmp_path / "till") as journal:
        await sample.whole_story(journal, samples)
        for state in (S.INFLIGHT, S.FINAL, S.ATTENTION):
            await samples.in_state(journal, state)
        await commit(journal, TypesKept("moment", NOON, (sample.GIFT_CARD,)))
    return tmp_path / "till"


def faults(folder: Path) -> set[str]:
    """Return what is found, and where."""
    found = find_faults_in(folder, MemoryVault, QUICK)
    return {findings.line(finding) for finding in found}


OTHERS = "currency, due_cents, opened_at, state, customer, customer_at, closed_as, row_mac"
"""The columns of a sale without its key."""
EDITS = [
    ("UPDATE sale SET due_cents = 1 WHERE id = 'sale-1'", {"sale sale-1: was altered"}),
    (
        "UPDATE redemption SET redeemed_cents = 1 WHERE slip_number = 1",
        {"redemption 200-000: was altered"},
    ),
    (
        "UPDATE redemption SET cashier = 'Another' WHERE slip_number = 1",
        {"redemption 200-000: was altered"},
    ),
    (
        "UPDATE redemption SET change_sealed = request_sealed WHERE slip_number = 1",
        {"redemption 200-000: was altered"},
    ),
    (
        "UPDATE redemption SET row_mac = zeroblob(32) WHERE slip_number = 1",
        {"redemption 200-000: was altered"},
    ),
    (
        "UPDATE redemption SET state = 'declined' WHERE slip_number = 2",
        {
            "redemption 400-000: was altered",
            "redemption 400-000: its state is not where its moves lead",
        },
    ),
    (
        "UPDATE redemption SET is_slip_finished = 1 WHERE slip_number = 3",
        {"redemption 600-000: says otherwise than its papers whether its slip came out"},
    ),
    (
        "UPDATE redemption SET is_slip_finished = 0 WHERE slip_number = 1",
        {"redemption 200-000: says otherwise than its papers whether its slip came out"},
    ),
    (
        "UPDATE attempt SET outcome = 'declined' WHERE number = 2",
        {"attempt 2 of 200-000: was altered"},
    ),
    (
        "UPDATE attempt SET body_sealed = x'00' WHERE number = 1",
        {"attempt 1 of 200-000: was altered"},
    ),
    ("UPDATE print_job SET queued_by = 'Another'", {"paper 1 of 200-000: was altered"}),
    (
        "UPDATE print_job SET state = 'sent'",
        {
            "paper 1 of 200-000: was altered",
            "paper 1 of 200-000: its state is not where its moves lead",
            "redemption 200-000: says otherwise than its papers whether its slip came out",
        },
    ),
    ("UPDATE kept_types SET types = '[]'", {"types of moment: was altered"}),
    (
        "UPDATE event SET content = '[]' WHERE sequence = 5",
        {"event 5: was altered", "attempt 1 of 200-000: is not as its last event left it"},
    ),
    (
        (
            "INSERT INTO event SELECT 29, at_us, slip_number, kind, content, row_mac, link"
            " FROM event WHERE sequence = 1"
        ),
        {"event 29: was altered", "sale sale-1: is not as its last event left it"},
    ),
    (
        "UPDATE event SET slip_number = 2 WHERE sequence = 5",
        {
            "event 5: was altered",
            "attempt 1 of 200-000: is not as its last event left it",
        },
    ),
    (
        "DELETE FROM event WHERE sequence = 5",
        {
            "event 5: is missing",
            "attempt 1 of 200-000: is not as its last event left it",
        },
    ),
    (
        """UPDATE event SET content = '["\\ud800","ZAR"]' WHERE kind = 1 AND content LIKE '%-7%'""",
        {
            "event 24: was altered",
            "sale \ud800: is missing",
            "sale sale-7: was never written by this till",
        },
    ),
    ("DELETE FROM attempt WHERE number = 2", {"attempt 2 of 200-000: is missing"}),
    ("DELETE FROM kept_types", {"types of moment: is missing"}),
    (
        "DELETE FROM sale WHERE id = 'sale-3'",
        {"sale sale-3: is missing", "table redemption: refers to a row that is missing"},
    ),
    (
        "DELETE FROM event WHERE kind = 1 AND content LIKE '%sale-7%'",
        {"event 24: is missing", "sale sale-7: was never written by this till"},
    ),
    (
        f"INSERT INTO sale SELECT 9, 'sale-9', {OTHERS} FROM sale LIMIT 1",  # noqa: S608 - fixed
        {"sale sale-9: was altered"},
    ),
    (
        "UPDATE sale SET id = 5 WHERE id = 'sale-7'",
        {
            "sale 5: was altered",
            "sale sale-7: is missing",
            "table redemption: refers to a row that is missing",
        },
    ),
    ("UPDATE redemption SET id = 5.5 WHERE slip_number = 2", {"redemption 400-000: was altered"}),
    ("UPDATE sale SET sequence = 20 - sequence", set()),
]


@pytest.mark.parametrize(("statement", "expected"), EDITS, ids=[edit for edit, _ in EDITS])
async def test_an_edit_is_found_and_named(folder: Path, statement: str, expected: set[str]) -> None:
    """Each kind of row is edited or deleted by somebody who took the triggers away first (X4)."""
    with tampering(folder) as connection:
        connection.execute(statement)
    assert faults(folder) == expected


async def test_a_deleted_redemption_is_missed(folder: Path) -> None:
    """Its events, moves and other rows still speak of it."""
    with tampering(folder) as connection:
        connection.execute("DELETE FROM redemption WHERE slip_number = 4")
    found = faults(folder)
    assert "redemption 800-000: is missing" in found
    assert "table event: refers to a row that is missing" in found


async def test_a_second_copy_of_a_sale_is_found(tmp_path: Path) -> None:
    """Its mark is true: an id says the same as bytes and as older journals kept it."""
    async with opened(tmp_path) as journal:
        await journal.commit(list(finished_sale(1, KEYED)))
    with tampering(tmp_path) as connection:
        (kept,) = connection.execute("SELECT id FROM sale").fetchone()
        connection.execute(
            f"INSERT INTO sale SELECT 2, ?, {OTHERS} FROM sale",  # noqa: S608 - fixed
            (id_text(kept),),
        )
    assert faults(tmp_path) == {f"sale {id_text(kept)}: was never written by this till"}


@pytest.mark.many_runs
async def test_a_journal_of_any_size_is_checked_in_the_same_memory(tmp_path: Path) -> None:
    """One redemption after the other, and never all: of ten times as many it holds no more."""
    peaks = []
    for first, last in ((1, 30), (31, 300)):
        async with opened(tmp_path) as journal:
            rows = [row for one in range(first, last + 1) for row in finished_sale(one, MIXED)]
            await journal.commit(rows)
        assert faults(tmp_path) == set()
        gc.collect()
        tracemalloc.start()
        assert faults(tmp_path) == set()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.1


async def test_two_swapped_answers_are_found(folder: Path) -> None:
    """Sealed fields do not open in each other's place, and the rows no longer match."""
    with tampering(folder) as connection:
        bodies = [row[0] for row in connection.execute("SELECT body_sealed FROM attempt")]
        for number, body in zip((2, 1), bodies, strict=True):
            connection.execute(
                "UPDATE attempt SET body_sealed = ? WHERE number = ?", (body, number)
            )
    assert faults(folder) == {
        "attempt 1 of 200-000: was altered",
        "attempt 2 of 200-000: was altered",
    }


async def test_an_invented_row_is_found(folder: Path) -> None:
    """A row with a true mark that was never written, such as one from a copy, is named."""
    with tampering(folder) as connection:
        connection.execute("DELETE FROM event WHERE kind = 16")
    assert faults(folder) == {
        "types of moment: was never written by this till",
        "anchor: the journal ends with event 27, and had come to event 28",
    }


async def test_an_old_copy_of_a_row_is_found(tmp_path: Path) -> None:
    """A row put back as it was, mark and all, is not what was last written (X4)."""
    folder, samples = tmp_path / "till", Samples()
    async with opened(folder) as journal:
        approved = await samples.in_state(journal, S.APPROVED)
    with raw(folder) as connection:
        old = dict(connection.execute("SELECT state, row_mac FROM redemption").fetchone())
    async with opened(folder) as journal:
        await moved(journal, approved, S.FINAL)
    with tampering(folder) as connection:
        connection.execute("UPDATE redemption SET state = :state, row_mac = :row_mac", old)
    assert faults(folder) == {
        "redemption 200-000: is not as its last event left it",
        "redemption 200-000: its state is not where its moves lead",
    }


async def test_what_moved_is_told_by_the_chain_alone(folder: Path) -> None:
    """There is no table of moves that could be edited together with a state."""
    with raw(folder) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
    assert not {name for name in tables if "_move" in name} - {
        "redemption_moves_by_the_table",
        "print_job_moves_by_the_table",
        "advice_moves_by_the_table",
    }


async def test_a_seal_from_elsewhere_is_found(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where a row's mark were forged, a sealed field opens only in its own place."""
    with tampering(folder) as connection:
        connection.execute("UPDATE redemption SET request_sealed = x'00' WHERE slip_number = 1")
        connection.execute("UPDATE attempt SET body_sealed = x'00' WHERE number = 1")
    monkeypatch.setattr(audit, "is_mac_right", lambda *_: True)
    assert faults(folder) == {
        "redemption 200-000: its request does not open",
        "attempt 1 of 200-000: its body of attempt 1 does not open",
    }


async def test_a_missing_trigger_is_found(folder: Path) -> None:
    """A file without its guards is refused at the start, by the name of what is missing."""
    for damage, words in (
        ("DROP TRIGGER redemption_is_kept", "trigger redemption_is_kept.*'missing'"),
        ("CREATE TABLE extra (id)", "table extra.*'never_written'"),
    ):
        with raw(folder) as connection:
            connection.execute(damage)
        with pytest.raises(JournalCorruptError, match=words):
            async with opened(folder):
                pytest.fail("it opened")


async def test_a_weakened_trigger_is_found(folder: Path) -> None:
    """A guard of the same name that guards nothing is another one."""
    with raw(folder) as connection:
        connection.execute("DROP TRIGGER redemption_is_kept")
        connection.execute(
            "CREATE TRIGGER redemption_is_kept BEFORE DELETE ON redemption BEGIN SELECT 1; END"
        )
        found = list(find_faults(connection, MemoryVault()))
    assert [(one.where, findings.what(one)) for one in found] == [
        ("trigger redemption_is_kept", "was altered")
    ]


async def test_a_cut_chain_is_refused_at_the_start(folder: Path) -> None:
    """The last event must rest on the one before it."""
    with tampering(folder) as connection:
        connection.execute(
            "UPDATE event SET content = '[]' WHERE sequence = (SELECT max(sequence) FROM event)"
        )
    with pytest.raises(JournalHeldError, match="altered"):
        async with opened(folder):
            pytest.fail("it opened")


async def test_an_altered_row_is_never_read(folder: Path) -> None:
    """What is not as this till wrote it is not shown, sent or changed (D5)."""
    async with opened(folder) as journal:
        redemption = (await journal.history(9))[-1]
    with tampering(folder) as connection:
        connection.execute("UPDATE redemption SET redeemed_cents = 5 WHERE slip_number = 1")
        connection.execute("UPDATE sale SET due_cents = 5")
    async with opened(folder) as journal:
        for use in (
            journal.redemption(redemption.id),
            journal.request(redemption.id),
            journal.sale(redemption.sale_id),
            commit(journal, RedemptionChanged(S.FINAL, redemption, NOON)),
            commit(journal, SaleClosed(redemption.sale_id, SaleEnding.PAID_OTHERWISE)),
        ):
            with pytest.raises(JournalCorruptError):
                await use
        assert await journal.next_slip_number() == 5


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE event SET content = 'x' || content WHERE sequence = 3",
        "UPDATE event SET content = '[1]' WHERE sequence = 3",
        "UPDATE event SET content = '[[1, 2, 3]]' WHERE sequence = 3",
        "UPDATE event SET content = '[5, 5, 5, 5, 5, 5, 5, 5]' WHERE sequence = 3",
        "UPDATE event SET content = replace(hex(zeroblob(9999)), '0', '[') WHERE sequence = 3",
        "UPDATE event SET at_us = 1 << 62 WHERE sequence = 3",
    ],
)
async def test_an_event_that_cannot_be_read_is_damage(folder: Path, damage: str) -> None:
    """Reading it is no mistake of the till's own; it is left out (D5)."""
    with tampering(folder) as connection:
        connection.execute(damage)
    assert accepted(folder) == ("event 3 was altered",)
    async with opened(folder) as journal:
        redemption = (await journal.history(9))[-1]
        told = [one.sequence for one in await journal.events(redemption.id)]
        assert 3 not in told
        assert {2, 4} <= set(told)


async def test_a_page_that_cannot_be_read_is_a_finding(folder: Path) -> None:
    """The audit says what it found even when the file breaks off under it."""
    with raw(folder) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute("UPDATE sqlite_schema SET rootpage = 9999 WHERE name = 'event'")
    with raw(folder) as connection:
        found = list(find_faults(connection, MemoryVault()))
    assert found[-1].problem is RowFault.CUT_SHORT


async def test_a_flipped_byte_of_a_row_is_found(folder: Path) -> None:
    """Bytes of live rows are flipped; each is found at the start or by the audit (D5)."""
    path = folder / JOURNAL_NAME
    whole = path.read_bytes()
    places = [
        whole.index(text) + offset
        for text in (b"fingerprint-0002", b"key-2", b"UP-77", b"082 *** 9463", b"Nomsa", b"rdm_1")
        for offset in range(len(text))
    ]
    for place in places[::2]:
        flipped = bytearray(whole)
        flipped[place] ^= 1 << place % 7
        path.write_bytes(flipped)
        try:
            found = faults(folder)
        except JournalUnavailableError:
            continue
        assert found, f"the byte at {place} was flipped"


@pytest.mark.fault("X3")
async def test_no_secret_is_in_the_file(tmp_path: Path) -> None:
    """PINs and requests are nowhere in the journal or its log, before and after it is closed."""
    folder = tmp_path / "till"
    async with opened(folder) as journal:
        await sample.whole_story(journal, Samples())
        names = {path.name: names_in_bytes(path.read_bytes()) for path in folder.glob("*-wal")}
        assert names == {f"{JOURNAL_NAME}-wal": frozenset()}
    content = (folder / JOURNAL_NAME).read_bytes()
    assert names_in_bytes(content) == frozenset()
    assert CANARY_PIN.encode() not in content
    assert CANARY_CHANGE_PIN.encode() not in content


def test_a_journal_of_an_older_version_is_judged_as_it_is(tmp_path: Path) -> None:
    """Looking does not bring it to a newer schema, and its own schema is no finding."""
    lay_first_version(tmp_path)
    assert find_faults_in(tmp_path, MemoryVault, QUICK) == ()
    with raw(tmp_path) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        assert version == Version(1, 0).number
        connection.execute("DROP TRIGGER redemption_is_kept")
    assert find_faults_in(tmp_path, MemoryVault, QUICK) == (
        Finding("trigger redemption_is_kept", RowFault.MISSING),
    )


async def test_rows_that_only_lie_in_the_log_are_judged_too(tmp_path: Path) -> None:
    """A till that was killed leaves its last rows there; they are read and left there."""
    async with opened(tmp_path / "till") as journal:
        await sample.whole_story(journal, Samples())
        killed = shutil.copytree(tmp_path / "till", tmp_path / "killed")
    log = killed / f"{JOURNAL_NAME}-wal"
    before = log.read_bytes()
    assert before
    assert find_faults_in(killed, MemoryVault, QUICK) == ()
    assert log.read_bytes() == before
    async with opened(killed) as journal:
        assert len(await journal.history(9)) == 1


def test_a_journal_of_a_newer_till_is_not_judged(tmp_path: Path) -> None:
    """This till does not know what belongs in it, and says so instead of naming every row."""
    with closing(sqlite3.connect(tmp_path / JOURNAL_NAME)) as connection:
        connection.execute(f"PRAGMA user_version={Version(9, 0).number}")
    with pytest.raises(JournalUnavailableError, match="newer till"):
        find_faults_in(tmp_path, MemoryVault, QUICK)
