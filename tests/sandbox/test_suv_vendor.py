"""The second upstream in the manner of the vendor's own test server."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from counterfoil_sandbox.manner import Manner
from counterfoil_sandbox.server import SandboxServer
from counterfoil_sandbox.suv.vouchers import KAROO, SuvSituation, codes_for
from support.suv_client import SuvClient

R50 = codes_for(KAROO, SuvSituation.USABLE, value_cents=5_000)[0]
R100 = codes_for(KAROO, SuvSituation.USABLE, value_cents=10_000)[0]
EXPIRED = codes_for(KAROO, SuvSituation.EXPIRED)[0]


@pytest.fixture(scope="module")
def running() -> Iterator[SandboxServer]:
    """Serve one sandbox for all tests of this file."""
    with SandboxServer(manner=Manner.VENDOR_TEST_SERVER) as server:
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


def error_of(response: httpx.Response, status: int = 400) -> str:
    """Return the error type of a refusal."""
    assert response.status_code == status, response.text
    return str(response.json()["errorType"])


def state(server: SandboxServer, code: str) -> str:
    """Return the state of a voucher, after checking that the books agree."""
    report = server.suv_ledger.report(code=code)
    totals = report["totals"]
    parts = totals["balance_cents"] + totals["held_cents"] + totals["debited_cents"]
    assert totals["issued_cents"] == parts
    return str(report["vouchers"][0]["state"])


def provisioned(client: SuvClient) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Provision and confirm a voucher; return the request, its confirmation and the code."""
    request = client.provision(5_000)
    answer = client.ask("voucher", request)
    assert answer.status_code == 201
    advice = client.advice(request, answer)
    assert client.confirm("voucher", advice).status_code == 202
    return request, advice, answer.json()["voucher"]["code"]


def test_a_voucher_goes_through_its_states(server: SandboxServer, client: SuvClient) -> None:
    """Provisioned, redeemed, confirmed, refunded, and redeemable again."""
    request, _, code = provisioned(client)
    assert state(server, code) == "CONFIRMED_PROVISIONED"
    redemption, answer = client.redeem(code, 5_000)
    assert (answer.status_code, state(server, code)) == (201, "REDEEMED")
    advice = client.advice(redemption, answer)
    echoed = client.confirm("redemption", advice)
    assert (echoed.status_code, echoed.json()) == (202, advice)
    assert state(server, code) == "CONFIRMED_REDEEMED"
    refund = client.refund(code, 5_000)
    refunded = client.ask("refund", refund)
    assert (refunded.status_code, state(server, code)) == (201, "REFUNDED")
    assert client.confirm("refund", client.advice(refund, refunded)).status_code == 202
    assert state(server, code) == "CONFIRMED_PROVISIONED"
    again = client.reverse("refund", client.reversal(refund, refunded))
    assert error_of(again) == "REFUND_ALREADY_CONFIRMED"
    duplicate = client.ask("voucher", request)
    assert error_of(duplicate) == "DUPLICATE_RECORD"
    assert duplicate.json()["detailMessage"]["voucher"]["code"] == code


def test_the_answer_is_the_request_with_its_additions(client: SuvClient) -> None:
    """The voucher echoed, two identifiers, three slip lines of no width, a made-up settlement."""
    request, answer = client.redeem(R50, 5_000)
    body = answer.json()
    assert body["voucher"] == request["voucher"]
    assert (body["id"], body["time"]) == (request["id"], request["time"])
    assert body["settlementEntity"] == {"id": "33333333", "name": "TransactionsRUs"}
    assert len(body["thirdPartyIdentifiers"]) == 3
    assert (len(body["slipData"]["messageLines"]), body["slipData"]["slipWidth"]) == (3, 0)


def test_a_generated_voucher_is_numeric_and_expires_at_once(client: SuvClient) -> None:
    """With three lines of instructions; nobody looks at the expiry."""
    made = client.ask("voucher", client.provision(5_000)).json()["voucher"]
    assert made["code"].isdigit()
    assert 1 <= len(made["code"]) <= 20
    assert len(made["redeemInstructions"]) == 3
    assert client.redeem(EXPIRED, 5_000)[1].status_code == 201


def test_amounts_and_duplicate_ids_are_not_looked_at(
    server: SandboxServer, client: SuvClient
) -> None:
    """The ledger shows what a bookkeeper would say of it."""
    request, answer = client.redeem(R50, 9_000)
    assert answer.status_code == 201
    assert server.suv_ledger.report(code=R50)["vouchers"][0]["balance_cents"] == -4_000
    other = client.redemption(R100, 100) | {"id": request["id"]}
    assert client.ask("redemption", other).status_code == 201


