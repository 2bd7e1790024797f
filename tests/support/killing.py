"""A till that is killed at a chosen boundary, as a process of its own.

The till is the shipped one: the command line, put together by the composition root. Only its
journal, gateway and printer pass a boundary before and after each call of a port, and at the
chosen boundary the process sends itself SIGKILL. All that a person could see by then has gone
through a pipe: each notice that a window would show, and each line the command printed.

``python -m support.killing`` loads everything once, sells at a sandbox of its own to both kinds of
upstream so that all that is made on first use is made, reads one job of JSON a line and forks a
process for each. So a killed till costs some tens of milliseconds and not a second.
"""

import asyncio
import gc
import hashlib
import io
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from time import perf_counter
from typing import Any

import typer.main
from typing_extensions import override

from counterfoil import bootstrap, safekeeping, upstreams
from counterfoil.adapters.journal import accepting, restoring
from counterfoil.adapters.journal.backups import BackupChoice, SealedBackups
from counterfoil.adapters.journal.integrity.anchor import KEPT, Anchor, Anchors
from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.printing.file_printer import FilePrinter
from counterfoil.adapters.printing.folder_printer import FolderPrinter
from counterfoil.adapters.printing.network_line import NetworkLine
from counterfoil.adapters.printing.receipt_printer import Limits, Line, ReceiptPrinter, Wire
from counterfoil.adapters.printing.slip_escpos import SlipEscPos
from counterfoil.adapters.settings.till_settings import API_KEY_VARIABLE
from counterfoil.adapters.system.clock import SystemClock
from counterfoil.adapters.upstream.electrum.gateway import ElectrumGateway
from counterfoil.adapters.upstream.moment.gateway import MomentGateway
from counterfoil.cli import commands, printer_commands
from counterfoil.domain import report
from counterfoil.domain import rows as row
from counterfoil.domain.advice import Advice, AdviceVerdict
from counterfoil.domain.bookkeeping import BookedPage
from counterfoil.domain.failures import StaleChangeError
from counterfoil.domain.printing import PrintJob
from counterfoil.domain.redeeming import Ask, Event, Step, Transmit, step
from counterfoil.domain.redemption import AttemptKind, Redemption
from counterfoil.domain.rows import PrintQueued, Row
from counterfoil.domain.secret import Secret
from counterfoil.domain.shift import ShiftReport
from counterfoil.domain.slip import Slip
from counterfoil.domain.staff import Actor
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.till import TillProfile
from counterfoil.domain.time import Instant
from counterfoil.domain.verdict import ChangeVoucher, Verdict
from counterfoil.ports.printer import PrintOutcome
from counterfoil.service.commands import ShiftPaper
from counterfoil.service.notices import Notices
from counterfoil.service.redeem import Redeemer
from counterfoil.service.shift_printing import ShiftPrinter
from counterfoil.service.slip_desk import SlipDesk
from counterfoil_sandbox.pins import ONE_VOUCHER
from counterfoil_sandbox.suv.vouchers import SuvSituation, codes_for
from support.canary import CANARY_API_KEY, CANARY_PIN
from support.failing_disk import Fault, arm
from support.sandboxes import canary_sandbox, issue
from support.tills import ELECTRUM, ROOT, EagerChance, command_line, typed_for

