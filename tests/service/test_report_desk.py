"""Reports from a real file: an open shift, what somebody altered, and what an older till wrote."""

from datetime import date
from pathlib import Path

import pytest

from counterfoil.adapters.journal.closed_journal import ClosedJournal
from counterfoil.adapters.journal.storage import tallying
from counterfoil.adapters.journal.storage.events import content_of, number_of
from counterfoil.domain.audit import RedemptionChanged
from counterfoil.domain.bookkeeping import Stretch
from counterfoil.domain.failures import JournalUnavailableError
from counterfoil.domain.redemption import VoidReason
from counterfoil.domain.report import Days, Report, ReportKind
from counterfoil.domain.rows import (
    CodeShown,
    DifferenceFound,
    PrintQueued,
    ShiftOpened,
    StatementReconciled,
    VoidAsked,
)
from counterfoil.domain.shift import Shift
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.states import MOVES, RedemptionState
from counterfoil.ports.journal import Journal
from counterfoil.service.commands import ReadReport
from counterfoil.service.report_desk import ReportDesk
from service.test_shift_papers import closed
from support.clocks import SteppedClock
from support.journals import opened, tampering
from support.samples import NOON, RUN, Samples, difference_of, later, moved, paper, whole_story
from support.shift_desks import desk_of

S = RedemptionState
DAYS = Days(date(2026, 11, 1), date(2026, 11, 30))


async def read(
    journal: Journal, kind: ReportKind, days: Days = DAYS, told: list[float] | None = None
) -> Report:
    """Read a report with a desk that knows nothing yet."""
    desk = ReportDesk(journal=journal, currency="ZAR")
    hear = None if told is None else told.append
    report = await desk.read(ReadReport(kind=kind, days=days, told=hear))
    assert report == await desk.read(ReadReport(kind=kind, days=days)), "the second time alike"
    return report


async def test_the_open_shift_is_added_up_as_its_x_is(tmp_path: Path) -> None:
    """And what is in doubt now is in its row; a shift of another month has none."""
    samples = Samples()
    shift = Shift(
        number=0, opened_at=NOON, opened_by="T", currency="ZAR", float_cents=0, begins_after=0
    )
    async with opened(tmp_path / "till") as journal:
        await journal.commit((ShiftOpened(shift),))
        one = await samples.in_state(journal, S.FINAL)
        await samples.in_state(journal, S.INFLIGHT)
        copy = paper(one, 2, SlipKind.COPY)
        await journal.commit((PrintQueued(paper(one)),))
        await journal.commit((PrintQueued(copy),))
        await journal.commit((CodeShown(one.id, later(9), "Thandi M."),))
        asked = VoidAsked(one.id, later(9), VoidReason.GOODS_RETURNED, "Thandi M.")
        await journal.commit((asked,))
        await moved(journal, one, S.RESOLVED)
        told: list[float] = []
        (row,) = (await read(journal, ReportKind.SHIFT)).rows
        (cashier, thandi) = (await read(journal, ReportKind.CASHIER, told=told)).rows
        assert told[-1] == 1
        none = await read(journal, ReportKind.SHIFT, Days(date(2026, 1, 1), date(2026, 1, 2)))
        assert none.rows == ()
        later_on = Days(date(2026, 12, 1), date(2026, 12, 2))
        assert (await read(journal, ReportKind.SHIFT, later_on)).rows == ()
        difference = difference_of(one)
        await journal.commit((StatementReconciled(RUN), DifferenceFound(difference, NOON)))
        by_day = await read(journal, ReportKind.DAY)
        assert [found.reference for found in by_day.differences] == [one.reference]
        assert by_day.totals[0].figures.differences == 1
    figures = row.figures
    assert (figures.sales, figures.voids, figures.vouchers_cents) == (1, 1, 0)
    assert (figures.copies, figures.revealed, figures.voids_asked, figures.in_doubt) == (1, 1, 1, 1)
    assert (cashier.figures.voids, thandi.figures.voids_asked) == (1, 1)


async def test_what_somebody_altered_spoils_no_report(tmp_path: Path) -> None:
    """What cannot be read is counted nowhere, and said; no amount is too large to be added."""
    folder, samples = tmp_path / "till", Samples()
    async with opened(folder) as journal:
        one = await whole_story(journal, samples)
        await journal.commit((CodeShown(one.id, later(9), "Thandi M."),))
        await samples.in_state(journal, S.FINAL)
    with tampering(folder) as connection:
        tallier = tallying.Tallier(connection)
        stretch = tallier.stretch(0)
        assert stretch is not None
        before = tallier.alike(stretch, None, None)
        assert before.left_out == 0
        for content in ("5", "[[1],[2],[3]]", "[" * 3_000, "x"):
            altered = "UPDATE event SET content = ? WHERE kind IN (12, 13, 19, 23)"
            connection.execute(altered, (content,))
            assert tallier.alike(stretch, DAYS, 3_600).left_out >= 1
        connection.execute("UPDATE event SET content = '[1,10,' WHERE kind = 14")
        connection.execute("UPDATE redemption SET redeemed_cents = 9223372036854775807")
        after = tallier.alike(stretch, DAYS, 3_600)
    assert after.left_out >= 2
    assert len(after.alike) < len(before.alike)
    assert all(one.subject is None or not one.subject.cents for one in after.alike)


async def test_a_shift_that_somebody_altered_is_said_to_be_left_out(tmp_path: Path) -> None:
    """Its row is not there, and what it took is in no total: a line says so."""
    folder = tmp_path / "till"
    async with opened(folder) as journal:
        desk = desk_of(journal, SteppedClock())
        for _ in range(3):
            await closed(desk)
    with tampering(folder) as connection:
        connection.execute("UPDATE shift SET float_cents = 1 WHERE number = 2")
    async with opened(folder) as journal:
        report = await read(journal, ReportKind.SHIFT, Days(date(2026, 1, 1), date(2026, 12, 31)))
    assert [row.key for row in report.rows] == [1, 3]
    assert report.left_out == 1


def test_moves_are_known_by_how_any_till_has_written_them() -> None:
    """Every move that the books count, as today's journal begins it and as older ones did."""
    begins = [one.begins for one in tallying._moves()]
    for before, after in MOVES:
        event = RedemptionChanged(before=before, after=after, redeemed_cents=1_900)
        assert number_of(event) == 5
        if S.FINAL in {before, after} or after is S.DECLINED:
            content = content_of(event)
            matching = [one for one in begins if content.startswith((f"{one},", f"{one}]"))]
            assert len(matching) == 1, content
            old = f'["{before}","{after}"'
            assert old in begins


async def test_a_till_that_cannot_open_its_journal_reads_no_report() -> None:
    """It says so as everything does there."""
    journal = ClosedJournal(JournalUnavailableError("a test"))
    with pytest.raises(JournalUnavailableError):
        await read(journal, ReportKind.DAY)
    with pytest.raises(JournalUnavailableError):
        await journal.alike(
            Stretch(after=0, until=1, first_us=0, last_us=1, last=1, is_whole=True), None, None
        )
