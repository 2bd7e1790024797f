"""The page on which people sign in: a sheet in the middle of the window, and its slip."""

from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSpacerItem, QVBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.screens import PaperRow
from counterfoil.presentation.sign_in_screen import (
    EntryKind,
    EntryRow,
    SignInScreen,
    SignInStage,
)
from counterfoil.ui import theme
from counterfoil.ui.counter_view import show_paper
from counterfoil.ui.fitting import has_room
from counterfoil.ui.number_pad import NumberPad
from counterfoil.ui.theme import Grid, Role, SizeClass
from counterfoil.ui.theme.painting import ThemeFollower
from counterfoil.ui.widgets.button import PrimaryButton, QuietButton
from counterfoil.ui.widgets.field import EntryField, FieldLook
from counterfoil.ui.widgets.field_text import FieldKind
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.pin_field import PinField
from counterfoil.ui.widgets.sheet import Sheet
from counterfoil.ui.widgets.slip_paper import COLUMNS_SHOWN, Modules

SHEET: Final = QSize(1094, 562)
"""With the air around the paper that a sheet keeps for its shadow."""
SHEET_SMALL: Final = QSize(994, 562)
PADDING: Final = 40
PADDING_SMALL: Final = 28
KEYPAD_GAP: Final = 32
KEY: Final = QSize(84, 72)
KEY_WITH_LARGE_TEXT: Final = QSize(84, 58)
LARGER_TEXT: Final = 1.1
"""From here on keys as high as their text would not all find room."""
AIR: Final = ((32, 24), (16, 12), (8, 4))
"""How many px are free above the title and below its line; a low window has less."""
PRIMARY_HEIGHT: Final = 64
QUIET_HEIGHT: Final = 40
_KINDS: Final = {
    EntryKind.NUMBER: FieldKind.DIGITS,
    EntryKind.NAME: FieldKind.TEXT,
    EntryKind.CODE: FieldKind.TEXT,
}
_WITH_KEYPAD: Final = frozenset({SignInStage.SIGN_IN})
_COLUMNS: Final = 2
"""Where there is no keypad, the fields take its room."""


