"""The page In doubt: redemptions that are not settled, and advices that are owed."""

from collections.abc import Mapping
from dataclasses import field, replace
from typing import ClassVar

from PySide6.QtCore import QObject

from counterfoil.declaring import dataclass
from counterfoil.domain.advice import UNACKNOWLEDGED, AdviceState
from counterfoil.domain.forwarding import Standing
from counterfoil.domain.printing import has_slip
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.sale import Sale
from counterfoil.domain.settling import is_late_approval
from counterfoil.domain.states import FOR_A_PERSON, RedemptionState, SaleState
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
from counterfoil.presentation.needs import is_asked
from counterfoil.presentation.screens import Act, Button, CardRow, DetailRow, LedgerScreen, Room
from counterfoil.presentation.settle_presenter import SettlePresenter
from counterfoil.presentation.words import buttons, counter, lists, outcomes, owed, settlements
from counterfoil.presentation.words.owed import Owed
from counterfoil.presentation.words.rows import doubt_card
from counterfoil.service.commands import PrintSlip, ResumeUpstream, SetSaleAside, TryNow
from counterfoil.service.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class _Doubts:
    """What is not settled or owed: those for a person first, then the oldest."""

    entries: tuple[Redemption, ...] = ()
    owed: Mapping[str, Owed] = field(default_factory=dict)
    """What is owed of an entry, by its id."""
    standings: tuple[Standing, ...] = ()

    @property
    def stopped(self) -> dict[str, Standing]:
        """The queues that stand still, by the ids of their cards."""
        return {owed.queue_id(one): one for one in self.standings if one.is_paused}


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtSnapshot(ListSnapshot):
    """What is not settled or owed, and the chosen entry, as read at one moment."""

    doubts: _Doubts = field(default_factory=_Doubts)


