"""Kill tills at arbitrary moments, for as long as you like; not part of the default test run.

``python tests/crash/random_kills.py --kills 2000 --seed 1 --jobs 2`` sells with the shipped command
line and in the shipped window, offscreen, as real processes at a sandbox in another process; with a
kind of upstream, a flow and a fault of the line by chance. A third face is the window with a
receipt printer of our own, killed mostly while a slip is on its way there, and its papers are read.
It kills them with SIGKILL at a random boundary or some time after one: while they start, while
somebody types, while money is on its way, while a result stands, while a void or a settlement is
under way, and while they recover. After each death it checks that what was shown is in the journal;
after the last start that journal and ledger agree.

With ``--all`` each flow is first killed once at each of its boundaries, in both faces, and what is
missing to ``--kills`` is killed at random. With ``--mutant`` the till breaks a rule on purpose: a
control, which ends with findings.

A till is forked from a process that has loaded everything, which saves a second each; the kill is a
real one of a real process. One start in ten inherits nothing, and is measured by itself.

With ``--shift`` it kills shifts instead, from the float to the printed Z: at the command line, in
the window with a receipt printer, over a backup that is put back, over midnight and a change of the
clocks, and where two people close it at once; or one kind of these.

A plan is made by the seed and its number alone, whatever the number of jobs. A finding is printed
with the command that tries the same plan again, and its folder stays for a look. The command ends
with 1 when there was one. It may be stopped with Ctrl-C or SIGTERM: it then ends what it is at,
prints its figures and leaves nothing behind.
"""

import argparse
import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Event, Lock
from time import perf_counter
from types import FrameType
from typing import Any

_ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(_ROOT / folder) for folder in ("app", "tests")]

from support.kill_figures import Figures, ShiftFigures  # noqa: E402 - found by the line above
from support.kill_plans import (  # noqa: E402 - as above
    FACES,
    FLOWS_BY_NAME,
    boundary_plan,
    flows_of,
    random_plan,
)
from support.kill_runs import Record, open_killer  # noqa: E402 - as above
from support.killing import (  # noqa: E402 - as above
    ADVISED_MUTANTS,
    MUTANTS,
    PRINTED_MUTANTS,
    SETTLED_MUTANTS,
)
from support.shift_runs import (  # noqa: E402 - as above
    KIND_OF_MUTANT,
    SHIFT_KINDS,
    open_shift_killer,
)

ALL_FACES = "all"
FINDINGS_MAX = 10
SAID_EVERY = 100
STOPPED = 130
SCRIPT = "tests/crash/random_kills.py"
Task = dict[str, Any]
"""A plan's number, or a face, a flow and a boundary."""


def work(seed: int, faces: tuple[str, ...], mutant: str) -> int:
    """Carry out what the input asks for, line by line, until it ends."""
    # Who started this one says when to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with open_killer() as killer:
        for line in sys.stdin:
            task = json.loads(line)
            plan = (
                random_plan(seed, task["number"], faces, mutant)
                if "number" in task
                else boundary_plan(task["face"], task["flow"], task["at"], mutant)
            )
            folder = Path(tempfile.mkdtemp(prefix="till-"))
            record = asyncio.run(killer.carry_out(plan, folder / "scene"))
            document = record.as_document() | {"folder": str(folder)}
            if not record.finding:
                shutil.rmtree(folder)
            sys.stdout.write(json.dumps(document) + "\n")
            sys.stdout.flush()
    return 0


