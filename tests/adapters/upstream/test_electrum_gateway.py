"""What only Electrum's gateway does: the bytes it sends, the advices it writes, what it shows."""

import base64
import json
import uuid
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.adapters.upstream.electrum.authorisation import BasicAuthorisation
from counterfoil.adapters.upstream.electrum.descriptors import read_descriptors
from counterfoil.adapters.upstream.electrum.gateway import Offered
from counterfoil.adapters.upstream.electrum.parties import Institution, Parties
from counterfoil.adapters.upstream.electrum.slips import LINES_MAX
from counterfoil.adapters.upstream.moment.discovery import read_types
from counterfoil.domain.advice import (
    Acknowledged,
    AdviceKind,
    NotAllowed,
    NotKnownThere,
    Repeat,
    ReversalReason,
)
from counterfoil.domain.causes.key import KeyProblem
from counterfoil.domain.failures import EntryError, GatewayUnavailableError, VaultUnavailableError
from counterfoil.domain.money import Amount, Exact, FullValue
from counterfoil.domain.redemption import AttemptKind
from counterfoil.domain.secret import Secret
from counterfoil.domain.verdict import (
    Approved,
    Declined,
    DeclineReason,
    FollowUp,
    Unknown,
    UnknownCause,
)
from counterfoil.domain.voucher_type import ChangeManner, FieldKind, UpstreamKind
from counterfoil.ports.advised_gateway import RefundOrder
from counterfoil.ports.gateway import Balance, BalanceFact, LookupRefusal, LookupRefused, Order
from support.canary import CANARY_API_KEY, CANARY_PIN, CANARY_TOKEN
from support.log_witness import ExpectLog
from support.suv_bodies import (
    ADVICE_ID,
    BASE_URL,
    CLIENT,
    DESCRIPTORS,
    ISSUERS,
    ORIGINATOR,
    OTHER_ID,
    OURS,
    PARTIES,
    REQUEST_ID,
    SETTLERS,
    TYPE_ID,
    Wire,
    a_redemption,
    advice,
    advice_echo,
    advice_error,
    error,
    money,
    request,
    transaction,
)

ASKED, PART = Exact(5000), Exact(1500)


def order(amount: Amount = ASKED, **fields: str) -> Order:
    """Build an order of one voucher."""
    return Order(
        redemption_id=REQUEST_ID,
        type_id=TYPE_ID,
        fields={name: Secret(text) for name, text in (fields or {"code": CANARY_PIN}).items()},
        amount=amount,
        currency="ZAR",
    )


def as_secret(document: Any) -> Secret:
    """Write a document as the journal keeps it."""
    return Secret(json.dumps(document))


REQUEST = as_secret(request())
ANSWER = as_secret(transaction())


# --- the request


def test_a_request_is_just_what_the_interface_wants() -> None:
    """Every required field, numeric currency, UTC with milliseconds, and nothing optional."""
    assert json.loads(Wire((200, {})).gateway().compose(order()).reveal()) == {
        "id": REQUEST_ID,
        "time": "2026-11-20T09:00:00.000Z",
        "originator": ORIGINATOR,
        "client": CLIENT,
        "settlementEntity": {"id": "33333333", "name": "Settler"},
        "receiver": {"id": "44444444", "name": "Issuer"},
        "thirdPartyIdentifiers": [OURS],
        "voucher": {"code": CANARY_PIN},
        "amounts": {"requestAmount": {"amount": 5000, "currency": "710"}},
    }


@given(st.integers(1, 99_999_999))
def test_an_exact_amount_is_always_in_the_request(cents: int) -> None:
    """Leaving it out would mean the whole value."""
    document = json.loads(Wire((200, {})).gateway().compose(order(Exact(cents))).reveal())
    assert document["amounts"] == {"requestAmount": money(cents)}


