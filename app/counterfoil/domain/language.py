"""The languages that a till speaks, by their codes of ISO 639."""

from enum import StrEnum


class Language(StrEnum):
    """A language of the window, the slips and the command line."""

    ENGLISH = "en"
    AFRIKAANS = "af"
    ISIZULU = "zu"
    ISIXHOSA = "xh"
    SESOTHO = "st"
