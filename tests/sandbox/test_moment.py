"""The sandbox's documented behaviour, over real HTTP."""

import itertools
import json
import re
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from counterfoil_sandbox.faults import Dials
from counterfoil_sandbox.pins import (
    BLU,
    CENTRE,
    KOPANO,
    LESSONS,
    ONE_VOUCHER,
    OTT,
    Situation,
    pins_for,
)
from counterfoil_sandbox.server import SandboxServer

PHONE = "+27829990001"
KEY = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
CREATE = "/collect/redemptions"
LOOKUP = "/stored_value/lookup"
_numbers = itertools.count()
USED_TEXT = "The voucher you have entered has already been used, please use another voucher pin."


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
    headers = {"Authorization": "Bearer sk_test_till"}
    with httpx.Client(base_url=server.url, headers=headers, trust_env=False) as client:
        yield client


def usable(type_id: str, value_cents: int = 5000) -> str:
    """Return the number of a usable voucher."""
    return pins_for(type_id, Situation.USABLE, value_cents=value_cents)[0]


def body_of(type_id: str, pin: str, amount: int | None = None, **more: Any) -> dict[str, Any]:
    """Return a request to redeem."""
    sources: dict[str, dict[str, str]] = {
        ONE_VOUCHER: {"pin": pin},
        OTT: {"pin": pin, "phone_number": PHONE},
        BLU: {"token": pin},
    }
    body: dict[str, Any] = {"type": type_id, "source": sources[type_id], **more}
    if amount is not None:
        body |= {"amount": amount, "currency": "ZAR"}
    return body


def redeem(
    client: httpx.Client, type_id: str, pin: str, amount: int | None = None, **more: Any
) -> dict[str, Any]:
    """Redeem with a key of its own and return the redemption."""
    body = body_of(type_id, pin, amount, **more)
    response = client.post(CREATE, json=body, headers={KEY: f"key-{next(_numbers)}"})
    assert response.status_code == 201, response.text
    redemption: dict[str, Any] = response.json()
    return redemption


def voucher_in_ledger(client: httpx.Client, pin: str) -> dict[str, Any]:
    """Return the ledger's row of a voucher."""
    rows = client.get("/_sandbox/ledger", params={"pin": pin}).json()["vouchers"]
    return next(row for row in rows if row["pin"] == pin)


