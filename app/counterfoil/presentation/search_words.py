"""Reads what somebody typed to find a sale, in all its possible meanings."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from counterfoil.domain.money import AmountError, parse_amount
from counterfoil.domain.search import LETTERS_MIN, Search, may_be_code, plain_code
from counterfoil.domain.secret import MASK, Secret
from counterfoil.domain.states import RedemptionState
from counterfoil.presentation.screens import HistoryFilter
from counterfoil.presentation.words import outcomes

_DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d %b %Y", "%d %B %Y")
_TAIL = 4
_DECIMAL_MARKS = frozenset(".,")
"""With one of these before two last digits an amount is no number of a voucher, however long."""
_S = RedemptionState
FILTERED: Mapping[HistoryFilter, frozenset[RedemptionState]] = {
    HistoryFilter.PAID: frozenset({_S.FINAL}),
    HistoryFilter.REFUSED: frozenset({_S.DECLINED}),
    HistoryFilter.WAITING: frozenset(
        {_S.PREPARED, _S.INFLIGHT, _S.APPROVED, _S.REVERSING, _S.UNCLAIMED, _S.ATTENTION}
    ),
    HistoryFilter.TAKEN_BACK: frozenset({_S.REVERSED, _S.REVERSED_UNVERIFIED, _S.RESOLVED}),
}
"""The states that each filter lets pass. What a person has settled stands with what went back."""
_DAYS_OF_THIS_YEAR = ("%d %b %Y", "%d %B %Y")


def search_of(text: str, now: datetime) -> Search:
    """Return the search for a text that was typed.

    A day or a time in it is one of the till's own clock, to which ``now`` belongs.
    """
    plain = " ".join(text.split())
    cents = None
    with suppress(AmountError):
        cents = parse_amount(plain).cents
    span = _span(plain, now.astimezone())
    is_money = cents is not None and plain[-3:-2] in _DECIMAL_MARKS
    if span is None and not is_money and may_be_code(plain):
        # It may be money: it is not kept as a text that could be shown.
        return Search(code=Secret(plain))
    return Search(
        text=plain.lower(),
        cents=cents,
        days=span,
        states=outcomes.states_called(plain) if len(plain) >= LETTERS_MIN else frozenset(),
    )


def narrowed(
    search: Search | None, filters: frozenset[HistoryFilter], now: datetime
) -> Search | None:
    """Return a search for what also passes the filters; None where nothing is looked for.

    A day and a state must both fit; of several states one must.
    """
    states = frozenset[RedemptionState]().union(*(FILTERED.get(one, ()) for one in filters))
    days = _span("today", now.astimezone()) if HistoryFilter.TODAY in filters else None
    if search is not None:
        return replace(search, within=days, only=states)
    if days is not None:
        return Search(days=days, only=states)
    return Search(states=states) if states else None


def shown_text(text: str, search: Search) -> str:
    """Return a text as it may stand on the screen once it was looked for: a number only masked."""
    return text if search.code is None else f"{MASK} {plain_code(text)[-_TAIL:]}"


def _span(text: str, now: datetime) -> tuple[datetime, datetime] | None:
    """Return a whole day, or one minute of it; a minute without a day is one of today."""
    with suppress(OverflowError):  # beside the first and the last day that there are is none
        return _span_of(text, now)
    return None


def _span_of(text: str, now: datetime) -> tuple[datetime, datetime] | None:
    if (day := _day(text, now)) is not None:
        return day, _midnight(day + timedelta(days=1, hours=12))
    named, _, minute = text.rpartition(" ")
    day = _day(named, now) if named else _midnight(now)
    with suppress(ValueError):
        at = datetime.strptime(minute, "%H:%M").time()  # noqa: DTZ007 - the till's own clock
        if day is not None:
            begins = day.replace(tzinfo=None, hour=at.hour, minute=at.minute).astimezone()
            return begins, begins + timedelta(minutes=1)
    return None


def _day(text: str, now: datetime) -> datetime | None:
    named = {"today": now, "yesterday": _midnight(now) - timedelta(hours=12)}
    if text.lower() in named:
        return _midnight(named[text.lower()])
    tries = [(text, one) for one in _DAYS]
    # A day without a year is one of this year; with it, as Python wants leap days to be read.
    tries += [(f"{text} {now.year}", one) for one in _DAYS_OF_THIS_YEAR]
    for written, form in tries:
        with suppress(ValueError, OverflowError):
            return _midnight(datetime.strptime(written, form).astimezone())
    return None


def _midnight(at: datetime) -> datetime:
    """Return when its day began here; a day may have 23 or 25 hours."""
    return at.replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0).astimezone()
