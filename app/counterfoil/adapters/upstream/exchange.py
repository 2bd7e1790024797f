"""The guarded exchange: the one module that knows how bytes reach an upstream.

Rules it keeps, for every call:

- one deadline around the whole exchange, name look-up and slow bodies included;
- nothing is sent after the deadline, also where the machine slept while the connection opened:
  timers do not count such a sleep, and the request may be too old by then;
- a fresh HTTP/1.1 connection, closed afterwards: no keep-alive that may have died, no retries;
- https with the system's certificates, or plain http to this machine alone; no proxy and nothing
  else from the environment; no redirect is followed;
- at most ``BODY_BYTES_MAX`` bytes are read, as they came: a compressed answer is refused;
- a call that has begun is never cancelled. A caller that stops waiting leaves it running, and
  ``aclose`` waits for it.

The result is a value that says what is known. ``NotConnected`` is proof that no byte of the request
left; everything that is neither that nor a whole answer is ``Lost``.
"""

import asyncio
import ipaddress
import logging
import socket
import ssl
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import field, replace
from datetime import datetime
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Any

from counterfoil import __version__
from counterfoil.declaring import dataclass
from counterfoil.domain.failures import CounterfoilError
from counterfoil.domain.pacing import grown_s
from counterfoil.ports.clock import Clock

if TYPE_CHECKING:
    import httpx

BODY_BYTES_MAX = 256 * 1024
"""No answer of a voucher upstream is larger than this."""
DEADLINE_S = 60.0
"""How many seconds one call may take, from opening the connection to the end of the answer.

The slowest sample of the upstreams takes 18 seconds.
"""
CONNECT_TIMEOUT_S = 5.0

_CAUSES_MAX = 10
_HEADERS_KEPT = ("content-type", "date", "idempotent-replayed", "retry-after")
_NAME = f"Counterfoil/{__version__}"
_SENDING_STARTED = "http11.send_request_headers.started"
_TLS_STARTED = "connection.start_tls.started"
_CONNECT_STARTED = "connection.connect_tcp.started"
_LOADED_EARLY = (
    *("httpx", "httpcore", "h11", "anyio.streams.tls", "anyio._backends._asyncio"),
    "cryptography.x509",
)
"""What a first call would load while the window waits for the same thread."""

_NEVER_LOADED = ("httpx._main", "sniffio")
"""Modules that nobody here needs. The first is the library's own command line, which loads three
more libraries. Each lock of a connection looks for the second, to ask which kind of loop runs."""

_log = logging.getLogger("counterfoil.http")


class Obstacle(StrEnum):
    """Why no connection was opened."""

    DNS = "dns"
    REFUSED = "refused"
    """Refused, no route, or reset while connecting."""
    TLS = "tls"
    """The certificate or the handshake is not acceptable."""
    TIME_OUT = "time_out"
    INSECURE = "insecure"
    """The address is not https and not this machine, or is no address at all."""
    NO_KEY = "no_key"
    """There is no API key to show, so nothing was tried."""
    KEY_REFUSED = "key_refused"
    """Who gives out tokens refused the till's credentials in words of its own."""
    LOCAL = "local"
    """The till itself could not make the call, for want of a file or of memory for example."""


class Loss(StrEnum):
    """How an exchange ended that got no whole answer, though its request may have arrived."""

    TIME_OUT = "time_out"
    CUT_OFF = "cut_off"
    TOO_LARGE = "too_large"
    ENCODED = "encoded"
    """The answer is compressed although it was asked not to be."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A whole answer, as it came.

    ``headers`` has lower-case names, and only those the till reads.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    at: datetime | None = None
    """When it came by the till's own clock, where it has one."""
    certificate_until: datetime | None = None
    """The last moment of the certificate that was shown, where the line had one."""

    @property
    def content_type(self) -> str:
        """The media type in lower case, without its parameters; empty when not said."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class NotConnected:
    """Proof that no byte of the request left the till."""

    why: Obstacle


@dataclass(frozen=True, slots=True)
class Lost:
    """No whole answer, and the request may have arrived.

    ``status`` is the HTTP status when an answer had begun.
    """

    why: Loss
    status: int | None = None


Outcome = Answered | NotConnected | Lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request.

    ``body`` is sent unchanged; None sends none. The address may hold a voucher's code.
    """

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)


class _Progress:
    """How far a call came, by the transport. ``is_too_late`` says that it must not be sent."""

    def __init__(self, is_too_late: Callable[[], bool]) -> None:
        self._is_too_late = is_too_late
        self.is_handed_over = False
        """Whether a stand-in for the network has it, which does not tell how far it came."""
        self.is_connecting = False
        self.is_securing = False
        self.may_have_left = False
        self.status: int | None = None

    async def note(self, event: str, details: Mapping[str, Any]) -> None:
        """Hear of one step of the transport.

        Raises:
            TimeoutError: the next step would send what is too late.

        """
        del details
        if event == _SENDING_STARTED and self._is_too_late():
            raise TimeoutError("the machine slept while the line opened")
        self.is_connecting = self.is_connecting or event == _CONNECT_STARTED
        self.is_securing = self.is_securing or event == _TLS_STARTED
        self.may_have_left = self.may_have_left or event == _SENDING_STARTED


