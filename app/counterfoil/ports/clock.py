"""The clock, which a test can move: a day of retries runs in a millisecond."""

from typing import Protocol

from counterfoil.domain.time import Instant


class Clock(Protocol):
    """Where time comes from and how the till waits."""

    def now(self) -> Instant:
        """Read the wall clock and the monotonic clock at once."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait at least ``seconds`` of monotonic time."""
        ...
