"""A shift in the shipped window that is killed on the way, and what must hold when it goes on.

Its slips and its Z go to a receipt printer of our own. Whoever opens the window again looks at what
is done, as a person does, and does the rest. So each thing is there once at the end: in the drawer,
in the journal, in the provider's ledger, on the Z, and on paper.
"""

import random  # noqa: TID251 - a plan is repeated by its seed
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.domain.books import Entry
from counterfoil.domain.shift import ShiftState
from counterfoil.domain.states import RedemptionState
from counterfoil_sandbox.pins import ONE_VOUCHER, Situation
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_PIN
from support.flows import Kill, doubled_unless, journal_of, lost_unless, window_line
from support.killing import BEFORE_PAPER, Cashier, Job, Life, Nursery
from support.printed_flows import check_papers, printed
from support.raw_printer import RawPrinter
from support.sandboxes import issue, start_anew, voucher
from support.shift_kills import events_of
from support.tills import CommandLine, command_line
from support.window_story import (
    CLOSED,
    FOUND_CENTS,
    OPENED,
    PAID_OUT,
    PRINTED,
    REST,
    REST_CENTS,
    SOLD,
    SOLD_CENTS,
    STORY,
)

S = RedemptionState
BOUNDARIES: Final = 70
"""About how many a shift passes that nobody kills."""
WINDOW_SHIFT_MUTANT: Final = "Z copy not said"
"""A till that breaks a rule, and is caught by its papers whenever it is killed."""
_RECOVERIES_MAX = 2
_APART_S = 60.0
"""How much later the next one begins: their clocks run ahead, and none goes back."""
_EVENTS = {OPENED: "ShiftOpened", REST: "cash", PAID_OUT: "pay_out", CLOSED: "ShiftClosed"}
"""What the journal has once a thing is done."""


@dataclass(slots=True)
class WindowShiftScene:
    """A till of its own with a printer, whose shift is killed in its window."""

    server: SandboxServer
    nursery: Nursery
    line: CommandLine
    printer: RawPrinter

    @classmethod
    def at(cls, server: SandboxServer, nursery: Nursery, folder: Path, printer: RawPrinter) -> Self:
        """Make a till in a folder, and the voucher of its customer."""
        start_anew(server)
        issue(server, ONE_VOUCHER, CANARY_PIN, situation=Situation.GIVES_WHAT_IT_HOLDS)
        return cls(server, nursery, command_line(folder / "data", server.url), printer)

    async def killed(self, kills: Sequence[Kill]) -> list[Life]:
        """Let a shift die, and those that go on with it; find out whether it is whole.

        Raises:
            LostError: something that was done is not in the journal.
            DoubledError: something is there, on paper or in the ledger twice.
            AssertionError: drawer, journal, ledger and Z do not agree.

        """
        lives: list[Life] = []
        done: frozenset[str] = frozenset()
        for kill in (*kills, Kill(mutant=kills[0].mutant)):
            lives.append(self._live(done, kill, begins_s=len(lives) * _APART_S))
            done = await self._done(lives[-1])
        assert (lives[-1].was_killed, lives[-1].codes) == (False, [0])
        await self._check_whole(done)
        return lives

    def _live(self, done: frozenset[str], kill: Kill, *, begins_s: float) -> Life:
        """Open the window, and do what is not done yet; whose paper nobody saw is printed again."""
        life = self.nursery.live(replace(self._job(done, kill), ahead_s=begins_s))
        assert not life.said, life.said
        return life

    def _job(self, done: frozenset[str], kill: Kill) -> Job:
        todo = tuple(one for one in STORY if one not in done or one == PRINTED)
        lines = (window_line(self.line, port=self.printer.port),)
        return kill.of(Job(lines=lines, cashier=Cashier(shift=todo, is_customer_here=True)))

    async def _done(self, life: Life) -> frozenset[str]:
        """Return what the journal has of the story, each thing at most once."""
        self.printer.rest()
        check_papers(printed(self.printer.text))
        async with journal_of(self.line) as journal:
            assert await journal.verify() == ()
            events = await events_of(journal)
            states = [one.state for one in await journal.history(9)]
            shifts = await journal.shifts(9)
        found = {name: events[event] for name, event in _EVENTS.items()}
        found[SOLD] = states.count(S.FINAL)
        found[PRINTED] = min(1, sum(one.printed for one in shifts))
        for name, number in found.items():
            lost_unless(number > 0 or name not in life.marks, f"{name}, and it is not there")
            doubled_unless(number <= 1, f"{name} is there {number} times")
        return frozenset(name for name, number in found.items() if number)

    async def _check_whole(self, done: frozenset[str]) -> None:
        lost_unless(done == {*STORY}, f"not there: {sorted({*STORY} - done)}")
        async with journal_of(self.line) as journal:
            (shift,) = await journal.shifts(9)
            await self._check_ledger(journal)
        assert (shift.number, shift.state) == (1, ShiftState.CLOSED)
        assert shift.books is not None
        drawer = shift.books.drawer
        assert (drawer.holds_cents, drawer.counted_cents) == (FOUND_CENTS, FOUND_CENTS)
        assert shift.books.vouchers_cents("ZAR") == SOLD_CENTS
        rest = shift.books.total(Entry.TENDERED)
        assert rest is not None
        assert rest.cents == REST_CENTS
        papers = [one.head for one in printed(self.printer.text)]
        lost_unless("Z REPORT 1" in papers, "the Z is on no paper")

    async def _check_ledger(self, journal: SqliteJournal) -> None:
        """Check that the provider took what the journal says, and nothing else."""
        taken = {
            one.id: one.redeemed_cents for one in await journal.history(9) if one.state is S.FINAL
        }
        debits = [
            one for one in voucher(self.server, CANARY_PIN)["debits"] if one["external_reference"]
        ]
        doubled_unless(len(debits) <= 1, "one voucher, more than one debit")
        there = {debit["external_reference"]: debit["amount_cents"] for debit in debits}
        lost_unless(taken == there, f"the journal says {taken}, the ledger {there}")


def random_kills(seed: int, number: int, mutant: str = "") -> tuple[Kill, ...]:
    """Return deaths that depend on these numbers alone."""
    chance = random.Random(f"window shift/{seed}/{number}")  # noqa: S311 - a plan is repeated by its seed
    kills = [_random_kill(chance, BOUNDARIES, mutant)]
    while chance.random() < 0.4 and len(kills) <= _RECOVERIES_MAX:
        kills.append(_random_kill(chance, BOUNDARIES // 2, mutant))
    return tuple(kills)


def _random_kill(chance: random.Random, boundaries: int, mutant: str) -> Kill:
    """Choose a boundary, a moment after one, or after a thing of the story was done."""
    at, which = chance.randrange(boundaries), chance.random()
    if which < 0.5:
        return Kill(at=at + 1, mutant=mutant)
    if which < 0.7:
        since = chance.choice((*STORY, BEFORE_PAPER))
        return Kill(since=since, after_s=chance.random() * 0.2, mutant=mutant)
    return Kill(since=str(at) if at else "", after_s=chance.random() * 0.05, mutant=mutant)
