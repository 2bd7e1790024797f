"""Reads what somebody typed to find a sale, in all its possible meanings."""

from contextlib import suppress
from datetime import datetime, timedelta

from counterfoil.domain.money import AmountError, parse_amount
from counterfoil.domain.search import LETTERS_MIN, Search
from counterfoil.presentation.words import outcomes

_DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d %b %Y", "%d %B %Y")
_DAYS_OF_THIS_YEAR = ("%d %b %Y", "%d %B %Y")


def search_of(text: str, now: datetime) -> Search:
    """Return the search for a text that was typed.

    A day in it is a day of the till's own calendar, to which ``now`` belongs.
    """
    plain = " ".join(text.split())
    cents = None
    with suppress(AmountError):
        cents = parse_amount(plain).cents
    day = _day(plain, now.astimezone())
    return Search(
        text=plain.lower(),
        cents=cents,
        days=None if day is None else (day, _midnight(day + timedelta(days=1, hours=12))),
        states=outcomes.states_called(plain) if len(plain) >= LETTERS_MIN else frozenset(),
    )


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
