"""Removes slips with a change voucher's code from the till's folder after the time set for it.

Such a file is as good as cash to whoever can read the folder, and the customer has the paper. It is
removed only if this till's journal has its print job, and if it can be printed again or a person
has confirmed it. Files of other tills in the same folder are left alone.
"""

from datetime import timedelta

from counterfoil.domain.printing import PrintState, has_slip
from counterfoil.domain.slip import SlipKind
from counterfoil.ports.clock import Clock
from counterfoil.ports.journal import Journal
from counterfoil.ports.papers import KeptPaper, Papers

START_PAUSE_S = 20.0
"""A till that was just opened is left to the cashier first."""
PAUSE_S = 600.0


class PaperKeeping:
    """Removes slips with a change voucher's code that are older than ``keep`` from the folder."""

    def __init__(self, papers: Papers, journal: Journal, clock: Clock, keep: timedelta) -> None:
        self._papers = papers
        self._journal = journal
        self._clock = clock
        self._keep = keep

    async def run(self) -> None:
        """Remove slips regularly for as long as the till is open.

        Raises:
            JournalUnavailableError: the journal cannot be read any more.

        """
        await self._clock.sleep(START_PAUSE_S)
        while True:
            await self.remove_due()
            await self._clock.sleep(PAUSE_S)

    async def remove_due(self) -> None:
        """Remove each slip of this till that is older than ``keep``.

        Raises:
            JournalUnavailableError: the journal cannot be read any more.

        """
        for paper in await self._papers.kept():
            if await self._is_due(paper):
                await self._papers.remove(paper.name)

    async def _is_due(self, paper: KeptPaper) -> bool:
        redemption = await self._journal.redemption_by_reference(paper.reference)
        if redemption is None or redemption.slip_number != paper.slip_number:
            return False
        until = self._clock.now().wall - self._keep
        is_printable = has_slip(redemption)
        return any(
            job.queued_at <= until and (is_printable or job.state is PrintState.CONFIRMED)
            for job in await self._journal.print_jobs(redemption.id)
            if job.kind is not SlipKind.PENDING
            and job.copy_number == paper.copy_number
            and job.state is not PrintState.NOT_SENT
        )
