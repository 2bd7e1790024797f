"""The guarded exchange against raw sockets that misbehave in every way a network can."""

import asyncio
import logging
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Never

import httpx
import pytest
import trustme
from cryptography import x509
from typing_extensions import override

from counterfoil.adapters.settings.till_settings import (
    API_KEY_VARIABLE,
    TillSettings,
    UpstreamSettings,
)
from counterfoil.adapters.upstream.exchange import (
    BODY_BYTES_MAX,
    Answered,
    Call,
    Exchange,
    Loss,
    Lost,
    NotConnected,
    Obstacle,
    is_acceptable_url,
)
from counterfoil.domain.failures import GatewayUnavailableError
from counterfoil.domain.till import TillProfile
from counterfoil.domain.time import Instant
from counterfoil.upstreams import open_gateways
from support.canary import CANARY_API_KEY, CANARY_PIN
from support.clocks import SteppedClock
from support.log_witness import ExpectLog

Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

BODY = b'{"id":"rdm_1","status":"confirmed"}'
ANSWER = (
    b"HTTP/1.1 201 Created\r\ncontent-type: application/json; charset=utf-8\r\n"
    b"content-length: %d\r\nidempotent-replayed: true\r\nset-cookie: a=b\r\n\r\n%s"
) % (len(BODY), BODY)


@asynccontextmanager
async def served(talk: Conversation, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Serve one conversation per connection on this machine, and tell its address."""
    talking: set[asyncio.Task[None]] = set()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talking.add(task)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await talk(reader, writer)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        talking.discard(task)

    server = await asyncio.start_server(converse, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    scheme, host = ("https", "localhost") if tls else ("http", "127.0.0.1")
    try:
        yield f"{scheme}://{host}:{port}/collect/redemptions"
    finally:
        server.close()
        while talking:
            await asyncio.wait(talking)


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """Read one request, head and body."""
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return head + await reader.readexactly(int(line.partition(b":")[2]))
    return head


def saying(answer: bytes) -> Conversation:
    """Answer every request with these bytes and hang up."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(answer)
        await writer.drain()

    return talk


def a_call(url: str, body: bytes | None = b'{"pin":"x"}') -> Call:
    """Build a call that carries secrets, as real ones do."""
    return Call(
        method="POST" if body is not None else "GET",
        url=url,
        headers={"authorization": f"Bearer {CANARY_API_KEY}", "idempotency-key": "k-1"},
        body=body,
    )


def impatient() -> Exchange:
    """Build an exchange that does not wait for long."""
    return Exchange(deadline_s=0.4, connect_timeout_s=0.1)


async def test_a_whole_answer_comes_back_as_it_was_sent() -> None:
    """Status, body and the few headers that matter; cookies and the like are dropped."""
    async with served(saying(ANSWER)) as url:
        outcome = await Exchange().make(a_call(url))
    assert isinstance(outcome, Answered)
    assert (outcome.status, outcome.body) == (201, BODY)
    assert outcome.content_type == "application/json"
    assert outcome.headers["idempotent-replayed"] == "true"
    assert "set-cookie" not in outcome.headers
    assert "confirmed" not in repr(outcome)


async def test_a_second_call_looks_for_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each lock of a connection did, through every folder of Python, for one that is not there."""
    sought: list[str] = []

    class Finder(MetaPathFinder):
        @override
        def find_spec(self, fullname: str, path: object, target: object = None) -> None:
            sought.append(fullname)

    async with served(saying(ANSWER)) as url:
        exchange = Exchange()
        await exchange.make(a_call(url))
        monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])
        await exchange.make(a_call(url))
    assert sought == []


@pytest.mark.fault("X14")
def test_a_call_tells_nothing_but_its_method() -> None:
    """The address of a look-up holds the voucher's code."""
    call = Call(method="GET", url=f"https://x.example/vouchers?code={CANARY_PIN}", headers={})
    assert repr(call) == "Call(method='GET')"


async def test_the_request_asks_for_plain_bytes_on_a_connection_of_its_own() -> None:
    """The body goes out byte for byte, and no answer may be compressed or kept alive."""
    seen: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await read_request(reader))
        writer.write(ANSWER)
        await writer.drain()

    async with served(talk) as url:
        exchange = Exchange()
        for _ in range(2):
            await exchange.make(a_call(url, b'{"exact":  "bytes"}'))
    assert len(seen) == 2
    head, _, body = seen[0].partition(b"\r\n\r\n")
    assert body == b'{"exact":  "bytes"}'
    for line in (b"accept-encoding: identity", b"connection: close", b"idempotency-key: k-1"):
        assert line in head.lower()
    assert b"httpx" not in head


