"""How the till is, over the work: a line for each thing that can fail, the worst on top."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.health_presenter import HealthRow, HealthScreen
from counterfoil.presentation.words import health, window
from counterfoil.ui.ledger_view import scrolled
from counterfoil.ui.scroll_keys import scroll_by_key
from counterfoil.ui.theme import Role
from counterfoil.ui.tones import ink_token
from counterfoil.ui.widgets.button import SecondaryButton
from counterfoil.ui.widgets.icon import Icon
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.overlay import Overlay

_SIZE: Final = QSize(900, 690)
_ICON: Final = 22
_GAP: Final = 12
_LEVEL_WIDTH: Final = 96


class HealthOverlay(Overlay):
    """Renders a HealthScreen and tells what a person does.

    Signals: ``again_pressed()``, ``support_pressed()`` its buttons; ``left()`` Back.
    """

    again_pressed = Signal()
    support_pressed = Signal()
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, panel_size=_SIZE, grows=True)
        self.setObjectName("health-overlay")
        self._rows: tuple[HealthRow, ...] = ()
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, _GAP, 0)
        self._list.setSpacing(0)
        content = QWidget(self)
        content.setLayout(self._list)
        self._scroll = scrolled(content, self)
        self._note = PlainLabel("", Role.HINT_LARGE, "muted", self, wrapped=True)
        self._note.setObjectName("health-note")
        self._back = SecondaryButton(window.BACK, key="Esc", parent=self)
        self._back.setObjectName("health-back")
        self._back.clicked.connect(self.close_overlay)
        self._support = SecondaryButton(health.SUPPORT_FILE, key="F9", icon="export", parent=self)
        self._support.setObjectName("health-support")
        self._support.clicked.connect(self.support_pressed)
        self._again = SecondaryButton(health.CHECK_AGAIN, key="F5", parent=self)
        self._again.setObjectName("health-again")
        self._again.clicked.connect(self.again_pressed)
        self.bind_key(Qt.Key.Key_F9, self._support)
        self.bind_key(Qt.Key.Key_F5, self._again)
        foot = QHBoxLayout()
        foot.setSpacing(_GAP)
        foot.addWidget(self._back)
        foot.addStretch(1)
        foot.addWidget(self._support)
        foot.addWidget(self._again)
        self.body().addWidget(self._scroll, 1)
        self.body().addWidget(self._note)
        self.body().addLayout(foot)

    def render_screen(self, screen: HealthScreen | None) -> None:
        """Show the page; None closes the overlay."""
        if screen is None:
            super().reject()
            return
        self.set_heading(health.HEALTH, "pulse", screen.status)
        self._note.setText(screen.note)
        self._again.setEnabled(not screen.is_asking)
        if screen.rows != self._rows:
            self._rows = screen.rows
            self._write(screen.rows)
        if not self.isVisible():
            self.open_overlay(self._back)

    @override
    def reject(self) -> None:
        self.left.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not scroll_by_key(event, self._scroll):
            super().keyPressEvent(event)

    def _write(self, rows: tuple[HealthRow, ...]) -> None:
        while (item := self._list.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for row in rows:
            self._list.addWidget(_Line(row, self))
        self._list.addStretch(1)


class _Line(QFrame):
    """One line: icon and level, title, what was found, what to do."""

    def __init__(self, row: HealthRow, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("health-line")
        self.setAccessibleName(f"{row.level}: {row.title}. {row.found} {row.do}")
        tone, top = ink_token(row.tone), Qt.AlignmentFlag.AlignTop
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 8, 0, 8)
        grid.setHorizontalSpacing(_GAP)
        grid.setVerticalSpacing(2)
        grid.setColumnMinimumWidth(1, _LEVEL_WIDTH)
        grid.setColumnStretch(2, 1)
        grid.addWidget(Icon(row.icon, _ICON, tone, self), 0, 0, top)
        grid.addWidget(PlainLabel(row.level, Role.LABEL, tone, self), 0, 1, top)
        grid.addWidget(PlainLabel(row.title, Role.LABEL, "ink", self, wrapped=True), 0, 2)
        grid.addWidget(PlainLabel(row.found, Role.NOTE, "ink", self, wrapped=True), 1, 2)
        if row.do:
            grid.addWidget(PlainLabel(row.do, Role.LABEL, "ink", self, wrapped=True), 2, 2)
