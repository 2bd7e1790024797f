"""Moment's gateway against every fault the sandbox can play, on a real wire."""

from collections.abc import Iterator
from typing import Any

import pytest

from counterfoil.adapters.upstream.exchange import Exchange
from counterfoil.adapters.upstream.moment.gateway import MomentGateway
from counterfoil.domain.money import Exact
from counterfoil.domain.redemption import AttemptKind, Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.verdict import Approved, Declined, DeclineReason, Unknown, UnknownCause
from counterfoil.ports.gateway import Order
from counterfoil_sandbox.faults import Dials, Rule
from counterfoil_sandbox.pins import Situation, pins_for
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_API_KEY
from support.clocks import START

ONE = "vouchers.one_voucher"
KEY = "7b0c6a0e-3d0f-4c6f-9a55-0d4e6f1c2a11"
ID = "5b3f2c1e-0d4a-4c5b-9e6f-7a8b9c0d1e2f"
PINS = pins_for(ONE, Situation.USABLE, value_cents=5000)[1:]


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    """Serve a fresh sandbox."""
    with SandboxServer() as one:
        yield one


class Counter:
    """Asks about one redemption of a 1Voucher, attempt after attempt."""

    def __init__(self, server: SandboxServer, pin: str, deadline_s: float = 10.0) -> None:
        self._gateway = MomentGateway(
            Exchange(deadline_s=deadline_s),
            api_key=lambda: Secret(CANARY_API_KEY),
            base_url=server.url,
        )
        self._request = self._gateway.compose(
            Order(
                redemption_id=ID,
                type_id=ONE,
                fields={"pin": Secret(pin)},
                amount=Exact(1900),
                currency="ZAR",
            )
        )
        self._attempts = 0

    async def ask(self, kind: AttemptKind, **changes: Any) -> Approved | Declined | Unknown:
        """Make the next attempt."""
        self._attempts += 1
        values: dict[str, Any] = {
            "id": ID,
            "sale_id": "sale",
            "upstream": "moment",
            "type_id": ONE,
            "type_name": "1Voucher",
            "fingerprint": "f",
            "voucher_tail": "",
            "amount": Exact(1900),
            "currency": "ZAR",
            "idempotency_key": KEY,
            "cashier": "c",
            "created_at": START,
            "attempts": self._attempts,
        }
        return await self._gateway.ask(Redemption(**(values | changes)), kind, self._request)


FAULTS: list[tuple[dict[str, Any], UnknownCause]] = [
    ({"action": {"kind": "drop"}}, UnknownCause.CUT_OFF),
    ({"action": {"kind": "drop"}, "after_effect": True}, UnknownCause.CUT_OFF),
    ({"action": {"kind": "html"}}, UnknownCause.NOT_THE_UPSTREAM),
    ({"action": {"kind": "redirect"}}, UnknownCause.REDIRECTED),
    ({"action": {"kind": "rate_limit"}}, UnknownCause.RATE_LIMITED),
    ({"action": {"kind": "status", "status": 409}}, UnknownCause.CONFLICT),
    ({"action": {"kind": "status", "status": 500}}, UnknownCause.UPSTREAM_ERROR),
    ({"action": {"kind": "status", "status": 503, "is_empty": True}}, UnknownCause.UPSTREAM_ERROR),
    ({"action": {"kind": "flood"}}, UnknownCause.TOO_LARGE),
    ({"action": {"kind": "flood", "gzip": True}}, UnknownCause.UNREADABLE),
    ({"action": {"kind": "wrong_body", "remove": ["status"]}}, UnknownCause.UNREADABLE),
    ({"action": {"kind": "wrong_body", "add": {"redeemed_amount": 1}}}, UnknownCause.MISMATCH),
    ({"action": {"kind": "wrong_body", "put": {"currency": "USD"}}}, UnknownCause.MISMATCH),
    ({"action": {"kind": "wrong_body", "put": {"status": "settled"}}}, UnknownCause.UNREADABLE),
]


@pytest.mark.parametrize(("fault", "cause"), FAULTS, ids=[str(one[0]) for one in FAULTS])
async def test_a_fault_is_unknown_and_asking_again_brings_one_redemption(
    server: SandboxServer, fault: dict[str, Any], cause: UnknownCause
) -> None:
    """Whatever happened, the same bytes with the same key find out, and nothing is taken twice."""
    server.add_rule(Rule.model_validate({"endpoint": "create", "times": 1, **fault}))
    counter = Counter(server, PINS[0])
    first = await counter.ask(AttemptKind.SEND)
    assert isinstance(first, Unknown)
    assert first.cause is cause
    second = await counter.ask(AttemptKind.RESEND)
    assert isinstance(second, Approved)
    assert second.redeemed_cents == 1900


async def test_a_slow_answer_is_a_time_out(server: SandboxServer) -> None:
    """The deadline ends the waiting, not the redemption."""
    server.add_rule(Rule.model_validate({"endpoint": "create", "times": 1, "delay_s": 2}))
    verdict = await Counter(server, PINS[1], deadline_s=0.3).ask(AttemptKind.SEND)
    assert isinstance(verdict, Unknown)
    assert verdict.cause is UnknownCause.TIME_OUT


async def test_a_stored_error_is_seen_as_stored_when_it_is_replayed(server: SandboxServer) -> None:
    """The first time it is an error, the second time it is useless to go on."""
    counter = Counter(server, pins_for(ONE, Situation.STORED_ERROR)[0])
    first = await counter.ask(AttemptKind.SEND)
    second = await counter.ask(AttemptKind.RESEND)
    assert isinstance(first, Unknown)
    assert isinstance(second, Unknown)
    assert (first.cause, second.cause) == (UnknownCause.UPSTREAM_ERROR, UnknownCause.STORED_ERROR)


async def test_a_draft_is_asked_for_until_it_is_decided(server: SandboxServer) -> None:
    """Its id is kept, and the question by id tells the end."""
    counter = Counter(server, pins_for(ONE, Situation.STAYS_DRAFT)[0])
    draft = await counter.ask(AttemptKind.SEND)
    assert isinstance(draft, Unknown)
    assert draft.cause is UnknownCause.NOT_FINAL
    server.set_dials(Dials(draft_completes_after_s=0))
    known = {"upstream_id": draft.upstream_id, "upstream_version": draft.upstream_version}
    decided = await counter.ask(AttemptKind.FETCH, **known)
    assert isinstance(decided, Approved)


@pytest.mark.parametrize("manner", ["failed", "402", "422"])
@pytest.mark.parametrize(
    ("situation", "reason"),
    [
        (Situation.USED, DeclineReason.ALREADY_USED),
        (Situation.EXPIRED, DeclineReason.EXPIRED),
        (Situation.CANCELLED, DeclineReason.CANCELLED),
        (Situation.UNKNOWN, DeclineReason.NOT_FOUND),
        (Situation.INSUFFICIENT, DeclineReason.AMOUNT_REFUSED),  # this provider: "too large"
    ],
)
async def test_a_decline_has_its_reason_in_either_shape(
    server: SandboxServer, situation: Situation, reason: DeclineReason, manner: str
) -> None:
    """A failed redemption or a problem body: which one is not published."""
    server.set_dials(Dials.model_validate({"decline_as": manner}))
    verdict = await Counter(server, pins_for(ONE, situation)[0]).ask(AttemptKind.SEND)
    assert isinstance(verdict, Declined)
    assert verdict.reason is reason