def assert_problem(response: httpx.Response, status: int) -> None:
    """Check that an answer is problem details for a status."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert {"type", "title", "detail", "instance"} <= set(problem)


def test_types_come_in_the_documented_order_with_their_capabilities(client: httpx.Client) -> None:
    """The three vouchers come first; only OTT and Blu can be looked up; nothing is refunded."""
    data = client.get("/collect/redemptions/types").json()["data"]
    assert [row["type"] for row in data] == [ONE_VOUCHER, OTT, BLU, CENTRE, KOPANO]
    assert [row["name"] for row in data[:3]] == ["1Voucher", "OTT", "Blu"]
    capabilities = [row["capabilities"] for row in data[:3]]
    assert [row["lookup"] for row in capabilities] == [False, True, True]
    assert [row["change_voucher"] for row in capabilities] == ["INLINE", "SMS", "INLINE"]
    assert not any(row["refund"] for row in capabilities)


def test_extra_types_have_fields_that_no_voucher_has(client: httpx.Client) -> None:
    """One of each kind among the fields; a colour; other categories."""
    gift, points = client.get("/collect/redemptions/types").json()["data"][3:]
    assert (gift["category"], points["category"]) == ("gift_cards", "loyalty_points")
    kinds = {field["type"] for row in (gift, points) for field in row["required_fields"]}
    assert kinds == {"boolean", "enum", "integer", "money", "number", "string"}
    assert gift["required_fields"][0]["choices"]
    assert gift["brand_colour"].startswith("#")


def test_without_the_switch_the_extra_types_do_not_exist() -> None:
    """Neither the list nor a redemption knows them."""
    headers = {"Authorization": "Bearer sk_test_till"}
    with (
        SandboxServer(extra_types=False) as server,
        httpx.Client(base_url=server.url, headers=headers, trust_env=False) as client,
    ):
        assert len(client.get("/collect/redemptions/types").json()["data"]) == 3
        body = {"type": KOPANO, "source": {"member_number": "7000000101", "birth_year": 1981}}
        assert_problem(client.post(CREATE, json=body), 400)


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (None, 401),
        ("Bearer", 401),
        ("Bearer sk_test_", 401),
        ("Bearer sk_live_but_not_test", 401),
        ("Basic sk_test_x", 401),
        ("Bearer pk_test_x", 403),
    ],
)
def test_only_a_secret_test_key_opens_the_endpoints(
    server: SandboxServer, header: str | None, status: int
) -> None:
    """No key and a foreign key are 401, a public key is 403, on every endpoint."""
    headers = {} if header is None else {"Authorization": header}
    with httpx.Client(base_url=server.url, headers=headers, trust_env=False) as client:
        assert_problem(client.get("/collect/redemptions/types"), status)
        assert_problem(client.get("/collect/redemptions/rdm_" + "0" * 24), status)
        assert_problem(client.post(CREATE, json={}), status)
        assert_problem(client.post(LOOKUP, json={}), status)


def test_full_redemption_answers_the_documented_object(client: httpx.Client) -> None:
    """Reserve and confirm have succeeded, the version is 3, the PIN is echoed, no key is null."""
    pin = usable(ONE_VOUCHER)
    answer = redeem(client, ONE_VOUCHER, pin, external_reference="till-7_1")
    assert re.fullmatch(r"rdm_[a-f0-9]{24}", answer["id"])
    assert (answer["status"], answer["version"]) == ("confirmed", 3)
    assert (answer["amount"], answer["reserved_amount"], answer["redeemed_amount"]) == (5000,) * 3
    assert answer["reversed_amount"] == 0
    assert answer["currency"] == "ZAR"
    assert [step["type"] for step in answer["operations"]] == ["reserve", "confirm"]
    assert answer["operations"][0]["provider_reference"] == {"pin": pin}
    assert re.fullmatch(r"\d{20}", answer["provider_reference"]["serial_number"])
    assert all(re.fullmatch(r"[a-z0-9]+_[a-z0-9]{8}", step["id"]) for step in answer["operations"])
    assert answer["related_ids"] == []
    assert answer["external_reference"] == "till-7_1"
    assert "null" not in json.dumps(answer)
    assert not {"source", "metadata", "change_voucher", "last_error"} & set(answer)
    assert answer["updated_at"].endswith("Z")


def test_partial_one_voucher_gives_change_inline_with_its_amount(client: httpx.Client) -> None:
    """The change voucher is the ledger's replacement and can be spent like any other."""
    pin = usable(ONE_VOUCHER)
    change = redeem(client, ONE_VOUCHER, pin, 1900)["change_voucher"]
    assert change["amount"] == 3100
    assert re.fullmatch(r"\d{16}", change["pin"])
    assert {"serial_number", "barcode", "instructions", "expiry_date"} <= set(change)
    row = voucher_in_ledger(client, pin)
    assert (row["balance_cents"], row["status"]) == (0, "used")
    assert row["replaced_by"] == change["pin"]
    assert row["replacement"]["value_cents"] == 3100
    assert [debit["amount_cents"] for debit in row["debits"]] == [1900]
    assert redeem(client, ONE_VOUCHER, change["pin"])["redeemed_amount"] == 3100


def test_one_voucher_sends_an_sms_too_when_a_phone_number_is_given(client: httpx.Client) -> None:
    """The answer holds the change voucher, and the ledger the message with the same PIN."""
    body = body_of(ONE_VOUCHER, usable(ONE_VOUCHER), 1900)
    body["source"]["phone_number"] = PHONE
    change = client.post(CREATE, json=body).json()["change_voucher"]
    messages = client.get("/_sandbox/ledger").json()["sms"]
    assert [(row["phone_number"], row["pin"]) for row in messages] == [(PHONE, change["pin"])]


