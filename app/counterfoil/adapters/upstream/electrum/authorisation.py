"""How the till authenticates itself: HTTP Basic, or a token fetched with a password (OAuth2).

The credentials are read once and kept in memory; they are read again after the upstream refused
them, or after a restart. Where no token could be fetched, the request itself was not sent, however
the exchange about the token ended.
"""

import asyncio
import base64
from collections.abc import Callable
from dataclasses import field
from typing import Any, Protocol
from urllib.parse import quote_plus, urlencode

from counterfoil.adapters.upstream.answers import SUCCESS, parse_json_body
from counterfoil.adapters.upstream.exchange import (
    Answered,
    Call,
    Exchange,
    Lost,
    NotConnected,
    Obstacle,
    Outcome,
)
from counterfoil.adapters.upstream.kept import Kept
from counterfoil.declaring import dataclass
from counterfoil.domain.failures import CounterfoilError
from counterfoil.domain.secret import Secret
from counterfoil.overriding import override
from counterfoil.ports.clock import Clock

USER = "user"
PASSWORD = "password"  # noqa: S105 - the name of a credential, not the credential
CLIENT_ID = "client_id"
CLIENT_SECRET = "client_secret"  # noqa: S105 - the name of a credential, not the credential

TOKEN_SECONDS_USUAL = 300.0
"""How long a token is used that does not say how long it lasts."""
_MARGIN_S = 30.0
_TOKEN_CHARACTERS_MAX = 8_192
_REFUSALS = frozenset({400, 401, 403})

ReadSecret = Callable[[str], Secret]
"""Reads one credential by its name; raises VaultUnavailableError where there is none."""


@dataclass(frozen=True, slots=True)
class Pass:
    """The ``Authorization`` header that authenticates one request.

    ``is_fresh`` says that it was not used before.
    """

    header: str = field(repr=False)
    is_fresh: bool = True


class Authorisation(Protocol):
    """One way to authenticate the till at the upstream."""

    async def show(self) -> Pass | NotConnected:
        """Return the header for the next request, or why the request cannot be sent."""
        ...

    def forget(self, shown: Pass) -> None:
        """Do not use this header again, as the upstream refused it."""
        ...


class BasicAuthorisation(Authorisation):
    """HTTP Basic. The user name is the client's id, unless the credentials have another."""

    def __init__(self, read_secret: ReadSecret, client_id: str) -> None:
        self._read_secret = read_secret
        self._client_id = client_id
        self._header = Kept(self._read_header)

    @override
    async def show(self) -> Pass | NotConnected:
        """Return the header of HTTP Basic."""
        header = await self._header.get()
        return NotConnected(Obstacle.NO_KEY) if header is None else Pass(header.reveal())

    @override
    def forget(self, shown: Pass) -> None:
        """Read the credentials again before the next request."""
        del shown
        self._header.forget()

    def _read_header(self) -> Secret | None:
        user = _read(self._read_secret, USER) or Secret(self._client_id)
        password = _read(self._read_secret, PASSWORD)
        if password is None or ":" in user.reveal():
            return None
        return Secret(_basic(user, password))


class PasswordGrant(Authorisation):
    """A bearer token, fetched with user name and password and used until shortly before it expires.

    The client's own credentials go into the header, which RFC 6749 asks every server to accept.
    """

    def __init__(
        self, exchange: Exchange, *, token_url: str, read_secret: ReadSecret, clock: Clock
    ) -> None:
        self._exchange = exchange
        self._token_url = token_url
        self._read_secret = read_secret
        self._request = Kept(self._call)
        self._clock = clock
        self._token: Secret | None = None
        self._ends_at_s = 0.0
        self._fetching = asyncio.Lock()

    @override
    async def show(self) -> Pass | NotConnected:
        """Return the header with the token.

        One is fetched when there is none that is still valid.
        """
        async with self._fetching:
            if self._token is not None and self._clock.now().monotonic_s < self._ends_at_s:
                return Pass(f"Bearer {self._token.reveal()}", is_fresh=False)
            call = await self._request.get()
            if call is None:
                return NotConnected(Obstacle.NO_KEY)
            return self._take(await self._exchange.make(call))

    @override
    def forget(self, shown: Pass) -> None:
        """Drop the token, unless another one was fetched since."""
        if self._token is not None and shown.header == f"Bearer {self._token.reveal()}":
            self._token = None

    def _call(self) -> Call | None:
        names = (USER, PASSWORD, CLIENT_ID, CLIENT_SECRET)
        found = {name: _read(self._read_secret, name) for name in names}
        user, password, client_id, client_secret = (found[name] for name in names)
        if user is None or password is None or client_id is None or client_secret is None:
            return None
        form = {
            "grant_type": "password",
            "username": user.reveal(),
            "password": password.reveal(),
        }
        return Call(
            method="POST",
            url=self._token_url,
            headers={
                "authorization": _basic(_quoted(client_id), _quoted(client_secret)),
                "accept": "application/json",
                "content-type": "application/x-www-form-urlencoded",
            },
            body=urlencode(form).encode(),
        )

    def _take(self, outcome: Outcome) -> Pass | NotConnected:
        """Keep the token that came, or say why the request cannot be sent."""
        match outcome:
            case NotConnected():
                return outcome
            case Lost():
                return NotConnected(Obstacle.TIME_OUT)
            case Answered():
                return self._take_answer(outcome)

    def _take_answer(self, answer: Answered) -> Pass | NotConnected:
        document = parse_json_body(answer)
        if _is_refusal(answer, document):
            self._request.forget()
            return NotConnected(Obstacle.KEY_REFUSED)
        token = _read_token(document or {}) if answer.status in SUCCESS else None
        if document is None or token is None:
            return NotConnected(Obstacle.REFUSED)
        self._token = token
        lasts_s = _read_seconds(document.get("expires_in"))
        self._ends_at_s = self._clock.now().monotonic_s + max(0.0, lasts_s - _MARGIN_S)
        return Pass(f"Bearer {token.reveal()}")


def _read(read_secret: ReadSecret, name: str) -> Secret | None:
    """Return one credential that can be sent, or None where there is none."""
    try:
        text = read_secret(name).reveal().strip()
    except CounterfoilError:
        return None
    return Secret(text) if text and text.isprintable() else None


def _basic(user: Secret, password: Secret) -> str:
    pair = f"{user.reveal()}:{password.reveal()}".encode()
    return f"Basic {base64.b64encode(pair).decode('ascii')}"


def _quoted(secret: Secret) -> Secret:
    """Write a client's credential as RFC 6749 wants it before it goes into the header."""
    return Secret(quote_plus(secret.reveal()))


def _is_refusal(answer: Answered, document: dict[str, Any] | None) -> bool:
    """Whether the credentials are refused as RFC 6749 wants it; a page on the way cannot say so."""
    is_told = document is not None and isinstance(document.get("error"), str)
    return is_told and answer.status in _REFUSALS


def _read_token(document: dict[str, Any]) -> Secret | None:
    token, kind = document.get("access_token"), document.get("token_type", "Bearer")
    is_token = isinstance(token, str) and 0 < len(token) <= _TOKEN_CHARACTERS_MAX
    is_bearer = isinstance(kind, str) and kind.casefold() == "bearer"
    if not isinstance(token, str) or not is_token or not is_bearer:
        return None
    is_sendable = token.isascii() and token.isprintable() and " " not in token
    return Secret(token) if is_sendable else None


def _read_seconds(value: Any) -> float:
    """Read how long a token lasts; what makes no sense is the usual time."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:9])
    return value if type(value) is int and value > 0 else TOKEN_SECONDS_USUAL
