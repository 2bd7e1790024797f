"""The rooms with a list: In doubt, Slips to finish, History."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from counterfoil.domain.failures import CounterfoilError, JournalUnavailableError
from counterfoil.domain.money import format_cents
from counterfoil.domain.printing import PrintState
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip import Gap, Slip, SlipKind
from counterfoil.domain.slip_text import code_of
from counterfoil.domain.states import FOR_A_PERSON, RedemptionState
from counterfoil.ports.printer import Sent
from counterfoil.presentation import result_screen, words
from counterfoil.presentation.desk import Desk
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
    last_row,
    slip_card,
    tail_of,
    timeline,
)

HISTORY_MAX = 200
_TAKEN_BACK = frozenset(
    {
        RedemptionState.REVERSED,
        RedemptionState.REVERSED_UNVERIFIED,
    }
)
_ASK_AGAIN = Button("Ask again", Act.ASK_AGAIN, "F5")
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
    """

    changed = Signal(object)
    failed = Signal(object)
    told = Signal(str, str)

    def __init__(self, desk: Desk, room: Room, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._room = room
        self._entries: tuple[Redemption, ...] = ()
        self._colours: dict[str, str] = {}
        self._chosen = ""
        self._detail: DetailRow | None = None
        self._paper: PaperRow | None = None

    def refresh(self) -> None:
        """Read the list anew."""
        self._start(self.load, "load list")

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
        }
        if act in works:
            # The entry that is shown: another one may be chosen and still being read.
            self._start(partial(works[act], detail.redemption_id), act.value)

    async def change_pin(self) -> Secret | None:
        """Return the PIN of the shown entry's change voucher, read for this moment."""
        shown = self._detail
        stored = await self._desk.journal.redemption(shown.redemption_id) if shown else None
        return code_of(stored.change) if stored else None

    async def load(self) -> None:
        """Read the list and the chosen entry from the journal, and show them."""
        self._entries = await self._read()
        self._colours = (await self._desk.catalogue.kept()).colours
        ids = [entry.id for entry in self._entries]
        if self._chosen not in ids:
            self._chosen = ids[0] if ids else ""
        chosen = next((entry for entry in self._entries if entry.id == self._chosen), None)
        self._detail = await self._read_detail(chosen) if chosen else None
        self._paper = await self._paper_of(chosen) if chosen else None
        self.changed.emit(self.screen())

    def screen(self) -> LedgerScreen:
        """Return what is to be shown now."""
        screen = LedgerScreen(
            room=self._room, chosen=self._chosen, detail=self._detail, paper=self._paper
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
        return replace(
            screen,
            title="In doubt",
            description=_doubt_description(len(self._entries)),
            cards=self._cards(doubt_card),
            empty_title="Nothing is in doubt",
            empty_line="Every redemption on this till has a certain end.",
        )

    def _history(self, screen: LedgerScreen) -> LedgerScreen:
        paid = [one for one in self._entries if one.state is RedemptionState.FINAL]
        total = sum(one.redeemed_cents or 0 for one in paid)
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
        return await journal.redemptions_for_a_person() + await journal.open_redemptions()

    async def _read_detail(self, chosen: Redemption) -> DetailRow:
        happenings = await self._desk.journal.happenings(chosen.id)
        jobs = await self._desk.journal.print_jobs(chosen.id)
        papers = [job for job in jobs if job.kind is not SlipKind.PENDING]
        icon, word, tone = words.state_word(chosen)
        is_doubtful = self._room is Room.IN_DOUBT
        paper = papers[-1].state if papers else None
        question, buttons = self._offers(chosen, paper)
        return DetailRow(
            redemption_id=chosen.id,
            amount=amount_of(chosen),
            voucher=chosen.type_name,
            tail=tail_of(chosen),
            tone=tone,
            icon=icon,
            state=words.doubt(chosen)[0] if is_doubtful else word,
            what_to_do=_what_to_do(chosen),
            timeline=timeline(chosen, happenings),
            change=change_of(chosen) if self._room is Room.SLIPS else None,
            question=question,
            buttons=buttons,
        )

    def _offers(
        self, chosen: Redemption, paper: PrintState | None
    ) -> tuple[Question | None, tuple[Button, ...]]:
        if self._room is Room.SLIPS:
            return _slip_offers(chosen, paper)
        if chosen.state in FOR_A_PERSON:
            return None, (_PRINT,)
        if chosen.state is RedemptionState.INFLIGHT:
            return None, (replace(_ASK_AGAIN, is_primary=self._room is Room.IN_DOUBT), _PRINT)
        return None, ()

    async def _paper_of(self, chosen: Redemption) -> PaperRow:
        if chosen.state in {RedemptionState.DECLINED, RedemptionState.ABANDONED}:
            return _NO_SLIP
        lines = await self._desk.slips.provider_lines(chosen)
        slip = self._desk.slips.compose(chosen, has_pin=False, provider_lines=lines)
        if chosen.state in _TAKEN_BACK:
            return result_screen.void_paper(slip)
        return PaperRow(slip=slip, is_torn=chosen.state is RedemptionState.FINAL)

    # --------------------------------------------------------------------------------------- acts

    async def _ask_again(self, redemption_id: str) -> None:
        asked = await self._desk.redeemer.ask(redemption_id)
        if asked.state is RedemptionState.INFLIGHT and asked.last_cause is not None:
            said = words.unknown(asked.last_cause)
            self.told.emit(f"Asked again: {said}.", "question")
        await self.load()

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


def _what_to_do(chosen: Redemption) -> str:
    if chosen.state is RedemptionState.ATTENTION:
        return words.attention(chosen.attention)
    return words.UNCLAIMED_WORDS if chosen.state is RedemptionState.UNCLAIMED else ""


def _doubt_description(count: int) -> str:
    if count == 0:
        return ""
    noun = "redemption" if count == 1 else "redemptions"
    return f"{count} {noun} without a certain end. None can be tried again here until settled."


def _slips_description(count: int) -> str:
    if count == 0:
        return ""
    noun = "customer was" if count == 1 else "customers were"
    return f"{count} {noun} not given a whole slip yet, as far as this till was told."
