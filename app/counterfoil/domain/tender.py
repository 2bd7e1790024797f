"""What a sale is paid with, and how its rest is paid without a voucher."""

from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.domain.drawer import ShiftProblem
from counterfoil.domain.money import AMOUNT_CENTS_MAX


class TenderKind(StrEnum):
    """What a sale, or a part of it, is paid with."""

    VOUCHER = "voucher"
    CASH = "cash"
    CARD = "card"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Tender:
    """A payment for a part of what a sale's vouchers did not cover.

    ``given_cents`` is the cash that the customer handed over; None for other kinds.
    """

    kind: TenderKind
    cents: int
    given_cents: int | None = None

    @property
    def change_cents(self) -> int:
        """The change due to the customer."""
        return 0 if self.given_cents is None else self.given_cents - self.cents


def fault_of_tenders(
    remaining_cents: int | None, tenders: tuple[Tender, ...]
) -> ShiftProblem | None:
    """Return why these payments do not settle what a sale still owes; None where they do."""
    if not remaining_cents or remaining_cents < 0:
        return ShiftProblem.NOTHING_DUE
    if any(one.kind is TenderKind.VOUCHER or one.cents <= 0 for one in tenders):
        return ShiftProblem.NOT_THE_REST
    if sum(one.cents for one in tenders) != remaining_cents:
        return ShiftProblem.NOT_THE_REST
    for one in tenders:
        if one.given_cents is None:
            continue
        if one.kind is not TenderKind.CASH or not one.cents <= one.given_cents <= AMOUNT_CENTS_MAX:
            return ShiftProblem.TOO_LITTLE_GIVEN
    return None
