"""Runs of reconciliation in the file: whole, for good, each difference resolved once."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from counterfoil.adapters.journal.verifying import find_faults_in
from counterfoil.domain import audit
from counterfoil.domain.causes.journal import RowFault
from counterfoil.domain.failures import StaleChangeError
from counterfoil.domain.reconciliation import DIFFERENCES_MAX, DifferenceKind
from counterfoil.domain.reconciling import Standing
from counterfoil.domain.rows import DifferenceFound, DifferenceResolved, StatementReconciled
from counterfoil.domain.states import RedemptionState
from counterfoil.ports.journal import Journal, Place
from support.journals import QUICK, opened, raw, tampering
from support.memory_vault import MemoryVault
from support.samples import (
    NOON,
    RUN,
    Samples,
    commit,
    difference_of,
    reconciled,
    resolved,
)

S = RedemptionState
OTHER_FILE = replace(RUN, file_hash="6b" * 32)


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    """Return a new journal."""
    async with opened(tmp_path / "till") as one:
        yield one


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """Return the folder of a closed journal with two differences, one of them resolved."""
    async with opened(tmp_path / "till") as one:
        found = difference_of(await Samples().in_state(one, S.FINAL))
        first, _ = await reconciled(one, found, found)
        await commit(one, DifferenceResolved(first, resolved(first)))
    return tmp_path / "till"


async def test_a_run_and_its_differences_come_back_whole(journal: Journal) -> None:
    """With the numbers that the journal gave them."""
    one = difference_of(await Samples().in_state(journal, S.FINAL))
    unknown = replace(
        one, kind=DifferenceKind.MISSING_HERE, redemption_id=None, state=None, here_cents=None
    )
    bare = replace(one, line=None, lines=0, at=None)
    kept = await reconciled(journal, one, unknown, bare)
    assert kept == tuple(
        replace(found, number=number, run=1) for number, found in enumerate((one, unknown, bare), 1)
    )
    assert await journal.reconciliations(5) == (replace(RUN, number=1, differences=3),)
    assert await journal.difference(2) == kept[1]
    assert await journal.difference(4) is None
    assert await journal.verify() == ()


async def test_a_run_without_differences_stands_too(journal: Journal) -> None:
    """That all agreed is worth knowing."""
    assert await reconciled(journal) == ()
    assert await journal.last_reconciliation("moment") == replace(RUN, number=1, differences=0)
    assert await journal.last_reconciliation("electrum") is None


async def test_the_last_run_of_a_file_is_found(journal: Journal) -> None:
    """By its provider and its SHA-256, so that nobody does it twice unawares."""
    for run in (RUN, OTHER_FILE, RUN):
        await reconciled(journal, run=run)
    last = await journal.reconciliation_of_file("moment", RUN.file_hash)
    assert last is not None
    assert last.number == 3
    assert await journal.reconciliation_of_file("electrum", RUN.file_hash) is None
    assert await journal.reconciliation_of_file("moment", "0" * 64) is None


async def test_a_file_that_is_reconciled_again_takes_the_place_of_its_first_run(
    journal: Journal,
) -> None:
    """What was found then is still there, and is not asked about twice."""
    one = difference_of(await Samples().in_state(journal, S.FINAL))
    await reconciled(journal, one, one)
    other = await reconciled(journal, one, run=OTHER_FILE)
    again = await reconciled(journal, one)
    assert await journal.open_differences() == (*other, *again)
    assert len(await journal.differences(1)) == 2


async def test_a_difference_is_resolved_once(journal: Journal) -> None:
    """With who, when and why; whoever comes second is told."""
    one = difference_of(await Samples().in_state(journal, S.FINAL))
    first, second = await reconciled(journal, one, one)
    ended = resolved(first)
    await commit(journal, DifferenceResolved(first, ended))
    assert await journal.open_differences() == (second,)
    assert await journal.differences(1) == (ended, second)
    with pytest.raises(StaleChangeError):
        await commit(journal, DifferenceResolved(first, replace(ended, reason="another")))
    assert await journal.verify() == ()


async def test_a_report_names_what_was_resolved_between_two_events(journal: Journal) -> None:
    """Each resolution in one report, whichever run had found the difference."""
    redemption = await Samples().in_state(journal, S.FINAL)
    one, other = await reconciled(journal, *[difference_of(redemption)] * 2)
    heads = [(await journal.events(redemption.id))[-1].sequence]
    for found in (one, other):
        await commit(journal, DifferenceResolved(found, resolved(found)))
        heads.append((await journal.events(redemption.id))[-1].sequence)
    assert await journal.differences_resolved(heads[0], heads[1]) == (resolved(one),)
    assert await journal.differences_resolved(heads[1], heads[2]) == (resolved(other),)
    assert await journal.differences_resolved(0, heads[2]) == (resolved(one), resolved(other))
    assert await journal.differences_resolved(0, heads[0]) == ()


async def test_the_story_of_a_redemption_tells_of_its_difference(journal: Journal) -> None:
    """Whoever looks at a sale sees that its provider says otherwise."""
    redemption = await Samples().in_state(journal, S.FINAL)
    (one,) = await reconciled(journal, difference_of(redemption))
    await commit(journal, DifferenceResolved(one, resolved(one)))
    *_, found, ended = (told.event for told in await journal.events(redemption.id))
    assert found == audit.DifferenceFound(
        number=1,
        run=1,
        kind=one.kind,
        reference=redemption.reference,
        their_reference="RC-1042",
        there_cents=-100,
        there_currency="USD",
        here_cents=1_900,
    )
    assert ended == audit.DifferenceResolved(
        number=1, by="Nomsa D.", reason="they paid it back", approved_by="Lindiwe K."
    )


async def test_what_no_run_may_be_is_a_mistake(journal: Journal) -> None:
    """No lines, too many differences for one commit, or one that is resolved from the start."""
    one = difference_of(await Samples().in_state(journal, S.FINAL))
    for rows in (
        [StatementReconciled(replace(RUN, lines=0))],
        [StatementReconciled(replace(RUN, differences=DIFFERENCES_MAX + 1))],
        [StatementReconciled(RUN), DifferenceFound(resolved(one), NOON)],
        [DifferenceResolved(one, one)],
        [DifferenceResolved(resolved(one), resolved(one))],
    ):
        with pytest.raises(AssertionError):
            await commit(journal, *rows)
    assert await journal.reconciliations(1) == ()


async def test_a_difference_is_written_with_its_run(journal: Journal) -> None:
    """The file takes none later, and no more than the run says."""
    one = difference_of(await Samples().in_state(journal, S.FINAL))
    for rows in (
        [DifferenceFound(one, NOON)],
        [StatementReconciled(RUN), *[DifferenceFound(one, NOON)] * 2],
    ):
        with pytest.raises(AssertionError):
            await commit(journal, *rows)
    await reconciled(journal, one)
    with pytest.raises(AssertionError):
        await commit(journal, DifferenceFound(one, NOON))
    assert len(await journal.differences(1)) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM reconciliation",
        "DELETE FROM difference",
        "UPDATE reconciliation SET matched = 9",
        "UPDATE difference SET there_cents = 1900",
        "UPDATE difference SET reason = 'another' WHERE number = 1",
        "UPDATE difference SET reason = NULL, resolved_by = NULL, resolved_at = NULL",
        "UPDATE difference SET resolved_at = 1, resolved_by = 'me', reason = '' WHERE number = 2",
        "UPDATE difference SET resolved_at = 1 WHERE number = 2",
    ],
)
async def test_the_file_keeps_what_was_found(folder: Path, statement: str) -> None:
    """Whoever writes there: nothing is deleted, changed, or resolved without a reason."""
    with raw(folder) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE reconciliation SET matched = 9", {("reconciliation 1", RowFault.ALTERED)}),
        ("DELETE FROM difference WHERE number = 2", {("difference 2", RowFault.MISSING)}),
        (
            "UPDATE difference SET reason = 'x' WHERE number = 1",
            {("difference 1", RowFault.ALTERED)},
        ),
        ("UPDATE difference SET resolved_by = 'x'", {("difference 1", RowFault.ALTERED)}),
    ],
)
async def test_an_altered_run_is_found_and_named(
    folder: Path, statement: str, found: set[tuple[str, RowFault]]
) -> None:
    """By the whole check, and what has its own row by the check of the open till as well."""
    if "resolved_by" in statement:
        statement += " WHERE number = 1"
    with tampering(folder) as connection:
        connection.execute(statement)
    assert {(one.where, one.problem) for one in find_faults_in(folder, MemoryVault, QUICK)} == found
    async with opened(folder) as journal:
        checked = await journal.check_some(Place())
        while checked.next != Place():
            checked = await journal.check_some(checked.next)
    altered = {where for where, problem in found if problem is RowFault.ALTERED}
    assert {one.where for one in checked.damages} == altered


async def test_an_altered_difference_is_left_out_of_lists(folder: Path) -> None:
    """As any altered record is."""
    with tampering(folder) as connection:
        connection.execute("UPDATE difference SET there_cents = 5 WHERE number = 2")
    async with opened(folder) as journal:
        assert await journal.open_differences() == ()
        assert [one.number for one in await journal.differences(1)] == [1]


async def test_bookings_are_a_providers_redemptions_in_order(journal: Journal) -> None:
    """A range of slip numbers, each with what must stand at the provider."""
    samples = Samples()
    ones = [
        await samples.in_state(journal, state)
        for state in (S.FINAL, S.DECLINED, S.ATTENTION, S.RESOLVED)
    ]
    bookings = await journal.bookings("moment", 0, 99)
    assert [one.redemption.id for one in bookings] == [one.id for one in ones]
    assert [one.redemption.reference for one in bookings] == [one.reference for one in ones]
    assert [one.standing for one in bookings] == [
        *(Standing.HELD, Standing.NOTHING, Standing.UNDECIDED),
        Standing.HELD,
    ]
    some = await journal.bookings("moment", 1, 3)
    assert [one.redemption.id for one in some] == [one.id for one in ones[1:3]]
    assert await journal.bookings("electrum", 0, 99) == ()


async def test_a_booking_is_found_however_its_reference_is_written(journal: Journal) -> None:
    """Also where a statement has no dashes, other letters, or nonsense."""
    samples = Samples()
    one, other = [await samples.in_state(journal, S.FINAL) for _ in range(2)]
    names = [
        one.id.upper().replace("-", " "),
        other.reference.lower(),
        *("", "nothing", "K7Q-42F", "z" * 32, "\u0661" * 6, "' OR 1=1 --", "\ud800" * 6),
    ]
    bookings = await journal.bookings_named("moment", names)
    assert {booking.redemption.id for booking in bookings} == {one.id, other.id}
    assert await journal.bookings_named("electrum", names) == ()


async def test_the_slip_numbers_of_a_span_of_time_are_found(journal: Journal) -> None:
    """None are 0 and 0."""
    samples, day = Samples(), timedelta(days=1)
    for _ in range(3):
        await samples.in_state(journal, S.FINAL)
    assert await journal.slip_numbers_of(NOON - day, NOON + day) == (1, 3)
    assert await journal.slip_numbers_of(NOON + day, NOON + 2 * day) == (0, 0)
