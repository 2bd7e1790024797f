"""The change voucher: hidden until somebody holds a button, and then for 15 seconds at most.

The panel never keeps a code: it asks for the codes when the button goes down and drops them when
the button comes up, the time is over, or the page changes. None can be selected or copied, and a
screen reader is given none. A second button shows them to the shop's phone, by the same rules.
Where a voucher came without a code that could be read, the panel says so in the colour of a
refusal.
"""

from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QHideEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from counterfoil.domain.message import MessageWay
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip_layout import grouped_by_four
from counterfoil.overriding import override
from counterfoil.ports.symbols import Rows
from counterfoil.presentation.screens import ChangeRow, Fact, HiddenCode
from counterfoil.presentation.words import messages, window
from counterfoil.ui import theme
from counterfoil.ui.theme import Role, SizeClass
from counterfoil.ui.theme.painting import ThemeFollower, paint_box, text_width
from counterfoil.ui.widgets.button import SecondaryButton
from counterfoil.ui.widgets.hatch import paint_hatched_block
from counterfoil.ui.widgets.icon import Icon
from counterfoil.ui.widgets.label import PlainLabel

if TYPE_CHECKING:
    from counterfoil.ui.widgets.message_card import MessageCard

SHOWN_S: Final = 15
BLOCK_HEIGHT: Final = 44

_BORDER: Final = 2
_PADDING: Final = (22, 14, 22, 16)
_ROW_GAP: Final = 15
_TIGHT_PADDING: Final = (22, 6, 22, 6)
_TIGHT_GAP: Final = 6
_FACT_GAP: Final = 27
_FACT_GAP_SMALL: Final = 16
_PHONE_SIDE: Final = 32
_MESSAGE_HEIGHT: Final = 48
_LOW_BLOCK_HEIGHT: Final = 34
_CAPTION_GAP: Final = 12
_CAPTION_SHARE: Final = 5
"""How much wider digits are than the caption that stands beside them."""
_FITTINGS_MAX: Final = 8
"""How often a line is made smaller to fit; two are enough but for odd letters."""
_CODES_MAX: Final = 4
"""What a screen has room for; every code is on the slip."""


