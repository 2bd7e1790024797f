"""The loose parts of an answer: read what can be read, and lose no PIN."""

from typing import Any

import pytest

from counterfoil.adapters.upstream.moment.change import (
    find_change,
    read_change,
    read_upstream_reference,
)
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


def told(change: ChangeVoucher) -> list[tuple[str, str]]:
    """Return every code with its name."""
    return [(code.name, code.text.reveal()) for code in change.all_codes]


def test_every_part_is_read() -> None:
    """All that is named anywhere reaches the slip."""
    change = read()
    assert change.pin is not None
    assert change.pin.reveal() == CANARY_CHANGE_PIN
    assert change.amount_cents == 3100
    assert change.serial_number == "SN-77"
    assert change.expires == "2029-11-20"
    assert told(change) == [("pin", CANARY_CHANGE_PIN), ("barcode", "880001")]
    assert change.instructions == "Redeem at any till."
    assert not change.is_sent_by_sms


@pytest.mark.parametrize(
    "key", ["pin", "PIN", "token", "voucher_pin", "voucherPin", "newToken", "code", "VOUCHER-CODE"]
)
def test_a_code_keeps_the_name_that_it_came_under(key: str) -> None:
    """One provider's own word for its PIN is token, and none is shown as another."""
    change = read(**{"pin": ..., "barcode": ..., key: f" {CANARY_CHANGE_PIN} "})
    assert told(change) == [(key, CANARY_CHANGE_PIN)]


@pytest.mark.parametrize("pin", [None, "", "123", "1" * 65, "12\x0034", ["1234"], 1e15, -9, True])
def test_what_is_no_pin_is_left_out_and_a_barcode_is_never_taken_for_one(pin: object) -> None:
    """A control character would reach the printer; the barcode stays what it is."""
    change = read(pin=pin)
    assert told(change) == [("barcode", "880001")]
    assert change.pin is None
    assert change.serial_number == "SN-77"


@pytest.mark.parametrize(
    ("part", "codes"),
    [
        ({"pin": 9000000000541588}, [("pin", "9000000000541588")]),
        ({"voucher": {"pin": "55443322"}}, [("pin", "55443322")]),
        ({"data": {"voucher": {"PIN": "55443322"}}}, [("PIN", "55443322")]),
        ({"pin": {"value": "55443322"}}, [("pin", "55443322")]),
        ([{"pin": "55443322"}, {"pin": "66554433"}], [("pin", "55443322"), ("pin", "66554433")]),
        (
            {"pins": ["554433221100", "665544332211"]},
            [("pins", "554433221100"), ("pins", "665544332211")],
        ),
        ({"pin": "5544", "next": {"token": "AB12"}}, [("pin", "5544"), ("token", "AB12")]),
        ({"pin": "5544", "token": "AB12"}, [("pin", "5544"), ("token", "AB12")]),
        ({"pin": "55443322", "barcode": "55443322"}, [("pin", "55443322")]),
        ({"pin": "١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦"}, [("pin", "1234567890123456")]),
        ("1234 5678 9012 3456", [("change_voucher", "1234 5678 9012 3456")]),
        ({"pin": "5544", "original_voucher": {"pin": "1111"}}, [("pin", "5544")]),
    ],
)
def test_no_code_is_dropped_wherever_it_stands(part: Any, codes: list[tuple[str, str]]) -> None:
    """A number, another case, one level down, a second voucher, digits of another script.

    The code of the voucher that was redeemed is none of them.
    """
    change = read_change(part, INLINE)
    assert change is not None
    assert told(change) == codes
    assert not change.is_unreadable


def test_each_voucher_keeps_its_own_amount() -> None:
    """Two vouchers are two amounts; what stands on an envelope counts where it holds one."""
    two = read_change([{"pin": "5544", "amount": 100}, {"pin": "6655", "amount": 200}], INLINE)
    assert two is not None
    assert [one.amount_cents for one in two.vouchers] == [100, 200]
    one = read_change({"amount": 300, "voucher": {"pin": "5544"}}, INLINE)
    assert one is not None
    assert [voucher.amount_cents for voucher in one.vouchers] == [300]


def test_a_number_may_have_lost_its_zeros() -> None:
    """It is shown, and the customer is warned."""
    change = read(pin=6208841937754)
    assert [code.is_number for code in change.codes] == [True, False]


@pytest.mark.parametrize(
    ("part", "names"),
    [
        ({"state": "made", "voucher": {"ref": "R-1"}}, ("state", "voucher.ref")),
        ({"pin": ["1234"], "amount": 3100}, ("pin", "amount")),
        ("soon", ("change_voucher",)),
        ([7], ("change_voucher",)),
    ],
)
def test_a_voucher_without_a_code_names_what_came(part: Any, names: tuple[str, ...]) -> None:
    """The names and never the values: whoever helps must know where to look."""
    change = read_change(part, INLINE)
    assert change is not None
    assert change.is_unreadable
    assert change.unread == names


def test_the_second_of_two_is_not_silent_about_its_missing_code() -> None:
    """One voucher that can be read does not hide one that cannot."""
    change = read_change({"vouchers": [{"pin": "5544"}, {"ref": "R-1"}]}, INLINE)
    assert change is not None
    assert change.is_unreadable
    assert [one.unread for one in change.vouchers] == [(), ("ref",)]


@pytest.mark.parametrize("key", ["change_voucher", "changeVoucher", "replacement_voucher"])
def test_the_new_voucher_may_stand_under_another_name(key: str) -> None:
    """And an answer that has two of them has two vouchers."""
    assert find_change({"id": 1, key: {"pin": "5544"}}) == {"pin": "5544"}
    both = find_change({key: {"pin": "5544"}, "new_voucher": {"pin": "6655"}})
    assert both == [{"pin": "5544"}, {"pin": "6655"}]


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
    assert read_change([], INLINE) is None
    assert read_change([None], SMS) is None


def test_a_list_of_one_is_read_as_the_one() -> None:
    """A new shape must not cost the PIN."""
    change = read_change([change_voucher()], INLINE)
    assert change is not None
    assert change.pin is not None


@pytest.mark.parametrize("part", ["text", 7, True])
def test_what_cannot_be_read_is_still_told(part: object) -> None:
    """A change voucher without a PIN says that a person must look at the whole answer."""
    assert read_change(part, INLINE) == ChangeVoucher(unread=("change_voucher",))
    assert read_change(part, SMS) == ChangeVoucher(is_sent_by_sms=True)


def test_the_providers_reference_is_never_the_pin_beside_it() -> None:
    """The same bag holds both."""
    assert read_upstream_reference({"serial_number": "S1", "pin": CANARY_CHANGE_PIN}) == "S1"
    assert read_upstream_reference({"pin": CANARY_CHANGE_PIN}) is None
    assert read_upstream_reference(["S1"]) is None
