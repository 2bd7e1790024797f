"""Start Counterfoil: the window, or what the command line asks for.

Which commands there are is known to the command line alone. Whatever is not an option of the window
goes there, also what is no command at all, and it says so.

Nothing is imported here before the process is shielded: until then a module may be somebody else's.
"""

import gc
import os
import sys

TYPE_CHECKING = False  # the type checker's own name, without the module
if TYPE_CHECKING:
    from argparse import Namespace

    from counterfoil.desktop import RaiseOther, Receive

_EXIT_USAGE = 64


def main() -> int:
    """Run what the arguments ask for and return the exit code."""
    from counterfoil.adapters.system.shielding import shield_process

    shield_process()
    os.umask(0o077)  # whatever is written is for this user's eyes
    arguments = sys.argv[1:]
    # Nothing of what is loaded is garbage, so looking for some only takes time.
    gc.disable()
    if arguments[:1] == ["--watchdog"]:
        from pathlib import Path

        from counterfoil.watchdog import watch

        till, look_folder, *of_till = arguments[1:]
        return watch(int(till), Path(look_folder), of_till)
    window = read_window_options(arguments)
    if window is None:
        # The window does not pay for the command line's library.
        from counterfoil.cli.commands import main as run_command

        gc.freeze()
        gc.enable()
        return run_command(arguments)
    if _has_no_screen():
        from counterfoil.presentation.words.command_line import NO_SCREEN

        return _refuse(NO_SCREEN)
    from counterfoil.adapters.system.qt_libraries import missing_packages

    if missing := missing_packages(for_screen=True):
        from counterfoil.presentation.words.command_line import libraries_missing

        return _refuse(libraries_missing(missing))
    from counterfoil.opening import open_window

    gc.freeze()  # The window looks for garbage itself.
    return open_window(
        window.data_dir, window.settings, load_visits, load_raising, started_with=arguments
    )


def load_visits() -> "Receive":
    """Load what carries out the commands of those who come by the local door of the window."""
    from counterfoil.cli.answering import load

    return load()


def load_raising() -> "RaiseOther":
    """Load what has the window that is open already come in front."""
    from counterfoil.cli.calling import raise_window

    return raise_window


def read_window_options(arguments: list[str]) -> "Namespace | None":
    """Return the options of the window, or None where anything else is asked for.

    The word after an option is its value, even where a command has that name: ``--data-dir demo``
    names a folder.
    """
    import argparse
    from pathlib import Path

    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--settings", type=Path)
    try:
        read, more = parser.parse_known_args(arguments)
    except argparse.ArgumentError:
        return None
    return None if more else read


def _refuse(said: str) -> int:
    print(said, file=sys.stderr)  # noqa: T201 - there is no window
    return _EXIT_USAGE


def _has_no_screen() -> bool:
    """Say whether Qt would end the program because it finds no display."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform == "linux" and not any(map(os.environ.get, names))


if __name__ == "__main__":
    raise SystemExit(main())
