"""The network matrix: each fault, at each request of the till, at the first try, a retry, a start.

A cell runs the shipped engine and the shipped gateway over a real socket, up to the exchange that
the fault spoils. Then it compares what the gateway concluded, and what the books say, with the
table; then the network is well again, and the till must bring everything to the right end by
itself: the same bytes, the same key, one request, one advice. After a start that end waits for a
word about the customer: what was taken is not paid by itself.
"""

import socket
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum

from typing_extensions import override

from counterfoil.adapters.upstream.electrum.authorisation import BasicAuthorisation
from counterfoil.adapters.upstream.electrum.gateway import ElectrumGateway, Offered
from counterfoil.adapters.upstream.exchange import Exchange
from counterfoil.adapters.upstream.moment.gateway import MomentGateway
from counterfoil.domain.advice import Advice, AdviceVerdict
from counterfoil.domain.causes.key import KeyProblem
from counterfoil.domain.failures import VaultUnavailableError
from counterfoil.domain.pacing import RETRY_AFTER_MAX_S, RETRY_AFTER_SPREAD_S, Pace
from counterfoil.domain.redemption import AttemptKind, Redemption
from counterfoil.domain.rows import AdviceAttemptEnded, AttemptEnded, Row
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import Verdict
from counterfoil.domain.voucher_type import ALL_TEXT, UpstreamKind, VoucherType, WireKind
from counterfoil.ports.advised_gateway import AdvisedGateway, RefundOrder
from counterfoil.ports.gateway import Balance, Gateway, LookupRefused, Order
from counterfoil.service.owing import AdviceComposer
from counterfoil.service.recovery import recover
from support.canary import CANARY_API_KEY, CANARY_PIN
from support.clocks import SeededChance, SteppedClock
from support.network import certificates
from support.network.expected import TABLE, Column, said, state_after
from support.network.golden import Golden, GoldenUpstream, Kind, written
from support.network.jumping_loop import NO_ADDRESS, NO_ROUTE, jump
from support.network.network_faults import (
    ELSEWHERE,
    PLAIN_ON_TLS,
    REFUSED,
    TLS_GOOD,
    TLS_RESET,
    TLS_SILENCE,
    Fault,
    Part,
)
from support.network.network_faults import NO_ADDRESS as PLACE_WITHOUT_ADDRESS
from support.network.network_faults import NO_ROUTE as PLACE_WITHOUT_ROUTE
from support.network.rough_server import SECURE_HOST, Conversation, Line, RoughServer
from support.suv_bodies import DESCRIPTORS, PARTIES
from support.till import ONE_VOUCHER, PIN_FIELD, Till, WatchedJournal, intent, open_till

SUV_VOUCHER = replace(
    ONE_VOUCHER,
    id="electrum.voucher",
    upstream="electrum",
    fields=(replace(PIN_FIELD, name="code", label="Voucher code"),),
    kind=UpstreamKind.ADVISED,
    has_confirmation=True,
    can_refund=True,
)
_HEALING_MAX = 6
_PATIENCE_S = 130.0
"""After this, that an upstream does not know a request is believed."""


class Step(StrEnum):
    """When in the life of a request the fault strikes."""

    FIRST = "first try"
    RETRY = "retry"
    RECOVERY = "recovery at start"


