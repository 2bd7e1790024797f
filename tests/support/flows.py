"""Redemptions to be killed in, and what must hold after every kill."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from typing_extensions import override

from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.system.vault import KeyPlace, open_vault
from counterfoil.domain.printing import PrintJob, PrintState
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.settlement import CustomerGot, Evidence, Settlement
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import ChangeVoucher
from counterfoil.ports.vault import Vault
from counterfoil_sandbox.faults import Drop, Rule
from counterfoil_sandbox.pins import BLU, ONE_VOUCHER, OTT
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_PHONE, CANARY_PIN, CANARY_TOKEN, PAPER
from support.journals import QUICK
from support.killing import AT_ONCE, SHOWN_ID, Cashier, Job, Life, Nursery
from support.sandboxes import issue, start_anew, voucher
from support.tills import CommandLine, command_line

SLIP_NAME = "slip.pdf"
S = RedemptionState
SENT = 8
"""The boundary after the first request: what comes before is the same in each flow."""
_ORDER = (S.PREPARED, S.INFLIGHT, S.APPROVED, S.FINAL)
_PAST = {S.ABANDONED: 0, S.DECLINED: 1, S.ATTENTION: 1, S.UNCLAIMED: 2}
"""How far along the order a redemption came before it left it."""
RECOVER, SEND, VOID, GIVE, SETTLE = "recover", "send", "void", "give", "settle"
LEAVE, USE = "leave", "use"
"""What is done after a sale. To send is to recover and try each thing once; to give is to void
outside the voucher; to leave is to go on to the next customer, and to use is to let a late approval
pay for a new sale."""
_VOID = (VOID, SHOWN_ID, "--reason", "goods_returned")


def line_of(command: str, evidence: Evidence | None) -> tuple[str, ...]:
    """Return how it is asked for in the command line; ``evidence`` is what the provider says."""
    match command:
        case "send":
            return (RECOVER, "--for", "0")
        case "void":
            return _VOID
        case "give":
            return (*_VOID, "--given", CustomerGot.CASH.value)
        case "settle":
            assert evidence is not None, "nothing is settled without it"
            said = ("--provider-says", evidence.value, "--said-by", "their desk")
            theirs = ("--provider-reference", "RC 1042", "--got", CustomerGot.NOTHING.value)
            return (SETTLE, SHOWN_ID, *said, *theirs, "--reason", "asked by telephone")
        case "leave":
            return ("set-aside", SHOWN_ID, "--ending", "customer-left")
        case "use":
            goods = ("--got", CustomerGot.GOODS.value)
            return (SETTLE, SHOWN_ID, "--provider-says", Evidence.TAKEN.value, *goods)
        case _:
            return (command,)


class LostError(AssertionError):
    """Money, a change voucher's PIN, a debt or a row that was shown is not there any more."""


class DoubledError(AssertionError):
    """Something was taken, given back or told twice."""


def lost_unless(is_there: bool, words: str) -> None:
    """Tell of a loss.

    Raises:
        LostError: it is not there.

    """
    if not is_there:
        raise LostError(words)


