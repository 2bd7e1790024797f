"""An overlay in which something is asked, with *Back* and one button that does it."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Final, Generic, TypeVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.words import window
from counterfoil.ui.widgets.button import PrimaryButton, SecondaryButton
from counterfoil.ui.widgets.overlay import PANEL_SIZE, Overlay

KEY: Final = QSize(82, 52)
RIGHT_WIDTH: Final = 3 * 82 + 2 * 8
COLUMN_GAP: Final = 28
"""How large a key of the pad at the right is, how wide it is, and how far from the rest."""
_FOOT_HEIGHT: Final = 60

Screen = TypeVar("Screen")


class AskingOverlay(Overlay, Generic[Screen]):
    """Opens with the first screen, and closes when nothing is asked any more; not by itself.

    Signals: ``pressed()`` the button that does it, or its key F11; ``left()`` *Back*, or Esc.
    """

    pressed = Signal()
    left = Signal()

    def __init__(
        self, name: str, parent: QWidget, *, panel_size: QSize = PANEL_SIZE, grows: bool = False
    ) -> None:
        super().__init__(parent, panel_size=panel_size, grows=grows)
        self.setObjectName(f"{name}-overlay")
        self._screen: Screen | None = None
        self._back = SecondaryButton(window.BACK, key="Esc", height=_FOOT_HEIGHT, parent=self)
        self._back.setObjectName(f"{name}-back")
        self._back.clicked.connect(self.close_overlay)
        self._act = PrimaryButton("", height=_FOOT_HEIGHT, parent=self)
        self._act.setObjectName(f"{name}-act")
        self._act.clicked.connect(self.pressed)
        self.bind_key(Qt.Key.Key_F11, self._act)

    def render_screen(self, screen: Screen | None) -> None:
        """Show what is asked, or how it ended; None closes the overlay."""
        before, self._screen = self._screen, screen
        if screen is None:
            self._forget()
            self.close_overlay()
            return
        self._render_asked(screen, before)
        for one, following in pairwise((*self._in_order(), self._back, self._act)):
            QWidget.setTabOrder(one, following)
        if not self.isVisible():
            self.open_overlay(self._place(screen))
        elif before is None or self._has_moved(screen, before):
            self._place(screen).setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def reject(self) -> None:
        if self._screen is None:
            super().reject()
        else:
            self.left.emit()

    def _render_asked(self, screen: Screen, before: Screen | None) -> None:
        """Show what this overlay alone has."""
        raise NotImplementedError  # each has its own; a QObject takes no abstract methods

    def _in_order(self) -> Iterable[QWidget]:
        """Return what Tab goes through before the two buttons, in the order of reading."""
        raise NotImplementedError  # each has its own; a QObject takes no abstract methods

    def _place(self, screen: Screen) -> QWidget:
        """Return where the cursor goes; where a key could do harm, to no button."""
        raise NotImplementedError  # each has its own; a QObject takes no abstract methods

    def _has_moved(self, screen: Screen, before: Screen) -> bool:
        """Whether the cursor goes to its place again."""
        raise NotImplementedError  # each has its own; a QObject takes no abstract methods

    def _forget(self) -> None:
        """Forget what was typed, where it is a secret."""

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self._back, 1)
        foot.addWidget(self._act, 3)
        return foot
