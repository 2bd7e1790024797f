"""Authentication: HTTP Basic, and tokens of OAuth2's password grant."""

import base64
import binascii
import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qs

from counterfoil_sandbox.clock import SandboxClock
from counterfoil_sandbox.faults import FaultBoard
from counterfoil_sandbox.suv.answers import Principal, SuvAnswer, letters
from counterfoil_sandbox.suv.errors import RefusalError

WRONG_PASSWORD = "wrong"
"""The one password, and the one client secret, that the sandbox refuses."""

_CREDENTIALS = ("username", "password", "client_id", "client_secret")


class Gate:
    """Checks credentials and issues tokens.

    Every password is accepted but one that is meant to fail.
    """

    def __init__(self, *, board: FaultBoard, clock: SandboxClock, chance: random.Random) -> None:
        """Let tokens live as long as the dial says, on the sandbox's clock."""
        self._board = board
        self._clock = clock
        self._chance = chance
        self._tokens: dict[str, tuple[str, datetime]] = {}

    def admit(self, authorization: str) -> Principal:
        """Return who sent a request.

        Raises RefusalError with 401 for missing, wrong or expired credentials.
        """
        scheme, _, value = authorization.partition(" ")
        if scheme.lower() == "bearer":
            user, expires_at = self._tokens.get(value.strip(), ("", self._clock.now()))
            if user and self._clock.now() < expires_at:
                return Principal(user, "", is_token=True)
        principal = read_basic(authorization)
        if principal is None or principal.password in ("", WRONG_PASSWORD) or not principal.user:
            raise RefusalError("AUTHENTICATION_ERROR", status=401)
        return principal

    def grant(self, body: bytes, authorization: str) -> SuvAnswer:
        """Answer a request for a token; its client may be named in the body or by Basic."""
        asked = {
            name: values[-1] for name, values in parse_qs(body.decode("utf-8", "replace")).items()
        }
        client = read_basic(authorization)
        if client is not None:
            asked |= {"client_id": client.user, "client_secret": client.password}
        refused = _refused_grant(asked)
        if refused is not None:
            return refused
        lifetime_s = self._board.dials.suv_token_lifetime_s
        token = letters(self._chance, 40)
        expires_at = self._clock.now() + timedelta(seconds=lifetime_s)
        self._tokens[token] = (asked["username"], expires_at)
        return SuvAnswer(
            status=200,
            document={
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": int(lifetime_s),
            },
        )


def read_basic(authorization: str) -> Principal | None:
    """Return the user name and password of a Basic header, if it is one."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(value.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    user, is_pair, password = text.partition(":")
    return Principal(user, password) if is_pair else None


def _refused_grant(asked: Mapping[str, str]) -> SuvAnswer | None:
    if asked.get("grant_type") != "password":
        error = "unsupported_grant_type" if "grant_type" in asked else "invalid_request"
        return SuvAnswer(status=400, document={"error": error})
    if any(not asked.get(name) for name in _CREDENTIALS):
        return SuvAnswer(status=400, document={"error": "invalid_request"})
    if asked["client_secret"] == WRONG_PASSWORD:
        return SuvAnswer(status=401, document={"error": "invalid_client"})
    if asked["password"] == WRONG_PASSWORD:
        return SuvAnswer(status=400, document={"error": "invalid_grant"})
    return None
