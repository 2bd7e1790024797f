"""What only Moment's gateway does: the bytes it sends, the forms it reads, the key it shows."""

import asyncio
import json
from dataclasses import replace
from threading import Event, Thread, current_thread, main_thread
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.adapters.upstream.exchange import Exchange
from counterfoil.adapters.upstream.moment.discovery import read_types
from counterfoil.adapters.upstream.moment.gateway import MomentGateway, Paths
from counterfoil.domain.causes.key import KeyProblem
from counterfoil.domain.failures import (
    EntryError,
    GatewayUnauthorisedError,
    GatewayUnavailableError,
    VaultUnavailableError,
)
from counterfoil.domain.money import Amount, Exact, FullValue, Limits
from counterfoil.domain.redemption import AttemptKind, Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.verdict import Approved, Declined, DeclineReason, Unknown, UnknownCause
from counterfoil.domain.voucher_type import (
    ChangeManner,
    Choice,
    FieldKind,
    FieldSpec,
    VoucherType,
    WireKind,
)
from counterfoil.ports.gateway import Balance, LookupRefusal, LookupRefused, Order
from support.canary import CANARY_API_KEY, CANARY_PIN, CANARY_TOKEN
from support.clocks import START
from support.log_witness import ExpectLog
from support.moment_bodies import UPSTREAM_ID, problem, redemption

TYPE_ID = "vouchers.one_voucher"
JSON_HEADERS = {"content-type": "application/json"}


class Wire:
    """Answers each request with the next answer, and remembers the requests."""

    def __init__(self, *answers: tuple[int, Any]) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.bodies: list[bytes] = []

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """Give the next answer; the last one again and again."""
        self.requests.append(request)
        self.bodies.append(await request.aread())
        status, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return httpx.Response(status, headers=JSON_HEADERS, stream=httpx.ByteStream(content))

    def gateway(self, key: str = CANARY_API_KEY, **settings: Any) -> MomentGateway:
        """Build a gateway on this wire."""
        exchange = Exchange(transport=httpx.MockTransport(self.answer))
        return MomentGateway(exchange, api_key=lambda: Secret(key), **settings)


def order(amount: Amount, **fields: str) -> Order:
    """Build an order of one voucher."""
    return Order(
        redemption_id="5b3f2c1e-0d4a-4c5b-9e6f-7a8b9c0d1e2f",
        type_id=TYPE_ID,
        fields={name: Secret(text) for name, text in (fields or {"pin": CANARY_PIN}).items()},
        amount=amount,
        currency="ZAR",
    )


def a_redemption(**changes: Any) -> Redemption:
    """Build a redemption at its first attempt."""
    values: dict[str, Any] = {
        "id": "5b3f2c1e-0d4a-4c5b-9e6f-7a8b9c0d1e2f",
        "sale_id": "sale",
        "upstream": "moment",
        "type_id": TYPE_ID,
        "type_name": "1Voucher",
        "fingerprint": "f",
        "voucher_tail": "",
        "amount": Exact(1900),
        "currency": "ZAR",
        "idempotency_key": "7b0c6a0e-3d0f-4c6f-9a55-0d4e6f1c2a11",
        "cashier": "c",
        "created_at": START,
        "attempts": 1,
    }
    return Redemption(**(values | changes))


def a_field(**changes: Any) -> dict[str, Any]:
    """Build one documented field."""
    field: dict[str, Any] = {
        "name": "pin",
        "type": "string",
        "required": True,
        "sensitive": True,
        "description": "16 digit voucher PIN.",
        "example": "1115684091419838",
    }
    return {key: value for key, value in (field | changes).items() if value is not ...}


def a_type(*fields: Any, **changes: Any) -> dict[str, Any]:
    """Build one documented type."""
    entry: dict[str, Any] = {
        "type": TYPE_ID,
        "category": "vouchers",
        "name": "1Voucher",
        "description": "A cash voucher.",
        "logo": "https://cdn.example.org/one.svg",
        "website": "https://www.example.org",
        "capabilities": {
            "reserve": True,
            "redeem": True,
            "refund": False,
            "lookup": False,
            "change_voucher": "INLINE",
        },
        "required_fields": list(fields or [a_field()]),
    }
    return {key: value for key, value in (entry | changes).items() if value is not ...}


