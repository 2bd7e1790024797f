"""One outcome of an exchange, read once, for the table that classifies it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from counterfoil.adapters.http.exchange import Answered, Outcome
from counterfoil.adapters.moment import wire
from counterfoil.domain.money import Amount, Exact
from counterfoil.domain.redemption import AttemptKind
from counterfoil.domain.secret import Secret
from counterfoil.domain.voucher_type import ChangeManner

SUCCESS = range(200, 300)
_T = TypeVar("_T")

RETRY_AFTER_MIN_S = 1.0
RETRY_AFTER_MAX_S = 900.0
_RETRY_DIGITS_MAX = 10
_KEPT_PROSE_MAX = 4_096
"""Of an answer that is no JSON, such as a portal's page, only the beginning is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked, as far as the answer must match it."""

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
        """Whether this only asked by id."""
        return self.kind is AttemptKind.FETCH


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One outcome and its question, read once for all rows."""

    outcome: Outcome = field(repr=False)
    question: Question
    status: int = 0
    """The HTTP status; 0 where there is no whole answer."""
    is_replayed: bool = False
    is_page: bool = False
    """Whether it is a web page and not an answer of the upstream."""
    document: wire.RedemptionDocument | None = field(default=None, repr=False)
    problem: wire.ProblemDocument | None = field(default=None, repr=False)
    our_id: str | None = None
    """The id to ask by, known before or learned from this answer."""

    @property
    def is_success(self) -> bool:
        """Whether the status is one of the 2xx."""
        return self.status in SUCCESS

    @property
    def asked_cents(self) -> int | None:
        """The exact amount that was asked for, or None for the whole value."""
        return self.question.amount.cents if isinstance(self.question.amount, Exact) else None

    def has_status_word(self, *words: str) -> bool:
        """Whether the redemption is in one of these statuses."""
        return self.document is not None and self.document.status in words

    @property
    def kept_body(self) -> Secret | None:
        """The answer for the journal: JSON whole, of anything else only the beginning."""
        if not isinstance(self.outcome, Answered):
            return None
        text = self.outcome.body.decode("utf-8", errors="replace")
        return Secret(text if _is_json(self.outcome) else text[:_KEPT_PROSE_MAX])

    @property
    def retry_after_s(self) -> float | None:
        """How long the upstream asks us to wait, where it says so."""
        return read_retry_after(self.outcome) if isinstance(self.outcome, Answered) else None


def read_prose(part: Any) -> str:
    """Join the words of an error object for the table of reasons; they go nowhere else."""
    if isinstance(part, str):
        return part[:_KEPT_PROSE_MAX]
    if not isinstance(part, Mapping):
        return ""
    words = [part.get(key) for key in ("message", "detail", "title", "error_code", "code")]
    return " ".join(word for word in words if isinstance(word, str))[:_KEPT_PROSE_MAX]


def read(outcome: Outcome, question: Question) -> Reading:
    """Read an outcome once: its status, its marks and its body."""
    if not isinstance(outcome, Answered):
        return Reading(outcome=outcome, question=question, our_id=question.upstream_id)
    is_json = _is_json(outcome)
    raw = parse_json_body(outcome)
    document = _attempt(wire.read_redemption, raw) if outcome.status in SUCCESS else None
    problem = _attempt(lambda one: wire.read_problem(one, outcome.status), raw)
    replayed = outcome.headers.get("idempotent-replayed", "").lower()
    return Reading(
        outcome=outcome,
        question=question,
        status=outcome.status,
        is_replayed="true" in {part.strip() for part in replayed.split(",")},
        is_page=not is_json and looks_like_a_page(outcome),
        document=document,
        problem=problem,
        our_id=question.upstream_id or _learned_id(document, raw, question),
    )


def read_retry_after(answer: Answered) -> float | None:
    """Read how long the upstream asks us to wait, in seconds from 1 to 900.

    A date is compared with the answer's own date, because the till's clock may be wrong. What
    makes no sense is None.
    """
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return _clamped(int(text[:_RETRY_DIGITS_MAX]))
    until, now = _read_date(text), _read_date(answer.headers.get("date", ""))
    if until is None or now is None or until <= now:
        return None
    return _clamped((until - now).total_seconds())


def _clamped(seconds: float) -> float:
    return min(max(seconds, RETRY_AFTER_MIN_S), RETRY_AFTER_MAX_S)


def _read_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_json(answer: Answered) -> bool:
    kind = answer.content_type
    return kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )


def looks_like_a_page(answer: Answered) -> bool:
    """Say whether this is a page for people, as what stands in between answers."""
    return "html" in answer.content_type or answer.body.lstrip()[:1] == b"<"


def parse_json_body(answer: Answered) -> dict[str, Any] | None:
    """Read an answer as one JSON object, or None where it is none or does not say it is JSON."""
    if not _is_json(answer):
        return None
    try:
        return wire.parse_object(answer.body)
    except wire.UnreadableError:
        return None


def _attempt(reader: Callable[[dict[str, Any]], _T], raw: dict[str, Any] | None) -> _T | None:
    if raw is None:
        return None
    try:
        return reader(raw)
    except wire.UnreadableError:
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
    """Whether the answer is about another id than was asked."""
    return question.upstream_id not in {None, document.id}


def type_differs(document: wire.RedemptionDocument, question: Question) -> bool:
    """Whether the answer is about another type than was asked."""
    return document.type not in {None, question.type_id}


def reference_differs(document: wire.RedemptionDocument, question: Question) -> bool:
    """Whether the answer is about another reference than was asked."""
    return document.external_reference not in {None, question.reference}


def currency_differs(document: wire.RedemptionDocument, question: Question) -> bool:
    """Whether the answer is about another currency than was asked."""
    return document.currency not in {None, question.currency}


def amount_differs(document: wire.RedemptionDocument, question: Question) -> bool:
    """Whether the answer is about another amount than was asked."""
    amount = question.amount
    return isinstance(amount, Exact) and document.amount not in {None, amount.cents}


_DIFFERENCES = (id_differs, type_differs, reference_differs, currency_differs, amount_differs)
