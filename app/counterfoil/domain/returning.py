"""After a restart with an open sale: whether to ask if its customer is still here."""

from counterfoil.domain.redemption import Redemption
from counterfoil.domain.sale import Sale
from counterfoil.domain.states import Customer, RedemptionState, SaleState
from counterfoil.domain.time import Instant

S = RedemptionState

HERE_COUNTS_FOR_S = 600.0
"""For how long *still here* counts over one more start, in seconds. After a night it is not so."""

_STOPPED_OVER = frozenset({S.INFLIGHT, S.APPROVED, S.REVERSING})
_CLAIMED_ANEW = frozenset({S.APPROVED, S.UNCLAIMED})
"""Only a person's word, said now, makes these pay their sale."""


def must_be_asked(found: Redemption, sale: Sale, now: Instant) -> bool:
    """Whether to ask, after a restart, where the customer of a redemption is.

    Not if nothing was ever sent, as nothing was taken then, nor if the cashier had already seen the
    result. Every other redemption was open when the till stopped. An approval that comes now must
    not pay by itself: nobody knows whether the customer left, or paid another way.
    """
    if found.is_refund or sale.state is not SaleState.OPEN or sale.customer is Customer.ASKED:
        return False
    if found.state is S.UNCLAIMED:
        return sale.customer is Customer.HERE
    if found.state not in _STOPPED_OVER:
        return False
    return found.state in _CLAIMED_ANEW or not _is_known_here(sale, now)


def _is_known_here(sale: Sale, now: Instant) -> bool:
    """Whether somebody said just now that the customer is here; a clock set back proves nothing."""
    if sale.customer is not Customer.HERE or sale.customer_at is None:
        return False
    return 0 <= (now.wall - sale.customer_at).total_seconds() < HERE_COUNTS_FOR_S
