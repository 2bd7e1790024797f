"""Makes backups while the till is open: soon after the start if the last is old, then regularly."""

from collections.abc import Callable
from datetime import datetime, timedelta

from counterfoil.domain.causes.backup import BackupProblem, NoBackup
from counterfoil.domain.failures import BackupError, BackupFolderError
from counterfoil.domain.time import Instant
from counterfoil.ports.backups import Backups
from counterfoil.ports.clock import Clock
from counterfoil.service.health import BackupLine

START_PAUSE_S = 20.0
"""A till that was just opened is left to the cashier first."""
LOOK_EVERY_S = 60.0
"""How often it is looked whether one is due, or whether the folder is back.

A wait does not count the time in which the machine is asleep, so no wait is longer than this.
"""
RETRY_S = 900.0
"""How long after a backup that could not be made, in a folder that is there, it is tried again."""

Outcome = Callable[[BackupError | None], None]


class BackupSchedule:
    """Keeps the newest backup no older than ``every_s`` seconds.

    A failure never stops the selling.
    """

    def __init__(self, backups: Backups, clock: Clock, every_s: float) -> None:
        self._backups = backups
        self._clock = clock
        self._every_s = every_s
        self._made: Instant | None = None
        self._trouble: NoBackup | None = None

    async def run(self, on_outcome: Outcome) -> None:
        """Make backups for as long as the till is open.

        ``on_outcome`` gets None after each backup that was made, and the failure of each that was
        not.
        """
        await self._find_newest()
        await self._clock.sleep(START_PAUSE_S)
        while True:
            left_s = self._left_s()
            is_due = left_s <= 0
            wait_s = await self._make(on_outcome) if is_due else min(left_s, LOOK_EVERY_S)
            await self._clock.sleep(wait_s)

    async def state(self) -> BackupLine:
        """Return how the backups are; the folder is asked, as others may have put one there."""
        now = self._clock.now().wall
        made_at = await self._backups.newest(now)
        return BackupLine(
            is_wanted=True,
            place=self._backups.place,
            is_on_own_disk=self._backups.is_on_own_disk,
            made_at=made_at,
            age=None if made_at is None else now - made_at,
            trouble=self._trouble,
        )

    async def _make(self, on_outcome: Outcome) -> float:
        """Make one, and return after how many seconds to look again."""
        now = self._clock.now()
        failure = await self._failure(now.wall)
        self._trouble = None if failure is None else failure.cause
        on_outcome(failure)
        if failure is None:
            self._made = now
        is_soon = failure is None or isinstance(failure, BackupFolderError)
        return LOOK_EVERY_S if is_soon else RETRY_S

    async def _failure(self, at: datetime) -> BackupError | None:
        """Make one, and return why there is none; None where it was made."""
        try:
            await self._backups.make(at)
        except BackupError as error:
            return error
        except Exception as error:  # noqa: BLE001 - the fence: one failure must not be the last try
            return BackupError(NoBackup(BackupProblem.FAILED, why=type(error).__name__))
        return None

    async def _find_newest(self) -> None:
        """Learn how old the newest backup is; one of the future does not count."""
        now = self._clock.now()
        newest = await self._backups.newest(now.wall)
        if newest is not None:
            age: timedelta = now.wall - newest
            self._made = Instant(
                wall=newest,
                monotonic_s=now.monotonic_s - age.total_seconds(),
                boot_id=now.boot_id,
            )

    def _left_s(self) -> float:
        """Return how long the newest one stays fresh, by whichever clock has gone further."""
        if self._made is None:
            return 0.0
        now = self._clock.now()
        ages_s = (
            (now.wall - self._made.wall).total_seconds(),
            now.monotonic_s - self._made.monotonic_s,
        )
        return self._every_s - max(ages_s)
