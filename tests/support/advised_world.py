"""A model of an upstream of kind B and of its network, and a till that lives through it.

The provider forgets a reversal of what it does not know, so that a request which arrives later
still counts. What the till and the provider then believe is compared when all is quiet.
"""

import random  # noqa: TID251 - a seed repeats a run exactly
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from typing_extensions import override

from counterfoil.domain.advice import (
    Acknowledged,
    Advice,
    AdviceKind,
    AdviceVerdict,
    NotKnownThere,
    Repeat,
)
from counterfoil.domain.redemption import AttemptKind, Redemption, VoidReason
from counterfoil.domain.rows import AdviceTurned, Row
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import Unknown, UnknownCause, Verdict
from counterfoil.domain.voucher_type import VoucherType
from counterfoil.ports.advised_gateway import AdvisedGateway, RefundOrder
from counterfoil.ports.gateway import Balance, LookupRefused, Order
from counterfoil.service.owing import AdviceComposer
from counterfoil.service.recovery import recover
from support.advised import REFUNDED_VOUCHER, SINGLE_VOUCHER, UPSTREAM
from support.clocks import SeededChance, SteppedClock
from support.till import NOT_SENT, TIME_OUT, USED, Till, WatchedJournal, approved, intent, open_till

S = RedemptionState
SINGLE_REFUNDED = replace(SINGLE_VOUCHER, can_refund=True)
LIFE_S = 110.0
"""A request that is late arrives within this, or else only before the sweep."""
SWEEP_LIFE_S = 20 * 3600.0


class Weather(StrEnum):
    """What becomes of one exchange."""

    FINE = "fine"
    LOST_REQUEST = "lost_request"
    LOST_ANSWER = "lost_answer"
    LATE = "late"
    TWICE = "twice"
    SERVER_ERROR = "server_error"
    NOT_SENT = "not_sent"
    REFUSED = "refused"
    CUSTOMER_LEAVES = "customer_leaves"


class Crash(BaseException):
    """The power fails; nothing of the till's own may catch it."""


class WrongWorldError(AssertionError):
    """Something came out that must never be."""


