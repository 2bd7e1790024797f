"""The providers, products and vouchers that the SUV interface of the sandbox knows.

All are values of this simulator, not of any provider.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

EXPIRES_AT = "2029-01-01T00:00:00.000Z"
EXPIRED_AT = "2025-01-01T00:00:00.000Z"


class SuvSituation(StrEnum):
    """What happens when the voucher is redeemed."""

    USABLE = "usable"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    """Not in the ledger: any other code does the same."""
    INSUFFICIENT = "insufficient"
    """A usable voucher of small value, to be asked for more than it holds."""
    DECLINED = "declined"
    """The provider declines for reasons of its own: 400 with its code and message."""
    SLOW = "slow"
    """The effect and the answer come after the ``slow_s`` dial's seconds."""
    ANSWER_LOST = "answer_lost"
    """The value is taken, then the line is cut before a byte of the answer."""
    UPSTREAM_TIMEOUT = "upstream_timeout"
    """504, and nothing is taken."""
    UPSTREAM_TIMEOUT_TAKEN = "upstream_timeout_taken"
    """504 all the same, but the value is taken."""
    UPSTREAM_DOWN = "upstream_down"
    """503, and nothing is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuvProvider:
    """An institution whose vouchers are redeemed, and what it can do."""

    id: str
    institution_id: str
    name: str
    code_start: str
    swallows_advices: bool = False
    """Advices are acknowledged for it and thrown away."""
    allows_refunds: bool = False
    allows_part: bool = True

    @property
    def institution(self) -> dict[str, str]:
        """The provider as messages name it."""
        return {"id": self.institution_id, "name": self.name}


@dataclass(frozen=True, slots=True, kw_only=True)
class SuvProduct:
    """A product of the catalogue; a fixed price, or a range, in cents."""

    id: str
    provider: str
    name: str
    description: str
    least_cents: int
    most_cents: int

    @property
    def is_fixed(self) -> bool:
        """Whether the product has one price."""
        return self.least_cents == self.most_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class SuvSandboxVoucher:
    """One row of the table of vouchers."""

    code: str
    serial_number: str
    provider: str
    situation: SuvSituation
    value_cents: int
    note: str


KAROO = "karoo"
BAOBAB = "baobab"
PROTEA = "protea"

PROVIDERS: Mapping[str, SuvProvider] = {
    provider.id: provider
    for provider in (
        SuvProvider(id=KAROO, institution_id="50010001", name="Karoo Vouchers", code_start="6501"),
        SuvProvider(
            id=BAOBAB,
            institution_id="50010002",
            name="Baobab Gifts",
            code_start="6502",
            swallows_advices=True,
            allows_part=False,
        ),
        SuvProvider(
            id=PROTEA,
            institution_id="50010003",
            name="Protea Prepaid",
            code_start="6503",
            allows_refunds=True,
        ),
    )
}

PRODUCTS: tuple[SuvProduct, ...] = (
    SuvProduct(
        id="KAROO",
        provider=KAROO,
        name="Karoo voucher",
        description="Any amount; confirmed or reversed after redeeming; the rest stays on it",
        least_cents=500,
        most_cents=500_000,
    ),
    SuvProduct(
        id="BAOBAB100",
        provider=BAOBAB,
        name="Baobab gift R100",
        description="Redeemed whole in a single message",
        least_cents=10_000,
        most_cents=10_000,
    ),
    SuvProduct(
        id="PROTEA",
        provider=PROTEA,
        name="Protea prepaid",
        description="Any amount; can be refunded after it was confirmed",
        least_cents=500,
        most_cents=500_000,
    ),
)

# Situation code in the number, how many copies, value in cents, situation, what it is for.
_PATTERN: tuple[tuple[int, int, int, SuvSituation, str], ...] = (
    (1, 8, 5_000, SuvSituation.USABLE, "R50"),
    (2, 4, 10_000, SuvSituation.USABLE, "R100"),
    (4, 2, 50_000, SuvSituation.USABLE, "R500"),
    (20, 1, 5_000, SuvSituation.USED, "already used"),
    (21, 1, 5_000, SuvSituation.EXPIRED, "expired"),
    (22, 1, 0, SuvSituation.UNKNOWN, "not in the ledger"),
    (24, 2, 500, SuvSituation.INSUFFICIENT, "R5: ask for more and it is declined"),
    (25, 2, 5_000, SuvSituation.DECLINED, "R50, declined by the provider"),
    (30, 3, 5_000, SuvSituation.SLOW, "R50, answers after 20 s"),
    (33, 4, 5_000, SuvSituation.ANSWER_LOST, "R50, taken but the answer is lost"),
    (34, 3, 5_000, SuvSituation.UPSTREAM_TIMEOUT, "R50, a 504; nothing is taken"),
    (35, 3, 5_000, SuvSituation.UPSTREAM_TIMEOUT_TAKEN, "R50, a 504; taken all the same"),
    (36, 2, 5_000, SuvSituation.UPSTREAM_DOWN, "R50, a 503; nothing is taken"),
)


def _rows() -> Iterator[SuvSandboxVoucher]:
    for provider in PROVIDERS.values():
        for code, copies, value_cents, situation, note in _PATTERN:
            for copy in range(1, copies + 1):
                tail = f"{code:02d}{copy:02d}"
                yield SuvSandboxVoucher(
                    code=f"{provider.code_start}00000000{tail}",
                    serial_number=f"{provider.id.upper()}{tail}",
                    provider=provider.id,
                    situation=situation,
                    value_cents=value_cents,
                    note=note,
                )


SUV_VOUCHERS: tuple[SuvSandboxVoucher, ...] = tuple(_rows())


def codes_for(
    provider: str, situation: SuvSituation, *, value_cents: int | None = None
) -> list[str]:
    """Return the codes of one provider and situation, in the table's order."""
    return [
        row.code
        for row in SUV_VOUCHERS
        if row.provider == provider
        and row.situation is situation
        and value_cents in (None, row.value_cents)
    ]


def find_product(product_id: str) -> SuvProduct | None:
    """Return the product with this id, if it is on offer."""
    return next((product for product in PRODUCTS if product.id == product_id), None)


def find_provider(institution_id: str | None) -> SuvProvider | None:
    """Return the provider that is this institution, if there is one."""
    found = (one for one in PROVIDERS.values() if one.institution_id == institution_id)
    return next(found, None)
