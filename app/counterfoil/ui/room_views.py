"""The pages of the window, one of them in front, each made when somebody first goes there."""

from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from counterfoil.domain.secret import Secret
from counterfoil.presentation.owner_presenter import OwnerPresenter
from counterfoil.presentation.pages import Pages
from counterfoil.presentation.reports_presenter import ReportsPresenter
from counterfoil.presentation.rooms import COUNTER_ROOMS, Room
from counterfoil.presentation.screens import LedgerScreen, ShellScreen
from counterfoil.presentation.shift_presenter import ShiftPresenter
from counterfoil.presentation.sign_in_screen import SignInScreen
from counterfoil.ui.act_menu import ActPage
from counterfoil.ui.closed_view import ClosedView
from counterfoil.ui.code_book import CodeBook
from counterfoil.ui.counter_view import CounterView
from counterfoil.ui.ledger_view import LedgerView
from counterfoil.ui.owner_view import OwnerView
from counterfoil.ui.reports_view import ReportsView
from counterfoil.ui.sheet_page import SheetPage
from counterfoil.ui.shift_view import ShiftView
from counterfoil.ui.sign_in_view import SignInView
from counterfoil.ui.theme import Grid

RoomView = CounterView | LedgerView | ShiftView | OwnerView | ReportsView
"""The page of a room. Two more stand before all rooms: *closed*, and where one signs in."""


