"""The window: builds the views, paints what the pages show, and forwards what a person does."""

import asyncio
from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from counterfoil.domain.secret import Secret
from counterfoil.overriding import override
from counterfoil.ports.loudspeaker import Loudspeaker
from counterfoil.ports.symbols import Symbols
from counterfoil.presentation.key_map import Wish, wish_of
from counterfoil.presentation.pages import Pages
from counterfoil.presentation.rooms import Room
from counterfoil.presentation.screens import Cue, ShellScreen
from counterfoil.presentation.words import window as window_words
from counterfoil.ui import theme
from counterfoil.ui.about_overlay import AboutOverlay
from counterfoil.ui.act_menu import focused_in, middle_of
from counterfoil.ui.closing_overlay import ClosingOverlay
from counterfoil.ui.code_book import CodeBook, Spawn
from counterfoil.ui.go_live_overlay import GoLiveOverlay
from counterfoil.ui.help_overlay import HelpOverlay
from counterfoil.ui.menu_overlay import MenuOverlay
from counterfoil.ui.presence import Presence
from counterfoil.ui.preview_overlay import PreviewOverlay
from counterfoil.ui.reading_order import go_on
from counterfoil.ui.room_views import RoomViews
from counterfoil.ui.scan_reader import ScanReader, ScanWatch
from counterfoil.ui.shell import Shell
from counterfoil.ui.slip_overlay import SlipOverlay
from counterfoil.ui.sounds import Sounds
from counterfoil.ui.theme.grid import CONTENT_WIDTH_MAX
from counterfoil.ui.tones import state_tone
from counterfoil.ui.training_bar import TrainingBar
from counterfoil.ui.widgets.overlay import Overlay
from counterfoil.ui.widgets.slip_paper import COLUMNS_SHOWN
from counterfoil.ui.widgets.toast import Toast
from counterfoil.ui.work_overlays import WorkOverlays

TITLE: Final = "Counterfoil"
ROOM_FOR_TRAINING: Final = 720
"""A lower window has no bar of training: the menu has its cards, and a toast tells each step."""
TOAST_AIR: Final = 12
TOAST_RIGHT: Final = 14
LISTS_AFTER_S: Final = 2.0
LISTS_PAUSE_S: Final = 0.5
"""How long after the start pages with lists are made, and how far apart."""


