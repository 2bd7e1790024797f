"""Guesses from the headings and the first rows which column of a statement holds what."""

import re
from collections.abc import Iterable, Mapping, Sequence

from counterfoil.adapters.statements.csv_file import BadLineError
from counterfoil.adapters.statements.lines import letters_of, read_time
from counterfoil.domain.statement import AmountForm, StatementColumns, TimeForm, Zone

_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "reference": (
        *("externalreference", "merchantreference", "clientreference", "yourreference"),
        *("requestid", "ourreference", "customerreference", "tillreference", "reference", "ref"),
    ),
    "their_reference": (
        *("redemptionid", "providerreference", "transactionid", "transactionreference", "rrn"),
        *("retrievalreference", "transactionnumber", "tranid", "id"),
    ),
    "amount": (
        *("redeemedamount", "redeemed", "amountcents", "amountincents", "transactionamount"),
        *("amount", "value", "netamount", "total"),
    ),
    "currency": ("currency", "currencycode", "ccy"),
    "time": (
        *("createdat", "created", "transactiontime", "transactiondate", "datetime", "timestamp"),
        *("time", "date", "postedat", "postingdate"),
    ),
    "kind": (
        *(
            "status",
            "state",
            "entry",
            "transactiontype",
            "messagetype",
            "kind",
            "operation",
            "type",
        ),
    ),
}
"""The usual headings of each column as their letters, the surest first."""
_TAKEN = (
    *("confirmed", "redemption", "redeemed", "redeem", "debit", "sale", "success", "successful"),
    *("approved", "captured", "completed", "refund_reversal", "refund_reversed"),
)
_GIVEN_BACK = ("reversal", "reversed", "refund", "refunded", "credit", "void", "voided")
_NOTHING = (
    *("failed", "declined", "refused", "rejected", "expired", "draft", "reserved", "pending"),
    *("cancelled", "canceled"),
)
_COMMA = re.compile(r".*,[0-9]{1,2}\W*")
_POINT = re.compile(r".*\.[0-9]{1,2}\W*")
_NAMES_ZONE = re.compile(r".*(?:Z|[+-][0-9]{2}:?[0-9]{2})")
_FORMS = (TimeForm.ISO, TimeForm.DAY_FIRST, TimeForm.MONTH_FIRST, TimeForm.YEAR_FIRST)


def guessed(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> StatementColumns:
    """Return the most likely columns; where none fits, the name is empty."""
    found = _named(headings)
    values = {name: _values(headings, rows, heading) for name, heading in found.items()}
    has_kinds = "kind" in found
    return StatementColumns(
        **found,
        amount_form=_amount_form(found.get("amount", ""), values.get("amount", [])),
        time_form=_time_form(values.get("time", [])),
        zone=_zone(values.get("time", [])),
        taken=_TAKEN if has_kinds else (),
        given_back=_GIVEN_BACK if has_kinds else (),
        nothing=_NOTHING if has_kinds else (),
    )


def _named(headings: Iterable[str]) -> dict[str, str]:
    """Return the heading of each column; none is given twice."""
    by_letters = {letters_of(heading): heading for heading in headings}
    found = {}
    for name, usual in _HEADINGS.items():
        for letters in usual:
            if heading := by_letters.pop(letters, ""):
                found[name] = heading
                break
    return found


def _values(headings: Sequence[str], rows: Sequence[Sequence[str]], heading: str) -> list[str]:
    place = headings.index(heading)
    return [value for row in rows if (value := row[place].strip())]


def _amount_form(heading: str, values: Sequence[str]) -> AmountForm:
    if any(map(_POINT.fullmatch, values)):
        return AmountForm.POINT
    if any(map(_COMMA.fullmatch, values)):
        return AmountForm.COMMA
    return AmountForm.CENTS if "cents" in heading.casefold() else AmountForm.POINT


def _time_form(values: Sequence[str]) -> TimeForm:
    return next((form for form in _FORMS if _all_read(values, form)), TimeForm.ISO)


def _all_read(values: Sequence[str], form: TimeForm) -> bool:
    try:
        for value in values:
            _ = read_time(value, form, Zone.UTC)
    except BadLineError:
        return False
    return True


def _zone(values: Sequence[str]) -> Zone:
    """Return where times are from that name no zone: a provider mostly writes its own."""
    return Zone.UTC if any(map(_NAMES_ZONE.fullmatch, values)) else Zone.LOCAL
