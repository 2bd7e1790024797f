"""Finds what a command names in the journal, or refuses the command."""

from counterfoil.domain.failures import UnknownRedemptionError, UnknownSaleError
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.sale import Sale
from counterfoil.ports.journal import JournalView


async def known_redemption(journal: JournalView, redemption_id: str) -> Redemption:
    """Return the redemption with this id.

    Raises:
        UnknownRedemptionError: the journal has none.

    """
    redemption = await journal.redemption(redemption_id)
    if redemption is None:
        raise UnknownRedemptionError
    return redemption


async def known_sale(journal: JournalView, sale_id: str) -> Sale:
    """Return the sale with this id.

    Raises:
        UnknownSaleError: the journal has none.

    """
    sale = await journal.sale(sale_id)
    if sale is None:
        raise UnknownSaleError
    return sale
