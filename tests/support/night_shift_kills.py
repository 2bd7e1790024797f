"""A shift over two midnights and a change of the clocks that is killed, and what must then hold.

It is kept at the shipped command line in a place that has summer time. Its days are those of the
shop's own clock, of which one has 23 hours or 25. People do again what they do not see done; a sale
that came back while nobody was there waits for a person, and the Z names it.
"""

import json
import random  # noqa: TID251 - a plan is repeated by its seed
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from counterfoil.domain.money import Exact
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.report import ReportKind
from counterfoil.domain.shift import Shift, ShiftState
from counterfoil.domain.states import RedemptionState
from counterfoil_sandbox.pins import ONE_VOUCHER
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_PIN
from support.flows import Kill, books_of, doubled_unless, journal_of, lost_unless
from support.killing import Job, Life, Nursery
from support.sandboxes import issue, start_anew, voucher
from support.shift_kills import CLOSED, COUNTED, OPENED, events_of
from support.tills import CommandLine, command_line

S = RedemptionState
ZONE: Final = "Europe/Berlin"
PAID_OUT: Final = "pay_out"
PINS: Final = (CANARY_PIN, "4000400040004000", "5000500050005000", "6000600060006000")
SOLD_CENTS: Final = (1_900, 2_100, 2_300, 2_600)
"""What each sale takes, by which it is known."""
HOLDS_CENTS: Final = 50_000 - 400
NIGHT_MUTANTS: Final = {
    "local time as UTC": "was written as",
    "a day has 24 hours": "the report of",
    "Z of its last day": "the Z says",
}
"""Tills that break a rule, and what is found of each in the autumn; the second breaks none in the
spring, whose long day is none."""
BOUNDARIES: Final = 56
"""How many a shift passes that nobody kills."""
LATER: Final = timedelta(minutes=2)
"""So much later somebody goes on."""


@dataclass(frozen=True, slots=True)
class Night:
    """When everything happens, each with the shop's own hour and its difference from UTC."""

    opened: str
    paid_out: str
    sold: Sequence[str]
    counted: str
    closed: str


NIGHTS: Final = {
    "spring": Night(
        opened="2027-03-27T23:30+01:00",
        paid_out="2027-03-28T00:10+01:00",
        sold=(
            "2027-03-27T23:45+01:00",
            "2027-03-28T01:50+01:00",
            "2027-03-28T03:05+02:00",
            "2027-03-28T23:30+02:00",
        ),
        counted="2027-03-28T23:50+02:00",
        closed="2027-03-29T00:20+02:00",
    ),
    "autumn": Night(
        opened="2027-10-30T23:30+02:00",
        paid_out="2027-10-31T00:10+02:00",
        sold=(
            "2027-10-30T23:45+02:00",
            "2027-10-31T02:30+02:00",
            "2027-10-31T02:30+01:00",
            "2027-10-31T23:30+01:00",
        ),
        counted="2027-10-31T23:50+01:00",
        closed="2027-11-01T00:20+01:00",
    ),
}


@dataclass(frozen=True, slots=True)
class NightStep:
    """One thing of the story: what the journal then has, when it is done, and by which command."""

    name: str
    at: datetime
    words: tuple[str, ...]
    cents: int = 0
    """What it takes, if it is a sale."""


def story_of(night: Night) -> tuple[NightStep, ...]:
    """Return what happens, in its order."""
    sold = tuple(
        NightStep(f"sale of {cents}", datetime.fromisoformat(at), _redeem(cents), cents)
        for at, cents in zip(night.sold, SOLD_CENTS, strict=True)
    )
    pieces = [word for value in ("200=2", "50=1", "20=2", "5=1", "1=1") for word in _piece(value)]
    cash = (
        NightStep(OPENED, datetime.fromisoformat(night.opened), ("shift", "open", "500")),
        NightStep(
            PAID_OUT,
            datetime.fromisoformat(night.paid_out),
            ("shift", "pay-out", "4", "--reason", "milk"),
        ),
        NightStep(COUNTED, datetime.fromisoformat(night.counted), ("shift", "count", *pieces)),
        NightStep(CLOSED, datetime.fromisoformat(night.closed), ("shift", "z")),
    )
    return tuple(sorted((*sold, *cash), key=lambda one: one.at))


