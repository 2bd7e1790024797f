"""Many seeds, on several processes, and what they add up to."""

import gc
import logging
import multiprocessing
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from counterfoil.domain.voucher_type import UpstreamKind
from simulation.mutants import MUTANTS, Mutant
from simulation.world import Reckoning, live

CHUNK = 250
_AGAIN_EVERY = 100
"""One seed of so many is run again, in another process, and must leave the same trace."""
_COLLECT_EVERY = 50_000


@dataclass(slots=True)
class Totals:
    """What some seeds came to."""

    seeds: int = 0
    redemptions: int = 0
    with_a_person: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    violations: list[tuple[int, str]] = field(default_factory=list)
    traces: dict[int, str] = field(default_factory=dict)
    """Of the seeds that are run again."""

    def count(self, ended: Reckoning) -> None:
        """Add one seed."""
        self.seeds += 1
        self.redemptions += ended.redemptions
        self.with_a_person += ended.with_a_person
        self.faults += ended.faults
        if ended.violation is not None:
            self.violations.append((ended.seed, str(ended.violation)))
        if ended.seed % _AGAIN_EVERY == 0:
            self.traces[ended.seed] = ended.trace

    def add(self, other: "Totals") -> None:
        """Add what another process came to."""
        self.seeds += other.seeds
        self.redemptions += other.redemptions
        self.with_a_person += other.with_a_person
        self.faults += other.faults
        self.violations += other.violations
        self.traces |= other.traces


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is run. Without ``minutes`` all ``seeds`` are; with it, as many as fit."""

    kind: UpstreamKind
    seeds: int
    first: int = 0
    minutes: float | None = None
    jobs: int = 2
    is_on_disk: bool = False


def run_seeds(kind: UpstreamKind, first: int, count: int, *, is_on_disk: bool = False) -> Totals:
    """Live through some seeds in this process."""
    totals = Totals()
    if not is_on_disk:
        for seed in range(first, first + count):
            totals.count(live(seed, kind))
        return totals
    with tempfile.TemporaryDirectory(prefix="simulation-") as folder:
        for seed in range(first, first + count):
            totals.count(live(seed, kind, Path(folder)))
    return totals


def begin_process() -> None:
    """Make a process fit for many seeds: what it logs is read by nobody, and cycles can wait."""
    logging.disable(logging.CRITICAL)
    gc.set_threshold(_COLLECT_EVERY, 20, 100)


def run(plan: Plan, on_progress: Callable[[Totals, float], None]) -> tuple[Totals, float]:
    """Run a plan; returns the totals and the seconds it took."""
    began_s = time.perf_counter()
    totals = Totals()
    chunks = _chunks(plan, began_s)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(plan.jobs, context, begin_process) as pool:

        def begin() -> "Iterator[Future[Totals]]":
            for first, count in chunks:
                yield pool.submit(run_seeds, plan.kind, first, count, is_on_disk=plan.is_on_disk)
                return

        running = {future for _ in range(plan.jobs * 2) for future in begin()}
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                totals.add(future.result())
                running |= set(begin())
            on_progress(totals, time.perf_counter() - began_s)
    return totals, time.perf_counter() - began_s


def differing_traces(kind: UpstreamKind, totals: Totals) -> list[int]:
    """Run the noted seeds again, in this process, and return those whose trace differs."""
    return [seed for seed, trace in totals.traces.items() if live(seed, kind).trace != trace]


def _chunks(plan: Plan, began_s: float) -> Iterator[tuple[int, int]]:
    for first in range(plan.first, plan.first + plan.seeds, CHUNK):
        if plan.minutes is not None and time.perf_counter() - began_s > 60 * plan.minutes:
            return
        yield first, min(CHUNK, plan.first + plan.seeds - first)


@dataclass(frozen=True, slots=True)
class Caught:
    """What became of one mutant."""

    mutant: str
    kind: UpstreamKind
    failing: int
    first: int | None
    words: str


def run_mutant(number: int, seeds: int) -> Caught:
    """Live through some seeds with a till that is broken on purpose."""
    mutant = MUTANTS[number]
    found: list[tuple[int, str]] = []
    with mutant.broken():
        for seed in range(seeds):
            ended = live(seed, mutant.kind)
            if ended.violation is not None:
                found.append((seed, str(ended.violation)))
    first, words = found[0] if found else (None, "")
    return Caught(mutant.name, mutant.kind, len(found), first, words)


def run_mutants(seeds: int, jobs: int) -> Iterator[Caught]:
    """Try every mutant, several at a time, in the order of the table."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, begin_process) as pool:
        yield from pool.map(run_mutant, range(len(MUTANTS)), [seeds] * len(MUTANTS))


def first_failing(mutant: Mutant, seeds: Iterable[int]) -> int | None:
    """Return the first seed that catches a mutant, if one of these does."""
    with mutant.broken():
        return next((s for s in seeds if live(s, mutant.kind).violation is not None), None)
