"""Where copies of the journal are kept."""

from datetime import datetime
from typing import Protocol


class Backups(Protocol):
    """Makes sealed copies of the journal while the till goes on selling."""

    @property
    def place(self) -> str:
        """Where they lie, as people name a folder."""
        ...

    @property
    def is_on_own_disk(self) -> bool:
        """Whether they lie in the till's own folder, so that one dead disk takes both."""
        ...

    async def make(self, at: datetime) -> None:
        """Make one more backup, and remove those beyond the number that is kept.

        Raises:
            BackupFolderError: the folder or its disk is not there; it may be worth trying again
                soon.
            BackupError: it could not be made; the cause says why.

        """
        ...

    async def newest(self, at: datetime) -> datetime | None:
        """Return when the newest backup was made.

        One that is dated later than ``at`` does not count.

        None where there is none, or the folder cannot be read.
        """
        ...
