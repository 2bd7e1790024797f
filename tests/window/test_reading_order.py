"""Tab goes through a page as one reads, and leaves its widgets to those they belong to."""

import gc
import weakref

from PySide6.QtWidgets import QApplication, QPushButton, QTableView, QVBoxLayout, QWidget

from counterfoil.ui.reading_order import go_on, reading_order
from counterfoil.ui.widgets.field_line import BoxChoice


def page_with_table() -> tuple[QWidget, QTableView]:
    """Return a page that is shown, and the table in it."""
    page = QWidget()
    table = QTableView(page)
    QVBoxLayout(page).addWidget(table)
    page.show()
    return page, table


def test_a_table_outlives_tab(qapp: QApplication) -> None:
    """PySide takes a widget for the parent of the one it names as its proxy, which is the table."""
    page, table = page_with_table()
    header = weakref.ref(table.horizontalHeader())
    for _ in range(3):
        assert go_on(page, forward=True)
    gc.collect()
    assert header() is table.horizontalHeader()
    page.close()


def test_the_surface_of_a_table_is_no_stop_of_its_own(qapp: QApplication) -> None:
    """Tab stops at the table once."""
    page, table = page_with_table()
    assert reading_order(page) == [table]
    page.close()


def test_tab_leaves_a_list_that_is_searched_by_typing(qapp: QApplication) -> None:
    """The box that is typed in has the focus for its list, and is no stop beside it."""
    page = QWidget()
    before, choice, after = QPushButton("a", page), BoxChoice(page), QPushButton("b", page)
    choice.search_by_typing()
    column = QVBoxLayout(page)
    for one in (before, choice, after):
        column.addWidget(one)
    page.show()
    assert reading_order(page) == [before, choice, after]
    page.close()
