"""Background work that ends although it never should: the till closes, and says so."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from counterfoil.adapters.system.logs import LOG_NAME
from counterfoil.desktop import Face, _work
from counterfoil.domain.failures import JournalFullError
from support.canary import CANARY_PIN, names_in_text
from support.log_witness import ExpectLog
from support.window import WindowTill, open_window


def face_of(till: WindowTill) -> Face:
    """Return the window's face, as far as background work uses it."""
    return Face(
        till=till,  # type: ignore[arg-type]  # only its parts for the window are used here
        window=till.window,
        pages=till.pages,
    )


async def break_down(_: Callable[[Exception], None]) -> None:
    """End as no background work may."""
    raise MemoryError("a mistake with 9173 words")


async def run_out(_: Callable[[Exception], None]) -> None:
    """End because nothing can be written."""
    raise JournalFullError("the disk is full")


@pytest.mark.fault("P5")
async def test_a_till_whose_background_work_died_sells_nothing(
    expect_log: ExpectLog, caplog: pytest.LogCaptureFixture
) -> None:
    """P5: never silently alive, and the failure's own words are not repeated."""
    async with open_window() as till:
        expect_log("counterfoil.till", "a pass failed")
        await _work(face_of(till), break_down)
        screen = till.shell.screen()
        assert screen.closed_title == "The till is closed"
        assert "part of the till has stopped" in screen.closed_line
        assert "9173" not in screen.closed_line + caplog.text.partition("a pass failed")[2]
        await till.settle()
        assert not till.has("primary")


async def test_a_full_disk_is_still_said_to_be_one(expect_log: ExpectLog) -> None:
    """What is known of the reason is said."""
    async with open_window() as till:
        await _work(face_of(till), run_out)
        assert "disk is full" in till.shell.screen().closed_line


SLOT_FAILS = """
import pathlib, sys
from PySide6.QtCore import QCoreApplication, QTimer
from counterfoil.adapters.system.logs import opened_logs

application = QCoreApplication([])

def slot():
    pin = sys.argv[2]
    QTimer.singleShot(0, application.quit)
    raise ValueError(pin)

with opened_logs(pathlib.Path(sys.argv[1])):
    QTimer.singleShot(0, slot)
    application.exec()
"""


@pytest.mark.fault("P7")
def test_a_failure_in_a_slot_is_recorded_without_its_words(tmp_path: Path) -> None:
    """P7: Qt calls back into Python, and what fails there has nobody to fail to."""
    done = subprocess.run(
        [sys.executable, "-c", SLOT_FAILS, str(tmp_path), CANARY_PIN],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "app")},
        capture_output=True,
        text=True,
        check=True,
        timeout=15,
    )
    assert names_in_text(done.stdout + done.stderr) == frozenset()
    (line,) = (tmp_path / LOG_NAME).read_text(encoding="ascii").splitlines()
    assert json.loads(line)["event"] == "failure nobody caught"
    assert json.loads(line)["failure"] == "ValueError"
