"""The second upstream of the sandbox as specified, from the other end of a real connection."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from counterfoil_sandbox.faults import Dials
from counterfoil_sandbox.server import SandboxServer
from counterfoil_sandbox.suv.vouchers import (
    BAOBAB,
    KAROO,
    PROTEA,
    SUV_VOUCHERS,
    SuvSituation,
    codes_for,
)
from support.suv_client import ACCEPTED, SuvClient, tender

R50 = codes_for(KAROO, SuvSituation.USABLE, value_cents=5_000)[0]
R100 = codes_for(KAROO, SuvSituation.USABLE, value_cents=10_000)[0]
SWALLOWED = codes_for(BAOBAB, SuvSituation.USABLE, value_cents=5_000)[0]
REFUNDABLE = codes_for(PROTEA, SuvSituation.USABLE, value_cents=5_000)[0]
NEVER = "00000000-0000-4000-8000-000000000000"


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


def code_of(situation: SuvSituation) -> str:
    """Return a voucher of the provider that heeds advices."""
    return codes_for(KAROO, situation)[0]


def voucher(server: SandboxServer, code: str) -> dict[str, Any]:
    """Return what the ledger says of a voucher, after checking that its money is all there."""
    report = server.suv_ledger.report(code=code)
    totals = report["totals"]
    parts = totals["balance_cents"] + totals["held_cents"] + totals["debited_cents"]
    assert totals["issued_cents"] == parts
    found: dict[str, Any] = report["vouchers"][0]
    return found


def balance(server: SandboxServer, code: str) -> int:
    """Return the balance of a voucher."""
    found: int = voucher(server, code)["balance_cents"]
    return found


def error_of(response: httpx.Response, status: int = 400) -> str:
    """Return the error type of a refusal whose status and shape are as they must be."""
    assert response.status_code == status, response.text
    body = response.json()
    assert {"id", "errorType", "errorMessage"} <= set(body)
    assert len(body["errorMessage"]) <= 80
    return str(body["errorType"])


# ------------------------------------------------------------------------------------ redeeming


def test_a_redemption_in_dual_messaging_takes_the_value_once(
    server: SandboxServer, client: SuvClient
) -> None:
    """Look up, redeem, confirm, and confirm again: one debit under our request id."""
    found = client.look_up(voucherCode=R50)
    assert found.status_code == 200
    assert found.json()["amounts"]["approvedAmount"] == {
        "amount": 5_000,
        "currency": "710",
        "ledgerIndicator": "CREDIT",
    }
    assert found.json()["voucher"]["redeemInstructions"]
    request, answer = client.redeem(R50, 5_000)
    assert answer.status_code == 201
    advice = client.advice(request, answer)
    for _ in range(2):
        confirmed = client.confirm("redemption", advice)
        assert (confirmed.status_code, confirmed.json()) == (202, advice)
    report = voucher(server, R50)
    assert [(row["request_id"], row["amount_cents"]) for row in report["debits"]] == [
        (request["id"], 5_000)
    ]
    assert (report["balance_cents"], report["net_debited_cents"]) == (0, 5_000)


def test_the_answer_repeats_id_and_time_and_adds_two_identifiers(client: SuvClient) -> None:
    """And slip lines, amounts, the parties; but not the voucher's code, which is a secret."""
    request, answer = client.redeem(R100, 3_000)
    body = answer.json()
    assert (body["id"], body["time"]) == (request["id"], request["time"])
    ours = request["thirdPartyIdentifiers"]
    assert body["thirdPartyIdentifiers"][: len(ours)] == ours
    added = body["thirdPartyIdentifiers"][len(ours) :]
    parties = [body["settlementEntity"]["id"], body["receiver"]["id"]]
    assert [each["institutionId"] for each in added] == parties
    assert body["amounts"]["approvedAmount"]["amount"] == 3_000
    assert body["amounts"]["balanceAmount"]["amount"] == 7_000
    assert [line["text"] for line in body["slipData"]["messageLines"]][1] == "Redeemed R30.00"
    assert "code" not in body["voucher"]


def test_a_part_leaves_a_balance_that_can_be_redeemed(
    server: SandboxServer, client: SuvClient
) -> None:
    """R100 in two parts, and then nothing is left."""
    client.redeem(R100, 3_000)
    assert client.redeem(R100, 7_001)[1].json()["errorType"] == "INSUFFICIENT_AMOUNT"
    assert client.redeem(R100)[1].json()["amounts"]["approvedAmount"]["amount"] == 7_000
    assert error_of(client.redeem(R100, 1)[1]) == "VOUCHER_ALREADY_REDEEMED"
    assert balance(server, R100) == 0


