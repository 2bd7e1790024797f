"""Receipt printers at a USB or a serial port, over a terminal that stands for the device."""

import errno
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

if sys.platform == "win32":
    # Windows has neither termios nor device files, and the till offers neither kind of port there.
    pytest.skip("this system has no such devices", allow_module_level=True)

import fcntl
import termios

from counterfoil.adapters.printing.receipt_printer import Limits, Line, ReceiptPrinter
from counterfoil.adapters.printing.serial_line import SerialLine, find_serial_ports
from counterfoil.adapters.printing.slip_escpos import SlipEscPos
from counterfoil.adapters.printing.symbols import ZxingSymbols
from counterfoil.adapters.printing.usb_line import UsbLine, UsbPrinter, find_usb_printers
from counterfoil.domain.printer_profile import BAUDS, GENERIC_80
from counterfoil.domain.slip import Slip, SlipKind, Text
from counterfoil.ports.printer import NotSent, PrintOutcome, PrintTrouble, Sent, Uncertain
from counterfoil_sandbox.printer.escpos import EscPosPrinter, Trouble
from support.pty_printer import PtyPrinter, plug_in
from support.slips import final_slip

TITLE = "Counterfoil 03-008841"
QUICK = Limits(connect_s=2, write_s=2, answer_s=2, looks=1)
IMPATIENT = Limits(connect_s=2, write_s=0.1, answer_s=0.05, looks=1)
SHORT = Slip(kind=SlipKind.ORIGINAL, lines=(Text("CHANGE VOUCHER"), Text("8814 0327")))
ASKED = 9
NAME = "04b8:0e28"


@pytest.fixture(params=["serial", "usb"])
def kind(request: pytest.FixtureRequest) -> str:
    """Give each kind of port in turn."""
    return str(request.param)


def line_to(kind: str, raw: PtyPrinter, root: Path) -> Line:
    """Return a line to the printer, as one of the two kinds of port."""
    if kind == "serial":
        return SerialLine(raw.device, 115200)
    plug_in(root, 0, raw.device)
    return UsbLine(NAME, root=root)


@asynccontextmanager
async def printing_over(line: Line, limits: Limits = QUICK) -> AsyncIterator[ReceiptPrinter]:
    """Give a printer over a line."""
    writing = SlipEscPos(ZxingSymbols(), GENERIC_80)
    printer = ReceiptPrinter(line, writing, limits=limits, clears=0)
    yield printer
    await printer.close()


async def printed(line: Line, slip: Slip = SHORT, limits: Limits = QUICK) -> PrintOutcome:
    """Print one slip and return what is said of it."""
    async with printing_over(line, limits) as printer:
        return await printer.print_slip(slip, title=TITLE)


async def test_slips_come_out_whole(kind: str, tmp_path: Path) -> None:
    """Also one with pictures, whose bytes a terminal would take for its own."""
    with PtyPrinter() as raw:
        line = line_to(kind, raw, tmp_path)
        async with printing_over(line) as printer:
            assert printer.describe() == f"Printer {line.name}"
            outcomes = [await printer.print_slip(one, title=TITLE) for one in (final_slip(), SHORT)]
        raw.wait_for_papers(2)
    assert outcomes == [Sent(f"{line.name} 1"), Sent(f"{line.name} 2")]
    first, second = raw.machine.papers
    assert "8814 0327 5519 6042" in first.text
    assert second.text.splitlines()[:2] == ["CHANGE VOUCHER", "8814 0327"]
    assert raw.machine.errors == []


@pytest.mark.fault("R3")
@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (Trouble.PAPER_END, PrintTrouble.PAPER_OUT),
        (Trouble.COVER_OPEN, PrintTrouble.COVER_OPEN),
        (Trouble.CUTTER, PrintTrouble.PRINTER_FAULT),
        (Trouble.OFFLINE, PrintTrouble.OFFLINE),
    ],
)
async def test_what_the_printer_says_is_believed(
    kind: str, tmp_path: Path, trouble: Trouble, said: PrintTrouble
) -> None:
    """It gets nothing while it cannot print."""
    with PtyPrinter() as raw:
        raw.machine.fail(trouble)
        assert await printed(line_to(kind, raw, tmp_path)) == NotSent(said)
        assert raw.machine.taken == ASKED


@pytest.mark.fault("R2")
async def test_paper_that_ends_in_the_middle_is_said(kind: str, tmp_path: Path) -> None:
    """As over the network."""
    with PtyPrinter(EscPosPrinter(dots=504, paper_ends_after=ASKED + 20)) as raw:
        assert await printed(line_to(kind, raw, tmp_path)) == Uncertain(PrintTrouble.PAPER_OUT)


async def test_no_status_is_no_trouble(kind: str, tmp_path: Path) -> None:
    """Most cheap printers at such ports say nothing."""
    with PtyPrinter(is_silent=True) as raw:
        assert isinstance(await printed(line_to(kind, raw, tmp_path), limits=IMPATIENT), Sent)
        raw.wait_for_papers(1)
    assert len(raw.machine.papers) == 1


async def test_a_hung_device_is_not_waited_for(kind: str, tmp_path: Path) -> None:
    """It takes some of a long slip and no more."""
    long = Slip(kind=SlipKind.ORIGINAL, lines=(Text("x" * 40),) * 2000)
    with PtyPrinter(is_deaf=True) as raw:
        outcome = await printed(line_to(kind, raw, tmp_path), long, IMPATIENT)
    assert outcome == Uncertain(PrintTrouble.TIMED_OUT)


