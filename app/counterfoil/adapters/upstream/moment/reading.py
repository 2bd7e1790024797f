"""Parses one outcome of an exchange, for the table that classifies it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any, TypeVar

from counterfoil.adapters.upstream.answers import (
    SUCCESS,
    UnreadableError,
    is_json,
    looks_like_a_page,
    parse_json_body,
    parse_unlabelled_body,
    read_retry_after,
)
from counterfoil.adapters.upstream.exchange import Answered, Outcome
from counterfoil.adapters.upstream.moment import wire
from counterfoil.declaring import dataclass
from counterfoil.domain.money import Amount, Exact
from counterfoil.domain.redemption import AttemptKind
from counterfoil.domain.secret import Secret
from counterfoil.domain.voucher_type import ChangeManner

_T = TypeVar("_T")

_KEPT_PROSE_MAX = 4_096
"""Of an answer that is no JSON, such as a portal's page, only the beginning is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the request asked, for comparing the answer with it."""

    kind: AttemptKind
    attempt: int
    """The attempt's number, from 1."""
    reference: str
    type_id: str
    amount: Amount
    currency: str
    change_manner: ChangeManner = ChangeManner.NOT_SAID
    upstream_id: str | None = None
    upstream_version: int = 0

    @property
    def is_first(self) -> bool:
        """Whether no earlier attempt can have arrived."""
        return self.kind is AttemptKind.SEND and self.attempt == 1

    @property
    def is_fetch(self) -> bool:
        """Whether the attempt was a lookup by id, and not the request itself."""
        return self.kind is AttemptKind.FETCH


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One outcome and the question it is about, parsed once for all rows of the table."""

    outcome: Outcome = field(repr=False)
    question: Question
    status: int = 0
    """The HTTP status; 0 where there is no whole answer."""
    is_replayed: bool = False
    is_page: bool = False
    """Whether it is a web page and not an answer of the upstream."""
    document: wire.RedemptionDocument | None = field(default=None, repr=False)
    problem: wire.ProblemDocument | None = field(default=None, repr=False)
    refusal: str | None = field(default=None, repr=False)
    """The words of a refusal that is written in another shape than a problem."""
    our_id: str | None = None
    """The upstream's id of our redemption, known before or learned from this answer.

    None while it is not known; without it the till cannot ask by id.
    """

    @property
    def is_success(self) -> bool:
        """Whether the status is one of the 2xx."""
        return self.status in SUCCESS

    @property
    def asked_cents(self) -> int | None:
        """The exact amount that was asked for, or None for the whole value."""
        return self.question.amount.cents if isinstance(self.question.amount, Exact) else None

    def has_status_word(self, *words: str) -> bool:
        """Whether the redemption's status is one of these words."""
        return self.document is not None and self.document.word in words

    @property
    def kept_body(self) -> Secret | None:
        """The part of the answer that the journal keeps: JSON whole, else only the beginning."""
        if not isinstance(self.outcome, Answered):
            return None
        text = self.outcome.body.decode("utf-8", errors="replace")
        is_whole = is_json(self.outcome) or self.document is not None
        return Secret(text if is_whole else text[:_KEPT_PROSE_MAX])

    @property
    def retry_after_s(self) -> float | None:
        """How many seconds the upstream asks the till to wait; None where it does not."""
        return read_retry_after(self.outcome) if isinstance(self.outcome, Answered) else None


def read_prose(part: Any) -> str:
    """Join the words of an error object, to find a reason in; they are not shown and not logged."""
    if isinstance(part, str):
        return part[:_KEPT_PROSE_MAX]
    if not isinstance(part, Mapping):
        return ""
    words = [part.get(key) for key in ("message", "detail", "title", "error_code", "code")]
    return " ".join(word for word in words if isinstance(word, str))[:_KEPT_PROSE_MAX]


def read(outcome: Outcome, question: Question) -> Reading:
    """Parse the outcome of a request: status, body, and the headers that matter."""
    if not isinstance(outcome, Answered):
        return Reading(outcome=outcome, question=question, our_id=question.upstream_id)
    is_document = is_json(outcome)
    raw = parse_json_body(outcome) or _own(parse_unlabelled_body(outcome), question)
    document = _attempt(wire.read_redemption, raw) if outcome.status in SUCCESS else None
    refusal = raw if is_document else None
    problem = _attempt(lambda one: wire.read_problem(one, outcome.status), refusal)
    words = _attempt(lambda one: wire.read_refusal(one, outcome.status), refusal)
    replayed = outcome.headers.get("idempotent-replayed", "").lower()
    return Reading(
        outcome=outcome,
        question=question,
        status=outcome.status,
        is_replayed="true" in {part.strip() for part in replayed.split(",")},
        is_page=not is_document and looks_like_a_page(outcome),
        document=document,
        problem=problem,
        refusal=words if problem is None else None,
        our_id=question.upstream_id or _learned_id(document, raw, question),
    )


def _own(raw: dict[str, Any] | None, question: Question) -> dict[str, Any] | None:
    """Return an answer that does not say it is JSON only where it names our own redemption."""
    if raw is None:
        return None
    is_known = question.upstream_id is not None and raw.get("id") == question.upstream_id
    return raw if is_known or raw.get("external_reference") == question.reference else None


def _attempt(reader: Callable[[dict[str, Any]], _T], raw: dict[str, Any] | None) -> _T | None:
    if raw is None:
        return None
    try:
        return reader(raw)
    except UnreadableError:
        return None


def _learned_id(
    document: wire.RedemptionDocument | None, raw: dict[str, Any] | None, question: Question
) -> str | None:
    if document is not None:
        return None if any(differs(document, question) for differs in _DIFFERENCES) else document.id
    if raw is None or raw.get("external_reference") != question.reference:
        return None
    learned = raw.get("id")
    is_id = isinstance(learned, str) and re.fullmatch(wire.ID_PATTERN, learned)
    return learned if is_id else None


def id_differs(document: wire.RedemptionDocument, question: Question) -> bool:
    """Whether the answer has another id than the one asked about."""
    return question.upstream_id not in {None, document.id}


def type_differs(document: wire.RedemptionDocument, question: Question) -> bool:
    """Whether the answer has another voucher type than the one asked for."""
    return document.type not in {None, question.type_id}


def reference_differs(document: wire.RedemptionDocument, question: Question) -> bool:
    """Whether the answer has another reference than the one that was sent."""
    return document.external_reference not in {None, question.reference}


def currency_differs(document: wire.RedemptionDocument, question: Question) -> bool:
    """Whether the answer has another currency than the one asked for."""
    told = document.currency
    return told is not None and told.casefold() != question.currency.casefold()


def amount_differs(document: wire.RedemptionDocument, question: Question) -> bool:
    """Whether the answer has another amount than the one asked for.

    False if the unit of its amount is unclear; see `amount_is_open`.
    """
    return "amount" not in document.loose and _differs_from_asked(document, question)


def amount_is_open(document: wire.RedemptionDocument, question: Question) -> bool:
    """Whether the unit of the answer's amount is unclear, so that it may be the amount asked for.

    It is where the amount is not written in whole cents.
    """
    return "amount" in document.loose and _differs_from_asked(document, question)


def _differs_from_asked(document: wire.RedemptionDocument, question: Question) -> bool:
    amount = question.amount
    return isinstance(amount, Exact) and document.amount not in {None, amount.cents}


_DIFFERENCES = (id_differs, type_differs, reference_differs, currency_differs, amount_differs)