@pytest.mark.parametrize(
    ("situation", "cents", "status", "error_type"),
    [
        (SuvSituation.USED, 5_000, 400, "VOUCHER_ALREADY_REDEEMED"),
        (SuvSituation.EXPIRED, 5_000, 400, "VOUCHER_NOT_REDEEMABLE"),
        (SuvSituation.UNKNOWN, 5_000, 400, "INVALID_VOUCHER"),
        (SuvSituation.INSUFFICIENT, 5_000, 400, "INSUFFICIENT_AMOUNT"),
        (SuvSituation.DECLINED, 5_000, 400, "DO_NOT_HONOUR"),
        (SuvSituation.UPSTREAM_TIMEOUT, 5_000, 504, "UPSTREAM_UNAVAILABLE"),
        (SuvSituation.UPSTREAM_DOWN, 5_000, 503, "UPSTREAM_UNAVAILABLE"),
        (SuvSituation.USABLE, 0, 400, "INVALID_AMOUNT"),
        (SuvSituation.USABLE, -1, 400, "INVALID_AMOUNT"),
    ],
)
def test_a_redemption_that_cannot_be_takes_nothing(
    *,
    server: SandboxServer,
    client: SuvClient,
    situation: SuvSituation,
    cents: int,
    status: int,
    error_type: str,
) -> None:
    """Its reversal is acknowledged, its confirmation is not, and its lookup tells the same."""
    code = code_of(situation)
    before = server.suv_ledger.totals()
    request, answer = client.redeem(code, cents)
    assert error_of(answer, status) == error_type
    assert answer.json()["id"] == request["id"]
    fetched = client.fetch(request["id"])
    assert (fetched.status_code, fetched.json()) == (status, answer.json())
    assert client.reverse("redemption", client.reversal(request)).status_code == 202
    assert error_of(client.confirm("redemption", client.advice(request))) == "VOUCHER_NOT_REDEEMED"
    assert server.suv_ledger.totals() == before


def test_what_the_provider_said_stands_beside_its_decline(client: SuvClient) -> None:
    """Its own code and message."""
    body = client.redeem(code_of(SuvSituation.DECLINED), 5_000)[1].json()
    assert body["providerErrorCode"] == "57"
    assert body["providerErrorMessage"]


def test_an_id_can_be_used_once(server: SandboxServer, client: SuvClient) -> None:
    """Also after a decline, for another voucher, by another client and in another operation."""
    request, _ = client.redeem(R50, 5_000)
    assert error_of(client.ask("redemption", request)) == "DUPLICATE_RECORD"
    other = client.redemption(R100, 1_000) | {"id": request["id"]}
    assert error_of(client.ask("redemption", other)) == "DUPLICATE_RECORD"
    assert error_of(client.ask("refund", other)) == "DUPLICATE_RECORD"
    with SuvClient(server.suv_url, client_id="7") as stranger:
        theirs = stranger.redemption(R100, 1_000) | {"id": request["id"]}
        assert error_of(stranger.ask("redemption", theirs)) == "DUPLICATE_RECORD"
    declined, _ = client.redeem(code_of(SuvSituation.USED))
    assert error_of(client.ask("redemption", declined)) == "DUPLICATE_RECORD"
    assert (balance(server, R50), balance(server, R100)) == (0, 10_000)


def test_any_hexadecimal_id_in_either_case_will_do(client: SuvClient) -> None:
    """Clients in the field send ids that are no UUID of version 4."""
    for id_ in ("FFFFFFFF-0000-0000-0000-00000000000A", "00000000-dead-beef-0000-abcdefABCDEF"):
        answer = client.ask("redemption", client.redemption(R100, 100) | {"id": id_})
        assert (answer.status_code, answer.json()["id"]) == (201, id_)
        assert client.fetch(id_).status_code == 200


@pytest.mark.parametrize("currency", [710, "710"], ids=["number", "text"])
def test_the_currency_may_be_a_number(client: SuvClient, currency: int | str) -> None:
    """Clients in the field send 710; it is read as the text."""
    request = client.redemption(R50, 5_000)
    request["amounts"]["requestAmount"]["currency"] = currency
    answer = client.ask("redemption", request)
    assert answer.json()["amounts"]["requestAmount"]["currency"] == "710"


def test_another_currency_is_refused(client: SuvClient) -> None:
    """The vouchers are in rand."""
    request = client.redemption(R50, 5_000)
    request["amounts"]["requestAmount"]["currency"] = "840"
    assert error_of(client.ask("redemption", request)) == "INVALID_AMOUNT"


def test_a_slash_at_the_end_changes_nothing(client: SuvClient) -> None:
    """Both spellings are in use."""
    request = client.redemption(R50, 5_000)
    answer = client.http.post("/redemptions/", json=request)
    assert answer.status_code == 201
    advice = client.advice(request, answer)
    assert client.http.post("/redemptions/confirmations/", json=advice).status_code == 202
    assert client.http.get(f"/redemptions/{request['id']}/").status_code == 200
    assert client.http.get("/vouchers/", params={"voucherCode": R100}).status_code == 200
    assert client.http.get("/products/").status_code == 200


