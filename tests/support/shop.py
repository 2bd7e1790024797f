"""The shipped till at a real sandbox, over real HTTP, with a clock that the test holds.

Everything is put together by the composition root: the journal in its file, the services, the
gateway and its exchange. Only time is the test's own, so that a day of retries takes a moment;
while a line or the journal's thread works, it stands still.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

from typing_extensions import override

from counterfoil import bootstrap
from counterfoil.adapters.settings.till_settings import FolderChoice, PrinterChoice, TillSettings
from counterfoil.adapters.system.chance import SystemChance
from counterfoil.adapters.upstream.electrum.authorisation import BasicAuthorisation
from counterfoil.adapters.upstream.electrum.gateway import ElectrumGateway, Offered
from counterfoil.adapters.upstream.electrum.parties import Institution
from counterfoil.adapters.upstream.exchange import Call
from counterfoil.domain.advice import UNACKNOWLEDGED
from counterfoil.domain.money import Amount, Exact
from counterfoil.domain.redemption import AttemptKind, Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.till import TillProfile
from counterfoil.domain.verdict import Verdict
from counterfoil.domain.voucher_type import VoucherType
from counterfoil.service.owing import AdviceComposer
from counterfoil.service.recovery import recover
from counterfoil.service.redeem import Intent
from counterfoil_sandbox.server import SandboxServer
from counterfoil_sandbox.suv.ledger import NewSuvVoucher
from support.busy import BusyExchange, BusyJournal
from support.canary import CANARY_API_KEY
from support.clocks import SteppedClock
from support.journals import QUICK
from support.memory_vault import MemoryVault
from support.suv_bodies import DESCRIPTORS, PARTIES

S = RedemptionState
KAROO, BAOBAB, PROTEA = "electrum.karoo", "electrum.baobab", "electrum.protea"
DAY_S = 24 * 3600.0
DEADLINE_S = 5.0
_ROUNDS_MAX = 400
_NOTHING_TAKEN = frozenset({S.ABANDONED, S.DECLINED, S.REVERSED})


class ListeningGateway(ElectrumGateway):
    """The real gateway; ``before_lookup`` is awaited before each look-up of a redemption."""

    before_lookup: Callable[[], Awaitable[object]] | None = None

    @override
    async def ask(self, redemption: Redemption, kind: AttemptKind, request: Secret) -> Verdict:
        """Make one attempt."""
        if kind is not AttemptKind.SEND and self.before_lookup is not None:
            await self.before_lookup()
        return await super().ask(redemption, kind, request)


FOLDER = FolderChoice()


@dataclass(slots=True, kw_only=True)
class Shop:
    """One till and one sandbox. ``sent`` is each call: virtual seconds, method and path."""

    server: SandboxServer
    folder: Path
    clock: SteppedClock = field(default_factory=lambda: SteppedClock(is_automatic=True))
    deadline_s: float = DEADLINE_S
    is_synced: bool = True
    """Whether each commit waits for the disk; a test of thousands may leave that to others."""
    printer: PrinterChoice = FOLDER
    sent: list[tuple[float, str]] = field(default_factory=list)
    _till: bootstrap.Till | None = None
    _gateway: ListeningGateway | None = None
    _journal: BusyJournal | None = None
    _opened: AsyncExitStack = field(default_factory=AsyncExitStack)
    _types: dict[str, VoucherType] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: count(1))

    @property
    def till(self) -> bootstrap.Till:
        """The till that is open."""
        assert self._till is not None
        return self._till

    @property
    def gateway(self) -> ListeningGateway:
        """Its way to the sandbox."""
        assert self._gateway is not None
        return self._gateway

    async def open(self) -> None:
        """Open the till as it starts: recover, then put the services together."""
        self._opened = opened = AsyncExitStack()
        journal = await opened.enter_async_context(
            BusyJournal.open(self.folder, MemoryVault, QUICK)
        )
        assert isinstance(journal, BusyJournal)
        if not self.is_synced:
            await journal.stop_syncing()
        exchange = BusyExchange(deadline_s=self.deadline_s)
        exchange.began = self._note
        opened.push_async_callback(exchange.aclose)
        self._journal = journal
        self._gateway = ListeningGateway(
            exchange,
            base_url=self.server.url,
            authorisation=BasicAuthorisation(_read_secret, "22222222"),
            parties=replace(
                PARTIES,
                settlement_entity=None,
                receivers={
                    KAROO: Institution(id="50010001", name="Karoo Vouchers"),
                    BAOBAB: Institution(id="50010002", name="Baobab Gifts"),
                    PROTEA: Institution(id="50010003", name="Protea Prepaid"),
                },
            ),
            offered=Offered(descriptors=DESCRIPTORS / "training"),
            clock=self.clock,
        )
        self._types = {one.id: one for one in await self._gateway.fetch_types()}
        self.clock.is_busy = lambda: journal.is_busy() or exchange.is_busy()
        gateways = {self._gateway.upstream: self._gateway}
        composer = AdviceComposer(journal=journal, gateways=gateways, chance=SystemChance())
        parts = bootstrap.Parts(
            settings=TillSettings(profile=TillProfile(is_training=True), printer=self.printer),
            directory=self.folder,
            journal=journal,
            vault=journal.vault,
            clock=self.clock,
            gateways=gateways,
            recovered=await recover(journal, self.clock, composer),
        )
        self._till = await bootstrap.assemble(opened, parts)

    async def close(self) -> None:
        """Close the till."""
        self.clock.is_busy = lambda: False
        await self._opened.aclose()

    def _note(self, call: Call) -> None:
        path = "/" + call.url.split("/", 3)[3]
        self.sent.append((self.clock.now().monotonic_s, f"{call.method} {path}"))

    # ------------------------------------------------------------------------------ what is done

    def issue(self, type_id: str = KAROO, *, cents: int = 5_000, situation: str = "usable") -> str:
        """Put a new voucher into the sandbox's ledger, and return its code."""
        starts = {KAROO: "6501", BAOBAB: "6502", PROTEA: "6503"}
        number = next(self._numbers)
        code = f"{starts[type_id]}9{number:011d}"
        self.server.sandbox.suv.issue(
            NewSuvVoucher(
                code=code,
                serial_number=f"S{code}",
                provider=type_id.removeprefix("electrum."),
                value_cents=cents,
                expires_at="2031-01-01T00:00:00.000Z",
                situation=situation,
            )
        )
        return code

    def intent(self, code: str, type_id: str = KAROO, amount: Amount | None = None) -> Intent:
        """Return what a cashier asks for: R19.00 unless told otherwise."""
        return Intent(
            voucher_type=self._types[type_id],
            fields={"code": Secret(code)},
            amount=amount or Exact(1900),
            cashier="Thandi M.",
        )

    async def redeem(
        self, code: str, type_id: str = KAROO, amount: Amount | None = None
    ) -> Redemption:
        """Redeem at the counter."""
        return await self.till.engine.redeemer.redeem(self.intent(code, type_id, amount))

    async def forward(self) -> float | None:
        """Make one pass of everything that is due; return the seconds until more is."""
        await self.till.engine.resolver.resolve_due()
        return await self.till.engine.forwarder.forward_due()

    async def settle(self, limit_s: float = 2 * DAY_S) -> None:
        """Let time pass until nothing is due any more, or until the limit."""
        end_s = self.clock.now().monotonic_s + limit_s
        for _ in range(_ROUNDS_MAX):
            wait_s = await self.forward()
            if wait_s is None or self.clock.now().monotonic_s + wait_s > end_s:
                return
            await self.clock.sleep(wait_s)
        raise AssertionError("it never becomes quiet")

    async def stored(self, redemption: Redemption) -> Redemption:
        """Return what the journal holds of a redemption now."""
        found = await self.till.journal.redemption(redemption.id)
        assert found is not None
        return found

    # ------------------------------------------------------------------------------ what there is

    def report(self) -> dict[str, Any]:
        """Return the second upstream's part of the ledger."""
        return self.server.suv_ledger.report()

    def told(self, redemption: Redemption) -> list[tuple[str, int, bool]]:
        """Return each advice that came in about a request: kind, status, and if it had effect."""
        return [
            (one["kind"], one["answer_status"], one["had_effect"])
            for one in self.report()["advices"]
            if one["request_id"] == redemption.id
        ]

    def taken_cents(self, redemption: Redemption) -> int:
        """Return what the upstream took for a request and has not given back."""
        return _taken(self.report()).get(redemption.id, 0)

    def calls(self, ending: str) -> list[float]:
        """Return when each call whose path ends so began, in virtual seconds."""
        return [at_s for at_s, what in self.sent if what.endswith(ending)]

    async def agree(
        self, *, unverified_cents: int = 0, for_a_person: frozenset[str] = frozenset()
    ) -> None:
        """Check that both books say the same to the cent, and that nothing is owed.

        ``for_a_person`` are the redemptions that a person must see to, and ``unverified_cents``
        is what an upstream kept that swallowed reversals, as the till says itself.
        """
        journal, report = self.till.journal, self.report()
        assert await journal.verify() == ()
        assert await journal.owed_advices() == (), "an advice is owed"
        assert await journal.open_redemptions() == (), "a redemption is open"
        left = await journal.redemptions_for_a_person()
        assert {one.id for one in left} == for_a_person
        taken, unverified = _taken(report), 0
        for redemption in await journal.history(10_000):
            cents = taken.pop(redemption.id, 0)
            await self._check(redemption, cents, report)
            unverified += cents if redemption.state is S.REVERSED_UNVERIFIED else 0
        assert taken == {}, "something was taken that the journal does not know"
        assert unverified == unverified_cents
        totals = report["totals"]
        held = totals["balance_cents"] + totals["held_cents"]
        assert totals["issued_cents"] == held + totals["debited_cents"]

    async def _check(self, redemption: Redemption, cents: int, report: dict[str, Any]) -> None:
        told = [one for one in report["advices"] if one["request_id"] == redemption.id]
        kinds = {one["kind"] for one in told}
        assert len(kinds) <= 1, "confirmed and reversed"
        assert len({one["id"] for one in told}) <= 1, "one advice, one id"
        advice = await self.till.journal.advice(redemption.id)
        assert kinds <= {advice.kind.value if advice else ""}
        if advice is not None:
            assert advice.state not in UNACKNOWLEDGED
        if redemption.state is S.FINAL:
            assert cents == redemption.redeemed_cents, "what was taken is not what was sold on"
            had_effect = any(one["had_effect"] for one in told)
            assert had_effect is redemption.has_confirmation
        elif redemption.state in _NOTHING_TAKEN:
            assert cents == 0, f"{redemption.state.value}, and something was taken"


