"""The fields of a form, one below the other, as its voucher type describes them."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from counterfoil.domain.voucher_type import FieldKind
from counterfoil.overriding import override
from counterfoil.presentation.screens import FieldRow
from counterfoil.ui.widgets.field import EntryField, FieldLook
from counterfoil.ui.widgets.field_text import FieldKind as BoxKind

_BOX_KINDS: Final = {
    FieldKind.DIGITS: BoxKind.DIGITS,
    FieldKind.PHONE: BoxKind.PHONE,
    FieldKind.MONEY: BoxKind.TEXT,
    FieldKind.TEXT: BoxKind.TEXT,
    FieldKind.CHOICE: BoxKind.CHOICE,
    FieldKind.INTEGER: BoxKind.WHOLE,
    FieldKind.NUMBER: BoxKind.NUMBER,
    FieldKind.BOOLEAN: BoxKind.CHOICE,
    FieldKind.DATE: BoxKind.DATE,
    FieldKind.EMAIL: BoxKind.TEXT,
}


SPARE_MAX: Final = 24
"""So many fields are kept for forms that come back; a till has few types with many fields."""


class FieldColumn(QScrollArea):
    """A column that is as high as its fields, and scrolls where there is no room for all.

    Signals: ``edited(str, str)`` a field's name and text; ``left(str)``, ``focused(str)`` a field's
    name; ``refused(object)`` why what was typed or pasted is not taken; ``passed()`` when Enter was
    pressed and no required field follows; ``rebuilt()`` when other fields are there.
    """

    edited = Signal(str, str)
    left = Signal(str)
    focused = Signal(str)
    refused = Signal(object)
    passed = Signal()
    rebuilt = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._fields: dict[str, EntryField] = {}
        self._looks: tuple[FieldLook, ...] = ()
        self._spare: dict[FieldLook, EntryField] = {}
        """Emptied fields of forms that were shown before, the longest unused first."""
        self._content = QWidget(self)
        self._content.setProperty("scrolled", "true")
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(self._content)
        policy = self.sizePolicy()
        policy.setVerticalPolicy(policy.Policy.Preferred)
        self.setSizePolicy(policy)

    def show_rows(self, rows: tuple[FieldRow, ...], *, is_locked: bool) -> None:
        """Show these fields; a field that is the same stays as it is, with the cursor in it."""
        looks = tuple(_look(row) for row in rows)
        if looks != self._looks:
            self._rebuild(looks)
        for row in rows:
            entry, text = self._fields[row.name], row.text.reveal()
            entry.set_sealed(row.is_sealed)
            if entry.value() != text:
                entry.set_value(text)
            entry.show_error(row.error)
            entry.set_read_only(is_locked)

    def set_gap(self, gap: int) -> None:
        """Leave so many pixels between two fields."""
        self._column.setSpacing(gap)
        self.updateGeometry()

    def field(self, name: str) -> EntryField | None:
        """Return the field of this name, or else the first; None where there is none."""
        first = next(iter(self._fields.values()), None)
        return self._fields.get(name, first)

    def focus_place(self, name: str) -> bool:
        """Put the cursor into a field, for an empty name the first; tell whether there was one."""
        field = self.field("") if not name else self._fields.get(name)
        if field is None:
            return False
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def place_with_cursor(self) -> str:
        """Return the name of the field with the cursor, or empty for none."""
        return next((name for name, one in self._fields.items() if one.has_cursor()), "")

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if where := self.place_with_cursor():
            self.ensureWidgetVisible(self._fields[where])

    @override
    def sizeHint(self) -> QSize:
        return self._content.sizeHint()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(120, min(96, self._content.sizeHint().height()))

    def _rebuild(self, looks: tuple[FieldLook, ...]) -> None:
        """Put other fields in place; one that stays the same is kept, and the cursor stays too.

        Discovery may come at any time: while a person types, or under a question.
        """
        before = {look.name: look for look in self._looks}
        gone, self._fields, self._looks = self._fields, {}, looks
        for at, look in enumerate(looks):
            is_same = before.get(look.name) == look
            entry = gone.pop(look.name) if is_same else self._taken(look)
            self._fields[look.name] = entry
            self._column.insertWidget(at, entry)
            entry.show()
        for old in gone.values():
            self._give_up(old)
        self.updateGeometry()
        self.rebuilt.emit()

    def _give_up(self, old: EntryField) -> None:
        """Let a field go; what has its name now takes its value, and the cursor where it was."""
        old.blockSignals(True)  # noqa: FBT003 - Qt's own name
        successor = self._fields.get(old.name())
        if successor is not None:
            successor.set_value(old.value())
            if old.has_cursor():
                successor.take_cursor(old.cursor_position())
        self._column.removeWidget(old)
        old.retire()
        self._spare[old.look()] = old
        if len(self._spare) > SPARE_MAX:
            self._spare.pop(next(iter(self._spare))).deleteLater()

    def _taken(self, look: FieldLook) -> EntryField:
        """Return the field of this look that was put aside, or else a new one."""
        entry = self._spare.pop(look, None) or self._made(look)
        entry.enter()
        return entry

    def _made(self, look: FieldLook) -> EntryField:
        entry = EntryField(look, self._content)
        entry.edited.connect(self.edited)
        entry.left.connect(self.left)
        entry.refused.connect(self.refused)
        entry.submitted.connect(self._go_on)
        entry.focused.connect(self._show_whole)
        return entry

    def _show_whole(self, name: str) -> None:
        if name in self._fields:
            self.ensureWidgetVisible(self._fields[name])
        self.focused.emit(name)

    def _go_on(self, name: str) -> None:
        """Go to the next required field; Tab reaches the optional ones."""
        names = list(self._fields)
        later = names[names.index(name) + 1 :] if name in names else []
        wanted = next((one for one in later if not self._fields[one].is_optional()), None)
        if wanted is not None:
            self._fields[wanted].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.passed.emit()


def _look(row: FieldRow) -> FieldLook:
    """Return what a field is; the count of its digits is not part of that."""
    counts = row.kind is FieldKind.DIGITS and bool(row.length)
    look = FieldLook(
        name=row.name,
        label=row.label,
        kind=_BOX_KINDS[row.kind],
        optional=not row.is_required,
        sensitive=row.is_sensitive,
        example=row.example,
        hint="" if counts else row.hint,
        digits_expected=row.length if counts else None,
    )
    return replace(look, choices=tuple((one.value, one.label) for one in row.choices))
