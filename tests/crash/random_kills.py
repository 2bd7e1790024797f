"""Kill tills at arbitrary moments, for as long as you like; not part of the default test run.

``python tests/crash/random_kills.py --kills 2000 --seed 1 --minutes 60`` redeems through the
shipped command line, as real processes at a sandbox in another process, with a kind of upstream, a
flow and a fault by chance. It kills them with SIGKILL after a random time or at a random boundary,
kills some of their recoveries as well, and checks what the crash tests check.

With ``--all`` nothing is left to chance: each flow is killed once at each of its boundaries.

With ``--window`` a cashier redeems in the shipped window instead, by keys and clicks, offscreen in
a process of its own; it is killed while it starts, while somebody types, while money is on its way,
while a result stands, and while it recovers. What is then left open, the command line settles.

Each run is made by its own number alone, so ``--first N`` goes on where an earlier command stopped,
and several commands with other numbers may run side by side. It prints its figures and ends with 1
at the first failure, whose folder it leaves for a look.
"""

import argparse
import asyncio
import random  # noqa: TID251 - a run is repeated by its seed
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import perf_counter

from typing_extensions import override

_ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(_ROOT / folder) for folder in ("app", "tests")]

from counterfoil.sandbox.faults import (  # noqa: E402 - found by the line above
    Cut,
    Drop,
    DuplicateDelivery,
    RateLimit,
    Rule,
    Status,
)
from counterfoil.sandbox.server import SandboxServer  # noqa: E402 - as above
from support.advised_flows import (  # noqa: E402 - as above
    ADVISED_FLOWS,
    LATER_S,
    RECOVER,
    REDEEM,
    AdvisedFlow,
    AdvisedScene,
)
from support.flows import FLOWS, Books, Kill, Scene  # noqa: E402 - as above
from support.killing import Cashier, Life, Nursery, open_nursery  # noqa: E402 - as above
from support.sandboxes import canary_sandbox  # noqa: E402 - as above

LIFE_S = 0.5
"""About how long an undisturbed till lives."""
BOUNDARIES = 24
WINDOW_BOUNDARIES = 30
WINDOW_STARTS_S = 0.9
"""About how long the window takes until a voucher can be typed."""
SOLD_IN_S = 0.6
"""About how long it takes from the key that redeems to the result and its slip."""
STARTING, TYPING, SELLING, RESULT, RECOVERING = (
    "while it started",
    "while somebody typed",
    "while it sold",
    "with a result in front",
    "while it recovered",
)
MOMENTS = (STARTING, TYPING, SELLING, RESULT, RECOVERING)
"""When a till with a window died."""
IN_WINDOW = tuple(flow for flow in ADVISED_FLOWS if flow.commands == (REDEEM, RECOVER))
"""Flows in which nothing is voided."""
FAULTS: tuple[Rule, ...] = (
    Rule(endpoint="create", times=1, action=Drop(kind="drop", reset=True)),
    Rule(endpoint="create", times=1, action=Drop(kind="drop"), after_effect=True),
    Rule(endpoint="create", times=2, action=Cut(kind="cut", cut_at=300)),
    Rule(endpoint="create", times=1, action=Status(kind="status", status=503)),
    Rule(endpoint="create", times=1, action=RateLimit(kind="rate_limit", retry_after=None)),
    Rule(endpoint="create", times=1, action=DuplicateDelivery(kind="duplicate_delivery")),
    Rule(endpoint="create", times=1, delay_s=0.1),
    Rule(endpoint="create", times=1, delay_s=0.1, after_effect=True),
)
ADVISED_FAULTS: tuple[Rule, ...] = (
    Rule(endpoint="suv_redeem", times=1, action=Drop(kind="drop", reset=True)),
    Rule(endpoint="suv_redeem", times=1, action=Drop(kind="drop"), after_effect=True),
    Rule(endpoint="suv_redeem", times=1, action=Cut(kind="cut", cut_at=300)),
    Rule(endpoint="suv_redeem", times=1, action=Status(kind="status", status=503)),
    Rule(endpoint="suv_redeem", times=1, action=DuplicateDelivery(kind="duplicate_delivery")),
    Rule(endpoint="suv_redeem", times=1, delay_s=0.1, after_effect=True),
    Rule(endpoint="suv_lookup_redemption", times=2, action=Drop(kind="drop")),
    Rule(endpoint="suv_advice", times=1, action=Drop(kind="drop"), after_effect=True),
    Rule(endpoint="suv_advice", times=2, action=Cut(kind="cut", cut_at=60)),
    Rule(endpoint="suv_advice", times=1, action=Status(kind="status", status=504)),
    Rule(endpoint="suv_advice", times=1, action=DuplicateDelivery(kind="duplicate_delivery")),
    Rule(endpoint="suv_advice", times=1, delay_s=0.1, after_effect=True),
)


