"""What every gateway does: the scripted one, Moment's over a mocked wire, Moment's over HTTP."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Protocol

import httpx
import pytest
from typing_extensions import override

from counterfoil.adapters.upstream.exchange import Exchange
from counterfoil.adapters.upstream.moment.gateway import MomentGateway
from counterfoil.domain.failures import GatewayUnavailableError
from counterfoil.domain.money import Amount, Exact, FullValue
from counterfoil.domain.redemption import AttemptKind, Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.verdict import (
    Approved,
    ChangeCode,
    ChangeVoucher,
    Declined,
    DeclineReason,
    FollowUp,
    Unknown,
    UnknownCause,
    Verdict,
)
from counterfoil.domain.voucher_type import ChangeManner, FieldKind, FieldSpec, VoucherType
from counterfoil.ports.gateway import Balance, Gateway, LookupRefusal, LookupRefused, Order
from counterfoil_sandbox.faults import Rule
from counterfoil_sandbox.pins import Situation, pins_for
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_API_KEY
from support.clocks import START
from support.gateways import Ask, ScriptedGateway

ONE, OTT = "vouchers.one_voucher", "vouchers.ott"
SEND, RESEND, FETCH = AttemptKind.SEND, AttemptKind.RESEND, AttemptKind.FETCH
GOOD, USED = (
    pins_for(ONE, Situation.USABLE, value_cents=5000)[1],
    pins_for(ONE, Situation.USED)[0],
)
OTT_GOOD = pins_for(OTT, Situation.USABLE, value_cents=5000)[1]
PHONE = "+27821234567"


class World(Protocol):
    """A gateway with an upstream behind it that sells one R50 voucher called ``GOOD``."""

    @property
    def gateway(self) -> Gateway:
        """The gateway under test."""

    def cut_the_line(self) -> None:
        """Let nobody connect any more."""

    def lose_the_next_answer(self) -> None:
        """Take the money, then lose the answer."""


class Book:
    """What an upstream knows: stored answers by key and redemptions by id."""

    def __init__(self) -> None:
        self.is_cut = False
        self.loses_next = False
        self.by_key: dict[str, dict[str, Any]] = {}
        self.by_id: dict[str, dict[str, Any]] = {}

    def redeem(self, key: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Redeem once for each key."""
        if key not in self.by_key:
            reference = request.get("external_reference") or request["reference"]
            amount = request.get("amount", 5000)
            document: dict[str, Any] = {
                "id": f"rdm_{len(self.by_id):024x}",
                "status": "confirmed",
                "version": 3,
                "external_reference": reference,
                "type": request["type"],
                "amount": amount,
                "redeemed_amount": amount,
                "reversed_amount": 0,
                "currency": "ZAR",
            }
            if request["source"]["pin"] == USED:
                error = {"error_code": "BAD_REQUEST", "message": "It has already been used."}
                document |= {"status": "failed", "redeemed_amount": 0, "last_error": error}
            elif amount < 5000:
                document["change_voucher"] = {"pin": "4556677880011", "amount": 5000 - amount}
            self.by_key[key] = self.by_id[document["id"]] = document
        return self.by_key[key]


class ScriptedWorld:
    """The fake that other tests use."""

    def __init__(self) -> None:
        fields = (FieldSpec(name="pin", label="Voucher PIN", kind=FieldKind.DIGITS),)
        kind = VoucherType(
            id=ONE, upstream="moment", category="vouchers", name="One", fields=fields
        )
        self._book = Book()
        self.gateway = ScriptedGateway(
            otherwise=self._answer,
            types=(
                replace(kind, change=ChangeManner.INLINE),
                replace(kind, id=OTT, name="Two", can_look_up=True, change=ChangeManner.SMS),
            ),
            balances=[Balance(amount_cents=5000, currency="ZAR")],
        )

    def cut_the_line(self) -> None:
        """Let nobody connect any more."""
        self._book.is_cut = True
        self.gateway.is_offline = True

    def lose_the_next_answer(self) -> None:
        """Take the money, then lose the answer."""
        self._book.loses_next = True

    def _answer(self, ask: Ask) -> Verdict:
        if self._book.is_cut:
            if ask.redemption.attempts == 1:
                return Declined(reason=DeclineReason.NOT_SENT)
            return Unknown(cause=UnknownCause.NO_CONNECTION)
        key = ask.redemption.idempotency_key
        document = self._book.redeem(key, json.loads(ask.request.reveal()))
        if self._book.loses_next:
            self._book.loses_next = False
            return Unknown(cause=UnknownCause.CUT_OFF)
        if document["status"] == "failed":
            return Declined(reason=DeclineReason.ALREADY_USED, upstream_id=document["id"])
        pin = (document.get("change_voucher") or {}).get("pin")
        return Approved(
            redeemed_cents=document["redeemed_amount"],
            upstream_id=document["id"],
            upstream_version=document["version"],
            change=ChangeVoucher(codes=(ChangeCode("pin", Secret(pin)),)) if pin else None,
            body=Secret(json.dumps(document)),
        )


