"""The parts of Electrum's answers that decide about money, and no other.

They are checked strictly. Everything else an answer holds is ignored, so that a new field can never
make an approval unreadable. Amounts are minor units; a currency is the three digits of ISO 4217,
which some senders write as a number.
"""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from counterfoil.adapters.upstream.answers import UnreadableError
from counterfoil.domain.money import AMOUNT_CENTS_MAX

_CURRENCY_NUMBER_MAX = 999
_T = TypeVar("_T")


def _write_currency(value: Any) -> Any:
    """Write a currency that came as a number with its three digits."""
    is_number = type(value) is int and 0 <= value <= _CURRENCY_NUMBER_MAX
    return f"{value:03d}" if is_number else value


Cents = Annotated[int, Field(ge=0, le=AMOUNT_CENTS_MAX)]
CurrencyNumber = Annotated[str, BeforeValidator(_write_currency), Field(pattern=r"^[0-9]{3}$")]
Id = Annotated[str, Field(min_length=1, max_length=64)]
Word = Annotated[str, Field(min_length=1, max_length=255)]


class _Wire(BaseModel):
    model_config = ConfigDict(
        strict=True, extra="ignore", frozen=True, hide_input_in_errors=True, allow_inf_nan=False
    )


class LedgerAmount(_Wire):
    """An amount of money in minor units, with the ISO 4217 number of its currency."""

    amount: Cents
    currency: CurrencyNumber


class Amounts(_Wire):
    """The amounts of a transaction; which of them are present depends on who answers."""

    # Camel case is theirs; the names are kept where only a reader of their papers would look.
    request_amount: Annotated[LedgerAmount | None, Field(alias="requestAmount")] = None
    approved_amount: Annotated[LedgerAmount | None, Field(alias="approvedAmount")] = None
    balance_amount: Annotated[LedgerAmount | None, Field(alias="balanceAmount")] = None


class TransactionDocument(_Wire):
    """The part of the answer to a redemption or a refund that decides about money.

    An error document also has an id, so a caller must look for an error type first.
    """

    id: Id
    time: Word
    originator: dict[str, Any]
    client: dict[str, Any]
    third_parties: Annotated[list[dict[str, Any]] | None, Field(alias="thirdPartyIdentifiers")] = (
        None
    )
    amounts: Amounts | None = None
    rrn: Any = None
    slip_data: Annotated[Any, Field(alias="slipData")] = None


class ErrorDocument(_Wire):
    """An error. Its id may be missing, although the schema requires it, and its type may be new."""

    error_type: Annotated[Word, Field(alias="errorType")]
    id: Id | None = None
    original_id: Annotated[Id | None, Field(alias="originalId")] = None
    error_message: Annotated[Any, Field(alias="errorMessage")] = None
    provider_message: Annotated[Any, Field(alias="providerErrorMessage")] = None
    provider_message_short: Annotated[Any, Field(alias="providerErrorMsg")] = None

    @property
    def prose(self) -> str:
        """Its words as one text, to find a reason in; they are not shown and not logged."""
        told = (self.error_message, self.provider_message, self.provider_message_short)
        return " ".join(words[:400] for words in told if isinstance(words, str))


class AdviceDocument(_Wire):
    """The answer to an advice, which repeats the advice; at least one of its ids must be there."""

    id: Id | None = None
    request_id: Annotated[Id | None, Field(alias="requestId")] = None


class VoucherDocument(_Wire):
    """A voucher in the answer to a lookup; a part that cannot be read is left out alone."""

    expires: Annotated[Any, Field(alias="expiryDate")] = None
    instructions: Annotated[Any, Field(alias="redeemInstructions")] = None
    serial_number: Annotated[Any, Field(alias="serialNumber")] = None


class LookupDocument(_Wire):
    """The answer to a voucher's look-up."""

    voucher: VoucherDocument
    amounts: Amounts | None = None
    product: Any = None


def read_transaction(document: dict[str, Any]) -> TransactionDocument:
    """Read an object as the answer to a request.

    Raises:
        UnreadableError: it is not one, or it is an error.

    """
    if "errorType" in document:
        raise UnreadableError("an error is no answer to a request")
    return _validated(TransactionDocument.model_validate, document)


def read_error(document: dict[str, Any]) -> ErrorDocument:
    """Read an object as an error.

    Raises:
        UnreadableError: it is not one.

    """
    return _validated(ErrorDocument.model_validate, document)


def read_advice(document: dict[str, Any]) -> AdviceDocument:
    """Read an object as the answer to an advice.

    Raises:
        UnreadableError: it is not one, or it is an error.

    """
    if "errorType" in document:
        raise UnreadableError("an error is no answer to an advice")
    advice = _validated(AdviceDocument.model_validate, document)
    if advice.id is None and advice.request_id is None:
        raise UnreadableError("neither the advice nor its request is named")
    return advice


def read_lookup(document: dict[str, Any]) -> LookupDocument:
    """Read an object as the answer to a voucher's look-up.

    Raises:
        UnreadableError: it is not one, or it is an error.

    """
    if "errorType" in document:
        raise UnreadableError("an error is no voucher")
    return _validated(LookupDocument.model_validate, document)


def _validated(read: Callable[[dict[str, Any]], _T], document: dict[str, Any]) -> _T:
    try:
        return read(document)
    except ValidationError as error:
        told = error.errors(include_input=False, include_url=False)
        places = sorted({str(one["loc"][0]) for one in told if one["loc"]})
        raise UnreadableError("wrong fields: " + ", ".join(places)) from None