_LOADED_EARLY = (
    "anyio._backends._asyncio",
    "anyio.streams.tls",
    "httpcore",
    "httpx",
    "reportlab.lib.fonts",
    "tomllib",
    "truststore",
    "counterfoil.adapters.upstream.electrum.advices",
    "counterfoil.adapters.upstream.electrum.classify",
    "counterfoil.adapters.upstream.electrum.compose",
    "counterfoil.adapters.upstream.electrum.descriptors",
    "counterfoil.adapters.upstream.electrum.lookups",
    "counterfoil.adapters.upstream.moment.classify",
    "counterfoil.adapters.upstream.moment.discovery",
    "counterfoil.adapters.upstream.moment.lookups",
    "counterfoil.adapters.settings.file",
    "phonenumbers",
    "reportlab.pdfgen.canvas",
    "zxingcpp",
)
_WINDOW_LOADED_EARLY = ("PySide6.QtTest", "counterfoil.demo", "support.window_shifts")
WITH_WINDOWS = "--windows"
FROM_NOTHING = "--from-nothing"
AT_ONCE, LATER = "at once", "later"
"""When a cashier takes back what was sold: while its provider is not told yet, or once it is."""
ELECTRUM_PASSWORD_VARIABLE = "COUNTERFOIL_ELECTRUM_PASSWORD"
SHOWN_ID = "{id}"
"""Stands in a command line for the redemption that was shown last."""
BEFORE_PAPER = "before paper"
PIECE_BYTES = 512
"""How many bytes a receipt printer takes at once, in a till that may be killed between them."""
MEET_S = 1.0
"""How long whoever is about to close a shift waits for somebody else who is."""
RIVAL_AHEAD_S = 30.0
DURING_S = 0.1
"""How long after the start of an exchange its middle is, for an upstream that takes longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cashier:
    """What a cashier does in a window: sells, or without a type waits until nothing is open."""

    type_id: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    """What goes into the fields, by their names."""
    amount: str = ""
    """What goes into the field of the amount; nothing for the whole voucher."""
    voids: str = ""
    """When it is taken back: at once, later, or not."""
    gives: bool = False
    """Whether the customer then gets cash, where nothing is put back on the voucher."""
    settles_as: str = ""
    """What the provider says of it, where it is left open; nothing where nobody asks."""
    is_customer_here: bool = False
    """Whether they say so of a sale that came back; else the next customer goes first."""
    paper_s: float = 0.0
    """How long their printer takes for a slip, beside its work."""
    finishes_slips: bool = False
    """Whether they print what is in *Slips to finish*, once nothing is open, until nothing is."""
    shift: tuple[str, ...] = ()
    """What they do of a shift, by the names in `support.window_story`; then nothing else."""
    begin_at: Mapping[str, str] = field(default_factory=dict)
    """When each thing of a shift begins by their clocks, which go on to there."""
    has_rival: bool = False
    """Whether somebody else may close the shift beside them, through the till's local door."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Command lines for one process to carry out, one after the other.

    With a ``cashier`` it opens its window instead, in a nursery that has windows. The time
    ``kill_after_s`` begins with the process, or when it has passed the boundary ``kill_from``, or
    when the cashier has come so far, or with the first paper.

    ``kill_at`` is the boundary, counted from 1, at which it dies; from the first paper or from a
    mark on where ``kill_from`` says so. ``mutant`` names a till that breaks a rule on purpose. With
    ``has_middle`` an exchange has a boundary in its middle too.
    Once it has written a redemption in the state ``backs_up_at`` it makes a backup.
    ``count`` starts so many processes at once. ``fault`` is what the disk does to it, in a nursery
    that has a disk that can fail. Their clocks are ``ahead_s`` ahead, or say what is in
    ``begin_at`` when each of the lines begins, and they are in the time zone ``zone``. ``stdins``
    is what is typed for each line.

    ``rival`` is a command line for one more process. It begins when the first one has come to
    ``rival_from``, which is a boundary or a mark, or has died; without one at once. With ``meets``
    whoever is about to close a shift waits a moment for the other one to come so far, too.
    """

    lines: Sequence[Sequence[str]]
    stdin: str = ""
    kill_at: int | None = None
    kill_after_s: float | None = None
    kill_from: str = ""
    mutant: str = ""
    cashier: Cashier | None = None
    has_middle: bool = False
    backs_up_at: str = ""
    count: int = 1
    fault: Fault | None = None
    ahead_s: float = 0.0
    begin_at: Sequence[str] = ()
    zone: str = ""
    stdins: Sequence[str] = ()
    rival: Sequence[str] = ()
    rival_from: str = ""
    meets: bool = False


@dataclass(slots=True)
class Life:
    """How one process ended. ``codes`` are the exit codes of the command lines it finished."""

    was_killed: bool = False
    boundary: str = ""
    """Where it died."""
    passed: int = 0
    """How many boundaries it passed."""
    codes: list[int] = field(default_factory=list)
    shown: list[dict[str, Any]] = field(default_factory=list)
    """Each notice: id and state, and a hash of the change PIN where there was one."""
    said: str = ""
    marks: dict[str, float] = field(default_factory=dict)
    """When the cashier in a window came how far, in seconds after the process began."""


def hash_of(pin: str | None) -> str | None:
    """Return what stands for a PIN where a PIN may not stand."""
    return None if pin is None else hashlib.sha256(pin.encode()).hexdigest()


# --------------------------------------------------------------------------- in the test's process


class Nursery:
    """Starts lives. Make one with `open_nursery`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def live(self, job: Job) -> Life:
        """Run one process to its end."""
        return self.crowd(job)[0]

    def crowd(self, job: Job) -> list[Life]:
        """Run ``job.count`` processes at once, to their ends; the last is the rival, if any."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(job)) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the nursery died"
        return [_read_life(events) for events in json.loads(answer)]


@contextmanager
def open_nursery(
    failing_disk: Path | None = None, *, has_windows: bool = False
) -> Iterator[Nursery]:
    """Start a nursery, and end it; with a library that can make calls to the disk fail."""
    preload = {"LD_PRELOAD": str(failing_disk)} if failing_disk else {}
    with _started(*([WITH_WINDOWS] if has_windows else []), **preload) as process:
        try:
            yield Nursery(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()


def live_from_nothing(job: Job) -> tuple[Life, float]:
    """Run one process that inherits nothing, as a till is started.

    Returns also how long it took from its start until its window was ready, or until its first
    command line was carried out, in seconds.
    """
    begun_s, ready_s = perf_counter(), 0.0
    events: list[dict[str, Any]] = []
    with _started(FROM_NOTHING) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(asdict(job)))
        process.stdin.close()
        for line in process.stdout:
            events.append(json.loads(line))
            is_ready = events[-1].get("mark") == "ready" or "code" in events[-1]
            if is_ready and not ready_s:
                ready_s = perf_counter() - begun_s
    return _read_life([*events, {"killed": process.returncode < 0}]), ready_s


def _started(*options: str, **variables: str) -> subprocess.Popen[str]:
    paths = os.pathsep.join(str(ROOT / folder) for folder in ("app", "tests"))
    ours = {
        "PYTHONPATH": paths,
        API_KEY_VARIABLE: CANARY_API_KEY,
        ELECTRUM_PASSWORD_VARIABLE: CANARY_API_KEY,
        "QT_QPA_PLATFORM": "offscreen",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "support.killing", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **ours, **variables},
        # Who started this one says when to stop, and not a key that all of a terminal hear.
        start_new_session=True,
    )


def _read_life(events: Iterable[dict[str, Any]]) -> Life:
    life = Life()
    for event in events:
        match event:
            case {"shown": shown}:
                life.shown.append(shown)
            case {"passed": label}:
                life.passed += 1
                life.boundary = label
            case {"code": code, "said": said}:
                life.codes.append(code)
                life.said += said
            case {"mark": name, "after_s": after_s}:
                life.marks[name] = after_s
            case {"killed": was_killed}:
                life.was_killed = was_killed
            case _:
                raise AssertionError(f"no such event: {sorted(event)}")
    return life


# ------------------------------------------------------------------------------ in the nursery


class _Pipe:
    """What leaves the process before it can be killed."""

    def __init__(self) -> None:
        self.descriptor = -1
        self.kill_at: int | None = None
        self.counts_from = ""
        """The boundary or the mark that ``kill_at`` is counted from, until it was passed."""
        self.has_middle = False
        self.backs_up_at = ""
        self.passed = 0
        self.shown_id = ""
        self.fault: Fault | None = None
        self.gateway: ElectrumGateway | None = None
        self.ahead = timedelta(0)
        self.paper_s = 0.0
        self.begun_s = perf_counter()
        self.rival = -1
        """What lets the rival begin, until it may."""
        self.rival_from = b""
        self.meets = False
        self._is_met = asyncio.Event()
        self._is_one_there = False

    def tell(self, **event: object) -> None:
        """Write one event at once."""
        line = json.dumps(event).encode()
        os.write(self.descriptor, line + b"\n")
        if self.rival >= 0 and self.rival_from in line:
            os.close(self.rival)
            self.rival = -1

    async def meet(self) -> None:
        """Wait until somebody else comes here, too, or a moment."""
        if self._is_one_there:
            self._is_met.set()
            return
        self._is_one_there = True
        with suppress(TimeoutError):
            async with asyncio.timeout(MEET_S):
                await self._is_met.wait()

    def mark(self, name: str) -> None:
        """Tell that the cashier has come so far."""
        self.tell(mark=name, after_s=perf_counter() - self.begun_s)
        self._count_from(name)

    def _count_from(self, name: str) -> None:
        if name == self.counts_from and self.kill_at is not None:
            self.kill_at, self.counts_from = self.kill_at + self.passed, ""

    def pass_boundary(self, label: str) -> None:
        """Pass a boundary, or die there."""
        self.passed += 1
        self.tell(passed=f"{self.passed}: {label}")
        if self.fault is not None and self.fault.when in label:
            arm(self.fault)
            self.fault = None
        self._count_from(label)
        if self.passed == self.kill_at and not self.counts_from:
            os.kill(os.getpid(), signal.SIGKILL)


PIPE = _Pipe()


class MortalJournal(SqliteJournal):
    """The real journal, with a boundary on each side of a commit.

    None around that of a sign-in, which is the same before each command and moves no money.
    """

    @override
    async def commit(self, rows: Sequence[Row]) -> None:
        """Write all rows or none, and sync."""
        if all(isinstance(one, row.StaffKept) for one in rows):
            await super().commit(rows)
            return
        names = " ".join(type(one).__name__ for one in rows)
        PIPE.pass_boundary(f"before commit {names}")
        if PIPE.meets and any(isinstance(one, row.ShiftClosed) for one in rows):
            await PIPE.meet()
        await super().commit(rows)
        PIPE.pass_boundary(f"after commit {names}")
        if PIPE.backs_up_at in {state.value for one in rows if (state := _state_in(one))}:
            PIPE.backs_up_at = ""
            choice = BackupChoice(self._directory / "backups")
            _ = await SealedBackups(self, choice).make_file(SystemClock().now().wall)


def _state_in(one: Row) -> RedemptionState | None:
    match one:
        case row.RedemptionPrepared(redemption=redemption):
            return redemption.state
        case row.RedemptionChanged(after=after):
            return after.state
        case _:
            return None


class HastyJournal(MortalJournal):
    """A mutant: it acknowledges rows and writes them with the next ones."""

    _owed: tuple[Row, ...] = ()

    @override
    async def commit(self, rows: Sequence[Row]) -> None:
        """Write the rows of last time."""
        if any(
            isinstance(one, row.AttemptStarted | row.AttemptEnded | PrintQueued) for one in rows
        ):
            PIPE.pass_boundary("before commit that is put off")
            self._owed += tuple(rows)
            return
        owed, self._owed = self._owed, ()
        await super().commit((*owed, *rows))

    @override
    async def redemption(self, redemption_id: str) -> Redemption | None:
        """Return one redemption, with what is owed."""
        for one in reversed(self._owed):
            if isinstance(one, row.RedemptionChanged) and one.after.id == redemption_id:
                return one.after
        return await super().redemption(redemption_id)

    @override
    async def change(self, redemption_id: str) -> ChangeVoucher | None:
        """Return the change voucher, with what is owed."""
        for one in self._owed:
            match one:
                case row.RedemptionChanged(after=after, change=ChangeVoucher() as change):
                    if after.id == redemption_id:
                        return change
                case _:
                    pass
        return await super().change(redemption_id)


class MortalGateway(MomentGateway):
    """The real gateway, with a boundary on each side of an exchange, and one in its middle."""

    @override
    async def ask(self, redemption: Redemption, kind: AttemptKind, request: Secret) -> Verdict:
        """Make one attempt."""
        PIPE.pass_boundary(f"before {kind.value} {redemption.attempts}")
        middle = asyncio.get_running_loop().create_task(_pass_middle())
        try:
            verdict = await super().ask(redemption, kind, request)
        finally:
            middle.cancel()
        PIPE.pass_boundary(f"after {kind.value} {redemption.attempts}")
        return verdict


class MortalAdvisedGateway(ElectrumGateway):
    """The real gateway of the other kind, with a boundary on each side of each exchange."""

    @override
    async def ask(self, redemption: Redemption, kind: AttemptKind, request: Secret) -> Verdict:
        """Send the request, or look it up."""
        PIPE.pass_boundary(f"before {kind.value} {redemption.attempts}")
        verdict = await super().ask(redemption, kind, request)
        PIPE.pass_boundary(f"after {kind.value} {redemption.attempts}")
        return verdict

    @override
    async def advise(self, advice: Advice, body: Secret) -> AdviceVerdict:
        """Make one attempt to deliver an advice."""
        PIPE.gateway = self
        PIPE.pass_boundary(f"before {advice.kind.value} {advice.attempts}")
        verdict = await super().advise(advice, body)
        PIPE.pass_boundary(f"after {advice.kind.value} {advice.attempts}")
        return verdict

    @override
    async def warm_up(self) -> None:
        """Load what the first request needs."""
        PIPE.gateway = self
        await super().warm_up()


async def _pass_middle() -> None:
    if PIPE.has_middle:
        await asyncio.sleep(DURING_S)
        PIPE.pass_boundary("during an exchange")


class MortalPrinter(FilePrinter):
    """The real printer of the command line, with a boundary on each side of a paper."""

    @override
    async def print_slip(self, slip: Slip, *, title: str) -> PrintOutcome:
        """Print one slip."""
        PIPE.pass_boundary(BEFORE_PAPER)
        outcome = await super().print_slip(slip, title=title)
        PIPE.pass_boundary("after paper")
        return outcome


class MortalFolderPrinter(FolderPrinter):
    """The real printer of the window, with a boundary on each side of a paper."""

    @override
    async def print_slip(self, slip: Slip, *, title: str) -> PrintOutcome:
        """Print one slip."""
        PIPE.pass_boundary(BEFORE_PAPER)
        await asyncio.sleep(PIPE.paper_s)
        outcome = await super().print_slip(slip, title=title)
        PIPE.pass_boundary("after paper")
        return outcome


class MortalReceiptPrinter(ReceiptPrinter):
    """The real receipt printer's driver, with a boundary on each side of a paper."""

    def __init__(self, line: Line, writing: SlipEscPos) -> None:
        # It is on this machine, and asked how it is after each slip.
        super().__init__(line, writing, limits=Limits(answer_s=0.2, apart_s=0.2))

    @override
    async def print_slip(self, slip: Slip, *, title: str) -> PrintOutcome:
        """Print one slip."""
        PIPE.pass_boundary(BEFORE_PAPER)
        outcome = await super().print_slip(slip, title=title)
        PIPE.pass_boundary("after paper")
        return outcome


