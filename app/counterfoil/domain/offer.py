"""Which voucher types can be chosen: those of all upstreams, and how fresh the list is."""

from dataclasses import field
from datetime import datetime

from counterfoil.declaring import dataclass
from counterfoil.domain.failures import GatewayUnavailableError
from counterfoil.domain.voucher_type import VoucherType


@dataclass(frozen=True, slots=True)
class Offer:
    """The voucher types that can be chosen, of all upstreams.

    ``told_at`` is when the upstream with the oldest list gave it.
    """

    types: tuple[VoucherType, ...]
    told_at: datetime | None
    is_fresh: bool
    """Whether every upstream answered just now."""
    trouble: GatewayUnavailableError | None = field(default=None, compare=False)
    """Why an upstream gave no types at the last discovery; None also before the first."""

    def find(self, type_id: str) -> VoucherType | None:
        """Return the type with this id; None where there is none."""
        return next((one for one in self.types if one.id == type_id), None)

    @property
    def colours(self) -> dict[str, str]:
        """The brand colours that discovery gives for the types, by type id."""
        return {one.id: one.colour for one in self.types}
