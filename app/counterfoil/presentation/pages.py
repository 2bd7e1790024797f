"""The pages of the till and the frame around them: what one of them does, the others hear of."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from counterfoil.domain.advice import Advice
from counterfoil.domain.failures import NotPermittedError
from counterfoil.domain.language import Language
from counterfoil.domain.message import MessageWay
from counterfoil.domain.redemption import Redemption, read_reference
from counterfoil.domain.secret import Secret
from counterfoil.domain.staff import Permission
from counterfoil.domain.states import FOR_A_PERSON, RedemptionState
from counterfoil.domain.training import Lesson, PracticeVoucher
from counterfoil.presentation.approval_presenter import ApprovalPresenter
from counterfoil.presentation.command_menu import MenuRow, menu_rows, practice_row
from counterfoil.presentation.counter_presenter import CounterPresenter
from counterfoil.presentation.counter_stages import Empty, Form
from counterfoil.presentation.doubt_presenter import DoubtPresenter
from counterfoil.presentation.first_start_presenter import FirstStartPresenter
from counterfoil.presentation.health_presenter import HealthPresenter
from counterfoil.presentation.history_presenter import HistoryPresenter
from counterfoil.presentation.key_map import Front, Wish
from counterfoil.presentation.list_presenter import ListPresenter
from counterfoil.presentation.owner_presenter import OwnerPresenter
from counterfoil.presentation.owner_screen import OwnerScreen
from counterfoil.presentation.reports_presenter import ReportsPresenter
from counterfoil.presentation.reports_screen import ReportsScreen
from counterfoil.presentation.rooms import COUNTER_ROOMS, Room
from counterfoil.presentation.screens import (
    Act,
    Button,
    Cue,
    HistoryFilter,
    ShellScreen,
    Tone,
    TrainingScreen,
)
from counterfoil.presentation.settings_presenter import SettingsPresenter
from counterfoil.presentation.settle_presenter import SettlePresenter
from counterfoil.presentation.shell_presenter import OPERATOR_CHIP, OWED_CHIP, ShellPresenter
from counterfoil.presentation.shift_presenter import ShiftPresenter
from counterfoil.presentation.shift_screen import ShiftScreen
from counterfoil.presentation.sign_in_presenter import SignInPresenter
from counterfoil.presentation.sign_in_screen import SignInScreen
from counterfoil.presentation.slips_presenter import SlipsPresenter
from counterfoil.presentation.staff_presenter import StaffPresenter
from counterfoil.presentation.tour_presenter import TourPresenter
from counterfoil.presentation.words import counter, failures, frame, help_text, sign_in
from counterfoil.service.services import Services
from counterfoil.service.visits import Visits

HelpWords = tuple[tuple[str, str], ...]
ListPages = dict[Room, ListPresenter[Any]]
_NEXT_LIST = {Room.HISTORY: Room.IN_DOUBT, Room.IN_DOUBT: Room.SLIPS}
_OF_WINDOW = (
    *(Wish.HELP, Wish.MENU, Wish.LARGER_SLIP, Wish.PREVIEW, Wish.GO_LIVE),
    *(Wish.SOUNDS, Wish.MOTION, Wish.FULL_SCREEN, Wish.ABOUT, Wish.CLOSE_TILL),
)
"""What is nothing but a part of the window that opens or closes."""
_ENDS_IN_DOUBT = FOR_A_PERSON | {RedemptionState.INFLIGHT, RedemptionState.REVERSING}


class Pages(QObject):
    """Holds the presenter of each page, and of the frame, and brings them together.

    Signals:
        heard(Cue): something happened that is told by a sound as well.
        entered(Room): another page comes in front, as if for the first time.
        overlays_left(): what lies over the page gives way to it.
        looked_for(str): this reference or end of a code is to be found in History.
        masked(str): this is to stand in History's search field, in place of a voucher's number.
        copied(str): somebody wants this text in the clipboard; it holds no secret.
        codes_read(Room, tuple[Secret, ...]): the codes that somebody holds a button to see.
        message_read(Room, Secret): the address that the shop's phone is to open, held likewise.
        wished(Wish): the window is to do this, such as open the help.
        till_language_chosen(Language): the window speaks this language while nobody is signed in.
        locked(): nobody is at the till from now on; no code stays on the screen.
        unlocked(): somebody is at the till again.
    """

    heard = Signal(object)
    entered = Signal(object)
    overlays_left = Signal()
    looked_for = Signal(str)
    masked = Signal(str)
    copied = Signal(str)
    codes_read = Signal(object, object)
    message_read = Signal(object, object)
    wished = Signal(object)
    till_language_chosen = Signal(object)
    locked = Signal()
    unlocked = Signal()

    def __init__(
        self,
        services: Services,
        printer_name: str,
        visits: Visits,
        lessons: tuple[PracticeVoucher, ...] = (),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self.visits = visits
        self._owner = services.owner
        self._touched_at_s = self._now_s()
        self._has_returned = False
        self._scan_number = 0
        self.has_room_for_tour = True
        """Whether the window shows each step of the tour for as long as it lasts."""
        self.approvals = ApprovalPresenter(services)
        self.staff_page = StaffPresenter(services)
        self.health_page = HealthPresenter(services)
        self.settings_page = SettingsPresenter(services)
        self.first_start_page = FirstStartPresenter(services)
        self.settler = SettlePresenter(services, self.approvals)
        self.counter = CounterPresenter(services, self.approvals)
        self.shift = ShiftPresenter(services, self.approvals)
        self.owner = OwnerPresenter(services, self.approvals)
        self.reports = ReportsPresenter(services, self.approvals)
        self.shell = ShellPresenter(services, printer_name)
        self.sign_in = SignInPresenter(services)
        self.tour = TourPresenter(lessons)
        self._history = HistoryPresenter(services, self.approvals)
        self._wishes: Mapping[Wish, Callable[[], None]] = {
            **{one: partial(self.wished.emit, one) for one in _OF_WINDOW},
            Wish.BACK: self._back,
            Wish.BEGIN_ANEW: self.begin_anew,
            Wish.REFRESH: self.refresh,
            Wish.LISTS: self._go_through_lists,
            Wish.LOCK: self.lock,
            Wish.SWITCH: partial(self.lock, is_for_another=True),
            Wish.HEALTH: self.health_page.open,
            Wish.STAFF: self.staff_page.open,
            Wish.SETTINGS: self.settings_page.open,
            Wish.LAST_SLIP: self._find_last_slip,
            Wish.TOUR: self.tour.go_on,
        }
        lists: tuple[ListPresenter[Any], ...] = (
            DoubtPresenter(services, self.approvals, self.settler),
            SlipsPresenter(services, self.approvals),
            self._history,
        )
        self.lists: ListPages = {page.room: page for page in lists}
        self._connect_counter()
        self._connect_lists()
        self._connect_shift()
        self._connect_owner()
        self._connect_sign_in()
        self._connect_training()
        visits.on_done.append(self._follow_visit)
        self.shell.ticked.connect(self._tick)
        self.shell.room_entered.connect(self._enter)
        self.shell.counter(self.counter.screen())
        self.shell.sign_in(self.sign_in.screen())

    def _connect_counter(self) -> None:
        counter, shell = self.counter, self.shell
        counter.changed.connect(shell.counter)
        counter.failed.connect(shell.fail)
        counter.told.connect(shell.toast)
        counter.offered.connect(shell.offer)
        counter.finished.connect(self._finished)
        counter.papers_changed.connect(shell.recount)
        counter.refused.connect(self._refuse_aloud)
        counter.asked.connect(shell.forget_refusal)
        counter.room_wished.connect(self.go_to)

    def _connect_lists(self) -> None:
        for page in self.lists.values():
            page.changed.connect(self.shell.ledger)
            page.copied.connect(self._copy)
            page.failed.connect(self.shell.fail)
            page.told.connect(self.shell.toast)
            page.acted.connect(self.shell.recount)
        self._history.slip_found.connect(self._show_slip)
        self._history.scan_kept.connect(self.counter.pass_by)
        self._history.masked.connect(self.masked)

    def _connect_shift(self) -> None:
        shift, shell = self.shift, self.shell
        shift.changed.connect(self._say_shift)
        shift.failed.connect(shell.fail)
        shift.told.connect(shell.toast)
        self.reports.changed.connect(self._say_reports)
        self.reports.failed.connect(shell.fail)
        self.reports.told.connect(shell.toast)
        self.counter.rests.shift_wished.connect(partial(self.go_to, Room.SHIFT))

    def _connect_owner(self) -> None:
        owner, shell = self.owner, self.shell
        owner.changed.connect(self._say_owner)
        owner.failed.connect(shell.fail)
        owner.told.connect(shell.toast)
        owner.finished.connect(self._tell_finished)
        owner.sale_wished.connect(self._show_slip)

    def _tell_finished(self, said: str) -> None:
        """Tell that a comparison is done where nobody sees it, and who is there may know of it."""
        if self.room is not Room.OWNER and self.owner.is_open:
            self.shell.toast(said, "check")

    def _connect_training(self) -> None:
        self.tour.changed.connect(self._follow_tour)
        self.tour.tried.connect(self._try_voucher)
        self.tour.told.connect(self.shell.toast)
        self.shell.training(self.tour.screen())

    def _connect_sign_in(self) -> None:
        sign_in, shell = self.sign_in, self.shell
        sign_in.changed.connect(self._follow_sign_in)
        sign_in.failed.connect(shell.fail)
        sign_in.told.connect(shell.toast)
        sign_in.let_in.connect(self._let_in)
        shell.changed.connect(self._count_for_sign_in)
        self.approvals.told.connect(shell.toast)
        self.staff_page.told.connect(shell.toast)
        self.health_page.told.connect(shell.toast)
        self.settings_page.told.connect(shell.toast)
        self.settings_page.failed.connect(shell.fail)
        self.first_start_page.failed.connect(shell.fail)
        self.staff_page.failed.connect(shell.fail)
        self.approvals.changed.connect(self._follow_approval)

    # ------------------------------------------------------------------------------ from outside

    @property
    def room(self) -> Room:
        """The page that is in front, or would be if the till were not closed."""
        return self.shell.screen().room

    @property
    def is_closed(self) -> bool:
        """Whether the till cannot sell, and the whole window says so."""
        return bool(self.shell.screen().closed_title)

    @property
    def is_signing_in(self) -> bool:
        """Whether nobody is at the till, so that people sign in before anything else."""
        return self.sign_in.is_in_front and not self.is_closed

    async def welcome(self) -> None:
        """Show what was open when the till stopped, once there is somebody to show it to."""
        if self._services.session.is_left:
            await self.sign_in.load()
        else:
            self._has_returned = True
            await self.counter.welcome_back()

    def note_presence(self) -> None:
        """Note that somebody is at the till: a key was pressed, or the mouse or screen touched."""
        self._touched_at_s = self._now_s()

    @property
    def left_open(self) -> str:
        """Return as a sentence what closing the till now would leave open; empty if nothing."""
        if self.is_closed:
            return ""
        visited = counter.COMMAND_LEFT_OPEN if self.visits.is_under_way else ""
        frame = self.shell.screen()
        waits = counter.waits(frame.in_doubt, frame.slips)
        pages = self.counter.left_open or self.shift.left_open or self.owner.left_open
        return pages or visited or waits

    @property
    def is_mid_answer(self) -> bool:
        """Whether the till is not closed now: somebody waits for an answer in front of it."""
        return not self.is_closed and self.counter.is_mid_answer

    def notice(self, redemption: Redemption) -> None:
        """React to a change of any redemption that has just been committed."""
        self.counter.notice(redemption)
        self.shell.notice(redemption)
        self._refresh_list()

    def notice_advice(self, advice: Advice) -> None:
        """React to an advice that has changed by an attempt to deliver it."""
        del advice
        self.shell.recount()
        self._refresh_list()

    def _follow_visit(self) -> None:
        """Show what a command of the command line may have changed and no notice tells."""
        if not self.is_closed:
            self.shell.recount()
            self._refresh_list()
            self._refresh_shift()
            self.sign_in.refresh()
            self.staff_page.refresh()

    def _refresh_list(self) -> None:
        if (page := self.lists.get(self.room)) is not None:
            page.refresh()

    def _refresh_shift(self) -> None:
        if self.room is Room.SHIFT:
            self.shift.refresh()
        elif self.room is Room.OWNER:
            self._come_back_to_owner()

    def _come_back_to_owner(self) -> None:
        """Show the owner's page again, unless who is at the till now may not see it."""
        if self.owner.is_open:
            self.owner.refresh()
        else:
            self.go_to(Room.REDEEM)

    def _tick(self) -> None:
        self.counter.tick()
        self.sign_in.tick()
        self.approvals.tick()
        self._lock_if_idle()
        if (page := self.lists.get(self.room)) is not None:
            page.tick()

    def _finished(self, redemption: Redemption) -> None:
        self.shell.recount()
        self.tour.finished(redemption)
        if redemption.state is RedemptionState.FINAL:
            self.heard.emit(Cue.APPROVED)
        else:
            is_in_doubt = redemption.state in _ENDS_IN_DOUBT
            self.heard.emit(Cue.IN_DOUBT if is_in_doubt else Cue.DECLINED)

    def _refuse_aloud(self, why: str) -> None:
        self.shell.toast(why, "stop", Tone.DECLINED)
        self.heard.emit(Cue.NOT_TAKEN)

    # ------------------------------------------------------------------------------------ intents

    @property
    def front(self) -> Front:
        """Which part of the window is in front for the keys."""
        if self.is_closed:
            return Front.CLOSED
        if self.is_signing_in:
            return Front.SIGN_IN
        return Front.COUNTER if self.room in COUNTER_ROOMS else Front.LIST

    def carry_out(self, wish: Wish | Room) -> None:
        """Carry out what a key asks for."""
        if isinstance(wish, Room):
            self.go_to(wish)
        else:
            self._wishes[wish]()

    def menu_rows(self) -> tuple[MenuRow, ...]:
        """Return every page and action that who is at the till may have now."""
        is_training = self._services.profile.is_training
        actor = self._services.actor
        rows = menu_rows(self.front, actor, self._buttons(), is_training=is_training)
        if not self._has_form:
            rows = tuple(one for one in rows if one.wish is not Wish.LAST_SLIP)
        cards = self.tour.cards() if self.front in {Front.COUNTER, Front.LIST} else ()
        return (*rows, *map(practice_row, cards))

    def help_words(self) -> tuple[HelpWords, HelpWords]:
        """Return the keys that work now, and what to do when something is unusual here."""
        is_training = self._services.profile.is_training
        is_result = self.counter.shown is not None
        working = help_text.keys(self.front, is_training=is_training)
        return working, help_text.when(self.front, self.room, is_result=is_result)

    def run_row(self, row: MenuRow) -> None:
        """Carry out a row of the menu; a button that is gone meanwhile does nothing."""
        if isinstance(row.wish, Lesson):
            self.tour.press(row.wish.value)
        elif not isinstance(row.wish, Act):
            self.carry_out(row.wish)
        elif row.wish in {one.act for one in self._buttons()}:
            self._press(row.wish)

    def _buttons(self) -> tuple[Button, ...]:
        """Return the buttons of the page in front."""
        if self.front is Front.COUNTER:
            screen = self.counter.screen()
            return screen.buttons + (screen.result.buttons if screen.result else ())
        if self.front is not Front.LIST:
            return ()
        if self.room is Room.SHIFT:
            return self.shift.screen().buttons
        if (page := self.lists.get(self.room)) is None:
            return ()
        detail = page.screen().detail
        return detail.buttons if detail is not None else ()

    def _press(self, act: Act) -> None:
        if self.front is Front.COUNTER:
            self.act_at_counter(act)
        elif (page := self.lists.get(self.room)) is not None:
            page.act(act)
        else:
            self.shift.act(act)

    def go_live(self) -> None:
        """Lead to real vouchers: by the guided start, or by the settings where there is a file."""
        if self._services.first_start.can_set_up:
            self.first_start_page.open()
        else:
            self.settings_page.open()

    def _back(self) -> None:
        (self.sign_in if self.is_signing_in else self.counter).back()

    def _find_last_slip(self) -> None:
        if self._has_form:
            self._history.find_last_slip()

    @property
    def _has_form(self) -> bool:
        """Whether the form stands at the counter, or that there is none, and nothing over it.

        A result and a question are to be read before anything else.
        """
        return isinstance(self.counter.stage, Form | Empty)

    def _go_through_lists(self) -> None:
        self.go_to(_NEXT_LIST.get(self.room, Room.HISTORY))

    @property
    def has_own_language(self) -> bool:
        """Whether somebody is there, and the till can keep a language as theirs."""
        return self._services.session.is_signed_in and not self.is_closed

    def choose_language(self, code: str) -> None:
        """Keep a language for the person who is signed in, or for the till where nobody is.

        Without a code the person is spoken to in the till's. At a closed till it is only spoken to
        who is signed in, and kept for nobody.
        """
        language = Language(code) if code else None
        if self.has_own_language:
            choosing = partial(self._services.session.choose_language, language)
            _ = self._owner.spawn(self.counter.fenced(choosing), "choose language")
        elif language is not None:
            self.till_language_chosen.emit(language)

    def say_anew(self) -> None:
        """Say what is shown in the language that is spoken now; what lay over it is left."""
        self._leave_overlays()
        self.sign_in.say_anew()
        self.shell.say_anew()
        self.shell.training(self.tour.screen())
        self.counter.say_anew()
        for sheet in (self.shift, self.owner, self.reports):
            sheet.say_anew()
        self._follow_sign_in(self.sign_in.screen())
        self._refresh_list()

    def lock(self, *, is_for_another: bool = False, number: str = "") -> None:
        """Lock the till until somebody signs in. What is typed and what is under way stays.

        The number of the person who leaves is filled in for their return, unless
        ``is_for_another``.
        """
        if self.is_signing_in:
            self.sign_in.lapse()
            return
        session = self._services.session
        if session.is_signed_in and not self.is_closed:
            self._leave_overlays()
            self.shift.put_away()
            self.owner.put_away()
            self.reports.put_away()
            self._history.conceal()
            self.overlays_left.emit()
            self.counter.seal()
            self.locked.emit()
            self.sign_in.leave(number or ("" if is_for_another else session.actor.number))

    def _leave_overlays(self) -> None:
        self.approvals.leave()
        self.settler.withdraw()
        self.counter.rests.withdraw()
        self.staff_page.close()
        self.health_page.close()
        self.settings_page.close()
        self.first_start_page.close()

    def _lock_if_idle(self) -> None:
        limit_s = self._services.profile.lock_after_s
        if limit_s and self._now_s() - self._touched_at_s >= limit_s:
            self.lock()

    def _let_in(self) -> None:
        self.note_presence()
        self.unlocked.emit()
        self.shell.recount()
        self._refresh_list()
        self._refresh_shift()
        if self.room is Room.REPORTS:
            self.reports.enter()
        if self._has_returned:
            self.counter.take_up()
            if self.room in COUNTER_ROOMS:
                self.counter.point()
        else:
            self._has_returned = True
            _ = self._owner.spawn(self._welcome_back(), "welcome back")

    async def _welcome_back(self) -> None:
        await self.counter.fenced(self.counter.welcome_back)

    def _follow_sign_in(self, screen: SignInScreen | None) -> None:
        self.shell.sign_in(screen)
        if screen is None:
            self._say_status()

    def _follow_approval(self, _screen: object) -> None:
        self.shell.approval(
            is_waiting=self.approvals.is_waiting, is_for_manager=self.approvals.is_for_manager
        )
        if not self.approvals.is_waiting:
            self._say_status()

    def _say_status(self) -> None:
        self.shell.counter(self.counter.screen())
        if (page := self.lists.get(self.room)) is not None:
            self.shell.ledger(page.screen())
        self._say_shift(self.shift.screen())
        self._say_owner(self.owner.screen())
        self._say_reports(self.reports.screen())

    def _say_shift(self, screen: ShiftScreen) -> None:
        if self.room is Room.SHIFT:
            self.shell.say(screen.status)

    def _say_owner(self, screen: OwnerScreen) -> None:
        if self.room is Room.OWNER:
            self.shell.say(screen.status)

    def _say_reports(self, screen: ReportsScreen) -> None:
        if self.room is Room.REPORTS:
            self.shell.say(screen.status)

    def _count_for_sign_in(self, screen: ShellScreen) -> None:
        self.sign_in.count(
            slips=screen.slips, in_doubt=screen.in_doubt, is_altered=self.shell.is_damaged
        )

    def _now_s(self) -> float:
        return self._services.clock.now().monotonic_s

    def go_to(self, room: Room) -> None:
        """Bring a page in front, unless the till is closed, or the page is not for who asks."""
        if room is Room.OWNER and not self.owner.is_open:
            refused = NotPermittedError(Permission.RECONCILE)
            self.shell.toast(failures.failure(refused), "lock")
        else:
            self.shell.enter(room)

    def _enter(self, room: Room) -> None:
        self.entered.emit(room)
        if room is not Room.SHIFT:
            self.shift.put_away()
        if room is not Room.REPORTS:
            self.reports.put_away()
        if room in COUNTER_ROOMS:
            self.counter.enter(room)
            # The counter emits nothing where it is as before, and another page has set the status.
            self.shell.counter(self.counter.screen())
        elif room is Room.SHIFT:
            self.shift.enter()
        elif room is Room.OWNER:
            self.owner.enter()
        elif room is Room.REPORTS:
            self.reports.enter()
        else:
            self.lists[room].enter()

    def act_at_counter(self, act: Act) -> None:
        """Carry out a button of the counter; the next voucher is redeemed, not looked up."""
        if act is Act.NEW_VOUCHER and self.room is Room.BALANCE:
            self.go_to(Room.REDEEM)
        shown = self.counter.shown
        if act is Act.LOOK_IN_HISTORY and shown is not None:
            self.go_to(Room.HISTORY)
            self.looked_for.emit(shown.voucher_tail)
        else:
            self.counter.act(act)

    def begin_anew(self) -> None:
        """Turn to the next customer: leave a result, or empty the form."""
        if self.counter.shown is not None:
            self.act_at_counter(Act.NEW_VOUCHER)
        elif self.room is Room.REDEEM:
            self.counter.clear()
        else:
            self.go_to(Room.REDEEM)

    def refresh(self) -> None:
        """Ask again for the types, and read again what is counted and listed."""
        if self.is_closed:
            return
        self.counter.act(Act.REFRESH)
        self.shell.recount()
        self._refresh_list()
        self._refresh_shift()

    def press_chip(self, name: str) -> None:
        """Do what a chip of the top bar stands for.

        That is to ask the providers again, to show what is owed, or to open the menu.
        """
        if name == "line":
            self.refresh()
        elif name == OWED_CHIP:
            self.go_to(Room.IN_DOUBT)
        else:
            self.carry_out(Wish.MENU if name == OPERATOR_CHIP else Wish.HEALTH)

    def find(self, text: str) -> None:
        """List in History only what this text finds."""
        self._history.find(text)

    def narrow(self, filters: frozenset[HistoryFilter]) -> None:
        """List in History only what passes these filters."""
        self._history.narrow(filters)

    def list_older(self) -> None:
        """List more in History, if there are more."""
        self._history.list_older()

    def reveal(self) -> None:
        """Read the codes of the change voucher in front, while somebody holds the button for it."""
        reading = self._read_codes(self.room)
        _ = self._owner.spawn(reading, "show change voucher")

    async def _read_codes(self, room: Room) -> None:
        self.codes_read.emit(room, await self._page_of(room).change_codes())

    @property
    def message_way(self) -> MessageWay | None:
        """By which message the shop's phone sends change vouchers on; None if it does not."""
        return self._services.profile.change_message

    def reveal_to_phone(self) -> None:
        """Read the message with the codes in front, while somebody holds the button for it."""
        if (way := self.message_way) is not None:
            _ = self._owner.spawn(self._read_message(self.room, way), "show change message")

    async def _read_message(self, room: Room, way: MessageWay) -> None:
        for address in await self._page_of(room).change_codes(way):
            self.message_read.emit(room, address)

    def _page_of(self, room: Room) -> CounterPresenter | ListPresenter[Any]:
        return self.counter if room in COUNTER_ROOMS else self.lists[room]

    def _copy(self, text: str) -> None:
        self.copied.emit(text)
        self.shell.toast(frame.REFERENCE_COPIED, "check")

    # ----------------------------------------------------------------------------------- training

    def _follow_tour(self, screen: TrainingScreen) -> None:
        self.shell.training(screen)
        if screen.step and not self.has_room_for_tour:
            self.shell.toast(f"{screen.step}. {screen.words}", "cap")

    def _try_voucher(self, voucher: PracticeVoucher) -> None:
        """Take a test voucher as if it had been scanned over the form of its type."""
        if not self.counter.has_just_appeared:
            self.counter.choose(voucher.type_id)
        self.take_scan(voucher.code, into="", is_asked=False)

    # -------------------------------------------------------------------------------------- scans

    def take_scan(self, code: Secret, *, into: str, is_asked: bool) -> None:
        """Take a scan as the next voucher, or say aloud that it is not taken.

        ``into`` is the field with the cursor; ``is_asked`` says that a question lies over the page.
        """
        if self.is_closed:
            self.counter.refuse_scan(frame.TILL_CLOSED)
            return
        if self.is_signing_in:
            self.counter.leave_scan()
            self._take_badge(code, partial(self.counter.refuse_scan, sign_in.SIGNED_IN_FIRST))
            return
        if self.staff_page.is_waiting_for_badge:
            self.counter.leave_scan()
            self.staff_page.take_badge(code)
            return
        if is_asked:
            self.counter.refuse_scan(frame.ANSWER_FIRST)
            return
        self._scan_number += 1
        reference = read_reference(code.reveal())
        if reference is None:
            self._take_voucher(code, into)
            return
        rest = partial(self._take_no_slip, code, into, self._scan_number)
        self._history.find_slip(reference, rest)

    def _take_no_slip(self, code: Secret, into: str, number: int) -> None:
        """Take what looks like a reference and is none here; a newer scan is not undone by it."""
        if number == self._scan_number:
            self._take_voucher(code, into)
        else:
            self._refuse_aloud(frame.NO_SUCH_SALE)

    def _show_slip(self, reference: str) -> None:
        """Open the sale whose slip was scanned, from wherever the till is."""
        self.counter.leave_scan()
        self.shell.forget_refusal()
        self.overlays_left.emit()
        self.go_to(Room.HISTORY)
        self.looked_for.emit(reference)

    def _take_badge(self, code: Secret, if_none: Callable[[], None]) -> None:
        """Ask for the PIN of whose badge this is; go on with ``if_none`` where it is nobody's."""
        finding = self.counter.fenced(partial(self._find_badge, code, if_none))
        _ = self._owner.spawn(finding, "find badge")

    async def _find_badge(self, code: Secret, if_none: Callable[[], None]) -> None:
        try:
            number = await self.sign_in.number_of(code)
        except BaseException:
            self.counter.leave_scan()
            raise
        if number is None:
            if_none()
            return
        self.counter.leave_scan()
        if self.is_signing_in:
            self.sign_in.take_number(number)
        else:
            self.lock(number=number)

    def _take_voucher(self, code: Secret, into: str) -> None:
        """Take a code that is no slip's: a badge before a voucher, whose code may look like one."""
        rest = partial(self._put_into_form, code, into)
        if self.room is Room.HISTORY and not self.is_signing_in:
            rest = partial(self._history.find_voucher, code, rest)
        if self._services.session.is_signed_in:
            self._take_badge(code, rest)
        else:
            rest()

    def _put_into_form(self, code: Secret, into: str) -> None:
        if self.is_signing_in:  # since the scan
            self.counter.refuse_scan(sign_in.SIGNED_IN_FIRST)
            return
        if not self.counter.scan(code, into):
            return
        self.shell.forget_refusal()
        self.overlays_left.emit()
        if self.room not in COUNTER_ROOMS:
            self.go_to(Room.REDEEM)
            self.counter.point()
