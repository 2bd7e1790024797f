"""From the start of a process to its first paint, beside a window with nothing in it."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.measuring import Row
from counterfoil_sandbox.server import SandboxServer
from support.tills import command_line

_BARE = """
import sys, time
from PySide6.QtWidgets import QApplication, QWidget
class Bare(QWidget):
    def paintEvent(self, event):
        print(time.monotonic(), flush=True)
        QApplication.exit()
app = QApplication(["bare"])
window = Bare()
window.resize(1366, 768)
window.show()
app.exec()
"""
_TILL = """
import sys, time
from pathlib import Path
from counterfoil import opening
load, go_on = opening._Loading._load, opening._run
def painted(loading):
    print(time.monotonic(), flush=True)
    load(loading)
opening._Loading._load = painted
def opened(face):
    print(time.monotonic(), flush=True)
    begin(face)
    face.counter.changed.connect(lambda *_: usable(face))
def usable(face, *_):
    if face.counter.screen().fields:
        print(time.monotonic(), flush=True)
        face.window.close_requested.emit()
def run(*arguments):
    global begin
    from counterfoil import desktop
    begin, desktop.begin = desktop.begin, opened
    return go_on(*arguments)
opening._run = run
sys.exit(opening.open_window(*map(Path, sys.argv[1:])))
"""
_TIMES = 7


def rows() -> Iterator[Row]:
    """Measure the first paint and the first form of a till that was opened before."""
    with tempfile.TemporaryDirectory() as folder, SandboxServer() as provider:
        till = command_line(Path(folder), provider.url)
        arguments, variables = (str(till.data_dir), str(till.settings)), till.environment()
        # As installed: compiled once, and found compiled from then on.
        compiled = {"PYTHONPYCACHEPREFIX": str(Path(folder) / "compiled")}
        bare_variables = _writing_compiled({**os.environ, **compiled})
        variables = _writing_compiled({**variables, **compiled})
        _start(_TILL, *arguments, environment=variables)
        _start(_BARE, environment=bare_variables)
        bare: list[float] = []
        paint: list[float] = []
        window: list[float] = []
        usable: list[float] = []
        for _ in range(_TIMES):
            bare += _start(_BARE, environment=bare_variables)
            painted, shown, ready, *_ = _start(_TILL, *arguments, environment=variables)
            paint.append(painted)
            window.append(shown)
            usable.append(ready)
    floor = statistics.median(bare)
    yield Row(what="start to first paint", floor=floor, ours=statistics.median(paint), goal=1.5)
    yield Row(what="start to the window", floor=floor, ours=statistics.median(window), goal=1.8)
    yield Row(what="start to a form", floor=floor, ours=statistics.median(usable), goal=1.8)


def _writing_compiled(variables: Mapping[str, str]) -> dict[str, str]:
    return {name: one for name, one in variables.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _start(program: str, *arguments: str, environment: Mapping[str, str]) -> tuple[float, ...]:
    """Run a program and return the moments that it prints, in milliseconds after its start."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**environment, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return tuple((float(line) - began) * 1000 for line in done.stdout.split())
