"""Says when a window has painted for the first time; work that can wait is begun then."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QWidget

from counterfoil.overriding import override


class FirstPaint(QObject):
    """Watches a window until its first paint.

    Signals: ``happened()`` once, right after the window's first paint event came.
    """

    happened = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        window.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            self.happened.emit()
        return False
