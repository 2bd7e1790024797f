"""The pure core: each event on each state, and what every kind of answer lets the till conclude."""

from dataclasses import replace
from datetime import timedelta

import pytest

from counterfoil.domain import rows as row
from counterfoil.domain.money import AMOUNT_CENTS_MAX, Exact, FullValue
from counterfoil.domain.pacing import CONFLICT_PATIENCE_S, REPLAY_WINDOW_S, UNDECIDED_LIMIT_S, Pace
from counterfoil.domain.redeeming import (
    Abandon,
    Answered,
    Ask,
    AskAgain,
    Close,
    CloseSale,
    Effect,
    Event,
    Found,
    Step,
    Transmit,
    is_due,
    step,
)
from counterfoil.domain.redemption import Attempt, AttemptKind, AttentionCause, Redemption
from counterfoil.domain.sale import Sale, SaleEnding
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import Customer, RedemptionState, SaleState
from counterfoil.domain.time import Instant
from counterfoil.domain.verdict import (
    Approved,
    Declined,
    DeclineReason,
    FollowUp,
    Unknown,
    UnknownCause,
    Verdict,
)
from support.till import (
    CHANGE,
    NOW,
    SALE_ID,
    TIME_OUT,
    USED,
    approved,
    in_state,
    instant,
    prepared,
    sale,
    under_way,
    waiting,
)

S = RedemptionState
HOUR_S = 3600.0
RDM = "rdm_000000000000000000000001"
MINUTE = instant(60)


def answered(verdict: Verdict, pace: Pace = Pace.COUNTER) -> Answered:
    """Return the end of an attempt with a jitter in the middle."""
    return Answered(verdict=verdict, jitter=0.5, pace=pace)


# ------------------------------------------------------------------- every event on every state

EVENTS: dict[str, Event] = {
    "ask": Ask(),
    "yes": answered(approved()),
    "no": answered(USED),
    "unknown": answered(TIME_OUT),
    "close": CloseSale(sale()),
    "close_too_late": CloseSale(sale(state=SaleState.SET_ASIDE)),
    "close_unasked": CloseSale(sale(customer=Customer.ASKED, customer_at=NOW.wall)),
    "close_here": CloseSale(sale(customer=Customer.HERE, customer_at=NOW.wall)),
    "found": Found(),
    "abandon": Abandon(),
}

SITUATIONS: dict[str, Redemption] = {
    **{state.value: in_state(state) for state in S},
    "inflight_asked": under_way(),
}

ALWAYS_LEGAL = {(situation, "found"): None for situation in SITUATIONS}
"""A start may find a redemption anywhere; where nothing is to be done, nothing changes."""

LEGAL: dict[tuple[str, str], RedemptionState | None] = {
    **ALWAYS_LEGAL,
    ("prepared", "ask"): S.INFLIGHT,
    ("prepared", "found"): S.ABANDONED,
    ("prepared", "abandon"): S.ABANDONED,
    ("inflight", "ask"): S.INFLIGHT,
    ("inflight", "found"): S.INFLIGHT,
    ("inflight_asked", "yes"): S.APPROVED,
    ("inflight_asked", "no"): S.DECLINED,
    ("inflight_asked", "unknown"): S.INFLIGHT,
    ("inflight_asked", "found"): S.INFLIGHT,
    ("approved", "close"): S.FINAL,
    ("approved", "close_too_late"): S.UNCLAIMED,
    ("approved", "close_unasked"): S.UNCLAIMED,
    ("approved", "close_here"): S.FINAL,
    ("unclaimed", "close"): None,
    ("unclaimed", "close_too_late"): None,
    ("unclaimed", "close_unasked"): None,
    ("unclaimed", "close_here"): S.FINAL,
    ("approved", "found"): S.UNCLAIMED,
}

CELLS = [(situation, event) for situation in SITUATIONS for event in EVENTS]


