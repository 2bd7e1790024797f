"""The right answer to each request of the till, at both kinds of upstream, ready to be spoilt."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from support import moment_bodies, suv_bodies
from support.network.rough_server import Conversation, Line, Request

JSON = "application/json"
PROBLEM = "application/problem+json"
HTML = "text/html; charset=utf-8"
PAGE = b"<!doctype html><html><title>Please log in</title></html>"
OTHER_ID = "11111111-2222-4333-8444-555555555555"
OTHER_UPSTREAM_ID = "rdm_000000000000000000000000"
LOWER_CENTS = 700
"""What an upstream takes that takes less than was asked."""


class Kind(StrEnum):
    """How an upstream is spoken to."""

    MOMENT = "moment"
    ELECTRUM = "electrum"


class Operation(StrEnum):
    """What the till asks for."""

    REQUEST = "request"
    REPLAY = "replay"
    FETCH = "fetch"
    """By the upstream's id, or a look-up by the request's."""
    CONFIRM = "confirm"
    REVERSE = "reverse"


@dataclass(frozen=True, slots=True)
class Golden:
    """The right answer to one request."""

    kind: Kind
    operation: Operation
    status: int
    document: Mapping[str, Any] = field(repr=False)
    is_refund: bool = False

    @property
    def body(self) -> bytes:
        """The answer's body."""
        return as_json(self.document)

    @property
    def is_advice(self) -> bool:
        """Whether an advice was answered."""
        return self.operation in {Operation.CONFIRM, Operation.REVERSE}

    def bent(self, **changes: Any) -> bytes:
        """Return the body with changes; a change to ``...`` leaves a key out."""
        bent = {**self.document, **changes}
        return as_json({name: value for name, value in bent.items() if value is not ...})

    def error(self, status: int, error_type: str = "INVALID_VOUCHER") -> bytes:
        """Return the refusal that this upstream gives with a status."""
        if self.kind is Kind.MOMENT:
            return as_json(moment_bodies.problem(status))
        if not self.is_advice:
            return as_json(suv_bodies.error(error_type, id=self.document["id"]))
        ids = {"id": self.document["id"], "originalId": self.document["requestId"]}
        return as_json(suv_bodies.advice_error(error_type, **ids))


def as_json(document: object) -> bytes:
    """Write a document as its upstream would."""
    return json.dumps(document).encode()


class GoldenUpstream:
    """Answers like an upstream that has nothing to complain of; all it knows is what it was told.

    One of them answers for both kinds: their paths differ.
    """

    def __init__(self) -> None:
        self._moment: dict[str, Any] = {}
        self._suv: dict[str, dict[str, Any]] = {}

    @property
    def has_heard(self) -> bool:
        """Whether any request has arrived whole."""
        return bool(self._moment or self._suv)

    async def talk(self, line: Line) -> None:
        """Answer one request as it should be answered."""
        golden = self.answer(await line.read_request())
        await line.say(written(golden.status, golden.body))

    def answering(self, build: Callable[[Golden], bytes]) -> Conversation:
        """Return a conversation that reads the request and answers what is built for it."""

        async def talk(line: Line) -> None:
            await line.say(build(self.answer(await line.read_request())))

        return talk

    def answer(self, request: Request) -> Golden:
        """Return the right answer to a request."""
        if request.path.startswith("/collect/"):
            return self._answer_as_moment(request)
        return self._answer_as_suv(request)

    def _answer_as_moment(self, request: Request) -> Golden:
        if request.method == "GET":
            return Golden(Kind.MOMENT, Operation.FETCH, 200, self._moment)
        asked = json.loads(request.body)
        is_again = self._moment.get("external_reference") == asked["external_reference"]
        self._moment = moment_bodies.redemption(
            type=asked["type"],
            external_reference=asked["external_reference"],
            amount=asked["amount"],
            redeemed_amount=asked["amount"],
            currency=asked["currency"],
        )
        operation = Operation.REPLAY if is_again else Operation.REQUEST
        return Golden(Kind.MOMENT, operation, 201, self._moment)

    def _answer_as_suv(self, request: Request) -> Golden:
        _, _, rest = request.path.partition("/suv/v1/")
        noun, _, last = rest.partition("/")
        is_refund = noun == "refunds"
        if request.method == "GET" and last not in self._suv:
            unknown = suv_bodies.error("UNABLE_TO_LOCATE_RECORD", id=last)
            return Golden(Kind.ELECTRUM, Operation.FETCH, 404, unknown)
        if request.method == "GET":
            return Golden(Kind.ELECTRUM, Operation.FETCH, 200, self._suv[last])
        asked = json.loads(request.body)
        if last:
            operation = Operation.CONFIRM if last == "confirmations" else Operation.REVERSE
            return Golden(Kind.ELECTRUM, operation, 202, asked, is_refund)
        money = asked["amounts"]["requestAmount"]
        amounts = {"requestAmount": money, "approvedAmount": money}
        told = suv_bodies.transaction(
            id=asked["id"], amounts=amounts, thirdPartyIdentifiers=asked["thirdPartyIdentifiers"]
        )
        self._suv[asked["id"]] = told
        return Golden(Kind.ELECTRUM, Operation.REQUEST, 201, told, is_refund)


def head(status: int | str, *headers: str) -> bytes:
    """Write a status line and headers, with the empty line that ends them."""
    return "\r\n".join((f"HTTP/1.1 {status}", *headers, "", "")).encode("latin-1")


def written(status: int, body: bytes, content_type: str | None = JSON, *headers: str) -> bytes:
    """Write an answer whose length is told."""
    kind = () if content_type is None else (f"content-type: {content_type}",)
    return head(f"{status} Said", *kind, f"content-length: {len(body)}", *headers) + body


def chunked(status: int, body: bytes, *headers: str, size: int = 50) -> bytes:
    """Write an answer in chunks."""
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    sent = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    told = ("content-type: application/json", "transfer-encoding: chunked", *headers)
    return head(f"{status} Said", *told) + sent + b"0\r\n\r\n"


def until_closed(status: int, body: bytes, *headers: str) -> bytes:
    """Write an answer that ends where the connection does."""
    return head(f"{status} Said", "content-type: application/json", *headers) + body
