"""Phone numbers as people type them."""

import pytest

from counterfoil.adapters.system.phones import PhoneNumbers
from support.canary import CANARY_PHONE

NATIONAL = "0" + CANARY_PHONE.removeprefix("+27")


@pytest.mark.parametrize(
    "text",
    [
        NATIONAL,
        CANARY_PHONE,
        f"{NATIONAL[:3]} {NATIONAL[3:6]} {NATIONAL[6:]}",
        f"({NATIONAL[:3]}) {NATIONAL[3:6]}-{NATIONAL[6:]}",
        f"0027 {NATIONAL[1:]}",
        f" {CANARY_PHONE}\u00a0",
    ],
)
def test_a_number_is_read_as_people_write_it(text: str) -> None:
    """With or without country code, spaces, dashes and brackets."""
    assert PhoneNumbers("ZA").parse(text).reveal() == CANARY_PHONE


def test_a_number_of_another_country_keeps_its_code() -> None:
    """The shop's country only helps with numbers that name none."""
    assert PhoneNumbers("ZA").parse("+264 81 123 4567").reveal() == "+264811234567"
    assert PhoneNumbers("NA").parse("081 123 4567").reveal() == "+264811234567"


@pytest.mark.parametrize(
    "text", ["", "12", "hello", "082", "0999999999", "1" * 500, NATIONAL + "x9"]
)
def test_what_no_phone_can_have_is_refused_without_repeating_it(text: str) -> None:
    """A wrong number would send somebody else's money away."""
    with pytest.raises(ValueError, match="phone") as refused:
        PhoneNumbers("ZA").parse(text)
    assert not text or text not in str(refused.value)
    assert refused.value.__cause__ is None