@pytest.mark.parametrize("cut", range(0, len(ANSWER), 7))
async def test_an_answer_cut_anywhere_is_lost(cut: int) -> None:
    """N5: whatever was missing, the request may have taken money."""
    async with served(saying(ANSWER[:cut])) as url:
        outcome = await Exchange().make(a_call(url))
    assert isinstance(outcome, Lost)
    assert outcome.why is Loss.CUT_OFF


@pytest.mark.parametrize("taken", [0, 1, 40, 400])
async def test_a_request_cut_anywhere_is_lost(taken: int) -> None:
    """N3: bytes may have arrived, so it is not proof that nothing left."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if taken:
            await reader.read(taken)
        writer.transport.abort()

    async with served(talk) as url:
        outcome = await Exchange().make(a_call(url, b"x" * 2_000_000))
    assert isinstance(outcome, Lost)
    assert outcome.why is Loss.CUT_OFF


async def test_a_close_delimited_body_is_whatever_came() -> None:
    """N6: without a length a cut cannot be seen here; the schema must refuse it."""
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n"
    async with served(saying(head + BODY[:10])) as url:
        outcome = await Exchange().make(a_call(url))
    assert isinstance(outcome, Answered)
    assert outcome.body == BODY[:10]


async def test_a_server_that_hangs_is_given_up_at_the_deadline() -> None:
    """N8: after the deadline the outcome is lost, not declined."""
    never = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await read_request(reader)
        await never.wait()

    async with served(talk) as url:
        outcome = await impatient().make(a_call(url))
        never.set()
    assert outcome == Lost(Loss.TIME_OUT)


async def test_a_body_that_drips_is_given_up_at_the_deadline() -> None:
    """N7: one byte now and then does not keep the till waiting beyond its one deadline."""
    done = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
        while not done.is_set():
            writer.write(b"x")
            await writer.drain()
            await asyncio.wait([asyncio.ensure_future(done.wait())], timeout=0.05)  # noqa: TID251

    async with served(talk) as url:
        outcome = await impatient().make(a_call(url))
        done.set()
    assert outcome == Lost(Loss.TIME_OUT, 200)


async def test_a_line_that_does_not_open_in_time_sent_nothing() -> None:
    """N1: a handshake that never ends is proof that the request stayed here."""
    never = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader, writer
        await never.wait()

    async with served(talk) as url:
        secure = url.replace("http://", "https://")
        outcome = await impatient().make(a_call(secure))
        never.set()
    assert outcome == NotConnected(Obstacle.TIME_OUT)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([], Lost(Loss.TIME_OUT)),
        (["connection.connect_tcp.started"], NotConnected(Obstacle.TIME_OUT)),
        (
            ["connection.connect_tcp.started", "http11.send_request_headers.started"],
            Lost(Loss.TIME_OUT),
        ),
    ],
)
async def test_the_deadline_asks_how_far_the_call_came(
    steps: list[str], expected: NotConnected | Lost
) -> None:
    """The one deadline proves something only when it ends in the connect phase."""
    exchange = Exchange(deadline_s=0.05, transport=_Stuck(steps))
    assert await exchange.make(a_call("https://x.example/")) == expected


async def test_a_refused_connection_sent_nothing() -> None:
    """N1: nobody listens there."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        outcome = await Exchange().make(a_call(f"http://127.0.0.1:{port}/"))
    assert outcome == NotConnected(Obstacle.REFUSED)


