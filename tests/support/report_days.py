"""Some days at a shop with three cashiers, of whom one takes back more than the others."""

from dataclasses import replace
from datetime import datetime, timedelta

from counterfoil.domain.rows import RedemptionPrepared, SaleOpened
from counterfoil.domain.states import RedemptionState
from counterfoil.ports.journal import Journal
from support.samples import REQUEST, Samples, moved, path_to, stored

S = RedemptionState
_DAYS = 12
_PEOPLE = (("Thandi M.", 3, 0), ("Zodwa N.", 2, 0), ("Sipho K.", 2, 1))
"""Each with how many sales a day at least, and whether every other one is taken back."""


async def lived(journal: Journal, until: datetime) -> None:
    """Sell for some days up to one; each has another number of sales."""
    samples = Samples()
    for day in range(_DAYS):
        for at, (cashier, least, takes_back) in enumerate(_PEOPLE):
            for number in range(least + (day * 7 + at) % 4):
                when = until - timedelta(days=_DAYS - 1 - day, hours=2 * at, minutes=9 * number)
                is_void = bool(takes_back) and number % 2 == 0
                await _sold(journal, samples, (cashier, when), is_void=is_void)


async def _sold(
    journal: Journal, samples: Samples, by: tuple[str, datetime], *, is_void: bool
) -> None:
    cashier, when = by
    sale = samples.sale()
    one = replace(samples.redemption(sale), cashier=cashier, created_at=when)
    await journal.commit((SaleOpened(sale), RedemptionPrepared(one, REQUEST)))
    one = await stored(journal, one.id)
    for state in (*path_to(S.FINAL), *((S.RESOLVED,) if is_void else ())):
        one = await moved(journal, one, state, when)
