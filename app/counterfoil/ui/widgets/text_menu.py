"""The menu of the right mouse button over a text: paste, and where it is no secret copy and cut."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QMenu

from counterfoil.presentation.words import window


def open_text_menu(line: QLineEdit, at: QPoint, *, may_take_away: bool) -> QMenu:
    """Open the menu at a place of the screen; it is gone once something is chosen, or nothing."""
    menu = QMenu(line.window())  # What it lies in may have a native window, which can be no parent.
    menu.setObjectName("text-menu")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    is_chosen = bool(line.selectedText())
    for words, act, can in (
        (window.PASTE, line.paste, bool(QGuiApplication.clipboard().text())),
        (window.COPY, line.copy, is_chosen),
        (window.CUT, line.cut, is_chosen and not line.isReadOnly()),
    ):
        if act == line.paste or may_take_away:
            made = menu.addAction(words)
            made.triggered.connect(act)
            made.setEnabled(can)
    menu.popup(at)
    return menu
