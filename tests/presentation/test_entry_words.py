"""What a cashier reads of a field that cannot be sent as it was typed."""

from dataclasses import replace

import pytest

from counterfoil.domain.causes.entry import EntryCause, EntryProblem, NotAValue
from counterfoil.domain.code import CodeProblem, NotACode
from counterfoil.domain.entry import clean_field
from counterfoil.domain.failures import EntryError
from counterfoil.domain.money import AmountProblem, Money, NotAnAmount
from counterfoil.domain.voucher_type import Choice, FieldKind, FieldSpec
from counterfoil.presentation.words import entries

NOTE = FieldSpec(name="note", label="Note", is_required=False)
PIN = FieldSpec(name="pin", label="Voucher PIN", kind=FieldKind.DIGITS, length=16)
FACE = FieldSpec(name="face", label="Face value", kind=FieldKind.MONEY)
CHECKED = FieldSpec(name="checked", label="Checked", kind=FieldKind.BOOLEAN)
DAY = FieldSpec(name="day", label="Day", kind=FieldKind.DATE, minimum="2026-01-01")
YEARS = FieldSpec(name="years", label="Years", kind=FieldKind.INTEGER, maximum="6")
BRAND = FieldSpec(
    name="brand",
    label="Card brand",
    kind=FieldKind.CHOICE,
    choices=(Choice(value="Classic", label="Blue"),),
)


@pytest.mark.parametrize(
    ("spec", "typed", "said"),
    [
        (PIN, "", "Enter the voucher PIN"),
        (replace(NOTE, is_required=True, label="SMS text"), "", "Enter the SMS text"),
        (BRAND, "", "Choose the card brand"),
        (BRAND, "Silver", "Choose the card brand from the list"),
        (CHECKED, "", "Answer Yes or No: Checked"),
        (CHECKED, "maybe", "Choose Yes or No"),
        (PIN, "1234567890", "Too short: 10 of 16 digits"),
        (PIN, "x" * 1000, "Too long: more than 255 characters"),
        (NOTE, "x" * 256, "Too long: more than 255 characters"),
        (DAY, "05/06/2026", "Write year-month-day, such as 2026-11-28"),
        (DAY, "2025-12-31", "The least is 2026-01-01"),
        (YEARS, "7", "The most is 6"),
        (replace(FACE, maximum="5000"), "50.01", "The most is R50.00"),
        (replace(FACE, maximum="5000", currency="UGX"), "5001", "The most is UGX 5,000"),
        (replace(NOTE, length_min=4), "abc", "Too short: 3 of 4 characters"),
        (FACE, "1,234", "This can be two amounts: type 1234.00"),
    ],
)
def test_a_field_that_is_refused_says_what_to_type(spec: FieldSpec, typed: str, said: str) -> None:
    """The words name the field as the form does, and a bound as it is typed."""
    with pytest.raises(EntryError) as refused:
        clean_field(spec, typed)
    assert entries.misentry(refused.value.cause) == said


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (
            NotAnAmount(AmountProblem.ABOVE_LIMIT, Money(500_000, "NAD")),
            "At most NAD 5,000.00 for this voucher",
        ),
        (
            NotAnAmount(AmountProblem.OTHER_UNIT, Money(5_000, "UGX")),
            "Type it as this currency is written, for example 5000",
        ),
        (
            NotAValue(EntryProblem.NOT_LIKE, wanted="AB12"),
            "This is not in the form that is wanted here, such as AB12",
        ),
    ],
)
def test_an_example_and_a_limit_are_in_the_words(cause: EntryCause, said: str) -> None:
    """The sign of the currency stays as it is written."""
    assert entries.misentry(cause) == said


@pytest.mark.parametrize(
    "cause",
    [
        *map(NotAnAmount, AmountProblem),
        *map(NotACode, CodeProblem),
        *map(NotAValue, EntryProblem),
    ],
)
def test_every_cause_has_words(cause: EntryCause) -> None:
    """A cashier reads a sentence, not a name, and it goes on after a full stop or before one."""
    said = entries.misentry(cause)
    assert said[0].isupper()
    assert " " in said
    assert not said.endswith(".")
