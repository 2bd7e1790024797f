"""What each kind of outcome says of the line to a provider."""

from datetime import UTC, datetime, timedelta

import pytest

from counterfoil.adapters.upstream.contacts import contact_after
from counterfoil.adapters.upstream.exchange import (
    Answered,
    Loss,
    Lost,
    NotConnected,
    Obstacle,
    Outcome,
)
from counterfoil.domain.contact import UNASKED, Contact, LineState

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
UNTIL = AT + timedelta(days=30)
DATE = "Fri, 20 Nov 2026 11:55:00 GMT"
HEARD = Contact(line=LineState.ANSWERS, answered_at=AT, ahead_s=300.0, certificate_until=UNTIL)
"""What is known of a provider whose clock is five minutes behind that of the till."""


def answered(status: int, body: bytes = b"{}", date: str = DATE) -> Answered:
    """Return an answer that came at noon."""
    headers = {"content-type": "application/json", "date": date}
    return Answered(status, headers, body, at=AT, certificate_until=UNTIL)


def test_an_answer_tells_the_time_there_and_the_end_of_the_certificate() -> None:
    """Also one that refuses a voucher, or has a fault: it is the provider's own."""
    assert contact_after(UNASKED, answered(200)) == HEARD
    assert contact_after(UNASKED, answered(422)) == HEARD
    failing = contact_after(UNASKED, answered(503))
    assert (failing.line, failing.ahead_s) == (LineState.FAILS, 300.0)


@pytest.mark.parametrize("date", ["", "yesterday", "Fri, 99 Nov 2026 11:55:00 GMT"])
def test_a_date_that_cannot_be_read_says_nothing_of_the_clock(date: str) -> None:
    """And nothing else is lost by it."""
    found = contact_after(UNASKED, answered(200, date=date))
    assert (found.line, found.ahead_s) == (LineState.ANSWERS, None)


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        (answered(401), LineState.KEY_REFUSED),
        (answered(403), LineState.KEY_REFUSED),
        (NotConnected(Obstacle.NO_KEY), LineState.NO_KEY),
        (NotConnected(Obstacle.KEY_REFUSED), LineState.KEY_REFUSED),
        (NotConnected(Obstacle.DNS), LineState.NO_LINE),
        (NotConnected(Obstacle.TLS), LineState.NOT_TRUSTED),
        (NotConnected(Obstacle.INSECURE), LineState.NOT_SENT),
        (Lost(Loss.TIME_OUT), LineState.NO_ANSWER),
        (answered(200, b"<html>Sign in"), LineState.WEB_PAGE),
    ],
)
def test_a_missing_key_a_wrong_key_and_a_dead_line_are_told_apart(
    outcome: Outcome, line: LineState
) -> None:
    """Each has another person who mends it."""
    found = contact_after(UNASKED, outcome)
    assert found.line is line


@pytest.mark.parametrize(
    "outcome",
    [NotConnected(Obstacle.DNS), Lost(Loss.CUT_OFF), answered(200, b"<html>", "Mon, 1 Jan 2001")],
)
def test_what_was_no_answer_of_the_provider_leaves_what_it_said_last(outcome: Outcome) -> None:
    """The page of a network's login has a clock and a certificate of its own."""
    found = contact_after(HEARD, outcome)
    assert (found.answered_at, found.ahead_s) == (AT, 300.0)
    assert found.certificate_until == UNTIL


def test_every_obstacle_says_something_of_the_line() -> None:
    """A new one needs a line here."""
    assert {contact_after(UNASKED, NotConnected(one)).line for one in Obstacle}
