"""From an upstream's prose to a reason of ours; the prose itself is never shown.

Their list of error codes is not published and the known code is coarse, so the reason is looked
for in the words. The table is read from the top, and the first phrase found decides.
"""

from counterfoil.domain.verdict import DeclineReason

R = DeclineReason

PHRASES: tuple[tuple[str, DeclineReason], ...] = (
    ("already been used", R.ALREADY_USED),
    ("already used", R.ALREADY_USED),
    ("already_used", R.ALREADY_USED),
    ("already redeemed", R.ALREADY_USED),
    ("already been redeemed", R.ALREADY_USED),
    ("already_redeemed", R.ALREADY_USED),
    ("expired", R.EXPIRED),
    ("insufficient", R.INSUFFICIENT),
    ("not enough", R.INSUFFICIENT),
    ("exceeds the balance", R.INSUFFICIENT),
    ("exceeds the voucher", R.INSUFFICIENT),
    ("cancelled", R.CANCELLED),
    ("canceled", R.CANCELLED),
    ("blacklisted", R.CANCELLED),
    ("could not be found", R.NOT_FOUND),
    ("not found", R.NOT_FOUND),
    ("not_found", R.NOT_FOUND),
    ("does not exist", R.NOT_FOUND),
    ("doesn't exist", R.NOT_FOUND),
    ("unknown voucher", R.NOT_FOUND),
    ("invalid voucher", R.NOT_FOUND),
    ("invalid pin", R.NOT_FOUND),
    ("invalid token", R.NOT_FOUND),
    ("too small", R.AMOUNT_REFUSED),
    ("too large", R.AMOUNT_REFUSED),
    ("minimum", R.AMOUNT_REFUSED),
    ("maximum", R.AMOUNT_REFUSED),
    ("exceeds", R.AMOUNT_REFUSED),
    ("invalid amount", R.AMOUNT_REFUSED),
    ("api key", R.NOT_AUTHORISED),
    ("unauthori", R.NOT_AUTHORISED),
    ("permission", R.NOT_AUTHORISED),
    ("required", R.BAD_REQUEST),
    ("missing", R.BAD_REQUEST),
    ("malformed", R.BAD_REQUEST),
    ("validation", R.BAD_REQUEST),
)


def names_a_reason(prose: str) -> bool:
    """Whether an upstream's words name any reason that the table knows."""
    lowered = prose.casefold()
    return any(phrase in lowered for phrase, _ in PHRASES)


def find_reason(prose: str, otherwise: DeclineReason) -> DeclineReason:
    """Find the reason that an upstream's words mean."""
    lowered = prose.casefold()
    return next((reason for phrase, reason in PHRASES if phrase in lowered), otherwise)