# ------------------------------------------------------------------------------------- advices


def test_a_reversal_gives_the_value_back_however_often_it_comes(
    server: SandboxServer, client: SuvClient
) -> None:
    """And afterwards the redemption cannot be confirmed, but the voucher redeemed anew."""
    request, answer = client.redeem(R50, 5_000)
    advice = client.reversal(request, answer, reason="CANCELLED")
    for _ in range(3):
        reversed_ = client.reverse("redemption", advice)
        assert (reversed_.status_code, reversed_.json()) == (202, advice)
    assert balance(server, R50) == 5_000
    late = client.confirm("redemption", client.advice(request, answer))
    assert error_of(late) == "REDEMPTION_ALREADY_REVERSED"
    assert late.json()["originalId"] == request["id"]
    assert client.redeem(R50, 5_000)[1].status_code == 201
    # A late repeat does not touch what another request took.
    assert client.reverse("redemption", advice).status_code == 202
    assert balance(server, R50) == 0


def test_what_was_confirmed_cannot_be_reversed(server: SandboxServer, client: SuvClient) -> None:
    """Only one kind of advice may end a transaction."""
    request, answer = client.redeem(R50, 5_000)
    client.confirm("redemption", client.advice(request, answer))
    refused = client.reverse("redemption", client.reversal(request, answer))
    assert error_of(refused) == "REDEMPTION_ALREADY_CONFIRMED"
    assert balance(server, R50) == 0


def test_a_reversal_that_overtakes_its_request_stops_it(
    server: SandboxServer, client: SuvClient
) -> None:
    """It is not found, however often; the request is refused when it comes after all."""
    request = client.redemption(R50, 5_000)
    advice = client.reversal(request)
    for _ in range(2):
        assert error_of(client.reverse("redemption", advice), 404) == "UNABLE_TO_LOCATE_RECORD"
    late = client.ask("redemption", request)
    assert error_of(late) == "REDEMPTION_ALREADY_REVERSED"
    assert late.json()["originalId"] == advice["id"]
    assert client.reverse("redemption", advice).status_code == 202
    assert balance(server, R50) == 5_000


def test_a_confirmation_of_what_never_came_is_not_found(client: SuvClient) -> None:
    """Its error names the advice and the request."""
    advice = client.advice(client.redemption(R50))
    refused = client.confirm("redemption", advice)
    assert error_of(refused, 404) == "UNABLE_TO_LOCATE_RECORD"
    assert (refused.json()["id"], refused.json()["originalId"]) == (
        advice["id"],
        advice["requestId"],
    )


def test_an_advice_can_end_in_less_than_was_approved_but_not_in_more(
    server: SandboxServer, client: SuvClient
) -> None:
    """The final amount of a confirmation, and of a partial reversal."""
    for call, final_cents, rest_cents in (
        (client.confirm, 4_000, 6_000),
        (client.reverse, 1_000, 5_000),
    ):
        request, answer = client.redeem(R100, 5_000)
        advice = client.reversal(request, answer)
        if call == client.confirm:
            advice.pop("reversalReason")
        advice["amounts"] = {"approvedAmount": {"amount": 5_001, "currency": "710"}}
        assert error_of(call("redemption", advice)) == "INVALID_AMOUNT"
        advice["amounts"]["approvedAmount"]["amount"] = final_cents
        assert call("redemption", advice).status_code == 202
        assert balance(server, R100) == rest_cents


def test_a_dial_answers_a_repeated_advice_as_a_duplicate(
    server: SandboxServer, client: SuvClient
) -> None:
    """The documents allow either answer."""
    server.set_dials(Dials(suv_repeated_advice="duplicate_record"))
    request, answer = client.redeem(R50, 5_000)
    advice = client.advice(request, answer)
    assert client.confirm("redemption", advice).status_code == 202
    assert error_of(client.confirm("redemption", advice)) == "DUPLICATE_RECORD"


def test_an_advice_id_cannot_serve_two_requests(client: SuvClient) -> None:
    """The second use is refused and does nothing."""
    first, answer = client.redeem(R50, 5_000)
    second, _ = client.redeem(R100, 5_000)
    advice = client.advice(first, answer)
    client.confirm("redemption", advice)
    again = advice | {"requestId": second["id"]}
    assert error_of(client.confirm("redemption", again)) == "DUPLICATE_RECORD"


def test_advices_to_a_provider_that_swallows_them_do_nothing(
    server: SandboxServer, client: SuvClient
) -> None:
    """They are acknowledged, either kind and both; the ledger knows that they had no effect."""
    request, answer = client.redeem(SWALLOWED, 5_000)
    assert client.reverse("redemption", client.reversal(request, answer)).status_code == 202
    assert client.confirm("redemption", client.advice(request, answer)).status_code == 202
    assert balance(server, SWALLOWED) == 0
    advices = server.suv_ledger.report(request_id=request["id"])["advices"]
    assert [(row["kind"], row["had_effect"]) for row in advices] == [
        ("reversal", False),
        ("confirmation", False),
    ]


