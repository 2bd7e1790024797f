"""What happens to an exchange on the wire: delays, drops, cuts and falsified answers.

``FaultLayer`` stands around the upstream's application. Most faults are answers like any other;
drops and cuts reach past the web framework to the TCP connection itself, which the server lists in
``OpenConnections`` by the client's address.
"""

import asyncio
import gzip
import json
import socket
import struct
from asyncio import Transport
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from http import HTTPStatus
from typing import Any, Protocol

from counterfoil_sandbox.faults import (
    Action,
    Cut,
    Drip,
    Drop,
    DuplicateDelivery,
    Endpoint,
    FaultBoard,
    Flood,
    Html,
    RateLimit,
    Redirect,
    Rule,
    Status,
    WrongBody,
)
from counterfoil_sandbox.problem import PROBLEM_TYPE, problem

Scope = dict[str, Any]
AsgiMessage = dict[str, Any]
Receive = Callable[[], Awaitable[AsgiMessage]]
Send = Callable[[AsgiMessage], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

ErrorMaker = Callable[[bytes, int], tuple[bytes, str]]

MARKS_KEY = "counterfoil_sandbox.marks"
"""Where a request's scope holds its ``Marks``."""

_FLOOD_CHUNK_BYTES = 1 << 16


class SandboxClosingError(Exception):
    """The sandbox is stopping while a request still waits; its connection is cut."""


@dataclass(slots=True)
class Marks:
    """What the application wants done with the connection of one request.

    ``interim`` is a status below 200 that is sent in place of the answer; then the connection is
    closed, or with ``is_held`` stays silent until the client leaves.
    """

    is_answer_lost: bool = False
    interim: int | None = None
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class WireAnswer:
    """A whole response, before faults are applied to it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    is_lost: bool = False
    interim: int | None = None
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class OpenConnections:
    """The server's open connections, by the client's host and port."""

    transports: dict[tuple[str, int], Transport] = field(default_factory=dict)

    def find(self, scope: Mapping[str, Any]) -> Transport | None:
        """Return the connection a request came by, or None without a real server."""
        client = scope.get("client")
        return None if client is None else self.transports.get((client[0], client[1]))


class AnswerStore(Protocol):
    """Where the answer of a fault rule is kept under the request's idempotency key."""

    def keep_answer(self, key: str, request_body: bytes, answer: WireAnswer) -> None:
        """Store the answer, replacing any other under this key."""


class OtherUpstream(Protocol):
    """A second upstream beside the first: its endpoints, and what its errors look like."""

    def endpoint_of(self, method: str, path: str) -> Endpoint | None:
        """Return which of its endpoints a request is for; None when it is none of them."""

    def error_body(self, request_body: bytes, status: int) -> tuple[bytes, str]:
        """Return the body and content type of the error that a fault rule answers with."""


class Patience:
    """Waiting that ends at once when the sandbox is stopped."""

    def __init__(self) -> None:
        """Start open."""
        self._closing = asyncio.Event()

    def reopen(self) -> None:
        """Allow waiting again, in another event loop."""
        self._closing = asyncio.Event()

    def close(self) -> None:
        """End all waiting; call it in the event loop."""
        self._closing.set()

    async def pause(self, seconds: float) -> None:
        """Wait so many seconds. Raise SandboxClosingError when the sandbox stops meanwhile."""
        if self._closing.is_set():
            raise SandboxClosingError
        if seconds <= 0:
            return
        try:
            await asyncio.wait_for(self._closing.wait(), seconds)
        except TimeoutError:
            return
        raise SandboxClosingError


def endpoint_of(method: str, path: str) -> Endpoint:
    """Return which of the provider's endpoints a request is for; "any" for none of them."""
    if path == "/collect/redemptions/types":
        return "types"
    if path == "/stored_value/lookup":
        return "lookup"
    if path == "/collect/redemptions" and method == "POST":
        return "create"
    return "fetch" if path.startswith("/collect/redemptions/") else "any"


class FaultLayer:
    """Wraps an ASGI application, and makes its answers fail as the dials say."""

    def __init__(
        self,
        app: AsgiApp,
        *,
        board: FaultBoard,
        connections: OpenConnections,
        patience: Patience,
        store: AnswerStore,
        other: OtherUpstream | None = None,
    ) -> None:
        """Stand around ``app``; paths under ``/_sandbox`` always pass untouched."""
        self._app = app
        self._board = board
        self._connections = connections
        self._patience = patience
        self._store = store
        self._other = other
        self._late: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        path = scope.get("path", "")
        if scope["type"] != "http" or _is_untouched(path):
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send, self._connections)
        if self._board.dials.offline:
            await exchange.drop()
            return
        body = await _read_body(receive)
        if body is None:
            return
        exchange.body = body
        rule = self._board.take(self._find_endpoint(exchange))
        try:
            await self._play(exchange, rule)
        except SandboxClosingError:
            await exchange.drop()

    def _find_endpoint(self, exchange: "_Exchange") -> Endpoint:
        method, path = exchange.scope["method"], exchange.scope["path"]
        if self._other is not None:
            endpoint = self._other.endpoint_of(method, path)
            if endpoint is not None:
                exchange.error_body = self._other.error_body
                return endpoint
        return endpoint_of(method, path)

    async def _play(self, exchange: "_Exchange", rule: Rule | None) -> None:
        if rule is None:
            await exchange.answer(await self._process(exchange))
            return
        if not rule.after_effect:
            await self._patience.pause(rule.delay_s)
        answer: WireAnswer | None = None
        is_replaced = isinstance(rule.action, Drop | Status | Html | Redirect | RateLimit | Flood)
        if rule.after_effect or not is_replaced:
            answer = await self._process(exchange)
            if isinstance(rule.action, DuplicateDelivery):
                second = await self._process(exchange)
                answer = second if rule.action.answer == "second" else answer
        if rule.after_effect:
            await self._patience.pause(rule.delay_s)
        await self._act(exchange, rule.action, answer)

    async def _act(
        self, exchange: "_Exchange", action: Action | None, answer: WireAnswer | None
    ) -> None:
        match action:
            case Drop():
                if action.effect_after_s is not None:
                    self._deliver_late(exchange, action.effect_after_s)
                await exchange.drop(is_reset=action.reset)
            case Flood():
                await exchange.flood(action)
            case Status() | Html() | Redirect() | RateLimit():
                made = _made_answer(action, exchange)
                key = exchange.header("idempotency-key")
                if isinstance(action, Status) and action.effect_after_s is not None:
                    self._deliver_late(exchange, action.effect_after_s)
                if isinstance(action, Status) and action.stored and key is not None:
                    self._store.keep_answer(key, exchange.body, made)
                await exchange.answer(made)
            case _:
                assert answer is not None
                await self._spoil(exchange, action, answer)

    async def _spoil(
        self,
        exchange: "_Exchange",
        action: Cut | Drip | WrongBody | DuplicateDelivery | None,
        answer: WireAnswer,
    ) -> None:
        match action:
            case Cut():
                await exchange.cut(answer, action)
            case Drip():
                await exchange.drip(answer, action, self._patience)
            case WrongBody():
                await exchange.answer(_altered(answer, action))
            case _:
                await exchange.answer(answer)

    def _deliver_late(self, exchange: "_Exchange", seconds: float) -> None:
        async def deliver() -> None:
            try:
                await self._patience.pause(seconds)
                await self._process(exchange)
            except SandboxClosingError:
                return

        task = asyncio.get_running_loop().create_task(deliver())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _process(self, exchange: "_Exchange") -> WireAnswer:
        """Let the application carry the request out, and catch its answer."""
        marks = Marks()
        scope = {**exchange.scope, MARKS_KEY: marks}
        messages: list[AsgiMessage] = []
        unread = [{"type": "http.request", "body": exchange.body, "more_body": False}]

        async def receive() -> AsgiMessage:
            return unread.pop() if unread else {"type": "http.disconnect"}

        async def send(message: AsgiMessage) -> None:
            messages.append(message)

        await self._app(scope, receive, send)
        start = messages[0]
        return WireAnswer(
            status=start["status"],
            headers=tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in start["headers"]),
            body=b"".join(message.get("body", b"") for message in messages[1:]),
            is_lost=marks.is_answer_lost,
            interim=marks.interim,
            is_held=marks.is_held,
        )


