"""The dials reach every operation of the second upstream."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from counterfoil_sandbox.faults import Dials, Endpoint, Rule
from counterfoil_sandbox.server import SandboxServer
from counterfoil_sandbox.suv.vouchers import KAROO, SuvSituation, codes_for
from support.suv_client import SuvClient

R50 = codes_for(KAROO, SuvSituation.USABLE, value_cents=5_000)[0]
CREATE = "/collect/redemptions"


@pytest.fixture(scope="module")
def running() -> Iterator[SandboxServer]:
    """Serve one sandbox for all tests of this file."""
    with SandboxServer() as server:
        yield server


@pytest.fixture
def server(running: SandboxServer) -> SandboxServer:
    """Give a sandbox as it is at the start."""
    running.reset()
    return running


@pytest.fixture
def client(server: SandboxServer) -> Iterator[SuvClient]:
    """Give a client written from the documents."""
    with SuvClient(server.suv_url) as client:
        yield client


def fault(server: SandboxServer, endpoint: str, action: Any, **rule: Any) -> None:
    """Add one fault, once unless it is said otherwise."""
    body = {"endpoint": endpoint, "times": 1, "action": action} | rule
    server.add_rule(Rule.model_validate(body))


def balance(server: SandboxServer) -> int:
    """Return the balance of the voucher."""
    found: int = server.suv_ledger.report(code=R50)["vouchers"][0]["balance_cents"]
    return found


OPERATIONS: dict[Endpoint, Callable[[SuvClient], httpx.Response]] = {
    "suv_lookup_voucher": lambda client: client.look_up(voucherCode=R50),
    "suv_products": lambda client: client.http.get("/products/"),
    "suv_redeem": lambda client: client.ask("redemption", client.redemption(R50)),
    "suv_lookup_redemption": lambda client: client.fetch("1"),
    "suv_confirm_redeem": lambda client: client.confirm("redemption", {}),
    "suv_reverse_redeem": lambda client: client.reverse("redemption", {}),
    "suv_refund": lambda client: client.ask("refund", {}),
    "suv_confirm_refund": lambda client: client.confirm("refund", {}),
    "suv_reverse_refund": lambda client: client.reverse("refund", {}),
    "suv_provision": lambda client: client.ask("voucher", {}),
    "suv_confirm_provision": lambda client: client.confirm("voucher", {}),
    "suv_reverse_provision": lambda client: client.http.post("/vouchers/reversals/", json={}),
    "suv_token": lambda client: client.http.post("/oauth2/token"),
}


@pytest.mark.parametrize("endpoint", list(OPERATIONS))
def test_a_fault_meets_its_operation_and_no_other(
    server: SandboxServer, client: SuvClient, endpoint: Endpoint
) -> None:
    """The status that was set comes from one operation only."""
    fault(server, endpoint, {"kind": "status", "status": 418}, times=None)
    met = [name for name, call in OPERATIONS.items() if call(client).status_code == 418]
    assert met == [endpoint]


def test_groups_of_operations_can_be_met(server: SandboxServer, client: SuvClient) -> None:
    """All advices, or the whole upstream; the first upstream is not touched."""
    for group, count in (("suv_advice", 6), ("suv", len(OPERATIONS))):
        server.reset()
        fault(server, group, {"kind": "status", "status": 418}, times=None)
        met = [name for name, call in OPERATIONS.items() if call(client).status_code == 418]
        assert len(met) == count
        first = httpx.get(f"{server.url}{CREATE}/types", trust_env=False)
        assert first.status_code == 401


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503, 504])
@pytest.mark.parametrize("how", ["whole", "without_id", "empty"])
def test_errors_come_with_and_without_id_and_body(
    server: SandboxServer, client: SuvClient, status: int, how: Any
) -> None:
    """An error detail of the request, one that names no id, or the bare status."""
    server.set_dials(Dials(suv_error_body=how))
    fault(server, "suv_redeem", {"kind": "status", "status": status})
    request, answer = client.redeem(R50)
    assert answer.status_code == status
    if how == "empty":
        assert answer.content == b""
    else:
        assert answer.json()["errorType"]
        assert answer.json().get("id") == (request["id"] if how == "whole" else None)
    # The upstream's own refusals obey the dial as well.
    refused = client.redeem(R50, 9_999)[1]
    assert refused.status_code == 400
    assert (refused.content == b"") == (how == "empty")
    assert balance(server) == 5_000


def test_plain_text_can_stand_for_an_error(server: SandboxServer, client: SuvClient) -> None:
    """As a proxy writes it."""
    fault(server, "suv_redeem", {"kind": "status", "status": 503, "body": "Service Unavailable"})
    answer = client.redeem(R50)[1]
    assert (answer.status_code, answer.text) == (503, "Service Unavailable")


@pytest.mark.parametrize("after_effect", [False, True])
def test_a_drop_comes_before_or_after_the_effect(
    server: SandboxServer, client: SuvClient, after_effect: bool
) -> None:
    """A lookup tells which; a reversal settles it either way."""
    fault(server, "suv_redeem", {"kind": "drop"}, after_effect=after_effect)
    request = client.redemption(R50)
    with pytest.raises(httpx.RemoteProtocolError):
        client.ask("redemption", request)
    assert client.fetch(request["id"]).status_code == (200 if after_effect else 404)
    reversal = client.reversal(request)
    assert client.reverse("redemption", reversal).status_code == (202 if after_effect else 404)
    assert balance(server) == 5_000


def test_a_request_can_take_effect_long_after_its_error(
    server: SandboxServer, client: SuvClient
) -> None:
    """Late processing: 504, nothing to be found, and then the value is gone."""
    action = {"kind": "status", "status": 504, "effect_after_s": 0.3}
    fault(server, "suv_redeem", action)
    request, answer = client.redeem(R50)
    assert answer.status_code == 504
    assert client.fetch(request["id"]).status_code == 404
    pause = threading.Event()
    for _ in range(100):
        if balance(server) == 0:
            break
        pause.wait(0.02)
    assert client.fetch(request["id"]).status_code == 200
    assert client.reverse("redemption", client.reversal(request)).status_code == 202
    assert balance(server) == 5_000


def test_a_late_request_whose_reversal_came_first_does_nothing(
    server: SandboxServer, client: SuvClient
) -> None:
    """However late the network delivers it."""
    fault(server, "suv_redeem", {"kind": "drop", "effect_after_s": 0.2})
    request = client.redemption(R50)
    with pytest.raises(httpx.RemoteProtocolError):
        client.ask("redemption", request)
    assert client.reverse("redemption", client.reversal(request)).status_code == 404
    pause = threading.Event()
    for _ in range(100):
        if client.fetch(request["id"]).status_code != 404:
            break
        pause.wait(0.02)
    assert client.fetch(request["id"]).json()["errorType"] == "REDEMPTION_ALREADY_REVERSED"
    assert balance(server) == 5_000


def test_a_request_delivered_twice_is_a_duplicate_of_itself(
    server: SandboxServer, client: SuvClient
) -> None:
    """The client may see the second answer on its first send; the value is taken once."""
    fault(server, "suv_redeem", {"kind": "duplicate_delivery", "answer": "second"})
    request, answer = client.redeem(R50)
    assert answer.json()["errorType"] == "DUPLICATE_RECORD"
    assert client.fetch(request["id"]).status_code == 200
    assert balance(server) == 0


@pytest.mark.parametrize(
    ("action", "check"),
    [
        ({"kind": "html"}, lambda answer: b"Wi-Fi" in answer.content),
        ({"kind": "redirect", "status": 307}, lambda answer: answer.status_code == 307),
        ({"kind": "rate_limit"}, lambda answer: answer.headers["retry-after"] == "1"),
        ({"kind": "drip", "bytes_per_write": 400, "interval_s": 0.01}, lambda a: a.json()["id"]),
        ({"kind": "flood", "size_bytes": 1 << 19}, lambda answer: len(answer.content) == 1 << 19),
        (
            {"kind": "wrong_body", "add": {"amounts.approvedAmount.amount": 1}},
            lambda answer: answer.json()["amounts"]["approvedAmount"]["amount"] == 5_001,
        ),
        (
            {"kind": "wrong_body", "remove": ["thirdPartyIdentifiers"], "put": {"id": "x"}},
            lambda answer: answer.json()["id"] == "x" and len(answer.json()) > 5,
        ),
    ],
    ids=["html", "redirect", "rate_limit", "drip", "flood", "wrong_amount", "wrong_id"],
)
def test_answers_can_be_spoilt(
    server: SandboxServer,
    client: SuvClient,
    action: dict[str, Any],
    check: Callable[[httpx.Response], Any],
) -> None:
    """The same actions as for the first upstream."""
    fault(server, "suv_redeem", action)
    assert check(client.redeem(R50)[1])


def test_an_answer_can_be_cut(server: SandboxServer, client: SuvClient) -> None:
    """The advice took effect; its repetition is acknowledged."""
    request, answer = client.redeem(R50)
    fault(server, "suv_confirm_redeem", {"kind": "cut", "cut_at": 30})
    advice = client.advice(request, answer)
    with pytest.raises(httpx.RemoteProtocolError):
        client.confirm("redemption", advice)
    assert client.confirm("redemption", advice).status_code == 202
    sent = server.suv_ledger.report(request_id=request["id"])["advices"]
    assert [row["had_effect"] for row in sent] == [True, False]


def test_offline_means_both_upstreams(server: SandboxServer, client: SuvClient) -> None:
    """No connection is answered."""
    server.set_dials(Dials(offline=True))
    with pytest.raises(httpx.RemoteProtocolError):
        client.look_up(voucherCode=R50)
