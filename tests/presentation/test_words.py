"""The cashier's language covers everything that can happen, and says hand over only once."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from counterfoil.domain.causes.access import Misplaced, PlaceProblem
from counterfoil.domain.causes.key import KeyProblem, NoKey
from counterfoil.domain.causes.settings import SettingProblem, WrongSetting
from counterfoil.domain.code import CodeProblem, NotACode
from counterfoil.domain.failures import (
    CounterfoilError,
    EntryError,
    GatewayEmptyError,
    GatewayFailedError,
    GatewayKeyMissingError,
    GatewayPageError,
    GatewayUnauthorisedError,
    GatewayUnavailableError,
    GatewayUnreadableError,
    JournalBusyError,
    JournalCorruptError,
    JournalFullError,
    JournalInputOutputError,
    JournalLockedError,
    JournalMisplacedError,
    JournalNewerError,
    JournalReadOnlyError,
    JournalUnavailableError,
    NotPermittedError,
    SettingsError,
    VaultUnavailableError,
    VoucherInUseError,
)
from counterfoil.domain.money import Exact
from counterfoil.domain.redemption import AttentionCause, Redemption
from counterfoil.domain.search import COUNTED_MAX
from counterfoil.domain.staff import Permission, needs_manager
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import REMEDIES, ChangeShape, DeclineReason, Remedy, UnknownCause
from counterfoil.domain.voids import NotRefundedReason, NotVoidedReason, VoidOutcome, VoidWay
from counterfoil.ports.gateway import LookupRefusal
from counterfoil.ports.journal import Damage
from counterfoil.ports.printer import PrintTrouble, Uncertain
from counterfoil.presentation.screens import Banner, Tone
from counterfoil.presentation.words import failures, lists, outcomes, refunds, shift_page

R = DeclineReason
REDEMPTION = Redemption(
    id="7d9c770e-62b4-451b-95ce-5f31b7845ea6",
    sale_id="sale",
    upstream="moment",
    type_id="made.up",
    type_name="Made Up",
    fingerprint="f",
    voucher_tail="9838",
    amount=Exact(1900),
    currency="ZAR",
    idempotency_key="key",
    cashier="Thandi M.",
    created_at=datetime(2026, 11, 20, 12, 5, tzinfo=UTC),
    redeemed_cents=1900,
)


def in_state(state: RedemptionState) -> Redemption:
    """Return the sample in another state."""
    return replace(REDEMPTION, state=state)


def said(banner: Banner) -> str:
    """Return everything a banner says."""
    return " ".join((banner.first, *banner.lines))


@pytest.mark.fault("H6")
@pytest.mark.parametrize("state", RedemptionState)
@pytest.mark.parametrize("seconds", [0, 3, 5, 12, 59, 60, 500])
def test_only_final_says_hand_over_now(state: RedemptionState, seconds: int) -> None:
    """No state but FINAL tells a cashier to hand over, however long it lasts."""
    banner = outcomes.banner(in_state(state), seconds)
    is_final = state is RedemptionState.FINAL
    assert banner.first
    assert ("HAND OVER NOW" in said(banner)) is is_final
    assert banner.is_hand_over is is_final
    assert (banner.tone is Tone.APPROVED) is is_final


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        (None, ()),
        (ChangeShape(), ()),
        (ChangeShape(amount_cents=3100), ("The customer keeps R31.00",)),
        (ChangeShape(amount_cents=3100, is_sent_by_sms=True), ("The customer gets R31.00 by SMS",)),
        (
            ChangeShape(amount_cents=2000, more=(ChangeShape(amount_cents=1100),)),
            ("The customer keeps R31.00",),
        ),
        (ChangeShape(amount_cents=2000, more=(ChangeShape(),)), ()),
    ],
)
def test_the_green_head_says_what_is_left_for_the_customer(
    change: ChangeShape | None, kept: tuple[str, ...]
) -> None:
    """On a line of its own, and only what the provider told: no sum with an unknown part."""
    paid = replace(in_state(RedemptionState.FINAL), redeemed_cents=1900, change=change)
    assert outcomes.banner(paid, 2).lines == ("R19.00 paid by voucher", *kept)


@pytest.mark.fault("H6")
@pytest.mark.parametrize("seconds", [0, 3, 5, 12, 59, 60, 500])
def test_a_check_always_says_not_to_hand_over(seconds: int) -> None:
    """While nothing is known the words forbid handing over, at every moment."""
    assert "Do not hand over" in said(outcomes.banner(in_state(RedemptionState.INFLIGHT), seconds))


@pytest.mark.parametrize(
    ("seconds", "tone", "is_solid", "shows_seconds"),
    [
        (2, Tone.INFO, False, False),
        (3, Tone.INFO, False, True),
        (4, Tone.INFO, False, True),
        (5, Tone.UNKNOWN, False, True),
        (59, Tone.UNKNOWN, False, True),
        (60, Tone.UNKNOWN, True, False),
    ],
)
def test_a_check_changes_its_colour_at_the_agreed_seconds(
    seconds: int, tone: Tone, is_solid: bool, shows_seconds: bool
) -> None:
    """Blue until 5 s, amber with the seconds counting, solid amber from 60 s."""
    banner = outcomes.banner(in_state(RedemptionState.INFLIGHT), seconds)
    assert (banner.tone, banner.is_solid, banner.seconds is not None) == (
        tone,
        is_solid,
        shows_seconds,
    )


def test_every_outcome_has_words() -> None:
    """Each member of each enumeration that can reach a cashier has a sentence of its own."""
    sentences = [
        *(outcomes.declined(reason, "Made Up") for reason in DeclineReason),
        *(outcomes.unknown(cause) for cause in UnknownCause),
        *(outcomes.attention(cause) for cause in AttentionCause),
        *(failures.lookup_refused(refusal, "Made Up") for refusal in LookupRefusal),
        *(failures.print_trouble(trouble) for trouble in PrintTrouble),
        *(refunds.why_not(reason) for reason in (*NotVoidedReason, *NotRefundedReason)),
    ]
    assert all(sentences)
    assert not any("{" in sentence for sentence in sentences)


@pytest.mark.fault("R5")
@pytest.mark.parametrize(
    ("trouble", "truth"),
    [
        (PrintTrouble.SPOOLER_FAILED, "It may still come out."),
        (PrintTrouble.JOB_TAKEN_BACK, "A part of it may have come out."),
        (PrintTrouble.NOT_DURABLE, "The slip is saved"),
    ],
)
def test_a_slip_that_may_be_there_is_not_told_as_refused(trouble: PrintTrouble, truth: str) -> None:
    """Who reads a refusal prints again, and two papers come out."""
    for told in (
        lists.print_said(0, Uncertain(trouble)),
        shift_page.printed(0, Uncertain(trouble)),
    ):
        assert truth in told
        assert "refused" not in told
        assert "could not" not in told


@pytest.mark.parametrize("reason", [*DeclineReason, None])
def test_every_refusal_says_what_helps(reason: DeclineReason | None) -> None:
    """After each refusal there is at least one step, and it never promises that value moved."""
    assert outcomes.after_decline(reason)


def test_every_reason_has_its_remedy_and_every_remedy_its_button() -> None:
    """What the next step advises follows from the reason, in one table that knows them all."""
    assert set(REMEDIES) == set(DeclineReason)
    assert set(REMEDIES.values()) == set(Remedy) == set(outcomes.CORRECTIONS)


@pytest.mark.parametrize(
    ("reason", "said", "steps", "button"),
    [
        (R.EXPIRED, "expired", "Ask for another voucher", None),
        (R.ALREADY_USED, "already been used", "Ask for another voucher", None),
        (R.INSUFFICIENT, "less on this voucher", "Take what is on it", "Change the amount"),
        (R.USED_OR_TOO_LITTLE, "used already, or there is less", "smaller", "Change the amount"),
        (R.NOT_FOUND, "does not know this voucher", "may have been used", "Correct the PIN"),
        (R.PROVIDER_DOWN, "outage", "Try the same voucher again later", "Try again"),
        (R.NOT_AUTHORISED, "not allowed", "Call a supervisor", "Try again"),
    ],
)
def test_a_refusal_advises_what_can_help(
    reason: DeclineReason, said: str, steps: str, button: str | None
) -> None:
    """Nobody types a used or expired voucher again, and an outage is not the voucher's fault."""
    assert said in outcomes.declined(reason, "Made Up")
    told = " ".join(f"{one.title} {one.line}" for one in outcomes.after_decline(reason))
    assert steps in told
    assert outcomes.CORRECTIONS[outcomes.remedy_of(reason)] == button
    assert "Look up the balance" not in told


