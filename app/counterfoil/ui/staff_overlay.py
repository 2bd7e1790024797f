"""The list of staff in front of the page: new PINs, roles, badges, locks and new people."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.staff_presenter import (
    AGAIN,
    NAME,
    NUMBER,
    OLD,
    PIN,
    StaffScreen,
    StaffStage,
)
from counterfoil.presentation.words import staff_page
from counterfoil.ui.asking_overlay import AskingOverlay
from counterfoil.ui.ledger_view import scrolled
from counterfoil.ui.theme import Role
from counterfoil.ui.widgets.button import SecondaryButton
from counterfoil.ui.widgets.choices import LabelledChoices
from counterfoil.ui.widgets.field import EntryField, FieldLook
from counterfoil.ui.widgets.field_text import FieldKind
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.pin_field import PinField

_PEOPLE_A_ROW = 2
_ACT_HEIGHT = 52
_GAP = 20
_ACT_GAP = 10
_ROLES_A_ROW = 3


class StaffOverlay(AskingOverlay[StaffScreen]):
    """Renders a StaffScreen and emits what a person does.

    Signals: ``person_chosen(int)``, ``role_chosen(int)`` the index of a choice;
    ``edited(str, str)`` a field's name and text; ``pin_wished()``, ``role_wished()``,
    ``badge_wished()``, ``lock_turned()``, ``person_wished()`` its buttons; and those of every such
    overlay.
    """

    person_chosen = Signal(int)
    role_chosen = Signal(int)
    edited = Signal(str, str)
    pin_wished = Signal()
    role_wished = Signal()
    badge_wished = Signal()
    lock_turned = Signal()
    person_wished = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__("staff", parent, grows=True)
        self._people = LabelledChoices(staff_page.PEOPLE, "person", _PEOPLE_A_ROW, self)
        self._people.chosen.connect(self.person_chosen)
        at_top = QWidget(self)
        column = QVBoxLayout(at_top)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._people)
        column.addStretch(1)
        self._list = scrolled(at_top, self)
        self._roles = LabelledChoices(staff_page.ROLE, "role", _ROLES_A_ROW, self)
        self._roles.chosen.connect(self.role_chosen)
        self._number = self._entry(NUMBER, staff_page.NUMBER, FieldKind.DIGITS)
        self._name = self._entry(NAME, staff_page.NAME, FieldKind.TEXT)
        self._old = self._dots(OLD, staff_page.OLD_PIN)
        self._pin = self._dots(PIN, staff_page.PIN)
        self._again = self._dots(AGAIN, staff_page.PIN_AGAIN)
        self._new_pin = self._button("staff-new-pin", staff_page.NEW_PIN, self.pin_wished)
        self._role = self._button("staff-role", staff_page.CHANGE_ROLE, self.role_wished)
        self._badge = self._button("staff-badge", staff_page.BADGE, self.badge_wished)
        self._line = PlainLabel("", Role.BODY_LARGE, "ink", self, wrapped=True)
        self._line.setObjectName("staff-line")
        self._line.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._lock = self._button("staff-lock", staff_page.LOCK, self.lock_turned)
        self._add = self._button("staff-add", staff_page.ADD, self.person_wished)
        policy = self._act.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._act.setSizePolicy(policy)
        self._lay_out()

    @override
    def _render_asked(self, screen: StaffScreen, before: StaffScreen | None) -> None:
        self.set_heading(screen.title, "person")
        self._show_list(screen)
        self._show_form(screen)
        if before is None or before.stage is not screen.stage:
            self._number.set_value("")
            self._name.set_value("")
        if before is None or before.wipes != screen.wipes:
            for dots in (self._old, self._pin, self._again):
                dots.wipe()

    def _show_list(self, screen: StaffScreen) -> None:
        is_list = screen.stage is StaffStage.LIST
        self._list.setVisible(is_list)
        self._people.show_choices(screen.people, screen.chosen)
        for button in self._buttons():
            button.setVisible(is_list)
        for button in self._buttons()[:-1]:
            button.setEnabled(screen.chosen is not None)
        self._lock.set_caption(staff_page.LET_IN if screen.is_locked else staff_page.LOCK)
        self._new_pin.set_caption(staff_page.OWN_PIN if screen.is_self else staff_page.NEW_PIN)

    def _show_form(self, screen: StaffScreen) -> None:
        self._roles.show_choices(screen.roles, screen.role)
        for name, field in self._fields().items():
            field.setVisible(name in screen.fields)
        self._line.setText(screen.line)
        self._line.setVisible(bool(screen.line))
        self._pin.show_hint(screen.hint)
        for dots in (self._old, self._pin, self._again):
            dots.line().show_dots(screen.length_min)
        self._again.show_error(screen.error)
        self._act.setVisible(screen.stage is not StaffStage.LIST)
        self._act.show_action(screen.primary, key="F11", enabled=screen.can_press)

    @override
    def _has_moved(self, screen: StaffScreen, before: StaffScreen) -> bool:
        return before.stage is not screen.stage

    @override
    def _place(self, screen: StaffScreen) -> QWidget:
        if screen.stage is StaffStage.LIST:
            return self._people.first()
        if screen.stage is StaffStage.ROLE:
            return self._roles.first()
        return self._fields()[screen.fields[0]] if screen.fields else self._back

    def _fields(self) -> dict[str, EntryField | PinField]:
        return {
            NUMBER: self._number,
            NAME: self._name,
            OLD: self._old,
            PIN: self._pin,
            AGAIN: self._again,
        }

    def _buttons(self) -> tuple[SecondaryButton, ...]:
        """Return the buttons below the list; all but the last are about the chosen one."""
        return self._new_pin, self._role, self._badge, self._lock, self._add

    def _entry(self, name: str, label: str, kind: FieldKind) -> EntryField:
        made = EntryField(FieldLook(name=f"staff-{name}", label=label, kind=kind), self)
        line = made.line()
        assert line is not None, "no choice is asked for here"
        line.setObjectName(f"staff-{name}")
        line.value_edited.connect(partial(self.edited.emit, name))
        line.entered.connect(self.focusNextChild)
        return made

    def _dots(self, name: str, label: str) -> PinField:
        made = PinField(label, self)
        made.line().setObjectName(f"staff-{name}")
        made.edited.connect(partial(self.edited.emit, name))
        made.submitted.connect(self.focusNextChild)
        return made

    def _button(self, name: str, caption: str, pressed: SignalInstance) -> SecondaryButton:
        button = SecondaryButton(caption, height=_ACT_HEIGHT, parent=self)
        button.setObjectName(name)
        button.clicked.connect(pressed)
        return button

    @override
    def _in_order(self) -> Iterable[QWidget]:
        lines = [one.line() or one for one in (self._number, self._name)]
        dots = [one.line() for one in (self._old, self._pin, self._again)]
        buttons: list[QAbstractButton] = [*self._buttons()]
        return (*self._people.all(), *lines, *self._roles.all(), *dots, *buttons)

    def _lay_out(self) -> None:
        who, dots, acts = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for row, parts in (
            (who, (self._number, self._name)),
            (dots, (self._old, self._pin, self._again)),
            (acts, self._buttons()),
        ):
            row.setSpacing(_GAP if row is not acts else _ACT_GAP)
            for part in parts:
                row.addWidget(part, 1)
        form = QVBoxLayout()
        form.setSpacing(12)
        form.addLayout(who)
        form.addWidget(self._line)
        form.addWidget(self._roles)
        form.addLayout(dots)
        self.body().setSpacing(0)
        self.body().addWidget(self._list, 1)
        self.body().addLayout(form)
        self.body().addStretch(0)
        self.body().addSpacing(12)
        self.body().addLayout(acts)
        self.body().addSpacing(12)
        self.body().addLayout(self._foot())
