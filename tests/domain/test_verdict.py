"""What may be seen of a change voucher, and what may not."""

from dataclasses import replace

import pytest

from counterfoil.domain.secret import Secret
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import ChangeCode, ChangeShape, ChangeVoucher, CodeShape
from support.canary import CANARY_CHANGE_PIN
from support.till import in_state, prepared

CODE = ChangeCode("pin", Secret(CANARY_CHANGE_PIN))
OTHER = ChangeCode("barcode", Secret("60012345"), is_number=True)


def test_a_shape_has_all_but_the_codes() -> None:
    """Their names and lengths, and whatever else the provider told, of each voucher."""
    second = ChangeVoucher(codes=(OTHER,), unread=("state",))
    whole = ChangeVoucher(
        codes=(CODE,),
        amount_cents=3100,
        serial_number="SN 1",
        expires="2029-11-20",
        instructions="Dial *120# within a year",
        is_sent_by_sms=True,
        more=(second,),
    )
    assert whole.shape == ChangeShape(
        codes=(CodeShape("pin", 16),),
        amount_cents=3100,
        serial_number="SN 1",
        expires="2029-11-20",
        instructions="Dial *120# within a year",
        is_sent_by_sms=True,
        more=(ChangeShape(codes=(CodeShape("barcode", 8, is_number=True),), unread=("state",)),),
    )
    assert whole.shape.vouchers == (whole.shape, second.shape)
    assert [one.name for one in whole.shape.all_codes] == ["pin", "barcode"]
    assert CANARY_CHANGE_PIN not in repr(whole.shape)


@pytest.mark.parametrize(
    ("words", "is_kept"),
    [
        ("Dial *120# within a year", True),
        (f"Dial *120*{CANARY_CHANGE_PIN}#", False),
        ("Or scan 6001 2345", False),
        (None, False),
    ],
)
def test_words_that_repeat_a_code_of_any_voucher_are_no_part_of_a_shape(
    words: str | None, *, is_kept: bool
) -> None:
    """However the code is grouped; those of the first voucher may repeat one of the second."""
    second = ChangeVoucher(codes=(OTHER,), instructions=words)
    shape = ChangeVoucher(codes=(CODE,), instructions=words, more=(second,)).shape
    kept = words if is_kept else None
    assert [one.instructions for one in shape.vouchers] == [kept, kept]


def test_what_is_scanned_is_told_from_what_is_typed_without_the_code() -> None:
    """By the name that it came under."""
    assert [one.shape.is_scanned for one in (CODE, OTHER)] == [False, True]
    assert [one.is_scanned for one in (CODE, OTHER)] == [False, True]


def test_a_redemption_says_whether_there_is_a_code() -> None:
    """Change of which no code could be read has none to print or to reveal."""
    final = in_state(RedemptionState.FINAL)
    assert final.has_change_pin
    assert not replace(final, change=ChangeShape(amount_cents=5)).has_change_pin
    assert not prepared().has_change_pin
