"""Which folder the till keeps its files in."""

from pathlib import Path
from typing import Final

TRAINING_FOLDER: Final = "training"
"""Inside of it: training has a journal and a number series of its own."""


SETTINGS_NAME: Final = "settings.toml"


def own_settings(chosen: Path | None) -> Path:
    """Return where the settings file is that a till has made itself, or would make.

    It is used where no other is named; while there is none, the till is one for training.
    """
    return root_folder(chosen) / SETTINGS_NAME


def has_own_settings(chosen: Path | None) -> bool:
    """Whether a till's own settings file is there.

    One that cannot be looked at counts: a link that leads nowhere, or what lies in a folder that
    this user may not read. Reading it says so, and no till for training opens in its place.
    """
    try:
        own_settings(chosen).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def root_folder(chosen: Path | None) -> Path:
    """Return the folder that was chosen, or else the one the system sets aside for the program."""
    if chosen is not None:
        return chosen
    from platformdirs import user_data_path

    return user_data_path("counterfoil", appauthor=False)