def _redeem(cents: int) -> tuple[str, ...]:
    amount = f"{cents / 100:.2f}"
    return ("redeem", "--type", ONE_VOUCHER, "--field", "pin=-", "--amount", amount)


def _piece(value: str) -> tuple[str, str]:
    return "--pieces", value


@dataclass(frozen=True, slots=True)
class NightScene:
    """A till of its own in a place with summer time, whose shift is killed."""

    server: SandboxServer
    nursery: Nursery
    line: CommandLine
    night: Night

    @classmethod
    def at(cls, server: SandboxServer, nursery: Nursery, folder: Path, season: str) -> "NightScene":
        """Make a till in a folder, and the vouchers of its customers."""
        start_anew(server)
        for pin in PINS:
            issue(server, ONE_VOUCHER, pin)
        return cls(server, nursery, command_line(folder / "data", server.url), NIGHTS[season])

    async def killed(self, kill: Kill) -> Life:
        """Let a shift die, and go on with it; find out whether it is whole.

        Raises:
            LostError: something that a command said is not in the journal.
            DoubledError: something is there twice.
            AssertionError: drawer, journal, ledger, reports and Z do not agree.

        """
        story = story_of(self.night)
        life = self.nursery.live(kill.of(self._job([(one, one.at) for one in story])))
        died = story[min(len(life.codes), len(story) - 1)]
        recovered = self._carry_out(("recover",), died.at + LATER, kill.mutant)
        assert recovered.codes[0] in {0, 2}, recovered.said
        done = await self._done()
        for one, _code in zip(story, life.codes, strict=False):
            lost_unless(one.name in done, f"{one.name} was acknowledged, and is not there")
        rest = [(one, max(one.at, died.at + 2 * LATER)) for one in story if one.name not in done]
        again = self.nursery.live(replace(self._job(rest), mutant=kill.mutant))
        assert set(again.codes) <= {0}, again.said
        await self._check_whole(kill.mutant)
        return life

    def _job(self, steps: Sequence[tuple[NightStep, datetime]]) -> Job:
        """Return a job that does each thing at its time."""
        pins = dict(zip(SOLD_CENTS, PINS, strict=True))
        return Job(
            lines=[self.line.line(*one.words) for one, _ in steps],
            stdins=[f"{pins[one.cents]}\n" if one.cents else "" for one, _ in steps],
            begin_at=[at.isoformat() for _, at in steps],
            zone=ZONE,
        )

    def _carry_out(self, words: Sequence[str], at: datetime, mutant: str) -> Life:
        line = self.line.line(*words)
        job = Job(lines=[line], begin_at=[at.isoformat()], zone=ZONE, mutant=mutant)
        return self.nursery.live(job)

    async def _done(self) -> frozenset[str]:
        """Return what the journal has of the story, each thing at most once."""
        async with journal_of(self.line) as journal:
            assert await journal.verify() == ()
            events = await events_of(journal)
            rows = await journal.history(99)
        found = Counter({name: events[name] for name in (OPENED, PAID_OUT, COUNTED, CLOSED)})
        found.update(
            f"sale of {_asked(one)}" for one in rows if one.state in {S.FINAL, S.UNCLAIMED}
        )
        for name, count in found.items():
            doubled_unless(count <= 1, f"{name} is there {count} times")
        return frozenset(name for name, count in found.items() if count)

    async def _check_whole(self, mutant: str) -> None:
        done, story = await self._done(), story_of(self.night)
        missing = {one.name for one in story} - done
        lost_unless(not missing, f"not there: {sorted(missing)}")
        books = await books_of(self.line)
        async with journal_of(self.line) as journal:
            (shift,) = await journal.shifts(9)
        self._check_ledger(books.redemptions)
        finals = {_asked(one) for one in books.redemptions if one.state is S.FINAL}
        self._check_z(shift, finals)
        reports = NightReports(self.nursery, self.line, self.night.closed, mutant)
        sold = {one.at: one.cents for one in story if one.cents in finals}
        reports.check(sold, since=self.night.opened)

    def _check_ledger(self, rows: Sequence[Redemption]) -> None:
        """Check that the provider took what the journal says, and nothing else."""
        there: dict[str, int] = {}
        for pin in PINS:
            debits = voucher(self.server, pin)["debits"]
            doubled_unless(len(debits) <= 1, "one voucher, more than one debit")
            there |= {one["external_reference"]: one["amount_cents"] for one in debits}
        taken = {one.id: one.redeemed_cents for one in rows if one.state in {S.FINAL, S.UNCLAIMED}}
        lost_unless(taken == there, f"the journal says {taken}, the ledger {there}")

    def _check_z(self, shift: Shift, finals: set[int]) -> None:
        """Check one Z over both midnights: its times, its sales, its drawer, and what is left."""
        assert (shift.number, shift.state) == (1, ShiftState.CLOSED)
        assert shift.books is not None
        drawer = shift.books.drawer
        assert (drawer.holds_cents, drawer.counted_cents) == (HOLDS_CENTS, HOLDS_CENTS)
        sold = shift.books.vouchers_cents("ZAR")
        lost_unless(sold == sum(finals), f"the Z says {sold}, the journal {sorted(finals)}")
        assert len(shift.books.carried) == len(SOLD_CENTS) - len(finals)
        check_times(shift, self.night.opened, self.night.closed)


