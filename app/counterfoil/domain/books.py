"""The books of a shift: the sums that X and Z show, and what the shift leaves unsettled.

Books are sums of bookings that are alike, so whatever a report shows, by provider, by cashier or by
how it was paid, is a sum of the same lines.
"""

from collections.abc import Callable
from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.domain.chain_head import ChainHead
from counterfoil.domain.drawer import Drawer
from counterfoil.domain.states import RedemptionState


class Entry(StrEnum):
    """What a line of the books counts."""

    REDEEMED = "redeemed"
    """Sales that were closed with a voucher, and what the voucher paid."""
    VOIDED = "voided"
    """Such sales that were taken back by a reversal."""
    VOIDED_OUTSIDE = "voided_outside"
    """Such sales that were taken back outside the voucher; ``detail`` is what the customer got."""
    DISPUTED = "disputed"
    """Such sales that the provider does not stand by, so that the shop must see to its money."""
    REFUNDED = "refunded"
    """What went back to vouchers by refunds."""
    REFUND_DISPUTED = "refund_disputed"
    """Such refunds that the provider does not stand by: nothing is back on the voucher."""
    SETTLED = "settled"
    """Redemptions that people settled by hand; ``detail`` is what the customer got."""
    REFUSED = "refused"
    """Vouchers that a provider refused."""
    TENDERED = "tendered"
    """The rest of sales, paid without a voucher; ``detail`` is how."""
    PAID_IN = "paid_in"
    PAID_OUT = "paid_out"
    DROPPED = "dropped"
    NO_SALE = "no_sale"
    COPIED = "copied"
    """Slips printed once more."""
    REVEALED = "revealed"
    """Change vouchers whose codes somebody was shown."""
    VOID_ASKED = "void_asked"
    """Requests of somebody that a sale be taken back. Only reports count them, and no Z."""


IN_SALES = frozenset({Entry.REDEEMED, Entry.REFUND_DISPUTED})
OUT_OF_SALES = frozenset({Entry.VOIDED, Entry.VOIDED_OUTSIDE, Entry.DISPUTED, Entry.REFUNDED})
"""What adds to what vouchers paid, and what takes from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookLine:
    """Bookings that are alike: how many there were, and their sum in minor units."""

    entry: Entry
    currency: str
    person: str
    provider: str
    detail: str
    count: int
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A redemption that is not settled when a shift ends; ``cents`` is None where nobody knows."""

    reference: str
    provider: str
    state: RedemptionState
    currency: str
    cents: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """The sums of a shift, and the redemptions that it leaves unsettled for the next one."""

    lines: tuple[BookLine, ...] = ()
    drawer: Drawer = Drawer()
    carried: tuple[Carried, ...] = ()
    carried_count: int = 0
    head: ChainHead | None = None
    """The head of the audit chain at the last event that is added up here."""
    owed_advices: int = 0
    left_out: int = 0
    """Events that are not as they were written, which nothing here counts."""
    put_back_by: str = ""
    """Who accepted the journal where it was put back from a backup or begun anew; else empty.

    A Z that it lost may have been printed, so the numbers of Zs may be given again.
    """

    def total(self, *entries: Entry, **of: str) -> BookLine | None:
        """Sum the lines of some entries; None where no line fits.

        ``of`` says which values their fields must have, such as ``person="Thandi"``.
        """
        found = [
            line
            for line in self.lines
            if line.entry in entries and all(getattr(line, name) == of[name] for name in of)
        ]
        return None if not found else _sum_of(found)

    def vouchers_cents(self, currency: str) -> int:
        """Return what vouchers paid in the end in a currency, in its minor units.

        That is what was sold, less what was voided, refunded or is disputed. A refund that the
        provider does not stand by is not taken off.
        """
        return sum(
            line.cents if line.entry in IN_SALES else -line.cents
            for line in self.lines
            if line.currency == currency and line.entry in IN_SALES | OUT_OF_SALES
        )

    def each(self, entry: Entry, by: str) -> tuple[BookLine, ...]:
        """Return an entry's lines, summed up by one field such as ``person`` and sorted by it."""
        groups: dict[tuple[str, str], list[BookLine]] = {}
        for line in self.lines:
            if line.entry is entry:
                groups.setdefault((getattr(line, by), line.currency), []).append(line)
        return tuple(_sum_of(groups[key]) for key in sorted(groups))


def _sum_of(lines: list[BookLine]) -> BookLine:
    """Add lines up; a field in which they differ is empty."""
    first = lines[0]

    def common(of: Callable[[BookLine], str]) -> str:
        values = {of(line) for line in lines}
        return values.pop() if len(values) == 1 else ""

    return BookLine(
        entry=first.entry,
        currency=common(lambda line: line.currency),
        person=common(lambda line: line.person),
        provider=common(lambda line: line.provider),
        detail=common(lambda line: line.detail),
        count=sum(line.count for line in lines),
        cents=sum(line.cents for line in lines),
    )