class ChangePanel(ThemeFollower, QWidget):
    """The panel with the change voucher's codes, its facts and the button to hold.

    Signals: ``reveal_requested(bool)``, true when the codes are wanted and false when they are no
    longer; the answer to the first is ``show_codes``. ``message_requested()``, when the code for
    the shop's phone is wanted; the answer is ``show_message``.
    """

    reveal_requested = Signal(bool)
    message_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("change_panel")
        # A sentence on more lines than one makes it higher than it would be by itself.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._row: ChangeRow | None = None
        self._seconds_left = 0
        self._title = PlainLabel(window.CHANGE_VOUCHER, Role.FACT, parent=self)
        self._note = PlainLabel(
            window.ONLY_WAY,
            Role.HINT_LARGE,
            "muted",
            self,
            elided=True,
        )
        self._codes = [_CodeRow(self) for _ in range(_CODES_MAX)]
        self._trouble = PlainLabel("", Role.FACT, "declined-ink", self, wrapped=True)
        self._trouble.setObjectName("change_trouble")
        self._notes = PlainLabel("", Role.HINT_LARGE, parent=self, wrapped=True)
        self._phone = Icon("phone", _PHONE_SIDE, parent=self)
        self._sms = PlainLabel("", Role.BANNER_SECOND, parent=self, elided=True)
        self._hold = SecondaryButton(window.HOLD_TO_SHOW, icon="eye", height=52, parent=self)
        self._hold.setObjectName("hold_to_show")
        self._message = SecondaryButton(icon="phone", height=_MESSAGE_HEIGHT, parent=self)
        self._message.setObjectName("hold_for_message")
        for button in (self._hold, self._message):
            button.setAutoRepeat(False)
            button.pressed.connect(partial(self._begin_hold, button))
            button.released.connect(self._end_hold)
            button.installEventFilter(self)
        self._message.hide()
        self._way: MessageWay | None = None
        self._button_width = 0
        self._is_message_in_foot = False
        self._card: MessageCard | None = None
        self._fact_columns: list[_FactColumn] = []
        self._facts_above = QHBoxLayout()
        self._facts_beside = QHBoxLayout()
        self._countdown = QTimer(self)
        self._countdown.setObjectName("change_countdown")
        self._countdown.setInterval(1000)
        self._countdown.timeout.connect(self._count_down)
        self._lay_out()
        self.set_tight(False)
        self.follow_theme()

    def set_row(self, row: ChangeRow) -> None:
        """Show another change voucher, with its codes hidden; the same one stays as it is."""
        if row == self._row:
            return
        self.hide_pin()
        self._row = row
        for place, code in zip_longest(self._codes, row.codes[:_CODES_MAX]):
            place.set_code(code, is_alone=len(row.codes) == 1)
        self._show_title()
        self._hold.setVisible(bool(row.codes))
        self._message.setVisible(bool(row.codes) and self._way is not None)
        self._phone.setVisible(bool(row.sms_text or row.trouble))
        self._phone.show_icon("alert" if row.trouble else "phone")
        for label, text in (
            (self._sms, row.sms_text),
            (self._trouble, row.trouble),
            (self._notes, row.notes),
        ):
            label.setText(text)
            label.setVisible(bool(text))
        self._show_facts(row.facts)
        self.update()

    def set_tight(self, is_tight: bool) -> None:
        """Use less space, and no title above codes with names, where a window is too low."""
        self._is_tight = is_tight
        padding = _TIGHT_PADDING if is_tight else _PADDING
        self._column.setContentsMargins(*(side + _BORDER for side in padding))
        self._column.setSpacing(_TIGHT_GAP if is_tight else _ROW_GAP)
        self._trouble.set_role(Role.LABEL if is_tight else Role.FACT)
        self._show_title()

    def _show_title(self) -> None:
        has_names = self._row is not None and len(self._row.codes) > 1
        self._title.setVisible(not (self._is_tight and has_names))

    def show_codes(self, codes: tuple[Secret, ...]) -> None:
        """Show the digits if the button is still held; else drop them at once."""
        if not self._hold.isDown() or not codes:
            return
        for place, code in zip(self._codes, codes, strict=False):
            place.digits.show_pin(code)
        self._begin_countdown()

    def offer_message(self, way: MessageWay) -> None:
        """Add the button that shows the codes to the shop's phone."""
        self._way = way
        self._message.set_caption(messages.hold_for(way))
        self._message.setVisible(self._row is not None and bool(self._row.codes))
        self.refresh_theme()

    def show_message(self, rows: Rows) -> None:
        """Show the code for the phone if its button is still held; else drop it at once."""
        if self._way is None or not self._message.isDown() or not rows:
            return
        if self._card is None:
            from counterfoil.ui.widgets.message_card import MessageCard

            self._card = MessageCard(self.window())
        self._card.show_code(rows, self._way, self._message)
        self._begin_countdown()

    def hide_pin(self) -> None:
        """Hide the digits and the code for the phone, and drop them, if they are shown."""
        self._countdown.stop()
        self._hold.set_caption(window.HOLD_TO_SHOW)
        if self._way is not None:
            self._message.set_caption(messages.hold_for(self._way))
        if self._card is not None and self._card.isVisible():
            self._card.drop()
        if self.is_pin_shown():
            for place in self._codes:
                place.digits.hide_pin()
            self._tell(is_wanted=False)

    def is_pin_shown(self) -> bool:
        """Return whether digits are on the screen."""
        return any(place.digits.is_shown() for place in self._codes)

    @override
    def refresh_theme(self) -> None:
        is_small = theme.current().size_class is SizeClass.SMALL
        self._note.setVisible(not is_small and self._way is None)
        for facts in (self._facts_above, self._facts_beside):
            facts.setSpacing(_FACT_GAP_SMALL if is_small else _FACT_GAP)
        font = theme.current().font(Role.LABEL)
        captions = [window.HOLD_TO_SHOW, _seconds_caption(SHOWN_S)]
        if self._way is not None:
            captions.append(messages.hold_for(self._way))
        # One width for every caption, so that nothing moves while the seconds count.
        self._button_width = round(max(text_width(text, font) for text in captions)) + 64
        self._share_out_facts()
        self.update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_out_facts()

    @override
    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.hide_pin()
        return False

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.hide_pin()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self.hide_pin()
        super().hideEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        paint_box(
            QPainter(self),
            QRectF(self.rect()),
            fill=current.colour("field"),
            border=current.colour("declined" if self._trouble.text() else "ink"),
            width=_BORDER,
        )

    def _lay_out(self) -> None:
        self._head = head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._note)
        head.addWidget(self._message)
        sms = QHBoxLayout()
        sms.setSpacing(14)
        sms.addWidget(self._phone)
        sms.addWidget(self._sms, 1)
        sms.addWidget(self._trouble, 1)
        self._foot = foot = QHBoxLayout()
        foot.addLayout(self._facts_beside)
        foot.addStretch(1)
        foot.addWidget(self._hold, 0, Qt.AlignmentFlag.AlignBottom)
        self._column = column = QVBoxLayout(self)
        column.addLayout(head)
        for place in self._codes:
            column.addWidget(place)
        column.addLayout(sms)
        column.addWidget(self._notes)
        self._facts_above.addStretch(1)
        column.addLayout(self._facts_above)
        column.addLayout(foot)

    def _show_facts(self, facts: tuple[Fact, ...]) -> None:
        for old in self._fact_columns:
            self._facts_above.removeWidget(old)
            self._facts_beside.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._fact_columns = [_FactColumn(fact, self) for fact in facts]
        self._share_out_facts()

    def _share_out_facts(self) -> None:
        """Put the facts beside the button, and the first ones above where they do not all fit.

        The button for the phone stands in the head, which is higher with it; where there are no
        facts beside, or not all of them, it has room in the foot.
        """
        gap = self._facts_beside.spacing()
        sides = _PADDING[0] + _PADDING[2] + 2 * _BORDER
        whole = self.width() - sides
        # Where both stand in the foot, each has half of it at most.
        width = max(1, min(self._button_width, (whole - self._foot.spacing()) // 2))
        for button in (self._hold, self._message):
            button.setFixedWidth(width)
        room = whole - width
        above: list[_FactColumn] = []
        beside = list(self._fact_columns)
        is_in_foot = not beside or _width_of(beside, gap) > room
        if is_in_foot and self._way is not None:
            room -= width + self._foot.spacing()
        while beside and _width_of(beside, gap) > room:
            above.append(beside.pop(0))
        self._place_message(in_foot=is_in_foot)
        for column in self._fact_columns:
            column.show()
            self._facts_above.removeWidget(column)
            self._facts_beside.removeWidget(column)
        for index, column in enumerate(above):
            self._facts_above.insertWidget(index, column)
        for column in beside:
            self._facts_beside.addWidget(column)

    def _place_message(self, *, in_foot: bool) -> None:
        if in_foot is not self._is_message_in_foot:
            self._is_message_in_foot = in_foot
            # If Qt took it out, Python would not hear of it: docs/decisions/0013.
            (self._head if in_foot else self._foot).removeWidget(self._message)
            if in_foot:
                self._foot.insertWidget(self._foot.count() - 1, self._message)
            else:
                self._head.addWidget(self._message)

    def _begin_hold(self, button: SecondaryButton) -> None:
        self.hide_pin()
        button.setFocus(Qt.FocusReason.MouseFocusReason)
        if button is self._hold:
            self._tell(is_wanted=True)
        else:
            self.message_requested.emit()

    def _end_hold(self) -> None:
        if self.is_pin_shown() or (self._card is not None and self._card.isVisible()):
            self.hide_pin()
        else:
            self._tell(is_wanted=False)

    def _begin_countdown(self) -> None:
        self._seconds_left = SHOWN_S
        self._show_seconds()
        self._countdown.start()

    def _tell(self, *, is_wanted: bool) -> None:
        self.reveal_requested.emit(is_wanted)

    def _count_down(self) -> None:
        self._seconds_left -= 1
        if self._seconds_left <= 0:
            self.hide_pin()
        else:
            self._show_seconds()

    def _show_seconds(self) -> None:
        held = self._hold if self.is_pin_shown() else self._message
        held.set_caption(_seconds_caption(self._seconds_left))


class _CodeRow(QWidget):
    """The place of one code, with its name above where it needs one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._caption = PlainLabel("", Role.HINT_LARGE, parent=self)
        self.digits = HiddenDigits(self)
        self._line = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(2)
        self._line.addWidget(self._caption, 1)
        self._line.addWidget(self.digits, _CAPTION_SHARE)

    def set_code(self, code: HiddenCode | None, *, is_alone: bool) -> None:
        """Take another code's caption and groups; None leaves no place.

        One of several is lower, with its caption beside it, so that a short screen holds them.
        """
        direction = QBoxLayout.Direction
        self._line.setDirection(direction.TopToBottom if is_alone else direction.LeftToRight)
        self._line.setSpacing(2 if is_alone else _CAPTION_GAP)
        self.digits.set_height(BLOCK_HEIGHT if is_alone else _LOW_BLOCK_HEIGHT)
        self._caption.setText(code.caption if code else "")
        self._caption.setVisible(bool(code and code.caption))
        self.digits.set_groups(code.groups if code else (), code.caption if code else "")
        self.setVisible(code is not None)


class HiddenDigits(ThemeFollower, QWidget):
    """One PIN: hatched blocks, or its digits in the same places."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("change_digits")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._groups: tuple[int, ...] = ()
        self._pin: Secret | None = None
        self._name = "PIN"
        self._block_height = BLOCK_HEIGHT
        self._say_name()
        self.follow_theme()

    def set_height(self, height: int) -> None:
        """Set the height of the blocks in px, at text scale 1."""
        self._block_height = height
        self.refresh_theme()

    def set_groups(self, groups: tuple[int, ...], name: str = "") -> None:
        """Set how many digits each group has, and the name of the PIN for a screen reader."""
        self._groups = groups
        self._name = name or "PIN"
        self._say_name()
        self.update()

    def _say_name(self) -> None:
        self.setAccessibleName(window.change_voucher(self._name, is_shown=self._pin is not None))

    def show_pin(self, pin: Secret) -> None:
        """Draw the digits from now on."""
        self._pin = pin
        self._say_name()
        self.update()

    def hide_pin(self) -> None:
        """Draw blocks from now on, and drop the digits."""
        self._pin = None
        self._say_name()
        # At once, not at the next turn of the loop.
        self.repaint()

    def is_shown(self) -> bool:
        """Return whether digits are drawn."""
        return self._pin is not None

    @override
    def refresh_theme(self) -> None:
        self.setFixedHeight(theme.current().px(self._block_height))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(round(self._columns() * self._cell()), self.height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(1, self.height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        cell = self._cell()
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        # Digits are read from left to right in every language; only their place is mirrored.
        start = self.width() - self._columns() * cell if is_mirrored else 0.0
        if self._pin is None:
            self._paint_blocks(painter, start, cell)
        else:
            self._paint_digits(painter, start, cell, self._pin)

    def _paint_blocks(self, painter: QPainter, start: float, cell: float) -> None:
        current = theme.current()
        for length in self._groups:
            block = QRectF(round(start), 0, round(length * cell), self.height())
            paint_hatched_block(painter, block, current.colour("disabled"), current.colour("edge"))
            start += (length + 1) * cell

    def _paint_digits(self, painter: QPainter, start: float, cell: float, pin: Secret) -> None:
        groups = self._groups if sum(self._groups) == len(pin) else grouped_by_four(len(pin))
        text, parts = pin.reveal(), []
        for length in groups:
            parts.append(text[:length])
            text = text[length:]
        line = " ".join(parts)
        fitted = QFont(self._font())
        room = self._columns() * cell
        # Letters of a smaller size are not smaller by just so much, so it is measured again.
        for _ in range(_FITTINGS_MAX):
            if (wide := text_width(line, fitted)) <= room + 0.5:
                break
            fitted.setPointSizeF(fitted.pointSizeF() * 0.995 * room / wide)
        painter.setFont(fitted)
        painter.setPen(theme.current().colour("ink"))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        area = QRectF(start, 0, self.width() - start, self.height())
        painter.drawText(
            area,
            int(flags | Qt.TextFlag.TextDontClip | Qt.TextFlag.TextForceLeftToRight),
            line,
        )

    def _columns(self) -> int:
        return max(1, sum(self._groups) + len(self._groups) - 1)

    def _cell(self) -> float:
        """Return the width of one digit, less where the room is short."""
        wanted = text_width("0", self._font())
        return min(wanted, self.width() / self._columns()) if self.width() > 1 else wanted

    def _font(self) -> QFont:
        return theme.current().font(Role.CHANGE_PIN)


class _FactColumn(QWidget):
    """A small label over a value."""

    def __init__(self, fact: Fact, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(PlainLabel(fact.label, Role.HINT, "muted", self))
        value = PlainLabel(fact.value, Role.FACT_LARGE, parent=self)
        value.setAccessibleName(f"{fact.label}: {fact.value}")
        column.addWidget(value)


def _seconds_caption(seconds: int) -> str:
    return window.hides_in(seconds)


def _width_of(columns: list[_FactColumn], gap: int) -> int:
    return sum(one.sizeHint().width() + gap for one in columns)
