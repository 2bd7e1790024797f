"""A statement beside the journal: what agrees, and each way in which they differ."""

import gc
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest

from counterfoil.domain.money import Exact, FullValue
from counterfoil.domain.reconciliation import DIFFERENCES_MAX, Difference, DifferenceKind
from counterfoil.domain.reconciling import (
    Booking,
    Outcome,
    Reconciler,
    TooManyDifferencesError,
    booking_of,
)
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.settlement import Evidence, SettledAs
from counterfoil.domain.statement import LineKind, Period, StatementLine
from counterfoil.domain.states import RedemptionState
from support.samples import NOON, Samples

S, D, L = RedemptionState, DifferenceKind, LineKind
HOUR = timedelta(hours=1)
DAY = Period(NOON - 12 * HOUR, NOON + 12 * HOUR)
NUMBERS = count(2)
SAMPLES = Samples()


def redeemed(
    state: RedemptionState = S.FINAL,
    cents: int | None = 1_900,
    *,
    at: datetime = NOON,
    of: Redemption | None = None,
) -> Redemption:
    """Return a redemption of R19.00; with ``of`` the refund of that."""
    one = SAMPLES.redemption(SAMPLES.sale(), amount=Exact(1_900))
    return replace(
        one,
        state=state,
        redeemed_cents=cents,
        created_at=at,
        refund_of=of.id if of else None,
    )


def line_of(one: Redemption, cents: int = 1_900, kind: LineKind = L.TAKEN) -> StatementLine:
    """Return a line of the statement about a redemption, an instant later."""
    at = one.created_at + timedelta(seconds=3)
    return StatementLine(next(NUMBERS), one.id, "", cents, "ZAR", kind, at)


def compared(
    ones: Iterable[Redemption | Booking],
    lines: Iterable[StatementLine],
    period: Period | None = DAY,
) -> Outcome:
    """Compare a whole journal with a whole statement."""
    reconciler = Reconciler(period)
    reconciler.add_lines(lines)
    reconciler.add_bookings(one if isinstance(one, Booking) else booking_of(one) for one in ones)
    return reconciler.finish()


def difference(outcome: Outcome) -> Difference:
    """Return the one difference that there is."""
    (one,) = outcome.differences
    return one


@pytest.mark.parametrize("state", [S.FINAL, S.APPROVED, S.UNCLAIMED])
def test_what_was_taken_here_and_there_is_matched(state: RedemptionState) -> None:
    """Also where no sale was paid with it: the value is gone from the voucher."""
    one = redeemed(state)
    outcome = compared([one], [line_of(one)])
    assert (outcome.matched, outcome.differences) == (1, ())


def test_a_reference_is_known_however_it_is_written() -> None:
    """The id that was sent, or the short one that people read."""
    one = redeemed()
    short = one.reference.replace("-", "").lower()
    for spelled in (one.id, one.id.upper().replace("-", ""), one.reference, f" {short} "):
        outcome = compared([one], [replace(line_of(one), reference=spelled)])
        assert (outcome.matched, outcome.differences) == (1, ())


@pytest.mark.parametrize("ours", ["", "a garbled one"])
def test_a_line_is_known_by_the_providers_own_reference_too(ours: str) -> None:
    """Where ours is missing, or is not as it was sent."""
    one = replace(redeemed(), upstream_id="Rc 10-42")
    line = replace(line_of(one), reference=ours, their_reference="RC1042")
    assert compared([one], [line]).matched == 1


def test_what_the_journal_does_not_know_is_missing_here() -> None:
    """With what the statement says of it."""
    line = replace(line_of(redeemed()), reference="", their_reference="RC-1042")
    found = difference(compared([], [line]))
    assert found.kind is D.MISSING_HERE
    assert (found.their_reference, found.there_cents, found.here_cents) == ("RC-1042", 1_900, None)
    assert (found.redemption_id, found.line, found.at) == (None, line.number, line.at)


