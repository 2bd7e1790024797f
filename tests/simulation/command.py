"""The developer's command: ``python tests/simulation --kind keyed --seeds 5000``."""

import argparse
import subprocess
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from counterfoil.domain.voucher_type import UpstreamKind
from simulation.running import (
    Plan,
    Totals,
    begin_process,
    differing_traces,
    run,
    run_mutants,
)
from simulation.world import World, live

_FAULTS_SHOWN = 60
_VIOLATIONS_SHOWN = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; 0 where everything held."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    begin_process()
    if words[:1] == ["mutants"]:
        return _mutants(words[1:])
    asked = _parser().parse_args(words)
    kind = UpstreamKind(asked.kind)
    if asked.replay is not None:
        return _replay(asked.replay, kind)
    plan = Plan(
        kind=kind,
        seeds=asked.seeds,
        first=asked.first,
        minutes=asked.minutes,
        jobs=asked.jobs,
        is_on_disk=asked.journal == "disk",
    )
    return _run(plan)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="simulation", description=__doc__)
    parser.add_argument("--kind", choices=[kind.value for kind in UpstreamKind], default="keyed")
    parser.add_argument("--seeds", type=int, default=5_000)
    parser.add_argument("--from", dest="first", type=int, default=0, metavar="SEED")
    parser.add_argument("--minutes", type=float, help="begin no more seeds after this")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--journal", choices=["sqlite", "disk"], default="sqlite")
    parser.add_argument("--replay", type=int, metavar="SEED", help="tell one seed line by line")
    return parser


def _run(plan: Plan) -> int:
    say(f"SEEDS={plan.first}.. COMMIT={_commit()} kind {plan.kind}, {plan.jobs} processes")
    shown = 0

    def tell(totals: Totals, seconds: float) -> None:
        nonlocal shown
        for seed, words in totals.violations[shown:_VIOLATIONS_SHOWN]:
            say(f"VIOLATION seed {seed} {plan.kind} {words}")
            say(f"  python tests/simulation --kind {plan.kind} --replay {seed}")
        shown = min(len(totals.violations), _VIOLATIONS_SHOWN)
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{totals.seeds} seeds, {totals.seeds / seconds:.0f} a second ")

    totals, seconds = run(plan, tell)
    differing = differing_traces(plan.kind, totals)
    say("faults injected:")
    for fault, count in totals.faults.most_common(_FAULTS_SHOWN):
        say(f"  {count:>9} {fault}")
    share = 100 * totals.with_a_person / max(1, totals.redemptions)
    say(f"seeds {totals.seeds}, redemptions {totals.redemptions}, {seconds:.0f} s")
    say(f"rate {totals.seeds / seconds:.1f} seeds a second")
    say(f"ended with a person {totals.with_a_person} ({share:.2f} %)")
    say(f"traces run again {len(totals.traces)}, differing {len(differing)} {differing[:5]}")
    say(f"violations {len(totals.violations)}")
    return 1 if totals.violations or differing else 0


def _replay(seed: int, kind: UpstreamKind) -> int:
    note = World.note

    def tell(self: World, what: str, *facts: object) -> None:
        say(f"{self.loop.time():12.3f} {what} {' '.join(map(str, facts))}")
        note(self, what, *facts)

    World.note = tell  # type: ignore[method-assign]  # this process tells one seed and ends
    ended = live(seed, kind)
    if ended.violation is not None:
        cause = ended.violation.__cause__
        if cause is not None:
            say("".join(traceback.format_exception(cause)))
        say(f"VIOLATION {ended.violation}")
    say(f"trace {ended.trace}")
    return int(ended.violation is not None)


def _mutants(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="simulation mutants")
    parser.add_argument("--seeds", type=int, default=3_000)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args(words)
    say(f"COMMIT={_commit()} seeds {asked.seeds}")
    say(f"{'kind':8} {'mutant':26} {'failing':>7} {'first':>6}  what was seen first")
    missed = 0
    for one in run_mutants(asked.seeds, asked.jobs):
        first = "-" if one.first is None else str(one.first)
        say(f"{one.kind:8} {one.mutant:26} {one.failing:>7} {first:>6}  {one.words[:60]}")
        missed += one.first is None
    say(f"missed {missed}")
    return int(missed > 0)


def _commit() -> str:
    asked = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607 - a developer's own git
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout.strip() or "unknown"


def say(words: str) -> None:
    """Write a line."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()
