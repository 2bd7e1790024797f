"""What the answer to an advice means: the protocol's table, as data.

The rows are read from the top and the first that applies decides. An advice is repeated until an
answer settles it, and nothing settles it that could come from anybody but the upstream:

- An acknowledgement names the advice or its request, and no other; an empty 2xx is none.
- A 404 counts with an error document or with no body at all. A web page, or the JSON of some other
  server on the way, does not: a reversal that is taken for done is never sent again.
- A 400 that is neither an acknowledgement nor a contradiction is final, but says nothing that the
  till could act on: the advice is suspended, shown to a person and still tried.
- The credentials are refused by an error document with 401 or 403, or by AUTHENTICATION_ERROR with
  400, as the vendor's own server answers. The queue then waits for a person, so nothing less is
  taken for a refusal: a 401 or 403 as a page, in other words or in none may come from a proxy or a
  login portal, perhaps about an advice that arrived, and the queue goes on by its schedule. Without
  credentials of its own nothing leaves, and it goes on as well, in case they come.
- An error may leave its id out; one that names another message is not believed.
- VOUCHER_NOT_REDEEMED to a confirmation (of a refund VOUCHER_NOT_REFUNDED) is how the vendor's own
  server answers a confirmation that it has had before. It is final, and says only that nothing
  waits for the confirmation: whether an earlier attempt may have arrived decides what that means.
- Only what is said of refunds settles the advice to a refund: that its redemption was confirmed is
  no news about it.
"""

from collections.abc import Callable
from dataclasses import field
from http import HTTPStatus

from counterfoil.adapters.upstream.answers import parse_json_body, read_retry_after
from counterfoil.adapters.upstream.electrum import wire
from counterfoil.adapters.upstream.electrum.reading import ACCEPTED, attempt, is_page, is_same_id
from counterfoil.adapters.upstream.exchange import (
    Answered,
    Loss,
    Lost,
    NotConnected,
    Obstacle,
    Outcome,
)
from counterfoil.declaring import dataclass
from counterfoil.domain.advice import (
    Acknowledged,
    Advice,
    AdviceKind,
    AdviceVerdict,
    Contradicted,
    NotAllowed,
    NotKnownThere,
    NotWaiting,
    Repeat,
    Unreadable,
)
from counterfoil.domain.verdict import UnknownCause

_REDIRECTS = range(300, 400)
_SERVER_ERRORS = range(500, 600)
_NOT_TAKEN = frozenset(
    {
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.NOT_IMPLEMENTED,
    }
)
_ALREADY = {
    AdviceKind.CONFIRMATION: "_ALREADY_CONFIRMED",
    AdviceKind.REVERSAL: "_ALREADY_REVERSED",
}
_ABOUT_REFUNDS = "REFUND_"
_NOT_WAITING = {False: "VOUCHER_NOT_REDEEMED", True: "VOUCHER_NOT_REFUNDED"}
"""By whether it is about a refund."""
_PASSING = ("GENERAL_ERROR", "UPSTREAM_UNAVAILABLE", "ROUTING_ERROR")


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceReading:
    """The outcome of one attempt to deliver an advice, parsed once for all rows of the table."""

    outcome: Outcome = field(repr=False)
    advice: Advice
    request_id: str
    status: int = 0
    """The HTTP status; 0 where there is no whole answer."""
    is_page: bool = False
    is_empty: bool = False
    document: wire.AdviceDocument | None = field(default=None, repr=False)
    error: wire.ErrorDocument | None = field(default=None, repr=False)

    @property
    def error_type(self) -> str:
        """The type that the error document names; empty where there is no such document."""
        return self.error.error_type if self.error else ""


@dataclass(frozen=True, slots=True)
class AdviceRow:
    """One row of the table: when it applies, and what the answer then means."""

    name: str
    applies: Callable[[AdviceReading], bool]
    verdict: Callable[[AdviceReading], AdviceVerdict]


