"""What is owed to upstreams, in words that a cashier and a supervisor understand."""

from dataclasses import replace
from datetime import timedelta

import pytest

from counterfoil.domain.advice import Advice, AdviceKind, AdviceState
from counterfoil.domain.failures import TooMuchOwedError
from counterfoil.domain.forwarding import Backlog, BacklogLevel, Standing
from counterfoil.domain.redemption import AttentionCause
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import DeclineReason, UnknownCause
from counterfoil.presentation.result_screen import Outcome, buttons, result
from counterfoil.presentation.screens import Act, DetailRow, Tone
from counterfoil.presentation.words import failures
from counterfoil.presentation.words import owed as told
from counterfoil.presentation.words.outcomes import NOT_KNOWN_FROM_S
from counterfoil.presentation.words.owed import OWED_MAX, Owed
from counterfoil.presentation.words.redemptions import redemption_lines
from support.advised import advised_in_state, advised_under_way, advised_waiting, owed
from support.canary import CANARY_CHANGE_PIN, CANARY_PIN
from support.till import NOW, instant, under_way, waiting

A, S = AdviceState, RedemptionState
CONFIRMATION, REVERSAL = AdviceKind.CONFIRMATION, AdviceKind.REVERSAL
DETAIL = DetailRow(
    redemption_id="", amount="", voucher="", tail="", tone=Tone.NONE, icon="", state=""
)


def owing(advice: Advice, *, is_paused: bool = False) -> Owed:
    """Return what is owed about a redemption in the state that owes it."""
    state = S.FINAL if advice.kind is CONFIRMATION else S.REVERSING
    return Owed(advice=advice, redemption=advised_in_state(state), is_paused=is_paused)


def tried(kind: AdviceKind = CONFIRMATION, attempts: int = 4, **changes: object) -> Advice:
    """Return an advice that was told in vain and is told again in 40 seconds."""
    known: dict[str, object] = {
        "attempts": attempts,
        "attempts_ended": attempts,
        "last_ended_at": NOW.wall,
        "last_cause": UnknownCause.TIME_OUT.value,
        "next_due_at": NOW.wall + timedelta(seconds=40),
    }
    return owed(kind, **(known | changes))


@pytest.mark.parametrize(
    ("one", "tone", "state", "next_step", "owner"),
    [
        (
            owing(tried()),
            Tone.UNKNOWN,
            "Paid, to be confirmed",
            "Try 5 in 40 s. Last: no answer in time",
            "Till",
        ),
        (
            owing(tried(REVERSAL, 1, last_cause=UnknownCause.NO_NEWS.value)),
            Tone.UNKNOWN,
            "Money is going back",
            "Try 2 in 40 s. Last: the provider does not know it yet",
            "Till",
        ),
        (owing(owed(CONFIRMATION)), Tone.NONE, "Paid, to be confirmed", "Try 1 soon", "Till"),
        (
            owing(tried(attempts_ended=3)),
            Tone.UNKNOWN,
            "Paid, to be confirmed",
            "Try 4, now. Last: no answer in time",
            "Till",
        ),
        (
            owing(owed(CONFIRMATION, next_due_at=instant(24.2).wall)),
            Tone.NONE,
            "Paid, can be voided",
            "Confirm in 25 s",
            "Till",
        ),
        (
            owing(tried(state=A.SUSPENDED, last_cause=UnknownCause.UNREADABLE.value)),
            Tone.DECLINED,
            "Needs a person",
            "Give the provider the reference",
            "Supervisor",
        ),
        (
            owing(owed(CONFIRMATION), is_paused=True),
            Tone.UNKNOWN,
            "Paid, to be confirmed",
            "Waits for its queue",
            "Supervisor",
        ),
        (
            owing(tried(last_cause=AttentionCause.CONTRADICTED.value)),
            Tone.UNKNOWN,
            "Paid, to be confirmed",
            "Try 5 in 40 s",
            "Till",
        ),
    ],
    ids=["in vain", "reversal", "new", "under way", "held", "parked", "paused", "no such word"],
)
def test_a_card_says_what_happens_next_and_who_acts(
    one: Owed, tone: Tone, state: str, next_step: str, owner: str
) -> None:
    """Age, attempts, the next try and the last answer, without a number to look up."""
    row = told.card(one, NOW)
    assert (row.tone, row.state, row.next_step, row.owner) == (tone, state, next_step, owner)
    assert row.redemption_id == one.redemption.id
    assert told.timed(DETAIL, one, NOW).state == state