class Turn(StrEnum):
    """What happens in an exchange before the one that the fault spoils."""

    ANSWERED = "answered"
    DRAFT = "draft"
    LOST = "lost"
    """The upstream acts, and its answer is lost."""
    CRASHED = "crashed"
    """The upstream acts, and the till dies before it can write the answer down."""
    LEFT = "left"
    """No exchange: the counter gives up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """How a till comes to make one kind of request."""

    kind: Kind
    column: Column
    step: Step
    before: tuple[Turn, ...] = ()

    @property
    def name(self) -> str:
        """What a report calls it."""
        return f"{self.kind} {self.column}, {self.step}"

    @property
    def is_advice(self) -> bool:
        """Whether an advice is what the fault meets."""
        return self.column in {Column.CONFIRM, Column.REVERSE}

    def meets(self, fault: Fault) -> bool:
        """Whether a fault can happen to this."""
        parts = {Part.ALL, Part.ADVICES if self.is_advice else Part.REQUESTS}
        return self.kind in fault.kinds and fault.part in parts


T = Turn
_M, _E = Kind.MOMENT, Kind.ELECTRUM

SCENARIOS: tuple[Scenario, ...] = (
    Scenario(kind=_M, column=Column.FIRST, step=Step.FIRST),
    Scenario(kind=_M, column=Column.REPLAY, step=Step.RETRY, before=(T.LOST,)),
    Scenario(kind=_M, column=Column.REPLAY, step=Step.RECOVERY, before=(T.CRASHED,)),
    Scenario(kind=_M, column=Column.FETCH, step=Step.FIRST, before=(T.DRAFT,)),
    Scenario(kind=_M, column=Column.FETCH, step=Step.RETRY, before=(T.DRAFT, T.LOST)),
    Scenario(kind=_M, column=Column.FETCH, step=Step.RECOVERY, before=(T.DRAFT, T.CRASHED)),
    Scenario(kind=_E, column=Column.REQUEST, step=Step.FIRST),
    Scenario(kind=_E, column=Column.LOOK_UP, step=Step.FIRST, before=(T.LOST,)),
    Scenario(kind=_E, column=Column.LOOK_UP, step=Step.RETRY, before=(T.LOST, T.LOST)),
    Scenario(kind=_E, column=Column.REFUND, step=Step.FIRST, before=(T.ANSWERED, T.ANSWERED)),
    Scenario(kind=_E, column=Column.CONFIRM, step=Step.FIRST, before=(T.ANSWERED,)),
    Scenario(kind=_E, column=Column.CONFIRM, step=Step.RETRY, before=(T.ANSWERED, T.LOST)),
    Scenario(kind=_E, column=Column.CONFIRM, step=Step.RECOVERY, before=(T.ANSWERED, T.CRASHED)),
    Scenario(kind=_E, column=Column.REVERSE, step=Step.FIRST, before=(T.LOST, T.LEFT)),
    Scenario(kind=_E, column=Column.REVERSE, step=Step.RETRY, before=(T.LOST, T.LEFT, T.LOST)),
    Scenario(
        kind=_E, column=Column.REVERSE, step=Step.RECOVERY, before=(T.LOST, T.LEFT, T.CRASHED)
    ),
)

IMPOSSIBLE: Mapping[tuple[Column, Step], str] = {
    (Column.FIRST, Step.RETRY): "from then on it is a replay",
    (Column.FIRST, Step.RECOVERY): "what was written and not sent is abandoned",
    (Column.REPLAY, Step.FIRST): "something was sent before",
    (Column.REQUEST, Step.RETRY): "it is never sent twice; it is looked up",
    (Column.REQUEST, Step.RECOVERY): "it is never sent twice; it is reversed",
    (Column.REFUND, Step.RETRY): "it is never sent twice, and nothing looks it up: it is reversed",
    (
        Column.REFUND,
        Step.RECOVERY,
    ): "it is never sent twice, and nothing looks it up: it is reversed",
    (Column.LOOK_UP, Step.RECOVERY): "after a start nobody waits: it is reversed",
}
"""Why the remaining requests do not exist at some steps."""


class Crash(Exception):  # noqa: N818 - it is the end of a process, not an error
    """The till died."""


@dataclass(slots=True)
class Spoken:
    """What the gateways of one cell concluded, and where they are sent."""

    gateway: Gateway
    conclusions: list[Verdict | AdviceVerdict] = field(default_factory=list)


class Witness(Gateway):
    """Passes everything to the gateway of the moment, and keeps its conclusions."""

    def __init__(self, spoken: Spoken) -> None:
        self.spoken = spoken

    @property
    @override
    def upstream(self) -> str:
        """The upstream's name in the journal."""
        return self.spoken.gateway.upstream

    @override
    async def fetch_types(self) -> tuple[VoucherType, ...]:
        """Ask which types there are."""
        return await self.spoken.gateway.fetch_types()

    @override
    async def look_up(
        self, type_id: str, fields: Mapping[str, Secret], wire: Mapping[str, WireKind] = ALL_TEXT
    ) -> Balance | LookupRefused:
        """Ask what is on a voucher."""
        return await self.spoken.gateway.look_up(type_id, fields)

    @override
    def compose(self, order: Order) -> Secret:
        """Build the request."""
        return self.spoken.gateway.compose(order)

    @override
    async def ask(self, redemption: Redemption, kind: AttemptKind, request: Secret) -> Verdict:
        """Make one attempt."""
        verdict = await self.spoken.gateway.ask(redemption, kind, request)
        self.spoken.conclusions.append(verdict)
        return verdict


