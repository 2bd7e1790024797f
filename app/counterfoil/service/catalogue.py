"""Which voucher types there are: from discovery, or as they last were when offline."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from counterfoil.domain import rows as row
from counterfoil.domain.failures import GatewayUnauthorisedError, GatewayUnavailableError
from counterfoil.domain.voucher_type import VoucherType
from counterfoil.ports.clock import Clock
from counterfoil.ports.gateway import Gateway
from counterfoil.ports.journal import Journal


@dataclass(frozen=True, slots=True)
class Offer:
    """The types of all upstreams. ``told_at`` is the oldest answer they come from."""

    types: tuple[VoucherType, ...]
    told_at: datetime | None
    is_fresh: bool
    """Whether every upstream answered just now."""
    is_key_refused: bool = False
    """Whether an upstream answered just now that it does not accept the till's key."""

    def find(self, type_id: str) -> VoucherType | None:
        """Return the type with this id."""
        return next((one for one in self.types if one.id == type_id), None)

    @property
    def colours(self) -> dict[str, str]:
        """The brand colours that the types were told with, by their ids."""
        return {one.id: one.colour for one in self.types}


class Catalogue:
    """Asks the upstreams for their types and keeps the answers in the journal."""

    def __init__(self, journal: Journal, gateways: Mapping[str, Gateway], clock: Clock) -> None:
        self._journal = journal
        self._gateways = gateways
        self._clock = clock

    async def kept(self) -> Offer:
        """Return the types as they were last told, without asking anyone."""
        return await self._offer(frozenset())

    async def refresh(self) -> Offer:
        """Ask every upstream; one that does not answer keeps the types it told last."""
        answered = set()
        is_key_refused = False
        for name, gateway in self._gateways.items():
            try:
                types = await gateway.fetch_types()
            except GatewayUnavailableError as error:
                is_key_refused |= isinstance(error, GatewayUnauthorisedError)
                continue
            await self._journal.commit((row.TypesKept(name, self._clock.now().wall, types),))
            answered.add(name)
        return replace(await self._offer(frozenset(answered)), is_key_refused=is_key_refused)

    async def _offer(self, answered: frozenset[str]) -> Offer:
        kept = [await self._journal.kept_types(name) for name in self._gateways]
        told = [one for one in kept if one is not None]
        return Offer(
            types=tuple(voucher_type for _, types in told for voucher_type in types),
            told_at=min((at for at, _ in told), default=None),
            is_fresh=answered == frozenset(self._gateways),
        )
