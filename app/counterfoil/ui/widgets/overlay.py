"""Overlays: a question in front of the dimmed window, with the keyboard kept inside.

An overlay is shown with Qt's ``open()`` and never with ``exec()``, which would block the loop.
"""

from typing import Final

from PySide6.QtCore import (
    QEvent,
    QObject,
    QPoint,
    QRectF,
    QSize,
    Qt,
    QVariantAnimation,
    Signal,
)
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from counterfoil.overriding import override
from counterfoil.ui import theme
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import ThemeFollower, line_width, may_move, paint_box
from counterfoil.ui.widgets.icon import Icon
from counterfoil.ui.widgets.label import PlainLabel

PANEL_SIZE: Final = QSize(900, 620)
PANEL_PADDING: Final = 28
FADE_MS: Final = 120
HEADER_ICON: Final = 28
HEADER_GAP: Final = 12


class Scrim(QWidget):
    """The dark layer over a window while an overlay is open; it comes by degrees."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("scrim")
        self._below = QPixmap()
        self._fade = QVariantAnimation(self)
        self._fade.setStartValue(0.0)
        self._fade.setEndValue(1.0)
        self._fade.setDuration(FADE_MS)
        self._fade.valueChanged.connect(self.update)
        self._fade.finished.connect(self._end_fade)
        parent.installEventFilter(self)
        self.hide()

    def cover(self) -> None:
        """Cover everything in the window."""
        covered = self._covered()
        if self.isHidden() and may_move(covered):
            # As it looks now: to paint all of it anew for each step would hold the window up.
            self._below = covered.grab()
            self._fade.start()
        self.setGeometry(covered.rect())
        self.raise_()
        self.show()

    def is_fading(self) -> bool:
        """Return whether it is still coming."""
        return self._fade.state() is QVariantAnimation.State.Running

    def _end_fade(self) -> None:
        self._below = QPixmap()
        self.update()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._fade.stop()
        self._below = QPixmap()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fade.stop()
            self._below = QPixmap()
            self.setGeometry(self._covered().rect())
        return False

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        current, painter, share = theme.current(), QPainter(self), 1.0
        if self.is_fading():
            share = float(self._fade.currentValue())
            painter.drawPixmap(0, 0, self._below)
        scrim = current.colour("scrim", alpha=current.tokens.scrim_alpha * share)
        painter.fillRect(self.rect(), scrim)

    def _covered(self) -> QWidget:
        parent = self.parentWidget()
        assert parent is not None, "a scrim lies over a window"
        return parent


class Overlay(ThemeFollower, QDialog):
    """A question in front of its window, which is dimmed and takes no input while it is open.

    It is a dialog of Qt that is opened and never executed: Qt keeps the keyboard inside, and gives
    it back to the window afterwards. Keys given with ``bind_key`` press a button, Esc closes. One
    that ``grows`` is larger with larger text, where the window has room.

    Signals: ``closed()`` after it was closed by Esc or ``close_overlay``.
    """

    closed = Signal()

    def __init__(
        self, parent: QWidget, *, panel_size: QSize = PANEL_SIZE, grows: bool = False
    ) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self._panel_size = panel_size
        self._grows = grows
        self._keys: dict[int, QAbstractButton] = {}
        self._scrim = Scrim(parent)
        self._icon = Icon("", HEADER_ICON, "ink", self)
        self._title = PlainLabel("", Role.TITLE_OVERLAY, "ink", self, elided=True)
        self._aside = PlainLabel("", Role.NOTE, "muted", self)
        self._left = PlainLabel("", Role.FACT_LARGE, "ink", self)
        self._left.hide()
        heading = QWidget(self)
        heading.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        header = QHBoxLayout(heading)
        header.setContentsMargins(0, 0, 0, 0)
        header.setSpacing(HEADER_GAP)
        header.addWidget(self._icon)
        header.addWidget(self._title, 1)
        header.addWidget(self._aside)
        header.addWidget(self._left)
        content = QWidget(self)
        self._body = QVBoxLayout(content)
        self._body.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(
            PANEL_PADDING, PANEL_PADDING - 8, PANEL_PADDING, PANEL_PADDING - 6
        )
        column.setSpacing(14)
        column.addWidget(heading)
        column.addWidget(content, 1)
        self.finished.connect(self._tell_closed)
        parent.installEventFilter(self)
        self.follow_theme()

    def set_heading(self, title: str, icon: str = "help", aside: str = "", left: str = "") -> None:
        """Set the title, its icon, a text at the right (``aside``), and a countdown (``left``)."""
        self._icon.show_icon(icon)
        self._title.setText(title)
        self._aside.setText(aside)
        self._left.setText(left)
        self._left.setVisible(bool(left))
        self.setWindowTitle(title)
        self.setAccessibleName(title)

    def body(self) -> QVBoxLayout:
        """Return the layout that the content goes into."""
        return self._body

    def bind_key(self, key: Qt.Key, button: QAbstractButton) -> None:
        """Let a key press a button while the overlay is open."""
        self._keys[key.value] = button

    def open_overlay(self, focus: QWidget | None = None) -> None:
        """Dim the window, open the overlay, and give the focus to a widget inside it."""
        self.come_to_the_middle()
        for button in self.findChildren(QPushButton):
            # A scanner ends with Enter, and presses nothing by itself.
            button.setAutoDefault(False)
        if focus is not None:
            focus.setFocus(Qt.FocusReason.OtherFocusReason)
        self.open()
        self.activateWindow()

    def come_to_the_middle(self) -> None:
        """Lie in the middle of the window, and be no larger than it."""
        window = self.parentWidget()
        assert window is not None, "an overlay stands before a window"
        wanted = self._panel_size
        if self._grows:
            px = theme.current().px
            wanted = QSize(px(wanted.width()), px(wanted.height()))
        size = wanted.boundedTo(window.size())
        spare = window.size() - size
        corner = QPoint(spare.width() // 2, spare.height() // 2)
        self.setFixedSize(size)
        self.move(window.mapToGlobal(corner))

    def close_overlay(self) -> None:
        """Close the overlay; the window takes input again."""
        if self.isVisible():
            self.reject()

    @override
    def refresh_theme(self) -> None:
        if self.isVisible():
            self.come_to_the_middle()
        self.update()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        self._scrim.cover()
        super().showEvent(event)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._scrim.hide()
        super().hideEvent(event)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        moved = event.type() in {QEvent.Type.Resize, QEvent.Type.Move}
        if moved and watched is self.parent() and self.isVisible():
            self.come_to_the_middle()
        return False

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()
        if event.isAutoRepeat():
            return
        if event.key() in self._keys:
            self._keys[event.key()].click()
        elif event.key() == Qt.Key.Key_Escape:
            self.reject()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        border = current.colour("edge") if current.tokens.outlined else None
        paper = current.colour("paper")
        box = QRectF(self.rect())
        paint_box(QPainter(self), box, fill=paper, border=border, width=line_width())

    def _tell_closed(self, _result: int) -> None:
        if (window := self.parentWidget()) is not None:
            window.activateWindow()  # Where nothing manages windows, nobody else does.
        self.closed.emit()
