"""How the program gives memory back to the system."""

import sys
from typing import Final

_M_MMAP_THRESHOLD: Final = -3
"""The name of the setting in ``malloc.h`` of the GNU C library (``mallopt(3)``)."""
_LARGE_BYTES: Final = 128 * 1024


def give_large_pieces_back() -> None:
    """Take each large piece of memory from the system by itself, so that it goes back when freed.

    Else the GNU C library takes the next ones from among the small pieces as soon as one was freed,
    where what stays keeps all of it in use: a window that is open for days grows. Other systems
    have no such setting, and keep theirs.
    """
    if sys.platform != "linux":
        return
    import ctypes
    from contextlib import suppress

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