@asynccontextmanager
async def open_shop(
    server: SandboxServer,
    folder: Path,
    *,
    deadline_s: float = DEADLINE_S,
    is_synced: bool = True,
    printer: PrinterChoice = FOLDER,
) -> AsyncIterator[Shop]:
    """Open a till at a sandbox that is put back to its start."""
    server.reset()
    shop = Shop(
        server=server,
        folder=folder,
        deadline_s=deadline_s,
        is_synced=is_synced,
        printer=printer,
    )
    await shop.open()
    try:
        yield shop
    finally:
        await shop.close()


async def until(is_so: Callable[[], bool]) -> None:
    """Wait in real time, for what happens at the sandbox."""
    async with asyncio.timeout(10):
        while not is_so():  # noqa: ASYNC110 - the sandbox runs in a thread and has no event to wait for
            await asyncio.sleep(0.005)


def _taken(report: dict[str, Any]) -> dict[str, int]:
    """Return what is debited for each request, leaving out those that are back to nothing."""
    taken: dict[str, int] = defaultdict(int)
    for voucher in report["vouchers"]:
        for debit in voucher["debits"]:
            taken[debit["request_id"]] += debit["amount_cents"]
    taken.pop("before-the-sandbox", None)
    return {request_id: cents for request_id, cents in taken.items() if cents}


def _read_secret(name: str) -> Secret:
    return Secret("22222222" if name == "user" else CANARY_API_KEY)
