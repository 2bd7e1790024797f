"""Answers that are cut at each byte, and requests that are: at the gateway, over a real socket."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from counterfoil.adapters.upstream.electrum.gateway import ElectrumGateway
from counterfoil.domain.advice import AdviceKind, AdviceVerdict
from counterfoil.domain.money import Exact
from counterfoil.domain.redemption import AttemptKind, Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.verdict import Verdict
from counterfoil.ports.gateway import Gateway, Order
from support.canary import CANARY_PIN
from support.moment_bodies import UPSTREAM_ID
from support.network.expected import ASKED_CENTS, TABLE, Column, said
from support.network.golden import Golden, GoldenUpstream, Kind, Operation
from support.network.matrix import SUV_VOUCHER, Report, Stage, open_stage
from support.network.network_faults import WHOLE, closed_after
from support.network.rough_server import Conversation, Line
from support.suv_bodies import a_redemption, advice
from support.till import ONE_VOUCHER

KINDS_OF_ATTEMPT = {
    Operation.REQUEST: AttemptKind.SEND,
    Operation.REPLAY: AttemptKind.RESEND,
    Operation.FETCH: AttemptKind.FETCH,
}
COLUMNS = {
    (Kind.MOMENT, Operation.REQUEST): Column.FIRST,
    (Kind.MOMENT, Operation.REPLAY): Column.REPLAY,
    (Kind.MOMENT, Operation.FETCH): Column.FETCH,
    (Kind.ELECTRUM, Operation.REQUEST): Column.REQUEST,
    (Kind.ELECTRUM, Operation.FETCH): Column.LOOK_UP,
    (Kind.ELECTRUM, Operation.CONFIRM): Column.CONFIRM,
    (Kind.ELECTRUM, Operation.REVERSE): Column.REVERSE,
}
"""What can be asked of each kind."""


class _Asker:
    """Makes one kind of exchange, as often as wanted, about one redemption."""

    def __init__(self, stage: Stage, gateway: Gateway, kind: Kind, operation: Operation) -> None:
        self._stage = stage
        self._gateway = gateway
        self._kind = kind
        self._operation = operation
        is_moment = kind is Kind.MOMENT
        known: dict[str, object] = {"upstream_id": UPSTREAM_ID, "upstream_version": 1}
        is_by_id = is_moment and operation is Operation.FETCH
        voucher = ONE_VOUCHER if is_moment else SUV_VOUCHER
        self._redemption: Redemption = a_redemption(
            upstream=voucher.upstream,
            type_id=voucher.id,
            amount=Exact(ASKED_CENTS),
            attempts=1 if operation is Operation.REQUEST else 2,
            **(known if is_by_id else {}),
        )
        self._request = gateway.compose(
            Order(
                redemption_id=self._redemption.id,
                type_id=voucher.id,
                fields={"pin" if is_moment else "code": Secret(CANARY_PIN)},
                amount=Exact(ASKED_CENTS),
                currency="ZAR",
            )
        )

    async def prepare(self) -> None:
        """Let the upstream know the redemption."""
        self._stage.golden = GoldenUpstream()
        await self._gateway.ask(self._redemption, AttemptKind.SEND, self._request)

    async def ask(self, talk: Conversation) -> str:
        """Make the exchange against one conversation, and return what was concluded."""
        self._stage.server.script.append(talk)
        return said(await self._exchange(), self._kind)

    async def _exchange(self) -> Verdict | AdviceVerdict:
        if self._operation in KINDS_OF_ATTEMPT:
            kind = KINDS_OF_ATTEMPT[self._operation]
            return await self._gateway.ask(self._redemption, kind, self._request)
        assert isinstance(self._gateway, ElectrumGateway)
        is_confirm = self._operation is Operation.CONFIRM
        told = advice(AdviceKind.CONFIRMATION if is_confirm else AdviceKind.REVERSAL)
        told = replace(told, redemption_id=self._redemption.id)
        body = self._gateway.compose_advice(told, self._request, None)
        return await self._gateway.advise(told, body)


async def cut_everywhere(kind: Kind, operation: Operation, *, every: int = 1) -> Report:
    """Cut the right answer after each byte, and at last not at all; ``every`` takes a sample."""
    report = Report()
    column = COLUMNS.get((kind, operation))
    if column is None:
        return report
    async with open_stage() as stage:
        gateway = stage.gateway(kind, await stage.url_of(None))
        asker = _Asker(stage, gateway, kind, operation)
        await asker.prepare()
        for name, build in WHOLE.items():
            size = await _size(stage, asker, build)
            for keep in _places(size, every):
                concluded = await asker.ask(_cut(stage.golden, build, keep))
                report.cells += 1
                expected = _expected(column, name, keep, size)
                if concluded not in expected:
                    wrong = f"expected one of {expected}, concluded {concluded!r}"
                    report.mismatches.append(f"{kind} {operation}, {name}, {keep} bytes: {wrong}")
    return report


async def cut_requests(kind: Kind, *, every: int = 1) -> Report:
    """Close and reset the connection after each byte of a request."""
    report = Report()
    column = COLUMNS[kind, Operation.REQUEST]
    async with open_stage() as stage:
        gateway = stage.gateway(kind, await stage.url_of(None))
        asker = _Asker(stage, gateway, kind, Operation.REQUEST)
        await asker.prepare()
        size = _sent_bytes(stage)
        for taken in _places(size, every):
            for is_reset in (False, True):
                play = closed_after(taken, is_reset=is_reset)
                concluded = await asker.ask(play(stage.golden))
                report.cells += 1
                if concluded != TABLE["cut off"].at(column):
                    wrong = f"concluded {concluded!r}"
                    report.mismatches.append(f"{kind} request, {taken} bytes read: {wrong}")
    return report


def _sent_bytes(stage: Stage) -> int:
    """Return how long the body of the last request was, which its head is longer than."""
    return len(stage.server.requests[-1].body)


async def _size(stage: Stage, asker: _Asker, build: Callable[[Golden], bytes]) -> int:
    """Return the length of the right answer."""
    sizes: list[int] = []

    async def talk(line: Line) -> None:
        whole = build(stage.golden.answer(await line.read_request()))
        sizes.append(len(whole))
        await line.say(whole)

    await asker.ask(talk)
    return sizes[0]


def _cut(golden: GoldenUpstream, build: Callable[[Golden], bytes], keep: int) -> Conversation:
    async def talk(line: Line) -> None:
        await line.say(build(golden.answer(await line.read_request()))[:keep])

    return talk


def _places(size: int, every: int) -> Iterator[int]:
    """Name the places to cut at: each one, or the edges and a sample."""
    edges = {0, 1, 2, size // 2, size - 2, size - 1, size}
    yield from sorted(edges | set(range(0, size + 1, every)))


def _expected(column: Column, name: str, keep: int, size: int) -> tuple[str | None, ...]:
    """Return what may be concluded; a body without a length may be cut and look whole."""
    if keep == size:
        return (TABLE["approved"].at(column),)
    cut_off = TABLE["cut off"].at(column)
    if name == "close-delimited":
        return (cut_off, TABLE["unreadable"].at(column))
    return (cut_off,)
