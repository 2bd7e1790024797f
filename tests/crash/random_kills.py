"""Kill tills at arbitrary moments, for as long as you like; not part of the default test run.

``python tests/crash/random_kills.py --kills 2000 --seed 1 --minutes 60`` redeems through the
shipped command line, as real processes at a sandbox in another process, with a kind of upstream, a
flow and a fault by chance. It kills them with SIGKILL after a random time or at a random boundary,
kills some of their recoveries as well, and checks what the crash tests check.

Each run is made by its own number alone, so ``--first N`` goes on where an earlier command stopped,
and several commands with other numbers may run side by side. It prints its figures and ends with 1
at the first failure, whose folder it leaves for a look.
"""

import argparse
import asyncio
import random  # noqa: TID251 - a run is repeated by its seed
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from counterfoil.sandbox.faults import Cut, Drop, DuplicateDelivery, RateLimit, Rule, Status
from counterfoil.sandbox.server import SandboxServer
from support.advised_flows import ADVISED_FLOWS, LATER_S, AdvisedFlow, AdvisedScene
from support.flows import FLOWS, Scene
from support.killing import Life, Nursery, open_nursery
from support.sandboxes import canary_sandbox

LIFE_S = 0.5
"""About how long an undisturbed till lives."""
BOUNDARIES = 24
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

    runs: dict[str, int] = field(default_factory=lambda: {"A": 0, "B": 0})
    kills: dict[str, int] = field(default_factory=lambda: {"A": 0, "B": 0})
    ready_s: list[float] = field(default_factory=list)
    """How long each restart after a kill took, until its recovery had been carried out."""

    @property
    def all_kills(self) -> int:
        """The kills of both kinds."""
        return sum(self.kills.values())

    def say(self, seed: int, first: int, took_s: float) -> str:
        """Put the figures into lines."""
        at = sorted(self.ready_s) or [0.0]
        middle, late = at[len(at) // 2], at[min(len(at) - 1, len(at) * 99 // 100)]
        numbers = sum(self.runs.values())
        return (
            f"seed {seed}, runs {first} to {first + numbers - 1}:"
            f" {self.runs['A']} of kind A, {self.runs['B']} of kind B\n"
            f"kills: {self.all_kills} ({self.kills['A']} of kind A, {self.kills['B']} of kind B),"
            f" lost: 0, doubled: 0\n"
            f"restart and recovery: p50 {middle * 1000:.0f} ms, p99 {late * 1000:.0f} ms\n"
            f"{took_s:.0f} s, {self.all_kills / max(took_s, 0.001):.2f} kills a second\n"
        )


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
            await self._keyed(Scene(self._server, self._nursery, folder, flow), chance)
            return flow.name
        advised = chance.choice(ADVISED_FLOWS)
        self._figures.runs["B"] += 1
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
        await scene.check_after_recovery()

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


def run(kills: int, seed: int, minutes: float, first: int) -> int:
    """Run until there were so many kills or the time is up, and return the exit code."""
    begun_s = perf_counter()
    figures = Figures()
    number = first
    with canary_sandbox() as server, open_nursery() as nursery:
        runner = Runner(server, nursery, figures)
        while figures.all_kills < kills and perf_counter() - begun_s < 60 * minutes:
            folder = Path(tempfile.mkdtemp(prefix="random-kill-"))
            chance = random.Random(f"{seed}/{number}")  # noqa: S311 - a run is repeated by its seed
            try:
                asyncio.run(runner.run(folder / "scene", chance))
            except AssertionError as error:
                sys.stderr.write(f"{error}\nrun {number} of seed {seed}: see {folder}\n")
                return 1
            shutil.rmtree(folder)
            number += 1
    sys.stdout.write(figures.say(seed, first, perf_counter() - begun_s))
    return 0


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=2000, help="stop after so many kills")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=120.0, help="stop after so long")
    parser.add_argument("--first", type=int, default=0, help="the number of the first run")
    asked = parser.parse_args()
    return run(asked.kills, asked.seed, asked.minutes, asked.first)


if __name__ == "__main__":
    raise SystemExit(main())