class RoomViews(QStackedWidget):
    """Makes each page, and connects it with the presenter that it shows and reports to.

    A page is made without a parent and put into the stack: as a child of the window it would become
    a native window of its own, beside the dialogs that have one.

    Signals: ``enlarged_requested()`` where the slip of the page in front is to be shown larger;
    ``menu_opened(QWidget)`` with a menu, which is a window of its own.
    """

    enlarged_requested = Signal()
    menu_opened = Signal(QWidget)

    def __init__(self, pages: Pages, codes: CodeBook, columns: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._pages = pages
        self._codes = codes
        self._columns = columns
        self._grid: Grid | None = None
        self.counter: Final = CounterView(codes.modules, self, columns=columns)
        self._ledgers: dict[Room, LedgerView] = {}
        self._shift: ShiftView | None = None
        self._owner: OwnerView | None = None
        self._reports: ReportsView | None = None
        self._closed: ClosedView | None = None
        self._sign_in: SignInView | None = None
        self._connect_counter()
        self._add(self.counter)
        self.counter.render_screen(pages.counter.screen())
        for page in pages.lists.values():
            page.changed.connect(self._render_list)
            page.aged.connect(self._render_list)
        pages.sign_in.changed.connect(self._render_sign_in)
        pages.entered.connect(self._enter)
        pages.looked_for.connect(self._look_for)
        pages.masked.connect(self._mask_search)
        pages.codes_read.connect(self._show_codes)
        pages.message_read.connect(self._show_message)
        pages.locked.connect(self.counter.hide_pin)
        codes.learned.connect(self._refresh_codes)
        self._render_sign_in(pages.sign_in.screen())

    # ------------------------------------------------------------------------------- which is shown

    def show_front(self, screen: ShellScreen) -> None:
        """Bring the page in front that belongs there."""
        if screen.closed_title:
            view = self._closed_view()
            view.render_screen(screen, self.counter.paper())
            self.setCurrentWidget(view)
        elif screen.is_signing_in:
            self._show_sign_in()
        else:
            self.setCurrentWidget(self._view_of(screen.room))

    def in_front(self) -> RoomView | None:
        """Return the page of the room; None where none is in front."""
        if self._pages.is_closed or self._pages.is_signing_in:
            return None
        return self._view_of(self._pages.room)

    def ledger(self, room: Room) -> LedgerView:
        """Return a page with a list."""
        if (made := self._ledgers.get(room)) is not None:
            return made
        view = LedgerView(room, self._codes.modules, columns=self._columns)
        presenter = self._pages.lists[room]
        view.entry_chosen.connect(presenter.choose)
        view.act_requested.connect(presenter.act)
        self._offer_codes(view)
        view.enlarged_requested.connect(self.enlarged_requested)
        if room is Room.HISTORY:
            view.find_changed.connect(self._pages.find)
            view.narrowed.connect(self._pages.narrow)
            view.older_wanted.connect(self._pages.list_older)
        self._add(view)
        view.render_screen(presenter.screen())
        self._ledgers[room] = view
        return view

    def sign_in(self) -> SignInView:
        """Return the page on which people sign in; a till without staff never shows it."""
        if self._sign_in is None:
            presenter = self._pages.sign_in
            self._sign_in = view = SignInView(self._codes.modules, columns=self._columns)
            view.edited.connect(presenter.edit)
            view.submitted.connect(presenter.submit)
            view.pressed.connect(presenter.press)
            view.turned.connect(presenter.turn)
            self._add(view)
        return self._sign_in

    # -------------------------------------------------------------------------- what all of them do

    def hide_pins(self) -> None:
        """Hide a code that somebody looks at, wherever it is shown."""
        self.counter.hide_pin()
        for view in self._ledgers.values():
            view.hide_pin()

    def forget_searches(self) -> None:
        """Show everything again: what was typed into a search were the first keys of a scan."""
        self.counter.forget_search()
        for view in self._ledgers.values():
            view.forget_search()

    def set_grid(self, grid: Grid) -> None:
        """Lay the pages out by the measures of a size class, those too that are made later."""
        self._grid = grid
        for view in self._made():
            view.set_grid(grid)

    def _made(self) -> tuple[RoomView | ClosedView | SignInView, ...]:
        alone = (self._shift, self._reports, self._owner, self._closed, self._sign_in)
        made = (self.counter, *self._ledgers.values(), *alone)
        return tuple(view for view in made if view is not None)

    def _refresh_codes(self) -> None:
        for view in self._made():
            if isinstance(view, RoomView):
                view.refresh_codes()

    # ------------------------------------------------------------------------------------ rendering

    def _render_list(self, screen: LedgerScreen) -> None:
        if (view := self._ledgers.get(screen.room)) is not None:
            view.render_screen(screen)

    def _render_sign_in(self, screen: SignInScreen | None) -> None:
        if screen is not None or self._sign_in is not None:
            self.sign_in().render_screen(screen)

    def _show_sign_in(self) -> None:
        view = self.sign_in()
        if self.currentWidget() is not view:
            self.setCurrentWidget(view)
            view.focus_first()

    def _show_message(self, room: Room, address: Secret) -> None:
        if not self._pages.is_signing_in:
            self._with_codes(room).show_message(self._codes.secret_qr(address))

    def _show_codes(self, room: Room, codes: tuple[Secret, ...]) -> None:
        if not self._pages.is_signing_in:
            self._with_codes(room).show_codes(codes)

    # -------------------------------------------------------------------------------------- intents

    def _enter(self, room: Room) -> None:
        self.counter.hide_pin()
        if room in self._pages.lists:
            self.ledger(room).forget_search()

    def _look_for(self, reference: str) -> None:
        self.ledger(Room.HISTORY).look_for(reference)

    def _mask_search(self, text: str) -> None:
        self.ledger(Room.HISTORY).mask_search(text)

    def _go_to_balance(self) -> None:
        self._pages.go_to(Room.BALANCE)

    def _reveal(self, is_wanted: bool) -> None:
        if is_wanted:
            self._pages.reveal()

    # --------------------------------------------------------------------------------------- making

    def _view_of(self, room: Room) -> RoomView:
        match room:
            case Room.SHIFT:
                return self._shift_view()
            case Room.REPORTS:
                return self._reports_view()
            case Room.OWNER:
                return self._owner_view()
            case _:
                return self._with_codes(room)

    def _with_codes(self, room: Room) -> CounterView | LedgerView:
        """Return a page that can show the codes of a change voucher."""
        return self.counter if room in COUNTER_ROOMS else self.ledger(room)

    def _add(self, view: RoomView | SheetPage[Any] | ClosedView | SignInView) -> None:
        self.addWidget(view)
        if isinstance(view, ActPage):
            view.menu_opened.connect(self.menu_opened)
        if self._grid is not None:
            view.set_grid(self._grid)

    def _offer_codes(self, view: CounterView | LedgerView) -> None:
        view.reveal_requested.connect(self._reveal)
        view.message_requested.connect(self._pages.reveal_to_phone)
        if (way := self._pages.message_way) is not None:
            view.offer_message(way)

    def _connect_counter(self) -> None:
        view, presenter = self.counter, self._pages.counter
        view.type_chosen.connect(presenter.choose)
        view.edited.connect(presenter.edit)
        view.field_left.connect(presenter.leave)
        view.refused.connect(presenter.refuse)
        view.amount_edited.connect(presenter.edit_amount)
        view.amount_left.connect(presenter.leave_amount)
        view.whole_pressed.connect(presenter.toggle_whole)
        view.primary_pressed.connect(presenter.press)
        view.balance_pressed.connect(self._go_to_balance)
        view.act_requested.connect(self._pages.act_at_counter)
        self._offer_codes(view)
        view.enlarged_requested.connect(self.enlarged_requested)
        presenter.changed.connect(view.render_screen)
        presenter.pointed.connect(view.focus_place)

    def _shift_view(self) -> ShiftView:
        if self._shift is None:
            presenter = self._pages.shift
            self._shift = view = ShiftView(self._codes.modules, columns=self._columns)
            view.amount_edited.connect(presenter.edit_amount)
            view.reason_chosen.connect(presenter.choose_reason)
            view.words_edited.connect(presenter.edit_words)
            view.pieces_edited.connect(presenter.edit_pieces)
            view.earlier_chosen.connect(presenter.choose_earlier)
            self._follow(view, presenter)
        return self._shift

    def _owner_view(self) -> OwnerView:
        if self._owner is None:
            presenter = self._pages.owner
            self._owner = view = OwnerView(self._codes.modules, columns=self._columns)
            view.provider_chosen.connect(presenter.choose_provider)
            view.path_edited.connect(presenter.edit_path)
            view.field_edited.connect(presenter.edit_field)
            view.row_chosen.connect(presenter.choose_row)
            view.reason_chosen.connect(presenter.choose_reason)
            view.words_edited.connect(presenter.edit_words)
            self._follow(view, presenter)
        return self._owner

    def _reports_view(self) -> ReportsView:
        if self._reports is None:
            presenter = self._pages.reports
            self._reports = view = ReportsView(self._codes.modules, columns=self._columns)
            view.kind_chosen.connect(presenter.choose_kind)
            view.period_chosen.connect(presenter.choose_period)
            view.day_edited.connect(presenter.edit_day)
            self._follow(view, presenter)
        return self._reports

    def _follow(
        self, view: SheetPage[Any], presenter: ShiftPresenter | OwnerPresenter | ReportsPresenter
    ) -> None:
        """Connect a page with its presenter, by the signals that all sheet pages have."""
        view.act_requested.connect(presenter.act)
        view.pressed.connect(presenter.press)
        view.enlarged_requested.connect(self.enlarged_requested)
        presenter.changed.connect(view.render_screen)
        self._add(view)
        view.render_screen(presenter.screen())

    def _closed_view(self) -> ClosedView:
        if self._closed is None:
            self._closed = ClosedView(self._codes.modules, columns=self._columns)
            self._add(self._closed)
        return self._closed
