"""The loose parts of an answer: read what can be read, and lose no PIN."""

from typing import Any

import pytest

from counterfoil.adapters.moment.change import read_change, read_upstream_reference
from counterfoil.domain.verdict import ChangeVoucher
from counterfoil.domain.voucher_type import ChangeManner
from support.canary import CANARY_CHANGE_PIN
from support.moment_bodies import change_voucher

INLINE, SMS = ChangeManner.INLINE, ChangeManner.SMS


def read(**changes: Any) -> ChangeVoucher:
    """Read a change voucher that was bent in some way."""
    change = read_change(change_voucher(**changes), INLINE)
    assert change is not None
    return change


def test_every_part_is_read() -> None:
    """All that is named anywhere reaches the slip."""
    change = read()
    assert change.pin is not None
    assert change.pin.reveal() == CANARY_CHANGE_PIN
    assert change.amount_cents == 3100
    assert change.serial_number == "SN-77"
    assert change.expires == "2029-11-20"
    assert change.barcode is not None
    assert change.barcode.reveal() == "880001"
    assert change.instructions == "Redeem at any till."
    assert not change.is_sent_by_sms


@pytest.mark.parametrize("key", ["pin", "token", "voucher_pin", "code"])
def test_the_pin_may_stand_under_another_name(key: str) -> None:
    """One provider's own word for its PIN is token."""
    change = read(**{"pin": ..., key: f" {CANARY_CHANGE_PIN} "})
    assert change.pin is not None
    assert change.pin.reveal() == CANARY_CHANGE_PIN


@pytest.mark.parametrize("pin", [6208841937754, None, "", "123", "1" * 65, "12\x0034", ["1234"]])
def test_what_is_no_pin_is_left_out(pin: object) -> None:
    """A number may have lost its zeros; a control character would reach the printer."""
    change = read(pin=pin)
    assert change.pin is None
    assert change.serial_number == "SN-77"


@pytest.mark.parametrize("key", ["expires_at", "expires", "expiry", "valid_until"])
def test_the_expiry_may_stand_under_another_name(key: str) -> None:
    """No page tells what it is called."""
    assert read(**{"expiry_date": ..., key: "2029-11-20"}).expires == "2029-11-20"


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "3100", "expiry_date": {"y": 2029}, "barcode": 7, "instructions": ["a"]},
        {"amount": 0, "serial_number": None, "expiry_date": 20291120, "barcode": ""},
        {"amount": 3.1, "barcode": "x" * 300, "instructions": ""},
        {"amount": True, "serial_number": "\u202e"},
        {"amount": 10**12},
    ],
)
def test_an_odd_part_never_costs_the_pin(changes: dict[str, Any]) -> None:
    """The PIN is the customer's only way to the rest of the money."""
    change = read(**changes)
    assert change.pin is not None
    assert change.amount_cents is None


def test_words_from_the_provider_are_cleaned() -> None:
    """What is printed has no control characters and an end."""
    change = read(instructions="Go\x1b[1m\nto " + "x" * 900)
    assert change.instructions is not None
    assert change.instructions.startswith("Go[1m to x")
    assert len(change.instructions) == 500


def test_no_part_is_no_change_voucher() -> None:
    """A full redemption leaves nothing."""
    assert read_change(None, INLINE) is None
    assert read_change({}, SMS) is None
    assert read_change([], SMS) == ChangeVoucher(is_sent_by_sms=True)


def test_a_list_of_one_is_read_as_the_one() -> None:
    """A new shape must not cost the PIN."""
    change = read_change([change_voucher()], INLINE)
    assert change is not None
    assert change.pin is not None


@pytest.mark.parametrize("part", ["text", 7, True])
def test_what_cannot_be_read_is_still_told(part: object) -> None:
    """A change voucher without a PIN says that a person must look at the whole answer."""
    assert read_change(part, INLINE) == ChangeVoucher()
    assert read_change(part, SMS) == ChangeVoucher(is_sent_by_sms=True)


def test_the_providers_reference_is_never_the_pin_beside_it() -> None:
    """The same bag holds both."""
    assert read_upstream_reference({"serial_number": "S1", "pin": CANARY_CHANGE_PIN}) == "S1"
    assert read_upstream_reference({"pin": CANARY_CHANGE_PIN}) is None
    assert read_upstream_reference(["S1"]) is None
