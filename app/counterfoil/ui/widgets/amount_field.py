"""The amount: a large field for money, and a button for the voucher's whole value.

It shows text and emits text; what it means in cents is decided elsewhere.
"""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from counterfoil.domain.code import NotACode
from counterfoil.domain.money import AmountError, AmountProblem, NotAnAmount, parse_amount
from counterfoil.overriding import override
from counterfoil.presentation.words import window
from counterfoil.ui import theme
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import paint_text, paint_whole, text_width, visual
from counterfoil.ui.widgets.button import SecondaryButton, TallButton
from counterfoil.ui.widgets.field import LABEL_GAP, HintLine
from counterfoil.ui.widgets.field_line import SHRINK_MAX, TEXT_START, BoxLine
from counterfoil.ui.widgets.field_text import FieldKind, amount_typed
from counterfoil.ui.widgets.label import PlainLabel

AMOUNT_HEIGHT: Final = 60
NUMBER_END: Final = 21
WHOLE_GAP: Final = 10
CARET_AIR: Final = 8
WIDEST: Final = "9999.99"
"""The longest amount that must have room in digits of at least the smallest size."""
NO_PART: Final = (AmountProblem.NOT_AN_AMOUNT, AmountProblem.CODE, AmountProblem.NEGATIVE)
"""What refuses a pasted text; what is wrong with an amount otherwise is said where it stands."""


class AmountLine(BoxLine):
    """The box of an amount: the currency's sign or code at the left, the number at the right."""

    def __init__(self, currency: str, parent: QWidget | None = None) -> None:
        self._currency = currency
        self._whole_words = ""
        super().__init__(FieldKind.TEXT, Role.AMOUNT, parent, height=AMOUNT_HEIGHT)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)
        self.set_end_margin(NUMBER_END)

    def show_currency(self, currency: str) -> None:
        """Show another currency's sign before the number."""
        if currency != self._currency:
            self._currency = currency
            self.update()

    def show_whole(self, words: str) -> None:
        """Show words in place of the number; an empty text shows the number again."""
        if words != self._whole_words:
            self._whole_words = words
            self.update()

    @override
    def admit(self, piece: str) -> str | NotACode | NotAnAmount:
        """Return the part of a typed or pasted text that is taken, or why nothing of it is.

        Single keys are taken as they come; a pasted text only if all of it is an amount.
        """
        if len(piece) > 1:
            try:
                parse_amount(piece, currency=self._currency)
            except AmountError as error:
                return error.cause if error.cause.problem in NO_PART else piece
        return piece

    @override
    def clean(self, before: str, typed: str) -> str:
        # The sign stands in the box already; without it the amount is the same.
        return amount_typed(typed).removeprefix(self._currency).lstrip()

    @override
    def minimumSizeHint(self) -> QSize:
        """Return how wide it must be at least: no digit of an amount may be out of sight."""
        digits = text_width(WIDEST, theme.current().font(Role.AMOUNT)) * SHRINK_MAX
        beside = self.width() - self.text_room().width()
        return QSize(round(digits + beside) + CARET_AIR, self.height())

    @override
    def paint_inside(self, painter: QPainter) -> None:
        current = theme.current()
        if self._whole_words:
            font, ink = current.font(Role.QUESTION), current.colour("ink")
            end = Qt.AlignmentFlag.AlignRight
            # There is no number, so no sign stands before it, and the words have its room too.
            room = super().text_room()
            paint_whole(painter, room, self._whole_words, font, ink, alignment=end)
            return
        box = visual(self, QRectF(TEXT_START, 0, self.width(), self.height()))
        currency_font = current.font(Role.CURRENCY)
        paint_text(painter, box, self._currency, currency_font, current.colour("muted"))
        super().paint_inside(painter)

    @override
    def _paint_caret(self, painter: QPainter, room: QRectF, at: float) -> None:
        """Paint the caret; after the last digit with some air before it."""
        if self.cursorPosition() < len(self.text()):
            super()._paint_caret(painter, room, at)
            return
        painter.setClipping(False)
        super()._paint_caret(painter, room.adjusted(0, 0, CARET_AIR, 0), at + CARET_AIR)

    @override
    def text_room(self) -> QRectF:
        taken = text_width(self._currency, theme.current().font(Role.CURRENCY)) + WHOLE_GAP
        return super().text_room().adjusted(taken, 0, 0, 0)


