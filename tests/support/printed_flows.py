"""Redemptions whose slips go to a receipt printer of our own, and what must hold of its papers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from typing_extensions import override

from counterfoil.domain.printing import PrintState
from counterfoil.domain.settlement import SettledAs
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.states import RedemptionState
from counterfoil_sandbox.server import SandboxServer
from support.flows import (
    FLOWS,
    NO_KILL,
    SETTLED_FLOWS,
    Books,
    Flow,
    Kill,
    Scene,
    doubled_unless,
    journal_of,
    lost_unless,
    window_line,
)
from support.killing import Cashier, Job, Life, Nursery
from support.raw_printer import RawPrinter

PRINTED_FLOWS: tuple[Flow, ...] = (*FLOWS[:2], SETTLED_FLOWS[0])
"""A part with a change voucher, one whose answer is lost, and a void with a paper of its own."""
_SALE, _VOID = "VOUCHER PAYMENT", "VOUCHER SALE VOIDED"
_SIGNS = re.compile(
    rf"COPY (?P<number>\d+)|(?P<head>{_SALE}|{_VOID}|Z REPORT \d+)|PENDING: NOT CONFIRMED"
)


@dataclass(frozen=True, slots=True)
class Printed:
    """One paper, or the begin of one, by what it says of itself. An original has number 0."""

    head: str
    copy_number: int


def printed(text: str) -> list[Printed]:
    """Return what has come out of a printer, in order; pending slips give nothing to spend.

    A copy says so above its head and again at its foot, with the same number.
    """
    found: list[Printed] = []
    said = 0
    without_foot: int | None = None
    is_pending = False
    for sign in _SIGNS.finditer(text):
        if sign["number"] is not None:
            number = int(sign["number"])
            is_foot = number == without_foot
            without_foot = None
            said = 0 if is_foot else number
        elif sign["head"] is None:
            is_pending = not is_pending
        elif not is_pending:
            found.append(Printed(sign["head"], said))
            without_foot, said = said or None, 0
    return found


def check_papers(papers: Sequence[Printed]) -> None:
    """Check that no two papers of one head are alike: one original, and each copy with its number.

    Raises:
        DoubledError: two are.

    """
    doubled_unless(len(papers) == len(set(papers)), f"two papers say the same: {papers}")


class PrinterScene(Scene):
    """A scene in the window, whose slips go to a receipt printer that somebody looks at."""

    def __init__(
        self,
        server: SandboxServer,
        nursery: Nursery,
        folder: Path,
        flow: Flow,
        printer: RawPrinter,
        *,
        mutant: str = "",
    ) -> None:
        """Each till of the scene breaks the rule ``mutant``: a paper is wrong beside another."""
        super().__init__(server, nursery, folder, flow)
        self._printer = printer
        self._mutant = mutant

    @override
    def window(self, cashier: Cashier) -> Job:
        """Return the process that opens a window; who does not sell finishes the slips."""
        lines = (window_line(self.line, port=self._printer.port),)
        worker = replace(cashier, finishes_slips=not cashier.type_id)
        return Job(
            lines=lines, cashier=worker, has_middle=self.flow.has_middle, mutant=self._mutant
        )

    @override
    def live_as(self, job: Job) -> Life:
        """Let one process of this till live to its end."""
        return super().live_as(replace(job, mutant=self._mutant))

    @override
    def live_in_window(self, cashier: Cashier, kill: Kill = NO_KILL) -> Life:
        """Let a cashier work in the window, up to the boundary or the time."""
        return super().live_in_window(cashier, replace(kill, mutant=self._mutant))

    @override
    async def check_before_recovery(self, life: Life) -> Books:
        """Check as ever, that what came out was counted, and that what waits is listed."""
        books = await super().check_before_recovery(life)
        self._printer.rest()
        papers = printed(self._printer.text)
        check_papers(papers)
        counted = [job for job in books.papers if job.kind is not SlipKind.PENDING]
        assert len(papers) <= len(counted), "a paper that nobody counted"
        await self._check_listed(books)
        return books

    async def _check_listed(self, books: Books) -> None:
        """Check that a slip is to be finished until somebody said that it came out."""
        found = books.only
        if found is None or found.state not in {RedemptionState.FINAL, RedemptionState.RESOLVED}:
            return
        is_void = found.settled_as is SettledAs.OUTSIDE
        is_whole = any(
            job.state is PrintState.CONFIRMED and (job.kind is SlipKind.VOID) == is_void
            for job in books.papers
        )
        async with journal_of(self.line) as journal:
            is_listed = await journal.slip_ids_to_finish() == {found.id}
        lost_unless(is_listed is not is_whole, "a slip that nobody found whole is not listed")

    @override
    async def check_after_recovery(self, *, recovers_again: bool = True) -> Books:
        """Finish the slips, and check that the customer has the code on a whole paper."""
        life = self.live_in_window(Cashier())
        assert (life.codes, life.said) == ([0], ""), f"the slips were not finished: {life.said}"
        books = await super().check_after_recovery(recovers_again=recovers_again)
        self._printer.rest()
        papers = printed(self._printer.text)
        check_papers(papers)
        found = books.only
        if found is None or found.state not in {RedemptionState.FINAL, RedemptionState.RESOLVED}:
            return books
        async with journal_of(self.line) as journal:
            assert await journal.slips_to_finish() == (), "a slip that nobody finished"
        is_void = found.settled_as is SettledAs.OUTSIDE
        last = self._printer.machine.papers[-1].text
        assert (_VOID if is_void else _SALE) in last, "the last paper is another one"
        if not is_void and books.change_pin is not None:
            is_there = books.change_pin in "".join(last.split())
            lost_unless(is_there, "the code is on no whole paper")
        return books
