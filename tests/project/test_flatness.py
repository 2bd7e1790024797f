"""What the soak takes for growth: a leak is named, and what comes and goes is none."""

from dataclasses import replace

from bench.flatness import BOUNDS, Sample, growths

_WARM_UP = 1_000
_FLAT = Sample(
    redemptions=0,
    memory_mb=180.0,
    handles=24,
    threads=15,
    timers=18,
    objects=560,
    widgets=290,
    tasks=18,
    tracked=28_000,
)


def day(**each: float) -> list[Sample]:
    """Return twenty samples, in which these figures grow by so much with each redemption."""
    return [
        replace(
            _FLAT,
            redemptions=number,
            **{name: getattr(_FLAT, name) + more * number for name, more in each.items()},
        )
        for number in range(500, 10_001, 500)
    ]


def grown(samples: list[Sample]) -> set[str]:
    """Return the names of what is found to have grown."""
    return {one.name for one in growths(samples, _WARM_UP) if not one.is_flat}


def test_a_day_in_which_nothing_grows_is_flat() -> None:
    """And each figure has a bound."""
    assert grown(day()) == set()
    assert {one.name for one in growths(day(), _WARM_UP)} == set(BOUNDS)


def test_a_leak_is_named() -> None:
    """Two kilobytes or a hundredth of a timer with each redemption are enough."""
    leaks = dict.fromkeys(BOUNDS, 0.01) | {"memory_mb": 0.002, "tracked": 0.5}
    for name, more in leaks.items():
        assert grown(day(**{name: more})) == {name}


def test_what_is_there_for_a_moment_is_no_leak() -> None:
    """Nor is what a till that has just started takes."""
    samples = day()
    samples[0] = replace(samples[0], memory_mb=90.0, tasks=9)
    samples[-1] = replace(samples[-1], tasks=60, handles=90)
    assert grown(samples) == set()