@pytest.mark.parametrize(("situation", "event"), CELLS)
def test_each_event_does_what_the_table_says_or_is_stopped(situation: str, event: str) -> None:
    """Every cell is tried: a legal effect, or our own mistake stops the operation."""
    before = SITUATIONS[situation]
    if (situation, event) not in LEGAL:
        with pytest.raises(AssertionError):
            step(before, EVENTS[event], MINUTE)
        return
    taken = step(before, EVENTS[event], MINUTE)
    wanted = LEGAL[situation, event]
    if wanted is None:
        assert taken == Step(before)
    else:
        assert taken.redemption.state is wanted
        assert change_in(taken).before is before.state
        assert change_in(taken).after == taken.redemption
        assert change_in(taken).at == MINUTE.wall


def change_in(taken: Step) -> row.RedemptionChanged:
    """Return the one change of the redemption among the rows."""
    (change,) = [one for one in taken.rows if isinstance(one, row.RedemptionChanged)]
    return change


def end_in(taken: Step) -> row.AttemptEnded:
    """Return the one end of an attempt among the rows."""
    (end,) = [one for one in taken.rows if isinstance(one, row.AttemptEnded)]
    return end


# ------------------------------------------------------------------------------------------ ask


def test_the_first_attempt_is_written_with_its_start_before_it_may_leave() -> None:
    """The rows say INFLIGHT, the attempt and the time; the sale must still be open."""
    taken = step(prepared(), Ask(), MINUTE)
    after = under_way(first_sent=MINUTE)
    assert taken.redemption == after
    assert taken.rows == (
        row.SaleMustBeOpen(SALE_ID),
        row.RedemptionChanged(S.PREPARED, after, MINUTE.wall),
        row.AttemptStarted(
            Attempt(
                redemption_id=after.id,
                number=1,
                kind=AttemptKind.SEND,
                started_at=MINUTE.wall,
            )
        ),
    )
    assert taken.effect == Transmit(AttemptKind.SEND)


def test_a_later_attempt_resends_and_keeps_the_time_of_the_first() -> None:
    """The window counts from the first byte, and a sale set aside does not stop the asking."""
    taken = step(waiting(3), Ask(), MINUTE)
    assert taken.redemption == replace(
        waiting(3), attempts=4, next_due_at=None, first_sent=NOW, state=S.INFLIGHT
    )
    assert taken.effect == Transmit(AttemptKind.RESEND)
    assert not any(isinstance(one, row.SaleMustBeOpen) for one in taken.rows)


def at_wall(after_s: float, boot_id: str = "boot-1", monotonic_s: float = 1_000.0) -> Instant:
    """Return a moment whose wall clock alone has moved."""
    return Instant(NOW.wall + timedelta(seconds=after_s), monotonic_s, boot_id)


BACK = at_wall(-1)
ANOTHER_BOOT = "boot-2"

