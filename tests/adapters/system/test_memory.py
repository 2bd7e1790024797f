"""Large pieces of memory go back to the system, however many were freed before."""

import subprocess
import sys

import pytest

_ASKED = """
import ctypes, sys
from counterfoil.adapters.system.memory import give_large_pieces_back

class Info(ctypes.Structure):
    names = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"
    _fields_ = [(name, ctypes.c_size_t) for name in names.split()]

libc = ctypes.CDLL(None)
libc.mallinfo2.restype, libc.malloc.restype = Info, ctypes.c_void_p
libc.free.argtypes = [ctypes.c_void_p]
if sys.argv[1] == "given back":
    give_large_pieces_back()
large = 4 * 1024 * 1024
libc.free(libc.malloc(large))
before = libc.mallinfo2().hblks
held = libc.malloc(large)
print(libc.mallinfo2().hblks - before)
"""
"""Prints how many pieces the next large one is that the system itself lends."""


@pytest.mark.skipif(
    sys.platform != "linux", reason="only the C library of Linux is told where to take memory from"
)
@pytest.mark.parametrize(("given", "lent"), [("given back", "1"), ("as it is", "0")])
def test_a_large_piece_is_lent_by_the_system_although_one_was_freed(given: str, lent: str) -> None:
    """Untold, the library keeps what was freed for the next one: that is the control."""
    line = [sys.executable, "-c", _ASKED, given]
    asked = subprocess.run(line, capture_output=True, text=True, timeout=60, check=True)
    assert asked.stdout.strip() == lent
