"""What the till asks of an upstream. A keyed one takes idempotency keys and has no reversal."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum
from typing import Protocol

from counterfoil.declaring import dataclass
from counterfoil.domain.contact import UNASKED, Contact
from counterfoil.domain.money import Amount
from counterfoil.domain.redemption import AttemptKind, Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.verdict import Verdict
from counterfoil.domain.voucher_type import ALL_TEXT, VoucherType, WireKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the customer and the cashier want redeemed; ``fields`` have the names of discovery."""

    redemption_id: str
    type_id: str
    fields: Mapping[str, Secret]
    amount: Amount
    currency: str
    wire: Mapping[str, WireKind] = field(default_factory=lambda: ALL_TEXT)
    """The JSON types that fields are sent in, by the last discovery; text for all others."""


class BalanceFact(StrEnum):
    """What a further fact about a voucher tells, such as until when it can be used."""

    PRODUCT = "product"
    EXPIRES = "expires"
    EXPIRED = "expired"
    SERIAL_NUMBER = "serial_number"
    INSTRUCTIONS = "instructions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What the upstream said is on the voucher, in cents; it may be spent a second later.

    ``facts`` are further values for people to read, cleaned of control characters, each with what
    it is, or with the upstream's own label.
    """

    amount_cents: int | None
    currency: str
    facts: tuple[tuple[BalanceFact | str, str | date], ...] = ()


class LookupRefusal(StrEnum):
    """Why the upstream gave no balance."""

    NOT_OFFERED = "not_offered"
    ALREADY_USED = "already_used"
    EXPIRED = "expired"
    NOT_FOUND = "not_found"
    CANCELLED = "cancelled"
    BAD_REQUEST = "bad_request"
    PROVIDER_DOWN = "provider_down"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class LookupRefused:
    """The upstream answered, and gave no balance."""

    reason: LookupRefusal


class Gateway(Protocol):
    """One upstream: its voucher types, balances and redemptions."""

    @property
    def upstream(self) -> str:
        """The upstream's name in the journal, such as ``moment``."""
        ...

    @property
    def contact(self) -> Contact:
        """How the line to it is, as far as it was used since the till was opened."""
        return UNASKED

    async def fetch_types(self) -> tuple[VoucherType, ...]:
        """Ask which voucher types there are.

        Raises:
            GatewayUnavailableError: no usable answer.

        """
        ...

    async def look_up(
        self, type_id: str, fields: Mapping[str, Secret], wire: Mapping[str, WireKind] = ALL_TEXT
    ) -> Balance | LookupRefused:
        """Ask what is on a voucher. Moves no money.

        ``wire`` gives the JSON types that fields are sent in; text for all others.

        Raises:
            GatewayUnavailableError: no usable answer.

        """
        ...

    def compose(self, order: Order) -> Secret:
        """Build the request of a redemption; it is called once, and every attempt sends this text.

        Raises:
            EntryError: a field cannot be sent as it is.

        """
        ...

    async def ask(self, redemption: Redemption, kind: AttemptKind, request: Secret) -> Verdict:
        """Make one attempt and return what its answer proves; nothing is raised.

        ``redemption`` is as committed at the attempt's start, so ``redemption.attempts`` is this
        attempt's number. Failures of the network and the upstream become verdicts. A caller that
        stops waiting must shield the call: an exchange that has begun is never cancelled.
        """
        ...
