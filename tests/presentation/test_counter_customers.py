"""Thousands of random customers: what is charged is what was scanned or typed last, in sight.

They stand before the counter's presenter and the reader of scans, wired as the window wires them;
what the window adds is tried in ``test_window_scans.py``. The hands, the scanner and what they
believe are a model of their own: it never looks into the form to know what must be charged.
"""

import asyncio
import os
import random  # noqa: TID251 - seeded, so that a test can repeat it
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from textwrap import wrap

import pytest

from counterfoil.domain.money import Exact
from counterfoil.domain.secret import Secret
from counterfoil.domain.verdict import Declined, DeclineReason, Verdict
from counterfoil.ports.gateway import Balance
from counterfoil.presentation.approval_presenter import ApprovalPresenter
from counterfoil.presentation.counter_front import ANSWERS_FROM_S
from counterfoil.presentation.counter_presenter import ASKS_AGAIN_AFTER_S, CounterPresenter
from counterfoil.presentation.screens import AMOUNT, Act, Room, Stage
from counterfoil.service.notices import Notices
from counterfoil.service.tasks import TaskOwner
from counterfoil.ui.scan_reader import SURE_FROM, Goal, Pass, ScanReader
from support.clocks import START, SteppedClock
from support.gateways import Ask, ScriptedGateway
from support.printers import MemoryPrinter
from support.till import WatchedJournal, approved
from support.window import BLU, ONE_VOUCHER, OTT, made_engine, services_of

CUSTOMERS = int(os.environ.get("COUNTERFOIL_CUSTOMERS", "500"))
"""How many in a run; 5,000 take a minute."""
PER_TILL = 125
"""Customers at one till, whose journal stays short."""
FIELDS = ("pin", "token", "phone_number")
REDEEM = "primary"
PLACES = (*FIELDS, AMOUNT, "", "find")
_LEAVING = (Act.CORRECT_ENTRY, Act.LOOK_UP_BALANCE, Act.NEW_VOUCHER)
_TURNS_MAX = 400
_READ_S = 0.0002


class WrongVoucherError(AssertionError):
    """A voucher was charged that was not the last one taken in sight, or a scan was swallowed."""


