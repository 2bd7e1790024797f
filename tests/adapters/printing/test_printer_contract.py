"""Every printer keeps the same promises: in memory, a folder, a system queue, on the network."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from counterfoil.adapters.printing.folder_printer import FolderPrinter
from counterfoil.adapters.printing.network_line import NetworkLine
from counterfoil.adapters.printing.queue_printer import QueuePrinter
from counterfoil.adapters.printing.receipt_printer import Limits, ReceiptPrinter
from counterfoil.adapters.printing.slip_escpos import SlipEscPos
from counterfoil.adapters.printing.slip_pdf import SlipPdf
from counterfoil.adapters.printing.symbols import ZxingSymbols
from counterfoil.adapters.printing.windows_queue import WindowsQueuePrinter
from counterfoil.domain.printer_profile import GENERIC_80
from counterfoil.ports.printer import NotSent, Printer, Sent
from support.canary import CANARY_CHANGE_PIN, PAPER
from support.fake_lp import FakeLp, install_fake_lp
from support.fake_spooler import FakeSpooler
from support.printers import MemoryPrinter
from support.raw_printer import RawPrinter
from support.slips import copy_slip, final_slip, pending_slip

TITLE = "Counterfoil 03-008841"


@dataclass(frozen=True, slots=True)
class Bench:
    """A printer and a way to count what came out of it."""

    printer: Printer
    count: Callable[[], int]


def _folder_bench(tmp_path: Path) -> Bench:
    folder = tmp_path / PAPER
    folder.mkdir()
    printer = FolderPrinter(folder, SlipPdf(ZxingSymbols()))
    return Bench(printer, lambda: len(list(folder.glob("*.pdf"))))


def _queue_bench(fake: FakeLp) -> Bench:
    symbols = ZxingSymbols()
    printer = QueuePrinter("Kitchen", SlipPdf(symbols), SlipEscPos(symbols, GENERIC_80))
    return Bench(printer, lambda: len(fake.jobs()))


def _windows_bench() -> Bench:
    spooler = FakeSpooler()
    writing = SlipEscPos(ZxingSymbols(), GENERIC_80)
    printer = WindowsQueuePrinter("Kitchen", writing, lambda: spooler, watch_s=0)
    return Bench(printer, lambda: len(spooler.jobs))


@contextmanager
def _network_bench() -> Iterator[Bench]:
    limits = Limits(connect_s=5, write_s=5, answer_s=5, looks=1)
    writing = SlipEscPos(ZxingSymbols(), GENERIC_80)
    with RawPrinter() as raw:
        printer = ReceiptPrinter(NetworkLine("127.0.0.1", raw.port), writing, limits=limits)
        yield Bench(printer, lambda: len(raw.machine.papers))


@pytest.fixture(params=["memory", "folder", "queue", "network", "windows"])
async def bench(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Bench]:
    """Give each printer in turn."""
    opened = ExitStack()
    if request.param == "memory":
        memory = MemoryPrinter()
        made = Bench(memory, lambda: len(memory.slips))
    elif request.param == "folder":
        made = _folder_bench(tmp_path)
    elif request.param == "windows":
        made = _windows_bench()
    elif request.param == "network":
        made = opened.enter_context(_network_bench())
    elif sys.platform == "win32":
        pytest.skip("there is no print command here")
    else:
        made = _queue_bench(install_fake_lp(tmp_path, monkeypatch))
    with opened:
        yield made
        await made.printer.close()


async def test_a_slip_is_sent_once(bench: Bench) -> None:
    """One call, one paper."""
    outcome = await bench.printer.print_slip(final_slip(CANARY_CHANGE_PIN), title=TITLE)
    assert isinstance(outcome, Sent)
    assert bench.count() == 1


async def test_the_same_slip_twice_is_two_papers(bench: Bench) -> None:
    """A printer never decides that a slip has been printed already."""
    first = await bench.printer.print_slip(final_slip(CANARY_CHANGE_PIN), title=TITLE)
    second = await bench.printer.print_slip(final_slip(CANARY_CHANGE_PIN), title=TITLE)
    assert isinstance(first, Sent)
    assert isinstance(second, Sent)
    assert first.where != second.where
    assert bench.count() == 2


async def test_several_slips_at_once_all_come_out(bench: Bench) -> None:
    """Slips asked for at the same time queue up."""
    slips = [final_slip(CANARY_CHANGE_PIN), pending_slip(), copy_slip()]
    outcomes = await asyncio.gather(
        *(bench.printer.print_slip(slip, title=TITLE) for slip in slips)
    )
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert bench.count() == 3


async def test_an_answer_holds_no_secret(bench: Bench) -> None:
    """Where a slip went never names a PIN."""
    outcome = await bench.printer.print_slip(final_slip(CANARY_CHANGE_PIN), title=TITLE)
    words = repr(outcome) + bench.printer.describe()
    assert CANARY_CHANGE_PIN not in words
    assert "9838" not in words


async def test_a_closed_printer_says_so_and_prints_nothing(bench: Bench) -> None:
    """After closing, an outcome still comes, and no paper."""
    await bench.printer.close()
    outcome = await bench.printer.print_slip(pending_slip(), title=TITLE)
    assert isinstance(outcome, NotSent)
    assert bench.count() == 0


async def test_the_loop_runs_while_a_slip_is_drawn(bench: Bench) -> None:
    """Other work gets its turn before the slip is done, whatever its length."""
    long = replace(final_slip(CANARY_CHANGE_PIN), lines=final_slip(CANARY_CHANGE_PIN).lines * 5)
    turns = 0

    async def other_work() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    async with asyncio.TaskGroup() as group:
        other = group.create_task(other_work())
        outcome = await bench.printer.print_slip(long, title=TITLE)
        if not isinstance(bench.printer, MemoryPrinter):
            assert turns > 0
        other.cancel()
    assert isinstance(outcome, Sent)


async def test_a_look_prints_nothing_and_finds_nothing_wrong_where_slips_come_out(
    bench: Bench,
) -> None:
    """Before the first slip and after it; it is the printer's own word, and no slip's."""
    assert await bench.printer.look() is None
    await bench.printer.print_slip(pending_slip(), title=TITLE)
    assert await bench.printer.look() is None
    assert bench.count() == 1