class AmountField(QWidget):
    """A labelled amount with an optional "Whole value" beside it.

    Signals: ``edited(str)`` the text after a person changed it; ``submitted()`` once for each press
    of Enter; ``focused()``; ``left()``; ``refused(object)`` why what was pasted is not taken;
    ``whole_toggled(bool)`` when the button of the whole value was pressed.
    """

    edited = Signal(str)
    submitted = Signal()
    focused = Signal()
    left = Signal()
    refused = Signal(object)
    whole_toggled = Signal(bool)

    def __init__(
        self,
        label: str,
        currency: str = "R",
        *,
        whole_caption: str = "",
        whole_key: str = "",
        placeholder: str = "0.00",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._label = PlainLabel(label, Role.LABEL, "ink", self, elided=True)
        self.setObjectName("field_amount")
        self._line = AmountLine(currency, self)
        self._line.setObjectName("box_amount")
        self._line.setAccessibleName(label)
        self._line.setPlaceholderText(placeholder)
        self._line.value_edited.connect(self.edited)
        self._line.entered.connect(self.submitted)
        self._line.refused.connect(self.refused)
        self._line.focus_changed.connect(self._tell_focus)
        kind = TallButton if whole_key else SecondaryButton
        self._whole = kind(whole_caption, key=whole_key, height=AMOUNT_HEIGHT, parent=self)
        self._whole.setObjectName("whole_value")
        self._whole.setCheckable(True)
        self._whole.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._whole.setVisible(bool(whole_caption))
        self._whole.clicked.connect(self.whole_toggled)
        self._hint_line = HintLine(self)
        self.setFocusProxy(self._line)
        row = QHBoxLayout()
        row.setSpacing(WHOLE_GAP)
        row.addWidget(self._line, 1)
        row.addWidget(self._whole)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(LABEL_GAP)
        column.addWidget(self._label)
        column.addLayout(row)
        column.addWidget(self._hint_line)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def label(self) -> str:
        """Return the text above the box."""
        return self._label.text()

    def show_label(self, label: str) -> None:
        """Show another text above the box."""
        self._label.setText(label)
        self._line.setAccessibleName(label)

    def value(self) -> str:
        """Return the text of the amount as typed."""
        return self._line.value()

    def set_value(self, text: str) -> None:
        """Show another amount, without a signal."""
        self._line.set_value(text)

    def show_currency(self, currency: str) -> None:
        """Show another currency's sign before the number."""
        self._line.show_currency(currency)

    def show_whole(self, chosen: bool) -> None:
        """Show the whole value as chosen, or the number again."""
        self._whole.setChecked(chosen)
        self._line.show_whole(window.FIELD_WHOLE_VALUE if chosen else "")

    def show_hint(self, text: str) -> None:
        """Show a hint below the box."""
        self._hint_line.show_hint(text)

    def show_error(self, sentence: str) -> None:
        """Show an error below the box; an empty sentence removes it. No other widget moves."""
        self._hint_line.show_error(sentence)
        self._line.setAccessibleDescription(sentence)
        self._line.set_invalid(bool(sentence))

    def set_read_only(self, read_only: bool) -> None:
        """Set whether a person can change the amount."""
        self._line.set_read_only(read_only)
        self._whole.setEnabled(not read_only)

    def insert(self, text: str) -> None:
        """Put text in at the cursor, as if typed; for the keypad."""
        self._line.type_text(text)

    def backspace(self) -> None:
        """Delete the character before the cursor, for the keypad."""
        self._line.type_backspace()

    def clear_value(self) -> None:
        """Empty the box, for the keypad's key Clear."""
        self._line.type_nothing()

    def line(self) -> BoxLine:
        """Return the text box."""
        return self._line

    def whole_button(self) -> SecondaryButton:
        """Return the button of the whole value."""
        return self._whole

    def hint_words(self) -> str:
        """Return the text of the line below the box."""
        return self._hint_line.words()

    def _tell_focus(self, has_focus: bool) -> None:
        (self.focused if has_focus else self.left).emit()
