"""A sale: what the customer owes, what it was paid with, and how it ended."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.domain.money import Money
from counterfoil.domain.states import Customer, SaleState
from counterfoil.domain.tender import TenderKind


class SaleEnding(StrEnum):
    """How a sale ended. A late approval pays none that ended; its redemption is unclaimed."""

    PAID = "paid"
    """The vouchers covered what was due."""
    CANCELLED = "cancelled"
    """Nothing was sold."""
    PAID_OTHERWISE = "paid_otherwise"
    """What the vouchers did not cover was paid in another way, such as in cash."""
    CUSTOMER_LEFT = "customer_left"
    """The cashier went on to the next customer."""

    @property
    def state(self) -> SaleState:
        """The state of a sale that ended in this way."""
        return SaleState.PAID if self is SaleEnding.PAID else SaleState.SET_ASIDE


_ENDING_BY: Mapping[Customer | None, SaleEnding] = {
    Customer.PAID_OTHERWISE: SaleEnding.PAID_OTHERWISE,
    Customer.GONE: SaleEnding.CUSTOMER_LEFT,
}
"""What somebody's answer after a stop says about the end of a sale."""


@dataclass(frozen=True, slots=True)
class TenderLine:
    """One part of a payment."""

    kind: TenderKind
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """What the customer owes; ``due_cents`` is None where the whole voucher is taken.

    ``paid_cents`` is the sum of the final redemptions; it is worked out and never stored.
    """

    id: str
    currency: str
    due_cents: int | None
    opened_at: datetime
    state: SaleState = SaleState.OPEN
    paid_cents: int = 0
    customer: Customer | None = None
    """Where the customer is, if the till was stopped over the sale; else None."""
    customer_at: datetime | None = None
    """When that was asked or said."""
    closed_as: SaleEnding | None = None
    """How it was closed without its voucher; None where the state or the customer's answer says it,
    and in sales that a till before version 2.3 closed."""

    @property
    def remaining_cents(self) -> int | None:
        """What is still due, or None where no amount was fixed."""
        return None if self.due_cents is None else self.due_cents - self.paid_cents

    @property
    def ending(self) -> SaleEnding | None:
        """How it ended; None while it is open, and where an older till did not say how."""
        if self.state is SaleState.PAID:
            return SaleEnding.PAID
        return self.closed_as or _ENDING_BY.get(self.customer)

    @property
    def tender_lines(self) -> tuple[TenderLine, ...]:
        """What it was paid with so far, as far as the till knows: by vouchers alone."""
        if self.paid_cents == 0:
            return ()
        return (TenderLine(TenderKind.VOUCHER, Money(self.paid_cents, self.currency)),)
