"""Whether what lies on a page has room on it."""

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLayout, QWidget

SQUEEZED: Final = 28
"""How many px of its height a page may lack: its labels give up as much air, or shrink a little."""


def has_room(layout: QLayout, size: QSize, *, squeezed: int = SQUEEZED) -> bool:
    """Return whether a page of this size, in px, is high enough for what its layout holds.

    ``squeezed`` is how many px of its height it may lack.
    """
    _forget(layout)
    return layout.totalMinimumHeightForWidth(size.width()) <= size.height() + squeezed


def _forget(layout: QLayout) -> None:
    """Let all that lies on a page be measured anew; Qt itself does so only later.

    It asks no layout for its items: Qt deletes them without telling Python, and the window would
    crash later (docs/decisions/0013).
    """
    page = layout.parentWidget()
    assert page is not None, "the layout is that of a page"
    for inside in page.findChildren(QLayout):
        inside.invalidate()
    for widget in page.findChildren(QWidget):
        widget.updateGeometry()
