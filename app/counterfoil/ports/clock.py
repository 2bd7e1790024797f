"""The clock, so that a day of retries can run in a millisecond."""

from typing import Protocol

from counterfoil.domain.time import Instant


class Clock(Protocol):
    """Where time comes from and how the till waits."""

    def now(self) -> Instant:
        """Read both clocks at once."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait at least ``seconds`` of monotonic time."""
        ...