def test_partial_blu_gives_change_without_an_amount(client: httpx.Client) -> None:
    """Only a lookup of the new token tells what it holds."""
    change = redeem(client, BLU, usable(BLU), 1900)["change_voucher"]
    assert "amount" not in change
    assert re.fullmatch(r"BL[0-9A-F]{14}", change["serial_number"])
    look = client.post(LOOKUP, json={"type": BLU, "source": {"token": change["pin"]}}).json()
    assert look["balance"] == 3100


def test_partial_ott_sends_the_rest_by_sms_only(client: httpx.Client) -> None:
    """No change voucher is in the answer; the ledger knows what the message said."""
    pin = usable(OTT)
    answer = redeem(client, OTT, pin, 1900)
    assert "change_voucher" not in answer
    (message,) = client.get("/_sandbox/ledger", params={"pin": pin}).json()["sms"]
    assert (message["phone_number"], message["value_cents"]) == (PHONE, 3100)
    assert message["pin"] in message["text"]
    assert redeem(client, OTT, message["pin"])["redeemed_amount"] == 3100


def test_a_voucher_that_gives_what_it_holds_takes_less_than_was_asked(
    client: httpx.Client,
) -> None:
    """The provider's field says so: what was redeemed may differ from what was asked for."""
    pin = LESSONS["rest"].pin
    answer = redeem(client, ONE_VOUCHER, pin, 5000)
    assert (answer["amount"], answer["redeemed_amount"]) == (5000, 1900)
    assert "change_voucher" not in answer
    assert redeem(client, ONE_VOUCHER, pin, 1200)["redeemed_amount"] == 1200
    (newest,) = [
        one
        for one in client.get("/_sandbox/ledger", params={"pin": pin}).json()["vouchers"]
        if one["debits"]
    ]
    assert [debit["amount_cents"] for debit in newest["debits"]] == [1200]


@pytest.mark.parametrize("type_id", [OTT, BLU])
@pytest.mark.parametrize("name", ["pin", "token"])
def test_ott_and_blu_take_pin_or_token(client: httpx.Client, type_id: str, name: str) -> None:
    """The documents disagree about the name, so both are taken."""
    source = {name: usable(type_id), "phone_number": PHONE}
    answer = client.post(CREATE, json={"type": type_id, "source": source}).json()
    assert answer["status"] == "confirmed"
    assert answer["operations"][0]["provider_reference"] == {name: usable(type_id)}


def test_ott_has_pins_of_twelve_and_of_sixteen_digits(client: httpx.Client) -> None:
    """Both lengths occur and both can be redeemed."""
    pins = pins_for(OTT, Situation.USABLE, value_cents=1900)
    assert {len(pin) for pin in pins} == {12, 16}
    assert {redeem(client, OTT, pin, 1900)["status"] for pin in pins} == {"confirmed"}


@pytest.mark.parametrize(
    ("situation", "words"),
    [
        (Situation.USED, "already been used"),
        (Situation.EXPIRED, "expired"),
        (Situation.CANCELLED, "cancelled"),
        (Situation.UNKNOWN, "could not be found"),
        (Situation.INSUFFICIENT, "too large"),
    ],
)
@pytest.mark.parametrize("type_id", [ONE_VOUCHER, OTT, BLU])
def test_a_refused_voucher_answers_failed_with_a_reason(
    client: httpx.Client, type_id: str, situation: Situation, words: str
) -> None:
    """Status failed in a 2xx, the reason only in the words, and nothing taken."""
    before = client.get("/_sandbox/ledger").json()["totals"]
    answer = redeem(client, type_id, pins_for(type_id, situation)[0], 1900)
    assert answer["status"] == "failed"
    assert answer["last_error"]["error_code"] == "BAD_REQUEST"
    assert words in answer["last_error"]["message"]
    assert "redeemed_amount" not in answer
    assert [step["status"] for step in answer["operations"]] == ["failed"]
    assert client.get("/_sandbox/ledger").json()["totals"] == before


def test_a_second_redemption_of_the_same_voucher_says_it_was_used(client: httpx.Client) -> None:
    """The words are the provider's documented ones, letter by letter."""
    pin = usable(ONE_VOUCHER)
    redeem(client, ONE_VOUCHER, pin)
    assert redeem(client, ONE_VOUCHER, pin)["last_error"]["message"] == USED_TEXT