async def test_a_name_nobody_knows_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """N1: no address was found for the upstream's name."""

    async def unknown(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    outcome = await Exchange().make(a_call("https://upstream.invalid/"))
    assert outcome == NotConnected(Obstacle.DNS)


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate"])
async def test_a_compressed_answer_is_refused_unread(encoding: str) -> None:
    """N22: a bomb is not unpacked, because nothing is."""
    answer = (
        f"HTTP/1.1 200 OK\r\ncontent-encoding: {encoding}\r\ncontent-length: 3\r\n\r\nabc"
    ).encode()
    async with served(saying(answer)) as url:
        outcome = await Exchange().make(a_call(url))
    assert outcome == Lost(Loss.ENCODED, 200)


async def test_an_answer_over_the_limit_is_not_read_to_its_end() -> None:
    """N22: the till stops reading; the upstream can send what it likes."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2000000000\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()

    async with served(talk) as url:
        outcome = await Exchange().make(a_call(url))
    assert outcome == Lost(Loss.TOO_LARGE, 200)


async def test_an_answer_of_just_the_limit_is_read() -> None:
    """The limit is the last size that is taken."""
    body = b"x" * BODY_BYTES_MAX
    answer = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)
    async with served(saying(answer)) as url:
        outcome = await Exchange().make(a_call(url))
    assert isinstance(outcome, Answered)
    assert len(outcome.body) == BODY_BYTES_MAX


async def test_headers_without_end_are_given_up() -> None:
    """N22: a flood of headers is a broken answer."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"x-filler: " + b"y" * 8_000 + b"\r\n")
            await writer.drain()

    async with served(talk) as url:
        outcome = await Exchange().make(a_call(url))
    assert isinstance(outcome, Lost)
    assert outcome.why is Loss.CUT_OFF


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_told_and_not_followed(status: int) -> None:
    """N14: the request goes to no other place."""
    seen: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await read_request(reader))
        head = f"HTTP/1.1 {status} Moved\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n"
        writer.write(head.encode())
        await writer.drain()

    async with served(talk) as url:
        outcome = await Exchange().make(a_call(url))
    assert isinstance(outcome, Answered)
    assert outcome.status == status
    assert len(seen) == 1


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """N23: what sets an environment variable does not get to see the voucher."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with served(saying(ANSWER)) as url:
        assert isinstance(await Exchange().make(a_call(url)), Answered)


@pytest.mark.parametrize(
    ("url", "is_acceptable"),
    [
        ("https://api.example.org/x", True),
        ("http://127.0.0.1:80/", True),
        ("http://[::1]:80/", True),
        ("http://localhost:80/", True),
        ("http://api.example.org/", False),
        ("http://127.0.0.1.example.org/", False),
        ("https://user:secret@api.example.org/", False),
        ("ftp://127.0.0.1/", False),
        ("file:///etc/passwd", False),
        ("/collect", False),
        ("https://", False),
        ("https://a:b:c/", False),
    ],
)
def test_only_https_or_this_machine_is_asked(url: str, is_acceptable: bool) -> None:
    """A plain address elsewhere, credentials in an address and other schemes are refused."""
    assert is_acceptable_url(url) is is_acceptable


async def test_an_insecure_address_is_never_tried() -> None:
    """Nothing left, and the reason says why."""
    outcome = await Exchange().make(a_call("http://api.example.org/collect"))
    assert outcome == NotConnected(Obstacle.INSECURE)


def server_tls(
    authority: trustme.CA, name: str, not_after: datetime | None = None
) -> ssl.SSLContext:
    """Give a server a certificate for this name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, not_after=not_after).configure_cert(context)
    return context


def trusting(authority: trustme.CA) -> Callable[[], ssl.SSLContext]:
    """Build what trusts this authority alone."""

    def make() -> ssl.SSLContext:
        context = ssl.create_default_context()
        authority.configure_trust(context)
        return context

    return make


class _Slept(SteppedClock):
    """The machine sleeps for a day as soon as a call has begun."""

    @override
    def now(self) -> Instant:
        """Read both clocks, and fall asleep."""
        read = super().now()
        self._wall += self.wall_by
        self._monotonic_s += self.monotonic_by_s
        return read

    def __init__(self, wall_by: timedelta, monotonic_by_s: float) -> None:
        super().__init__()
        self.wall_by, self.monotonic_by_s = wall_by, monotonic_by_s


