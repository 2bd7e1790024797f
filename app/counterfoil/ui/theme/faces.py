"""The two typefaces of the window, from the files that are shipped with the till.

They carry names of their own, because a font of the same name that a machine has already would be
used instead, with other widths.
"""

from functools import cache
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase

from counterfoil import assets

SANS: Final = "Counterfoil Sans"
MONO: Final = "Counterfoil Mono"
_FILES: Final = (
    "CounterfoilSans-Regular.ttf",
    "CounterfoilSans-Bold.ttf",
    "CounterfoilMono-Regular.ttf",
    "CounterfoilMono-Bold.ttf",
)


def make_font(family: str) -> QFont:
    """Return a font of SANS or MONO that is as wide on every machine.

    Raises ResourcesMissingError when a file is missing or cannot be read.
    """
    _load()
    # What the sans lacks, such as the minus sign, is then the same on every machine as well.
    font = QFont([family, MONO])
    # Any other hinting makes widths depend on how the machine is set up.
    font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    return font


@cache
def _load() -> None:
    for name in _FILES:
        path = assets.resource_path("fonts", name)
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            message = f"the font {path} cannot be read"
            raise assets.ResourcesMissingError(message)