@pytest.mark.parametrize("status", ["402", "422"])
def test_a_dial_makes_declines_problem_bodies(
    server: SandboxServer, client: httpx.Client, status: str
) -> None:
    """The documents leave open how a decline is answered, so it can be either."""
    server.set_dials(Dials.model_validate({"decline_as": status}))
    body = body_of(ONE_VOUCHER, pins_for(ONE_VOUCHER, Situation.USED)[0])
    response = client.post(CREATE, json=body, headers={KEY: "decline"})
    assert_problem(response, int(status))
    assert response.json()["detail"] == USED_TEXT
    again = client.post(CREATE, json=body, headers={KEY: "decline"})
    assert (again.status_code, again.headers[REPLAYED]) == (int(status), "true")


def test_a_dial_makes_success_200(server: SandboxServer, client: httpx.Client) -> None:
    """The documents do not tell the code of success."""
    server.set_dials(Dials(create_status=200))
    body = body_of(ONE_VOUCHER, usable(ONE_VOUCHER))
    assert client.post(CREATE, json=body).status_code == 200


def test_metadata_and_options_come_back(client: httpx.Client) -> None:
    """What the merchant attached is on the redemption, also when it is fetched."""
    extra: dict[str, Any] = {"metadata": {"till": "7"}, "redemption_options": {"a": [1]}}
    answer = redeem(client, ONE_VOUCHER, usable(ONE_VOUCHER), **extra)
    assert answer["metadata"] == {"till": "7"}
    assert client.get(f"{CREATE}/{answer['id']}").json() == answer


PIN = usable(ONE_VOUCHER)
GOOD = {"type": ONE_VOUCHER, "source": {"pin": PIN}}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": ONE_VOUCHER},
        {"type": "vouchers.nothing", "source": {"pin": PIN}},
        {"type": ONE_VOUCHER, "source": {"pin": "12345"}},
        {"type": ONE_VOUCHER, "source": {"pin": PIN, "colour": "red"}},
        {"type": OTT, "source": {"pin": PIN}},
        {"type": BLU, "source": {"serial_number": "BL0A0B0C0D0E0101"}},
        GOOD | {"amount": 1900},
        GOOD | {"currency": "ZAR"},
        GOOD | {"amount": 0, "currency": "ZAR"},
        GOOD | {"amount": -1, "currency": "ZAR"},
        GOOD | {"amount": 19.5, "currency": "ZAR"},
        GOOD | {"amount": "1900", "currency": "ZAR"},
        GOOD | {"amount": None, "currency": None},
        GOOD | {"external_reference": "till 7"},
        GOOD | {"external_reference": "x" * 256},
        GOOD | {"metadata": {f"k{n}": "v" for n in range(21)}},
        GOOD | {"metadata": {"k" * 41: "v"}},
        GOOD | {"metadata": {"k": "v" * 501}},
        GOOD | {"metadata": {"k": 7}},
        GOOD | {"surprise": True},
    ],
)
def test_a_malformed_request_is_400_and_takes_nothing(
    client: httpx.Client, body: dict[str, Any]
) -> None:
    """Problem details name what is wrong and never the PIN."""
    before = client.get("/_sandbox/ledger").json()
    response = client.post(CREATE, json=body)
    assert_problem(response, 400)
    assert PIN not in response.text
    assert client.get("/_sandbox/ledger").json() == before


def test_what_is_just_inside_the_limits_is_taken(client: httpx.Client) -> None:
    """Twenty keys of 40, values of 500 and a reference of 255 characters are allowed."""
    metadata = {f"{n:02d}" + "k" * 38: "v" * 500 for n in range(20)}
    more: dict[str, Any] = {"metadata": metadata, "external_reference": "x" * 255}
    assert redeem(client, ONE_VOUCHER, usable(ONE_VOUCHER), **more)["status"] == "confirmed"


