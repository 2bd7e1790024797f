"""The queue printer hands a document to the print service and tells nobody a PIN."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from counterfoil.adapters.printing.print_jobs import job_title
from counterfoil.adapters.printing.print_thread import PrintThread
from counterfoil.adapters.printing.queue_printer import (
    QueuePrinter,
    keeps_documents,
    list_queues,
    resume_queue,
)
from counterfoil.adapters.printing.slip_escpos import SlipEscPos
from counterfoil.adapters.printing.slip_pdf import SlipPdf
from counterfoil.adapters.printing.symbols import ZxingSymbols
from counterfoil.domain.printer_profile import GENERIC_80
from counterfoil.domain.slip import SlipKind
from counterfoil.ports.printer import NotSent, PrintOutcome, PrintTrouble, Sent, Uncertain
from counterfoil_sandbox.printer.escpos import EscPosPrinter
from support.canary import CANARY_API_KEY, CANARY_CHANGE_PIN
from support.fake_lp import FakeLp, install_fake_lp
from support.log_witness import ExpectLog
from support.slips import copy_slip, final_slip, pending_slip

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no print command here")

TITLE = "Counterfoil 03-008841"


def queue_printer(
    queue: str, *, limit_s: float = 15.0, allows_virtual: bool = False
) -> QueuePrinter:
    """Return a printer on a queue."""
    symbols = ZxingSymbols()
    writing = SlipEscPos(symbols, GENERIC_80)
    return QueuePrinter(
        queue,
        SlipPdf(symbols),
        writing,
        limit_s=limit_s,
        watch_s=0.1,
        allows_virtual=allows_virtual,
    )


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeLp:
    """Return a print service that accepts jobs."""
    return install_fake_lp(tmp_path, monkeypatch)


@pytest.fixture
async def printer(service: FakeLp) -> AsyncIterator[QueuePrinter]:
    """Return a printer on the queue named Kitchen."""
    made = queue_printer("Kitchen")
    yield made
    await made.close()


@pytest.mark.fault("R6")
async def test_the_document_goes_over_standard_input(
    printer: QueuePrinter, service: FakeLp
) -> None:
    """The job is a PDF of the roll's width and of the slip's length, with a plain title."""
    outcome = await printer.print_slip(final_slip(CANARY_CHANGE_PIN), title=TITLE)
    (job,) = service.jobs()
    assert outcome == Sent("Kitchen-1")
    assert job.pdf.startswith(b"%PDF-")
    assert job.arguments[:4] == ("-d", "Kitchen", "-t", TITLE)
    assert job.arguments[-1] == "-"
    assert re.fullmatch(r"media=Custom\.80x1\d\dmm", job.arguments[5])


@pytest.mark.fault("R6")
async def test_no_secret_is_in_the_command_or_its_environment(
    printer: QueuePrinter, service: FakeLp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever lists processes sees neither a PIN nor our key."""
    monkeypatch.setenv("COUNTERFOIL_API_KEY", CANARY_API_KEY)
    title = f"Slip {CANARY_CHANGE_PIN[:8]} {CANARY_CHANGE_PIN[8:]}"
    await printer.print_slip(final_slip(CANARY_CHANGE_PIN), title=title)
    (job,) = service.jobs()
    assert job.arguments[3] == "Counterfoil slip"
    assert CANARY_CHANGE_PIN not in " ".join(job.arguments)
    assert "COUNTERFOIL_API_KEY" not in job.environment


