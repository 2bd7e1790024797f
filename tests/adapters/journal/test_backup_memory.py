"""A backup, its way back and the copy before an update take little memory, whatever the size."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.journals import ROOT

JOURNAL_MB = 100
MORE_BYTES_MAX = 64_000_000

pytestmark = [
    pytest.mark.many_runs,
    pytest.mark.skipif(
        not Path("/proc/self/status").exists(), reason="only Linux tells a process' own peak"
    ),
]


def told(*words: str) -> str:
    """Run one command in a process of its own and return what it says."""
    paths = os.pathsep.join(str(ROOT / folder) for folder in ("app", "tests"))
    return subprocess.run(
        [sys.executable, "-m", "support.peaks", *words],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_a_large_journal_is_backed_up_and_put_back_part_by_part(tmp_path: Path) -> None:
    """None of it holds the journal whole; the control does, and is seen to."""
    folder = str(tmp_path / "till")
    told("lay", folder, str(JOURNAL_MB))
    grown = {name: int(told(name, folder)) for name in ("hold", "backup", "restore", "copy")}
    assert grown.pop("hold") > JOURNAL_MB * 1_000_000
    assert {name: more for name, more in grown.items() if more > MORE_BYTES_MAX} == {}
    new = tmp_path / "new" / "journal.db"
    assert new.stat().st_size > JOURNAL_MB * 1_000_000


@pytest.mark.fault("P10")
def test_a_large_journal_is_brought_up_to_date_part_by_part(tmp_path: Path) -> None:
    """Its tables are made anew, and what SQLite may have to take back of them lies on the disk."""
    folder = str(tmp_path / "old")
    told("lay-old", folder, str(JOURNAL_MB))
    assert int(told("migrate", folder)) < MORE_BYTES_MAX
