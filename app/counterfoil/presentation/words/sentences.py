"""How parts become a sentence."""


def begin(text: str) -> str:
    """Write the first letter large; every other one stays, as in ``R5.00``."""
    return text[:1].upper() + text[1:]
