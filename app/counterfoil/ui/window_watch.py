"""Watches what the system sends to the windows of the program, before any widget gets it."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QWidget


class WindowWatch(QObject):
    """Filters the events of each window from the moment it has the keyboard.

    What it does with an event is said by ``eventFilter`` of those that are derived from it.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._watch)

    def watch(self, top: QWidget) -> None:
        """Watch a window, dialog or menu, also before it has the keyboard for the first time."""
        top.winId()
        self._watch(top.windowHandle())

    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)