@pytest.mark.fault("P11")
@pytest.mark.parametrize("is_secure", [False, True])
@pytest.mark.parametrize(
    ("wall_by", "monotonic_by_s"),
    [(timedelta(days=1), 0.0), (timedelta(0), 86_400.0), (timedelta(days=1), 86_400.0)],
)
async def test_a_call_that_slept_before_it_was_sent_is_not_sent(
    is_secure: bool, wall_by: timedelta, monotonic_by_s: float
) -> None:
    """P11: a key may be too old by the time the machine wakes, whichever clock tells of it."""
    authority = trustme.CA()
    came: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del writer
        came.append(await reader.read())

    tls = server_tls(authority, "localhost") if is_secure else None
    clock = _Slept(wall_by, monotonic_by_s)
    async with served(talk, tls) as url:
        exchange = Exchange(make_tls=trusting(authority), clock=clock)
        outcome = await exchange.make(a_call(url))
    assert outcome == NotConnected(Obstacle.TIME_OUT)
    assert not any(came)


@pytest.mark.fault("P11")
async def test_the_till_sees_that_its_machine_slept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P11: the exchanges of an open till are made by the till's own clock."""
    monkeypatch.setenv(API_KEY_VARIABLE, CANARY_API_KEY)
    async with served(saying(ANSWER)) as url, AsyncExitStack() as opened:
        settings = TillSettings(
            profile=TillProfile(), upstream=UpstreamSettings(base_url=url.rpartition("/collect")[0])
        )
        clock = _Slept(timedelta(days=1), 86_400.0)
        gateways = open_gateways(opened, settings, clock, None, tmp_path, has_moment=True)
        with pytest.raises(GatewayUnavailableError, match="time_out"):
            await gateways["moment"].fetch_types()


async def test_a_clock_that_is_set_back_stops_no_call() -> None:
    """A wall clock that goes back tells of no sleep."""
    async with served(saying(ANSWER)) as url:
        outcome = await Exchange(clock=_Slept(timedelta(days=-1), 0.0)).make(a_call(url))
    assert isinstance(outcome, Answered)


async def test_a_trusted_certificate_is_accepted() -> None:
    """The same exchange works over TLS."""
    authority = trustme.CA()
    async with served(saying(ANSWER), server_tls(authority, "localhost")) as url:
        outcome = await Exchange(make_tls=trusting(authority)).make(a_call(url))
    assert isinstance(outcome, Answered)


async def test_a_certificate_that_cannot_be_read_costs_no_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The system trusts it, and its answer may be that money was taken."""

    def refuse(_: bytes) -> Never:
        raise x509.InvalidVersion("it is none", 5)

    monkeypatch.setattr(x509, "load_der_x509_certificate", refuse)
    authority = trustme.CA()
    async with served(saying(ANSWER), server_tls(authority, "localhost")) as url:
        outcome = await Exchange(make_tls=trusting(authority)).make(a_call(url))
    assert isinstance(outcome, Answered)
    assert outcome.certificate_until is None


async def test_the_last_day_of_a_certificate_comes_with_the_answer() -> None:
    """Whoever looks after the till sees it before it ends; a line without one has none."""
    authority, until = trustme.CA(), datetime(2126, 12, 24, 10, 0, tzinfo=UTC)
    async with served(saying(ANSWER), server_tls(authority, "localhost", until)) as url:
        outcome = await Exchange(make_tls=trusting(authority)).make(a_call(url))
    assert isinstance(outcome, Answered)
    assert outcome.certificate_until == until
    async with served(saying(ANSWER)) as url:
        outcome = await Exchange().make(a_call(url))
    assert isinstance(outcome, Answered)
    assert outcome.certificate_until is None


async def test_a_certificate_nobody_vouches_for_sent_nothing() -> None:
    """N2: the system's own trust, as the till ships it, refuses an unknown authority."""
    async with served(saying(ANSWER), server_tls(trustme.CA(), "localhost")) as url:
        outcome = await Exchange().make(a_call(url))
    assert outcome == NotConnected(Obstacle.TLS)


async def test_a_certificate_for_another_host_sent_nothing() -> None:
    """N2: the right authority for the wrong name."""
    authority = trustme.CA()
    async with served(saying(ANSWER), server_tls(authority, "other.example.org")) as url:
        outcome = await Exchange(make_tls=trusting(authority)).make(a_call(url))
    assert outcome == NotConnected(Obstacle.TLS)


