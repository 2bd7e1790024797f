"""What a typed text may mean: a day, a minute, money, a name, or a number that nobody repeats."""

from datetime import UTC, datetime, timedelta

import pytest

from counterfoil.presentation.search_words import search_of, shown_text

NOW = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "begins", "lasts"),
    [
        ("2026-11-19", "2026-11-19", timedelta(days=1)),
        ("2026-11-19 09:30", "2026-11-19 09:30", timedelta(minutes=1)),
        ("yesterday 9:30", "2026-11-19 09:30", timedelta(minutes=1)),
        ("14:05", "2026-11-20 14:05", timedelta(minutes=1)),
        ("20 Nov", "2026-11-20", timedelta(days=1)),
    ],
)
def test_a_day_or_one_minute_of_it(text: str, begins: str, lasts: timedelta) -> None:
    """By the till's own clock; a minute without a day is one of today."""
    search = search_of(text, NOW)
    since = datetime.fromisoformat(begins).astimezone()
    assert search.days == (since, since + lasts)
    assert search.code is None


@pytest.mark.parametrize(
    "text", ["25:00", "monday 9:30", "9.30", "31 Dec 9999", "9999-12-31 23:59"]
)
def test_what_is_no_time(text: str) -> None:
    """It may still be a name or an amount."""
    assert search_of(text, NOW).days is None


@pytest.mark.parametrize("text", ["1234 5678 9012 3456", "0821234567", "AB12345678"])
def test_a_long_number_is_kept_as_a_secret(text: str) -> None:
    """Whatever shows the search shows the end of it alone."""
    search = search_of(text, NOW)
    assert (search.text, search.letters, search.tail, search.cents) == ("", None, None, None)
    assert search.code is not None
    assert text not in repr(search)
    assert shown_text(text, search).endswith(text.replace(" ", "")[-4:])
    assert not search.means_name("1Voucher")


@pytest.mark.parametrize("text", ["K7Q-42F", "0937", "gift voucher", "thandi", "1,900.00"])
def test_what_is_no_number_stays_a_text(text: str) -> None:
    """References, ends of numbers, names and amounts are looked for as before."""
    assert search_of(text, NOW).text == text.lower()


@pytest.mark.parametrize(
    ("text", "cents"), [("R123 456.78", 12_345_678), ("250000,00", 25_000_000), ("12345678", None)]
)
def test_a_large_amount_is_money_where_it_has_cents(text: str, cents: int | None) -> None:
    """Without them it may be the number of a voucher."""
    assert search_of(text, NOW).cents == cents
