"""A receipt printer on the network, over a real socket, which stops where the test says."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace

import pytest

from counterfoil.adapters.printing.network_line import NetworkLine
from counterfoil.adapters.printing.receipt_printer import Limits, Line, ReceiptPrinter, Wire
from counterfoil.adapters.printing.slip_escpos import SlipEscPos
from counterfoil.adapters.printing.symbols import ZxingSymbols
from counterfoil.domain.printer_profile import GENERIC_80
from counterfoil.domain.slip import Barcode, Slip, SlipKind, Text
from counterfoil.overriding import override
from counterfoil.ports.printer import NotSent, PrintOutcome, PrintTrouble, Sent, Uncertain
from counterfoil_sandbox.printer.escpos import EscPosPrinter, Trouble
from support.log_witness import ExpectLog
from support.memory_line import MemoryLine
from support.raw_printer import RawPrinter
from support.slips import final_slip

TITLE = "Counterfoil 03-008841"
ASKED = 9
"""How many bytes a question for the status has."""
QUICK = Limits(connect_s=2, write_s=2, answer_s=2, looks=1)
IMPATIENT = Limits(connect_s=2, write_s=2, answer_s=0.02, looks=1)
SHORT = Slip(kind=SlipKind.ORIGINAL, lines=(Text("CHANGE VOUCHER"), Text("8814 0327")))
WIRE = SlipEscPos(ZxingSymbols(), GENERIC_80).write(SHORT)


@asynccontextmanager
async def printing_to(port: int, limits: Limits = QUICK) -> AsyncIterator[ReceiptPrinter]:
    """Give a printer that sends to this port."""
    writing = SlipEscPos(ZxingSymbols(), GENERIC_80)
    printer = ReceiptPrinter(NetworkLine("127.0.0.1", port), writing, limits=limits, clears=0)
    yield printer
    await printer.close()


async def printed(port: int, slip: Slip = SHORT, limits: Limits = QUICK) -> PrintOutcome:
    """Print one slip and return what is said of it."""
    async with printing_to(port, limits) as printer:
        return await printer.print_slip(slip, title=TITLE)


@contextmanager
def in_trouble(trouble: Trouble) -> Iterator[RawPrinter]:
    """Give a printer that cannot print."""
    machine = EscPosPrinter(dots=504)
    machine.fail(trouble)
    with RawPrinter(machine) as printer:
        yield printer


async def test_a_slip_comes_out_whole() -> None:
    """Over a connection of its own, and cut off."""
    with RawPrinter() as printer:
        async with printing_to(printer.port) as sending:
            outcomes = [await sending.print_slip(one, title=TITLE) for one in (final_slip(), SHORT)]
    assert outcomes == [Sent(f"127.0.0.1:{printer.port} {job}") for job in (1, 2)]
    first, second = printer.machine.papers
    assert "8814 0327 5519 6042" in first.text
    assert second.text.splitlines()[:2] == ["CHANGE VOUCHER", "8814 0327"]
    assert printer.machine.errors == []
    assert printer.connections == 2


async def test_several_slips_at_once_come_out_one_after_the_other() -> None:
    """The printer is there for one job at a time, and no slip is in another."""
    slips = [Slip(kind=SlipKind.ORIGINAL, lines=(Text(f"slip {n}"),) * 9) for n in range(5)]
    with RawPrinter() as printer:
        async with printing_to(printer.port) as one, printing_to(printer.port) as two:
            sending = [
                (one if n % 2 else two).print_slip(slip, title=TITLE)
                for n, slip in enumerate(slips)
            ]
            outcomes = await asyncio.gather(*sending)
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    texts = sorted(paper.text.strip() for paper in printer.machine.papers)
    assert texts == ["\n".join([f"slip {n}"] * 9) for n in range(5)]


@pytest.mark.fault("R1")
async def test_a_printer_that_is_off_gets_nothing() -> None:
    """Nobody listens there, or the name is nobody's."""
    with RawPrinter() as printer:
        port = printer.port
    assert await printed(port) == NotSent(PrintTrouble.OFFLINE)
    writing = SlipEscPos(ZxingSymbols(), GENERIC_80)
    nowhere = ReceiptPrinter(NetworkLine("a..b", 9100), writing, limits=QUICK, clears=0)
    assert await nowhere.print_slip(SHORT, title=TITLE) == NotSent(PrintTrouble.OFFLINE)
    await nowhere.close()