NEXT: list[tuple[str, dict[str, object], Instant, AttemptKind | AttentionCause]] = [
    ("young", {}, MINUTE, AttemptKind.RESEND),
    ("last moment", {}, instant(REPLAY_WINDOW_S - 1), AttemptKind.RESEND),
    ("23 h", {}, instant(REPLAY_WINDOW_S), AttentionCause.WINDOW_PASSED),
    (
        "23 h by monotonic time alone",
        {},
        at_wall(60, monotonic_s=1_000 + REPLAY_WINDOW_S),
        AttentionCause.WINDOW_PASSED,
    ),
    ("23 h by the wall alone", {}, at_wall(REPLAY_WINDOW_S), AttentionCause.WINDOW_PASSED),
    ("clock back", {}, BACK, AttentionCause.WINDOW_PASSED),
    (
        "other boot, young",
        {},
        at_wall(60, ANOTHER_BOOT, monotonic_s=9_999_999),
        AttemptKind.RESEND,
    ),
    (
        "other boot, 23 h",
        {},
        at_wall(REPLAY_WINDOW_S, ANOTHER_BOOT, monotonic_s=1),
        AttentionCause.WINDOW_PASSED,
    ),
    (
        "other boot, clock behind the last attempt",
        {"last_ended": instant(20 * HOUR_S), "known_age_s": 20 * HOUR_S},
        at_wall(10 * HOUR_S, ANOTHER_BOOT, monotonic_s=1),
        AttentionCause.WINDOW_PASSED,
    ),
    (
        "other boot, clock set back before",
        {
            "last_ended": at_wall(10 * HOUR_S, monotonic_s=1_000 + 20 * HOUR_S),
            "known_age_s": 20 * HOUR_S,
        },
        at_wall(13 * HOUR_S, ANOTHER_BOOT, monotonic_s=1),
        AttentionCause.WINDOW_PASSED,
    ),
    (
        "two restarts, clock set back before the first",
        {
            "last_ended": at_wall(HOUR_S, ANOTHER_BOOT, monotonic_s=60),
            "known_age_s": 22 * HOUR_S,
        },
        at_wall(2 * HOUR_S, ANOTHER_BOOT, monotonic_s=60 + HOUR_S),
        AttentionCause.WINDOW_PASSED,
    ),
    (
        "two restarts, in time",
        {"last_ended": at_wall(HOUR_S, ANOTHER_BOOT, monotonic_s=60), "known_age_s": HOUR_S},
        at_wall(2 * HOUR_S, ANOTHER_BOOT, monotonic_s=60 + HOUR_S),
        AttemptKind.RESEND,
    ),
    (
        "id known, fetch wished",
        {"upstream_id": RDM, "follow_up": FollowUp.FETCH},
        MINUTE,
        AttemptKind.FETCH,
    ),
    ("id known, resend wished", {"upstream_id": RDM}, MINUTE, AttemptKind.RESEND),
    ("fetch wished, no id", {"follow_up": FollowUp.FETCH}, MINUTE, AttemptKind.RESEND),
    (
        "id known, resend spent",
        {"upstream_id": RDM, "is_resend_spent": True},
        MINUTE,
        AttemptKind.FETCH,
    ),
    ("resend spent, no id", {"is_resend_spent": True}, MINUTE, AttentionCause.STORED_ERROR),
    ("id known, 23 h", {"upstream_id": RDM}, instant(REPLAY_WINDOW_S), AttemptKind.FETCH),
    ("id known, clock back", {"upstream_id": RDM}, BACK, AttemptKind.FETCH),
    (
        "id known, clock back, a day of monotonic time",
        {"upstream_id": RDM},
        at_wall(-60, monotonic_s=1_000 + UNDECIDED_LIMIT_S),
        AttemptKind.FETCH,
    ),
    (
        "id known, last moment",
        {"upstream_id": RDM},
        instant(UNDECIDED_LIMIT_S - 1),
        AttemptKind.FETCH,
    ),
    (
        "id known, 24 h",
        {"upstream_id": RDM},
        instant(UNDECIDED_LIMIT_S),
        AttemptKind.FETCH,
    ),
    (
        "id known, resend spent, 24 h",
        {"upstream_id": RDM, "is_resend_spent": True},
        instant(UNDECIDED_LIMIT_S),
        AttemptKind.FETCH,
    ),
]


@pytest.mark.parametrize(
    ("changes", "now", "wanted"), [case[1:] for case in NEXT], ids=[case[0] for case in NEXT]
)
def test_the_next_attempt_is_what_can_still_bring_certainty(
    changes: dict[str, object], now: Instant, wanted: AttemptKind | AttentionCause
) -> None:
    """Inside the window the same bytes; by id where one is known; else a person, with the cause."""
    taken = step(waiting(2, **changes), Ask(), now)
    if isinstance(wanted, AttemptKind):
        assert taken.effect == Transmit(wanted)
        assert taken.redemption.state is S.INFLIGHT
    else:
        assert taken.effect is None
        assert taken.redemption.state is S.ATTENTION
        assert taken.redemption.attention is wanted
        assert taken.redemption.next_due_at is None
        assert not any(isinstance(one, row.AttemptStarted) for one in taken.rows)