class Campaign:
    """Kills until there were enough, and counts."""

    def __init__(self, asked: argparse.Namespace, folder: Path, stopped: Event) -> None:
        self.figures = Figures(seed=asked.seed, first=asked.first)
        self.stopped = stopped
        self._asked = asked
        self._folder = folder
        self._lock = Lock()
        self._begun_s = perf_counter()
        self._numbers = count(asked.first)
        self._sweeps = iter(_sweeps(asked))
        self._through: set[tuple[str, str]] = set()
        """What came to its end alive."""

    def run(self) -> None:
        """Kill with so many processes at once."""
        with ThreadPoolExecutor(self._asked.jobs) as pool:
            for done in [pool.submit(self._lead) for _ in range(self._asked.jobs)]:
                done.result()
        self.figures.took_s = perf_counter() - self._begun_s

    def _lead(self) -> None:
        """Give one process its tasks, and hear what became of them."""
        with self._worker() as worker:
            for task in self._tasks():
                assert worker.stdin is not None
                assert worker.stdout is not None
                worker.stdin.write(json.dumps(task) + "\n")
                worker.stdin.flush()
                answer = worker.stdout.readline()
                if not answer:
                    self.stopped.set()
                    raise RuntimeError(f"a process ended at {task}")
                document = json.loads(answer)
                kept = document.pop("folder")
                with self._lock:
                    self._note(task, Record(**document), kept)

    def _tasks(self) -> Iterator[Task]:
        """Yield what is next for one process: its sweeps, then numbers."""
        while not self._is_over():
            with self._lock:
                sweep = next(self._sweeps, None)
            if sweep is None:
                break
            yield from self._boundaries(sweep)
        while not self._is_over() and not self._is_enough():
            with self._lock:
                number = next(self._numbers)
            yield {"number": number}

    def _boundaries(self, sweep: Task) -> Iterator[Task]:
        """Yield one boundary after the other, until a till comes to its end."""
        through = (sweep["face"], sweep["flow"])
        for at in count(sweep["at"]):
            yield sweep | {"at": at}
            if self._asked.at or self._is_over() or through in self._through:
                return

    def _note(self, task: Task, record: Record, kept: str) -> None:
        if not record.was_killed:
            self._through.add((record.face, record.flow))
        before = self.figures.kills // SAID_EVERY
        self.figures.add(record, is_random="number" in task)
        if record.finding:
            again = replay_of(self._asked, task)
            died = "; ".join(record.deaths) or "nobody died"
            said = (
                f"{record.sort.upper()}: {record.finding}\n  {record.face}, {record.flow}: {died}"
            )
            sys.stderr.write(f"{said}\n  again: {again}\n  see {kept}\n")
        if self.figures.kills // SAID_EVERY > before:
            took_s = perf_counter() - self._begun_s
            sys.stderr.write(f"{self.figures.kills} kills after {took_s:.0f} s\n")

    def _is_enough(self) -> bool:
        enough_kills: int = self._asked.kills
        enough_runs: int = self._asked.runs
        runs = self.figures.random_runs
        return self.figures.kills >= enough_kills or 0 < enough_runs <= runs

    def _is_over(self) -> bool:
        minutes: float = self._asked.minutes
        is_late = perf_counter() - self._begun_s > 60 * minutes
        has_enough = len(self.figures.findings) >= FINDINGS_MAX
        return is_late or has_enough or self.stopped.is_set()

    @contextmanager
    def _worker(self) -> Iterator[subprocess.Popen[str]]:
        """Start a process that kills, in a session of its own, and let it end."""
        asked = self._asked
        options = ["--worker", "--seed", str(asked.seed), "--mutant", asked.mutant]
        process = subprocess.Popen(
            [sys.executable, __file__, *options, "--face", asked.face],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": str(self._folder)},
            start_new_session=True,
        )
        with process:
            try:
                yield process
            finally:
                assert process.stdin is not None
                process.stdin.close()


def _sweeps(asked: argparse.Namespace) -> Iterator[Task]:
    """Yield what is killed at each of its boundaries, or at one."""
    if asked.all or asked.at:
        for face in reversed(_faces(asked.face)):
            names = {flow.name for flow in flows_of(face)}
            for flow in sorted(names & {asked.flow} if asked.flow else names):
                yield {"face": face, "flow": flow, "at": asked.at or 1}


