"""Every dial of the sandbox, seen from the other end of a real connection."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from counterfoil_sandbox.pins import ONE_VOUCHER, Situation, pins_for
from counterfoil_sandbox.server import SandboxServer

CREATE = "/collect/redemptions"
TYPES = "/collect/redemptions/types"
KEY = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
PIN = pins_for(ONE_VOUCHER, Situation.USABLE, value_cents=5000)[0]
BODY = {"type": ONE_VOUCHER, "source": {"pin": PIN}, "external_reference": "wire-1"}
HEADERS = {"Authorization": "Bearer sk_test_till"}


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
def client(server: SandboxServer) -> Iterator[httpx.Client]:
    """Give a client with a key that the sandbox takes."""
    with httpx.Client(base_url=server.url, headers=HEADERS, trust_env=False) as client:
        yield client


def fault(client: httpx.Client, action: dict[str, Any] | None, **rule: Any) -> None:
    """Add one fault on creating, once unless it is said otherwise."""
    rule = {"endpoint": "create", "times": 1, "action": action} | rule
    assert client.post("/_sandbox/faults", json=rule).status_code == 200


def create(client: httpx.Client, key: str = "k") -> httpx.Response:
    """Redeem the voucher."""
    return client.post(CREATE, json=BODY, headers={KEY: key})


def debits(client: httpx.Client) -> int:
    """Count the debits of the voucher."""
    rows = client.get("/_sandbox/ledger", params={"pin": PIN}).json()["vouchers"]
    return len(rows[0]["debits"])


def raw_exchange(
    server: SandboxServer, *, enough_bytes: int = 1 << 22, left_out_bytes: int = 0
) -> bytes:
    """Send a redemption over a bare socket and return the bytes that come back.

    Its body may end too early, with the line, by ``left_out_bytes``.
    """
    place = urlsplit(server.url)
    body = json.dumps(BODY).encode()
    head = (
        f"POST {CREATE} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer sk_test_till\r\n"
        f"{KEY}: raw\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((place.hostname, place.port), timeout=5) as wire:
        wire.sendall(head.encode() + body[: len(body) - left_out_bytes])
        if left_out_bytes:
            wire.shutdown(socket.SHUT_WR)
        received = b""
        while len(received) < enough_bytes and (part := wire.recv(65536)):
            received += part
        return received


@pytest.mark.parametrize("left_out_bytes", [1, len(json.dumps(BODY))])
def test_a_request_that_ends_too_early_is_not_carried_out(
    server: SandboxServer, client: httpx.Client, left_out_bytes: int
) -> None:
    """A sender that dies while it writes has asked for nothing, and its key is free."""
    assert raw_exchange(server, left_out_bytes=left_out_bytes) == b""
    whole = client.post(CREATE, content=json.dumps(BODY).encode(), headers={KEY: "raw"})
    assert (whole.status_code, whole.json().get("status")) == (201, "confirmed")
    assert REPLAYED not in whole.headers
    assert debits(client) == 1


@pytest.mark.parametrize("after_effect", [False, True])
def test_drop_gives_no_byte_before_or_after_the_effect(
    server: SandboxServer, client: httpx.Client, after_effect: bool
) -> None:
    """The client cannot tell which; the ledger can, and the same key settles it."""
    fault(client, {"kind": "drop"}, after_effect=after_effect)
    assert raw_exchange(server) == b""
    assert debits(client) == int(after_effect)
    replayed = client.post(CREATE, content=json.dumps(BODY).encode(), headers={KEY: "raw"})
    assert replayed.json()["status"] == "confirmed"
    assert (REPLAYED in replayed.headers) == after_effect
    assert debits(client) == 1


def test_drop_can_be_a_reset(server: SandboxServer, client: httpx.Client) -> None:
    """The peer sees a connection reset in place of an orderly end."""
    fault(client, {"kind": "drop", "reset": True})
    with pytest.raises(ConnectionResetError):
        raw_exchange(server)


def test_a_dropped_request_can_take_effect_late(
    server: SandboxServer, client: httpx.Client
) -> None:
    """As when the network delivers a request long after its sender gave up."""
    fault(client, {"kind": "drop", "effect_after_s": 0.3})
    assert raw_exchange(server) == b""
    assert debits(client) == 0
    wait_until(lambda: debits(client) == 1)


def wait_until(holds: Any, limit_s: float = 5.0) -> None:
    """Poll until something holds, or fail."""
    pause = threading.Event()
    for _ in range(int(limit_s / 0.05)):
        if holds():
            return
        pause.wait(0.05)
    pytest.fail("it did not come to hold")


@pytest.mark.parametrize("cut_at", [0, 1, 12, 60, 200])
def test_cut_sends_exactly_so_many_bytes_of_the_response(
    server: SandboxServer, client: httpx.Client, cut_at: int
) -> None:
    """Counted from the status line; the effect stands."""
    fault(client, {"kind": "cut", "cut_at": cut_at})
    received = raw_exchange(server)
    assert len(received) == cut_at
    assert b"HTTP/1.1 201 Created\r\n".startswith(received[:22])
    assert debits(client) == 1


def test_cut_in_the_body_leaves_a_longer_content_length(
    server: SandboxServer, client: httpx.Client
) -> None:
    """The head promises more than comes, so a client can see the cut."""
    fault(client, {"kind": "cut", "cut_at": 10, "in_body": True})
    head, _, body = raw_exchange(server).partition(b"\r\n\r\n")
    assert len(body) == 10
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
    assert int(lengths[0].split(b":")[1]) > 10
    fault(client, {"kind": "cut", "cut_at": 10, "in_body": True})
    with pytest.raises(httpx.RemoteProtocolError):
        create(client, "other")


def test_a_close_delimited_cut_looks_whole_to_the_client(client: httpx.Client) -> None:
    """Without a Content-Length the client gets 201 and half a body."""
    fault(client, {"kind": "cut", "cut_at": 40, "in_body": True, "close_delimited": True})
    response = create(client)
    assert (response.status_code, len(response.content)) == (201, 40)
    with pytest.raises(json.JSONDecodeError):
        response.json()


def test_drip_sends_the_whole_answer_slowly(server: SandboxServer, client: httpx.Client) -> None:
    """Piece by piece, complete in the end."""
    fault(client, {"kind": "drip", "bytes_per_write": 100, "interval_s": 0.02})
    started = time.perf_counter()
    received = raw_exchange(server)
    assert time.perf_counter() - started >= 0.1
    assert json.loads(received.partition(b"\r\n\r\n")[2])["status"] == "confirmed"


def test_a_drip_can_outlast_its_client(server: SandboxServer, client: httpx.Client) -> None:
    """The sandbox stops when the client has gone, and serves the next request."""
    fault(client, {"kind": "drip", "bytes_per_write": 1, "interval_s": 0.05})
    assert len(raw_exchange(server, enough_bytes=5)) >= 5
    again = client.post(CREATE, content=json.dumps(BODY).encode(), headers={KEY: "raw"})
    assert again.headers[REPLAYED] == "true"
    wait_until(lambda: len(server.sandbox.connections.transports) == 1)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 504])
def test_any_status_can_be_answered_before_the_effect(client: httpx.Client, status: int) -> None:
    """Problem details by default; the next request with the key is carried out."""
    fault(client, {"kind": "status", "status": status})
    response = create(client)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == status
    assert debits(client) == 0
    assert REPLAYED not in create(client).headers
    assert debits(client) == 1


def test_a_status_after_the_effect_hides_a_yes(client: httpx.Client) -> None:
    """503, and yet the value is taken; the replay tells."""
    fault(client, {"kind": "status", "status": 503}, after_effect=True)
    assert create(client).status_code == 503
    assert debits(client) == 1
    assert create(client).json()["status"] == "confirmed"


@pytest.mark.parametrize("after_effect", [False, True])
def test_a_stored_status_is_replayed_for_ever(client: httpx.Client, after_effect: bool) -> None:
    """Asking again with the key brings the same error, whatever the ledger says."""
    fault(client, {"kind": "status", "status": 502, "stored": True}, after_effect=after_effect)
    assert create(client).status_code == 502
    for _ in range(2):
        again = create(client)
        assert (again.status_code, again.headers[REPLAYED]) == (502, "true")
    assert debits(client) == int(after_effect)


def test_a_status_can_have_any_body_and_headers(client: httpx.Client) -> None:
    """JSON, text or nothing, with a content type and headers of choice."""
    fault(client, {"kind": "status", "status": 200, "body": {"status": "confirmed"}})
    assert create(client).json() == {"status": "confirmed"}
    headers = {"x-strange": "1"}
    fault(client, {"kind": "status", "status": 200, "body": "]", "headers": headers})
    strange = create(client)
    assert (strange.text, strange.headers["x-strange"]) == ("]", "1")
    fault(client, {"kind": "status", "status": 503, "is_empty": True})
    assert create(client).content == b""


def test_a_captive_portal_answers_200_with_a_page(client: httpx.Client) -> None:
    """Nothing reaches the provider."""
    fault(client, {"kind": "html"})
    response = create(client)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert "<html>" in response.text
    assert debits(client) == 0


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_points_elsewhere(client: httpx.Client, status: int) -> None:
    """By default at the same path, so that following it would redeem."""
    fault(client, {"kind": "redirect", "status": status})
    response = create(client)
    assert (response.status_code, response.headers["location"]) == (status, CREATE)
    assert debits(client) == 0


@pytest.mark.parametrize("retry_after", ["5", "-1", "1000000000", "soon", None])
def test_a_rate_limit_says_any_retry_after(client: httpx.Client, retry_after: str | None) -> None:
    """As it was written, sensible or not, or not at all."""
    fault(client, {"kind": "rate_limit", "retry_after": retry_after})
    response = create(client)
    assert (response.status_code, response.headers.get("retry-after")) == (429, retry_after)


def test_a_delivery_twice_with_a_key_takes_once(client: httpx.Client) -> None:
    """The second is a replay of the first."""
    fault(client, {"kind": "duplicate_delivery", "answer": "second"})
    response = create(client)
    assert (response.json()["status"], response.headers[REPLAYED]) == ("confirmed", "true")
    assert debits(client) == 1


def test_a_delivery_twice_without_a_key_is_two_redemptions(client: httpx.Client) -> None:
    """The client hears of the first; the ledger holds both."""
    fault(client, {"kind": "duplicate_delivery"})
    assert client.post(CREATE, json=BODY).json()["status"] == "confirmed"
    report = client.get("/_sandbox/ledger", params={"external_reference": "wire-1"}).json()
    assert [row["status"] for row in report["redemptions"]] == ["confirmed", "failed"]


def test_a_wrong_body_is_about_something_else(client: httpx.Client) -> None:
    """Amount, currency, id, reference and type altered; keys missing."""
    put = {"currency": "USD", "external_reference": "other", "type": "vouchers.blu"}
    wrong = {"kind": "wrong_body", "add": {"amount": 1}, "put": put, "remove": ["version"]}
    fault(client, wrong)
    altered, true = create(client).json(), create(client).json()
    assert altered["amount"] == true["amount"] + 1
    assert put.items() <= altered.items()
    assert "version" not in altered


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_flood_is_more_than_anyone_should_read(
    server: SandboxServer, client: httpx.Client, is_packed: bool
) -> None:
    """Plainly many bytes, or few that unpack to many."""
    fault(client, {"kind": "flood", "size_bytes": 1 << 21, "gzip": is_packed})
    received = raw_exchange_until_closed(server)
    assert (len(received) < 1 << 16) if is_packed else (len(received) > 1 << 21)


def raw_exchange_until_closed(server: SandboxServer) -> bytes:
    """Read one response body as it is on the wire, packed if it is packed."""
    place = urlsplit(server.url)
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=5)
    connection.request("POST", CREATE, json.dumps(BODY), HEADERS)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return body + b"0" * len(str(response.headers))


@pytest.mark.parametrize("after_effect", [False, True])
def test_a_delay_comes_before_or_after_the_effect(client: httpx.Client, after_effect: bool) -> None:
    """A client that does not wait leaves the ledger as that order says."""
    fault(client, None, delay_s=1, after_effect=after_effect)
    with pytest.raises(httpx.ReadTimeout):
        client.post(CREATE, json=BODY, headers={KEY: "k"}, timeout=0.3)
    assert debits(client) == int(after_effect)
    wait_until(lambda: debits(client) == 1)


def test_offline_closes_everything_but_the_dials(client: httpx.Client) -> None:
    """Until it is cleared."""
    client.put("/_sandbox/faults", json={"offline": True})
    for _ in range(2):
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(TYPES)
    assert debits(client) == 0
    client.delete("/_sandbox/faults")
    assert client.get(TYPES).status_code == 200


def test_rules_are_used_in_order_and_counted(client: httpx.Client) -> None:
    """Two of the first, then the second until cleared; what is left can be read."""
    rules = [
        {"endpoint": "types", "times": 2, "action": {"kind": "status", "status": 503}},
        {"endpoint": "types", "action": {"kind": "status", "status": 504}},
    ]
    client.put("/_sandbox/faults", json={"rules": rules})
    assert client.get(TYPES).status_code == 503
    left = client.get("/_sandbox/faults").json()["rules"]
    assert [rule["times"] for rule in left] == [1, None]
    assert [client.get(TYPES).status_code for _ in range(3)] == [503, 504, 504]
    client.delete("/_sandbox/faults")
    assert client.get(TYPES).status_code == 200


def test_a_rule_can_let_requests_pass_first(client: httpx.Client) -> None:
    """The third request meets it."""
    fault(client, {"kind": "html"}, endpoint="any", skip=2)
    kinds = [client.get(TYPES).headers["content-type"] for _ in range(4)]
    assert [kind.startswith("text/html") for kind in kinds] == [False, False, True, False]


@pytest.mark.parametrize(
    ("endpoint", "path"),
    [("types", TYPES), ("fetch", f"{CREATE}/rdm_{'0' * 24}")],
)
def test_a_rule_meets_its_own_endpoint_only(client: httpx.Client, endpoint: str, path: str) -> None:
    """The other endpoints answer as ever."""
    fault(client, {"kind": "status", "status": 418}, endpoint=endpoint, times=None)
    statuses = {
        where: client.get(where).status_code for where in (TYPES, f"{CREATE}/rdm_{'0' * 24}")
    }
    assert [where for where, status in statuses.items() if status == 418] == [path]
    assert create(client).status_code == 201


@pytest.mark.parametrize(
    "dials",
    [
        {"colour": "red"},
        {"rules": [{"action": {"kind": "explode"}}]},
        {"rules": [{"action": {"kind": "drop", "softly": True}}]},
        {"rules": [{"times": 0}]},
        {"decline_as": "500"},
    ],
)
def test_a_dial_that_does_not_exist_is_refused(client: httpx.Client, dials: dict[str, Any]) -> None:
    """Problem details, and the dials stay as they were."""
    before = client.get("/_sandbox/faults").json()
    response = client.put("/_sandbox/faults", json=dials)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    assert client.get("/_sandbox/faults").json() == before


def test_dials_that_are_not_json_are_refused(client: httpx.Client) -> None:
    """As problem details too."""
    headers = {"content-type": "application/json"}
    response = client.put("/_sandbox/faults", content=b"{nope", headers=headers)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
