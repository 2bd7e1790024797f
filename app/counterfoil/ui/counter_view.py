"""The pages Redeem and Balance: voucher types at the left, then form or result, then the slip."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from counterfoil.domain.message import MessageWay
from counterfoil.domain.secret import Secret
from counterfoil.overriding import override
from counterfoil.ports.symbols import Rows
from counterfoil.presentation.screens import CounterScreen, PaperRow, Stage
from counterfoil.ui.act_menu import ActPage, MenuRow, row_of_paper, rows_of
from counterfoil.ui.empty_page import EmptyPage
from counterfoil.ui.form_page import FormPage
from counterfoil.ui.rail import Rail
from counterfoil.ui.result_page import ResultPage
from counterfoil.ui.theme import Grid
from counterfoil.ui.widgets.sheet import Sheet
from counterfoil.ui.widgets.slip_paper import COLUMNS_SHOWN, Modules, Stamp

HEAD_TOKEN: Final = "approved"


def show_paper(sheet: Sheet, paper: PaperRow | None) -> None:
    """Show the slip of a page on a sheet."""
    if paper is None:
        sheet.set_slip(None)
        return
    stamp = Stamp(paper.stamp, paper.stamp_tone) if paper.stamp else None
    sheet.set_slip(paper.slip, is_dimmed=paper.is_dimmed, stamp=stamp, is_torn=paper.is_torn)


class CounterView(ActPage):
    """Renders a CounterScreen and tells what the cashier does.

    Signals: ``type_chosen(str)``; ``edited(str, str)``; ``field_left(str)``;
    ``refused(object)``;
    ``amount_edited(str)``; ``amount_left()``; ``whole_pressed()``;
    ``primary_pressed()``; ``balance_pressed()``;
    ``act_requested(Act)``; ``reveal_requested(bool)``; ``message_requested()``;
    ``enlarged_requested()``.
    """

    type_chosen = Signal(str)
    edited = Signal(str, str)
    field_left = Signal(str)
    refused = Signal(object)
    amount_edited = Signal(str)
    amount_left = Signal()
    whole_pressed = Signal()
    primary_pressed = Signal()
    balance_pressed = Signal()
    act_requested = Signal(object)
    reveal_requested = Signal(bool)
    message_requested = Signal()
    enlarged_requested = Signal()

    def __init__(
        self,
        modules: Modules,
        parent: QWidget | None = None,
        *,
        columns: int = COLUMNS_SHOWN,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("counter")
        self._screen = CounterScreen()
        self._rail = Rail(self)
        self._rail.chosen.connect(self.type_chosen)
        self._sheet = Sheet(modules, columns=columns, parent=self)
        self._sheet.enlarged_requested.connect(self.enlarged_requested)
        # Each is made where it stays: Qt styles all that lies in a widget again when it is moved.
        self._pages = QStackedWidget(self._sheet)
        self._sheet.set_stub_widget(self._pages)
        self._form = FormPage(self._pages)
        self._result = ResultPage(self._pages)
        self._empty = EmptyPage(self._pages)
        for page in (self._form, self._result, self._empty):
            self._pages.addWidget(page)
        self._pages.setCurrentWidget(self._empty)
        self._connect()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._rail)
        row.addWidget(self._sheet, 1)

    def render_screen(self, screen: CounterScreen) -> None:
        """Show a screen; rendering the same again changes nothing."""
        before, self._screen = self._screen, screen
        for part in (self, self._form):
            part.setAccessibleName(screen.title)  # They have the focus while nothing in them has.
        self._rail.show_types(screen.groups, screen.chosen)
        self._render_page(screen)
        show_paper(self._sheet, screen.paper)
        self.keep_menu()
        if screen.stage is Stage.RESULT and before.stage is not Stage.RESULT:
            # No key of the form may fall on a button of the result.
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        elif screen.fitting and screen.fitting != before.fitting:
            self._rail.focus_tile(screen.fitting[0])
        elif screen.stage is Stage.FORM and before.stage in {Stage.RESULT, Stage.EMPTY}:
            self.focus_first()

    def paper(self) -> PaperRow | None:
        """Return the slip that is shown at the right; None where there is none."""
        return self._screen.paper

    @override
    def menu_rows(self) -> tuple[MenuRow, ...]:
        """Return the acts of a result, and what a click on the slip does."""
        screen = self._screen
        result = screen.result if screen.stage is Stage.RESULT else None
        about = "" if result is None else result.redemption_id
        buttons = () if result is None else result.buttons
        return (
            *rows_of(buttons, self.act_requested.emit, about),
            *row_of_paper(screen.paper, self.enlarged_requested.emit, about),
        )

    def set_grid(self, grid: Grid) -> None:
        """Lay the page out by the measures of a size class."""
        self._rail.set_grid(grid)
        self._sheet.set_slip_width(grid.slip_width)
        for page in (self._form, self._result, self._empty):
            page.set_grid(grid)

    def focus_first(self) -> None:
        """Put the cursor into the form's first field.

        Over a result, on no button, so that no key presses one.
        """
        if self._screen.stage is Stage.FORM and self.isVisible():
            self._form.focus_first()
        elif self.isVisible():
            # Nothing of a result is pressed by a key that was meant for something else.
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_place(self, place: str) -> None:
        """Put the cursor into a field, the amount, or for an empty name the first field."""
        if self._screen.stage is Stage.FORM:
            self._form.focus_place(place)

    def place_with_cursor(self) -> str:
        """Return the name of the field with the cursor, ``AMOUNT``, or empty for neither."""
        return self._form.place_with_cursor() if self._screen.stage is Stage.FORM else ""

    def forget_search(self) -> None:
        """Empty the search field, so that every tile is shown again."""
        self._rail.forget_search()

    def press_key(self, key: str) -> bool:
        """Press the shown button with this key cap; return whether there is one."""
        page = self._pages.currentWidget()
        assert isinstance(page, FormPage | ResultPage | EmptyPage)
        return page.press_key(key)

    def offer_message(self, way: MessageWay) -> None:
        """Add the button that shows a change voucher's codes to the shop's phone."""
        self._result.panel().offer_message(way)

    def show_message(self, rows: Rows) -> None:
        """Show the code for the shop's phone, if the button for it is still held."""
        self._result.panel().show_message(rows)

    def show_codes(self, codes: tuple[Secret, ...]) -> None:
        """Show the codes of the change voucher, if the button for it is still held."""
        self._result.panel().show_codes(codes)

    def hide_pin(self) -> None:
        """Hide the change voucher's PIN."""
        self._result.panel().hide_pin()

    def refresh_codes(self) -> None:
        """Draw the slip again, now that its barcode has been encoded."""
        self._sheet.slip_paper().refresh_codes()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.focus_first()

    def _connect(self) -> None:
        form, result = self._form, self._result
        form.edited.connect(self.edited)
        form.field_left.connect(self.field_left)
        form.refused.connect(self.refused)
        form.amount_edited.connect(self.amount_edited)
        form.amount_left.connect(self.amount_left)
        form.whole_pressed.connect(self.whole_pressed)
        form.primary_pressed.connect(self.primary_pressed)
        form.balance_pressed.connect(self.balance_pressed)
        form.act_requested.connect(self.act_requested)
        result.act_requested.connect(self.act_requested)
        result.reveal_requested.connect(self.reveal_requested)
        result.message_requested.connect(self.message_requested)
        result.head_changed.connect(self._fill_head)
        self._empty.act_requested.connect(self.act_requested)

    def _render_page(self, screen: CounterScreen) -> None:
        if screen.stage is Stage.RESULT and screen.result is not None:
            self._pages.setCurrentWidget(self._result)
            self._result.render_result(screen.result, screen.last)
        elif screen.stage is Stage.EMPTY:
            self._pages.setCurrentWidget(self._empty)
            self._empty.render_screen(screen)
        else:
            self._form.render_screen(screen)
            self._pages.setCurrentWidget(self._form)
        if screen.stage is not Stage.RESULT:
            self._sheet.clear_head()

    def _fill_head(self, height: int) -> None:
        is_result = self._screen.stage is Stage.RESULT
        self._sheet.set_head(height if is_result else 0, HEAD_TOKEN)
