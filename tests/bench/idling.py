"""What a till costs while nobody is at it, and what a command costs that opens no window."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.measuring import WATCHING, Row
from counterfoil_sandbox.server import SandboxServer
from support.tills import command_line

_CALM_S, _IDLE_S = 15, 60
"""The window is left alone for so long, first until all that follows a start is done."""
_GOAL_MS = 300
_IDLE = f"""
import json, sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
{WATCHING}
def watch():
    from counterfoil import desktop
    begin = desktop.begin
    def begun(face, kept):
        begin(face, kept)
        QTimer.singleShot(1000 * {_CALM_S}, lambda: spent.append(time.process_time()))
        QTimer.singleShot(1000 * {_CALM_S + _IDLE_S}, lambda: end(face))
    desktop.begin = begun
def end(face):
    spent.append(time.process_time())
    face.window.close_requested.emit()
spent = []
code = opening.open_window(*map(Path, sys.argv[1:]))
print(json.dumps(spent))
sys.exit(code)
"""
_TIMES = 5


def rows() -> Iterator[Row]:
    """Measure a minute of a window that nobody touches, and a command that asks a provider."""
    with TemporaryDirectory() as folder, SandboxServer() as provider:
        till = command_line(Path(folder), provider.url)
        variables = {**till.environment(), "QT_QPA_PLATFORM": "offscreen"}
        idle = [sys.executable, "-c", _IDLE, str(till.data_dir), str(till.settings)]
        done = subprocess.run(
            idle, env=variables, stdout=subprocess.PIPE, text=True, timeout=180, check=True
        )
        before_s, after_s = json.loads(done.stdout)
        what, spent_ms = "processor of an idle minute", (after_s - before_s) * 1000
        yield Row(what=what, floor=_GOAL_MS, ours=spent_ms, goal=1)
        types = [sys.executable, "-m", "counterfoil", *till.line("types")]
        imports = [sys.executable, "-c", "import httpx, pydantic"]
        floor, ours = _in_turn_ms((imports, os.environ), (types, variables))
    yield Row(what="the command types, to its imports", floor=floor, ours=ours, goal=2)


def _in_turn_ms(*programs: tuple[Sequence[str], Mapping[str, str]]) -> tuple[float, ...]:
    """Return how long each program takes, in milliseconds, measured in turn."""
    taken: list[list[float]] = [[] for _ in programs]
    for _ in range(_TIMES + 1):
        for (line, variables), times in zip(programs, taken, strict=True):
            began = time.monotonic()
            _ = subprocess.run(line, env=variables, capture_output=True, timeout=60, check=True)
            times.append((time.monotonic() - began) * 1000)
    return tuple(median(times[1:]) for times in taken)
