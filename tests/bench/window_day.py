"""A cashier's day in the shipped window, in a process of its own that tells how it is.

Run as a program, it reads the day from its first line of input, opens the window offscreen on the
till's folder, and serves one customer after the other by keys and clicks alone. Between customers
it says what it has come to, a line of JSON, and goes on when a line comes back: meanwhile whoever
started it changes the line, the provider and the printer. Only the clock is not the system's own.
"""

import asyncio
import gc
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from shiboken6 import getCppPointer
from typing_extensions import override

from bench.customers import Customer
from bench.flatness import Sample
from bench.shop_clock import ShopClock
from bench.ticks import Ticks
from counterfoil import bootstrap, desktop
from counterfoil.adapters.printing.receipt_printer import Limits, ReceiptPrinter
from counterfoil.adapters.system.clock import SystemClock
from counterfoil.demo import Hand
from counterfoil.desktop import Face
from counterfoil.domain.offer import Offer
from counterfoil.domain.settlement import Evidence
from counterfoil.domain.staff import EVERYTHING, Actor
from counterfoil.domain.states import RedemptionState
from counterfoil.opening import open_window
from counterfoil.ports.clock import Clock
from counterfoil.presentation.screens import Act, Room, Stage
from support.window_lives import _is_open, _settle_by_hand, finish_slips, leave

_PATIENCE_S = 120.0
_LOOK_EVERY_S = 0.05
_SETTLE_STEP_S, _SETTLE_PAUSE_S, _SETTLE_MAX_S = 900.0, 1.0, 900.0
"""A call that is under way while time is skipped has taken as long, and its answer counts for none:
so there is a pause in real time after each step. What is not known at a provider is reversed once
more a day later, so all of a day passes after the last customer."""
_ROOMS = (Room.HISTORY, Room.IN_DOUBT, Room.SLIPS)
_ROOMS_EVERY = 100
_LEAKED_BYTES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What a cashier does. Their customers' numbers begin with 1."""

    data_dir: str
    settings: str
    customers: int
    ask_every: int
    sample_every: int
    """After so many customers it is said what the program holds; 0 for never."""
    speed: float = 1.0
    """How fast the shop's clock runs; 1 is the system's own clock, and nothing is skipped."""
    awake_s: float = 0.0
    """How long the shop's machine is awake on that day."""
    sleeps: int = 0
    """How often it sleeps besides, for an hour each time."""
    minutes: float = 0.0
    """After so long the day is over, in real time, however many were served; 0 for no limit."""
    key_s: float = 0.0
    """How long somebody takes from one key to the next."""
    has_ticks: bool = False
    """Whether it is measured how late the loop is."""
    leaks: bool = False
    """A control: a timer, a task and some memory are forgotten with each customer."""


class Cashier(Hand):
    """Types key by key, and waits in real time."""

    def __init__(self, face: Face, key_s: float) -> None:
        super().__init__(face, Path())
        self.key_s = key_s
        self._changed = asyncio.Event()
        lists = (page.changed for page in face.ledgers.values())
        for changed in (face.counter.changed, face.shell.changed, *lists):
            changed.connect(self._changed.set)

    @override
    async def fill(self, source: Any) -> None:
        """Type the fields of a voucher."""
        for name, text in source.items():
            await self.type_slowly(f"field-{name}", text)

    async def type_slowly(self, name: str, text: str) -> None:
        """Type into a field; who takes time for a key lets the loop go on meanwhile."""
        line = self.find(name, QLineEdit)
        line.setFocus(Qt.FocusReason.TabFocusReason)
        for part in text if self.key_s else [text]:
            QTest.keyClicks(line, part)
            await asyncio.sleep(self.key_s)

    @override
    async def until_told(self, is_so: Callable[[], Awaitable[bool]], what: str) -> None:
        """Wait until something is so, which is looked at when a page changes, or else at times."""
        begun_s = time.perf_counter()
        while not await is_so():
            assert time.perf_counter() - begun_s < _PATIENCE_S, f"waited in vain for {what}"
            self._changed.clear()
            with suppress(TimeoutError):
                _ = await asyncio.wait_for(self._changed.wait(), _LOOK_EVERY_S)


