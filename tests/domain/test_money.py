"""Money as cents: what is read, what is refused, how it is written."""

import pytest

from counterfoil.domain.money import (
    AMOUNT_CENTS_MAX,
    AmountError,
    AmountProblem,
    Exact,
    FullValue,
    Limits,
    Money,
    add_up,
    format_cents,
    parse_amount,
    type_amount,
)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("19", 1900),
        ("19.00", 1900),
        ("19,00", 1900),
        ("12.5", 1250),
        ("12,5", 1250),
        ("R12", 1200),
        ("1 234,5", 123450),
        ("0.01", 1),
        ("0019.50", 1950),
        ("R19.00", 1900),
        ("r 19.00", 1900),
        ("ZAR 19.00", 1900),
        ("zar19", 1900),
        ("1234.50", 123450),
        ("1 234,50", 123450),
        ("R1,234.50", 123450),
        ("1.234,50", 123450),
        ("1'234.50", 123450),
        ("1 234", 123400),
        ("12 345 678", 1234567800),
        ("1,234,567.89", 123456789),
        ("1\u00a0234,50", 123450),
        ("1\u202f234,50", 123450),
        ("1\u2009234,50", 123450),
        ("  19.00\u00a0", 1900),
        ("\u0661\u0669", 1900),
        ("\uff11\uff19.\uff10\uff10", 1900),
    ],
)
def test_an_amount_is_read_as_people_write_it(text: str, cents: int) -> None:
    """With or without sign, groups and cents, in any script of digits."""
    if cents > AMOUNT_CENTS_MAX:
        with pytest.raises(AmountError):
            parse_amount(text)
    else:
        assert parse_amount(text) == Exact(cents)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "R",
        "RR5",
        "ZARR5",
        "USD 5.00",
        "0",
        "0.00",
        "-5.00",
        "+5.00",
        "5-",
        "1,234",
        "1.234",
        "1,234,567",
        "1.234.567",
        "1,234,50",
        "1 23",
        "1  234",
        "12345 678",
        "1 234 56",
        "1,23,456.00",
        "1.",
        ".50",
        "1.505",
        "1e3",
        "0x10",
        "½",
        "5²",
        "nan",
        "1_000",
        "19.00 R",
        "1\n234",
        "999999.999",
        "1000000.00",
    ],
)
def test_what_could_be_read_in_two_ways_or_none_is_refused(text: str) -> None:
    """A wrong amount is worse than a second try."""
    with pytest.raises(AmountError):
        parse_amount(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (" ", AmountProblem.EMPTY),
        ("Your R50 voucher", AmountProblem.NOT_AN_AMOUNT),
        ("0821234567", AmountProblem.CODE),
        ("0821234", AmountProblem.CODE),
        ("082 123 4567", AmountProblem.CODE),
        ("+27821234567", AmountProblem.CODE),
        ("1115684000000101", AmountProblem.CODE),
        ("1,234", AmountProblem.AMBIGUOUS),
        ("-5.00", AmountProblem.NEGATIVE),
        ("0", AmountProblem.ZERO),
        ("0.00", AmountProblem.ZERO),
        ("1000000", AmountProblem.TOO_LARGE),
        ("99999", AmountProblem.ABOVE_LIMIT),
        ("4.99", AmountProblem.BELOW_LIMIT),
    ],
)
def test_a_refused_amount_says_what_is_wrong_with_it(text: str, problem: AmountProblem) -> None:
    """A reason for each: what is no amount, two amounts, or more than the voucher type takes."""
    with pytest.raises(AmountError) as refused:
        parse_amount(text, Limits(least_cents=500, most_cents=500_000))
    assert refused.value.cause.problem is problem


def test_a_limit_is_told_in_its_currency() -> None:
    """The cashier reads how much it may be; the whole value is for the provider to judge."""
    limits = Limits(most_cents=500_000, currency="NAD")
    limits.check(FullValue())
    with pytest.raises(AmountError, match="above_limit") as refused:
        limits.check(Exact(500_001))
    assert refused.value.cause.wanted == Money(500_000, "NAD")


@pytest.mark.parametrize("digits", [5_000, 100_000])
def test_endless_digits_are_an_amount_error_like_any_other(digits: int) -> None:
    """A leaned-on key does not bring out another kind of failure."""
    with pytest.raises(AmountError):
        parse_amount("9" * digits)


