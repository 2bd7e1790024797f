"""What an answer proves: the protocol's table for upstreams with an idempotency key, as data.

The rows are read from the top and the first that applies decides. Three results: an approval needs
a fully valid answer about just what was asked; a refusal needs proof that no money moved; all else
is unknown. Where the table is open, the reading that claims less was chosen:

- A 429 that is replayed is a stored answer like a stored 5xx: repeating the request cannot help.
  A replayed 409 stays a conflict, which the till counts anyway.
- 401, 403 and 404 decline only the first attempt, replayed or not: afterwards a changed key or
  address could be what is refused, and not the redemption. As a web page they decline nothing: what
  stands in the way may say so about the answer, once the redemption was carried out.
- A refusal whose problem names another status than the answer itself is not believed.
- ``confirmed`` with nothing redeemed, with something reversed, and ``failed`` with something
  redeemed contradict themselves: a person looks.
- Words count in either case: ``CONFIRMED`` says no less than ``confirmed``.
- A 2xx that does not say it is JSON is believed only where it repeats our own reference, or the id
  that was asked for: nobody else knows them. A refusal repeats neither, so it must say it is JSON.
- An amount written as text or with a fraction could be rand: ``"19"`` is believed of nothing. It
  is cents where it is exactly what was asked; any other is asked about again, by id.
- Without ``redeemed_amount``, which is optional, a confirmed redemption of our own exact amount
  took all of it, unless a step of it names another amount. For the whole value nothing is known.
- Without ``currency`` the amount that was asked is repeated, and it was asked in ours; of the whole
  value nothing says what it is counted in. Without ``version`` only staleness cannot be seen, and
  ``confirmed`` never goes back.
- A JSON refusal in another shape than a problem's is proof where its words name a reason, or where
  it is replayed: the upstream kept it as its answer. In words that say nothing anybody could have
  written it, so the same request is made again, and its replay decides. 410 is read like these.
- A question by id that is not offered, by 405 or 501, says nothing of the redemption: the same
  request asks instead.
- Whether ``amount`` is given for a whole-value redemption is not published: it is not compared.
- ``reserved_amount`` is given even for failed redemptions and proves nothing.
- An odd change voucher never spoils an approval: money was taken, and the whole answer is kept.
- An id is learned from an answer that is readable and matches in all it says; from one that is
  not readable only when it repeats our own reference.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from counterfoil.adapters.upstream.exchange import Loss, Lost, NotConnected, Obstacle, Outcome
from counterfoil.adapters.upstream.moment.change import read_change, read_upstream_reference
from counterfoil.adapters.upstream.moment.reading import (
    Question,
    Reading,
    amount_differs,
    amount_is_open,
    currency_differs,
    id_differs,
    read,
    read_prose,
    reference_differs,
    type_differs,
)
from counterfoil.adapters.upstream.moment.wire import RedemptionDocument
from counterfoil.adapters.upstream.reasons import (
    find_reason,
    find_reason_of_voucher,
    names_a_reason,
)
from counterfoil.declaring import dataclass
from counterfoil.domain.verdict import (
    Approved,
    Declined,
    DeclineReason,
    FollowUp,
    Unknown,
    UnknownCause,
    Verdict,
)

_REDIRECTS = range(300, 400)
_SERVER_ERRORS = range(500, 600)
_PROOF_STATUSES = frozenset({400, 402, 410, 422})
_NOT_OFFERED = frozenset({HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED})
_KEY_STATUSES = frozenset({401, 403, 404})


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


def _in_document(
    differs: Callable[[RedemptionDocument, Question], bool],
) -> Callable[[Reading], bool]:
    def applies(reading: Reading) -> bool:
        return reading.document is not None and differs(reading.document, reading.question)

    return applies


def _is_obstacle(reading: Reading, *obstacles: Obstacle) -> bool:
    outcome = reading.outcome
    return isinstance(outcome, NotConnected) and outcome.why in (obstacles or Obstacle)


def _is_loss(reading: Reading, *losses: Loss) -> bool:
    return isinstance(reading.outcome, Lost) and reading.outcome.why in losses


def _is_stored_error(reading: Reading) -> bool:
    is_error = reading.status in (*_SERVER_ERRORS, HTTPStatus.TOO_MANY_REQUESTS)
    return is_error and reading.is_replayed and not reading.question.is_fetch


def _is_proven_refusal(reading: Reading) -> bool:
    is_about_this = reading.question.is_first or _is_stored(reading)
    return reading.status in _PROOF_STATUSES and reading.problem is not None and is_about_this


def _is_refusal_in_other_words(reading: Reading) -> bool:
    if reading.status not in _PROOF_STATUSES or reading.refusal is None:
        return False
    return _is_stored(reading) or (reading.question.is_first and names_a_reason(reading.refusal))


def _is_stored(reading: Reading) -> bool:
    """Whether the upstream itself kept this answer to our request, and says it once more."""
    return reading.is_replayed and not reading.question.is_fetch


def _is_stale(reading: Reading) -> bool:
    version = reading.document.version if reading.document else None
    return version is not None and version < reading.question.upstream_version


def _redeemed(reading: Reading) -> int | None:
    """Return what was taken: as the answer says, or else all that was asked for."""
    document = reading.document
    if document is None or document.redeemed_amount is not None or document.word != "confirmed":
        return document.redeemed_amount if document else None
    return reading.asked_cents if document.amount == reading.asked_cents else None


def _is_redeemed_open(reading: Reading) -> bool:
    """Whether the amount taken is not written as cents, and not just what was asked."""
    document = reading.document
    is_loose = document is not None and "redeemed_amount" in document.loose
    return is_loose and _redeemed(reading) != reading.asked_cents


def _has_other_operation(reading: Reading) -> bool:
    """Whether an answer that does not tell what was taken has a step of another amount."""
    document = reading.document
    if document is None or document.redeemed_amount is not None:
        return False
    listed = document.operations if isinstance(document.operations, list) else []
    steps = [one for one in listed if isinstance(one, Mapping) and one.get("type") == "confirm"]
    return any(one.get("amount") not in {None, reading.asked_cents} for one in steps)


def _is_reversed(reading: Reading) -> bool:
    return reading.document is not None and bool(reading.document.reversed_amount)


def _is_incomplete(reading: Reading) -> bool:
    document = reading.document
    assert document is not None, "the rows before this one need a document"
    if reading.asked_cents is None:
        return None in {document.currency, document.redeemed_amount}
    return None in {document.amount, _redeemed(reading)}


def _is_above(reading: Reading) -> bool:
    return reading.asked_cents is not None and (_redeemed(reading) or 0) > reading.asked_cents


def _is_below(reading: Reading) -> bool:
    return reading.asked_cents is not None and (_redeemed(reading) or 0) < reading.asked_cents


def _unknown(
    cause: UnknownCause, follow_up: FollowUp | None = None, *, asks_by_id: bool = False
) -> Callable[[Reading], Verdict]:
    """Build the verdict of a row that proves nothing.

    What a question by id could not answer is asked by id again. ``asks_by_id`` prefers that for
    other questions as well, where an id is known.
    """

    def verdict(reading: Reading) -> Verdict:
        is_by_id = reading.question.is_fetch or (asks_by_id and reading.our_id is not None)
        return Unknown(
            cause=cause,
            follow_up=follow_up or (FollowUp.FETCH if is_by_id else FollowUp.RESEND),
            upstream_id=reading.our_id,
            upstream_version=reading.document.version if reading.document and asks_by_id else None,
            retry_after_s=reading.retry_after_s,
            body=reading.kept_body,
            http_status=reading.status or None,
        )

    return verdict


def _stored_error(reading: Reading) -> Verdict:
    follow_up = FollowUp.PERSON if reading.our_id is None else FollowUp.FETCH
    return _unknown(UnknownCause.STORED_ERROR, follow_up)(reading)


def _declined(reason: DeclineReason) -> Callable[[Reading], Verdict]:
    def verdict(reading: Reading) -> Verdict:
        body, status = reading.kept_body, reading.status or None
        return Declined(reason=reason, body=body, http_status=status)

    return verdict


def _refused(reading: Reading) -> Verdict:
    otherwise = (
        DeclineReason.BAD_REQUEST
        if reading.status == HTTPStatus.BAD_REQUEST
        else DeclineReason.REFUSED
    )
    return _declined(find_reason(_prose(reading), otherwise))(reading)


def _not_found(reading: Reading) -> Verdict:
    """Tell a voucher that is not known from an address that is none, by the words."""
    otherwise = DeclineReason.NOT_AUTHORISED
    return _declined(find_reason_of_voucher(_prose(reading), otherwise))(reading)


def _prose(reading: Reading) -> str:
    problem = reading.problem
    told = (problem.title, problem.detail, problem.type) if problem else (reading.refusal,)
    return " ".join(filter(None, told))


def _failed(reading: Reading) -> Verdict:
    document = reading.document
    assert document is not None, "the row needs a document"
    return Declined(
        reason=find_reason(read_prose(document.last_error), DeclineReason.REFUSED),
        upstream_id=document.id,
        body=reading.kept_body,
        http_status=reading.status,
    )


def _approved(reading: Reading) -> Verdict:
    document = reading.document
    assert document is not None, "the row needs a document"
    taken = _redeemed(reading)
    assert taken, "an approval took something"
    return Approved(
        redeemed_cents=taken,
        upstream_id=document.id,
        upstream_version=document.version or max(1, reading.question.upstream_version),
        upstream_reference=read_upstream_reference(document.provider_reference),
        change=read_change(document.change_voucher, reading.question.change_manner),
        body=reading.kept_body,
        http_status=reading.status,
    )


_mismatch = _unknown(UnknownCause.MISMATCH, FollowUp.PERSON)
_unreadable = _unknown(UnknownCause.UNREADABLE, asks_by_id=True)
_not_the_upstream = _unknown(UnknownCause.NOT_THE_UPSTREAM)

ROWS: tuple[Row, ...] = (
    # Nothing came back.
    Row(
        "no key on the first attempt",
        lambda one: _is_obstacle(one, Obstacle.NO_KEY) and one.question.is_first,
        _declined(DeclineReason.NOT_AUTHORISED),
    ),
    Row(
        "not secure on the first attempt",
        lambda one: _is_obstacle(one, Obstacle.TLS) and one.question.is_first,
        _declined(DeclineReason.NOT_SECURE),
    ),
    Row(
        "not connected on the first attempt",
        lambda one: _is_obstacle(one) and one.question.is_first,
        _declined(DeclineReason.NOT_SENT),
    ),
    Row("not connected later", _is_obstacle, _unknown(UnknownCause.NO_CONNECTION)),
    Row("time-out", lambda one: _is_loss(one, Loss.TIME_OUT), _unknown(UnknownCause.TIME_OUT)),
    Row("too large", lambda one: _is_loss(one, Loss.TOO_LARGE), _unknown(UnknownCause.TOO_LARGE)),
    Row("compressed", lambda one: _is_loss(one, Loss.ENCODED), _unreadable),
    Row("cut off", lambda one: _is_loss(one, Loss.CUT_OFF), _unknown(UnknownCause.CUT_OFF)),
    # The status line alone decides.
    Row(
        "redirected",
        lambda one: one.status in _REDIRECTS,
        _unknown(UnknownCause.REDIRECTED),
    ),
    Row(
        "the network wants a login",
        lambda one: one.status == HTTPStatus.NETWORK_AUTHENTICATION_REQUIRED,
        _not_the_upstream,
    ),
    Row(
        "asking by id is not offered",
        lambda one: one.status in _NOT_OFFERED and one.question.is_fetch,
        _unknown(UnknownCause.NO_NEWS, FollowUp.RESEND),
    ),
    Row("conflict", lambda one: one.status == HTTPStatus.CONFLICT, _unknown(UnknownCause.CONFLICT)),
    Row("stored error", _is_stored_error, _stored_error),
    Row(
        "rate limited",
        lambda one: one.status == HTTPStatus.TOO_MANY_REQUESTS,
        _unknown(UnknownCause.RATE_LIMITED),
    ),
    Row(
        "upstream error",
        lambda one: one.status in _SERVER_ERRORS,
        _unknown(UnknownCause.UPSTREAM_ERROR),
    ),
    Row(
        "a page about the first attempt",
        lambda one: one.status in _KEY_STATUSES and one.question.is_first and one.is_page,
        _not_the_upstream,
    ),
    Row(
        "not found on the first attempt",
        lambda one: one.status == HTTPStatus.NOT_FOUND and one.question.is_first,
        _not_found,
    ),
    Row(
        "not authorised on the first attempt",
        lambda one: one.status in _KEY_STATUSES and one.question.is_first,
        _declined(DeclineReason.NOT_AUTHORISED),
    ),
    Row(
        "nothing found by id",
        lambda one: one.status == HTTPStatus.NOT_FOUND and one.question.is_fetch,
        _unknown(UnknownCause.NO_NEWS, FollowUp.RESEND),
    ),
    Row(
        "not authorised later",
        lambda one: one.status in _KEY_STATUSES,
        _unknown(UnknownCause.NOT_AUTHORISED),
    ),
    # Refusals prove something with a problem body, about the first request or a replay of it.
    Row("refused with proof", _is_proven_refusal, _refused),
    Row("refused in other words", _is_refusal_in_other_words, _refused),
    Row(
        "refused without proof",
        lambda one: (
            one.status in _PROOF_STATUSES
            and not one.question.is_first
            and (one.problem is not None or one.refusal is not None)
        ),
        _unknown(UnknownCause.NO_NEWS),
    ),
    Row("refused unreadably", lambda one: one.status in _PROOF_STATUSES, _unreadable),
    Row("status not described", lambda one: not one.is_success, _unreadable),
    # A 2xx must be a redemption, and this one.
    Row("a page", lambda one: one.is_page, _not_the_upstream),
    Row("no redemption", lambda one: one.document is None, _unreadable),
    Row("another id", _in_document(id_differs), _mismatch),
    Row("another type", _in_document(type_differs), _mismatch),
    Row("another reference", _in_document(reference_differs), _mismatch),
    Row("another currency", _in_document(currency_differs), _mismatch),
    Row("amount written otherwise", _in_document(amount_is_open), _unreadable),
    Row("another amount", _in_document(amount_differs), _mismatch),
    Row("stale", _is_stale, _unknown(UnknownCause.STALE, FollowUp.FETCH)),
    # Its status word decides.
    Row(
        "failed but redeemed",
        lambda one: one.has_status_word("failed") and bool(_redeemed(one)),
        _mismatch,
    ),
    Row("failed", lambda one: one.has_status_word("failed"), _failed),
    Row(
        "not final",
        lambda one: one.has_status_word("draft", "reserved"),
        _unknown(UnknownCause.NOT_FINAL, FollowUp.FETCH, asks_by_id=True),
    ),
    Row(
        "status word unknown",
        lambda one: not one.has_status_word("confirmed"),
        _unreadable,
    ),
    Row("confirmed but reversed", _is_reversed, _mismatch),
    Row("confirmed but incomplete", _is_incomplete, _unreadable),
    Row("redeemed written otherwise", _is_redeemed_open, _unreadable),
    Row("redeemed not told, and a step of another amount", _has_other_operation, _unreadable),
    Row("confirmed but nothing redeemed", lambda one: not _redeemed(one), _mismatch),
    Row("confirmed above what was asked", _is_above, _mismatch),
    Row("approved in part", _is_below, _approved),
    Row("approved", lambda _: True, _approved),
)
"""The table. Every row has a name, and a test for that name."""
