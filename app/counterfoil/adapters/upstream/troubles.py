"""Turns an unusable answer to a question that moves no money into one of the till's failures."""

from http import HTTPStatus

from counterfoil.adapters.upstream.answers import looks_like_a_page
from counterfoil.adapters.upstream.exchange import Answered, Outcome
from counterfoil.domain.failures import (
    GatewayFailedError,
    GatewayPageError,
    GatewayUnauthorisedError,
    GatewayUnavailableError,
    GatewayUnreadableError,
)

_SERVER_ERRORS = range(500, 600)
_UNAUTHORISED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_LOGIN = HTTPStatus.NETWORK_AUTHENTICATION_REQUIRED
_REDIRECTS = range(300, 400)


def unusable(outcome: Outcome) -> GatewayUnavailableError:
    """Return the failure that stands for an unusable outcome.

    A web page is never taken for a refusal of the key: it comes from something on the way, such as
    a login page, which knows nothing of the key.
    """
    if not isinstance(outcome, Answered):
        return GatewayUnavailableError(outcome.why)
    status = outcome.status
    if status == _LOGIN or status in _REDIRECTS:
        return GatewayPageError(status)
    if status in _SERVER_ERRORS or status == HTTPStatus.TOO_MANY_REQUESTS:
        return GatewayFailedError(status)
    if looks_like_a_page(outcome):
        return GatewayPageError(status)
    if status in _UNAUTHORISED:
        return GatewayUnauthorisedError(status)
    return GatewayUnreadableError(status)
