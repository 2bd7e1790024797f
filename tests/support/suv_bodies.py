"""Messages in the shape the SUV interface documents, to be bent by tests."""

import json
from pathlib import Path
from typing import Any

import httpx

from counterfoil.adapters.upstream.electrum.authorisation import BasicAuthorisation
from counterfoil.adapters.upstream.electrum.gateway import ElectrumGateway, Offered
from counterfoil.adapters.upstream.electrum.parties import Institution, Merchant, Parties
from counterfoil.adapters.upstream.electrum.reading import Question
from counterfoil.adapters.upstream.exchange import Answered, Exchange
from counterfoil.domain.advice import Advice, AdviceKind, ReversalReason
from counterfoil.domain.causes.key import KeyProblem
from counterfoil.domain.failures import VaultUnavailableError
from counterfoil.domain.money import Exact
from counterfoil.domain.redemption import AttemptKind, Redemption
from counterfoil.domain.secret import Secret
from support.canary import CANARY_API_KEY, CANARY_PIN
from support.clocks import START, SteppedClock

REQUEST_ID = "0d3f5b1e-6c1a-4f0e-9a52-2f8f3b6f7a10"
ADVICE_ID = "9c0b1f64-2d5e-4a7b-8c11-5e6f7a8b9c0d"
OTHER_ID = "11111111-2222-4333-8444-555555555555"
ASKED_CENTS = 5000
JSON = "application/json"
HTML = "text/html"
BASE_URL = "https://suv.example.org"
TYPE_ID = "electrum.voucher"
DESCRIPTORS = Path(__file__).parents[2] / "resources" / "descriptors"
PAGE = b"<!doctype html><title>Please log in</title>"

ORIGINATOR = {
    "institution": {"id": "11111111", "name": "Corner Shop"},
    "terminalId": "TILL0001",
    "merchant": {
        "merchantType": "5411",
        "merchantId": "CORNERSHOP00001",
        "merchantName": {
            "name": "Corner Shop",
            "city": "Cape Town",
            "region": "WC",
            "country": "ZA",
        },
    },
}
CLIENT = {"id": "22222222", "name": "Acquirer"}

PARTIES = Parties(
    client=Institution(id="22222222", name="Acquirer"),
    originator=Institution(id="11111111", name="Corner Shop"),
    merchant=Merchant(
        type="5411",
        id="CORNERSHOP00001",
        name="Corner Shop",
        city="Cape Town",
        region="WC",
        country="ZA",
    ),
    terminal_id="TILL0001",
    settlement_entity=Institution(id="33333333", name="Settler"),
    receiver=Institution(id="44444444", name="Issuer"),
)

OURS = {"institutionId": "11111111", "transactionIdentifier": REQUEST_ID}
SETTLERS = {"institutionId": "33333333", "transactionIdentifier": "S-771"}
ISSUERS = {"institutionId": "44444444", "transactionIdentifier": "I-[9]", "more": ["kept"]}


def money(cents: int, currency: Any = "710", **changes: Any) -> dict[str, Any]:
    """Build an amount."""
    return {"amount": cents, "currency": currency, **changes}


def question(kind: AttemptKind = AttemptKind.SEND, **changes: Any) -> Question:
    """Build what was asked."""
    is_fetch = kind is AttemptKind.FETCH
    values: dict[str, Any] = {
        "id": REQUEST_ID,
        "amount": Exact(ASKED_CENTS),
        "currency": "ZAR",
        "is_fetch": is_fetch,
        "is_first": not is_fetch,
    }
    return Question(**(values | changes))


def request(**changes: Any) -> dict[str, Any]:
    """Build a redemption request; a change to ``...`` leaves a key out."""
    document: dict[str, Any] = {
        "id": REQUEST_ID,
        "time": "2026-11-20T09:00:00.000Z",
        "originator": ORIGINATOR,
        "client": CLIENT,
        "thirdPartyIdentifiers": [OURS],
        "voucher": {"code": CANARY_PIN},
        "amounts": {"requestAmount": money(ASKED_CENTS)},
    }
    return _changed(document, changes)