def test_only_the_whole_value_builds_a_request_without_amounts() -> None:
    """Chosen on purpose, never a default."""
    document = json.loads(Wire((200, {})).gateway().compose(order(FullValue())).reveal())
    assert "amounts" not in document


def test_a_pin_is_sent_beside_the_code() -> None:
    """In the clear form of the interface, because the till has no key to encrypt it with."""
    fields = {"code": CANARY_PIN, "pin": CANARY_TOKEN}
    document = json.loads(Wire((200, {})).gateway().compose(order(ASKED, **fields)).reveal())
    assert document["voucher"] == {
        "code": CANARY_PIN,
        "pin": {"type": "CLEAR_PIN", "pin": CANARY_TOKEN},
    }


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"code": ""}, "code"),
        ({"code": "7" * 41}, "code"),
        ({"code": "7\n7"}, "code"),
        ({"code": CANARY_PIN, "pin": "7" * 21}, "pin"),
        ({"code": CANARY_PIN, "phone": "7"}, "phone"),
        ({"pin": "4821"}, "code"),
    ],
)
def test_what_the_interface_cannot_carry_is_refused_before_it_is_written(
    fields: dict[str, str], name: str
) -> None:
    """The cashier hears which field; nothing typed is repeated."""
    with pytest.raises(EntryError, match=r"not_sendable|missing") as refused:
        Wire((200, {})).gateway().compose(order(ASKED, **fields))
    assert refused.value.field == name


def test_a_type_may_have_a_receiver_of_its_own() -> None:
    """Two providers behind one upstream are told apart by whom the message is for."""
    own = Parties(
        client=PARTIES.client,
        originator=PARTIES.originator,
        merchant=PARTIES.merchant,
        terminal_id=PARTIES.terminal_id,
        receivers={TYPE_ID: Institution(id="55555555", name="Other")},
    )
    document = json.loads(Wire((200, {})).gateway(parties=own).compose(order()).reveal())
    assert document["receiver"] == {"id": "55555555", "name": "Other"}
    assert "settlementEntity" not in document


# --- asking


async def test_a_request_is_sent_as_it_was_written() -> None:
    """The bytes of the journal, with HTTP Basic of the client's own id."""
    wire = Wire((201, transaction()))
    verdict = await wire.gateway().ask(a_redemption(), AttemptKind.SEND, Secret('{"as":"it is"}'))
    assert isinstance(verdict, Approved)
    assert wire.lines == [f"POST {BASE_URL}/suv/v1/redemptions"]
    assert wire.bodies == [b'{"as":"it is"}']
    sent = wire.requests[0].headers
    assert sent["content-type"] == "application/json"
    pair = base64.b64decode(sent["authorization"].removeprefix("Basic ")).decode()
    assert pair == f"22222222:{CANARY_API_KEY}"


@pytest.mark.parametrize("kind", [AttemptKind.FETCH, AttemptKind.RESEND])
async def test_a_request_is_never_sent_again(kind: AttemptKind) -> None:
    """It is looked up by its id; there is no key that would make a second one harmless."""
    wire = Wire((200, transaction()))
    verdict = await wire.gateway().ask(a_redemption(attempts=2), kind, REQUEST)
    assert isinstance(verdict, Approved)
    assert wire.lines == [f"GET {BASE_URL}/suv/v1/redemptions/{REQUEST_ID}"]
    assert wire.bodies == [b""]


