"""What a screen reader is told of a window, and what of it is missing or too much."""

import re
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

from counterfoil.ui.widgets.field_line import BoxLine
from counterfoil.ui.widgets.field_text import FieldKind
from support.window import PROFILE

LONG_NUMBER = re.compile(r"\d(?: ?\d){8,}")
"""So many digits have a PIN, a phone number, a card: in groups as the till writes them."""
PUBLIC = frozenset(
    {PROFILE.vat_number, PROFILE.helpline, "0860 123 456", "7721 0093 118", "082 123 4567"}
)
"""Numbers of the shop and a provider, a serial number, and the example of a phone number."""
ROLES = frozenset(
    {
        QAccessible.Role.Button,
        QAccessible.Role.CheckBox,
        QAccessible.Role.RadioButton,
        QAccessible.Role.EditableText,
        QAccessible.Role.ComboBox,
        QAccessible.Role.Table,
    }
)
"""What Tab may reach; a page has the focus only while nothing in it has."""
_TOLD = (
    QAccessible.Text.Name,
    QAccessible.Text.Description,
    QAccessible.Text.Value,
    QAccessible.Text.Help,
)


def unheard_in(window: QWidget) -> list[str]:
    """Return a sentence for each widget that says too little or too much to who hears it.

    What can have the focus has a name and a fitting role; a long number is told of nothing but the
    shop itself, and of the box that a phone number is typed into.
    """
    front = QApplication.activeModalWidget() or window
    return [
        f"{type(widget).__name__} {widget.objectName()} {fault}"
        for widget in (front, *front.findChildren(QWidget))
        if widget.isVisible() and widget.window() is front
        for fault in _faults(widget, front)
    ]


def _faults(widget: QWidget, front: QWidget) -> Iterator[str]:
    told = QAccessible.queryAccessibleInterface(widget)
    has_focus = widget is front.focusWidget()
    takes_focus = bool(widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value)
    if (has_focus or takes_focus) and not _name_of(widget).strip():
        yield "has no name"
    if takes_focus and not has_focus and told.role() not in ROLES:
        yield f"is said to be a {told.role().name}"
    texts = [told.text(kind) for kind in _TOLD]
    if (lines := told.textInterface()) is not None:
        texts.append(lines.text(0, lines.characterCount()))
    for text in texts:
        if not PUBLIC.issuperset(LONG_NUMBER.findall(text)) and not _is_phone_box(widget):
            yield f"tells {text!r}"


def _name_of(widget: QWidget) -> str:
    """Return the name; that of a list is its label, which Qt on Linux tells as a description."""
    told = QAccessible.queryAccessibleInterface(widget)
    is_list = isinstance(widget, QComboBox)
    return told.text(QAccessible.Text.Description if is_list else QAccessible.Text.Name)


def _is_phone_box(widget: QWidget) -> bool:
    return isinstance(widget, BoxLine) and widget._kind is FieldKind.PHONE
