"""What is shown in place of the form while no voucher type is chosen."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counterfoil.presentation.screens import Banner, CounterScreen, Tone
from counterfoil.ui.act_row import ActRow
from counterfoil.ui.theme import Grid
from counterfoil.ui.widgets.banner import StateBanner


class EmptyPage(QWidget):
    """Says why there is no form, and what to do.

    Signals: ``act_requested(Act)``.
    """

    act_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("empty")
        self._banner = StateBanner(parent=self)
        self._acts = ActRow(self)
        self._acts.act_requested.connect(self.act_requested)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._banner)
        self._column.addStretch(1)
        self._column.addWidget(self._acts)

    def render_screen(self, screen: CounterScreen) -> None:
        """Show the notice and its button."""
        lines = (screen.notice,) if screen.notice else ()
        banner = Banner(tone=Tone.NONE, icon=screen.icon, first=screen.title, lines=lines)
        self._banner.show_banner(banner)
        self.setAccessibleName(screen.title)
        self._acts.show_buttons(screen.buttons)

    def set_grid(self, grid: Grid) -> None:
        """Lay the page out by the measures of a size class."""
        padding = grid.stub_padding
        self._column.setContentsMargins(
            padding, grid.stub_padding_top, padding, grid.stub_padding_bottom
        )

    def press_key(self, key: str) -> bool:
        """Press the button with this key cap; return whether there is one."""
        return self._acts.press_key(key)