@pytest.mark.parametrize(
    ("redemption", "now", "wanted"),
    [
        (waiting(next_due_at=None), NOW, True),
        (waiting(next_due_at=MINUTE.wall), NOW, False),
        (waiting(next_due_at=MINUTE.wall), MINUTE, True),
        (waiting(next_due_at=MINUTE.wall), at_wall(-1), True),
        (prepared(next_due_at=MINUTE.wall), at_wall(-1), False),
    ],
    ids=["no time", "too early", "time", "clock went back", "nothing ended yet"],
)
def test_a_redemption_is_due_at_its_time_or_when_the_clock_went_back(
    redemption: Redemption, now: Instant, wanted: bool
) -> None:
    """A clock set back a month must not silence the till for a month."""
    assert is_due(redemption, now) is wanted


# ------------------------------------------------------------------------------------- answered


def test_a_yes_is_written_whole_before_the_sale_is_closed() -> None:
    """Value, ids and change voucher go into one commit; then the sale."""
    taken = step(under_way(last_cause=UnknownCause.TIME_OUT), answered(approved()), MINUTE)
    assert taken.redemption == under_way(
        state=S.APPROVED,
        attempts_ended=1,
        last_ended=MINUTE,
        known_age_s=60.0,
        redeemed_cents=1900,
        upstream_id=RDM,
        upstream_version=3,
        upstream_reference="1V-90077123",
        change=CHANGE.shape,
        last_cause=None,
    )
    assert taken.rows == (
        row.AttemptEnded(
            redemption_id=taken.redemption.id,
            number=1,
            at=MINUTE.wall,
            outcome="approved",
            http_status=200,
            body=Secret('{"status":"confirmed"}'),
        ),
        row.RedemptionChanged(S.INFLIGHT, taken.redemption, MINUTE.wall, CHANGE),
    )
    assert taken.effect == Close()


@pytest.mark.parametrize("reason", list(DeclineReason))
def test_a_no_to_the_first_attempt_is_believed(reason: DeclineReason) -> None:
    """The classifier had proof; the reason is kept and nothing follows."""
    no = Declined(reason=reason, upstream_id=RDM, body=Secret("{}"), http_status=402)
    taken = step(under_way(), answered(no), MINUTE)
    assert taken.redemption.state is S.DECLINED
    assert taken.redemption.decline is reason
    assert taken.redemption.upstream_id == RDM
    assert taken.effect is None
    end = end_in(taken)
    assert (end.outcome, end.cause, end.http_status) == ("declined", reason.value, 402)


@pytest.mark.parametrize("reason", list(DeclineReason))
def test_a_no_to_a_later_attempt_is_no_news_when_it_only_says_that_this_one_failed(
    reason: DeclineReason,
) -> None:
    """Not sent and not authorised prove nothing about the attempt before (N1, N19)."""
    no = Declined(reason=reason, body=Secret("{}"), http_status=403)
    before = under_way(2, upstream_id=RDM, follow_up=FollowUp.FETCH)
    taken = step(before, answered(no), MINUTE)
    if reason in {DeclineReason.NOT_SENT, DeclineReason.NOT_SECURE, DeclineReason.NOT_AUTHORISED}:
        assert taken.redemption.state is S.INFLIGHT
        assert taken.redemption.last_cause is UnknownCause.NO_NEWS
        assert taken.redemption.follow_up is FollowUp.FETCH
        assert end_in(taken).outcome == "unknown"
        assert (end_in(taken).http_status, end_in(taken).body) == (403, Secret("{}"))
    else:
        assert taken.redemption.state is S.DECLINED
        assert taken.redemption.upstream_id == RDM


