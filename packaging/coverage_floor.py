"""Fails when a file that money or its record depends on is not tested whole.

Reads the report of ``coverage json`` and prints every file below the floor with the lines and
branches that no test reached. The list of paths only grows.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FLOOR = (
    "app/counterfoil/domain/",
    "app/counterfoil/service/",
    "app/counterfoil/adapters/journal/",
    "app/counterfoil/adapters/upstream/moment/classify.py",
    "app/counterfoil/adapters/upstream/electrum/classify.py",
    "app/counterfoil/adapters/upstream/electrum/advices.py",
)
"""Every line and every branch of these is reached by a test."""

Report = Mapping[str, Any]


def shortfalls(report: Report) -> Iterator[str]:
    """Name each file below the floor with what no test reached, and each path without a file."""
    files: Mapping[str, Any] = report["files"]
    if not report["meta"]["branch_coverage"]:
        yield "branches were not measured"
    for floor in FLOOR:
        if not any(path.startswith(floor) for path in files):
            yield f"{floor}: nothing was measured here"
    for path, measured in sorted(files.items()):
        if not path.startswith(FLOOR):
            continue
        lines = measured["missing_lines"]
        branches = [f"{start}->{end}" for start, end in measured.get("missing_branches", [])]
        for name, missed in (("lines", lines), ("branches", branches)):
            if missed:
                yield f"{path}: {name} {', '.join(map(str, missed))}"


def main(path: str) -> int:
    """Print what is below the floor and return the exit code."""
    report: Report = json.loads(Path(path).read_text(encoding="utf-8"))
    found = list(shortfalls(report))
    for line in found:
        print(f"below the coverage floor: {line}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
