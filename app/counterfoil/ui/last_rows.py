"""The last redemptions on this till, as a short table below the form or result."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.screens import LastRow
from counterfoil.presentation.words import window
from counterfoil.ui import theme
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import ThemeFollower, paint_text, paint_whole, visual
from counterfoil.ui.tones import ink_token
from counterfoil.ui.widgets.icon import paint_icon
from counterfoil.ui.widgets.monogram import paint_monogram

ROW_HEIGHT: Final = 48
TITLE_GAP: Final = 8
MONOGRAM: Final = QSize(36, 26)
_TIME_START: Final = 4
_MONOGRAM_START: Final = 80
_NAME_START: Final = 132
_TAIL_SHARE: Final = 0.44
_ICON_SHARE: Final = 0.74
_ICON: Final = 18
_WORD_GAP: Final = 20
_AMOUNT_WIDTH: Final = 130
_BULLETS: Final = "\N{BULLET}" * 4


class LastRows(ThemeFollower, QWidget):
    """A heading and a row for each redemption, the latest first. Nothing in it can be pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("last-rows")
        self._rows: tuple[LastRow, ...] = ()
        self._title = window.LAST_ON_THIS_TILL
        self.setAccessibleName(self._title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.follow_theme()

    def show_rows(self, rows: tuple[LastRow, ...]) -> None:
        """Show these redemptions."""
        if rows == self._rows:
            return
        self._rows = rows
        self.setAccessibleDescription(
            "\n".join(f"{one.time}, {one.name}, {one.amount}, {one.word}" for one in rows)
        )
        self.refresh_theme()

    @override
    def refresh_theme(self) -> None:
        height = self._head_height() + len(self._rows) * self._row_height() if self._rows else 0
        self.setFixedHeight(height)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._rows:
            return
        painter = QPainter(self)
        current = theme.current()
        head = QRectF(0, 0, self.width(), self._head_height() - TITLE_GAP)
        font = current.font(Role.BODY_LARGE_BOLD)
        paint_text(painter, visual(self, head), self._title, font, current.colour("ink"))
        for index, row in enumerate(self._rows):
            self._paint_row(painter, row, float(self._head_height() + index * self._row_height()))

    def _paint_row(self, painter: QPainter, row: LastRow, top: float) -> None:
        current = theme.current()
        width, height = float(self.width()), float(self._row_height())
        painter.fillRect(QRectF(0, top, width, 1), current.colour("line"))
        tail_at, icon_at = round(width * _TAIL_SHARE), round(width * _ICON_SHARE)
        mark = QRectF(_MONOGRAM_START, top + (height - MONOGRAM.height()) / 2, *MONOGRAM.toTuple())
        paint_monogram(painter, visual(self, mark), row.monogram.letters, row.monogram.ink)
        tone = ink_token(row.tone, "muted")
        icon = QRectF(icon_at, top + (height - _ICON) / 2, _ICON, _ICON)
        paint_icon(painter, row.icon, visual(self, icon), current.colour(tone))
        end = Qt.AlignmentFlag.AlignRight
        amount_at = width - _TIME_START - _AMOUNT_WIDTH
        tail = f"{_BULLETS} {row.tail}" if row.tail else ""
        word_at = icon_at + _ICON + _WORD_GAP
        pieces = (
            (row.time, _TIME_START, _MONOGRAM_START, Role.BODY, "muted", _START),
            (row.name, _NAME_START, tail_at - 12, Role.BODY, "ink", _START),
            (tail, tail_at, icon_at - 12, Role.BODY_MONO, "muted", _START),
            (row.word, word_at, amount_at, Role.BODY_BOLD, tone, _START),
            (row.amount, amount_at, width - _TIME_START, Role.BODY_LARGE_BOLD, "ink", end),
        )
        for text, start, stop, role, token, side in pieces:
            box = visual(self, QRectF(start, top, stop - start, height))
            font, colour = current.font(role), current.colour(token)
            paint_whole(painter, box, text, font, colour, alignment=side)

    def _row_height(self) -> int:
        return theme.current().px(ROW_HEIGHT)

    def _head_height(self) -> int:
        return QFontMetrics(theme.current().font(Role.BODY_LARGE_BOLD)).height() + TITLE_GAP


_START: Final = Qt.AlignmentFlag.AlignLeft
