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
    layout.invalidate()
    return layout.totalMinimumHeightForWidth(size.width()) <= size.height() + squeezed
