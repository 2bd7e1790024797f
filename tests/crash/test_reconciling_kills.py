"""A till that is killed at each step of a reconciliation: all of a run is there, or nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from counterfoil.domain.states import RedemptionState
from support.journals import ROOT, opened
from support.reconciling_life import KILLED
from support.samples import Samples

_DIFFERENCES = 2


async def _begun(folder: Path, statement: Path) -> None:
    """Sell three times, and write a statement that differs about two of them."""
    samples = Samples()
    async with opened(folder) as journal:
        ones = [await samples.in_state(journal, RedemptionState.FINAL) for _ in range(3)]
    rows = [f"{one.id},2026-11-21T12:00:00Z,{one.slip_number}9.00" for one in ones]
    unknown = "X-1,2026-11-21T12:00:00Z,0.00"
    statement.write_text("\n".join(["Reference,Time,Amount", *rows, unknown]), encoding="utf-8")


def _lived(folder: Path, statement: Path, step: int) -> str:
    """Reconcile in a process of its own that is killed at a step; return which one that was."""
    paths = os.pathsep.join(str(ROOT / one) for one in ("app", "tests"))
    life = subprocess.run(
        [sys.executable, "-m", "support.reconciling_life", str(folder), str(statement), str(step)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert life.returncode in {0, KILLED}, life.stderr
    return life.stdout


@pytest.mark.timeout(240)
async def test_a_kill_at_any_step_leaves_a_whole_run_or_none(tmp_path: Path) -> None:
    """The next till finds its journal sound, and reconciles the same file as ever."""
    folder, statement = tmp_path / "till", tmp_path / "statement.csv"
    await _begun(folder, statement)
    met: list[str] = []
    runs = 0
    while (name := _lived(folder, statement, len(met) + 1)) != "done":
        met.append(name)
        async with opened(folder) as journal:
            assert await journal.verify() == ()
            kept = await journal.reconciliations(99)
            assert len(kept) - runs == ("after commit" in met), name
            for run in kept:
                assert run.differences == _DIFFERENCES
                assert len(await journal.differences(run.number)) == _DIFFERENCES
        runs = len(kept)
    assert {"reading", "comparing", "before bookings", "before commit", "after commit"} <= set(met)
    assert runs == len(met) - met.index("after commit")
