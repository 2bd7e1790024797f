"""How the SUV interface refuses a message."""

import json
from typing import Any
from uuid import uuid4

from counterfoil_sandbox.faults import ErrorBody

JSON_TYPE = "application/json"

_WORDS = {
    "AUTHENTICATION_ERROR": "The credentials do not fit the client.",
    "DO_NOT_HONOUR": "The provider declined.",
    "DUPLICATE_RECORD": "A message with this id has been processed already.",
    "FORMAT_ERROR": "Bad formatting.",
    "FUNCTION_NOT_SUPPORTED": "The provider does not support this.",
    "GENERAL_ERROR": "Something went wrong.",
    "INSUFFICIENT_AMOUNT": "The voucher does not hold this amount.",
    "INVALID_AMOUNT": "The amount is not allowed.",
    "INVALID_VOUCHER": "The voucher is not known.",
    "REDEMPTION_ALREADY_CONFIRMED": "The redemption has been confirmed already.",
    "REDEMPTION_ALREADY_REVERSED": "The redemption has been reversed already.",
    "REDEMPTION_NOT_CONFIRMED": "The redemption has not been confirmed.",
    "REFUND_ALREADY_CONFIRMED": "The refund has been confirmed already.",
    "REFUND_ALREADY_REVERSED": "The refund has been reversed already.",
    "TRANSACTION_NOT_SUPPORTED": "The product is not on offer.",
    "UNABLE_TO_LOCATE_RECORD": "The record was not found.",
    "UPSTREAM_UNAVAILABLE": "The provider did not answer.",
    "VOUCHER_ALREADY_CONFIRMED": "The voucher has been confirmed already.",
    "VOUCHER_ALREADY_PROVISIONED": "The voucher has been provisioned already.",
    "VOUCHER_ALREADY_REDEEMED": "The voucher has been redeemed already.",
    "VOUCHER_ALREADY_REFUNDED": "The voucher has been refunded already.",
    "VOUCHER_ALREADY_REVERSED": "The voucher has been reversed already.",
    "VOUCHER_NOT_REDEEMABLE": "The voucher cannot be redeemed.",
    "VOUCHER_NOT_REDEEMED": "The voucher has not been redeemed.",
    "VOUCHER_NOT_REFUNDED": "The voucher has not been refunded.",
}
_TYPE_BY_STATUS = {
    400: "GENERAL_ERROR",
    401: "AUTHENTICATION_ERROR",
    403: "AUTHENTICATION_ERROR",
    404: "UNABLE_TO_LOCATE_RECORD",
    405: "FUNCTION_NOT_SUPPORTED",
    501: "FUNCTION_NOT_SUPPORTED",
    503: "UPSTREAM_UNAVAILABLE",
    504: "UPSTREAM_UNAVAILABLE",
}


class RefusalError(Exception):
    """A message that is refused with an error detail."""

    def __init__(
        self,
        error_type: str,
        *,
        status: int = 400,
        words: str | None = None,
        original_id: str | None = None,
        detail: dict[str, Any] | None = None,
        provider: tuple[str, str] | None = None,
    ) -> None:
        """Keep what to answer; ``provider`` is the code and message of the provider itself."""
        super().__init__(error_type)
        self.error_type = error_type
        self.status = status
        self.words = words or _WORDS[error_type]
        self.original_id = original_id
        self.detail = detail
        self.provider = provider

    def document(self, message_id: str | None) -> dict[str, Any]:
        """Return the error detail; ``message_id`` names the message that caused it."""
        code, message = self.provider or (None, None)
        document = {
            "id": message_id,
            "originalId": self.original_id,
            "errorType": self.error_type,
            "errorMessage": self.words,
            "providerErrorCode": code,
            "providerErrorMessage": message,
            "detailMessage": self.detail,
        }
        return {key: value for key, value in document.items() if value is not None}


class PlainFailureError(Exception):
    """A failure of the server; it answers 500 with plain text, without an error detail."""


def shaped(document: dict[str, Any], how: ErrorBody) -> bytes:
    """Return the body of an error as the dial wants it: whole, without its id, or empty."""
    if how == "empty":
        return b""
    if how == "without_id":
        document = {key: value for key, value in document.items() if key != "id"}
    return json.dumps(document).encode()


def made_up_error(request_body: bytes, status: int, how: ErrorBody) -> tuple[bytes, str]:
    """Return the body and content type of the error that a fault rule answers with."""
    try:
        asked = json.loads(request_body)
    except (ValueError, RecursionError):
        asked = None
    found = asked.get("id") if isinstance(asked, dict) else None
    message_id = found if isinstance(found, str) else str(uuid4())
    error_type = _TYPE_BY_STATUS.get(status, "GENERAL_ERROR")
    return shaped(RefusalError(error_type).document(message_id), how), JSON_TYPE