@dataclass(eq=False)
class Counter:
    """A cashier with a scanner, and what the customer believes of both."""

    presenter: CounterPresenter
    gateway: ScriptedGateway
    clock: SteppedClock
    chance: random.Random
    reader: ScanReader = field(default_factory=ScanReader)
    place: str = ""
    typed: str | None = None
    at_ms: int = 10_000
    last: str = ""
    cleared: str = ""
    heard: list[str] = field(default_factory=list)
    charged: int = 0
    refused: int = 0
    asked: int = 0
    """How often the till asked whose voucher it is, or which."""
    is_doubted: bool = False
    """A scan was not taken after the voucher that stands there."""

    def wire(self, *, swallows: bool = False) -> None:
        """Connect as the window does; the mutant swallows scans into the amount, as it once did."""
        self.reader.began.connect(self.presenter.note_entry)
        self.reader.began.connect(self._begin)
        self.reader.recognised.connect(self.presenter.begin_scan)
        self.reader.scanned.connect(self._swallow if swallows else self._take)
        self.presenter.refused.connect(self.heard.append)
        self.presenter.pointed.connect(self._go_on)
        self.presenter.room_wished.connect(self.presenter.enter)

    def _take(self, code: object) -> None:
        assert isinstance(code, Secret)
        into = self.place if self.place in {*FIELDS, AMOUNT} else ""
        self.presenter.scan(code, into)

    def _swallow(self, code: object) -> None:
        if self.place == AMOUNT:
            self.presenter.leave_scan()
        else:
            self._take(code)

    def _go_on(self, place: str) -> None:
        self.place = place

    # ---------------------------------------------------------------------------------- the hands

    def letter(self, text: str) -> None:
        """Let one key reach whatever has the cursor, unless the reader keeps it."""
        goal = Goal.BOX if self.place in {*FIELDS, "find"} else Goal.OTHER
        goal = Goal.AMOUNT if self.place == AMOUNT else goal
        if self.reader.letter(text, self.at_ms, goal) is Pass.ON:
            self._reach(text)

    def _reach(self, text: str) -> None:
        if self.place == REDEEM:
            if text == " ":
                self.presenter.press()
            return
        if self.typed is None:
            self.typed = self._stands_there()
        self.typed += text
        if self.place == AMOUNT:
            self.presenter.edit_amount(self.typed)
        elif self.place in FIELDS:
            self.presenter.edit(self.place, self.typed)

    def _stands_there(self) -> str:
        screen = self.presenter.screen()
        if self.place == AMOUNT:
            return screen.amount.text if screen.amount else ""
        return next((row.text.reveal() for row in screen.fields if row.name == self.place), "")

    def _begin(self) -> None:
        self.typed = None

    def scan(self, code: str, end: str) -> None:
        """Scan a code; sometimes a nervous hand presses or clicks in its midst."""
        self.heard.clear()
        self.at_ms += 2_000
        was_busy = self.presenter.is_busy
        interrupted_at = self.chance.randrange(3, 60)
        for at, digit in enumerate(code):
            self.letter(digit)
            self.at_ms += self.chance.randrange(1, 40)
            if at == interrupted_at:
                self.interrupt(at)
        if end:
            self.reader.end(self.at_ms)
        else:
            self.at_ms += 200
            self.reader.finish()
        if self.presenter.is_busy and not was_busy:
            raise WrongVoucherError("a scan pressed Redeem")
        if self.heard:
            self.refused += 1
            self.is_doubted = True
            return
        self.last, self.cleared, self.is_doubted = code.replace(" ", ""), "", False
        if not self.is_asked_which() and self.last not in self.in_sight():
            raise WrongVoucherError("a scan was swallowed: it is neither in the form nor refused")

    def interrupt(self, at: int) -> None:
        """Press F12 in the midst of a scan, or click on Redeem once it is recognised."""
        is_click = self.chance.random() < 0.5
        if (is_click and at >= SURE_FROM) or self.reader.other(self.at_ms) is Pass.ON:
            self.presenter.press()

    def type_voucher(self, code: str) -> None:
        """Type a voucher over whatever stands in its field."""
        screen = self.presenter.screen()
        if screen.stage is not Stage.FORM or not screen.fields or self.presenter.is_busy:
            return
        self.place = screen.fields[0].name
        self.presenter.edit(self.place, code)
        self.last, self.cleared, self.is_doubted = code, "", False

    def is_asked_which(self) -> bool:
        """Whether the till asks which type the scanned code is of."""
        return bool(self.presenter.screen().fitting)

    def in_sight(self) -> list[str]:
        """Return what stands in the fields."""
        return [row.text.reveal() for row in self.presenter.screen().fields]

    def clear(self) -> None:
        """Press F2."""
        if self.is_asked_which() or self.is_asked_whose() or self.presenter.is_busy:
            return
        if self.presenter.screen().stage is Stage.FORM and any(self.in_sight()):
            self.last, self.cleared = "", self.last
        self.presenter.clear()

    def bring_back(self) -> None:
        """Press Esc on a form that was just emptied."""
        if self.cleared and self.presenter.screen().foot_acts:
            self.presenter.back()
            self.last, self.cleared = self.cleared, ""

    def choose(self) -> None:
        """Press another tile: a code that was scanned just now goes along where it fits."""
        self.presenter.choose(self.chance.choice((ONE_VOUCHER, OTT, BLU)).id)
        if self.presenter.screen().stage is Stage.FORM and not any(self.in_sight()):
            self.last, self.cleared = "", ""

    def half_fill(self) -> None:
        """Leave the cursor somewhere, and perhaps an amount."""
        self.place = self.chance.choice(PLACES)
        if self.chance.random() < 0.6:
            self.presenter.edit_amount(f"{self.chance.randrange(1, 50)}")

    async def wait(self) -> None:
        """Go away for some minutes."""
        await self.clock.advance(ASKS_AGAIN_AFTER_S + 1)

    def is_asked_whose(self) -> bool:
        """Whether the till asks if it is still this voucher."""
        return any(one.act is Act.SAME_VOUCHER for one in self.presenter.screen().buttons)

    async def answer_whose(self) -> None:
        """Say which voucher it is, and whether it is still the one in the form."""
        await self.clock.advance(ANSWERS_FROM_S + 0.1)
        self.asked += 1
        if self.is_asked_which():
            self.presenter.choose(self.chance.choice(self.presenter.screen().fitting))
        elif self.chance.random() < 0.7:
            self.presenter.act(Act.SAME_VOUCHER)
            self.is_doubted = False
        else:
            self.presenter.act(Act.EMPTY_FORM)
            self.last, self.cleared = "", self.last

    def stand_on_redeem(self) -> None:
        """Type an amount, and go on to the button."""
        self.presenter.edit_amount("5")
        self.place = REDEEM

    def ask_for_whole(self) -> None:
        """Press F11, for all that is on the voucher."""
        self.presenter.toggle_whole()

    def change_page(self) -> None:
        """Look at Balance, ask there what is on a voucher, and come back."""
        self.presenter.enter(Room.BALANCE)
        self.presenter.press()
        self.presenter.enter(Room.REDEEM)

    # --------------------------------------------------------------------------------- the money

    async def pay(self) -> None:
        """Type an amount where one is missing, press F12, and look at what left."""
        if self.is_asked_which() or self.is_asked_whose():
            await self.answer_whose()
        if self.presenter.screen().stage is Stage.QUESTION:
            await self.clock.advance(ANSWERS_FROM_S + 0.1)
            self.presenter.act(self.chance.choice((Act.GO_ON_WITH_SALE, Act.REST_PAID_OTHERWISE)))
            await self.quiet()
        amount = self.presenter.screen().amount
        if amount is not None and not amount.text and self.chance.random() < 0.8:
            self.presenter.edit_amount("5")
        asked = len(self.gateway.asks)
        wanted = self.last
        self.presenter.press()
        await self.clock.advance(self.chance.choice((0, ANSWERS_FROM_S + 0.1)))
        self.presenter.press()
        await self.quiet()
        for ask in self.gateway.asks[asked:]:
            self.charged += 1
            if self.is_doubted:
                raise WrongVoucherError("a later scan was not taken, and nobody was asked")
            if not wanted or wanted not in ask.request.reveal():
                raise WrongVoucherError(
                    "a voucher was charged that was not the last one taken in sight"
                )

    async def quiet(self) -> None:
        """Let the till do what can be done now."""
        for _ in range(_TURNS_MAX):
            await self.clock.advance(0)
            if not self.presenter.is_busy:
                break
            await asyncio.sleep(_READ_S)  # a form is read in a thread
        await self.clock.advance(0)

    async def leave_result(self) -> None:
        """Leave what became of it, or scan over it, as cashiers do."""
        if self.presenter.shown is None:
            return
        if self.chance.random() < 0.5:
            await self.clock.advance(ANSWERS_FROM_S + 0.1)
        if self.chance.random() < 0.6:
            code = scanned_code_of(self.chance)
            self.scan(code, self.chance.choice(("\n", "")))
        for act in self.chance.sample(_LEAVING, len(_LEAVING)):
            if self.presenter.shown is not None:
                before = self.last
                self.presenter.act(act)
                await self.quiet()
                left = self.presenter.shown is None
                self.last = "" if left and act is Act.NEW_VOUCHER else before


