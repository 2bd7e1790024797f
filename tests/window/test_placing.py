"""The window comes back where it was, or on a screen that is still there."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from counterfoil.ui.placing import SMALLEST, place, written_place


@pytest.fixture
def window(qapp: QApplication) -> Iterator[QWidget]:
    """Return a window that was not placed yet, and close it after."""
    window = QWidget()
    yield window
    window.close()


def kept_of(geometry: QRect, state: Qt.WindowState = Qt.WindowState.WindowNoState) -> str:
    """Return what a till keeps that was closed with its window there."""
    before = QWidget()
    before.setGeometry(geometry)
    before.setWindowState(state)
    return written_place(before)


def test_it_comes_back_as_large_as_it_was(window: QWidget) -> None:
    """A second start finds the till where the first left it."""
    size = QSize(SMALLEST[0], 700)
    place(window, kept_of(QRect(QPoint(20, 30), size)))
    assert window.size() == size


def test_it_comes_back_to_a_screen_that_is_there(window: QWidget) -> None:
    """The second screen was taken away over night."""
    place(window, kept_of(QRect(9_000, 40, 1200, 700)))
    screen = QGuiApplication.primaryScreen().geometry()
    assert screen.intersects(window.geometry())
    assert screen.top() <= window.geometry().top() < screen.bottom()


@pytest.mark.parametrize("state", [Qt.WindowState.WindowFullScreen, Qt.WindowState.WindowMaximized])
def test_it_fills_the_screen_again(window: QWidget, state: Qt.WindowState) -> None:
    """A till that takes the whole screen does so after each start."""
    place(window, kept_of(QRect(20, 30, 1200, 700), state))
    assert window.windowState() & state


@pytest.mark.parametrize("kept", [None, "", "AdnQ"])
def test_where_nothing_is_known_it_fills_the_screen(window: QWidget, kept: str | None) -> None:
    """At a first start, and where what was kept makes no sense."""
    place(window, kept)
    assert window.windowState() & Qt.WindowState.WindowMaximized
    assert (window.minimumWidth(), window.minimumHeight()) == SMALLEST