def read_one(entry: Any) -> VoucherType:
    """Read a single type that must be usable."""
    types = read_types({"data": [entry]}, "moment")
    assert types is not None
    return types[0]


def read_field(**changes: Any) -> FieldSpec:
    """Read a single field of a usable type."""
    return read_one(a_type(a_field(**changes))).fields[0]


# --- the request


@given(st.integers(1, 99_999_999))
def test_an_exact_amount_is_always_in_the_request(cents: int) -> None:
    """With its currency: leaving either out would mean the whole value."""
    request = json.loads(Wire((200, {})).gateway().compose(order(Exact(cents))).reveal())
    assert (request["amount"], request["currency"]) == (cents, "ZAR")


def test_only_the_whole_value_builds_a_request_without_an_amount() -> None:
    """Neither amount nor currency; and what identifies it is all that is left."""
    request = json.loads(Wire((200, {})).gateway().compose(order(FullValue())).reveal())
    assert request == {
        "type": TYPE_ID,
        "source": {"pin": CANARY_PIN},
        "external_reference": "5b3f2c1e-0d4a-4c5b-9e6f-7a8b9c0d1e2f",
    }


@pytest.mark.parametrize("text", ["", "12\n34", "1" * 256, "\ud800"])
def test_a_field_that_cannot_be_sent_is_refused(text: str) -> None:
    """An entry error names the field and repeats nothing."""
    with pytest.raises(EntryError) as refused:
        Wire((200, {})).gateway().compose(order(Exact(1), pin=text))
    assert refused.value.field == "pin"


async def test_a_send_carries_key_id_and_the_stored_bytes() -> None:
    """What the journal holds is what leaves, byte for byte."""
    wire = Wire((201, redemption()))
    stored = Secret('{"exactly": "these",  "bytes":1}')
    for kind in (AttemptKind.SEND, AttemptKind.RESEND):
        await wire.gateway().ask(a_redemption(), kind, stored)
    assert wire.bodies == [stored.reveal().encode()] * 2
    for request in wire.requests:
        assert request.method == "POST"
        assert str(request.url) == "https://api.momentpay.net/collect/redemptions"
        assert request.headers["idempotency-key"] == "7b0c6a0e-3d0f-4c6f-9a55-0d4e6f1c2a11"
        assert request.headers["authorization"] == f"Bearer {CANARY_API_KEY}"
        assert request.headers["content-type"] == "application/json"
        assert request.headers["accept-encoding"] == "identity"


async def test_a_fetch_asks_by_id_and_sends_no_request() -> None:
    """The voucher's PIN does not travel again, and no key is used up."""
    wire = Wire((200, redemption(version=4)))
    known = a_redemption(attempts=2, upstream_id=UPSTREAM_ID, upstream_version=3)
    verdict = await wire.gateway().ask(known, AttemptKind.FETCH, Secret(CANARY_PIN))
    assert isinstance(verdict, Approved)
    assert wire.requests[0].method == "GET"
    assert wire.requests[0].url.path == f"/collect/redemptions/{UPSTREAM_ID}"
    assert wire.bodies == [b""]
    assert "idempotency-key" not in wire.requests[0].headers


async def test_addresses_can_be_set() -> None:
    """Host and paths may change before the interface is released."""
    wire = Wire((200, {"data": [a_type()]}))
    paths = Paths(types="/v2/types")
    await wire.gateway(base_url="https://other.example.org/x/", paths=paths).fetch_types()
    assert str(wire.requests[0].url) == "https://other.example.org/x/v2/types"


@pytest.mark.parametrize("key", ["", "  ", "two words", "line\nbreak", "ключ"])
async def test_without_a_usable_key_nothing_is_sent(key: str) -> None:
    """N19: the first attempt is declined as not authorised; a later one stays unknown."""
    wire = Wire((201, redemption()))
    first = await wire.gateway(key).ask(a_redemption(), AttemptKind.SEND, Secret("{}"))
    later = await wire.gateway(key).ask(a_redemption(attempts=2), AttemptKind.RESEND, Secret("{}"))
    assert isinstance(first, Declined)
    assert first.reason is DeclineReason.NOT_AUTHORISED
    assert isinstance(later, Unknown)
    assert later.cause is UnknownCause.NO_CONNECTION
    assert wire.requests == []


