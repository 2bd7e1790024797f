"""A pale box that says what an action does not do."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.ui import theme
from counterfoil.ui.theme import Role, StateTone
from counterfoil.ui.theme.painting import ThemeFollower, line_width, paint_box
from counterfoil.ui.widgets.icon import Icon
from counterfoil.ui.widgets.label import PlainLabel

_PADDING: Final = 15
_ICON: Final = 28


class NotDoneBox(ThemeFollower, QWidget):
    """A pale box that says what an action does not do, such as giving money back."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._first = PlainLabel("", Role.BODY_BOLD, "ink", self, wrapped=True)
        self._line = PlainLabel("", Role.NOTE, "ink", self, wrapped=True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._first)
        words.addWidget(self._line)
        row = QHBoxLayout(self)
        row.setContentsMargins(_PADDING, 10, _PADDING, 10)
        row.setSpacing(12)
        icon = Icon("alert", _ICON, "unknown-ink", self)
        row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.follow_theme()

    def show_words(self, first: str, line: str) -> None:
        """Show two sentences; if the first is empty, the box is hidden."""
        self._first.setText(first)
        self._line.setText(line)
        self.setVisible(bool(first))

    @override
    def refresh_theme(self) -> None:
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        box = QRectF(self.rect())
        fill, ink = (current.state(StateTone.UNKNOWN, part) for part in ("pale", "ink"))
        paint_box(QPainter(self), box, fill=fill, border=ink, width=line_width())