@pytest.mark.parametrize("cause", list(UnknownCause))
def test_no_cause_of_an_unknown_is_ever_a_decline(cause: UnknownCause) -> None:
    """A young redemption stays in doubt; only a stored error without an id calls a person."""
    taken = step(under_way(), answered(Unknown(cause=cause, http_status=504)), MINUTE)
    assert taken.redemption.last_cause is cause
    assert end_in(taken).cause == cause.value
    if cause is UnknownCause.STORED_ERROR:
        assert taken.redemption.attention is AttentionCause.STORED_ERROR
    else:
        assert taken.redemption.state is S.INFLIGHT
        wait_s = 1.5 if cause is UnknownCause.RATE_LIMITED else 0.5
        assert taken.effect == AskAgain(wait_s)
        assert taken.redemption.next_due_at == MINUTE.wall + timedelta(seconds=wait_s)


def test_what_an_unknown_teaches_is_kept() -> None:
    """The id, the newest version and the way to ask."""
    draft = Unknown(
        cause=UnknownCause.NOT_FINAL,
        follow_up=FollowUp.FETCH,
        upstream_id=RDM,
        upstream_version=2,
        retry_after_s=7,
    )
    after = step(under_way(), answered(draft), MINUTE).redemption
    assert (after.upstream_id, after.upstream_version) == (RDM, 2)
    assert after.follow_up is FollowUp.FETCH
    older = Unknown(cause=UnknownCause.STALE, upstream_version=1, upstream_id="rdm_other")
    asked = step(after, Ask(), MINUTE).redemption
    again = step(asked, answered(older), MINUTE).redemption
    assert (again.upstream_id, again.upstream_version) == (RDM, 2)


@pytest.mark.parametrize(("pace", "wait_s"), [(Pace.COUNTER, 2.0), (Pace.BACKGROUND, 16.0)])
def test_the_wait_follows_from_who_is_waiting(pace: Pace, wait_s: float) -> None:
    """After the fifth attempt: four seconds at most at the counter, more in the background."""
    taken = step(under_way(5), answered(TIME_OUT, pace), instant(90))
    assert taken.effect == AskAgain(wait_s)


# ------------------------------------------------------------------ what the core does not believe


@pytest.mark.parametrize(
    ("amount", "cents"),
    [
        (Exact(1900), 1901),
        (Exact(1900), 0),
        (Exact(1900), -1),
        (FullValue(), 0),
        (FullValue(), AMOUNT_CENTS_MAX + 1),
    ],
)
def test_a_yes_for_more_than_was_asked_or_for_nothing_calls_a_person(
    amount: Exact | FullValue, cents: int
) -> None:
    """Nothing is handed over, and all that came is kept as evidence (N20)."""
    taken = step(under_way(amount=amount), answered(approved(cents)), MINUTE)
    after = taken.redemption
    assert after.state is S.ATTENTION
    assert after.attention is AttentionCause.MISMATCH
    assert after.redeemed_cents is None
    assert after.upstream_id == RDM
    end = end_in(taken)
    assert (end.outcome, end.http_status) == ("unknown", 200)
    assert end.body == Secret('{"status":"confirmed"}')


@pytest.mark.parametrize(("amount", "cents"), [(Exact(1900), 1), (FullValue(), AMOUNT_CENTS_MAX)])
def test_a_yes_for_less_or_for_the_whole_is_a_yes(amount: Exact | FullValue, cents: int) -> None:
    """Less than asked is what the voucher held; the whole is whatever it held."""
    taken = step(under_way(amount=amount), answered(approved(cents)), MINUTE)
    assert taken.redemption.state is S.APPROVED
    assert taken.redemption.redeemed_cents == cents