class _MockedWire(httpx.AsyncBaseTransport):
    """Answers in Moment's documented shapes, without any network."""

    def __init__(self, book: Book) -> None:
        self._book = book

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._book.is_cut:
            raise httpx.ConnectError("cut")
        assert request.headers["authorization"] == f"Bearer {CANARY_API_KEY}"
        body = json.loads(await request.aread() or b"{}")
        if request.url.path == "/collect/redemptions/types":
            return _respond(200, {"data": [_type(ONE, "INLINE"), _type(OTT, "SMS")]})
        if request.url.path == "/stored_value/lookup":
            return self._look_up(body)
        if request.method == "GET":
            return _respond(200, self._book.by_id[request.url.path.split("/")[-1]])
        document = self._book.redeem(request.headers["idempotency-key"], body)
        if self._book.loses_next:
            self._book.loses_next = False
            raise httpx.ReadError("lost")
        return _respond(201, document)

    def _look_up(self, body: dict[str, Any]) -> httpx.Response:
        if body["type"] == ONE:
            problem = {"title": "Unprocessable", "status": 422, "detail": "Lookup not supported"}
            return _respond(422, problem)
        answer = {
            "type": body["type"],
            "balance": 5000,
            "currency": "ZAR",
            "source": body["source"],
        }
        return _respond(200, answer)


def _type(type_id: str, manner: str) -> dict[str, Any]:
    return {
        "type": type_id,
        "category": "vouchers",
        "name": type_id,
        "capabilities": {"lookup": manner == "SMS", "change_voucher": manner},
        "required_fields": [{"name": "pin", "type": "string", "required": True}],
    }


def _respond(status: int, document: Mapping[str, Any]) -> httpx.Response:
    stream = httpx.ByteStream(json.dumps(document).encode())
    return httpx.Response(status, headers={"content-type": "application/json"}, stream=stream)


class MockedWorld:
    """Moment's gateway over a mocked wire."""

    def __init__(self) -> None:
        self._book = Book()
        self.gateway = MomentGateway(
            Exchange(transport=_MockedWire(self._book)), api_key=lambda: Secret(CANARY_API_KEY)
        )

    def cut_the_line(self) -> None:
        """Let nobody connect any more."""
        self._book.is_cut = True

    def lose_the_next_answer(self) -> None:
        """Take the money, then lose the answer."""
        self._book.loses_next = True


class SandboxWorld:
    """Moment's gateway over HTTP to the sandbox."""

    def __init__(self, server: SandboxServer) -> None:
        self._server = server
        self.gateway = MomentGateway(
            Exchange(), api_key=lambda: Secret(CANARY_API_KEY), base_url=server.url
        )

    def cut_the_line(self) -> None:
        """Let nobody connect any more."""
        self._server.stop()

    def lose_the_next_answer(self) -> None:
        """Take the money, then lose the answer."""
        rule = {"endpoint": "create", "times": 1, "after_effect": True, "action": {"kind": "drop"}}
        self._server.add_rule(Rule.model_validate(rule))


