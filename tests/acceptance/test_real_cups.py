"""The till beside a real print service, where the machine has one: what arrives at the device."""

import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import pytest

from counterfoil.adapters.printing.queue_printer import (
    QueuePrinter,
    is_raw,
    keeps_documents,
    list_queues,
    resume_queue,
)
from counterfoil.adapters.printing.slip_escpos import SlipEscPos
from counterfoil.adapters.printing.slip_pdf import SlipPdf
from counterfoil.adapters.printing.symbols import ZxingSymbols
from counterfoil.domain.printer_profile import GENERIC_80
from counterfoil.ports.printer import NotSent, PrintOutcome, PrintTrouble, Sent, Uncertain
from support.cups_server import PDF_FILTER, RAW_BACKEND, SERVER, CupsServer, serving
from support.raw_printer import RawPrinter
from support.slips import final_slip

pytestmark = pytest.mark.skipif(not SERVER.exists(), reason="this machine has no CUPS server")

SHARED = "/var/tmp"  # noqa: S108 - removed at the end; the folder of tests is closed to others
MM = 72 / 25.4
TITLE = "Slip 03-008841"
DRAWING = SlipPdf(ZxingSymbols())
WRITING = SlipEscPos(ZxingSymbols(), GENERIC_80)


@pytest.fixture(scope="module")
def raw() -> Iterator[RawPrinter]:
    """Give the receipt printer behind the raw queue."""
    with RawPrinter() as printer:
        yield printer


@pytest.fixture(scope="module")
def server(raw: RawPrinter) -> Iterator[CupsServer]:
    """Run a print service where a user without rights may go."""
    home = Path(tempfile.mkdtemp(prefix="counterfoil-cups-", dir=SHARED))
    try:
        with serving(home, raw.port) as started:
            yield started
    finally:
        shutil.rmtree(home)


@pytest.fixture(autouse=True)
def _reached(server: CupsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{server.commands}{os.pathsep}{os.environ['PATH']}")


async def printed(queue: str, *, allows_virtual: bool = True) -> PrintOutcome:
    """Print a slip with a code on a queue."""
    printer = QueuePrinter(queue, DRAWING, WRITING, allows_virtual=allows_virtual)
    outcome = await printer.print_slip(final_slip(), title=TITLE)
    await printer.close()
    return outcome


def test_its_queues_are_known() -> None:
    """By name, and whether they pass on what they get."""
    assert set(list_queues()) == {"Empty", "Page", "Raw"}
    assert (is_raw("Raw"), is_raw("Page")) == (True, False)


@pytest.mark.skipif(not RAW_BACKEND.exists(), reason="this machine has no raw backend of CUPS")
async def test_a_raw_queue_passes_on_each_byte(raw: RawPrinter) -> None:
    """What arrives at the printer is what the till wrote, and no more."""
    before = raw.machine.taken
    assert isinstance(await printed("Raw"), Sent)
    wait_for(lambda: len(raw.machine.papers) == 1)
    assert raw.machine.taken - before == len(WRITING.write(final_slip()))
    assert raw.machine.errors == []
    assert "8814 0327 5519 6042" in raw.machine.papers[0].text


@pytest.mark.skipif(not PDF_FILTER.exists(), reason="this machine has no PDF filter of CUPS")
async def test_a_page_arrives_as_it_was_drawn(server: CupsServer) -> None:
    """As large, with its words at the same places, to half a millimetre."""
    assert isinstance(await printed("Page"), Sent)
    came = _places(server.page())
    drawn = _places(DRAWING.draw(final_slip(), title=TITLE).pdf)
    assert came == pytest.approx(drawn, abs=0.5 * MM)


def _places(pdf: bytes) -> list[float]:
    """Return the page's size, and where its first and its last letter stand, in points."""
    with pypdfium2.PdfDocument(pdf) as document:
        (page,) = document
        text = page.get_textpage()
        last = text.count_chars() - 1
        places = [*page.get_size(), *text.get_charbox(0), *text.get_charbox(last)]
        text.close()
    return places


@pytest.mark.fault("R7")
async def test_a_queue_that_writes_a_file_gets_no_code() -> None:
    """As the print service itself names such a device."""
    outcome = await printed("Page", allows_virtual=False)
    assert outcome == NotSent(PrintTrouble.VIRTUAL_PRINTER)


@pytest.mark.fault("R3")
async def test_a_paused_queue_is_noticed_and_goes_on(server: CupsServer) -> None:
    """It takes nothing until it was resumed."""
    server.run("cupsdisable", "Page")
    assert await printed("Page") == NotSent(PrintTrouble.QUEUE_PAUSED)
    assert resume_queue("Page")
    assert isinstance(await printed("Page"), Sent)


@pytest.mark.fault("R2", "R3")
async def test_a_printer_without_paper_behind_a_queue_is_said_to_have_none(
    server: CupsServer,
) -> None:
    """By what its backend tells the print service; health says the same while the slip waits."""
    assert await printed("Empty") == Uncertain(PrintTrouble.PAPER_OUT)
    printer = QueuePrinter("Empty", DRAWING, WRITING)
    assert await printer.look() is PrintTrouble.PAPER_OUT
    await printer.close()
    server.run("cancel", "-a", "Empty")


@pytest.mark.fault("R6")
async def test_nothing_of_a_slip_is_kept_where_the_print_service_keeps_no_documents(
    server: CupsServer,
) -> None:
    """The till finds that out from the service's own rules, which say so here."""
    assert isinstance(await printed("Page"), Sent)
    wait_for(lambda: list(server.home.glob("spool/d*")) == [])
    assert keeps_documents(server.home / "etc/cupsd.conf") is False


def wait_for(is_so: Callable[[], bool]) -> None:
    """Wait until something has arrived."""
    pause = threading.Event()
    for _ in range(400):
        if is_so():
            return
        pause.wait(0.05)
    pytest.fail("nothing arrived")
