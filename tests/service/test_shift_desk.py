"""A shift from its float to its Z: the drawer, the rest of sales, the count, what is carried."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.journal.storage import reading
from counterfoil.domain.audit import RestPaid
from counterfoil.domain.books import Books, Entry
from counterfoil.domain.drawer import CashMoveKind, ShiftProblem
from counterfoil.domain.failures import SaleClosedError, ShiftRefusedError
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.rows import CodeShown, PrintQueued, SaleClosed, SaleOpened
from counterfoil.domain.sale import SaleEnding
from counterfoil.domain.shift import ShiftState
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.states import RedemptionState, SaleState
from counterfoil.domain.tender import Tender, TenderKind
from counterfoil.service.shift_desk import ShiftDesk
from support.clocks import SteppedClock
from support.journals import opened, tampering
from support.people import SIPHO, THANDI
from support.samples import Samples, commit, later, moved, paper
from support.shift_desks import EXPLAIN_ABOVE_CENTS, desk_of, pieces_of

S, P, K = RedemptionState, ShiftProblem, CashMoveKind
FLOAT = 50_000
TAKEN = 1_900
"""What each voucher here pays."""


@dataclass(frozen=True)
class Counter:
    """A journal, and the desk of its shifts."""

    journal: SqliteJournal
    desk: ShiftDesk
    samples: Samples = field(default_factory=Samples)

    async def sale(self, *states: RedemptionState, due_cents: int = TAKEN) -> Redemption:
        """Begin a sale with a voucher, and move the redemption through these states."""
        sale = self.samples.sale(due_cents)
        await self.journal.commit((SaleOpened(sale),))
        one = await self.samples.prepared(self.journal, sale=sale)
        for state in states:
            one = await moved(self.journal, one, state)
        return one

    async def sold(self, due_cents: int = TAKEN) -> Redemption:
        """Sell with a voucher that pays R19.00 of what is due."""
        return await self.sale(S.INFLIGHT, S.APPROVED, S.FINAL, due_cents=due_cents)

    async def count_paper(self, number: int) -> int:
        """Count a paper of a Z as it is now."""
        return await self.desk.count_paper((await self.desk.report_of(number)).shift, THANDI)

    async def closed(self) -> Books:
        """Count what should be there, close the shift, and return what its Z says."""
        books = (await self.desk.report()).books
        await self.desk.count(pieces_of(books.drawer.holds_cents), THANDI)
        shift = await self.desk.close("", THANDI)
        assert shift.books is not None
        return shift.books


@asynccontextmanager
async def counter(folder: Path, samples: Samples | None = None) -> AsyncIterator[Counter]:
    """Open a till's journal with its desk."""
    async with opened(folder / "till") as journal:
        yield Counter(journal, desk_of(journal, SteppedClock()), samples or Samples())


def cents(books: Books, *entries: Entry, **of: str) -> int:
    """Return the sum of some lines."""
    line = books.total(*entries, **of)
    return 0 if line is None else line.cents


def count(books: Books, entry: Entry) -> int:
    """Return how many there were."""
    line = books.total(entry)
    return 0 if line is None else line.count


async def refused(wanted: ShiftProblem, doing: Coroutine[Any, Any, object]) -> None:
    """Check that something is refused for this reason."""
    with pytest.raises(ShiftRefusedError) as found:
        await doing
    assert found.value.problem is wanted


