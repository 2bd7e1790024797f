"""The rooms with a list: In doubt, Slips to finish, History."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from counterfoil.domain.advice import UNACKNOWLEDGED, Advice, AdviceState
from counterfoil.domain.failures import CounterfoilError, JournalUnavailableError
from counterfoil.domain.forwarding import hold_left_s
from counterfoil.domain.money import format_cents
from counterfoil.domain.printing import PrintState
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip import Gap, Slip, SlipKind
from counterfoil.domain.states import FOR_A_PERSON, RedemptionState, SaleState
from counterfoil.domain.voucher_type import UpstreamKind
from counterfoil.ports.printer import Sent
from counterfoil.presentation import owed, result_screen, void_words, words
from counterfoil.presentation.desk import Desk
from counterfoil.presentation.owed import Owed
from counterfoil.presentation.screens import (
    Act,
    Button,
    CardRow,
    DetailRow,
    LedgerScreen,
    PaperRow,
    Question,
    Room,
    Tone,
)
from counterfoil.presentation.shown import (
    amount_of,
    change_of,
    doubt_card,
    kept_cents,
    last_row,
    slip_card,
    tail_of,
    timeline,
)
from counterfoil.service.forwarder import Standing
from counterfoil.service.slip_desk import has_slip

HISTORY_MAX = 200
_UNSETTLED = frozenset({RedemptionState.INFLIGHT, RedemptionState.REVERSING})
_TAKEN_BACK = frozenset(
    {
        RedemptionState.REVERSED,
        RedemptionState.REVERSED_UNVERIFIED,
    }
)
_ASK_AGAIN = Button("Ask again", Act.ASK_AGAIN, "F5")
_PAID_OTHERWISE = Button("Paid otherwise", Act.PAID_OTHERWISE)
_NO_SLIP = PaperRow(
    slip=Slip(kind=SlipKind.DRAFT, lines=(Gap(),)),
    is_dimmed=True,
    stamp="NO SLIP",
    stamp_tone=Tone.DECLINED,
)
_PRINT = Button("Print", Act.PRINT_PENDING, icon="printer")


class LedgerPresenter(QObject):
    """Holds one room's list and the entry chosen in it.

    Signals:
        changed(LedgerScreen): there is something new to show.
        failed(CounterfoilError): the till cannot go on selling.
        told(str, str): a fact that needs no answer, with its icon.
        aged(LedgerScreen): only time has passed.
        copied(str): somebody wants this text in the clipboard; it holds no secret.
    """

    changed = Signal(object)
    failed = Signal(object)
    told = Signal(str, str)
    aged = Signal(object)
    copied = Signal(str)

    def __init__(self, desk: Desk, room: Room, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._room = room
        self._entries: tuple[Redemption, ...] = ()
        self._owed: dict[str, Owed] = {}
        self._standings: tuple[Standing, ...] = ()
        self._held: Advice | None = None
        self._emitted: LedgerScreen | None = None
        self._is_reading = False
        self._is_stale = False
        self._colours: dict[str, str] = {}
        self._chosen = ""
        self._detail: DetailRow | None = None
        self._paper: PaperRow | None = None

    def refresh(self) -> None:
        """Read the list anew; what changes while it is read is read once more."""
        self._is_stale = True
        if not self._is_reading:
            self._start(self._read_until_fresh, "load list")

    def tick(self) -> None:
        """Say anew what is said of time."""
        screen = self.screen()
        if self._emitted is not None and screen != self._emitted:
            self._emitted = screen
            self.aged.emit(screen)

    def choose(self, redemption_id: str) -> None:
        """Show one entry."""
        self._chosen = redemption_id
        self._start(self.load, "choose entry")

    def act(self, act: Act) -> None:
        """Carry out a button of the shown entry."""
        detail = self._detail
        if detail is None or act not in {button.act for button in detail.buttons}:
            return
        works: dict[Act, Callable[[str], Awaitable[None]]] = {
            Act.ASK_AGAIN: self._ask_again,
            Act.PRINT_PENDING: self._print,
            Act.PRINT_AGAIN: self._print,
            Act.SLIP_COMPLETE: self._slip_complete,
            Act.SLIP_NOT_COMPLETE: self._slip_not_complete,
            Act.PAID_OTHERWISE: self._paid_otherwise,
            Act.TRY_NOW: self._try_now,
            Act.RESUME: self._resume,
            Act.COPY_REFERENCE: self._copy_reference,
        }
        if act in works:
            # The entry that is shown: another one may be chosen and still being read.
            self._start(partial(works[act], detail.redemption_id), act.value)

    async def change_codes(self) -> tuple[Secret, ...]:
        """Return the codes of the shown entry's change vouchers, read for this moment."""
        shown = self._detail
        return await self._desk.change_codes(shown.redemption_id) if shown else ()

    async def load(self) -> None:
        """Read the list and the chosen entry from the journal, and show them."""
        self._entries = await self._read()
        self._colours = (await self._desk.catalogue.kept()).colours
        ids = [*self._queue_ids(), *(entry.id for entry in self._entries)]
        if self._chosen not in ids:
            self._chosen = ids[0] if ids else ""
        chosen = next((entry for entry in self._entries if entry.id == self._chosen), None)
        self._detail = await self._read_detail(chosen) if chosen else self._queue_detail()
        self._paper = await self._paper_of(chosen) if chosen else None
        self._emitted = self.screen()
        self.changed.emit(self._emitted)

    def screen(self) -> LedgerScreen:
        """Return what is to be shown now."""
        screen = LedgerScreen(
            room=self._room, chosen=self._chosen, detail=self._shown_detail(), paper=self._paper
        )
        if self._room is Room.HISTORY:
            return self._history(screen)
        if self._room is Room.SLIPS:
            return replace(
                screen,
                title="Slips to finish",
                description=_slips_description(len(self._entries)),
                cards=self._cards(slip_card),
                empty_title="Every slip is out",
                empty_line="Nobody waits for paper.",
            )
        contradicted = sum(one.advice.is_contradicted for one in self._owed.values())
        unsettled = sum(one.state is not RedemptionState.FINAL for one in self._entries)
        return replace(
            screen,
            title="In doubt",
            description=owed.description(unsettled - contradicted, contradicted, self._standings),
            cards=self._doubt_cards(),
            empty_title="Nothing is in doubt or owed",
            empty_line="Every redemption is settled, and every provider told.",
        )

    def _doubt_cards(self) -> tuple[CardRow, ...]:
        now = self._desk.clock.now()
        queues = [owed.queue_card(one) for one in self._standings if one.is_paused]
        return (
            *queues,
            *(
                owed.card(self._owed[entry.id], now)
                if entry.id in self._owed
                else doubt_card(entry, now.wall)
                for entry in self._entries
            ),
        )

    def _shown_detail(self) -> DetailRow | None:
        """Return the chosen entry as it is at this moment."""
        detail, now = self._detail, self._desk.clock.now()
        if detail is None:
            return None
        if detail.redemption_id in self._owed:
            return owed.timed(detail, self._owed[detail.redemption_id], now)
        held = self._held
        if held is not None and held.redemption_id == detail.redemption_id:
            return replace(detail, what_to_do=owed.voidable_words(hold_left_s(held, now)))
        return detail

    def _queue_ids(self) -> list[str]:
        return [f"{owed.QUEUE}{one.upstream}" for one in self._standings if one.is_paused]

    def _queue_detail(self) -> DetailRow | None:
        named = (one for one in self._standings if f"{owed.QUEUE}{one.upstream}" == self._chosen)
        standing = next(named, None)
        return owed.queue_detail(standing) if standing else None

    def _history(self, screen: LedgerScreen) -> LedgerScreen:
        total = sum(map(kept_cents, self._entries))
        return replace(
            screen,
            title="History",
            rows=tuple(last_row(one, self._colours) for one in self._entries),
            summary=f"{len(self._entries)} shown, "
            f"{format_cents(total, self._desk.profile.currency)} paid",
            empty_title="No redemptions yet",
            empty_line="The first one will stand here.",
        )

    def _cards(self, card: Callable[..., CardRow]) -> tuple[CardRow, ...]:
        now = self._desk.clock.now().wall
        return tuple(card(entry, now) for entry in self._entries)

    async def _read(self) -> tuple[Redemption, ...]:
        journal = self._desk.journal
        if self._room is Room.HISTORY:
            return await journal.history(HISTORY_MAX)
        if self._room is Room.SLIPS:
            return await journal.slips_to_finish()
        return await self._read_doubts()

    async def _read_until_fresh(self) -> None:
        self._is_reading = True
        try:
            while self._is_stale:
                self._is_stale = False
                await self.load()
        finally:
            self._is_reading = False

    async def _read_doubts(self) -> tuple[Redemption, ...]:
        """Read what is in doubt and what is owed: those for a person first, then the oldest."""
        journal = self._desk.journal
        for_a_person = await journal.redemptions_for_a_person()
        opened = await journal.open_redemptions()
        self._standings = await self._desk.forwarder.standings()
        served = {one.upstream for one in self._standings if one.is_set_up}
        paused = {one.upstream for one in self._standings if one.is_paused}
        waiting = await journal.owed_advices()
        advices = [one for one in waiting if one.state in UNACKNOWLEDGED or one.is_contradicted]
        advices.sort(key=lambda one: (not one.needs_a_person, one.created_at))
        self._owed = {}
        for advice in advices[: owed.OWED_MAX]:
            redemption = await journal.redemption(advice.redemption_id)
            assert redemption is not None, "an advice belongs to a redemption"
            self._owed[redemption.id] = Owed(
                advice=advice,
                redemption=redemption,
                is_paused=advice.upstream in paused,
                is_set_up=advice.upstream in served,
            )
        owing = [one.redemption for one in self._owed.values()]
        doubted = [one for one in (*for_a_person, *opened) if one.id not in self._owed]
        return *sorted(doubted, key=_is_for_no_person), *owing

    async def _read_detail(self, chosen: Redemption) -> DetailRow:
        happenings = await self._desk.journal.happenings(chosen.id)
        jobs = await self._desk.journal.print_jobs(chosen.id)
        papers = [job for job in jobs if job.kind is not SlipKind.PENDING]
        icon, word, tone = words.state_word(chosen)
        is_doubtful = self._room is Room.IN_DOUBT
        paper = papers[-1].state if papers else None
        question, buttons = self._offers(chosen, paper)
        sale_state = await self._late_sale(chosen)
        if sale_state is SaleState.OPEN:
            buttons = (*buttons, _PAID_OTHERWISE)
        is_held = self._room is Room.HISTORY and chosen.state is RedemptionState.FINAL
        self._held = await self._desk.journal.advice(chosen.id) if is_held else None
        return DetailRow(
            redemption_id=chosen.id,
            amount=amount_of(chosen),
            voucher=void_words.title(chosen),
            tail=tail_of(chosen),
            tone=tone,
            icon=icon,
            state=words.doubt(chosen)[0] if is_doubtful else word,
            what_to_do=_what_to_do(chosen, sale_state),
            timeline=timeline(chosen, happenings),
            change=change_of(chosen) if self._room is Room.SLIPS else None,
            question=question,
            buttons=buttons,
        )

    async def _late_sale(self, chosen: Redemption) -> SaleState | None:
        """Return the state of the sale that a late yes is for; None where none can come.

        While the counter waits the customer is there, and nothing is to be said yet.
        """
        is_late = chosen.may_pay_late and not self._desk.redeemer.waits_for(chosen)
        if self._room is not Room.IN_DOUBT or not is_late:
            return None
        sale = await self._desk.journal.sale(chosen.sale_id)
        return sale.state if sale else None

    def _offers(
        self, chosen: Redemption, paper: PrintState | None
    ) -> tuple[Question | None, tuple[Button, ...]]:
        if self._room is Room.SLIPS:
            return _slip_offers(chosen, paper)
        if chosen.id in self._owed:
            is_pending = chosen.state is RedemptionState.REVERSING and has_slip(chosen)
            return None, (*owed.buttons(self._owed[chosen.id]), *((_PRINT,) if is_pending else ()))
        if not has_slip(chosen):
            return None, ()
        is_advised = chosen.kind is UpstreamKind.ADVISED
        if chosen.state in FOR_A_PERSON or (chosen.state in _UNSETTLED and is_advised):
            return None, (_PRINT,)
        if chosen.state is RedemptionState.INFLIGHT:
            return None, (replace(_ASK_AGAIN, is_primary=self._room is Room.IN_DOUBT), _PRINT)
        return None, ()

    async def _paper_of(self, chosen: Redemption) -> PaperRow:
        is_refund_open = chosen.is_refund and chosen.state is not RedemptionState.FINAL
        is_nothing = chosen.state in {RedemptionState.DECLINED, RedemptionState.ABANDONED}
        if is_nothing or is_refund_open:
            return _NO_SLIP
        lines = await self._desk.slips.provider_lines(chosen)
        slip = self._desk.slips.compose(chosen, has_pin=False, provider_lines=lines)
        if chosen.state in _TAKEN_BACK:
            return result_screen.void_paper(slip)
        return PaperRow(slip=slip, is_torn=chosen.state is RedemptionState.FINAL)

    # --------------------------------------------------------------------------------------- acts

    async def _ask_again(self, redemption_id: str) -> None:
        asked = await self._desk.redeemer.ask(redemption_id)
        if not self._desk.redeemer.can_move(asked):
            self.told.emit(owed.NOT_SET_UP, "alert")
        elif asked.state is RedemptionState.INFLIGHT and asked.last_cause is not None:
            said = words.unknown(asked.last_cause)
            self.told.emit(f"Asked again: {said}.", "question")
        await self.load()

    async def _paid_otherwise(self, redemption_id: str) -> None:
        stored = await self._desk.journal.redemption(redemption_id)
        assert stored is not None, "what is shown is in the journal"
        await self._desk.redeemer.set_sale_aside(stored.sale_id)
        after = await self._desk.journal.redemption(redemption_id)
        if after is not None and after.state is RedemptionState.FINAL:
            self.told.emit("Too late: the voucher has paid this sale.", "alert")
        else:
            self.told.emit("The sale is closed", "check")
        await self.load()

    async def _try_now(self, redemption_id: str) -> None:
        after = await self._desk.forwarder.try_now(redemption_id)
        if after is not None and after.state is AdviceState.ACKNOWLEDGED:
            self.told.emit("The provider has it now", "check")
        elif after is not None:
            said = owed.last_answer(after)
            self.told.emit(f"Tried: {said}." if said else "Not tried yet.", "hourglass")
        await self.load()

    async def _resume(self, queue_id: str) -> None:
        upstream = queue_id.removeprefix(owed.QUEUE)
        self._desk.forwarder.resume(upstream)
        self.told.emit(f"Sending to {owed.upstream_name(upstream)} again", "check")
        await self.load()

    async def _copy_reference(self, redemption_id: str) -> None:
        if redemption_id in self._owed:
            self.copied.emit(owed.reference_text(self._owed[redemption_id]))

    async def _print(self, redemption_id: str) -> None:
        operator = self._desk.profile.operator
        try:
            job, outcome = await self._desk.slips.print_slip(redemption_id, operator)
        except CounterfoilError:
            raise
        except Exception:
            self.told.emit(words.PRINT_FAILED, "alert")
            await self.load()
            raise
        said = "Slip printed" if isinstance(outcome, Sent) else words.print_trouble(outcome.trouble)
        if job.copy_number:
            said = f"{said} as COPY {job.copy_number}"
        self.told.emit(said, "printer")
        await self.load()

    async def _slip_complete(self, redemption_id: str) -> None:
        await self._desk.slips.confirm(redemption_id, is_complete=True)
        self.told.emit("Slip finished", "check")
        await self.load()

    async def _slip_not_complete(self, redemption_id: str) -> None:
        await self._desk.slips.confirm(redemption_id, is_complete=False)
        await self.load()

    def _start(self, work: Callable[[], Awaitable[None]], name: str) -> None:
        _ = self._desk.owner.spawn(self._fenced(work), name)

    async def _fenced(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except JournalUnavailableError as error:
            self.failed.emit(error)
        except CounterfoilError as error:
            self.told.emit(words.failure(error), "alert")


def _slip_offers(
    chosen: Redemption, paper: PrintState | None
) -> tuple[Question | None, tuple[Button, ...]]:
    again = Button("Print", Act.PRINT_AGAIN, "F9", icon="printer")
    if paper in {PrintState.SENT, PrintState.UNCERTAIN}:
        how = f"Look for the reference {chosen.reference} at the bottom."
        yes = Button("Yes, the whole slip", Act.SLIP_COMPLETE, "F11", is_primary=True)
        return Question(text="Did the whole slip come out?", how=how), (
            yes,
            Button("No", Act.SLIP_NOT_COMPLETE, "F9"),
        )
    return None, (replace(again, is_primary=True),)


def _what_to_do(chosen: Redemption, sale_state: SaleState | None) -> str:
    if sale_state is not None:
        is_open = sale_state is SaleState.OPEN
        return words.SAY_PAID_OTHERWISE if is_open else words.CLOSED_WITHOUT
    if chosen.state is RedemptionState.ATTENTION:
        return words.attention(chosen.attention)
    if chosen.state is RedemptionState.REVERSED_UNVERIFIED:
        return words.NOT_VERIFIED
    return words.UNCLAIMED_WORDS if chosen.state is RedemptionState.UNCLAIMED else ""


def _is_for_no_person(redemption: Redemption) -> bool:
    return redemption.state not in FOR_A_PERSON


def _slips_description(count: int) -> str:
    if count == 0:
        return ""
    noun = "customer was" if count == 1 else "customers were"
    return f"{count} {noun} not given a whole slip yet, as far as this till was told."
