"""What a redemption says of itself."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from counterfoil.domain.redemption import read_reference, short_reference
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.voucher_type import UpstreamKind
from support.clocks import SeededChance
from support.till import prepared, sale, under_way, waiting


def test_the_reference_is_short_and_never_misread() -> None:
    """Three letters, a dash and three letters, without I, L, O and U."""
    chance = SeededChance()
    for _ in range(500):
        reference = short_reference(chance.new_id())
        assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{3}-[0-9A-HJKMNP-TV-Z]{3}", reference)


def test_the_reference_is_always_the_same_for_one_id() -> None:
    """It is derived, so nobody has to store it; dashes do not matter."""
    one = prepared()
    assert one.reference == short_reference(one.id) == short_reference(one.id.replace("-", ""))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (" k7q-m4d\r", "K7Q-M4D"),
        ("K7QM4D", None),
        ("K7Q-M4D-", None),
        ("K7I-M4D", None),
        ("", None),
    ],
)
def test_a_reference_is_read_as_its_barcode_has_it(typed: str, read: str | None) -> None:
    """With its dash; a code of letters that no reference has is none."""
    assert read_reference(typed) == read


def test_the_references_of_ids_spread_over_all_letters() -> None:
    """Thirty bits of the id are in it: five hundred of them do not collide."""
    chance = SeededChance()
    references = [short_reference(chance.new_id()) for _ in range(500)]
    assert len(set(references)) == 500
    assert len(set("".join(references))) == 33


@pytest.mark.parametrize(
    ("identity", "reference"),
    [("00000000-0000-4000-8000-000000000000", "000-000"), ("ffffffff-0", "ZZZ-ZZZ")],
)
def test_the_reference_is_the_low_thirty_bits_of_the_first_word(
    identity: str, reference: str
) -> None:
    """A slip printed by an older till is found by a newer one."""
    assert short_reference(identity) == reference


def test_an_attempt_is_under_way_until_its_end_is_written() -> None:
    """The two counters tell it, so no flag can disagree with them."""
    states = [prepared(), under_way(1), waiting(1), under_way(2), waiting(2)]
    assert [one.is_being_asked for one in states] == [False, True, False, True, False]
    assert all(a.attempts <= b.attempts for a, b in pairwise(states))


@pytest.mark.fault("H7")
def test_only_what_may_be_asked_again_with_its_key_can_pay_late() -> None:
    """Nothing that is settled or for a person, and nothing that is reversed when it is left."""
    states = [replace(prepared(), state=state) for state in RedemptionState]
    late = {one.state for one in states if one.may_pay_late}
    assert late == {RedemptionState.PREPARED, RedemptionState.INFLIGHT}
    assert not any(replace(one, kind=UpstreamKind.ADVISED).may_pay_late for one in states)


def test_what_a_sale_still_owes_is_derived() -> None:
    """Due less paid, and unknown where no amount was fixed."""
    assert sale(5000, paid_cents=1900).remaining_cents == 3100
    assert sale(None, paid_cents=1900).remaining_cents is None