@pytest.mark.parametrize(
    ("kind", "said"),
    [(CONFIRMATION, "Refunded, to be confirmed"), (REVERSAL, "Refund being undone")],
)
def test_what_is_owed_of_a_refund_is_never_called_paid(kind: AdviceKind, said: str) -> None:
    """A refund that is undone restores no voucher, and one that stands paid for nothing."""
    one = owing(tried(kind))
    refund = replace(one.redemption, refund_of="7d9c770e-62b4-451b-95ce-5f31b7845ea6")
    assert told.card(replace(one, redemption=refund), NOW).state == said


def test_a_detail_tells_the_tries_and_counts_down() -> None:
    """The same entry a moment later says the time that is left then."""
    one = owing(tried())
    said = "Tried 4 times. Last answer: no answer in time.\nThe till tries again by itself in "
    assert told.timed(DETAIL, one, NOW).what_to_do == f"{said}40 s."
    assert told.timed(DETAIL, one, instant(39.5)).what_to_do == f"{said}1 s."
    assert told.timed(DETAIL, one, instant(40)).what_to_do == f"{said.removesuffix('in ')}soon."


def test_what_was_never_tried_is_not_tried_again() -> None:
    """The first time, the till tells the provider."""
    said = told.timed(DETAIL, owing(owed(REVERSAL)), NOW).what_to_do
    assert said == "The till tells the provider by itself soon."


@pytest.mark.parametrize(
    ("advice", "words"),
    [
        (tried(state=A.ACKNOWLEDGED, last_cause=None), "The provider has it now"),
        (tried(), "Tried: no answer in time."),
        (tried(attempts=0, last_cause=None), "Not tried yet."),
        (
            tried(state=A.DISPUTED, last_cause=AttentionCause.APPROVAL_DENIED.value),
            "The provider does not know what it approved before. Call them with the reference.",
        ),
    ],
    ids=["it has it", "in vain", "not yet", "it says otherwise"],
)
def test_whoever_had_it_sent_is_told_how_it_went(advice: Advice, words: str) -> None:
    """A provider that says otherwise has answered: nobody is told that nothing was tried."""
    assert told.tried_now(advice) == words


def test_a_parked_one_names_its_reference_and_its_next_try() -> None:
    """A person gives it to the provider; the till goes on trying all the same."""
    one = owing(tried(state=A.SUSPENDED, next_due_at=instant(3 * 3600).wall))
    said = told.timed(DETAIL, one, NOW).what_to_do
    assert said == (
        "Tried 4 times. Last answer: the provider cannot read this confirmation.\n"
        f"Give the provider the reference {one.redemption.reference}.\n"
        "The till tries again in 3 h 0 min."
    )
    assert [one.act for one in told.buttons(one)] == [Act.TRY_NOW, Act.COPY_REFERENCE]


@pytest.mark.parametrize(("is_refund", "what"), [(False, "sale"), (True, "refund")])
def test_a_reversal_that_is_taken_back_needs_a_person(*, is_refund: bool, what: str) -> None:
    """The till repeats it each day by itself, and nobody can make it go sooner."""
    due_at = instant(20 * 3600).wall
    contradicted = AttentionCause.CONTRADICTED.value
    advice = tried(REVERSAL, state=A.ACKNOWLEDGED, last_cause=contradicted, next_due_at=due_at)
    one = owing(replace(advice, is_refund=is_refund))
    row = told.card(one, NOW)
    assert (row.state, row.owner) == ("Needs a person", "Supervisor")
    assert told.timed(DETAIL, one, NOW).what_to_do == (
        f"Tried 4 times. Last answer: the provider now says that the {what} stands.\n"
        f"Give the provider the reference {one.redemption.reference}.\n"
        "The till tries again in 20 h 0 min."
    )
    assert [one.act for one in told.buttons(one)] == [Act.COPY_REFERENCE]


@pytest.mark.parametrize(
    ("contradicted", "said"),
    [
        (1, "1 case in which a provider contradicts itself."),
        (2, "2 cases in which a provider contradicts itself."),
    ],
)
def test_the_description_counts_who_contradicts_itself(contradicted: int, said: str) -> None:
    """Their redemptions are over, so they are not called locked."""
    assert told.description(0, contradicted, []) == said


