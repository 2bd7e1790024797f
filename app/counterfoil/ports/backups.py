"""Where copies of the journal are kept."""

from datetime import datetime
from typing import Protocol


class Backups(Protocol):
    """Makes sealed copies of the journal while the till goes on selling."""

    async def make(self, at: datetime) -> None:
        """Make one more backup, and drop those that are older than is wanted.

        Raises:
            BackupFolderError: the folder or its disk is not there, which is soon tried again.
            BackupError: it could not be made; the words say why.

        """
        ...

    async def newest(self, at: datetime) -> datetime | None:
        """Return when the last one was made that is not dated later than ``at``.

        None where there is none, or they cannot be seen.
        """
        ...
