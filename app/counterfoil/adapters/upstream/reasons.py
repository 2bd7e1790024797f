"""From the words of an upstream's error to a reason of the till; the words are never shown.

The upstreams' lists of error codes are not published, or coarse, so the reason is looked for in the
words. The table is read from the top, and the first phrase found decides; ``_`` counts as a space.
"""

import re

from counterfoil.domain.verdict import DeclineReason

R = DeclineReason

PHRASES: tuple[tuple[str, DeclineReason], ...] = (
    ("already been used", R.ALREADY_USED),
    ("already used", R.ALREADY_USED),
    ("already redeemed", R.ALREADY_USED),
    ("already been redeemed", R.ALREADY_USED),
    ("already spent", R.ALREADY_USED),
    ("has been used", R.ALREADY_USED),
    ("has been redeemed", R.ALREADY_USED),
    ("expired", R.EXPIRED),
    ("too old", R.EXPIRED),
    ("no longer valid", R.EXPIRED),
    ("out of date", R.EXPIRED),
    ("insufficient", R.INSUFFICIENT),
    ("not enough", R.INSUFFICIENT),
    ("too little", R.INSUFFICIENT),
    ("exceeds the balance", R.INSUFFICIENT),
    ("exceeds the voucher", R.INSUFFICIENT),
    ("cancelled", R.CANCELLED),
    ("canceled", R.CANCELLED),
    ("blacklisted", R.CANCELLED),
    ("could not be found", R.NOT_FOUND),
    ("not found", R.NOT_FOUND),
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
    ("provider unavailable", R.PROVIDER_DOWN),
    ("provider is unavailable", R.PROVIDER_DOWN),
    ("service unavailable", R.PROVIDER_DOWN),
    ("temporarily unavailable", R.PROVIDER_DOWN),
    ("currently unavailable", R.PROVIDER_DOWN),
    ("upstream unavailable", R.PROVIDER_DOWN),
    ("outage", R.PROVIDER_DOWN),
    ("maintenance", R.PROVIDER_DOWN),
    ("try again later", R.PROVIDER_DOWN),
    ("timed out", R.PROVIDER_DOWN),
    ("api key", R.NOT_AUTHORISED),
    ("unauthori", R.NOT_AUTHORISED),
    ("permission", R.NOT_AUTHORISED),
    ("required", R.BAD_REQUEST),
    ("missing", R.BAD_REQUEST),
    ("malformed", R.BAD_REQUEST),
    ("validation", R.BAD_REQUEST),
)
_ABOUT_A_VOUCHER = re.compile(r"\b(?:voucher|pin)s?\b")
"""A token may be the till's own, that lets it in."""
_REASONS_OF_VOUCHERS = frozenset(
    {*(R.ALREADY_USED, R.EXPIRED, R.INSUFFICIENT, R.USED_OR_TOO_LITTLE), R.CANCELLED, R.NOT_FOUND}
)


def find_reason(prose: str, otherwise: DeclineReason) -> DeclineReason:
    """Return the reason of the first phrase that the words have; ``otherwise`` if they have none.

    If they name both "used" and "too little", which of the two it is stays open:
    USED_OR_TOO_LITTLE.
    """
    lowered = _plain(prose)
    found = [reason for phrase, reason in PHRASES if phrase in lowered]
    if {R.ALREADY_USED, R.INSUFFICIENT} <= set(found):
        return R.USED_OR_TOO_LITTLE
    return found[0] if found else otherwise


def find_reason_of_voucher(prose: str, otherwise: DeclineReason) -> DeclineReason:
    """Return a reason if the words are about a voucher and not, say, an address.

    Else ``otherwise`` is returned.
    """
    is_about_one = _ABOUT_A_VOUCHER.search(_plain(prose)) is not None
    reason = find_reason(prose, otherwise)
    return reason if is_about_one and reason in _REASONS_OF_VOUCHERS else otherwise


def names_a_reason(prose: str) -> bool:
    """Whether the words name a reason which proves that nothing was taken.

    An outage is no such reason: it may have begun after the voucher was taken.
    """
    return find_reason(prose, R.PROVIDER_DOWN) is not R.PROVIDER_DOWN


def _plain(prose: str) -> str:
    return prose.casefold().replace("_", " ")
