"""Open a shift, move its cash, take the rest of a sale, count the drawer, and close with the Z."""

from collections.abc import Mapping

from counterfoil.domain import rows as row
from counterfoil.domain.bookkeeping import Bookkeeper, carried_over
from counterfoil.domain.books import Books
from counterfoil.domain.chain_head import ChainHead
from counterfoil.domain.drawer import (
    REASON_MAX,
    CashMove,
    CashMoveKind,
    DrawerCount,
    ShiftProblem,
    is_cash_amount,
    is_countable,
)
from counterfoil.domain.failures import ShiftRefusedError, StaleChangeError
from counterfoil.domain.money import AMOUNT_CENTS_MAX
from counterfoil.domain.sale import Sale, SaleEnding
from counterfoil.domain.settlement import holds_many_digits
from counterfoil.domain.shift import Shift, ShiftReport
from counterfoil.domain.staff import Actor
from counterfoil.domain.states import SaleState
from counterfoil.domain.tender import Tender, fault_of_tenders
from counterfoil.domain.text import clean_text
from counterfoil.ports.clock import Clock
from counterfoil.ports.journal import Journal
from counterfoil.service.known import known_sale


class ShiftDesk:
    """Carries out what is done with the drawer and its shifts; all of it is in the journal.

    If the count differs from what should be there by more than ``explain_above_cents``, the shift
    cannot be closed without an explanation.
    """

    def __init__(
        self, *, journal: Journal, clock: Clock, currency: str, explain_above_cents: int
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._currency = currency
        self._explain_above_cents = explain_above_cents

    async def open(self, float_cents: int, by: Actor) -> Shift:
        """Open a shift with this much cash in the drawer, in minor units, and return it.

        Raises:
            ShiftRefusedError: one is open, or this is no amount.

        """
        if type(float_cents) is not int or not 0 <= float_cents <= AMOUNT_CENTS_MAX:
            raise ShiftRefusedError(ShiftProblem.NOT_AN_AMOUNT)
        shift = Shift(
            number=0,
            opened_at=self._clock.now().wall,
            opened_by=by.name,
            currency=self._currency,
            float_cents=float_cents,
            begins_after=0,
        )
        try:
            await self._journal.commit((row.ShiftOpened(shift),))
        except StaleChangeError:
            raise ShiftRefusedError(ShiftProblem.OPEN_ALREADY) from None
        return await self._open_shift()

    async def move(self, kind: CashMoveKind, cents: int, reason: str, by: Actor) -> CashMove:
        """Record cash that is put in or taken out; call it before the drawer is opened.

        Raises:
            ShiftRefusedError: no shift is open, or the amount or the reason cannot be accepted.

        """
        if type(cents) is not int or not is_cash_amount(kind, cents):
            raise ShiftRefusedError(ShiftProblem.NOT_AN_AMOUNT)
        line = plain_line(reason)
        shift = await self._open_shift()
        move = CashMove(
            shift=shift.number,
            kind=kind,
            cents=cents,
            reason=line,
            at=self._clock.now().wall,
            by=by.name,
            approved_by=by.approved_by,
        )
        await self._commit(row.CashMoved(move))
        return move

    async def take_rest(self, sale_id: str, tenders: tuple[Tender, ...], by: Actor) -> Sale:
        """Take what a sale's vouchers did not cover, and close the sale in the same commit.

        A late approval is then unclaimed, as after any other end without the voucher.

        Raises:
            UnknownSaleError: the journal has no such sale.
            ShiftRefusedError: no shift is open, nothing is due, or not all of it is paid.

        """
        sale = await known_sale(self._journal, sale_id)
        last = await self._journal.last_of_sale(sale_id)
        remaining = sale.remaining_cents if sale.state is SaleState.OPEN else None
        if last is None or sale.currency != self._currency:
            raise ShiftRefusedError(ShiftProblem.NOTHING_DUE)
        if (problem := fault_of_tenders(remaining, tenders)) is not None:
            raise ShiftRefusedError(problem)
        shift, at = await self._open_shift(), self._clock.now().wall
        closed = row.SaleClosed(sale_id, SaleEnding.PAID_OTHERWISE, by.name)
        paid = (
            row.RestPaid(
                shift=shift.number,
                sale_id=sale_id,
                redemption_id=last.id,
                paid_cents=sale.paid_cents,
                tender=tender,
                at=at,
                by=by.name,
            )
            for tender in tenders
        )
        await self._commit(closed, *paid)
        return await known_sale(self._journal, sale_id)

    async def count(self, pieces: Mapping[int, int], by: Actor) -> DrawerCount:
        """Record what somebody counted in the drawer.

        The answer holds what should be there, too: show that only to those who may read it.

        Raises:
            ShiftRefusedError: no shift is open, or these are no notes and coins.

        """
        shift = await self._open_shift()
        if not is_countable(pieces, shift.currency):
            raise ShiftRefusedError(ShiftProblem.NOT_PIECES)
        books = await self._add_up(shift)
        count = DrawerCount(
            shift=shift.number,
            pieces=dict(pieces),
            expected_cents=books.drawer.holds_cents,
            at=self._clock.now().wall,
            by=by.name,
        )
        await self._commit(row.DrawerCounted(count))
        return count

    async def report(self) -> ShiftReport:
        """Add up the open shift without changing anything: an X.

        Raises:
            ShiftRefusedError: no shift is open.

        """
        shift = await self._open_shift()
        books = await self._add_up(shift)
        return ShiftReport(shift, books)

    async def report_of(self, number: int) -> ShiftReport:
        """Return what the Z with this number says.

        Raises:
            ShiftRefusedError: there is none.

        """
        shift = await self._journal.shift(number)
        if shift is None or shift.books is None:
            raise ShiftRefusedError(ShiftProblem.UNKNOWN_SHIFT)
        return ShiftReport(shift, shift.books)

    async def close(self, explanation: str, by: Actor) -> Shift:
        """Close the shift with its Z, and return it. What is not settled is carried over.

        Events and cash moves that come while it adds up belong to the next shift.

        Raises:
            ShiftRefusedError: no shift is open, nobody has counted, or an explanation is missing.

        """
        shift = await self._open_shift()
        books = await self._add_up(shift)
        difference = books.drawer.difference_cents
        if difference is None:
            raise ShiftRefusedError(ShiftProblem.NOT_COUNTED)
        is_explained = abs(difference) <= self._explain_above_cents
        if not is_explained and not clean_text(explanation, 1):
            raise ShiftRefusedError(ShiftProblem.NOT_EXPLAINED)
        line = plain_line(explanation) if clean_text(explanation, 1) else ""
        closed = row.ShiftClosed(
            number=shift.number,
            books=books,
            at=self._clock.now().wall,
            by=by.name,
            explanation=line,
        )
        await self._commit(closed)
        return (await self.report_of(shift.number)).shift

    async def count_paper(self, shift: Shift, by: Actor) -> int:
        """Record that a Z is printed, before it is sent; return which copy it is, 0 for the first.

        Raises:
            ShiftRefusedError: another paper was counted since ``shift`` was read.

        """
        printed = row.ShiftPrinted(
            number=shift.number,
            copy_number=shift.papers,
            at=self._clock.now().wall,
            by=by.name,
            approved_by=by.approved_by,
        )
        await self._commit(printed)
        return shift.papers

    async def count_off(self, number: int, copy_number: int, by: Actor) -> None:
        """Note that nothing of a paper that was counted reached the printer.

        Raises:
            ShiftRefusedError: another paper was counted after it, so its number stays used.

        """
        at = self._clock.now().wall
        unsent = row.ShiftNotPrinted(number=number, copy_number=copy_number, at=at, by=by.name)
        await self._commit(unsent)

    async def _add_up(self, shift: Shift) -> Books:
        """Add up all events since the Z before, a page at a time so that no sale waits."""
        bookkeeper, after = Bookkeeper(shift.currency), shift.begins_after
        head: ChainHead | None = None
        while True:
            page = await self._journal.booked(after)
            for one in page.booked:
                bookkeeper.book(one.event, one.redemption)
            bookkeeper.leave_out(page.left_out)
            after, head = page.until, page.head
            if page.is_last:
                break
        waiting = await self._journal.redemptions_for_a_person()
        unsettled = (*await self._journal.open_redemptions(), *waiting)
        owed = sum(tally.count for tally in await self._journal.owed_tallies())
        return Books(
            lines=bookkeeper.lines(),
            drawer=bookkeeper.drawer(shift.float_cents),
            carried=carried_over(unsettled),
            carried_count=len(unsettled),
            owed_advices=owed,
            left_out=bookkeeper.left_out,
            head=head,
            put_back_by=bookkeeper.put_back_by,
        )

    async def _open_shift(self) -> Shift:
        shift = await self._journal.open_shift()
        if shift is None:
            raise ShiftRefusedError(ShiftProblem.NOT_OPEN)
        return shift

    async def _commit(self, *rows: row.Row) -> None:
        """Write rows of the open shift; somebody may have closed it, or its sale, just before.

        Raises:
            ShiftRefusedError: that is so.
            SaleClosedError: the sale was closed.

        """
        try:
            await self._journal.commit(rows)
        except StaleChangeError:
            raise ShiftRefusedError(ShiftProblem.MOVED_ON) from None


def plain_line(text: str) -> str:
    """Return a reason as one line that may be stored and printed unencrypted.

    Raises:
        ShiftRefusedError: it is missing, too long, or may hold a voucher's code.

    """
    line = clean_text(text, REASON_MAX + 1)
    if not line:
        raise ShiftRefusedError(ShiftProblem.NO_REASON)
    if len(line) > REASON_MAX:
        raise ShiftRefusedError(ShiftProblem.REASON_TOO_LONG)
    if holds_many_digits(line):
        raise ShiftRefusedError(ShiftProblem.REASON_HOLDS_CODE)
    return line