async def test_a_day_adds_up(tmp_path: Path) -> None:
    """Float, sales, a part paid in cash, cash moves, a count, and the Z that says all of it."""
    async with counter(tmp_path) as at:
        shift = await at.desk.open(FLOAT, THANDI)
        assert (shift.number, shift.state, shift.opened_by) == (1, ShiftState.OPEN, THANDI.name)
        await at.sold()
        part = await at.sold(due_cents=5_000)
        paid = (Tender(TenderKind.CARD, 1_000), Tender(TenderKind.CASH, 2_100, given_cents=5_000))
        sale = await at.desk.take_rest(part.sale_id, paid, THANDI)
        assert (sale.state, sale.ending) == (SaleState.SET_ASIDE, SaleEnding.PAID_OTHERWISE)
        assert paid[1].change_cents == 2_900
        await at.desk.move(K.PAY_IN, 10_000, "more change", THANDI)
        await at.desk.move(K.PAY_OUT, 4_500, "milk", SIPHO)
        await at.desk.move(K.DROP, 20_000, "to the safe", THANDI)
        await at.desk.move(K.NO_SALE, 0, "coin stuck", SIPHO)

        books = (await at.desk.report()).books
        assert cents(books, Entry.REDEEMED) == books.vouchers_cents("ZAR") == 2 * TAKEN
        assert cents(books, Entry.TENDERED, detail="cash") == 2_100
        assert cents(books, Entry.TENDERED, detail="card") == 1_000
        assert count(books, Entry.NO_SALE) == 1
        assert books.drawer.holds_cents == FLOAT + 2_100 + 10_000 - 4_500 - 20_000

        assert (await at.closed()).lines == books.lines
        closed = await at.journal.shift(1)
        assert closed is not None
        assert (closed.state, closed.closed_by) == (ShiftState.CLOSED, THANDI.name)
        assert closed.books is not None
        assert closed.books.drawer.difference_cents == 0
        assert await at.journal.open_shift() is None
        assert await at.journal.verify() == ()


async def test_an_x_changes_nothing(tmp_path: Path) -> None:
    """However often it is read; the audit chain does not grow."""
    async with counter(tmp_path) as at:
        await at.desk.open(FLOAT, THANDI)
        await at.sold()
        first = await at.desk.report()
        assert await at.desk.report() == first
        await at.sold()
        assert (await at.desk.report()).books.head != first.books.head


async def test_every_sale_is_on_exactly_one_z(tmp_path: Path) -> None:
    """Also one between two shifts, or while the till adds up; none from before the first shift."""
    async with counter(tmp_path) as at:
        await at.sold()
        await at.desk.open(FLOAT, THANDI)
        await at.sold()
        first = await at.closed()
        await at.sold()
        assert (await at.desk.open(FLOAT, SIPHO)).number == 2
        await at.sold()
        second = await at.closed()
        assert (count(first, Entry.REDEEMED), count(second, Entry.REDEEMED)) == (1, 2)
        assert second.drawer.holds_cents == FLOAT


async def test_what_is_taken_back_is_a_line_of_its_own(tmp_path: Path) -> None:
    """A void of an earlier shift's sale takes from the shift in which it is voided."""
    async with counter(tmp_path) as at:
        await at.desk.open(FLOAT, THANDI)
        early, outside = await at.sold(), await at.sold()
        first = await at.closed()
        await at.desk.open(FLOAT, THANDI)
        await moved(at.journal, early, S.REVERSING)
        await moved(at.journal, outside, S.RESOLVED)
        await at.sale(S.INFLIGHT, S.DECLINED)
        second = await at.closed()
        assert first.vouchers_cents("ZAR") == 2 * TAKEN
        assert cents(second, Entry.VOIDED) == TAKEN
        assert cents(second, Entry.VOIDED_OUTSIDE, detail="cash") == TAKEN
        assert second.vouchers_cents("ZAR") == -2 * TAKEN
        assert count(second, Entry.REFUSED) == 1
        assert second.drawer.holds_cents == FLOAT - TAKEN, "the customer got cash"


async def test_what_people_did_beside_selling_is_counted(tmp_path: Path) -> None:
    """Copies and codes that were shown, for who did it."""
    async with counter(tmp_path) as at:
        await at.desk.open(FLOAT, THANDI)
        one = await at.sold()
        await commit(at.journal, PrintQueued(paper(one)))
        await commit(at.journal, CodeShown(one.id, later(3), SIPHO.name))
        books = (await at.desk.report()).books
        assert count(books, Entry.COPIED) == 0, "the original is no copy"
        assert [line.person for line in books.each(Entry.REVEALED, "person")] == [SIPHO.name]
        assert paper(one).kind is SlipKind.ORIGINAL


