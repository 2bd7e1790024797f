"""Puts the window where it was on the screen when the till was closed."""

from typing import Final

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QWidget

SMALLEST: Final = (960, 600)
"""Width and height in px below which words would be cut."""


def place(window: QWidget, kept: str | None) -> None:
    """Put the window where ``kept`` says, a text of `written_place`; None fills the screen.

    If a screen has gone since, Qt moves the window onto one that is there.
    """
    window.setMinimumSize(*SMALLEST)
    if kept is None or not window.restoreGeometry(QByteArray.fromBase64(kept.encode())):
        window.setWindowState(Qt.WindowState.WindowMaximized)


def written_place(window: QWidget) -> str:
    """Return as a text where the window is, how large, and whether it fills the screen."""
    return window.saveGeometry().toBase64().toStdString()
