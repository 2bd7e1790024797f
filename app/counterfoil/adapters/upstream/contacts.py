"""What each exchange tells about the line to a provider, for both gateways."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from counterfoil.adapters.upstream.answers import read_date
from counterfoil.adapters.upstream.exchange import Answered, NotConnected, Obstacle, Outcome
from counterfoil.adapters.upstream.troubles import unusable
from counterfoil.domain.contact import Contact, LineState
from counterfoil.domain.failures import (
    CounterfoilError,
    GatewayFailedError,
    GatewayPageError,
    GatewayUnauthorisedError,
)

_OBSTACLES: Mapping[Obstacle, LineState] = {
    Obstacle.DNS: LineState.NO_LINE,
    Obstacle.REFUSED: LineState.NO_LINE,
    Obstacle.TIME_OUT: LineState.NO_LINE,
    Obstacle.TLS: LineState.NOT_TRUSTED,
    Obstacle.INSECURE: LineState.NOT_SENT,
    Obstacle.LOCAL: LineState.NOT_SENT,
    Obstacle.NO_KEY: LineState.NO_KEY,
    Obstacle.KEY_REFUSED: LineState.KEY_REFUSED,
}
_TROUBLES: Mapping[type[CounterfoilError], LineState] = {
    GatewayFailedError: LineState.FAILS,
    GatewayPageError: LineState.WEB_PAGE,
    GatewayUnauthorisedError: LineState.KEY_REFUSED,
}
"""What is none of these is an answer, whatever it says of the voucher."""


def contact_after(before: Contact, outcome: Outcome) -> Contact:
    """Return what is known of a line once one more call has ended.

    Whatever sent a web page is not the provider, so neither its clock nor its certificate counts.
    """
    if isinstance(outcome, NotConnected):
        return replace(before, line=_OBSTACLES[outcome.why])
    if not isinstance(outcome, Answered):
        return replace(before, line=LineState.NO_ANSWER)
    line = _TROUBLES.get(type(unusable(outcome)), LineState.ANSWERS)
    if line is LineState.WEB_PAGE:
        return replace(before, line=line)
    return Contact(
        line=line,
        answered_at=outcome.at,
        ahead_s=_ahead_s(outcome.at, read_date(outcome.headers.get("date", ""))),
        certificate_until=outcome.certificate_until,
    )


def _ahead_s(ours: datetime | None, theirs: datetime | None) -> float | None:
    if ours is None or theirs is None:
        return None
    return (ours - theirs).total_seconds()