def test_such_a_provider_redeems_its_vouchers_whole(client: SuvClient) -> None:
    """Less is refused."""
    assert error_of(client.redeem(SWALLOWED, 100)[1]) == "INVALID_AMOUNT"


def test_a_dial_swallows_every_advice(server: SandboxServer, client: SuvClient) -> None:
    """Also one for a request that nobody knows."""
    server.set_dials(Dials(suv_swallows_advices=True))
    request, answer = client.redeem(R50, 5_000)
    assert client.reverse("redemption", client.reversal(request, answer)).status_code == 202
    stranger = client.reversal(client.redemption(R50))
    assert client.reverse("redemption", stranger).status_code == 202
    assert balance(server, R50) == 0


# ---------------------------------------------------------------------- lookups of a redemption


def test_a_redemption_can_be_fetched_by_its_id(client: SuvClient, server: SandboxServer) -> None:
    """The original yes, also after a reversal; nothing for an unknown one or a stranger."""
    request, answer = client.redeem(R50, 5_000)
    client.reverse("redemption", client.reversal(request, answer))
    fetched = client.fetch(request["id"])
    assert (fetched.status_code, fetched.json()) == (200, answer.json())
    missing = client.fetch(NEVER)
    assert (missing.status_code, missing.content) == (404, b"")
    with SuvClient(server.suv_url, client_id="7") as stranger:
        denied = stranger.fetch(request["id"])
        assert (denied.status_code, denied.content) == (403, b"")
    assert error_of(client.fetch("17")) == "FORMAT_ERROR"


def wait_for_processing(server: SandboxServer, request_id: str) -> None:
    """Wait until a request is under way."""
    pause = threading.Event()
    for _ in range(200):
        if server.suv_ledger.requests("redemption", request_id=request_id):
            return
        pause.wait(0.01)
    pytest.fail("the request did not come")


def during(server: SandboxServer, client: SuvClient, act: Callable[[dict[str, Any]], None]) -> int:
    """Do something while a slow redemption is under way; return the status it ends with."""
    request = client.redemption(code_of(SuvSituation.SLOW), 5_000)
    statuses: list[int] = []

    def redeem() -> None:
        with SuvClient(server.suv_url) as other:
            statuses.append(other.ask("redemption", request).status_code)

    asking = threading.Thread(target=redeem)
    asking.start()
    wait_for_processing(server, request["id"])
    act(request)
    asking.join()
    return statuses[0]


@pytest.mark.parametrize(("how", "status"), [("202", 202), ("404", 404), ("503", 503)])
def test_a_redemption_under_way_is_told_as_the_dial_says(
    server: SandboxServer, client: SuvClient, how: Any, status: int
) -> None:
    """With a final status; later the same lookup has the answer."""
    server.set_dials(Dials(slow_s=0.3, suv_still_processing=how))

    def act(request: dict[str, Any]) -> None:
        assert client.fetch(request["id"]).status_code == status

    assert during(server, client, act) == 201


@pytest.mark.parametrize("how", ["102", "102_held"])
def test_a_102_is_no_final_answer(server: SandboxServer, client: SuvClient, how: Any) -> None:
    """The line is closed after it or stays silent; either way the client has nothing final."""
    server.set_dials(Dials(slow_s=0.4, suv_still_processing=how))

    def act(request: dict[str, Any]) -> None:
        with (
            SuvClient(server.suv_url, timeout_s=0.2) as hasty,
            pytest.raises((httpx.RemoteProtocolError, httpx.ReadTimeout)),
        ):
            hasty.fetch(request["id"])

    assert during(server, client, act) == 201


def test_a_reversal_while_the_request_is_under_way_stops_it(
    server: SandboxServer, client: SuvClient
) -> None:
    """It is acknowledged, and the request takes nothing."""
    server.set_dials(Dials(slow_s=0.3))

    def act(request: dict[str, Any]) -> None:
        assert client.reverse("redemption", client.reversal(request)).status_code == 202

    assert during(server, client, act) == 400
    assert balance(server, code_of(SuvSituation.SLOW)) == 5_000


# --------------------------------------------------------------------- vouchers gone quiet


def test_the_answer_can_be_lost_after_the_value_is_taken(
    server: SandboxServer, client: SuvClient
) -> None:
    """A lookup finds it, and a reversal brings it back."""
    code = code_of(SuvSituation.ANSWER_LOST)
    request = client.redemption(code, 5_000)
    with pytest.raises(httpx.RemoteProtocolError):
        client.ask("redemption", request)
    assert balance(server, code) == 0
    assert client.fetch(request["id"]).status_code == 200
    assert client.reverse("redemption", client.reversal(request)).status_code == 202
    assert balance(server, code) == 5_000