class _Exchange:
    """One request and the ways to answer it."""

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, connections: OpenConnections
    ) -> None:
        self.scope = scope
        self.body = b""
        self.error_body: ErrorMaker | None = None
        self._receive = receive
        self._send = send
        self._transport = connections.find(scope)

    def header(self, name: str) -> str | None:
        """Return a request header by its lower-case name."""
        for key, value in self.scope["headers"]:
            if key.decode("latin-1") == name:
                return str(value.decode("latin-1"))
        return None

    async def answer(self, answer: WireAnswer) -> None:
        """Send a whole answer, or cut the line if the application said so."""
        if answer.is_lost:
            await self.drop()
            return
        if answer.interim is not None:
            await self._say_interim(answer.interim, is_held=answer.is_held)
            return
        headers = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in _sized(answer)]
        await self._send(
            {"type": "http.response.start", "status": answer.status, "headers": headers}
        )
        await self._send({"type": "http.response.body", "body": answer.body, "more_body": False})

    async def drop(self, *, is_reset: bool = False) -> None:
        """Close the connection without another byte."""
        transport = self._wire()
        if is_reset:
            # A linger of zero seconds makes the kernel send a reset in place of an orderly end.
            transport.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
            transport.abort()
        else:
            transport.close()
        await self._until_gone()

    async def cut(self, answer: WireAnswer, cut: Cut) -> None:
        """Send the first bytes of an answer and close."""
        raw = _raw(answer, is_close_delimited=cut.close_delimited)
        length = cut.cut_at + (len(raw) - len(answer.body) if cut.in_body else 0)
        self._wire().write(raw[:length])
        await self.drop(is_reset=cut.reset)

    async def drip(self, answer: WireAnswer, drip: Drip, patience: Patience) -> None:
        """Send an answer in small pieces."""
        transport = self._wire()
        raw = _raw(answer)
        for start in range(0, len(raw), drip.bytes_per_write):
            if transport.is_closing():
                break
            transport.write(raw[start : start + drip.bytes_per_write])
            await patience.pause(drip.interval_s)
        await self.drop()

    async def flood(self, flood: Flood) -> None:
        """Send far more than anyone should read."""
        headers = [(b"content-type", b"application/json")]
        if flood.gzip:
            packed = gzip.compress(b'"' + b"0" * flood.size_bytes + b'"', 9)
            headers += [(b"content-encoding", b"gzip")]
            left_bytes, filling = 0, packed
        else:
            left_bytes, filling = flood.size_bytes, b""
        headers += [(b"content-length", str(left_bytes + len(filling)).encode())]
        await self._send({"type": "http.response.start", "status": 200, "headers": headers})
        while left_bytes > 0 and (self._transport is None or not self._transport.is_closing()):
            chunk = min(_FLOOD_CHUNK_BYTES, left_bytes)
            left_bytes -= chunk
            await self._send(
                {"type": "http.response.body", "body": b"0" * chunk, "more_body": True}
            )
        await self._send({"type": "http.response.body", "body": filling, "more_body": False})

    def error(self, status: int, words: str) -> tuple[bytes, str]:
        """Return the body and content type of an error as the upstream in question words it."""
        if self.error_body is not None:
            return self.error_body(self.body, status)
        body = json.dumps(problem(status, words, self.scope["path"])).encode()
        return body, PROBLEM_TYPE

    async def _say_interim(self, status: int, *, is_held: bool) -> None:
        head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n\r\n"
        self._wire().write(head.encode("latin-1"))
        if is_held:
            await self._until_gone()
        else:
            await self.drop()

    def _wire(self) -> Transport:
        if self._transport is None:
            raise ConnectionResetError("the sandbox cut the connection")
        return self._transport

    async def _until_gone(self) -> None:
        # The server takes a request that ends without an answer for a mistake of ours, unless it
        # has seen the connection close first.
        while (await self._receive())["type"] != "http.disconnect":
            pass


