"""What covers the screen while the till stands still: it takes no scan, and no closing."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from counterfoil.ui.reading_order import reading_order
from counterfoil.ui.still_window import StillWindow


@pytest.fixture
def still(qapp: QApplication) -> Iterator[tuple[StillWindow, list[bool]]]:
    """Return the window, and one entry for each time that the till is to be started again."""
    window, pressed = StillWindow(qapp.primaryScreen()), list[bool]()
    window.restart_pressed.connect(lambda: pressed.append(True))
    window.show_over_all()
    yield window, pressed
    for timer in window.findChildren(QTimer):
        timer.stop()
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


def restart(window: StillWindow) -> QAbstractButton:
    """Return the button, which can be pressed by now."""
    window.take_presses()
    button = window.findChild(QAbstractButton, "still-restart")
    assert button is not None
    return button


def test_who_pressed_something_else_ends_nothing(still: tuple[StillWindow, list[bool]]) -> None:
    """The cover comes up under the finger of whoever taps on a till that hangs."""
    window, pressed = still
    button = window.findChild(QAbstractButton, "still-restart")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not pressed


def test_tab_and_the_space_bar_press(still: tuple[StillWindow, list[bool]]) -> None:
    """Enter does not, whatever the desktop makes of it; and twice is once."""
    window, pressed = still
    button = restart(window)
    QTest.keyClick(window, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is button
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert not pressed
    QTest.keyClick(button, Qt.Key.Key_Space)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert pressed == [True]


def test_a_touch_presses(still: tuple[StillWindow, list[bool]]) -> None:
    """It is the one stop of Tab, too."""
    window, pressed = still
    button = restart(window)
    assert reading_order(window) == [button]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert pressed == [True]


def test_it_is_not_closed(still: tuple[StillWindow, list[bool]]) -> None:
    """What stands behind it is not to be acted upon."""
    window, _ = still
    assert not window.close()
    assert window.isVisible()
