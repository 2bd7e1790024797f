"""Chips: small signs of the till's health, muted unless something is wrong."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from counterfoil.overriding import override
from counterfoil.ui import theme
from counterfoil.ui.theme import Role, StateTone
from counterfoil.ui.theme.painting import (
    FOCUS_WIDTH,
    KeyboardFocus,
    ThemeFollower,
    halved_width,
    line_width,
    paint_box,
    paint_whole,
    text_width,
    visual,
)
from counterfoil.ui.tones import state_tone
from counterfoil.ui.widgets.icon import paint_icon
from counterfoil.ui.widgets.label import doubled_ampersands, set_plain_tooltip

if TYPE_CHECKING:
    from counterfoil.presentation.screens import ChipRow

PILL_HEIGHT: Final = 30
HIT_HEIGHT: Final = 48
CHIP_ICON: Final = 17
ICON_GAP: Final = 7
PADDING: Final = 10
COMPACT_WIDTH: Final = 48


class Chip(KeyboardFocus, ThemeFollower, QPushButton):
    """A small sign of one part of the till's health; pressing it opens what can be done about it.

    A compact chip is its icon alone while all is well; with a trouble it has its text, too.
    Signals are those of QPushButton.
    """

    def __init__(self, row: "ChipRow", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = row
        self._trouble: StateTone | None = None
        self._compact = False
        self._tight = False
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.follow_theme()
        self._show()

    def show_row(self, row: "ChipRow") -> None:
        """Show another state of the same sign."""
        if row != self._row:
            self._row = row
            self._show()

    def is_in_trouble(self) -> bool:
        """Return whether it says that something is not well."""
        return self._trouble is not None

    def set_compact(self, compact: bool) -> None:
        """Set whether the text is left out while all is well."""
        if compact != self._compact:
            self._compact = compact
            self._show()

    def set_tight(self, tight: bool) -> None:
        """Set whether words stand in two lines, where one has no room beside the tabs."""
        if tight != self._tight:
            self._tight = tight
            self._show()

    def _show(self) -> None:
        row = self._row
        self._trouble = state_tone(row.tone)
        self.setText(doubled_ampersands(row.text))
        self.setAccessibleName(row.text)
        set_plain_tooltip(self, row.text if self._hides_words() else "")
        self.updateGeometry()
        self.update()

    @override
    def refresh_theme(self) -> None:
        self.setFixedHeight(theme.current().px(HIT_HEIGHT))
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        if self._hides_words():
            return QSize(COMPACT_WIDTH, self.height())
        font = theme.current().font(self._role())
        if self._tight:
            words = halved_width(self._row.text, font)
        else:
            words = text_width(self._row.text, font)
        width = 2 * PADDING + theme.current().px(CHIP_ICON) + ICON_GAP + round(words) + 1
        return QSize(width, self.height())

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self.note_focus(event)
        super().focusInEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        current = theme.current()
        height = current.px(PILL_HEIGHT)
        pill = QRectF(0, (self.height() - height) / 2, self.width(), height)
        colour = current.colour("ink")
        if self._trouble is not None:
            colour = current.state(self._trouble, "on")
            border = current.colour("edge") if current.tokens.outlined else None
            fill = current.state(self._trouble)
            paint_box(
                painter, pill, fill=fill, border=border, width=line_width(), radius=height / 2
            )
        elif self.underMouse() or self.isDown():
            fill = current.colour("pressed" if self.isDown() else "hover")
            paint_box(painter, pill, fill=fill, radius=height / 2)
        self._paint_inside(painter, colour)
        if self.shows_focus():
            border = current.colour("accent")
            paint_box(painter, pill, border=border, width=FOCUS_WIDTH, radius=height / 2)

    def _paint_inside(self, painter: QPainter, colour: QColor) -> None:
        """Paint icon and words."""
        current = theme.current()
        side = current.px(CHIP_ICON)
        start = (self.width() - side) / 2 if self._hides_words() else float(PADDING)
        box = QRectF(start, (self.height() - side) / 2, side, side)
        paint_icon(painter, self._row.icon, visual(self, box), colour)
        if self._hides_words():
            return
        start += side + ICON_GAP
        height = current.px(PILL_HEIGHT)
        width = self.width() - start - PADDING + 2
        room = visual(self, QRectF(start, (self.height() - height) / 2, width, height))
        paint_whole(painter, room, self._row.text, current.font(self._role()), colour)

    def _hides_words(self) -> bool:
        return self._compact and self._trouble is None

    def _role(self) -> Role:
        return Role.HINT if self._trouble is None else Role.HINT_BOLD