def doubled_unless(is_once: bool, words: str) -> None:
    """Tell of something that happened twice.

    Raises:
        DoubledError: it did not happen at most once.

    """
    if not is_once:
        raise DoubledError(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One redemption of one voucher, with what goes wrong on its way."""

    name: str
    boundaries: int
    """How many it passes in the command line when it is not killed."""
    type_id: str
    pin: str
    amount: tuple[str, ...] = ("--amount", "19.00")
    more: tuple[str, ...] = ()
    situation: str = "usable"
    rules: tuple[Rule, ...] = ()
    has_middle: bool = False
    prints: bool = False
    afterwards: tuple[str, ...] = ()
    """What is done once it is sold, or stands open; after a kill again, until it is done."""
    evidence: Evidence | None = None
    """What the provider says of it, where it is settled."""
    ends: frozenset[RedemptionState] = frozenset({S.FINAL, S.UNCLAIMED, S.ABANDONED})
    """Every state that recovery may leave it in."""
    first: int = SENT
    every: int = 2
    """Of how many boundaries one is tried in the suite, from the first that is not another flow's.

    Until the first request has left all flows are alike. After that boundaries lie in pairs, after
    a call and before the next, with nothing written in between: every second one leaves no state
    of the books out.
    """

    def job(self, line: CommandLine) -> Job:
        """Return the process that redeems and prints; the voucher's number comes by its input."""
        name = "token" if self.type_id == BLU else "pin"
        redeem = ("redeem", "--type", self.type_id, "--field", f"{name}=-", *self.more)
        slip = ("slip", SHOWN_ID, "--output", str(paper_of(line) / SLIP_NAME))
        lines = [line.line(*redeem, *self.amount), *([line.line(*slip)] if self.prints else [])]
        return Job(
            lines=[*lines, *self.lines_after(line)],
            stdin=self.pin + "\n",
            has_middle=self.has_middle,
        )

    def lines_after(self, line: CommandLine) -> list[list[str]]:
        """Return the command lines of what is done afterwards."""
        return [
            line.line(*line_of(command, self.evidence), as_json=True) for command in self.afterwards
        ]

    def cashier(self) -> Cashier:
        """Return who redeems it in a window."""
        name = "token" if self.type_id == BLU else "pin"
        more = dict(part.split("=", 1) for part in self.more if "=" in part)
        amount = self.amount[-1] if len(self.amount) > 1 else ""
        return Cashier(
            type_id=self.type_id,
            typed={name: self.pin, **more},
            amount=amount,
            voids=AT_ONCE if GIVE in self.afterwards else "",
            gives=GIVE in self.afterwards,
            settles_as=self.evidence.value if self.evidence else "",
        )


_CUT = Drop(kind="drop")
PART = Flow(
    name="part of a 1Voucher",
    boundaries=18,
    type_id=ONE_VOUCHER,
    pin=CANARY_PIN,
    prints=True,
    first=1,
    every=1,
)
LOST = Flow(
    name="answer lost",
    boundaries=24,
    type_id=ONE_VOUCHER,
    pin=CANARY_PIN,
    situation="answer_lost",
    prints=True,
)
FLOWS: tuple[Flow, ...] = (
    PART,
    LOST,
    Flow(
        name="whole 1Voucher",
        boundaries=12,
        type_id=ONE_VOUCHER,
        pin=CANARY_PIN,
        amount=("--whole",),
    ),
    Flow(name="part of a Blu", boundaries=12, type_id=BLU, pin=CANARY_PIN),
    Flow(
        name="part of an OTT",
        boundaries=18,
        type_id=OTT,
        pin=CANARY_TOKEN,
        more=("--field", f"phone_number={CANARY_PHONE}"),
        prints=True,
    ),
    Flow(
        name="declined",
        boundaries=10,
        type_id=ONE_VOUCHER,
        pin=CANARY_PIN,
        situation="used",
        ends=frozenset({S.DECLINED, S.ABANDONED}),
    ),
    Flow(
        name="stored error",
        boundaries=16,
        type_id=ONE_VOUCHER,
        pin=CANARY_PIN,
        situation="stored_error",
        ends=frozenset({S.ATTENTION, S.ABANDONED}),
    ),
    Flow(
        name="line cut before the effect",
        boundaries=18,
        type_id=ONE_VOUCHER,
        pin=CANARY_PIN,
        rules=(Rule(endpoint="create", action=_CUT, times=1),),
    ),
    Flow(
        name="slow, killed in the middle of the exchange",
        boundaries=13,
        type_id=ONE_VOUCHER,
        pin=CANARY_PIN,
        rules=(Rule(endpoint="create", delay_s=0.2, times=1, after_effect=True),),
        has_middle=True,
    ),
)
SETTLED_FLOWS: tuple[Flow, ...] = (
    Flow(
        name="void outside the voucher",
        boundaries=16,
        type_id=ONE_VOUCHER,
        pin=CANARY_PIN,
        afterwards=(GIVE,),
        ends=frozenset({S.RESOLVED, S.UNCLAIMED, S.ABANDONED}),
        first=14,
    ),
    Flow(
        name="stored error, settled by hand",
        boundaries=18,
        type_id=ONE_VOUCHER,
        pin=CANARY_PIN,
        situation="stored_error",
        afterwards=(SETTLE,),
        evidence=Evidence.NOT_TAKEN,
        ends=frozenset({S.RESOLVED, S.ABANDONED}),
        first=18,
    ),
    Flow(
        name="late approval, used for a new sale",
        boundaries=48,
        type_id=ONE_VOUCHER,
        pin=CANARY_PIN,
        rules=(
            Rule(endpoint="create", action=_CUT, times=5, after_effect=True),
            # So long that the counter goes on to the next customer first.
            Rule(endpoint="create", delay_s=2.0, times=1),
        ),
        afterwards=(LEAVE, SEND, USE),
        evidence=Evidence.TAKEN,
        ends=frozenset({S.RESOLVED, S.ABANDONED}),
        first=48,
    ),
)
"""Those that people end, with a second command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """When a till is killed: at a boundary, or some time after it began or came to ``since``.

    That is how far a cashier came in a window, or the number of a boundary that was passed. From
    `BEFORE_PAPER` and from how far a cashier came boundaries are counted, too.
    """

    at: int | None = None
    after_s: float | None = None
    since: str = ""
    mutant: str = ""
    """The till that is killed breaks a rule on purpose."""

    def of(self, job: Job) -> Job:
        """Return a job that ends so."""
        return replace(
            job,
            kill_at=self.at,
            kill_after_s=self.after_s,
            kill_from=self.since,
            mutant=self.mutant,
        )

    @override
    def __str__(self) -> str:
        if self.at is not None:
            return f"boundary {self.at}{f' after {self.since}' if self.since else ''}"
        if self.after_s is None:
            return "no kill"
        since = f"boundary {self.since}" if self.since.isdigit() else self.since
        return f"{self.after_s:.3g} s after {since or 'its start'}"


NO_KILL = Kill()


def window_line(line: CommandLine, *, hold_s: int = 0, port: int | None = None) -> list[str]:
    """Return what a window is opened with, and let its slips go to the till's folder for them.

    Or to a receipt printer at ``port`` of this machine. Confirmations are held back for ``hold_s``
    seconds.
    """
    assert line.settings is not None
    settings = line.settings.read_text(encoding="utf-8")
    if "[printer]" not in settings:
        paper_of(line).mkdir(exist_ok=True)
        printer = f'[printer]\nkind = "folder"\nfolder = "{paper_of(line)}"\n'
        if port is not None:
            printer = f'[printer]\nkind = "network"\nhost = "127.0.0.1"\nport = {port}\n'
        held = f"[electrum]\nconfirmation_hold_s = {hold_s}"
        settings = settings.replace("[electrum]", held)
        line.settings.write_text(settings + printer, encoding="utf-8")
    return line.line()


def paper_of(line: CommandLine) -> Path:
    """Return the folder that a till's papers go to; a change PIN may stand there."""
    return line.data_dir.parent / PAPER


@dataclass(frozen=True, slots=True)
class Books:
    """What a till's journal holds."""

    redemptions: tuple[Redemption, ...]
    papers: tuple[PrintJob, ...]
    changes: tuple[ChangeVoucher, ...] = ()
    """The change vouchers with their codes."""
    settlements: tuple[Settlement, ...] = ()

    @property
    def change_pin(self) -> str | None:
        """The PIN of the one change voucher that there may be."""
        pin = self.changes[0].pin if self.changes else None
        return pin.reveal() if pin else None

    @property
    def only(self) -> Redemption | None:
        """The one redemption there may be."""
        doubled_unless(len(self.redemptions) <= 1, "one voucher, more than one redemption")
        return self.redemptions[0] if self.redemptions else None


@asynccontextmanager
async def journal_of(line: CommandLine) -> AsyncIterator[SqliteJournal]:
    """Open the journal of a till that does not run."""

    def vault_of_till() -> Vault:
        return open_vault(KeyPlace.FILE, line.data_dir).vault

    async with SqliteJournal.open(line.data_dir, vault_of_till, QUICK) as journal:
        yield journal


async def books_of(line: CommandLine) -> Books:
    """Read a journal that must be sound."""
    async with journal_of(line) as journal:
        assert await journal.verify() == ()
        redemptions = await journal.history(99)
        papers = [job for one in redemptions for job in await journal.print_jobs(one.id)]
        opened = [await journal.change(one.id) for one in redemptions]
        changes = tuple(one for one in opened if one is not None)
        assert len(changes) == sum(one.change is not None for one in redemptions)
        settled = [kept for one in redemptions for kept in await journal.settlements(one.id)]
        return Books(redemptions, tuple(papers), changes, tuple(settled))


@dataclass(frozen=True, slots=True, kw_only=True)
class Autopsy:
    """One kill, and all that was found after the next start."""

    life: Life
    found: Books
    """What the journal held when the till had died."""
    recovery: Life
    books: Books
    """What it holds after recovery."""
    debits: Sequence[Mapping[str, Any]]
    replaced_by: str | None

    @property
    def change_pin(self) -> str | None:
        """The change voucher's PIN in the recovered journal."""
        return self.books.change_pin


class Scene:
    """A sandbox, a till of its own and one flow."""

    def __init__(self, server: SandboxServer, nursery: Nursery, folder: Path, flow: Flow) -> None:
        start_anew(server)
        issue(server, flow.type_id, flow.pin, situation=flow.situation)
        for rule in flow.rules:
            server.add_rule(rule)
        self.flow = flow
        self.line = command_line(folder, server.url)
        paper_of(self.line).mkdir()
        self._server = server
        self._nursery = nursery
        self._shown_id = ""

    def live(self, *, kill_at: int | None = None, mutant: str = "") -> Life:
        """Redeem and print, up to the boundary."""
        job = self.flow.job(self.line)
        return self._heard(self._nursery.live(replace(job, kill_at=kill_at, mutant=mutant)))

    def live_until(self, kill: Kill) -> Life:
        """Redeem and print, up to the boundary or the time."""
        return self._heard(self._nursery.live(kill.of(self.flow.job(self.line))))

    def _heard(self, life: Life) -> Life:
        if life.shown and not self._shown_id:
            self._shown_id = life.shown[0]["id"]
        return life

    def recover(self, kill: Kill = NO_KILL) -> Life:
        """Start again, ask on until nothing can move, and do again what people would do."""
        return self._heard(self._nursery.live(kill.of(self.recovery())))

    def start_again(self, kill: Kill, *, after_s: float, is_window: bool) -> Life:
        """Start again, up to the boundary or the time. How much later is nothing to this kind."""
        assert after_s >= 0
        return self.live_in_window(Cashier(), kill) if is_window else self.recover(kill)

    def recovery(self) -> Job:
        """Return the process that does so."""
        recover = self.line.line(RECOVER, as_json=True)
        if not self.flow.afterwards:
            return Job(lines=(recover,))
        # What nobody was shown before the till died may be shown by its recovery.
        again = [
            [part.replace(SHOWN_ID, self._shown_id or SHOWN_ID) for part in line]
            for line in self.flow.lines_after(self.line)
        ]
        return Job(lines=(recover, *again, recover))

    def live_as(self, job: Job) -> Life:
        """Let one process of this till live to its end."""
        return self._heard(self._nursery.live(job))

    def window(self, cashier: Cashier) -> Job:
        """Return the process that opens a window for a cashier."""
        lines = (window_line(self.line),)
        return Job(lines=lines, cashier=cashier, has_middle=self.flow.has_middle)

    def live_in_window(self, cashier: Cashier, kill: Kill = NO_KILL) -> Life:
        """Let a cashier work in the window, up to the boundary or the time."""
        return self._heard(self._nursery.live(kill.of(self.window(cashier))))

    def reprint(self, redemption: Redemption) -> Life:
        """Print a slip of a redemption."""
        output = str(paper_of(self.line) / SLIP_NAME)
        slip = self.line.line("slip", redemption.id, "--output", output, as_json=True)
        return self._nursery.live(Job(lines=(slip,)))

    @property
    def voucher(self) -> dict[str, Any]:
        """The customer's voucher in the upstream's own books."""
        return voucher(self._server, self.flow.pin)

    @property
    def debits(self) -> list[dict[str, Any]]:
        """What was taken from it for this till."""
        return [debit for debit in self.voucher["debits"] if debit["external_reference"]]

    async def autopsy(self, *, kill_at: int, recovers_again: bool = True) -> Autopsy:
        """Kill a till at a boundary, start it again and check both books."""
        life = self.live(kill_at=kill_at)
        found = await self.check_before_recovery(life)
        recovery = self.recover()
        books = await self.check_after_recovery(recovers_again=recovers_again)
        return Autopsy(
            life=life,
            found=found,
            recovery=recovery,
            books=books,
            debits=self.debits,
            replaced_by=self.voucher["replaced_by"],
        )

    async def check_before_recovery(self, life: Life) -> Books:
        """Check that what a dead till showed or printed is in its journal, and return it."""
        books = await books_of(self.line)
        for shown in life.shown:
            lost_unless(books.only is not None, f"shown but not written: {shown}")
            assert books.only is not None
            reached = _PAST.get(books.only.state, _reached(books.only.state))
            is_end = shown["state"] == books.only.state
            is_written = is_end or reached >= _reached(S(shown["state"]))
            lost_unless(is_written, f"shown early: {shown}")
            if shown["has_change_pin"]:
                is_kept = books.change_pin is not None
                lost_unless(is_kept, "a change voucher's PIN that was shown is not in the journal")
        if any(paper_of(self.line).iterdir()):
            assert books.papers, "a paper that nobody counted"
        return books

    async def check_after_recovery(self, *, recovers_again: bool = True) -> Books:
        """Check that journal and upstream agree, and that recovering again changes nothing."""
        books = await books_of(self.line)
        debits = self.debits
        doubled_unless(len(debits) <= 1, "one voucher, more than one debit")
        found = books.only
        if found is None:
            lost_unless(not debits, "a debit that no row tells of")
        else:
            assert found.state in self.flow.ends, found.state
            self._check_money(found, debits, books.change_pin)
            self._check_settled(found, books.settlements)
        assert not any(job.state is PrintState.QUEUED for job in books.papers)
        if not recovers_again:
            return books
        again = self.recover()
        assert {again.codes[0], again.codes[-1]} <= {0, 2}
        assert await books_of(self.line) == books, "recovering twice is recovering once"
        return books

    def _check_money(
        self, found: Redemption, debits: Sequence[dict[str, Any]], change_pin: str | None
    ) -> None:
        taken = {debit["external_reference"]: debit["amount_cents"] for debit in debits}
        is_settled = found.state is S.RESOLVED
        is_kept = is_settled and self.flow.evidence is not Evidence.NOT_TAKEN
        if is_kept or found.state in {S.FINAL, S.UNCLAIMED}:
            agrees = taken == {found.id: found.redeemed_cents}
            lost_unless(agrees, f"{found.state.value}, but the ledger says {taken}")
            replacement = self.voucher["replacement"]
            if self.flow.type_id != OTT and replacement is not None:
                lost_unless(
                    change_pin == replacement["pin"],
                    "the PIN of a change voucher is not in the journal",
                )
        else:
            lost_unless(taken == {}, f"{found.state.value} with a debit")

    def _check_settled(self, found: Redemption, settlements: Sequence[Settlement]) -> None:
        """Check that what people settled is settled once, and nothing else is."""
        wanted = () if found.settled_as is None else (found.settled_as,)
        kept = tuple(one.settled_as for one in settlements)
        lost_unless(set(wanted) <= set(kept), f"{found.state.value} without its settlement")
        doubled_unless(kept == wanted, f"{found.state.value}, and settled as {kept}")


def _reached(state: RedemptionState) -> int:
    return _ORDER.index(state) if state in _ORDER else len(_ORDER)
