"""The drawer: people open shifts, move cash, take the rest of sales, count, and close with a Z.

What really happened is added up here from what became durable, apart from the till's own books: so
many notes in the drawer, and what vouchers paid. At the end all Zs and the last X say the same
(I32), also where the power failed over any of them.
"""

import random  # noqa: TID251 - a seed repeats a run exactly
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from counterfoil.domain import rows as row
from counterfoil.domain.drawer import ShiftProblem
from counterfoil.domain.failures import SaleClosedError, ShiftRefusedError
from counterfoil.domain.money import Exact
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.sale import Sale
from counterfoil.domain.settlement import CustomerGot, Settlement
from counterfoil.domain.states import RedemptionState, SaleState
from counterfoil.domain.tender import Tender, TenderKind
from counterfoil.service.commands import (
    CloseShift,
    Command,
    CountDrawer,
    DropCash,
    OpenDrawer,
    OpenShift,
    PayIn,
    PayOut,
    ReadShift,
    TakeRest,
)
from simulation.staff import CASHIERS, LERATO
from support.shift_desks import pieces_of

if TYPE_CHECKING:
    from simulation.world import World

S = RedemptionState
FLOAT_CENTS = 50_000
Check = Callable[[object, str, str], None]


@dataclass(slots=True)
class DrawerBooks:
    """What is in the drawer, and on which Z each sale was, by the rows that became durable."""

    rows: Mapping[str, Redemption]
    check: Check
    is_open: bool = False
    number: int = 0
    cash_cents: int = 0
    on_zs_cents: int = 0
    """What vouchers paid, by all Zs so far."""
    rests: dict[str, int] = field(default_factory=dict)
    put_back_by: str = ""
    """Who accepted a journal that was put back since the last Z."""

    def noted(self) -> "DrawerBooks":
        """Return the books as they are now, which stay so."""
        return replace(self, rests=dict(self.rests))

    def hear(self, written: row.Row) -> None:
        """Hear of a row that is on the disk."""
        match written:
            case row.ShiftOpened(shift):
                self.check(not self.is_open, "I32", "two shifts are open")
                self.is_open, self.number = True, self.number + 1
                self.cash_cents = shift.float_cents
            case row.CashMoved(move):
                self.check(self.is_open, "I32", "cash moved, and no shift is open")
                self.cash_cents += move.kind.sign * move.cents
            case row.RestPaid():
                self._paid(written)
            case row.SettlementKept(settlement):
                self._given(settlement)
            case row.ShiftClosed():
                is_right = self.is_open and written.number == self.number
                self.check(is_right, "I32", "a shift closed twice, or another one")
                is_named = written.books.put_back_by == self.put_back_by
                self.check(is_named, "I34", "a Z does not say that the journal was put back")
                self.is_open, self.put_back_by = False, ""
                self.on_zs_cents += written.books.vouchers_cents("ZAR")
            case _:
                pass

    def _paid(self, paid: row.RestPaid) -> None:
        self.check(self.is_open, "I32", "a rest was paid, and no shift is open")
        self.check(paid.sale_id not in self.rests, "I32", "a rest was paid twice")
        self.rests[paid.sale_id] = paid.tender.cents
        self.cash_cents += paid.tender.cents

    def _given(self, settlement: Settlement) -> None:
        one = self.rows[settlement.redemption_id]
        if settlement.got is CustomerGot.CASH:
            asked = one.amount.cents if isinstance(one.amount, Exact) else 0
            self.cash_cents -= asked if one.redeemed_cents is None else one.redeemed_cents

    def vouchers_cents(self) -> int:
        """Return what vouchers have paid in the end, by the rows."""
        return sum(
            (one.redeemed_cents or 0) * (-1 if one.is_refund else 1)
            for one in self.rows.values()
            if one.state is S.FINAL
        )


class Drawer:
    """What people do at the drawer, by a chance of its own."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._chance = random.Random(f"drawer {world.kind} {world.seed}")  # noqa: S311 - a seed repeats it

    def happens(self, chance: float) -> bool:
        """Whether something of this probability happens now."""
        return self._chance.random() < chance

    async def work(self) -> None:
        """Do something at the drawer between two customers; somebody else may have been quicker."""
        for _ in range(self._chance.randrange(4)):
            command = self._chance.choice(self._wishes())
            self._world.faults[f"drawer {type(command).__name__}"] += 1
            try:
                await self._give(command)
            except ShiftRefusedError as refused:
                self._world.note("drawer refused", refused.problem)

    def _wishes(self) -> tuple[Command[Any], ...]:
        cents = self._chance.randrange(1, 30) * 50
        count = CountDrawer(pieces_of(max(0, FLOAT_CENTS + self._chance.choice((-500, 0, 700)))))
        why = "a reason"
        return (
            *(PayIn(cents, why), PayOut(cents, why), DropCash(cents, why), OpenDrawer(why)),
            *(count, count, ReadShift(), CloseShift(why), CloseShift(why), OpenShift(FLOAT_CENTS)),
        )

    async def take_rest(self, sale: Sale, cashier: str) -> bool:
        """Let a customer pay the rest in cash; whether that is so now."""
        remaining = sale.remaining_cents
        if not remaining or not self.happens(0.6):
            return False
        tender = Tender(TenderKind.CASH, remaining, remaining)
        try:
            paid = await self._world.desk.give(TakeRest(sale.id, (tender,)), cashier)
        except (ShiftRefusedError, SaleClosedError):
            return False  # no shift is open, or the voucher has paid meanwhile
        self._world.faults["rests paid"] += 1
        self._world.watch.check(paid.state is SaleState.SET_ASIDE, "I32", "a rest left a sale open")
        return True

    async def reckon(self) -> None:
        """Find what really happened in the till's own books (I32)."""
        world, watch = self._world, self._world.watch
        try:
            x = (await world.at_till(world.desk.give(ReadShift(), LERATO.name))).books
        except ShiftRefusedError as refused:
            watch.check(refused.problem is ShiftProblem.NOT_OPEN, "I32", "a shift is not found")
            await self._give(OpenShift(FLOAT_CENTS))
            x = (await world.at_till(world.desk.give(ReadShift(), LERATO.name))).books
        books = watch.drawer
        is_same = x.drawer.holds_cents == books.cash_cents
        watch.check(is_same, "I32", "the drawer does not hold what the books say")
        paid = books.on_zs_cents + x.vouchers_cents("ZAR")
        watch.check(paid == books.vouchers_cents(), "I32", "the Zs are not the sum of the rows")
        is_named = x.put_back_by == books.put_back_by
        watch.check(is_named, "I34", "an X does not say that the journal was put back")
        watch.check(not x.left_out, "I32", "events were left out")

    async def _give(self, command: Command[Any]) -> Any:
        world = self._world
        return await world.at_till(world.desk.give(command, self._chance.choice(CASHIERS)))
