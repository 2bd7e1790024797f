"""The buttons above the table of History that narrow it to a day or to some states."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.screens import HistoryFilter
from counterfoil.presentation.words import lists
from counterfoil.ui import theme
from counterfoil.ui.theme.painting import line_width, paint_box, text_width, visual
from counterfoil.ui.widgets.button import ButtonFace, SecondaryButton
from counterfoil.ui.widgets.icon import paint_icon

GAP: Final = 6
MARGIN: Final = 8
BUTTON: Final = 40
SIDE: Final = 10
BOX: Final = 16
BOX_GAP: Final = 6
BOX_RADIUS: Final = 3
_STEPS: Final = {Qt.Key.Key_Left.value: -1, Qt.Key.Key_Right.value: 1}


class FilterButton(SecondaryButton):
    """A button that stays pressed. Its box is ticked then, and it never becomes wider."""

    def __init__(self, caption: str, parent: QWidget) -> None:
        super().__init__(caption, height=BUTTON, parent=parent)
        self.setCheckable(True)

    @override
    def sizeHint(self) -> QSize:
        return QSize(round(self._content_width()) + 2 * SIDE, self.height())

    @override
    def _show_tick(self) -> None:
        self.update()

    @override
    def _content_width(self) -> float:
        words = text_width(self.caption(), self.font())
        return theme.current().px(BOX) + BOX_GAP + words

    @override
    def _paint_centred(self, painter: QPainter, face: ButtonFace) -> None:
        start = (self.width() - self._content_width()) / 2
        side = theme.current().px(BOX)
        box = visual(self, QRectF(start, (self.height() - side) / 2, side, side))
        border = theme.current().colour("accent" if self.isChecked() else "edge")
        paint_box(painter, box, border=border, width=line_width(), radius=BOX_RADIUS)
        if self.isChecked():
            paint_icon(painter, "check", box, face.text)
        self._paint_caption(painter, start + side + BOX_GAP, self.width() - start + 1, face)


class FilterRow(QWidget):
    """The buttons, in as many rows as they take; arrow keys go through them, Space presses one.

    In a small window they give way to the table where one row does not hold them, as with the
    largest letters: the field above takes the same words.

    Signals: ``narrowed(frozenset[HistoryFilter])`` with those that are pressed now.
    """

    narrowed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("history-filters")
        self.setAccessibleName(lists.FILTERS_TITLE)
        # It is as wide as the table, and takes another row rather than widening that.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._buttons: dict[HistoryFilter, FilterButton] = {}
        for one, caption in lists.FILTERS.items():
            button = FilterButton(caption, self)
            button.setObjectName(f"filter-{one.value}")
            button.clicked.connect(self._tell)
            self._buttons[one] = button
        self._rows = [QHBoxLayout() for _ in self._buttons]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, MARGIN, 0, MARGIN)
        column.setSpacing(GAP)
        for row in self._rows:
            row.setSpacing(GAP)
            column.addLayout(row)
        self._is_small = False
        self._shares: tuple[int, ...] | None = None
        self._share_out()

    def set_small(self, is_small: bool) -> None:
        """Take no more than one row, or none."""
        self._is_small = is_small
        self._share_out()

    def show_filters(self, filters: frozenset[HistoryFilter]) -> None:
        """Show these as pressed, and no others."""
        for one, button in self._buttons.items():
            button.setChecked(one in filters)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_out()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from button to button, as the eye does."""
        step = _STEPS.get(event.key())
        buttons = list(self._buttons.values())
        focused = self.focusWidget()
        if step is None or not isinstance(focused, FilterButton):
            super().keyPressEvent(event)
            return
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            step = -step
        at = min(max(buttons.index(focused) + step, 0), len(buttons) - 1)
        buttons[at].setFocus(Qt.FocusReason.TabFocusReason)

    def _share_out(self) -> None:
        """Give each row as many buttons as fit into it."""
        shares, at, filled = list[int](), -1, self.width()
        for button in self._buttons.values():
            width = button.sizeHint().width()
            if at < 0 or filled + GAP + width > self.width():
                at, filled = at + 1, -GAP
            filled += GAP + width
            shares.append(at)
        is_shown = not (self._is_small and at > 0)
        wanted = tuple(shares) if is_shown else ()
        if wanted == self._shares:
            return
        self._shares = wanted
        for row in self._rows:
            while row.takeAt(0) is not None:
                pass
        for button, share in zip(self._buttons.values(), shares, strict=True):
            self._rows[share].addWidget(button)
            button.setVisible(is_shown)
        for row in self._rows[: at + 1]:
            row.addStretch(1)
        self.updateGeometry()

    def _tell(self) -> None:
        pressed = (one for one, button in self._buttons.items() if button.isChecked())
        self.narrowed.emit(frozenset(pressed))