def test_another_currency_is_422(client: httpx.Client) -> None:
    """Only rand is redeemed."""
    body = body_of(ONE_VOUCHER, PIN) | {"amount": 1900, "currency": "USD"}
    assert_problem(client.post(CREATE, json=body), 422)


def test_text_that_is_not_json_is_400(client: httpx.Client) -> None:
    """An unreadable body is a bad request."""
    assert_problem(client.post(CREATE, content=b"{nope"), 400)


def test_an_unknown_redemption_or_path_is_404(client: httpx.Client) -> None:
    """Both are problem details."""
    assert_problem(client.get(f"{CREATE}/rdm_{'0' * 24}"), 404)
    assert_problem(client.get("/collect/nothing"), 404)
    assert_problem(client.delete(CREATE), 405)


def test_the_same_key_and_bytes_get_the_first_answer_again(client: httpx.Client) -> None:
    """One debit, the identical body, and a header that says it is a replay."""
    content = json.dumps(body_of(ONE_VOUCHER, PIN, 1900)).encode()
    first = client.post(CREATE, content=content, headers={KEY: "same"})
    second = client.post(CREATE, content=content, headers={KEY: "same"})
    assert REPLAYED not in first.headers
    assert second.headers[REPLAYED] == "true"
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert len(voucher_in_ledger(client, PIN)["debits"]) == 1


def test_the_same_key_with_another_body_is_409(client: httpx.Client) -> None:
    """Nothing more is taken."""
    client.post(CREATE, json=body_of(ONE_VOUCHER, PIN, 1900), headers={KEY: "same"})
    other = body_of(ONE_VOUCHER, PIN, 1800)
    assert_problem(client.post(CREATE, json=other, headers={KEY: "same"}), 409)


def test_a_refusal_is_stored_like_a_success(client: httpx.Client) -> None:
    """A 400 comes again under its key."""
    for replayed in (None, "true"):
        response = client.post(CREATE, json={"type": ONE_VOUCHER}, headers={KEY: "bad"})
        assert_problem(response, 400)
        assert response.headers.get(REPLAYED) == replayed


def test_without_a_key_each_request_counts(client: httpx.Client) -> None:
    """The second is a redemption of its own, and finds the voucher used."""
    body = body_of(ONE_VOUCHER, PIN)
    answers = [client.post(CREATE, json=body).json() for _ in range(2)]
    assert [answer["status"] for answer in answers] == ["confirmed", "failed"]


def test_an_overlong_key_is_400(client: httpx.Client) -> None:
    """A key has 1 to 255 characters."""
    assert_problem(client.post(CREATE, json=GOOD, headers={KEY: "k" * 256}), 400)


def test_a_key_is_forgotten_after_24_hours(server: SandboxServer, client: httpx.Client) -> None:
    """A second before it still replays; a second after it the request is a new one."""
    body = body_of(ONE_VOUCHER, PIN)
    first = client.post(CREATE, json=body, headers={KEY: "day"}).json()
    server.set_dials(Dials(advance_s=24 * 3600 - 30))
    assert client.post(CREATE, json=body, headers={KEY: "day"}).json() == first
    server.set_dials(Dials(advance_s=24 * 3600 + 1))
    late = client.post(CREATE, json=body, headers={KEY: "day"})
    assert REPLAYED not in late.headers
    assert late.json()["status"] == "failed"


def test_a_duplicate_of_a_request_under_way_is_409(
    server: SandboxServer, client: httpx.Client
) -> None:
    """While a slow voucher is redeemed its key is taken; afterwards it replays."""
    server.set_dials(Dials(slow_s=0.6))
    body = body_of(ONE_VOUCHER, pins_for(ONE_VOUCHER, Situation.SLOW)[0])
    first: list[httpx.Response] = []

    def ask() -> None:
        first.append(client.post(CREATE, json=body, headers={KEY: "slow"}))

    asking = threading.Thread(target=ask)
    asking.start()
    conflicts = 0
    with httpx.Client(base_url=server.url, headers=client.headers, trust_env=False) as other:
        while asking.is_alive():
            response = other.post(CREATE, json=body, headers={KEY: "slow"})
            conflicts += response.status_code == 409
            asking.join(0.1)
        assert other.post(CREATE, json=body, headers={KEY: "slow"}).status_code == 201
    # Whichever thread came first did the work; the other got at least one refusal.
    assert conflicts or first[0].status_code == 409
    assert len(voucher_in_ledger(client, body["source"]["pin"])["debits"]) == 1


