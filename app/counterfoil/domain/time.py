"""A point in time as the till knows it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Instant:
    """One reading of both clocks.

    ``wall`` is aware UTC. ``monotonic_s`` only compares with a reading of the same ``boot_id``.
    """

    wall: datetime
    monotonic_s: float
    boot_id: str
