"""Whether what lies on a page has room on it."""

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLayout

SQUEEZED: Final = 28
"""How many px of its height a page may lack: its labels give up as much air, or shrink a little."""


def has_room(layout: QLayout, size: QSize, *, squeezed: int = SQUEEZED) -> bool:
    """Return whether a page of this size, in px, is high enough for what its layout holds.

    ``squeezed`` is how many px of its height it may lack.
    """
    _forget(layout)
    return layout.totalMinimumHeightForWidth(size.width()) <= size.height() + squeezed


def _forget(layout: QLayout) -> None:
    """Let all that lies in a layout be measured anew; Qt itself does so only later."""
    layout.invalidate()
    for at in range(layout.count()):
        item = layout.itemAt(at)
        widget = item.widget() if item is not None else None
        inside = item.layout() if item is not None else None
        if widget is not None:
            inside = widget.layout()
            widget.updateGeometry()
        if inside is not None:
            _forget(inside)