@dataclass(slots=True)
class Serving:
    """Serves the customers of one day."""

    day: Day
    face: Face
    clock: Clock
    ticks: Ticks
    hand: Cashier = field(init=False)
    leaked: list[object] = field(default_factory=list)
    states: dict[str, int] = field(default_factory=dict)
    slept: int = 0
    begun_s: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        self.hand = Cashier(self.face, self.day.key_s)

    async def work(self) -> None:
        """Serve one customer after the other, and go when nothing is under way any more."""
        await self.hand.until(lambda: self.hand.screen.stage is Stage.FORM, "the voucher types")
        for number in range(1, self.day.customers + 1):
            if number % self.day.ask_every == 1 or self.day.ask_every == 1:
                await self._ask(number)
            await self._serve(Customer(number))
            passed = self._passed(number)
            self._pass_time(passed)
            if number % _ROOMS_EVERY == 0:
                await self._look_around()
            if self.day.sample_every and number % self.day.sample_every == 0:
                await told(sample=asdict(await self._sample(number)))
            if passed >= 1:
                break
        await self._ask(0)
        await self._settle()
        await told(states=self.states, late=self.ticks.figures())

    async def _ask(self, number: int) -> None:
        """Say which customer is next; what is asked for in return is done first."""
        ahead_s = self.clock.ahead_s if isinstance(self.clock, ShopClock) else 0.0
        answer = await told(customer=number, ahead_s=ahead_s)
        self.ticks.during = answer["world"]
        if answer["finishes"]:
            await self._finish()

    async def _serve(self, customer: Customer) -> None:
        hand, ticks = self.hand, self.ticks
        ticks.doing = f"types a {customer.type_id}"
        hand.click(f"tile-{customer.type_id}")
        await hand.fill(customer.typed)
        if customer.amount:
            await hand.type_slowly("amount", customer.amount)
        else:
            hand.click("whole-value")
            await hand.until(
                lambda: hand.screen.amount is not None and hand.screen.amount.is_whole,
                "the whole value to be chosen",
            )
        ticks.doing = f"redeems, {customer.situation}"
        hand.press(Qt.Key.Key_F12)
        await hand.until(lambda: hand.screen.stage is Stage.RESULT, "the redemption to begin")
        await hand.until_offered(
            Act.SLIP_COMPLETE, Act.CORRECT_ENTRY, Act.NEW_VOUCHER, Act.PRINT_PENDING
        )
        state = hand.redemption.state.value
        self.states[state] = self.states.get(state, 0) + 1
        ticks.doing = f"leaves what is {state}"
        await leave(hand)
        if self.day.leaks:
            self._leak()

    def _leak(self) -> None:
        timer = QTimer(self.face.window)
        forgotten = asyncio.get_running_loop().create_task(asyncio.sleep(86_400))
        self.leaked += [timer, forgotten, bytearray(_LEAKED_BYTES)]

    def _passed(self, number: int) -> float:
        """Return how much of the day has passed after so many customers; 1 is all of it."""
        of_time = 0.0
        if self.day.minutes:
            of_time = (time.perf_counter() - self.begun_s) / 60 / self.day.minutes
        return max(number / self.day.customers, min(1.0, of_time))

    def _pass_time(self, passed: float) -> None:
        """Let the shop's day come to where it is; its machine may sleep there."""
        if not isinstance(self.clock, ShopClock):
            return
        self.clock.skip_to(self.day.awake_s * passed)
        while self.slept < min(self.day.sleeps, int(passed * (self.day.sleeps + 1))):
            self.slept += 1
            self.clock.fall_asleep(3600)
            # And then the time server sets the clock right, once forward and once back.
            self.clock.set_wall(90.0 if self.slept % 2 else -90.0)

    async def _look_around(self) -> None:
        """Look at some other pages, and come back."""
        for room in _ROOMS:
            self.ticks.doing = f"looks at {room.value}"
            self.face.shell.enter(room)
            await asyncio.sleep(0.05)
        self.face.shell.enter(Room.REDEEM)
        await self.hand.until(lambda: self.hand.screen.stage is Stage.FORM, "the form")

    async def _finish(self) -> None:
        """Print the slips that did not come out, and settle what is left to a person."""
        self.ticks.doing = "finishes slips"
        await finish_slips(self.face, self.hand)
        for one in await self.face.till.journal.redemptions_for_a_person():
            if one.state is RedemptionState.ATTENTION:
                await _settle_by_hand(self.face, one.id, Evidence.NOT_TAKEN)

    async def _settle(self) -> None:
        """Let the shop's time pass until nothing is open and nothing is owed.

        What the till asks for again in minutes of real time is left to its next start.
        """
        if not isinstance(self.clock, ShopClock):
            return
        self.ticks.doing = "settles"
        begun_s = time.perf_counter()
        while await _is_open(self.face.till) or await self.face.till.journal.open_redemptions():
            assert time.perf_counter() - begun_s < _SETTLE_MAX_S, "it is never settled"
            self.clock.skip_to(self.clock.awake_s + _SETTLE_STEP_S)
            await asyncio.sleep(_SETTLE_PAUSE_S)
        await self._finish()

    async def _sample(self, number: int) -> Sample:
        """Say what the program holds now that a form is in front and nobody is served."""
        await asyncio.sleep(0.3)
        gc.collect()
        roots: list[QObject] = [*QApplication.topLevelWidgets()]
        app = QApplication.instance()
        assert app is not None
        objects = [one for root in (*roots, app) for one in root.findChildren(QObject)]
        timers = {getCppPointer(one)[0] for one in objects if isinstance(one, QTimer)}
        counted = (len(objects) + len(roots), len(timers))
        del objects, roots
        return Sample(
            redemptions=number,
            memory_mb=_resident_mb(),
            handles=_count("/proc/self/fd"),
            threads=_count("/proc/self/task"),
            timers=counted[1],
            objects=counted[0],
            widgets=len(QApplication.allWidgets()),
            tasks=len(asyncio.all_tasks()),
            tracked=len(gc.get_objects()),
        )


