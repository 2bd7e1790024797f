"""The sandbox's own clock, which a dial can move."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def system_now() -> datetime:
    """Return the computer's time in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """Write a time as the provider does: ISO 8601, UTC, milliseconds, ``Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class SandboxClock:
    """A clock that is ``advance_s`` seconds ahead of the given source."""

    def __init__(self, now: Callable[[], datetime] = system_now) -> None:
        """Run with ``now``, which returns an aware time."""
        self._now = now
        self.advance_s: float = 0.0

    def now(self) -> datetime:
        """Return the sandbox's time in UTC."""
        return self._now() + timedelta(seconds=self.advance_s)