def test_a_second_confirmation_finds_nothing_to_confirm(client: SuvClient) -> None:
    """Where the specification would acknowledge it."""
    request, answer = client.redeem(R50, 5_000)
    advice = client.advice(request, answer)
    assert client.confirm("redemption", advice).status_code == 202
    refused = client.confirm("redemption", advice)
    assert error_of(refused) == "VOUCHER_NOT_REDEEMED"
    assert (refused.json()["id"], refused.json()["originalId"]) == (advice["id"], request["id"])
    reversal = client.reversal(request, answer)
    assert error_of(client.reverse("redemption", reversal)) == "REDEMPTION_ALREADY_CONFIRMED"


def test_a_second_reversal_is_not_found(server: SandboxServer, client: SuvClient) -> None:
    """The first made the voucher usable; the same request id is spent."""
    request, answer = client.redeem(R50, 5_000)
    advice = client.reversal(request, answer)
    assert client.reverse("redemption", advice).status_code == 202
    assert error_of(client.reverse("redemption", advice), 404) == "UNABLE_TO_LOCATE_RECORD"
    assert state(server, R50) == "CONFIRMED_PROVISIONED"
    again = client.ask("redemption", request)
    assert error_of(again) == "REDEMPTION_ALREADY_REVERSED"
    assert again.json()["originalId"] == advice["id"]


@pytest.mark.parametrize(
    ("resource", "error_type"),
    [
        ("voucher", "VOUCHER_ALREADY_REVERSED"),
        ("redemption", "REDEMPTION_ALREADY_REVERSED"),
        ("refund", "REFUND_ALREADY_REVERSED"),
    ],
)
def test_a_reversal_of_what_never_came_is_remembered(
    client: SuvClient, resource: str, error_type: str
) -> None:
    """A confirmation is not found either."""
    late = client.provision(100) if resource == "voucher" else client.redemption(R50, 5_000)
    assert client.confirm(resource, client.advice(late)).status_code == 404
    assert client.reverse(resource, client.reversal(late)).status_code == 404
    assert error_of(client.ask(resource, late)) == error_type


def test_states_refuse_what_does_not_fit_them(client: SuvClient) -> None:
    """Each with its own error type."""
    assert error_of(client.redeem("123", 100)[1]) == "VOUCHER_NOT_REDEEMABLE"
    assert error_of(client.ask("refund", client.refund(R50))) == "VOUCHER_NOT_REDEEMED"
    request, answer = client.redeem(R50, 5_000)
    assert error_of(client.redeem(R50, 5_000)[1]) == "VOUCHER_ALREADY_REDEEMED"
    assert error_of(client.ask("refund", client.refund(R50))) == "REDEMPTION_NOT_CONFIRMED"
    client.confirm("redemption", client.advice(request, answer))
    refund = client.refund(R50)
    refunded = client.ask("refund", refund)
    assert error_of(client.ask("refund", client.refund(R50))) == "VOUCHER_ALREADY_REFUNDED"
    reversal = client.reversal(refund, refunded)
    assert client.reverse("refund", reversal).status_code == 202
    provision, confirmation, _ = provisioned(client)
    advice = client.reversal(provision) | {"id": confirmation["id"]}
    assert error_of(client.reverse("voucher", advice)) == "VOUCHER_ALREADY_CONFIRMED"


def test_known_defects_are_there(server: SandboxServer, client: SuvClient) -> None:
    """A late repeat un-redeems another's redemption; confirming anew revives a spent voucher."""
    provision, confirmation, code = provisioned(client)
    first, answer = client.redeem(code, 5_000)
    reversal = client.reversal(first, answer)
    client.reverse("redemption", reversal)
    client.redeem(code, 5_000)
    assert client.reverse("redemption", reversal).status_code == 202
    assert state(server, code) == "CONFIRMED_PROVISIONED"
    client.redeem(code, 5_000)
    assert client.confirm("voucher", confirmation).status_code == 202
    assert client.redeem(code, 5_000)[1].status_code == 201
    assert server.suv_ledger.report(code=code)["vouchers"][0]["balance_cents"] == -10_000
    assert error_of(client.reverse("voucher", client.reversal(provision))) == (
        "VOUCHER_ALREADY_CONFIRMED"
    )


@pytest.mark.parametrize("what", ["no receiver", "unknown refund", "repeated refund reversal"])
def test_unexpected_faults_answer_500_in_plain_words(client: SuvClient, what: str) -> None:
    """No error detail, and nothing was done."""
    if what == "no receiver":
        request = client.redemption(R50, 5_000)
        del request["receiver"]
        answer = client.ask("redemption", request)
        assert client.redeem(R50, 5_000)[1].status_code == 201
    elif what == "unknown refund":
        answer = client.ask("refund", client.refund("404"))
    else:
        redemption, redeemed = client.redeem(R50, 5_000)
        client.confirm("redemption", client.advice(redemption, redeemed))
        refund = client.refund(R50)
        reversal = client.reversal(refund, client.ask("refund", refund))
        assert client.reverse("refund", reversal).status_code == 202
        answer = client.reverse("refund", reversal)
    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith("text/plain")


