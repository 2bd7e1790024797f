"""What a printer that hangs adds to the time from an answer to the screen that says hand over."""

import asyncio
import os
import select
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from unittest.mock import patch

from PySide6.QtCore import QEvent, QObject, Qt
from typing_extensions import override

from bench.measuring import Row
from counterfoil.adapters.printing.absent_printer import AbsentPrinter
from counterfoil.adapters.printing.network_line import NetworkLine
from counterfoil.adapters.printing.queue_printer import QueuePrinter
from counterfoil.adapters.printing.receipt_printer import ReceiptPrinter
from counterfoil.adapters.printing.slip_escpos import SlipEscPos
from counterfoil.adapters.printing.slip_pdf import SlipPdf
from counterfoil.adapters.printing.symbols import ZxingSymbols
from counterfoil.adapters.printing.usb_line import UsbLine
from counterfoil.domain.printer_profile import GENERIC_80
from counterfoil.domain.redemption import AttemptKind, Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.verdict import Verdict
from counterfoil.ports.printer import Printer
from support.gateways import ScriptedGateway
from support.printers import OnRealPrinter
from support.pty_printer import PtyPrinter, plug_in
from support.slips import final_slip
from support.till import approved
from support.window import TYPES, WindowTill, open_window

_ROUNDS = 4
_SALES = 8
_WITHOUT = "no printer"
_PAUSED = "#!/bin/sh\necho 'printer Kitchen disabled since Sun Nov 29 12:00:00 2026 -'\n"


async def rows() -> list[Row]:
    """Measure sales with each printer in turn, so that a noisy machine is so to all of them."""
    with ExitStack() as opened:
        printers = {_WITHOUT: AbsentPrinter(), **_hanging(opened)}
        taken: dict[str, list[float]] = {name: [] for name in printers}
        for _ in range(_ROUNDS):
            for name, printer in printers.items():
                taken[name] += await _sales_ms(printer)
        for printer in printers.values():
            await printer.close()
    floor = median(taken.pop(_WITHOUT))
    return [
        Row(what=f"answer to green, {name}", floor=floor, ours=median(times), goal=1.1)
        for name, times in taken.items()
    ]


def _hanging(opened: ExitStack) -> dict[str, Printer]:
    symbols = ZxingSymbols()
    folder = Path(opened.enter_context(TemporaryDirectory()))
    programs = folder / "bin"
    programs.mkdir()
    for name in ("lp", "lpstat"):
        (programs / name).write_text(_PAUSED)
        (programs / name).chmod(0o755)
    opened.enter_context(patch.dict(os.environ, {"PATH": str(programs)}))
    usb = opened.enter_context(PtyPrinter(is_deaf=True))
    plug_in(folder, 0, usb.device)

    def written() -> SlipEscPos:
        writing = SlipEscPos(symbols, GENERIC_80)
        writing.write(final_slip())  # the first one loads the profiles: the start does so
        return writing

    network = NetworkLine("127.0.0.1", opened.enter_context(_dead_port()))
    return {
        "dead network printer": ReceiptPrinter(network, written()),
        "paused queue": QueuePrinter("Kitchen", SlipPdf(symbols), written()),
        "hung USB printer": ReceiptPrinter(UsbLine("04b8:0e28", root=folder), written()),
    }


@contextmanager
def _dead_port() -> Iterator[int]:
    """Give a port where nobody answers, as at the address of a printer that is off."""
    with ExitStack() as opened:
        listening = opened.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        is_answered = True
        while is_answered:  # until no more connections are kept waiting
            one = opened.enter_context(socket.socket())
            one.settimeout(0)
            _ = one.connect_ex(listening.getsockname())
            is_answered = bool(select.select([], [one], [], 0.1)[1])
        yield listening.getsockname()[1]


async def _sales_ms(printer: Printer) -> list[float]:
    """Return how long each sale takes from its answer to a green screen that is painted.

    Nobody waits for the slips: they are being printed while the next sale is served.
    """
    gateway = _ClockedGateway(types=TYPES, otherwise=approved(500, change=None))
    async with open_window(gateway, printer=OnRealPrinter(printer)) as till:
        painted = _GreenPaint(till)
        taken = []
        for number in range(_SALES):
            till.fill(pin=f"11156840000{number:05d}", amount="5")
            await till.settle()
            painted.forget()
            till.press(Qt.Key.Key_F12)
            await till.until(painted.is_seen)
            taken.append((painted.at_s - gateway.answered_s) * 1000)
            await till.ready_to_answer()
            till.press(Qt.Key.Key_F2)
            await till.until(lambda: till.counter.shown is None)
    return taken[1:]  # the first one makes the page


class _GreenPaint(QObject):
    """Knows when the window first painted a screen that says hand over."""

    def __init__(self, till: WindowTill) -> None:
        super().__init__(till.window)
        self._counter = till.counter
        self.at_s = 0.0
        till.window.installEventFilter(self)

    def forget(self) -> None:
        """Wait for another one."""
        self.at_s = 0.0

    def is_seen(self) -> bool:
        """Whether it was painted."""
        return self.at_s > 0

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.UpdateRequest and not self.at_s:
            result = self._counter.screen().result
            if result is not None and result.banner.is_hand_over:
                # Once Qt has painted, which it does after this.
                _ = asyncio.get_running_loop().call_soon(self._note)
        return False

    def _note(self) -> None:
        self.at_s = self.at_s or time.perf_counter()


class _ClockedGateway(ScriptedGateway):
    """Knows when it gave its last answer."""

    answered_s = 0.0

    @override
    async def ask(self, redemption: Redemption, kind: AttemptKind, request: Secret) -> Verdict:
        verdict = await super().ask(redemption, kind, request)
        self.answered_s = time.perf_counter()
        return verdict
