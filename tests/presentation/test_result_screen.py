"""Every state in front of a cashier says what happened, hand over or not, and the next step."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from counterfoil.domain.printing import PrintState
from counterfoil.domain.redemption import AttentionCause, Redemption
from counterfoil.domain.states import FOR_A_PERSON, RedemptionState
from counterfoil.domain.verdict import DeclineReason
from counterfoil.domain.voucher_type import UpstreamKind
from counterfoil.presentation.result_screen import REFUSED, Outcome, result
from counterfoil.presentation.screens import Act, ResultRow
from support.till import in_state

S = RedemptionState
NO = "do not hand over"


def shown(state: RedemptionState, kind: UpstreamKind, **more: Any) -> Outcome:
    """Return what is known of a redemption in this state."""
    redemption: Redemption = replace(
        in_state(state),
        kind=kind,
        decline=DeclineReason.ALREADY_USED if state is S.DECLINED else None,
        attention=AttentionCause.STORED_ERROR if state is S.ATTENTION else None,
    )
    return Outcome(redemption=redemption, **more)


def said(row: ResultRow) -> str:
    """Return every word of a result, in small letters."""
    steps = [f"{one.title} {one.line}" for one in row.steps]
    question = [row.question.text, row.question.how] if row.question else []
    banner = (row.banner.first, *row.banner.lines)
    words = (*banner, row.headline, row.sentence, *steps, *question, row.nothing_to_press, row.foot)
    return " ".join(words).lower()


MOMENTS: dict[str, dict[str, object]] = {
    "at once": {},
    "slow": {"seconds": 30},
    "in the background": {"seconds": 70, "is_in_background": True},
    "printing": {"is_printing": True},
    "printed": {"paper": PrintState.SENT},
    "queue paused": {"paper": PrintState.NOT_SENT, "is_queue_paused": True},
    "came back": {"is_returned": True, "is_in_background": True},
    "nobody asked yet": {"is_returned": True, "is_in_background": True, "is_asked": True},
}
CELLS = [
    pytest.param(state, kind, moment, id=f"{state}-{kind}-{name}")
    for (state, kind), (name, moment) in product(product(S, UpstreamKind), MOMENTS.items())
]


@pytest.mark.fault("H6")
@pytest.mark.parametrize(("state", "kind", "moment"), CELLS)
def test_every_state_says_what_happened_whether_to_hand_over_and_what_to_do_next(
    state: RedemptionState, kind: UpstreamKind, moment: dict[str, object]
) -> None:
    """Each of the three, in each state, at each moment; and hand over only when it is final."""
    row = result(shown(state, kind, **moment))
    may_hand_over = state is S.FINAL and not moment.get("is_asked")
    assert row.banner.first
    assert row.banner.is_hand_over is may_hand_over
    assert (NO in said(row)) is not may_hand_over
    assert row.steps or row.question or row.nothing_to_press
    assert bool(row.buttons) is not bool(row.nothing_to_press)


@pytest.mark.parametrize("state", sorted(FOR_A_PERSON))
def test_what_needs_a_supervisor_is_never_left_by_the_big_button(state: RedemptionState) -> None:
    """It says to call one and to keep the voucher; what is proposed is the slip."""
    row = result(shown(state, UpstreamKind.KEYED))
    assert "call a supervisor" in said(row)
    assert "keep the voucher" in said(row)
    (proposed,) = [one for one in row.buttons if one.is_primary]
    assert proposed.act is Act.PRINT_PENDING


@pytest.mark.parametrize("state", sorted(S))
def test_at_most_one_button_is_proposed_and_none_corrects_a_sale_that_came_back(
    state: RedemptionState,
) -> None:
    """The form of a sale from before the stop is empty, so there is nothing to correct."""
    row = result(shown(state, UpstreamKind.KEYED, is_returned=True, is_in_background=True))
    assert sum(one.is_primary for one in row.buttons) <= 1
    assert Act.CORRECT_ENTRY not in {one.act for one in row.buttons}
    if state in REFUSED:
        assert [one.act for one in row.buttons] == [Act.NEW_VOUCHER]


@pytest.mark.parametrize(
    ("state", "key"), [(S.FINAL, "F9"), (S.REVERSING, "F11"), (S.ATTENTION, "F11")]
)
def test_a_paused_queue_is_resumed_by_the_key_that_prints(state: RedemptionState, key: str) -> None:
    """One press does both; nothing else on the screen changes its meaning."""
    outcome = shown(state, UpstreamKind.KEYED, paper=PrintState.NOT_SENT, is_queue_paused=True)
    resuming = [one for one in result(outcome).buttons if one.act is Act.RESUME_PRINTER]
    assert [(one.key, one.is_primary) for one in resuming] == [(key, True)]
    printing = {Act.PRINT_AGAIN, Act.PRINT_PENDING}
    assert not printing & {one.act for one in result(outcome).buttons}