def transaction(**changes: Any) -> dict[str, Any]:
    """Build the yes to a request: it is echoed, with identifiers, a reference and a slip."""
    document = request(
        settlementEntity={"id": "33333333", "name": "Settler"},
        thirdPartyIdentifiers=[OURS, SETTLERS, ISSUERS],
        amounts={"requestAmount": money(ASKED_CENTS), "approvedAmount": money(ASKED_CENTS)},
        slipData={
            "messageLines": [
                {"text": "Thank you"},
                {"text": "Keep \u202ethis\nslip"},
                {"text": ""},
            ],
            "slipWidth": 0,
            "issuerReference": "REF0001",
        },
    )
    return _changed(document, changes)


def error(kind: str = "INVALID_VOUCHER", **changes: Any) -> dict[str, Any]:
    """Build an error about the request."""
    document: dict[str, Any] = {
        "id": REQUEST_ID,
        "errorType": kind,
        "errorMessage": "It could not be done.",
    }
    return _changed(document, changes)


def advice_error(kind: str, **changes: Any) -> dict[str, Any]:
    """Build an error about the advice."""
    return error(kind, **({"id": ADVICE_ID, "originalId": REQUEST_ID} | changes))


def advice_echo(**changes: Any) -> dict[str, Any]:
    """Build the answer to an advice: the advice again."""
    document: dict[str, Any] = {
        "id": ADVICE_ID,
        "requestId": REQUEST_ID,
        "time": "2026-11-20T09:00:01.000Z",
        "thirdPartyIdentifiers": [OURS, SETTLERS, ISSUERS],
    }
    return _changed(document, changes)


def advice(kind: AdviceKind = AdviceKind.REVERSAL, **changes: Any) -> Advice:
    """Build an advice at its first attempt."""
    values: dict[str, Any] = {
        "id": ADVICE_ID,
        "redemption_id": REQUEST_ID,
        "upstream": "electrum",
        "fingerprint": "f",
        "kind": kind,
        "reason": ReversalReason.TIMEOUT if kind is AdviceKind.REVERSAL else None,
        "created_at": START,
        "attempts": 1,
    }
    return Advice(**(values | changes))


def answered(status: int, body: object = b"", content_type: str = JSON, **headers: str) -> Answered:
    """Build a whole answer; header names are written with underscores."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answered(status, {"content-type": content_type, **named}, raw)


class Wire:
    """Answers each request with the next answer, and remembers the requests."""

    def __init__(self, *answers: tuple[int, Any]) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.bodies: list[bytes] = []

    async def answer(self, asked: httpx.Request) -> httpx.Response:
        """Give the next answer; the last one again and again."""
        self.requests.append(asked)
        self.bodies.append(await asked.aread())
        status, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return httpx.Response(
            status, headers={"content-type": JSON}, stream=httpx.ByteStream(content)
        )

    def gateway(self, **settings: Any) -> ElectrumGateway:
        """Build a gateway on this wire."""

        def read_secret(name: str) -> Secret:
            if name == "password":
                return Secret(CANARY_API_KEY)
            raise VaultUnavailableError(KeyProblem.NO_KEY_HERE)

        values: dict[str, Any] = {
            "base_url": BASE_URL,
            "authorisation": BasicAuthorisation(read_secret, "22222222"),
            "parties": PARTIES,
            "offered": Offered(descriptors=DESCRIPTORS),
            "clock": SteppedClock(),
        }
        values["exchange"] = Exchange(transport=httpx.MockTransport(self.answer))
        return ElectrumGateway(**(values | settings))

    @property
    def lines(self) -> list[str]:
        """What was asked, as method and address."""
        return [f"{one.method} {one.url}" for one in self.requests]


def a_redemption(**changes: Any) -> Redemption:
    """Build a redemption at its first attempt."""
    values: dict[str, Any] = {
        "id": REQUEST_ID,
        "sale_id": "sale",
        "upstream": "electrum",
        "type_id": TYPE_ID,
        "type_name": "Electrum voucher",
        "fingerprint": "f",
        "voucher_tail": "",
        "amount": Exact(5000),
        "currency": "ZAR",
        "idempotency_key": OTHER_ID,
        "cashier": "c",
        "created_at": START,
        "attempts": 1,
    }
    return Redemption(**(values | changes))


def _changed(document: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in (document | changes).items() if value is not ...}