@pytest.mark.fault("R1", "R3")
@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (Trouble.PAPER_END, PrintTrouble.PAPER_OUT),
        (Trouble.COVER_OPEN, PrintTrouble.COVER_OPEN),
        (Trouble.CUTTER, PrintTrouble.PRINTER_FAULT),
        (Trouble.OFFLINE, PrintTrouble.OFFLINE),
    ],
)
async def test_a_printer_that_says_it_cannot_print_gets_nothing(
    trouble: Trouble, said: PrintTrouble
) -> None:
    """Printing again, once it can, makes no second paper."""
    with in_trouble(trouble) as printer:
        assert await printed(printer.port) == NotSent(said)
        printer.machine.recover(trouble)
        assert isinstance(await printed(printer.port), Sent)
    assert len(printer.machine.papers) == 1


async def test_a_look_says_what_the_printer_says() -> None:
    """Also that nobody listens there; no paper comes of it."""
    writing = SlipEscPos(ZxingSymbols(), GENERIC_80)
    with in_trouble(Trouble.PAPER_END) as printer:
        line = NetworkLine("127.0.0.1", printer.port)
        looking = ReceiptPrinter(line, writing, limits=QUICK, clears=0)
        assert await looking.look() is PrintTrouble.PAPER_OUT
        assert printer.machine.papers == []
    assert await looking.look() is PrintTrouble.OFFLINE
    await looking.close()
    assert await looking.look() is PrintTrouble.NO_PRINTER


@pytest.mark.fault("R2")
@pytest.mark.timeout(120)
async def test_paper_that_ends_at_any_byte_is_said() -> None:
    """The slip is then never said to be out, and never said not to have begun."""
    for end in range(1, len(WIRE)):
        # The questions for the status are read like all else.
        with RawPrinter(EscPosPrinter(dots=504, paper_ends_after=ASKED + end)) as printer:
            assert await printed(printer.port) == Uncertain(PrintTrouble.PAPER_OUT), end
            assert printer.machine.papers == []


@pytest.mark.fault("R1", "R2", "R3")
@pytest.mark.timeout(120)
@pytest.mark.parametrize("is_silent", [False, True])
async def test_a_printer_that_goes_off_at_any_byte_never_had_nothing(is_silent: bool) -> None:
    """What has begun is never said not to have, and not to be done where the printer answers.

    One that never answers may hang up after the till has turned to other work; then the slip was
    sent, and the cashier says whether it came out.
    """
    limits = IMPATIENT if is_silent else QUICK
    for end in range(ASKED + len(WIRE)):
        with RawPrinter(hangs_up_after=end, is_silent=is_silent) as printer:
            outcome = await printed(printer.port, limits=limits)
        assert not isinstance(outcome, NotSent) or printer.machine.taken <= ASKED, end
        assert not isinstance(outcome, Sent) or is_silent, end
        assert printer.machine.papers == []


@pytest.mark.fault("R2")
@pytest.mark.parametrize("end", [ASKED + 1, ASKED + 40, ASKED + len(WIRE)])
async def test_a_printer_that_hangs_is_not_waited_for(end: int) -> None:
    """It had answered before, so its silence tells something."""
    limits = Limits(connect_s=2, write_s=2, answer_s=0.3, looks=1)
    with RawPrinter(deaf_after=end) as printer:
        assert await printed(printer.port, limits=limits) == Uncertain(PrintTrouble.TIMED_OUT)


async def test_a_printer_that_takes_no_more_is_not_waited_for() -> None:
    """A slip of megabytes does not fit what lies between the till and the printer."""

    class LongWriting(SlipEscPos):
        @override
        def write(self, slip: Slip) -> bytes:
            return super().write(slip) + bytes(16 * 1024 * 1024)

    limits = Limits(connect_s=2, write_s=0.3, answer_s=0.02, looks=1)
    writing = LongWriting(ZxingSymbols(), GENERIC_80)
    with RawPrinter(deaf_after=2000, is_silent=True) as printer:
        sending = ReceiptPrinter(
            NetworkLine("127.0.0.1", printer.port), writing, limits=limits, clears=0
        )
        outcome = await sending.print_slip(SHORT, title=TITLE)
        await sending.close()
    assert outcome == Uncertain(PrintTrouble.TIMED_OUT)