async def test_a_refusal_without_a_line_is_no_decline_later() -> None:
    """Only the first attempt is provably not sent."""
    gateway = Wire((200, {})).gateway(base_url="http://api.example.org")
    first = await gateway.ask(a_redemption(), AttemptKind.SEND, REQUEST)
    later = await gateway.ask(a_redemption(attempts=2), AttemptKind.FETCH, REQUEST)
    assert isinstance(first, Declined)
    assert first.reason is DeclineReason.NOT_SENT
    assert isinstance(later, Unknown)
    assert later.cause is UnknownCause.NO_CONNECTION


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        ("https://suv.example.org", "https://suv.example.org/suv/v1/redemptions"),
        ("https://suv.example.org/", "https://suv.example.org/suv/v1/redemptions"),
        ("https://suv.example.org/suv/v1", "https://suv.example.org/suv/v1/redemptions"),
        ("https://suv.example.org/suv/v1/", "https://suv.example.org/suv/v1/redemptions"),
        ("https://example.org/shop", "https://example.org/shop/suv/v1/redemptions"),
    ],
)
async def test_the_interfaces_path_stands_in_the_address_once(base_url: str, expected: str) -> None:
    """Early papers doubled it."""
    wire = Wire((201, transaction()))
    await wire.gateway(base_url=base_url).ask(a_redemption(), AttemptKind.SEND, REQUEST)
    assert str(wire.requests[0].url) == expected


def fail_to_start() -> str:
    """Fail as the sandbox does where it cannot start."""
    raise GatewayUnavailableError("the sandbox did not start")


def fail_oddly(_: str) -> Secret:
    """Fail as only this one keyring does."""
    raise LookupError


async def test_without_a_password_nothing_is_sent() -> None:
    """And that is a decline with proof."""

    def read_secret(_: str) -> Secret:
        raise VaultUnavailableError(KeyProblem.NO_KEY_HERE)

    wire = Wire((201, transaction()))
    gateway = wire.gateway(authorisation=BasicAuthorisation(read_secret, "22222222"))
    verdict = await gateway.ask(a_redemption(), AttemptKind.SEND, REQUEST)
    assert isinstance(verdict, Declined)
    assert verdict.reason is DeclineReason.NOT_AUTHORISED
    told = await gateway.advise(advice(), as_secret(advice_echo()))
    assert told == Repeat(UnknownCause.NOT_AUTHORISED)
    assert wire.requests == []


@pytest.mark.parametrize(
    "settings",
    [
        {"base_url": fail_to_start},
        {"authorisation": BasicAuthorisation(fail_oddly, "22222222")},
        {"base_url": "https://[::1"},
    ],
    ids=["its address is not found", "its keyring fails oddly", "its address is none"],
)
async def test_a_request_that_never_left_is_declined_and_not_reversed(
    settings: dict[str, Any], expect_log: ExpectLog
) -> None:
    """Only what may have arrived is undone, and an advice that never left did nothing either."""
    if "authorisation" in settings:
        expect_log("counterfoil.http", "call not prepared")
    wire = Wire((201, transaction()))
    gateway = wire.gateway(**settings)
    verdict = await gateway.ask(a_redemption(), AttemptKind.SEND, REQUEST)
    assert isinstance(verdict, Declined)
    assert verdict.reason is DeclineReason.NOT_SENT
    told = await gateway.advise(advice(), as_secret(advice_echo()))
    assert told == Repeat(UnknownCause.NO_CONNECTION)
    assert wire.requests == []


# --- advices


@pytest.mark.parametrize("reason", ReversalReason)
def test_a_reversal_names_its_request_and_its_reason(reason: ReversalReason) -> None:
    """Its own id, the request's, the time, and the identifiers just as the answer gave them."""
    gateway = Wire((200, {})).gateway()
    told = advice(AdviceKind.REVERSAL, reason=reason)
    body = gateway.compose_advice(told, REQUEST, ANSWER)
    assert json.loads(body.reveal()) == {
        "id": ADVICE_ID,
        "requestId": REQUEST_ID,
        "time": "2026-11-20T09:00:00.000Z",
        "thirdPartyIdentifiers": [OURS, SETTLERS, ISSUERS],
        "reversalReason": {
            ReversalReason.TIMEOUT: "TIMEOUT",
            ReversalReason.CANCELLED: "CANCELLED",
            ReversalReason.RESPONSE_NOT_FINAL: "RESPONSE_NOT_FINAL",
        }[reason],
    }


