"""What a page knows of wrong PINs: which numbers must wait, and what shakes.

The gate alone knows who may try; here is only what it has answered, so that a page can show it.
"""

from counterfoil.domain.failures import SignInRefusal, SignInRefusedError
from counterfoil.ports.clock import Clock
from counterfoil.presentation.words import sign_in


class PinTries:
    """The refusals of one page, by the numbers that they were for."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until_s: dict[str, float] = {}
        self.shakes = 0
        """How often the dots were to shake by now."""

    def refuse(self, number: str, error: SignInRefusedError) -> bool:
        """Store a refusal; return whether it is about the number rather than its PIN."""
        if error.wait_s > 0:
            self._until_s[number] = self._now_s() + error.wait_s
        self.shakes += error.why is SignInRefusal.WRONG_PIN
        return error.why is SignInRefusal.UNKNOWN_NUMBER

    def forget(self, number: str | None = None) -> None:
        """End the wait of a number, or of all for None: a PIN may have been changed meanwhile."""
        if number is None:
            self._until_s.clear()
        else:
            self._until_s.pop(number, None)

    def tick(self) -> bool:
        """Forget the waits that are over; return whether there were any waits to show."""
        had, now_s = bool(self._until_s), self._now_s()
        self._until_s = {one: until for one, until in self._until_s.items() if until > now_s}
        return had

    def wait_s(self, number: str) -> float:
        """Return how many seconds no PIN may be tried for a number; 0 for none."""
        return max(0.0, self._until_s.get(number, 0.0) - self._now_s())

    def wait(self, number: str) -> str:
        """Return the wait of a number as minutes and seconds; empty for none."""
        left_s = self.wait_s(number)
        return sign_in.clock_time(left_s) if left_s else ""

    def _now_s(self) -> float:
        return self._clock.now().monotonic_s
