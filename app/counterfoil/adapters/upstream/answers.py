"""What both gateways read in the same way: JSON, web pages, and how long to wait.

What an answer proves is decided by each gateway for itself.
"""

import json
import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

from counterfoil.adapters.upstream.exchange import Answered

SUCCESS = range(200, 300)

RETRY_AFTER_MIN_S = 1.0
RETRY_AFTER_MAX_S = 900.0
_RETRY_DIGITS_MAX = 10


class UnreadableError(ValueError):
    """A body is not the JSON that it should be. The text of the body is not in the error."""


def read_retry_after(answer: Answered) -> float | None:
    """Read how long the header ``Retry-After`` asks to wait: 1 to 900 seconds, or None.

    It holds seconds or a date. A date is compared with the answer's own ``Date``, because the
    till's clock may be wrong. Without one it is compared with the till's clock; if that makes more
    than 900 s, one of the two is wrong and the result is None. It is None, too, for a date that has
    passed or a header that cannot be read.
    """
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return _clamped(int(text[:_RETRY_DIGITS_MAX]))
    until, theirs = read_date(text), read_date(answer.headers.get("date", ""))
    now = theirs or answer.at
    if until is None or now is None or until <= now:
        return None
    wanted_s = (until - now).total_seconds()
    return None if theirs is None and wanted_s > RETRY_AFTER_MAX_S else _clamped(wanted_s)


def read_date(text: str) -> datetime | None:
    """Read the time in a header such as ``Date``; None where it holds none."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def is_json(answer: Answered) -> bool:
    """Whether an answer says that it is JSON."""
    kind = answer.content_type
    return kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )


def looks_like_a_page(answer: Answered) -> bool:
    """Whether an answer is, or begins like, a web page."""
    return "html" in answer.content_type or answer.body.lstrip()[:1] == b"<"


def parse_json_body(answer: Answered) -> dict[str, Any] | None:
    """Read an answer as one JSON object; None if it is not one, or does not say it is JSON."""
    if not is_json(answer):
        return None
    try:
        return parse_object(answer.body)
    except UnreadableError:
        return None


def parse_unlabelled_body(answer: Answered) -> dict[str, Any] | None:
    """Read an answer as one JSON object whatever its content type is; None if it is not one.

    By itself this proves nothing, because anybody can have written it. The caller must find
    something in it that only the upstream knows, such as the request's own reference.
    """
    try:
        return None if looks_like_a_page(answer) else parse_object(answer.body)
    except UnreadableError:
        return None


def parse_object(body: bytes) -> dict[str, Any]:
    """Read a body as one JSON object.

    Raises:
        UnreadableError: it is not one, names a key twice, holds NaN or infinity, or is nested too
            deep.

    """
    document = parse_document(body)
    if not isinstance(document, dict):
        raise UnreadableError("no JSON object")
    return document


def parse_document(body: bytes) -> Any:
    """Read a body as one JSON document of any kind.

    Raises:
        UnreadableError: it is not one, names a key twice, holds NaN or infinity, or is nested too
            deep.

    """
    try:
        return json.loads(
            body.decode("utf-8-sig"),  # some servers put a mark before their text
            object_pairs_hook=_refuse_duplicates,
            parse_constant=_refuse_constant,
            parse_float=_read_float,
        )
    except (ValueError, RecursionError):
        raise UnreadableError("no JSON document") from None


def _clamped(seconds: float) -> float:
    return min(max(seconds, RETRY_AFTER_MIN_S), RETRY_AFTER_MAX_S)


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a key occurs twice")
    return document


def _read_float(text: str) -> float:
    """Read a number; one that is too large would be written as what no JSON knows."""
    number = float(text)
    return number if math.isfinite(number) else _refuse_constant(text)


def _refuse_constant(_: str) -> NoReturn:
    raise ValueError("no number")