async def test_a_keyring_that_fails_sends_nothing() -> None:
    """The till says so instead of falling over."""

    def locked() -> Secret:
        raise VaultUnavailableError(KeyProblem.KEYRING_UNUSABLE)

    gateway = MomentGateway(Exchange(), api_key=locked)
    verdict = await gateway.ask(a_redemption(), AttemptKind.SEND, Secret("{}"))
    assert isinstance(verdict, Declined)
    with pytest.raises(GatewayUnavailableError):
        await gateway.fetch_types()


@pytest.mark.fault("X12")
async def test_a_new_key_is_used_once_the_old_one_is_refused() -> None:
    """A key is changed without a restart, and its keyring is asked no more often than that."""
    keys = ["sk_test_one"]
    read: list[Thread] = []

    def read_key() -> Secret:
        read.append(current_thread())
        return Secret(keys[-1])

    wire = Wire((200, {"data": []}), (401, {"title": "No"}), (200, {"data": []}))
    exchange = Exchange(transport=httpx.MockTransport(wire.answer))
    gateway = MomentGateway(exchange, api_key=read_key)
    await gateway.fetch_types()
    keys.append("sk_test_two")
    with pytest.raises(GatewayUnauthorisedError):
        await gateway.fetch_types()
    await gateway.fetch_types()
    assert [request.headers["authorization"] for request in wire.requests] == [
        "Bearer sk_test_one",
        "Bearer sk_test_one",
        "Bearer sk_test_two",
    ]
    assert len(read) == 2
    assert main_thread() not in read


async def test_what_the_till_cannot_even_prepare_was_not_sent(expect_log: ExpectLog) -> None:
    """A failure of its own before the first byte: nothing is doubtful about that."""
    expect_log("counterfoil.http", "call not prepared")

    def fail() -> Secret:
        raise MemoryError

    verdict = await MomentGateway(Exchange(), api_key=fail).ask(
        a_redemption(), AttemptKind.SEND, Secret("{}")
    )
    assert isinstance(verdict, Declined)
    assert verdict.reason is DeclineReason.NOT_SENT


async def test_warming_up_and_closing_need_no_line() -> None:
    """Both are safe at any time."""
    gateway = Wire((200, {})).gateway()
    await gateway.warm_up()
    await gateway.aclose()


async def test_an_address_is_found_once_however_many_ask_at_the_same_time() -> None:
    """Training finds it by starting the sandbox, and there must not be two on one ledger."""
    wire = Wire((200, {"data": []}))
    found: list[str] = []

    def locate() -> str:
        found.append("https://one.example.org")
        Event().wait(0.05)  # the others arrive while the first is still looking
        return found[-1]

    gateway = wire.gateway(base_url=locate)
    await asyncio.gather(*(gateway.fetch_types() for _ in range(3)))
    assert found == ["https://one.example.org"]
    assert len(wire.requests) == 3


async def test_an_address_that_cannot_be_found_is_proof_that_nothing_left() -> None:
    """The till says that it was not sent, and looks for the address again next time."""
    wire, failures = Wire((200, {"data": []})), [GatewayUnavailableError("no sandbox")] * 2

    def locate() -> str:
        if failures:
            raise failures.pop()
        return "https://one.example.org"

    gateway = wire.gateway(base_url=locate)
    with pytest.raises(GatewayUnavailableError):
        await gateway.fetch_types()
    verdict = await gateway.ask(a_redemption(attempts=1), AttemptKind.SEND, Secret("{}"))
    assert isinstance(verdict, Declined)
    assert verdict.reason is DeclineReason.NOT_SENT
    assert await gateway.fetch_types() == ()
    assert len(wire.requests) == 1


# --- discovery