def test_a_confirmation_has_no_reason() -> None:
    """It is the plain advice, and confirms all that was approved."""
    gateway = Wire((200, {})).gateway()
    body = gateway.compose_advice(advice(AdviceKind.CONFIRMATION), REQUEST, ANSWER)
    assert set(json.loads(body.reveal())) == {"id", "requestId", "time", "thirdPartyIdentifiers"}


@pytest.mark.parametrize(
    "answer",
    [
        None,
        Secret(""),
        Secret("<html>"),
        Secret("[1]"),
        Secret('{"id": "'),
        Secret("\ud800"),
        as_secret(error("GENERAL_ERROR")),
        as_secret(transaction(thirdPartyIdentifiers=[])),
        as_secret(transaction(thirdPartyIdentifiers=None)),
        as_secret(transaction(thirdPartyIdentifiers="S-771")),
        as_secret(transaction(id=OTHER_ID)),
        as_secret(transaction(id=7)),
    ],
    ids=range(12),
)
def test_without_identifiers_in_the_answer_those_of_the_request_go_on(
    answer: Secret | None,
) -> None:
    """An advice must be written whatever came back; an answer about another gives nothing."""
    body = Wire((200, {})).gateway().compose_advice(advice(), REQUEST, answer)
    assert json.loads(body.reveal())["thirdPartyIdentifiers"] == [OURS]


@pytest.mark.parametrize(
    ("kind", "path"),
    [(AdviceKind.CONFIRMATION, "confirmations"), (AdviceKind.REVERSAL, "reversals")],
)
async def test_an_advice_is_sent_as_it_was_written(kind: AdviceKind, path: str) -> None:
    """The same bytes each time, to the address of its kind."""
    wire = Wire((503, b""), (202, advice_echo()))
    gateway = wire.gateway()
    body = gateway.compose_advice(advice(kind), REQUEST, ANSWER)
    first = await gateway.advise(advice(kind), body)
    second = await gateway.advise(advice(kind, attempts=2), body)
    assert isinstance(first, Repeat)
    assert second == Acknowledged(202)
    assert wire.lines == [f"POST {BASE_URL}/suv/v1/redemptions/{path}"] * 2
    assert wire.bodies == [body.reveal().encode()] * 2
    assert CANARY_PIN not in body.reveal()


async def test_an_advice_that_is_not_known_there_says_so() -> None:
    """What that means depends on the advice and on time, which the gateway does not know."""
    wire = Wire((404, advice_error("UNABLE_TO_LOCATE_RECORD")))
    verdict = await wire.gateway().advise(advice(), as_secret(advice_echo()))
    assert verdict == NotKnownThere(404)


async def test_wrong_credentials_are_a_persons_business() -> None:
    """With HTTP Basic there is nothing that could be fetched anew."""
    for status in (401, 403):
        wire = Wire((status, advice_error("AUTHENTICATION_ERROR")))
        verdict = await wire.gateway().advise(advice(), as_secret(advice_echo()))
        assert verdict == NotAllowed(status)


# --- refunds


REFUND = a_redemption(id=OTHER_ID, refund_of=REQUEST_ID)
"""The refund of the redemption, as the journal holds it."""


def a_refund(**changes: Any) -> RefundOrder:
    """Build the order for it."""
    values: dict[str, Any] = {
        "id": OTHER_ID,
        "redemption_id": REQUEST_ID,
        "type_id": TYPE_ID,
        "amount_cents": PART.cents,
        "currency": "ZAR",
        "request": REQUEST,
        "answer": ANSWER,
    }
    return RefundOrder(**(values | changes))


def test_a_refund_is_a_transaction_of_its_own_about_the_same_voucher() -> None:
    """Its own id and identifiers; it names the redemption and what the issuer calls it."""
    document = json.loads(Wire((200, {})).gateway().compose_refund(a_refund()).reveal())
    assert document["id"] == OTHER_ID
    assert document["redemptionId"] == REQUEST_ID
    assert document["voucher"] == {"code": CANARY_PIN}
    assert document["amounts"] == {"requestAmount": money(1500)}
    assert document["receiverTransactionRef"] == ISSUERS["transactionIdentifier"]
    assert document["thirdPartyIdentifiers"] == [
        {"institutionId": "11111111", "transactionIdentifier": OTHER_ID}
    ]