def classify_advice(outcome: Outcome, advice: Advice, request_id: str) -> AdviceVerdict:
    """Return what the outcome of one attempt means for the advice; nothing is ever raised."""
    reading = read_advice_outcome(outcome, advice, request_id)
    return find_advice_row(reading).verdict(reading)


def find_advice_row(reading: AdviceReading) -> AdviceRow:
    """Return the first row of the table that applies; the last one always does."""
    return next(row for row in ADVICE_ROWS if row.applies(reading))


def read_advice_outcome(outcome: Outcome, advice: Advice, request_id: str) -> AdviceReading:
    """Parse the outcome of an attempt to deliver an advice: its status and its body."""
    if not isinstance(outcome, Answered):
        return AdviceReading(outcome=outcome, advice=advice, request_id=request_id)
    raw = parse_json_body(outcome)
    return AdviceReading(
        outcome=outcome,
        advice=advice,
        request_id=request_id,
        status=outcome.status,
        is_page=is_page(outcome),
        is_empty=not outcome.body.strip(),
        document=attempt(wire.read_advice, raw) if outcome.status in ACCEPTED else None,
        error=attempt(wire.read_error, raw),
    )


def _is_obstacle(reading: AdviceReading, *obstacles: Obstacle) -> bool:
    outcome = reading.outcome
    return isinstance(outcome, NotConnected) and outcome.why in (obstacles or Obstacle)


def _is_loss(reading: AdviceReading, loss: Loss) -> bool:
    return isinstance(reading.outcome, Lost) and reading.outcome.why is loss


def _is_about_another(reading: AdviceReading) -> bool:
    if reading.document is not None:
        is_advice = is_same_id(reading.document.id, reading.advice.id)
        return not (is_advice and is_same_id(reading.document.request_id, reading.request_id))
    error = reading.error
    if error is None:
        return False
    ours = (reading.advice.id, reading.request_id)
    is_ours = all(
        any(is_same_id(told, one) for one in ours) for told in (error.id, error.original_id)
    )
    return not is_ours


def _is_bad(reading: AdviceReading, *types: str) -> bool:
    return reading.status == HTTPStatus.BAD_REQUEST and reading.error_type in types


def _is_already(reading: AdviceReading, ending: str) -> bool:
    is_about_a_refund = reading.error_type.startswith(_ABOUT_REFUNDS)
    is_told = reading.error_type.endswith(ending) and is_about_a_refund == reading.advice.is_refund
    return reading.status == HTTPStatus.BAD_REQUEST and is_told


def _is_done_before(reading: AdviceReading) -> bool:
    ending = _ALREADY[reading.advice.kind]
    return _is_bad(reading, "DUPLICATE_RECORD") or _is_already(reading, ending)


def _is_opposite(reading: AdviceReading) -> bool:
    return any(_is_already(reading, ending) for ending in _ALREADY.values())


def _is_not_known(reading: AdviceReading) -> bool:
    if _is_bad(reading, "UNABLE_TO_LOCATE_RECORD"):
        return True
    is_told = reading.error is not None or reading.is_empty
    return reading.status == HTTPStatus.NOT_FOUND and is_told


def _is_not_waiting(reading: AdviceReading) -> bool:
    is_confirmation = reading.advice.kind is AdviceKind.CONFIRMATION
    return is_confirmation and _is_bad(reading, _NOT_WAITING[reading.advice.is_refund])


def _is_not_allowed(reading: AdviceReading) -> bool:
    is_status = reading.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
    return (is_status and reading.error is not None) or _is_bad(reading, "AUTHENTICATION_ERROR")


def _repeat(cause: UnknownCause) -> Callable[[AdviceReading], AdviceVerdict]:
    def verdict(reading: AdviceReading) -> AdviceVerdict:
        outcome = reading.outcome
        wish_s = read_retry_after(outcome) if isinstance(outcome, Answered) else None
        return Repeat(cause, wish_s, reading.status or None)

    return verdict