def test_a_documented_type_becomes_a_form() -> None:
    """Every fact of the types endpoint that the till shows."""
    assert read_one(a_type()) == VoucherType(
        id=TYPE_ID,
        upstream="moment",
        category="vouchers",
        name="1Voucher",
        description="A cash voucher.",
        website="https://www.example.org",
        change=ChangeManner.INLINE,
        fields=(
            FieldSpec(
                name="pin",
                label="Voucher PIN",
                kind=FieldKind.DIGITS,
                is_sensitive=True,
                hint="16 digit voucher PIN.",
                example="1115684091419838",
                length=16,
            ),
        ),
    )


def test_a_type_made_up_on_the_spot_gets_a_form() -> None:
    """Nobody has coded for it; unknown keys and words are no obstacle."""
    entry = a_type(
        a_field(name="secret_rune", type="rune", example="ᚠᚢᚦ", description="", label="Rune"),
        a_field(name="colour", type="enum", choices=["red", "blue"], sensitive=False),
        type="wands.elder",
        category="wands",
        name="Elder wand",
        brand_colour="#7A1F5C",
        capabilities={"lookup": True, "change_voucher": "OWL"},
        novelty={"deep": [1]},
    )
    kind = read_one(entry)
    assert kind.change is ChangeManner.NOT_SAID
    assert (kind.can_look_up, kind.can_redeem, kind.colour) == (True, True, "#7A1F5C")
    rune, colour = kind.fields
    assert (rune.label, rune.kind, rune.is_sensitive) == ("Rune", FieldKind.TEXT, True)
    assert (colour.kind, colour.choices) == (
        FieldKind.CHOICE,
        (Choice(value="red", label="red"), Choice(value="blue", label="blue")),
    )


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, FieldKind.DIGITS),
        ({"example": "+27821234567"}, FieldKind.PHONE),
        ({"name": "mobile_number", "example": ...}, FieldKind.PHONE),
        ({"type": "phone", "example": ...}, FieldKind.PHONE),
        ({"format": "tel", "example": ...}, FieldKind.PHONE),
        ({"type": "integer", "example": "1981", "description": ""}, FieldKind.INTEGER),
        ({"type": "integer"}, FieldKind.DIGITS),
        ({"type": "number"}, FieldKind.NUMBER),
        ({"type": "boolean"}, FieldKind.BOOLEAN),
        ({"type": "Boolean", "enum": [True, False]}, FieldKind.BOOLEAN),
        ({"type": "string", "format": "date"}, FieldKind.DATE),
        ({"type": "string", "format": "email"}, FieldKind.EMAIL),
        ({"type": ["boolean"], "format": {"of": "date"}}, FieldKind.DIGITS),
        ({"type": "money"}, FieldKind.MONEY),
        ({"type": "enum", "choices": ["a"]}, FieldKind.CHOICE),
        ({"type": "string", "options": [{"value": "a"}]}, FieldKind.CHOICE),
        ({"type": "enum", "example": "Gold", "description": ""}, FieldKind.TEXT),
        ({"example": "BL0A0B0C0D0E0F01", "description": "Serial number"}, FieldKind.TEXT),
        ({"example": "BL0A", "description": "16 digit serial"}, FieldKind.TEXT),
        ({"example": "101", "description": "3 digit code"}, FieldKind.DIGITS),
        ({"example": "101", "description": "A code"}, FieldKind.TEXT),
        ({"example": ..., "description": "Voucher PIN or token"}, FieldKind.TEXT),
        ({"example": None, "description": 7, "type": None}, FieldKind.TEXT),
    ],
)
def test_the_kind_of_a_field_is_found_in_what_is_told(
    changes: dict[str, Any], kind: FieldKind
) -> None:
    """By declared type and format, choices, example and description; else it is text."""
    assert read_field(**changes).kind is kind


