"""The second click of a double click, where the first has closed or opened a window."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QGuiApplication, QMouseEvent, QWindow


class SecondClick:
    """Tells a click that belongs to the one before it, and so to no other window.

    Who clicks a row of a menu twice means that row, and not what lies behind the menu, which is
    there for the second click: it might be the button that takes money.
    """

    def __init__(self) -> None:
        self._window = 0
        self._at_ms = 0
        self._place = QPointF()

    def is_stray(self, window: QWindow, event: QMouseEvent) -> bool:
        """Note a press of the mouse; return whether it is such a second one."""
        hints = QGuiApplication.styleHints()
        top = _top(window)
        away = (event.globalPosition() - self._place).manhattanLength()
        is_soon = event.timestamp() - self._at_ms < hints.mouseDoubleClickInterval()
        is_here = away <= hints.touchDoubleTapDistance()
        is_stray = is_soon and is_here and top != self._window
        if not is_stray:
            self._window = top
        self._at_ms, self._place = event.timestamp(), event.globalPosition()
        return is_stray


def _top(window: QWindow) -> int:
    parent: QWindow | None = window
    while parent is not None:
        window, parent = parent, parent.parent()
    return window.winId()
