"""Print slips and record every print job: counted before it is sent, then confirmed by a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from counterfoil.domain import rows as row
from counterfoil.domain.audit import Recorded, RedemptionChanged, VoidAsked
from counterfoil.domain.chain_head import ChainHead
from counterfoil.domain.failures import NoSlipError, NotPermittedError
from counterfoil.domain.printing import (
    BEING_UNDONE,
    PrintJob,
    PrintState,
    has_slip,
    is_handed_over,
    slip_papers,
)
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.settlement import SettledAs
from counterfoil.domain.settling import settlement_of
from counterfoil.domain.slip import Slip, SlipKind
from counterfoil.domain.slip_facts import NO_DETAILS, Heading, SlipContent, SlipDetails
from counterfoil.domain.staff import Actor, Permission
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.till import TillProfile
from counterfoil.domain.verdict import ChangeVoucher
from counterfoil.ports.advised_gateway import AdvisedGateway
from counterfoil.ports.clock import Clock
from counterfoil.ports.gateway import Gateway
from counterfoil.ports.journal import Journal
from counterfoil.ports.printer import NotSent, Printer, PrintOutcome, Sent
from counterfoil.ports.slip_writer import SlipWriter
from counterfoil.service.known import known_redemption
from counterfoil.service.revealing import refuse_shredded

_WITHOUT_PAPER = {PrintState.NOT_SENT}


class SlipDesk:
    """Composes slips from the journal and sends them to the printer."""

    def __init__(
        self,
        *,
        journal: Journal,
        gateways: Mapping[str, Gateway],
        printer: Printer,
        clock: Clock,
        profile: TillProfile,
        write: SlipWriter,
    ) -> None:
        self._journal = journal
        self._gateways = gateways
        self._printer = printer
        self._clock = clock
        self._profile = profile
        self._write = write

    def compose(
        self,
        redemption: Redemption,
        *,
        copy_number: int = 0,
        has_pin: bool = False,
        opened: ChangeVoucher | None = None,
        details: SlipDetails = NO_DETAILS,
    ) -> Slip:
        """Return the slip of a redemption, in words.

        With ``has_pin`` the slip goes to a printer, and ``opened`` is the change voucher with its
        codes, where there is one. Nothing was sent of an abandoned redemption, so it has no slip.

        Raises:
            NoSlipError: it is a refund that has given nothing back.

        """
        if redemption.is_refund and redemption.state is not RedemptionState.FINAL:
            raise NoSlipError
        heading = Heading(
            profile=self._profile,
            cashier=redemption.cashier,
            at=redemption.created_at.astimezone(),
            slip_number=redemption.slip_number,
            head=details.head,
        )
        return self._write(
            SlipContent(
                heading=heading,
                redemption=redemption,
                copy_number=copy_number,
                has_pin=has_pin,
                opened=opened,
                provider_lines=details.provider_lines,
                settlement=details.settlement,
                void=details.void,
            )
        )

    async def details(self, redemption: Redemption) -> SlipDetails:
        """Read what a slip needs beside the redemption itself, without lines that show a code."""
        whole = await self._all_details(redemption)
        lines = whole.provider_lines
        opened = await self._journal.change(redemption.id) if lines else None
        if opened is None:
            return whole
        shown = tuple(one for one in lines if not opened.is_repeated_in(one))
        return replace(whole, provider_lines=shown)

    async def _all_details(self, redemption: Redemption) -> SlipDetails:
        events = await self._journal.events(redemption.id)
        sale_s = events
        if redemption.refund_of is not None:
            sale_s = await self._journal.events(redemption.refund_of)
        return SlipDetails(
            provider_lines=await self._all_provider_lines(redemption),
            settlement=settlement_of(redemption, await self._journal.settlements(redemption.id)),
            head=_head_of(redemption, events),
            void=_void_of(redemption, sale_s),
        )

    async def _all_provider_lines(self, redemption: Redemption) -> tuple[str, ...]:
        """Return the lines that the upstream wants on the slip, from its answer in the journal.

        So a copy has the same lines as the original.
        """
        gateway = self._gateways.get(redemption.upstream)
        is_paid = redemption.state is RedemptionState.FINAL
        is_shredded = redemption.shredded_at is not None
        if not is_paid or is_shredded or not isinstance(gateway, AdvisedGateway):
            return ()
        request = await self._journal.request(redemption.id)
        return gateway.slip_lines(request, await self._journal.last_answer(redemption.id))

    async def print_slip(
        self,
        redemption_id: str,
        by: Actor,
        printer: Printer | None = None,
    ) -> tuple[PrintJob, PrintOutcome]:
        """Print the slip of a redemption; return the print job and whether its paper came out.

        The first print that may have come out is the original; every later one says COPY n, because
        nobody can prove that the first did not come out. Printing a copy of a code that the
        customer has already needs a permission of its own.

        Raises:
            UnknownRedemptionError: the journal has no such redemption.
            NoSlipError: nothing was sent, or it was taken back.
            NotPermittedError: it would be a copy that this person may not make; nothing was
                written.
            SecretsShreddedError: its code was removed by the retention rules.

        """
        redemption = await known_redemption(self._journal, redemption_id)
        details = await self._all_details(redemption)
        if not has_slip(redemption, is_void=details.void is not None):
            raise NoSlipError(redemption.state)
        jobs = await self._journal.print_jobs(redemption_id)
        job = self._next_job(redemption, jobs, by.name, is_void=details.void is not None)
        is_reopened = job.kind is SlipKind.COPY and is_handed_over(redemption, jobs)
        needed = Permission.REOPEN_CHANGE if is_reopened else Permission.PRINT_COPY
        if job.kind is SlipKind.COPY and not by.may(needed):
            raise NotPermittedError(needed)
        is_shredded = redemption.shredded_at is not None
        if redemption.has_change_pin and job.kind is not SlipKind.VOID:
            refuse_shredded(redemption)
        slip = self.compose(
            redemption,
            copy_number=job.copy_number,
            has_pin=True,
            opened=None if is_shredded else await self._journal.change(redemption_id),
            details=details,
        )
        await self._journal.commit((row.PrintQueued(job, by.approved_by, is_reopened),))
        try:
            outcome = await (printer or self._printer).print_slip(slip, title=slip.title)
        except BaseException:
            await self._move(job, PrintState.UNCERTAIN)
            raise
        return await self._move(job, _state_of(outcome)), outcome

    async def resume_printer(self) -> bool:
        """Start the till's paused print queue again; return whether the print system allowed it."""
        return await self._printer.resume()

    async def confirm(self, redemption_id: str, by: str, *, is_complete: bool) -> PrintJob | None:
        """Record whether the last print job came out whole; None when no job waits for that.

        Nobody is asked about a pending slip: it gives the customer nothing to spend.

        Raises:
            UnknownRedemptionError: the journal has no such redemption.

        """
        redemption = await known_redemption(self._journal, redemption_id)
        papers = slip_papers(redemption, await self._journal.print_jobs(redemption_id))
        waiting = [job for job in papers if job.is_asked_about]
        if not waiting:
            return None
        said = PrintState.CONFIRMED if is_complete else PrintState.NOT_COMPLETE
        return await self._move(waiting[-1], said, by)

    def _next_job(
        self, redemption: Redemption, jobs: Sequence[PrintJob], by: str, *, is_void: bool
    ) -> PrintJob:
        first = _first_kind(redemption, is_void=is_void)
        is_void = first is SlipKind.VOID
        papers = [
            job
            for job in jobs
            if job.kind is not SlipKind.PENDING
            and (job.kind is SlipKind.VOID) == is_void
            and job.state not in _WITHOUT_PAPER
        ]
        copy_number = 0 if first is SlipKind.PENDING else len(papers)
        kind = SlipKind.COPY if copy_number and first is SlipKind.ORIGINAL else first
        return PrintJob(
            redemption_id=redemption.id,
            number=len(jobs) + 1,
            kind=kind,
            copy_number=copy_number,
            queued_at=self._clock.now().wall,
            by=by,
        )

    async def _move(self, job: PrintJob, state: PrintState, by: str | None = None) -> PrintJob:
        moved, at = replace(job, state=state), self._clock.now().wall
        await self._journal.commit((row.PrintMoved(job.state, moved, at, by),))
        return moved


