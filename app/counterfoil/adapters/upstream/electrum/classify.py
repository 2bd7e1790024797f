"""What the answer to a request proves: the protocol's table for upstreams with advices, as data.

The rows are read from the top and the first that applies decides. Three results: an approval needs
a fully valid answer about just what was asked; a refusal needs proof that no money moved; all else
is unknown, and as a request is never sent twice, what is unknown is looked up or undone by a
reversal. The reversal's reason follows from the cause: TIMEOUT where no whole answer came
(``no_connection``, ``time_out``, ``cut_off``, ``interrupted``), else RESPONSE_NOT_FINAL.

Where the table is open, the reading that claims less was chosen:

- 401 to the request proves that it was not carried out: that is what the status means in HTTP. As a
  web page it proves nothing: what stands in the way may say so about the answer, once the request
  was carried out.
- 403 and 404 prove nothing: no operation that takes money lists them, so it is not known who said
  so, and firewalls say 403 about answers too. Bad credentials are also answered by 400 with
  AUTHENTICATION_ERROR, which is believed.
- A 400 that names trouble on the way to the provider, or says that nobody knows what became of the
  voucher, proves nothing: the same type with a 5xx would be undone, and that costs one advice.
- Every 5xx proves nothing, 501 and 503 as well, although one of their papers calls those final.
- A 400 without an error document proves nothing.
- An answer that does not say it is JSON is read only where it names the request's own id.
- Where an answer names several ids, all must be ours; an error may name none, an approval may not.
- An approval without an approved amount is for all that was asked: servers echo the request. It
  decides nothing where the whole value was asked for, because nobody said how much that was.
- An approved amount of zero contradicts itself, and one above what was asked is about something
  else.
- A look-up is believed when it answers 200 with the redemption, or 400 with an error that can only
  be the original one. Not found, not ours and not offered say nothing about a request that may
  still be on its way.
"""

from collections.abc import Callable
from http import HTTPStatus

from counterfoil.adapters.upstream.electrum.reading import (
    ACCEPTED,
    Question,
    Reading,
    currency_differs,
    is_same_id,
    read,
)
from counterfoil.adapters.upstream.electrum.reasons import (
    ABOUT_THE_VOUCHER,
    PROVE_NOTHING,
    find_reason,
)
from counterfoil.adapters.upstream.electrum.slips import read_reference
from counterfoil.adapters.upstream.exchange import Loss, Lost, NotConnected, Obstacle, Outcome
from counterfoil.declaring import dataclass
from counterfoil.domain.verdict import (
    Approved,
    Declined,
    DeclineReason,
    Unknown,
    UnknownCause,
    Verdict,
)

VERSION = 1
"""Their documents have no version; this counts as one that never changes."""

