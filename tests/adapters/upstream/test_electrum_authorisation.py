"""Who the till says it is: HTTP Basic, or a token that is fetched once and used until it ends."""

import asyncio
import base64
import json
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from counterfoil.adapters.upstream.electrum.authorisation import BasicAuthorisation, PasswordGrant
from counterfoil.adapters.upstream.electrum.gateway import ElectrumGateway, Offered
from counterfoil.adapters.upstream.exchange import Exchange, NotConnected
from counterfoil.domain.advice import Acknowledged, AdviceVerdict, NotAllowed, Repeat
from counterfoil.domain.causes.key import KeyProblem
from counterfoil.domain.failures import VaultUnavailableError
from counterfoil.domain.redemption import AttemptKind
from counterfoil.domain.secret import Secret
from counterfoil.domain.verdict import Approved, Declined, DeclineReason, Unknown, UnknownCause
from support.canary import CANARY_API_KEY, watch
from support.clocks import SteppedClock
from support.suv_bodies import (
    BASE_URL,
    DESCRIPTORS,
    PARTIES,
    a_redemption,
    advice,
    advice_echo,
    advice_error,
    request,
    transaction,
)

TOKEN_URL = "https://login.example.org/token"
TOKENS = [
    watch("TOKEN_ONE", "tkn-one-4Rf8sK2p"),
    watch("TOKEN_TWO", "tkn-two-9Lm3xQ7v"),
    watch("TOKEN_THREE", "tkn-three-5Bd1wZ6c"),
]
REQUEST = Secret(json.dumps(request()))
ADVICE = Secret(json.dumps(advice_echo()))
SECRETS = {
    "user": "till-7",
    "password": CANARY_API_KEY,
    "client_id": "corner shop",
    "client_secret": watch("CLIENT_SECRET", "s3cr3t:with%colon"),
}


class Server:
    """Gives tokens one after the other, and answers like the upstream to who shows the right one.

    ``accepted`` is the token that the upstream takes; None takes any.
    """

    def __init__(self, *answers: tuple[int, Any], token_answer: Any = None) -> None:
        self.answers = list(answers)
        self.token_answer = token_answer
        self.accepted: str | None = None
        self.token_requests: list[httpx.Request] = []
        self.token_forms: list[dict[str, list[str]]] = []
        self.shown: list[str] = []
        self.clock = SteppedClock()
        self.secrets = dict(SECRETS)

    async def answer(self, asked: httpx.Request) -> httpx.Response:
        """Answer one request."""
        if str(asked.url) == TOKEN_URL:
            return self._respond(*self._give_token(asked, (await asked.aread()).decode()))
        shown = asked.headers["authorization"].removeprefix("Bearer ")
        self.shown.append(shown)
        if self.accepted not in {None, shown}:
            return self._respond(401, advice_error("AUTHENTICATION_ERROR"))
        return self._respond(*(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]))

    def gateway(self) -> ElectrumGateway:
        """Build a gateway that fetches its token here."""
        exchange = Exchange(transport=httpx.MockTransport(self.answer))
        return ElectrumGateway(
            exchange,
            base_url=BASE_URL,
            authorisation=PasswordGrant(
                exchange, token_url=TOKEN_URL, read_secret=self._read, clock=self.clock
            ),
            parties=PARTIES,
            offered=Offered(descriptors=DESCRIPTORS),
            clock=self.clock,
        )

    def _read(self, name: str) -> Secret:
        if name not in self.secrets:
            raise VaultUnavailableError(KeyProblem.NO_KEY_HERE)
        return Secret(self.secrets[name])

    def _give_token(self, asked: httpx.Request, form: str) -> tuple[int, Any]:
        self.token_requests.append(asked)
        self.token_forms.append(parse_qs(form))
        if self.token_answer is not None:
            status, body = self.token_answer
            return status, body
        token = TOKENS[len(self.token_requests) - 1]
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": 600}

    def _respond(self, status: int, body: Any) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(content))


