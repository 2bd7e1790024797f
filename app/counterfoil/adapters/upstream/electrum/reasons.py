"""From the error types of Electrum to reasons of the till.

The list of types is open: one that is not named here is no failure. No table from error type to
HTTP status is published, so the status is looked at first.
"""

from collections.abc import Mapping

from counterfoil.adapters.upstream.reasons import find_reason as find_in_prose
from counterfoil.domain.verdict import DeclineReason

R = DeclineReason

REASONS: Mapping[str, DeclineReason] = {
    "AUTHENTICATION_ERROR": R.NOT_AUTHORISED,
    "DO_NOT_HONOR": R.REFUSED,
    "DO_NOT_HONOUR": R.REFUSED,
    "FORMAT_ERROR": R.BAD_REQUEST,
    "FUNCTION_NOT_SUPPORTED": R.REFUSED,
    "INSUFFICIENT_AMOUNT": R.INSUFFICIENT,
    "INSUFFICIENT_FUNDS": R.INSUFFICIENT,
    "INVALID_ACCOUNT": R.REFUSED,
    "INVALID_AMOUNT": R.AMOUNT_REFUSED,
    "INVALID_MERCHANT": R.NOT_AUTHORISED,
    "INVALID_VOUCHER": R.NOT_FOUND,
    "LIMIT_EXCEEDED": R.AMOUNT_REFUSED,
    "REDEMPTION_ALREADY_CONFIRMED": R.ALREADY_USED,
    "REDEMPTION_ALREADY_REVERSED": R.CANCELLED,
    "REDEMPTION_NOT_CONFIRMED": R.REFUSED,
    "REFUND_ALREADY_CONFIRMED": R.REFUSED,
    "REFUND_ALREADY_REVERSED": R.CANCELLED,
    "TRANSACTION_DECLINED": R.REFUSED,
    "TRANSACTION_NOT_SUPPORTED": R.REFUSED,
    "UNABLE_TO_LOCATE_RECORD": R.NOT_FOUND,
    "VOUCHER_ALREADY_CONFIRMED": R.REFUSED,
    "VOUCHER_ALREADY_PROVISIONED": R.REFUSED,
    "VOUCHER_ALREADY_REDEEMED": R.ALREADY_USED,
    "VOUCHER_ALREADY_REFUNDED": R.CANCELLED,
    "VOUCHER_ALREADY_REVERSED": R.CANCELLED,
    "VOUCHER_NOT_REDEEMABLE": R.REFUSED,
    "VOUCHER_NOT_REDEEMED": R.REFUSED,
    "VOUCHER_NOT_REFUNDED": R.REFUSED,
}
"""The types that may decline, with both spellings of one; those that prove nothing are below."""

PROVE_NOTHING = frozenset(
    {
        "DUPLICATE_RECORD",
        "GENERAL_ERROR",
        "ROUTING_ERROR",
        "UPSTREAM_UNAVAILABLE",
        "VOUCHER_STATUS_UNKNOWN",
    }
)
"""What no request is taken to be refused by, whatever the status.

A request with the same id was seen, perhaps this very one; anything at all went wrong; it was lost
on the way to the provider or on the way back; or nobody knows what became of the voucher. Their
papers say that a 400 is final, and name the last three without saying when they are told: to
believe them could cost the customer a voucher, and to undo the request costs one advice.
"""

ABOUT_THE_VOUCHER = frozenset(
    {
        "DO_NOT_HONOR",
        "DO_NOT_HONOUR",
        "INSUFFICIENT_AMOUNT",
        "INSUFFICIENT_FUNDS",
        "INVALID_ACCOUNT",
        "INVALID_AMOUNT",
        "INVALID_VOUCHER",
        "LIMIT_EXCEEDED",
        "TRANSACTION_DECLINED",
        "VOUCHER_ALREADY_REDEEMED",
        "VOUCHER_ALREADY_REFUNDED",
        "VOUCHER_ALREADY_REVERSED",
        "VOUCHER_NOT_REDEEMABLE",
    }
)
"""What can only have been said of the original request. A look-up by id may itself be badly
formed, not offered or not routed, and none of that says what became of the redemption."""


def find_reason(error_type: str, prose: str) -> DeclineReason:
    """Return the reason that an error means, by its type.

    Its words (``prose``) count only if the type says too little.
    """
    reason = REASONS.get(error_type, R.REFUSED)
    return find_in_prose(prose, R.REFUSED) if reason is R.REFUSED else reason
