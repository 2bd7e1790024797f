"""A gateway that answers from a script."""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from typing_extensions import override

from counterfoil.domain.contact import UNASKED, Contact
from counterfoil.domain.failures import GatewayUnavailableError
from counterfoil.domain.money import Exact
from counterfoil.domain.redemption import AttemptKind, Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.verdict import Verdict
from counterfoil.domain.voucher_type import ALL_TEXT, VoucherType, WireKind
from counterfoil.ports.gateway import Balance, Gateway, LookupRefused, Order


@dataclass(frozen=True, slots=True)
class Ask:
    """One attempt as the gateway was asked to make it."""

    redemption: Redemption
    kind: AttemptKind
    request: Secret


ScriptedVerdict = Verdict | Callable[[Ask], Verdict]


class ScriptedGateway(Gateway):
    """Gives the verdicts of ``script`` one after the other, then ``otherwise`` for ever.

    ``asks`` records every attempt when it begins. While ``gate`` is set to an unset event, an
    answer waits for it: that is how a test holds an attempt under way. ``started`` is set as soon
    as any attempt has begun.
    """

    def __init__(
        self,
        script: Iterable[ScriptedVerdict] = (),
        *,
        otherwise: ScriptedVerdict | None = None,
        types: tuple[VoucherType, ...] = (),
        balances: Iterable[Balance | LookupRefused] = (),
        upstream: str = "moment",
    ) -> None:
        self.script: deque[ScriptedVerdict] = deque(script)
        self.otherwise = otherwise
        self.types = types
        self.balances: deque[Balance | LookupRefused] = deque(balances)
        self.balance_otherwise: Balance | None = None
        """What is told once no more balances are scripted."""
        self.is_offline = False
        """Whether discovery and lookups find no usable answer."""
        self.asks: list[Ask] = []
        self.lookups: list[tuple[str, Mapping[str, Secret]]] = []
        self.gate: asyncio.Event | None = None
        self.started = asyncio.Event()
        self.heard = UNASKED
        """How its line is."""
        self._upstream = upstream

    @property
    @override
    def upstream(self) -> str:
        """The upstream's name in the journal."""
        return self._upstream

    @property
    @override
    def contact(self) -> Contact:
        """Return how a test says that the line is."""
        return self.heard

    @override
    async def fetch_types(self) -> tuple[VoucherType, ...]:
        """Return the types the test gave."""
        self._require_line()
        return self.types

    @override
    async def look_up(
        self, type_id: str, fields: Mapping[str, Secret], wire: Mapping[str, WireKind] = ALL_TEXT
    ) -> Balance | LookupRefused:
        """Return the next balance of the script."""
        self._require_line()
        self.lookups.append((type_id, fields))
        if not self.balances and self.balance_otherwise is not None:
            return self.balance_otherwise
        return self.balances.popleft()

    @override
    def compose(self, order: Order) -> Secret:
        """Build a request that differs whenever the order does."""
        document: dict[str, object] = {
            "reference": order.redemption_id,
            "type": order.type_id,
            "source": {name: value.reveal() for name, value in order.fields.items()},
        }
        if isinstance(order.amount, Exact):
            document |= {"amount": order.amount.cents, "currency": order.currency}
        return Secret(json.dumps(document, sort_keys=True))

    @override
    async def ask(self, redemption: Redemption, kind: AttemptKind, request: Secret) -> Verdict:
        """Record the attempt, wait at the gate, and answer from the script."""
        ask = Ask(redemption, kind, request)
        self.asks.append(ask)
        self.started.set()
        if self.gate is not None:
            await self.gate.wait()
        step = self.script.popleft() if self.script else self.otherwise
        assert step is not None, f"the script has no answer to attempt {len(self.asks)}"
        return step(ask) if callable(step) else step

    def _require_line(self) -> None:
        if self.is_offline:
            raise GatewayUnavailableError("the script says that the line is down")
