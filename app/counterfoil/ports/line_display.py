"""A display of two lines of twenty letters that faces the customer."""

from typing import Protocol

Lines = tuple[str, str]


class LineDisplay(Protocol):
    """Shows two lines, each of at most twenty letters."""

    def show(self, lines: Lines) -> None:
        """Show these lines as soon as the display takes them, in the place of all before them.

        It returns at once and never fails: what waits for a slow display is dropped for what is
        newer.
        """
        ...

    async def close(self) -> None:
        """Empty the display, and show nothing more."""
        ...
