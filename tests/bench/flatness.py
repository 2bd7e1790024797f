"""Whether a program stays as it is while it works: what it holds at times, and what has grown."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What a program held at one moment, after so many redemptions."""

    redemptions: int
    memory_mb: float
    """Resident."""
    handles: int
    """Open file descriptors."""
    threads: int
    timers: int
    """QTimers."""
    objects: int
    """QObjects that hang on a window or on the application, widgets among them."""
    widgets: int
    tasks: int
    """Those of asyncio that have not ended."""
    tracked: int
    """What Python's collector of garbage keeps an eye on, once garbage is collected."""


@dataclass(frozen=True, slots=True)
class Bound:
    """How much more there may be at the end: so many times as much, and so many more."""

    times: float
    more: float


BOUNDS = {
    "memory_mb": Bound(1.05, 0),
    "handles": Bound(1, 3),
    "threads": Bound(1, 2),
    "timers": Bound(1, 3),
    "objects": Bound(1.02, 10),
    "widgets": Bound(1.02, 10),
    "tasks": Bound(1, 3),
    "tracked": Bound(1.02, 500),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What one figure was once the program was warm, and what it was at the end."""

    name: str
    warm: float
    end: float

    @property
    def limit(self) -> float:
        """The most that it may be at the end."""
        bound = BOUNDS[self.name]
        return self.warm * bound.times + bound.more

    @property
    def is_flat(self) -> bool:
        """Whether it has not grown beyond its bound."""
        return self.end <= self.limit


def growths(samples: Sequence[Sample], warm_up: int) -> list[Growth]:
    """Compare the first third of the samples after so many redemptions with the last third.

    A third is taken by its median, so that one sample with something under way counts for nothing.
    """
    warm = [one for one in samples if one.redemptions >= warm_up]
    assert len(warm) >= 2, "there is nothing to compare"
    third = max(1, len(warm) // 3)
    return [
        Growth(
            name=name,
            warm=median(getattr(one, name) for one in warm[:third]),
            end=median(getattr(one, name) for one in warm[-third:]),
        )
        for name in BOUNDS
    ]


HEAD = "".join(f"{one.name:>12}" for one in fields(Sample))


def line(sample: Sample) -> str:
    """Write a sample as the table has it."""
    figures = (getattr(sample, one.name) for one in fields(Sample))
    return "".join(f"{one:>12,.1f}" if isinstance(one, float) else f"{one:>12,}" for one in figures)