def test_a_504_can_have_taken_the_value(server: SandboxServer, client: SuvClient) -> None:
    """Only a reversal brings it back."""
    code = code_of(SuvSituation.UPSTREAM_TIMEOUT_TAKEN)
    request, answer = client.redeem(code, 5_000)
    assert error_of(answer, 504) == "UPSTREAM_UNAVAILABLE"
    assert balance(server, code) == 0
    reversal = client.reversal(request, reason="RESPONSE_NOT_FINAL")
    assert client.reverse("redemption", reversal).status_code == 202
    assert balance(server, code) == 5_000


def test_the_table_has_every_situation_of_every_provider(client: SuvClient) -> None:
    """It is shown without a key and says that it is a simulator's."""
    for provider in (KAROO, BAOBAB, PROTEA):
        found = {row.situation for row in SUV_VOUCHERS if row.provider == provider}
        assert found == set(SuvSituation)
    assert len({row.code for row in SUV_VOUCHERS}) == len(SUV_VOUCHERS)
    root = str(client.http.base_url).removesuffix("/suv/v1/")
    table = httpx.get(f"{root}/_sandbox/pins", trust_env=False).json()
    assert [row["code"] for row in table["suv"]] == [row.code for row in SUV_VOUCHERS]
    assert "simulator" in table["note"]


# ------------------------------------------------------------------------- refunds, provisions


def confirmed_redemption(client: SuvClient, code: str, cents: int) -> dict[str, Any]:
    """Redeem and confirm; return the request."""
    request, answer = client.redeem(code, cents)
    assert client.confirm("redemption", client.advice(request, answer)).status_code == 202
    return request


def test_a_refund_is_held_until_it_is_confirmed(server: SandboxServer, client: SuvClient) -> None:
    """Then the voucher can be redeemed again."""
    redeemed = confirmed_redemption(client, REFUNDABLE, 5_000)
    request = client.refund(REFUNDABLE, redemptionId=redeemed["id"])
    answer = client.ask("refund", request)
    assert answer.status_code == 201
    assert answer.json()["amounts"]["approvedAmount"]["amount"] == 5_000
    assert voucher(server, REFUNDABLE)["held_cents"] == 5_000
    assert client.redeem(REFUNDABLE, 100)[1].status_code == 400
    advice = client.advice(request, answer)
    for _ in range(2):
        assert client.confirm("refund", advice).status_code == 202
    assert balance(server, REFUNDABLE) == 5_000
    reversal = client.reversal(request, answer)
    assert error_of(client.reverse("refund", reversal)) == "REFUND_ALREADY_CONFIRMED"


def test_a_refund_can_be_reversed_and_asked_again(server: SandboxServer, client: SuvClient) -> None:
    """The redemption stands in between; a reversal before its refund stops it."""
    confirmed_redemption(client, REFUNDABLE, 5_000)
    request = client.refund(REFUNDABLE, 2_000)
    answer = client.ask("refund", request)
    for _ in range(2):
        reversal = client.reversal(request, answer)
        assert client.reverse("refund", reversal).status_code == 202
    assert voucher(server, REFUNDABLE)["net_debited_cents"] == 5_000
    late = client.refund(REFUNDABLE, 2_000)
    assert client.reverse("refund", client.reversal(late)).status_code == 404
    assert error_of(client.ask("refund", late)) == "REFUND_ALREADY_REVERSED"
    assert client.ask("refund", client.refund(REFUNDABLE, 5_000)).status_code == 201
    assert error_of(client.ask("refund", client.refund(REFUNDABLE, 1))) == (
        "VOUCHER_ALREADY_REFUNDED"
    )


def test_what_cannot_be_refunded_is_refused(client: SuvClient) -> None:
    """Not redeemed, not confirmed, too much, unknown, or a provider without refunds."""
    assert error_of(client.ask("refund", client.refund(REFUNDABLE))) == "VOUCHER_NOT_REDEEMED"
    request, answer = client.redeem(REFUNDABLE, 5_000)
    assert error_of(client.ask("refund", client.refund(REFUNDABLE))) == "REDEMPTION_NOT_CONFIRMED"
    client.confirm("redemption", client.advice(request, answer))
    assert error_of(client.ask("refund", client.refund(REFUNDABLE, 5_001))) == "INVALID_AMOUNT"
    elsewhere = client.refund(REFUNDABLE, redemptionId=NEVER)
    assert error_of(client.ask("refund", elsewhere)) == "UNABLE_TO_LOCATE_RECORD"
    confirmed_redemption(client, R50, 5_000)
    assert error_of(client.ask("refund", client.refund(R50)), 501) == "FUNCTION_NOT_SUPPORTED"