class Window(QWidget):
    """The till's one window.

    ``spawn`` starts a named task that the program owns. ``columns`` is how many the printer's slips
    have, so that those on the screen break as they do. The window never closes by itself: it emits
    ``close_requested`` and waits for ``allow_close``. If something is open it asks first, once: a
    second request to close, or the end of the desktop session, is not held up. While somebody waits
    for an answer, a minute at most, it says so and stays.

    Signals: ``close_requested()``; ``theme_chosen(str)`` and ``text_scale_chosen(float)`` when a
    person has chosen one, `theme.SYSTEM` among them;
    ``again_wished()`` when the till is to be opened again;
    ``sounds_chosen(bool)`` whether any are heard from now on; ``motion_chosen(bool)`` whether
    anything moves;
    ``preview_opened()`` when `preview` is to be kept up to date.
    """

    close_requested = Signal()
    theme_chosen = Signal(str)
    preview_opened = Signal()
    again_wished = Signal()
    text_scale_chosen = Signal(float)
    sounds_chosen = Signal(bool)
    motion_chosen = Signal(bool)
    _preview: PreviewOverlay | None = None
    _about: AboutOverlay | None = None
    _go_live: GoLiveOverlay | None = None

    def __init__(
        self,
        pages: Pages,
        *,
        symbols: Symbols,
        spawn: Spawn,
        loudspeaker: Loudspeaker,
        columns: int = COLUMNS_SHOWN,
        has_sounds: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("window")
        self.setWindowTitle(TITLE)
        self._pages = pages
        self._may_close = False
        self._is_ending = False
        self._toast_number = 0
        self._spawn = spawn
        self._sounds = Sounds(loudspeaker, spawn, self, is_on=has_sounds)
        self._codes = CodeBook(symbols, spawn, self)
        self._columns = columns
        self._reader = ScanReader(self)
        self._watch = ScanWatch(self._reader, self)
        self._presence = Presence(self)
        self._presence.noticed.connect(self._pages.note_presence)
        self._furnish()
        self._follow_pages()
        theme.theme_signals().theme_changed.connect(self._follow_theme)
        self.resize(1366, 768)

    def _furnish(self) -> None:
        """Make all that lies in the window, with what the pages show now."""
        self._shell = Shell(self)
        self._rooms = RoomViews(self._pages, self._codes, self._columns, self._shell)
        self._rooms.menu_opened.connect(self._presence.watch)
        self._rooms.enlarged_requested.connect(self._enlarge_slip)
        self._shell.body().addWidget(self._rooms)
        self._training = self._made_training_bar()
        self._toast = Toast(self)
        self._toast_width = 0
        self._help = HelpOverlay(self)
        self._menu = MenuOverlay(self)
        self._larger = SlipOverlay(self, self._codes.modules, columns=self._columns)
        self._closing = ClosingOverlay(self)
        self._work = WorkOverlays(self._pages, self)
        self._overlays = [self._help, self._menu, self._larger, self._closing]
        for top in (self, *self._overlays):
            self._watch.watch(top)
            self._presence.watch(top)
        self._connect_sign_in()
        self._connect_work()
        self._connect_shell()
        self._render_shell(self._pages.shell.screen())

    # ------------------------------------------------------------------------------ from outside

    def picture(self) -> QPixmap:
        """Return a picture of the window as it looks now, with an overlay that is open.

        If somebody is holding a button to see a code, the code is hidden first.
        """
        self._rooms.hide_pins()
        picture = self.grab()
        painter = QPainter(picture)
        for overlay in self._overlays:
            if overlay.isVisible():
                painter.drawPixmap(self.mapFromGlobal(overlay.pos()), overlay.grab())
        painter.end()
        return picture

    def allow_close(self) -> None:
        """Close the window without asking."""
        if not self._may_close:
            # The next window may be of another size, and the two would turn the theme to and fro.
            theme.theme_signals().theme_changed.disconnect(self._follow_theme)
        self._may_close = True
        self._closing.close_overlay()
        self._sounds.stop()
        self._watch.stop()
        self._toast.dismiss()
        self._rooms.hide_pins()
        self.close()

    def come_to_front(self) -> None:
        """Come before what lies over it, as somebody has started the till once more."""
        if self.isMinimized():
            self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    async def make_lists_ready(
        self, after_s: float = LISTS_AFTER_S, pause_s: float = LISTS_PAUSE_S
    ) -> None:
        """Make the pages with lists one by one, some seconds after all else was made.

        Else the first press of a page's key would wait until all of it is made. The first one costs
        the most, and History has the most on it: so History comes last.
        """
        rooms = self._rooms
        await asyncio.sleep(after_s)
        for room in reversed(self._pages.lists):
            if self._rooms is not rooms:
                return  # All was made anew since, and so will these be.
            _ = rooms.ledger(room)
            await asyncio.sleep(pause_s)

    def mark_language(self, own: str, spoken: str) -> None:
        """Mark in the menu which language somebody chose, or else the one that is spoken."""
        self._menu.mark_language(own, spoken)

    def say_anew(self) -> None:
        """Say all that is in the window in the language that is spoken now.

        What has words is made anew. What is typed and what is under way is the pages' and stays;
        only searches end, whose boxes are empty then.
        """
        self._forget_searches()
        place = self._rooms.counter.place_with_cursor()
        self._close_overlays()
        self._clear()
        self._furnish()
        self._lay_out()
        self._shell.show()
        if self._pages.is_signing_in:
            self._rooms.sign_in().focus_first()
        elif place:
            self._rooms.counter.focus_place(place)
        _ = self._spawn(self.make_lists_ready(), "lists")

    def _clear(self) -> None:
        """Let go of all that lies in the window."""
        self._work.deleteLater()
        for old in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            old.hide()
            old.deleteLater()
        self._preview = self._about = self._go_live = None

    def preview(self) -> PreviewOverlay:
        """Return the overlay that shows how slips look; it is made when it is first asked for."""
        if self._preview is None:
            self._preview = PreviewOverlay(self, self._codes.modules)
            self._preview.opened.connect(self.preview_opened)
            self._take_overlay(self._preview)
        return self._preview

    # ------------------------------------------------------------------------------------ wiring

    def _follow_pages(self) -> None:
        pages, reader = self._pages, self._reader
        for typed in (pages.counter, pages.sign_in, pages.shift, pages.owner):
            reader.began.connect(typed.note_entry)
            reader.recognised.connect(typed.begin_scan)
        reader.recognised.connect(self._forget_searches)
        reader.scanned.connect(self._take_scan)
        pages.counter.changed.connect(self._show_answer)
        pages.heard.connect(self._sounds.play)
        pages.overlays_left.connect(self._close_overlays)
        pages.copied.connect(self._copy)
        pages.wished.connect(self._do)
        pages.shell.changed.connect(self._render_shell)
        pages.settings_page.again_wished.connect(self.again_wished)
        pages.first_start_page.again_wished.connect(self.again_wished)
        self._codes.learned.connect(self._refresh_codes)

    def _connect_sign_in(self) -> None:
        pages = self._pages
        pages.locked.connect(self._close_popup)
        pages.unlocked.connect(self._toast.dismiss)
        self._shell.lock_pressed.connect(partial(pages.carry_out, Wish.LOCK))
        self._shell.switch_pressed.connect(partial(pages.carry_out, Wish.SWITCH))

    def _close_popup(self) -> None:
        """Let no menu of whoever was there be used by the next person."""
        popup: QWidget | None = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()

    def _connect_work(self) -> None:
        self._work.made.connect(self._take_overlay)
        self._work.opening.connect(self._open)

    def _made_training_bar(self) -> TrainingBar:
        bar = TrainingBar(self._shell)
        self._shell.bars().addWidget(bar)
        return bar

    def _take_overlay(self, overlay: Overlay) -> None:
        self._overlays.append(overlay)
        self._watch.watch(overlay)
        self._presence.watch(overlay)

    def _connect_shell(self) -> None:
        shell, pages, training = self._shell, self._pages, self._training
        shell.room_chosen.connect(self._go_to_named)
        shell.chip_pressed.connect(pages.press_chip)
        shell.help_pressed.connect(self._open_help)
        shell.refresh_pressed.connect(pages.refresh)
        shell.menu_pressed.connect(self._open_menu)
        training.card_pressed.connect(pages.tour.press)
        training.go_on_pressed.connect(pages.tour.go_on)
        training.leave_pressed.connect(pages.tour.leave)
        training.go_live_pressed.connect(self._open_go_live)
        self._menu.theme_chosen.connect(self._change_theme)
        self._menu.text_scale_chosen.connect(self._change_text_scale)
        self._menu.language_chosen.connect(self._choose_language)
        self._menu.row_chosen.connect(pages.run_row)
        self._closing.confirmed.connect(self.close_requested)

    # --------------------------------------------------------------------------------- rendering

    def _render_shell(self, screen: ShellScreen) -> None:
        self._shell.render_screen(screen)
        self._render_training(screen)
        self._rooms.show_front(screen)
        if not screen.toast:
            self._toast.dismiss()
        elif screen.toast_number != self._toast_number:
            self._toast_number = screen.toast_number
            self._toast.show_sentence(
                screen.toast, screen.toast_icon, state_tone(screen.toast_tone)
            )
            self._place_toast()

    def _render_training(self, screen: ShellScreen) -> None:
        taken = self._training.height_taken()
        is_page = not (screen.closed_title or screen.is_signing_in)
        has_room = self.height() / theme.current().scale >= ROOM_FOR_TRAINING
        self._pages.has_room_for_tour = has_room
        self._training.render_screen(screen.training if is_page and has_room else None)
        if self._training.height_taken() != taken:
            self._take_grid()

    # ------------------------------------------------------------------------------------ intents

    def _go_to_named(self, name: str) -> None:
        self._pages.go_to(Room(name))
        # A room that is not entered leaves its tab as it was.
        self._render_shell(self._pages.shell.screen())

    def _forget_searches(self) -> None:
        """Show everything again: what was typed there were the first keys of a scan."""
        self._rooms.forget_searches()
        self._menu.forget_search()
        self._work.forget_search()

    def _take_scan(self, code: Secret) -> None:
        asking: QWidget | None = QApplication.activeModalWidget()
        is_asked = asking is not None and asking not in (
            self._help,
            self._menu,
            self._larger,
            self._preview,
            self._go_live,
            self._about,
        )
        into = self._rooms.counter.place_with_cursor()
        self._pages.take_scan(code, into=into, is_asked=is_asked)

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)

    def _do(self, wish: Wish) -> None:
        """Open or close a part of the window."""
        {
            Wish.HELP: self._open_help,
            Wish.MENU: self._open_menu,
            Wish.LARGER_SLIP: self._enlarge_slip,
            Wish.PREVIEW: self._open_preview,
            Wish.GO_LIVE: self._open_go_live,
            Wish.SOUNDS: self._turn_sounds,
            Wish.MOTION: self._turn_motion,
            Wish.FULL_SCREEN: self._turn_full_screen,
            Wish.ABOUT: self._open_about,
            Wish.CLOSE_TILL: self.close,
        }[wish]()

    def _turn_sounds(self) -> None:
        is_on = not self._sounds.is_on()
        self._sounds.set_on(is_on)
        said = window_words.SOUNDS_ON if is_on else window_words.SOUNDS_OFF
        self._pages.shell.toast(said, "check")
        self._sounds.play(Cue.SOUNDS_ON)
        self.sounds_chosen.emit(is_on)

    def _turn_motion(self) -> None:
        is_on = not theme.current().motion
        theme.choose_motion(is_on=is_on)
        said = window_words.MOTION_ON if is_on else window_words.MOTION_OFF
        self._pages.shell.toast(said, "check")
        self.motion_chosen.emit(is_on)

    def _turn_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _open_help(self) -> None:
        self._open(self._help)
        self._help.open_help(*self._pages.help_words())

    def _open_menu(self) -> None:
        self._open(self._menu)
        pages = self._pages
        self._menu.open_menu(pages.menu_rows(), has_tills=pages.has_own_language)

    def _open_go_live(self) -> None:
        if self._go_live is None:
            self._go_live = GoLiveOverlay(self)
            self._go_live.set_up_pressed.connect(self._pages.go_live)
            self._take_overlay(self._go_live)
        self._open(self._go_live)
        self._go_live.open_overlay()

    def _open_about(self) -> None:
        if self._about is None:
            self._about = AboutOverlay(self)
            self._take_overlay(self._about)
        self._open(self._about)
        self._about.open_about()

    def _enlarge_slip(self) -> None:
        view = self._rooms.in_front()
        paper = view.paper() if view is not None else None
        if paper is not None:
            self._open(self._larger)
            self._larger.open_slip(paper)

    def _open_preview(self) -> None:
        self._open(self.preview())
        self.preview().open_preview()

    def _open(self, overlay: Overlay) -> None:
        """Hide what may not be seen beside an overlay, and every other overlay."""
        self._rooms.hide_pins()
        if (view := self._rooms.in_front()) is not None:
            view.close_menu()
        for other in self._overlays:
            if other is not overlay:
                other.close_overlay()

    def _close_overlays(self) -> None:
        for overlay in self._overlays:
            overlay.close_overlay()

    # --------------------------------------------------------------------------------------- keys

    @override
    def focusNextPrevChild(self, next: bool) -> bool:
        return go_on(self, forward=next)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        name = _KEY_NAMES.get(event.key())
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() == Qt.Key.Key_F10 and held == Qt.KeyboardModifier.ShiftModifier:
            self._open_act_menu()
            return
        if name is None or held & ~Qt.KeyboardModifier.ShiftModifier:
            super().keyPressEvent(event)
            return
        name = f"Shift+{name}" if held else name
        event.accept()
        if not event.isAutoRepeat():
            self._press(name)

    def _open_act_menu(self) -> None:
        """Open the menu of what has the focus, as the Menu key does where a keyboard has one."""
        asked, reason = focused_in(self), QContextMenuEvent.Reason.Keyboard
        event = QContextMenuEvent(reason, asked.rect().center(), middle_of(asked))
        QApplication.sendEvent(asked, event)

    def _press(self, name: str) -> None:
        """Carry out a key: what a button in front says first, then what it means everywhere."""
        front = self._pages.front
        wish = wish_of(name, front, is_over_buttons=True)
        if wish is None:
            view = self._rooms.in_front()
            if view is not None and view.press_key(name):
                return
            wish = wish_of(name, front, is_over_buttons=False)
        if wish is Room.SHIFT and self._pages.room is Room.SHIFT:
            wish = Room.REPORTS  # as F6 goes on from list to list
        if wish is not None:
            self._pages.carry_out(wish)

    # -------------------------------------------------------------------------------------- looks

    def _change_theme(self, name: str) -> None:
        self._apply_look(name, theme.current().scale_asked)
        self.theme_chosen.emit(name)

    def _change_text_scale(self, scale: float) -> None:
        current = theme.current()
        self._apply_look(theme.SYSTEM if current.is_systems else current.name, scale)
        self.text_scale_chosen.emit(scale)

    def _choose_language(self, code: str) -> None:
        self._menu.close_overlay()  # so that the cursor is where it was
        self._pages.choose_language(code)

    def _apply_look(self, name: str, scale: float) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication), "a window has an application"
        theme.choose_look(app, name, scale=scale)

    def _follow_theme(self) -> None:
        self._take_grid()
        self._render_training(self._pages.shell.screen())
        self.update()

    def _take_grid(self) -> None:
        theme.set_room(self.width(), self.height())
        width, scale = min(self.width(), CONTENT_WIDTH_MAX), theme.current().scale
        # Controls grow with the text, so a larger text is a lower window.
        height = self.height() - self._training.height_taken()
        grid = theme.grid_for(width, round(height / scale), scale=scale)
        theme.set_size_class(grid.size_class)
        self._shell.set_grid(grid)
        self._rooms.set_grid(grid)
        self._toast_width = grid.slip_width - TOAST_RIGHT
        self._place_toast()

    def _place_toast(self) -> None:
        """Put toasts below the slip, beside the work."""
        bottom = self.height() - self._shell.footer_height() - TOAST_AIR
        corner = QPoint(self.width() - TOAST_RIGHT, bottom)
        self._toast.set_corner(corner, self._toast_width)

    def _refresh_codes(self) -> None:
        self._larger.refresh_codes()
        if self._preview is not None:
            self._preview.refresh_codes()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        width = min(self.width(), CONTENT_WIDTH_MAX)
        self._shell.setGeometry((self.width() - width) // 2, 0, width, self.height())
        self._take_grid()
        self._render_training(self._pages.shell.screen())

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
        said, has_to_wait = self._pages.left_open, self._pages.is_mid_answer
        is_asked = self._closing.isVisible() and not has_to_wait
        if not said or is_shutdown or is_asked:
            self.close_requested.emit()
        else:
            self._open(self._closing)
            self._closing.ask(said, has_to_wait=has_to_wait)

    @property
    def is_ending(self) -> bool:
        """Whether the system, and no person, closes the till."""
        return self._is_ending

    def close_once_answered(self) -> None:
        """Close without a question, as the program is to end; an answer is waited for."""
        self._is_ending = True
        if self._pages.is_mid_answer:
            self.close()
        else:
            self.close_requested.emit()

    def _show_answer(self) -> None:
        """Let what the till was asked about closing give way to the answer that came."""
        if self._pages.is_mid_answer:
            return
        if self._closing.has_to_wait:
            self._closing.close_overlay()
        if self._is_ending:
            self.close_requested.emit()


_KEY_NAMES: Final = {
    Qt.Key.Key_Escape.value: "Esc",
    **{getattr(Qt.Key, f"Key_F{number}").value: f"F{number}" for number in range(1, 13)},
}
