"""Slips through a queue of Windows, over a print service of our own."""

from collections.abc import AsyncIterator

import pytest

from counterfoil.adapters.printing.queue_printer import QueuePrinter
from counterfoil.adapters.printing.queues import printer_at
from counterfoil.adapters.printing.slip_escpos import SlipEscPos
from counterfoil.adapters.printing.slip_pdf import SlipPdf
from counterfoil.adapters.printing.symbols import ZxingSymbols
from counterfoil.adapters.printing.windows_queue import (
    QueueState,
    SpoolerError,
    WindowsQueuePrinter,
    list_queues,
    resume_queue,
)
from counterfoil.domain.printer_profile import GENERIC_80
from counterfoil.ports.printer import NotSent, PrintTrouble, Sent, Uncertain
from counterfoil_sandbox.printer.escpos import EscPosPrinter
from support.fake_spooler import FakeSpooler
from support.log_witness import ExpectLog
from support.slips import copy_slip, final_slip, pending_slip

LOGGER = "counterfoil.adapters.printing.windows_queue"
WAITS = 0x1
"""A job that nobody has printed yet: paused in its queue, say."""


def printer_on(spooler: FakeSpooler, queue: str = "Kitchen") -> WindowsQueuePrinter:
    """Return a printer that waits for no trouble longer than a look takes."""
    writing = SlipEscPos(ZxingSymbols(), GENERIC_80)
    return WindowsQueuePrinter(queue, writing, lambda: spooler, watch_s=0)


@pytest.fixture
def spooler() -> FakeSpooler:
    """Return a print service with one queue that works."""
    return FakeSpooler()


@pytest.fixture
async def printer(spooler: FakeSpooler) -> AsyncIterator[WindowsQueuePrinter]:
    """Return a printer on that queue."""
    made = printer_on(spooler)
    yield made
    await made.close()


async def test_the_queue_gets_the_slip_as_a_receipt_printer_reads_it(
    printer: WindowsQueuePrinter, spooler: FakeSpooler
) -> None:
    """Anybody may see the title, so it has plain letters alone."""
    sent = await printer.print_slip(final_slip(), title="Slip\x1b 7")
    job = spooler.jobs[1]
    reader = EscPosPrinter()
    reader.feed(job.document)
    assert sent == Sent("Kitchen-1")
    assert len(reader.papers) == 1
    assert job.title == "Slip 7"


@pytest.mark.parametrize(
    ("status", "attributes", "trouble"),
    [
        (0x0, 0x0, None),
        (0x10, 0x0, PrintTrouble.PAPER_OUT),
        (0x400000, 0x0, PrintTrouble.COVER_OPEN),
        (0x10 | 0x8, 0x0, PrintTrouble.PAPER_OUT),
        (0x8, 0x0, PrintTrouble.PRINTER_FAULT),
        (0x80, 0x0, PrintTrouble.OFFLINE),
        (0x0, 0x400, PrintTrouble.OFFLINE),
        (0x1, 0x0, PrintTrouble.QUEUE_PAUSED),
    ],
)
async def test_a_look_says_what_the_queue_reports(
    printer: WindowsQueuePrinter,
    spooler: FakeSpooler,
    status: int,
    attributes: int,
    trouble: PrintTrouble | None,
) -> None:
    """Nothing is printed for it."""
    spooler.state_now = QueueState(status, attributes, "USB001")
    assert await printer.look() is trouble
    assert not spooler.jobs


async def test_a_paused_queue_gets_nothing_until_it_is_resumed(
    printer: WindowsQueuePrinter, spooler: FakeSpooler
) -> None:
    """A slip that waits there would come out beside the one that is printed again."""
    spooler.state_now = QueueState(0x1, 0, "USB001")
    refused = await printer.print_slip(final_slip(), title="Slip")
    assert refused == NotSent(PrintTrouble.QUEUE_PAUSED)
    assert await printer.resume()
    assert isinstance(await printer.print_slip(final_slip(), title="Slip"), Sent)
    spooler.is_resumable = False
    assert not await printer.resume()


@pytest.mark.parametrize("port", ["PORTPROMPT:", "FILE:", "nul:", r"C:\out\slips.pdf", "XPSPort:"])
async def test_a_slip_with_a_code_goes_to_no_queue_that_makes_a_file(
    printer: WindowsQueuePrinter, spooler: FakeSpooler, port: str
) -> None:
    """One without goes there."""
    spooler.state_now = QueueState(0, 0, port)
    refused = await printer.print_slip(final_slip(), title="Slip")
    assert refused == NotSent(PrintTrouble.VIRTUAL_PRINTER)
    assert isinstance(await printer.print_slip(pending_slip(), title="Slip"), Sent)


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        (5, PrintTrouble.NO_ACCESS),
        (1722, PrintTrouble.SPOOLER_MISSING),
        (1801, PrintTrouble.QUEUE_MISSING),
        (3003, PrintTrouble.SPOOLER_REFUSED),
    ],
)
async def test_a_job_that_never_began_is_not_sent(
    printer: WindowsQueuePrinter,
    spooler: FakeSpooler,
    expect_log: ExpectLog,
    code: int,
    trouble: PrintTrouble,
) -> None:
    """Printing it again makes no second paper."""
    expect_log(LOGGER, "print service refused")
    spooler.fails_with = SpoolerError(code)
    assert await printer.print_slip(final_slip(), title="Slip") == NotSent(trouble)


