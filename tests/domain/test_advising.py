"""The pure core at an advised upstream: one request, then exactly one advice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from counterfoil.domain import rows as row
from counterfoil.domain.advice import Advice, AdviceKind, ReversalReason
from counterfoil.domain.advising import INQUIRIES_MAX
from counterfoil.domain.pacing import Pace
from counterfoil.domain.redeeming import (
    Abandon,
    Answered,
    Ask,
    AskAgain,
    Close,
    CloseSale,
    Composed,
    Event,
    Found,
    Leave,
    Owes,
    Step,
    Transmit,
    Void,
    owed_by,
    step,
)
from counterfoil.domain.redemption import AttemptKind, Redemption
from counterfoil.domain.sale import Sale
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import RedemptionState, SaleState
from counterfoil.domain.time import Instant
from counterfoil.domain.verdict import (
    Declined,
    DeclineReason,
    FollowUp,
    Unknown,
    UnknownCause,
    Verdict,
)
from support.advised import (
    advised_in_state,
    advised_prepared,
    advised_under_way,
    advised_waiting,
)
from support.till import CHANGE, NOW, SALE_ID, TIME_OUT, USED, approved, in_state, instant, sale

S = RedemptionState
MINUTE = instant(60)
TIMEOUT = Owes(AdviceKind.REVERSAL, ReversalReason.TIMEOUT)
CANCELLED = Owes(AdviceKind.REVERSAL, ReversalReason.CANCELLED)
NOT_FINAL = Owes(AdviceKind.REVERSAL, ReversalReason.RESPONSE_NOT_FINAL)
CONFIRMATION = Owes(AdviceKind.CONFIRMATION)
REPLACED = replace(CANCELLED, is_replacement=True)


def answered(verdict: Verdict, pace: Pace = Pace.COUNTER) -> Answered:
    """Return the end of an attempt with a jitter in the middle."""
    return Answered(verdict=verdict, jitter=0.5, pace=pace)


def composed(owes: Owes, redemption: Redemption) -> Composed:
    """Return the advice that is owed, as the till composes it."""
    advice = Advice(
        id="advice-1",
        redemption_id=redemption.id,
        upstream=redemption.upstream,
        fingerprint=redemption.fingerprint,
        kind=owes.kind,
        reason=owes.reason,
        created_at=MINUTE.wall,
    )
    return Composed(advice, Secret("the advice"))


def take(before: Redemption, event: Event, now: Instant) -> Step:
    """Take a step as the till does: what it owes is composed first, and comes in with it."""
    owes = owed_by(before, event, now)
    return step(before, event, now, None if owes is None else composed(owes, before))


def change_in(taken: Step) -> row.RedemptionChanged:
    """Return the one change of the redemption among the rows."""
    (change,) = [one for one in taken.rows if isinstance(one, row.RedemptionChanged)]
    return change


# ------------------------------------------------------------------- every event on every state

EVENTS: dict[str, Event] = {
    "ask": Ask(),
    "yes": answered(approved()),
    "no": answered(USED),
    "unknown": answered(TIME_OUT),
    "unknown_alone": answered(TIME_OUT, Pace.BACKGROUND),
    "close": CloseSale(sale()),
    "close_too_late": CloseSale(sale(state=SaleState.SET_ASIDE)),
    "found": Found(),
    "abandon": Abandon(),
    "leave": Leave(),
    "void": Void(),
}

SITUATIONS: dict[str, Redemption] = {
    **{state.value: advised_in_state(state) for state in S},
    "inflight_asked": advised_under_way(),
    "single_final": advised_in_state(S.FINAL, has_confirmation=False),
    "single_approved": advised_in_state(S.APPROVED, has_confirmation=False),
}

CELL = tuple[RedemptionState, Owes | None]
IGNORED = {
    (situation, event): None
    for situation in SITUATIONS
    for event in ("yes", "no", "unknown", "unknown_alone", "found", "leave")
}
"""A start and a leaving may find a redemption anywhere, and an answer may come too late."""

LEGAL: dict[tuple[str, str], CELL | None] = {
    **IGNORED,
    ("prepared", "ask"): (S.INFLIGHT, None),
    ("prepared", "found"): (S.ABANDONED, None),
    ("prepared", "abandon"): (S.ABANDONED, None),
    ("inflight", "ask"): (S.INFLIGHT, None),
    ("inflight", "found"): (S.REVERSING, TIMEOUT),
    ("inflight", "leave"): (S.REVERSING, TIMEOUT),
    ("inflight_asked", "yes"): (S.APPROVED, None),
    ("inflight_asked", "no"): (S.DECLINED, None),
    ("inflight_asked", "unknown"): (S.INFLIGHT, None),
    ("inflight_asked", "unknown_alone"): (S.REVERSING, TIMEOUT),
    ("inflight_asked", "found"): (S.REVERSING, TIMEOUT),
    ("approved", "close"): (S.FINAL, CONFIRMATION),
    ("approved", "close_too_late"): (S.REVERSING, CANCELLED),
    ("approved", "found"): (S.REVERSING, CANCELLED),
    ("single_approved", "close"): (S.FINAL, None),
    ("single_approved", "close_too_late"): (S.REVERSING, CANCELLED),
    ("single_approved", "found"): (S.REVERSING, CANCELLED),
    ("final", "void"): (S.REVERSING, REPLACED),
}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_each_event_does_what_the_table_says_or_is_stopped(situation: str, event: str) -> None:
    """Every cell is tried: a legal effect with what it owes, or our mistake stops the operation."""
    before = SITUATIONS[situation]
    if (situation, event) not in LEGAL:
        with pytest.raises(AssertionError):
            take(before, EVENTS[event], MINUTE)
        return
    taken = take(before, EVENTS[event], MINUTE)
    wanted = LEGAL[situation, event]
    if wanted is None:
        assert taken == Step(before)
        return
    assert (taken.redemption.state, taken.owes) == wanted
    change = CHANGE if event == "yes" else None
    written = row.RedemptionChanged(before.state, taken.redemption, MINUTE.wall, change)
    assert change_in(taken) == written


# ------------------------------------------------------------------------------ the whole commit


OWING = [cell for cell, wanted in LEGAL.items() if wanted is not None and wanted[1] is not None]


@pytest.mark.parametrize(("situation", "event"), OWING)
def test_a_step_is_the_whole_commit(situation: str, event: str) -> None:
    """The advice follows the end of its request, and precedes the change that owes it."""
    before = SITUATIONS[situation]
    taken = take(before, EVENTS[event], MINUTE)
    kinds = [type(one) for one in taken.rows]
    advised = row.ConfirmationReplaced if event == "void" else row.AdviceOwed
    ends = [row.AttemptEnded] if situation == "inflight_asked" else []
    assert kinds[: len(ends) + 2] == [*ends, advised, row.RedemptionChanged]
    (written,) = [
        one for one in taken.rows if isinstance(one, row.AdviceOwed | row.ConfirmationReplaced)
    ]
    assert taken.owes is not None
    assert (written.advice, written.body) == (
        composed(taken.owes, before).advice,
        Secret("the advice"),
    )


@pytest.mark.parametrize(("situation", "event"), OWING)
def test_nothing_is_written_without_the_advice_that_it_owes(situation: str, event: str) -> None:
    """There is no step to commit before its advice was composed."""
    with pytest.raises(AssertionError, match="composed before"):
        step(SITUATIONS[situation], EVENTS[event], MINUTE)


@pytest.mark.parametrize(
    "other",
    [
        composed(CONFIRMATION, advised_in_state(S.APPROVED)),
        composed(TIMEOUT, advised_in_state(S.APPROVED)),
        composed(CANCELLED, advised_prepared(id="00000000-0000-4000-8000-0000000000ff")),
    ],
)
def test_no_other_advice_is_written_than_the_one_owed(other: Composed) -> None:
    """It has the kind, the reason and the redemption of what owes it."""
    with pytest.raises(AssertionError, match="about what owes it"):
        step(advised_in_state(S.APPROVED), Found(), MINUTE, other)


def test_no_advice_is_written_where_none_is_owed() -> None:
    """Neither by a step that owes nothing, nor at an upstream that is told nothing."""
    advice = composed(TIMEOUT, advised_prepared())
    with pytest.raises(AssertionError, match="composed before"):
        step(advised_prepared(), Abandon(), MINUTE, advice)
    assert owed_by(in_state(S.APPROVED), Found(), MINUTE) is None
    with pytest.raises(AssertionError, match="told nothing"):
        step(in_state(S.APPROVED), Found(), MINUTE, advice)


@pytest.mark.parametrize("event", [Leave(), Void()])
@pytest.mark.parametrize("state", list(S))
def test_an_upstream_with_a_key_knows_neither_leaving_nor_voids(
    state: RedemptionState, event: Event
) -> None:
    """What is in doubt there is asked about on, and nothing can be reversed."""
    before = in_state(state)
    if isinstance(event, Leave):
        assert take(before, event, MINUTE) == Step(before)
    else:
        with pytest.raises(AssertionError, match="no reversal"):
            take(before, event, MINUTE)


# ------------------------------------------------------------------------------------------ ask


def test_the_request_is_sent_once_and_only_for_an_open_sale() -> None:
    """The rows say INFLIGHT and the attempt before any byte leaves."""
    taken = take(advised_prepared(), Ask(), MINUTE)
    assert taken.redemption == advised_under_way(first_sent=MINUTE)
    assert taken.rows[0] == row.SaleMustBeOpen(SALE_ID)
    assert isinstance(taken.rows[2], row.AttemptStarted)
    assert taken.effect == Transmit(AttemptKind.SEND)


@pytest.mark.parametrize("attempts", [1, 2, 3])
@pytest.mark.parametrize("follow_up", list(FollowUp))
def test_every_later_attempt_is_a_lookup(attempts: int, follow_up: FollowUp) -> None:
    """The request is never resent, whatever a classifier advises."""
    taken = take(advised_waiting(attempts, follow_up=follow_up), Ask(), MINUTE)
    assert taken.effect == Transmit(AttemptKind.FETCH)
    assert taken.redemption.attempts == attempts + 1


def test_there_is_no_fourth_lookup() -> None:
    """Asked once more, the till reverses instead."""
    taken = take(advised_waiting(1 + INQUIRIES_MAX), Ask(), MINUTE)
    assert taken.redemption.state is S.REVERSING
    assert (taken.owes, taken.effect) == (TIMEOUT, None)


# ------------------------------------------------------------------------------------- answered


def test_a_yes_is_durable_before_the_sale_is_closed() -> None:
    """The approval is a commit of its own; what it owes is decided with the sale."""
    taken = take(advised_under_way(), answered(approved()), MINUTE)
    assert taken.redemption.state is S.APPROVED
    assert taken.redemption.redeemed_cents == 1900
    assert (taken.effect, taken.owes) == (Close(), None)
    assert isinstance(taken.rows[0], row.AttemptEnded)


@pytest.mark.parametrize("attempts", [1, 2, 4])
def test_an_original_no_is_believed_at_any_attempt_and_owes_nothing(attempts: int) -> None:
    """A declined request is told nothing more."""
    taken = take(advised_under_way(attempts), answered(USED), MINUTE)
    assert (taken.redemption.state, taken.owes) == (S.DECLINED, None)


@pytest.mark.parametrize(
    "reason", [DeclineReason.NOT_SENT, DeclineReason.NOT_SECURE, DeclineReason.NOT_AUTHORISED]
)
def test_a_lookup_that_failed_is_no_decline(reason: DeclineReason) -> None:
    """That the question did not arrive says nothing about the request (N1, N19)."""
    first = take(advised_under_way(), answered(Declined(reason=reason)), MINUTE)
    assert first.redemption.state is S.DECLINED
    later = take(advised_under_way(2), answered(Declined(reason=reason)), MINUTE)
    assert later.redemption.state is S.INFLIGHT
    last = take(advised_under_way(1 + INQUIRIES_MAX), answered(Declined(reason=reason)), MINUTE)
    assert last.redemption.state is S.REVERSING


@pytest.mark.parametrize("cause", list(UnknownCause))
@pytest.mark.parametrize("pace", list(Pace))
def test_nothing_unknown_is_a_decline(cause: UnknownCause, pace: Pace) -> None:
    """It is looked up while somebody waits, and reversed when nobody does, with the reason."""
    taken = take(advised_under_way(), answered(Unknown(cause=cause), pace), MINUTE)
    assert taken.redemption.last_cause is cause
    if pace is Pace.COUNTER:
        assert taken.redemption.state is S.INFLIGHT
        wait_s = 1.5 if cause is UnknownCause.RATE_LIMITED else 0.5
        assert taken.effect == AskAgain(wait_s)
        assert taken.redemption.next_due_at == MINUTE.wall + timedelta(seconds=wait_s)
        assert taken.owes is None
        return
    is_silence = cause in {
        UnknownCause.NO_CONNECTION,
        UnknownCause.TIME_OUT,
        UnknownCause.CUT_OFF,
        UnknownCause.INTERRUPTED,
    }
    assert taken.redemption.state is S.REVERSING
    assert taken.owes == (TIMEOUT if is_silence else NOT_FINAL)


def test_what_a_lookup_could_not_tell_does_not_become_the_reason() -> None:
    """The request timed out, so that is why it is undone."""
    before = advised_under_way(4, last_cause=UnknownCause.TIME_OUT)
    taken = take(before, answered(Unknown(cause=UnknownCause.NO_NEWS)), MINUTE)
    assert taken.redemption.last_cause is UnknownCause.TIME_OUT
    assert taken.owes == TIMEOUT


def test_a_yes_that_does_not_match_is_reversed_at_once() -> None:
    """More than was asked is no approval, and looking it up would bring the same (N20)."""
    taken = take(advised_under_way(), answered(approved(1901)), MINUTE)
    assert taken.redemption.state is S.REVERSING
    assert taken.redemption.redeemed_cents is None
    assert taken.owes == NOT_FINAL


def test_a_wish_to_wait_is_kept_between_lookups() -> None:
    """Retry-After wins over the till's own pace, clamped."""
    busy = Unknown(cause=UnknownCause.RATE_LIMITED, retry_after_s=7)
    assert take(advised_under_way(), answered(busy), MINUTE).effect == AskAgain(9.5)


