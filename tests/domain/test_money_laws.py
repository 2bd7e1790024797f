"""What holds for every amount and every text."""

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.money import (
    AMOUNT_CENTS_MAX,
    AmountError,
    Exact,
    format_cents,
    parse_amount,
)

CENTS = st.integers(1, AMOUNT_CENTS_MAX)
TYPED = st.text(alphabet="0123456789.,' R-ZAr\u00a0\u0661", max_size=14)


@given(CENTS)
def test_what_the_till_writes_it_reads_as_the_same_amount(cents: int) -> None:
    """No cent is gained or lost between screen and form."""
    assert parse_amount(format_cents(cents)) == Exact(cents)


@given(CENTS, st.sampled_from(["{0}.{1:02d}", "{0},{1:02d}", "R{0}.{1:02d}", "zar {0},{1:02d}"]))
def test_plain_writing_is_read_in_every_style(cents: int, style: str) -> None:
    """With a point, a comma, with and without the sign."""
    assert parse_amount(style.format(*divmod(cents, 100))) == Exact(cents)


@given(
    st.integers(100_000, AMOUNT_CENTS_MAX), st.sampled_from([" .", " ,", ",.", ".,", "'.", "',"])
)
def test_grouped_writing_is_read_where_group_and_decimal_differ(cents: int, marks: str) -> None:
    """Thousands apart, cents behind another mark."""
    rands, rest = divmod(cents, 100)
    text = f"{rands:,}".replace(",", marks[0]) + f"{marks[1]}{rest:02d}"
    assert parse_amount(text) == Exact(cents)


@given(st.integers(1_000, 999_999), st.sampled_from([",", "."]))
def test_one_mark_before_three_digits_is_never_guessed(rands: int, mark: str) -> None:
    """1,234 is a rand and a bit to some and a thousand to others."""
    text = f"{rands:,}".replace(",", mark)
    try:
        parse_amount(text)
    except AmountError:
        return
    raise AssertionError(text)


@given(st.one_of(TYPED, st.text()))
def test_any_text_is_an_amount_in_range_or_an_amount_error(text: str) -> None:
    """Nothing else comes out, whatever leans on the keys."""
    try:
        amount = parse_amount(text)
    except AmountError:
        return
    assert 0 < amount.cents <= AMOUNT_CENTS_MAX
    assert parse_amount(format_cents(amount.cents)) == amount


@given(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12))
def test_different_amounts_are_written_differently(one: int, other: int) -> None:
    """And the sign is all that a negative amount adds."""
    assert (format_cents(one) == format_cents(other)) is (one == other)
    assert format_cents(-abs(one) - 1) == f"-{format_cents(abs(one) + 1)}"