class MortalNetworkLine(NetworkLine):
    """The real line to a receipt printer, with a boundary before each piece that it takes."""

    @override
    def open(self, limit_s: float) -> Wire:
        """Connect."""
        wire = super().open(limit_s)
        send = wire.send

        def send_piece(data: bytes, limit_s: float) -> int:
            PIPE.pass_boundary(f"before {len(data)} bytes to the printer")
            return send(data[:PIECE_BYTES], limit_s)

        vars(wire)["send"] = send_piece
        return wire


class ShowingNotices(Notices):
    """Tells the pipe what a window would show."""

    @override
    def tell(self, redemption: Redemption) -> None:
        """Pass on a redemption."""
        PIPE.shown_id = redemption.id
        PIPE.tell(
            shown={
                "id": redemption.id,
                "state": redemption.state.value,
                "has_change_pin": redemption.has_change_pin,
            }
        )
        super().tell(redemption)


class SendingFirst(Redeemer):
    """A mutant: it sends, and writes only then that it did."""

    @override
    async def _ask(self, redemption_id: str, pace: Any) -> Redemption:
        redemption = await self._stored(redemption_id)
        asked = step(redemption, Ask(), self._clock.now())
        if isinstance(asked.effect, Transmit) and asked.redemption.attempts == 1:
            request = await self._journal.request(redemption_id)
            gateway = self._gateways[redemption.upstream]
            await gateway.ask(asked.redemption, asked.effect.kind, request)
        return await super()._ask(redemption_id, pace)