def test_a_provisioned_voucher_lives_when_it_is_confirmed(
    server: SandboxServer, client: SuvClient
) -> None:
    """Until then it cannot be redeemed; it is found by code, serial number and request."""
    request = client.provision(7_500)
    answer = client.ask("voucher", request)
    assert answer.status_code == 201
    made = answer.json()["voucher"]
    assert error_of(client.redeem(made["code"])[1]) == "VOUCHER_NOT_REDEEMABLE"
    advice = client.advice(request, answer, tenders=[tender(7_500)])
    assert client.confirm("voucher", advice).status_code == 202
    for query in (
        {"voucherCode": made["code"]},
        {"voucherSerialNumber": made["serialNumber"]},
        {"provisionRequestId": request["id"]},
    ):
        found = client.look_up(**query).json()
        assert found["amounts"]["approvedAmount"]["amount"] == 7_500
    assert client.redeem(made["code"], 7_500)[1].status_code == 201
    reversal = client.reversal(request, answer)
    assert error_of(client.reverse("voucher", reversal)) == "VOUCHER_ALREADY_CONFIRMED"
    assert voucher(server, made["code"])["net_debited_cents"] == 7_500


def test_a_provision_can_be_reversed(server: SandboxServer, client: SuvClient) -> None:
    """The voucher is dead; and a reversal that came first stops the provision."""
    request = client.provision(7_500)
    answer = client.ask("voucher", request)
    for _ in range(2):
        reversal = client.reversal(request, answer)
        assert client.reverse("voucher", reversal).status_code == 202
    advice = client.advice(request, answer, tenders=[tender(7_500)])
    assert error_of(client.confirm("voucher", advice)) == "VOUCHER_ALREADY_REVERSED"
    assert balance(server, answer.json()["voucher"]["code"]) == 0
    late = client.provision(100)
    assert client.reverse("voucher", client.reversal(late)).status_code == 404
    assert error_of(client.ask("voucher", late)) == "VOUCHER_ALREADY_REVERSED"


def test_a_confirmed_provision_must_name_its_tenders(client: SuvClient) -> None:
    """The schema demands them."""
    request = client.provision(7_500)
    answer = client.ask("voucher", request)
    refused = client.confirm("voucher", client.advice(request, answer))
    assert error_of(refused) == "FORMAT_ERROR"


def test_the_catalogue_can_be_bought_from(client: SuvClient) -> None:
    """Fixed prices and ranges; outside of them, and unknown products, are refused."""
    products = {each["productId"]: each for each in client.http.get("/products").json()["products"]}
    assert products["BAOBAB100"]["amount"]["amount"] == 10_000
    assert products["KAROO"]["minAmount"]["amount"] < products["KAROO"]["maxAmount"]["amount"]
    bought = client.ask("voucher", client.provision(product={"productId": "BAOBAB100"}))
    assert bought.json()["product"] == {"productId": "BAOBAB100"}
    assert bought.json()["amounts"]["approvedAmount"]["amount"] == 10_000
    # Nobody would hear its confirmation, so it is good at once.
    assert client.redeem(bought.json()["voucher"]["code"])[1].status_code == 201
    wrong = client.provision(100, product={"productId": "BAOBAB100"})
    assert error_of(client.ask("voucher", wrong)) == "INVALID_AMOUNT"
    unknown = client.provision(100, product={"productId": "NONE"})
    assert error_of(client.ask("voucher", unknown)) == "TRANSACTION_NOT_SUPPORTED"
    assert error_of(client.ask("voucher", client.provision())) == "INVALID_AMOUNT"
    taken = client.provision(100, voucher={"code": R50})
    assert error_of(client.ask("voucher", taken)) == "VOUCHER_ALREADY_PROVISIONED"


# ----------------------------------------------------------------------------- voucher lookups


def test_a_voucher_that_cannot_be_used_is_told_at_the_lookup(
    server: SandboxServer, client: SuvClient
) -> None:
    """As an error, or with its details, as the dial says; an unknown one is not found."""
    used, expired = code_of(SuvSituation.USED), code_of(SuvSituation.EXPIRED)
    assert error_of(client.look_up(voucherCode=used)) == "VOUCHER_ALREADY_REDEEMED"
    assert error_of(client.look_up(voucherCode=expired)) == "VOUCHER_NOT_REDEEMABLE"
    assert error_of(client.look_up(voucherCode="1"), 404) == "UNABLE_TO_LOCATE_RECORD"
    assert error_of(client.look_up()) == "FORMAT_ERROR"
    server.set_dials(Dials(suv_dead_voucher="details", suv_lookup_status=202))
    found = client.look_up(voucherCode=expired)
    assert (found.status_code, found.json()["voucher"]["expiryDate"][:4]) == (202, "2025")
    spent = client.look_up(voucherCode=used).json()
    assert spent["amounts"]["approvedAmount"]["amount"] == 0