async def test_a_job_that_broke_off_may_have_been_printed_in_part(
    printer: WindowsQueuePrinter, spooler: FakeSpooler, expect_log: ExpectLog
) -> None:
    """A queue may print while it is being filled."""
    expect_log(LOGGER, "print service refused")
    spooler.fails_with = SpoolerError(0, has_begun=True)
    printed = await printer.print_slip(final_slip(), title="Slip")
    assert printed == Uncertain(PrintTrouble.SPOOLER_FAILED)


async def test_a_queue_that_is_not_there_is_named(
    spooler: FakeSpooler, expect_log: ExpectLog
) -> None:
    """By a look and by a slip."""
    expect_log(LOGGER, "print service refused")
    printer = printer_on(spooler, "Bar")
    assert await printer.look() is PrintTrouble.QUEUE_MISSING
    refused = await printer.print_slip(final_slip(), title="Slip")
    assert refused == NotSent(PrintTrouble.QUEUE_MISSING)
    assert await printer.keeps_documents() is None
    assert not resume_queue(lambda: spooler, "Bar")
    await printer.close()


@pytest.mark.parametrize(
    ("of_job", "of_queue", "trouble"),
    [
        (WAITS | 0x40, 0x0, PrintTrouble.PAPER_OUT),
        (WAITS, 0x400000, PrintTrouble.COVER_OPEN),
        (WAITS | 0x400, 0x0, PrintTrouble.PRINTER_FAULT),
    ],
)
async def test_a_job_that_waits_for_a_printer_in_trouble_is_not_certain(
    printer: WindowsQueuePrinter,
    spooler: FakeSpooler,
    of_job: int,
    of_queue: int,
    trouble: PrintTrouble,
) -> None:
    """It comes out once somebody mends that; one that waits for nothing known was sent."""
    spooler.job_status_now, spooler.state_now = of_job, QueueState(of_queue, 0, "USB001")
    assert await printer.print_slip(final_slip(), title="Slip") == Uncertain(trouble)
    spooler.job_status_now, spooler.state_now = WAITS, QueueState(0, 0, "USB001")
    assert isinstance(await printer.print_slip(pending_slip(), title="Slip"), Sent)


async def test_a_copy_takes_the_paper_back_that_still_waits(
    printer: WindowsQueuePrinter, spooler: FakeSpooler
) -> None:
    """One that was printed is beyond that."""
    spooler.job_status_now = WAITS
    await printer.print_slip(final_slip(), title="Slip")
    await printer.print_slip(copy_slip(), title="Slip")
    assert spooler.deleted == [1]
    spooler.jobs[2].status = 0x80
    await printer.print_slip(copy_slip(), title="Slip")
    assert spooler.deleted == [1]


async def test_a_job_of_somebody_else_with_the_same_number_stays(
    printer: WindowsQueuePrinter, spooler: FakeSpooler
) -> None:
    """A print service that was started again begins to count anew."""
    spooler.job_status_now = WAITS
    await printer.print_slip(final_slip(), title="Slip")
    spooler.jobs[1].title = "Another slip"
    await printer.print_slip(copy_slip(), title="Copy")
    assert spooler.deleted == []


@pytest.mark.parametrize("status", [0x4, 0x100])
async def test_a_job_that_somebody_takes_back_is_not_certain(
    printer: WindowsQueuePrinter, spooler: FakeSpooler, status: int
) -> None:
    """Some of it may have been printed, and most likely nothing was."""
    spooler.job_status_now = status
    printed = await printer.print_slip(final_slip(), title="Slip")
    assert printed == Uncertain(PrintTrouble.JOB_TAKEN_BACK)


async def test_a_queue_that_keeps_what_it_printed_says_so(
    printer: WindowsQueuePrinter, spooler: FakeSpooler
) -> None:
    """Whoever looks there could read change vouchers."""
    assert await printer.keeps_documents() is False
    spooler.state_now = QueueState(0, 0x100, "USB001")
    assert await printer.keeps_documents() is True


def test_the_queues_are_those_that_have_a_name(spooler: FakeSpooler) -> None:
    """Where the service cannot be asked there are none."""

    def gone() -> FakeSpooler:
        raise SpoolerError(1722)

    assert list_queues(lambda: spooler) == ("Kitchen",)
    assert list_queues(gone) == ()


def test_each_system_has_its_own_queues() -> None:
    """The settings say the same on both."""
    symbols = ZxingSymbols()
    drawing, writing = SlipPdf(symbols), SlipEscPos(symbols, GENERIC_80)
    assert isinstance(
        printer_at("Kitchen", drawing, writing, platform="win32"), WindowsQueuePrinter
    )
    assert isinstance(printer_at("Kitchen", drawing, writing, platform="linux"), QueuePrinter)
