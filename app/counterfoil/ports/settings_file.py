"""The file in which a till's settings are."""

from collections.abc import Sequence
from typing import Protocol

from counterfoil.domain.causes.settings import SettingsCause
from counterfoil.domain.setting import Setting, SettingChange


class SettingsFile(Protocol):
    """One settings file. It holds no secret."""

    @property
    def name(self) -> str:
        """What the file is called; empty for a till that has none."""
        ...

    async def settings(self) -> tuple[Setting, ...]:
        """Return every setting that there is, in the order of the sections.

        Raises:
            SettingsError: the file cannot be used any more.

        """
        ...

    async def faults(self, changes: Sequence[SettingChange]) -> tuple[SettingsCause, ...]:
        """Return all that would be wrong with the file after these changes; nothing is written."""
        ...

    async def write(self, changes: Sequence[SettingChange]) -> None:
        """Change the file as it is now; comments and everything else in it stay.

        Raises:
            SettingsError: it would be wrong after the changes, or cannot be written.

        """
        ...