def test_what_the_statement_does_not_know_is_missing_there() -> None:
    """With what the journal has of it."""
    one = redeemed()
    found = difference(compared([one], []))
    assert (found.kind, found.redemption_id, found.reference) == (
        D.MISSING_THERE,
        one.id,
        one.reference,
    )
    assert (found.here_cents, found.there_cents, found.line) == (1_900, 0, None)


@pytest.mark.parametrize(
    ("lines", "there_cents"),
    [
        ([(1_800, L.TAKEN)], 1_800),
        ([(1_900, L.NOTHING)], 0),
        ([(1_900, L.TAKEN), (1_900, L.GIVEN_BACK)], 0),
        ([(1_900, L.TAKEN), (900, L.GIVEN_BACK)], 1_000),
        ([(1_900, L.GIVEN_BACK)], -1_900),
    ],
)
def test_another_amount_is_differing(lines: list[tuple[int, LineKind]], there_cents: int) -> None:
    """Less, none, or given back again."""
    one = redeemed()
    found = difference(compared([one], [line_of(one, *part) for part in lines]))
    assert (found.kind, found.there_cents) == (D.DIFFERING, there_cents)


@pytest.mark.parametrize("state", [S.DECLINED, S.ABANDONED, S.REVERSED, S.REVERSED_UNVERIFIED])
def test_what_moved_nothing_here_and_stands_there_is_differing(state: RedemptionState) -> None:
    """A refusal that was none, and a restored voucher that is not."""
    one = redeemed(state, None)
    found = difference(compared([one], [line_of(one)]))
    assert (found.kind, found.state, found.here_cents) == (D.DIFFERING, state, 0)


@pytest.mark.parametrize("state", [S.DECLINED, S.ABANDONED, S.REVERSED, S.REVERSED_UNVERIFIED])
@pytest.mark.parametrize("kinds", [(), (L.NOTHING,), (L.TAKEN, L.GIVEN_BACK)])
def test_what_moved_nothing_on_both_sides_agrees(
    state: RedemptionState, kinds: tuple[LineKind, ...]
) -> None:
    """Not listed, listed as refused, or taken and given back."""
    one = redeemed(state, None)
    outcome = compared([one], [line_of(one, kind=kind) for kind in kinds])
    assert (outcome.differences, outcome.matched) == ((), bool(kinds))


@pytest.mark.parametrize(
    ("state", "amounts"),
    [(S.FINAL, (1_900, 1_900)), (S.FINAL, (1_900, 500)), (S.DECLINED, (1_900, 1_900))],
)
def test_what_stands_there_twice_is_doubled(
    state: RedemptionState, amounts: tuple[int, ...]
) -> None:
    """One redemption takes once, whatever it takes."""
    one = redeemed(state)
    found = difference(compared([one], [line_of(one, cents) for cents in amounts]))
    assert (found.kind, found.lines) == (D.DOUBLED, 2)


def test_a_double_that_was_given_back_is_none() -> None:
    """Nor are two lines that make up the amount together."""
    one, other = redeemed(), redeemed()
    lines = [
        *(line_of(one), line_of(one), line_of(one, kind=L.GIVEN_BACK)),
        *(line_of(other, 1_000), line_of(other, 900)),
    ]
    outcome = compared([one, other], lines)
    assert (outcome.matched, outcome.differences) == (2, ())


def test_another_currency_is_differing() -> None:
    """Amounts of two currencies are never compared."""
    one = redeemed()
    found = difference(compared([one], [replace(line_of(one), currency="USD")]))
    assert (found.kind, found.currency, found.there_currency) == (D.DIFFERING, "ZAR", "USD")


@pytest.mark.parametrize("state", [S.PREPARED, S.INFLIGHT, S.REVERSING, S.ATTENTION])
@pytest.mark.parametrize("lines", [[], [1_900], [500], [0]])
def test_what_is_not_settled_here_differs_from_nothing_that_may_be_so(
    state: RedemptionState, lines: list[int]
) -> None:
    """What the statement says of it is told, for whoever settles it."""
    one = redeemed(state, None)
    outcome = compared([one], [line_of(one, cents) for cents in lines])
    assert outcome.differences == ()
    assert [told.there_cents for told in outcome.undecided] == lines


