"""The base of the pages with a list: it reads the list, and one chosen entry with its details."""

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import ClassVar, Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from counterfoil.declaring import dataclass
from counterfoil.domain.failures import CounterfoilError, JournalUnavailableError
from counterfoil.domain.message import MessageWay
from counterfoil.domain.printing import has_slip
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip import Gap, Slip, SlipKind
from counterfoil.domain.states import FOR_A_PERSON, RedemptionState
from counterfoil.domain.time import Instant
from counterfoil.domain.voucher_type import UpstreamKind
from counterfoil.ports.printer import PAUSED
from counterfoil.presentation import result_screen
from counterfoil.presentation.approval_presenter import ApprovalPresenter
from counterfoil.presentation.latest_reader import LatestReader
from counterfoil.presentation.revealing import revealed
from counterfoil.presentation.screens import (
    Act,
    Button,
    DetailRow,
    LedgerScreen,
    PaperRow,
    Room,
    Tone,
)
from counterfoil.presentation.words import (
    buttons,
    counter,
    failures,
    lists,
    outcomes,
    owed,
    printers,
    refunds,
)
from counterfoil.presentation.words.rows import amount_of, tail_of
from counterfoil.presentation.words.timeline import timeline
from counterfoil.service.commands import AskAgain, PrintSlip, ResumePrinter
from counterfoil.service.services import Services

_UNDECIDED = frozenset(
    {RedemptionState.PREPARED, RedemptionState.INFLIGHT, RedemptionState.APPROVED}
)
_UNSETTLED = frozenset({RedemptionState.INFLIGHT, RedemptionState.REVERSING})


