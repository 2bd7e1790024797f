"""The sales that the till had stopped over: each comes back until it is known and handled."""

from dataclasses import dataclass, field

from counterfoil.domain.failures import RecordUnreadableError
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.states import RedemptionState
from counterfoil.ports.journal import JournalView
from counterfoil.presentation.needs import is_asked
from counterfoil.presentation.result_screen import REFUSED


@dataclass(frozen=True, slots=True)
class Returned:
    """One of them as the journal holds it; with ``is_asked`` nobody has spoken for it yet."""

    redemption: Redemption
    is_asked: bool

    @property
    def is_waiting(self) -> bool:
        """Whether there is nothing to do for it but to wait."""
        return not self.is_asked and self.redemption.state is RedemptionState.INFLIGHT


@dataclass(slots=True)
class Returning:
    """Keeps which sales are to come back, the oldest first."""

    journal: JournalView
    _ids: list[str] = field(default_factory=list)

    async def read(self) -> None:
        """Find them in the journal, when the till has just started."""
        self._ids = [one.id for one in await self.journal.redemptions_left_open()]

    def has(self, redemption_id: str) -> bool:
        """Whether this one is to come back."""
        return redemption_id in self._ids

    def let_go(self, redemption_id: str) -> None:
        """Show one no more: it is known, and somebody has seen it."""
        if redemption_id in self._ids:
            self._ids.remove(redemption_id)

    async def first(self, *, with_waiting: bool = False) -> Returned | None:
        """Return the first that something is to be done for; an altered one does not come back."""
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
        return Returned(redemption, is_asked(sale) and redemption.state not in REFUSED)