class AdvisedWitness(Witness, AdvisedGateway):
    """The same for an upstream that takes advices."""

    @override
    def compose_advice(self, advice: Advice, request: Secret, answer: Secret | None) -> Secret:
        """Build the advice."""
        return self._advised.compose_advice(advice, request, answer)

    @override
    def compose_refund(self, order: RefundOrder) -> Secret:
        """Build the request of a refund."""
        return self._advised.compose_refund(order)

    @override
    async def advise(self, advice: Advice, body: Secret) -> AdviceVerdict:
        """Deliver the advice."""
        verdict = await self._advised.advise(advice, body)
        self.spoken.conclusions.append(verdict)
        return verdict

    @property
    def _advised(self) -> AdvisedGateway:
        assert isinstance(self.spoken.gateway, AdvisedGateway)
        return self.spoken.gateway


class PromptClock(SteppedClock):
    """Virtual time that stands still, except that to wait for nothing takes no time."""

    @override
    async def sleep(self, seconds: float) -> None:
        """Wait until the clock has been advanced, if there is anything to wait for."""
        if seconds > 0:
            await super().sleep(seconds)


class Stage:
    """The servers of a run: one that is scripted, one that must never be asked."""

    def __init__(self) -> None:
        self.golden = GoldenUpstream()
        self.server = RoughServer(self._answer)
        self.elsewhere = RoughServer(self._answer)
        self.clock = PromptClock()
        self.exchange = Exchange(make_tls=certificates.trust)
        self._urls: dict[str | None, str] = {}

    async def url_of(self, place: str | None) -> str:
        """Return the address of a place, opening what is not open yet."""
        if place not in self._urls:
            self._urls[place] = await self._open(place)
        return self._urls[place]

    def gateway(self, kind: Kind, url: str) -> Gateway:
        """Build the shipped gateway at an address."""
        if kind is Kind.MOMENT:
            return MomentGateway(
                self.exchange, api_key=lambda: Secret(CANARY_API_KEY), base_url=url
            )
        return ElectrumGateway(
            self.exchange,
            base_url=url,
            authorisation=BasicAuthorisation(_read_secret, PARTIES.client.id),
            parties=PARTIES,
            offered=Offered(descriptors=DESCRIPTORS),
            clock=self.clock,
        )

    async def play(self, fault: Fault) -> Conversation:
        """Return what the server does to the exchange that the fault spoils."""
        if fault.play is not None:
            return _pointing(fault.play(self.golden), await self._elsewhere_url())
        return _PLACES.get(fault.place or "", self._answer)

    async def _elsewhere_url(self) -> str:
        if ELSEWHERE not in self._urls:
            self._urls[ELSEWHERE] = f"http://127.0.0.1:{await self.elsewhere.open_port()}/"
        return self._urls[ELSEWHERE]

    async def _answer(self, line: Line) -> None:
        await self.golden.talk(line)

    async def _open(self, place: str | None) -> str:
        names = {PLACE_WITHOUT_ADDRESS: NO_ADDRESS, PLACE_WITHOUT_ROUTE: NO_ROUTE}
        if place in names:
            return f"https://{names[place]}:8443"
        if place == REFUSED:
            return f"http://127.0.0.1:{_unused_port()}"
        if place is None:
            return f"http://127.0.0.1:{await self.server.open_port()}"
        makers = certificates.BAD | {TLS_GOOD: certificates.good}
        tls = makers[place]() if place in makers else None
        return f"https://{SECURE_HOST}:{await self.server.open_port(tls)}"


@asynccontextmanager
async def open_stage() -> AsyncIterator[Stage]:
    """Open the servers, and close them with everything that is still said."""
    stage = Stage()
    async with stage.server, stage.elsewhere:
        await stage.url_of(None)
        try:
            yield stage
        finally:
            await stage.exchange.aclose()