def test_a_draft_stays_until_it_is_completed(client: httpx.Client) -> None:
    """Nothing is taken before; fetching shows the outcome; a replay still shows the draft."""
    pin = pins_for(ONE_VOUCHER, Situation.STAYS_DRAFT)[0]
    body = body_of(ONE_VOUCHER, pin, 1900)
    draft = client.post(CREATE, json=body, headers={KEY: "draft"}).json()
    assert (draft["status"], draft["version"], draft["operations"]) == ("draft", 1, [])
    assert client.get(f"{CREATE}/{draft['id']}").json() == draft
    assert voucher_in_ledger(client, pin)["debits"] == []
    done = client.post(
        f"/_sandbox/redemptions/{draft['id']}/complete", json={"outcome": "confirmed"}
    ).json()
    assert done["change_voucher"]["amount"] == 3100
    assert done["created_at"] == draft["created_at"]
    assert client.get(f"{CREATE}/{draft['id']}").json() == done
    assert client.post(CREATE, json=body, headers={KEY: "draft"}).json() == draft


def test_a_draft_can_be_made_to_fail(client: httpx.Client) -> None:
    """Then nothing was taken, and it cannot be completed again."""
    pin = pins_for(BLU, Situation.STAYS_DRAFT)[0]
    draft = redeem(client, BLU, pin)
    path = f"/_sandbox/redemptions/{draft['id']}/complete"
    assert client.post(path, json={"outcome": "failed"}).json()["status"] == "failed"
    assert voucher_in_ledger(client, pin)["balance_cents"] == 5000
    assert_problem(client.post(path, json={"outcome": "confirmed"}), 404)


def test_a_dial_lets_drafts_confirm_by_themselves(
    server: SandboxServer, client: httpx.Client
) -> None:
    """After the dial's seconds a fetch finds it confirmed."""
    draft = redeem(client, OTT, pins_for(OTT, Situation.STAYS_DRAFT)[0])
    server.set_dials(Dials(draft_completes_after_s=60))
    assert client.get(f"{CREATE}/{draft['id']}").json()["status"] == "draft"
    server.set_dials(Dials(draft_completes_after_s=60, advance_s=61))
    assert client.get(f"{CREATE}/{draft['id']}").json()["status"] == "confirmed"


@pytest.mark.parametrize("type_id", [ONE_VOUCHER, OTT, BLU])
def test_a_stored_error_is_replayed_and_takes_nothing(client: httpx.Client, type_id: str) -> None:
    """The 500 comes again under its key, with the replay header."""
    pin = pins_for(type_id, Situation.STORED_ERROR)[0]
    for replayed in (None, "true"):
        response = client.post(CREATE, json=body_of(type_id, pin), headers={KEY: "500"})
        assert_problem(response, 500)
        assert response.headers.get(REPLAYED) == replayed
    assert voucher_in_ledger(client, pin)["balance_cents"] == 5000


@pytest.mark.parametrize("type_id", [ONE_VOUCHER, OTT, BLU])
def test_a_lost_answer_is_taken_once_and_told_by_the_replay(
    client: httpx.Client, type_id: str
) -> None:
    """The first try ends without a byte, the second tells the outcome, one debit is booked."""
    pin = pins_for(type_id, Situation.ANSWER_LOST)[0]
    body = body_of(type_id, pin, 1900)
    with pytest.raises(httpx.RemoteProtocolError):
        client.post(CREATE, json=body, headers={KEY: "lost"})
    second = client.post(CREATE, json=body, headers={KEY: "lost"})
    assert second.headers[REPLAYED] == "true"
    assert second.json()["status"] == "confirmed"
    assert len(voucher_in_ledger(client, pin)["debits"]) == 1


