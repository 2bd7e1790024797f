"""How parts become a sentence."""


def begin(text: str) -> str:
    """Return the text with its first letter as a capital; others stay, as in ``R5.00``."""
    return text[:1].upper() + text[1:]
