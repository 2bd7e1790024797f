"""The amount of the form, with the choice of everything that is on the voucher."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from counterfoil.presentation.screens import AmountRow
from counterfoil.presentation.words import counter, window
from counterfoil.ui.scan_reader import AMOUNT_BOX
from counterfoil.ui.widgets.amount_field import AmountField

WHOLE_KEY: Final = "F11"


class AmountRowField(AmountField):
    """An amount field that renders an AmountRow.

    Signals, beside those of the field: ``whole_pressed()`` the whole value was chosen or given up;
    it is shown as chosen only once a screen says so.
    """

    whole_pressed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            window.AMOUNT, whole_caption=counter.WHOLE_VALUE, whole_key=WHOLE_KEY, parent=parent
        )
        self._row: AmountRow | None = None
        self.line().setObjectName(AMOUNT_BOX)
        self.whole_button().setObjectName("whole-value")
        self.whole_toggled.connect(self._tell_whole)

    def show_row(self, row: AmountRow | None, *, is_locked: bool) -> None:
        """Show an amount; without one there is no field."""
        self._row = row
        self.setVisible(row is not None)
        if row is None:
            return
        self.show_currency(row.currency_sign)
        if self.value() != row.text:
            self.set_value(row.text)
        self.show_whole(row.is_whole)
        self.show_error(row.error)
        self.set_read_only(is_locked)
        self.line().setReadOnly(is_locked or not row.can_take_part)
        self.show_hint(row.hint)
        self.whole_button().set_caption(row.whole_text)
        # The question over a locked form has answers of its own, one of them with this key.
        self.whole_button().set_key("" if is_locked else WHOLE_KEY)

    def press_key(self, key: str) -> bool:
        """Press the button of the whole value with its key; return whether it was that key."""
        if key != WHOLE_KEY or self.isHidden():
            return False
        self.whole_button().click()
        return True

    def _tell_whole(self, chosen: bool) -> None:
        # The choice is shown only once it was made for good.
        self.show_whole(self._row is not None and self._row.is_whole)
        self.whole_pressed.emit()
