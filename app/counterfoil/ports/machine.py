"""The machine and the folder that a till works in, as far as somebody who helps must know them."""

from pathlib import Path
from typing import Protocol


class Machine(Protocol):
    """What is asked of the system around the till. None of it is secret."""

    async def free_bytes(self) -> int | None:
        """Return how much is free where the journal lies; None where the system does not say."""
        ...

    def versions(self) -> tuple[tuple[str, str], ...]:
        """Return which version of what runs here, by name, the till itself first."""
        ...

    def settings(self) -> tuple[str, ...]:
        """Return the settings as lines; what looks like a number of somebody or a key is masked."""
        ...

    async def last_log(self) -> tuple[str, ...]:
        """Return the last lines of the log, masked once more; none where it cannot be read."""
        ...

    async def keep(self, text: str, path: Path | None) -> Path:
        """Write a support file and return its path; without one, in the till's own folder.

        Raises:
            SupportFileError: it is there already, or cannot be written.

        """
        ...
