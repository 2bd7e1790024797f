"""One seed: a shop, its till over all its boots, its upstream, its people; then the reckoning."""

import asyncio
import hashlib
import math
import random  # noqa: TID251 - a seed repeats a run exactly
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from counterfoil.adapters.upstream.electrum.authorisation import BasicAuthorisation
from counterfoil.adapters.upstream.electrum.gateway import ElectrumGateway, Offered
from counterfoil.adapters.upstream.exchange import Call
from counterfoil.adapters.upstream.moment.gateway import MomentGateway
from counterfoil.domain.advice import AdviceKind, AdviceState
from counterfoil.domain.failures import (
    JournalUnavailableError,
    RedemptionRefusedError,
    VoucherInUseError,
)
from counterfoil.domain.money import Amount, Exact
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.rows import SettlementKept
from counterfoil.domain.secret import Secret
from counterfoil.domain.settlement import CustomerGot, Evidence, SettledAs, Settlement
from counterfoil.domain.slip import Slip
from counterfoil.domain.staff import MACHINE
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.voucher_type import (
    ChangeManner,
    FieldKind,
    FieldSpec,
    UpstreamKind,
    VoucherType,
)
from counterfoil.ports.gateway import Gateway
from counterfoil.ports.papers import KeptPaper
from counterfoil.service.commands import (
    AbandonRedemption,
    ConfirmSlip,
    PrintSlip,
    RedeemVoucher,
    ResumeUpstream,
    ShredDue,
    TryNow,
)
from counterfoil.service.owing import AdviceComposer
from counterfoil.service.paper_keeping import PaperKeeping
from counterfoil.service.recovery import recover
from simulation import people
from simulation.advised_upstream import AdvisedUpstream
from simulation.desk import Desk
from simulation.disk import Disk, DiskFate, DiskJournal, FileDisk
from simulation.drawer import FLOAT_CENTS, Drawer
from simulation.keyed_upstream import KeyedUpstream, Voucher
from simulation.life import Life, Parts, open_life
from simulation.machine import Machine, MachineClock, PowerCut, VirtualLoop
from simulation.network import Line, Weather, document_of
from simulation.people import Purse, StoppedError, Visit, new_visit
from simulation.printer import FailingPrinter, SlipFolder
from simulation.safe import Safe
from simulation.staff import HABITS, LINDIWE, STAFF, hire
from simulation.watch import Watch, WrongWorldError
from support.clocks import SeededChance
from support.quick_journal import VAULT
from support.shift_desks import desk_of
from support.suv_bodies import PARTIES

S = RedemptionState
Result = TypeVar("Result")

HOUR_S = 3600.0
SETTLE_LIMIT_S = 2 * HOUR_S
SLIPS_KEPT = timedelta(hours=12)
"""How long a slip with a code lies in the till's folder."""
_KEY = Secret("simulated-key-for-no-upstream")
_NOWHERE = "https://upstream.invalid"
_VALUES = (1000, 1900, 5000)
_LOOKED_AT, _REMOVED, _BAFFLED = 0.5, 0.3, 0.2
"""How often people settle what waits between two customers, then with the provider taken out of the
settings, or while it can read no advice."""
_DECIDED_S = 100_000.0
"""After so long a provider has decided each request."""
_OFF_S = (30.0, 120.0, 300.0, 8 * HOUR_S, 22.9 * HOUR_S, 23.5 * HOUR_S, 24.5 * HOUR_S, 72 * HOUR_S)

KEYED_TYPE = VoucherType(
    id="vouchers.one_voucher",
    upstream="moment",
    category="vouchers",
    name="1Voucher",
    fields=(FieldSpec(name="pin", label="PIN", kind=FieldKind.DIGITS, is_sensitive=True),),
    change=ChangeManner.INLINE,
)
ADVISED_TYPE = replace(
    KEYED_TYPE,
    id="electrum.voucher",
    upstream="electrum",
    fields=(FieldSpec(name="code", label="Code", kind=FieldKind.DIGITS, is_sensitive=True),),
    kind=UpstreamKind.ADVISED,
    has_confirmation=True,
)


class Happening(StrEnum):
    """What happens between two customers."""

    CLOSED = "closed"
    POWER_CUT = "power cut"
    CLOCK_SET = "clock set"
    WAIT = "wait"
    GOODS_RETURN = "goods return"
    NUDGE = "nudge"
    MOMENT = "moment"


_COUNTED = frozenset({Happening.CLOSED, Happening.POWER_CUT, Happening.CLOCK_SET})
_USUAL = (*Happening, Happening.WAIT, Happening.MOMENT)


@dataclass(slots=True)
class Reckoning:
    """How a seed ended."""

    seed: int
    trace: str
    redemptions: int
    with_a_person: int
    faults: Counter[str]
    violation: WrongWorldError | None = None


