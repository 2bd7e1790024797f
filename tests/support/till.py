"""The till's services over fakes, wired as the program wires them, for tests and simulations.

``open_till`` gives the whole object graph inside an owner of tasks. A crash is the end of one
``open_till`` without ``finish``; the next one over the same journal is the start after it.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

from typing_extensions import override

from counterfoil.domain.failures import JournalUnavailableError
from counterfoil.domain.money import Amount, Exact
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.rows import Row
from counterfoil.domain.sale import Sale
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.time import Instant
from counterfoil.domain.verdict import (
    Approved,
    ChangeCode,
    ChangeVoucher,
    Declined,
    DeclineReason,
    Unknown,
    UnknownCause,
)
from counterfoil.domain.voucher_type import ChangeManner, FieldKind, FieldSpec, VoucherType
from counterfoil.ports.gateway import Gateway
from counterfoil.service.forwarder import Forwarder
from counterfoil.service.notices import Notices
from counterfoil.service.owing import AdviceComposer
from counterfoil.service.redeem import Intent, Redeemer
from counterfoil.service.refunding import Refunder
from counterfoil.service.resolver import Resolver
from counterfoil.service.settlement_desk import SettlementDesk
from counterfoil.service.tasks import TaskOwner
from counterfoil.service.token_bucket import TokenBuckets
from counterfoil.service.void_desk import VoidDesk
from counterfoil.service.voiding import Voider
from support.canary import CANARY_CHANGE_PIN, CANARY_PIN
from support.clocks import START, SeededChance, SteppedClock
from support.memory_vault import MemoryVault
from support.quick_journal import QuickJournal

S = RedemptionState

REDEMPTION_ID = "5b0f6a52-43a1-4f6e-9d0e-1c8a4b7d2e90"
SALE_ID = "0a6f1f6e-52d3-4a9c-8d4b-3f0c2b7a9e11"
NOW = Instant(wall=START, monotonic_s=1_000.0, boot_id="boot-1")

PIN_FIELD = FieldSpec(
    name="pin", label="Voucher PIN", kind=FieldKind.DIGITS, is_sensitive=True, length=16
)
PHONE_FIELD = FieldSpec(
    name="phone_number", label="Mobile number", kind=FieldKind.PHONE, is_required=False
)
ONE_VOUCHER = VoucherType(
    id="vouchers.one_voucher",
    upstream="moment",
    category="vouchers",
    name="1Voucher",
    fields=(PIN_FIELD, PHONE_FIELD),
    change=ChangeManner.INLINE,
)

CHANGE = ChangeVoucher(codes=(ChangeCode("pin", Secret(CANARY_CHANGE_PIN)),), amount_cents=3100)
NOT_SENT = Declined(reason=DeclineReason.NOT_SENT)
USED = Declined(reason=DeclineReason.ALREADY_USED)
TIME_OUT = Unknown(cause=UnknownCause.TIME_OUT)


def approved(cents: int = 1900, change: ChangeVoucher | None = CHANGE) -> Approved:
    """Return an approval for this many cents."""
    return Approved(
        redeemed_cents=cents,
        upstream_id="rdm_000000000000000000000001",
        upstream_version=3,
        upstream_reference="1V-90077123",
        change=change,
        body=Secret('{"status":"confirmed"}'),
        http_status=200,
    )


def intent(
    amount: Amount | None = None,
    *,
    pin: str = CANARY_PIN,
    sale_id: str | None = None,
    voucher_type: VoucherType = ONE_VOUCHER,
    **fields: str,
) -> Intent:
    """Return what a cashier asks for: R19.00 of a 1Voucher unless told otherwise."""
    texts = {"pin": pin, **fields}
    return Intent(
        voucher_type=voucher_type,
        fields={name: Secret(text) for name, text in texts.items()},
        amount=amount or Exact(1900),
        cashier="Thandi M.",
        sale_id=sale_id,
    )


def instant(after_s: float = 0.0, *, boot_id: str = "boot-1") -> Instant:
    """Return both clocks this many seconds after ``NOW``."""
    return Instant(
        wall=NOW.wall + timedelta(seconds=after_s),
        monotonic_s=NOW.monotonic_s + after_s,
        boot_id=boot_id,
    )


def sale(due_cents: int | None = 1900, **changes: object) -> Sale:
    """Return an open sale that owes this much."""
    plain = Sale(id=SALE_ID, currency="ZAR", due_cents=due_cents, opened_at=START)
    return replace(plain, **changes)  # type: ignore[arg-type]  # mypy cannot see fields through a mapping


def prepared(**changes: object) -> Redemption:
    """Return a redemption of R19.00 that was written and not sent."""
    plain = Redemption(
        id=REDEMPTION_ID,
        sale_id=SALE_ID,
        upstream="moment",
        type_id=ONE_VOUCHER.id,
        type_name=ONE_VOUCHER.name,
        fingerprint="f1",
        voucher_tail=CANARY_PIN[-4:],
        amount=Exact(1900),
        currency="ZAR",
        idempotency_key="1c8a4b7d-43a1-4f6e-9d0e-5b0f6a522e90",
        cashier="Thandi M.",
        created_at=START,
        slip_number=8841,
        change_manner=ChangeManner.INLINE,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # mypy cannot see fields through a mapping


def under_way(attempts: int = 1, **changes: object) -> Redemption:
    """Return a redemption whose latest attempt has started and not ended."""
    earlier_end = NOW if attempts > 1 else None
    return prepared(
        **{
            "state": S.INFLIGHT,
            "attempts": attempts,
            "attempts_ended": attempts - 1,
            "first_sent": NOW,
            "last_ended": earlier_end,
            **changes,
        }
    )


def waiting(attempts: int = 1, **changes: object) -> Redemption:
    """Return a redemption in doubt between two attempts."""
    return under_way(
        attempts,
        **{
            "attempts_ended": attempts,
            "last_ended": NOW,
            "next_due_at": NOW.wall,
            "last_cause": UnknownCause.TIME_OUT,
            **changes,
        },
    )


def in_state(state: RedemptionState) -> Redemption:
    """Return a plausible redemption in any state; INFLIGHT is between two attempts."""
    if state in {S.PREPARED, S.ABANDONED}:
        return prepared(state=state)
    taken = {S.APPROVED, S.FINAL, S.UNCLAIMED, S.REVERSING, S.REVERSED, S.REVERSED_UNVERIFIED}
    if state in taken:
        return waiting(state=state, next_due_at=None, redeemed_cents=1900, change=CHANGE.shape)
    return waiting(state=state, next_due_at=None)


class WatchedJournal(QuickJournal):
    """A journal in memory that a test may watch, slow down and break.

    ``before_commit`` sees the rows and may raise; once it raised JournalUnavailableError, every
    later call raises too, as the port demands. ``turns`` is how often other tasks run before and
    after each call, as they do while a real journal works in its thread.
    """

    def __init__(self, *, turns: int = 0, connection: sqlite3.Connection | None = None) -> None:
        super().__init__(connection)
        self.turns = turns
        self.commits: list[tuple[Row, ...]] = []
        self.before_commit: Callable[[Sequence[Row]], None] = lambda _: None

    @override
    async def commit(self, rows: Sequence[Row]) -> None:
        """Write all rows or none."""
        await self._work()
        try:
            self.before_commit(rows)
        except JournalUnavailableError as failure:
            self._failure = failure
            raise
        await super().commit(rows)
        self.commits.append(tuple(rows))
        await self._turn()

    @override
    async def redemption(self, redemption_id: str) -> Redemption | None:
        """Return one redemption."""
        await self._work()
        found = await super().redemption(redemption_id)
        await self._turn()
        return found

    @override
    async def open_redemptions(self) -> tuple[Redemption, ...]:
        """Return those the till still has something to do for."""
        await self._work()
        found = await super().open_redemptions()
        await self._turn()
        return found

    def reopened(self) -> "WatchedJournal":
        """Return the same file as a new process would open it."""
        return WatchedJournal(turns=self.turns, connection=self._connection)

    async def _work(self) -> None:
        await self._turn()
        if self._failure is not None:
            raise self._failure

    async def _turn(self) -> None:
        for _ in range(self.turns):
            await asyncio.sleep(0)


@dataclass(slots=True, kw_only=True)
class Till:
    """Everything of one running till, and what it told."""

    journal: WatchedJournal
    gateway: Gateway
    clock: SteppedClock
    chance: SeededChance
    notices: Notices
    owner: TaskOwner
    redeemer: Redeemer
    resolver: Resolver
    forwarder: Forwarder
    voider: Voider
    refunder: Refunder
    void_desk: VoidDesk
    settlement_desk: SettlementDesk
    told: list[Redemption] = field(default_factory=list)
    """Each redemption that the notices told, in order."""
    failures: list[tuple[str, Exception]] = field(default_factory=list)
    """Each failure that the owner of tasks reported, with the name of its task."""

    async def stored(self, redemption: Redemption) -> Redemption:
        """Return what the journal holds of a redemption now."""
        found = await self.journal.redemption(redemption.id)
        assert found is not None
        return found

    @property
    def states_told(self) -> list[RedemptionState]:
        """The states that were told, in order."""
        return [redemption.state for redemption in self.told]


@asynccontextmanager
async def open_till(
    gateway: Gateway,
    *,
    journal: WatchedJournal | None = None,
    clock: SteppedClock | None = None,
    chance: SeededChance | None = None,
    redeemer_class: type[Redeemer] = Redeemer,
    beside: tuple[Gateway, ...] = (),
) -> AsyncIterator[Till]:
    """Open a till whose upstream is this gateway, with others ``beside``; end all its tasks after.

    Without a clock of its own its virtual time runs by itself.
    """
    failures: list[tuple[str, Exception]] = []
    told: list[Redemption] = []
    journal = journal or WatchedJournal()
    clock = clock or SteppedClock(is_automatic=True)
    chance = chance or SeededChance()
    notices, tokens = Notices(), TokenBuckets(clock)
    async with TaskOwner(lambda name, error: failures.append((name, error))) as owner:
        gateways = {one.upstream: one for one in (gateway, *beside)}
        forwarder = Forwarder(
            journal=journal,
            gateways=gateways,
            clock=clock,
            chance=chance,
            notices=notices,
            owner=owner,
            tokens=tokens,
        )
        redeemer = redeemer_class(
            journal=journal,
            gateways=gateways,
            vault=MemoryVault(),
            clock=clock,
            chance=chance,
            notices=notices,
            owner=owner,
            flush_reversals=forwarder.flush_reversals,
        )
        composer = AdviceComposer(journal=journal, gateways=gateways, chance=chance)
        resolver = Resolver(
            journal=journal,
            redeemer=redeemer,
            clock=clock,
            chance=chance,
            owner=owner,
            tokens=tokens,
        )
        voider = Voider(journal=journal, composer=composer, clock=clock, notices=notices)
        refunder = Refunder(
            journal=journal,
            gateways=gateways,
            clock=clock,
            chance=chance,
            redeemer=redeemer,
            forwarder=forwarder,
        )
        with notices.listening(told.append):
            yield Till(
                journal=journal,
                gateway=gateway,
                clock=clock,
                chance=chance,
                notices=notices,
                owner=owner,
                redeemer=redeemer,
                resolver=resolver,
                forwarder=forwarder,
                voider=voider,
                refunder=refunder,
                void_desk=VoidDesk(
                    journal=journal,
                    voider=voider,
                    refunder=refunder,
                    clock=clock,
                    notices=notices,
                ),
                settlement_desk=SettlementDesk(
                    journal=journal, gateways=gateways, clock=clock, notices=notices
                ),
                told=told,
                failures=failures,
            )
