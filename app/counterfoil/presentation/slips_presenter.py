"""The page Slips to finish: what was sold or settled and whose slip no person has confirmed yet."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from PySide6.QtCore import QObject

from counterfoil.declaring import dataclass
from counterfoil.domain.printing import PrintJob, slip_papers
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.time import Instant
from counterfoil.overriding import override
from counterfoil.presentation.approval_presenter import ApprovalPresenter
from counterfoil.presentation.list_presenter import (
    Chosen,
    ListPresenter,
    ListSnapshot,
    Work,
    pick,
)
from counterfoil.presentation.screens import Act, Button, DetailRow, LedgerScreen, Question, Room
from counterfoil.presentation.words import buttons, lists, results
from counterfoil.presentation.words.rows import change_of, slip_card
from counterfoil.service.commands import ConfirmSlip
from counterfoil.service.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipsSnapshot(ListSnapshot):
    """The sales whose slip is to be finished, oldest first, and the chosen one."""

    entries: tuple[Redemption, ...] = ()


class SlipsPresenter(ListPresenter[SlipsSnapshot]):
    """Shows the sales whose slip is to be finished, and asks whether the slip came out."""

    room: ClassVar[Room] = Room.SLIPS

    def __init__(
        self, services: Services, approvals: ApprovalPresenter, parent: QObject | None = None
    ) -> None:
        super().__init__(services, approvals, SlipsSnapshot(chosen=Chosen()), parent)

    @override
    async def _read(self, wished: str) -> SlipsSnapshot:
        entries = await self._services.journal.slips_to_finish()
        chosen = pick(entries, wished)
        if chosen is None:
            return SlipsSnapshot(chosen=Chosen())
        detail, paper = await self._read_detail(chosen), await self._paper_of(chosen)
        return SlipsSnapshot(
            entries=entries, chosen=Chosen(id=chosen.id, detail=detail, paper=paper)
        )

    @override
    def _screen_of(self, shown: SlipsSnapshot, now: Instant) -> LedgerScreen:
        return LedgerScreen(
            room=self.room,
            title=lists.SLIPS,
            description=lists.slips_waiting(len(shown.entries)),
            cards=tuple(slip_card(one, now.wall) for one in shown.entries),
            chosen=shown.chosen.id,
            detail=shown.chosen.detail,
            paper=shown.chosen.paper,
            empty_title=lists.ALL_SLIPS_OUT,
            empty_line=lists.NOBODY_WAITS,
        )

    @override
    def _works(self) -> Mapping[Act, Work]:
        return {
            Act.PRINT_AGAIN: self._print,
            Act.SLIP_COMPLETE: self._slip_complete,
            Act.SLIP_NOT_COMPLETE: self._slip_not_complete,
        }

    async def _read_detail(self, chosen: Redemption) -> DetailRow:
        jobs = await self._services.journal.print_jobs(chosen.id)
        papers = slip_papers(chosen, jobs)
        question, offered = _offers(chosen, papers[-1] if papers else None)
        return replace(
            await self._plain_detail(chosen),
            change=change_of(chosen),
            question=question,
            buttons=offered,
        )

    async def _slip_complete(self, redemption_id: str) -> None:
        await self._services.run(ConfirmSlip(redemption_id=redemption_id, is_complete=True))
        self.told.emit(lists.SLIP_FINISHED, "check")

    async def _slip_not_complete(self, redemption_id: str) -> None:
        await self._services.run(ConfirmSlip(redemption_id=redemption_id, is_complete=False))


def _offers(
    chosen: Redemption, paper: PrintJob | None
) -> tuple[Question | None, tuple[Button, ...]]:
    if paper is None or not paper.is_asked_about:
        return None, (buttons.PRINT_SLIP,)
    how = results.look_for_reference(chosen.reference)
    question = Question(text=results.IS_SLIP_WHOLE, how=how)
    return question, (buttons.SLIP_COMPLETE, buttons.SLIP_NOT_COMPLETE)