class ShowingFirst(Redeemer):
    """A mutant: it shows what it has not written yet."""

    @override
    async def _take(self, redemption: Redemption, event: Event) -> Step:
        now = self._clock.now()
        taken = await self._composer.step(redemption, event, now)
        self._notices.tell(taken.redemption)
        await self._journal.commit(taken.rows)
        return taken


class SettlingLater(MortalJournal):
    """A mutant: it acknowledges what people settled, and writes it with the next rows."""

    _owed: tuple[Row, ...] = ()

    @override
    async def commit(self, rows: Sequence[Row]) -> None:
        """Write the rows of last time, and these unless they settle something."""
        owed, self._owed = self._owed, ()
        if any(isinstance(one, row.SettlementKept) for one in rows):
            PIPE.pass_boundary("before commit that is put off")
            self._owed = (*owed, *rows)
            return
        await super().commit((*owed, *rows))


class UncountedPaper(MortalJournal):
    """A mutant: it counts a paper once it is printed."""

    _job: PrintJob | None = None

    @override
    async def commit(self, rows: Sequence[Row]) -> None:
        """Write all rows, the paper's number last."""
        if isinstance(rows[0], PrintQueued):
            self._job = rows[0].job
            return
        if self._job is not None:
            job, self._job = self._job, None
            await super().commit((PrintQueued(job),))
        await super().commit(rows)