def code_of(chance: random.Random) -> str:
    """Return a number as people type it: mostly a voucher of the usual shape."""
    length = chance.choice((16, 16, 16, 16, 12, 9))
    return "".join(str(chance.randrange(10)) for _ in range(length))


def scanned_code_of(chance: random.Random) -> str:
    """Return a number as a scanner reads it, often with the spaces of its print."""
    code = code_of(chance)
    space = chance.choice(("", "", " "))
    return chance.choice(("", "", space)) + space.join(wrap(code, 4))


async def serve(counter: Counter) -> None:
    """Serve one customer, with everything that happens at a counter."""
    chance = counter.chance
    deeds = (
        *(
            (lambda: counter.scan(scanned_code_of(chance), chance.choice(("\n", "\n", "\t", ""))),)
            * 4
        ),
        lambda: counter.type_voucher(code_of(chance)),
        *((counter.half_fill,) * 4),
        counter.stand_on_redeem,
        counter.clear,
        counter.bring_back,
        counter.choose,
        counter.ask_for_whole,
        counter.change_page,
    )
    for _ in range(chance.randrange(2, 7)):
        chance.choice(deeds)()
        if chance.random() < 0.02:
            await counter.wait()
        if chance.random() < 0.3:
            await counter.pay()
            await counter.leave_result()
    await counter.pay()
    await counter.leave_result()