def _read_secret(name: str) -> Secret:
    if name == "password":
        return Secret(CANARY_API_KEY)
    raise VaultUnavailableError(KeyProblem.NO_KEY_HERE)


def _unused_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port: int = unused.getsockname()[1]
        return port


def _pointing(talk: Conversation, url: str) -> Conversation:
    """Write the address that must never be asked into what a conversation says."""

    async def pointed(line: Line) -> None:
        line.replacing = (ELSEWHERE.encode(), url.encode())
        await talk(line)

    return pointed


async def _keep_tls_waiting(line: Line) -> None:
    await line.read(1)
    jump(6.0)
    await line.wait_until_they_leave()


async def _speak_plainly(line: Line) -> None:
    await line.read(10)
    await line.say(written(400, b"<html>plain</html>", "text/html"))


async def _reset_early(line: Line) -> None:
    await line.read(1)
    line.reset()


_PLACES: Mapping[str, Conversation] = {
    TLS_SILENCE: _keep_tls_waiting,
    PLAIN_ON_TLS: _speak_plainly,
    TLS_RESET: _reset_early,
}


class Cell:
    """One run of a till through one fault."""

    def __init__(self, stage: Stage, scenario: Scenario) -> None:
        self._stage = stage
        self._scenario = scenario
        self._journal = WatchedJournal()
        self._clock = stage.clock
        self._chance = SeededChance()
        self._stack = AsyncExitStack()
        self._till: Till | None = None
        self._id = ""
        self._is_refunding = False
        self._spoken = Spoken(stage.gateway(scenario.kind, ""))

    @property
    def till(self) -> Till:
        """The till that is open."""
        assert self._till is not None
        return self._till

    async def open(self) -> None:
        """Open a till, and write a redemption."""
        stage, kind = self._stage, self._scenario.kind
        stage.golden = GoldenUpstream()
        stage.server.begin()
        self._spoken.gateway = stage.gateway(kind, await stage.url_of(None))
        await self._start()
        voucher = ONE_VOUCHER if kind is Kind.MOMENT else SUV_VOUCHER
        wanted = intent(pin=CANARY_PIN, voucher_type=voucher)
        if kind is Kind.ELECTRUM:
            wanted = replace(wanted, fields={"code": Secret(CANARY_PIN)})
        self._id = (await self.till.redeemer.prepare(wanted)).id

    async def close(self) -> None:
        """Close the till."""
        await self._stack.aclose()

    async def come_to(self) -> None:
        """Live up to the exchange that the fault spoils."""
        for turn in self._scenario.before:
            await self._take(turn)

    async def meet(self, fault: Fault) -> str:
        """Make the exchange that the fault spoils, and return what was concluded."""
        stage, kind = self._stage, self._scenario.kind
        stage.server.script.append(await stage.play(fault))
        good = self._spoken.gateway
        self._is_refunding = self._scenario.column is Column.REFUND
        if fault.place is not None:
            self._spoken.gateway = stage.gateway(kind, await stage.url_of(fault.place))
        self._spoken.conclusions.clear()
        await self._exchange()
        self._spoken.gateway = good
        stage.server.script.clear()
        found = [said(one, kind) for one in self._spoken.conclusions]
        assert len(found) == 1, f"one exchange, and not {found}"
        return found[0]

    async def redemption(self) -> Redemption:
        """Return the redemption as the journal has it."""
        found = await self._journal.redemption(self._id)
        assert found is not None
        return found

    async def advice(self) -> Advice | None:
        """Return its advice, if it owes or owed one."""
        return await self._journal.advice(self._id)

    async def state(self) -> str:
        """Return what the books say, in the words of the table."""
        redemption, advice = await self.redemption(), await self.advice()
        if not self._scenario.is_advice:
            return redemption.state.value
        assert advice is not None
        return f"{redemption.state} {advice.state}"

    async def wait_s(self) -> float | None:
        """Return for how long nothing is asked, as the journal says."""
        redemption, advice = await self.redemption(), await self.advice()
        due_at = advice.next_due_at if advice is not None else redemption.next_due_at
        return None if due_at is None else (due_at - self._clock.now().wall).total_seconds()

    async def heal(self) -> None:
        """Let the network be well, and the till do what it does by itself."""
        await self._clock.advance(_PATIENCE_S)
        for name in self.till.forwarder.paused:
            self.till.forwarder.resume(name)
        for _ in range(_HEALING_MAX):
            if (await self.redemption()).state is not RedemptionState.INFLIGHT:
                break
            await self.till.redeemer.ask(self._id, self._pace)
        await self.till.forwarder.forward_due(is_everything_due=True)

    @property
    def _pace(self) -> Pace:
        is_advised = self._scenario.kind is Kind.ELECTRUM
        return Pace.COUNTER if is_advised else Pace.BACKGROUND

    async def _take(self, turn: Turn) -> None:
        script = self._stage.server.script
        match turn:
            case Turn.ANSWERED:
                await self._exchange()
            case Turn.DRAFT:
                script.append(self._stage.golden.answering(_draft))
                await self._exchange()
            case Turn.LOST:
                script.append(self._stage.golden.answering(lambda _: b""))
                await self._exchange()
            case Turn.LEFT:
                await self.till.redeemer.ask(self._id, Pace.BACKGROUND)
            case Turn.CRASHED:
                await self._crash()

    async def _exchange(self) -> None:
        """Make the next exchange that the till would make."""
        redemption = await self.redemption()
        if self._is_refunding:
            refund = await self.till.refunder.refund(self._id, "Thandi M.")
            assert isinstance(refund, Redemption), refund
            self._id = refund.id
        elif redemption.state in {RedemptionState.PREPARED, RedemptionState.INFLIGHT}:
            await self.till.redeemer.ask(self._id, Pace.COUNTER)
        else:
            await self.till.forwarder.forward_due(is_everything_due=True)

    async def _crash(self) -> None:
        """Make an exchange, and die before its end can be written; then start again."""

        def die(rows: Sequence[Row]) -> None:
            if any(isinstance(one, AttemptEnded | AdviceAttemptEnded) for one in rows):
                raise Crash

        self._journal.before_commit = die
        with suppress(Crash):
            await self._exchange()
        await self.close()
        self._journal = self._journal.reopened()
        self._clock.reboot(timedelta(seconds=30))
        gateways: dict[str, Gateway] = {self._witness.upstream: self._witness}
        composer = AdviceComposer(journal=self._journal, gateways=gateways, chance=self._chance)
        await recover(self._journal, self._clock, composer)
        await self._start()

    @property
    def _witness(self) -> Witness:
        is_advised = self._scenario.kind is Kind.ELECTRUM
        return AdvisedWitness(self._spoken) if is_advised else Witness(self._spoken)

    async def _start(self) -> None:
        self._stack = AsyncExitStack()
        till = open_till(
            self._witness, journal=self._journal, clock=self._clock, chance=self._chance
        )
        self._till = await self._stack.enter_async_context(till)