class SayingOriginal(SlipDesk):
    """A mutant: it counts its copies, and says on none of them that it is one."""

    @override
    def compose(self, redemption: Redemption, *, copy_number: int = 0, **more: Any) -> Slip:
        """Return the slip of a redemption as if it were the first."""
        assert copy_number >= 0
        return super().compose(redemption, **more)


class AdvisingFirst(MortalJournal):
    """A mutant: it sends an advice, and writes only then that it is owed."""

    @override
    async def commit(self, rows: Sequence[Row]) -> None:
        """Send what is owed before it is written."""
        for one in rows:
            if isinstance(one, row.AdviceOwed):
                assert PIPE.gateway is not None
                await PIPE.gateway.advise(one.advice, one.body)
        await super().commit(rows)


class UncountedAdvice(MortalJournal):
    """A mutant: it counts an attempt to deliver an advice once it has ended."""

    _started: tuple[Row, ...] = ()

    @override
    async def commit(self, rows: Sequence[Row]) -> None:
        """Write the start of such an attempt with its end."""
        if isinstance(rows[0], row.AdviceAttemptStarted):
            self._started = tuple(rows)
            return
        started, self._started = self._started, ()
        await super().commit((*started, *rows))


class PayingInLater(MortalJournal):
    """A mutant: it acknowledges cash that is put in, and writes it with the next rows."""

    _owed: tuple[Row, ...] = ()

    @override
    async def commit(self, rows: Sequence[Row]) -> None:
        """Write the rows of last time, and these unless they put cash in."""
        owed, self._owed = self._owed, ()
        if any(isinstance(one, row.CashMoved) and one.move.kind.sign > 0 for one in rows):
            PIPE.pass_boundary("before commit that is put off")
            self._owed = (*owed, *rows)
            return
        await super().commit((*owed, *rows))