async def serve_many(counter: Counter) -> None:
    """Serve as many customers as one till has."""
    for _ in range(PER_TILL):
        await serve(counter)


def answer(ask: Ask) -> Verdict:
    """Return an approval, for some vouchers a refusal, and for some a part of what was asked."""
    kind, amount = int(ask.redemption.voucher_tail or 0) % 5, ask.redemption.amount
    if kind == 0:
        return Declined(reason=DeclineReason.ALREADY_USED)
    cents = amount.cents if isinstance(amount, Exact) else 5000
    return approved(max(1, cents // 2) if kind == 1 else cents, change=None)


@asynccontextmanager
async def open_counter(seed: int, *, swallows: bool = False) -> AsyncIterator[Counter]:
    """Open a till without a window, with its cashier."""
    chance = random.Random(seed)  # noqa: S311 - a test repeats it, nobody guards with it
    gateway = ScriptedGateway(types=(ONE_VOUCHER, OTT, BLU), otherwise=answer)
    gateway.balance_otherwise = Balance(amount_cents=300, currency="ZAR")
    clock, notices, failures = SteppedClock(START), Notices(), list[str]()
    async with TaskOwner(lambda name, error: failures.append(f"{name}: {error!r}")) as owner:
        engine = made_engine(
            gateway,
            journal=WatchedJournal(),
            printer=MemoryPrinter(),
            clock=clock,
            notices=notices,
            owner=owner,
        )
        services = services_of(engine, clock, owner)
        presenter = CounterPresenter(services, ApprovalPresenter(services))
        presenter.offer(await engine.catalogue.refresh())
        counter = Counter(presenter, gateway, clock, chance)
        counter.wire(swallows=swallows)
        with notices.listening(presenter.notice):
            yield counter
    assert not failures, failures


@pytest.mark.many_runs
@pytest.mark.timeout(max(600, CUSTOMERS))
async def test_never_is_another_voucher_charged_than_the_last_one_taken_in_sight() -> None:
    """Scans, half-filled forms, results, F-keys and interruptions, in whatever order."""
    charged = refused = asked = 0
    for seed in range(CUSTOMERS // PER_TILL):
        async with open_counter(seed) as counter:
            await serve_many(counter)
            charged += counter.charged
            refused += counter.refused
            asked += counter.asked
    assert charged > CUSTOMERS // 4
    assert refused > CUSTOMERS // 50
    assert asked > CUSTOMERS // 50


async def test_the_customers_notice_a_till_that_swallows_scans() -> None:
    """The old fault, put back on purpose: it is found within a few customers."""
    async with open_counter(1, swallows=True) as counter:
        with pytest.raises(WrongVoucherError):
            await serve_many(counter)