class ModelProvider(AdvisedGateway):
    """The provider's books, and a network in front of them that follows ``weather``."""

    def __init__(self, clock: SteppedClock) -> None:
        self.weather: deque[Weather] = deque()
        self.books: dict[str, str] = {}
        """By the request's id: ``held``, ``confirmed``, ``reversed`` or ``declined``."""
        self.late: list[tuple[datetime, str]] = []
        self.is_lookup_trusting = False
        """A mutant of the classifier: a lookup that finds nothing is taken for a decline."""
        self.till: Till | None = None
        self._clock = clock
        self._sent: set[str] = set()
        self._given_back: dict[str, str] = {}
        self._told: dict[str, tuple[str, AdviceKind, Secret]] = {}

    @property
    @override
    def upstream(self) -> str:
        return UPSTREAM

    @override
    async def fetch_types(self) -> tuple[VoucherType, ...]:
        return (REFUNDED_VOUCHER, SINGLE_REFUNDED)

    @override
    async def look_up(
        self, type_id: str, fields: Mapping[str, Secret], numbers: frozenset[str] = frozenset()
    ) -> Balance | LookupRefused:
        return Balance(amount_cents=None, currency="ZAR")

    @override
    def compose(self, order: Order) -> Secret:
        return Secret(order.redemption_id)

    @override
    def compose_refund(self, order: RefundOrder) -> Secret:
        return Secret(f"{order.id} of {order.redemption_id}")

    @override
    def compose_advice(
        self, redemption: Redemption, advice: Advice, request: Secret, answer: Secret | None
    ) -> Secret:
        return Secret(f"{advice.kind} {advice.id} {redemption.id}")

    def _next(self) -> Weather:
        return self.weather.popleft() if self.weather else Weather.FINE

    @override
    async def ask(self, redemption: Redemption, kind: AttemptKind, request: Secret) -> Verdict:
        """Receive a request or a lookup, as the weather lets it through."""
        weather = self._next()
        await self._clock.sleep(1)
        if kind is not AttemptKind.SEND and redemption.is_refund:
            raise WrongWorldError("a refund was looked up")
        if kind is not AttemptKind.SEND:
            return self._found(redemption.id) if weather is Weather.FINE else TIME_OUT
        if redemption.id in self._sent:
            raise WrongWorldError("a request was sent again")
        if weather is Weather.NOT_SENT:
            return NOT_SENT
        self._sent.add(redemption.id)
        self._check_refund(redemption)
        return await self._request(redemption, weather)

    def _check_refund(self, refund: Redemption) -> None:
        """Refuse the till a refund that would pay out twice, or come before the confirmation."""
        if refund.refund_of is None:
            return
        sold = "confirmed" if refund.has_confirmation else "held"
        if self.books.get(refund.refund_of) != sold:
            raise WrongWorldError("refunded before its upstream knew that the sale stands")
        before = self._given_back.get(refund.refund_of)
        if self.books.get(before or "") in {"held", "confirmed"}:
            raise WrongWorldError("refunded twice")
        self._given_back[refund.refund_of] = refund.id

    async def _request(self, redemption: Redemption, weather: Weather) -> Verdict:
        if weather is Weather.REFUSED:
            self.books[redemption.id] = "declined"
            return USED
        if weather is Weather.LATE:
            self.late.append((self._clock.now().wall, redemption.id))
        elif weather is not Weather.LOST_REQUEST:
            self.books[redemption.id] = "held"
        if weather is Weather.CUSTOMER_LEAVES:
            assert self.till is not None
            await self.till.redeemer.set_sale_aside(redemption.sale_id)
        if weather is Weather.TWICE:
            return Unknown(cause=UnknownCause.CONFLICT, http_status=400)
        if weather is Weather.SERVER_ERROR:
            return Unknown(cause=UnknownCause.UPSTREAM_ERROR, http_status=503)
        is_answered = weather in {Weather.FINE, Weather.CUSTOMER_LEAVES}
        return approved(change=None) if is_answered else TIME_OUT

    def _found(self, request_id: str) -> Verdict:
        state = self.books.get(request_id)
        if state == "declined":
            return USED
        if state == "held":
            return approved(change=None)
        return USED if self.is_lookup_trusting else Unknown(cause=UnknownCause.NO_NEWS)

    @override
    async def advise(self, advice: Advice, body: Secret) -> AdviceVerdict:
        """Receive an advice, once or twice, and answer if the weather lets it."""
        told = (advice.id, advice.kind, body)
        if self._told.setdefault(advice.redemption_id, told) != told:
            raise WrongWorldError("another advice, or other bytes")
        weather = self._next()
        await self._clock.sleep(1)
        if weather in {Weather.LOST_REQUEST, Weather.LATE, Weather.NOT_SENT}:
            return Repeat(UnknownCause.TIME_OUT)
        if weather is Weather.TWICE:
            self._receive(advice)
        verdict = self._receive(advice)
        if weather is Weather.SERVER_ERROR:
            return Repeat(UnknownCause.UPSTREAM_ERROR, None, 503)
        return Repeat(UnknownCause.TIME_OUT) if weather is Weather.LOST_ANSWER else verdict

    def _receive(self, advice: Advice) -> AdviceVerdict:
        state = self.books.get(advice.redemption_id)
        if state is None:
            return NotKnownThere(404)
        wanted, other = "confirmed", "reversed"
        if advice.kind is AdviceKind.REVERSAL:
            wanted, other = other, wanted
        if state == other:
            raise WrongWorldError("confirmed and reversed")
        self.books[advice.redemption_id] = wanted
        return Acknowledged(202)

    def deliver_late(self, held_by_till: Mapping[str, RedemptionState]) -> None:
        """Let what was late arrive, unless the network has dropped it by now."""
        for sent_at, request_id in self.late:
            age_s = (self._clock.now().wall - sent_at).total_seconds()
            if age_s > SWEEP_LIFE_S:
                continue
            if age_s <= LIFE_S and held_by_till[request_id] in {S.REVERSED, S.DECLINED}:
                raise WrongWorldError("settled while the request was still on its way")
            self.books[request_id] = "held"
        self.late.clear()