async def test_the_token_is_fetched_with_all_four_credentials() -> None:
    """The password grant, with the client's own credentials in the header."""
    server = Server((201, transaction()))
    verdict = await server.gateway().ask(a_redemption(), AttemptKind.SEND, REQUEST)
    assert isinstance(verdict, Approved)
    [asked], [form] = server.token_requests, server.token_forms
    assert form == {
        "grant_type": ["password"],
        "username": ["till-7"],
        "password": [CANARY_API_KEY],
    }
    pair = base64.b64decode(asked.headers["authorization"].removeprefix("Basic ")).decode()
    assert pair == "corner+shop:s3cr3t%3Awith%25colon"
    assert server.shown == [TOKENS[0]]


async def test_a_token_is_used_until_shortly_before_it_ends() -> None:
    """Then another one is fetched, before it could be refused."""
    server = Server((202, advice_echo()))
    gateway = server.gateway()
    for wait_s in (0, 569, 1, 0):
        await server.clock.advance(wait_s)
        assert isinstance(await gateway.advise(advice(), ADVICE), Acknowledged)
    assert server.shown == [TOKENS[0], TOKENS[0], TOKENS[1], TOKENS[1]]


async def test_requests_at_the_same_time_share_one_token() -> None:
    """Fetching one each would let the second end the first."""
    server = Server((202, advice_echo()))
    gateway = server.gateway()
    await asyncio.gather(*(gateway.advise(advice(), ADVICE) for _ in range(3)))
    assert len(server.token_requests) == 1


async def test_a_look_up_is_asked_again_with_a_new_token() -> None:
    """Once, because it moves no money and the old token may have ended early."""
    server = Server((200, transaction()))
    gateway = server.gateway()
    await gateway.ask(a_redemption(), AttemptKind.FETCH, REQUEST)
    server.accepted = TOKENS[1]
    verdict = await gateway.ask(a_redemption(), AttemptKind.FETCH, REQUEST)
    assert isinstance(verdict, Approved)
    assert server.shown == [TOKENS[0], TOKENS[0], TOKENS[1]]
    server.accepted = "none of them"
    again = await gateway.ask(a_redemption(), AttemptKind.FETCH, REQUEST)
    assert isinstance(again, Unknown)
    assert again.cause is UnknownCause.NOT_AUTHORISED
    assert len(server.token_requests) == 3


async def test_a_request_that_takes_money_is_not_sent_again_with_a_new_token() -> None:
    """One request is never sent twice; it is refused, and the next one shows a new token (N19)."""
    server = Server((201, transaction()))
    gateway = server.gateway()
    await gateway.ask(a_redemption(), AttemptKind.FETCH, REQUEST)
    server.accepted = TOKENS[1]
    server.shown.clear()
    verdict = await gateway.ask(a_redemption(), AttemptKind.SEND, REQUEST)
    assert isinstance(verdict, Declined)
    assert verdict.reason is DeclineReason.NOT_AUTHORISED
    assert server.shown == [TOKENS[0]]
    assert isinstance(await gateway.ask(a_redemption(), AttemptKind.SEND, REQUEST), Approved)
    assert server.shown == list(TOKENS[:2])


async def test_an_old_token_does_not_stop_the_queue_but_a_new_one_does() -> None:
    """Only a token that was just fetched and is refused needs a person."""
    server = Server((202, advice_echo()))
    gateway = server.gateway()
    assert isinstance(await gateway.advise(advice(), ADVICE), Acknowledged)
    server.accepted = "none of them"
    old = await gateway.advise(advice(), ADVICE)
    assert old == Repeat(UnknownCause.NOT_AUTHORISED, http_status=401)
    assert await gateway.advise(advice(), ADVICE) == NotAllowed(401)


