"""A statement reconciled with a real journal: whole or not at all, and in small steps."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from counterfoil.adapters.statements.statements import CsvStatements
from counterfoil.domain.failures import (
    SettlementTextError,
    StatementRefusedError,
    UnknownDifferenceError,
)
from counterfoil.domain.reconciliation import DIFFERENCES_MAX, REASON_MAX, DifferenceKind
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.settlement import TextFault
from counterfoil.domain.staff import EVERYTHING, Actor, Backing, Permission
from counterfoil.domain.statement import StatementProblem
from counterfoil.domain.states import RedemptionState
from counterfoil.ports.journal import Journal
from counterfoil.service import statement_desk
from counterfoil.service.commands import Progress, Reconciled, Stage, Wanted
from counterfoil.service.statement_desk import StatementDesk
from support.clocks import SteppedClock
from support.journals import opened
from support.samples import Samples

D, P, S = DifferenceKind, StatementProblem, RedemptionState
LINDIWE = Actor("Lindiwe K.", EVERYTHING)
SALES = 7


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    """Return a journal of seven sales."""
    async with opened(tmp_path / "till") as one:
        samples = Samples()
        for _ in range(SALES):
            await samples.in_state(one, S.FINAL)
        yield one


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a small statement take many steps."""
    monkeypatch.setattr(statement_desk, "LINES_AT_ONCE", 2)
    monkeypatch.setattr(statement_desk, "BOOKINGS_AT_ONCE", 2)


def desk_of(journal: Journal) -> StatementDesk:
    """Return a desk over a journal."""
    return StatementDesk(
        journal=journal,
        statements=CsvStatements(),
        upstreams={"moment"},
        clock=SteppedClock(is_automatic=True),
    )


async def sold(journal: Journal) -> list[Redemption]:
    """Return the sales, the oldest first."""
    return list(reversed(await journal.history(SALES)))


async def statement(journal: Journal, folder: Path, *more: str) -> Path:
    """Write a statement: all sales but the fourth, the second with another amount, ``more``."""
    ones = await sold(journal)
    rows = [f"{one.id},{one.created_at.isoformat()},19.00" for one in ones]
    rows[1] = rows[1].replace("19.00", "18.00")
    del rows[3]
    path = folder / "statement.csv"
    path.write_text("\n".join(["Reference,Time,Amount", *rows, *more]), encoding="utf-8")
    return path


async def wanted(journal: Journal, path: Path, **more: Any) -> Wanted:
    """Return what is to be reconciled, with the columns that are guessed."""
    columns = (await desk_of(journal).preview(path, "moment", {})).columns
    return Wanted(path=path, upstream="moment", columns=columns, **more)


async def reconciled(journal: Journal, path: Path, **more: Any) -> Reconciled:
    """Reconcile a statement."""
    return await desk_of(journal).reconcile(await wanted(journal, path, **more), LINDIWE)


async def test_all_that_was_found_is_kept_in_one_commit(journal: Journal, tmp_path: Path) -> None:
    """With who did it, and how the file was read."""
    path = await statement(journal, tmp_path, "X-1,2026-11-21T12:00:00+00:00,5.00")
    ones = await sold(journal)
    done = await reconciled(journal, path)
    assert {(one.kind, one.redemption_id) for one in done.differences} == {
        (D.MISSING_THERE, ones[3].id),
        (D.DIFFERING, ones[1].id),
        (D.MISSING_HERE, None),
    }
    assert (done.run.number, done.run.lines, done.run.matched) == (1, 7, 5)
    assert (done.run.by, done.run.file_name) == ("Lindiwe K.", "statement.csv")
    assert await journal.open_differences() == done.differences
    assert await journal.reconciliations(9) == (done.run,)


async def test_the_columns_of_the_last_run_are_those_of_the_next(
    journal: Journal, tmp_path: Path
) -> None:
    """What a person said once is taken, where the file has these columns."""
    path = await statement(journal, tmp_path)
    desk = desk_of(journal)
    said = (await desk.preview(path, "moment", {"only_currency": "USD"})).columns
    assert not (await desk.preview(path, "moment", {})).is_saved
    await desk.reconcile(Wanted(path=path, upstream="moment", columns=said), LINDIWE)
    seen = await desk.preview(path, "moment", {})
    assert (seen.is_saved, seen.columns) == (True, said)


async def test_progress_is_told_from_the_first_line_to_the_last(
    journal: Journal, tmp_path: Path
) -> None:
    """It never goes back, and ends whole."""
    told: list[Progress] = []
    await reconciled(journal, await statement(journal, tmp_path), told=told.append)
    for stage, whole in ((Stage.READING, 6), (Stage.COMPARING, SALES)):
        shares = [one.share for one in told if one.stage is stage]
        assert shares == sorted(shares)
        assert len(shares) > 2
        assert [one.done for one in told if one.stage is stage][-1] == whole
        assert shares[-1] == 1.0


class Counted:
    """A journal or a file that says each time before and after it is used."""

    def __init__(self, one: Any, used: Callable[[str], None]) -> None:
        self._one = one
        self._used = used

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._one, name)

        async def use(*arguments: Any) -> Any:
            self._used(f"before {name}")
            answer = await found(*arguments)
            self._used(f"after {name}")
            return answer

        return use


async def stopped_at(journal: Journal, path: Path, number: int) -> str:
    """Cancel a run at its so many-th step, and return what that was; empty once it was done."""
    steps: list[str] = []

    def step(name: str) -> None:
        steps.append(name)
        if len(steps) == number:
            assert task is not None
            task.cancel()

    desk = desk_of(Counted(journal, step))
    asked = await wanted(journal, path, told=lambda told: step(told.stage.value), is_again=True)
    task: asyncio.Task[Reconciled] | None = None
    async with asyncio.TaskGroup() as group:
        task = group.create_task(desk.reconcile(asked, LINDIWE))
    return steps[number - 1] if task.cancelled() else ""


