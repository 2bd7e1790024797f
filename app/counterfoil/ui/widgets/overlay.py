"""Overlays: a question in the same window, over a scrim, with the keyboard kept inside.

It is never a window of its own, so nothing can slip behind it and nothing blocks the loop.
"""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from counterfoil.ui import theme
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import ThemeFollower, line_width, paint_box
from counterfoil.ui.widgets.icon import Icon
from counterfoil.ui.widgets.label import PlainLabel

PANEL_SIZE: Final = QSize(900, 620)
PANEL_PADDING: Final = 28
HEADER_ICON: Final = 28
HEADER_GAP: Final = 12


class OverlayPanel(ThemeFollower, QWidget):
    """The paper in the middle of an overlay."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.follow_theme()

    @override
    def refresh_theme(self) -> None:
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        border = current.colour("edge") if current.tokens.outlined else None
        paper = current.colour("paper")
        box = QRectF(self.rect())
        paint_box(QPainter(self), box, fill=paper, border=border, width=line_width())


class Overlay(QWidget):
    """A scrim over its parent with a panel in the middle.

    While it is open, every key belongs to it: keys given with ``bind_key`` press a button, Esc
    closes, and shortcuts of the window below do not fire. Signals: ``closed()`` after it was
    closed by Esc or ``close_overlay``.
    """

    closed = Signal()

    def __init__(self, parent: QWidget, *, panel_size: QSize = PANEL_SIZE) -> None:
        super().__init__(parent)
        self._panel_size = panel_size
        self._keys: dict[int, QAbstractButton] = {}
        self._came_from: QWidget | None = None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._panel = OverlayPanel(self)
        self._icon = Icon("", HEADER_ICON, "ink", self._panel)
        self._title = PlainLabel("", Role.TITLE_OVERLAY, "ink", self._panel, elided=True)
        self._aside = PlainLabel("", Role.NOTE, "muted", self._panel)
        heading = QWidget(self._panel)
        heading.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        header = QHBoxLayout(heading)
        header.setContentsMargins(0, 0, 0, 0)
        header.setSpacing(HEADER_GAP)
        header.addWidget(self._icon)
        header.addWidget(self._title, 1)
        header.addWidget(self._aside)
        content = QWidget(self._panel)
        self._body = QVBoxLayout(content)
        self._body.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self._panel)
        column.setContentsMargins(
            PANEL_PADDING, PANEL_PADDING - 8, PANEL_PADDING, PANEL_PADDING - 6
        )
        column.setSpacing(14)
        column.addWidget(heading)
        column.addWidget(content, 1)
        parent.installEventFilter(self)
        self.hide()

    def set_heading(self, title: str, icon: str = "help", aside: str = "") -> None:
        """Say what the overlay asks; ``aside`` stands at the right."""
        self._icon.show_icon(icon)
        self._title.setText(title)
        self._aside.setText(aside)
        self.setAccessibleName(title)

    def body(self) -> QVBoxLayout:
        """Return the layout that the content goes into."""
        return self._body

    def panel(self) -> QWidget:
        """Return the paper, as the parent of the content."""
        return self._panel

    def bind_key(self, key: Qt.Key, button: QAbstractButton) -> None:
        """Let a key press a button while the overlay is open."""
        self._keys[key.value] = button

    def open_overlay(self, focus: QWidget | None = None) -> None:
        """Cover the window and give the focus to a widget inside."""
        self._came_from = QApplication.focusWidget()
        self._cover()
        self.show()
        self.raise_()
        inside = focus or next(iter(self._focusable()), None)
        if inside is not None:
            inside.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.setFocus()

    def close_overlay(self) -> None:
        """Uncover the window and give the focus back."""
        if self.isHidden():
            return
        self.hide()
        self.closed.emit()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._came_from is not None:
            self._came_from.setFocus(Qt.FocusReason.OtherFocusReason)
            self._came_from = None

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # The window's own shortcuts rest while a question is open.
            return True
        return super().event(event)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.parent() and event.type() == QEvent.Type.Resize and self.isVisible():
            self._cover()
        return super().eventFilter(watched, event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()
        if event.isAutoRepeat():
            return
        if event.key() in self._keys:
            self._keys[event.key()].click()
        elif event.key() == Qt.Key.Key_Escape:
            self.close_overlay()

    @override
    def focusNextPrevChild(self, next: bool) -> bool:
        """Move the focus round inside the overlay and never out of it."""
        inside = self._focusable()
        if not inside:
            return True
        here = QApplication.focusWidget()
        at = inside.index(here) if here in inside else -1
        reason = Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason
        inside[(at + (1 if next else -1)) % len(inside)].setFocus(reason)
        return True

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.size()
        size = self._panel_size.boundedTo(room)
        left = (room.width() - size.width()) // 2
        self._panel.setGeometry(left, (room.height() - size.height()) // 2, *size.toTuple())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        scrim = current.colour("scrim", alpha=current.tokens.scrim_alpha)
        QPainter(self).fillRect(self.rect(), scrim)

    def _cover(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())

    def _focusable(self) -> list[QWidget]:
        """List what can take the focus inside, in the order of Tab."""
        found: list[QWidget] = []
        widget = self.nextInFocusChain()
        while widget is not None and widget is not self:
            tabbed = bool(widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value)
            usable = widget.isEnabled() and widget.isVisibleTo(self) and not widget.focusProxy()
            if tabbed and usable and self.isAncestorOf(widget):
                found.append(widget)
            widget = widget.nextInFocusChain()
        return found