class SignInView(ThemeFollower, QWidget):
    """Renders a SignInScreen and tells what a person does.

    Signals: ``edited(str, str)`` a field's name and text; ``submitted(str)`` Enter in a field;
    ``pressed()`` the primary button; ``turned()`` the quiet button.
    """

    edited = Signal(str, str)
    submitted = Signal(str)
    pressed = Signal()
    turned = Signal()

    def __init__(
        self,
        modules: Modules,
        parent: QWidget | None = None,
        *,
        columns: int = COLUMNS_SHOWN,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("sign-in")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._screen: SignInScreen | None = None
        self._is_small = False
        self._fields: dict[str, EntryField | PinField] = {}
        self._names: tuple[str, ...] = ()
        self._sheet = Sheet(modules, has_rail=False, columns=columns, parent=self)
        self._stub = QWidget(self)
        self._title = PlainLabel("", Role.TITLE_SIGN_IN, "ink", self._stub, wrapped=True)
        self._title.setObjectName("sign-in-title")
        self._line = PlainLabel("", Role.BODY_LARGE, "muted", self._stub, wrapped=True)
        self._code = PlainLabel("", Role.CHANGE_PIN, "ink", self._stub, wrapped=True)
        self._code.setObjectName("recovery-code")
        self._sentences = PlainLabel("", Role.BODY_LARGE, "ink", self._stub, wrapped=True)
        self._sentences.setObjectName("sign-in-sentences")
        self._pad = NumberPad(KEY, self._stub)
        self._primary = PrimaryButton("", height=PRIMARY_HEIGHT, parent=self._stub)
        self._primary.setObjectName("sign-in-primary")
        self._primary.clicked.connect(self.pressed)
        self._foot = PlainLabel("", Role.HINT_LARGE, "muted", self._stub, wrapped=True)
        self._quiet = QuietButton("", height=QUIET_HEIGHT, parent=self._stub)
        self._quiet.setObjectName("sign-in-quiet")
        self._quiet.clicked.connect(self.turned)
        self._lay_out()
        self._sheet.set_stub_widget(self._stub)
        self.follow_theme()

    def render_screen(self, screen: SignInScreen | None) -> None:
        """Show the page; rendering the same again changes nothing. None empties it."""
        before, self._screen = self._screen, screen
        if screen is None:
            self._code.setText("")
            for field in self._fields.values():
                _empty(field)
            return
        self._title.setText(screen.title)
        self._line.setText(screen.line)
        self.setAccessibleName(screen.title)
        self.setAccessibleDescription("\n".join((screen.line, *screen.sentences)))
        self._show_fields(screen)
        self._code.setText(screen.code.reveal())
        self._code.setVisible(bool(screen.code.reveal()))
        self._sentences.setText("\n\n".join(screen.sentences))
        self._sentences.setVisible(bool(screen.sentences))
        has_keypad = screen.stage in _WITH_KEYPAD
        self._pad.setVisible(has_keypad)
        # Beside the keys the button ends where they do, else at the foot of the sheet.
        self._column.setStretch(self._work_at, 0 if has_keypad else 1)
        self._column.setStretch(self._column.count() - 1, 1 if has_keypad else 0)
        self._pad.show_wait(screen.wait)
        self._primary.show_action(screen.primary, key="Enter", enabled=screen.can_press)
        self._foot.setText(screen.foot)
        self._quiet.set_caption(screen.quiet)
        self._quiet.set_key(screen.quiet_key)
        self._quiet.setVisible(bool(screen.quiet))
        self._fit()
        show_paper(self._sheet, screen.paper)
        if before is None or before.wipes != screen.wipes:
            self._wipe()
        if before is not None and before.shakes != screen.shakes:
            self._shake()
        if before is None or before.points != screen.points:
            self.focus_first()

    def paper(self) -> PaperRow | None:
        """Return the slip that is shown."""
        return None if self._screen is None else self._screen.paper

    def set_grid(self, grid: Grid) -> None:
        """Lay the page out by the measures of a size class."""
        self._is_small = grid.size_class is SizeClass.SMALL
        self._sheet.set_slip_width(min(grid.slip_width, 396))
        self._arrange()

    def focus_first(self) -> None:
        """Put the cursor where typing goes on; with no field, where Enter presses the button."""
        name = self._screen.point if self._screen is not None else ""
        field = self._fields.get(name) if name else None
        if field is None and self._names:
            field = self._fields[self._names[-1]]
        (field or self).setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.accept()
            if not event.isAutoRepeat():
                self.pressed.emit()
        else:
            super().keyPressEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @override
    def refresh_theme(self) -> None:
        self._arrange()

    # ------------------------------------------------------------------------------------- fields

    def _show_fields(self, screen: SignInScreen) -> None:
        names = tuple(row.name for row in screen.entries)
        if names != self._names:
            self._rebuild(screen.entries)
        for row in screen.entries:
            field = self._fields[row.name]
            if isinstance(field, EntryField) and field.value() != row.text:
                field.set_value(row.text)
            field.show_hint(row.hint)
            field.show_error(row.error)

    def _rebuild(self, rows: tuple[EntryRow, ...]) -> None:
        self._pad.forget()
        for old in self._fields.values():
            _empty(old)
            self._grid.removeWidget(old)
            old.hide()
            old.setObjectName("")
            old.deleteLater()
        self._fields = {row.name: self._made(row) for row in rows}
        self._names = tuple(self._fields)
        has_keypad = self._screen is not None and self._screen.stage in _WITH_KEYPAD
        columns = 1 if has_keypad else _COLUMNS
        for at, field in enumerate(self._fields.values()):
            self._grid.addWidget(field, at // columns, at % columns)
            field.show()

    def _made(self, row: EntryRow) -> EntryField | PinField:
        if row.kind is EntryKind.PIN:
            pin = PinField(row.label, self._stub)
            pin.line().setObjectName(f"sign-in-{row.name}")
            pin.edited.connect(partial(self.edited.emit, row.name))
            pin.submitted.connect(partial(self.submitted.emit, row.name))
            self._pad.serve(pin)
            return pin
        look = FieldLook(name=f"who-{row.name}", label=row.label, kind=_KINDS[row.kind])
        field = EntryField(look, self._stub)
        line = field.line()
        assert line is not None, "no choice is asked for here"
        line.setObjectName(f"sign-in-{row.name}")
        line.value_edited.connect(partial(self.edited.emit, row.name))
        line.entered.connect(partial(self.submitted.emit, row.name))
        self._pad.serve(field)
        return field

    def _pins(self) -> list[PinField]:
        return [one for one in self._fields.values() if isinstance(one, PinField)]

    def _wipe(self) -> None:
        for pin in self._pins():
            pin.wipe()

    def _shake(self) -> None:
        for pin in self._pins():
            pin.line().shake()

    # ------------------------------------------------------------------------------------- layout

    def _lay_out(self) -> None:
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(KEYPAD_GAP)
        self._grid.setVerticalSpacing(12)
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self._foot, 1)
        foot.addWidget(self._quiet)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addLayout(self._grid)
        left.addWidget(self._code)
        left.addSpacing(12)
        left.addWidget(self._sentences)
        left.addStretch(1)
        left.addWidget(self._primary)
        work = QHBoxLayout()
        work.setSpacing(KEYPAD_GAP)
        work.addLayout(left, 1)
        work.addWidget(self._pad, 0, Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout(self._stub)
        self._column.setSpacing(0)
        self._column.addWidget(self._title)
        self._column.addWidget(self._line)
        self._below_line = QSpacerItem(0, 0)
        self._column.addItem(self._below_line)
        self._column.addLayout(work)
        self._work_at = self._column.count() - 1
        self._column.addSpacing(10)
        self._column.addLayout(foot)
        self._column.addStretch(1)

    def _arrange(self) -> None:
        """Lie in the middle, and be no larger than there is room."""
        wanted = SHEET_SMALL if self._is_small else SHEET
        px = theme.current().px
        size = QSize(px(wanted.width()), px(wanted.height())).boundedTo(self.size())
        spare = self.size() - size
        self._sheet.setGeometry(
            spare.width() // 2, spare.height() // 2, size.width(), size.height()
        )
        is_large = theme.current().scale > LARGER_TEXT
        key = KEY_WITH_LARGE_TEXT if is_large else KEY
        self._pad.keys().set_key_size(QSize(px(key.width()), key.height()))
        self._fit()

    def _fit(self) -> None:
        """Leave as much air as there is room for, so that no line lies on a box."""
        for air, gap in AIR:
            self._leave_air(air, gap)
            if has_room(self._column, self._stub.size(), squeezed=0):
                return

    def _leave_air(self, air: int, gap: int) -> None:
        side = PADDING_SMALL if self._is_small else PADDING
        self._column.setContentsMargins(side, air, 32, min(air, 20))
        self._below_line.changeSize(0, gap)
        self._column.invalidate()


def _empty(field: EntryField | PinField) -> None:
    """Leave nothing secret in a field that is not shown any more."""
    if isinstance(field, PinField):
        field.wipe()
    else:
        field.set_value("")