@dataclass
class World:
    """Everything of one seed."""

    seed: int
    kind: UpstreamKind
    loop: VirtualLoop
    disk_folder: Path | None = None
    is_shredding: bool = False
    """Whether all that may be is shredded at random times, without waiting for its days."""
    purses: dict[str, Purse] = field(default_factory=dict)
    lost_purses: dict[str, Purse] = field(default_factory=dict)
    """Those of sales that the journal has no more."""
    known_before: set[str] = field(default_factory=set)
    """Redemptions of earlier customers."""
    old_pins: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    redemptions: int = 0
    given_back: dict[tuple[str, SettledAs], int] = field(default_factory=dict)
    """What the shop gave a customer outside the voucher, as its settlement says."""
    with_a_person: int = 0
    """Redemptions that were left to people, before those cleared their desk."""
    printing: str = ""
    visitor: Visit | None = None

    def __post_init__(self) -> None:
        self.chance = random.Random(f"{self.kind} {self.seed}")  # noqa: S311 - a seed repeats it
        self.machine = Machine()
        self.clock = MachineClock(self.loop, self.machine)
        self.watch = Watch()
        self.desk = Desk(self)
        self.drawer = Drawer(self)
        # By a chance of its own, so that a seed without shredding stays as it is.
        self._shredding = random.Random(f"shredding {self.kind} {self.seed}")  # noqa: S311
        self._trace = hashlib.blake2b(digest_size=8)
        self._ids = SeededChance(self.seed)
        self._trouble = self.chance.choice([0.0, 0.2, 0.4, 0.7])
        self._disk_trouble = self.chance.choice([0.0, 0.0, 0.0, 0.01, 0.03])
        self._cut_trouble = self.chance.choice([0.0, 0.3, 0.6])
        self._hold_s = self.chance.choice([0.0, 0.0, 30.0])
        self._pins = 0
        self._set_back_s = -1.0
        """When the clock was last set back."""
        self._is_calm = False
        self._is_set_up = True
        self._life: Life | None = None
        self._make_upstream()
        self.line = Line(
            upstream=self.upstream,
            machine=self.machine,
            chance=self.chance,
            on_send=self._on_send,
            note=self.note,
        )
        # What happens in the printer is by a chance of its own, so that nothing else depends on it.
        inside = random.Random(f"printer {self.kind} {self.seed}")  # noqa: S311 - a seed repeats it
        self.printer = FailingPrinter(self.machine, self.chance, inside, self._on_paper)
        self.folder = SlipFolder(self._on_removal)
        self.line.trouble, self.printer.trouble = self._trouble, self._trouble
        self.disk = self._make_disk()
        self.safe = Safe(self)
        self.safe.open()
        self.disk.on_durable = self._on_durable
        self.disk.next_fate = self._next_fate

    def _make_upstream(self) -> None:
        chance = self.chance
        mood = self._trouble * chance.choice([0.0, 0.5, 1.0])
        self.keyed: KeyedUpstream | None = None
        self.advised: AdvisedUpstream | None = None
        self.upstream: KeyedUpstream | AdvisedUpstream
        self.type = KEYED_TYPE
        if self.kind is UpstreamKind.KEYED:
            self.upstream = self.keyed = KeyedUpstream(
                now_s=self.loop.time,
                later=self.loop.call_later,
                chance=chance,
                on_debit=self._on_debit,
                trouble=mood,
                is_whole_only=chance.random() < 0.3,
            )
            return
        swallows, is_single = chance.random() < 0.1, chance.random() < 0.2
        self.type = replace(
            ADVISED_TYPE,
            has_confirmation=not is_single,
            is_advice_effective=not swallows,
            can_refund=chance.random() < 0.7,
        )
        self.upstream = self.advised = AdvisedUpstream(
            chance=chance,
            on_debit=self._on_debit,
            on_advice=self._on_advice,
            forgets=chance.random() < 0.6,
            swallows=swallows,
            trouble=mood,
            has_lookup=chance.random() < 0.8,
        )

    def _make_disk(self) -> Disk:
        if self.disk_folder is None:
            return Disk(self.machine)
        folder = self.disk_folder / str(self.seed)
        folder.mkdir()
        return FileDisk(self.machine, folder)

    # ------------------------------------------------------------------------------ what people use

    @property
    def life(self) -> Life:
        """The till that is open."""
        assert self._life is not None, "the till is opened first"
        return self._life

    def happens(self, chance: float) -> bool:
        """Whether something of this probability happens now."""
        return self.chance.random() < chance

    def new_pin(self) -> str:
        """Let a voucher be sold."""
        self._pins += 1
        pin = f"{self._pins:04d}{self.chance.getrandbits(39):012d}"[:16]
        value = self.chance.choice(_VALUES)
        if self.keyed is not None:
            self.keyed.vouchers[pin] = Voucher(value, is_sticky=self.happens(0.4))
        elif self.advised is not None:
            self.advised.vouchers[pin] = value
        return pin

    def voucher(self, pin: str, amount: Amount, sale_id: str | None) -> RedeemVoucher:
        """Return what a cashier types."""
        name = self.type.fields[0].name
        fields = {name: Secret(pin)}
        return RedeemVoucher(voucher_type=self.type, fields=fields, amount=amount, sale_id=sale_id)

    async def at_till(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do something at the till.

        Raises:
            StoppedError: the till stopped in the middle of it.

        """
        life = self.life
        task = life.owner.spawn(work, "at the till", is_awaited=True)
        either: set[asyncio.Future[Any]] = {task, life.died}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        self.raise_found()
        if not self.machine.is_on:
            raise StoppedError
        try:
            return task.result()
        except (PowerCut, JournalUnavailableError):
            raise StoppedError from None

    def hand_over(self, sale_id: str) -> None:
        """Give the goods to the customer."""
        purse, due = self.purses[sale_id], self.watch.due_cents[sale_id]
        paid = self.watch.paid_cents(sale_id) + purse.cash_cents
        is_paid = paid > 0 if due is None else paid >= due
        self.watch.check(is_paid, "I4", "goods were handed over before they were durably paid for")
        purse.has_goods = True
        self.note("goods", sale_id)

    def pass_boundary(self, name: str) -> None:
        """Let the power fail while people do something.

        Raises:
            StoppedError: it did.

        """
        try:
            self.machine.boundary(name)
        except PowerCut:
            raise StoppedError from None

    def note(self, what: str, *facts: object) -> None:
        """Write a line of the trace."""
        self._trace.update(f"{self.loop.time():.6f} {what} {facts}\n".encode())

    def raise_found(self) -> None:
        """End the seed at the first thing that is wrong."""
        if self.watch.found is not None:
            raise self.watch.found

    # -------------------------------------------------------------------------------- what is heard

    def _on_durable(self, rows: tuple[Any, ...]) -> None:
        for row in rows:
            after = getattr(row, "after", None)
            self.note("commit", type(row).__name__, getattr(after, "state", ""))
            if isinstance(row, SettlementKept):
                self._on_settlement(row.settlement)
        self.watch.durable(rows, self.loop.time())
        self.safe.committed(self._life)

    def _on_settlement(self, new: Settlement) -> None:
        """Give the customer what is written down, once it is; goods of a new sale for its value."""
        key = (new.redemption_id, new.settled_as)
        is_new_sale = new.redemption_id in self.desk.new_sales
        if new.got is CustomerGot.CASH or (new.got is CustomerGot.GOODS and is_new_sale):
            self.given_back[key] = self.taken_cents(new.redemption_id)

    def _on_send(self, call: Call) -> None:
        if call.method != "POST":
            return
        document, now_s = document_of(call), self.loop.time()
        text = (call.body or b"").decode()
        if self.keyed is not None:
            reference = str(document["external_reference"])
            key = call.headers["idempotency-key"]
            self.watch.request_leaves(reference, key, text, now_s)
        elif "requestId" in document:
            is_reversal = call.url.endswith("/reversals")
            kind = AdviceKind.REVERSAL if is_reversal else AdviceKind.CONFIRMATION
            self.watch.advice_leaves(str(document["requestId"]), kind, text, now_s)
        else:
            self.watch.request_leaves(str(document["id"]), "", text, now_s)

    def _on_debit(
        self,
        reference: str,
        times: int,
        *,
        is_very_late: bool = False,
        is_key_forgotten: bool = False,
        arrived_on_s: float | None = None,
    ) -> None:
        self.note("debit", reference)
        if is_key_forgotten or self._was_asked_before(reference, arrived_on_s):
            self.watch.not_promised.add(reference)
        self.watch.debited(reference, times, is_very_late=is_very_late)

    def _on_advice(self, request_id: str, kind: AdviceKind) -> None:
        if self._was_asked_before(request_id):
            self.watch.not_promised.add(request_id)
        self.watch.advised(request_id, kind)

    def _was_asked_before(self, redemption_id: str, arrived_on_s: float | None = None) -> bool:
        """Whether the network still had a message when the provider was asked about it."""
        arrived_on_s = self.loop.time() if arrived_on_s is None else arrived_on_s
        return self.desk.asked_on_s.get(redemption_id, math.inf) <= arrived_on_s

    def _on_paper(self, slip: Slip, lines: int) -> None:
        self.note("paper", slip.kind, lines)
        self.watch.paper(self.printing, slip, lines)
        if lines == len(slip.lines):
            self.folder.keep(slip)

    def _on_removal(self, file: KeptPaper) -> None:
        self.note("removed", file.copy_number)
        self.watch.removed(file, self.clock.now().wall - SLIPS_KEPT)

    def _on_notice(self, redemption: Redemption) -> None:
        """See the screen; whoever is in a hurry hands the goods over at this moment."""
        if not self.machine.is_on:
            raise PowerCut
        self.note("shown", redemption.state)
        self.watch.shown(redemption)
        purse = self.purses.get(redemption.sale_id)
        is_here = self.visitor is not None and self.visitor.sale_id == redemption.sale_id
        if purse is None or not is_here or purse.has_goods or purse.cash_cents:
            return
        is_covered = purse.due_cents in {None, redemption.redeemed_cents}
        if redemption.state in HABITS.hands_over_at and is_covered and self.happens(0.5):
            self.hand_over(redemption.sale_id)

    def _next_fate(self) -> DiskFate:
        if self._is_calm or not self.happens(self._disk_trouble):
            return DiskFate.FINE
        fate = self.chance.choice([DiskFate.FULL, DiskFate.FAILED_AFTER])
        self.faults[f"disk {fate}"] += 1
        return fate

    def _on_failure(self, name: str, error: Exception) -> None:
        if isinstance(error, JournalUnavailableError):
            if self._life is not None:
                self._life.is_broken = True
            return
        self.watch.wrong("engine", f"{name.partition(' ')[0]} failed: {error!r}")

    def _on_loop_failure(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if context.get("message") == "a listener failed":
            self.watch.wrong("engine", f"a listener failed: {error!r}")

    # ---------------------------------------------------------------------------------------- lives

    def _gateways(self) -> dict[str, Gateway]:
        if not self._is_set_up:
            return {}
        if self.keyed is not None:
            moment = MomentGateway(self.line, api_key=lambda: _KEY, base_url=_NOWHERE)
            return {moment.upstream: moment}
        electrum = ElectrumGateway(
            self.line,
            base_url=_NOWHERE,
            authorisation=BasicAuthorisation(lambda _: _KEY, "user"),
            parties=PARTIES,
            offered=Offered(descriptors=Path("nowhere")),
            clock=self.clock,
            confirmation_hold_s=self._hold_s,
        )
        return {electrum.upstream: electrum}

    async def restart_after_failure(self) -> None:
        """Start again after the power failed or the journal broke; usually soon."""
        off_s = self.chance.choice(_OFF_S if self.happens(0.3) else _OFF_S[:3])
        await self.restart(off_s)

    async def restart(self, off_s: float, *, is_orderly: bool = False) -> None:
        """End the till as it is, and start it again later, as often as that takes."""
        await self._end_life(is_orderly=is_orderly)
        self.note("off", off_s)
        await asyncio.sleep(off_s)
        self.safe.at_standstill()
        await self._start_at_last()

    async def _end_life(self, *, is_orderly: bool) -> None:
        life, self._life = self._life, None
        if life is None:
            return
        if is_orderly and self.machine.is_on:
            self.machine.be_spared()
            await life.redeemer.finish(5.0)
            await life.forwarder.finish(5.0)
            await life.owner.cancel_all()
        self.machine.cut()
        await life.owner.cancel_all()
        life.journal.let_go()
        self.raise_found()

    async def _start_at_last(self) -> None:
        """Start as often as that takes."""
        while not await self._start():  # noqa: ASYNC110 - virtual time, and nobody tells
            await asyncio.sleep(self.chance.choice(_OFF_S[:3]))

    async def _start(self) -> bool:
        """Open the till: recover first, as the program does. Whether it got that far."""
        is_doomed = not self._is_calm and self.happens(self._cut_trouble)
        cut_after = self.chance.choice([3, 12, 40]) if is_doomed else None
        if cut_after is not None:
            cut_after = self.chance.randrange(cut_after)
        died = self.machine.start(cut_after)
        self.clock.boot()
        self.disk.boot()
        self.watch.booted()
        self.note("boot", cut_after)
        journal = DiskJournal(self.disk)
        try:
            await self._compare_file(journal)
            self._life = await self._open(journal, died)
        except (PowerCut, JournalUnavailableError):
            self.machine.cut()
            return False
        return True

    async def _open(self, journal: DiskJournal, died: asyncio.Future[None]) -> Life:
        gateways = self._gateways()
        composer = AdviceComposer(journal=journal, gateways=gateways, chance=self._ids)
        await recover(journal, self.clock, composer)
        is_forgotten = bool(await journal.papers_under_way())
        self.watch.check(not is_forgotten, "I30", "a paper was under way, and nobody is asked")
        if self.happens(0.3):
            await self._recover_again(journal, composer)
        life = open_life(
            Parts(
                journal=journal,
                clock=self.clock,
                chance=self._ids,
                gateways=gateways,
                composer=composer,
                printer=self.printer,
            ),
            died=died,
            on_notice=self._on_notice,
            on_failure=self._on_failure,
        )
        if self.is_shredding:
            _ = life.owner.spawn(self._shred_at_random(life), "shredding")
        return life

    async def _shred_at_random(self, life: Life) -> None:
        """Shred whatever may be, again and again, in the middle of all that goes on."""
        while True:
            await life.clock.sleep(self._shredding.choice([0.01, 0.5, 5.0, 60.0, 900.0]))
            done = await life.gate.run(ShredDue(), MACHINE)
            self.faults["shredded"] += done.shredded

    async def _recover_again(self, journal: DiskJournal, composer: AdviceComposer) -> None:
        """Recover twice: nothing is left to do (I20)."""
        watch = self.watch
        books: tuple[dict[Any, Any], ...] = (
            watch.rows,
            watch.advices,
            watch.papers,
            watch.customers,
        )
        before = tuple(one.copy() for one in books)
        await recover(journal, self.clock, composer)
        after = books
        self.watch.check(before == after, "I20", "a second recovery changed something")

    async def _compare_file(self, journal: DiskJournal) -> None:
        """Find in the file just what was committed (I21)."""
        found = {one.id: _as_written(one) for one in await journal.history(1000)}
        expected = {key: _as_written(one) for key, one in self.watch.rows.items()}
        if found != expected:
            self.watch.wrong("I21", "the file does not hold what was committed")
        to_finish = {one.id for one in await journal.slips_to_finish()}
        is_listed = to_finish == self.watch.slips_to_finish()
        self.watch.check(is_listed, "I30", "a slip is not among those to finish")

    # ------------------------------------------------------------------------------------- one seed

    async def live(self) -> None:
        """Live through the seed, to the reckoning."""
        try:
            await self.open()
            for _ in range(self.chance.choice([1, 1, 2, 2, 3])):
                await self.serve()
                await self._at_drawer()
                await self.happen(self.chance.choice(_USUAL))
                await self.safe.work()
                if self.desk.happens(_LOOKED_AT):
                    await self.look_at_what_waits()
            await self.settle()
            await self.clear_desk()
            await self._finish_slips()
        finally:
            await self.shut()

    async def open(self) -> None:
        """Open the shop."""
        self.loop.set_exception_handler(self._on_loop_failure)
        self.clock.boot()
        await self._hire()
        await self._start_at_last()

    async def _at_drawer(self) -> None:
        """Let people work at the drawer, whatever happens to the till meanwhile."""
        try:
            await self.drawer.work()
        except StoppedError:
            await self.restart_after_failure()

    async def _hire(self) -> None:
        """Let people work here, before anything can go wrong."""
        self._is_calm = True
        journal = DiskJournal(self.disk)
        await hire(journal, self.clock)
        await desk_of(journal, self.clock).open(FLOAT_CENTS, STAFF[0].actor)
        journal.let_go()
        self._is_calm = False

    async def serve(self) -> None:
        """Let one customer come."""
        self.visitor = new_visit(self)
        await self.visitor.go()
        self.visitor = None
        self.known_before |= self.watch.rows.keys()

    async def shut(self) -> None:
        """End everything, whatever state it is in."""
        self.machine.cut()
        if self._life is not None:
            await self._life.owner.cancel_all()
            self._life.journal.let_go()
        self.disk.close()
        self.safe.close()

    async def happen(self, what: Happening) -> None:
        """Let something happen between two customers."""
        self.faults[what] += what in _COUNTED
        try:
            await self._happen(what)
            await self._resume()
        except StoppedError:
            await self.restart_after_failure()

    async def _happen(self, what: Happening) -> None:
        pick = self.chance
        match what:
            case Happening.CLOSED | Happening.POWER_CUT:
                await self.restart(pick.choice(_OFF_S), is_orderly=what is Happening.CLOSED)
            case Happening.CLOCK_SET:
                await self._set_clock(pick.choice([-24, -1, 1, 25, 72]))
            case Happening.WAIT:
                await self.at_till(self.clock.sleep(pick.uniform(1, 600)))
            case Happening.GOODS_RETURN:
                await self._void_an_old_one()
            case Happening.NUDGE:
                self.life.forwarder.nudge()
                self.life.resolver.nudge()
            case Happening.MOMENT:
                await self.at_till(self.clock.sleep(pick.uniform(0, 5)))

    async def _set_clock(self, hours: int) -> None:
        self.clock.shift(timedelta(hours=hours))
        if hours < 0:
            self._set_back_s = self.loop.time()
        try:
            await self.at_till(self.clock.sleep(300))
        except StoppedError:
            self.watch.is_clock_fooled |= hours < 0
            raise

    def went_back(self, made_s: float, purses: dict[str, Purse]) -> None:
        """Hear that a backup was put back, and what had gone over the counter when it was made."""
        # An age that it saw before the clock was set back was kept in the journal.
        self.watch.is_clock_fooled |= self._set_back_s >= made_s
        self.watch.gap.sales |= {
            sale_id
            for sale_id, purse in self.purses.items()
            if purse != purses.get(sale_id, Purse(purse.due_cents))
        }
        lost = self.purses.keys() - self.watch.sales.keys()
        self.lost_purses |= {sale_id: self.purses.pop(sale_id) for sale_id in sorted(lost)}

    async def _resume(self) -> None:
        """Let a supervisor see to the credentials of each provider that refused them."""
        for name in self.life.forwarder.paused:
            await self.life.gate.run(ResumeUpstream(name), LINDIWE.actor)

    async def _void_an_old_one(self) -> None:
        """Let a customer come back with goods."""
        final = [one for one in self.watch.rows.values() if one.state is S.FINAL]
        found = [one for one in final if not one.is_refund]
        if not found:
            return
        one = self.chance.choice(found)
        purse = self.purses.get(one.sale_id)
        if purse is not None and purse.has_goods and not purse.cash_cents:
            await Visit(self, [], one.amount, one.cashier, one.sale_id).void(one)

    async def look_at_what_waits(self) -> None:
        """Let people settle what waits, in the middle of whatever goes on."""
        is_removed = self.desk.happens(_REMOVED)
        try:
            await self._remove_old_slips()
            if is_removed:
                await self._restart_with(is_set_up=False)
            elif self.advised is not None and self.desk.happens(_BAFFLED):
                self.advised.is_baffled = True
                await self._send_what_is_owed()
            await self._settle_what_waits()
        except StoppedError:
            await self.restart_after_failure()
        if self.advised is not None:
            self.advised.is_baffled = False
        if is_removed:
            await self._restart_with(is_set_up=True)

    async def _restart_with(self, *, is_set_up: bool) -> None:
        """Start again with the provider in the settings, or without it."""
        self._is_set_up = is_set_up
        await self.restart(30.0, is_orderly=True)

    async def _send_what_is_owed(self) -> None:
        for advice in await self.at_till(self.life.journal.owed_advices()):
            pressed = TryNow(advice.redemption_id)
            await self.at_till(self.desk.give(pressed, LINDIWE.name))

    async def _settle_what_waits(self) -> int:
        waiting = await self.at_till(self.desk.waiting())
        for one in waiting:
            await self.at_till(self.desk.settle(one))
        return len(waiting)

    # -------------------------------------------------------------------------------- the reckoning

    async def settle(self) -> None:
        """End all faults; within two hours nothing is open any more, and the books agree."""
        self._is_calm = self.safe.is_shut = True
        self.machine.be_spared()
        self.line.trouble = self.printer.trouble = 0.0
        self.upstream.calm()
        end_s = self.loop.time() + SETTLE_LIMIT_S
        await self._wait_until_quiet(end_s)
        is_very_late = self.line.counts[Weather.VERY_LATE] > 0
        if is_very_late or (self._sweeps() and self.happens(0.2)):
            # A clock that was set back makes the day of a safety resend longer.
            wall = self.clock.now().wall
            left_s = ((at - wall).total_seconds() for at in self._sweeps())
            await self.restart(max(24.1 * HOUR_S, *left_s, 0.0), is_orderly=True)
            await self._wait_until_quiet(self.loop.time() + SETTLE_LIMIT_S, with_sweeps=True)
        # What the network still carries arrives.
        await self._wait_calmly(200)
        await self._wait_until_quiet(self.loop.time() + SETTLE_LIMIT_S)
        await self._reckon()

    async def clear_desk(self) -> None:
        """Let people settle all that is left while the power fails; then the books agree again."""
        unsure = {S.ATTENTION, S.UNCLAIMED, S.REVERSED_UNVERIFIED}
        self.with_a_person = sum(one.state in unsure for one in self.watch.rows.values())
        waiting = await self.at_till(self.desk.waiting())
        if not waiting:
            return
        if any(self.is_undecided(one.id) for one in waiting):
            await self.restart(_DECIDED_S, is_orderly=True)
        for is_calm in (False, False, False, True, True, True):
            self._is_calm = is_calm
            if is_calm:
                self.machine.be_spared()
            elif self.desk.happens(0.6):
                self.machine.doom(self.desk.chance.randrange(14))
            try:
                if not await self._settle_what_waits():
                    break
            except StoppedError:
                await self.restart(30)
        self._is_calm = True
        self.machine.be_spared()
        await self._wait_calmly(200)
        await self._wait_until_quiet(self.loop.time() + SETTLE_LIMIT_S)
        await self._try_vouchers_again()
        await self._reckon()

    async def _finish_slips(self) -> None:
        """Let people print what is left, and find every customer with a whole slip (I30)."""
        await self._remove_old_slips()
        for one in await self.at_till(self.life.journal.slips_to_finish()):
            self.printing = one.id
            job, _ = await self.at_till(self.desk.give(PrintSlip(one.id), LINDIWE.name))
            self.watch.said_whole.add((one.id, job.number))
            confirmed = ConfirmSlip(redemption_id=one.id, is_complete=True)
            await self.at_till(self.desk.give(confirmed, LINDIWE.name))
        await self._compare_file(self.life.journal)
        await self.drawer.reckon()
        self.watch.all_have_slips()
        self.raise_found()

    async def _remove_old_slips(self) -> None:
        keeping = PaperKeeping(self.folder, self.life.journal, self.clock, SLIPS_KEPT)
        await self.at_till(keeping.remove_due())

    async def _try_vouchers_again(self) -> None:
        """Find nobody called any more, and each voucher that was settled free again (I29)."""
        waiting = await self.at_till(self.desk.waiting())
        self.watch.check(not waiting, "I29", "something waits for a person still")
        pins = {VAULT.fingerprint(pin): pin for pin in self.old_pins}
        for row in tuple(self.watch.rows.values()):
            pin = pins.get(row.fingerprint)
            if row.state is not S.RESOLVED or pin is None:
                continue
            wanted = self.voucher(pin, Exact(people.VALUES[0]), None)
            try:
                prepared = await self.at_till(self.desk.give(wanted, STAFF[0].name))
            except VoucherInUseError:
                self.watch.wrong("I29", f"the voucher of what is {row.settled_as} is locked")
            except RedemptionRefusedError:
                continue
            else:
                abandoned = AbandonRedemption(prepared)
                await self.at_till(self.desk.give(abandoned, STAFF[0].name))

    async def _wait_until_quiet(self, end_s: float, *, with_sweeps: bool = False) -> None:
        while self._is_unsettled(with_sweeps=with_sweeps):
            if self.loop.time() > end_s:
                states = [one.state.value for one in self.watch.rows.values()]
                self.watch.wrong("I15", f"not settled after two hours: {states}")
            await self._wait_calmly(20)

    async def _wait_calmly(self, seconds: float) -> None:
        """Let the till work; one whose journal broke is started again."""
        try:
            if self._life is None or self.life.is_broken or self.life.journal.is_broken:
                await self.restart(30)
            await self._resume()
            await self.at_till(self.clock.sleep(seconds))
        except StoppedError:
            await self.restart(30)

    def _is_unsettled(self, *, with_sweeps: bool) -> bool:
        watch = self.watch
        for row in watch.rows.values():
            advice = watch.advices.get(row.id)
            is_suspended = advice is not None and advice.state is AdviceState.SUSPENDED
            if row.state in {S.PREPARED, S.INFLIGHT, S.APPROVED}:
                return True
            if row.state is S.REVERSING and not is_suspended:
                return True
            if advice is not None and advice.state is AdviceState.OWED:
                return True
        return with_sweeps and bool(self._sweeps())

    def _sweeps(self) -> list[datetime]:
        """Return when reversals that were acknowledged are sent once more."""
        return [
            one.next_due_at
            for one in self.watch.advices.values()
            if one.state is AdviceState.ACKNOWLEDGED and one.next_due_at is not None
        ]

    async def _reckon(self) -> None:
        """Compare what the till says with what was taken."""
        self.raise_found()
        await self._compare_file(self.life.journal)
        for row in self.watch.rows.values():
            self._reckon_row(row)
        for sale_id, purse in self.purses.items():
            self._reckon_sale(sale_id, purse)
        self._reckon_gap()
        if self.seed % 50 == 0:
            await self._search_file()
        self.raise_found()

    def taken_cents(self, redemption_id: str) -> int:
        """Return what is taken for a redemption by the provider's own books."""
        if self.keyed is not None:
            return self.keyed.debits[redemption_id]
        assert self.advised is not None, "there is one upstream"
        return self.advised.net_cents(redemption_id)

    def is_undecided(self, redemption_id: str) -> bool:
        """Whether the provider would say that it does not know yet."""
        return self.keyed is not None and self.keyed.is_undecided(redemption_id)

    def _reckon_row(self, row: Redemption) -> None:
        is_unsent = row.state is S.ABANDONED and row.id in self.watch.gap.unsent
        is_unsure = is_unsent or self._waits_for_word_of_its_void(row)
        if is_unsure or row.id in self.watch.not_promised | self.desk.misjudged:
            return
        if by_hand := self.watch.settlements.get((row.id, SettledAs.BY_HAND)):
            taken = self.taken_cents(row.id)
            is_so = (taken > 0) == (by_hand.evidence is Evidence.TAKEN)
            self.watch.check(is_so, "I28", f"settled as {by_hand.evidence}, {taken} taken")
        else:
            self._reckon_state(row, self.taken_cents(row.id))

    def _reckon_state(self, row: Redemption, taken: int) -> None:
        match row.state:
            case S.FINAL | S.UNCLAIMED:
                self.watch.check(taken == row.redeemed_cents, "I2", f"{row.state}, {taken} taken")
                self._reckon_change(row)
            case S.RESOLVED:
                is_kept = taken == row.redeemed_cents
                self.watch.check(is_kept, "I28", f"given outside the voucher, {taken} taken")
            case S.DECLINED | S.ABANDONED:
                self.watch.check(taken == 0, "I2", f"{row.state}, {taken} taken")
            case S.REVERSED:
                # A clock set on by days makes a safety resend early; one that came before such a
                # request is not promised to find it.
                is_resent_early = row.id in self.watch.very_late and self.faults["clock set"]
                if is_resent_early:
                    self.watch.not_promised.add(row.id)
                else:
                    self.watch.check(taken == 0, "I6", f"reversed, {taken} taken")
            case S.PREPARED | S.INFLIGHT | S.APPROVED:
                self.watch.wrong("I15", f"{row.state} at the end")
            case _:
                pass
        if row.state is S.FINAL and self.advised is not None:
            self._reckon_confirmation(row)

    def _waits_for_word_of_its_void(self, row: Redemption) -> bool:
        """Whether a void was lost with a restore, and a person has to ask what became of it.

        The provider refuses the confirmation; where it cannot even read that, somebody is called.
        """
        advice = self.watch.advices.get(row.id)
        is_parked = advice is not None and advice.needs_a_person
        return row.state is S.FINAL and row.id in self.watch.gap.voided and is_parked

    def _reckon_gap(self) -> None:
        """Find in the provider's books nothing that the journal has not, but what was lost."""
        asked = {*(self.keyed.debits if self.keyed else ())}
        asked |= {*(self.advised.entries if self.advised else ())}
        known, gap = self.watch.rows.keys(), self.watch.gap
        unknown = {one for one in asked if self.taken_cents(one) and one not in known}
        self.watch.check(unknown <= gap.lost, "I34", "taken, in no journal, and not lost")
        self.watch.check(known.isdisjoint(gap.lost), "I34", "what was lost is in the journal")

    def _reckon_confirmation(self, row: Redemption) -> None:
        assert self.advised is not None, "there is one upstream"
        advice = self.watch.advices.get(row.id)
        is_due = advice is not None and advice.state is AdviceState.ACKNOWLEDGED
        if is_due and not self.advised.swallows:
            word = self.advised.entries[row.id].word
            self.watch.check(word == "confirmed", "I2", f"final and acknowledged, and {word} there")

    def _reckon_change(self, row: Redemption) -> None:
        if self.keyed is None:
            return
        given = self.keyed.changes.get(row.id)
        change = self.watch.changes.get(row.id)
        kept = change.pin.reveal() if change and change.pin else None
        self.watch.check(given == kept, "I12", "a change voucher cannot be recovered")

    def _reckon_sale(self, sale_id: str, purse: Purse) -> None:
        """Find no goods that nobody paid for, and no sale that was paid twice."""
        if self.watch.is_told_to_a_person(sale_id) or sale_id in self.watch.gap.sales:
            return
        rows = [one for one in self.watch.rows.values() if one.sale_id == sale_id]
        refunds = [refund for one in rows for refund in self.watch.refunds_of(one.id)]
        unsure = self.watch.not_promised | self.desk.misjudged | self.desk.lost
        if any(one.id in unsure for one in (*rows, *refunds)):
            return
        given_back = sum(self.taken_cents(one.id) for one in refunds)
        given_back += sum(
            self.given_back.get((one.id, way), 0) for one in rows for way in SettledAs
        )
        taken = sum(self.taken_cents(one.id) for one in rows) - given_back
        self.watch.check(taken >= 0, "I3", "more was given back than was taken")
        due = self.watch.due_cents[sale_id]
        paid = taken + purse.cash_cents
        if purse.has_goods:
            is_paid = paid > 0 if due is None else paid >= due
            self.watch.check(is_paid, "I5", "goods are gone, and nobody paid for them")
        if due is not None:
            self.watch.check(paid <= due, "I3", "a customer paid twice")

    async def _search_file(self) -> None:
        """Verify the journal as the program does, and look for PINs in its bytes."""
        found = await self.life.journal.verify()
        # A mutant may leave out a guard of the schema; whether it is missed is what is looked for.
        findings = [one for one in found if not one.where.startswith(("index", "trigger"))]
        self.watch.check(not findings, "I19", f"the journal does not verify: {findings[:1]}")
        raw = self.disk.connection.serialize()
        pins = self.keyed.vouchers if self.keyed is not None else {}
        hits = [pin for pin in (*pins, *self.old_pins) if pin.encode() in raw]
        self.watch.check(not hits, "I16", "a PIN stands in the file")

    def reckoning(self, violation: WrongWorldError | None) -> Reckoning:
        """Return how the seed ended."""
        faults = self.faults + Counter({f"power: {k}": n for k, n in self.machine.cuts.items()})
        for counted in (self.line.counts, self.printer.counts, self.upstream.moods):
            prefix = "upstream: " if counted is self.upstream.moods else ""
            faults += Counter({f"{prefix}{k}": n for k, n in counted.items()})
        faults += self._cost_of_restores()
        return Reckoning(
            seed=self.seed,
            trace=self._trace.hexdigest(),
            redemptions=len(self.watch.rows),
            with_a_person=self.with_a_person,
            faults=faults,
            violation=violation,
        )

    def _cost_of_restores(self) -> Counter[str]:
        """Count what no journal that was put back can make good."""
        gap = self.watch.gap
        ours = {one: self.purses[one] for one in gap.sales if one in self.purses}
        gone = {one for one, purse in ours.items() if purse.has_goods and not purse.cash_cents}
        rows = self.watch.rows.values()
        taken_back = {one.sale_id for one in rows if one.state is S.REVERSED} & gone
        return Counter(
            {
                "restore: lost": len(gap.lost),
                "restore: taken, and not sent by the journal": len(gap.unsent),
                "restore: goods gone, and taken back": len(taken_back),
            }
        )


def _as_written(redemption: Redemption) -> Redemption:
    """Leave out what the journal gives or derives."""
    return replace(redemption, slip_number=0, is_refunded=False)


def live(
    seed: int,
    kind: UpstreamKind,
    disk_folder: Path | None = None,
    *,
    is_shredding: bool = False,
) -> Reckoning:
    """Live through one seed and say how it ended."""
    loop = VirtualLoop()
    world = World(seed, kind, loop, disk_folder, is_shredding)
    violation: WrongWorldError | None = None
    try:
        loop.run_until_complete(world.live())
    except WrongWorldError as error:
        violation = error
    except Exception as error:  # noqa: BLE001 - whatever the engine raised is what was looked for
        violation = world.watch.found or WrongWorldError("engine", repr(error))
        violation.__cause__ = error
    finally:
        loop.close()
    return world.reckoning(violation)
