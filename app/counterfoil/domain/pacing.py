"""When the till asks again: back-off with full jitter, and how long a request may be reused."""

from datetime import timedelta
from enum import StrEnum

from counterfoil.domain.time import Instant

REPLAY_WINDOW_S = 23 * 3600.0
"""The upstream forgets a key after 24 h; a resend after that would be a new redemption."""
AGE_KEPT_FROM_S = 3600.0
"""What a request aged while the till was off is written down at the start when it is more."""
UNDECIDED_LIMIT_S = 24 * 3600.0
"""How long an undecided redemption is fetched before a person is called."""
CONFLICTS_MAX = 3
CONFLICT_PATIENCE_S = 120.0
"""For about this long a conflict may only mean that the first attempt still lives upstream."""
RETRY_AFTER_MIN_S = 1.0
RETRY_AFTER_MAX_S = 900.0
RETRY_AFTER_SPREAD_S = 5.0
"""Tills that were asked to wait equally long do not all come back at the same moment."""
COUNTER_ATTEMPTS_MAX = 5
COUNTER_LIMIT_S = 75.0
"""How long the cashier is made to wait before the till goes on in the background."""

_COUNTER_FIRST_S, _COUNTER_CAP_S = 0.5, 4.0
_BACKGROUND_FIRST_S = 1.0
_BACKGROUND_CAPS_S = ((3600.0, 60.0), (86_400.0, 300.0), (259_200.0, 900.0))
_BACKGROUND_LAST_CAP_S = 3600.0
_DOUBLINGS_MAX = 12


class Pace(StrEnum):
    """Who is waiting for the answer."""

    COUNTER = "counter"
    """A cashier and a customer."""
    BACKGROUND = "background"
    """Nobody at this moment."""


def elapsed_s(since: Instant, now: Instant) -> float | None:
    """Return the seconds since an instant, by the clock that shows more.

    None if the wall clock went back.
    """
    return None if now.wall < since.wall else _longest_s(since, now)


def grown_s(known_s: float, since: Instant, now: Instant) -> float:
    """Return an age in seconds: what it was at ``since``, and the time that has passed until now.

    The clock that shows more counts. A clock that was set back never makes an age smaller.
    """
    return known_s + max(0.0, _longest_s(since, now))


def _longest_s(since: Instant, now: Instant) -> float:
    wall_s = (now.wall - since.wall) / timedelta(seconds=1)
    if now.boot_id != since.boot_id:
        return wall_s
    return max(wall_s, now.monotonic_s - since.monotonic_s)


def delay_s(
    pace: Pace,
    attempts: int,
    age_s: float,
    jitter: float,
    retry_after_s: float | None,
    *,
    is_rate_limited: bool = False,
) -> float:
    """Return how many seconds to wait before the next attempt.

    ``jitter`` is a random number from 0 up to 1, and ``age_s`` the time since the request was first
    sent. ``retry_after_s`` is the wait that the upstream asked for: it goes before all else, within
    bounds. With ``is_rate_limited`` and no such wait, it is at least the lower bound.
    """
    if retry_after_s is not None:
        # In this order, what is no number becomes the least.
        wish_s = min(RETRY_AFTER_MAX_S, max(RETRY_AFTER_MIN_S, retry_after_s))
        return wish_s + jitter * RETRY_AFTER_SPREAD_S
    least_s = RETRY_AFTER_MIN_S if is_rate_limited else 0.0
    doublings = min(attempts, _DOUBLINGS_MAX)
    if pace is Pace.COUNTER:
        ceiling_s = min(_COUNTER_CAP_S, _COUNTER_FIRST_S * 2.0**doublings)
    else:
        caps = (cap for until, cap in _BACKGROUND_CAPS_S if age_s < until)
        cap_s = next(caps, _BACKGROUND_LAST_CAP_S)
        ceiling_s = min(cap_s, _BACKGROUND_FIRST_S * 2.0**doublings)
    return least_s + jitter * ceiling_s
