"""The slip in large letters over the window, for those who find the one beside it too small."""

from typing import Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.screens import PaperRow
from counterfoil.presentation.words import window
from counterfoil.ui import theme
from counterfoil.ui.theme.painting import line_width, paint_box
from counterfoil.ui.widgets.button import SecondaryButton
from counterfoil.ui.widgets.overlay import PANEL_PADDING, Overlay
from counterfoil.ui.widgets.slip_paper import (
    COLUMNS_SHOWN,
    Modules,
    SlipMargins,
    SlipPaper,
    Stamp,
)

MARGINS: Final = SlipMargins(24, 24, 18)
CHROME_HEIGHT: Final = 172
AIR: Final = 24


class PaperGround(QWidget):
    """A background in the colour of slip paper."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        fill, border = current.colour("slip"), current.colour("edge")
        box = QRectF(self.rect())
        paint_box(QPainter(self), box, fill=fill, border=border, width=line_width(), radius=4)


class SlipOverlay(Overlay):
    """Shows one slip; it scrolls where it is longer than the window."""

    def __init__(self, parent: QWidget, modules: Modules, *, columns: int = COLUMNS_SHOWN) -> None:
        super().__init__(parent, panel_size=QSize(560, 600))
        self.setObjectName("slip-overlay")
        self.set_heading(window.SLIP, "printer")
        ground = PaperGround(self)
        self._paper = SlipPaper(modules, columns=columns, parent=ground)
        self._paper.setObjectName("large-slip")
        self._paper.set_paper_margins(MARGINS)
        inside = QVBoxLayout(ground)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self._paper)
        back = SecondaryButton(window.BACK, key="Esc", parent=self)
        back.setObjectName("slip-back")
        back.clicked.connect(self.close_overlay)
        self.body().setSpacing(14)
        self.body().addWidget(ground, 1)
        self.body().addWidget(back)

    def open_slip(self, row: PaperRow) -> None:
        """Show a slip, dimmed or stamped as it is beside the form."""
        stamp = Stamp(row.stamp, row.stamp_tone) if row.stamp else None
        self._paper.set_slip(row.slip, is_dimmed=row.is_dimmed, stamp=stamp)
        self.open_overlay()

    @override
    def come_to_the_middle(self) -> None:
        """Make the letters larger than beside the form, and the panel as high as the paper.

        Where the window has no room for it, the paper scrolls.
        """
        parent = self.parentWidget()
        assert parent is not None, "an overlay stands before a window"
        width = max(self._paper.sizeHint().width(), parent.width() // 2)
        wanted = self._paper.whole_height(width) + CHROME_HEIGHT
        height = min(wanted, parent.height() - 2 * AIR)
        self._panel_size = QSize(width + 2 * PANEL_PADDING + 2, height)
        super().come_to_the_middle()

    def refresh_codes(self) -> None:
        """Draw the slip again, now that its barcode has been encoded."""
        self._paper.refresh_codes()
