"""A busy shop's day in the shipped window, compressed: what it holds, and where the money went.

The window is a process of its own, with its real journal, at a sandbox over HTTP and a receipt
printer of our own on a socket. Both fail at times. Its clock runs through midnight, backups and
sleep. In the end the journal is compared with the sandbox's ledger.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.comparing import compared
from bench.customers import ADVISED, UNKNOWN, Customer
from bench.flatness import HEAD, Growth, Sample, growths, line
from bench.window_day import Day
from counterfoil_sandbox.faults import Dials, Drop, Rule, Status
from counterfoil_sandbox.printer.escpos import EscPosPrinter, Trouble
from counterfoil_sandbox.server import SandboxServer
from counterfoil_sandbox.suv.ledger import NewSuvVoucher
from counterfoil_sandbox.suv.vouchers import KAROO
from support import sandboxes
from support.canary import CANARY_API_KEY
from support.killing import ELECTRUM_PASSWORD_VARIABLE
from support.raw_printer import RawPrinter
from support.tills import ELECTRUM, ROOT, CommandLine, command_line

_SPEED = 8.0
_DAY_S, _SLEEPS = 24 * 3600.0, 3
_ASK_EVERY = 10
_SLOW_S = 0.25
_CREATE = ("create", "suv_redeem")
_DROPS = [
    Rule(endpoint=endpoint, action=Drop(kind="drop"), skip=skip, times=1, after_effect=after)
    for endpoint in _CREATE
    for skip, after in ((1, True), (3, False), (4, True))
]
_ADVICES_DROP = [Rule(endpoint="suv_advice", action=Drop(kind="drop"), times=20)]
_ERRORS = [
    Rule(endpoint=endpoint, action=Status(kind="status", status=503), times=4)
    for endpoint in _CREATE
]
_SLOW = [Rule(delay_s=0.1)]
QUIET, SLOW, DROPS, OWED, ERRORS, DOWN = (
    "all is well",
    "a slow line",
    "a line that drops answers",
    "a line that drops confirmations",
    "a provider that answers 503",
    "no line",
)
NO_PAPER, OPEN_COVER, CUT_SLIPS = "no paper", "an open cover", "a printer that cuts slips short"
_RULES = {SLOW: _SLOW, DROPS: _DROPS, OWED: _ADVICES_DROP, ERRORS: _ERRORS}
WORLDS = (
    *(QUIET, SLOW, QUIET, NO_PAPER, QUIET, DROPS, QUIET, CUT_SLIPS, QUIET, DOWN),
    *(QUIET, OWED, QUIET, OPEN_COVER, SLOW, QUIET, ERRORS, QUIET, DROPS, QUIET),
)
_CUT_AFTER = 600


@dataclass(slots=True)
class World:
    """The provider and the printer around a till, which can be told what goes wrong."""

    server: SandboxServer
    printer: RawPrinter
    now: str = QUIET
    had_trouble: bool = False

    def become(self, world: str) -> bool:
        """Let another thing go wrong, or nothing; return whether slips may wait to be finished."""
        self.now = world
        machine = self.printer.machine
        machine.papers.clear()
        for trouble in (Trouble.PAPER_END, Trouble.COVER_OPEN):
            machine.recover(trouble)
        ahead_s = self.server.sandbox.clock.advance_s
        self.server.set_dials(Dials(slow_s=_SLOW_S, rules=_RULES.get(world, []), advance_s=ahead_s))
        self.printer.hangs_up_after = _CUT_AFTER if world == CUT_SLIPS else None
        if world in {NO_PAPER, OPEN_COVER}:
            machine.fail(Trouble.PAPER_END if world == NO_PAPER else Trouble.COVER_OPEN)
        if world == DOWN:
            self.server.stop()
        else:
            self.server.start()
        is_over = self.had_trouble and world == QUIET
        self.had_trouble = not is_over and (
            self.had_trouble or world in {NO_PAPER, OPEN_COVER, CUT_SLIPS}
        )
        return is_over


@dataclass(slots=True)
class Told:
    """What a window told of its day."""

    samples: list[Sample] = field(default_factory=list)
    states: dict[str, int] = field(default_factory=dict)
    """How many customers left with each state on the screen."""
    late: dict[str, Any] = field(default_factory=dict)
    trouble: str = ""
    code: int = 0
    shop_s: float = 0.0
    """How far the shop's clock went beyond that of this machine."""


@contextmanager
def opened_world(
    folder: Path, *more: str, has_staff: bool = True
) -> Iterator[tuple[World, CommandLine]]:
    """Start a provider and a printer, and make the settings of a till that uses both."""
    with ExitStack() as opened:
        server = opened.enter_context(SandboxServer())
        machine = EscPosPrinter(dots=576)
        printer = opened.enter_context(RawPrinter(machine))
        slips = f'[printer]\nkind = "network"\nhost = "127.0.0.1"\nport = {printer.port}'
        electrum = ELECTRUM.format(url=server.url)
        till = command_line(folder, server.url, electrum, slips, *more, has_staff=has_staff)
        yield World(server, printer), till


