"""A printer that hangs holds nobody up, and a paused print queue goes on by one press."""

import asyncio
import errno
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from typing_extensions import override

from counterfoil.adapters.printing.queue_printer import QueuePrinter
from counterfoil.adapters.printing.receipt_printer import Line, ReceiptPrinter, Wire
from counterfoil.adapters.printing.slip_escpos import SlipEscPos
from counterfoil.adapters.printing.slip_pdf import SlipPdf
from counterfoil.adapters.printing.symbols import ZxingSymbols
from counterfoil.domain.printer_profile import GENERIC_80
from support.canary import CANARY_PIN
from support.fake_lp import FakeLp, install_fake_lp
from support.gateways import ScriptedGateway
from support.printers import OnRealPrinter
from support.till import approved
from support.window import TYPES, WindowTill, open_window

needs_print_command = pytest.mark.skipif(
    sys.platform == "win32", reason="there is no print command here"
)


def words(till: WindowTill) -> str:
    """Return what visible labels say."""
    labels = till.window.findChildren(QLabel)
    return "\n".join(one.text() for one in labels if one.isVisible())


class HeldLine(Line):
    """A printer that does not answer until its gate is opened, and then is gone."""

    def __init__(self) -> None:
        self.is_reached, self.gate = threading.Event(), threading.Event()

    @property
    @override
    def name(self) -> str:
        return "held"

    @override
    def open(self, limit_s: float) -> Wire:
        self.is_reached.set()
        self.gate.wait(30)
        raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))


async def test_nothing_waits_for_a_printer_that_hangs() -> None:
    """Its thread is still held when the goods are handed over and the next customer is served."""
    line = HeldLine()
    printer = OnRealPrinter(ReceiptPrinter(line, SlipEscPos(ZxingSymbols(), GENERIC_80)))
    gateway = ScriptedGateway([approved(), approved()], types=TYPES)
    async with open_window(gateway, printer=printer) as till:
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until(line.is_reached.is_set)
        await till.until(lambda: "HAND OVER NOW" in words(till))
        assert not line.gate.is_set()
        line.gate.set()
        await till.until(lambda: "off or not connected" in words(till))
        await printer.close()


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeLp:
    """Return a print service whose queue somebody has paused."""
    fake = install_fake_lp(tmp_path, monkeypatch)
    fake.set_state("printer Kitchen disabled since Sun Nov 29 12:00:00 2026 -")
    return fake


async def until(till: WindowTill, is_so: Callable[[], bool]) -> None:
    """Let the till work until something is so, which programs of the print service may delay."""
    async with asyncio.timeout(30):
        while not is_so():
            await till.settle()


@asynccontextmanager
async def at_queue() -> AsyncIterator[WindowTill]:
    """Open a till that prints to the queue, with a paid sale in front whose slip is kept out."""
    writing = SlipEscPos(ZxingSymbols(), GENERIC_80)
    printer = OnRealPrinter(QueuePrinter("Kitchen", SlipPdf(ZxingSymbols()), writing))
    gateway = ScriptedGateway([approved()], types=TYPES)
    async with open_window(gateway, printer=printer) as till:
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await until(till, lambda: "The print queue is paused." in words(till))
        assert "HAND OVER NOW" in words(till)
        await till.ready_to_answer()
        yield till
        await printer.close()


@needs_print_command
@pytest.mark.fault("R1")
async def test_a_paused_queue_goes_on_by_one_press(service: FakeLp) -> None:
    """The same key that prints: the slip comes, and is the original."""
    async with at_queue() as till:
        till.press(Qt.Key.Key_F9)
        await until(till, lambda: till.has("act-slip_complete"))
    assert service.commands() == ["cupsenable Kitchen"]
    assert len(service.jobs()) == 1


@needs_print_command
async def test_a_queue_that_may_not_be_resumed_says_so_and_stays_one_press_away(
    service: FakeLp,
) -> None:
    """The print system lets only some users do that; another one can meanwhile."""
    service.set_mode("refuse")
    async with at_queue() as till:
        till.press(Qt.Key.Key_F9)
        await until(till, lambda: "does not let this user" in till.shell.screen().toast)
        await until(till, lambda: till.has("act-resume_printer"))
        service.set_mode("accept")
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F9)
        await until(till, lambda: till.has("act-slip_complete"))


@needs_print_command
async def test_a_list_resumes_a_paused_queue_too(service: FakeLp) -> None:
    """In Slips to finish the slip that was left there says so once it is printed again."""
    async with at_queue() as till:
        till.press(Qt.Key.Key_F2)
        await until(till, lambda: till.has("tab-slips"))
        till.click("tab-slips")
        await until(till, lambda: till.has("act-print_again"))
        till.press(Qt.Key.Key_F9)
        await until(till, lambda: till.has("act-resume_printer"))
        till.press(Qt.Key.Key_F9)
        await until(till, lambda: till.has("act-slip_complete"))
        assert not till.has("act-resume_printer")
    assert service.commands() == ["cupsenable Kitchen"]