def _count(folder: str) -> int:
    return sum(1 for _ in Path(folder).iterdir())


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


async def told(**what: Any) -> Any:
    """Say something to whoever started this, and return what they answer."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()
    return json.loads(await asyncio.to_thread(sys.stdin.readline))


def open_day(day: Day) -> int:
    """Open the window, serve the customers of the day, and return the window's exit code."""
    clock: Clock = SystemClock() if day.speed == 1 else ShopClock(day.speed)
    begin = desktop.begin
    ticks = Ticks()

    async def serve(face: Face) -> None:
        try:
            await Serving(day, face, clock, ticks).work()
        except Exception as error:  # noqa: BLE001 - told, and the window closes all the same
            screen = face.counter.screen()
            # No text of a field: what was typed there is a customer's.
            fields = ", ".join(
                f"{one.name} {len(one.text.reveal())} {one.error}" for one in screen.fields
            )
            what = (
                f"{type(error).__name__}: {error}; {screen.stage}, {ticks.doing}; {fields}; "
                f"{screen.notice or screen.error or screen.foot or screen.ready}"
            )
            await told(trouble=what, late=ticks.figures())
        finally:
            face.window.close_requested.emit()

    def begin_with_cashier(face: Face, kept: Offer | None = None) -> None:
        begin(face, kept)
        spawn: Callable[[Coroutine[None, None, None], str], object] = face.till.owner.spawn
        if day.has_ticks:
            _ = spawn(ticks.run(), "ticks")
        _ = spawn(serve(face), "cashier")

    vars(desktop)["begin"] = begin_with_cashier
    vars(bootstrap)["SystemClock"] = lambda: clock
    # As much faster as the clock is. How long an answer may take stays as it is: the printer's are
    # as slow as this machine is busy.
    limits = replace(Limits(), apart_s=Limits().apart_s / day.speed)
    vars(bootstrap)["ReceiptPrinter"] = partial(ReceiptPrinter, limits=limits)
    # Who is there may do everything, as where nobody signs in: this is not about that.
    vars(bootstrap)["NOBODY"] = Actor("Thandi M.", EVERYTHING)
    return open_window(Path(day.data_dir), Path(day.settings))


if __name__ == "__main__":
    raise SystemExit(open_day(Day(**json.loads(sys.stdin.readline()))))
