"""The people at the counter: they press twice, lose patience, pay cash, void, and print again.

What they do rests on what they see: the screen, and after a crash the journal. Goods are handed
over where it says FINAL, or for cash.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from counterfoil.domain.failures import RedemptionRefusedError, SecretsShreddedError
from counterfoil.domain.money import Amount, Exact, FullValue
from counterfoil.domain.printing import PrintJob, PrintState
from counterfoil.domain.redemption import Redemption, VoidReason
from counterfoil.domain.sale import Sale
from counterfoil.domain.secret import Secret
from counterfoil.domain.settlement import CustomerGot
from counterfoil.domain.staff import Permission
from counterfoil.domain.states import FOR_A_PERSON, OPEN, Customer, RedemptionState, SaleState
from counterfoil.domain.voids import NotRefundedReason
from counterfoil.service.commands import (
    AbandonRedemption,
    Answer,
    AnswerForCustomer,
    Command,
    ConfirmSlip,
    LeaveSale,
    PrintSlip,
    RedeemVoucher,
    VoidRedemption,
    WaitForResult,
)
from simulation.desk import has_effect
from simulation.staff import CASHIERS, HABITS, LINDIWE, employee

if TYPE_CHECKING:
    from simulation.world import World

S = RedemptionState
VALUES = (1000, 1900, 5000)
_NOT_HERE = (Customer.PAID_OTHERWISE, Customer.GONE)


@dataclass(slots=True)
class Purse:
    """What went over the counter for one sale."""

    due_cents: int | None
    cash_cents: int = 0
    has_goods: bool = False


class StoppedError(Exception):
    """The till stopped: its power failed, or its journal takes nothing any more."""


@dataclass
class Visit:
    """One customer with one voucher, or two."""

    world: "World"
    pins: list[str]
    amount: Amount
    cashier: str
    sale_id: str | None = None
    is_voiding: bool = False
    _dealt: set[str] = field(default_factory=set)
    """Redemptions that were ended before this one."""
    _looks: int = 0

    async def go(self) -> None:
        """Buy something, whatever happens to the till meanwhile."""
        while True:
            try:
                return await self._buy()
            except StoppedError:
                await self.world.restart_after_failure()

    async def _buy(self) -> None:
        if self.world.desk.happens(0.2):
            await self.world.at_till(self.world.desk.sign_in(self.cashier))
        if self._is_forgotten():
            return None
        redemption = await self._mine()
        while True:
            if redemption is None:
                redemption = await self._redeem()
            if redemption is None:
                return await self._leave()
            redemption = await self._speak(redemption)
            if not await self._end(redemption):
                return None
            self._dealt.add(redemption.id)
            redemption = None

    async def _give(self, command: Command[Answer]) -> Answer:
        """Give a command at the till, as its cashier."""
        return await self.world.desk.give(command, self.cashier)

    def _is_forgotten(self) -> bool:
        """Whether the journal that was put back knows nothing of a customer who is gone by now.

        One who is still here begins anew.
        """
        lost = self.world.lost_purses.get(self.sale_id or "")
        if lost is not None:
            self.sale_id = None
        return lost is not None and lost.has_goods

    async def _mine(self) -> Redemption | None:
        """Look into the journal for what the till knows of this customer."""
        found = await self.world.at_till(self.world.life.journal.history(20))
        for one in found:
            is_new = (
                not one.is_refund
                and one.id not in self.world.known_before
                and one.id not in self._dealt
            )
            if is_new and any(one.voucher_tail == pin[-4:] for pin in self.pins):
                self._came(one)
                return one
        return None

    async def _speak(self, redemption: Redemption) -> Redemption:
        """After a stop, say whether the customer is still here; now and then nobody does."""
        world = self.world
        sale = await self._sale(redemption.sale_id)
        if sale.state is not SaleState.OPEN or sale.customer is not Customer.ASKED:
            return redemption
        if world.happens(0.3):
            await world.at_till(world.life.clock.sleep(world.chance.uniform(1, 90)))
        if world.happens(0.15):
            return redemption
        said = world.chance.choice([Customer.HERE, Customer.HERE, *_NOT_HERE])
        if world.purses[redemption.sale_id].cash_cents:
            said = Customer.PAID_OTHERWISE  # which only a journal that was put back does not know
        world.faults[f"customer {said}"] += 1
        world.watch.spoken_for(redemption.sale_id)
        known = await world.at_till(self._give(AnswerForCustomer(redemption.id, said)))
        if said is Customer.PAID_OTHERWISE:
            self._take_cash(await self._sale(redemption.sale_id))
        return known

    def _came(self, redemption: Redemption) -> None:
        self.sale_id = redemption.sale_id
        due = self.amount.cents if isinstance(self.amount, Exact) else None
        self.world.purses.setdefault(redemption.sale_id, Purse(due))

    # ------------------------------------------------------------------------------------- redeem

    async def _redeem(self) -> Redemption | None:
        """Redeem a voucher; None where the till refuses, or the customer thinks better of it."""
        world = self.world
        amount = await self._amount_left()
        wanted = world.voucher(self.pins[0], amount, self.sale_id)
        try:
            if world.happens(0.12):
                world.faults["pressed twice"] += 1
                prepared = await world.at_till(self._press_twice(wanted))
            else:
                prepared = await world.at_till(self._give(wanted))
        except RedemptionRefusedError as refusal:
            world.note("refused", type(refusal).__name__)
            return None
        self._came(prepared)
        world.redemptions += 1
        if world.happens(0.03):
            return await world.at_till(self._give(AbandonRedemption(prepared)))
        if world.desk.happens(0.06):
            return await self._wait_with_approval(prepared)
        return await world.at_till(self._wait(prepared))

    async def _wait_with_approval(self, prepared: Redemption) -> Redemption:
        """Let a void be approved before anything was taken, and try to use that afterwards."""
        world, command = self.world, VoidRedemption(prepared.id, VoidReason.WRONG_AMOUNT)
        actor = employee(self.cashier).actor
        asked = world.desk.approved(command, actor, Permission.VOID, LINDIWE)
        approval = await world.at_till(asked)
        ended = await world.at_till(self._wait(prepared))
        if ended.redeemed_cents is not None:
            used = world.desk.try_refused(command, actor, approval, "for another amount")
            await world.at_till(used)
        return ended

    async def _amount_left(self) -> Amount:
        if self.sale_id is None:
            return self.amount
        sale = await self._sale()
        return self.amount if not sale.remaining_cents else Exact(sale.remaining_cents)

    async def _press_twice(self, wanted: RedeemVoucher) -> Redemption:
        """Start the same at the same moment; one of them is refused."""
        life = self.world.life
        both = [life.owner.spawn(self._give(wanted), "pressed", is_awaited=True) for _ in range(2)]
        ends = [await _outcome(one) for one in both]
        started = [end for end in ends if isinstance(end, Redemption)]
        if not started:
            raise next(end for end in ends if isinstance(end, BaseException))
        for end in ends:
            if isinstance(end, BaseException) and not isinstance(end, RedemptionRefusedError):
                raise end
        return started[0]

    async def _wait(self, prepared: Redemption) -> Redemption:
        """Wait for the answer, or lose patience and pay otherwise."""
        world, life = self.world, self.world.life
        waiting = life.owner.spawn(
            self._give(WaitForResult(prepared.id)), "at the counter", is_awaited=True
        )
        if world.happens(0.25):
            await life.clock.sleep(world.chance.choice([0.0, 2.0, world.chance.uniform(0, 80)]))
            if not waiting.done():
                world.faults["impatient"] += 1
                await self._close_otherwise(prepared.sale_id)
        return await waiting

    # ----------------------------------------------------------------------------------- the end

    async def _end(self, redemption: Redemption) -> bool:
        """Do what the state asks for; whether another voucher is tried in the same sale."""
        match redemption.state:
            case S.FINAL:
                await self._end_final(redemption)
                return False
            case S.DECLINED | S.ABANDONED:
                sale = await self._sale()
                if sale.state is SaleState.OPEN and len(self.pins) > 1 and self.world.happens(0.7):
                    self.pins.pop(0)
                    return True
            case state if state in OPEN:
                await self._end_open(redemption)
            case state if state in FOR_A_PERSON and self.world.happens(0.3):
                await self._print(redemption)
            case _:
                pass
        await self._leave()
        return False

    async def _end_open(self, redemption: Redemption) -> None:
        """Wait a little, or try the same voucher again, which the till must refuse."""
        world = self.world
        if world.happens(0.4):
            again = world.voucher(self.pins[0], self.amount, None)
            try:
                other = await world.at_till(self._give(again))
                self._came(other)
                other = await world.at_till(self._wait(other))
                if other.state is S.FINAL:
                    await self._end_final(other)
            except RedemptionRefusedError:
                world.faults["tried again"] += 1
        elif self._looks < 2:
            self._looks += 1
            await world.at_till(world.life.clock.sleep(world.chance.uniform(1, 60)))
            found = await world.at_till(world.life.journal.redemption(redemption.id))
            if found is not None and found.state is S.FINAL:
                await self._end_final(found)

    async def _end_final(self, redemption: Redemption) -> None:
        """Hand over, let the slip be printed, and perhaps take it all back."""
        world, purse = self.world, self.world.purses[redemption.sale_id]
        if self.is_voiding and (redemption.is_refunded or world.watch.refunds_of(redemption.id)):
            return  # the journal says so, and the goods are back
        sale = await self._sale(redemption.sale_id)
        if sale.state is SaleState.OPEN:
            await world.at_till(self._close_otherwise(redemption.sale_id))
        elif not purse.has_goods:
            purse.cash_cents = sale.remaining_cents or 0
            world.hand_over(redemption.sale_id)
        if world.happens(0.5):
            await self._print(redemption)
        is_wanted = self.is_voiding or world.happens(0.2)
        if is_wanted and not purse.cash_cents and purse.has_goods:
            await self.void(redemption)

    async def _leave(self) -> None:
        """Pay cash, or leave without anything."""
        if self.sale_id is None:
            return
        sale = await self._sale()
        if sale.state is SaleState.OPEN and self.world.happens(0.9):
            await self.world.at_till(self._close_otherwise(self.sale_id))
        elif sale.state is SaleState.SET_ASIDE and self.world.happens(0.5):
            self._take_cash(sale)

    async def _close_otherwise(self, sale_id: str) -> None:
        """Close the sale without the voucher; cash is taken only where the till says it is so."""
        life = self.world.life
        open_sale = await life.journal.sale(sale_id)
        if open_sale is not None and await self.world.drawer.take_rest(open_sale, self.cashier):
            self._take_cash(open_sale)
            return
        await self._give(LeaveSale(sale_id))
        sale = await life.journal.sale(sale_id)
        if sale is not None and sale.state is SaleState.SET_ASIDE and self.world.happens(0.8):
            self._take_cash(sale)

    def _take_cash(self, sale: Sale) -> None:
        purse = self.world.purses[sale.id]
        if purse.has_goods:
            return
        purse.cash_cents = VALUES[0] if sale.remaining_cents is None else sale.remaining_cents
        self.world.hand_over(sale.id)

    async def void(self, redemption: Redemption) -> None:
        """Take a sale back: the goods come first, then the button is pressed."""
        world, purse = self.world, self.world.purses[redemption.sale_id]
        self.is_voiding = True
        world.faults["voids tried"] += 1
        if HABITS.takes_goods_back_first:
            purse.has_goods = False
        given = CustomerGot.CASH if world.desk.happens(0.7) else None
        command = VoidRedemption(redemption.id, VoidReason.GOODS_RETURNED, given)
        outcome = await world.at_till(self._give(command))
        world.note("void", outcome.way)
        world.faults[f"void {outcome.way}"] += 1
        if world.desk.happens(0.3):
            again = await world.at_till(self._give(command))
            world.note("void again", again.way)
            world.faults[f"void again {again.way}"] += 1
            outcome = max(outcome, again, key=has_effect)
        # A refund that is not settled may still give the value back: no goods for it either.
        is_given = outcome.why_not is NotRefundedReason.ALREADY_REFUNDED
        if has_effect(outcome) or is_given:
            if not HABITS.takes_goods_back_first:
                await world.at_till(world.life.clock.sleep(5))
                if world.desk.happens(0.5):
                    world.machine.doom(0)
                world.pass_boundary("goods come back")
                purse.has_goods = False
        elif not purse.has_goods:
            world.hand_over(redemption.sale_id)
        self.is_voiding = False

    async def _print(self, redemption: Redemption) -> None:
        """Print the slip, say whether it came, and print again."""
        world = self.world
        for _ in range(world.chance.choice([1, 1, 2])):
            world.printing = redemption.id
            try:
                job, _ = await world.at_till(self._give(PrintSlip(redemption.id)))
            except SecretsShreddedError:
                # Its slip was confirmed, and what it would say again is gone.
                is_spared = redemption.id not in world.watch.slips_to_finish()
                world.watch.check(is_spared, "I33", "a slip cannot be printed any more")
                return
            if _can_be_confirmed(job) and world.happens(0.7):
                key = redemption.id, job.number
                is_mistaken = not world.happens(0.95)
                said = (key in world.watch.whole) is not is_mistaken
                if said:
                    world.watch.said_whole.add(key)
                confirmed = ConfirmSlip(redemption_id=redemption.id, is_complete=said)
                await world.at_till(self._give(confirmed))

    async def _sale(self, sale_id: str | None = None) -> Sale:
        wanted = sale_id or self.sale_id
        assert wanted is not None, "a visit with a redemption has a sale"
        sale = await self.world.at_till(self.world.life.journal.sale(wanted))
        assert sale is not None, "a sale that was opened is kept"
        return sale


def new_visit(world: "World") -> Visit:
    """Let somebody come, with a new voucher or one that was used before."""
    chance = world.chance
    pins = [world.new_pin()]
    if world.happens(0.25):
        pins.append(world.new_pin())
    if world.old_pins and world.happens(0.15):
        pins[0] = chance.choice(world.old_pins)
    world.old_pins += pins
    amount: Amount = FullValue() if world.happens(0.1) else Exact(chance.choice(VALUES))
    return Visit(world, pins, amount, chance.choice(CASHIERS))


def fields_of(name: str, pin: str) -> dict[str, Secret]:
    """Return what is typed into the form."""
    return {name: Secret(pin)}


def _can_be_confirmed(job: PrintJob) -> bool:
    return job.state in {PrintState.SENT, PrintState.UNCERTAIN}


async def _outcome(task: "object") -> object:
    """Wait for a task and return its result or failure."""
    try:
        return await task  # type: ignore[misc]  # a task of either kind
    except BaseException as error:  # noqa: BLE001 - the caller raises it
        return error
