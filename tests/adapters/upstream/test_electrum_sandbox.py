"""The gateway against the sandbox, which was written by itself from the same papers."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from importlib.util import find_spec
from typing import Any

import httpx
import pytest

from counterfoil.adapters.upstream.electrum.authorisation import (
    Authorisation,
    BasicAuthorisation,
    PasswordGrant,
)
from counterfoil.adapters.upstream.electrum.gateway import ElectrumGateway, Offered
from counterfoil.adapters.upstream.electrum.parties import Institution
from counterfoil.adapters.upstream.exchange import Exchange
from counterfoil.domain.advice import (
    Acknowledged,
    Advice,
    AdviceKind,
    Contradicted,
    NotKnownThere,
    ReversalReason,
)
from counterfoil.domain.money import Amount, Exact, FullValue
from counterfoil.domain.redemption import AttemptKind, Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.verdict import Approved, Declined, DeclineReason, Unknown, UnknownCause
from counterfoil.ports.advised_gateway import RefundOrder
from counterfoil.ports.gateway import Balance, BalanceFact, LookupRefusal, LookupRefused, Order
from counterfoil_sandbox.app import Sandbox
from support.canary import CANARY_API_KEY
from support.clocks import SeededChance, SteppedClock
from support.suv_bodies import DESCRIPTORS, PARTIES, a_redemption

pytestmark = pytest.mark.skipif(
    find_spec("counterfoil_sandbox.suv") is None, reason="this sandbox has no such interface"
)

URL = "https://sandbox.example.org"
KAROO, BAOBAB, PROTEA = "electrum.karoo", "electrum.baobab", "electrum.protea"
CODES = {KAROO: "6501", BAOBAB: "6502", PROTEA: "6503"}
CONFIRM, REVERSE = AdviceKind.CONFIRMATION, AdviceKind.REVERSAL
FIFTY = Exact(5000)


class Counter:
    """A till of one gateway at a sandbox of its own."""

    def __init__(self, sandbox: Sandbox, *, is_oauth: bool = False) -> None:
        self.clock = SteppedClock()
        self._chance = SeededChance()
        exchange = Exchange(transport=httpx.ASGITransport(app=sandbox.app))
        authorisation: Authorisation = BasicAuthorisation(self._read, "22222222")
        if is_oauth:
            authorisation = PasswordGrant(
                exchange,
                token_url=f"{URL}/suv/v1/oauth2/token",
                read_secret=self._read,
                clock=self.clock,
            )
        self.gateway = ElectrumGateway(
            exchange,
            base_url=URL,
            authorisation=authorisation,
            parties=replace(
                PARTIES,
                receivers={
                    KAROO: Institution(id="50010001", name="Karoo Vouchers"),
                    BAOBAB: Institution(id="50010002", name="Baobab Gifts"),
                    PROTEA: Institution(id="50010003", name="Protea Prepaid"),
                },
            ),
            offered=Offered(descriptors=DESCRIPTORS / "training", products={BAOBAB: "BAOBAB100"}),
            clock=self.clock,
        )

    def _read(self, name: str) -> Secret:
        texts = {"user": "22222222", "client_id": "till", "client_secret": "shop"}
        return Secret(texts.get(name, CANARY_API_KEY))

    def prepare(self, type_id: str, tail: str, amount: Amount = FIFTY) -> tuple[Redemption, Secret]:
        """Write the request for one of the sandbox's vouchers."""
        redemption = a_redemption(id=self._chance.new_id(), type_id=type_id, amount=amount)
        order = Order(
            redemption_id=redemption.id,
            type_id=type_id,
            fields={"code": Secret(f"{CODES[type_id]}00000000{tail}")},
            amount=amount,
            currency="ZAR",
        )
        return redemption, self.gateway.compose(order)

    def advice(self, redemption: Redemption, kind: AdviceKind) -> Advice:
        """Begin an advice."""
        return Advice(
            id=self._chance.new_id(),
            redemption_id=redemption.id,
            upstream="electrum",
            fingerprint=redemption.fingerprint,
            kind=kind,
            reason=ReversalReason.TIMEOUT if kind is REVERSE else None,
            created_at=self.clock.now().wall,
        )

    async def advise(
        self, redemption: Redemption, kind: AdviceKind, request: Secret, answer: Secret | None
    ) -> list[Any]:
        """Write one advice, deliver it twice, and return what was said each time."""
        advice = self.advice(redemption, kind)
        body = self.gateway.compose_advice(advice, request, answer)
        return [await self.gateway.advise(advice, body) for _ in range(2)]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Open a sandbox in memory, and close it."""
    opened = Sandbox()
    yield opened
    opened.close()


@pytest.mark.parametrize("is_oauth", [False, True], ids=["basic", "oauth2"])
async def test_a_voucher_is_redeemed_and_confirmed(sandbox: Sandbox, *, is_oauth: bool) -> None:
    """Dual messaging: yes, looked up again, confirmed twice, and then never reversed."""
    till = Counter(sandbox, is_oauth=is_oauth)
    redemption, request = till.prepare(KAROO, "0101")
    verdict = await till.gateway.ask(redemption, AttemptKind.SEND, request)
    assert isinstance(verdict, Approved)
    assert verdict.redeemed_cents == 5000
    assert verdict.upstream_reference
    assert "Karoo Vouchers" in till.gateway.slip_lines(request, verdict.body)
    fetched = await till.gateway.ask(redemption, AttemptKind.FETCH, request)
    assert isinstance(fetched, Approved)
    confirmed = await till.advise(redemption, CONFIRM, request, verdict.body)
    assert [type(one) for one in confirmed] == [Acknowledged, Acknowledged]
    opposite = await till.advise(redemption, REVERSE, request, verdict.body)
    assert [type(one) for one in opposite] == [Contradicted, Contradicted]


async def test_a_reversed_voucher_can_be_used_again(sandbox: Sandbox) -> None:
    """Nothing is lost: the value is back, and a confirmation comes too late."""
    till = Counter(sandbox)
    redemption, request = till.prepare(KAROO, "0101")
    verdict = await till.gateway.ask(redemption, AttemptKind.SEND, request)
    assert isinstance(verdict, Approved)
    reversed_ = await till.advise(redemption, REVERSE, request, verdict.body)
    assert [type(one) for one in reversed_] == [Acknowledged, Acknowledged]
    late = await till.advise(redemption, CONFIRM, request, verdict.body)
    assert [type(one) for one in late] == [Contradicted, Contradicted]
    second, again = till.prepare(KAROO, "0101")
    assert isinstance(await till.gateway.ask(second, AttemptKind.SEND, again), Approved)


@pytest.mark.parametrize("kind", AdviceKind)
async def test_an_advice_about_nothing_is_not_known(sandbox: Sandbox, kind: AdviceKind) -> None:
    """The request never arrived; its look-up proves nothing either."""
    till = Counter(sandbox)
    redemption, request = till.prepare(KAROO, "0101")
    fetched = await till.gateway.ask(redemption, AttemptKind.FETCH, request)
    assert isinstance(fetched, Unknown)
    assert fetched.cause is UnknownCause.NO_NEWS
    told = await till.advise(redemption, kind, request, None)
    assert {type(one) for one in told} == {NotKnownThere}


@pytest.mark.parametrize(
    ("tail", "reason"),
    [
        ("2001", DeclineReason.ALREADY_USED),
        ("2101", DeclineReason.EXPIRED),
        ("2201", DeclineReason.NOT_FOUND),
        ("2401", DeclineReason.INSUFFICIENT),
        ("2501", DeclineReason.REFUSED),
    ],
)
async def test_a_refusal_is_a_decline_with_its_reason(
    sandbox: Sandbox, tail: str, reason: DeclineReason
) -> None:
    """At once, and again when the original error is looked up."""
    till = Counter(sandbox)
    redemption, request = till.prepare(KAROO, tail)
    for kind in (AttemptKind.SEND, AttemptKind.FETCH):
        verdict = await till.gateway.ask(redemption, kind, request)
        assert isinstance(verdict, Declined)
        assert verdict.reason is reason


async def test_the_same_id_twice_is_in_doubt(sandbox: Sandbox) -> None:
    """The second is refused as a duplicate, which must never be taken for a decline."""
    till = Counter(sandbox)
    redemption, request = till.prepare(KAROO, "0101")
    assert isinstance(await till.gateway.ask(redemption, AttemptKind.SEND, request), Approved)
    verdict = await till.gateway.ask(redemption, AttemptKind.SEND, request)
    assert isinstance(verdict, Unknown)
    assert verdict.cause is UnknownCause.CONFLICT


async def test_the_whole_value_and_a_part_are_told_apart(sandbox: Sandbox) -> None:
    """A request without amounts takes all there is, and the answer says how much that was."""
    till = Counter(sandbox)
    for type_id, tail, amount, taken in (
        (BAOBAB, "0201", FullValue(), 10_000),
        (KAROO, "0201", Exact(4000), 4_000),
    ):
        redemption, request = till.prepare(type_id, tail, amount)
        verdict = await till.gateway.ask(redemption, AttemptKind.SEND, request)
        assert isinstance(verdict, Approved)
        assert verdict.redeemed_cents == taken
    told = await till.gateway.look_up(KAROO, {"code": Secret("6501000000000201")})
    assert isinstance(told, Balance)
    assert told.amount_cents == 6_000


async def test_a_look_up_tells_what_is_there_and_what_is_not(sandbox: Sandbox) -> None:
    """Value and expiry of one voucher, the refusal of another."""
    till = Counter(sandbox)
    told = await till.gateway.look_up(KAROO, {"code": Secret("6501000000000101")})
    assert isinstance(told, Balance)
    assert (told.amount_cents, told.currency) == (5000, "ZAR")
    assert (BalanceFact.EXPIRES, date(2029, 1, 1)) in told.facts
    missing = await till.gateway.look_up(KAROO, {"code": Secret("6501000000002201")})
    assert missing == LookupRefused(LookupRefusal.NOT_FOUND)


async def test_a_confirmed_redemption_is_refunded(sandbox: Sandbox) -> None:
    """A new transaction with its own id and its own advice."""
    till = Counter(sandbox)
    redemption, request = till.prepare(PROTEA, "0101")
    verdict = await till.gateway.ask(redemption, AttemptKind.SEND, request)
    assert isinstance(verdict, Approved)
    await till.advise(redemption, CONFIRM, request, verdict.body)
    order = RefundOrder(
        id=SeededChance(2).new_id(),
        redemption_id=redemption.id,
        type_id=PROTEA,
        amount_cents=FIFTY.cents,
        currency="ZAR",
        request=request,
        answer=verdict.body,
    )
    asked = till.gateway.compose_refund(order)
    refund = replace(redemption, id=order.id, refund_of=redemption.id)
    refunded = await till.gateway.ask(refund, AttemptKind.SEND, asked)
    assert isinstance(refunded, Approved)
    assert refunded.redeemed_cents == 5000
    advice = replace(till.advice(refund, CONFIRM), is_refund=True)
    body = till.gateway.compose_advice(advice, asked, refunded.body)
    assert json.loads(body.reveal())["requestId"] == order.id
    for _ in range(2):
        assert isinstance(await till.gateway.advise(advice, body), Acknowledged)


async def test_the_catalogue_names_a_type(sandbox: Sandbox) -> None:
    """Its product's name and description, and everything else from the descriptor."""
    types = {one.id: one for one in await Counter(sandbox).gateway.fetch_types()}
    assert types[BAOBAB].name == "Baobab gift R100"
    assert not types[BAOBAB].is_advice_effective
    assert types[KAROO].name == "Karoo Vouchers"