def test_a_listed_redemption_that_is_over_says_why() -> None:
    """On the command line only a reversal that was taken back is owed and over."""
    restored = advised_in_state(RedemptionState.REVERSED)
    assert redemption_lines(restored)[0].endswith("Money is back on the voucher")
    assert redemption_lines(restored, is_owed=True)[0].endswith(
        "Needs a person: the provider now says that the sale stands"
    )


def test_what_is_copied_names_it_and_holds_no_code() -> None:
    """The provider finds it by the request's id or the advice's."""
    one = owing(tried(REVERSAL, state=A.SUSPENDED))
    text = told.reference_text(one)
    for part in (one.redemption.reference, one.redemption.id, one.advice.id, "reversal"):
        assert part in text
    assert CANARY_PIN not in text
    assert CANARY_CHANGE_PIN not in text
    assert one.redemption.fingerprint not in text.split()


def test_where_the_queue_stands_still_nothing_can_be_tried() -> None:
    """The key comes first; what is suspended can still be taken to the provider."""
    assert told.buttons(owing(tried(), is_paused=True)) == ()
    suspended = owing(tried(state=A.SUSPENDED), is_paused=True)
    assert [one.act for one in told.buttons(suspended)] == [Act.COPY_REFERENCE]
    assert "Its queue stands still" in told.timed(DETAIL, suspended, NOW).what_to_do


def test_where_the_provider_left_the_settings_nothing_is_promised() -> None:
    """What is owed there stays, and a person is told why nothing is sent."""
    one = replace(owing(tried()), is_set_up=False)
    card = told.card(one, NOW)
    assert (card.next_step, card.owner) == (
        "Its provider is not in the settings. Last: no answer in time",
        "Supervisor",
    )
    assert told.NOT_SET_UP in told.timed(DETAIL, one, NOW).what_to_do
    assert told.buttons(one) == ()
    gone = replace(standing(BacklogLevel.RED, 3), is_set_up=False)
    said = told.description(1, 0, [gone])
    assert "3 messages still to send to Electrum, which is not in this till's settings." in said


def test_a_sale_says_for_how_long_it_can_be_voided() -> None:
    """In whole seconds, and nothing once it cannot."""
    assert told.voidable_words(24.2) == "Can be voided for 25 s."
    assert told.voidable_words(0) == ""


def standing(level: BacklogLevel, count: int, *, is_paused: bool = False) -> Standing:
    """Return how it stands with one upstream."""
    measured = Backlog(count=count, oldest_s=400, suspended=0, tried=1, level=level)
    return Standing("electrum", measured, is_paused)


@pytest.mark.parametrize(
    ("doubtful", "level", "count", "said"),
    [
        (0, BacklogLevel.CALM, 0, ""),
        (
            1,
            BacklogLevel.CALM,
            0,
            "We are waiting for 1 answer. Do not use this voucher.",
        ),
        (
            2,
            BacklogLevel.CALM,
            3,
            (
                "We are waiting for 2 answers. Do not use these vouchers. "
                "3 messages still to send to Electrum."
            ),
        ),
        (
            0,
            BacklogLevel.AMBER,
            OWED_MAX + 1,
            "101 messages still to send to Electrum, of which the oldest are shown.",
        ),
        (
            1,
            BacklogLevel.RED,
            200,
            (
                "200 messages still to send to Electrum: nothing new goes there until it has "
                "answered. "
                "We are waiting for 1 answer. Do not use this voucher."
            ),
        ),
    ],
)
def test_the_room_says_how_much_there_is(
    doubtful: int, level: BacklogLevel, count: int, said: str
) -> None:
    """And what follows from it at the counter."""
    assert told.description(doubtful, 0, [standing(level, count)]) == said


def test_a_queue_that_stands_still_is_an_entry_of_its_own() -> None:
    """It says why, that nothing is lost, and what to do."""
    paused = standing(BacklogLevel.CALM, 3, is_paused=True)
    row, detail = told.queue_card(paused), told.queue_detail(paused)
    assert row.redemption_id == detail.redemption_id
    assert (row.tone, row.amount, row.voucher) == (
        Tone.DECLINED,
        "3 messages still to send",
        "Electrum",
    )
    assert row.owner == "Supervisor"
    assert "Nothing is lost." in detail.what_to_do
    assert [one.act for one in detail.buttons] == [Act.RESUME]