def test_a_refund_names_no_reference_that_was_not_told() -> None:
    """Without an answer there is none of the issuer's."""
    order = a_refund(answer=None)
    document = json.loads(Wire((200, {})).gateway().compose_refund(order).reveal())
    assert "receiverTransactionRef" not in document


async def test_a_refund_goes_through_the_same_machine() -> None:
    """A request, then one advice about the refund's own id, at the refunds' own addresses."""
    answer = transaction(id=OTHER_ID, amounts={"approvedAmount": money(1500)})
    echo = advice_echo(requestId=OTHER_ID)
    wire = Wire((201, answer), (202, echo), (202, echo))
    gateway = wire.gateway()
    asked = gateway.compose_refund(a_refund())
    verdict = await gateway.ask(REFUND, AttemptKind.SEND, asked)
    assert isinstance(verdict, Approved)
    assert (verdict.redeemed_cents, verdict.upstream_id) == (1500, OTHER_ID)
    for kind in AdviceKind:
        told = advice(kind, is_refund=True)
        body = gateway.compose_advice(told, asked, verdict.body)
        assert json.loads(body.reveal())["requestId"] == OTHER_ID
        assert await gateway.advise(told, body) == Acknowledged(202)
    assert wire.lines == [
        f"POST {BASE_URL}/suv/v1/refunds{path}" for path in ("", "/confirmations", "/reversals")
    ]


async def test_a_refund_in_doubt_is_not_looked_up() -> None:
    """The look-up by id is for redemptions alone."""
    gateway = Wire((504, b"")).gateway()
    verdict = await gateway.ask(REFUND, AttemptKind.SEND, REQUEST)
    assert isinstance(verdict, Unknown)
    assert verdict.follow_up is FollowUp.PERSON
    with pytest.raises(AssertionError, match="no look-up"):
        await gateway.ask(REFUND, AttemptKind.FETCH, REQUEST)


# --- looking a voucher up


def a_voucher(**changes: Any) -> dict[str, Any]:
    """Build the answer to a look-up."""
    document: dict[str, Any] = {
        "voucher": {
            "code": CANARY_PIN,
            "expiryDate": "2027-03-05T21:59:59.000Z",
            "redeemInstructions": [
                "Valid at \u202eall tills",
                f"Code {CANARY_PIN}",
                7,
                "Once only",
            ],
            "serialNumber": "SN-77",
        },
        "amounts": {"approvedAmount": money(7500, ledgerIndicator="CREDIT")},
        "product": {"productId": "P1", "name": "Spaza voucher"},
    }
    return {key: value for key, value in (document | changes).items() if value is not ...}


async def look_up(status: int, body: Any) -> Balance | LookupRefused:
    """Look the voucher up on a wire that answers so."""
    return await Wire((status, body)).gateway().look_up(TYPE_ID, {"code": Secret(CANARY_PIN)})


@pytest.mark.parametrize("status", [200, 202])
async def test_a_look_up_tells_value_expiry_and_instructions(status: int) -> None:
    """Cleaned for people, and never the voucher's own code."""
    assert await look_up(status, a_voucher()) == Balance(
        amount_cents=7500,
        currency="ZAR",
        facts=(
            (BalanceFact.PRODUCT, "Spaza voucher"),
            (BalanceFact.EXPIRES, date(2027, 3, 5)),
            (BalanceFact.SERIAL_NUMBER, "SN-77"),
            (BalanceFact.INSTRUCTIONS, "Valid at all tills"),
            (BalanceFact.INSTRUCTIONS, "Once only"),
        ),
    )


