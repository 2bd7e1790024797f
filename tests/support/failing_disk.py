"""A disk that fails at one chosen call of the till's process; see ``failing_disk.c``."""

import ctypes
import errno
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_SOURCE = Path(__file__).with_suffix(".c")
_KILL, _WAIT = -1, -2
HOWS = ("EIO", "ENOSPC", "SIGKILL")
"""A call that fails once, a disk that stays full from then on, and the end of the process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong below a folder: at which call, counted from 1, and how."""

    below: str
    when: str = ""
    """The boundary from which calls are counted; the start of the process unless one is given."""
    call: str = ""
    """The kind of call that counts, such as ``sync``; every kind unless one is given."""
    at: int = 0
    """0 is never."""
    how: str = "EIO"
    """One of `HOWS`, another error's name, or ``SLOW``."""
    wait_ms: int = 0
    is_lasting: bool = False
    """``SLOW`` is so from then on; a full disk always stays full."""
    log: str = ""
    """A file that is told of each call."""


def build(folder: Path) -> Path | str:
    """Build the library in a folder; return in words why it cannot be, where it cannot."""
    if sys.platform != "linux":
        return "calls can only be made to fail on Linux"
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return "there is no C compiler, so no call can be made to fail"
    library = folder / "failing_disk.so"
    done = subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-o", library, _SOURCE, "-ldl"],
        check=False,
        capture_output=True,
        text=True,
    )
    return library if done.returncode == 0 else f"the compiler refused: {done.stderr[-300:]}"


def arm(fault: Fault) -> None:
    """Let this process, into which the library was loaded, meet a fault."""
    log = -1
    if fault.log:
        log = os.open(fault.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    special = {"SIGKILL": _KILL, "SLOW": _WAIT}
    how = special[fault.how] if fault.how in special else getattr(errno, fault.how)
    is_lasting = fault.is_lasting or fault.how == "ENOSPC"
    ctypes.CDLL(None).fault_arm(
        os.fsencode(fault.below),
        fault.call.encode(),
        fault.at,
        how,
        int(is_lasting),
        fault.wait_ms,
        log,
    )
