"""A shift over a restore that is killed on the way, and what must hold when it goes on.

A till sells and makes a backup in the middle of that; it sells on, and then the backup is put back
by the shipped command line. Whoever finds that killed does it again until it is done, accepts the
journal, counts the drawer and closes the shift. What came after the backup is lost, and nothing
else is: the administrator's page says what becomes of the rest.
"""

import random  # noqa: TID251 - a plan is repeated by its seed
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from counterfoil.adapters.journal.integrity.anchor import head_of
from counterfoil.adapters.journal.storage.place import JOURNAL_NAME, WAL_NAME
from counterfoil.domain.shift import ShiftState
from counterfoil.domain.states import RedemptionState
from counterfoil_sandbox.pins import BLU, ONE_VOUCHER
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_PIN
from support.flows import Books, Kill, books_of, doubled_unless, journal_of, lost_unless
from support.killing import Job, Life, Nursery
from support.sandboxes import issue, start_anew, voucher
from support.shift_kills import OPENED, events_of
from support.tills import CommandLine, command_line

S = RedemptionState
BACKED_UP: Final = {
    S.PREPARED: S.ABANDONED,
    S.INFLIGHT: S.UNCLAIMED,
    S.APPROVED: S.UNCLAIMED,
    S.FINAL: S.FINAL,
}
"""How far the sale had come when the backup was made, and where it ends once that is put back."""
RESTORE_BOUNDARIES: Final = 12
ACCEPT_BOUNDARIES: Final = 4
"""About how many each passes that nobody kills."""
RESTORE_MUTANTS: Final = ("old journal removed", "put back unseen")
"""Tills that break a rule of restoring; each is caught by any kill."""
_LATER_PIN = "4000400040004000"
_SOLD_CENTS = 1_900
_KNOWN_CENTS, _FOUND_CENTS = 50_000 + 1_000, 50_000 + 1_000 - 400
"""What the backup knows of the drawer, and what is in it: more was paid out since."""
_HELD = 75
_APART_S = 2.0
"""How much later a person tries again: journals are set aside under the second."""
_RECOVERIES_MAX = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class RestorePlan:
    """How far the sale had come when it was backed up, and who dies while the backup is put back.

    ``accepts`` are the deaths of those that accept the journal afterwards.
    """

    backed_up: RedemptionState
    restores: tuple[Kill, ...] = ()
    accepts: tuple[Kill, ...] = ()
    mutant: str = ""