def issue(server: SandboxServer, customer: Customer) -> None:
    """Put a customer's voucher into the ledger of its provider, unless nobody knows of it."""
    if customer.situation == UNKNOWN:
        return
    if customer.type_id == ADVISED:
        server.sandbox.suv.issue(
            NewSuvVoucher(
                code=customer.code,
                serial_number=f"S{customer.code}",
                provider=KAROO,
                value_cents=customer.cents,
                expires_at="2031-01-01T00:00:00.000Z",
                situation=customer.situation,
            )
        )
        return
    sandboxes.issue(
        server,
        customer.type_id,
        customer.code,
        cents=customer.cents,
        situation=customer.situation,
    )


def live(day: Day, world: World, till: CommandLine, plan: Callable[[int], str]) -> Told:
    """Let a window live through a day; ``plan`` says what goes wrong from a customer on."""
    told = Told()
    with _started(day, till) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for text in process.stdout:
            answer = _hear(json.loads(text), told, world, day, plan)
            process.stdin.write(json.dumps(answer) + "\n")
            process.stdin.flush()
    told.code = process.returncode
    return told


def _hear(
    said: Mapping[str, Any], told: Told, world: World, day: Day, plan: Callable[[int], str]
) -> dict[str, Any]:
    """Note what the window says, change the world if it is time, and return the answer."""
    match said:
        case {"customer": number, "ahead_s": ahead_s}:
            told.shop_s = ahead_s
            world.server.sandbox.clock.advance_s = ahead_s
            for one in range(number, number + day.ask_every) if number else ():
                issue(world.server, Customer(one))
            finishes = world.become(plan(number) if number else QUIET)
            return {"world": world.now, "finishes": finishes}
        case {"sample": sample}:
            told.samples.append(Sample(**sample))
            print(line(told.samples[-1]), flush=True)
        case {"states": states, "late": late}:
            told.states, told.late = states, late
        case {"trouble": trouble, "late": late}:
            told.trouble, told.late = f"{trouble}; {world.now}", late
        case _:
            raise AssertionError(f"no such thing is said: {sorted(said)}")
    return {}


def _started(day: Day, till: CommandLine) -> "subprocess.Popen[str]":
    paths = os.pathsep.join(str(ROOT / folder) for folder in ("app", "tests"))
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.window_day"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={
            **till.environment(),
            "PYTHONPATH": paths,
            "QT_QPA_PLATFORM": "offscreen",
            ELECTRUM_PASSWORD_VARIABLE: CANARY_API_KEY,
        },
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(asdict(day)) + "\n")
    process.stdin.flush()
    return process


def soak(redemptions: int, *, every: int = 0, minutes: float = 0.0, leaks: bool = False) -> bool:
    """Let a window serve so many customers in a day; print what it held, and return if all held.

    It is looked at after ``every`` so many; 0 is a twentieth of them. With ``minutes`` the day is
    over after so long, however many were served. ``leaks`` is a control: the window then forgets
    something with each of them.
    """
    every = every or max(1, redemptions // 20)
    with TemporaryDirectory(prefix="soak-") as scratch:
        backups = "[backup]\nevery_hours = 4\nkeep = 3"
        with opened_world(Path(scratch), backups) as (world, till):
            day = Day(
                data_dir=str(till.data_dir),
                settings=str(till.settings),
                customers=redemptions,
                ask_every=_ASK_EVERY,
                sample_every=every,
                speed=_SPEED,
                awake_s=_DAY_S - _SLEEPS * 3600,
                sleeps=_SLEEPS,
                minutes=minutes,
                leaks=leaks,
            )
            print(HEAD)
            told = live(day, world, till, lambda number: WORLDS[number // _ASK_EVERY % len(WORLDS)])
            books = compared(till, world.server)
            made = len(list((till.data_dir / "backups").iterdir()))
    found = [f"the window: {told.trouble}"] if told.trouble else []
    found += [f"the window ended with {told.code}"] if told.code else []
    grown = growths(told.samples, 2 * every) if len(told.samples) > 3 else []
    found += [] if grown else ["too few were served to say what has grown"]
    found += [f"{one.name} grew: {_change(one)}" for one in grown if not one.is_flat]
    found += books.findings
    print("\n".join(f"{one.name:>12} {_change(one)}" for one in grown))
    print(f"the shop's clock went {told.shop_s / 3600:.1f} h ahead; {made} backups kept")
    print(f"seen at the counter: {_counted(told.states)}")
    print(f"in the journal: {_counted(books.states)}; in doubt {books.in_doubt}")
    print("\n".join(f"FOUND {one}" for one in found) or "everything held")
    return not found


def _change(one: Growth) -> str:
    return f"{one.warm:,.1f} once warm, {one.end:,.1f} at the end, at most {one.limit:,.1f}"


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {what}" for what, count in sorted(counts.items()))
