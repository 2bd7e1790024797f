"""The frame around the pages: tabs with their counts, chips, status line, toasts, a closed till."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from counterfoil.domain.failures import BackupError, CounterfoilError, JournalUnavailableError
from counterfoil.domain.forwarding import BacklogLevel, Standing
from counterfoil.domain.offer import Offer
from counterfoil.domain.redemption import Redemption
from counterfoil.ports.journal import Damage
from counterfoil.presentation.latest_reader import LatestReader
from counterfoil.presentation.screens import (
    ChipRow,
    CounterScreen,
    LedgerScreen,
    Room,
    ShellScreen,
    Stage,
    Tone,
    TrainingScreen,
)
from counterfoil.presentation.sign_in_screen import SignInScreen, SignInStage
from counterfoil.presentation.words import approvals, failures, frame, lists, sign_in
from counterfoil.service.services import Services
from counterfoil.service.waiting import Waiting, read_waiting

CLOCK_TICK_S = 1.0
OWED_CHIP = "owed"
"""The chip that leads to In doubt."""
OPERATOR_CHIP = "operator"
"""The chip that leads to the menu; those that are not named here lead to Health."""


class ShellPresenter(QObject):
    """Holds what the frame shows.

    Signals:
        changed(ShellScreen): there is something new to show.
        room_entered(Room): another room is in front.
        ticked(): a second has passed.
    """

    changed = Signal(object)
    ticked = Signal()
    room_entered = Signal(object)

    def __init__(
        self, services: Services, printer_name: str, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        profile = services.profile
        self._printer_name = printer_name
        self._reader = LatestReader(services.owner, self._count_again, "count")
        self._offer: Offer | None = None
        self._backup_trouble = False
        self._is_damaged = False
        self._is_waiting = False
        self._failure: CounterfoilError | None = None
        """Why the till has stopped selling."""
        self._in_front = ""
        self._being_checked = ""
        self._training = TrainingScreen()
        self._counts = Waiting()
        self._screen = ShellScreen(
            place=f"{profile.trading_name} · {profile.till_name}",
            is_training=profile.is_training,
            can_lock=services.session.is_signed_in,
            chips=self._chips(),
        )

    def screen(self) -> ShellScreen:
        """Return what is to be shown now."""
        return self._screen

    def enter(self, room: Room) -> None:
        """Go to a page."""
        if self._screen.closed_title:
            return
        self._change(room=room)
        self._show_training()
        self.room_entered.emit(room)

    def sign_in(self, screen: SignInScreen | None) -> None:
        """Show the frame around the page where people sign in; None says that somebody has."""
        if self._screen.closed_title:
            return
        self._change(
            is_signing_in=screen is not None,
            can_lock=self._services.session.is_signed_in and screen is None,
            chips=self._chips(),
        )
        if screen is not None:
            self._change(status=_sign_in_status(screen), status_icon="", status_tone=Tone.NONE)

    def training(self, offered: TrainingScreen) -> None:
        """Take what training offers; it is shown where vouchers are redeemed."""
        self._training = offered
        self._show_training()

    def _show_training(self) -> None:
        """Offer the cards over a form, and a step of the tour also over its result."""
        offered = self._training
        is_here = self._screen.room is Room.REDEEM and (not self._in_front or offered.step)
        is_shown = self._services.profile.is_training and offered.cards and is_here
        self._change(training=offered if is_shown else None)

    def approval(self, *, is_waiting: bool, is_for_manager: bool) -> None:
        """Show in the status line that somebody must approve something, and who can."""
        self._is_waiting = is_waiting
        if is_waiting and not self._screen.closed_title:
            status = approvals.WAITING_FOR_MANAGER if is_for_manager else approvals.WAITING
            self._change(status=status, status_icon="", status_tone=Tone.NONE)

    @property
    def is_damaged(self) -> bool:
        """Whether records were found altered."""
        return self._is_damaged

    def offer(self, offer: Offer) -> None:
        """React to a discovery, which also says whether providers can be reached."""
        self._offer = offer
        self._change(chips=self._chips())

    def counter(self, screen: CounterScreen) -> None:
        """Take the status sentence from the page at the counter."""
        result = screen.result
        self._in_front = result.redemption_id if result else ""
        self._being_checked = self._in_front if result and result.nothing_to_press else ""
        self._show_counts()
        self._show_training()
        is_elsewhere = self._screen.room not in {Room.REDEEM, Room.BALANCE}
        if is_elsewhere or not self._shows_pages:
            return
        status, icon, tone = _status(screen)
        self._change(status=status, status_icon=icon, status_tone=tone)

    def ledger(self, screen: LedgerScreen) -> None:
        """Take the status sentence from a page with a list, while that is shown."""
        if self._screen.room is screen.room and self._shows_pages:
            self._change(status=_list_status(screen), status_icon="", status_tone=Tone.NONE)

    def say(self, status: str) -> None:
        """Take the status sentence of a page that is neither the counter nor a list."""
        if self._shows_pages:
            self._change(status=status, status_icon="", status_tone=Tone.NONE)

    def notice(self, redemption: Redemption) -> None:
        """React to a change of any redemption: the counts may have changed."""
        del redemption
        self.recount()

    def recount(self) -> None:
        """Begin to count what is in doubt and which slips are to finish."""
        self._reader.ask()

    async def count(self) -> None:
        """Count what is in doubt and which slips are to finish; return when that is done."""
        await self._reader.fresh()

    async def run_clock(self) -> None:
        """Update the clock each second, for as long as the till is open."""
        while True:
            self._change(clock=f"{self._services.clock.now().wall.astimezone():%H:%M}")
            self.ticked.emit()
            await self._services.clock.sleep(CLOCK_TICK_S)

    def toast(self, text: str, icon: str, tone: Tone = Tone.NONE) -> None:
        """Show a short message that needs no answer and goes away by itself."""
        number = self._screen.toast_number + 1
        self._change(toast=text, toast_icon=icon, toast_tone=tone, toast_number=number)

    def forget_refusal(self) -> None:
        """Remove the toast that said why something was refused, since that is over."""
        if self._screen.toast_tone is Tone.DECLINED:
            self._forget_toast()

    def _forget_toast(self) -> None:
        self._change(toast="", toast_icon="", toast_tone=Tone.NONE)

    def backup(self, error: BackupError | None) -> None:
        """Show that the last backup failed, or with None that it did not.

        The till goes on selling.
        """
        if error is not None and not self._backup_trouble:
            self.toast(failures.failure(error), "alert")
        self._backup_trouble = error is not None
        if not self._screen.closed_title:
            self._change(chips=self._chips())

    def damage(self, damages: tuple[Damage, ...]) -> None:
        """Show which records were found altered, and keep a sign of it in the top bar."""
        self.toast(failures.damage(damages), "stop", Tone.DECLINED)
        self._is_damaged = bool(damages)
        if not self._screen.closed_title:
            self._change(chips=self._chips())

    def fail(self, error: CounterfoilError) -> None:
        """Stop selling, and show why and what to do; a later reason does not replace the first."""
        if self._screen.closed_title:
            return
        self._failure = error
        self._show_failure(error)

    def say_anew(self) -> None:
        """Say why the till is closed in the language that is spoken now; a toast is over."""
        self._forget_toast()
        if self._failure is not None:
            self._show_failure(self._failure)

    def _show_failure(self, error: CounterfoilError) -> None:
        title, line, steps = failures.closed(error)
        self._change(
            is_signing_in=False,
            can_lock=False,
            closed_title=title,
            closed_line=line,
            closed_steps=steps,
            chips=tuple(chip for chip in self._screen.chips if chip.name != "line"),
            status=f"{title}. {line}",
            status_icon="alert",
            status_tone=Tone.DECLINED,
        )

    @property
    def _shows_pages(self) -> bool:
        screen = self._screen
        return not (screen.closed_title or screen.is_signing_in or self._is_waiting)

    def _show_counts(self) -> None:
        """Count without what is in front of the cashier: that is neither in doubt nor left."""
        counts = self._counts
        opened = counts.open - {self._being_checked}
        tone = Tone.UNKNOWN if opened else Tone.NONE
        self._change(
            in_doubt=len(counts.for_a_person | opened),
            in_doubt_tone=Tone.DECLINED if counts.for_a_person else tone,
            slips=len(counts.slips - {self._in_front}),
            chips=self._screen.chips if self._screen.closed_title else self._chips(),
        )

    async def _count_again(self) -> None:
        try:
            self._counts = await read_waiting(self._services.journal, self._services.queues)
            self._show_counts()
        except JournalUnavailableError as error:
            self.fail(error)

    def _chips(self) -> tuple[ChipRow, ...]:
        chips = [self._line_chip(), *self._owed_chips()]
        if self._is_damaged:
            chips.append(
                ChipRow(name="damage", icon="stop", text=frame.RECORD_ALTERED, tone=Tone.DECLINED)
            )
        if self._backup_trouble:
            chips.append(
                ChipRow(name="backup", icon="alert", text=frame.NO_BACKUP, tone=Tone.UNKNOWN)
            )
        if self._printer_name:
            chips.append(ChipRow(name="printer", icon="printer", text=self._printer_name))
        else:
            chips.append(
                ChipRow(name="printer", icon="printer", text=frame.NO_PRINTER, tone=Tone.UNKNOWN)
            )
        if not self._services.session.is_left:
            chips.append(ChipRow(name=OPERATOR_CHIP, icon="person", text=self._services.actor.name))
        return tuple(chips)

    def _owed_chips(self) -> tuple[ChipRow, ...]:
        """Say what is owed once it was told in vain, or cannot be; what is just told is no news."""
        told = [one for one in self._counts.standings if _is_worth_telling(one)]
        if not told:
            return ()
        count = sum(one.backlog.count for one in told)
        text = frame.owed(count)
        if any(one.is_paused for one in told):
            return (
                ChipRow(
                    name=OWED_CHIP,
                    icon="key",
                    text=frame.owed(count, is_paused=True),
                    tone=Tone.DECLINED,
                ),
            )
        levels = {one.backlog.level for one in told}
        if BacklogLevel.RED in levels:
            return (ChipRow(name=OWED_CHIP, icon="stop", text=text, tone=Tone.DECLINED),)
        is_for_a_person = any(one.backlog.suspended or not one.is_set_up for one in told)
        is_amber = BacklogLevel.AMBER in levels or is_for_a_person
        tone, icon = (Tone.UNKNOWN, "alert") if is_amber else (Tone.NONE, "hourglass")
        return (ChipRow(name=OWED_CHIP, icon=icon, text=text, tone=tone),)

    def _line_chip(self) -> ChipRow:
        offer = self._offer
        if offer is None:
            return ChipRow(name="line", icon="network", text=frame.CONNECTING)
        if offer.is_fresh:
            return ChipRow(name="line", icon="network", text=frame.ONLINE)
        text = frame.offline(failures.line_trouble(offer.trouble), offer.told_at)
        return ChipRow(name="line", icon="network-off", text=text, tone=Tone.UNKNOWN)

    def _change(self, **changes: object) -> None:
        screen = replace(self._screen, **changes)  # type: ignore[arg-type]  # mypy cannot see dataclass fields through a mapping
        if screen != self._screen:
            self._screen = screen
            self.changed.emit(screen)


def _is_worth_telling(standing: Standing) -> bool:
    owed = standing.backlog
    is_late = owed.tried > 0 or owed.level is not BacklogLevel.CALM
    return is_late or standing.is_paused or not standing.is_set_up


def _list_status(screen: LedgerScreen) -> str:
    queues = sum(bool(one.paused_upstream) for one in screen.cards)
    count = screen.count or len(screen.cards) - queues
    if not count:
        return f"{screen.empty_title}."
    match screen.room:
        case Room.HISTORY:
            return lists.history_status(count, is_found=bool(screen.found_by))
        case Room.SLIPS:
            return lists.slips_status(count)
        case _:
            return lists.doubt_status(count)


def _status(screen: CounterScreen) -> tuple[str, str, Tone]:
    result = screen.result
    if result is None:
        return _form_status(screen), "", Tone.NONE
    banner = result.banner
    if banner.is_hand_over:
        return banner.status, "", Tone.NONE
    if banner.seconds is not None:
        said = frame.checking(screen.title, banner.seconds)
        return said, banner.icon, banner.tone
    said = banner.status or f"{banner.first}. {' '.join(banner.lines)}"
    return said, banner.icon, banner.tone


def _form_status(screen: CounterScreen) -> str:
    if screen.stage in {Stage.EMPTY, Stage.QUESTION}:
        return screen.notice
    if screen.amount is None:
        return frame.balance_of(screen.title)
    if screen.error:
        return frame.READ_MESSAGE
    is_a_field_wrong = any(one.error for one in screen.fields)
    wrong = screen.foot if is_a_field_wrong else screen.amount.error
    return wrong or screen.ready or frame.READY


def _sign_in_status(screen: SignInScreen) -> str:
    if screen.wait:
        return sign_in.TOO_MANY
    return sign_in.READY if screen.stage is SignInStage.SIGN_IN else screen.title
