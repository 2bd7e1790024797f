"""Random journals with their provider's statement, in which differences are planted."""

import random  # noqa: TID251 - seeded, so that a test can repeat it
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.money import Exact
from counterfoil.domain.reconciliation import DifferenceKind
from counterfoil.domain.reconciling import Reconciler, booking_of
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.statement import LineKind, StatementLine
from counterfoil.domain.states import RedemptionState
from support.samples import NOON, Samples

D, L, S = DifferenceKind, LineKind, RedemptionState
MINUTE = timedelta(minutes=1)
MOVED_NOTHING = (S.DECLINED, S.ABANDONED, S.REVERSED, S.REVERSED_UNVERIFIED)
UNDECIDED = (S.INFLIGHT, S.REVERSING, S.ATTENTION)

Found = tuple[DifferenceKind, str | None]
"""The kind of a difference, and the id of its redemption."""


@dataclass
class Day:
    """A journal, what its provider says of it, and the differences that were planted."""

    chance: random.Random
    journal: list[Redemption] = field(default_factory=list)
    lines: list[StatementLine] = field(default_factory=list)
    planted: list[Found] = field(default_factory=list)
    samples: Samples = field(default_factory=Samples)
    numbers: "count[int]" = field(default_factory=count)

    def redeemed(self, state: RedemptionState, *, of: Redemption | None = None) -> Redemption:
        """Add a redemption to the journal, a minute after the one before."""
        cents = of.redeemed_cents if of else self.chance.randint(1, 50_000)
        assert cents is not None
        held = state not in {*MOVED_NOTHING, *UNDECIDED}
        one = replace(
            self.samples.redemption(self.samples.sale(), amount=Exact(cents)),
            state=state,
            redeemed_cents=cents if held else None,
            created_at=NOON + len(self.journal) * MINUTE,
            refund_of=of.id if of else None,
            upstream_id=f"RC-{next(self.numbers)}",
        )
        self.journal.append(one)
        return one

    def say(self, one: Redemption, kind: LineKind, more_cents: int = 0) -> None:
        """Add a line about a redemption to the statement; sometimes by the provider's own name."""
        assert isinstance(one.amount, Exact)
        is_ours = self.chance.random() < 0.7
        self.lines.append(
            StatementLine(
                number=len(self.lines) + 2,
                reference=self.chance.choice((one.id, one.reference)) if is_ours else "",
                their_reference=one.upstream_id or "",
                cents=one.amount.cents + more_cents,
                currency="ZAR",
                kind=kind,
                at=one.created_at + timedelta(seconds=self.chance.randint(0, 20)),
            )
        )

    def usual(self) -> None:
        """Add something on which both agree."""
        match self.chance.randrange(6):
            case 0 | 1 | 2:
                self.say(self.redeemed(S.FINAL), L.TAKEN)
            case 3:
                one = self.redeemed(self.chance.choice(MOVED_NOTHING))
                for kind in self.chance.choice(((), (L.NOTHING,), (L.TAKEN, L.GIVEN_BACK))):
                    self.say(one, kind)
            case 4:
                one = self.redeemed(self.chance.choice(UNDECIDED))
                if self.chance.random() < 0.5:
                    self.say(one, L.TAKEN)
            case _:
                one = self.redeemed(S.FINAL)
                self.say(one, L.TAKEN)
                self.journal[-1] = replace(one, is_refunded=True)
                refund = self.redeemed(S.FINAL, of=one)
                self.say(self.chance.choice((one, refund)), L.GIVEN_BACK)

    def plant(self) -> None:
        """Add something on which they differ."""
        match self.chance.randrange(6):
            case 0:
                self.say(self.redeemed(S.FINAL), L.TAKEN)
                self.journal.pop()
                self.planted.append((D.MISSING_HERE, None))
            case 1:
                self._differ(D.MISSING_THERE, S.FINAL)
            case 2:
                more = self.chance.choice((-1, 1)) * self.chance.randint(1, 900)
                one = self._differ(D.DIFFERING, S.FINAL)
                assert isinstance(one.amount, Exact)
                self.say(one, L.TAKEN, max(more, 1 - one.amount.cents))
            case 3:
                one = self._differ(D.DOUBLED, S.FINAL)
                self.say(one, L.TAKEN)
                self.say(one, L.TAKEN)
            case 4:
                one = self._differ(D.DIFFERING, self.chance.choice(MOVED_NOTHING))
                self.say(one, L.TAKEN)
            case _:
                one = self._differ(D.DIFFERING, S.FINAL)
                self.say(one, L.TAKEN)
                self.say(one, L.GIVEN_BACK)

    def _differ(self, kind: DifferenceKind, state: RedemptionState) -> Redemption:
        one = self.redeemed(state)
        self.planted.append((kind, one.id))
        return one


def made(seed: int, usual: int, plants: int) -> Day:
    """Return a day; its first and its last sale are in the statement."""
    day = Day(random.Random(seed))  # noqa: S311 - a test repeats it
    steps = [day.usual] * usual + [day.plant] * plants
    day.chance.shuffle(steps)
    day.say(day.redeemed(S.FINAL), L.TAKEN)
    for step in steps:
        step()
    day.say(day.redeemed(S.FINAL), L.TAKEN)
    day.chance.shuffle(day.lines)
    return day


def found(day: Day, ones_at_once: int) -> list[Found]:
    """Compare a day, some at a time."""
    reconciler = Reconciler()
    for at in range(0, len(day.lines), ones_at_once):
        reconciler.add_lines(day.lines[at : at + ones_at_once])
    for at in range(0, len(day.journal), ones_at_once):
        reconciler.add_bookings(map(booking_of, day.journal[at : at + ones_at_once]))
    return [(one.kind, one.redemption_id) for one in reconciler.finish().differences]


def _in_order(some: list[Found]) -> list[tuple[str, str]]:
    return sorted((kind.value, redemption_id or "") for kind, redemption_id in some)


@pytest.mark.many_runs
@given(
    seed=st.integers(0, 2**32),
    usual=st.integers(0, 40),
    plants=st.integers(0, 12),
    ones_at_once=st.integers(1, 50),
)
def test_exactly_what_was_planted_is_found(
    seed: int, usual: int, plants: int, ones_at_once: int
) -> None:
    """No more and no less, whatever the order of the lines and however many come at once."""
    day = made(seed, usual, plants)
    assert _in_order(found(day, ones_at_once)) == _in_order(day.planted)


def test_a_comparison_that_overlooks_a_plant_is_caught() -> None:
    """The control: each kind of plant is there, and a day without it is another one."""
    day = made(7, 30, 40)
    assert {kind for kind, _ in day.planted} == set(D)
    for kind in D:
        blind = [one for one in found(day, 5) if one[0] is not kind]
        assert _in_order(blind) != _in_order(day.planted)