@pytest.fixture(params=["scripted", "mocked", "sandbox"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Build each world in turn."""
    if request.param != "sandbox":
        yield ScriptedWorld() if request.param == "scripted" else MockedWorld()
        return
    with SandboxServer() as server:
        yield SandboxWorld(server)


def order(pin: str = GOOD, amount: Amount | None = None, number: int = 1) -> Order:
    """Build an order for a 1Voucher."""
    return Order(
        redemption_id=f"00000000-0000-4000-8000-{number:012d}",
        type_id=ONE,
        fields={"pin": Secret(pin)},
        amount=amount or Exact(1900),
        currency="ZAR",
    )


def redemption_of(one: Order, **changes: Any) -> Redemption:
    """Build the redemption of an order at its first attempt."""
    values: dict[str, Any] = {
        "id": one.redemption_id,
        "sale_id": "sale",
        "upstream": "moment",
        "type_id": one.type_id,
        "type_name": "One",
        "fingerprint": "f",
        "voucher_tail": "",
        "amount": one.amount,
        "currency": one.currency,
        "idempotency_key": f"key-{one.redemption_id}",
        "cashier": "c",
        "created_at": START,
        "attempts": 1,
    }
    return Redemption(**(values | changes))


async def test_types_are_told_with_forms_that_can_be_filled(world: World) -> None:
    """Each type has a name and fields, and belongs to this upstream."""
    types = await world.gateway.fetch_types()
    assert {ONE, OTT} <= {one.id for one in types}
    for one in types:
        assert one.upstream == world.gateway.upstream
        assert one.name
        assert one.fields
        assert all(spec.label for spec in one.fields)


async def test_a_part_is_redeemed_and_the_change_voucher_comes_back(world: World) -> None:
    """The exact amount is taken, and the new PIN is kept as a secret."""
    one = order()
    verdict = await world.gateway.ask(redemption_of(one), SEND, world.gateway.compose(one))
    assert isinstance(verdict, Approved)
    assert verdict.redeemed_cents == 1900
    assert verdict.upstream_id
    assert verdict.upstream_version >= 1
    assert verdict.change is not None
    assert verdict.change.pin is not None
    assert verdict.change.pin.reveal() not in repr(verdict)
    assert verdict.body is not None


async def test_the_whole_value_is_redeemed_only_when_it_was_chosen(world: World) -> None:
    """The upstream says how much that was."""
    one = order(amount=FullValue())
    verdict = await world.gateway.ask(redemption_of(one), SEND, world.gateway.compose(one))
    assert isinstance(verdict, Approved)
    assert verdict.redeemed_cents == 5000
    assert verdict.change is None


async def test_a_used_voucher_is_declined_with_its_reason(world: World) -> None:
    """Proof that nothing was taken, in a reason of ours."""
    one = order(USED)
    verdict = await world.gateway.ask(redemption_of(one), SEND, world.gateway.compose(one))
    assert isinstance(verdict, Declined)
    assert verdict.reason is DeclineReason.ALREADY_USED


async def test_a_line_that_is_down_proves_something_only_the_first_time(world: World) -> None:
    """On attempt one nothing was sent; afterwards an earlier attempt may have arrived."""
    one = order()
    request = world.gateway.compose(one)
    world.cut_the_line()
    first = await world.gateway.ask(redemption_of(one), SEND, request)
    second = await world.gateway.ask(redemption_of(one, attempts=2), RESEND, request)
    assert isinstance(first, Declined)
    assert first.reason is DeclineReason.NOT_SENT
    assert isinstance(second, Unknown)
    assert second.cause is UnknownCause.NO_CONNECTION


async def test_a_lost_answer_is_unknown_and_the_same_request_brings_it_back(world: World) -> None:
    """The second attempt takes nothing more: it is the same redemption."""
    one = order()
    request = world.gateway.compose(one)
    world.lose_the_next_answer()
    lost = await world.gateway.ask(redemption_of(one), SEND, request)
    found = await world.gateway.ask(redemption_of(one, attempts=2), RESEND, request)
    again = await world.gateway.ask(redemption_of(one, attempts=3), RESEND, request)
    assert isinstance(lost, Unknown)
    assert lost.follow_up is FollowUp.RESEND
    assert isinstance(found, Approved)
    assert isinstance(again, Approved)
    assert found.upstream_id == again.upstream_id
    assert found.change == again.change


async def test_a_redemption_can_be_asked_for_by_its_id(world: World) -> None:
    """A question by id tells the same as the answer did."""
    one = order()
    request = world.gateway.compose(one)
    told = await world.gateway.ask(redemption_of(one), SEND, request)
    assert isinstance(told, Approved)
    known = redemption_of(one, attempts=2, upstream_id=told.upstream_id, upstream_version=1)
    asked = await world.gateway.ask(known, FETCH, request)
    assert isinstance(asked, Approved)
    assert (asked.upstream_id, asked.redeemed_cents) == (told.upstream_id, told.redeemed_cents)


async def test_without_a_line_neither_types_nor_balances_are_told(world: World) -> None:
    """What moves no money fails as an error, not as a verdict."""
    world.cut_the_line()
    with pytest.raises(GatewayUnavailableError):
        await world.gateway.fetch_types()
    with pytest.raises(GatewayUnavailableError) as failed:
        await world.gateway.look_up(OTT, {"pin": Secret(OTT_GOOD)})
    assert OTT_GOOD not in str(failed.value)


async def test_a_balance_is_told(world: World) -> None:
    """In cents, with its currency."""
    balance = await world.gateway.look_up(
        OTT, {"pin": Secret(OTT_GOOD), "phone_number": Secret(PHONE)}
    )
    assert isinstance(balance, Balance)
    assert (balance.amount_cents, balance.currency) == (5000, "ZAR")
    assert OTT_GOOD not in repr(balance)


@pytest.mark.parametrize("ask_first", [True, False])
async def test_the_same_order_composes_the_same_request(world: World, ask_first: bool) -> None:
    """Byte for byte, whatever was asked in between; another order composes another."""
    compose: Callable[[Order], Secret] = world.gateway.compose
    one = order()
    first = compose(one)
    if ask_first:
        await world.gateway.ask(redemption_of(one), SEND, first)
    assert compose(order()) == first
    others = (order(USED), order(amount=Exact(1901)), order(amount=FullValue()), order(number=2))
    assert len({compose(other).reveal() for other in (one, *others)}) == 5


async def test_a_type_without_lookup_says_so(world: World) -> None:
    """The refusal is an answer, not a failure."""
    if isinstance(world.gateway, ScriptedGateway):
        world.gateway.balances.appendleft(LookupRefused(LookupRefusal.NOT_OFFERED))
    refused = await world.gateway.look_up(ONE, {"pin": Secret(GOOD)})
    assert refused == LookupRefused(LookupRefusal.NOT_OFFERED)
