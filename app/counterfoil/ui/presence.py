"""Notes that somebody is at the till: whoever presses a key, moves the mouse or touches the screen.

A filter of the whole application would be asked about each event of each widget, and there are
hundreds of them whenever a page is drawn. The windows themselves get only what people do.
"""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QMouseEvent, QWindow

from counterfoil.overriding import override
from counterfoil.ui.second_click import SecondClick
from counterfoil.ui.window_watch import WindowWatch

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


class Presence(WindowWatch):
    """Tells that somebody did something, and lets no second click through to what lies behind.

    Signals: ``noticed()`` whenever somebody does something.
    """

    noticed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._second = SecondClick()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _SIGNS_OF_LIFE:
            self.noticed.emit()
        if isinstance(event, QMouseEvent) and isinstance(watched, QWindow):
            return event.type() in _PRESSES and self._second.is_stray(watched, event)
        return False
