"""Goes through the journal once a day for what may be kept no longer, while the till is open."""

from collections.abc import Awaitable, Callable

from counterfoil.domain.failures import JournalUnavailableError
from counterfoil.ports.clock import Clock
from counterfoil.service.shredding import EVERY_S, LOOK_EVERY_S, START_PAUSE_S


class RetentionDays:
    """Has it done soon after the start, and then once a day; ``shred`` gives the command for it."""

    def __init__(self, shred: Callable[[], Awaitable[object]], clock: Clock) -> None:
        self._shred = shred
        self._clock = clock

    async def run(self, on_failure: Callable[[Exception], None]) -> None:
        """Do it for as long as the till is open; a failure is told, and the next day tries again.

        Raises:
            JournalUnavailableError: nothing can be written any more.

        """
        await self._clock.sleep(START_PAUSE_S)
        while True:
            begun_s = self._clock.now().monotonic_s
            try:
                await self._shred()
            except JournalUnavailableError:
                raise
            except Exception as error:  # noqa: BLE001 - the fence: one bad day must not be the last
                on_failure(error)
            while self._clock.now().monotonic_s - begun_s < EVERY_S:
                await self._clock.sleep(LOOK_EVERY_S)
