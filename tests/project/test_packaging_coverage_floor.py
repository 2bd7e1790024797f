"""The coverage floor goes red when a branch drops: its own control."""

import json
from pathlib import Path
from typing import Any

import pytest

from coverage_floor import FLOOR, main, shortfalls


def _report(**changes: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {"missing_lines": [], "missing_branches": []}
    names = [path if path.endswith(".py") else f"{path}module.py" for path in FLOOR]
    files: dict[str, Any] = {name: dict(whole) for name in names}
    files["app/counterfoil/ui/shell.py"] = {"missing_lines": [1, 2], "missing_branches": [[3, 4]]}
    for name in names:
        files[name].update(changes if name == names[0] else {})
    return {"meta": {"branch_coverage": True}, "files": files}


def test_a_whole_report_is_above_the_floor() -> None:
    """Files outside the list may miss lines."""
    assert not list(shortfalls(_report()))


@pytest.mark.parametrize(
    "changes", [{"missing_lines": [7]}, {"missing_branches": [[7, 9]]}], ids=["line", "branch"]
)
def test_one_dropped_line_or_branch_goes_red(tmp_path: Path, changes: dict[str, Any]) -> None:
    """A single line or a single way out of it is enough, and the exit code says so."""
    path = tmp_path / "report.json"
    path.write_text(json.dumps(_report(**changes)))
    assert main(str(path)) == 1
    path.write_text(json.dumps(_report()))
    assert main(str(path)) == 0


def test_a_path_that_is_measured_no_more_goes_red() -> None:
    """Moving a file away from the list does not lift it over the floor."""
    report = _report()
    del report["files"]["app/counterfoil/adapters/upstream/moment/classify.py"]
    assert list(shortfalls(report)) == [
        "app/counterfoil/adapters/upstream/moment/classify.py: nothing was measured here"
    ]


def test_a_report_without_branches_goes_red() -> None:
    """Lines alone do not show a condition that was never false."""
    report = _report()
    report["meta"]["branch_coverage"] = False
    assert list(shortfalls(report)) == ["branches were not measured"]
