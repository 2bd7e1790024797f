"""Where copies of the journal are kept."""

from datetime import datetime
from typing import Protocol


class Backups(Protocol):
    """Makes sealed copies of the journal while the till goes on selling."""

    async def make(self, at: datetime) -> None:
        """Make one more backup, and drop those that are older than is wanted.

        Raises:
            BackupError: it could not be made; the words say why.
            JournalUnavailableError: the journal cannot be read any more.

        """
        ...

    async def newest(self) -> datetime | None:
        """Return when the last one was made; None where there is none, or they cannot be seen."""
        ...
