"""Lets only programs of this machine use the sandbox, and no web page.

It listens on this machine alone, but a browser on it carries out what any site wants: a page can
post a form to it, and a name that a site owns can be made to point here. So a request must name
this machine by one of its own names, and a request that a browser marks as from another site is
refused.
"""

import json
from collections.abc import Mapping
from typing import Final

from counterfoil_sandbox.problem import PROBLEM_TYPE, problem
from counterfoil_sandbox.wire import AsgiApp, Receive, Scope, Send

_OURS: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
_READING: Final = frozenset({"GET", "HEAD"})
_OF_NO_SITE: Final = frozenset({"none", "same-origin"})
"""What a browser says of an address that a person typed, and of the sandbox's own pages."""
_FORMS: Final = frozenset(
    {"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"}
)
"""What a page may send anywhere without asking first."""
_GRANT_TAIL: Final = "/oauth2/token"
"""The one endpoint that takes a form, as OAuth 2 has it; it needs the client's own password."""


class Door:
    """An ASGI application that passes on requests of this machine and refuses all others."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request, or refuse it with 403."""
        refusal = _refusal(scope) if scope["type"] == "http" else None
        if refusal is None:
            await self._app(scope, receive, send)
            return
        body = json.dumps(problem(403, refusal, scope["path"])).encode()
        headers = [(b"content-type", PROBLEM_TYPE.encode()), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 403, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _refusal(scope: Scope) -> str | None:
    """Say why a request is refused; None where it may pass."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    if _host_of(headers.get("host", "")) not in _OURS:
        return "The sandbox answers only to the names of this machine."
    if not _is_of_no_site(headers):
        return "The sandbox answers no web page."
    is_form = headers.get("content-type", "").partition(";")[0].strip().lower() in _FORMS
    is_write = scope["method"] not in _READING
    if is_write and is_form and not scope["path"].rstrip("/").endswith(_GRANT_TAIL):
        return "The sandbox takes no form."
    return None


def _host_of(header: str) -> str:
    """Return the name of a Host header without its port, in small letters."""
    name, colon, port = header.strip().lower().rpartition(":")
    return name if colon and port.isdigit() else header.strip().lower()


def _is_of_no_site(headers: Mapping[str, str]) -> bool:
    site = headers.get("sec-fetch-site", "none")
    origin = headers.get("origin")
    return site in _OF_NO_SITE and origin in {None, f"http://{headers.get('host', '')}"}