@pytest.mark.parametrize(
    "verdict", [approved(), Declined(reason=DeclineReason.REFUSED, upstream_id=RDM)]
)
def test_a_decision_about_another_redemption_calls_a_person(verdict: Approved | Declined) -> None:
    """Once the upstream told an id, an answer with another one is about something else (N12)."""
    before = under_way(2, upstream_id="rdm_0000000000000000000000ff", follow_up=FollowUp.FETCH)
    after = step(before, answered(verdict), MINUTE).redemption
    assert after.state is S.ATTENTION
    assert after.attention is AttentionCause.MISMATCH
    assert after.upstream_id == before.upstream_id


def test_a_yes_that_is_older_than_what_was_seen_is_not_taken() -> None:
    """An answer that came late is ignored and asked for again (N11)."""
    before = under_way(2, upstream_id=RDM, upstream_version=4, follow_up=FollowUp.FETCH)
    after = step(before, answered(approved()), MINUTE).redemption
    assert after.state is S.INFLIGHT
    assert after.last_cause is UnknownCause.STALE
    assert after.follow_up is FollowUp.FETCH
    assert after.upstream_version == 4


@pytest.mark.parametrize("upstream_id", [None, RDM])
def test_a_stored_error_is_asked_about_by_id_or_calls_a_person(upstream_id: str | None) -> None:
    """Repeating it brings the same error for ever, whatever a classifier advises (N16)."""
    stored = Unknown(cause=UnknownCause.STORED_ERROR, follow_up=FollowUp.PERSON)
    after = step(under_way(2, upstream_id=upstream_id), answered(stored), MINUTE).redemption
    assert after.is_resend_spent
    if upstream_id:
        assert step(after, Ask(), MINUTE).effect == Transmit(AttemptKind.FETCH)
    else:
        assert (after.state, after.attention) == (S.ATTENTION, AttentionCause.STORED_ERROR)


def test_a_mismatch_calls_a_person_at_once() -> None:
    """An answer about something else is nothing that asking again could mend."""
    mismatch = Unknown(cause=UnknownCause.MISMATCH, follow_up=FollowUp.PERSON)
    after = step(under_way(upstream_id=RDM), answered(mismatch), MINUTE).redemption
    assert (after.state, after.attention) == (S.ATTENTION, AttentionCause.MISMATCH)


CONFLICT = Unknown(cause=UnknownCause.CONFLICT, http_status=409)


def test_three_conflicts_call_a_person_once_the_first_attempt_cannot_live_any_more() -> None:
    """Before that, a conflict may only mean that the first attempt still runs there (N17)."""
    third = under_way(3, conflicts=2)
    soon = step(third, answered(CONFLICT), instant(CONFLICT_PATIENCE_S - 1)).redemption
    assert soon.state is S.INFLIGHT
    assert soon.conflicts == 3
    late = step(third, answered(CONFLICT), instant(CONFLICT_PATIENCE_S)).redemption
    assert (late.state, late.attention) == (S.ATTENTION, AttentionCause.CONFLICTS)
    few = step(under_way(2, conflicts=1), answered(CONFLICT), instant(HOUR_S)).redemption
    assert few.state is S.INFLIGHT


def test_earlier_conflicts_do_not_make_another_unknown_one() -> None:
    """A time-out after three conflicts is a time-out."""
    after = step(under_way(4, conflicts=3), answered(TIME_OUT), instant(HOUR_S)).redemption
    assert after.state is S.INFLIGHT
    assert after.conflicts == 3


def test_conflicts_are_settled_by_id_where_one_is_known() -> None:
    """A person is not called for what a question by id can still answer."""
    before = under_way(5, conflicts=4, upstream_id=RDM)
    after = step(before, answered(CONFLICT), instant(HOUR_S)).redemption
    assert after.state is S.INFLIGHT
    assert step(after, Ask(), instant(HOUR_S)).effect == Transmit(AttemptKind.FETCH)


def test_an_unknown_at_the_end_of_the_window_calls_a_person() -> None:
    """There is nothing left that the till could do."""
    after = step(under_way(9), answered(TIME_OUT), instant(REPLAY_WINDOW_S)).redemption
    assert (after.state, after.attention) == (S.ATTENTION, AttentionCause.WINDOW_PASSED)
    assert after.attempts_ended == 9