class PayingInTwice(MortalJournal):
    """A mutant: it writes cash that is put in once more, as if the first had failed."""

    @override
    async def commit(self, rows: Sequence[Row]) -> None:
        """Write all rows."""
        await super().commit(rows)
        if any(isinstance(one, row.CashMoved) and one.move.kind.sign > 0 for one in rows):
            await super().commit(rows)


class ClosingTwice(MortalJournal):
    """A mutant: it acknowledges a Z to whoever asks for it, also where somebody else had it."""

    @override
    async def commit(self, rows: Sequence[Row]) -> None:
        """Write all rows, if they can be."""
        try:
            await super().commit(rows)
        except StaleChangeError:
            if not any(isinstance(one, row.ShiftClosed) for one in rows):
                raise


class SayingOriginalZ(ShiftPrinter):
    """A mutant: it counts the papers of a Z, and says on none of them that it is a copy."""

    @override
    async def print_z(self, number: int, by: Actor) -> ShiftPaper:
        """Print a Z as if it were the first."""

        def write(
            profile: TillProfile, report: ShiftReport, at: datetime, *, copy_number: int = 0
        ) -> Slip:
            assert copy_number >= 0
            return self.write(profile, report, at)

        return await ShiftPrinter.print_z(replace(self, write=write), number, by)


def ahead_of(at: str) -> timedelta:
    """Return how far a clock is ahead that says so now."""
    return datetime.fromisoformat(at) - SystemClock().now().wall


class AheadClock(SystemClock):
    """The system's clocks, ahead by what the job says: time has passed since the till died."""

    @override
    def now(self) -> Instant:
        """Read both clocks."""
        now = super().now()
        ahead_s = PIPE.ahead.total_seconds()
        return replace(now, wall=now.wall + PIPE.ahead, monotonic_s=now.monotonic_s + ahead_s)


class LocalClock(AheadClock):
    """A mutant: it takes what the shop's own clock says for UTC."""

    @override
    def now(self) -> Instant:
        """Read both clocks."""
        now = super().now()
        return replace(now, wall=now.wall.astimezone().replace(tzinfo=UTC))


class LastDayJournal(MortalJournal):
    """A mutant: its books leave out what was sold before the last midnight."""

    @override
    async def booked(self, after: int) -> BookedPage:
        """Return a part of the events."""
        page = await super().booked(after)
        today = AheadClock().now().wall.astimezone().date()
        kept = tuple(
            one
            for one in page.booked
            if one.redemption is None or one.redemption.created_at.astimezone().date() == today
        )
        return replace(page, booked=kept)


def _after_24_hours(days: report.Days) -> datetime:
    return days.since + timedelta(days=(days.last - days.first).days + 1)


class MortalAnchors(Anchors):
    """The real anchors of a journal that is put back or accepted, with a boundary on each side."""

    @override
    def begin(self, anchor: Anchor, *, must_reach_all: bool = False) -> None:
        """Replace the anchor in all its places."""
        PIPE.pass_boundary("before anchors")
        super().begin(anchor, must_reach_all=must_reach_all)
        PIPE.pass_boundary("after anchors")


