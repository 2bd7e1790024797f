"""Makes backups while the till is open: soon when the last one is old, and then regularly."""

from collections.abc import Callable

from counterfoil.domain.failures import BackupError
from counterfoil.ports.backups import Backups
from counterfoil.ports.clock import Clock

START_PAUSE_S = 20.0
"""A till that was just opened is left to the cashier first."""
RETRY_S = 900.0
"""How long after a backup that could not be made it is tried again."""

Outcome = Callable[[BackupError | None], None]


class BackupSchedule:
    """Keeps the newest backup no older than was asked for; the till sells on whatever happens."""

    def __init__(self, backups: Backups, clock: Clock, every_s: float) -> None:
        self._backups = backups
        self._clock = clock
        self._every_s = every_s

    async def run(self, on_outcome: Outcome) -> None:
        """Make backups for as long as the till is open, and tell what became of each.

        Raises:
            JournalUnavailableError: the journal cannot be read any more.

        """
        wait_s = max(START_PAUSE_S, await self._left_s())
        while True:
            await self._clock.sleep(wait_s)
            try:
                await self._backups.make(self._clock.now().wall)
            except BackupError as error:
                on_outcome(error)
                wait_s = RETRY_S
            else:
                on_outcome(None)
                wait_s = self._every_s

    async def _left_s(self) -> float:
        """Return how long the newest backup stays fresh; one of the future does not count."""
        newest = await self._backups.newest()
        if newest is None:
            return 0
        age_s = (self._clock.now().wall - newest).total_seconds()
        return self._every_s - age_s if age_s >= 0 else 0
