"""What is said while the till is loaded. It needs nothing else of the till, so it comes first."""

from counterfoil.presentation.words.speaking import say, speak_constants

TITLE = "The till is opening"


def opening_words(*, for_keyring: bool) -> str:
    """Return what a till that takes long to open is waiting for."""
    if for_keyring:
        return say(
            "It waits for this computer's keyring. Another window may be asking for its password."
        )
    return say("It reads what was saved. This can take a minute.")


speak_constants(__name__)
