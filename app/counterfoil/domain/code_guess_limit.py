"""How many wrong codes may be tried here, before somebody must look (fault X13)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from counterfoil.declaring import dataclass
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import DeclineReason

CASHIER_MAX, CASHIER_SPAN = 5, timedelta(minutes=10)
"""So many wrong codes in such a time, and a cashier tries no more."""
TILL_MAX, TILL_SPAN = 20, timedelta(hours=1)
"""The same of all who work at one till."""
_FREE = 2
"""So many in a row cost no wait: a voucher that was used, and one mistyped."""

WRONG_CODES = frozenset(
    {
        DeclineReason.NOT_FOUND,
        DeclineReason.ALREADY_USED,
        DeclineReason.EXPIRED,
        DeclineReason.CANCELLED,
        DeclineReason.USED_OR_TOO_LITTLE,
        DeclineReason.REFUSED,
    }
)
"""What whoever guesses is told."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A wrong code: who tried it, and when."""

    by: str
    at: datetime


def miss_of(redemption: Redemption) -> Miss | None:
    """Return the miss where a redemption was declined for a wrong code, else None."""
    is_declined = redemption.state is RedemptionState.DECLINED
    if not is_declined or redemption.decline not in WRONG_CODES or redemption.is_refund:
        return None
    return Miss(redemption.cashier, redemption.created_at)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a person must wait before the next code, in seconds, or that no more is allowed.

    With ``is_over`` somebody must allow more first.
    """

    wait_s: float
    is_over: bool


def patience(misses: Iterable[Miss], by: str, now: datetime) -> Patience:
    """Return how long a person must wait before another code, and whether they may try one at all.

    A miss that is dated in the future counts too: the clock was set back.
    """
    late = [one for one in misses if one.at >= now - TILL_SPAN]
    own = sum(one.by == by and one.at >= now - CASHIER_SPAN for one in late)
    is_over = own >= CASHIER_MAX or len(late) >= TILL_MAX
    return Patience(0.0 if own <= _FREE else 2.0 ** (own - _FREE), is_over)
