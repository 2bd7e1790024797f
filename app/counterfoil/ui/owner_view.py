"""The owner's page: statements, their columns and differences, and what is kept about customers."""

from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSlider,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from counterfoil.overriding import override
from counterfoil.presentation.owner_screen import (
    FILE,
    REASON,
    ChosenField,
    OwnerScreen,
    OwnerStage,
    Section,
)
from counterfoil.presentation.screens import Act, Button
from counterfoil.presentation.words import owner_page
from counterfoil.ui.ledger_view import scrolled
from counterfoil.ui.sheet_page import PRIMARY_HEIGHT, SheetPage
from counterfoil.ui.shift_view import REASONS_A_ROW, ROW_HEIGHT, RowButton
from counterfoil.ui.theme import Grid, Role, SizeClass
from counterfoil.ui.widgets.button import SecondaryButton
from counterfoil.ui.widgets.choices import LabelledChoices
from counterfoil.ui.widgets.facts import FactsRow
from counterfoil.ui.widgets.field import EntryField, FieldLook
from counterfoil.ui.widgets.field_text import FieldKind
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.progress_line import ProgressLine
from counterfoil.ui.widgets.slip_paper import COLUMNS_SHOWN, Modules
from counterfoil.ui.widgets.steps import WizardSteps

PROVIDERS_A_ROW: Final = 3
FIELDS_A_ROW: Final = 2
BAR_HEIGHT: Final = 14
BUTTONS_MAX: Final = 2
_SCROLLS: Final = {
    Qt.Key.Key_PageDown.value: QAbstractSlider.SliderAction.SliderPageStepAdd,
    Qt.Key.Key_PageUp.value: QAbstractSlider.SliderAction.SliderPageStepSub,
}