class DoubtPresenter(ListPresenter[DoubtSnapshot]):
    """Shows what is not settled or owed, and carries out the buttons about it."""

    room: ClassVar[Room] = Room.IN_DOUBT

    def __init__(
        self,
        services: Services,
        approvals: ApprovalPresenter,
        settler: SettlePresenter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(services, approvals, DoubtSnapshot(chosen=Chosen()), parent)
        self._settler = settler

    @override
    async def _read(self, wished: str) -> DoubtSnapshot:
        doubts = await self._read_doubts()
        stopped = doubts.stopped
        queue_id = wished if wished in stopped else next(iter(stopped), "")
        chosen = pick(doubts.entries, wished)
        if queue_id and (chosen is None or chosen.id != wished):
            detail = owed.queue_detail(stopped[queue_id])
            return DoubtSnapshot(doubts=doubts, chosen=Chosen(id=queue_id, detail=detail))
        if chosen is None:
            return DoubtSnapshot(doubts=doubts, chosen=Chosen())
        detail = await self._read_detail(chosen, doubts.owed.get(chosen.id))
        paper = await self._paper_of(chosen)
        return DoubtSnapshot(doubts=doubts, chosen=Chosen(id=chosen.id, detail=detail, paper=paper))

    @override
    def _screen_of(self, shown: DoubtSnapshot, now: Instant) -> LedgerScreen:
        doubts, chosen = shown.doubts, shown.chosen
        contradicted = sum(one.advice.is_contradicted for one in doubts.owed.values())
        unsettled = sum(one.state is not RedemptionState.FINAL for one in doubts.entries)
        return LedgerScreen(
            room=self.room,
            title=lists.IN_DOUBT,
            description=owed.description(unsettled - contradicted, contradicted, doubts.standings),
            cards=(
                *map(owed.queue_card, doubts.stopped.values()),
                *(self._card(one, doubts.owed.get(one.id), now) for one in doubts.entries),
            ),
            chosen=chosen.id,
            detail=self._detail_now(shown, now),
            paper=chosen.paper,
            empty_title=lists.NOTHING_IN_DOUBT,
            empty_line=lists.ALL_SETTLED,
        )

    def _card(self, entry: Redemption, owing: Owed | None, now: Instant) -> CardRow:
        if owing is not None:
            return owed.card(owing, now)
        return doubt_card(entry, now.wall, is_checked=self._is_checked(entry))

    def _detail_now(self, shown: DoubtSnapshot, now: Instant) -> DetailRow | None:
        """Return the chosen one as its card is."""
        detail, owing = shown.chosen.detail, shown.doubts.owed.get(shown.chosen.id)
        if detail is None:
            return None
        if owing is not None:
            return owed.timed(detail, owing, now)
        chosen = next((one for one in shown.doubts.entries if one.id == shown.chosen.id), None)
        is_checked = chosen is not None and self._is_checked(chosen)
        return self._while_checked(chosen, detail) if chosen and is_checked else detail

    @override
    def _works(self) -> Mapping[Act, Work]:
        return {
            Act.ASK_AGAIN: self._ask_again,
            Act.PRINT_PENDING: self._print,
            Act.PAID_OTHERWISE: self._paid_otherwise,
            Act.TRY_NOW: self._try_now,
            Act.RESUME: self._resume,
            Act.COPY_REFERENCE: self._copy_reference,
            Act.SETTLE: self._settle,
        }

    async def _read_doubts(self) -> _Doubts:
        journal = self._services.journal
        # One that moves while this is read is listed once, as it was read last.
        unsettled = {one.id: one for one in await journal.redemptions_for_a_person()}
        unsettled |= {one.id: one for one in await journal.open_redemptions()}
        standings = await self._services.queues.standings()
        owing = await self._read_owed(standings)
        doubted = (one for one in unsettled.values() if one.id not in owing)
        return _Doubts(
            entries=(
                *sorted(doubted, key=_is_for_no_person),
                *(one.redemption for one in owing.values()),
            ),
            owed=owing,
            standings=standings,
        )

    async def _read_owed(self, standings: tuple[Standing, ...]) -> dict[str, Owed]:
        served = {one.upstream for one in standings if one.is_set_up}
        paused = {one.upstream for one in standings if one.is_paused}
        waiting = await self._services.journal.owed_advices()
        advices = [one for one in waiting if one.state in UNACKNOWLEDGED or one.is_contradicted]
        advices.sort(key=lambda one: (not one.needs_a_person, one.created_at))
        owing = {}
        for advice in advices[: owed.OWED_MAX]:
            redemption = await self._services.journal.redemption(advice.redemption_id)
            assert redemption is not None, "an advice belongs to a redemption"
            owing[redemption.id] = Owed(
                advice=advice,
                redemption=redemption,
                is_paused=advice.upstream in paused,
                is_set_up=advice.upstream in served,
            )
        return owing

    async def _read_detail(self, chosen: Redemption, owing: Owed | None) -> DetailRow:
        plain = await self._plain_detail(chosen)
        sale = await self._late_sale(chosen)
        offered = self._buttons(chosen, owing)
        if sale is not None and sale.state is SaleState.OPEN:
            offered = (*offered, buttons.PAID_OTHERWISE)
        if (await self._services.settlements.dossier(chosen.id)).can_settle:
            offered = (*offered, buttons.SETTLE)
        return replace(
            plain,
            state=outcomes.doubt(chosen)[0],
            what_to_do=_late_words(sale) if sale else plain.what_to_do,
            buttons=offered,
        )

    async def _late_sale(self, chosen: Redemption) -> Sale | None:
        """Return the sale that a late approval is for; None where none can come.

        While the counter waits the customer is there, and nothing is to be said yet.
        """
        if not chosen.may_pay_late or self._services.asking.waits_for(chosen):
            return None
        return await self._services.journal.sale(chosen.sale_id)

    def _buttons(self, chosen: Redemption, owing: Owed | None) -> tuple[Button, ...]:
        if owing is None:
            return self._unsettled_buttons(chosen, replace(buttons.ASK_AGAIN, is_primary=True))
        is_pending = chosen.state is RedemptionState.REVERSING and has_slip(chosen)
        return *owed.buttons(owing), *((buttons.PRINT,) if is_pending else ())

    # --------------------------------------------------------------------------------------- acts

    async def _paid_otherwise(self, redemption_id: str) -> None:
        stored = await self._services.journal.redemption(redemption_id)
        assert stored is not None, "what is shown is in the journal"
        await self._approvals.run(SetSaleAside(stored.sale_id), of=stored)
        after = await self._services.journal.redemption(redemption_id)
        if after is not None and after.state is RedemptionState.FINAL:
            self.told.emit(lists.TOO_LATE, "alert")
        else:
            self.told.emit(lists.SALE_CLOSED, "check")

    async def _settle(self, redemption_id: str) -> None:
        """Settle it, and print what the customer has never had: the slip of a late approval."""
        before, by = await self._services.journal.redemption(redemption_id), self._services.actor
        if await self._settler.settle(redemption_id) is None:
            return
        self.told.emit(settlements.SETTLED, "check")
        if before is not None and is_late_approval(before):
            job, sent = await self._services.run(PrintSlip(redemption_id), by=by)
            self.told.emit(lists.settled_and(lists.print_said(job.copy_number, sent)), "printer")

    async def _try_now(self, redemption_id: str) -> None:
        after = await self._services.run(TryNow(redemption_id))
        if after is not None:
            icon = "check" if after.state is AdviceState.ACKNOWLEDGED else "hourglass"
            self.told.emit(owed.tried_now(after), icon)

    async def _resume(self, queue_id: str) -> None:
        if (queue := self._shown.doubts.stopped.get(queue_id)) is not None:
            await self._approvals.run(ResumeUpstream(queue.upstream))
            self.told.emit(lists.resumed(owed.upstream_name(queue.upstream)), "check")

    async def _copy_reference(self, redemption_id: str) -> None:
        owing = self._shown.doubts.owed.get(redemption_id)
        if owing is not None:
            self.copied.emit(owed.reference_text(owing))


def _late_words(sale: Sale) -> str:
    if sale.state is not SaleState.OPEN:
        return counter.CLOSED_WITHOUT
    if is_asked(sale):
        return counter.NOBODY_SPOKE
    return counter.paid_otherwise(buttons.PAID_OTHERWISE.text)


def _is_for_no_person(redemption: Redemption) -> bool:
    return redemption.state not in FOR_A_PERSON
