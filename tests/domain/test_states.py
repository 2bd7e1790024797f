"""The table of moves, tried whole."""

from itertools import product

import pytest

from counterfoil.domain.states import (
    FOR_A_PERSON,
    MOVES,
    OPEN,
    TERMINAL,
    VOUCHER_LOCKED,
    RedemptionState,
    check_move,
)

S = RedemptionState

LEGAL = {
    S.PREPARED: {S.INFLIGHT, S.ABANDONED},
    S.INFLIGHT: {S.APPROVED, S.DECLINED, S.REVERSING, S.ATTENTION},
    S.APPROVED: {S.FINAL, S.REVERSING, S.UNCLAIMED},
    S.FINAL: {S.REVERSING, S.ATTENTION, S.RESOLVED},
    S.REVERSING: {S.REVERSED, S.REVERSED_UNVERIFIED, S.ATTENTION, S.RESOLVED},
    S.UNCLAIMED: {S.FINAL, S.RESOLVED},
    S.ATTENTION: {S.RESOLVED},
}
"""The protocol's table once more, written by hand, so that neither can change alone."""


@pytest.mark.parametrize(("before", "after"), list(product(S, S)))
def test_only_the_moves_of_the_table_are_legal(
    before: RedemptionState, after: RedemptionState
) -> None:
    """Every state with every state: staying is no move, and all else is ours to stop."""
    if before is after or after in LEGAL.get(before, set()):
        check_move(before, after)
    else:
        with pytest.raises(AssertionError, match=f"no move from {before} to {after}"):
            check_move(before, after)


def test_the_states_that_nothing_leaves_are_derived() -> None:
    """They are just those without a way out in the table above."""
    assert frozenset(S) - LEGAL.keys() == TERMINAL
    assert {S.DECLINED, S.ABANDONED, S.REVERSED, S.REVERSED_UNVERIFIED, S.RESOLVED} == TERMINAL


@pytest.mark.parametrize("start", list(S))
def test_every_state_can_end_or_reach_a_person(start: RedemptionState) -> None:
    """No redemption can be caught where nothing ends it and nobody is called."""
    seen, ahead = set(), {start}
    while ahead:
        seen |= ahead
        ahead = {after for before, after in MOVES if before in ahead} - seen
    assert seen & (TERMINAL | FOR_A_PERSON | {S.FINAL})
    assert seen & TERMINAL


def test_every_state_can_be_reached_from_the_first() -> None:
    """A state that nothing leads to would be a promise without a cause."""
    reached, ahead = set(), {S.PREPARED}
    while ahead:
        reached |= ahead
        ahead = {after for before, after in MOVES if before in ahead} - reached
    assert reached == set(S)


def test_what_is_open_is_neither_over_nor_a_persons() -> None:
    """Each state has one owner: the till, a person, or nobody any more."""
    assert not OPEN & FOR_A_PERSON
    assert not OPEN & TERMINAL
    assert not FOR_A_PERSON & TERMINAL
    assert frozenset(S) - OPEN - FOR_A_PERSON - TERMINAL == {S.FINAL}


def test_a_voucher_stays_locked_until_its_redemption_is_settled() -> None:
    """Neither what is open nor what waits for a person lets the same voucher start again."""
    assert OPEN | FOR_A_PERSON == VOUCHER_LOCKED
    assert S.FINAL not in VOUCHER_LOCKED
