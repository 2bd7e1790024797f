"""Regular expressions that an upstream wrote, to be tried on what people type."""

from typing import Protocol


class Patterns(Protocol):
    """Tries patterns that an upstream wrote, which may be broken or take for ever."""

    def fits(self, pattern: str, text: str) -> bool:
        """Return whether the pattern is found in the text, in a time that grows only with the text.

        A pattern that cannot be read fits every text: the upstream will check the value itself.
        """
        ...
