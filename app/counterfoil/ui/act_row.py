"""The row of buttons below a result or a question: at most one primary button, and others."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from counterfoil.presentation.screens import Act, Button
from counterfoil.ui.widgets.button import PaintedButton, PrimaryButton, SecondaryButton

BUTTON_GAP: Final = 12
RESULT_HEIGHT: Final = 64
PRIMARY_SHARE: Final = 3
SECONDARY_SHARE: Final = 2
BESIDE_MAX: Final = 2
MORE_HEIGHT: Final = 48


class ActRow(QWidget):
    """Buttons made from records; the same records again change nothing.

    Two stand side by side; further ones stand below them and are lower. With ``fills`` a single
    button takes the whole width, whether it is the proposal or not.

    Signals: ``act_requested(Act)`` when a button was pressed.
    """

    act_requested = Signal(object)

    def __init__(
        self, parent: QWidget | None = None, *, height: int = RESULT_HEIGHT, fills: bool = False
    ) -> None:
        super().__init__(parent)
        self._height = height
        self._fills = fills
        self._shown: tuple[Button, ...] = ()
        self._acts: dict[PaintedButton, Act] = {}
        self._row, self._more = QHBoxLayout(), QHBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(BUTTON_GAP)
        for row in (self._row, self._more):
            row.setSpacing(BUTTON_GAP)
            column.addLayout(row)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_buttons(self, buttons: tuple[Button, ...]) -> None:
        """Show these buttons, the primary one first; without any the row is hidden."""
        self.setVisible(bool(buttons))
        if buttons == self._shown:
            return
        self._shown = buttons
        self._clear()
        if len(buttons) == 1 and not (buttons[0].is_primary or self._fills):
            # What is not proposed never takes the proposal's place.
            self._row.addStretch(PRIMARY_SHARE)
        for button in buttons[:BESIDE_MAX]:
            share = PRIMARY_SHARE if button.is_primary else SECONDARY_SHARE
            made = self._made(button, self._height)
            self._row.addWidget(made, share)
            made.show()
        if len(buttons) > BESIDE_MAX:
            self._more.addStretch(1)
        for button in buttons[BESIDE_MAX:]:
            made = self._made(button, MORE_HEIGHT)
            self._more.addWidget(made)
            made.show()

    def set_height(self, height: int) -> None:
        """Set the height of the buttons in px; low ones have smaller text."""
        if height != self._height:
            self._height, shown, self._shown = height, self._shown, ()
            self.show_buttons(shown)

    def press_key(self, key: str) -> bool:
        """Press the button with this key cap; return whether there is one."""
        for button, shown in zip(self._acts, self._shown, strict=True):
            if shown.key == key and button.isEnabled() and button.isVisibleTo(self.window()):
                button.click()
                return True
        return False

    def _made(self, button: Button, height: int) -> PaintedButton:
        kind = PrimaryButton if button.is_primary else SecondaryButton
        made = kind(button.text, key=button.key, icon=button.icon, height=height, parent=self)
        made.setObjectName(f"act-{button.act.value}")
        made.clicked.connect(self._tell)
        self._acts[made] = button.act
        return made

    def _clear(self) -> None:
        for row in (self._row, self._more):
            while (item := row.takeAt(0)) is not None:
                if (widget := item.widget()) is not None:
                    widget.hide()
                    widget.setObjectName("")
                    widget.deleteLater()
        self._acts = {}

    def _tell(self) -> None:
        pressed = self.sender()
        if isinstance(pressed, PaintedButton) and pressed in self._acts:
            self.act_requested.emit(self._acts[pressed])