def _void_of(redemption: Redemption, events: Iterable[Recorded]) -> VoidAsked | None:
    """Return who had the sale taken back, for a refund and what is not final any more."""
    if redemption.state is RedemptionState.FINAL and not redemption.is_refund:
        return None
    was_final, found = False, None
    for one in events:
        match one.event:
            case RedemptionChanged(after=RedemptionState.FINAL):
                was_final = True
            case VoidAsked() if was_final:
                found = one.event
            case _:
                pass
    return found


def _first_kind(redemption: Redemption, *, is_void: bool) -> SlipKind:
    """Return what the first slip of a redemption is, as it stands.

    What was settled by hand may have a change voucher that the customer has never had.
    """
    if redemption.settled_as is SettledAs.OUTSIDE or (is_void and redemption.state in BEING_UNDONE):
        return SlipKind.VOID
    is_over = redemption.state in {RedemptionState.FINAL, RedemptionState.RESOLVED}
    return SlipKind.ORIGINAL if is_over else SlipKind.PENDING


def _head_of(redemption: Redemption, events: Iterable[Recorded]) -> ChainHead | None:
    """Return the event by which a redemption came to the state that it is in.

    It was durable before anybody was told of it, and is the same on every copy. None where the
    event was altered: nothing is said of what is not proven.
    """
    state, found = redemption.state, None
    for one in events:
        match one.event:
            case RedemptionChanged(after=after) if one.event.is_move and after is state:
                found = one.head
            case _:
                pass
    return found


def _state_of(outcome: PrintOutcome) -> PrintState:
    if isinstance(outcome, Sent):
        return PrintState.SENT
    return PrintState.NOT_SENT if isinstance(outcome, NotSent) else PrintState.UNCERTAIN
