"""What Moment's answers look like, and nothing they may also say.

Only the fields that decide about money are modelled, and strictly: a number is a whole number in
range, a text is a text. Everything else an answer holds is ignored, so that a new or odd field can
never turn a yes into a maybe; what is read from the loose parts is read one by one in ``change``.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from counterfoil.adapters.http.answers import UnreadableError
from counterfoil.adapters.moment.change import find_change
from counterfoil.domain.money import AMOUNT_CENTS_MAX

VERSION_MAX = 2_147_483_647
ID_PATTERN = r"^[A-Za-z0-9_-]{1,64}$"
"""Their ids are ``rdm_`` and 24 hex digits today; round-tripped as they are, safe in an address."""

Cents = Annotated[int, Field(ge=0, le=AMOUNT_CENTS_MAX)]
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=255)]


class _Wire(BaseModel):
    model_config = ConfigDict(
        strict=True, extra="ignore", frozen=True, hide_input_in_errors=True, allow_inf_nan=False
    )


class RedemptionDocument(_Wire):
    """A redemption as far as it decides about money. All amounts are cents."""

    id: Id
    status: Word
    version: Annotated[int, Field(ge=1, le=VERSION_MAX)] | None = None
    type: Word | None = None
    external_reference: Word | None = None
    amount: Cents | None = None
    currency: Word | None = None
    redeemed_amount: Cents | None = None
    reversed_amount: Cents | None = None
    provider_reference: Any = None
    change_voucher: Any = None
    last_error: Any = None


class ProblemDocument(_Wire):
    """A refusal by RFC 9457. It has a title; their other members are optional."""

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
    told = document | {"change_voucher": find_change(document)}
    try:
        return RedemptionDocument.model_validate(told)
    except ValidationError as error:
        raise UnreadableError(_places(error)) from None


def read_problem(document: dict[str, Any], status: int) -> ProblemDocument:
    """Read an object as a problem that belongs to this HTTP status.

    Raises:
        UnreadableError: it is none, or tells another status than the answer itself.

    """
    try:
        problem = ProblemDocument.model_validate(document)
    except ValidationError as error:
        raise UnreadableError(_places(error)) from None
    if problem.status not in {None, status}:
        raise UnreadableError("the problem tells another status")
    return problem


def _places(error: ValidationError) -> str:
    """Name the fields that are wrong, without what stands in them."""
    places = {str(one["loc"][0]) for one in error.errors(include_input=False, include_url=False)}
    return "wrong fields: " + ", ".join(sorted(places))
