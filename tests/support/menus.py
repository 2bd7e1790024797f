"""Opens the menu of the right mouse button, and reads it."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from counterfoil.ui.act_menu import ActMenu


def right_press(widget: QWidget, at: QPoint | None = None) -> None:
    """Press the right button over a widget, which asks for a menu, and let it go."""
    place, right = at or widget.rect().center(), Qt.MouseButton.RightButton
    reason = QContextMenuEvent.Reason.Mouse
    QTest.mousePress(widget, right, pos=place)
    QApplication.sendEvent(widget, QContextMenuEvent(reason, place, widget.mapToGlobal(place)))
    QTest.mouseRelease(widget, right, pos=place)


def menu() -> ActMenu:
    """Return the menu that is open."""
    found = QApplication.activePopupWidget()
    assert isinstance(found, ActMenu)
    return found


def offered() -> list[tuple[str, str]]:
    """Return what the open menu offers, with the keys that it shows."""
    return [(one.text(), one.shortcut().toString()) for one in menu().actions()]


def click(window: QWidget, place: QPoint, at_ms: int) -> None:
    """Click at a place of the screen at this time, as the system tells a window of it."""
    handle = window.windowHandle()
    for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
        local, left = QPointF(window.mapFromGlobal(place)), Qt.MouseButton.LeftButton
        none = Qt.KeyboardModifier.NoModifier
        event = QMouseEvent(kind, local, QPointF(place), left, left, none)
        event.setTimestamp(at_ms)
        QApplication.sendEvent(handle, event)