@pytest.mark.parametrize("reason", [R.INSUFFICIENT, R.USED_OR_TOO_LITTLE])
def test_the_balance_is_proposed_where_there_is_one(reason: DeclineReason) -> None:
    """It tells a used voucher from one with too little on it."""
    first = outcomes.after_decline(reason, has_balance=True)[0]
    assert first.title == "Check what is on it"


@pytest.mark.fault("N2")
def test_an_unsafe_line_is_told_from_no_line_with_the_tills_own_time() -> None:
    """A clock that is wrong makes every certificate invalid, so the cashier is shown what it says.

    The network is not blamed, and nothing says that it was sent.
    """
    unsafe = outcomes.declined(DeclineReason.NOT_SECURE, "Made Up")
    assert unsafe != outcomes.declined(DeclineReason.NOT_SENT, "Made Up")
    assert "not safe" in unsafe
    assert "not sent" in unsafe
    at = datetime(2031, 1, 2, 3, 4, tzinfo=UTC)
    told = [
        f"{one.title} {one.line}" for one in outcomes.after_decline(DeclineReason.NOT_SECURE, at)
    ]
    assert f"{at.astimezone():%d %b %Y, %H:%M}" in told[0]
    assert any("certificate" in one for one in told)


def test_a_name_from_the_provider_is_not_read_as_a_template() -> None:
    """A type called after a placeholder is shown as it is."""
    assert (
        outcomes.declined(DeclineReason.NOT_FOUND, "{name} {0}")
        == "{name} {0} does not know this voucher."
    )