@dataclass(frozen=True, slots=True)
class NightReports:
    """The reports of a till in the zone, read by the shipped command once the shift is closed."""

    nursery: Nursery
    line: CommandLine
    closed: str
    mutant: str = ""

    def check(self, sold: Mapping[datetime, int], *, since: str) -> None:
        """Check that each day and hour of the shop has its sales, in cents, and that is all."""
        wanted = Counter[str]()
        hours = Counter[int]()
        for at, cents in sold.items():
            wanted[at.date().isoformat()] += cents
            hours[at.hour] += cents
        first, last = (datetime.fromisoformat(at).date() for at in (since, self.closed))
        for day in sorted({first, first + timedelta(days=1), last}):
            found = self._read(ReportKind.DAY, day.isoformat(), day.isoformat())
            cents = sum(row["sales_cents"] for row in found["rows"])
            said = f"the report of {day} says {cents}, and it was {wanted[day.isoformat()]}"
            lost_unless(cents == wanted[day.isoformat()], said)
        whole = self._read(ReportKind.HOUR, first.isoformat(), last.isoformat())
        by_hour = {row["hour"]: row["sales_cents"] for row in whole["rows"] if row["sales_cents"]}
        assert by_hour == hours, f"the report by hour says {by_hour}, and it was {dict(hours)}"

    def _read(self, kind: ReportKind, first: str, last: str) -> Mapping[str, Any]:
        words = ("report", kind.value, "--from", first, "--to", last)
        at = datetime.fromisoformat(self.closed) + 6 * LATER
        line = self.line.line(*words, as_json=True)
        job = Job(lines=[line], begin_at=[at.isoformat()], zone=ZONE, mutant=self.mutant)
        life = self.nursery.live(job)
        assert life.codes == [0], life.said
        found: Mapping[str, Any] = json.loads(life.said)
        return found


def check_times(shift: Shift, opened: str, closed: str) -> None:
    """Check that a shift was opened and closed then, by the world's clock."""
    assert shift.closed_at is not None
    for at, planned in ((shift.opened_at, opened), (shift.closed_at, closed)):
        late = at - datetime.fromisoformat(planned)
        assert timedelta(0) <= late <= 4 * LATER, f"{planned} was written as {at}"


def random_night(seed: int, number: int, mutant: str = "") -> tuple[str, Kill]:
    """Return a season and a death that depend on these numbers alone."""
    chance = random.Random(f"night/{seed}/{number}")  # noqa: S311 - a plan is repeated by its seed
    season = chance.choice(tuple(NIGHTS))
    at = chance.randrange(BOUNDARIES)
    if chance.random() < 0.6:
        return season, Kill(at=at + 1, mutant=mutant)
    since = str(at) if at else ""
    return season, Kill(since=since, after_s=chance.random() * 0.05, mutant=mutant)


def _asked(one: Redemption) -> int:
    assert isinstance(one.amount, Exact)
    return one.amount.cents