def test_how_long_a_request_may_be_on_its_way_is_counted_anew_after_a_reboot() -> None:
    """A wall clock that was set meanwhile could make it last a day, or be over at once (N9, H9)."""
    reversing = advised_in_state(S.REVERSING)
    assert take(reversing, Found(), MINUTE) == Step(reversing)
    for before in (advised_waiting(), advised_in_state(S.APPROVED)):
        boot = instant(9_999, boot_id="boot-2")
        assert take(before, Found(), boot).redemption.last_ended == boot
    rebooted = instant(-86_400, boot_id="boot-2")
    found = take(reversing, Found(), rebooted)
    assert found.redemption == replace(reversing, last_ended=rebooted)
    assert [type(one) for one in found.rows] == [row.RedemptionChanged]
    assert take(found.redemption, Found(), rebooted) == Step(found.redemption)


def test_a_late_answer_is_ignored_once_the_reversal_is_written() -> None:
    """Not even an approval brings the sale back."""
    reversing = advised_in_state(S.REVERSING)
    assert take(reversing, answered(approved()), MINUTE) == Step(reversing)


# ------------------------------------------------------------------------- closing and recovery


@pytest.mark.parametrize(
    ("cents", "owing", "state"),
    [
        (1900, sale(1900), S.FINAL),
        (1000, sale(1900), S.FINAL),
        (777, sale(None), S.FINAL),
        (1000, sale(1900, paid_cents=1000), S.REVERSING),
        (1900, sale(1900, state=SaleState.SET_ASIDE), S.REVERSING),
        (1900, sale(1900, state=SaleState.PAID), S.REVERSING),
    ],
)
def test_an_approval_is_final_or_reversed(cents: int, owing: Sale, state: RedemptionState) -> None:
    """Nothing is ever unclaimed here: what cannot be used is given back."""
    before = advised_in_state(S.APPROVED, redeemed_cents=cents)
    taken = take(before, CloseSale(owing), MINUTE)
    assert taken.redemption.state is state
    assert taken.owes == (CONFIRMATION if state is S.FINAL else CANCELLED)


def test_an_interrupted_request_is_ended_before_it_is_reversed() -> None:
    """The end comes first among the rows, because an advice never overtakes its request."""
    taken = take(advised_under_way(), Found(), MINUTE)
    assert isinstance(taken.rows[0], row.AttemptEnded)
    assert taken.rows[0].cause == "interrupted"
    assert taken.redemption.last_ended == MINUTE


@pytest.mark.parametrize("situation", SITUATIONS)
def test_finding_twice_does_what_finding_once_did(situation: str) -> None:
    """However often the till is started (P2)."""
    once = take(SITUATIONS[situation], Found(), MINUTE)
    assert take(once.redemption, Found(), instant(120)) == Step(once.redemption)


def test_a_clock_that_went_back_only_shortens_the_wait() -> None:
    """The age of the request is never negative."""
    taken = take(advised_under_way(first_sent=MINUTE), answered(TIME_OUT), NOW)
    assert taken.effect == AskAgain(0.5)