def test_the_other_path_for_looking_up_a_voucher_works_too(client: SuvClient) -> None:
    """One page of the documents gives it."""
    found = client.http.get("/products", params={"voucherCode": R50})
    assert found.json()["amounts"]["approvedAmount"]["amount"] == 5_000


# ------------------------------------------------------------------------------- who may ask


def test_the_user_must_be_the_client_of_the_message(client: SuvClient) -> None:
    """Else the status is 400 and the type says so."""
    request = client.redemption(R50)
    request["client"]["id"] = "99999999"
    assert error_of(client.ask("redemption", request)) == "AUTHENTICATION_ERROR"


@pytest.mark.parametrize("password", ["", "wrong"])
def test_bad_credentials_are_refused(server: SandboxServer, password: str) -> None:
    """On every operation, with 401."""
    with SuvClient(server.suv_url, password=password) as stranger:
        assert error_of(stranger.redeem(R50)[1], 401) == "AUTHENTICATION_ERROR"
        assert error_of(stranger.look_up(voucherCode=R50), 401) == "AUTHENTICATION_ERROR"


def test_a_request_without_credentials_is_refused(server: SandboxServer) -> None:
    """Before anything of it is looked at."""
    answer = httpx.post(f"{server.suv_url}/redemptions", content=b"{", trust_env=False)
    assert error_of(answer, 401) == "AUTHENTICATION_ERROR"


GRANT = {
    "grant_type": "password",
    "username": "22222222",
    "password": "agreed",
    "client_id": "till",
    "client_secret": "s",
}


def test_a_token_opens_until_it_expires(server: SandboxServer, client: SuvClient) -> None:
    """Password grant; a token of the same user sees what Basic did."""
    request, _ = client.redeem(R50)
    granted = httpx.post(f"{server.suv_url}/oauth2/token", data=GRANT, trust_env=False).json()
    assert granted["token_type"] == "Bearer"
    headers = {"Authorization": f"Bearer {granted['access_token']}"}
    place = f"{server.suv_url}/redemptions/{request['id']}"
    assert httpx.get(place, headers=headers, trust_env=False).status_code == 200
    server.set_dials(Dials(advance_s=granted["expires_in"] + 1))
    assert error_of(httpx.get(place, headers=headers, trust_env=False), 401)


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"password": "wrong"}, 400, "invalid_grant"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials"}, 400, "unsupported_grant_type"),
        ({"username": ""}, 400, "invalid_request"),
    ],
)
def test_a_bad_grant_gets_no_token(
    server: SandboxServer, change: dict[str, str], status: int, error: str
) -> None:
    """With the errors of RFC 6749."""
    answer = httpx.post(f"{server.suv_url}/oauth2/token", data=GRANT | change, trust_env=False)
    assert (answer.status_code, answer.json()) == (status, {"error": error})


# ---------------------------------------------------------------------------------- formats


def formats(response: httpx.Response) -> list[str]:
    """Return what a format error names."""
    assert error_of(response) == "FORMAT_ERROR"
    return [each["msg"] for each in response.json()["detailMessage"]["formatErrors"]]


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("time", None, "time may not be null"),
        ("time", "yesterday", "time must be a date-time of RFC 3339"),
        ("id", "17", "UUID must conform to the format 8-4-4-4-12 hexadecimal values"),
        ("originator.terminalId", "TILL1", "originator.terminalId size must be between 8 and 8"),
        (
            "originator.merchant.merchantId",
            "SHOP",
            "originator.merchant.merchantId size must be between 15 and 15",
        ),
        (
            "originator.merchant.merchantName.city",
            "x" * 14,
            "originator.merchant.merchantName.city size must be between 0 and 13",
        ),
        (
            "originator.merchant.merchantType",
            "grocer",
            'originator.merchant.merchantType must match "[0-9]{4}"',
        ),
        ("voucher.code", None, "voucher.code may not be null"),
        ("voucher", "text", "voucher must be an object"),
        ("thirdPartyIdentifiers", None, "thirdPartyIdentifiers may not be null"),
        (
            "thirdPartyIdentifiers",
            [{"institutionId": "1"}],
            "thirdPartyIdentifiers[0].transactionIdentifier may not be null",
        ),
        (
            "amounts.requestAmount.amount",
            "5000",
            "amounts.requestAmount.amount must be a 64-bit integer",
        ),
        (
            "amounts.requestAmount.currency",
            "ZAR",
            'amounts.requestAmount.currency must match "[0-9]{3}"',
        ),
        ("tranType", "GIFT", "tranType must be one of GOODS_AND_SERVICES"),
    ],
)
def test_a_wrong_field_is_named_by_its_dotted_path(
    client: SuvClient, place: str, value: Any, words: str
) -> None:
    """In the words of the vendor's test server."""
    request = client.redemption(R50, 5_000)
    target = request
    *path, last = place.split(".")
    for key in path:
        target = target[key]
    target[last] = value
    found = formats(client.ask("redemption", request))
    assert len(found) == 1
    assert found[0].startswith(words)


