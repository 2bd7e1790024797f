"""The libraries of the system that Qt needs, and the Debian packages that have them.

Where one is missing Qt ends the program with a message for programmers, or cannot be imported. So
the till asks the loader for each of them first, which loads what it finds. ``packaging/prepare.sh``
has the same list, and a test compares them.
"""

import ctypes
import os
import sys
from collections.abc import Iterator, Mapping
from types import MappingProxyType

ALWAYS: Mapping[str, str] = MappingProxyType(
    {
        "libglib-2.0.so.0": "libglib2.0-0",
        "libEGL.so.1": "libegl1",
        "libGL.so.1": "libgl1",
        "libfontconfig.so.1": "libfontconfig1",
        "libxkbcommon.so.0": "libxkbcommon0",
        "libdbus-1.so.3": "libdbus-1-3",
    }
)
WITH_X: Mapping[str, str] = MappingProxyType(
    {
        "libxcb-cursor.so.0": "libxcb-cursor0",
        "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
        "libxcb-icccm.so.4": "libxcb-icccm4",
        "libxcb-keysyms.so.1": "libxcb-keysyms1",
        "libxcb-shape.so.0": "libxcb-shape0",
    }
)
WITH_WAYLAND: Mapping[str, str] = MappingProxyType({"libwayland-cursor.so.0": "libwayland-cursor0"})
_PLATFORM = "QT_QPA_PLATFORM"


def missing_packages(*, for_screen: bool) -> tuple[str, ...]:
    """Return the packages whose libraries the loader does not find; none on another system."""
    if sys.platform != "linux":
        return ()
    wanted = dict(ALWAYS)
    if for_screen:
        for libraries in _of_screen():
            wanted |= libraries
    return tuple(package for library, package in wanted.items() if not _is_there(library))


def _of_screen() -> Iterator[Mapping[str, str]]:
    """Give what is needed for each kind of screen that Qt may choose."""
    chosen = os.environ.get(_PLATFORM, "")
    if chosen.startswith("xcb") or (not chosen and os.environ.get("DISPLAY")):
        yield WITH_X
    if chosen.startswith("wayland") or (not chosen and os.environ.get("WAYLAND_DISPLAY")):
        yield WITH_WAYLAND


def _is_there(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
