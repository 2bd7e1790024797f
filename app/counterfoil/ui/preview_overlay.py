"""Shows how the shop's slips look with the present settings file, to whoever writes that file."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from counterfoil.domain.slip import Slip
from counterfoil.presentation.words import window
from counterfoil.ui.slip_overlay import SlipOverlay
from counterfoil.ui.theme import Role
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.slip_paper import Modules, SlipPaper


class PreviewOverlay(SlipOverlay):
    """A slip that is drawn again whenever the settings change, as long as the overlay is open.

    Signals: ``opened()``.
    """

    opened = Signal()

    def __init__(self, parent: QWidget, modules: Modules) -> None:
        super().__init__(parent, modules)
        self._shown: tuple[Slip, int] | None = None
        self.setObjectName("preview-overlay")
        self.set_heading(window.SLIP_PREVIEW, "printer")
        self._said = PlainLabel(window.PREVIEW_FOLLOWS, Role.NOTE, "muted", self, wrapped=True)
        self._said.setObjectName("preview-said")
        self.body().insertWidget(1, self._said)

    def open_preview(self) -> None:
        """Open the overlay with the slip of last time, or none at first."""
        self.open_overlay()
        self.opened.emit()

    def show_preview(self, slip: Slip, columns: int) -> None:
        """Show a slip, as many ``columns`` wide as the printer in the settings has."""
        self._said.setText(window.PREVIEW_FOLLOWS)
        if (slip, columns) == self._shown:
            return  # whoever has scrolled stays where they are
        self._shown = slip, columns
        self._paper.set_columns(columns)
        self._paper.set_slip(slip)
        self.come_to_the_middle()
        self._paper.scroll_to_head()

    def paper(self) -> SlipPaper:
        """Return the paper."""
        return self._paper

    def say_wrong(self, why: str) -> None:
        """Say why the settings cannot be used; the slip stays as it was."""
        self._said.setText(why)