async def test_a_look_up_asks_by_code_and_says_who_should_answer() -> None:
    """The code stands in the address, so the log of the exchange holds no address."""
    wire = Wire((200, a_voucher()))
    await wire.gateway().look_up(TYPE_ID, {"code": Secret("A 1&b=2"), "pin": Secret("4821")})
    query = "voucherCode=A%201%26b%3D2&receiverInstId=44444444&settlementEntityInstId=33333333"
    assert wire.lines == [f"GET {BASE_URL}/suv/v1/vouchers?{query}"]


async def test_an_expiry_that_has_passed_is_shown_and_not_enforced() -> None:
    """Some providers say "now" and take the voucher all the same."""
    told = await look_up(200, a_voucher(voucher={"expiryDate": "2026-11-20T09:00:00Z"}))
    assert isinstance(told, Balance)
    assert (BalanceFact.EXPIRED, date(2026, 11, 20)) in told.facts


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        (None, (None, "ZAR")),
        ({}, (None, "ZAR")),
        ({"balanceAmount": money(100, 516)}, (100, "NAD")),
        ({"approvedAmount": money(100, "008")}, (100, "008")),
    ],
)
async def test_a_value_that_is_not_told_is_not_zero(
    amounts: Any, expected: tuple[int | None, str]
) -> None:
    """Nobody is told that a voucher is empty because its value was left out."""
    told = await look_up(200, a_voucher(amounts=amounts))
    assert isinstance(told, Balance)
    assert (told.amount_cents, told.currency) == expected


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (404, b"", LookupRefusal.NOT_FOUND),
        (404, error("UNABLE_TO_LOCATE_RECORD"), LookupRefusal.NOT_FOUND),
        (400, error("INVALID_VOUCHER", id=...), LookupRefusal.NOT_FOUND),
        (400, error("VOUCHER_ALREADY_REDEEMED"), LookupRefusal.ALREADY_USED),
        (400, error("FORMAT_ERROR"), LookupRefusal.BAD_REQUEST),
        (400, error("VOUCHER_ALREADY_REVERSED"), LookupRefusal.CANCELLED),
        (400, error("DO_NOT_HONOUR"), LookupRefusal.REFUSED),
        (400, error("VOUCHER_NOT_REDEEMABLE", errorMessage="expired"), LookupRefusal.EXPIRED),
        (400, error("FUNCTION_NOT_SUPPORTED"), LookupRefusal.NOT_OFFERED),
        (501, b"", LookupRefusal.NOT_OFFERED),
    ],
)
async def test_a_refused_look_up_gives_its_reason(
    status: int, body: Any, reason: LookupRefusal
) -> None:
    """There is no status field, so a used voucher is known only by an error."""
    assert await look_up(status, body) == LookupRefused(reason)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>"),
        (200, error()),
        (200, {"voucher": None}),
        (200, a_voucher(amounts={"approvedAmount": money(-1)})),
        (204, b""),
        (400, b""),
        (404, {"message": "no route"}),
        (400, error("UPSTREAM_UNAVAILABLE")),
        (401, b""),
        (503, b""),
    ],
    ids=range(10),
)
async def test_an_unusable_answer_to_a_look_up_is_a_failure_without_its_words(
    status: int, body: Any
) -> None:
    """A look-up moves no money and may simply be asked again."""
    with pytest.raises(GatewayUnavailableError) as failed:
        await look_up(status, body)
    assert CANARY_PIN not in str(failed.value)


# --- which types there are