# ------------------------------------------------------------------------------ closing the sale

IN_HAND = in_state(S.APPROVED)

CLOSINGS: list[tuple[str, int, Sale, RedemptionState, row.Row | None]] = [
    ("covers it", 1900, sale(1900), S.FINAL, row.SaleClosed(SALE_ID, SaleEnding.PAID)),
    ("covers a part", 1000, sale(1900), S.FINAL, row.SaleMustBeOpen(SALE_ID)),
    (
        "covers the rest",
        900,
        sale(1900, paid_cents=1000),
        S.FINAL,
        row.SaleClosed(SALE_ID, SaleEnding.PAID),
    ),
    ("more than the rest", 1000, sale(1900, paid_cents=1000), S.UNCLAIMED, None),
    ("whole voucher", 777, sale(None), S.FINAL, row.SaleClosed(SALE_ID, SaleEnding.PAID)),
    ("set aside", 1900, sale(1900, state=SaleState.SET_ASIDE), S.UNCLAIMED, None),
    ("paid", 1900, sale(1900, state=SaleState.PAID, paid_cents=0), S.UNCLAIMED, None),
    ("whole voucher, set aside", 777, sale(None, state=SaleState.SET_ASIDE), S.UNCLAIMED, None),
]


@pytest.mark.fault("H7")
@pytest.mark.parametrize(
    ("cents", "owing", "state", "sale_row"),
    [case[1:] for case in CLOSINGS],
    ids=[case[0] for case in CLOSINGS],
)
def test_an_approval_is_final_only_while_its_sale_is_open_and_owes_it(
    cents: int, owing: Sale, state: RedemptionState, sale_row: row.Row | None
) -> None:
    """Checked in the same commit; a late approval is money taken for a closed sale."""
    taken = step(replace(IN_HAND, redeemed_cents=cents), CloseSale(owing), MINUTE)
    assert taken.redemption.state is state
    assert taken.rows[1:] == ((sale_row,) if sale_row else ())
    assert taken.effect is None


# -------------------------------------------------------------------------------------- recovery


@pytest.mark.fault("P9")
def test_an_interrupted_attempt_is_ended_and_asked_again() -> None:
    """Nobody knows whether its bytes arrived, so the same bytes go again."""
    taken = step(under_way(2, upstream_id=RDM), Found(), MINUTE)
    end = end_in(taken)
    assert (end.number, end.outcome, end.cause) == (2, "unknown", "interrupted")
    after = taken.redemption
    assert not after.is_being_asked
    assert (after.last_ended, after.next_due_at) == (MINUTE, MINUTE.wall)
    assert after.last_cause is UnknownCause.INTERRUPTED
    assert taken.effect == AskAgain(0)


@pytest.mark.parametrize(
    ("before", "cause", "ends"),
    [
        (under_way(), AttentionCause.WINDOW_PASSED, 1),
        (waiting(), AttentionCause.WINDOW_PASSED, 0),
        (under_way(is_resend_spent=True), AttentionCause.STORED_ERROR, 1),
    ],
    ids=["interrupted", "between attempts", "stored error"],
)
def test_what_is_found_too_late_calls_a_person(
    before: Redemption, cause: AttentionCause, ends: int
) -> None:
    """A resend after the window would be a new redemption."""
    taken = step(before, Found(), instant(UNDECIDED_LIMIT_S + HOUR_S))
    assert taken.redemption.state is S.ATTENTION
    assert taken.redemption.attention is cause
    assert sum(isinstance(one, row.AttemptEnded) for one in taken.rows) == ends
    assert change_in(taken).before is S.INFLIGHT


