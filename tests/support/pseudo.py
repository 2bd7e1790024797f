"""Words as a language might have them: longer, with marks on the letters, and an end to be seen.

What is not in brackets never went through `say`; where a bracket is missing, something was cut.
"""

import re
from collections.abc import Callable
from gettext import NullTranslations

from counterfoil.overriding import override

_PLAIN = "ACDEGILNORSUYZacdegilnorsuyz"
_MARKED = "ÁČĎÉĜÍĹŇÓŘŠÚÝŽáčďéĝíĺňóřšúýž"
_MARKS = str.maketrans(_PLAIN, _MARKED)
WORD = 9
_PLACES = re.compile(r"(\{[^}]*\})")


class Pseudo(NullTranslations):
    """A language that nobody speaks, made of the English by a rule."""

    def __init__(self, rule: Callable[[str], str]) -> None:
        super().__init__()
        self._rule = rule

    @override
    def gettext(self, message: str) -> str:
        """Return the message as this language would have it; what it said already stays."""
        return message if message[:1] == "[" and message[-1:] == "]" else self._rule(message)

    @override
    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the English form for this number, as this language would have it."""
        return self.gettext(super().ngettext(msgid1, msgid2, n))


def _longer(words: str) -> str:
    return f"[{words}{_ending(-(-len(words) * 2 // 5))}]"


def _ending(length: int) -> str:
    """Return so many signs, in words as long as those of a language."""
    return "".join(" " if at % WORD == 0 else "~" for at in range(1, length + 1))


def _marked(words: str) -> str:
    return _longer(_accented(words))


def _accented(words: str) -> str:
    parts = _PLACES.split(words)
    return "".join(one if one.startswith("{") else one.translate(_MARKS) for one in parts)


longer = Pseudo(_longer)
"""Words that are two fifths longer, and no other letters."""
marked = Pseudo(_marked)
"""Longer words with marks on their letters; places for values stay."""