async def test_the_types_come_from_the_descriptors_without_asking_anybody() -> None:
    """Dual messaging, single messaging, and an upstream that swallows advices."""
    wire = Wire((500, b""))
    types = {one.id: one for one in await wire.gateway().fetch_types()}
    assert wire.requests == []
    assert {one.kind for one in types.values()} == {UpstreamKind.ADVISED}
    assert {one.upstream for one in types.values()} == {"electrum"}
    dual, single = types["electrum.voucher"], types["electrum.single_message"]
    stellr = types["electrum.stellr"]
    assert (dual.has_confirmation, dual.is_advice_effective, dual.can_refund) == (True, True, True)
    assert (single.has_confirmation, single.is_advice_effective) == (False, True)
    assert (stellr.has_confirmation, stellr.is_advice_effective) == (False, False)
    assert not stellr.can_refund
    assert dual.can_look_up
    assert dual.can_redeem_part
    assert dual.change is ChangeManner.NONE
    assert [(one.name, one.kind, one.is_sensitive) for one in stellr.fields] == [
        ("code", FieldKind.DIGITS, True),
        ("pin", FieldKind.DIGITS, True),
    ]


@pytest.mark.parametrize(
    "file", [DESCRIPTORS / "electrum.json", DESCRIPTORS / "training" / "sandbox.json"]
)
def test_a_descriptor_is_in_discoverys_own_shape(file: Path) -> None:
    """The reader of the other upstream builds the same form from it."""
    ours = {one.id: one for one in read_descriptors(file.parent, "electrum", None)}
    theirs = read_types(json.loads(file.read_text(encoding="utf-8")), "electrum")
    assert theirs is not None
    assert len(theirs) == len(ours) == 3
    for one in theirs:
        mine = ours[one.id]
        advised = replace(
            one,
            kind=mine.kind,
            has_confirmation=mine.has_confirmation,
            is_advice_effective=mine.is_advice_effective,
            can_refund=mine.can_refund,
        )
        assert advised == mine


async def test_only_what_the_settings_name_is_offered() -> None:
    """And a name that no descriptor describes is said."""
    one = Offered(descriptors=DESCRIPTORS, types=("electrum.stellr",))
    types = await Wire((200, {})).gateway(offered=one).fetch_types()
    assert [one.id for one in types] == ["electrum.stellr"]
    unknown = Offered(descriptors=DESCRIPTORS, types=("electrum.stelar",))
    with pytest.raises(GatewayUnavailableError, match=r"electrum\.stelar"):
        await Wire((200, {})).gateway(offered=unknown).fetch_types()


@pytest.mark.parametrize(
    "bend",
    [
        lambda one: one.update(currency="XXX"),
        lambda one: one.update(news=1),
        lambda one: one["capabilities"].update(messaging="triple"),
        lambda one: one["capabilities"].pop("advices"),
        lambda one: one["required_fields"][0].update(required=False),
        lambda one: one["required_fields"][0].update(name="token"),
        lambda one: one.update(required_fields=[]),
    ],
    ids=range(7),
)
def test_a_descriptor_that_cannot_be_sent_is_refused(tmp_path: Path, bend: Any) -> None:
    """A slip of the pen in it must not become a till that cannot reverse."""
    document = json.loads((DESCRIPTORS / "electrum.json").read_text(encoding="utf-8"))
    bend(document["data"][0])
    (tmp_path / "bent.json").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(GatewayUnavailableError, match=r"bent\.json"):
        read_descriptors(tmp_path, "electrum", None)
    (tmp_path / "bent.json").unlink()
    with pytest.raises(GatewayUnavailableError):
        read_descriptors(tmp_path, "electrum", None)


PRODUCT = {
    "productId": "P1",
    "name": "Spaza\u202e voucher",
    "description": "For a spaza.",
    "amount": {"amount": 5000, "currency": "516"},
}


