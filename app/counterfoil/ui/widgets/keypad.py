"""The keypad: twelve keys that type into the last used field, which keeps the focus."""

from enum import StrEnum
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.words import window
from counterfoil.ui import theme
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import ThemeFollower, line_width, paint_box, paint_whole
from counterfoil.ui.widgets.icon import paint_icon
from counterfoil.ui.widgets.label import PlainLabel

PRESSED_MIN_MS: Final = 80
REPEAT_DELAY_MS: Final = 400
REPEAT_INTERVAL_MS: Final = 80
KEY_GAP: Final = 8
KEY_HEIGHT_MIN: Final = 40
"""In px: what a finger still hits, where a window has no room for higher keys."""
CAPTION_GAP: Final = 5
KEY_ICON: Final = 24
DIGIT_PLACES: Final = (
    ("7", 0, 0),
    ("8", 0, 1),
    ("9", 0, 2),
    ("4", 1, 0),
    ("5", 1, 1),
    ("6", 1, 2),
    ("1", 2, 0),
    ("2", 2, 1),
    ("3", 2, 2),
    ("0", 3, 1),
)


class KeypadMode(StrEnum):
    """What the key left of 0 is: a point for money, Clear for PINs and counts, or nothing."""

    MONEY = "money"
    DIGITS = "digits"
    PLAIN = "plain"


class KeyButton(ThemeFollower, QPushButton):
    """One key. It never takes the focus, and looks pressed long enough for a tap to be seen."""

    def __init__(
        self, text: str, *, icon: str = "", spoken: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon
        self._lit = QTimer(self)
        self._lit.setSingleShot(True)
        self._lit.setInterval(PRESSED_MIN_MS)
        self._lit.timeout.connect(self.update)
        self.setText(text)
        self.setAccessibleName(spoken or text)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._height = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Maximum)
        self.pressed.connect(self._light)
        self.follow_theme()

    def set_height(self, height: int) -> None:
        """Set how high it is where there is room, in px; else it is lower."""
        self._height = height
        self.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        return QSize(self.minimumWidth(), self._height)

    def looks_pressed(self) -> bool:
        """Return whether the key is painted as pressed now."""
        return self.isDown() or self._lit.isActive()

    @override
    def refresh_theme(self) -> None:
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        painter = QPainter(self)
        box = QRectF(self.rect())
        fill = "hover" if self.underMouse() else "key"
        if self.looks_pressed():
            fill = "pressed"
        if not self.isEnabled():
            fill = "disabled"
        paint_box(
            painter,
            box,
            fill=current.colour(fill),
            border=current.colour("line"),
            width=line_width(),
        )
        colour = current.colour("ink" if self.isEnabled() else "on-disabled")
        if self._icon_name:
            side = current.px(KEY_ICON)
            icon_box = QRectF((box.width() - side) / 2, (box.height() - side) / 2, side, side)
            paint_icon(painter, self._icon_name, icon_box, colour)
            return
        role = Role.KEY if len(self.text()) == 1 else Role.BODY_BOLD
        middle = Qt.AlignmentFlag.AlignHCenter
        paint_whole(painter, box, self.text(), current.font(role), colour, alignment=middle)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._lit.stop()
        super().hideEvent(event)

    def _light(self) -> None:
        self._lit.start()
        self.update()