async def _read_body(receive: Receive) -> bytes | None:
    """Read a whole body; None when the line ended before it did, so that nothing was asked for."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _made_answer(action: Status | Html | Redirect | RateLimit, exchange: _Exchange) -> WireAnswer:
    path = exchange.scope["path"]
    match action:
        case Html():
            return WireAnswer(
                action.status, (("content-type", "text/html; charset=utf-8"),), action.page.encode()
            )
        case Redirect():
            return WireAnswer(action.status, (("location", action.location or path),), b"")
        case RateLimit():
            waits = () if action.retry_after is None else (("retry-after", action.retry_after),)
            body, content_type = exchange.error(429, "Too many requests.")
            return WireAnswer(429, (("content-type", content_type), *waits), body)
        case Status():
            return _status_answer(action, exchange)


def _status_answer(action: Status, exchange: _Exchange) -> WireAnswer:
    content_type = action.content_type
    if action.is_empty:
        body = b""
    elif action.body is None:
        body, made_type = exchange.error(action.status, "The sandbox was told to fail.")
        content_type = content_type or made_type
    elif isinstance(action.body, str):
        body = action.body.encode()
        content_type = content_type or "text/plain; charset=utf-8"
    else:
        body = json.dumps(action.body).encode()
        content_type = content_type or "application/json"
    headers = () if content_type is None else (("content-type", content_type),)
    return WireAnswer(action.status, (*headers, *action.headers.items()), body)


def _altered(answer: WireAnswer, wrong: WrongBody) -> WireAnswer:
    document = json.loads(answer.body)
    if not isinstance(document, dict):
        return answer
    for path, amount in wrong.add.items():
        place, key = _reach(document, path)
        place[key] = place.get(key, 0) + amount
    for path, value in wrong.put.items():
        place, key = _reach(document, path)
        place[key] = value
    for path in wrong.remove:
        place, key = _reach(document, path)
        place.pop(key, None)
    return replace(answer, body=json.dumps(document).encode())


def _reach(document: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    """Follow a dotted path through the objects that are there, to the last one and its key."""
    head, is_deeper, rest = path.partition(".")
    inner = document.get(head) if is_deeper else None
    return _reach(inner, rest) if isinstance(inner, dict) else (document, path)


def _is_untouched(path: str) -> bool:
    return path.startswith("/_sandbox") or path.endswith("/openapi.json")


def _sized(answer: WireAnswer) -> list[tuple[str, str]]:
    headers = [(k, v) for k, v in answer.headers if k.lower() != "content-length"]
    return [*headers, ("content-length", str(len(answer.body)))]


def _raw(answer: WireAnswer, *, is_close_delimited: bool = False) -> bytes:
    """Write a response as the bytes that go on the wire."""
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = ""
    headers = [("date", formatdate(usegmt=True)), *_sized(answer), ("connection", "close")]
    if is_close_delimited:
        headers = [(k, v) for k, v in headers if k != "content-length"]
    lines = [f"HTTP/1.1 {answer.status} {phrase}", *(f"{k}: {v}" for k, v in headers)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + answer.body