class Exchange:
    """Makes guarded calls. Creating one costs nothing; ``warm_up`` loads what a call needs.

    Without a ``clock`` it does not notice when the machine sleeps. ``transport`` and ``make_tls``
    are for tests: the first replaces the network, the second the certificates that are trusted.
    """

    def __init__(
        self,
        *,
        deadline_s: float = DEADLINE_S,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
        make_tls: Callable[[], ssl.SSLContext] | None = None,
        transport: "httpx.AsyncBaseTransport | None" = None,
        clock: Clock | None = None,
    ) -> None:
        self._clock = clock
        self._deadline_s = deadline_s
        self._connect_timeout_s = connect_timeout_s
        self._make_tls = make_tls or _trust_the_system
        self._transport = transport
        self._tls: ssl.SSLContext | None = None
        self._under_way: set[asyncio.Task[Outcome]] = set()

    async def warm_up(self) -> None:
        """Load the client library and the certificates in a thread, once."""
        if self._tls is None:
            self._tls = await asyncio.to_thread(self._load)

    async def make_prepared(self, prepare: Callable[[], Awaitable[Call | NotConnected]]) -> Outcome:
        """Prepare a call and make it.

        A failure to prepare it gives NotConnected: no byte was sent.
        """
        try:
            call = await prepare()
        except CounterfoilError:
            return NotConnected(Obstacle.LOCAL)
        except Exception as error:  # noqa: BLE001 - whatever failed, no byte of the request has left
            _log.warning("call not prepared", extra={"failure": type(error).__name__})
            return NotConnected(Obstacle.LOCAL)
        return call if isinstance(call, NotConnected) else await self.make(call)

    async def make(self, call: Call) -> Outcome:
        """Make one call and return how it ended; only a cancellation of the caller is raised.

        After a cancellation the call still goes on to its own end.
        """
        # The call owns itself: it outlives whoever asked for it, and aclose waits for it.
        task = asyncio.get_running_loop().create_task(self._run(call), name="guarded exchange")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    async def aclose(self) -> None:
        """Wait until every call under way has ended."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    def _load(self) -> ssl.SSLContext:
        # None is how Python is told that a module is not there; the library does without it.
        for name in _NEVER_LOADED:
            sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # typeshed knows no None
        for name in _LOADED_EARLY:
            with suppress(ImportError):  # a part that moved is then loaded by the first call
                import_module(name)
        for name in ("httpx", "httpcore"):  # they log headers, and with them the key
            logging.getLogger(name).setLevel(logging.WARNING)
        return self._make_tls()

    async def _run(self, call: Call) -> Outcome:
        started_s = asyncio.get_running_loop().time()
        progress = _Progress(self._begin_to_age())
        outcome = await self._prepare(call) or await self._guard(call, progress)
        took_ms = round(1000 * (asyncio.get_running_loop().time() - started_s))
        _log.info("exchange ended", extra=_facts(call, outcome) | {"took_ms": took_ms})
        return outcome

    def _begin_to_age(self) -> Callable[[], bool]:
        """Return what says whether a call that begins now has become too old to be sent."""
        clock = self._clock
        if clock is None:
            return bool
        begun = clock.now()
        return lambda: grown_s(0.0, begun, clock.now()) > self._deadline_s

    async def _prepare(self, call: Call) -> NotConnected | None:
        """Load what is needed and look at the address; tell why the call cannot be tried."""
        try:
            await self.warm_up()
        except Exception as error:  # noqa: BLE001 - a till that cannot make a call must say so
            _log.warning("certificates not loaded", extra={"failure": type(error).__name__})
            return NotConnected(Obstacle.TLS)
        return None if is_acceptable_url(call.url) else NotConnected(Obstacle.INSECURE)

    async def _guard(self, call: Call, progress: _Progress) -> Outcome:
        import httpx

        try:
            async with asyncio.timeout(self._deadline_s):
                return await self._exchange(call, progress)
        except (TimeoutError, httpx.TimeoutException) as error:
            return _read_timeout(error, progress)
        except Exception as error:  # noqa: BLE001 - whatever fails here, money may have moved
            return _read_failure(error, progress)

    async def _exchange(self, call: Call, progress: _Progress) -> Outcome:
        import httpx

        assert self._tls is not None
        transport = self._transport or httpx.AsyncHTTPTransport(
            verify=self._tls,
            trust_env=False,
            http1=True,
            http2=False,
            retries=0,
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=0),
        )
        timeout = httpx.Timeout(
            connect=self._connect_timeout_s,
            read=self._deadline_s,
            write=self._deadline_s,
            pool=self._connect_timeout_s,
        )
        headers = {"accept-encoding": "identity", "connection": "close", "user-agent": _NAME}
        headers |= call.headers
        async with httpx.AsyncClient(
            transport=transport, trust_env=False, follow_redirects=False, timeout=timeout
        ) as client:
            request = client.build_request(
                call.method,
                call.url,
                headers=headers,
                content=call.body,
                extensions={"trace": progress.note},
            )
            progress.is_handed_over = self._transport is not None
            async with _Stream(client, request) as response:
                progress.status = response.status_code
                until = _certificate_until(response)
                outcome = await _read_answer(response)
        if isinstance(outcome, Answered):
            outcome = replace(outcome, certificate_until=until)
        return self._dated(outcome)

    def _dated(self, outcome: Outcome) -> Outcome:
        """Note when an answer came, which counts where it has no date of its own."""
        if self._clock is None or not isinstance(outcome, Answered):
            return outcome
        return replace(outcome, at=self._clock.now().wall)


class _Stream:
    """Sends a request and closes its answer, whatever happens in between."""

    def __init__(self, client: "httpx.AsyncClient", request: "httpx.Request") -> None:
        self._client = client
        self._request = request
        self._response: httpx.Response | None = None

    async def __aenter__(self) -> "httpx.Response":
        self._response = await self._client.send(self._request, stream=True)
        return self._response

    async def __aexit__(self, *_: object) -> None:
        assert self._response is not None
        await self._response.aclose()


def is_acceptable_url(url: str) -> bool:
    """Whether an address is safe for payments: https, or plain http to this machine."""
    import httpx

    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError, ValueError):
        return False
    if not parsed.host or parsed.userinfo:
        return False
    return parsed.scheme == "https" or (parsed.scheme == "http" and _is_loopback(parsed.host))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _trust_the_system() -> ssl.SSLContext:
    """Trust what the machine trusts, so that a shop's own certificate authority works."""
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