@pytest.mark.parametrize(
    ("changes", "length"),
    [
        ({}, 16),
        ({"description": "Voucher PIN or token"}, None),
        ({"description": "A 12-digit token"}, 12),
        ({"description": "12 to 16 digits"}, None),
        ({"description": "12-16 digit PIN"}, None),
        ({"description": "00 digit PIN"}, None),
        ({"description": "Voucher PIN", "length": 14}, 14),
        ({"description": "Voucher PIN", "length": True}, None),
        ({"description": "Voucher PIN", "length": 1000}, None),
        ({"type": "phone", "description": "10 digit number"}, None),
    ],
)
def test_a_length_is_only_what_was_said(changes: dict[str, Any], length: int | None) -> None:
    """Examples may be longer than real codes, so they hint at nothing."""
    assert read_field(**changes).length == length


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({}, "Voucher PIN"),
        ({"name": "token"}, "Voucher number"),
        ({"name": "phone_number", "example": "+27821234567"}, "Mobile number"),
        ({"name": "security_code"}, "Security code"),
        ({"label": "Card\u202e number\n"}, "Card number"),
        ({"label": ""}, "Voucher PIN"),
    ],
)
def test_a_label_is_told_or_made_from_the_name(changes: dict[str, Any], label: str) -> None:
    """Labels are plain words."""
    assert read_field(**changes).label == label


@pytest.mark.parametrize(
    "entry",
    [
        "text",
        a_type(type=...),
        a_type(type="../x"),
        a_type(type=7),
        a_type(required_fields=...),
        a_type(required_fields=[]),
        a_type(*[a_field(name=f"f{number}") for number in range(21)]),
        a_type(a_field(name="a b")),
        a_type(a_field(), "odd"),
        a_type(a_field(name=...)),
    ],
)
def test_a_type_that_cannot_be_filled_in_is_dropped(entry: Any) -> None:
    """The others stay on offer; a list of only such types is no answer."""
    usable = a_type(type="other.one")
    types = read_types({"data": [entry, usable]}, "moment")
    assert types is not None
    assert [one.id for one in types] == ["other.one"]
    assert read_types({"data": [entry]}, "moment") is None


def test_odd_parts_of_a_type_are_left_out_one_by_one() -> None:
    """An optional field that cannot be sent, a plain http website, a wrong colour."""
    entry = a_type(
        a_field(),
        a_field(name="a b", required=False),
        a_field(label="second of the same name"),
        name=None,
        category=None,
        capabilities=[],
        website="http://plain.example.org",
        brand_colour="red",
        currency="rand",
        description="x" * 500,
    )
    kind = read_one(entry)
    assert [spec.name for spec in kind.fields] == ["pin"]
    assert (kind.name, kind.category) == ("One voucher", "vouchers")
    assert (kind.website, kind.colour, kind.currency) == ("", "", "ZAR")
    assert (kind.can_redeem, kind.can_look_up, kind.can_redeem_part) == (True, False, True)
    assert len(kind.description) == 200


def test_there_is_an_end_to_everything() -> None:
    """200 types, each choice as it is sent; the first of two equal ids wins."""
    many = [a_type(type=f"made.t{number}") for number in range(500)]
    types = read_types({"data": many}, "moment")
    assert types is not None
    assert len(types) == 200
    twins = read_types({"data": [a_type(name="first"), a_type(name="second")]}, "moment")
    assert twins is not None
    assert [one.name for one in twins] == ["first"]
    choices = read_field(choices=["good", "b\x00d", 7, " edge", "good"]).choices
    assert [(one.value, one.wire) for one in choices] == [
        ("good", WireKind.TEXT),
        ("7", WireKind.INTEGER),
    ]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {"types": []}),
        (200, {"data": {}}),
        (200, {"data": ["odd"]}),
        (200, []),
        (200, b"<html>"),
        (404, problem(404)),
        (500, {"data": []}),
    ],
)
async def test_an_answer_without_types_is_no_answer(status: int, body: Any) -> None:
    """The till then keeps the types it was told before."""
    with pytest.raises(GatewayUnavailableError):
        await Wire((status, body)).gateway().fetch_types()


ADULT = {"value": "a", "label": "Adult"}


