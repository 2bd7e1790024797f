"""Start Counterfoil: a command of the command line, or without one the window."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import NoReturn

COMMANDS = frozenset(
    {"types", "lookup", "redeem", "show", "history", "owed", "recover", "slip", "void", "journal"}
    | {"backup", "backups", "restore", "key", "sandbox", "demo"}
)


def main() -> int:
    """Run what the arguments ask for and return the exit code."""
    from counterfoil.adapters.system.shielding import shield_process

    shield_process()
    os.umask(0o077)  # whatever is written is for this user's eyes
    arguments = sys.argv[1:]
    is_window = not COMMANDS & set(arguments) and not {"--help", "-h"} & set(arguments)
    if not is_window:
        # The window does not pay for the command line's library.
        from counterfoil.cli.commands import main as run_command

        return run_command(arguments)
    from counterfoil.desktop import open_window

    return open_window(*_read_window_arguments(arguments))


def _read_window_arguments(arguments: list[str]) -> tuple[Path | None, Path | None]:
    parser = argparse.ArgumentParser(prog="counterfoil", add_help=False, exit_on_error=False)
    parser.add_argument("--data-dir", type=Path, default=None)
    parser.add_argument("--settings", type=Path, default=None)
    try:
        read, unknown = parser.parse_known_args(arguments)
    except argparse.ArgumentError as error:
        _refuse(str(error))
    if unknown:
        from counterfoil.domain.text import clean_text

        # It may hold anything, and a terminal would do what it says.
        _refuse(f"{clean_text(unknown[0], 80)} is no command and no option; see counterfoil --help")
    if _has_no_screen():
        _refuse(
            "There is no display here for the window: set DISPLAY, or let "
            "`counterfoil demo --output DIR` show the window without one."
        )
    return read.data_dir, read.settings


def _has_no_screen() -> bool:
    """Say whether Qt would end the program because it finds no display."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform == "linux" and not any(map(os.environ.get, names))


def _refuse(message: str) -> NoReturn:
    if "--json" in sys.argv:
        print(json.dumps({"error": {"code": "usage", "message": message}}))  # noqa: T201 - no window
    print(message, file=sys.stderr)  # noqa: T201 - there is no window yet
    raise SystemExit(64)


if __name__ == "__main__":
    raise SystemExit(main())
