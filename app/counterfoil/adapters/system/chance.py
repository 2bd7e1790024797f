"""Ids and randomness from the operating system."""

import secrets
import uuid

from counterfoil.overriding import override
from counterfoil.ports.chance import Chance


class SystemChance(Chance):
    """Random ids and numbers that nobody can predict."""

    def __init__(self) -> None:
        self._random = secrets.SystemRandom()

    @override
    def new_id(self) -> str:
        """Return a random UUID4 as text."""
        return str(uuid.uuid4())

    @override
    def jitter(self) -> float:
        """Return a number from 0 up to but not including 1."""
        return self._random.random()