def _acknowledged(reading: AdviceReading) -> AdviceVerdict:
    return Acknowledged(reading.status)


def _contradicted(reading: AdviceReading) -> AdviceVerdict:
    return Contradicted(reading.status)


def _not_known(reading: AdviceReading) -> AdviceVerdict:
    return NotKnownThere(reading.status)


def _not_waiting(reading: AdviceReading) -> AdviceVerdict:
    return NotWaiting(reading.status)


def _unreadable(reading: AdviceReading) -> AdviceVerdict:
    return Unreadable(reading.status)


def _not_allowed(reading: AdviceReading) -> AdviceVerdict:
    return NotAllowed(reading.status or None)


ADVICE_ROWS: tuple[AdviceRow, ...] = (
    # Nothing came back.
    AdviceRow(
        "no credentials",
        lambda one: _is_obstacle(one, Obstacle.NO_KEY),
        _repeat(UnknownCause.NOT_AUTHORISED),
    ),
    AdviceRow("no token", lambda one: _is_obstacle(one, Obstacle.KEY_REFUSED), _not_allowed),
    AdviceRow("not connected", _is_obstacle, _repeat(UnknownCause.NO_CONNECTION)),
    AdviceRow("time-out", lambda one: _is_loss(one, Loss.TIME_OUT), _repeat(UnknownCause.TIME_OUT)),
    AdviceRow(
        "too large", lambda one: _is_loss(one, Loss.TOO_LARGE), _repeat(UnknownCause.TOO_LARGE)
    ),
    AdviceRow(
        "compressed", lambda one: _is_loss(one, Loss.ENCODED), _repeat(UnknownCause.UNREADABLE)
    ),
    AdviceRow("cut off", lambda one: _is_loss(one, Loss.CUT_OFF), _repeat(UnknownCause.CUT_OFF)),
    # The status line alone decides.
    AdviceRow("redirected", lambda one: one.status in _REDIRECTS, _repeat(UnknownCause.REDIRECTED)),
    AdviceRow(
        "the network wants a login",
        lambda one: one.status == HTTPStatus.NETWORK_AUTHENTICATION_REQUIRED,
        _repeat(UnknownCause.NOT_THE_UPSTREAM),
    ),
    AdviceRow("not taken at all", lambda one: one.status in _NOT_TAKEN, _unreadable),
    AdviceRow(
        "upstream error",
        lambda one: one.status in _SERVER_ERRORS,
        _repeat(UnknownCause.UPSTREAM_ERROR),
    ),
    AdviceRow(
        "rate limited",
        lambda one: one.status == HTTPStatus.TOO_MANY_REQUESTS,
        _repeat(UnknownCause.RATE_LIMITED),
    ),
    # What is left must be the upstream's own word about this advice.
    AdviceRow("a page", lambda one: one.is_page, _repeat(UnknownCause.NOT_THE_UPSTREAM)),
    AdviceRow("about another", _is_about_another, _repeat(UnknownCause.MISMATCH)),
    AdviceRow("not allowed", _is_not_allowed, _not_allowed),
    AdviceRow("acknowledged", lambda one: one.document is not None, _acknowledged),
    AdviceRow("done before", _is_done_before, _acknowledged),
    AdviceRow("the opposite was done", _is_opposite, _contradicted),
    AdviceRow("not known there", _is_not_known, _not_known),
    AdviceRow("nothing waits for it there", _is_not_waiting, _not_waiting),
    AdviceRow(
        "passing trouble",
        lambda one: _is_bad(one, *_PASSING),
        _repeat(UnknownCause.UPSTREAM_ERROR),
    ),
    AdviceRow(
        "cannot be read there", lambda one: one.status == HTTPStatus.BAD_REQUEST, _unreadable
    ),
    AdviceRow("anything else", lambda _: True, _repeat(UnknownCause.UNREADABLE)),
)
"""The table. Every row has a name, and a test for that name."""
