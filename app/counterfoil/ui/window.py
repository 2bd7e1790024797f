"""The window: builds the views and connects them with their presenters, in one place."""

from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from counterfoil.domain.advice import Advice
from counterfoil.domain.redemption import Redemption, read_reference
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import FOR_A_PERSON, RedemptionState
from counterfoil.overriding import override
from counterfoil.ports.symbols import Symbols
from counterfoil.presentation.counter_presenter import CounterPresenter
from counterfoil.presentation.history_presenter import HistoryPresenter
from counterfoil.presentation.pages import ListPages
from counterfoil.presentation.screens import (
    Act,
    CounterScreen,
    LedgerScreen,
    Room,
    ShellScreen,
    Tone,
)
from counterfoil.presentation.shell_presenter import OWED_CHIP, ShellPresenter
from counterfoil.ui import theme
from counterfoil.ui.closed_view import ClosedView
from counterfoil.ui.closing_overlay import ClosingOverlay
from counterfoil.ui.code_book import CodeBook, Spawn
from counterfoil.ui.counter_view import CounterView
from counterfoil.ui.help_overlay import HelpOverlay
from counterfoil.ui.ledger_view import LedgerView
from counterfoil.ui.menu_overlay import MenuOverlay
from counterfoil.ui.reading_order import go_on
from counterfoil.ui.scan import ScanReader, ScanWatch
from counterfoil.ui.shell import PAGE_KEYS, Shell
from counterfoil.ui.slip_overlay import SlipOverlay
from counterfoil.ui.sounds import Sound, Sounds
from counterfoil.ui.theme.grid import CONTENT_WIDTH_MAX, Grid
from counterfoil.ui.tones import state_tone
from counterfoil.ui.widgets.overlay import Overlay
from counterfoil.ui.widgets.toast import Toast

TITLE: Final = "Counterfoil"
TOAST_AIR: Final = 12
TOAST_RIGHT: Final = 14
TOAST_WIDTH_MIN: Final = 380
"""How wide a toast may be at least, where the slip is narrower."""
_COUNTER_ROOMS: Final = frozenset({Room.REDEEM, Room.BALANCE})
_SHOWN_STATES_IN_DOUBT: Final = FOR_A_PERSON | {
    RedemptionState.INFLIGHT,
    RedemptionState.REVERSING,
}


