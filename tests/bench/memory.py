"""What a till keeps in memory: beside a window with nothing in it, and as its day goes on."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.draining import open_bench_till, redeem_one
from bench.measuring import WATCHING, Row
from counterfoil_sandbox.server import SandboxServer
from support.tills import command_line

_SETTLED_MS = 700
_TIMES = 3
_WARM, _MANY = 300, 2_000
_OWED_MAX = 50
_RESIDENT = """
import re
def resident_mb():
    status = open("/proc/self/status").read()
    return int(re.search(r"VmRSS:\\s+(\\d+) kB", status)[1]) / 1024
"""
_BARE = f"""
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
{_RESIDENT}
app = QApplication(["bare"])
window = QWidget()
window.resize(1366, 768)
window.show()
QTimer.singleShot({_SETTLED_MS}, app.quit)
app.exec()
print(resident_mb())
"""
_READY = f"""
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
{_RESIDENT}
{WATCHING}
def watch():
    from counterfoil import desktop
    begin = desktop.begin
    def begun(face, kept):
        begin(face, kept)
        face.shell.changed.connect(lambda *_: heard(face))
    desktop.begin = begun
def heard(face, *_):
    offer = face.shell._offer
    if offer is not None and offer.is_fresh and not waiting:
        waiting.append(face)
        QTimer.singleShot({_SETTLED_MS}, end)
def end():
    print(resident_mb())
    waiting[0].window.close_requested.emit()
waiting = []
sys.exit(opening.open_window(*map(Path, sys.argv[1:])))
"""
_DAY = f"""
import asyncio
from bench.memory import day
{_RESIDENT}
print(*asyncio.run(day(resident_mb)))
"""


def rows() -> Iterator[Row]:
    """Measure a till that has heard of its types, and one before and after many redemptions."""
    with TemporaryDirectory() as folder, SandboxServer() as provider:
        till = command_line(Path(folder), provider.url)
        arguments = (str(till.data_dir), str(till.settings))
        bare = [_figures(_BARE, os.environ)[0] for _ in range(_TIMES)]
        ready = [_figures(_READY, till.environment(), *arguments)[0] for _ in range(_TIMES)]
    yield Row(what="network ready", floor=median(bare), ours=median(ready), goal=2.0, unit="MB")
    warm, many = _figures(_DAY, os.environ)
    what = f"after {_WARM + _MANY:,} redemptions, to {_WARM:,}"
    yield Row(what=what, floor=warm, ours=many, goal=1.05, unit="MB")


async def day(resident_mb: Callable[[], float]) -> tuple[float, float]:
    """Return the memory after some redemptions at a till without a window, and after many.

    What is owed is told as the day goes on, as a till tells it. Where 2,000 are told at its end, as
    after a long outage, reading them takes some 8 MB more, which Python keeps: that is the measure
    of the queue, and not of the day.
    """
    with TemporaryDirectory() as folder:
        async with open_bench_till(Path(folder) / "till", latency_s=0) as till:
            figures = []
            for first, last in ((0, _WARM), (_WARM, _WARM + _MANY)):
                for number in range(first, last):
                    await redeem_one(till, number)
                    if number % _OWED_MAX == 0:
                        await till.engine.forwarder.forward_due()
                await till.engine.forwarder.forward_due()
                await asyncio.sleep(0)
                figures.append(resident_mb())
    return figures[0], figures[1]


def _figures(program: str, variables: Mapping[str, str], *arguments: str) -> list[float]:
    """Run a program of its own and return the figures that it prints."""
    paths = os.pathsep.join(sys.path[1:])
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**variables, "PYTHONPATH": paths, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return [float(one) for one in done.stdout.split()]
