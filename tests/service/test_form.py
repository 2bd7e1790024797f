"""A form's texts become fields that can be sent."""

from dataclasses import replace

import pytest
from typing_extensions import override

from counterfoil.adapters.system.patterns import LinearPatterns
from counterfoil.domain.failures import EntryError
from counterfoil.domain.secret import Secret
from counterfoil.domain.voucher_type import FieldKind, FieldSpec
from counterfoil.ports.phones import Phones
from counterfoil.service.form import check_field, read_form
from support.canary import CANARY_PHONE, CANARY_PIN
from support.till import ONE_VOUCHER

GROUPED_PIN = " ".join(CANARY_PIN[start : start + 4] for start in range(0, 16, 4))
SERIAL_FIELD = FieldSpec(
    name="serial_number", label="Serial number", kind=FieldKind.TEXT, is_required=False
)
SERIAL_VOUCHER = replace(ONE_VOUCHER, fields=(*ONE_VOUCHER.fields, SERIAL_FIELD))


class OneNumber(Phones):
    """Knows one phone number."""

    @override
    def parse(self, text: str) -> Secret:
        """Return the number, or refuse any other."""
        if text.replace(" ", "") != CANARY_PHONE.replace("+27", "0"):
            raise ValueError("no such number")
        return Secret(CANARY_PHONE)


def test_each_field_is_cleaned_by_its_kind() -> None:
    """Digits lose their spaces and a phone number gets its country."""
    typed = {"pin": GROUPED_PIN, "phone_number": CANARY_PHONE.replace("+27", "0")}
    assert read_form(ONE_VOUCHER, typed, OneNumber(), LinearPatterns()) == {
        "pin": Secret(CANARY_PIN),
        "phone_number": Secret(CANARY_PHONE),
    }


@pytest.mark.parametrize("phone", [{}, {"phone_number": ""}, {"phone_number": "  "}])
def test_an_optional_field_left_empty_is_left_out(phone: dict[str, str]) -> None:
    """It is not sent as an empty text."""
    fields = read_form(ONE_VOUCHER, {"pin": CANARY_PIN, **phone}, OneNumber(), LinearPatterns())
    assert fields == {"pin": Secret(CANARY_PIN)}


@pytest.mark.parametrize("typed", [{}, {"pin": ""}, {"pin": "   "}])
def test_a_required_field_left_empty_is_named(typed: dict[str, str]) -> None:
    """The cashier is sent to the field."""
    with pytest.raises(EntryError) as refused:
        read_form(ONE_VOUCHER, typed, OneNumber(), LinearPatterns())
    assert refused.value.field == "pin"


def test_a_lookup_needs_only_one_field_that_names_the_voucher() -> None:
    """A serial number is enough to look it up, and not enough to redeem it."""
    typed = {"serial_number": "000000000000", "pin": " "}
    fields = read_form(SERIAL_VOUCHER, typed, OneNumber(), LinearPatterns(), for_lookup=True)
    assert fields == {"serial_number": Secret("000000000000")}
    with pytest.raises(EntryError) as refused:
        read_form(SERIAL_VOUCHER, typed, OneNumber(), LinearPatterns())
    assert refused.value.field == "pin"


@pytest.mark.parametrize(
    "typed", [{}, {"serial_number": " "}, {"phone_number": CANARY_PHONE.replace("+27", "0")}]
)
def test_a_lookup_by_nothing_or_by_a_phone_number_names_the_missing_field(
    typed: dict[str, str],
) -> None:
    """A phone number names a person."""
    with pytest.raises(EntryError) as refused:
        read_form(SERIAL_VOUCHER, typed, OneNumber(), LinearPatterns(), for_lookup=True)
    assert refused.value.field == "pin"


def test_a_number_that_cannot_exist_is_refused_without_repeating_it() -> None:
    """What was typed is in neither the words nor the cause."""
    with pytest.raises(EntryError, match="not_a_phone") as refused:
        read_form(
            ONE_VOUCHER, {"pin": CANARY_PIN, "phone_number": "12345"}, OneNumber(), LinearPatterns()
        )
    assert refused.value.field == "phone_number"
    assert refused.value.__suppress_context__


def test_a_field_that_the_type_has_not_is_refused() -> None:
    """A mistyped field name of the command line is told, not dropped."""
    with pytest.raises(EntryError, match="no_such_field") as refused:
        read_form(ONE_VOUCHER, {"pin": CANARY_PIN, "token": "1"}, OneNumber(), LinearPatterns())
    assert refused.value.field == "token"


@pytest.mark.parametrize(
    ("pattern", "typed", "is_taken"),
    [
        ("^[A-Z]{2}[0-9]+$", "AB12", True),
        ("^[A-Z]{2}[0-9]+$", "nope", False),
        ("(a+)+$", "a" * 200 + "!", False),
        ("(?=x)y", "anything", True),
        ("[", "anything", True),
        (r"(\w{100}){100}", "anything", True),
    ],
)
def test_a_pattern_is_checked_at_the_field_whatever_it_is(
    pattern: str, typed: str, is_taken: bool
) -> None:
    """One made to run for ever is tried in no time, and one that cannot be read checks nothing."""
    spec = FieldSpec(name="mark", label="Mark", pattern=pattern)
    if is_taken:
        assert check_field(spec, typed, LinearPatterns()) == typed
        return
    with pytest.raises(EntryError, match="not_in_form"):
        check_field(spec, typed, LinearPatterns())
