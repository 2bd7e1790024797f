"""Which voucher types there are: from discovery, or as they last were when offline."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from counterfoil.domain import rows as row
from counterfoil.domain.failures import GatewayEmptyError, GatewayUnavailableError
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
    trouble: GatewayUnavailableError | None = field(default=None, compare=False)
    """Why an upstream told no types just now; None before any was asked as well."""

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
            trouble = GatewayEmptyError("no upstream offers a type")
        return replace(offer, trouble=trouble)

    async def _offer(self, answered: frozenset[str]) -> Offer:
        kept = [await self._journal.kept_types(name) for name in self._gateways]
        told = [one for one in kept if one is not None]
        return Offer(
            types=tuple(voucher_type for _, types in told for voucher_type in types),
            told_at=min((at for at, _ in told), default=None),
            is_fresh=answered == frozenset(self._gateways),
        )