@pytest.mark.parametrize(
    "error",
    [
        JournalLockedError(),
        JournalBusyError(),
        JournalFullError(),
        JournalReadOnlyError(),
        JournalCorruptError(),
        JournalInputOutputError(),
        JournalMisplacedError(Misplaced(PlaceProblem.LINK)),
        JournalNewerError(),
        JournalUnavailableError(),
        VaultUnavailableError(KeyProblem.KEY_LOST),
        SettingsError(WrongSetting(SettingProblem.NOT_WHOLE, "till.number")),
    ],
)
def test_a_closed_till_says_why_and_what_to_do(error: CounterfoilError) -> None:
    """Each failure that closes the till has a sentence and at least one step."""
    title, line, steps = failures.closed(error)
    assert title == "The till is closed"
    assert line.endswith(".")
    assert steps


def test_a_till_in_the_wrong_place_or_of_the_wrong_age_says_so() -> None:
    """What a person can put right is named: the folder, or the version of the program."""
    _, line, steps = failures.closed(JournalMisplacedError(Misplaced(PlaceProblem.NETWORK_DISK)))
    assert "on a network disk" in line
    assert "folder" in steps[0].title
    _, line, steps = failures.closed(JournalNewerError())
    assert line == "The journal was written by a newer version of Counterfoil."
    assert "Update" in steps[0].title


NO_KEY = NoKey(KeyProblem.UPSTREAM_KEY_MISSING)
SHORT = NotACode(CodeProblem.TOO_SHORT, found=3, wanted=16)


def test_failures_are_said_without_their_own_words() -> None:
    """The text of an exception never reaches the cashier, save where it was written for one."""
    secret = "sk_test_0123456789"
    for kind in (GatewayUnavailableError, VoucherInUseError, CounterfoilError):
        assert secret not in failures.failure(kind(secret))
    assert failures.failure(EntryError("pin", SHORT)) == "Too short: 3 of 16 digits"


def test_only_silence_is_called_no_answer() -> None:
    """Each trouble of discovery says what it is, in the window and on the command line."""
    troubles = (
        *(GatewayUnauthorisedError(), GatewayKeyMissingError(NO_KEY), GatewayFailedError()),
        *(GatewayPageError(), GatewayUnreadableError(), GatewayEmptyError()),
        GatewayUnavailableError(),
    )
    sentences = [failures.no_types(one) for one in troubles]
    assert ["does not answer" in one for one in sentences] == [False] * 6 + [True]
    chips = [failures.line_trouble(one) for one in troubles]
    assert len(set(sentences)) == len(set(chips)) == len(troubles)
    assert chips[-1] == "Offline"
    assert "answer" not in failures.no_types(None)


