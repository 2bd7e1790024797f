"""A point in time as the till knows it."""

from datetime import datetime

from counterfoil.declaring import dataclass


@dataclass(frozen=True, slots=True)
class Instant:
    """One reading of both clocks.

    ``wall`` is aware UTC. ``monotonic_s`` only compares with a reading of the same ``boot_id``.
    """

    wall: datetime
    monotonic_s: float
    boot_id: str