def test_format_errors_name_no_id(client: SuvClient) -> None:
    """And the checks go in order: unknown property, fields, ids, identifiers, user."""
    request = client.redemption(R50, 5_000)
    request["client"]["id"] = "99"
    steps: list[tuple[dict[str, Any], str]] = [
        ({"novelty": 1, "time": None, "id": "17"}, "Unrecognized field 'novelty'"),
        ({"rrn": "since 1.4.0"}, "Unrecognized field 'rrn'"),
        ({"time": None}, "time may not be null"),
        ({"voucher": {"code": "A1"}}, 'voucher.code must match "[0-9]{1,20}"'),
        ({"id": "17"}, "UUID must conform to the format 8-4-4-4-12 hexadecimal values"),
        (
            {"thirdPartyIdentifiers": [{"institutionId": "1"}]},
            "thirdPartyIdentifiers[0].transactionIdentifier may not be null",
        ),
    ]
    for change, words in steps:
        answer = client.ask("redemption", request | change)
        assert error_of(answer) == "FORMAT_ERROR"
        body = answer.json()
        assert "id" not in body
        assert body["errorMessage"] == "Bad formatting."
        assert body["detailMessage"]["formatErrors"] == [{"msg": words}]
    refused = client.ask("redemption", request)
    assert error_of(refused) == "AUTHENTICATION_ERROR"
    assert refused.json()["id"] == request["id"]


def test_advices_need_no_credentials_that_fit(server: SandboxServer, client: SuvClient) -> None:
    """Without any the user is "null"; another password sees another partition."""
    request, answer = client.redeem(R50, 5_000)
    place = f"{server.suv_url}/redemptions/confirmations"
    advice = client.advice(request, answer)
    assert httpx.post(place, json=advice, trust_env=False).status_code == 404
    null = request | {"client": {"id": "null", "name": "N"}}
    place = f"{server.suv_url}/redemptions"
    assert error_of(httpx.post(place, json=null, trust_env=False)) == "FORMAT_ERROR"
    with SuvClient(server.suv_url, password="other") as stranger:
        assert stranger.confirm("redemption", advice).status_code == 404
    assert client.confirm("redemption", advice).status_code == 202


def test_there_are_no_lookups(client: SuvClient) -> None:
    """Everything is posted."""
    assert client.look_up(voucherCode=R50).status_code == 405
    assert client.fetch("00000000-0000-4000-8000-000000000000").status_code == 404
    assert client.http.get("/products").status_code == 404


def reset(client: SuvClient, **body: str) -> httpx.Response:
    """Call the reset of the vendor's server."""
    return client.http.post("/testServerAdmin/reset", json=body)


SURE = {"userDataWillBeLost": "TRUE", "resetUserData": "TRUE"}


def test_a_user_can_reset_what_he_did(server: SandboxServer, client: SuvClient) -> None:
    """His requests and vouchers are gone; the sandbox's own are as at the start."""
    _, _, code = provisioned(client)
    client.redeem(R50, 5_000)
    for refused in ({}, {"resetUserData": "TRUE"}, SURE | {"resetUserData": "FALSE"}):
        assert reset(client, **refused).status_code == 400
    done = reset(client, **SURE)
    assert (done.status_code, set(done.json())) == (200, {"outcome"})
    assert error_of(client.redeem(code, 5_000)[1]) == "VOUCHER_NOT_REDEEMABLE"
    assert client.redeem(R50, 5_000)[1].status_code == 201
    with SuvClient(server.suv_url, client_id="8") as unknown:
        assert reset(unknown, **SURE).status_code == 400


def test_a_reset_fails_while_another_user_has_vouchers(
    server: SandboxServer, client: SuvClient
) -> None:
    """A defect of the vendor's server."""
    provisioned(client)
    with SuvClient(server.suv_url, client_id="8") as other:
        other.redeem(R50, 5_000)
        assert reset(other, **SURE).status_code == 500


def test_the_command_chooses_the_manner(tmp_path: Path) -> None:
    """And serves both upstreams on one port; without the option it is as specified."""
    root = Path(__file__).parents[2]
    for options, version in (
        (("--manner", "vendor-test-server"), "1.2.0"),
        (("--data-file", str(tmp_path / "ledger.sqlite")), "1.14.0"),
    ):
        process = subprocess.Popen(
            [sys.executable, "-m", "counterfoil", "sandbox", *options],
            stdout=subprocess.PIPE,
            text=True,
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root / "app")},
        )
        try:
            assert process.stdout is not None
            url = json.loads(process.stdout.readline())["url"]
            with SuvClient(f"{url}/suv/v1") as client:
                document = client.http.get("/openapi.json").json()
                assert document["info"]["version"] == version
                assert client.redeem(R50, 5_000)[1].status_code == 201
                assert client.http.get(f"{url}/collect/redemptions/types").status_code == 401
        finally:
            process.kill()
            process.communicate()
