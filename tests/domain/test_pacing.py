"""When the till asks again, and how long it may use the same request."""

from datetime import timedelta

import pytest

from counterfoil.domain.pacing import (
    RETRY_AFTER_MAX_S,
    RETRY_AFTER_MIN_S,
    RETRY_AFTER_SPREAD_S,
    Pace,
    delay_s,
    elapsed_s,
    grown_s,
)
from counterfoil.domain.time import Instant
from support.till import NOW

ALMOST = 1 - 1e-9
HOUR_S = 3600.0


@pytest.mark.parametrize(
    ("attempts", "ceiling_s"), [(1, 1.0), (2, 2.0), (3, 4.0), (4, 4.0), (5, 4.0), (1000, 4.0)]
)
def test_at_the_counter_the_wait_doubles_up_to_four_seconds(
    attempts: int, ceiling_s: float
) -> None:
    """Somebody is standing there."""
    assert delay_s(Pace.COUNTER, attempts, 0, 0, None) == 0
    assert delay_s(Pace.COUNTER, attempts, 0, ALMOST, None) == pytest.approx(ceiling_s)
    assert delay_s(Pace.COUNTER, attempts, 0, 0.5, None) == pytest.approx(ceiling_s / 2)


@pytest.mark.parametrize(
    ("age_s", "cap_s"),
    [
        (0, 60),
        (HOUR_S - 1, 60),
        (HOUR_S, 300),
        (24 * HOUR_S - 1, 300),
        (24 * HOUR_S, 900),
        (72 * HOUR_S - 1, 900),
        (72 * HOUR_S, 3600),
        (9_999 * HOUR_S, 3600),
    ],
)
def test_in_the_background_the_cap_grows_with_age(age_s: float, cap_s: float) -> None:
    """A minute in the first hour, then five, then fifteen, then an hour."""
    assert delay_s(Pace.BACKGROUND, 50, age_s, ALMOST, None) == pytest.approx(cap_s)
    assert delay_s(Pace.BACKGROUND, 50, age_s, 0, None) == 0


@pytest.mark.parametrize(("attempts", "ceiling_s"), [(1, 2), (2, 4), (5, 32), (6, 60), (9999, 60)])
def test_in_the_background_the_wait_doubles_up_to_the_cap(attempts: int, ceiling_s: float) -> None:
    """However many attempts there were, no number overflows."""
    assert delay_s(Pace.BACKGROUND, attempts, 0, ALMOST, None) == pytest.approx(ceiling_s)


@pytest.mark.parametrize("pace", list(Pace))
@pytest.mark.parametrize(
    ("wish_s", "wait_s"),
    [
        (-1.0, RETRY_AFTER_MIN_S),
        (0.0, RETRY_AFTER_MIN_S),
        (7.0, 7.0),
        (1e9, RETRY_AFTER_MAX_S),
        (float("inf"), RETRY_AFTER_MAX_S),
        (float("-inf"), RETRY_AFTER_MIN_S),
        (float("nan"), RETRY_AFTER_MIN_S),
    ],
)
def test_the_upstreams_own_wish_wins_within_reason(
    pace: Pace, wish_s: float, wait_s: float
) -> None:
    """From a second to a quarter of an hour, whatever was said (N18)."""
    assert delay_s(pace, 3, 0, 0, wish_s) == wait_s


@pytest.mark.fault("N18")
@pytest.mark.parametrize("pace", Pace)
@pytest.mark.parametrize("attempts", [1, 2, 50])
def test_an_upstream_that_has_had_enough_is_left_alone_for_a_second(
    pace: Pace, attempts: int
) -> None:
    """It did not say for how long, or nothing that makes sense; chance never makes it sooner."""
    assert delay_s(pace, attempts, 0, 0, None, is_rate_limited=True) == RETRY_AFTER_MIN_S
    later_s = delay_s(pace, attempts, 0, ALMOST, None)
    assert delay_s(pace, attempts, 0, ALMOST, None, is_rate_limited=True) == pytest.approx(
        RETRY_AFTER_MIN_S + later_s
    )


def test_tills_that_were_told_the_same_do_not_come_back_together() -> None:
    """A little jitter lies on top of what the upstream wished (N18, N24)."""
    assert delay_s(Pace.BACKGROUND, 1, 0, 0.5, 60.0) == 60.0 + 0.5 * RETRY_AFTER_SPREAD_S


def test_the_larger_of_both_clocks_counts() -> None:
    """A wall clock that was set back a little does not make a request younger."""
    later = Instant(NOW.wall + timedelta(seconds=60), NOW.monotonic_s + 90, NOW.boot_id)
    assert elapsed_s(NOW, later) == 90
    later = Instant(NOW.wall + timedelta(seconds=90), NOW.monotonic_s + 60, NOW.boot_id)
    assert elapsed_s(NOW, later) == 90


def test_after_a_restart_of_the_machine_only_the_wall_counts() -> None:
    """Monotonic time of another boot says nothing."""
    later = Instant(NOW.wall + timedelta(seconds=60), 999_999.0, "boot-2")
    assert elapsed_s(NOW, later) == 60


def test_a_wall_clock_before_the_beginning_tells_no_time() -> None:
    """What cannot be known counts as too late."""
    earlier = Instant(NOW.wall - timedelta(seconds=1), NOW.monotonic_s + 5, NOW.boot_id)
    assert elapsed_s(NOW, earlier) is None


def test_an_age_grows_and_never_shrinks() -> None:
    """What was known is kept; a clock that went back adds nothing, and takes nothing away."""
    later = Instant(NOW.wall + timedelta(seconds=60), NOW.monotonic_s + 90, NOW.boot_id)
    assert grown_s(10.0, NOW, later) == 100
    after_restart = Instant(NOW.wall + timedelta(seconds=60), 1.0, "boot-2")
    assert grown_s(10.0, NOW, after_restart) == 70
    set_back = Instant(NOW.wall - timedelta(hours=5), 1.0, "boot-2")
    assert grown_s(10.0, NOW, set_back) == 10
