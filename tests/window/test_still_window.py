"""What covers the screen while the till stands still: it takes no scan, and no closing."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from counterfoil.ui.reading_order import reading_order
from counterfoil.ui.still_window import StillWindow


@pytest.fixture
def still(qapp: QApplication) -> Iterator[tuple[StillWindow, list[bool]]]:
    """Return the window, and one entry for each time that the till is to be started again."""
    window, pressed = StillWindow(), list[bool]()
    window.restart_pressed.connect(lambda: pressed.append(True))
    window.resize(1024, 768)
    window.show()
    yield window, pressed
    window.hide()
    window.deleteLater()


def test_a_scan_starts_nothing(still: tuple[StillWindow, list[bool]]) -> None:
    """A scanner ends with Enter; an impatient cashier presses it, and the keys of the till."""
    window, pressed = still
    QTest.keyClicks(QApplication.focusWidget() or window, "1115684091419838 ")
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F12, Qt.Key.Key_Escape):
        QTest.keyClick(QApplication.focusWidget() or window, key)
    assert not pressed
    assert window.isVisible()


def test_tab_and_the_space_bar_press(still: tuple[StillWindow, list[bool]]) -> None:
    """So does a touch."""
    window, pressed = still
    QTest.keyClick(window, Qt.Key.Key_Tab)
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Return)
    assert not pressed
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Space)
    assert pressed == [True]
    (button,) = reading_order(window)
    assert isinstance(button, QAbstractButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert pressed == [True, True]


def test_it_is_not_closed(still: tuple[StillWindow, list[bool]]) -> None:
    """What stands behind it is not to be acted upon."""
    window, _ = still
    assert not window.close()
    assert window.isVisible()