@pytest.mark.parametrize(
    ("field", "typed", "sent"),
    [
        ({"type": "integer"}, "1981", 1981),
        ({"type": "number"}, "12.5", 12.5),
        ({"type": "number"}, "12", 12),
        ({"type": "boolean"}, "true", True),
        ({"type": "boolean"}, "false", False),
        ({"type": "string", "format": "date"}, "2026-11-30", "2026-11-30"),
        ({"type": "string"}, "0019", "0019"),
        ({"type": "enum", "choices": [ADULT]}, "a", "a"),
        ({"type": "string", "enum": [1, 2, 3]}, "2", 2),
        ({"type": "integer", "enum": ["1", "2"]}, "2", 2),
        ({"type": "enum", "options": [{"value": 2.5, "label": "Large"}]}, "2.5", 2.5),
        ({"oneOf": [{"const": True, "title": "Alone"}]}, "true", True),
    ],
)
def test_a_value_is_sent_in_the_type_that_the_metadata_names(
    field: dict[str, Any], typed: str, sent: object
) -> None:
    """Numbers as numbers, a yes as true, and of a choice its value, never its words."""
    kind = read_one(a_type(a_field(name="part", example=..., description="", **field)))
    one = order(Exact(1), part=typed)
    composed = Wire().gateway().compose(replace(one, wire=kind.wire(one.fields)))
    source = json.loads(composed.reveal())["source"]
    assert (source["part"], type(source["part"])) == (sent, type(sent))


@pytest.mark.parametrize("kind", [WireKind.INTEGER, WireKind.NUMBER, WireKind.BOOLEAN])
def test_what_cannot_be_written_in_its_type_is_not_sent(kind: WireKind) -> None:
    """Nothing is sent as text where a number or a yes is wanted."""
    with pytest.raises(EntryError):
        Wire().gateway().compose(replace(order(Exact(1), part="x"), wire={"part": kind}))


@pytest.mark.parametrize("status", [401, 403])
async def test_a_key_that_is_not_accepted_is_told_from_an_outage(status: int) -> None:
    """A page in between knows nothing of the key, so it stays an outage."""
    with pytest.raises(GatewayUnauthorisedError):
        await Wire((status, problem(status))).gateway().fetch_types()
    with pytest.raises(GatewayUnauthorisedError):
        await Wire((status, b"")).gateway().fetch_types()
    with pytest.raises(GatewayUnauthorisedError):
        await look_up(status, problem(status))
    with pytest.raises(GatewayUnavailableError) as failed:
        await Wire((status, b"<html>")).gateway().fetch_types()
    assert not isinstance(failed.value, GatewayUnauthorisedError)


@pytest.mark.parametrize("told", [True, "true", "Yes", 1, {"deep": True}])
def test_a_field_said_to_be_sensitive_in_any_way_is_a_secret(told: object) -> None:
    """In doubt it is one: hiding too much harms nobody."""
    assert read_field(sensitive=told).is_sensitive
    assert not any(read_field(sensitive=one).is_sensitive for one in (False, "false", 0, None, ...))
    assert not read_field(required="false").is_required


def test_each_of_many_choices_can_be_reached() -> None:
    """Sixty are all offered; what is beyond any list is typed."""
    assert len(read_field(choices=[f"c{number}" for number in range(60)]).choices) == 60
    flood = read_field(
        choices=[f"c{number}" for number in range(5000)], example=..., description=""
    )
    assert (flood.kind, flood.choices) == (FieldKind.TEXT, ())


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ({"type": "integer", "min": 1, "max": 6}, ("1", "6")),
        ({"type": "number", "minimum": "0.5"}, ("0.5", "")),
        ({"type": "date", "minimum": "2026-01-01", "maximum": "2026-02-30"}, ("2026-01-01", "")),
        ({"type": "integer", "minimum": 9, "maximum": 1}, ("", "")),
        ({"type": "integer", "minimum": True, "maximum": 10**400}, ("", "")),
        ({"type": "integer", "minimum": 1.5, "maximum": [6]}, ("", "")),
        ({"type": "string", "minimum": 3}, ("", "")),
    ],
)
def test_bounds_are_read_where_they_can_be_meant(
    told: dict[str, object], read: tuple[str, str]
) -> None:
    """What contradicts itself or is no bound leaves the field as free as without it."""
    spec = read_field(**told, example=..., description="")
    assert (spec.minimum, spec.maximum) == read