@pytest.mark.parametrize(
    ("amounts", "kind"), [((1_900, 1_900), D.DOUBLED), ((2_000,), D.DIFFERING)]
)
def test_what_is_not_settled_here_cannot_be_everything(
    amounts: tuple[int, ...], kind: DifferenceKind
) -> None:
    """Twice, or more than was asked for, is wrong however it is settled."""
    one = redeemed(S.ATTENTION, None)
    found = difference(compared([one], [line_of(one, cents) for cents in amounts]))
    assert found.kind is kind


@pytest.mark.parametrize(
    ("evidence", "cents", "kind"),
    [
        (Evidence.TAKEN, 1_900, None),
        (Evidence.TAKEN, None, D.MISSING_THERE),
        (Evidence.NOT_TAKEN, None, None),
        (Evidence.NOT_TAKEN, 1_900, D.DIFFERING),
    ],
)
def test_what_was_settled_by_hand_stands_as_the_provider_said(
    evidence: Evidence, cents: int | None, kind: DifferenceKind | None
) -> None:
    """Its statement may say otherwise."""
    one = replace(redeemed(S.RESOLVED, None), settled_as=SettledAs.BY_HAND)
    lines = [] if cents is None else [line_of(one, cents)]
    outcome = compared([booking_of(one, evidence)], lines)
    assert [found.kind for found in outcome.differences] == [kind] * (kind is not None)


def test_a_whole_voucher_that_was_settled_as_taken_may_be_any_amount() -> None:
    """Nobody here knows how much was on it."""
    one = replace(redeemed(S.RESOLVED, None), settled_as=SettledAs.BY_HAND, amount=FullValue())
    assert compared([booking_of(one, Evidence.TAKEN)], [line_of(one, 777)]).matched == 1


def test_what_was_voided_outside_the_voucher_still_stands_there() -> None:
    """The customer got cash: the provider keeps what it took."""
    one = replace(redeemed(S.RESOLVED), settled_as=SettledAs.OUTSIDE)
    assert compared([one], [line_of(one)]).matched == 1
    assert difference(compared([one], [])).kind is D.MISSING_THERE


def _refunded() -> tuple[Redemption, Redemption]:
    one = replace(redeemed(), is_refunded=True)
    return one, redeemed(of=one)


def test_a_refund_under_its_own_reference_is_matched() -> None:
    """What it gives back stands beside what was taken."""
    one, refund = _refunded()
    lines = [line_of(one), line_of(refund, kind=L.GIVEN_BACK)]
    assert compared([one, refund], lines).matched == 2


def test_a_refund_under_the_reference_of_what_it_gives_back_is_matched() -> None:
    """Not every provider tells the two apart; the order of the bookings is no matter."""
    one, refund = _refunded()
    lines = [line_of(one), line_of(one, kind=L.GIVEN_BACK)]
    for ones in ([one, refund], [refund, one]):
        outcome = compared(ones, lines)
        assert (outcome.matched, outcome.differences) == (2, ())


def test_a_refund_that_the_statement_lacks_is_missing_there() -> None:
    """With a minus: it is value that should be back on the voucher."""
    one, refund = _refunded()
    found = difference(compared([one, refund], [line_of(one)]))
    assert (found.kind, found.redemption_id, found.here_cents) == (
        D.MISSING_THERE,
        refund.id,
        -1_900,
    )


@pytest.mark.parametrize(
    ("kinds", "kind"),
    [
        ((L.GIVEN_BACK, L.GIVEN_BACK), D.DOUBLED),
        ((L.GIVEN_BACK, L.TAKEN), D.DIFFERING),
        ((L.TAKEN,), D.DIFFERING),
    ],
)
def test_a_refund_is_compared_as_what_it_gives_back(
    kinds: tuple[LineKind, ...], kind: DifferenceKind
) -> None:
    """Twice, undone, or the wrong way."""
    one, refund = _refunded()
    lines = [line_of(one), *(line_of(refund, kind=one_kind) for one_kind in kinds)]
    assert difference(compared([one, refund], lines)).kind is kind


