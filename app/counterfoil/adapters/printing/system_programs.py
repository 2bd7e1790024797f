"""Asks the system's own programs about printers, with nothing of ours in their environment."""

import os
import shutil
import subprocess
import sys

ASK_LIMIT_S = 5.0
_ADMIN_PATH = "/usr/sbin:/sbin"
"""Here lie the commands that manage queues; the ``PATH`` of most users does not name it."""
_KEPT_VARIABLES = ("PATH", "USER", "LOGNAME", "XDG_RUNTIME_DIR")


def ask(name: str, *arguments: str) -> str | None:
    """Run one of the system's programs and return what it prints; blocks for some seconds.

    None if it cannot be run, fails, or takes too long.
    """
    command = shutil.which(name) or shutil.which(name, path=_ADMIN_PATH)
    if command is None or sys.platform == "win32":
        return None
    try:
        done = subprocess.run(  # noqa: S603 - our own words, no shell
            (command, *arguments),
            capture_output=True,
            timeout=ASK_LIMIT_S,
            check=False,
            env=environment(),
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode(errors="replace") if done.returncode == 0 else None


def environment() -> dict[str, str]:
    """Return the few environment variables that such programs need.

    No key of ours goes to another program, and none of CUPS's own variables: they would send a
    slip, with its PIN, to another server. The print server is the one in the settings of the
    system, or in those of the user's home, which is taken from the system and not from a variable.
    """
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return {**kept, "HOME": _home(), "LC_ALL": "C"}


def _home() -> str:
    """Return the user's home as the system has it; one that is not there for a user of no name."""
    if sys.platform == "win32":  # pragma: no cover - there is no such service
        return ""
    import pwd

    try:
        return pwd.getpwuid(os.geteuid()).pw_dir
    except KeyError:
        return "/nonexistent"
