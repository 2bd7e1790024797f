"""The page Shift: the float, the shift with its cash moves, the blind count, and the reports."""

from functools import partial
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractSlider,
    QGridLayout,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from counterfoil.domain.drawer import CashMoveKind
from counterfoil.overriding import override
from counterfoil.presentation.screens import Act
from counterfoil.presentation.shift_screen import (
    AMOUNT,
    REASON,
    WORDS,
    EarlierRow,
    ShiftScreen,
    ShiftStage,
)
from counterfoil.presentation.words import shift_page, shifts, window
from counterfoil.ui import theme
from counterfoil.ui.act_menu import (
    MenuRow,
    by_keyboard,
)
from counterfoil.ui.count_page import CountPage
from counterfoil.ui.ledger_view import scrolled
from counterfoil.ui.number_pad import NumberPad
from counterfoil.ui.report_page import ReportPage
from counterfoil.ui.sheet_page import PRIMARY_HEIGHT, SheetPage
from counterfoil.ui.theme import Grid, Role, SizeClass
from counterfoil.ui.theme.painting import paint_whole, visual
from counterfoil.ui.widgets.amount_field import AmountField
from counterfoil.ui.widgets.button import (
    ButtonFace,
    PaintedButton,
    SecondaryButton,
)
from counterfoil.ui.widgets.choices import LabelledChoices
from counterfoil.ui.widgets.facts import FactsRow, Figure
from counterfoil.ui.widgets.field import EntryField, FieldLook
from counterfoil.ui.widgets.icon import paint_icon
from counterfoil.ui.widgets.keypad import KeypadMode
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.slip_paper import COLUMNS_SHOWN, Modules
from counterfoil.ui.widgets.steps import WizardSteps

ACT_HEIGHT: Final = 60
ROW_HEIGHT: Final = 50
REASONS_A_ROW: Final = 2
_WHY_GAP: Final = 10
_ROW_ICON: Final = 18
_MOVES: Final = (
    (Act.PAY_IN, CashMoveKind.PAY_IN, "plus"),
    (Act.PAY_OUT, CashMoveKind.PAY_OUT, "cash"),
    (Act.DROP_CASH, CashMoveKind.DROP, "lock"),
    (Act.OPEN_DRAWER, CashMoveKind.NO_SALE, "drawer"),
)
_SCROLLS: Final = {
    Qt.Key.Key_Down.value: QAbstractSlider.SliderAction.SliderSingleStepAdd,
    Qt.Key.Key_Up.value: QAbstractSlider.SliderAction.SliderSingleStepSub,
    Qt.Key.Key_PageDown.value: QAbstractSlider.SliderAction.SliderPageStepAdd,
    Qt.Key.Key_PageUp.value: QAbstractSlider.SliderAction.SliderPageStepSub,
}


class RowButton(PaintedButton):
    """A row of a list that leads somewhere: a line above it, words, and an arrow at its end."""

    @override
    def role(self) -> Role:
        return Role.BODY

    @override
    def face(self) -> ButtonFace:
        current = theme.current()
        fill = current.colour("pressed") if self.isDown() else None
        if fill is None and self.underMouse():
            fill = current.colour("hover")
        return ButtonFace(current.colour("ink"), fill)

    @override
    def sizeHint(self) -> QSize:
        return QSize(0, self.height())

    @override
    def _paint_centred(self, painter: QPainter, face: ButtonFace) -> None:
        current, side = theme.current(), float(_ROW_ICON)
        painter.fillRect(QRectF(0, 0, self.width(), 1), current.colour("line"))
        room = visual(self, QRectF(4, 0, self.width() - side - 16, self.height()))
        paint_whole(painter, room, self.accessibleName(), self.font(), face.text)
        arrow = QRectF(self.width() - side - 4, (self.height() - side) / 2, side, side)
        paint_icon(painter, "arrow-right", visual(self, arrow), current.colour("muted"))