async def test_an_expired_certificate_sent_nothing() -> None:
    """N2: a certificate of last year."""
    authority = trustme.CA()
    context = server_tls(authority, "localhost", not_after=datetime(2020, 1, 1, tzinfo=UTC))
    async with served(saying(ANSWER), context) as url:
        outcome = await Exchange(make_tls=trusting(authority)).make(a_call(url))
    assert outcome == NotConnected(Obstacle.TLS)


async def test_plain_bytes_where_tls_is_expected_sent_nothing() -> None:
    """N2: a captive portal on the TLS port."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()

    async with served(talk) as url:
        outcome = await Exchange().make(a_call(url.replace("http://", "https://")))
    assert outcome == NotConnected(Obstacle.TLS)


async def test_certificates_that_do_not_load_are_said(expect_log: ExpectLog) -> None:
    """A till without usable certificates sends nothing and does not fall over."""

    def broken() -> ssl.SSLContext:
        raise ssl.SSLError("no certificates")

    expect_log("counterfoil.http", "certificates not loaded")
    outcome = await Exchange(make_tls=broken).make(a_call("https://api.example.org/"))
    assert outcome == NotConnected(Obstacle.TLS)


class _Raising(httpx.AsyncBaseTransport):
    """A transport that fails in one way."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise self._error


class _Stuck(httpx.AsyncBaseTransport):
    """A transport that comes so far and no further."""

    def __init__(self, steps: list[str]) -> None:
        self._steps = steps

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        for step in self._steps:
            await request.extensions["trace"](step, {})
        await asyncio.Event().wait()
        raise AssertionError


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (httpx.ConnectError("x"), NotConnected(Obstacle.REFUSED)),
        (httpx.ConnectTimeout("x"), NotConnected(Obstacle.TIME_OUT)),
        (httpx.PoolTimeout("x"), NotConnected(Obstacle.TIME_OUT)),
        (httpx.ReadTimeout("x"), Lost(Loss.TIME_OUT)),
        (httpx.WriteTimeout("x"), Lost(Loss.TIME_OUT)),
        (httpx.WriteError("x"), Lost(Loss.CUT_OFF)),
        (httpx.ReadError("x"), Lost(Loss.CUT_OFF)),
        (httpx.RemoteProtocolError("x"), Lost(Loss.CUT_OFF)),
        (httpx.LocalProtocolError("x"), Lost(Loss.CUT_OFF)),
    ],
)
async def test_each_failure_of_the_transport_says_what_it_proves(
    error: Exception, expected: NotConnected | Lost
) -> None:
    """Only failures of the connect phase are proof; all others may have moved money."""
    assert await Exchange(transport=_Raising(error)).make(a_call("https://x.example/")) == expected


async def test_a_failure_nobody_expected_is_lost_and_logged(expect_log: ExpectLog) -> None:
    """A bug below is no proof of anything."""
    expect_log("counterfoil.http", "exchange failed oddly")
    exchange = Exchange(transport=_Raising(RuntimeError(CANARY_PIN)))
    assert await exchange.make(a_call("https://x.example/")) == Lost(Loss.CUT_OFF)


@pytest.mark.fault("P9")
async def test_who_stops_waiting_does_not_stop_the_call() -> None:
    """P9: the answer of a cancelled caller still arrives, and closing waits for it."""
    answer_now, has_answered = asyncio.Event(), asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        asked.set()
        await answer_now.wait()
        writer.write(ANSWER)
        await writer.drain()
        has_answered.set()

    asked = asyncio.Event()
    async with served(talk) as url:
        exchange = Exchange()
        async with asyncio.TaskGroup() as group:
            caller = group.create_task(exchange.make(a_call(url)))
            await asked.wait()
            caller.cancel()
            await asyncio.wait([caller])
            assert caller.cancelled()
            closing = group.create_task(exchange.aclose())
            await asyncio.sleep(0)
            assert not closing.done()
            answer_now.set()
            await closing
    assert has_answered.is_set()


async def test_neither_key_nor_body_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Even when everything is logged, the client library stays silent and ours names no secret."""
    caplog.set_level(logging.DEBUG)
    async with served(saying(ANSWER)) as url:
        await Exchange().make(a_call(url, CANARY_PIN.encode()))
    assert "exchange ended" in caplog.text
    records = [record for record in caplog.records if record.name.startswith("http")]
    assert records == []
