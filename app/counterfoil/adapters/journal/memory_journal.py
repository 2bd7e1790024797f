"""A journal that keeps every rule and forgets everything when the till stops.

It refuses what the file refuses, for the same reasons, so that what runs against it runs against
the file. Its rows are whole or not at all: a commit is applied to a copy that then replaces it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from counterfoil.adapters.journal.rules import (
    FINISHING_KINDS,
    check_advice_fresh,
    check_advice_growth,
    check_claim,
    check_growth,
    check_owed,
    check_refund,
    check_row,
    state_once_noted,
    tell,
)
from counterfoil.domain.advice import Advice, AdviceKind
from counterfoil.domain.failures import (
    AlreadyRefundedError,
    ReferenceTakenError,
    SaleClosedError,
    SaleInUseError,
    StaleChangeError,
    VoucherInUseError,
)
from counterfoil.domain.printing import PrintJob, PrintState
from counterfoil.domain.redemption import Attempt, Redemption, Sale
from counterfoil.domain.rows import (
    AdviceAttemptEnded,
    AdviceAttemptStarted,
    AdviceOwed,
    AdviceTurned,
    AttemptEnded,
    AttemptStarted,
    CodeShown,
    CustomerNoted,
    PrintMoved,
    PrintQueued,
    RedemptionChanged,
    RedemptionPrepared,
    Row,
    SaleClosed,
    SaleMustBeOpen,
    SaleOpened,
    TypesKept,
    VoidAsked,
)
from counterfoil.domain.search import Search
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.states import (
    FOR_A_PERSON,
    OPEN,
    REFUNDED_NOTHING,
    VOUCHER_LOCKED,
    Customer,
    RedemptionState,
    SaleState,
)
from counterfoil.domain.voucher_type import UpstreamKind, VoucherType
from counterfoil.ports.journal import Finding, Happening


class MemoryJournal:
    """The journal port over plain dictionaries; nothing is sealed, because nothing is stored."""

    def __init__(self) -> None:
        self._books = _Books()

    async def commit(self, rows: Sequence[Row]) -> None:
        """Write all rows or none."""
        books = self._books.copy()
        for row in rows:
            check_row(row)
            books.write(row)
        books.tell(rows)
        self._books = books

    async def redemption(self, redemption_id: str) -> Redemption | None:
        """Return one redemption."""
        return self._books.redemptions.get(redemption_id)

    async def redemption_by_reference(self, reference: str) -> Redemption | None:
        """Return the redemption with this short reference."""
        found = self._books.where(lambda redemption: redemption.reference == reference)
        return found[0] if found else None

    async def request(self, redemption_id: str) -> Secret:
        """Return the exact text that is sent for this redemption."""
        assert redemption_id in self._books.requests, "only what was prepared has a request"
        return self._books.requests[redemption_id]

    async def open_redemptions(self) -> tuple[Redemption, ...]:
        """Return those the till still has something to do for, oldest first."""
        return self._books.where(lambda redemption: redemption.state in OPEN)

    async def redemptions_for_a_person(self) -> tuple[Redemption, ...]:
        """Return those that are unclaimed or need attention, oldest first."""
        return self._books.where(lambda redemption: redemption.state in FOR_A_PERSON)

    async def redemptions_left_open(self) -> tuple[Redemption, ...]:
        """Return the last redemption of each open sale that the till had stopped over."""
        last = {one.sale_id: one for one in self._books.where(lambda _: True)}
        return tuple(one for one in last.values() if _is_left_open(self._books.sales[one.sale_id]))

    async def slips_to_finish(self) -> tuple[Redemption, ...]:
        """Return final redemptions whose slip no person has confirmed, oldest first."""
        books = self._books
        return books.where(
            lambda redemption: (
                redemption.state is RedemptionState.FINAL
                and not any(map(_is_finished_by, books.jobs[redemption.id]))
            )
        )

    async def slip_ids_to_finish(self) -> frozenset[str]:
        """Return the ids of the same."""
        return frozenset(redemption.id for redemption in await self.slips_to_finish())

    async def history(self, limit: int, before: int | None = None) -> tuple[Redemption, ...]:
        """Return redemptions, newest first, with slip numbers below ``before``."""
        found = self._books.where(
            lambda redemption: before is None or redemption.slip_number < before
        )
        return found[::-1][:limit]

    async def find(self, search: Search, limit: int) -> tuple[Redemption, ...]:
        """Return those that a search finds among all of them, newest first."""
        return self._books.where(search.finds)[::-1][:limit]

    async def count(self, search: Search | None = None) -> int:
        """Return how many redemptions there are, or how many a search finds."""
        return len(self._books.where(search.finds if search else lambda _: True))

    async def sale(self, sale_id: str) -> Sale | None:
        """Return one sale, with what its final redemptions paid."""
        sale = self._books.sales.get(sale_id)
        return sale and replace(sale, paid_cents=self._books.paid_cents(sale_id))

    async def attempts(self, redemption_id: str) -> tuple[Attempt, ...]:
        """Return the attempts of one redemption in order."""
        return self._books.attempts.get(redemption_id, ())

    async def last_answer(self, redemption_id: str) -> Secret | None:
        """Return the last answer that came to an attempt."""
        return self._books.answers.get(redemption_id)

    async def advice(self, redemption_id: str) -> Advice | None:
        """Return the advice of one redemption."""
        return self._books.advices.get(redemption_id)

    async def advice_body(self, advice_id: str) -> Secret:
        """Return the exact text that is sent for an advice."""
        assert advice_id in self._books.bodies, "only what was written has a body"
        return self._books.bodies[advice_id]

    async def owed_advices(self, upstream: str | None = None) -> tuple[Advice, ...]:
        """Return the advices that are still to be sent, in the order of birth."""
        return tuple(
            advice
            for advice in self._books.advices.values()
            if advice.is_to_be_sent and upstream in {None, advice.upstream}
        )

    async def print_jobs(self, redemption_id: str) -> tuple[PrintJob, ...]:
        """Return the papers of one redemption in order."""
        return self._books.jobs.get(redemption_id, ())

    async def papers_under_way(self) -> tuple[PrintJob, ...]:
        """Return the papers that were counted and whose printing has no end."""
        written = (job for jobs in self._books.jobs.values() for job in jobs)
        return tuple(job for job in written if job.state is PrintState.QUEUED)

    async def happenings(self, redemption_id: str) -> tuple[Happening, ...]:
        """Return what happened to one redemption, in order."""
        told = self._books.happenings
        return tuple(happening for happening in told if happening.redemption_id == redemption_id)

    async def next_slip_number(self) -> int:
        """Return the slip number the next redemption will get."""
        return len(self._books.redemptions) + 1

    async def kept_types(self, upstream: str) -> tuple[datetime, tuple[VoucherType, ...]] | None:
        """Return the last types kept for an upstream, with their time."""
        return self._books.types.get(upstream)

    async def verify(self) -> tuple[Finding, ...]:
        """Find nothing: there is no file that anybody could have altered."""
        return ()


@dataclass(slots=True)
class _Books:
    """Everything that is written; a dictionary keeps the order of birth."""

    sales: dict[str, Sale] = field(default_factory=dict)
    redemptions: dict[str, Redemption] = field(default_factory=dict)
    requests: dict[str, Secret] = field(default_factory=dict)
    attempts: dict[str, tuple[Attempt, ...]] = field(default_factory=dict)
    answers: dict[str, Secret] = field(default_factory=dict)
    advices: dict[str, Advice] = field(default_factory=dict)
    bodies: dict[str, Secret] = field(default_factory=dict)
    jobs: dict[str, tuple[PrintJob, ...]] = field(default_factory=dict)
    types: dict[str, tuple[datetime, tuple[VoucherType, ...]]] = field(default_factory=dict)
    happenings: list[Happening] = field(default_factory=list)

    def copy(self) -> "_Books":
        """Return books of the same rows that can be written without touching these."""
        return _Books(
            dict(self.sales),
            dict(self.redemptions),
            dict(self.requests),
            dict(self.attempts),
            dict(self.answers),
            dict(self.advices),
            dict(self.bodies),
            dict(self.jobs),
            dict(self.types),
            list(self.happenings),
        )

    def where(self, is_wanted: Callable[[Redemption], bool]) -> tuple[Redemption, ...]:
        """Return the redemptions that are wanted, oldest first."""
        return tuple(filter(is_wanted, self.redemptions.values()))

    def paid_cents(self, sale_id: str) -> int:
        """Sum what the final redemptions of a sale took."""
        final = self.where(
            lambda redemption: (
                redemption.sale_id == sale_id and redemption.state is RedemptionState.FINAL
            )
        )
        return sum(redemption.redeemed_cents or 0 for redemption in final)

    def write(self, row: Row) -> None:
        """Write one row or refuse it."""
        match row:
            case SaleOpened() | SaleMustBeOpen() | SaleClosed() | CustomerNoted():
                self._write_sale(row)
            case RedemptionPrepared() | RedemptionChanged() | VoidAsked() | CodeShown():
                self._write_redemption(row)
            case AttemptStarted() | AttemptEnded():
                self._write_attempt(row)
            case AdviceOwed() | AdviceTurned() | AdviceAttemptStarted() | AdviceAttemptEnded():
                self._write_advice(row)
            case PrintQueued() | PrintMoved():
                self._write_paper(row)
            case TypesKept():
                self.types[row.upstream] = (row.at, row.types)
            case _:
                assert_never(row)

    def _write_sale(self, row: SaleOpened | SaleMustBeOpen | SaleClosed | CustomerNoted) -> None:
        """Open, check or close a sale, or note where its customer is."""
        if isinstance(row, SaleOpened):
            assert row.sale.id not in self.sales, "a sale is opened once"
            self.sales[row.sale.id] = replace(row.sale, paid_cents=0)
            return
        sale = self.sales.get(row.sale_id)
        if sale is None or sale.state is not SaleState.OPEN:
            raise SaleClosedError("the sale is not open")
        if isinstance(row, SaleClosed):
            self.sales[row.sale_id] = replace(sale, state=row.state)
        elif isinstance(row, CustomerNoted):
            state = state_once_noted(sale.customer, row)
            self.sales[row.sale_id] = replace(
                sale, state=state, customer=row.customer, customer_at=row.at
            )

    def _write_redemption(
        self, row: RedemptionPrepared | RedemptionChanged | VoidAsked | CodeShown
    ) -> None:
        """Prepare or change a redemption, or only note what was asked or shown of it."""
        if isinstance(row, RedemptionPrepared):
            self._prepare(row)
        elif isinstance(row, RedemptionChanged):
            self._change(row)
        else:
            assert row.redemption_id in self.redemptions, "what is written belongs to a redemption"

    def _prepare(self, row: RedemptionPrepared) -> None:
        """Give birth to a redemption."""
        new = row.redemption
        assert new.sale_id in self.sales, "a redemption belongs to a sale"
        keys = {redemption.idempotency_key for redemption in self.redemptions.values()}
        assert new.idempotency_key not in keys, "a key is used once"
        sale = self.sales[new.sale_id]
        if sale.state is not SaleState.OPEN or sale.customer is Customer.ASKED:
            raise SaleInUseError("the sale is closed")
        if new.refund_of is not None:
            check_refund(new, self.redemptions.get(new.refund_of), self.advices.get(new.refund_of))
        self._check_locks(new)
        if self.where(lambda redemption: redemption.reference == new.reference):
            raise ReferenceTakenError("the short reference is taken")
        self.redemptions[new.id] = replace(new, slip_number=len(self.redemptions) + 1)
        self.requests[new.id] = row.request
        self.attempts[new.id] = ()
        self.jobs[new.id] = ()

    def _change(self, row: RedemptionChanged) -> None:
        """Change a redemption that still is where the change began."""
        old = self.redemptions.get(row.after.id)
        if old is None or old.state is not row.before:
            raise StaleChangeError("the redemption moved on")
        number = row.after.slip_number or old.slip_number
        new = replace(row.after, slip_number=number, is_refunded=old.is_refunded)
        check_growth(old, new)
        check_claim(old.state, new.state, self.sales[new.sale_id])
        if new.state is not old.state:
            check_owed(new, self.advices.get(old.id))
        self._check_locks(new)
        self.redemptions[new.id] = new
        if new.refund_of is not None:
            is_refunded = new.state is RedemptionState.FINAL
            taken = self.redemptions[new.refund_of]
            if is_refunded or old.state is RedemptionState.FINAL:
                self.redemptions[taken.id] = replace(taken, is_refunded=is_refunded)
        if new.state is RedemptionState.FINAL:
            assert new.redeemed_cents is not None, "what is final took an amount"
            due_cents = self.sales[new.sale_id].due_cents
            paid_cents = self.paid_cents(new.sale_id)
            assert due_cents is None or paid_cents <= due_cents, "a sale is never overpaid"

    def _check_locks(self, new: Redemption) -> None:
        """Refuse a second open redemption of a voucher or a sale."""
        others = self.where(lambda redemption: redemption.id != new.id)
        if new.is_refund and any(
            other.refund_of == new.refund_of and other.state not in REFUNDED_NOTHING
            for other in others
        ):
            raise AlreadyRefundedError("the redemption has a refund")
        if new.state in VOUCHER_LOCKED and any(
            other.state in VOUCHER_LOCKED and other.fingerprint == new.fingerprint
            for other in others
        ):
            raise VoucherInUseError("the voucher has a redemption that is not settled")
        if new.state in OPEN and any(
            other.state in OPEN and other.sale_id == new.sale_id for other in others
        ):
            raise SaleInUseError("the sale has a redemption that is not settled")

    def _write_attempt(self, row: AttemptStarted | AttemptEnded) -> None:
        """Write the start of the next attempt, or the end of the last one."""
        if isinstance(row, AttemptStarted):
            self._start_attempt(row.attempt)
            return
        written = self.attempts.get(row.redemption_id, ())
        if not _is_under_way(written) or row.number != len(written):
            raise StaleChangeError("the attempt has ended")
        ended = replace(
            written[-1],
            ended_at=row.at,
            outcome=row.outcome,
            cause=row.cause,
            http_status=row.http_status,
        )
        self.attempts[row.redemption_id] = (*written[:-1], ended)
        if row.body is not None:
            self.answers[row.redemption_id] = row.body

    def _start_attempt(self, attempt: Attempt) -> None:
        """Write the start of the next attempt; there is one at a time."""
        assert attempt.redemption_id in self.redemptions, "an attempt belongs to a redemption"
        written = self.attempts[attempt.redemption_id]
        if _is_under_way(written) or attempt.number != len(written) + 1:
            raise StaleChangeError("another attempt was started")
        self.attempts[attempt.redemption_id] = (*written, attempt)

    def _write_advice(
        self, row: AdviceOwed | AdviceTurned | AdviceAttemptStarted | AdviceAttemptEnded
    ) -> None:
        """Write a new advice, turn one that was never sent, or count an attempt."""
        new = row.after if isinstance(row, AdviceAttemptEnded) else row.advice
        old = self.advices.get(new.redemption_id)
        if isinstance(row, AdviceOwed):
            redemption = self.redemptions.get(new.redemption_id)
            assert redemption is not None, "what is written belongs to a redemption"
            assert redemption.kind is UpstreamKind.ADVISED, "an upstream with a key is told nothing"
            assert old is None, "a request has one advice"
            new = replace(new, is_refund=redemption.is_refund)
            is_asked = _is_under_way(self.attempts[new.redemption_id])
            assert not is_asked, "an advice never overtakes its request"
        elif old is None:
            raise StaleChangeError("there is no such advice")
        elif isinstance(row, AdviceTurned):
            if old.attempts > 0 or old.kind is not AdviceKind.CONFIRMATION:
                raise StaleChangeError("the advice may have left")
            check_advice_growth(replace(old, kind=new.kind, reason=new.reason), new)
        else:
            check_advice_fresh(row, old)
            check_advice_growth(old, new)
        if isinstance(row, AdviceOwed | AdviceTurned):
            self.bodies[new.id] = row.body
        self.advices[new.redemption_id] = new

    def _write_paper(self, row: PrintQueued | PrintMoved) -> None:
        """Count a new paper, or say what became of one."""
        job = row.job if isinstance(row, PrintQueued) else row.after
        assert job.redemption_id in self.redemptions, "a paper belongs to a redemption"
        written = self.jobs[job.redemption_id]
        if isinstance(row, PrintQueued):
            has_original = any(map(_is_original, written))
            if job.number != len(written) + 1 or (has_original and _is_original(job)):
                raise StaleChangeError("another paper was counted")
            self.jobs[job.redemption_id] = (*written, job)
            return
        index = job.number - 1
        if not 0 <= index < len(written) or written[index].state is not row.before:
            raise StaleChangeError("the paper moved on")
        moved = replace(written[index], state=job.state)
        self.jobs[job.redemption_id] = (*written[:index], moved, *written[index + 1 :])

    def tell(self, rows: Iterable[Row]) -> None:
        """Append a happening for each row that wrote something.

        A row without a time takes the one before it.
        """
        for row in rows:
            told = tell(self._as_written(row))
            if told is None:
                continue
            at = told.at or self.happenings[-1].at
            self.happenings.append(
                Happening(
                    sequence=len(self.happenings) + 1,
                    at=at,
                    redemption_id=told.redemption_id,
                    kind=told.kind,
                    facts=told.facts,
                )
            )

    def _as_written(self, row: Row) -> Row:
        """Return the row with the slip number that the journal gave."""
        if not isinstance(row, RedemptionPrepared):
            return row
        number = self.redemptions[row.redemption.id].slip_number
        return replace(row, redemption=replace(row.redemption, slip_number=number))


def _is_left_open(sale: Sale) -> bool:
    """Say whether the till had stopped over this sale, and it is not closed yet."""
    return sale.state is SaleState.OPEN and sale.customer is not None


def _is_under_way(attempts: tuple[Attempt, ...]) -> bool:
    """Say whether the last attempt has started and not ended."""
    return bool(attempts) and attempts[-1].ended_at is None


def _is_original(job: PrintJob) -> bool:
    """Say whether paper that reads ORIGINAL may exist because of this job."""
    return job.kind is SlipKind.ORIGINAL and job.state is not PrintState.NOT_SENT


def _is_finished_by(job: PrintJob) -> bool:
    """Say whether this paper finishes its redemption."""
    return job.kind in FINISHING_KINDS and job.state is PrintState.CONFIRMED
