"""The card with the QR code that the shop's phone reads: on the screen while a button is held.

It keeps the code only for so long, no screen reader is given it, and it takes neither the focus nor
the mouse, so that the button under the finger stays held.
"""

from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from counterfoil.domain.message import MessageWay
from counterfoil.overriding import override
from counterfoil.ports.symbols import Rows
from counterfoil.presentation.words import messages
from counterfoil.ui import theme
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import ThemeFollower, paint_box
from counterfoil.ui.widgets.label import PlainLabel

QUIET: Final = 4
"""The empty modules around a QR code, as its standard has them."""
MODULE_MAX: Final = 5
MODULE_MIN: Final = 3
"""Pixels of one module; a phone's camera reads no finer ones off a screen."""
_HEIGHT_SHARE: Final = 0.5
_BORDER: Final = 2
_PADDING: Final = 20
_GAP: Final = 10
_AIR: Final = 12


class PhoneCode(QWidget):
    """One QR code, black on white in every theme: cameras read no other as well."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("phone-code")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(messages.CODE_FOR_PHONE)
        self._rows: Rows = ()
        self._module = MODULE_MAX

    def show_rows(self, rows: Rows) -> None:
        """Show another code."""
        self._rows = rows

    def fit(self, room: int) -> None:
        """Be at most so many pixels wide and high, where the code can be read in them."""
        modules = len(self._rows) + 2 * QUIET
        self._module = max(MODULE_MIN, min(MODULE_MAX, room // modules))
        self.setFixedSize(QSize(modules, modules) * self._module)
        self.update()

    def drop(self) -> None:
        """Keep nothing of the code."""
        self._rows = ()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter, side = QPainter(self), self._module
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        for y, row in enumerate(self._rows, QUIET):
            for x, is_ink in enumerate(row, QUIET):
                if is_ink:
                    painter.fillRect(x * side, y * side, side, side, Qt.GlobalColor.black)


class MessageCard(ThemeFollower, QWidget):
    """The code, and what to do with it in words; it lies over the window, beside its button."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._button: QWidget | None = None
        self.setObjectName("message-card")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        title = PlainLabel(messages.SCAN_WITH_PHONE, Role.FACT, parent=self, wrapped=True)
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._code = PhoneCode(self)
        self._steps = PlainLabel("", Role.HINT_LARGE, parent=self, wrapped=True)
        stays = PlainLabel(messages.STAYS_ON_PHONE, Role.HINT_LARGE, parent=self, wrapped=True)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(*[_PADDING] * 4)
        column.setSpacing(_GAP)
        column.addWidget(title)
        column.addWidget(self._code, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._steps)
        column.addWidget(stays)
        self.hide()
        self.follow_theme()

    def show_code(self, rows: Rows, way: MessageWay, button: QWidget) -> None:
        """Show a code beside the button that is held for it."""
        self._steps.setText(messages.phone_steps(way))
        self._code.show_rows(rows)
        self._button = button
        self._place(button)
        self.show()
        self.raise_()

    def _room_at_the_end(self, held: QRect) -> int:
        """Return how wide it may be between the button and the end of the window."""
        is_turned = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        room = held.left() if is_turned else self._over.width() - held.right()
        return room - 2 * _AIR

    def _place(self, button: QWidget) -> None:
        """Lie over the paper, whose code is covered; else beside the button, over the page.

        It is as high as the words need at their size.
        """
        over = self._over
        held = QRect(button.mapTo(over, QPoint()), button.size())
        room = self._room_at_the_end(held)
        self._code.fit(min(round(over.height() * _HEIGHT_SHARE), room - 2 * _PADDING))
        width = self._code.width() + 2 * _PADDING
        height = self._column.totalHeightForWidth(width)
        is_turned = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        last = over.width() - width - _AIR
        if width <= room:
            left = _AIR if is_turned else last
        elif held.left() >= over.width() - held.right():
            left = held.left() - _AIR - width
        else:
            left = held.right() + _AIR
        top = held.center().y() - height // 2
        self.setGeometry(
            max(_AIR, min(left, last)),
            max(_AIR, min(top, over.height() - height - _AIR)),
            width,
            height,
        )

    def drop(self) -> None:
        """Take the code off the screen, and keep nothing of it."""
        self._button = None
        self._code.drop()
        self.hide()
        # At once, not at the next turn of the loop.
        self._over.repaint(self.geometry())

    @override
    def refresh_theme(self) -> None:
        if self._button is not None and self.isVisible():
            self._column.invalidate()
            self._place(self._button)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        box = QRectF(self.rect())
        fill, ink = current.colour("paper"), current.colour("ink")
        paint_box(QPainter(self), box, fill=fill, border=ink, width=_BORDER)
