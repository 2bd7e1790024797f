"""The setting that is chosen: what it does, where its value is from, and the box to change it."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counterfoil.presentation.settings_presenter import SettingDetail
from counterfoil.presentation.words import settings_page
from counterfoil.ui.theme import Role
from counterfoil.ui.widgets.button import SecondaryButton
from counterfoil.ui.widgets.choices import Choices, are_few, take_all
from counterfoil.ui.widgets.field import EntryField, FieldLook
from counterfoil.ui.widgets.field_text import FieldKind
from counterfoil.ui.widgets.label import PlainLabel

_COLUMNS: Final = 2
_GAP: Final = 10


class SettingEditor(QWidget):
    """Renders a SettingDetail.

    Signals: ``edited(str)`` what was typed or chosen; ``entered()`` Enter in the box;
    ``reset_pressed()`` its button.
    """

    edited = Signal(str)
    entered = Signal()
    reset_pressed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown: SettingDetail | None = None
        self._field: EntryField | None = None
        self._choices: Choices | None = None
        self._caption = PlainLabel("", Role.TITLE, "ink", self, wrapped=True)
        self._caption.setObjectName("setting-caption")
        self._key = PlainLabel("", Role.BODY_MONO, "muted", self, elided=True)
        self._meaning = PlainLabel("", Role.BODY_LARGE, "ink", self, wrapped=True)
        self._meaning.setObjectName("setting-meaning")
        self._source = PlainLabel("", Role.NOTE, "muted", self, wrapped=True)
        self._source.setObjectName("setting-source")
        self._allowed = PlainLabel("", Role.NOTE, "muted", self, wrapped=True)
        self._reset = SecondaryButton(settings_page.USE_OWN, parent=self)
        self._reset.setObjectName("setting-reset")
        self._reset.clicked.connect(self.reset_pressed)
        self._box = QVBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_GAP)
        column.addWidget(self._caption)
        column.addWidget(self._key)
        column.addWidget(self._meaning)
        column.addSpacing(_GAP)
        column.addLayout(self._box)
        column.addWidget(self._allowed)
        column.addWidget(self._source)
        column.addWidget(self._reset)
        column.addStretch(1)

    def render_detail(self, detail: SettingDetail | None) -> None:
        """Show a setting; None where none is found."""
        before, self._shown = self._shown, detail
        self.setVisible(detail is not None)
        if detail is None:
            return
        if before is None or (before.key, before.can_change) != (detail.key, detail.can_change):
            self._caption.setText(detail.caption)
            self._key.setText(detail.key)
            self._meaning.setText(detail.meaning)
            self._allowed.setText(detail.allowed)
            self._allowed.setVisible(bool(detail.allowed) and self._is_a_choice(detail))
            self._build(detail)
        self._source.setText(detail.source)
        self._reset.setVisible(detail.can_reset)
        self._fill(detail)

    def focus_box(self) -> None:
        """Put the cursor where the value is typed or chosen."""
        chosen = None if self._choices is None else self._choices.chosen()
        box = chosen or self.boxes()[0]
        if box is not self._reset:
            box.setFocus(Qt.FocusReason.TabFocusReason)

    def boxes(self) -> tuple[QWidget, ...]:
        """Return what Tab stops at, in the order of reading."""
        choices = () if self._choices is None else self._choices.stops()
        return *choices, *filter(None, (self._field,)), self._reset

    def _is_a_choice(self, detail: SettingDetail) -> bool:
        """Whether there is no box of text, whose own line says what may be typed."""
        return bool(detail.choices) or not detail.can_change

    def _build(self, detail: SettingDetail) -> None:
        if self._field is not None:
            self._field.retire()
        take_all(self._box)
        self._field, self._choices = None, None
        box = self._made_box(detail)
        self._box.addWidget(box)
        box.show()

    def _made_box(self, detail: SettingDetail) -> QWidget:
        if not detail.can_change:
            value = PlainLabel(detail.text, Role.FACT, "ink", self, wrapped=True)
            value.setObjectName("setting-value")
            return value
        if are_few(detail.choices):
            return self._made_choices(detail)
        return self._made_field(detail)

    def _made_choices(self, detail: SettingDetail) -> Choices:
        self._choices = Choices("choice", detail.choices, self, columns=_COLUMNS)
        self._choices.picked.connect(self.edited)
        return self._choices

    def _made_field(self, detail: SettingDetail) -> EntryField:
        kind = FieldKind.CHOICE if detail.choices else FieldKind.TEXT
        look = FieldLook(
            name="setting",
            label=settings_page.VALUE,
            kind=kind,
            hint=detail.allowed,
            sensitive=detail.is_secret,
            veiled=detail.is_secret,
            choices=detail.choices,
        )
        self._field = field = EntryField(look, self)
        field.edited.connect(self._tell_edited)
        field.submitted.connect(self._tell_entered)
        return field

    def _fill(self, detail: SettingDetail) -> None:
        if self._choices is not None:
            self._choices.choose(detail.text)
        if self._field is not None:
            is_kept = detail.is_secret and detail.is_key_typed
            if not is_kept and self._field.value() != detail.text:
                self._field.set_value(detail.text)
            self._field.show_error(detail.error)

    def _tell_edited(self, _name: str, text: str) -> None:
        self.edited.emit(text)

    def _tell_entered(self, _name: str) -> None:
        self.entered.emit()
