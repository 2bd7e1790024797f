"""What holds for every test is itself held: a small suite that breaks each rule goes red."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

_DOMAIN = """
import asyncio, logging, tempfile, pathlib
from support.canary import CANARY_PIN

kept = []

async def test_leaves_a_task():
    kept.append(asyncio.get_running_loop().create_task(asyncio.sleep(1000)))

def test_warns():
    logging.getLogger("journal").warning("disk is full")

def test_announces_in_vain(expect_log):
    expect_log("journal", "disk is full")

def test_logs_a_pin():
    logging.getLogger("gateway").debug("body %s", CANARY_PIN)

async def test_is_well_behaved(expect_log):
    assert type(asyncio.get_running_loop()).__module__.startswith("asyncio")
    expect_log("journal", "disk")
    logging.getLogger("journal").warning("disk is full")
"""

_WINDOW = """
import asyncio
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from qasync import QEventLoop

kept = []

def test_leaves_a_window():
    kept.append(QWidget())
    kept[-1].show()

def test_leaves_a_timer():
    kept.append(QTimer())
    kept[-1].start(60_000)

async def test_runs_on_the_qt_loop():
    assert isinstance(asyncio.get_running_loop(), QEventLoop)
    await asyncio.sleep(0.001)
"""

_PLANTED = """
import tempfile
from support.canary import CANARY_PIN

def test_writes_a_pin():
    with tempfile.NamedTemporaryFile("w", delete=False) as file:
        file.write(CANARY_PIN)
"""


_HALF_A_LETTER = """
import logging

def test_logs_half_a_letter():
    logging.getLogger("gateway").debug("body %s", "\\udc80")

def test_fails_with_half_a_letter():
    assert not "\\udc80", "\\udc80"
"""


def _run(suite: Path, *options: str, **modules: str) -> str:
    """Run these modules, by folder, under the real conftest and return what pytest printed."""
    tests = suite / "tests"
    shutil.copytree(TESTS / "support", tests / "support")
    shutil.copy(TESTS / "conftest.py", tests)
    shutil.copy(TESTS.parent / "pyproject.toml", suite)
    for folder, text in modules.items():
        (tests / folder).mkdir(exist_ok=True)
        (tests / folder / f"test_{folder or 'root'}.py").write_text(text)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", f"--basetemp={suite / 'files'}", *options],
        cwd=suite,
        capture_output=True,
        text=True,
        check=False,
    )
    # What was planted is not for the search at the end of this session.
    shutil.rmtree(suite)
    assert run.returncode != 0
    return run.stdout + run.stderr


def test_whatever_a_test_leaves_behind_fails_it(tmp_path: Path) -> None:
    """A task, a window, a timer, a warning, a vain announcement and a logged PIN: an error each."""
    printed = _run(tmp_path, domain=_DOMAIN, window=_WINDOW)
    failed = set(re.findall(r"^ERROR \S+::(\w+)", printed, re.MULTILINE))
    assert failed == {
        "test_announces_in_vain",
        "test_leaves_a_task",
        "test_leaves_a_timer",
        "test_leaves_a_window",
        "test_logs_a_pin",
        "test_warns",
    }, printed
    assert "8 passed, 6 errors" in printed


@pytest.mark.fault("X14")
def test_a_pin_in_any_file_of_the_session_fails_it(tmp_path: Path) -> None:
    """A temporary file that a test forgot is searched too, and named without the PIN."""
    printed = _run(tmp_path, domain=_PLANTED)
    assert re.search(r"a secret was written down:\s+\S+: CANARY_PIN", printed), printed
    assert "1 passed, 1 error" in printed


def test_half_a_letter_does_not_stop_a_process_that_runs_tests(tmp_path: Path) -> None:
    """What was logged and what failed is told by one process to another."""
    printed = _run(tmp_path, "-n1", domain=_HALF_A_LETTER)
    assert "1 failed, 1 passed" in printed, printed


@pytest.mark.parametrize(
    ("folder", "text", "words"),
    [
        ("elsewhere", "def test_it(): ...", "a test lies in one of"),
        ("domain", "def test_it(qtbot): ...", "only in tests/window"),
    ],
    ids=["folder", "fixture"],
)
def test_a_misplaced_test_stops_the_collection(
    tmp_path: Path, folder: str, text: str, words: str
) -> None:
    """A test on no shelf, or one that uses Qt on another than the window's, runs nothing."""
    printed = _run(tmp_path, **{folder: text})
    assert words in printed
    assert "passed" not in printed
