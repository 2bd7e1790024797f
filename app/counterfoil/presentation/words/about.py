"""What the till is, and what it is made of."""

from counterfoil.presentation.words.speaking import say, speak_constants

ABOUT = "About"
WHAT_IT_IS = "A till for prepaid vouchers."
ITS_LICENCE = (
    "It comes without any warranty. You may use it, copy it and change it under the MIT licence."
)
MADE_OF = "What it is made of"


def version_line(version: str) -> str:
    """Name the program with its version."""
    return say("Counterfoil {version}", version=version)


def where_texts_are(file: str) -> str:
    """Say where the licences can be read."""
    return say("All licences in full: {file}", file=file)


speak_constants(__name__)