@dataclass(frozen=True, slots=True)
class RestoreScene:
    """A till of its own, whose journal is put back."""

    server: SandboxServer
    nursery: Nursery
    line: CommandLine

    @classmethod
    def at(cls, server: SandboxServer, nursery: Nursery, folder: Path) -> "RestoreScene":
        """Make a till in a folder, and the vouchers of its customers."""
        start_anew(server)
        issue(server, ONE_VOUCHER, CANARY_PIN)
        issue(server, BLU, _LATER_PIN)
        return cls(server, nursery, command_line(folder / "data", server.url))

    async def killed(self, plan: RestorePlan) -> list[Life]:
        """Let a restore die as planned, and go on; return those that died.

        Raises:
            LostError: a journal is lost, or something that the backup knew.
            DoubledError: something is there twice.
            AssertionError: drawer, journal, ledger and Z do not agree.

        """
        backup = self._sell_around_backup(plan.backed_up)
        had = max(self._heads())
        restore = self.line.line("restore", str(backup), "--to", *self._aside, as_json=True)
        accept = self.line.line("journal", "accept", "--by", "Thandi", "--reason", "it was tried")
        lives: list[Life] = []
        for kill in (*plan.restores, Kill()):
            lives.append(self._live(plan, kill, restore, begins_s=len(lives) * _APART_S))
            is_kept = any(head >= had for head in self._heads())
            lost_unless(is_kept, "the journal that was there is not kept")
        held = self._carry_out("recover", begins_s=len(lives) * _APART_S)
        assert held.codes == [_HELD], f"it is not held: {held.codes} {held.said}"
        lives += [
            self._live(plan, kill, accept, begins_s=len(lives) * _APART_S)
            for kill in (*plan.accepts, Kill())
        ]
        recovered = self._carry_out("recover", begins_s=len(lives) * _APART_S)
        assert recovered.codes[0] in {0, 2}, recovered.said
        await self._check_known(plan.backed_up)
        await self._check_closed(plan.backed_up)
        return lives

    @property
    def _aside(self) -> tuple[str, str]:
        return str(self.line.data_dir), "--set-aside"

    def _sell_around_backup(self, backed_up: RedemptionState) -> Path:
        """Open a shift, sell while a backup is made, and go on as if there were none."""
        before = (("shift", "open", "500"), ("shift", "pay-in", "10", "--reason", "change"))
        self._must(self._job(*before))
        sold = ("redeem", "--type", ONE_VOUCHER, "--field", "pin=-", "--amount", "19.00")
        self._must(replace(self._job(sold), stdin=f"{CANARY_PIN}\n", backs_up_at=backed_up.value))
        later = ("redeem", "--type", BLU, "--field", "token=-", "--amount", "19.00")
        self._must(replace(self._job(later), stdin=f"{_LATER_PIN}\n"))
        paid_out = self._job(("shift", "pay-out", "4", "--reason", "milk"))
        # Its process dies at once, so that there is a log beside the journal.
        life = self.nursery.live(replace(paid_out, kill_at=2))
        assert "after commit CashMoved" in life.boundary, life.boundary
        (backup,) = (self.line.data_dir / "backups").glob("*.backup")
        return backup

    def _job(self, *commands: Sequence[str]) -> Job:
        return Job(lines=[self.line.line(*words) for words in commands])

    def _must(self, job: Job) -> Life:
        life = self.nursery.live(job)
        assert set(life.codes) == {0}, life.said
        return life

    def _live(self, plan: RestorePlan, kill: Kill, line: list[str], *, begins_s: float) -> Life:
        """Put it back or accept it, up to the boundary or the time."""
        job = kill.of(Job(lines=(line,), ahead_s=begins_s))
        life = self.nursery.live(replace(job, mutant=plan.mutant))
        assert life.was_killed or life.codes == [0], life.said
        return life

    def _carry_out(self, *words: str, begins_s: float) -> Life:
        return self.nursery.live(replace(self._job(words), ahead_s=begins_s))

    def _heads(self) -> list[int]:
        """Return the number of the last event of each journal that is in the till's folder."""
        return [*_heads_in(self.line.data_dir)]

    async def _check_known(self, backed_up: RedemptionState) -> None:
        """Check that the journal knows what the backup knew, and has settled it as is said."""
        books = await books_of(self.line)
        found = books.only
        lost_unless(found is not None, "the sale that was backed up is not there")
        assert found is not None
        ends = BACKED_UP[backed_up]
        assert found.state is ends, f"backed up as {backed_up.value}, and now {found.state.value}"
        taken = self._taken(CANARY_PIN)
        doubled_unless(len(taken) == 1, "one voucher, more than one debit")
        assert taken == {found.id: _SOLD_CENTS}
        self._check_change(books, ends)
        doubled_unless(len(self._taken(_LATER_PIN)) == 1, "what was lost is taken again")

    def _taken(self, pin: str) -> dict[str, int]:
        debits = [one for one in voucher(self.server, pin)["debits"] if one["external_reference"]]
        there = {one["external_reference"]: one["amount_cents"] for one in debits}
        doubled_unless(len(debits) == len(there), "one redemption, two debits")
        return there

    def _check_change(self, books: Books, ends: RedemptionState) -> None:
        if ends is not S.ABANDONED:
            given = voucher(self.server, CANARY_PIN)["replacement"]["pin"]
            lost_unless(books.change_pin == given, "the PIN of the change voucher is not there")

    async def _check_closed(self, backed_up: RedemptionState) -> None:
        """Close the shift, and check that its Z says what the journal knows, and who accepted."""
        pieces = ("--pieces", "50=10", "--pieces", "2=3")
        closing_words = ("shift", "count", *pieces), ("shift", "z")
        ahead_s = 10 * _APART_S
        self._must(replace(self._job(*closing_words), ahead_s=ahead_s))
        async with journal_of(self.line) as journal:
            assert await journal.verify() == ()
            (shift,) = await journal.shifts(9)
            done = await events_of(journal)
        names = (OPENED, "pay_in", "pay_out", "ShiftClosed")
        assert [done[name] for name in names] == [1, 1, 0, 1], done
        assert (shift.number, shift.state) == (1, ShiftState.CLOSED)
        assert shift.books is not None
        drawer = shift.books.drawer
        assert (drawer.holds_cents, drawer.counted_cents) == (_KNOWN_CENTS, _FOUND_CENTS)
        ends = BACKED_UP[backed_up]
        assert shift.books.vouchers_cents("ZAR") == (_SOLD_CENTS if ends is S.FINAL else 0)
        assert len(shift.books.carried) == (ends is S.UNCLAIMED), "what is open is not on the Z"
        assert shift.books.put_back_by, "the Z does not say that the journal was put back"


def _heads_in(data_dir: Path) -> Iterator[int]:
    """Read copies: whoever opens a journal otherwise changes it.

    While it is being set aside its log may still lie where it was.
    """
    for folder in (data_dir, *data_dir.glob("set-aside-*")):
        if not (folder / JOURNAL_NAME).exists():
            continue
        with tempfile.TemporaryDirectory() as copied:
            shutil.copy(folder / JOURNAL_NAME, copied)
            log = next(
                (one / WAL_NAME for one in (folder, data_dir) if (one / WAL_NAME).exists()), None
            )
            if log is not None:
                shutil.copy(log, copied)
            with closing(sqlite3.connect(Path(copied) / JOURNAL_NAME)) as connection:
                connection.row_factory = sqlite3.Row
                yield head_of(connection).sequence


def random_restore(seed: int, number: int, mutant: str = "") -> RestorePlan:
    """Return a plan that depends on these numbers alone."""
    chance = random.Random(f"restore/{seed}/{number}")  # noqa: S311 - a plan is repeated by its seed
    restores = [_random_kill(chance, RESTORE_BOUNDARIES)]
    while chance.random() < 0.5 and len(restores) <= _RECOVERIES_MAX:
        restores.append(_random_kill(chance, RESTORE_BOUNDARIES))
    accepts = [_random_kill(chance, ACCEPT_BOUNDARIES)] if chance.random() < 0.5 else []
    return RestorePlan(
        backed_up=chance.choice(tuple(BACKED_UP)),
        restores=tuple(restores),
        accepts=tuple(accepts),
        mutant=mutant,
    )


def _random_kill(chance: random.Random, boundaries: int) -> Kill:
    at = chance.randrange(boundaries)
    if chance.random() < 0.6:
        return Kill(at=at + 1)
    return Kill(since=str(at) if at else "", after_s=chance.random() * (0.02 if at else 0.2))
