"""How much later than in an environment the packaged program is there for a customer."""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median

from bench.measuring import Row
from counterfoil.adapters.door import DOOR_NAME
from counterfoil_sandbox.server import SandboxServer
from support.tills import command_line

_TIMES = 7
_LOOK_EVERY_S = 0.002
_PATIENCE_S = 60.0


def rows(program: Path) -> Iterator[Row]:
    """Start both in turn on the same till, until its door is open: then the window is up.

    ``program`` is the packaged one, such as ``/usr/lib/counterfoil/counterfoil``.
    """
    with tempfile.TemporaryDirectory() as folder, SandboxServer() as provider:
        till = command_line(Path(folder), provider.url)
        variables = {**till.environment(), "QT_QPA_PLATFORM": "offscreen"}
        _ = variables.pop("PYTHONDONTWRITEBYTECODE", None)
        options = ["--data-dir", str(till.data_dir), "--settings", str(till.settings)]
        floor, ours = _in_turn(
            till.data_dir / DOOR_NAME,
            variables,
            [sys.executable, "-m", "counterfoil", *options],
            [str(program), *options],
        )
    yield Row(what="packaged, to the window", floor=floor, ours=ours, goal=1.25)


def _in_turn(
    door: Path, variables: Mapping[str, str], *programs: Sequence[str]
) -> tuple[float, ...]:
    """Return how many milliseconds each takes; the first start of each does not count."""
    taken: list[list[float]] = [[] for _ in programs]
    for _ in range(_TIMES + 1):
        for line, times in zip(programs, taken, strict=True):
            times.append(_until_open(line, door, variables))
    return tuple(median(times[1:]) for times in taken)


def _until_open(line: Sequence[str], door: Path, variables: Mapping[str, str]) -> float:
    began = time.monotonic()
    with subprocess.Popen(line, env=variables, stdout=subprocess.DEVNULL) as process:
        while not _is_open(door):
            assert process.poll() is None, f"it ended with {process.returncode}"
            assert time.monotonic() - began < _PATIENCE_S, "its door never opens"
            time.sleep(_LOOK_EVERY_S)
        taken = (time.monotonic() - began) * 1000
        process.terminate()
    return taken


def _is_open(door: Path) -> bool:
    """Return whether somebody answers there; what a program before has left is no answer."""
    with socket.socket(socket.AF_UNIX) as asked:
        try:
            asked.connect(str(door))
        except OSError:
            return False
    return True