@dataclass(slots=True)
class Figures:
    """What was done so far."""

    face: str = "command line"
    """What is killed: that, or the window."""
    runs: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    """By kind of upstream."""
    moments: Counter[str] = field(default_factory=Counter)
    flows: set[str] = field(default_factory=set)
    changes: int = 0
    """How often the PIN of a change voucher was read from the journal after a kill."""
    ready_s: list[float] = field(default_factory=list)
    """How long each restart after a kill took, until the till was ready again."""

    def count(self, kind: str, flow: str, life: Life) -> bool:
        """Count a run and whether it was killed, and return that."""
        self.runs[kind] += 1
        self.kills[kind] += life.was_killed
        self.flows.add(flow)
        return life.was_killed

    def say(self, seed: int, first: int, took_s: float) -> str:
        """Put the figures into lines."""
        at = sorted(self.ready_s) or [0.0]
        middle, late = at[len(at) // 2], at[min(len(at) - 1, len(at) * 99 // 100)]
        ready = f"p50 {middle * 1000:.0f} ms, p99 {late * 1000:.0f} ms"
        numbers, kills = self.runs.total(), self.kills.total()
        moments = [f"{self.moments[one]} {one}" for one in MOMENTS if self.moments[one]]
        runs = f"{self.runs['A']} of kind A, {self.runs['B']} of kind B, {len(self.flows)} flows"
        by_kind = f"{self.kills['A']} of kind A, {self.kills['B']} of kind B"
        lines = [
            f"SEED={seed} COMMIT={_commit()}, runs {first} to {first + numbers - 1}: {runs}",
            f"kills of the {self.face}: {kills} ({by_kind}), lost: 0, doubled: 0",
        ]
        if moments:
            lines.append(f"died: {', '.join(moments)}")
        if self.changes:
            lines.append(f"change voucher PINs that were there again: {self.changes}")
        if self.ready_s:
            lines.append(f"restart to ready: {ready}")
        lines.append(f"{took_s:.0f} s, {kills / max(took_s, 0.001):.2f} kills a second")
        return "\n".join(lines) + "\n"


def _commit() -> str:
    """Return the commit that is checked out."""
    command = ("git", "-C", str(_ROOT), "describe", "--always", "--dirty")
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    return said.stdout.strip() or "unknown"


class Runner:
    """Makes runs, one after the other."""

    def __init__(self, server: SandboxServer, nursery: Nursery, figures: Figures) -> None:
        self._server = server
        self._nursery = nursery
        self._figures = figures

    async def run(self, folder: Path, chance: random.Random) -> str:
        """Let one till live and die, check its books, and say which flow it was."""
        if chance.random() < 0.5:
            flow = chance.choice(FLOWS)
            self._figures.runs["A"] += 1
            self._figures.flows.add(flow.name)
            await self._keyed(Scene(self._server, self._nursery, folder, flow), chance)
            return flow.name
        advised = chance.choice(ADVISED_FLOWS)
        self._figures.runs["B"] += 1
        self._figures.flows.add(advised.name)
        scene = AdvisedScene(self._server, self._nursery, folder, advised)
        await self._advised(scene, chance, advised)
        return advised.name

    async def _keyed(self, scene: Scene, chance: random.Random) -> None:
        if chance.random() < 0.5:
            self._server.add_rule(chance.choice(FAULTS))
        by_time = chance.random() < 0.7
        life = (
            scene.live_for(chance.random() * LIFE_S)
            if by_time
            else scene.live(kill_at=chance.randint(1, BOUNDARIES))
        )
        self._count("A", life)
        shown = life.shown
        if life.passed:
            await scene.check_before_recovery(Life(shown=shown))
        while chance.random() < 0.5:
            again = self._count("A", scene.recover(kill_at=chance.randint(1, 8)))
            shown = shown + again.shown
            await scene.check_before_recovery(Life(shown=shown))
        begun_s = perf_counter()
        scene.recover()
        self._figures.ready_s.append(perf_counter() - begun_s)
        self._note_change(await scene.check_after_recovery())

    async def _advised(self, scene: AdvisedScene, chance: random.Random, flow: AdvisedFlow) -> None:
        if chance.random() < 0.5 and not flow.rules:
            self._server.add_rule(chance.choice(ADVISED_FAULTS))
        by_time = chance.random() < 0.7
        life = (
            scene.live(kill_after_s=chance.random() * LIFE_S)
            if by_time
            else scene.live(kill_at=chance.randint(1, BOUNDARIES + 8))
        )
        self._count("B", life)
        shown = life.shown
        if life.passed:
            await scene.check_before(Life(shown=shown))
        while chance.random() < 0.5:
            after_s = chance.choice(LATER_S)
            again = scene.restart(kill_at=chance.randint(1, 10), after_s=after_s)
            self._count("B", again)
        begun_s = perf_counter()
        scene.restart()
        self._figures.ready_s.append(perf_counter() - begun_s)
        books = await scene.settle()
        scene.check_after(books)

    def _count(self, kind: str, life: Life) -> Life:
        self._figures.kills[kind] += life.was_killed
        return life

    def _note_change(self, books: Books) -> None:
        """Count a change voucher; that its PIN is the upstream's has been checked."""
        change = books.only.change if books.only else None
        self._figures.changes += bool(change and change.pin)


class WindowRunner(Runner):
    """Makes runs in the window."""

    @override
    async def run(self, folder: Path, chance: random.Random) -> str:
        """Let a cashier sell in one till until it dies, restart its window, and check its books."""
        if chance.random() < 0.5:
            flow = chance.choice(FLOWS)
            scene = Scene(self._server, self._nursery, folder, flow)
            self._add_rule(chance, FAULTS, is_free=not flow.rules)
            life = await self._die("A", scene, flow.cashier(), chance)
            if life.passed:
                await scene.check_before_recovery(life)
            scene.recover()
            self._note_change(await scene.check_after_recovery())
            return self._note_run("A", flow.name)
        advised = chance.choice(IN_WINDOW)
        till = AdvisedScene(self._server, self._nursery, folder, advised)
        self._add_rule(chance, ADVISED_FAULTS, is_free=not advised.rules)
        life = await self._die("B", till, advised.cashier(), chance)
        if life.passed:
            await till.check_before(life)
        till.check_after(await till.settle())
        return self._note_run("B", advised.name)

    async def _die(
        self, kind: str, scene: Scene | AdvisedScene, cashier: Cashier, chance: random.Random
    ) -> Life:
        """Kill a window that sells, and some that recover, and let the last one be.

        Returns what all of them showed.
        """
        life = self._note_death(kind, scene.live_in_window(cashier, _any_kill(chance)))
        shown, passed = life.shown, life.passed
        while chance.random() < 0.4:
            kill = Kill(at=chance.randint(1, 8), after_s=chance.random() * 2 * WINDOW_STARTS_S)
            again = scene.live_in_window(Cashier(), kill)
            self._note_death(kind, again, RECOVERING)
            shown, passed = shown + again.shown, passed + again.passed
        whole = scene.live_in_window(Cashier())
        assert whole.codes == [0], "the window was not ready again"
        assert not whole.said, whole.said
        self._figures.ready_s.append(whole.marks["ready"])
        return Life(shown=shown + whole.shown, passed=passed + whole.passed)

    def _note_death(self, kind: str, life: Life, moment: str = "") -> Life:
        self._count(kind, life)
        assert not life.said, life.said
        if life.was_killed:
            self._figures.moments[moment or MOMENTS[len(life.marks)]] += 1
        return life

    def _note_run(self, kind: str, name: str) -> str:
        self._figures.runs[kind] += 1
        self._figures.flows.add(name)
        return name

    def _add_rule(self, chance: random.Random, faults: Sequence[Rule], *, is_free: bool) -> None:
        if chance.random() < 0.5 and is_free:
            self._server.add_rule(chance.choice(faults))


def _any_kill(chance: random.Random) -> Kill:
    """Choose a boundary, a moment of the start, or one of the sale or the result after it."""
    which = chance.random()
    if which < 0.4:
        return Kill(at=chance.randint(1, WINDOW_BOUNDARIES))
    if which < 0.5:
        return Kill(after_s=chance.random() * WINDOW_STARTS_S)
    if which < 0.55:
        return Kill(after_s=chance.random() * 0.15, since="ready")
    if which < 0.9:
        return Kill(after_s=chance.random() * SOLD_IN_S, since="pressed")
    return Kill(after_s=chance.random() * SOLD_IN_S, since="answered")


def run(kills: int, seed: int, minutes: float, first: int, *, in_window: bool = False) -> int:
    """Run until there were so many kills or the time is up, and return the exit code."""
    begun_s = perf_counter()
    figures = Figures(face="window" if in_window else "command line")
    number = first
    with canary_sandbox() as server, open_nursery(has_windows=in_window) as nursery:
        runner = (WindowRunner if in_window else Runner)(server, nursery, figures)
        while figures.kills.total() < kills and perf_counter() - begun_s < 60 * minutes:
            folder = Path(tempfile.mkdtemp(prefix="random-kill-"))
            chance = random.Random(f"{seed}/{number}")  # noqa: S311 - a run is repeated by its seed
            try:
                asyncio.run(runner.run(folder / "scene", chance))
            except AssertionError as error:
                sys.stderr.write(
                    f"{error}\nCOMMIT={_commit()} run {number} of seed {seed}: see {folder}\n"
                )
                return 1
            shutil.rmtree(folder)
            number += 1
    sys.stdout.write(figures.say(seed, first, perf_counter() - begun_s))
    return 0


def run_all() -> int:
    """Kill each flow at each of its boundaries, and return the exit code."""
    begun_s = perf_counter()
    figures = Figures()
    with (
        canary_sandbox() as server,
        open_nursery() as nursery,
        tempfile.TemporaryDirectory(prefix="all-kills-") as made,
    ):
        for flow in FLOWS:
            for at in count(1):
                scene = Scene(server, nursery, Path(made) / f"{flow.name} {at}", flow)
                if not asyncio.run(_kill_keyed(scene, at, figures)):
                    break
        for advised in ADVISED_FLOWS:
            for at in count(1):
                till = AdvisedScene(server, nursery, Path(made) / f"{advised.name} {at}", advised)
                if not asyncio.run(_kill_advised(till, at, figures)):
                    break
    sys.stdout.write(figures.say(0, 0, perf_counter() - begun_s))
    return 0


async def _kill_keyed(scene: Scene, at: int, figures: Figures) -> bool:
    done = await scene.autopsy(kill_at=at)
    return figures.count("A", scene.flow.name, done.life)


async def _kill_advised(scene: AdvisedScene, at: int, figures: Figures) -> bool:
    life = scene.live(kill_at=at)
    await scene.check_before(life)
    scene.check_after(await scene.settle())
    return figures.count("B", scene.flow.name, life)


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=2000, help="stop after so many kills")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=120.0, help="stop after so long")
    parser.add_argument("--all", action="store_true", help="each boundary of each flow, once")
    parser.add_argument("--window", action="store_true", help="kill the window instead")
    parser.add_argument("--first", type=int, default=0, help="the number of the first run")
    asked = parser.parse_args()
    if asked.all:
        return run_all()
    return run(asked.kills, asked.seed, asked.minutes, asked.first, in_window=asked.window)


if __name__ == "__main__":
    raise SystemExit(main())
