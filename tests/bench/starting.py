"""From the start of a process to its first paint, beside a window with nothing in it."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

from bench.measuring import WATCHING, Row
from counterfoil_sandbox.server import SandboxServer
from support.tills import command_line

_BARE = """
import sys, time
from PySide6.QtWidgets import QApplication, QWidget
class Bare(QWidget):
    def paintEvent(self, event):
        print("painted", time.monotonic(), flush=True)
        QApplication.exit()
app = QApplication(["bare"])
window = Bare()
window.resize(1366, 768)
window.show()
app.exec()
"""
_TILL = (
    WATCHING
    + """
import sys, time
from pathlib import Path
from statistics import median
from PySide6.QtCore import Qt, QTimer
from counterfoil import opening
TICK_S = 0.005
def note(what):
    print(what, time.monotonic(), flush=True)
class Ticks:
    latest_s = 0.0
    def begin(self):
        self.last_s = time.monotonic()
        self.timer = QTimer(interval=int(1000 * TICK_S), timerType=Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self.tick)
        self.timer.start()
    def tick(self):
        now_s = time.monotonic()
        self.latest_s = max(self.latest_s, now_s - self.last_s - TICK_S)
        self.last_s = now_s
ticks, ready, answered = Ticks(), [], []
load, begin_to_load = opening._Loading._load, opening._Loading.begin
def painted(loading):
    if not loading._has_begun:  # the patience with a paint may end later, and then begins nothing
        note("painted")
        ticks.begin()
    begin_to_load(loading)
def loaded(loading):
    load(loading)
    note("loaded")
opening._Loading.begin, opening._Loading._load = painted, loaded
def watch():
    from counterfoil import bootstrap, desktop
    read, begin, open_face = bootstrap.load_settings, desktop.begin, desktop.open_face
    def read_settings(*arguments):
        settings = read(*arguments)
        note("settings")
        return settings
    def make_window(*arguments):
        note("opened")
        return open_face(*arguments)
    def shown(face, kept):
        note("shown")
        begin(face, kept)
        face.counter.changed.connect(lambda *_: usable(face))
        face.shell.changed.connect(lambda *_: heard(face))
        usable(face)
    bootstrap.load_settings, desktop.open_face, desktop.begin = read_settings, make_window, shown
def usable(face):
    if face.counter.screen().fields and not ready:
        ready.append(face)
        note("usable")
def heard(face):
    offer = face.shell._offer
    if offer is not None and offer.is_fresh and ready and not answered:
        answered.append(face)
        note("answered")
        QTimer.singleShot(1000, face.window.close_requested.emit)
ended = opening.open_window(*map(Path, sys.argv[1:]))
print("latest", ticks.latest_s)
sys.exit(ended)
"""
)
_TIMES = 5
_LATE_MS = 50
_STAGES = {
    "loaded": "  of it the till's modules, in a thread",
    "settings": "  of it the settings, in a thread",
    "opened": "  of it the journal and the services",
    "shown": "  of it the window, made and painted",
}
"""The moments after the first paint, in order, and what each waited for since the one before."""


def rows() -> Iterator[Row]:
    """Measure the first paint, the first form and the first answer of a till opened before."""
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
        starts: list[dict[str, float]] = []
        for _ in range(_TIMES):
            bare.append(_start(_BARE, environment=bare_variables)["painted"])
            starts.append(_start(_TILL, *arguments, environment=variables))
    floor = median(bare)
    middle = {name: median(one[name] for one in starts) for name in starts[0]}
    yield Row(what="start to first paint", floor=floor, ours=middle["painted"], goal=1.5)
    yield Row(what="start to the window", floor=floor, ours=middle["shown"], goal=1.8)
    yield Row(what="start to a form", floor=floor, ours=middle["usable"], goal=1.8)
    yield Row(what="start to network ready", floor=floor, ours=middle["answered"], goal=3.2)
    before = "painted"
    for name, what in _STAGES.items():
        spans = [one[name] - one[before] for one in starts]
        yield Row(what=what, floor=floor, ours=median(spans), goal=None)
        before = name
    latest = median(one["latest"] for one in starts)
    yield Row(what="latest tick since the first paint", floor=_LATE_MS, ours=latest, goal=1)


def _writing_compiled(variables: Mapping[str, str]) -> dict[str, str]:
    return {name: one for name, one in variables.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _start(program: str, *arguments: str, environment: Mapping[str, str]) -> dict[str, float]:
    """Run a program and return what it printed, in milliseconds: moments are since its start."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**environment, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    printed = dict(line.split() for line in done.stdout.splitlines())
    return {
        name: (float(value) - (0 if name == "latest" else began)) * 1000
        for name, value in printed.items()
    }