async def test_whoever_stops_it_anywhere_leaves_nothing_half(
    journal: Journal, tmp_path: Path
) -> None:
    """At each step: either all of it is there or nothing, and the next one goes as ever."""
    path = await statement(journal, tmp_path, "X-1,2026-11-21T12:00:00+00:00,5.00")
    stopped: list[str] = []
    kept = 0
    while name := await stopped_at(journal, path, len(stopped) + 1):
        stopped.append(name)
        runs = await journal.reconciliations(99)
        # A commit that has begun is finished, and nothing is left to stop after it.
        assert len(runs) - kept == ("before commit" in stopped)
        for run in runs:
            assert len(await journal.differences(run.number)) == run.differences == 3
        kept = len(runs)
    assert await journal.verify() == ()
    assert {"reading", "comparing", "before commit", "after commit"} <= set(stopped)
    assert "before bookings_named" in stopped
    assert kept > 0


async def refused(journal: Journal, asked: Wanted) -> StatementProblem:
    """Return why a statement is not reconciled."""
    with pytest.raises(StatementRefusedError) as raised:
        await desk_of(journal).reconcile(asked, LINDIWE)
    return raised.value.cause.problem


async def test_a_file_that_is_refused_leaves_nothing(journal: Journal, tmp_path: Path) -> None:
    """A bad last line, too many differences, or nothing for this till."""
    asked = await wanted(journal, await statement(journal, tmp_path))
    others = replace(asked.columns, till="Time", till_is="another")
    assert await refused(journal, replace(asked, columns=others)) is P.EMPTY
    at = "2026-11-21T12:00:00+00:00"
    await statement(journal, tmp_path, f"X-1,{at},5.00", "X-2,soon,5.00")
    assert await refused(journal, asked) is P.BAD_LINES
    await statement(journal, tmp_path, *(f"X-{one},{at},5.00" for one in range(DIFFERENCES_MAX)))
    assert await refused(journal, asked) is P.TOO_MANY_DIFFERENCES
    assert await journal.reconciliations(9) == ()


async def test_the_same_file_is_done_once_unless_that_is_meant(
    journal: Journal, tmp_path: Path
) -> None:
    """The second run takes the place of the first."""
    path = await statement(journal, tmp_path)
    first = await reconciled(journal, path)
    assert await refused(journal, await wanted(journal, path)) is P.DONE_BEFORE
    again = await reconciled(journal, path, is_again=True)
    assert again.run.number == first.run.number + 1
    assert await journal.open_differences() == again.differences


async def test_a_line_about_an_old_redemption_is_found_by_its_reference(
    journal: Journal, tmp_path: Path
) -> None:
    """However long ago it was: the statement's times are a year later."""
    ones = await sold(journal)
    rows = [f"{ones[0].reference},2027-11-21T12:00:00Z,19.00", f"{ones[1].id},2027-11-22,19.00"]
    path = tmp_path / "late.csv"
    path.write_text("\n".join(["Reference,Time,Amount", *rows]), encoding="utf-8")
    done = await reconciled(journal, path)
    assert (done.run.matched, done.differences) == (2, ())


async def test_a_difference_is_resolved_with_who_and_why(journal: Journal, tmp_path: Path) -> None:
    """Once; whoever comes second is told that there is none."""
    done = await reconciled(journal, await statement(journal, tmp_path))
    one = done.differences[0]
    backed = replace(LINDIWE, backing=Backing("Nomsa D.", "asked", Permission.RESOLVE_DIFFERENCE))
    ended = await desk_of(journal).resolve(one.number, " they will\tpay it back ", backed)
    assert (ended.resolved_by, ended.approved_by) == ("Lindiwe K.", "Nomsa D.")
    assert ended.reason == "they will pay it back"
    assert one.number not in {left.number for left in await journal.open_differences()}
    for number in (one.number, 99):
        with pytest.raises(UnknownDifferenceError):
            await desk_of(journal).resolve(number, "again", LINDIWE)


async def test_two_people_resolve_the_same_at_once(journal: Journal, tmp_path: Path) -> None:
    """One does; the other is told that it waits for nobody."""
    done = await reconciled(journal, await statement(journal, tmp_path))
    number, desk = done.differences[0].number, desk_of(journal)
    both = await asyncio.gather(
        *(desk.resolve(number, "known", LINDIWE) for _ in range(2)), return_exceptions=True
    )
    assert sorted(isinstance(one, UnknownDifferenceError) for one in both) == [False, True]


@pytest.mark.parametrize(
    ("reason", "fault"),
    [
        ("", TextFault.MISSING),
        (" \u202e ", TextFault.MISSING),
        ("x" * (REASON_MAX + 1), TextFault.TOO_LONG),
        ("it was 1115 6840 9141 9838", TextFault.HOLDS_CODE),
    ],
)
async def test_a_reason_is_a_line_in_clear(
    journal: Journal, tmp_path: Path, reason: str, fault: TextFault
) -> None:
    """It is kept and printed as it is."""
    done = await reconciled(journal, await statement(journal, tmp_path))
    with pytest.raises(SettlementTextError) as raised:
        await desk_of(journal).resolve(done.differences[0].number, reason, LINDIWE)
    assert raised.value.fault is fault
    assert await journal.open_differences() == done.differences


async def test_whose_statements_can_be_reconciled_and_where_one_may_lie(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a page offers before anything is typed."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "Desktop").mkdir()
    path = await statement(journal, tmp_path / "Desktop")
    desk = desk_of(journal)
    assert desk.upstreams() == ("moment",)
    assert [one.path for one in await desk.found()] == [path]
