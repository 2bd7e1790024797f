"""The second process, which says so when the till's window stands still."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TypeVar

import pytest

Found = TypeVar("Found")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows stops no process by name")

WATCHDOG = """
import sys
from pathlib import Path

if sys.argv[1] == "again":
    Path(sys.argv[2]).write_text("started")
    raise SystemExit(0)

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton
from counterfoil import watchdog
from counterfoil.ui import still_window
from counterfoil.ui.still_window import StillWindow

watchdog.STILL_AFTER_S = 0.2
still_window.PRESSED_AFTER_MS = 0
press, till, folder, *again = sys.argv[1:]

class Seen(StillWindow):
    def showFullScreen(self):
        super().showFullScreen()
        print("covers", flush=True)
        if press == "press":
            button = self.findChild(QAbstractButton, "still-restart")
            QTimer.singleShot(50, button.click)

    def hide(self):
        super().hide()
        print("uncovers", flush=True)

still_window.StillWindow = Seen
print("watches", flush=True)
raise SystemExit(watchdog.watch(int(till), Path(folder), again))
"""
TILL = """
import os, subprocess, sys
program, press, *more = sys.argv[1:]
command = [sys.executable, "-c", program, press, str(os.getpid()), *more]
inside = subprocess.Popen(command, stdin=subprocess.PIPE)
for line in sys.stdin:
    inside.stdin.write(b".")
    inside.stdin.flush()
inside.stdin.close()
raise SystemExit(inside.wait())
"""
"""Beats once for each line that it reads, and ends with the last."""


def start_till(*arguments: str) -> "subprocess.Popen[str]":
    """Start a till, which starts its watchdog with these arguments."""
    return subprocess.Popen(
        [sys.executable, "-c", TILL, WATCHDOG, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": "app"},
        cwd=Path(__file__).parents[2],
    )


def said(till: "subprocess.Popen[str]") -> str:
    """Return the next line of the watchdog; nothing once it has ended."""
    assert till.stdout is not None
    return till.stdout.readline().strip()


def beat(till: "subprocess.Popen[str]") -> None:
    """Let the till's loop turn once."""
    assert till.stdin is not None
    till.stdin.write("\n")
    till.stdin.flush()


@pytest.mark.fault("P4")
def test_the_screen_is_covered_while_the_till_stands_still(tmp_path: Path) -> None:
    """And uncovered once it goes on; with the till ends its watchdog."""
    with start_till("wait", str(tmp_path)) as till:
        assert said(till) == "watches"
        assert said(till) == "covers"
        beat(till)
        assert said(till) == "uncovers"
        assert said(till) == "covers"
        assert till.stdin is not None
        till.stdin.close()
        assert said(till) == "uncovers"
        assert said(till) == ""
        assert till.wait() == 0


@pytest.mark.fault("P4")
def test_a_till_that_stands_still_is_ended_and_started_again(tmp_path: Path) -> None:
    """By whoever presses the button; it gets the arguments that it was started with."""
    again = tmp_path / "again"
    with start_till("press", str(tmp_path), "again", str(again)) as till:
        assert said(till) == "watches"
        assert said(till) == "covers"
        assert said(till) == "uncovers"
        assert till.wait() == -signal.SIGKILL
        # What was started has the same output, so its end is the end of that.
        assert said(till) == ""
    assert again.read_text() == "started"


@pytest.mark.skipif(sys.platform != "linux", reason="the processes of Linux are looked at")
def test_the_installed_till_has_a_watchdog_for_as_long_as_it_lives(tmp_path: Path) -> None:
    """What it needs to cover the screen is loaded only once the till stands still."""
    with subprocess.Popen(
        [sys.executable, "-m", "counterfoil", "--data-dir", str(tmp_path)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        cwd=Path(__file__).parents[2] / "app",
    ) as till:
        try:
            watchdog = until(lambda: watchdog_of(till.pid))
            till.send_signal(signal.SIGSTOP)
            _ = until(lambda: has_windows(watchdog))
            till.send_signal(signal.SIGCONT)
        finally:
            till.kill()
        _ = until(lambda: not Path(f"/proc/{watchdog}").exists())


def watchdog_of(till: int) -> int:
    """Return the process that watches a till, by the processes of this machine; 0 for none."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == till and b"--watchdog" in words:
            return int(process.name)
    return 0


def has_windows(process: int) -> bool:
    """Return whether a process has loaded what draws windows."""
    return "libQt6Widgets" in Path(f"/proc/{process}/maps").read_text()


def until(found: Callable[[], Found]) -> Found:
    """Return what is found at last; the limit of the test ends the search."""
    while not (it := found()):
        _ = Event().wait(0.02)
    return it