def test_every_wrong_field_is_named_at_once(client: SuvClient) -> None:
    """And a body that is no JSON, or no object, is told as well."""
    assert len(formats(client.ask("redemption", {}))) == 6
    for raw in (b"", b"{", b"[]", b"NaN", b"[" * 100_000, b'{"id": 1e999}'):
        assert formats(client.http.post("/redemptions", content=raw))


def test_unknown_properties_and_nulls_are_overlooked(client: SuvClient) -> None:
    """As the interface's own software does."""
    request = client.redemption(R50, 5_000, novelty=1, stan=None)
    answer = client.ask("redemption", request)
    assert answer.status_code == 201
    assert {"novelty", "stan"} & set(answer.json()) == set()


def test_what_is_no_operation_is_refused(client: SuvClient) -> None:
    """A path that is not there, and a method that it does not have."""
    assert error_of(client.http.get("/nothing"), 404) == "UNABLE_TO_LOCATE_RECORD"
    assert error_of(client.http.put("/redemptions"), 405) == "FUNCTION_NOT_SUPPORTED"
    refused = client.http.head("/products")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET")


# --------------------------------------------------------------------------- around the interface


@pytest.mark.parametrize("status", ACCEPTED)
def test_dials_set_the_status_of_success(
    server: SandboxServer, client: SuvClient, status: Any
) -> None:
    """A client must take each for success."""
    server.set_dials(Dials(suv_request_status=status, suv_advice_status=status))
    request, answer = client.redeem(R50)
    advice = client.confirm("redemption", client.advice(request, answer))
    assert (answer.status_code, advice.status_code) == (status, status)


def test_the_ledger_is_shown_beside_the_other_upstream(
    server: SandboxServer, client: SuvClient
) -> None:
    """Vouchers, requests and advices, of all or of one voucher or request; no password."""
    request, answer = client.redeem(R50)
    client.confirm("redemption", client.advice(request, answer))
    client.redeem(R100)
    place = f"{server.url}/_sandbox/ledger"
    everything = httpx.get(place, trust_env=False).json()
    assert {"vouchers", "redemptions", "totals"} <= set(everything)
    assert len(everything["suv"]["requests"]) == 2
    for query in ({"pin": R50}, {"request_id": request["id"]}):
        suv = httpx.get(place, params=query, trust_env=False).json()["suv"]
        assert [row["code"] for row in suv["vouchers"]] == [R50]
        assert [row["state"] for row in suv["requests"]] == ["confirmed"]
        assert [row["answer_status"] for row in suv["advices"]] == [202]
    assert "agreed" not in json.dumps(everything)


def test_a_test_can_issue_a_voucher_of_its_own(server: SandboxServer, client: SuvClient) -> None:
    """With a code and a situation of choice; a taken code is refused."""
    place = f"{server.url}/_sandbox/suv/vouchers"
    body = {"provider": PROTEA, "value_cents": 1_234, "code": "ABC-1", "situation": "declined"}
    made = httpx.post(place, json=body, trust_env=False)
    assert (made.status_code, made.json()["balance_cents"]) == (201, 1_234)
    assert httpx.post(place, json=body, trust_env=False).status_code == 409
    assert error_of(client.redeem("ABC-1")[1]) == "DO_NOT_HONOUR"


def test_both_upstreams_are_reset_together(server: SandboxServer, client: SuvClient) -> None:
    """The redemption is forgotten and the value is back."""
    before = server.suv_ledger.report()
    request, _ = client.redeem(R50)
    httpx.post(f"{server.url}/_sandbox/reset", trust_env=False)
    assert server.suv_ledger.report() == before
    assert client.ask("redemption", request).status_code == 201


def test_advices_of_another_client_do_nothing(server: SandboxServer, client: SuvClient) -> None:
    """To it the request was never received."""
    request, answer = client.redeem(R50)
    with SuvClient(server.suv_url, client_id="7") as stranger:
        reversal = stranger.reversal(request, answer)
        assert stranger.reverse("redemption", reversal).status_code == 404
    assert balance(server, R50) == 0
    assert client.confirm("redemption", client.advice(request, answer)).status_code == 202


def test_ids_of_advices_are_checked_too(client: SuvClient) -> None:
    """Both of them."""
    request, answer = client.redeem(R50)
    for name in ("id", "requestId"):
        advice = client.advice(request, answer) | {name: "17"}
        assert formats(client.confirm("redemption", advice))
    advice = client.advice(request, answer) | {"reversalReason": "MOOD"}
    assert formats(client.reverse("redemption", advice))[0].startswith("reversalReason must be")
