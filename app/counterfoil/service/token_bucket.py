"""Limits how many exchanges with an upstream begin in a given time."""

from counterfoil.ports.clock import Clock

TOKENS_MAX = 5.0
TOKENS_PER_S = 1.0
_ROUNDING = 1e-6
"""Seconds added up are never quite whole, and a sleep for the rest of a token could be for ever."""


class TokenBucket:
    """Allows a burst of five exchanges, and one a second after that."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tokens = TOKENS_MAX
        self._at_s = clock.now().monotonic_s

    async def take(self) -> None:
        """Wait until one more exchange may begin."""
        while True:
            now_s = self._clock.now().monotonic_s
            gained = (now_s - self._at_s) * TOKENS_PER_S
            self._tokens = min(TOKENS_MAX, self._tokens + gained)
            self._at_s = now_s
            if self._tokens >= 1 - _ROUNDING:
                self._tokens -= 1
                return
            await self._clock.sleep((1 - self._tokens) / TOKENS_PER_S)


class TokenBuckets:
    """One bucket for each upstream, which the resolver and the forwarder share.

    A request at the counter takes no token: a person sets its pace, and a customer waits for it.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[str, TokenBucket] = {}

    async def take(self, upstream: str) -> None:
        """Wait until one more exchange with this upstream may begin."""
        bucket = self._buckets.get(upstream)
        if bucket is None:
            bucket = self._buckets[upstream] = TokenBucket(self._clock)
        await bucket.take()