def _draft(golden: Golden) -> bytes:
    return written(201, golden.bent(status="draft", redeemed_amount=0, version=2))


@dataclass(slots=True)
class Report:
    """What a run of cells brought."""

    cells: int = 0
    mismatches: list[str] = field(default_factory=list)

    def add(self, other: "Report") -> None:
        """Add what another run brought."""
        self.cells += other.cells
        self.mismatches += other.mismatches


async def run_scenario(stage: Stage, scenario: Scenario, faults: Iterable[Fault]) -> Report:
    """Run every cell of a scenario, and tell what is not as the table wants it."""
    report = Report()
    for fault in faults:
        if scenario.meets(fault):
            report.cells += 1
            wrongs = [wrong async for wrong in run_cell(stage, scenario, fault)]
            report.mismatches += [f"{scenario.name}; {fault.name}: {wrong}" for wrong in wrongs]
    return report


async def run_cell(stage: Stage, scenario: Scenario, fault: Fault) -> AsyncIterator[str]:
    """Run one cell, and tell what is not as it must be."""
    row = TABLE.get(fault.row)
    expected = row.at(scenario.column) if row is not None else None
    if expected is None:
        yield f"the table says nothing of {fault.row!r} here"
        return
    cell = Cell(stage, scenario)
    await cell.open()
    try:
        await cell.come_to()
        before = len(stage.server.requests)
        concluded = await cell.meet(fault)
        if concluded != expected:
            yield f"expected {expected!r}, concluded {concluded!r}"
        async for wrong in _check_books(cell, scenario, fault, concluded):
            yield wrong
        is_unsent = fault.row in {"not connected", "not secure"}
        if is_unsent and len(stage.server.requests) != before:
            yield "a request arrived where none could be sent"
        state = await cell.state()
        await cell.heal()
        for wrong in await _check_end(cell, scenario, state, stage):
            yield wrong
    finally:
        await cell.close()
    for wrong in _check_wire(stage):
        yield wrong