def test_lookup_of_one_voucher_is_checked_and_then_refused(client: httpx.Client) -> None:
    """A malformed one is 400, a good one 422."""
    assert_problem(client.post(LOOKUP, json={"type": ONE_VOUCHER, "source": {}}), 400)
    assert_problem(client.post(LOOKUP, json=GOOD), 422)


def test_lookup_of_ott_echoes_the_source_and_the_denomination(client: httpx.Client) -> None:
    """As in the provider's example."""
    source = {"pin": "9988776655443322", "phone_number": PHONE}
    assert client.post(LOOKUP, json={"type": OTT, "source": source}).json() == {
        "type": OTT,
        "balance": 5000,
        "currency": "ZAR",
        "source": source,
        "provider_metadata": {"pin_status": "active", "denomination": 5000},
    }


def test_blu_is_looked_up_by_token_or_serial_number(client: httpx.Client) -> None:
    """Both find the same voucher."""
    pin = usable(BLU, 10000)
    serial_number = voucher_in_ledger(client, pin)["serial_number"]
    for source in ({"token": pin}, {"serial_number": serial_number}):
        answer = client.post(LOOKUP, json={"type": BLU, "source": source}).json()
        assert answer["balance"] == 10000


@pytest.mark.parametrize(
    "situation",
    [Situation.USED, Situation.EXPIRED, Situation.CANCELLED, Situation.UNKNOWN],
)
def test_lookup_of_a_dead_voucher_tells_an_error_and_no_balance(
    client: httpx.Client, situation: Situation
) -> None:
    """The error has the shape of a redemption's."""
    source = {"token": pins_for(BLU, situation)[0]}
    answer = client.post(LOOKUP, json={"type": BLU, "source": source}).json()
    assert set(answer["error"]) == {"error_code", "message"}
    assert "balance" not in answer


def test_a_lookup_changes_nothing(client: httpx.Client) -> None:
    """The ledger is the same afterwards."""
    before = client.get("/_sandbox/ledger").json()
    client.post(LOOKUP, json={"type": BLU, "source": {"token": usable(BLU)}})
    assert client.get("/_sandbox/ledger").json() == before


def gift_card() -> dict[str, Any]:
    """Return the source of a usable gift card."""
    return {
        "card_brand": "Centre Gold",
        "card_number": pins_for(CENTRE, Situation.USABLE)[0],
        "security_code": "101",
    }


def test_the_rest_of_a_gift_card_stays_on_the_card(client: httpx.Client) -> None:
    """No change voucher; the same card pays again until it is empty."""
    body = {"type": CENTRE, "source": gift_card(), "currency": "ZAR"}
    for amount, left in ((1900, 3100), (3100, 0)):
        answer = client.post(CREATE, json=body | {"amount": amount}).json()
        assert answer["status"] == "confirmed"
        assert "change_voucher" not in answer
        row = voucher_in_ledger(client, gift_card()["card_number"])
        assert row["balance_cents"] == left
    assert client.post(CREATE, json=body | {"amount": 1}).json()["status"] == "failed"


@pytest.mark.parametrize(
    "wrong", [{"security_code": "999"}, {"card_brand": "Centre Kids"}, {"face_value": 1}]
)
def test_a_gift_card_with_wrong_details_is_refused(
    client: httpx.Client, wrong: dict[str, Any]
) -> None:
    """Nothing is taken from it."""
    answer = client.post(CREATE, json={"type": CENTRE, "source": gift_card() | wrong}).json()
    assert answer["status"] == "failed"
    assert "do not match" in answer["last_error"]["message"]


@pytest.mark.parametrize("birth_year", [1981, "1981"], ids=["number", "digits"])
def test_points_are_spent_with_a_number_or_its_digits(
    client: httpx.Client, birth_year: int | str
) -> None:
    """A form may send a whole number either way."""
    source = {"member_number": "7000000101", "birth_year": birth_year}
    body = {"type": KOPANO, "source": source}
    assert client.post(LOOKUP, json=body).json()["balance"] == 5000
    answer = client.post(CREATE, json=body | {"amount": 1000, "currency": "ZAR"}).json()
    assert answer["redeemed_amount"] == 1000
    assert client.post(LOOKUP, json=body).json()["balance"] == 4000


