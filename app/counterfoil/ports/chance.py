"""Ids and randomness, so that a test can repeat a run exactly."""

from typing import Protocol


class Chance(Protocol):
    """Where unpredictable values come from."""

    def new_id(self) -> str:
        """Return a random UUID4 as text: for a redemption, a sale or an idempotency key."""
        ...

    def jitter(self) -> float:
        """Return a number from 0 up to but not including 1."""
        ...
