"""The page Reports: which report and which days at the left, its chart and its table beside."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.reports_screen import FIRST, LAST, ReportsScreen
from counterfoil.presentation.words import report_page
from counterfoil.ui import theme
from counterfoil.ui.act_row import MORE_HEIGHT, ActRow
from counterfoil.ui.number_pad import NumberPad
from counterfoil.ui.sheet_page import PRIMARY_HEIGHT, SheetPage
from counterfoil.ui.sheet_table import SheetTable
from counterfoil.ui.theme import Grid, Role, SizeClass
from counterfoil.ui.widgets.bar_chart import BarChart
from counterfoil.ui.widgets.choices import LabelledChoices
from counterfoil.ui.widgets.field import EntryField, FieldLook
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.progress_line import ProgressLine
from counterfoil.ui.widgets.slip_paper import COLUMNS_SHOWN, Modules

KEY_HEIGHT: Final = 50
KEY_LOW: Final = 46
"""How high a key is in a window that is short: two lines of choices stand above."""
KEY_LOWEST: Final = 38
GAP: Final = 12
GAP_LOWEST: Final = 7
LIST_WIDTH: Final = 200
LIST_WIDTH_SMALL: Final = 158
PERIODS_A_ROW: Final = 3
BAR_HEIGHT: Final = 6


class ReportsView(SheetPage[ReportsScreen]):
    """Draws a ReportsScreen.

    Signals: ``kind_chosen(int)``, ``period_chosen(int)`` its place; ``day_edited(str, str)`` the
    first or the last, and its text; and those of every sheet page.
    """

    kind_chosen = Signal(int)
    period_chosen = Signal(int)
    day_edited = Signal(str, str)

    def __init__(
        self, modules: Modules, parent: QWidget | None = None, *, columns: int = COLUMNS_SHOWN
    ) -> None:
        super().__init__("reports", ReportsScreen(), modules, parent, columns=columns)
        self._left = QWidget(self._stub)
        self._kinds = LabelledChoices("", "report", 1, self._left)
        self._kinds.chosen.connect(self.kind_chosen)
        self._periods = LabelledChoices("", "period", PERIODS_A_ROW, self._stub)
        self._periods.chosen.connect(self.period_chosen)
        for choices in (self._kinds, self._periods):
            choices.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._first = self._day_field(FIRST, report_page.FIRST_DAY)
        self._last = self._day_field(LAST, report_page.LAST_DAY)
        self._days = QWidget(self._stub)
        self._pad = NumberPad(QSize(64, KEY_HEIGHT), self._stub)
        self._pad.serve(self._first)
        self._pad.serve(self._last)
        self._notice = PlainLabel("", Role.SENTENCE, "muted", self._stub, wrapped=True)
        self._notice.setObjectName("reports-notice")
        self._progress = ProgressLine(self._stub, height=BAR_HEIGHT)
        self._chart = BarChart(self._stub)
        self._table = SheetTable(self._stub)
        self._acts = ActRow(self._stub)
        self._acts.act_requested.connect(self.act_requested)
        self._lay_out()

    @override
    def _render_work(self, screen: ReportsScreen, before: ReportsScreen) -> None:
        self._kinds.show_choices(screen.kinds, screen.kind)
        self._periods.show_choices(screen.periods, screen.period)
        self._days.setVisible(screen.is_other)
        for field, text in ((self._first, screen.first), (self._last, screen.last)):
            if field.value() != text:
                field.set_value(text)
        self._show_sheet(screen)
        self._acts.show_buttons(screen.buttons)

    @override
    def set_grid(self, grid: Grid) -> None:
        super().set_grid(grid)
        self._column.setSpacing(GAP_LOWEST if grid.very_short else GAP)
        self._right.setSpacing(GAP_LOWEST if grid.very_short else GAP)
        is_small = grid.size_class is SizeClass.SMALL
        self._left.setFixedWidth(LIST_WIDTH_SMALL if is_small else LIST_WIDTH)
        self._both.setSpacing(grid.column_gap)
        is_narrow = is_small and theme.current().scale > 1
        self._acts.set_height(MORE_HEIGHT if is_narrow else PRIMARY_HEIGHT)
        low = KEY_LOWEST if grid.very_short or is_narrow else KEY_LOW
        self._pad.keys().set_key_size(QSize(64, low if grid.short or is_narrow else KEY_HEIGHT))
        # In the lowest window the field's own frame says enough of where the keys type.
        self._pad.keys().set_has_caption(not grid.very_short)

    @override
    def focus_first(self) -> None:
        fields = {FIRST: self._first, LAST: self._last}
        field = fields.get(self._screen.point) if self._screen.is_other else None
        (field or self._kinds.first()).setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_sheet(self, screen: ReportsScreen) -> None:
        sheet = screen.sheet
        has_rows = sheet is not None and not sheet.is_empty
        self._notice.setText(screen.notice)
        self._notice.setVisible(bool(screen.notice))
        self._progress.show_share(screen.share)
        self._table.show_sheet(sheet if has_rows else None)
        self._table.setVisible(has_rows)
        if sheet is not None and has_rows:
            self._chart.show_bars(sheet.chart_title, sheet.bars)
        else:
            self._chart.show_bars("", ())
        # Beside the keys the days stand one below the other; above a report they take one line.
        self._pad.setVisible(not has_rows)
        along, across = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._fields.setDirection(along if has_rows else across)
        self._air.setVisible(not has_rows)

    def _day_field(self, place: str, label: str) -> EntryField:
        look = FieldLook(name=place, label=label, example=report_page.DAY_EXAMPLE)
        field = EntryField(look, self._stub)
        field.leave_out_hint()
        line = field.line()
        assert line is not None, "no choice is asked for here"
        line.setObjectName(place)
        line.value_edited.connect(lambda text: self.day_edited.emit(place, text))
        return field

    def _lay_out(self) -> None:
        kinds = QVBoxLayout(self._left)
        kinds.setContentsMargins(0, 0, 0, 0)
        kinds.addWidget(self._kinds)
        kinds.addStretch(1)
        self._fields = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._fields.setSpacing(12)
        self._fields.addWidget(self._first)
        self._fields.addWidget(self._last)
        days = QHBoxLayout(self._days)
        days.setContentsMargins(0, 0, 0, 0)
        days.setSpacing(24)
        days.addLayout(self._fields, 1)
        days.addWidget(self._pad, 0, Qt.AlignmentFlag.AlignTop)
        self._air = QWidget(self._stub)
        self._right = right = QVBoxLayout()
        for widget in (self._periods, self._days, self._error, self._notice, self._progress):
            right.addWidget(widget)
        right.addWidget(self._chart)
        right.addWidget(self._table, 1)
        right.addWidget(self._air, 1)
        self._both = QHBoxLayout()
        self._both.addWidget(self._left)
        self._both.addLayout(right, 1)
        words = QHBoxLayout()
        words.setSpacing(16)
        words.addWidget(self._title, 0, Qt.AlignmentFlag.AlignBottom)
        words.addWidget(self._description, 1, Qt.AlignmentFlag.AlignBottom)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self._acts, 2)
        foot.addWidget(self._primary, 1)
        self._column = QVBoxLayout(self._stub)
        self._column.addLayout(words)
        self._column.addLayout(self._both, 1)
        self._column.addLayout(foot)
