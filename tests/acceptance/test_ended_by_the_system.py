"""A till with a window that the system asks to end, as when its service is stopped."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

import pytest

from counterfoil.adapters.door import DOOR_NAME
from counterfoil_sandbox.faults import Rule
from counterfoil_sandbox.pins import ONE_VOUCHER
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_PIN
from support.line_fixtures import server, till, upstream
from support.people import CASHIER_NUMBER, PINS
from support.sandboxes import voucher
from support.tills import CommandLine

__all__ = ["server", "till", "upstream"]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signal")

SOLD = ("redeem", "--type", ONE_VOUCHER, "--field", "pin=-", "--amount", "19.00")
SLOW_S = 6.0
"""Longer than a till waits that a person closes."""
CASHIER = """
import sys
from pathlib import Path
from PySide6.QtCore import Qt
from counterfoil import bootstrap, desktop, opening
from counterfoil.demo import Hand
from counterfoil.domain.staff import EVERYTHING, Actor
from counterfoil.presentation.screens import Stage

begin = desktop.begin

async def sell(face):
    hand = Hand(face, Path())
    await hand.until(lambda: hand.screen.stage is Stage.FORM, "the form")
    hand.click(f"tile-{sys.argv[3]}")
    await hand.fill({"pin": sys.argv[4]})
    hand.type("amount", "19.00")
    hand.press(Qt.Key.Key_F12)

def begin_with_cashier(face, kept=None):
    begin(face, kept)
    _ = face.till.owner.spawn(sell(face), "cashier")

desktop.begin = begin_with_cashier
bootstrap.NOBODY = Actor("Thandi M.", EVERYTHING)
raise SystemExit(opening.open_window(Path(sys.argv[1]), Path(sys.argv[2])))
"""


@contextmanager
def opened(till: CommandLine) -> Iterator["subprocess.Popen[str]"]:
    """Start the program with its window, and wait until it is open."""
    with till.started(QT_QPA_PLATFORM="offscreen") as process:
        until((till.data_dir / DOOR_NAME).exists)
        yield process


def until(is_so: Callable[[], bool]) -> None:
    """Wait until it is so; the limit of the test ends the waiting."""
    while not is_so():
        _ = Event().wait(0.02)


@pytest.mark.fault("P1")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_an_idle_till_closes_when_the_system_ends_it(
    till: CommandLine, number: signal.Signals
) -> None:
    """As when a person closes its window: in order, and with exit code 0."""
    with opened(till) as process:
        process.send_signal(number)
        assert process.wait(timeout=20) == 0
    assert not (till.data_dir / DOOR_NAME).exists()


@pytest.mark.fault("P1")
def test_a_sale_under_way_is_finished_first(server: SandboxServer, till: CommandLine) -> None:
    """The answer comes, is written and told, and only then the till ends."""
    server.add_rule(Rule(endpoint="create", delay_s=SLOW_S, after_effect=True))
    with opened(till) as process, till.started(*SOLD) as seller:
        assert seller.stdin is not None
        seller.stdin.write(f"{PINS[CASHIER_NUMBER]}\n{CANARY_PIN}")
        seller.stdin.close()
        until(lambda: bool(voucher(server, CANARY_PIN)["debits"]))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        assert seller.wait(timeout=20) == 0
        assert seller.stdout is not None
        assert "HAND OVER NOW" in seller.stdout.read()
    assert "Paid" in till.program("history").out


@pytest.mark.fault("P1")
def test_a_cashier_who_waits_for_an_answer_has_it_first(
    server: SandboxServer, till: CommandLine
) -> None:
    """The window stays for as long as its own sale takes, and closes with the answer."""
    server.add_rule(Rule(endpoint="create", delay_s=1.0, after_effect=True))
    line = (str(till.data_dir), str(till.settings), ONE_VOUCHER, CANARY_PIN)
    with subprocess.Popen(
        [sys.executable, "-c", CASHIER, *line], env=till.environment(QT_QPA_PLATFORM="offscreen")
    ) as process:
        until(lambda: bool(voucher(server, CANARY_PIN)["debits"]))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    assert "Paid" in till.program("history").out
