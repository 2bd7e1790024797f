"""Parses one outcome of an exchange, for the tables that classify it."""

from collections.abc import Callable
from dataclasses import field
from typing import Any, TypeVar

from counterfoil.adapters.upstream.answers import (
    UnreadableError,
    is_json,
    looks_like_a_page,
    parse_json_body,
    parse_unlabelled_body,
    read_retry_after,
)
from counterfoil.adapters.upstream.electrum import wire
from counterfoil.adapters.upstream.electrum.currencies import NUMBERS
from counterfoil.adapters.upstream.exchange import Answered, Outcome
from counterfoil.declaring import dataclass
from counterfoil.domain.money import Amount, Exact
from counterfoil.domain.secret import Secret
from counterfoil.domain.verdict import FollowUp

ACCEPTED = frozenset({200, 201, 202})
"""The statuses that servers use for an approval; clients must take them alike."""
_KEPT_PROSE_MAX = 4_096
"""Of an answer that is no JSON, such as a portal's page, only the beginning is kept."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the request asked, for comparing the answer with it. ``id`` is the request's own id."""

    id: str
    amount: Amount
    currency: str
    is_fetch: bool = False
    """Whether this only looked the request up by its id."""
    is_first: bool = True
    """Whether no earlier attempt can have arrived."""
    follow_up: FollowUp = FollowUp.FETCH
    """What can still bring certainty where this answer brings none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One outcome and the question it is about, parsed once for all rows of the table."""

    outcome: Outcome = field(repr=False)
    question: Question
    status: int = 0
    """The HTTP status; 0 where there is no whole answer."""
    is_page: bool = False
    """Whether it is a web page and not an answer of the upstream."""
    document: wire.TransactionDocument | None = field(default=None, repr=False)
    error: wire.ErrorDocument | None = field(default=None, repr=False)

    @property
    def asked_cents(self) -> int | None:
        """The exact amount that was asked for, or None for the whole value."""
        return self.question.amount.cents if isinstance(self.question.amount, Exact) else None

    @property
    def kept_body(self) -> Secret | None:
        """The part of the answer that the journal keeps: JSON whole, else only the beginning."""
        return keep_body(self.outcome)

    @property
    def retry_after_s(self) -> float | None:
        """How many seconds the upstream asks the till to wait; None where it does not."""
        return read_retry_after(self.outcome) if isinstance(self.outcome, Answered) else None


def read(outcome: Outcome, question: Question) -> Reading:
    """Parse the outcome of a request: the status and the body of its answer."""
    if not isinstance(outcome, Answered):
        return Reading(outcome=outcome, question=question)
    raw = parse_json_body(outcome) or _own(parse_unlabelled_body(outcome), question)
    is_accepted = outcome.status in ACCEPTED
    return Reading(
        outcome=outcome,
        question=question,
        status=outcome.status,
        is_page=is_page(outcome),
        document=attempt(wire.read_transaction, raw) if is_accepted else None,
        error=attempt(wire.read_error, raw),
    )


def _own(raw: dict[str, Any] | None, question: Question) -> dict[str, Any] | None:
    """Return an answer that does not say it is JSON only where it names our own request."""
    their_id = None if raw is None else raw.get("id")
    return raw if isinstance(their_id, str) and is_same_id(their_id, question.id) else None


def keep_body(outcome: Outcome) -> Secret | None:
    """Return the part of an answer that the journal keeps: JSON whole, else only the beginning."""
    if not isinstance(outcome, Answered):
        return None
    text = outcome.body.decode("utf-8", errors="replace")
    return Secret(text if is_json(outcome) else text[:_KEPT_PROSE_MAX])


def is_page(answer: Answered) -> bool:
    """Whether the answer is a web page, written by something between the till and the upstream."""
    return not is_json(answer) and looks_like_a_page(answer)


def attempt(reader: Callable[[dict[str, Any]], _T], raw: dict[str, Any] | None) -> _T | None:
    """Read a document with ``reader``; None if there is none, or if it cannot be read."""
    if raw is None:
        return None
    try:
        return reader(raw)
    except UnreadableError:
        return None


def is_same_id(told: str | None, ours: str) -> bool:
    """Whether an id in an answer is ours, in capitals or not, or is absent."""
    return told is None or told.casefold() == ours.casefold()


def currency_differs(amounts: wire.Amounts | None, currency: str) -> bool:
    """Whether any amount of an answer is in another currency than the one asked for."""
    if amounts is None:
        return False
    told = (amounts.request_amount, amounts.approved_amount, amounts.balance_amount)
    return any(one is not None and one.currency != NUMBERS.get(currency) for one in told)