async def _read_answer(response: "httpx.Response") -> Outcome:
    status = response.status_code
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"", "identity"}:
        return Lost(Loss.ENCODED, status)
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > BODY_BYTES_MAX:
            return Lost(Loss.TOO_LARGE, status)
    headers = {name: response.headers[name] for name in _HEADERS_KEPT if name in response.headers}
    return Answered(status, headers, bytes(body))


def _certificate_until(response: "httpx.Response") -> datetime | None:
    """Return when the certificate of a line ends; None where it has none, or none to be read."""
    stream = response.extensions.get("network_stream")
    secured = None if stream is None else stream.get_extra_info("ssl_object")
    shown = None if secured is None else secured.getpeercert(binary_form=True)
    if not shown:
        return None
    from cryptography.x509 import load_der_x509_certificate

    try:
        return load_der_x509_certificate(shown).not_valid_after_utc
    except Exception:  # noqa: BLE001 - who trusts it sells with it, and the answer comes after it
        return None


def _read_timeout(error: Exception, progress: _Progress) -> Outcome:
    """Tell a line that did not open in time from an answer that did not come in time."""
    import httpx

    if _is_still_here(progress, error, httpx.ConnectTimeout, httpx.PoolTimeout):
        return NotConnected(Obstacle.TIME_OUT)
    return Lost(Loss.TIME_OUT, progress.status)


def _read_failure(error: Exception, progress: _Progress) -> Outcome:
    """Say what is known after a failure; only one before the first byte proves something."""
    import httpx

    if not _is_still_here(progress, error, httpx.ConnectError):
        if not isinstance(error, httpx.HTTPError):
            _log.warning("exchange failed oddly", extra={"failure": type(error).__name__})
        return Lost(Loss.CUT_OFF, progress.status)
    if _was_caused_by(error, socket.gaierror):
        return NotConnected(Obstacle.DNS)
    if progress.is_securing or _was_caused_by(error, ssl.SSLError):
        return NotConnected(Obstacle.TLS)
    is_line = progress.is_connecting or isinstance(error, httpx.ConnectError)
    return NotConnected(Obstacle.REFUSED if is_line else Obstacle.LOCAL)


def _is_still_here(progress: _Progress, error: Exception, *in_connecting: type[Exception]) -> bool:
    """Whether no byte has left: the network tells when it begins to connect and to send."""
    is_before = not progress.is_handed_over or progress.is_connecting
    return not progress.may_have_left and (is_before or isinstance(error, in_connecting))


def _was_caused_by(error: BaseException | None, kind: type[BaseException]) -> bool:
    for _ in range(_CAUSES_MAX):
        if error is None:
            return False
        if isinstance(error, kind):
            return True
        error = error.__cause__ or error.__context__
    return False


def _facts(call: Call, outcome: Outcome) -> dict[str, object]:
    """Say in fields what became of a call; no address, header or body among them."""
    match outcome:
        case Answered():
            return {"method": call.method, "outcome": "answered", "http_status": outcome.status}
        case NotConnected():
            return {"method": call.method, "outcome": "not_connected", "cause": outcome.why.value}
        case Lost():
            return {"method": call.method, "outcome": "lost", "cause": outcome.why.value}