def test_a_refund_that_was_refused_and_stands_there_is_differing() -> None:
    """The shop thinks that the value is still taken."""
    one = redeemed()
    refund = redeemed(S.DECLINED, None, of=one)
    lines = [line_of(one), line_of(refund, kind=L.GIVEN_BACK)]
    assert difference(compared([one, refund], lines)).kind is D.DIFFERING


def test_only_what_lies_in_the_time_of_the_statement_is_missing_there() -> None:
    """From its first line to its last, where nobody says what it covers."""
    before, first, between, last, after = (redeemed(at=NOON + hours * HOUR) for hours in range(5))
    lines = [line_of(first), line_of(last)]
    outcome = compared([before, first, between, last, after], lines, None)
    assert [one.redemption_id for one in outcome.differences] == [between.id]


def test_a_statement_without_times_says_of_nothing_that_it_is_missing() -> None:
    """Unless somebody says what it covers."""
    one, other = redeemed(), redeemed()
    lines = [replace(line_of(one), at=None)]
    assert compared([one, other], lines, None).differences == ()
    assert difference(compared([one, other], lines, DAY)).redemption_id == other.id


def test_what_lies_beyond_the_time_that_was_asked_for_is_passed_over() -> None:
    """The next statement has it; at the edge a line may be later than what it is about."""
    edge, beyond = redeemed(at=DAY.until), redeemed(at=DAY.until + HOUR)
    unknown = redeemed(at=DAY.until + 2 * HOUR)
    lines = [line_of(edge), line_of(beyond, 5), line_of(unknown)]
    outcome = compared([edge, beyond], lines)
    assert (outcome.matched, outcome.differences, outcome.beyond) == (1, (), 2)


def test_a_line_of_another_time_still_belongs_to_its_redemption() -> None:
    """A reversal a day later is no voucher taken there and unknown here."""
    one = redeemed(S.REVERSED, None)
    late = replace(line_of(one, kind=L.GIVEN_BACK), at=NOON + 30 * HOUR)
    assert compared([one], [line_of(one), late]).matched == 1


def test_lines_that_moved_nothing_need_no_redemption() -> None:
    """A refusal of another till, and what was given back again."""
    lines = [
        line_of(redeemed(), kind=L.NOTHING),
        *(line_of(one, kind=kind) for one in [redeemed()] for kind in (L.TAKEN, L.GIVEN_BACK)),
    ]
    outcome = compared([], lines)
    assert (outcome.differences, outcome.without_effect) == ((), 3)


def test_differences_come_in_the_order_of_their_times() -> None:
    """Those without a time last, by their lines."""
    early, late = redeemed(at=NOON - HOUR), redeemed(at=NOON + HOUR)
    bare = replace(line_of(redeemed()), at=None)
    outcome = compared([late, early], [bare, line_of(redeemed())])
    assert [one.at is not None and one.at.hour for one in outcome.differences] == [
        *(11, 12, 13),
        False,
    ]


def test_far_too_many_differences_are_refused() -> None:
    """It is another shop's statement, or a wrong column."""
    lines = [line_of(redeemed()) for _ in range(DIFFERENCES_MAX + 1)]
    assert len(compared([], lines[1:]).differences) == DIFFERENCES_MAX
    with pytest.raises(TooManyDifferencesError):
        compared([], lines)


def test_kept_lines_give_the_garbage_collector_nothing_to_look_at() -> None:
    """It stops the whole program, and so a sale, for as long as it takes to look at each record."""
    reconciler, times = Reconciler(), 2_000
    _ = gc.collect()
    before = len(gc.get_objects())
    reconciler.add_lines(
        StatementLine(number, f"A{number}", f"RC-{number}", 1_900, "ZAR", L.TAKEN, NOON)
        for number in range(times)
    )
    _ = gc.collect()
    assert len(gc.get_objects()) - before < times / 20
    assert len(reconciler.references()) == times