# ------------------------------------------------------------------------------- at the counter


def test_too_much_owed_says_that_nothing_was_sent_and_what_to_do() -> None:
    """The customer still wants to pay."""
    said = failures.failure(TooMuchOwedError("x"), "Karoo Vouchers")
    assert "Karoo Vouchers" in said
    assert "Nothing was sent." in said
    assert "another payment" in said


def test_a_rescue_says_that_the_till_asks_what_became_of_it() -> None:
    """From the first second, and never green: only an advised upstream is asked."""
    rescue = advised_waiting()
    shown = result(Outcome(redemption=rescue))
    assert shown.headline == "Asking what became of it…"
    assert (shown.banner.tone, shown.banner.seconds) == (Tone.UNKNOWN, 0)
    assert "Do not hand over." in shown.banner.lines
    for other in (advised_under_way(), waiting(), under_way(2)):
        assert "became" not in result(Outcome(redemption=other)).headline
    late = result(Outcome(redemption=rescue, seconds=NOT_KNOWN_FROM_S))
    assert late.banner.first == "We do not know yet if it was paid"


def test_a_slow_request_that_is_never_repeated_does_not_promise_to_repeat_it() -> None:
    """Each kind says what it really does."""
    for redemption, is_repeated in ((under_way(), True), (advised_under_way(), False)):
        shown = result(Outcome(redemption=redemption, seconds=20))
        assert ("keeps asking with the same request" in shown.sentence) is is_repeated
        steps = " ".join(
            one.line for one in result(Outcome(redemption=redemption, seconds=70)).steps
        )
        assert ("keeps asking" in steps) is is_repeated


@pytest.mark.parametrize(
    "reason", [DeclineReason.NOT_SENT, DeclineReason.NOT_SECURE, DeclineReason.NOT_AUTHORISED]
)
def test_what_was_never_sent_is_tried_again_and_its_pin_is_not_blamed(
    reason: DeclineReason,
) -> None:
    """The cashier is not sent to look for a wrong digit."""
    outcome = Outcome(redemption=advised_in_state(S.DECLINED, decline=reason))
    assert buttons(outcome)[0].text == "Try again"


def test_what_is_being_restored_is_never_handed_over() -> None:
    """The pending slip is proposed, and the next customer can come."""
    redemption = advised_in_state(S.REVERSING)
    outcome = Outcome(redemption=redemption)
    shown = result(outcome)
    assert shown.banner.first == "Cancelled"
    assert "going back on the voucher" in shown.banner.lines[0]
    assert shown.headline == "Do not hand over."
    assert shown.steps[0].title == "Keep the voucher"
    assert [one.act for one in buttons(outcome)] == [Act.PRINT_PENDING, Act.NEW_VOUCHER]


@pytest.mark.parametrize(
    ("state", "first", "said", "steps"),
    [
        (
            S.REVERSED,
            "Money is back on the voucher",
            (),
            ["Give the voucher back", "Still no? Ask for another way to pay"],
        ),
        (
            S.REVERSED_UNVERIFIED,
            "Money sent back",
            ("The voucher may not work until they confirm.",),
            ["Ask for another way to pay", "Give the voucher back"],
        ),
    ],
)
def test_what_was_restored_promises_no_more_than_is_known(
    state: RedemptionState, first: str, said: tuple[str, ...], steps: list[str]
) -> None:
    """Grey, and over; and what to do with voucher and customer."""
    shown = result(Outcome(redemption=advised_in_state(state)))
    assert (shown.banner.tone, shown.banner.first) == (Tone.RESTORED, first)
    assert shown.banner.lines == said
    assert [one.title for one in shown.steps] == steps


def test_a_paid_sale_says_how_long_it_can_be_voided() -> None:
    """Below the question about the slip, and no longer than it is so."""
    outcome = Outcome(redemption=advised_in_state(S.FINAL), is_printing=True, voidable_s=24.1)
    assert result(outcome).foot == "Can be voided for 25 s."
    assert "voided" not in result(replace(outcome, voidable_s=0.0)).foot