def test_twenty_concurrent_redemptions_take_the_value_once(server: SandboxServer) -> None:
    """Each has a key of its own; one is confirmed, the others find the voucher used."""
    headers = {"Authorization": "Bearer sk_test_till"}
    statuses: list[str] = []

    def ask() -> None:
        with httpx.Client(base_url=server.url, headers=headers, trust_env=False) as client:
            statuses.append(redeem(client, ONE_VOUCHER, PIN)["status"])

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == ["confirmed"] + ["failed"] * 19


def test_the_ledger_can_be_asked_for_one_reference(client: httpx.Client) -> None:
    """It answers with that redemption and its voucher alone."""
    redeem(client, ONE_VOUCHER, PIN, 1900, external_reference="mine")
    redeem(client, BLU, usable(BLU), 1900, external_reference="other")
    report = client.get("/_sandbox/ledger", params={"external_reference": "mine"}).json()
    assert [row["external_reference"] for row in report["redemptions"]] == ["mine"]
    assert [row["pin"] for row in report["vouchers"]] == [PIN]
    (debit,) = report["vouchers"][0]["debits"]
    assert debit["external_reference"] == "mine"
    assert debit["redemption_id"] == report["redemptions"][0]["id"]


def test_reset_brings_back_the_start(client: httpx.Client) -> None:
    """Vouchers, redemptions, stored answers and dials are as at the beginning."""
    fresh = client.get("/_sandbox/ledger").json()
    client.post(CREATE, json=GOOD, headers={KEY: "reset"})
    client.put("/_sandbox/faults", json={"slow_s": 1, "advance_s": 60})
    client.post("/_sandbox/reset")
    assert client.get("/_sandbox/ledger").json() == fresh
    assert client.get("/_sandbox/faults").json() == Dials().model_dump()
    again = client.post(CREATE, json=GOOD, headers={KEY: "reset"})
    assert again.json()["status"] == "confirmed"


def test_the_table_of_pins_says_what_each_is_for(client: httpx.Client) -> None:
    """Every usable row can be redeemed as it stands."""
    table = client.get("/_sandbox/pins").json()
    assert "simulator" in table["note"]
    for row in table["data"]:
        if row["situation"] == "usable" and row["value_cents"] == 10000:
            body = {"type": row["type"], "source": row["source"]}
            assert client.post(CREATE, json=body).json()["redeemed_amount"] == 10000


def test_a_test_can_issue_a_voucher_of_its_own(client: httpx.Client) -> None:
    """With a number and a situation of its choice; a number that is taken is 409."""
    issue = {"type": ONE_VOUCHER, "value_cents": 700, "pin": "7" * 16, "situation": "stays_draft"}
    issued = client.post("/_sandbox/vouchers", json=issue)
    assert (issued.status_code, issued.json()["balance_cents"]) == (201, 700)
    assert redeem(client, ONE_VOUCHER, "7" * 16)["status"] == "draft"
    assert_problem(client.post("/_sandbox/vouchers", json=issue), 409)


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_voucher_for_practice_does_the_same_each_time(
    server: SandboxServer, client: httpx.Client, lesson: str
) -> None:
    """Three cashiers may practise with one card; a retry is still no second redemption."""
    server.sandbox.set_dials(Dials(slow_s=0))
    row = LESSONS[lesson]
    body = body_of(ONE_VOUCHER, row.pin, row.value_cents)
    ends = []
    for number in range(3):
        headers = {KEY: f"practice-{lesson}-{number}"}
        if row.situation is Situation.ANSWER_LOST:
            with pytest.raises(httpx.HTTPError):
                client.post(CREATE, json=body, headers=headers)
        first = client.post(CREATE, json=body, headers=headers).json()
        assert client.post(CREATE, json=body, headers=headers).json() == first
        ends.append(first["status"])
    assert ends == ["failed" if row.situation is Situation.USED else "confirmed"] * 3
    totals = server.ledger.totals()
    assert totals["issued_cents"] == totals["balance_cents"] + totals["debited_cents"]