class EarlierList(QWidget):
    """The shifts that were closed, the latest first.

    Signals: ``chosen(int)`` the number of a Z.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: tuple[EarlierRow, ...] | None = None
        self._buttons: list[RowButton] = []
        self._nothing = PlainLabel(shift_page.NO_EARLIER, Role.NOTE, "muted", self, elided=True)
        content = QWidget(self)
        self._list = QVBoxLayout(content)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self._list.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(PlainLabel(shift_page.EARLIER, Role.LABEL, "ink", self))
        column.addWidget(self._nothing)
        self._area = scrolled(content, self)
        column.addWidget(self._area, 1)
        column.addStretch(0)
        self._column = column

    def show_rows(self, rows: tuple[EarlierRow, ...]) -> None:
        """Show these shifts; the same again changes nothing."""
        if rows == self._rows:
            return
        self._rows = rows
        for old in self._buttons:
            self._list.removeWidget(old)
            old.hide()
            old.setObjectName("")
            old.deleteLater()
        self._buttons = [self._made(row) for row in rows]
        for at, button in enumerate(self._buttons):
            self._list.insertWidget(at, button)
            button.show()
        self._nothing.setVisible(not rows)
        self._area.setVisible(bool(rows))
        self._column.setStretch(self._column.count() - 1, 0 if rows else 1)

    def _made(self, row: EarlierRow) -> RowButton:
        button = RowButton(row.text, height=ROW_HEIGHT, parent=self)
        button.setObjectName(f"earlier-{row.number}")
        button.clicked.connect(partial(self.chosen.emit, row.number))
        return button


class MovePage(QWidget):
    """An amount, a reason, or both, beside a keypad; or the explanation of a difference.

    Signals: ``amount_edited(str)``; ``reason_chosen(int)`` the index of a reason;
    ``words_edited(str)``; ``earlier_chosen(int)`` the number of a Z.
    """

    amount_edited = Signal(str)
    reason_chosen = Signal(int)
    words_edited = Signal(str)
    earlier_chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("move-page")
        self._facts = FactsRow(self, first_role=Role.AMOUNT)
        self._facts.setContentsMargins(0, 0, 0, _WHY_GAP)
        self._amount = AmountField(window.AMOUNT, parent=self)
        self._amount.setObjectName("field-shift-amount")
        self._amount.line().setObjectName(AMOUNT)
        self._amount.edited.connect(self.amount_edited)
        self._amount.submitted.connect(self._go_on)
        self._reasons = LabelledChoices("", "shift-reason", REASONS_A_ROW, self)
        self._reasons.chosen.connect(self.reason_chosen)
        self._words = EntryField(FieldLook(name="shift-words", label=shift_page.OWN_WORDS), self)
        self._words.leave_out_hint()
        line = self._words.line()
        assert line is not None, "no choice is asked for here"
        line.setObjectName("shift-words")
        line.value_edited.connect(self.words_edited)
        self._earlier = EarlierList(self)
        self._earlier.chosen.connect(self.earlier_chosen)
        self._pad = NumberPad(QSize(76, 66), self)
        self._pad.serve_box(self._amount.line(), window.AMOUNT, KeypadMode.MONEY)
        self._why = self._made_why()
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self._facts)
        left.addWidget(self._amount)
        left.addWidget(self._why, 1)
        left.addWidget(self._earlier, 1)
        left.addStretch(0)
        self._left = left
        self._both = QHBoxLayout(self)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._both.addLayout(left, 1)
        self._both.addWidget(self._pad, 0, Qt.AlignmentFlag.AlignTop)

    def render_screen(self, screen: ShiftScreen) -> None:
        """Show what is asked for, and hide the rest."""
        row = screen.amount
        self._facts.show_facts(screen.facts)
        self._facts.setVisible(bool(screen.facts))
        self._amount.setVisible(row is not None)
        self._pad.setVisible(row is not None)
        if row is not None:
            self._amount.show_label(screen.amount_label)
            self._pad.keys().show_target(screen.amount_label)
            self._amount.show_currency(row.currency_sign)
            if self._amount.value() != row.text:
                self._amount.set_value(row.text)
            self._amount.show_error(row.error)
        self._reasons.show_label(screen.reason_label)
        self._reasons.show_choices(screen.reasons, screen.reason)
        self._why.setVisible(bool(screen.reasons))
        if self._words.value() != screen.words:
            self._words.set_value(screen.words)
        is_closed = screen.stage is ShiftStage.CLOSED
        self._earlier.show_rows(screen.earlier)
        self._earlier.setVisible(is_closed)
        self._left.setStretch(self._left.count() - 1, 0 if is_closed or screen.reasons else 1)

    def place(self, point: str) -> QWidget | None:
        """Return the widget that the cursor goes to; None for none."""
        return {
            AMOUNT: self._amount.line(),
            REASON: self._reasons.first(),
            WORDS: self._words,
        }.get(point)

    def set_grid(self, grid: Grid) -> None:
        """Lay the page out by the measures of a size class."""
        self._both.setSpacing(grid.column_gap)
        self._pad.keys().set_key_size(QSize(grid.key_width, grid.key_height))

    def _made_why(self) -> QWidget:
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_WHY_GAP)
        column.addWidget(self._reasons)
        column.addWidget(self._words)
        column.addStretch(1)
        # The lowest window has no room for a sentence that says what is missing as well.
        return scrolled(content, self)

    def _go_on(self) -> None:
        self.window().focusNextPrevChild(True)  # noqa: FBT003 - Qt's own name


class OpenPage(QWidget):
    """The open shift: who opened it, and what can be done with the drawer.

    Signals: ``act_requested(Act)``; ``earlier_chosen(int)``.
    """

    act_requested = Signal(object)
    earlier_chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("open-page")
        self._facts = FactsRow(self)
        self._grid = QGridLayout()
        self._grid.setSpacing(12)
        for at, (act, kind, icon) in enumerate(_MOVES):
            button = SecondaryButton(shifts.MOVES[kind], icon=icon, height=ACT_HEIGHT, parent=self)
            button.setObjectName(f"act-{act.value}")
            button.clicked.connect(partial(self.act_requested.emit, act))
            self._grid.addWidget(button, at // 2, at % 2)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        self._earlier = EarlierList(self)
        self._earlier.chosen.connect(self.earlier_chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._facts)
        column.addSpacing(18)
        column.addWidget(PlainLabel(shift_page.CASH, Role.LABEL, "ink", self))
        column.addSpacing(6)
        column.addLayout(self._grid)
        column.addSpacing(20)
        column.addWidget(self._earlier, 1)

    def render_screen(self, screen: ShiftScreen) -> None:
        """Show the shift."""
        self._facts.show_facts(screen.facts)
        self._earlier.show_rows(screen.earlier)


class ShiftView(SheetPage[ShiftScreen]):
    """Draws a ShiftScreen.

    Signals: ``amount_edited(str)``; ``reason_chosen(int)``; ``words_edited(str)``;
    ``pieces_edited(int, str)``; ``earlier_chosen(int)``, and those of every sheet page.
    """

    amount_edited = Signal(str)
    reason_chosen = Signal(int)
    words_edited = Signal(str)
    pieces_edited = Signal(int, str)
    earlier_chosen = Signal(int)

    def __init__(
        self, modules: Modules, parent: QWidget | None = None, *, columns: int = COLUMNS_SHOWN
    ) -> None:
        super().__init__(
            "shift", ShiftScreen(stage=ShiftStage.READING), modules, parent, columns=columns
        )
        self._is_small = False
        self._steps = WizardSteps(self._stub)
        self._pages = QStackedWidget(self._stub)
        self._nothing = QWidget(self._pages)
        self._move = MovePage(self._pages)
        self._open = OpenPage(self._pages)
        self._count = CountPage(self._pages)
        self._report = ReportPage(self._pages)
        for page in (self._nothing, self._move, self._open, self._count, self._report):
            self._pages.addWidget(page)
        self._counted = Figure(shift_page.COUNTED_SO_FAR, "counted", Role.BANNER, self._stub)
        self._button = SecondaryButton("", height=PRIMARY_HEIGHT, parent=self._stub)
        self._button.setObjectName("shift-button")
        self._button.clicked.connect(self._tell_act)
        self._connect()
        self._lay_out()

    @override
    def _render_work(self, screen: ShiftScreen, before: ShiftScreen) -> None:
        self._steps.show_steps(screen.steps, screen.step)
        self._steps.setVisible(bool(screen.steps) and not self._is_small)
        page = self._page_of(screen.stage)
        if page in (self._move, self._open, self._count):
            page.render_screen(screen)
        is_report = screen.stage is ShiftStage.REPORT and screen.paper is not None
        self._report.show_slip(screen.paper.slip if is_report and screen.paper else None)
        self._pages.setCurrentWidget(page)
        self._counted.show_amount(screen.counted)
        self._counted.setVisible(bool(screen.counted))
        self._show_buttons(screen)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        asked = self.focusWidget() if by_keyboard(event) else self.childAt(event.pos())
        if isinstance(asked, RowButton):
            rows = (MenuRow(text=window.OPEN_ENTRY, about=asked.objectName(), run=asked.click),)
            self.open_menu(rows, self.place_of(event), by_key=by_keyboard(event))
        else:
            super().contextMenuEvent(event)

    @override
    def set_grid(self, grid: Grid) -> None:
        super().set_grid(grid)
        self._is_small = grid.size_class is SizeClass.SMALL
        self._steps.setVisible(bool(self._screen.steps) and not self._is_small)
        self._description.setVisible(not grid.very_short)
        for page in (self._move, self._count, self._report):
            page.set_grid(grid)

    @override
    def press_key(self, key: str) -> bool:
        if super().press_key(key):
            return True
        if key == "Esc":
            self.act_requested.emit(Act.BACK)
        return key == "Esc"

    @override
    def focus_first(self) -> None:
        point, page = self._screen.point, self._pages.currentWidget()
        place = page.place(point) if isinstance(page, MovePage | CountPage) else None
        (place or self).setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _SCROLLS.get(event.key())
        if step is None or self._screen.stage is not ShiftStage.REPORT:
            super().keyPressEvent(event)
        else:
            self._report.scroll_by(step)

    def _page_of(self, stage: ShiftStage) -> QWidget:
        return {
            ShiftStage.READING: self._nothing,
            ShiftStage.OPEN: self._open,
            ShiftStage.COUNT: self._count,
            ShiftStage.REPORT: self._report,
        }.get(stage, self._move)

    def _show_buttons(self, screen: ShiftScreen) -> None:
        button = screen.buttons[0] if screen.buttons else None
        if button is not None:
            self._button.set_caption(button.text)
            self._button.set_key(button.key)
            self._button.set_icon_name(button.icon)
        self._button.setVisible(button is not None)

    def _tell_act(self) -> None:
        if self._screen.buttons:
            self.act_requested.emit(self._screen.buttons[0].act)

    def _connect(self) -> None:
        self._move.amount_edited.connect(self.amount_edited)
        self._move.reason_chosen.connect(self.reason_chosen)
        self._move.words_edited.connect(self.words_edited)
        self._move.earlier_chosen.connect(self.earlier_chosen)
        self._open.act_requested.connect(self.act_requested)
        self._open.earlier_chosen.connect(self.earlier_chosen)
        self._count.edited.connect(self.pieces_edited)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._description)
        head.addLayout(words, 1)
        head.addWidget(self._steps, 0, Qt.AlignmentFlag.AlignVCenter)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self._counted, 2)
        foot.addWidget(self._button, 1)
        foot.addWidget(self._primary, 3)
        self._column = QVBoxLayout(self._stub)
        self._column.addLayout(head)
        self._column.addWidget(self._pages, 1)
        self._column.addWidget(self._error)
        self._column.addLayout(foot)