# ---------------------------------------------------------------------------- refunds and voids

REFUND = replace(REDEMPTION, refund_of=REDEMPTION.id, amount=Exact(1900), redeemed_cents=1900)


@pytest.mark.parametrize("state", RedemptionState)
def test_a_refund_never_reads_like_a_redemption(state: RedemptionState) -> None:
    """In no state are goods handed over for it, and it is named after what it gives back."""
    refund = replace(REFUND, state=state)
    said = outcomes.banner(refund, 0)
    assert not said.is_hand_over
    assert said.first == outcomes.state_word(refund)[1] != "Paid"
    assert all(said.lines)
    assert all(outcomes.doubt(refund))
    assert refunds.title(refund) == f"Refund of {REDEMPTION.reference}"
    is_final = state is RedemptionState.FINAL
    assert ("back on the voucher" in said.lines[0]) is is_final


def test_what_was_refunded_says_so() -> None:
    """Its own state stays final, and the word is another."""
    paid = replace(REDEMPTION, state=RedemptionState.FINAL, redeemed_cents=1900)
    assert outcomes.state_word(paid)[1] == "Paid"
    assert outcomes.state_word(replace(paid, is_refunded=True))[1] == "Refunded"
    assert refunds.title(paid) == paid.type_name


@pytest.mark.parametrize("way", VoidWay)
def test_each_way_of_a_void_says_what_was_given_back(way: VoidWay) -> None:
    """Only a reversal and a refund promise value, and whoever gets nothing is told what to do."""
    refund = replace(REFUND, state=RedemptionState.FINAL)
    why = NotRefundedReason.NO_REFUNDS if way in {VoidWay.OUTSIDE, VoidWay.NOT_POSSIBLE} else None
    said = refunds.voided(VoidOutcome(way=way, redemption=REDEMPTION, refund=refund, why_not=why))
    is_back = way in {VoidWay.REVERSED, VoidWay.REFUNDED}
    assert ("Take the goods back" in said) is is_back
    assert ("Nothing was" in said) is not is_back
    is_outside = way in {VoidWay.OUTSIDE, VoidWay.REFUND_REFUSED}
    assert ("outside the voucher" in said) is is_outside


def test_nobody_pays_out_what_was_refunded_before() -> None:
    """A refusal because it is done already sends nobody to the cash drawer."""
    refund = replace(REFUND, state=RedemptionState.DECLINED, decline=DeclineReason.CANCELLED)
    outcome = VoidOutcome(way=VoidWay.REFUND_REFUSED, redemption=REDEMPTION, refund=refund)
    assert "Look up the voucher" in refunds.voided(outcome)
    assert "outside" not in refunds.voided(outcome)


@pytest.mark.parametrize("permission", Permission)
def test_who_may_not_do_something_is_told_what_and_whom_to_call(permission: Permission) -> None:
    """Each permission in words of its own, and none by its name in the program."""
    said = failures.failure(NotPermittedError(permission))
    if permission is Permission.REOPEN_CHANGE:
        why = "The customer has this slip already. Only a manager can open its code again."
        assert said == why
    else:
        assert said.startswith("You may not ")
        called = "a manager" if needs_manager(permission) else "a supervisor"
        assert said.endswith(f". Call {called}.")
    others = (
        failures.failure(NotPermittedError(one)) for one in Permission if one is not permission
    )
    assert said not in others
    assert "_" not in said


def test_what_was_found_is_called_more_than_what_is_counted() -> None:
    """A search is counted so far, and one more stands for all that are more."""
    assert lists.found_count(COUNTED_MAX) == "1,000"
    assert lists.found_count(COUNTED_MAX + 1) == "more than 1,000"


def test_what_was_altered_is_named_as_a_cashier_knows_it() -> None:
    """By the reference on the slip, once for each sale, and never as a table calls its rows."""
    said = failures.damage(
        (
            Damage("attempt 2 of K7Q-42F", "moment", "K7Q-42F"),
            Damage("paper 1 of K7Q-42F", "moment", "K7Q-42F"),
        )
    )
    assert said.startswith("Records were altered behind the till's back: K7Q-42F. ")
    assert "Nothing new is sold at Moment until" in said
    everywhere = failures.damage((Damage("sale 1f", None), Damage("event 7", None)))
    assert ": a record of no single voucher. Nothing new is sold anywhere" in everywhere
