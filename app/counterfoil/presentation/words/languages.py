"""The languages by name, and what Qt says by itself."""

from collections.abc import Mapping

from counterfoil.domain.language import Language
from counterfoil.presentation.words.speaking import say, speak_constants

NAMES: Mapping[Language, str] = {
    Language.ENGLISH: "English",
    Language.AFRIKAANS: "Afrikaans",
    Language.ISIZULU: "isiZulu",
    Language.ISIXHOSA: "isiXhosa",
    Language.SESOTHO: "Sesotho",
}
"""Each in itself: who does not read the present one must find it."""
LANGUAGE = "Language"
OF_TILL = "As the till"

_OF_QT = (
    "&Copy",
    "&Paste",
    "&Redo",
    "&Undo",
    "Cancel",
    "Close",
    "Cu&t",
    "Delete",
    "OK",
    "Select All",
)
"""What of Qt's own texts a person can meet; ``&`` stands before the letter of a key."""


def of_qt(text: str) -> str:
    """Return one of Qt's own texts in the present language; others come back as they are."""
    return say(text) if text in _OF_QT else text


speak_constants(__name__)
