"""Regular expressions that an upstream wrote, to be tried on what people type."""

from typing import Protocol


class Patterns(Protocol):
    """Tries patterns from outside, which may be broken or made to run for ever."""

    def fits(self, pattern: str, text: str) -> bool:
        """Return whether the pattern is found in the text, in a time that the text's length bounds.

        A pattern that cannot be read checks nothing: the upstream has the last word.
        """
        ...