@pytest.mark.parametrize("cents", [1, AMOUNT_CENTS_MAX])
def test_the_ends_of_the_range_are_amounts(cents: int) -> None:
    """One cent and 999,999.99 are the smallest and the largest."""
    assert Exact(cents).cents == cents


@pytest.mark.parametrize("cents", [0, -1, AMOUNT_CENTS_MAX + 1, True, 10.5, 10.0, "10", None])
def test_anything_but_whole_cents_in_range_is_no_amount(cents: object) -> None:
    """Neither nothing, nor a fraction, nor a truth value is money."""
    with pytest.raises(AmountError):
        Exact(cents)  # type: ignore[arg-type]  # the point of the test


@pytest.mark.parametrize(
    ("cents", "currency", "text"),
    [
        (1900, "ZAR", "R19.00"),
        (0, "ZAR", "R0.00"),
        (5, "ZAR", "R0.05"),
        (-123450, "ZAR", "-R1,234.50"),
        (123456789, "ZAR", "R1,234,567.89"),
        (1900, "USD", "USD 19.00"),
        (-1, "NAD", "-NAD 0.01"),
    ],
)
def test_cents_are_written_with_sign_groups_and_two_decimals(
    cents: int, currency: str, text: str
) -> None:
    """A currency without a sign is written by its code."""
    assert format_cents(cents, currency) == text


def test_rand_is_the_currency_nobody_has_to_name() -> None:
    """The currency of the country is the default."""
    assert format_cents(3100) == "R31.00"


@pytest.mark.parametrize(
    ("text", "currency", "minor_units", "written"),
    [
        ("5000", "UGX", 5000, "UGX 5,000"),
        ("UGX 5,000", "UGX", 5000, "UGX 5,000"),
        ("1 234 567", "JPY", 1_234_567, "JPY 1,234,567"),
        ("5", "KWD", 5000, "KWD 5.000"),
        ("5.25", "KWD", 5250, "KWD 5.250"),
        ("5.125", "KWD", 5125, "KWD 5.125"),
        ("USD 19", "USD", 1900, "USD 19.00"),
    ],
)
def test_each_currency_has_its_own_decimals(
    text: str, currency: str, minor_units: int, written: str
) -> None:
    """What is typed, sent and shown agrees, with none, two or three of them (ISO 4217)."""
    assert parse_amount(text, currency=currency) == Exact(minor_units)
    assert format_cents(minor_units, currency) == written
    assert parse_amount(type_amount(minor_units, currency), currency=currency) == Exact(minor_units)


@pytest.mark.parametrize(
    ("text", "currency"),
    [("50.00", "UGX"), ("50,5", "JPY"), ("1,234", "KWD"), ("1.2345", "KWD"), (".", "KWD")],
)
def test_what_a_currency_cannot_be_divided_into_is_refused(text: str, currency: str) -> None:
    """It was meant in another currency, or can be read in two ways."""
    with pytest.raises(AmountError, match="other_unit"):
        parse_amount(text, currency=currency)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", AmountProblem.EMPTY),
        ("five", AmountProblem.NOT_AN_AMOUNT),
        ("-5", AmountProblem.NEGATIVE),
    ],
)
def test_what_is_no_amount_is_none_in_any_currency(text: str, problem: AmountProblem) -> None:
    """A pasted word is refused by the box of a currency without cents as well."""
    with pytest.raises(AmountError) as refused:
        parse_amount(text, currency="UGX")
    assert refused.value.cause.problem is problem


def test_a_phone_number_is_no_amount_of_any_currency() -> None:
    """Where there are no cents, it would be read as a very large sum."""
    with pytest.raises(AmountError) as refused:
        parse_amount("0821234567", currency="UGX")
    assert refused.value.cause.problem is AmountProblem.CODE


def test_two_currencies_are_never_added_into_one_sum() -> None:
    """One sum for each, in the order in which they came."""
    amounts = [Money(1900, "ZAR"), Money(1900, "USD"), Money(500, "ZAR")]
    assert [str(one) for one in add_up(amounts)] == ["R24.00", "USD 19.00"]
    assert add_up([]) == ()