class World:
    """One till, its journal, its clock and its provider."""

    def __init__(self, journal: WatchedJournal | None = None) -> None:
        self.clock = SteppedClock(is_automatic=True)
        self.journal = journal or WatchedJournal()
        self.provider = ModelProvider(self.clock)
        self._chance = SeededChance()
        self._stack = AsyncExitStack()
        self._vouchers = 0
        self._till: Till | None = None

    async def start(self) -> None:
        """Recover, and open the till."""
        gateways = {self.provider.upstream: self.provider}
        composer = AdviceComposer(journal=self.journal, gateways=gateways, chance=self._chance)
        await recover(self.journal, self.clock, composer)
        self._till = await self._stack.enter_async_context(
            open_till(self.provider, journal=self.journal, clock=self.clock, chance=self._chance)
        )
        self.provider.till = self._till

    async def stop(self) -> None:
        """Close the till as a crash would."""
        await self._stack.aclose()

    @property
    def till(self) -> Till:
        """The till that is open."""
        assert self._till is not None
        return self._till

    async def redeem(self, weather: Sequence[Weather], *, is_single: bool = False) -> None:
        """Redeem a new voucher."""
        self._vouchers += 1
        kind = SINGLE_REFUNDED if is_single else REFUNDED_VOUCHER
        wanted = intent(pin=f"{self._vouchers:016d}", voucher_type=kind)
        self.provider.weather = deque(weather)
        await self.till.redeemer.redeem(wanted)
        self.provider.weather.clear()

    async def forward(self, weather: Sequence[Weather]) -> None:
        """Make one pass of the forwarder and one of the resolver."""
        self.provider.weather = deque(weather)
        await self.till.forwarder.forward_due()
        await self.till.resolver.resolve_due(is_everything_due=True)
        self.provider.weather.clear()

    async def void(self, number: int, weather: Sequence[Weather] = ()) -> None:
        """Take one of the redemptions back, by a reversal or a refund, if that can be."""
        found = await self.journal.history(1000)
        if found:
            self.provider.weather = deque(weather)
            wanted = found[number % len(found)].id
            await self.till.void_desk.void(wanted, VoidReason.GOODS_RETURNED, "Sipho K.")
            self.provider.weather.clear()

    async def pass_time(self, seconds: float) -> None:
        """Let time pass while nothing is done."""
        await self.clock.sleep(seconds)

    async def deliver_late(self) -> None:
        """Let late requests arrive."""
        found = await self.journal.history(1000)
        self.provider.deliver_late({one.id: one.state for one in found})

    async def crash(
        self,
        after_commits: int,
        weather: Sequence[Weather],
        *,
        is_new: bool,
        void: int | None = None,
    ) -> None:
        """Let the power fail before a commit of a void, a redemption or a pass; then start again.

        ``void`` is the number of the redemption that is taken back, if one is.
        """
        left = after_commits

        def count_down(rows: Sequence[Row]) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise Crash

        self.journal.before_commit = count_down
        with suppress(Crash):
            if void is not None:
                await self.void(void, weather)
            else:
                await (self.redeem(weather) if is_new else self.forward(weather))
        await self.stop()
        self.journal = self.reopened()
        self.provider.weather.clear()
        self.clock.reboot(off=timedelta(seconds=30))
        await self.start()

    def reopened(self) -> WatchedJournal:
        """Return the same books as a new process would open them."""
        journal = type(self.journal)()
        journal._books = self.journal._books
        return journal

    async def settle(self) -> None:
        """End all faults, let everything arrive and be acknowledged, and compare the books."""
        await self.deliver_late()
        for _ in range(60):
            wait_s = await self.till.forwarder.forward_due()
            await self.till.resolver.resolve_due(is_everything_due=True)
            if wait_s is None:
                break
            await self.clock.sleep(wait_s + 1)
        every = await self.journal.history(1000)
        for redemption in every:
            self._compare(redemption, self.provider.books.get(redemption.id))
        given_back = {one.refund_of for one in every if one.state is S.FINAL}
        if any(one.is_refunded is not (one.id in given_back) for one in every):
            raise WrongWorldError("what was given back is not marked as such")

    def _compare(self, redemption: Redemption, there: str | None) -> None:
        """Check that both books say the same of one redemption (I2, I5, I6)."""
        confirmed = "confirmed" if redemption.has_confirmation else "held"
        agreed: dict[RedemptionState, set[str | None]] = {
            S.FINAL: {confirmed},
            S.REVERSED: {None, "reversed"},
            S.DECLINED: {None, "declined"},
            S.ABANDONED: {None},
        }
        if there not in agreed.get(redemption.state, set()):
            raise WrongWorldError(f"{redemption.state} here, {there} there")


async def live(seed: int, journal: WatchedJournal | None = None, *, trusting: bool = False) -> None:
    """Live through one seed and compare the books at its end."""
    chance = random.Random(seed)  # noqa: S311 - a test repeats it, nobody guards with it
    world = World(journal)
    world.provider.is_lookup_trusting = trusting
    await world.start()
    try:
        for _ in range(chance.randint(3, 10)):
            await _act(world, chance)
        await world.settle()
    finally:
        await world.stop()


async def _act(world: World, chance: random.Random) -> None:
    weather = [chance.choice(list(Weather)) for _ in range(5)]
    mild = [chance.choice([*Weather, *[Weather.FINE] * len(Weather)])]
    match chance.randrange(9):
        case 0 | 1:
            await world.redeem(weather, is_single=chance.random() < 0.2)
        case 2:
            await world.forward(weather)
        case 3:
            await world.void(chance.randrange(3), weather)
        case 4:
            await world.pass_time(chance.choice([1.0, 60.0, 130.0, 3600.0, 90_000.0]))
        case 5:
            await world.deliver_late()
        case 6:
            await world.redeem([], is_single=chance.random() < 0.2)
            await world.forward([])
            await world.void(0, mild)
        case 7:
            await world.void(chance.randrange(3), mild)
        case _:
            is_new = chance.random() < 0.7
            void = chance.randrange(3) if chance.random() < 0.3 else None
            await world.crash(chance.randrange(8), weather, is_new=is_new, void=void)


class CarelessJournal(WatchedJournal):
    """A mutant: it turns a confirmation into a reversal even after it may have left."""

    @override
    async def commit(self, rows: Sequence[Row]) -> None:
        kept = []
        for one in rows:
            if isinstance(one, AdviceTurned):
                self._books.advices[one.advice.redemption_id] = one.advice
                self._books.bodies[one.advice.id] = one.body
            else:
                kept.append(one)
        await super().commit(kept)