@pytest.mark.parametrize(
    ("token_answer", "verdict"),
    [
        ((400, {"error": "invalid_grant"}), NotAllowed()),
        ((401, b""), Repeat(UnknownCause.NO_CONNECTION)),
        ((403, b"<html>"), Repeat(UnknownCause.NO_CONNECTION)),
    ],
    ids=["in their words", "without a body", "as a page"],
)
async def test_only_a_refusal_in_the_providers_words_stops_the_queue(
    token_answer: Any, verdict: AdviceVerdict
) -> None:
    """A login page in the place of the token says nothing about the till's credentials."""
    server = Server((202, advice_echo()), token_answer=token_answer)
    assert await server.gateway().advise(advice(), ADVICE) == verdict


@pytest.mark.parametrize("missing", list(SECRETS))
async def test_without_one_of_the_credentials_nothing_leaves(missing: str) -> None:
    """All four are needed."""
    server = Server((201, transaction()))
    del server.secrets[missing]
    verdict = await server.gateway().ask(a_redemption(), AttemptKind.SEND, REQUEST)
    assert isinstance(verdict, Declined)
    assert verdict.reason is DeclineReason.NOT_AUTHORISED
    assert (server.token_requests, server.shown) == ([], [])


@pytest.mark.parametrize(
    ("token_answer", "reason"),
    [
        ((400, {"error": "invalid_grant"}), DeclineReason.NOT_AUTHORISED),
        ((401, {"error": "invalid_client"}), DeclineReason.NOT_AUTHORISED),
        ((401, b""), DeclineReason.NOT_SENT),
        ((403, b"<html>"), DeclineReason.NOT_SENT),
        ((403, {"message": "Forbidden"}), DeclineReason.NOT_SENT),
        ((503, b""), DeclineReason.NOT_SENT),
        ((200, b"<html>"), DeclineReason.NOT_SENT),
        ((200, {"access_token": 7}), DeclineReason.NOT_SENT),
        ((200, {"access_token": "two words"}), DeclineReason.NOT_SENT),
        ((200, {"access_token": "x", "token_type": "mac"}), DeclineReason.NOT_SENT),
    ],
    ids=range(10),
)
async def test_without_a_token_the_request_provably_never_left(
    token_answer: Any, reason: DeclineReason
) -> None:
    """So the sale may be tried again at once; nothing needs to be reversed."""
    server = Server((201, transaction()), token_answer=token_answer)
    verdict = await server.gateway().ask(a_redemption(), AttemptKind.SEND, REQUEST)
    assert isinstance(verdict, Declined)
    assert verdict.reason is reason
    assert server.shown == []


@pytest.mark.parametrize(
    ("told", "lasts_s"),
    [("600", 570), (None, 270), (-5, 270), (True, 270), ("soon", 270), (10, 0)],
    ids=range(6),
)
async def test_a_token_that_does_not_say_how_long_it_lasts_is_used_for_a_while(
    told: Any, lasts_s: float
) -> None:
    """Some servers write the seconds as text."""
    document = {"access_token": TOKENS[0], "expires_in": told}
    server = Server((202, advice_echo()), token_answer=(200, document))
    gateway = server.gateway()
    await gateway.advise(advice(), ADVICE)
    if lasts_s:
        await server.clock.advance(lasts_s - 1)
        await gateway.advise(advice(), ADVICE)
        assert len(server.token_requests) == 1
        await server.clock.advance(1)
    await gateway.advise(advice(), ADVICE)
    assert len(server.token_requests) == 2


@pytest.mark.parametrize("user", ["a:b", "a\nb"])
async def test_a_name_that_a_header_cannot_carry_is_none(user: str) -> None:
    """A colon in the name would move the border between name and password."""
    secrets = {"user": user, "password": CANARY_API_KEY}
    shown = await BasicAuthorisation(lambda name: Secret(secrets[name]), "22222222").show()
    if ":" in user:
        assert isinstance(shown, NotConnected)
    else:
        assert not isinstance(shown, NotConnected)
        assert b"22222222:" in base64.b64decode(shown.header.removeprefix("Basic "))


async def test_what_is_shown_is_not_printed() -> None:
    """A pass in a log would be the key itself."""
    shown = await BasicAuthorisation(lambda _: Secret(CANARY_API_KEY), "22222222").show()
    assert not isinstance(shown, NotConnected)
    assert shown.header not in repr(shown)
