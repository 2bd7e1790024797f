"""Whether a page has room: what is asked of Qt for it, and what is left of that."""

from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from counterfoil.ui.fitting import has_room
from counterfoil.ui.widgets.label import PlainLabel
from support.window import items_gone


def test_a_page_that_was_asked_for_room_leaves_no_item_of_a_layout_behind(qtbot: QtBot) -> None:
    """Qt deletes the item with its widget, and Python must not know it then."""
    page = QWidget()
    qtbot.addWidget(page)
    column, words = QVBoxLayout(page), PlainLabel("Paid", parent=page)
    column.addWidget(words)
    assert has_room(column, QSize(400, 300))
    words.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert column.count() == 0
    assert items_gone(page) == []


def test_what_has_become_higher_inside_a_page_is_measured_at_once(qtbot: QtBot) -> None:
    """However deep it lies, and before any event was handled."""
    page = QWidget()
    qtbot.addWidget(page)
    column, inner = QVBoxLayout(page), QWidget(page)
    column.addWidget(inner)
    row, words = QHBoxLayout(inner), PlainLabel("Paid", parent=inner, wrapped=True)
    row.addWidget(words)
    page.resize(120, 60)
    page.show()
    assert has_room(column, page.size(), squeezed=0)
    words.setText("This sentence goes on and on, and has no room on one line or on two. " * 3)
    assert not has_room(column, page.size(), squeezed=0)
    words.setText("Paid")
    assert has_room(column, page.size(), squeezed=0)
