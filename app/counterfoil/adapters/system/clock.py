"""The real clock. Nothing else in the till reads time."""

import asyncio
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

from counterfoil.domain.time import Instant
from counterfoil.overriding import override
from counterfoil.ports.clock import Clock

_BOOT_ID_FILE = Path("/proc/sys/kernel/random/boot_id")
_SLICE_MAX_S = 86_400.0
"""Qt's timers overflow above 24.8 days, so nothing waits longer than a day at once."""


class SystemClock(Clock):
    """Wall clock in UTC, and a monotonic clock that also counts while the machine is suspended."""

    def __init__(self, boot_id_file: Path = _BOOT_ID_FILE) -> None:
        self._boot_id = _read_boot_id(boot_id_file)

    @override
    def now(self) -> Instant:
        """Read the wall clock and the monotonic clock at once."""
        return Instant(
            wall=datetime.now(UTC), monotonic_s=_read_monotonic_s(), boot_id=self._boot_id
        )

    @override
    async def sleep(self, seconds: float) -> None:
        """Wait at least ``seconds``, in slices that every event loop can count."""
        remaining_s = max(0.0, seconds)
        while remaining_s > _SLICE_MAX_S:
            await asyncio.sleep(_SLICE_MAX_S)
            remaining_s -= _SLICE_MAX_S
        await asyncio.sleep(remaining_s)


def _read_monotonic_s() -> float:
    """Read the clock that only goes forward; with the suspended time where the system tells it."""
    boot_clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot_clock is None else time.clock_gettime(boot_clock)


def _read_boot_id(file: Path) -> str:
    """Return what tells this boot from any other.

    Where the system does not name its boots, each start of the till counts as one: readings of an
    earlier start are then not compared, which is the careful side.
    """
    try:
        boot_id = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        boot_id = ""
    return boot_id or str(uuid.uuid4())