async def test_a_device_that_is_not_there_gets_nothing(kind: str, tmp_path: Path) -> None:
    """Unplugged before: nothing of the slip can have come out."""
    gone = (
        SerialLine(str(tmp_path / "tty"), 9600)
        if kind == "serial"
        else UsbLine(NAME, root=tmp_path)
    )
    assert await printed(gone) == NotSent(PrintTrouble.OFFLINE)


async def test_what_is_no_device_gets_nothing(tmp_path: Path) -> None:
    """A plain file is not written into, and what is no terminal is no serial port."""
    plain = tmp_path / "tty"
    plain.write_bytes(b"mine")
    assert await printed(SerialLine(str(plain), 9600)) == NotSent(PrintTrouble.OFFLINE)
    assert plain.read_bytes() == b"mine"
    assert await printed(SerialLine(os.devnull, 9600)) == NotSent(PrintTrouble.OFFLINE)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EACCES, PrintTrouble.NO_ACCESS),
        (errno.EBUSY, PrintTrouble.BUSY),
        (errno.EIO, PrintTrouble.OFFLINE),
    ],
)
async def test_why_a_device_cannot_be_opened_is_said(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: PrintTrouble
) -> None:
    """Who may not use it, and who has it already."""

    def refuse(path: str, flags: int) -> int:
        raise OSError(number, os.strerror(number))

    with PtyPrinter() as raw:
        line = line_to(kind, raw, tmp_path)
        with monkeypatch.context() as patched:
            patched.setattr("counterfoil.adapters.printing.device_line.os.open", refuse)
            assert await printed(line) == NotSent(said)


async def test_another_programs_serial_port_is_left_to_it() -> None:
    """A lock is on it."""
    with PtyPrinter() as raw:
        other = os.open(raw.device, os.O_RDWR | os.O_NOCTTY)
        fcntl.flock(other, fcntl.LOCK_EX)
        assert await printed(SerialLine(raw.device, 9600)) == NotSent(PrintTrouble.BUSY)
        os.close(other)
        assert isinstance(await printed(SerialLine(raw.device, 9600)), Sent)


@pytest.mark.parametrize("baud", BAUDS)
def test_a_port_is_set_to_its_speed(baud: int) -> None:
    """Eight bits, no parity, one stop bit, and no byte is changed on the way."""
    with PtyPrinter() as raw:
        wire = SerialLine(raw.device, baud).open(1)
        watching = os.open(raw.device, os.O_RDWR | os.O_NOCTTY)
        modes = termios.tcgetattr(watching)
        os.close(watching)
        wire.close()
    assert modes[4] == modes[5] == getattr(termios, f"B{baud}")
    assert modes[2] & termios.CSIZE == termios.CS8
    assert not modes[2] & (termios.PARENB | termios.CSTOPB)
    assert not modes[1] & termios.OPOST


async def test_a_device_that_is_unplugged_while_it_prints_leaves_a_doubt(tmp_path: Path) -> None:
    """Some of the slip may be on paper."""
    with PtyPrinter(is_silent=True) as raw:
        wire = line_to("usb", raw, tmp_path).open(1)
        assert wire.send(b"x", 1) == 1
        raw.unplug()
        with pytest.raises(OSError, match=os.strerror(errno.ENODEV)):
            wire.send(b"x", 1)
        with pytest.raises(OSError, match=os.strerror(errno.ENODEV)):
            wire.receive(1)
        wire.close()


def test_usb_printers_are_known_by_maker_model_and_serial(tmp_path: Path) -> None:
    """Whatever is plugged in first; something that does not say what it is, is no printer."""
    plug_in(tmp_path, 0, "/dev/null", serial="J4KF\x07012345")
    plug_in(tmp_path, 1, "/dev/null", model="")
    plug_in(tmp_path, 2, "/dev/null", serial="B2", model="0202")
    devices = [str(tmp_path / f"dev/usb/lp{number}") for number in (0, 2)]
    assert find_usb_printers(tmp_path) == (
        UsbPrinter("04b8:0e28:J4KF 012345", "EPSON TM-T20II", devices[0]),
        UsbPrinter("04b8:0202:B2", "EPSON TM-T20II", devices[1]),
    )
    assert find_usb_printers(tmp_path / "empty") == ()


@pytest.mark.fault("R7")
async def test_of_two_printers_that_are_alike_neither_is_guessed_at(tmp_path: Path) -> None:
    """With its serial number the one is meant; another model is not taken in its place."""
    with PtyPrinter() as one, PtyPrinter() as two:
        plug_in(tmp_path, 0, one.device, serial="A1")
        plug_in(tmp_path, 1, two.device, serial="A12")
        assert await printed(UsbLine(NAME, root=tmp_path)) == NotSent(PrintTrouble.OFFLINE)
        assert await printed(UsbLine("04b8:0202", root=tmp_path)) == NotSent(PrintTrouble.OFFLINE)
        assert isinstance(await printed(UsbLine(f"{NAME}:A1", root=tmp_path)), Sent)
        one.wait_for_papers(1)
    assert (len(one.machine.papers), two.machine.taken) == (1, 0)


def test_serial_ports_are_listed_by_names_that_stay(tmp_path: Path) -> None:
    """Where the system has such names."""
    (tmp_path / "usb-FTDI_A1-if00-port0").touch()
    assert find_serial_ports(tmp_path) == (str(tmp_path / "usb-FTDI_A1-if00-port0"),)
    assert find_serial_ports(tmp_path / "none") == ()