class Window(QWidget):
    """The till's one window.

    ``spawn`` starts a named task that the program owns. The window never closes by itself: it emits
    ``close_requested`` and waits for ``allow_close``. If something is open it asks first, once: a
    second request to close, or the end of the desktop session, is not held up.

    Signals: ``close_requested()``; ``theme_chosen(str)`` and ``text_scale_chosen(float)`` when a
    person has chosen one.
    """

    close_requested = Signal()
    theme_chosen = Signal(str)
    text_scale_chosen = Signal(float)

    def __init__(
        self,
        *,
        counter: CounterPresenter,
        ledgers: ListPages,
        shell: ShellPresenter,
        symbols: Symbols,
        spawn: Spawn,
        has_sounds: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("window")
        self.setWindowTitle(TITLE)
        self._counter = counter
        self._ledgers = dict(ledgers)
        self._presenter = shell
        self._spawn = spawn
        self._may_close = False
        self._toast_number = 0
        self._scan_number = 0
        self._sounds = Sounds(self, is_on=has_sounds)
        self._codes = CodeBook(symbols, spawn, self)
        self._shell = Shell(self)
        self._counter_view = CounterView(self._codes.modules, self)
        # Only what is shown first is made at the start; each page when somebody first goes there.
        self._ledger_views: dict[Room, LedgerView] = {}
        self._closed: ClosedView | None = None
        self._grid: Grid | None = None
        self._rooms = QStackedWidget(self)
        self._rooms.addWidget(self._counter_view)
        self._shell.body().addWidget(self._rooms)
        self._toast = Toast(self)
        self._toast_width = TOAST_WIDTH_MIN
        self._help = HelpOverlay(self)
        self._menu = MenuOverlay(self)
        self._larger = SlipOverlay(self, self._codes.modules)
        self._closing = ClosingOverlay(self)
        self._reader = ScanReader(self)
        self._watch = ScanWatch(self._reader, self)
        for top in (self, self._help, self._menu, self._larger, self._closing):
            self._watch.watch(top)
        self._connect_counter()
        self._connect_scans()
        self._connect_ledgers()
        self._connect_shell()
        theme.theme_signals().theme_changed.connect(self._follow_theme)
        self._render_counter(counter.screen())
        self._render_shell(shell.screen())
        self.resize(1366, 768)

    # ------------------------------------------------------------------------------ from outside

    def notice(self, redemption: Redemption) -> None:
        """Take a change of any redemption that has just been committed."""
        self._counter.notice(redemption)
        self._presenter.notice(redemption)
        if (ledger := self._ledgers.get(self._presenter.screen().room)) is not None:
            ledger.refresh()

    def notice_advice(self, advice: Advice) -> None:
        """Take an advice as an attempt to deliver it has left it."""
        del advice
        self._presenter.recount()
        if (ledger := self._ledgers.get(self._presenter.screen().room)) is not None:
            ledger.refresh()

    def picture(self) -> QPixmap:
        """Return a picture of the window as it looks now, an open overlay included."""
        picture = self.grab()
        painter = QPainter(picture)
        for overlay in (self._help, self._menu, self._larger, self._closing):
            if overlay.isVisible():
                painter.drawPixmap(self.mapFromGlobal(overlay.pos()), overlay.grab())
        painter.end()
        return picture

    def allow_close(self) -> None:
        """Close the window without asking."""
        self._may_close = True
        self._closing.close_overlay()
        self._sounds.stop()
        self._watch.stop()
        self._toast.dismiss()
        self._counter_view.hide_pin()
        self.close()

    # ------------------------------------------------------------------------------------ wiring

    def _connect_counter(self) -> None:
        view, presenter = self._counter_view, self._counter
        view.type_chosen.connect(presenter.choose)
        view.edited.connect(presenter.edit)
        view.field_left.connect(presenter.leave)
        view.refused.connect(presenter.refuse)
        view.amount_edited.connect(presenter.edit_amount)
        view.amount_left.connect(presenter.leave_amount)
        view.whole_pressed.connect(presenter.toggle_whole)
        view.primary_pressed.connect(presenter.press)
        view.balance_pressed.connect(self._go_to_balance)
        view.act_requested.connect(self._act_at_counter)
        view.reveal_requested.connect(self._reveal_at_counter)
        view.enlarged_requested.connect(self._enlarge_slip)
        presenter.changed.connect(self._render_counter)
        presenter.failed.connect(self._presenter.fail)
        presenter.told.connect(self._presenter.toast)
        presenter.offered.connect(self._presenter.offer)
        presenter.finished.connect(self._finished)
        presenter.papers_changed.connect(self._presenter.recount)
        presenter.refused.connect(self._refuse_aloud)
        presenter.pointed.connect(view.focus_place)

    def _connect_scans(self) -> None:
        self._reader.began.connect(self._counter.note_entry)
        self._reader.recognised.connect(self._begin_scan)
        self._reader.scanned.connect(self._take_scan)

    def _connect_ledgers(self) -> None:
        for presenter in self._ledgers.values():
            presenter.changed.connect(self._render_ledger)
            presenter.aged.connect(self._render_aged)
            presenter.copied.connect(self._copy)
            presenter.failed.connect(self._presenter.fail)
            presenter.told.connect(self._presenter.toast)
            presenter.acted.connect(self._presenter.recount)
            if isinstance(presenter, HistoryPresenter):
                self._history = presenter
                presenter.slip_found.connect(self._show_slip)

    def _ledger_view(self, room: Room) -> LedgerView:
        """Return a page with a list; it is made when it is first asked for.

        It is made without a parent and put into the stack: as a child of this window it would
        become a native window of its own, beside the dialogs that have one.
        """
        if (made := self._ledger_views.get(room)) is not None:
            return made
        view, presenter = LedgerView(room, self._codes.modules), self._ledgers[room]
        view.entry_chosen.connect(presenter.choose)
        view.act_requested.connect(presenter.act)
        view.reveal_requested.connect(self._reveal_in_ledger)
        view.enlarged_requested.connect(self._enlarge_slip)
        if isinstance(presenter, HistoryPresenter):
            view.find_changed.connect(presenter.find)
            view.older_wanted.connect(presenter.list_older)
        self._add_room(view)
        view.render_screen(presenter.screen())
        self._ledger_views[room] = view
        return view

    def _closed_view(self) -> ClosedView:
        if self._closed is None:
            self._closed = ClosedView(self._codes.modules)
            self._add_room(self._closed)
        return self._closed

    def _add_room(self, view: LedgerView | ClosedView) -> None:
        self._rooms.addWidget(view)
        if self._grid is not None:
            view.set_grid(self._grid)

    def _connect_shell(self) -> None:
        shell, presenter = self._shell, self._presenter
        shell.room_chosen.connect(self._go_to_named)
        shell.chip_pressed.connect(self._press_chip)
        shell.help_pressed.connect(self._open_help)
        shell.refresh_pressed.connect(self._refresh)
        shell.menu_pressed.connect(self._open_menu)
        presenter.changed.connect(self._render_shell)
        presenter.room_entered.connect(self._enter)
        presenter.ticked.connect(self._tick)
        self._menu.theme_chosen.connect(self._change_theme)
        self._menu.text_scale_chosen.connect(self._change_text_scale)
        self._menu.larger_slip_pressed.connect(self._enlarge_slip)
        self._menu.help_pressed.connect(self._open_help)
        self._menu.close_pressed.connect(self.close)
        self._closing.confirmed.connect(self.close_requested)
        self._codes.learned.connect(self._refresh_codes)

    # --------------------------------------------------------------------------------- rendering

    def _render_counter(self, screen: CounterScreen) -> None:
        self._counter_view.render_screen(screen)
        self._presenter.counter(screen)

    def _render_ledger(self, screen: LedgerScreen) -> None:
        self._render_aged(screen)
        self._presenter.ledger(screen)

    def _render_aged(self, screen: LedgerScreen) -> None:
        """Show that time has passed; nothing is counted again for that."""
        if (view := self._ledger_views.get(screen.room)) is not None:
            view.render_screen(screen)

    def _tick(self) -> None:
        self._counter.tick()
        if (ledger := self._ledgers.get(self._presenter.screen().room)) is not None:
            ledger.tick()

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._presenter.toast(self.tr("Reference copied"), "check")

    def _render_shell(self, screen: ShellScreen) -> None:
        self._shell.render_screen(screen)
        if screen.closed_title:
            self._closed_view().render_screen(screen, self._counter_view.paper())
            self._rooms.setCurrentWidget(self._closed_view())
        else:
            self._rooms.setCurrentWidget(self._view_of(screen.room))
        if not screen.toast:
            self._toast.dismiss()
        elif screen.toast_number != self._toast_number:
            self._toast_number = screen.toast_number
            self._toast.show_sentence(
                screen.toast, screen.toast_icon, state_tone(screen.toast_tone)
            )
            self._place_toast()

    def _view_of(self, room: Room) -> CounterView | LedgerView:
        return self._counter_view if room in _COUNTER_ROOMS else self._ledger_view(room)

    def _view_in_front(self) -> CounterView | LedgerView | None:
        if self._presenter.screen().closed_title:
            return None
        return self._view_of(self._presenter.screen().room)

    # ------------------------------------------------------------------------------------ intents

    def _enter(self, room: Room) -> None:
        self._counter_view.hide_pin()
        if room in _COUNTER_ROOMS:
            self._counter.enter(room)
        else:
            self._ledger_view(room).forget_search()
            self._ledgers[room].enter()

    def _go_to_named(self, name: str) -> None:
        self._go_to(Room(name))

    def _go_to_balance(self) -> None:
        self._go_to(Room.BALANCE)

    def _go_to(self, room: Room) -> None:
        self._presenter.enter(room)
        # A room that is not entered leaves its tab as it was.
        self._render_shell(self._presenter.screen())

    def _act_at_counter(self, act: Act) -> None:
        if act is Act.NEW_VOUCHER and self._presenter.screen().room is Room.BALANCE:
            self._presenter.enter(Room.REDEEM)
        self._counter.act(act)

    def _begin_scan(self) -> None:
        """Take the first keys of a scan back, wherever they went."""
        self._counter.begin_scan()
        self._counter_view.forget_search()
        for view in self._ledger_views.values():
            view.forget_search()

    def _take_scan(self, code: Secret) -> None:
        """Take a scan as the next voucher, or say aloud that it is not taken."""
        asking: QWidget | None = QApplication.activeModalWidget()
        if self._presenter.screen().closed_title:
            self._counter.refuse_scan(self.tr("Not taken. The till is closed."))
            return
        if asking is not None and asking not in (self._help, self._menu, self._larger):
            self._counter.refuse_scan(self.tr("Not taken. Answer the question first."))
            return
        self._scan_number += 1
        if (reference := read_reference(code.reveal())) is not None:
            self._counter.leave_scan()
            rest = partial(self._take_no_slip, code, self._scan_number)
            self._history.find_slip(reference, rest)
            return
        self._take_voucher(code)

    def _take_no_slip(self, code: Secret, number: int) -> None:
        """Take what looks like a reference and is none here; a newer scan is not undone by it."""
        if number == self._scan_number:
            self._take_voucher(code)
        else:
            self._refuse_aloud(self.tr("Not taken. No sale of this till has that reference."))

    def _show_slip(self, reference: str) -> None:
        """Open the sale whose slip was scanned, from wherever the till is."""
        self._presenter.forget_refusal()
        for overlay in (self._help, self._menu, self._larger, self._closing):
            overlay.close_overlay()
        self._go_to(Room.HISTORY)
        self._ledger_view(Room.HISTORY).look_for(reference)

    def _take_voucher(self, code: Secret) -> None:
        overlays = (self._help, self._menu, self._larger, self._closing)
        if self._counter.scan(code, self._counter_view.place_with_cursor()):
            self._presenter.forget_refusal()
            for overlay in overlays:
                overlay.close_overlay()
            if self._presenter.screen().room not in _COUNTER_ROOMS:
                self._go_to(Room.REDEEM)
                self._counter.point()

    def _refuse_aloud(self, why: str) -> None:
        self._presenter.toast(why, "stop", Tone.DECLINED)
        self._sounds.play(Sound.NOT_TAKEN)

    def _finished(self, redemption: Redemption) -> None:
        self._presenter.recount()
        if redemption.state is RedemptionState.FINAL:
            self._sounds.play(Sound.APPROVED)
        elif redemption.state in _SHOWN_STATES_IN_DOUBT:
            self._sounds.play(Sound.IN_DOUBT)
        else:
            self._sounds.play(Sound.DECLINED)

    def _refresh(self) -> None:
        if self._presenter.screen().closed_title:
            return
        self._counter.act(Act.REFRESH)
        self._presenter.recount()
        if (ledger := self._ledgers.get(self._presenter.screen().room)) is not None:
            ledger.refresh()

    def _press_chip(self, name: str) -> None:
        if name == "line":
            self._refresh()
        elif name == OWED_CHIP:
            self._go_to(Room.IN_DOUBT)
        else:
            self._open_menu()

    def _open_help(self) -> None:
        self._open(self._help)
        self._help.open_overlay()

    def _open_menu(self) -> None:
        self._open(self._menu)
        self._menu.open_menu()

    def _enlarge_slip(self) -> None:
        view = self._view_in_front()
        paper = view.paper() if view is not None else None
        if paper is not None:
            self._open(self._larger)
            self._larger.open_slip(paper)

    def _open(self, overlay: Overlay) -> None:
        """Hide what may not be seen beside an overlay, and every other overlay."""
        self._counter_view.hide_pin()
        for other in (self._help, self._menu, self._larger, self._closing):
            if other is not overlay:
                other.close_overlay()

    # ------------------------------------------------------------------------------ change voucher

    def _reveal_at_counter(self, is_wanted: bool) -> None:
        if is_wanted:
            self._spawn(self._show_pin_at_counter(), "show change voucher")

    def _reveal_in_ledger(self, is_wanted: bool) -> None:
        room = self._presenter.screen().room
        if is_wanted and room in self._ledgers:
            self._spawn(self._show_pin_in_ledger(room), "show change voucher")

    async def _show_pin_at_counter(self) -> None:
        self._counter_view.show_codes(await self._counter.change_codes())

    async def _show_pin_in_ledger(self, room: Room) -> None:
        self._ledger_view(room).show_codes(await self._ledgers[room].change_codes())

    # --------------------------------------------------------------------------------------- keys

    @override
    def focusNextPrevChild(self, next: bool) -> bool:
        return go_on(self, forward=next)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        name = _KEY_NAMES.get(event.key())
        if name is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        event.accept()
        if not event.isAutoRepeat():
            self._press(name)

    def _press(self, name: str) -> None:
        """Carry out a key: what a button in front says first, then what it means everywhere."""
        if name in {"F1", "F10"}:
            (self._open_help if name == "F1" else self._open_menu)()
            return
        view = self._view_in_front()
        if view is None:
            return
        is_counter = isinstance(view, CounterView)
        if name == "Esc" and is_counter:
            self._counter.back()
        elif view.press_key(name):
            return
        elif name == "F5":
            self._refresh()
        elif name == "F2" and is_counter:
            self._begin_anew()
        elif name in _ROOM_KEYS:
            self._go_to(_ROOM_KEYS[name])

    def _begin_anew(self) -> None:
        """Turn to the next customer: leave a result, or empty the form."""
        if self._counter.shown is not None:
            self._act_at_counter(Act.NEW_VOUCHER)
        elif self._presenter.screen().room is Room.REDEEM:
            self._counter.clear()
        else:
            self._go_to(Room.REDEEM)

    # -------------------------------------------------------------------------------------- looks

    def _change_theme(self, name: str) -> None:
        self._apply_look(name, theme.current().scale)
        self.theme_chosen.emit(name)

    def _change_text_scale(self, scale: float) -> None:
        self._apply_look(theme.current().name, scale)
        self.text_scale_chosen.emit(scale)

    def _apply_look(self, name: str, scale: float) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication), "a window has an application"
        current = theme.current()
        theme.apply_theme(app, name, scale=scale, training=current.training, motion=current.motion)

    def _follow_theme(self) -> None:
        self._take_grid()
        self.update()

    def _take_grid(self) -> None:
        width, scale = min(self.width(), CONTENT_WIDTH_MAX), theme.current().scale
        # Controls grow with the text, so a larger text is a lower window.
        grid = theme.grid_for(width, round(self.height() / scale), scale=scale)
        theme.set_size_class(grid.size_class)
        self._grid = grid
        self._shell.set_grid(grid)
        self._counter_view.set_grid(grid)
        for view in self._ledger_views.values():
            view.set_grid(grid)
        if self._closed is not None:
            self._closed.set_grid(grid)
        self._toast_width = max(grid.slip_width, TOAST_WIDTH_MIN)
        self._place_toast()

    def _place_toast(self) -> None:
        """Put toasts below the slip, and let them cover no more of the work than they must."""
        bottom = self.height() - self._shell.footer_height() - TOAST_AIR
        corner = QPoint(self.width() - TOAST_RIGHT, bottom)
        self._toast.set_corner(corner, self._toast_width)

    def _refresh_codes(self) -> None:
        self._counter_view.refresh_codes()
        for view in self._ledger_views.values():
            view.refresh_codes()
        self._larger.refresh_codes()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = min(self.width(), CONTENT_WIDTH_MAX)
        self._shell.setGeometry((self.width() - width) // 2, 0, width, self.height())
        self._take_grid()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.current().colour("counter"))

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
            return
        event.ignore()
        app = QApplication.instance()
        is_shutdown = isinstance(app, QGuiApplication) and app.isSavingSession()
        said = "" if self._presenter.screen().closed_title else self._counter.left_open
        if not said or is_shutdown or self._closing.isVisible():
            self.close_requested.emit()
        else:
            self._open(self._closing)
            self._closing.ask(said)


_KEY_NAMES: Final = {
    Qt.Key.Key_Escape.value: "Esc",
    **{getattr(Qt.Key, f"Key_F{number}").value: f"F{number}" for number in range(1, 13)},
}
_ROOM_KEYS: Final = {key: room for room, key in PAGE_KEYS.items()}
