"""Changes the till's settings: each change is on record before the file says it."""

from collections.abc import Sequence

from counterfoil.domain.causes.settings import FileProblem, NotSettings, SettingsCause
from counterfoil.domain.failures import SettingsError
from counterfoil.domain.rows import SettingChanged
from counterfoil.domain.setting import (
    KEY_NOT_KEPT,
    MOMENT_KEY,
    TRAINING,
    Setting,
    SettingChange,
    setting_text,
)
from counterfoil.domain.staff import Actor
from counterfoil.ports.clock import Clock
from counterfoil.ports.journal import Journal
from counterfoil.ports.settings_file import SettingsFile


class SettingsDesk:
    """Looks after one till's settings file, which holds no secret.

    A till that ``is_training`` may have the file of a real one. Everybody knows its staff, so of
    that file it changes only whether it is for training.
    """

    def __init__(
        self, *, file: SettingsFile, journal: Journal, clock: Clock, is_training: bool = False
    ) -> None:
        self._file = file
        self._journal = journal
        self._clock = clock
        self._is_training = is_training

    @property
    def file_name(self) -> str:
        """What the file is called; empty for a till that has none."""
        return self._file.name

    async def settings(self) -> tuple[Setting, ...]:
        """Return every setting as the file has it now; SettingsError where it cannot be used."""
        return await self._file.settings()

    async def faults(self, changes: Sequence[SettingChange]) -> tuple[SettingsCause, ...]:
        """Return all that would be wrong after these changes; nothing is written."""
        is_more = any(one.name != TRAINING for one in changes)
        if self._is_training and self._file.name and is_more:
            return (NotSettings(FileProblem.IN_TRAINING, self._file.name),)
        return await self._file.faults(changes)

    async def change(self, changes: Sequence[SettingChange], by: Actor) -> None:
        """Record the changes, then write them.

        Raises:
            SettingsError: one of them cannot be made, and nothing was recorded; or the file could
                not be written, and it was recorded that all is as before.

        """
        refuse_first(await self.faults(changes))
        before = {one.name: one.value for one in await self._file.settings()}
        changed = tuple(
            (one.name, setting_text(before.get(one.name)), setting_text(one.value))
            for one in changes
        )
        await self._record(by, *changed)
        try:
            await self._file.write(changes)
        except SettingsError:
            await self._record(by, *((name, new, old) for name, old, new in changed))
            raise

    async def record_key(self, by: Actor, *, is_kept: bool = True) -> None:
        """Record that somebody keeps another key, or could not, and nothing of the key itself."""
        await self._record(by, (MOMENT_KEY, "", "" if is_kept else KEY_NOT_KEPT))

    async def _record(self, by: Actor, *changed: tuple[str, str, str]) -> None:
        """Record names with what was there before and what is there after."""
        now = self._clock.now().wall
        await self._journal.commit(
            tuple(
                SettingChanged(
                    at=now,
                    by=by.name,
                    approved_by=by.approved_by,
                    name=name,
                    before=before,
                    after=after,
                )
                for name, before, after in changed
            )
        )


def refuse_first(faults: Sequence[SettingsCause]) -> None:
    """Raise SettingsError with the first of what is wrong; nothing where nothing is."""
    if faults:
        raise SettingsError(faults[0])
