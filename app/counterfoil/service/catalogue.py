"""Which voucher types there are: from discovery, or while offline as they were last read."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from counterfoil.domain import rows as row
from counterfoil.domain.failures import (
    GatewayEmptyError,
    GatewayUnavailableError,
    RecordUnreadableError,
)
from counterfoil.domain.offer import Offer
from counterfoil.domain.voucher_type import VoucherType
from counterfoil.ports.clock import Clock
from counterfoil.ports.gateway import Gateway
from counterfoil.ports.journal import Journal


class Catalogue:
    """Asks the upstreams for their types and keeps the answers in the journal."""

    def __init__(self, journal: Journal, gateways: Mapping[str, Gateway], clock: Clock) -> None:
        self._journal = journal
        self._gateways = gateways
        self._clock = clock

    async def kept(self) -> Offer:
        """Return the types that the last discovery stored in the journal; no upstream is asked."""
        return await self._offer(frozenset())

    async def refresh(self) -> Offer:
        """Ask every upstream for its voucher types, and store them.

        Where an upstream gives no answer, its last stored types are in the offer.
        """
        answered = set()
        trouble: GatewayUnavailableError | None = None
        for name, gateway in self._gateways.items():
            try:
                types = await gateway.fetch_types()
            except GatewayUnavailableError as error:
                trouble = trouble or error
                continue
            await self._journal.commit((row.TypesKept(name, self._clock.now().wall, types),))
            answered.add(name)
        offer = await self._offer(frozenset(answered))
        if trouble is None and not offer.types:
            trouble = GatewayEmptyError()
        return replace(offer, trouble=trouble)

    async def _offer(self, answered: frozenset[str]) -> Offer:
        kept = [await self._kept(name) for name in self._gateways]
        told = [one for one in kept if one is not None]
        return Offer(
            types=tuple(voucher_type for _, types in told for voucher_type in types),
            told_at=min((at for at, _ in told), default=None),
            is_fresh=answered == frozenset(self._gateways),
        )

    async def _kept(self, upstream: str) -> tuple[datetime, tuple[VoucherType, ...]] | None:
        """Return the last types of an upstream; none where the record of them was altered."""
        try:
            return await self._journal.kept_types(upstream)
        except RecordUnreadableError:
            return None