@pytest.mark.fault("H9")
def test_a_start_keeps_how_old_a_request_became_while_the_till_was_off() -> None:
    """A clock that is set back a moment later makes nothing younger, and no key is used again."""
    morning = instant(20 * HOUR_S, boot_id=ANOTHER_BOOT)
    found = step(waiting(upstream_id=RDM), Found(), morning).redemption
    assert (found.known_age_s, found.last_ended) == (20 * HOUR_S, morning)
    assert step(found, Found(), morning).rows == ()
    set_back = replace(morning, wall=NOW.wall, monotonic_s=morning.monotonic_s + HOUR_S)
    asked = step(found, Ask(), set_back)
    assert asked.effect == Transmit(AttemptKind.FETCH)
    ended = step(asked.redemption, answered(Unknown(cause=UnknownCause.TIME_OUT)), set_back)
    assert ended.redemption.known_age_s == 21 * HOUR_S


def test_a_till_that_was_off_over_a_weekend_asks_by_id_first() -> None:
    """Asking by the upstream's id moves no money, so no age makes the till give up unasked."""
    found = step(waiting(upstream_id=RDM), Found(), instant(3 * UNDECIDED_LIMIT_S))
    assert found.redemption.state is S.INFLIGHT
    asked = step(found.redemption, Ask(), instant(3 * UNDECIDED_LIMIT_S))
    assert asked.effect == Transmit(AttemptKind.FETCH)


@pytest.mark.parametrize(
    ("cause", "state"),
    [
        (UnknownCause.NOT_FINAL, S.ATTENTION),
        (UnknownCause.NO_NEWS, S.ATTENTION),
        (UnknownCause.STALE, S.ATTENTION),
        (UnknownCause.UNREADABLE, S.ATTENTION),
        (UnknownCause.NO_CONNECTION, S.INFLIGHT),
        (UnknownCause.TIME_OUT, S.INFLIGHT),
        (UnknownCause.CUT_OFF, S.INFLIGHT),
        (UnknownCause.NOT_THE_UPSTREAM, S.INFLIGHT),
        (UnknownCause.UPSTREAM_ERROR, S.INFLIGHT),
    ],
)
def test_a_person_is_called_when_an_upstream_that_answers_does_not_decide_for_a_day(
    cause: UnknownCause, state: S
) -> None:
    """A line that is down for a day says nothing about what the upstream decides."""
    verdict = Unknown(cause=cause, follow_up=FollowUp.FETCH)
    day = instant(UNDECIDED_LIMIT_S)
    after = step(under_way(2, upstream_id=RDM), answered(verdict), day).redemption
    assert after.state is state
    wanted = AttentionCause.NEVER_DECIDED if state is S.ATTENTION else None
    assert after.attention is wanted
    early = step(under_way(2, upstream_id=RDM), answered(verdict), MINUTE).redemption
    assert early.state is S.INFLIGHT


@pytest.mark.parametrize("before", [*SITUATIONS.values(), waiting(next_due_at=instant(900).wall)])
@pytest.mark.parametrize("later_s", [0.0, 1.0, HOUR_S])
def test_finding_twice_does_what_finding_once_did(before: Redemption, later_s: float) -> None:
    """However often the till is started, and however much later (P2): it has only grown older."""
    once = step(before, Found(), MINUTE).redemption
    twice = step(once, Found(), instant(60 + later_s))
    no_older = replace(twice.redemption, known_age_s=once.known_age_s, last_ended=once.last_ended)
    assert no_older == once
    assert twice.rows == () or later_s == HOUR_S


def test_what_was_to_wait_is_asked_at_once_after_a_start() -> None:
    """A start is a good moment; what was due earlier stays due."""
    assert step(waiting(next_due_at=instant(900).wall), Found(), MINUTE).redemption.next_due_at == (
        MINUTE.wall
    )
    assert step(waiting(), Found(), MINUTE) == Step(waiting(), effect=AskAgain(0))


def test_effects_are_three() -> None:
    """Send, ask again, close: the core can want nothing else."""
    assert set(Effect.__args__) == {Transmit, AskAgain, Close}
