"""Currencies by their ISO 4217 number, because the interface names none by its letters."""

from collections.abc import Mapping

NUMBERS: Mapping[str, str] = {
    "AOA": "973",
    "BWP": "072",
    "EUR": "978",
    "GBP": "826",
    "GHS": "936",
    "KES": "404",
    "LSL": "426",
    "MUR": "480",
    "MWK": "454",
    "MZN": "943",
    "NAD": "516",
    "NGN": "566",
    "RWF": "646",
    "SZL": "748",
    "TZS": "834",
    "UGX": "800",
    "USD": "840",
    "ZAR": "710",
    "ZMW": "967",
}
"""Where the tills may stand and what is used beside; another currency is not offered."""

_LETTERS = {number: letters for letters, number in NUMBERS.items()}


def letters_of(number: str) -> str | None:
    """Return the letters of a currency, such as ``ZAR`` for ``710``; None if the till lacks it."""
    return _LETTERS.get(number)