def replay_of(asked: argparse.Namespace, task: Task) -> str:
    """Return the command that tries one plan again."""
    mutant = f' --mutant "{asked.mutant}"' if asked.mutant else ""
    if "number" in task:
        one = f"--seed {asked.seed} --first {task['number']} --runs 1 --face {asked.face!r}"
    else:
        one = f"--face {task['face']!r} --flow {task['flow']!r} --at {task['at']} --kills 0"
    return f"python {SCRIPT} {one} --jobs 1{mutant}"


def _faces(face: str) -> tuple[str, ...]:
    return FACES if face == ALL_FACES else (face,)


def kill_shifts(asked: argparse.Namespace) -> int:
    """Kill shifts, one after the other, and say what was found."""
    kinds = SHIFT_KINDS if asked.shift == ALL_FACES else (asked.shift,)
    figures = ShiftFigures(seed=asked.seed, first=asked.first)
    stopped = _stopping()
    with open_shift_killer() as killer:
        for number in count(asked.first):
            is_late = figures.took_s > 60 * asked.minutes
            is_enough = figures.kills >= asked.kills or 0 < asked.runs <= figures.runs
            has_found_enough = figures.findings >= FINDINGS_MAX
            if is_late or is_enough or has_found_enough or stopped.is_set():
                break
            kind = KIND_OF_MUTANT.get(asked.mutant, kinds[number % len(kinds)])
            folder = Path(tempfile.mkdtemp(prefix="shift-"))
            try:
                figures.add(kind, killer.kill(kind, asked.seed, number, asked.mutant, folder))
            except AssertionError as error:
                figures.add_finding(error)
                mutant = f' --mutant "{asked.mutant}"' if asked.mutant else ""
                one = f"--shift {kind} --seed {asked.seed} --first {number} --runs 1{mutant}"
                said = f"{type(error).__name__}: {error}\n  again: python {SCRIPT} {one}\n"
                sys.stderr.write(f"{said}  see {folder}\n")
            else:
                shutil.rmtree(folder)
    sys.stdout.write(figures.say())
    return 1 if figures.findings else 0


def _stopping() -> Event:
    """Return what is set once somebody wants this to stop."""
    stopped = Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return stopped


def main() -> int:
    """Read the command line and run."""
    asked = _parser().parse_args()
    if asked.shift:
        return kill_shifts(asked)
    if asked.worker:
        return work(asked.seed, _faces(asked.face), asked.mutant)
    folder = Path(tempfile.mkdtemp(prefix="kills-"))
    campaign = Campaign(asked, folder, _stopping())
    campaign.run()
    sys.stdout.write(campaign.figures.say())
    if campaign.figures.findings:
        return 1
    shutil.rmtree(folder)
    return STOPPED if campaign.stopped.is_set() else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=2000, help="stop after so many kills")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="kill in so many processes at once")
    parser.add_argument("--minutes", type=float, default=120.0, help="stop after so long")
    parser.add_argument("--all", action="store_true", help="each boundary of each flow first")
    parser.add_argument(
        "--face", choices=(ALL_FACES, *FACES), default=ALL_FACES, help="what is killed"
    )
    parser.add_argument("--first", type=int, default=0, help="the number of the first plan")
    parser.add_argument("--runs", type=int, default=0, help="stop after so many plans")
    parser.add_argument("--flow", choices=tuple(FLOWS_BY_NAME), help="kill this flow at --at")
    parser.add_argument("--at", type=int, default=0, help="the boundary to kill at")
    parser.add_argument(
        "--shift",
        nargs="?",
        const=ALL_FACES,
        choices=(ALL_FACES, *SHIFT_KINDS),
        help="kill shifts instead of sales",
    )
    of_sales = {*MUTANTS, *ADVISED_MUTANTS, *PRINTED_MUTANTS, *SETTLED_MUTANTS}
    mutants = sorted({*of_sales, *KIND_OF_MUTANT})
    parser.add_argument("--mutant", choices=("", *mutants), default="", help="break a rule")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
