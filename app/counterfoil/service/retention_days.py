"""Removes personal data that is too old to keep: once a day, while the till is open."""

from collections.abc import Awaitable, Callable

from counterfoil.domain.failures import JournalUnavailableError
from counterfoil.ports.clock import Clock
from counterfoil.service.shredding import EVERY_S, LOOK_EVERY_S, START_PAUSE_S


class RetentionDays:
    """Calls ``shred`` soon after the start and then once a day."""

    def __init__(self, shred: Callable[[], Awaitable[object]], clock: Clock) -> None:
        self._shred = shred
        self._clock = clock

    async def run(self, on_failure: Callable[[Exception], None]) -> None:
        """Remove data daily for as long as the till is open.

        ``on_failure`` gets a failure, and it is tried again the next day.

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