def _no_slip() -> PaperRow:
    return PaperRow(
        slip=Slip(kind=SlipKind.DRAFT, lines=(Gap(),)),
        is_dimmed=True,
        stamp=lists.NO_PAPER_STAMP,
        stamp_tone=Tone.DECLINED,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The chosen entry, with all that is shown of it, as one reading found it."""

    id: str = ""
    detail: DetailRow | None = None
    paper: PaperRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSnapshot:
    """What one reading of a page found: the list, and the chosen entry."""

    chosen: Chosen


_Snapshot = TypeVar("_Snapshot", bound=ListSnapshot)
Work = Callable[[str], Awaitable[None]]


class ListPresenter(QObject, Generic[_Snapshot]):
    """Holds one page's list and the entry chosen in it, as the last reading found them.

    Signals:
        changed(LedgerScreen): there is something new to show.
        failed(CounterfoilError): the till cannot go on selling.
        told(str, str): a message that needs no answer, and its icon.
        aged(LedgerScreen): the same entries, with the times in them as they are now.
        acted(): a button was carried out, so counts on other pages may have changed.
        copied(str): a text for the clipboard; it holds no secret.

    """

    changed = Signal(object)
    failed = Signal(object)
    told = Signal(str, str)
    aged = Signal(object)
    acted = Signal()
    copied = Signal(str)
    room: ClassVar[Room]

    def __init__(
        self,
        services: Services,
        approvals: ApprovalPresenter,
        empty: _Snapshot,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._approvals = approvals
        self._shown = empty
        self._wished = ""
        self._emitted: LedgerScreen | None = None
        self._is_queue_paused = False
        """The last slip that was printed here did not print because of that."""
        read = partial(self._fenced, self._read_and_show)
        self._reader = LatestReader(services.owner, read, f"read {self.room}")

    def enter(self) -> None:
        """Show the page when a person comes to it."""
        self.refresh()

    def refresh(self) -> None:
        """Read the list again; a reading that is under way is followed by another."""
        self._reader.ask()

    async def load(self) -> None:
        """Read the list again, and return when it is shown."""
        await self._reader.fresh()

    def tick(self) -> None:
        """Update the times that are shown; called each second."""
        screen = self.screen()
        if self._emitted is not None and screen != self._emitted:
            self._emitted = screen
            self.aged.emit(screen)

    def choose(self, redemption_id: str) -> None:
        """Show one entry, as soon as all of it was read."""
        self._wished = redemption_id
        self._reader.ask()

    def act(self, act: Act) -> None:
        """Carry out a button of the shown entry."""
        detail = self._shown.chosen.detail
        if detail is None or act not in {button.act for button in detail.buttons}:
            return
        work = {Act.RESUME_PRINTER: self._resume_and_print, **self._works()}.get(act)
        if work is not None:
            # The entry that is shown: another one may be chosen and still being read.
            self._start(partial(self._carry_out, work, detail.redemption_id), act.value)

    async def change_codes(self, way: MessageWay | None = None) -> tuple[Secret, ...]:
        """Return the codes of the shown entry's change voucher, read from the journal now.

        With ``way`` it is one address with all of them. Empty when another entry is shown by the
        time they are read.
        """
        asked = self._shown.chosen
        codes: tuple[Secret, ...] = ()

        async def reveal() -> None:
            nonlocal codes
            if asked.detail is not None:
                codes = await revealed(self._services, self._approvals, asked.id, way)

        await self._fenced(reveal)
        return codes if self._shown.chosen.id == asked.id else ()

    def screen(self) -> LedgerScreen:
        """Return what is to be shown now."""
        return self._screen_of(self._shown, self._services.clock.now())

    # ------------------------------------------------------------------------ what each page says

    @abstractmethod
    async def _read(self, wished: str) -> _Snapshot:
        """Read the list, and the wished entry or else the first; nothing is kept on the way."""

    @abstractmethod
    def _screen_of(self, shown: _Snapshot, now: Instant) -> LedgerScreen:
        """Say what a reading brought as it is at this moment."""

    @abstractmethod
    def _works(self) -> Mapping[Act, Work]:
        """Return what the buttons of this page do with the entry that is shown."""

    # ---------------------------------------------------------------------------- the one reading

    async def _read_and_show(self) -> None:
        wished = self._wished
        self._shown = self._as_printer_is(await self._read(wished))
        if self._wished == wished:
            self._wished = self._shown.chosen.id
        self._emitted = self.screen()
        self.changed.emit(self._emitted)

    def _as_printer_is(self, read: _Snapshot) -> _Snapshot:
        detail = read.chosen.detail
        if detail is None or not self._is_queue_paused:
            return read
        resuming_one = replace(detail, buttons=buttons.resuming(detail.buttons))
        return replace(read, chosen=replace(read.chosen, detail=resuming_one))

    async def _plain_detail(self, chosen: Redemption) -> DetailRow:
        """Return what every page says of a redemption."""
        icon, word, tone = outcomes.state_word(chosen)
        return DetailRow(
            redemption_id=chosen.id,
            amount=amount_of(chosen),
            voucher=refunds.title(chosen),
            tail=tail_of(chosen),
            tone=tone,
            icon=icon,
            state=word,
            what_to_do=_what_to_do(chosen),
            timeline=timeline(
                chosen,
                await self._services.journal.events(chosen.id),
                self._services.profile.reasons,
            ),
        )

    async def _paper_of(self, chosen: Redemption) -> PaperRow:
        is_refund_open = chosen.is_refund and chosen.state is not RedemptionState.FINAL
        if chosen.state is RedemptionState.ABANDONED or is_refund_open:
            return _no_slip()
        details = await self._services.slips.details(chosen)
        slip = self._services.slips.compose(chosen, details=details)
        if slip.kind is SlipKind.VOID:
            return result_screen.void_paper(slip)
        return PaperRow(slip=slip, is_torn=chosen.state is RedemptionState.FINAL)

    def _is_checked(self, one: Redemption) -> bool:
        """Whether the counter still waits for its answer."""
        return one.state in _UNDECIDED and self._services.asking.waits_for(one)

    def _while_checked(self, chosen: Redemption, detail: DetailRow) -> DetailRow:
        """Return the detail of one that the counter still waits for: nobody asks beside it."""
        icon, word, tone = outcomes.state_word(chosen, is_checked=True)
        buttons = tuple(one for one in detail.buttons if one.act is not Act.ASK_AGAIN)
        return replace(detail, icon=icon, state=word, tone=tone, buttons=buttons)

    def _unsettled_buttons(self, chosen: Redemption, asking: Button) -> tuple[Button, ...]:
        """Return what can be done about one that is not settled."""
        if not has_slip(chosen):
            return ()
        is_advised = chosen.kind is UpstreamKind.ADVISED
        if chosen.state in FOR_A_PERSON or (chosen.state in _UNSETTLED and is_advised):
            return (buttons.PRINT,)
        if chosen.state is RedemptionState.INFLIGHT:
            return (asking, buttons.PRINT)
        return ()

    # --------------------------------------------------------------------------------------- acts

    async def _carry_out(self, work: Work, entry_id: str) -> None:
        try:
            await work(entry_id)
        finally:
            self.acted.emit()
            await self.load()

    async def _ask_again(self, redemption_id: str) -> None:
        asked = await self._services.run(AskAgain(redemption_id))
        if not self._services.asking.can_move(asked):
            self.told.emit(owed.NOT_SET_UP, "alert")
        elif asked.state is RedemptionState.INFLIGHT and asked.last_cause is not None:
            said = outcomes.unknown(asked.last_cause)
            self.told.emit(lists.asked_again(said), "question")

    async def _print(self, redemption_id: str) -> None:
        try:
            job, outcome = await self._approvals.run(PrintSlip(redemption_id))
        except CounterfoilError:
            raise
        except Exception:
            self.told.emit(counter.PRINT_FAILED, "alert")
            raise
        self._is_queue_paused = outcome == PAUSED
        self.told.emit(lists.print_said(job.copy_number, outcome), "printer")

    async def _resume_and_print(self, redemption_id: str) -> None:
        """Let a paused queue go on, then print; the slip shows whether it did."""
        if not await self._services.run(ResumePrinter()):
            self.told.emit(printers.NOT_RESUMED, "alert")
        await self._print(redemption_id)

    def _start(self, work: Callable[[], Awaitable[None]], name: str) -> None:
        _ = self._services.owner.spawn(self._fenced(work), name)

    async def _fenced(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except JournalUnavailableError as error:
            self.failed.emit(error)
        except CounterfoilError as error:
            self.told.emit(failures.failure(error), "alert")


def pick(entries: Iterable[Redemption], wished: str) -> Redemption | None:
    """Return the entry with the id ``wished``, else the first one; None if there are no entries."""
    listed = tuple(entries)
    return next((one for one in listed if one.id == wished), listed[0] if listed else None)


def _what_to_do(chosen: Redemption) -> str:
    if chosen.state is RedemptionState.ATTENTION:
        return outcomes.attention(chosen.attention)
    if chosen.state is RedemptionState.REVERSED_UNVERIFIED:
        return outcomes.NOT_VERIFIED
    return outcomes.UNCLAIMED_WORDS if chosen.state is RedemptionState.UNCLAIMED else ""
