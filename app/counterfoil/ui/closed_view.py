"""What a till that cannot sell shows in place of its pages: what is wrong, and what to do."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.screens import Banner, PaperRow, ShellScreen, Tone
from counterfoil.presentation.words import frame, window
from counterfoil.ui.fitting import has_room
from counterfoil.ui.theme import Grid, Role
from counterfoil.ui.widgets.banner import StateBanner
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.sheet import Sheet
from counterfoil.ui.widgets.slip_paper import COLUMNS_SHOWN, Modules, Stamp
from counterfoil.ui.widgets.steps import NumberedSteps


class ClosedView(QWidget):
    """Shown in place of every page while the till cannot sell; only help and the menu open."""

    def __init__(
        self,
        modules: Modules,
        parent: QWidget | None = None,
        *,
        columns: int = COLUMNS_SHOWN,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("closed")
        self._sheet = Sheet(modules, has_rail=False, columns=columns, parent=self)
        self._stub = QWidget(self)
        self._banner = StateBanner(parent=self._stub)
        self._banner.setObjectName("closed-banner")
        self._nothing = PlainLabel(
            frame.NOTHING_SOLD,
            Role.TITLE_PAGE,
            "ink",
            self._stub,
            wrapped=True,
        )
        self._steps = NumberedSteps(parent=self._stub)
        self._column = QVBoxLayout(self._stub)
        self._column.addWidget(self._banner)
        self._column.addWidget(self._nothing)
        self._column.addWidget(self._steps)
        self._column.addStretch(1)
        self._sheet.set_stub_widget(self._stub)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._sheet)

    def render_screen(self, screen: ShellScreen, paper: PaperRow | None) -> None:
        """Show why the till is closed, over an empty slip."""
        banner = Banner(
            tone=Tone.DECLINED,
            icon="stop",
            first=screen.closed_title,
            lines=(screen.closed_line,),
            is_solid=True,
        )
        self._banner.show_banner(banner)
        self.setAccessibleName(screen.closed_title)
        self._steps.show_steps(screen.closed_steps)
        slip = paper.slip if paper is not None else None
        stamp = Stamp(window.CLOSED_STAMP, Tone.DECLINED)
        self._sheet.set_slip(slip, is_dimmed=True, stamp=stamp)
        self._fit()

    def set_grid(self, grid: Grid) -> None:
        """Lay the page out by the measures of a size class."""
        padding = grid.stub_padding
        self._sheet.set_slip_width(grid.slip_width)
        self._column.setContentsMargins(
            padding, grid.stub_padding_top, padding, grid.stub_padding_bottom
        )
        self._column.setSpacing(grid.block_gap)
        self._fit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where the page is too low, say why in smaller letters."""
        for is_tight in (False, True):
            self._banner.set_tight(is_tight)
            self._steps.set_tight(is_tight)
            if has_room(self._column, self._stub.size(), squeezed=0):
                return
