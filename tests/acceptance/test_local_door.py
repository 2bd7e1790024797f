"""The command line while the window is open: other programs, and what the window shows of it."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from counterfoil.adapters.door import DOOR_NAME
from counterfoil_sandbox.pins import ONE_VOUCHER
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_PIN
from support.line_fixtures import server, till, upstream
from support.people import CASHIER_NUMBER, PINS
from support.tills import CommandLine

__all__ = ["server", "till", "upstream"]
PART = ("redeem", "--type", ONE_VOUCHER, "--field", "pin=-", "--amount", "19.00")
WINDOW = """
import asyncio, json, sys
from pathlib import Path
from PySide6.QtWidgets import QTableView
from counterfoil import desktop, opening
from counterfoil.__main__ import load_visits
from counterfoil.domain.secret import Secret
from counterfoil.presentation.rooms import Room

begin = desktop.begin

async def work(face):
    def tell(_=None):
        page = face.window._rooms.ledger(Room.HISTORY)
        model = page.findChild(QTableView, "history-table").model()
        rows = range(model.rowCount())
        columns = range(model.columnCount() if model else 0)
        print(json.dumps({
            "actor": face.till.session.actor.name,
            "rows": [[str(model.index(row, one).data()) for one in columns] for row in rows],
        }), flush=True)

    face.pages.lists[Room.HISTORY].changed.connect(tell)
    tell()
    await asyncio.to_thread(sys.stdin.readline)
    await face.till.session.sign_in(sys.argv[3], Secret(sys.argv[4]))
    face.pages.go_to(Room.HISTORY)
    await asyncio.to_thread(sys.stdin.readline)
    face.window.close_requested.emit()

def begin_with_work(face, kept=None):
    begin(face, kept)
    _ = face.till.owner.spawn(work(face), "work")

desktop.begin = begin_with_work
raise SystemExit(opening.open_window(Path(sys.argv[1]), Path(sys.argv[2]), load_visits))
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the window shows: who is at it, and the rows of the table on its page History."""

    actor: str
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """The till's window in a process of its own."""

    process: subprocess.Popen[str]

    def go_on(self) -> None:
        """Sign in and go to History; the second time, close."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def shown(self, is_so: Callable[[Shown], bool] = lambda _: True) -> Shown:
        """Return what the window shows next that is so."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            shown = Shown(**json.loads(line))
            if is_so(shown):
                return shown
        pytest.fail("the window has closed")


@contextmanager
def open_window(line: CommandLine) -> Iterator[OpenWindow]:
    """Open the window of a till, without a screen."""
    places = (str(line.data_dir), str(line.settings))
    process = subprocess.Popen(
        [sys.executable, "-c", WINDOW, *places, CASHIER_NUMBER, PINS[CASHIER_NUMBER]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=line.environment(QT_QPA_PLATFORM="offscreen"),
    )
    with process:
        try:
            yield OpenWindow(process)
        finally:
            process.kill()


def test_what_another_program_does_is_seen_in_the_window_at_once(
    server: SandboxServer, till: CommandLine
) -> None:
    """Redeemed and voided beside an open window, without a key pressed there, as somebody else."""
    with open_window(till) as window:
        assert window.shown().actor == ""
        assert till.program("history").out == "No voucher payments yet.\n"
        window.go_on()
        assert window.shown(lambda one: bool(one.actor)).rows == []
        sold = till.program(*PART, stdin=CANARY_PIN)
        assert (sold.code, sold.err) == (0, "")
        assert "HAND OVER NOW" in sold.out
        reference = sold.out.partition(" ")[0]
        window.shown(lambda one: bool(one.rows) and "Paid" in one.rows[0])
        void = ("void", reference, "--reason", "goods_returned", "--given", "cash")
        assert till.program(*void).code == 0
        last = window.shown(lambda one: "Paid" not in one.rows[0])
        assert (last.actor, len(last.rows)) == ("Thandi M.", 1)
        window.go_on()
        assert window.process.wait(timeout=20) == 0
        assert not (till.data_dir / DOOR_NAME).exists()


def test_a_second_start_brings_the_first_window_in_front(till: CommandLine) -> None:
    """It says nothing of a closed till, opens no window and ends well; the first one sells on."""
    with open_window(till) as window:
        assert window.shown().actor == ""
        again = till.program(QT_QPA_PLATFORM="offscreen")
        assert (again.code, again.out, again.err) == (0, "", "")
        window.go_on()
        window.shown(lambda one: bool(one.actor))
        window.go_on()
        assert window.process.wait(timeout=20) == 0
