"""The guided start in front of the window: a step at a time, with what it tries."""

from functools import partial
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.first_start_presenter import (
    FirstField,
    FirstStartScreen,
)
from counterfoil.ui.ledger_view import scrolled
from counterfoil.ui.theme import Role
from counterfoil.ui.tones import ink_token
from counterfoil.ui.widgets.button import PrimaryButton, SecondaryButton
from counterfoil.ui.widgets.choices import Choices, are_few, take_all
from counterfoil.ui.widgets.field import EntryField, FieldLook
from counterfoil.ui.widgets.field_line import EyeButton
from counterfoil.ui.widgets.field_text import FieldKind
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.overlay import Overlay
from counterfoil.ui.widgets.steps import WizardSteps

_SIZE: Final = QSize(960, 700)
"""The same for every step, so that Next stays in its place."""
_WELCOME_SIZE: Final = QSize(960, 420)
_FOOT_HEIGHT: Final = 56
_GAP: Final = 12
_BETWEEN: Final = 20
_COLUMNS: Final = 3
_FIELD_COLUMNS: Final = 2


class FirstStartOverlay(Overlay):
    """Renders a FirstStartScreen and emits what a person does.

    It closes when the guided start is closed, and not by itself.

    Signals: ``edited(str, str)`` a field's name and value; ``found_pressed(int)`` a printer by its
    index; ``trial_pressed()``, ``pressed()`` its buttons; ``left()`` Back.
    """

    edited = Signal(str, str)
    found_pressed = Signal(int)
    trial_pressed = Signal()
    pressed = Signal()
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, panel_size=_SIZE, grows=True)
        self.setObjectName("first-start-overlay")
        self._shape: object = None
        self._fields: dict[str, EntryField] = {}
        self._choices: dict[str, Choices] = {}
        self._steps = WizardSteps(self)
        self._line = PlainLabel("", Role.BODY_LARGE, "ink", self, wrapped=True)
        self._line.setObjectName("first-start-line")
        self._content = QWidget(self)
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(0, 0, _GAP, 0)
        self._column.setSpacing(_GAP)
        self._said = PlainLabel("", Role.SENTENCE, "ink", self, wrapped=True)
        self._said.setObjectName("first-start-said")
        self._try = SecondaryButton("", key="F9", height=_FOOT_HEIGHT, parent=self)
        self._try.setObjectName("first-start-try")
        self._try.clicked.connect(self.trial_pressed)
        self._back = SecondaryButton("", key="Esc", height=_FOOT_HEIGHT, parent=self)
        self._back.setObjectName("first-start-back")
        self._back.clicked.connect(self.close_overlay)
        self._act = PrimaryButton("", height=_FOOT_HEIGHT, parent=self)
        self._act.setObjectName("first-start-act")
        self._act.clicked.connect(self.pressed)
        self.bind_key(Qt.Key.Key_F9, self._try)
        self.bind_key(Qt.Key.Key_F12, self._act)
        self._lay_out()

    def render_screen(self, screen: FirstStartScreen | None) -> None:
        """Show a step; None closes the overlay."""
        if screen is None:
            self._shape = None
            if self.isVisible():
                super().reject()
            return
        self.set_heading(screen.title, "check")
        self._panel_size = _SIZE if screen.steps else _WELCOME_SIZE
        self._steps.setVisible(bool(screen.steps))
        if screen.steps:
            self._steps.show_steps(screen.steps, screen.stage.value)
        self._line.setText(screen.line)
        focused: QWidget | None = self.focusWidget()
        before = "" if focused is None else focused.objectName()
        is_new = self._is_other(screen)
        self._fill(screen)
        self._said.setText(screen.said)
        self._said.set_tone(ink_token(screen.tone))
        self._try.setVisible(bool(screen.trial))
        self._try.set_caption(screen.trial)
        self._try.setEnabled(screen.can_try)
        self._back.set_caption(screen.back)
        self._act.show_action(screen.primary, key="F12", enabled=screen.can_press)
        self._order_by_reading()
        if not self.isVisible():
            self.open_overlay(self._first())
        elif is_new:
            self.come_to_the_middle()
            self._go_back_to(before)

    @override
    def reject(self) -> None:
        self.left.emit()

    def _is_other(self, screen: FirstStartScreen) -> bool:
        """Build the step anew where it asks or shows something else; return whether it does."""
        names = tuple(one.name for one in screen.fields)
        shape = (screen.stage, names, screen.found_title, screen.found, screen.facts)
        before, self._shape = self._shape, shape
        if before == shape:
            return False
        self._empty()
        self._build(screen)
        return True

    def _empty(self) -> None:
        for field in self._fields.values():
            field.retire()
        self._fields, self._choices = {}, {}
        take_all(self._column)

    def _build(self, screen: FirstStartScreen) -> None:
        if screen.found_title:
            self._add(PlainLabel(screen.found_title, Role.LABEL, "muted", self._content))
        if screen.found:
            self._add(self._made_found(screen.found))
        rest = []
        for one in screen.fields:
            if are_few(one.choices):
                self._add(PlainLabel(one.label, Role.LABEL, "ink", self._content))
                self._add(self._made_choices(one))
            else:
                rest.append(one)
        if rest:
            self._add(self._made_fields(rest))
        if screen.facts:
            self._add(self._made_facts(screen.facts))
        self._column.addStretch(1)

    def _add(self, widget: QWidget) -> None:
        self._column.addWidget(widget)
        widget.show()

    def _made_found(self, found: tuple[str, ...]) -> QWidget:
        host = QWidget(self._content)
        grid = QGridLayout(host)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(_GAP)
        for at, caption in enumerate(found):
            button = SecondaryButton(caption, icon="printer", parent=host)
            button.setObjectName(f"found-{at}")
            button.clicked.connect(partial(self.found_pressed.emit, at))
            grid.addWidget(button, *divmod(at, _FIELD_COLUMNS))
        return host

    def _made_choices(self, field: FirstField) -> Choices:
        made = Choices(f"first-{field.name}", field.choices, self._content, columns=_COLUMNS)
        made.picked.connect(partial(self.edited.emit, field.name))
        self._choices[field.name] = made
        return made

    def _made_fields(self, fields: list[FirstField]) -> QWidget:
        host = QWidget(self._content)
        grid = QGridLayout(host)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(_BETWEEN)
        grid.setVerticalSpacing(4)
        for at, one in enumerate(fields):
            look = FieldLook(
                name=f"first-{one.name}",
                label=one.label,
                kind=FieldKind.CHOICE if one.choices else FieldKind.TEXT,
                hint=one.hint,
                sensitive=one.is_secret,
                veiled=one.is_secret,
                choices=one.choices,
            )
            field = EntryField(look, host)
            field.edited.connect(partial(self._tell_edited, one.name))
            field.submitted.connect(self._go_on)
            grid.addWidget(field, *divmod(at, _FIELD_COLUMNS))
            self._fields[one.name] = field
        return host

    def _made_facts(self, facts: tuple[tuple[str, str], ...]) -> QWidget:
        host = QWidget(self._content)
        grid = QGridLayout(host)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(_BETWEEN)
        grid.setColumnStretch(1, 1)
        for at, (label, value) in enumerate(facts):
            grid.addWidget(PlainLabel(label, Role.BODY, "muted", host), at, 0)
            grid.addWidget(PlainLabel(value, Role.BODY_BOLD, "ink", host, wrapped=True), at, 1)
        return host

    def _fill(self, screen: FirstStartScreen) -> None:
        for one in screen.fields:
            if one.name in self._choices:
                self._choices[one.name].choose(one.text)
            if (field := self._fields.get(one.name)) is None:
                continue
            if not one.is_secret and field.value() != one.text:
                field.set_value(one.text)
            field.show_hint(one.hint)
            field.show_error(one.error)

    def _tell_edited(self, name: str, _of_box: str, text: str) -> None:
        self.edited.emit(name, text)

    def _go_on(self, _name: str) -> None:
        """Go to the next field by Enter; a scanner's own Enter goes no further either."""
        self.focusNextChild()
        if isinstance(self.focusWidget(), EyeButton):
            self.focusNextChild()

    def _stops(self) -> tuple[QWidget, ...]:
        choices = (one for made in self._choices.values() for one in made.stops())
        return (*choices, *self._fields.values())

    def _first(self) -> QWidget:
        """Return where the cursor belongs: what is chosen, else the first field, else go on."""
        chosen = filter(None, (made.chosen() for made in self._choices.values()))
        return next(chosen, None) or next(iter(self._fields.values()), None) or self._act

    def _go_back_to(self, name: str) -> None:
        """Put the cursor where it was before the step was built anew, or where it belongs."""
        stops = [*self._stops(), *(one.line() for one in self._fields.values() if one.line())]
        there = next((one for one in stops if one is not None and one.objectName() == name), None)
        (there or self._first()).setFocus(Qt.FocusReason.OtherFocusReason)

    def _order_by_reading(self) -> None:
        for before, after in pairwise((*self._stops(), self._try, self._back, self._act)):
            QWidget.setTabOrder(before, after)

    def _lay_out(self) -> None:
        tried, foot = QHBoxLayout(), QHBoxLayout()
        tried.setSpacing(_BETWEEN)
        tried.addWidget(self._try)
        tried.addWidget(self._said, 1)
        foot.setSpacing(_GAP)
        foot.addWidget(self._back, 2)
        foot.addWidget(self._act, 3)
        self.body().setSpacing(_GAP)
        self.body().addWidget(self._steps)
        self.body().addWidget(self._line)
        self.body().addWidget(scrolled(self._content, self), 1)
        self.body().addLayout(tried)
        self.body().addLayout(foot)