class Keypad(ThemeFollower, QWidget):
    """Three by four keys under one line that names the field they type into.

    Signals: ``digit_pressed(str)`` one digit; ``dot_pressed()``; ``cleared()``;
    ``backspace_pressed()``, which repeats while held.
    """

    digit_pressed = Signal(str)
    dot_pressed = Signal()
    cleared = Signal()
    backspace_pressed = Signal()

    def __init__(self, parent: QWidget | None = None, *, key_size: QSize | None = None) -> None:
        super().__init__(parent)
        self._key_size = key_size or QSize(76, 66)
        self._mode = KeypadMode.DIGITS
        self._caption = PlainLabel("", Role.HINT, "muted", self, elided=True)
        self._keys: list[KeyButton] = []
        # A keypad has the same order of digits in every language.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._grid = QGridLayout()
        self._grid.setSpacing(KEY_GAP)
        self._left = self._add_key(KeyButton("", parent=self), "left", 3, 0)
        self._left.clicked.connect(self._press_left)
        for digit, row, column in DIGIT_PLACES:
            key = self._add_key(KeyButton(digit, parent=self), digit, row, column)
            key.clicked.connect(self._press_digit)
        spoken = window.DELETE_LAST
        back = KeyButton("", icon="backspace", spoken=spoken, parent=self)
        back.setAutoRepeat(True)
        back.setAutoRepeatDelay(REPEAT_DELAY_MS)
        back.setAutoRepeatInterval(REPEAT_INTERVAL_MS)
        back.clicked.connect(self.backspace_pressed)
        self._add_key(back, "backspace", 3, 2)
        stack = QVBoxLayout(self)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(CAPTION_GAP)
        stack.addWidget(self._caption)
        stack.addLayout(self._grid)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Maximum)
        self.set_mode(KeypadMode.DIGITS)
        self.follow_theme()

    def set_mode(self, mode: KeypadMode) -> None:
        """Set what the key left of 0 is."""
        self._mode = mode
        words = {KeypadMode.MONEY: ".", KeypadMode.DIGITS: window.CLEAR, KeypadMode.PLAIN: ""}
        spoken = {KeypadMode.MONEY: window.POINT, KeypadMode.DIGITS: window.CLEAR}
        self._left.setText(words[mode])
        self._left.setAccessibleName(spoken.get(mode, ""))
        policy = self._left.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._left.setSizePolicy(policy)
        self._left.setVisible(mode is not KeypadMode.PLAIN)

    def mode(self) -> KeypadMode:
        """Return what the key left of 0 is now."""
        return self._mode

    def show_target(self, field_label: str) -> None:
        """Show which field the keys type into; an empty label shows nothing."""
        sentence = window.types_into(field_label) if field_label else ""
        self._caption.setText(sentence)

    def set_has_caption(self, has_caption: bool) -> None:
        """Set whether a line above the keys says which field they type into."""
        self._caption.setVisible(has_caption)

    def set_key_size(self, size: QSize) -> None:
        """Set the size of all keys, in px at text scale 1."""
        self._key_size = size
        self.refresh_theme()

    def key_named(self, name: str) -> KeyButton:
        """Return a key by its digit, or by ``left`` or ``backspace``.

        Raise LookupError for another.
        """
        for key in self._keys:
            if key.objectName() == f"key_{name}":
                return key
        message = f"no key is named {name!r}"
        raise LookupError(message)

    @override
    def refresh_theme(self) -> None:
        height = theme.current().px(self._key_size.height())
        for key in self._keys:
            key.setFixedWidth(self._key_size.width())
            key.setMinimumHeight(min(height, KEY_HEIGHT_MIN))
            key.setMaximumHeight(height)
            key.set_height(height)
        # The caption is as high as a field's label, so that keys and boxes start on one line.
        label = PlainLabel("Label", Role.LABEL)
        self._caption.setFixedHeight(label.sizeHint().height())
        self._caption.setFixedWidth(3 * self._key_size.width() + 2 * KEY_GAP)
        self.updateGeometry()

    def _add_key(self, key: KeyButton, name: str, row: int, column: int) -> KeyButton:
        key.setObjectName(f"key_{name}")
        self._keys.append(key)
        self._grid.addWidget(key, row, column)
        return key

    def _press_digit(self) -> None:
        key = self.sender()
        if isinstance(key, KeyButton):
            self.digit_pressed.emit(key.text())

    def _press_left(self) -> None:
        if self._mode is KeypadMode.MONEY:
            self.dot_pressed.emit()
        elif self._mode is KeypadMode.DIGITS:
            self.cleared.emit()