_NO_CREDENTIALS = (Obstacle.NO_KEY, Obstacle.KEY_REFUSED)
_REDIRECTS = range(300, 400)
_SERVER_ERRORS = range(500, 600)
_PROOF_OF_NOTHING = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: when it applies, and the verdict."""

    name: str
    applies: Callable[[Reading], bool]
    verdict: Callable[[Reading], Verdict]


def classify(outcome: Outcome, question: Question) -> Verdict:
    """Return what the outcome of one attempt proves; nothing is ever raised."""
    reading = read(outcome, question)
    return find_row(reading).verdict(reading)


def find_row(reading: Reading) -> Row:
    """Return the first row of the table that applies; the last one always does."""
    return next(row for row in ROWS if row.applies(reading))


def _is_obstacle(reading: Reading, *obstacles: Obstacle) -> bool:
    outcome = reading.outcome
    return isinstance(outcome, NotConnected) and outcome.why in (obstacles or Obstacle)


def _is_first(reading: Reading) -> bool:
    return reading.question.is_first and not reading.question.is_fetch


def _is_loss(reading: Reading, *losses: Loss) -> bool:
    return isinstance(reading.outcome, Lost) and reading.outcome.why in losses


def _is_still_processing(reading: Reading) -> bool:
    """Whether a look-up by id got no final answer: 102, nothing in time, or not yet 200."""
    if not reading.question.is_fetch:
        return reading.status == HTTPStatus.PROCESSING
    is_interim = reading.status in {HTTPStatus.PROCESSING, *ACCEPTED} - {HTTPStatus.OK}
    return is_interim or _is_loss(reading, Loss.TIME_OUT)


def _is_bad_request(reading: Reading) -> bool:
    return reading.status == HTTPStatus.BAD_REQUEST


def _is_error(reading: Reading) -> bool:
    return _is_bad_request(reading) and reading.error is not None


def _is_error_about_another(reading: Reading) -> bool:
    error = reading.error
    return (
        _is_bad_request(reading)
        and error is not None
        and not is_same_id(error.id, reading.question.id)
    )


def _has_error_type(reading: Reading, *types: str) -> bool:
    error = reading.error
    return _is_bad_request(reading) and error is not None and error.error_type in types


def _is_proven_refusal(reading: Reading) -> bool:
    if reading.question.is_fetch:
        return _has_error_type(reading, *ABOUT_THE_VOUCHER)
    return _is_error(reading) and reading.question.is_first


def _is_about_another(reading: Reading) -> bool:
    document = reading.document
    return document is not None and not is_same_id(document.id, reading.question.id)


def _is_another_currency(reading: Reading) -> bool:
    document = reading.document
    return document is not None and currency_differs(document.amounts, reading.question.currency)


def _is_another_request(reading: Reading) -> bool:
    amounts = reading.document.amounts if reading.document else None
    told = amounts.request_amount if amounts else None
    asked = reading.asked_cents
    return told is not None and asked is not None and told.amount != asked


def _approved_cents(reading: Reading) -> int | None:
    """Return what was taken; an answer that does not say so took what was asked for."""
    amounts = reading.document.amounts if reading.document else None
    told = amounts.approved_amount if amounts else None
    return told.amount if told is not None else reading.asked_cents


def _is_above(reading: Reading) -> bool:
    taken, asked = _approved_cents(reading), reading.asked_cents
    return taken is not None and asked is not None and taken > asked


def _is_below(reading: Reading) -> bool:
    taken, asked = _approved_cents(reading), reading.asked_cents
    return taken is not None and asked is not None and taken < asked


def _unknown(cause: UnknownCause) -> Callable[[Reading], Verdict]:
    def verdict(reading: Reading) -> Verdict:
        return Unknown(
            cause=cause,
            follow_up=reading.question.follow_up,
            retry_after_s=reading.retry_after_s,
            body=reading.kept_body,
            http_status=reading.status or None,
        )

    return verdict


def _declined(reason: DeclineReason) -> Callable[[Reading], Verdict]:
    def verdict(reading: Reading) -> Verdict:
        return Declined(reason=reason, body=reading.kept_body, http_status=reading.status or None)

    return verdict


def _refused(reading: Reading) -> Verdict:
    error = reading.error
    assert error is not None, "the row needs an error"
    return _declined(find_reason(error.error_type, error.prose))(reading)


def _approved(reading: Reading) -> Verdict:
    document, taken = reading.document, _approved_cents(reading)
    assert document is not None, "the row needs a document"
    assert taken, "an approval took something"
    return Approved(
        redeemed_cents=taken,
        upstream_id=reading.question.id,
        upstream_version=VERSION,
        upstream_reference=read_reference(document),
        body=reading.kept_body,
        http_status=reading.status,
    )


_mismatch = _unknown(UnknownCause.MISMATCH)
_unreadable = _unknown(UnknownCause.UNREADABLE)
_not_the_upstream = _unknown(UnknownCause.NOT_THE_UPSTREAM)

ROWS: tuple[Row, ...] = (
    # Nothing came back.
    Row(
        "no credentials for the request",
        lambda one: _is_obstacle(one, *_NO_CREDENTIALS) and _is_first(one),
        _declined(DeclineReason.NOT_AUTHORISED),
    ),
    Row(
        "no secure line for the request",
        lambda one: _is_obstacle(one, Obstacle.TLS) and _is_first(one),
        _declined(DeclineReason.NOT_SECURE),
    ),
    Row(
        "request not sent",
        lambda one: _is_obstacle(one) and _is_first(one),
        _declined(DeclineReason.NOT_SENT),
    ),
    Row("not connected later", _is_obstacle, _unknown(UnknownCause.NO_CONNECTION)),
    Row("still processing", _is_still_processing, _unknown(UnknownCause.NOT_FINAL)),
    Row("time-out", lambda one: _is_loss(one, Loss.TIME_OUT), _unknown(UnknownCause.TIME_OUT)),
    Row("too large", lambda one: _is_loss(one, Loss.TOO_LARGE), _unknown(UnknownCause.TOO_LARGE)),
    Row("compressed", lambda one: _is_loss(one, Loss.ENCODED), _unreadable),
    Row("cut off", lambda one: _is_loss(one, Loss.CUT_OFF), _unknown(UnknownCause.CUT_OFF)),
    # The status line alone decides.
    Row("redirected", lambda one: one.status in _REDIRECTS, _unknown(UnknownCause.REDIRECTED)),
    Row(
        "the network wants a login",
        lambda one: one.status == HTTPStatus.NETWORK_AUTHENTICATION_REQUIRED,
        _not_the_upstream,
    ),
    Row(
        "upstream error",
        lambda one: one.status in _SERVER_ERRORS,
        _unknown(UnknownCause.UPSTREAM_ERROR),
    ),
    Row(
        "rate limited",
        lambda one: one.status == HTTPStatus.TOO_MANY_REQUESTS,
        _unknown(UnknownCause.RATE_LIMITED),
    ),
    Row("conflict", lambda one: one.status == HTTPStatus.CONFLICT, _unknown(UnknownCause.CONFLICT)),
    Row(
        "a page about the request",
        lambda one: one.status == HTTPStatus.UNAUTHORIZED and _is_first(one) and one.is_page,
        _not_the_upstream,
    ),
    Row(
        "request not authorised",
        lambda one: one.status == HTTPStatus.UNAUTHORIZED and _is_first(one),
        _declined(DeclineReason.NOT_AUTHORISED),
    ),
    Row(
        "not authorised",
        lambda one: one.status == HTTPStatus.UNAUTHORIZED,
        _unknown(UnknownCause.NOT_AUTHORISED),
    ),
    Row(
        "not found or not ours",
        lambda one: one.status in _PROOF_OF_NOTHING,
        _unknown(UnknownCause.NO_NEWS),
    ),
    # An error is proof when it is about this request and says more than that something failed.
    Row("error about another request", _is_error_about_another, _mismatch),
    Row(
        "duplicate record",
        lambda one: _has_error_type(one, "DUPLICATE_RECORD"),
        _unknown(UnknownCause.CONFLICT),
    ),
    Row(
        "error that proves nothing",
        lambda one: _has_error_type(one, *PROVE_NOTHING),
        _unknown(UnknownCause.UPSTREAM_ERROR),
    ),
    Row("refused with proof", _is_proven_refusal, _refused),
    Row("refused without proof", _is_error, _unknown(UnknownCause.NO_NEWS)),
    Row("a page", lambda one: one.is_page, _not_the_upstream),
    Row("refused unreadably", _is_bad_request, _unreadable),
    Row("status not described", lambda one: one.status not in ACCEPTED, _unreadable),
    # What is left is an approval, if it is one, and about this request.
    Row("no transaction", lambda one: one.document is None, _unreadable),
    Row("another id", _is_about_another, _mismatch),
    Row("another currency", _is_another_currency, _mismatch),
    Row("another amount", _is_another_request, _mismatch),
    Row("amount not said", lambda one: _approved_cents(one) is None, _unreadable),
    Row("nothing approved", lambda one: not _approved_cents(one), _mismatch),
    Row("approved above what was asked", _is_above, _mismatch),
    Row("approved in part", _is_below, _approved),
    Row("approved", lambda _: True, _approved),
)
"""The table. Every row has a name, and a test for that name."""
