"""What a redemption still needs before it is done with: goods, an answer, a slip, a person."""

from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.sale import Sale
from counterfoil.domain.states import FOR_A_PERSON, OPEN, Customer, RedemptionState, SaleState

S = RedemptionState
_NOTHING_TAKEN = frozenset({S.DECLINED, S.ABANDONED})


class WaitsFor(StrEnum):
    """Whom a redemption waits for before it is settled."""

    CUSTOMER = "customer"
    """Somebody must say whether its customer is still here."""
    SUPERVISOR = "supervisor"
    PROVIDER = "provider"
    """The till goes on by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What one redemption still needs before it is settled.

    ``to_collect_cents`` is what the customer must still pay before they get the goods.
    """

    pays_its_sale: bool
    may_hand_over: bool
    waits_for: WaitsFor | None
    is_slip_due: bool
    to_collect_cents: int = 0


def is_asked(sale: Sale) -> bool:
    """Whether a person must say where the customer of a sale is."""
    return sale.state is SaleState.OPEN and sale.customer is Customer.ASKED


def needs_of(redemption: Redemption, sale: Sale, *, is_slip_due: bool) -> Needs:
    """Return what a redemption still needs."""
    pays = redemption.state is S.FINAL and not redemption.is_refund
    rest_cents = sale.remaining_cents or 0 if pays else 0
    return Needs(
        pays_its_sale=pays,
        may_hand_over=pays and not rest_cents and not redemption.is_refunded,
        waits_for=_waits_for(redemption, sale),
        is_slip_due=is_slip_due,
        to_collect_cents=rest_cents,
    )


def _waits_for(redemption: Redemption, sale: Sale) -> WaitsFor | None:
    if is_asked(sale) and redemption.state not in _NOTHING_TAKEN:
        return WaitsFor.CUSTOMER
    if redemption.state in FOR_A_PERSON:
        return WaitsFor.SUPERVISOR
    return WaitsFor.PROVIDER if redemption.state in OPEN else None


def needs_document(needs: Needs) -> dict[str, object]:
    """Return what a redemption still needs, with the keys that scripts read, ready for JSON."""
    return {
        "pays_its_sale": needs.pays_its_sale,
        "hand_over": needs.may_hand_over,
        "to_collect_cents": needs.to_collect_cents,
        "waits_for": needs.waits_for.value if needs.waits_for else None,
        "slip_due": needs.is_slip_due,
    }
