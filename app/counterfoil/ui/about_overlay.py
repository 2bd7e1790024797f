"""What the till is: its version, what it is made of, and where the licences are."""

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from counterfoil import __version__
from counterfoil.assets import licence_texts, parts
from counterfoil.overriding import override
from counterfoil.presentation.words import about, window
from counterfoil.ui.ledger_view import scrolled
from counterfoil.ui.scroll_keys import scroll_by_key
from counterfoil.ui.theme import Role
from counterfoil.ui.widgets.button import SecondaryButton
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.overlay import Overlay

_SIZE: Final = QSize(760, 640)


class AboutOverlay(Overlay):
    """The page, opened from the menu and closed with Esc."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, panel_size=_SIZE, grows=True)
        self.setObjectName("about-overlay")
        self.set_heading(about.version_line(__version__), "voucher", about.WHAT_IT_IS)
        self._scroll = scrolled(self._parts(), self)
        back = SecondaryButton(window.BACK, key="Esc", parent=self)
        back.setObjectName("about-back")
        back.clicked.connect(self.close_overlay)
        foot = QHBoxLayout()
        foot.addWidget(back)
        foot.addStretch(1)
        file = about.where_texts_are(str(licence_texts()))
        self.body().addWidget(PlainLabel(about.ITS_LICENCE, Role.BODY, "ink", self, wrapped=True))
        self.body().addWidget(PlainLabel(about.MADE_OF, Role.STEP_TITLE, "ink", self))
        self.body().addWidget(self._scroll, 1)
        self.body().addWidget(PlainLabel(file, Role.NOTE, "muted", self, wrapped=True))
        self.body().addLayout(foot)

    def open_about(self) -> None:
        """Open at the top."""
        self._scroll.verticalScrollBar().setValue(0)
        self.open_overlay()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not scroll_by_key(event, self._scroll):
            super().keyPressEvent(event)

    def _parts(self) -> QWidget:
        content = QWidget(self)
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 0, 12, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(2, 1)
        made_of = parts()
        for row, part in enumerate(made_of):
            grid.addWidget(PlainLabel(part.name, Role.NOTE, "ink", self), row, 0)
            grid.addWidget(PlainLabel(part.version, Role.NOTE, "muted", self), row, 1)
            licence = PlainLabel(part.licence, Role.NOTE, "muted", self, wrapped=True)
            grid.addWidget(licence, row, 2)
        grid.setRowStretch(len(made_of), 1)
        return content
