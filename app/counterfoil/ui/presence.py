"""Notes that somebody is at the till: whoever presses a key, moves the mouse or touches the screen.

A second click that is none of its own goes no further. What the system sends a window comes to its
handle first. A filter of the whole application would
be asked about each event of each widget, hundreds of them whenever a page is drawn.
"""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QGuiApplication, QMouseEvent, QWindow
from PySide6.QtWidgets import QWidget

from counterfoil.overriding import override
from counterfoil.ui.second_click import SecondClick

_SIGNS_OF_LIFE: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.TouchBegin,
        QEvent.Type.Wheel,
    }
)
_PRESSES: Final = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick})


class Presence(QObject):
    """Watches each window of the program from the moment it has the keyboard.

    Signals: ``noticed()`` whenever somebody does something there.
    """

    noticed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._second = SecondClick()
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._watch)

    def watch(self, top: QWidget) -> None:
        """Watch a window also before it has the keyboard for the first time."""
        top.winId()
        self._watch(top.windowHandle())

    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _SIGNS_OF_LIFE:
            self.noticed.emit()
        if isinstance(event, QMouseEvent) and isinstance(watched, QWindow):
            return event.type() in _PRESSES and self._second.is_stray(watched, event)
        return False
