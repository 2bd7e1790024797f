"""Random days at the drawer beside a model, which is a few sums.

Days have sales paid in part, refusals, voids of this shift and of earlier ones, what people settle,
crashes, and a clock that crosses midnight, is set back and changes to summer time.
"""

import random  # noqa: TID251 - the days are drawn from a seed
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.domain.books import Entry
from counterfoil.domain.drawer import CashMoveKind
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.rows import SaleOpened
from counterfoil.domain.settlement import CustomerGot
from counterfoil.domain.shift import ShiftState
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.tender import Tender, TenderKind
from counterfoil.service.shift_desk import ShiftDesk
from support.clocks import SteppedClock
from support.journals import opened
from support.people import THANDI
from support.samples import Samples, moved, path_to
from support.shift_desks import desk_of, pieces_of

S, K = RedemptionState, CashMoveKind
TAKEN = 1_900
_SUMMER_TIME = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)


@dataclass
class Day:
    """One till over some shifts, with what the model knows of it."""

    chance: random.Random
    journal: SqliteJournal
    desk: ShiftDesk
    clock: SteppedClock
    samples: Samples
    finals: list[Redemption] = field(default_factory=list)
    sums: Counter[str] = field(default_factory=Counter)
    """What has happened since the last Z, by entry and in all."""
    cash: int = 0

    async def sell(self) -> None:
        """Take a voucher for a sale that may be larger, and perhaps its rest."""
        due = self.chance.choice((TAKEN, 5_000, 10_000))
        sale = self.samples.sale(due)
        await self.journal.commit((SaleOpened(sale),))
        one = await self.samples.prepared(self.journal, sale=sale)
        end = self.chance.choice((S.FINAL, S.FINAL, S.DECLINED, S.UNCLAIMED, S.INFLIGHT))
        for state in path_to(end):
            one = await moved(self.journal, one, state, self._now)
        if end is S.FINAL:
            self.finals.append(one)
            self.sums["vouchers"] += TAKEN
        if end is S.UNCLAIMED:
            return
        rest = due - (TAKEN if end is S.FINAL else 0)
        if rest and self.chance.random() < 0.7:
            kind = self.chance.choice((TenderKind.CASH, TenderKind.CARD, TenderKind.OTHER))
            half = rest // 2
            await self.desk.take_rest(
                sale.id, (Tender(kind, rest - half), Tender(TenderKind.CASH, half)), THANDI
            )
            self.sums["rest"] += rest
            self.cash += half + (rest - half if kind is TenderKind.CASH else 0)

    async def take_back(self) -> None:
        """Void a sale of this or an earlier shift: reversed, or for cash, or disputed."""
        if not self.finals:
            return
        one = self.finals.pop(self.chance.randrange(len(self.finals)))
        way = self.chance.choice((S.REVERSING, S.RESOLVED, S.ATTENTION))
        await moved(self.journal, one, way, self._now)
        self.sums["vouchers"] -= TAKEN
        if way is S.RESOLVED:
            settled = (await self.journal.settlements(one.id))[-1]
            self.cash -= TAKEN if settled.got is CustomerGot.CASH else 0

    async def move_cash(self) -> None:
        """Put something in, or take it out."""
        kind = self.chance.choice(tuple(K))
        cents = 0 if kind is K.NO_SALE else self.chance.randrange(1, 5_000)
        await self.desk.move(kind, cents, "a reason", THANDI)
        self.cash += kind.sign * cents

    @property
    def _now(self) -> datetime:
        return self.clock.now().wall

    def wait(self) -> None:
        """Let time pass, or set the clock back."""
        self.clock.shift_wall(timedelta(hours=self.chance.choice((-2, 1, 5))))


async def _close(day: Day, journal: SqliteJournal, desk: ShiftDesk) -> int:
    """Compare X and Z with the model, and return what vouchers paid in this shift."""
    x = (await desk.report()).books
    assert x.drawer.holds_cents == day.cash
    assert x.vouchers_cents("ZAR") == day.sums["vouchers"]
    rest = x.total(Entry.TENDERED)
    assert (0 if rest is None else rest.cents) == day.sums["rest"]
    await desk.count(pieces_of(day.cash) if day.cash > 0 else {}, THANDI)
    closed = await desk.close("as it is", THANDI)
    assert closed.books is not None
    assert closed.books.lines == x.lines
    day.sums.clear()
    waiting = (*await journal.open_redemptions(), *await journal.redemptions_for_a_person())
    assert {one.reference for one in closed.books.carried} == {one.reference for one in waiting}
    return closed.books.vouchers_cents("ZAR")


async def live(seed: int, folder: Path) -> None:
    """Live through some shifts, and compare each Z with the model; the journal stays there."""
    chance = random.Random(seed)  # noqa: S311 - a day, and no secret
    clock, samples = SteppedClock(_SUMMER_TIME - timedelta(hours=3)), Samples()
    day: Day | None = None
    net = 0
    for _ in range(chance.randrange(2, 5)):
        is_open = False
        for _ in range(chance.randrange(3, 14)):
            async with opened(folder) as journal:  # each part of a shift may end in a crash
                desk = desk_of(journal, clock)
                kept = Day(chance, journal, desk, clock, samples)
                if day is not None:
                    kept.finals, kept.sums, kept.cash = day.finals, day.sums, day.cash
                day = kept
                if not is_open:
                    shift = await desk.open(50_000, THANDI)
                    is_open, day.cash = True, shift.float_cents
                for _ in range(chance.randrange(1, 4)):
                    await chance.choice((day.sell, day.sell, day.take_back, day.move_cash))()
                    day.wait()
        async with opened(folder) as journal:
            desk = desk_of(journal, clock)
            assert day is not None
            net += await _close(day, journal, desk)
            rows = await journal.history(10_000)
            assert net == sum(one.redeemed_cents or 0 for one in rows if one.state is S.FINAL)
    async with opened(folder) as journal:
        assert await journal.verify() == ()
        shifts = await journal.shifts(99)
        assert all(one.state is ShiftState.CLOSED for one in shifts)
        assert [one.number for one in shifts] == list(range(len(shifts), 0, -1))