def _mortal(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function with a boundary on each side."""
    name = getattr(function, "__name__", "")

    def call(*given: Any, **named: Any) -> Any:
        PIPE.pass_boundary(f"before {name}")
        done = function(*given, **named)
        PIPE.pass_boundary(f"after {name}")
        return done

    return call


def _remove(path: Path, _into: Path) -> None:
    """Remove what should be set aside: a mutant."""
    path.unlink()


def _put_back_mortally(mutant: str) -> None:
    """Give boundaries to what puts a backup back and accepts it."""
    for name in ("make_file", "make_file_of", "rename_file", "sync_folder"):
        vars(restoring)[name] = _mortal(getattr(restoring, name))
    for name in ("open_file", "record_acceptance"):
        vars(accepting)[name] = _mortal(getattr(accepting, name))
    for part in (restoring, accepting):
        vars(part)["Anchors"] = MortalAnchors
    vars(safekeeping)["SystemClock"] = AheadClock
    if mutant == "old journal removed":
        vars(restoring)["rename_file"] = _mortal(_remove)
    if mutant == "put back unseen":
        vars(restoring)["RESTORED"] = KEPT
    if mutant == "a day has 24 hours":
        type.__setattr__(report.Days, "before", property(_after_24_hours))


_MUTANTS: dict[str, dict[str, type]] = {
    "": {},
    "old journal removed": {},
    "put back unseen": {},
    "a day has 24 hours": {},
    "local time as UTC": {"SystemClock": LocalClock},
    "Z of its last day": {"SqliteJournal": LastDayJournal},
    "sends first": {"Redeemer": SendingFirst},
    "shows first": {"Redeemer": ShowingFirst},
    "acknowledges first": {"SqliteJournal": HastyJournal},
    "paper not counted": {"SqliteJournal": UncountedPaper},
    "settles later": {"SqliteJournal": SettlingLater},
    "copy not said": {"SlipDesk": SayingOriginal},
    "Z copy not said": {"ShiftPrinter": SayingOriginalZ},
    "pays in later": {"SqliteJournal": PayingInLater},
    "pays in twice": {"SqliteJournal": PayingInTwice},
    "one Z for two": {"SqliteJournal": ClosingTwice},
    "advises first": {"SqliteJournal": AdvisingFirst},
    "advice not counted": {"SqliteJournal": UncountedAdvice},
}
ADVISED_MUTANTS = {
    "sends first": 7,
    "shows first": 7,
    "advises first": 29,
    "advice not counted": 15,
}
MUTANTS = {"sends first": 5, "shows first": 5, "acknowledges first": 5, "paper not counted": 13}
"""Tills that break a rule, and a boundary shortly before the one at which each must be caught."""
SETTLED_MUTANTS = {"settles later": 15}
"""Such tills where people end what was sold."""
PRINTED_MUTANTS = ("copy not said", "paper not counted")
"""Such tills whose papers are looked at."""


def _become_a_till(job: dict[str, Any], descriptor: int) -> None:
    """Carry out the job in this forked process."""
    PIPE.begun_s = perf_counter()
    PIPE.descriptor = descriptor
    PIPE.kill_at = job["kill_at"]
    PIPE.counts_from = job["kill_from"] if job["kill_at"] else ""
    PIPE.has_middle = job["has_middle"]
    PIPE.backs_up_at = job["backs_up_at"]
    PIPE.meets = job["meets"]
    PIPE.ahead = timedelta(seconds=job["ahead_s"])
    if job["zone"]:
        os.environ["TZ"] = job["zone"]
        time.tzset()
    parts: dict[str, type] = {
        "SqliteJournal": MortalJournal,
        "MomentGateway": MortalGateway,
        "ElectrumGateway": MortalAdvisedGateway,
        "SystemClock": AheadClock,
        "Notices": ShowingNotices,
        "SystemChance": EagerChance,
    }
    for name, part in (parts | _MUTANTS[job["mutant"]]).items():
        setattr(upstreams if hasattr(upstreams, name) else bootstrap, name, part)
    vars(printer_commands)["FilePrinter"] = MortalPrinter
    _put_back_mortally(job["mutant"])
    if job["fault"] is not None:
        PIPE.fault = Fault(**job["fault"])
        PIPE.pass_boundary("start")
    if job["cashier"] is not None:
        # Only a nursery with windows may load Qt.
        from support.window_lives import live_in_window
        from support.window_shifts import keep_shift

        vars(bootstrap)["FolderPrinter"] = MortalFolderPrinter
        vars(bootstrap)["ReceiptPrinter"] = MortalReceiptPrinter
        vars(bootstrap)["NetworkLine"] = MortalNetworkLine
        (line,), cashier = job["lines"], Cashier(**job["cashier"])
        PIPE.paper_s = cashier.paper_s
        work = keep_shift if cashier.shift else None
        code, trouble = live_in_window(PIPE, line, cashier, work)
        PIPE.tell(code=code, said=trouble)
        return
    for number, line in enumerate(job["lines"]):
        if job["begin_at"]:
            PIPE.ahead = ahead_of(job["begin_at"][number])
        typed = job["stdins"][number] if job["stdins"] else job["stdin"]
        said = io.StringIO()
        sys.stdin = io.StringIO(typed_for(line) + typed)
        with redirect_stdout(said), redirect_stderr(said):
            code = commands.main([part.replace(SHOWN_ID, PIPE.shown_id) for part in line])
        PIPE.tell(code=int(code), said=said.getvalue())


@dataclass(slots=True)
class _Child:
    pid: int
    descriptor: int
    heard: bytes = b""


def _fork_all(job: dict[str, Any]) -> list[_Child]:
    """Fork what a job asks for, the rival last."""
    if not job["rival"]:
        return [_fork(job) for _ in range(job["count"])]
    waits, begins = os.pipe()

    def lead(descriptor: int) -> None:
        os.close(waits)
        if job["rival_from"]:
            PIPE.rival, PIPE.rival_from = begins, _beginning(job["rival_from"])
        else:
            os.close(begins)
        _become_a_till(job, descriptor)

    def follow(descriptor: int) -> None:
        os.close(begins)
        # Nothing is written there: it ends when the first lets go of it, or dies.
        os.read(waits, 1)
        alone = {"cashier": None, "kill_at": None, "lines": [job["rival"]]}
        # No clock goes back where that of a window was set on.
        later = {"ahead_s": job["ahead_s"] + RIVAL_AHEAD_S}
        _become_a_till(job | alone | later, descriptor)

    children = [_forked(lead), _forked(follow)]
    os.close(waits)
    os.close(begins)
    return children


def _fork(job: dict[str, Any]) -> _Child:
    return _forked(partial(_become_a_till, job))


def _forked(live: Callable[[int], None]) -> _Child:
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid:
        os.close(theirs)
        return _Child(pid, ours)
    try:
        os.close(ours)
        live(theirs)
    finally:
        os._exit(0)


def _hear_out(children: Sequence[_Child], job: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Hear all children to their ends; kill them when their time is up."""
    by_descriptor = {child.descriptor: child for child in children}
    kill_after_s, begins = job["kill_after_s"], _beginning(job["kill_from"])
    is_begun = kill_after_s is not None and not job["kill_from"]
    end_s = perf_counter() + kill_after_s if is_begun else None
    while by_descriptor:
        left_s = None if end_s is None else max(0.0, end_s - perf_counter())
        ready, _, _ = select.select(list(by_descriptor), [], [], left_s)
        if not ready:
            for child in by_descriptor.values():
                os.kill(child.pid, signal.SIGKILL)
            end_s = None
        for descriptor in ready:
            chunk = os.read(descriptor, 65_536)
            by_descriptor[descriptor].heard += chunk
            if (
                kill_after_s is not None
                and not is_begun
                and begins in by_descriptor[descriptor].heard
            ):
                is_begun, end_s = True, perf_counter() + kill_after_s
            if not chunk:
                os.close(descriptor)
                del by_descriptor[descriptor]
    return [_report(child) for child in children]


def _beginning(kill_from: str) -> bytes:
    """Return what a till says when it passes a boundary, or when a cashier has come so far."""
    if kill_from == BEFORE_PAPER:
        return f': {BEFORE_PAPER}"'.encode()
    said = f'"passed": "{kill_from}: ' if kill_from.isdigit() else f'"mark": "{kill_from}"'
    return said.encode()


def _report(child: _Child) -> list[dict[str, Any]]:
    _, status = os.waitpid(child.pid, 0)
    # A kill may cut the last line short.
    whole = child.heard.rpartition(b"\n")[0]
    events = [json.loads(line) for line in whole.splitlines()]
    return [*events, {"killed": os.WIFSIGNALED(status)}]


def _rehearse() -> None:
    """Sell once at each kind of upstream, so that no till makes what it may inherit."""
    (code,) = codes_for("karoo", SuvSituation.USABLE)[:1]
    sales = ((ONE_VOUCHER, "pin", CANARY_PIN), ("electrum.voucher", "code", code))
    with tempfile.TemporaryDirectory() as folder, canary_sandbox() as server:
        issue(server, ONE_VOUCHER, CANARY_PIN)
        for type_id, name, typed in sales:
            line = command_line(Path(folder) / name, server.url, ELECTRUM.format(url=server.url))
            sold = ("redeem", "--type", type_id, "--field", f"{name}=-", "--amount", "19.00")
            said = _say(line.line(*sold, as_json=True), typed + "\n")
            slip = ("slip", said["id"], "--output", str(Path(folder) / "slip.pdf"))
            for command in (("recover",), slip):
                _say(line.line(*command, as_json=True))


def _say(line: list[str], stdin: str = "") -> Any:
    """Carry out a command that must succeed, and return its JSON."""
    said = io.StringIO()
    sys.stdin = io.StringIO(typed_for(line) + stdin)
    with redirect_stdout(said), redirect_stderr(said):
        assert commands.main(line) == 0, line[0]
    return json.loads(said.getvalue())


def _serve() -> None:
    """Answer jobs until the input ends, or be one till."""
    if FROM_NOTHING in sys.argv:
        _become_a_till(json.loads(sys.stdin.read()), sys.stdout.fileno())
        return
    for name in (*_LOADED_EARLY, *(_WINDOW_LOADED_EARLY if WITH_WINDOWS in sys.argv else ())):
        __import__(name)
    jobs = sys.stdin
    # The command line is parsed anew each time; what it is parsed by stays the same.
    vars(typer.main)["get_command"] = cache(typer.main.get_command)
    _rehearse()
    gc.collect()
    gc.freeze()
    for text in jobs:
        job = json.loads(text)
        children = _fork_all(job)
        answer = json.dumps(_hear_out(children, job))
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    # What is forked must see the classes under this name, whoever imports them.
    from support import killing

    killing._serve()
