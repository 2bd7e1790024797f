"""Words as a language might have them: longer, with marks on the letters, and an end to be seen.

What is not in brackets never went through `say`; where a bracket is missing, something was cut.
"""

import re

_PLAIN = "ACDEGILNORSUYZacdegilnorsuyz"
_MARKED = "ÁČĎÉĜÍĹŇÓŘŠÚÝŽáčďéĝíĺňóřšúýž"
_MARKS = str.maketrans(_PLAIN, _MARKED)
_PLACES = re.compile(r"(\{[^}]*\})")


def longer(words: str) -> str:
    """Return words that are two fifths longer, and no other letters."""
    return f"[{words}{'~' * -(-len(words) * 2 // 5)}]"


def marked(words: str) -> str:
    """Return longer words with marks on their letters; places for values stay."""
    parts = _PLACES.split(words)
    return longer("".join(one if one.startswith("{") else one.translate(_MARKS) for one in parts))