class SectionList(QWidget):
    """Headed lists, one below the other; a row that leads somewhere can be pressed.

    Signals: ``chosen(str)`` the key of a row.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._sections: tuple[Section, ...] = ()
        self._parts: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)

    def show_sections(self, sections: tuple[Section, ...]) -> None:
        """Show these; the same again changes nothing."""
        if sections == self._sections:
            return
        self._sections = sections
        _drop(self._column, self._parts)
        self._parts = []
        for at, section in enumerate(sections):
            self._add_heading(section.heading, is_first=not at)
            for row in section.rows:
                self._add_row(row.text, row.key)
            if not section.rows and section.nothing:
                self._add(PlainLabel(section.nothing, Role.NOTE, "muted", self, wrapped=True))

    def _add_heading(self, text: str, *, is_first: bool) -> None:
        heading = PlainLabel(text, Role.LABEL, "ink", self, wrapped=True)
        heading.setContentsMargins(0, 0 if is_first else 18, 0, 6)
        self._add(heading)

    def _add_row(self, text: str, key: str) -> None:
        if not key:
            line = PlainLabel(text, Role.BODY, "ink", self, wrapped=True)
            line.setContentsMargins(0, 0, 0, 4)
            self._add(line)
            return
        button = RowButton(text, height=ROW_HEIGHT, parent=self)
        button.setObjectName(f"row-{key}")
        button.clicked.connect(partial(self.chosen.emit, key))
        self._add(button)

    def _add(self, part: QWidget) -> None:
        self._column.insertWidget(len(self._parts), part)
        self._parts.append(part)
        part.show()


class FieldGrid(QWidget):
    """What may be said about the columns of a file, two fields beside each other.

    Signals: ``edited(str, str)`` the name of a field, and its new value.
    """

    edited = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown: tuple[ChosenField, ...] = ()
        self._fields: list[EntryField] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(2)

    def show_fields(self, fields: tuple[ChosenField, ...]) -> None:
        """Show these; fields that are the same stay, with the cursor in them."""
        if fields == self._shown:
            return
        asked = [(one.name, one.choices) for one in fields]
        if asked != [(one.name, one.choices) for one in self._shown]:
            self._rebuild(fields)
        self._shown = fields
        for field, one in zip(self._fields, fields, strict=True):
            if field.value() != one.value:
                field.set_value(one.value)

    def _rebuild(self, fields: tuple[ChosenField, ...]) -> None:
        for old in self._fields:
            old.retire()
        _drop(self._grid, [*self._fields])
        self._fields = [self._made(one) for one in fields]
        for at, field in enumerate(self._fields):
            self._grid.addWidget(field, at // FIELDS_A_ROW, at % FIELDS_A_ROW)
            field.show()

    def _made(self, one: ChosenField) -> EntryField:
        look = FieldLook(
            name=f"owner-{one.name}",
            label=one.label,
            kind=FieldKind.CHOICE if one.choices else FieldKind.TEXT,
            optional=one.is_optional,
            choices=one.choices,
        )
        field = EntryField(look, self)
        field.edited.connect(lambda _, value: self.edited.emit(one.name, value))
        return field


class OwnerView(SheetPage[OwnerScreen]):
    """Draws an OwnerScreen.

    Signals: ``provider_chosen(int)``; ``path_edited(str)``; ``field_edited(str, str)``;
    ``row_chosen(str)``; ``reason_chosen(int)``; ``words_edited(str)``, and those of
    every sheet page.
    """

    provider_chosen = Signal(int)
    path_edited = Signal(str)
    field_edited = Signal(str, str)
    row_chosen = Signal(str)
    reason_chosen = Signal(int)
    words_edited = Signal(str)

    wraps_description = True

    def __init__(
        self, modules: Modules, parent: QWidget | None = None, *, columns: int = COLUMNS_SHOWN
    ) -> None:
        super().__init__(
            "owner", OwnerScreen(stage=OwnerStage.READING), modules, parent, columns=columns
        )
        self._is_small = False
        self._steps = WizardSteps(self._stub)
        self._facts = FactsRow(self._stub)
        self._content = QWidget(self._stub)
        self._providers = LabelledChoices("", "owner-provider", PROVIDERS_A_ROW, self._content)
        self._path = self._text_field("owner-file", owner_page.PATH)
        self._fields = FieldGrid(self._content)
        self._sections = SectionList(self._content)
        self._bar = ProgressLine(self._content, height=BAR_HEIGHT)
        self._progress = PlainLabel("", Role.BODY, "ink", self._content)
        self._progress.setObjectName("owner-progress")
        self._reasons = LabelledChoices("", "owner-reason", REASONS_A_ROW, self._content)
        self._words = self._text_field("owner-words", owner_page.OWN_WORDS)
        self._buttons = [
            SecondaryButton("", height=PRIMARY_HEIGHT, parent=self._stub) for _ in "12"
        ]
        for at, button in enumerate(self._buttons):
            button.setObjectName(f"owner-button-{at}")
            button.clicked.connect(partial(self._tell_act, at))
        self._connect()
        self._area = self._lay_out()

    @override
    def _render_work(self, screen: OwnerScreen, before: OwnerScreen) -> None:
        self._steps.show_steps(screen.steps, screen.step)
        self._steps.setVisible(bool(screen.steps) and not self._is_small)
        self._facts.show_facts(screen.facts)
        self._facts.setVisible(bool(screen.facts))
        self._show_asked(screen)
        self._fields.show_fields(screen.fields)
        self._fields.setVisible(bool(screen.fields))
        self._sections.show_sections(screen.sections)
        self._sections.setVisible(bool(screen.sections))
        self._progress.setVisible(screen.share is not None)
        self._bar.show_share(screen.share)
        self._progress.setText(screen.progress)
        self._show_buttons(screen)
        if before.appeared != screen.appeared:
            self._area.verticalScrollBar().setValue(0)

    @override
    def set_grid(self, grid: Grid) -> None:
        super().set_grid(grid)
        self._is_small = grid.size_class is SizeClass.SMALL
        self._steps.setVisible(bool(self._screen.steps) and not self._is_small)

    @override
    def press_key(self, key: str) -> bool:
        if super().press_key(key):
            return True
        if key == "Esc":
            self.act_requested.emit(Act.BACK)
        return key == "Esc"

    @override
    def focus_first(self) -> None:
        place = {FILE: self._path, REASON: self._reasons.first()}.get(self._screen.point)
        (place or self).setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _SCROLLS.get(event.key())
        if step is None:
            super().keyPressEvent(event)
        else:
            self._area.verticalScrollBar().triggerAction(step)

    def _show_asked(self, screen: OwnerScreen) -> None:
        """Show what is asked for; what is not asked for is not there."""
        self._providers.show_label(screen.provider_label)
        self._providers.show_choices(screen.providers, screen.provider)
        self._path.setVisible(screen.path is not None)
        if screen.path is not None and self._path.value() != screen.path:
            self._path.set_value(screen.path)
        self._reasons.show_label(screen.reason_label)
        self._reasons.show_choices(screen.reasons, screen.reason)
        self._words.setVisible(bool(screen.reasons))
        if self._words.value() != screen.words:
            self._words.set_value(screen.words)

    def _show_buttons(self, screen: OwnerScreen) -> None:
        for at, widget in enumerate(self._buttons):
            button = screen.buttons[at] if at < len(screen.buttons) else None
            widget.setVisible(button is not None)
            if button is not None:
                _show_button(widget, button)

    def _tell_act(self, at: int) -> None:
        if at < len(self._screen.buttons):
            self.act_requested.emit(self._screen.buttons[at].act)

    def _text_field(self, name: str, label: str) -> EntryField:
        field = EntryField(FieldLook(name=name, label=label), self._content)
        line = field.line()
        assert line is not None, "no choice is asked for here"
        line.setObjectName(name)
        return field

    def _connect(self) -> None:
        self._providers.chosen.connect(self.provider_chosen)
        self._fields.edited.connect(self.field_edited)
        self._sections.chosen.connect(self.row_chosen)
        self._reasons.chosen.connect(self.reason_chosen)
        for field, signal in ((self._path, self.path_edited), (self._words, self.words_edited)):
            line = field.line()
            assert line is not None, "both are typed"
            line.value_edited.connect(signal)

    def _lay_out(self) -> QScrollArea:
        head = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._description)
        head.addLayout(words, 1)
        head.addWidget(self._steps, 0, Qt.AlignmentFlag.AlignVCenter)
        content = QVBoxLayout(self._content)
        content.setContentsMargins(0, 0, 0, 0)
        content.setSpacing(12)
        for part in (
            *(self._providers, self._path, self._fields, self._bar, self._progress),
            *(self._reasons, self._words, self._sections),
        ):
            content.addWidget(part)
        content.addStretch(1)
        area = scrolled(self._content, self._stub)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        for button in self._buttons:
            foot.addWidget(button, 2)
        foot.addWidget(self._primary, 3)
        self._column = QVBoxLayout(self._stub)
        self._column.addLayout(head)
        self._column.addWidget(self._facts)
        self._column.addWidget(area, 1)
        self._column.addWidget(self._error)
        self._column.addLayout(foot)
        return area


def _show_button(widget: SecondaryButton, button: Button) -> None:
    widget.set_caption(button.text)
    widget.set_key(button.key)
    widget.set_icon_name(button.icon)


def _drop(layout: QLayout, parts: list[QWidget]) -> None:
    for old in parts:
        layout.removeWidget(old)
        old.hide()
        old.setObjectName("")
        old.deleteLater()
