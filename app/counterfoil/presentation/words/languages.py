"""What languages call themselves, and what Qt says by itself."""

from collections.abc import Mapping

from counterfoil.domain.language import Language

NAMES: Mapping[Language, str] = {
    Language.ENGLISH: "English",
    Language.AFRIKAANS: "Afrikaans",
    Language.ISIZULU: "isiZulu",
    Language.ISIXHOSA: "isiXhosa",
    Language.SESOTHO: "Sesotho",
}
"""Each in itself: who does not read the present one must find it."""
