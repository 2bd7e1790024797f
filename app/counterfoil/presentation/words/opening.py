"""What is said while the till is loaded. It needs nothing else of the till, so it comes first."""

TITLE = "The till is opening"


def opening_words(*, for_keyring: bool) -> str:
    """Return what a till that takes long to open is waiting for."""
    if for_keyring:
        return (
            "It waits for this computer's keyring. Another window may be asking for its password."
        )
    return "It reads what was saved. This can take a minute."