@pytest.mark.fault("R6")
async def test_no_variable_sends_a_slip_to_another_server(
    printer: QueuePrinter, service: FakeLp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither by its name, nor by a home whose own settings name it."""
    names = ("CUPS_SERVER", "CUPS_USER", "CUPS_ENCRYPTION", "IPP_PORT")
    for name in names:
        monkeypatch.setenv(name, "elsewhere.example")
    monkeypatch.setenv("HOME", str(tmp_path))
    await printer.print_slip(final_slip(CANARY_CHANGE_PIN), title=TITLE)
    (job,) = service.jobs()
    assert not set(names) & set(job.environment)
    assert job.environment["HOME"] != str(tmp_path)


RULES = [
    ("", True),
    ("PreserveJobFiles 86400\n", True),
    ("# PreserveJobFiles No\n", True),
    ("PreserveJobFiles No\npreservejobfiles Yes\n", True),
    ("Listen localhost:631\n  PreserveJobFiles No\n", False),
    ("preservejobfiles 0\n", False),
]


@pytest.mark.fault("R6")
@pytest.mark.parametrize(("rules", "is_keeping"), RULES)
def test_it_is_told_whether_the_print_service_keeps_documents(
    service: FakeLp, tmp_path: Path, rules: str, *, is_keeping: bool
) -> None:
    """By its own rules; without one it keeps them for a day."""
    file = tmp_path / "cupsd.conf"
    file.write_text(rules, encoding="utf-8")
    assert keeps_documents(file) is is_keeping


@pytest.mark.fault("R6")
async def test_what_another_machine_keeps_is_not_known(
    printer: QueuePrinter, service: FakeLp, tmp_path: Path
) -> None:
    """Nor by rules that this user may not read, nor without a print service."""
    file = tmp_path / "cupsd.conf"
    assert keeps_documents(file) is None
    file.write_text("PreserveJobFiles No", encoding="utf-8")
    service.serve_at("prints.example:631")
    assert keeps_documents(file) is None
    service.serve_at("")
    assert await printer.keeps_documents() is None


@pytest.mark.fault("R6")
def test_a_title_cannot_carry_options_or_controls() -> None:
    """Only letters, digits, spaces, dots, dashes and underscores are left."""
    assert job_title(pending_slip(), "-o raw\x1b[2J;$(rm) 'x'") == "o raw 2J rm x"
    assert job_title(pending_slip(), "\u4e2d") == "Counterfoil slip"


@pytest.mark.fault("R7")
@pytest.mark.parametrize("queue", ["", "-d", "a b", "a/b", "a#b", "a'b", "a\x07b", "x" * 200])
async def test_a_name_that_is_no_queue_s_prints_nothing(service: FakeLp, queue: str) -> None:
    """The name never reaches the command."""
    printer = queue_printer(queue)
    outcome = await printer.print_slip(pending_slip(), title=TITLE)
    await printer.close()
    assert outcome == NotSent(PrintTrouble.QUEUE_MISSING)
    assert service.jobs() == []


async def test_without_the_print_command_nothing_is_sent(
    printer: QueuePrinter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine without a print service says so plainly."""
    monkeypatch.setenv("PATH", str(tmp_path))
    outcome = await printer.print_slip(pending_slip(), title=TITLE)
    assert outcome == NotSent(PrintTrouble.SPOOLER_MISSING)
    assert list_queues() == ()


@pytest.mark.parametrize(
    ("mode", "trouble"),
    [
        ("refuse", PrintTrouble.QUEUE_MISSING),
        ("stopped", PrintTrouble.OFFLINE),
        ("silent", PrintTrouble.SPOOLER_REFUSED),
    ],
)
async def test_a_refusal_is_not_sent(
    printer: QueuePrinter,
    service: FakeLp,
    mode: str,
    trouble: PrintTrouble,
    expect_log: ExpectLog,
) -> None:
    """The print service said no, so there is no paper."""
    service.set_mode(mode)
    expect_log("counterfoil.adapters.printing.queue_printer", "print command refused")
    assert await printer.print_slip(pending_slip(), title=TITLE) == NotSent(trouble)


@pytest.mark.fault("R5")
@pytest.mark.parametrize("mode", ["breaks", "unsaid", "killed"])
async def test_a_command_that_fails_with_the_slip_in_its_hands_is_uncertain(
    printer: QueuePrinter, service: FakeLp, mode: str, expect_log: ExpectLog
) -> None:
    """The print service may have it all the same, and prints it: the next one is no original."""
    service.set_mode(mode)
    expect_log("counterfoil.adapters.printing.queue_printer", "print command failed")
    outcome = await printer.print_slip(pending_slip(), title=TITLE)
    assert outcome == Uncertain(PrintTrouble.SPOOLER_FAILED)
    assert len(service.jobs()) == 1


@pytest.mark.fault("R2")
async def test_a_print_service_that_does_not_answer_is_uncertain(service: FakeLp) -> None:
    """The job may have been taken before the command was stopped."""
    service.set_mode("hang")
    printer = queue_printer("Kitchen", limit_s=0.5)
    outcome = await printer.print_slip(pending_slip(), title=TITLE)
    await printer.close()
    assert outcome == Uncertain(PrintTrouble.TIMED_OUT)


@pytest.mark.fault("R7")
@pytest.mark.parametrize(
    "device", ["cups-pdf:/", "file:///dev/null", "pdf:/", "///home/shop/slips.out", "/srv/slips"]
)
async def test_a_pin_does_not_go_to_a_queue_that_makes_files(
    printer: QueuePrinter, service: FakeLp, device: str
) -> None:
    """Such a queue would keep the PIN in somebody's folder; a slip without one may go."""
    service.set_device(f"device for Kitchen: {device}")
    refused = await printer.print_slip(final_slip(CANARY_CHANGE_PIN), title=TITLE)
    accepted = await printer.print_slip(pending_slip(), title=TITLE)
    assert refused == NotSent(PrintTrouble.VIRTUAL_PRINTER)
    assert isinstance(accepted, Sent)


async def test_a_supervisor_may_allow_a_queue_that_makes_files(service: FakeLp) -> None:
    """Then the PIN goes there as to any other."""
    service.set_device("device for Kitchen: cups-pdf:/")
    printer = queue_printer("Kitchen", allows_virtual=True)
    outcome = await printer.print_slip(final_slip(CANARY_CHANGE_PIN), title=TITLE)
    await printer.close()
    assert isinstance(outcome, Sent)


def test_the_queues_are_listed_without_odd_names(service: FakeLp) -> None:
    """Only names that can be printed to are offered."""
    assert list_queues() == ("Kitchen", "Front_Desk", "K\u00fcche@2:1")


@pytest.mark.parametrize("queue", ["K\u00fcche@2:1", "a;b", "$(x)", "1", "x" * 127])
async def test_every_legal_name_is_a_queue(service: FakeLp, queue: str) -> None:
    """As the print service takes it; no shell reads it."""
    printer = queue_printer(queue)
    outcome = await printer.print_slip(pending_slip(), title=TITLE)
    await printer.close()
    assert isinstance(outcome, Sent)
    (job,) = service.jobs()
    assert job.arguments[:2] == ("-d", queue)


async def test_nothing_turns_or_shrinks_a_page(printer: QueuePrinter, service: FakeLp) -> None:
    """Whatever the queue does by default."""
    await printer.print_slip(pending_slip(), title=TITLE)
    (job,) = service.jobs()
    assert {
        "print-scaling=none",
        "fit-to-page=false",
        "pdfAutoRotate=false",
        "orientation-requested=3",
        "number-up=1",
    } < set(job.arguments)


async def test_a_raw_queue_gets_what_a_receipt_printer_understands(
    printer: QueuePrinter, service: FakeLp
) -> None:
    """Never a PDF, which would come out as yards of letters."""
    service.set_options("copies=1 printer-make-and-model='Local Raw Printer' printer-type=4")
    outcome = await printer.print_slip(final_slip(CANARY_CHANGE_PIN), title=TITLE)
    (job,) = service.jobs()
    assert outcome == Sent("Kitchen-1")
    assert job.arguments[4:6] == ("-o", "raw")
    assert not any(word.startswith("media=") for word in job.arguments)
    machine = EscPosPrinter(dots=504)
    machine.feed(job.pdf)
    assert machine.errors == []
    assert len(machine.papers) == 1


@pytest.mark.fault("R3")
async def test_a_paused_queue_gets_nothing_until_it_goes_on(
    printer: QueuePrinter, service: FakeLp
) -> None:
    """It would print hours later, beside the slip that was printed again meanwhile."""
    service.set_state("printer Kitchen disabled since Sun Nov 29 12:00:00 2026 -\n\tPaused")
    assert await printer.print_slip(pending_slip(), title=TITLE) == NotSent(
        PrintTrouble.QUEUE_PAUSED
    )
    assert await printer.look() is PrintTrouble.QUEUE_PAUSED
    assert service.jobs() == []
    assert await printer.resume()
    assert service.commands() == ["cupsenable Kitchen"]
    assert await printer.print_slip(pending_slip(), title=TITLE) == Sent("Kitchen-1")
    service.set_mode("refuse")
    assert not await printer.resume()
    assert not resume_queue("-x")


ALERTS = [
    ("media-empty-error", PrintTrouble.PAPER_OUT),
    ("media-empty-warning", PrintTrouble.PAPER_OUT),
    ("toner-low-report, media-needed", PrintTrouble.PAPER_OUT),
    ("cover-open", PrintTrouble.COVER_OPEN),
    ("door-open-report", PrintTrouble.COVER_OPEN),
    ("media-jam-error", PrintTrouble.PRINTER_FAULT),
    ("offline-report", PrintTrouble.OFFLINE),
    ("connecting-to-device", PrintTrouble.OFFLINE),
]


@pytest.mark.fault("R2", "R3")
@pytest.mark.parametrize(("told", "trouble"), ALERTS)
async def test_what_a_printer_tells_its_queue_is_told_of_a_slip_that_does_not_get_on(
    printer: QueuePrinter, service: FakeLp, told: str, trouble: PrintTrouble
) -> None:
    """Paper, cover, jam, off: as from a printer of the till's own, and the slip may have begun."""
    service.set_state(f"printer Kitchen now printing Kitchen-1.\n\tAlerts: {told}")
    service.keep_waiting("Kitchen-1")
    assert await printer.print_slip(pending_slip(), title=TITLE) == Uncertain(trouble)
    assert await printer.look() is trouble


@pytest.mark.fault("R3")
async def test_what_a_printer_told_before_a_job_that_is_done_is_no_trouble_of_it(
    printer: QueuePrinter, service: FakeLp
) -> None:
    """A queue remembers until the printer tells it something else."""
    service.set_state("printer Kitchen is idle.\n\tAlerts: media-empty-error")
    assert await printer.print_slip(pending_slip(), title=TITLE) == Sent("Kitchen-1")
    assert await printer.look() is None


@pytest.mark.fault("R3")
async def test_a_printer_that_tells_its_queue_nothing_is_not_known(
    printer: QueuePrinter, service: FakeLp
) -> None:
    """A slow job of it is a job that was sent."""
    service.set_state("printer Kitchen now printing Kitchen-1.\n\tAlerts: none")
    service.keep_waiting("Kitchen-1")
    assert await printer.print_slip(pending_slip(), title=TITLE) == Sent("Kitchen-1")
    assert await printer.look() is None


@pytest.mark.fault("R5")
async def test_a_job_that_may_still_wait_is_taken_back_before_the_slip_is_printed_again(
    printer: QueuePrinter, service: FakeLp
) -> None:
    """That of the same redemption, and no other."""
    other = replace(pending_slip(), reference="AAA-AAA")
    for slip in (pending_slip(), other, pending_slip()):
        await printer.print_slip(slip, title=TITLE)
    assert service.commands() == ["cancel Kitchen-1"]


@pytest.mark.fault("R5")
async def test_a_void_slip_takes_back_no_slip_of_the_sale_it_voids(
    printer: QueuePrinter, service: FakeLp
) -> None:
    """That has a change voucher's PIN, perhaps, which nothing prints any more after the void."""
    void = replace(pending_slip(), kind=SlipKind.VOID)
    for slip in (final_slip(), void, copy_slip(), void):
        await printer.print_slip(slip, title=TITLE)
    assert service.commands() == ["cancel Kitchen-1", "cancel Kitchen-2"]


async def test_work_that_never_began_is_not_sent_and_work_that_did_is_uncertain() -> None:
    """The first piece holds the only thread, so the second never starts."""
    thread = PrintThread("test", limit_s=0.05)
    started, release = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def hold() -> PrintOutcome:
        loop.call_soon_threadsafe(started.set)
        asyncio.run_coroutine_threadsafe(release.wait(), loop).result(timeout=10)
        return Sent("late")

    async def begin_second() -> PrintOutcome:
        await started.wait()
        return await thread.run(lambda: Sent("never"))

    first, second = await asyncio.gather(thread.run(hold), begin_second())
    assert first == Uncertain(PrintTrouble.TIMED_OUT)
    assert second == NotSent(PrintTrouble.TIMED_OUT)
    release.set()
    await thread.close()
