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


def root_folder(chosen: Path | None) -> Path:
    """Return the folder that was chosen, or else the one the system sets aside for the program."""
    if chosen is not None:
        return chosen
    from platformdirs import user_data_path

    return user_data_path("counterfoil", appauthor=False)