async def test_a_z_waits_for_nothing_that_is_unresolved(tmp_path: Path) -> None:
    """It is named, and the next shift has it still."""
    async with counter(tmp_path) as at:
        await at.desk.open(FLOAT, THANDI)
        doubt = await at.sale(S.INFLIGHT)
        late = await at.sale(S.INFLIGHT, S.APPROVED, S.UNCLAIMED)
        books = await at.closed()
        named = {one.reference: (one.state, one.cents) for one in books.carried}
        assert named == {
            doubt.reference: (S.INFLIGHT, 1_900),
            late.reference: (S.UNCLAIMED, TAKEN),
        }
        assert books.carried_count == 2
        assert (await at.journal.shift(1)) is not None


async def test_a_count_is_blind_and_a_difference_needs_a_word(tmp_path: Path) -> None:
    """A little is let pass, more is not, and every count is in the audit chain."""
    async with counter(tmp_path) as at:
        await at.desk.open(FLOAT, THANDI)
        await refused(P.NOT_COUNTED, at.desk.close("", THANDI))
        short = FLOAT - EXPLAIN_ABOVE_CENTS - 1_000
        assert (await at.desk.count(pieces_of(short), THANDI)).counted_cents == short
        await refused(P.NOT_EXPLAINED, at.desk.close("  ", THANDI))
        await at.desk.move(K.PAY_IN, 700, "found under the drawer", THANDI)
        shift = await at.desk.close("short since noon", THANDI)
        assert shift.explanation == "short since noon"
        assert shift.books is not None
        assert shift.books.drawer.difference_cents == -EXPLAIN_ABOVE_CENTS - 1_000, "as counted"
        assert shift.books.drawer.counts == 1

        await at.desk.open(FLOAT, THANDI)
        await at.desk.count(pieces_of(FLOAT - EXPLAIN_ABOVE_CENTS), THANDI)
        assert (await at.desk.close("", THANDI)).explanation is None


