"""The parts of Moment's answers that decide about money, and no other.

They are checked strictly: a number is a whole number in range, a text is a text. Everything else an
answer holds is ignored, so that a new or odd field can never make an approval unreadable; the parts
whose names vary are read one by one in ``change``.
"""

from collections.abc import Iterator
from types import NoneType
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from counterfoil.adapters.upstream.answers import UnreadableError
from counterfoil.adapters.upstream.moment.change import find_change
from counterfoil.domain.money import AMOUNT_CENTS_MAX

VERSION_MAX = 2_147_483_647
ID_PATTERN = r"^[A-Za-z0-9_-]{1,64}$"
"""Their ids are ``rdm_`` and 24 hex digits today; round-tripped as they are, safe in an address."""

_DIGITS_MAX = 12


def _as_whole(value: Any) -> Any:
    """Read a whole number that is written as digits in a text, or with an empty fraction."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value) if len(value) <= _DIGITS_MAX else value
    return int(value) if type(value) is float and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_as_whole)]
Cents = Annotated[Whole, Field(ge=0, le=AMOUNT_CENTS_MAX)]
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=255)]


_AMOUNTS = ("amount", "redeemed_amount")
_REFUSAL_KEYS = (
    *("error", "errors", "message", "detail", "title", "reason", "code"),
    *("error_code", "error_message", "error_description", "fault"),
)
"""Under which an error that is no RFC 9457 problem says what is wrong."""
_STATUS_KEYS = ("status", "statusCode", "status_code")
_PROSE_MAX = 4_096
_PROSE_DEPTH_MAX = 4


class _Wire(BaseModel):
    model_config = ConfigDict(
        strict=True, extra="ignore", frozen=True, hide_input_in_errors=True, allow_inf_nan=False
    )


class RedemptionDocument(_Wire):
    """The parts of a redemption that decide about money. All amounts are cents."""

    id: Id
    status: Word
    version: Annotated[Whole, Field(ge=1, le=VERSION_MAX)] | None = None
    type: Word | None = None
    external_reference: Word | None = None
    amount: Cents | None = None
    currency: Word | None = None
    redeemed_amount: Cents | None = None
    reversed_amount: Cents | None = None
    provider_reference: Any = None
    change_voucher: Any = None
    last_error: Any = None
    operations: Any = None
    loose: frozenset[str] = frozenset()
    """Amounts that are not written as whole numbers, so that their unit is not certain."""

    @property
    def word(self) -> str:
        """The status in small letters, as it is documented: some servers write it in capitals."""
        return self.status.casefold()


class ProblemDocument(_Wire):
    """A refusal by RFC 9457. ``title`` is always there; the other members are optional."""

    title: Word
    status: int | None = None
    type: str | None = None
    detail: str | None = None
    instance: str | None = None


def read_redemption(document: dict[str, Any]) -> RedemptionDocument:
    """Read an object as a redemption.

    Raises:
        UnreadableError: a field that decides is missing, out of range or of another kind.

    """
    loose = frozenset(key for key in _AMOUNTS if type(document.get(key)) not in {int, NoneType})
    told = document | {"change_voucher": find_change(document), "loose": loose}
    try:
        return RedemptionDocument.model_validate(told)
    except ValidationError as error:
        raise UnreadableError(_places(error)) from None


def read_problem(document: dict[str, Any], status: int) -> ProblemDocument:
    """Read an object as a problem that belongs to this HTTP status.

    Raises:
        UnreadableError: it is not one, or names another status than that of the answer.

    """
    try:
        problem = ProblemDocument.model_validate(document)
    except ValidationError as error:
        raise UnreadableError(_places(error)) from None
    if problem.status not in {None, status}:
        raise UnreadableError("the problem tells another status")
    return problem


def read_refusal(document: dict[str, Any], status: int) -> str:
    """Read an object as a refusal of any shape; return its words, from which a reason is read.

    Raises:
        UnreadableError: it has no words, or names another status than that of the answer.

    """
    told = [document.get(key) for key in _STATUS_KEYS]
    if any(type(one) is int and one != status for one in told):
        raise UnreadableError("the refusal tells another status")
    parts = [document[key] for key in _REFUSAL_KEYS if key in document]
    words = " ".join(_words_in(parts, _PROSE_DEPTH_MAX))[:_PROSE_MAX].strip()
    if not words:
        raise UnreadableError("no words")
    return words


def _words_in(part: Any, depth: int) -> Iterator[str]:
    if isinstance(part, str):
        yield part[:_PROSE_MAX]
    elif isinstance(part, dict | list) and depth:
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _words_in(inner, depth - 1)


def _places(error: ValidationError) -> str:
    """Name the fields that are wrong, without what stands in them."""
    places = {str(one["loc"][0]) for one in error.errors(include_input=False, include_url=False)}
    return "wrong fields: " + ", ".join(sorted(places))