def test_a_field_of_money_is_typed_in_the_currency_of_its_type() -> None:
    """A type in shillings has no cents anywhere in its form."""
    spec = read_one(a_type(a_field(type="money"), currency="UGX")).fields[0]
    assert (spec.kind, spec.currency) == (FieldKind.MONEY, "UGX")


def test_a_type_tells_what_one_redemption_takes_at_most() -> None:
    """In cents, beside its capabilities or in them; two that contradict are none."""
    assert read_one(a_type(max_amount=500_000)).limits.most_cents == 500_000
    within = read_one(a_type(capabilities={"min_amount": 500, "max_amount": 500_000}))
    assert within.limits == Limits(500, 500_000)
    assert read_one(a_type(min_amount=2, max_amount=1)).limits == Limits()
    assert read_one(a_type(max_amount="5000")).limits == Limits()


# --- lookup


async def look_up(status: int, body: Any) -> Balance | LookupRefused:
    """Look up one voucher that is answered like this."""
    return await Wire((status, body)).gateway().look_up(TYPE_ID, {"token": Secret(CANARY_TOKEN)})


async def test_a_balance_comes_with_facts_for_people_and_without_codes() -> None:
    """Amounts are written as money; what is as long as a code stays out."""
    metadata = {
        "pin_status": "active",
        "denomination": 5000,
        "uses_left": 3,
        "pin": CANARY_PIN,
        "note": "call 0820 159 463 now",
        "nested": {"a": 1},
        "flag": True,
    }
    body = {
        "type": TYPE_ID,
        "balance": 4200,
        "currency": "ZAR",
        "source": {"pin": CANARY_PIN},
        "provider_metadata": metadata,
    }
    assert await look_up(200, body) == Balance(
        amount_cents=4200,
        currency="ZAR",
        facts=(("Pin status", "active"), ("Denomination", "R50.00"), ("Uses left", "3")),
    )


async def test_a_balance_may_be_told_without_an_amount() -> None:
    """All its fields are optional."""
    assert await look_up(200, {"currency": 7, "provider_metadata": []}) == Balance(
        amount_cents=None, currency="ZAR"
    )


@pytest.mark.parametrize(
    ("status", "body", "refusal"),
    [
        (422, problem(422, "Lookup is not supported for this type"), LookupRefusal.NOT_OFFERED),
        (422, problem(422, "Voucher expired"), LookupRefusal.EXPIRED),
        (422, problem(422, "no reason"), LookupRefusal.REFUSED),
        (402, problem(402, "already been used"), LookupRefusal.ALREADY_USED),
        (404, problem(404, "Voucher could not be found"), LookupRefusal.NOT_FOUND),
        (400, problem(400, ""), LookupRefusal.BAD_REQUEST),
        (200, {"error": {"message": "Voucher cancelled"}}, LookupRefusal.CANCELLED),
        (200, {"error": {"code": "X1"}}, LookupRefusal.REFUSED),
    ],
)
async def test_a_refused_lookup_has_a_reason(
    status: int, body: Any, refusal: LookupRefusal
) -> None:
    """Their words are read, never shown."""
    assert await look_up(status, body) == LookupRefused(refusal)


async def test_a_refusal_without_words_means_not_offered_where_discovery_says_so() -> None:
    """A documented 422 with any text."""
    wire = Wire((200, {"data": [a_type()]}), (422, problem(422, "no")))
    gateway = wire.gateway()
    await gateway.fetch_types()
    refused = await gateway.look_up(TYPE_ID, {"pin": Secret(CANARY_PIN)})
    assert refused == LookupRefused(LookupRefusal.NOT_OFFERED)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>"),
        (200, {"balance": "5000"}),
        (200, {"balance": -1}),
        (200, {"balance": True}),
        (200, {"type": "vouchers.blu", "balance": 1}),
        (422, {"detail": []}),
        (401, problem(401)),
        (429, problem(429)),
        (500, problem(500)),
        (302, b"{}"),
    ],
)
async def test_what_is_no_answer_to_a_lookup_is_an_error(status: int, body: Any) -> None:
    """Better no balance than a wrong one."""
    with pytest.raises(GatewayUnavailableError):
        await look_up(status, body)