@pytest.mark.parametrize(
    ("doing", "problem"),
    [
        (lambda desk: desk.open(FLOAT, THANDI), P.OPEN_ALREADY),
        (lambda desk: desk.open(-1, THANDI), P.NOT_AN_AMOUNT),
        (lambda desk: desk.move(K.PAY_IN, 0, "nothing", THANDI), P.NOT_AN_AMOUNT),
        (lambda desk: desk.move(K.NO_SALE, 5, "something", THANDI), P.NOT_AN_AMOUNT),
        (lambda desk: desk.move(K.PAY_OUT, 10**12, "all", THANDI), P.NOT_AN_AMOUNT),
        (lambda desk: desk.move(K.DROP, 100, " \n", THANDI), P.NO_REASON),
        (lambda desk: desk.move(K.DROP, 100, "x" * 201, THANDI), P.REASON_TOO_LONG),
        (lambda desk: desk.move(K.DROP, 100, "1234 5678 9012 3456", THANDI), P.REASON_HOLDS_CODE),
        (lambda desk: desk.count({7: 1}, THANDI), P.NOT_PIECES),
        (lambda desk: desk.count({100: -1}, THANDI), P.NOT_PIECES),
        (lambda desk: desk.report_of(1), P.UNKNOWN_SHIFT),
    ],
    ids=[
        "open twice",
        "less than nothing",
        "nothing in",
        "no sale with cash",
        "too much",
        "blank",
        "too long",
        "a code",
        "no such coin",
        "fewer than none",
        "no such z",
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_is_written(
    tmp_path: Path, doing: Callable[[ShiftDesk], Coroutine[Any, Any, object]], problem: ShiftProblem
) -> None:
    """Amounts, reasons and pieces that no drawer has seen."""
    async with counter(tmp_path) as at:
        await at.desk.open(FLOAT, THANDI)
        before = (await at.desk.report()).books.head
        await refused(problem, doing(at.desk))
        assert (await at.desk.report()).books.head == before


async def test_without_a_shift_there_is_no_drawer(tmp_path: Path) -> None:
    """Nothing is moved, counted, taken or closed."""
    async with counter(tmp_path) as at:
        part = await at.sold(due_cents=5_000)
        cash = (Tender(TenderKind.CASH, 3_100),)
        await refused(P.NOT_OPEN, at.desk.take_rest(part.sale_id, cash, THANDI))
        await refused(P.NOT_OPEN, at.desk.move(K.PAY_IN, 1, "coin", THANDI))
        await refused(P.NOT_OPEN, at.desk.count({100: 1}, THANDI))
        await refused(P.NOT_OPEN, at.desk.close("", THANDI))
        await refused(P.NOT_OPEN, at.desk.report())
        sale = await at.journal.sale(part.sale_id)
        assert sale is not None
        assert sale.state is SaleState.OPEN


@pytest.mark.parametrize(
    ("tenders", "problem"),
    [
        ((), P.NOT_THE_REST),
        ((Tender(TenderKind.CASH, 3_000),), P.NOT_THE_REST),
        ((Tender(TenderKind.CARD, 3_100, given_cents=4_000),), P.TOO_LITTLE_GIVEN),
        ((Tender(TenderKind.CASH, 3_100, given_cents=3_000),), P.TOO_LITTLE_GIVEN),
        ((Tender(TenderKind.VOUCHER, 3_100),), P.NOT_THE_REST),
        ((Tender(TenderKind.CARD, 4_100), Tender(TenderKind.CASH, -1_000)), P.NOT_THE_REST),
    ],
)
async def test_the_rest_is_paid_exactly(
    tmp_path: Path, tenders: tuple[Tender, ...], problem: ShiftProblem
) -> None:
    """Not more, not less, and by nothing but money."""
    async with counter(tmp_path) as at:
        await at.desk.open(FLOAT, THANDI)
        part = await at.sold(due_cents=5_000)
        await refused(problem, at.desk.take_rest(part.sale_id, tenders, THANDI))


async def test_the_rest_is_taken_once_and_is_in_the_story_of_its_voucher(tmp_path: Path) -> None:
    """Two presses at once: one takes it, the other is told; a whole sale has no rest."""
    async with counter(tmp_path) as at:
        await at.desk.open(FLOAT, THANDI)
        whole, part = await at.sold(), await at.sold(due_cents=5_000)
        await commit(at.journal, SaleClosed(whole.sale_id, SaleEnding.PAID))
        cash = (Tender(TenderKind.CASH, 3_100),)
        await refused(P.NOTHING_DUE, at.desk.take_rest(whole.sale_id, cash, THANDI))
        both = await asyncio.gather(
            *(at.desk.take_rest(part.sale_id, cash, THANDI) for _ in range(2)),
            return_exceptions=True,
        )
        assert sorted(isinstance(one, SaleClosedError) for one in both) == [False, True]
        await refused(P.NOTHING_DUE, at.desk.take_rest(part.sale_id, cash, THANDI))
        paid = [
            one.event for one in await at.journal.events(part.id) if isinstance(one.event, RestPaid)
        ]
        assert [one.cents for one in paid] == [3_100]
        assert (await at.desk.report()).books.drawer.moved_cents == 3_100


async def test_a_voucher_that_pays_meanwhile_stops_the_rest(tmp_path: Path) -> None:
    """What was due when the cashier looked is not what is due now; nothing is taken twice."""
    async with counter(tmp_path) as at:
        await at.desk.open(FLOAT, THANDI)
        waiting = await at.sale(S.INFLIGHT, S.APPROVED, due_cents=5_000)
        desk, journal = at.desk, at.journal
        read = journal.last_of_sale

        async def pay_then_read(sale_id: str) -> Redemption | None:
            await moved(journal, waiting, S.FINAL)
            return await read(sale_id)

        journal.last_of_sale = pay_then_read  # type: ignore[method-assign]  # the approval comes now
        rest = (Tender(TenderKind.CASH, 5_000),)
        await refused(P.MOVED_ON, desk.take_rest(waiting.sale_id, rest, THANDI))
        sale = await journal.sale(waiting.sale_id)
        assert sale is not None
        assert (sale.state, sale.remaining_cents) == (SaleState.OPEN, 3_100)


async def test_two_people_close_at_once(tmp_path: Path) -> None:
    """One Z comes of it; the other is told."""
    async with counter(tmp_path) as at:
        await at.desk.open(FLOAT, THANDI)
        await at.desk.count(pieces_of(FLOAT), THANDI)
        both = await asyncio.gather(
            at.desk.close("", THANDI), at.desk.close("", SIPHO), return_exceptions=True
        )
        assert sorted(isinstance(one, ShiftRefusedError) for one in both) == [False, True]
        assert len(await at.journal.shifts(9)) == 1


async def test_papers_of_a_z_are_counted(tmp_path: Path) -> None:
    """The first is no copy; each later one is numbered, and the Z stays as it is."""
    async with counter(tmp_path) as at:
        await at.desk.open(FLOAT, THANDI)
        books = await at.closed()
        assert [await at.count_paper(1) for _ in range(3)] == [0, 1, 2]
        assert (await at.desk.report_of(1)).books == books
        closed = await at.journal.shift(1)
        assert closed is not None
        both = await asyncio.gather(
            *(at.desk.count_paper(closed, THANDI) for _ in range(2)), return_exceptions=True
        )
        assert sorted(isinstance(one, ShiftRefusedError) for one in both) == [False, True]


async def test_a_shift_goes_on_after_a_crash(tmp_path: Path) -> None:
    """What was committed is in the books of the till that starts next."""
    samples = Samples()
    async with counter(tmp_path, samples) as at:
        await at.desk.open(FLOAT, THANDI)
        await at.sold()
        await at.desk.move(K.PAY_OUT, 500, "stamps", THANDI)
    async with counter(tmp_path, samples) as at:
        await at.sold()
        books = await at.closed()
        assert count(books, Entry.REDEEMED) == 2
        assert books.drawer.holds_cents == FLOAT - 500
        assert await at.journal.verify() == ()


async def test_a_sale_in_another_currency_has_no_rest_for_this_drawer(tmp_path: Path) -> None:
    """The drawer holds one kind of money."""
    async with counter(tmp_path) as at:
        await at.desk.open(FLOAT, THANDI)
        sale = replace(at.samples.sale(5_000), currency="USD")
        await at.journal.commit((SaleOpened(sale),))
        await at.samples.prepared(at.journal, sale=sale)
        rest = (Tender(TenderKind.CASH, 5_000),)
        await refused(P.NOTHING_DUE, at.desk.take_rest(sale.id, rest, THANDI))


async def test_many_events_are_added_up_a_page_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing between two pages is lost or counted twice."""
    async with counter(tmp_path) as at:
        await at.desk.open(FLOAT, THANDI)
        for _ in range(5):
            await at.sold()
        whole = (await at.desk.report()).books
        monkeypatch.setattr(reading, "BOOKED_SPAN", 3)
        assert (await at.desk.report()).books == whole
        assert count(whole, Entry.REDEEMED) == 5


@pytest.mark.parametrize("table", ["event", "redemption"])
async def test_what_was_altered_is_left_out_of_the_books_and_counted(
    tmp_path: Path, table: str
) -> None:
    """The owner reads on the Z that a record is not as it was written."""
    altered = {
        "event": "UPDATE event SET content = '[1,9]' WHERE sequence = "
        "(SELECT min(sequence) FROM event WHERE kind = 5)",
        "redemption": "UPDATE redemption SET cashier = 'Nobody' WHERE slip_number = 1",
    }
    async with counter(tmp_path) as at:
        await at.desk.open(FLOAT, THANDI)
        for _ in range(20):  # so that it is not among the last, which the start looks at
            await at.sold()
    with tampering(tmp_path / "till") as connection:
        connection.execute(altered[table])
    async with counter(tmp_path) as at:
        assert (await at.desk.report()).books.left_out >= 1


async def test_an_event_that_somebody_deleted_stops_no_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a page would have ended with it; what rests on it is not counted."""
    monkeypatch.setattr(reading, "BOOKED_SPAN", 3)
    async with counter(tmp_path) as at:
        shift = await at.desk.open(FLOAT, THANDI)
        for _ in range(20):  # so that it is not among the last, which the start looks at
            await at.sold()
    with tampering(tmp_path / "till") as connection:
        gone = shift.begins_after + 6
        connection.execute("DELETE FROM event WHERE sequence = ?", (gone,))
    async with counter(tmp_path) as at:
        books = (await at.desk.report()).books
        assert 0 < count(books, Entry.REDEEMED) <= 20
        assert books.head is not None