@pytest.mark.parametrize("says", [b"", b"login:", b"\x00", b"\x14\x00\x00\x0f"])
async def test_no_status_is_no_trouble(says: bytes) -> None:
    """Many printers answer nothing, and some print servers something else."""
    with RawPrinter(is_silent=True, says=says) as printer:
        assert isinstance(await printed(printer.port, limits=IMPATIENT), Sent)
    assert len(printer.machine.papers) == 1


async def test_a_slip_that_cannot_be_drawn_is_not_sent(expect_log: ExpectLog) -> None:
    """The printer is not even called."""
    expect_log("counterfoil.adapters.printing.receipt_printer", "slip not drawn: SymbolError")
    with RawPrinter() as printer:
        outcome = await printed(
            printer.port, Slip(kind=SlipKind.ORIGINAL, lines=(Barcode("\u0416"),))
        )
        assert outcome == NotSent(PrintTrouble.DRAWING_FAILED)
    assert printer.connections == 0


def at_drawer(line: Line, socket: int, limits: Limits = QUICK) -> ReceiptPrinter:
    """Give a printer with a cash drawer at one of its sockets; 0 is none."""
    profile = replace(GENERIC_80, drawer=socket)
    return ReceiptPrinter(line, SlipEscPos(ZxingSymbols(), profile), limits=limits)


@pytest.mark.parametrize(("socket", "kicks"), [(0, 0), (1, 1), (2, 1)])
@pytest.mark.parametrize("trouble", [None, Trouble.PAPER_END])
async def test_the_drawer_opens_once_whatever_the_paper_is(
    socket: int, kicks: int, trouble: Trouble | None
) -> None:
    """At once, and not when the paper is back; the next slip shows nothing of it."""
    machine = EscPosPrinter(dots=504)
    if trouble is not None:
        machine.fail(trouble)
    with RawPrinter(machine) as server:
        printer = at_drawer(NetworkLine("127.0.0.1", server.port), socket)
        printer.open_drawer()
        outcome = await printer.print_slip(SHORT, title=TITLE)
        assert isinstance(outcome, Sent if trouble is None else NotSent)
        assert machine.drawer_kicks == kicks
        assert not machine.errors
        await printer.close()


class _HeldLine(MemoryLine):
    """Is not open before the test says so."""

    def __init__(self, machine: EscPosPrinter) -> None:
        super().__init__(machine)
        self.asked, self.may_open = threading.Event(), threading.Event()

    @override
    def open(self, limit_s: float) -> Wire:
        self.asked.set()
        self.may_open.wait()
        return super().open(limit_s)


async def test_a_drawer_behind_a_slip_that_hangs_is_not_opened_late() -> None:
    """Whoever asked for it has gone by then."""
    machine = EscPosPrinter(dots=504)
    line = _HeldLine(machine)
    printer = at_drawer(line, 1, replace(QUICK, drawer_s=0.0))

    async def open_meanwhile() -> None:
        await asyncio.to_thread(line.asked.wait)
        printer.open_drawer()
        await asyncio.to_thread(line.asked.wait)
        line.may_open.set()

    outcome, _ = await asyncio.gather(printer.print_slip(SHORT, title=TITLE), open_meanwhile())
    assert isinstance(outcome, Sent)
    assert isinstance(await printer.print_slip(SHORT, title=TITLE), Sent)
    assert machine.drawer_kicks == 0
    await printer.close()


async def test_a_drawer_at_a_printer_that_is_off_is_not_opened_later() -> None:
    """It is tried once: a drawer that opens late opens before somebody else."""
    machine = EscPosPrinter(dots=504)
    line = MemoryLine(machine)
    printer = at_drawer(line, 1)
    line.breaks_after = 0
    printer.open_drawer()
    outcome = await printer.print_slip(SHORT, title=TITLE)
    assert isinstance(outcome, NotSent)
    line.breaks_after = None
    assert isinstance(await printer.print_slip(SHORT, title=TITLE), Sent)
    assert machine.drawer_kicks == 0
    await printer.close()
    printer.open_drawer()
    assert machine.drawer_kicks == 0
