"""The sales that were open when the till stopped: each is shown again until it is settled."""

from dataclasses import field

from counterfoil.declaring import dataclass
from counterfoil.domain.failures import RecordUnreadableError
from counterfoil.domain.money import Exact
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.sale import Sale
from counterfoil.domain.states import RedemptionState
from counterfoil.ports.journal import JournalView
from counterfoil.presentation.needs import is_asked
from counterfoil.presentation.result_screen import REFUSED


@dataclass(frozen=True, slots=True)
class Returned:
    """The last redemption of a sale that was open when the till stopped.

    With ``is_asked`` nobody has said yet where its customer is.
    """

    redemption: Redemption
    is_asked: bool
    due: Exact | None
    """All that was to be paid in the sale; None where the whole voucher is taken."""
    continued_cents: int | None
    """What the sale owed before this voucher; None where it began with it."""

    @property
    def is_waiting(self) -> bool:
        """Whether nothing can be done for it but to wait for the provider."""
        return not self.is_asked and self.redemption.state is RedemptionState.INFLIGHT


@dataclass(slots=True)
class Returning:
    """Keeps which sales from before the stop are still to be shown, the oldest first."""

    journal: JournalView
    _ids: list[str] = field(default_factory=list)

    async def read(self) -> None:
        """Find the sales in the journal; called once after the start."""
        self._ids = [one.id for one in await self.journal.redemptions_left_open()]

    def has(self, redemption_id: str) -> bool:
        """Whether this redemption is still to be shown."""
        return redemption_id in self._ids

    def let_go(self, redemption_id: str) -> None:
        """Do not show this redemption again: it is settled, and somebody has seen it."""
        if redemption_id in self._ids:
            self._ids.remove(redemption_id)

    async def first(self, *, with_waiting: bool = False) -> Returned | None:
        """Return the oldest of these sales that a person can do something for; None if none.

        With ``with_waiting`` also one that only waits for the provider. One with an altered record
        is skipped.
        """
        for one in tuple(self._ids):
            try:
                found = await self._returned(one)
            except RecordUnreadableError:
                self.let_go(one)
                continue
            if with_waiting or not found.is_waiting:
                return found
        return None

    async def _returned(self, redemption_id: str) -> Returned:
        redemption = await self.journal.redemption(redemption_id)
        assert redemption is not None, "what was left open is in the journal"
        sale = await self.journal.sale(redemption.sale_id)
        assert sale is not None, "a redemption has a sale"
        return Returned(
            redemption,
            is_asked=is_asked(sale) and redemption.state not in REFUSED,
            due=None if sale.due_cents is None else Exact(sale.due_cents),
            continued_cents=_owed_before(sale, redemption),
        )


def _owed_before(sale: Sale, redemption: Redemption) -> int | None:
    is_final = redemption.state is RedemptionState.FINAL
    by_this = redemption.redeemed_cents or 0 if is_final else 0
    by_others = sale.paid_cents - by_this
    return sale.due_cents - by_others if sale.due_cents is not None and by_others else None
