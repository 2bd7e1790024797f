"""Text from outside, made safe to show, print and keep."""

import unicodedata

_MARKS_MAX = 3
"""More marks on one letter than any language needs paint over the lines around them."""


def clean_text(text: str, limit: int) -> str:
    """Return one line of plain text of at most ``limit`` characters.

    Control characters, text direction marks and lone surrogates are dropped, white space becomes
    single spaces, and what is too long ends in an ellipsis.
    """
    # Composing is slow on long runs of marks, so what can never be shown is cut off before it.
    composed = unicodedata.normalize("NFC", text[: 4 * limit + 64])
    letters: list[str] = []
    marks = 0
    for letter in composed:
        category = unicodedata.category(letter)
        if letter.isspace():
            letters.append(" ")
        elif category[0] == "C":
            continue
        marks = marks + 1 if category == "Mn" else 0
        if not letter.isspace() and marks <= _MARKS_MAX:
            letters.append(letter)
    line = " ".join("".join(letters).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def humanise(name: str, limit: int = 40) -> str:
    """Turn a machine's name such as ``security_code`` into words: ``Security code``."""
    words = clean_text(name.replace("_", " ").replace("-", " ").replace(".", " "), limit)
    return words[:1].upper() + words[1:]


def ascii_digits(text: str) -> str:
    """Replace the digits of every script by 0 to 9; all other characters stay."""
    return "".join(
        letter if (digit := unicodedata.decimal(letter, None)) is None else str(digit)
        for letter in text
    )
