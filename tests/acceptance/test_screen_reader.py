"""A till is read over AT-SPI, from another process, as the screen readers of Linux read it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.canary import CANARY_PIN
from support.screen_reader import Reader, missing, screen
from support.spoken import LONG_NUMBER, PUBLIC

pytestmark = [
    pytest.mark.skipif(bool(missing()), reason=missing()),
    pytest.mark.timeout(120),  # A screen, three buses and a till begin, on a machine that is busy.
]

TESTS = Path(__file__).parents[1]
WITHIN_S = 60
ROLES = {"push button", "radio button", "check box", "text", "password text"}
PHONE = "082 555 4567"


@pytest.fixture
def till(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", Reader]]:
    """Give a till with a voucher typed in, and who reads it."""
    with screen(tmp_path) as (own, reader):
        command = [sys.executable, "-m", "support.heard_till"]
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=TESTS,
            env={**own, "PYTHONPATH": str(TESTS)},
        ) as process:
            yield process, reader
            process.communicate("\n", timeout=WITHIN_S)
            assert process.returncode == 0


def go_on(process: "subprocess.Popen[str]", until: str, *, line: str = "") -> None:
    """Send a line, if any, and wait for a word."""
    assert process.stdin is not None and process.stdout is not None  # noqa: PT018 - both were asked for
    process.stdin.write(line)
    process.stdin.flush()
    assert process.stdout.readline().strip() == until


def test_a_sale_is_heard_and_its_pin_is_not(till: tuple["subprocess.Popen[str]", Reader]) -> None:
    """Each control has a name and a role, the result is announced, and no number is told."""
    process, reader = till
    go_on(process, "ready")
    form = reader.shown()
    controls = [one for one in form if one.is_focusable]
    assert [one for one in controls if not one.name or one.role not in ROLES] == []
    said = {(one.role, one.name) for one in controls}
    assert {
        ("push button", "Voucher, this page"),
        ("radio button", "1Voucher"),
        ("check box", "Whole value"),
        ("push button", "Use voucher for R19.00"),
    } <= said
    (pin,) = [one for one in controls if one.name == "Voucher PIN, required"]
    assert set(pin.lines) == {"●"}
    go_on(process, "done", line="\n")
    heard = reader.next_announcement(WITHIN_S)
    while not heard.startswith("HAND OVER NOW"):
        heard = reader.next_announcement(WITHIN_S)
    result = reader.shown()
    for one in (*form, *result):
        told = f"{one.name}\n{one.description}\n{one.lines}"
        assert CANARY_PIN not in told
        assert set(LONG_NUMBER.findall(told)) <= {*PUBLIC, PHONE}
        assert PHONE not in told or one.name == "Mobile number, optional"
