"""Cards: one unsettled redemption in a list, readable in three lines."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.screens import CardRow
from counterfoil.presentation.words import window
from counterfoil.ui import theme
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import (
    CHOSEN_WIDTH,
    FOCUS_WIDTH,
    KeyboardFocus,
    ThemeFollower,
    line_width,
    paint_box,
    paint_text,
    paint_whole,
    text_width,
    visual,
)
from counterfoil.ui.tones import state_tone
from counterfoil.ui.widgets.icon import paint_icon

CARD_HEIGHT: Final = 98
PADDING: Final = 16
CARD_ICON: Final = 34
TEXT_START: Final = 65
LINES_TOP: Final = 13
LINE_HEIGHT: Final = 24
COLUMN_GAP: Final = 12
TAIL_GAP: Final = 8
END_SHARE: Final = 0.6
"""How much of a row its amount, age or owner may take."""


class Card(KeyboardFocus, ThemeFollower, QAbstractButton):
    """One card in a list.

    Pressing it does not check it: the list does that when what belongs to it is shown beside it.
    The arrow keys are left to the list. Signals are those of QAbstractButton.
    """

    def __init__(self, row: CardRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = row
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.follow_theme()
        self.show_row(row)

    def show_row(self, row: CardRow) -> None:
        """Show the same redemption in its present state."""
        self._row = row
        self.setAccessibleName(f"{row.state}, {row.amount}, {row.voucher}, {row.age}")
        self.setAccessibleDescription(f"{self._next()}. {row.owner}")
        self.update()

    @override
    def refresh_theme(self) -> None:
        self.setFixedHeight(theme.current().px(CARD_HEIGHT))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(320, self.height())

    @override
    def nextCheckState(self) -> None:
        """Do nothing: the list decides which card is checked."""

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            event.ignore()
        else:
            super().keyPressEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self.note_focus(event)
        super().focusInEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        current = theme.current()
        box = QRectF(self.rect())
        chosen = self.isChecked()
        fill = "selected" if chosen else ("hover" if self.underMouse() else "field")
        width = CHOSEN_WIDTH + line_width() - 1 if chosen else line_width()
        border = current.colour("accent" if chosen else "edge")
        paint_box(painter, box, fill=current.colour(fill), border=border, width=width)
        state = state_tone(self._row.tone)
        token = f"{state.value}-ink" if state is not None else "ink"
        icon = QRectF(PADDING + 1, PADDING - 4, CARD_ICON, CARD_ICON)
        paint_icon(painter, self._row.icon, visual(self, icon), current.colour(token))
        row = self._row
        self._paint_row(painter, 0, (row.state, Role.FACT, token))
        self._paint_end(painter, 0, (row.amount, Role.FACT_LARGE, "ink"))
        kept = self._tail_width()
        used = self._paint_row(painter, 1, (row.voucher, Role.BODY, "ink"), kept=kept)
        self._paint_row(painter, 1, (row.tail, Role.BODY_MONO, "ink"), start=used + TAIL_GAP)
        self._paint_end(painter, 1, (row.age, Role.BODY_BOLD, "ink"))
        self._paint_row(painter, 2, (self._next(), Role.BODY, "muted"))
        self._paint_end(painter, 2, (row.owner, Role.BODY, "muted"))
        if self.shows_focus():
            paint_box(painter, box, border=current.colour("accent"), width=FOCUS_WIDTH)

    def _next(self) -> str:
        return window.next_step(self._row.next_step)

    def _row_box(self, number: int, start: float, width: float) -> QRectF:
        scale = theme.current().scale
        top = (LINES_TOP + number * LINE_HEIGHT) * scale
        return visual(self, QRectF(start, top, width, LINE_HEIGHT * scale))

    def _paint_row(
        self,
        painter: QPainter,
        number: int,
        run: tuple[str, Role, str],
        start: float = 0.0,
        kept: float = 0.0,
    ) -> float:
        """Paint a run of text from the left and return where it ends, from the text's start.

        ``kept`` px are left for what follows it.
        """
        text, role, tone = run
        font = theme.current().font(role)
        ends = (self._row.amount, self._row.age, self._row.owner)
        roles = (Role.FACT_LARGE, Role.BODY_BOLD, Role.BODY)
        end = self._end_width(number, ends[number], theme.current().font(roles[number]))
        room = max(0.0, self.width() - TEXT_START - start - kept - end - COLUMN_GAP - PADDING)
        box = self._row_box(number, TEXT_START + start, room)
        paint_text(painter, box, text, font, theme.current().colour(tone))
        return start + min(text_width(text, font), room)

    def _end_width(self, number: int, text: str, font: QFont) -> float:
        """Return how much of a row its end takes: what it needs, or its share of a narrow card."""
        room = self.width() - TEXT_START - PADDING
        kept = self._tail_width() + COLUMN_GAP if number == 1 else room * (1 - END_SHARE)
        return min(text_width(text, font) + 1, room - kept)

    def _tail_width(self) -> float:
        """Return how much the last digits of a voucher take, with the gap before them."""
        tail = self._row.tail
        return text_width(tail, theme.current().font(Role.BODY_MONO)) + TAIL_GAP if tail else 0.0

    def _paint_end(self, painter: QPainter, number: int, run: tuple[str, Role, str]) -> None:
        """Paint a run of text that ends at the right padding."""
        text, role, tone = run
        font = theme.current().font(role)
        width = self._end_width(number, text, font)
        box = self._row_box(number, self.width() - PADDING - 2 - width, width)
        paint_whole(painter, box, text, font, theme.current().colour(tone))