@pytest.mark.parametrize("shape", [{"products": [PRODUCT]}, {"data": [PRODUCT, 7]}, [PRODUCT]])
async def test_the_catalogue_of_products_may_refine_a_type(shape: Any) -> None:
    """Name, description and currency; how it is advised stays with the descriptor."""
    wire = Wire((200, shape))
    offered = Offered(descriptors=DESCRIPTORS, products={TYPE_ID: "P1"})
    types = {one.id: one for one in await wire.gateway(offered=offered).fetch_types()}
    assert wire.lines == [f"GET {BASE_URL}/suv/v1/products"]
    refined = types[TYPE_ID]
    assert (refined.name, refined.description) == ("Spaza voucher", "For a spaza.")
    assert refined.currency == "NAD"
    assert refined.has_confirmation
    assert types["electrum.stellr"].name == "Stellr voucher"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (503, b""),
        (404, b""),
        (200, b"<html>"),
        (200, {"products": "none"}),
        (200, {"products": []}),
        (200, {"products": [{"productId": "P1", "name": 7, "amount": {"currency": "000"}}]}),
        (200, 7),
    ],
    ids=range(7),
)
async def test_without_a_usable_catalogue_the_types_stay(status: int, body: Any) -> None:
    """A failed look-up of products needs no action."""
    offered = Offered(descriptors=DESCRIPTORS, products={TYPE_ID: "P1"})
    refined = await Wire((status, body)).gateway(offered=offered).fetch_types()
    assert refined == await Wire((500, b"")).gateway().fetch_types()


# --- slips


def test_the_upstreams_slip_lines_are_cleaned() -> None:
    """What a slip prints is chosen by the till's own hand."""
    gateway = Wire((200, {})).gateway()
    assert gateway.slip_lines(Secret("{}"), ANSWER) == ("Thank you", "Keep this slip")


def test_how_to_use_a_voucher_follows_the_slips_own_lines() -> None:
    """What is there in pieces is taken in pieces."""
    answer = transaction(voucher={"redeemInstructions": ["Dial *120#", 7, "", "Only \x1b[2Jonce"]})
    lines = Wire((200, {})).gateway().slip_lines(Secret("{}"), as_secret(answer))
    assert lines == ("Thank you", "Keep this slip", "Dial *120#", "Only [2Jonce")
    odd_ones: tuple[Any, ...] = (
        7,
        ["x"],
        {"redeemInstructions": "Dial"},
        {"redeemInstructions": [{}]},
    )
    for odd in odd_ones:
        told = as_secret(transaction(voucher=odd))
        assert Wire((200, {})).gateway().slip_lines(Secret("{}"), told) == lines[:2]


def test_the_used_code_and_its_pin_never_come_onto_the_slip() -> None:
    """However the upstream groups them in its own words."""
    request = as_secret({"voucher": {"code": "1115684091419838", "pin": {"pin": "secret-77"}}})
    lines = ("Code 1115 6840-9141 9838", "Pin SECRET77", "Bye 9838")
    answer = transaction(slipData={"messageLines": [{"text": one} for one in lines]})
    assert Wire((200, {})).gateway().slip_lines(request, as_secret(answer)) == ("Bye 9838",)


def test_a_slip_has_an_end() -> None:
    """Whoever sends ten thousand lines gets some of them printed."""
    answer = transaction(slipData={"messageLines": [{"text": "x"}] * 10_000})
    assert len(Wire((200, {})).gateway().slip_lines(Secret("{}"), as_secret(answer))) == LINES_MAX


@pytest.mark.parametrize(
    "answer",
    [
        None,
        Secret("<html>"),
        as_secret(transaction(slipData=...)),
        as_secret(transaction(slipData=[])),
        as_secret(transaction(slipData={"messageLines": "Thank you"})),
        as_secret(transaction(slipData={"messageLines": ["Thank you", {"text": 7}, {}]})),
    ],
    ids=range(6),
)
def test_an_odd_slip_has_no_lines(answer: Secret | None) -> None:
    """Nothing that is printed may stop a sale."""
    assert Wire((200, {})).gateway().slip_lines(Secret("not JSON"), answer) == ()


def test_the_samples_ids_are_ids() -> None:
    """The control: the interface wants random UUIDs."""
    for one in (REQUEST_ID, ADVICE_ID, OTHER_ID):
        assert uuid.UUID(one).version == 4