async def _check_books(
    cell: Cell, scenario: Scenario, fault: Fault, concluded: str
) -> AsyncIterator[str]:
    state, wanted = await cell.state(), _state_after(scenario, concluded)
    if state != wanted:
        yield f"after {concluded!r} the books say {state!r}, not {wanted!r}"
    if fault.row == "rate limited" and state != "reversing":
        wait_s = await cell.wait_s()
        if wait_s is None or not 1.0 <= wait_s <= RETRY_AFTER_MAX_S + RETRY_AFTER_SPREAD_S:
            yield f"the wait is {wait_s} s"
    is_paused = bool(cell.till.forwarder.paused)
    if is_paused != (concluded == "not allowed"):
        yield f"the queue is {'' if is_paused else 'not '}paused"
    if cell.till.failures:
        yield f"a task failed: {cell.till.failures}"


def _state_after(scenario: Scenario, concluded: str) -> str:
    return state_after(
        scenario.column,
        concluded,
        is_first=scenario.step is Step.FIRST,
        has_stopped=scenario.step is Step.RECOVERY,
    )


async def _check_end(cell: Cell, scenario: Scenario, state: str, stage: Stage) -> list[str]:
    """Tell where the till did not bring things to their right end."""
    redemption, advice = await cell.redemption(), await cell.advice()
    ended = f"{redemption.state} {advice.state}" if advice else redemption.state.value
    wanted = _end_of(scenario, state, has_heard=stage.golden.has_heard)
    wrongs = [] if ended == wanted else [f"in the end the books say {ended!r}, not {wanted!r}"]
    if redemption.is_being_asked or (advice is not None and advice.is_under_way):
        wrongs.append("an attempt has no end")
    return wrongs


def _end_of(scenario: Scenario, state: str, *, has_heard: bool) -> str:
    """Return the right end of what a fault left in some state."""
    if state.startswith("attention"):
        return "attention disputed" if scenario.is_advice else "attention"
    if scenario.column is Column.CONFIRM:
        return "final acknowledged"
    if scenario.column is Column.REVERSE:
        return "reversed acknowledged"
    if state == "declined":
        return "declined"
    if state == "reversing":
        return "reversed acknowledged"
    if scenario.kind is Kind.MOMENT:
        return "unclaimed" if scenario.step is Step.RECOVERY else "final"
    return "final acknowledged" if has_heard else "reversed acknowledged"


def _check_wire(stage: Stage) -> Iterator[str]:
    """Tell what left that must never leave."""
    posts = [one for one in stage.server.requests if one.method == "POST"]
    creates = [one for one in posts if one.path == "/collect/redemptions"]
    if len({(one.headers["idempotency-key"], one.body) for one in creates}) > 1:
        yield "a replay has another key or other bytes"
    if len([one for one in posts if one.path.endswith("/suv/v1/redemptions")]) > 1:
        yield "a request was sent twice"
    if len([one for one in posts if one.path.endswith("/suv/v1/refunds")]) > 1:
        yield "a refund was sent twice"
    for noun in ("redemptions", "refunds"):
        ends = tuple(f"/{noun}/{end}" for end in ("confirmations", "reversals"))
        sent = {(one.path, one.body) for one in posts if one.path.endswith(ends)}
        if len({path for path, _ in sent}) > 1:
            yield "both advices were sent"
        elif len(sent) > 1:
            yield "an advice was sent with other bytes"
    if stage.elsewhere.connections:
        yield "another host was asked"
        stage.elsewhere.begin()
