"""A printer that stops at any byte of a slip and starts again: one original, and no lost code.

``COUNTERFOIL_PRINTER_BYTES`` is how many bytes lie between two stops; 1 stops at every one.
"""

import os

import pytest
import zxingcpp

from counterfoil.adapters.printing.receipt_printer import ReceiptPrinter
from counterfoil.adapters.printing.slip_escpos import SlipEscPos
from counterfoil.adapters.printing.symbols import ZxingSymbols
from counterfoil.domain.printer_profile import GENERIC_80, PROFILES, PrinterProfile
from counterfoil.domain.printing import PrintState
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.till import TillProfile
from counterfoil.ports.printer import NotSent, PrintOutcome, Sent, Uncertain
from counterfoil.presentation.words import slips
from counterfoil.service.slip_desk import SlipDesk
from counterfoil_sandbox.printer.escpos import EscPosPrinter
from counterfoil_sandbox.printer.paper import Paper
from counterfoil_sandbox.printer.picture import draw
from support.canary import CANARY_CHANGE_PIN
from support.gateways import ScriptedGateway
from support.memory_line import MemoryLine
from support.people import SIPHO
from support.till import TIME_OUT, Till, approved, intent, open_till

EVERY = int(os.environ.get("COUNTERFOIL_PRINTER_BYTES", "599"))
PARTS = 4 if EVERY == 1 else 1
"""Into how many tests the stops are shared out, for as many processes."""
ASKED, CLEARED, SLIP_BYTES_MAX = 16 + 9, 4096, 9000
CODE = "6208 8419 3775 4026"
"""The change PIN as the paper has it."""


def desk_of(
    till: Till, line: MemoryLine, profile: PrinterProfile, *, clears: int = CLEARED
) -> tuple[SlipDesk, ReceiptPrinter]:
    """Return a desk whose slips go over a line, as after a start of the till."""
    printer = ReceiptPrinter(line, SlipEscPos(ZxingSymbols(), profile), clears=clears)
    desk = SlipDesk(
        write=slips.written,
        journal=till.journal,
        gateways={till.gateway.upstream: till.gateway},
        printer=printer,
        clock=till.clock,
        profile=TillProfile(slip_columns=profile.columns),
    )
    return desk, printer


async def stopped_at(end: int, profile: PrinterProfile, *, loses_power: bool) -> PrintOutcome:
    """Print a slip that breaks off after so many bytes, and again; return what the first was."""
    machine = EscPosPrinter(dots=profile.dots)
    line = MemoryLine(machine)
    async with open_till(ScriptedGateway([approved()], otherwise=TIME_OUT)) as till:
        found = await till.redeemer.redeem(intent())
        desk, printer = desk_of(till, line, profile)
        line.breaks_after = end
        first, outcome = await desk.print_slip(found.id, SIPHO)
        line.breaks_after = None
        before = len(machine.papers)
        if loses_power:
            machine.power_off()
        second, again = await desk.print_slip(found.id, SIPHO)
        await printer.close()
        jobs = await till.journal.print_jobs(found.id)
    assert first.kind is SlipKind.ORIGINAL
    assert isinstance(again, Sent), end
    assert [job.state for job in jobs] == [first.state, PrintState.SENT]
    check_papers(machine.papers, outcome, second.kind, before)
    return outcome


def check_papers(papers: list[Paper], first: PrintOutcome, second: SlipKind, before: int) -> None:
    """Compare what lies before the cashier with what the till believes.

    ``before`` is how many papers were cut off before the second slip. One that stopped within its
    cut is cut off by the white dots that come before the second.
    """
    last = papers[-1]
    assert CODE in last.text
    assert "R19.00" in last.text
    whole = [paper for paper in papers if CODE in paper.text and "COPY" not in paper.text]
    if isinstance(first, NotSent):
        assert (second, len(papers)) == (SlipKind.ORIGINAL, 1)
        assert last.text.count("VOUCHER PAYMENT") == 1
    else:
        assert isinstance(first, Uncertain | Sent)
        assert second is SlipKind.COPY
        assert "COPY 1" in last.text
        assert before <= len(whole) <= 1


@pytest.mark.fault("R2", "R5")
@pytest.mark.parametrize("loses_power", [False, True], ids=["stays_on", "loses_power"])
@pytest.mark.parametrize("profile", [GENERIC_80, PROFILES["TM-T20II"]], ids=lambda one: one.name)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.timeout(max(30, 6000 // EVERY))
async def test_a_printer_stopped_at_any_byte_makes_one_original_and_loses_no_code(
    part: int, profile: PrinterProfile, loses_power: bool
) -> None:
    """The next paper is the original only where nothing of the first can have come out."""
    begin = ASKED + CLEARED
    for end in (*range(begin + 3), begin + 40)[part * EVERY * 8 :: EVERY * 8 * PARTS]:
        await stopped_at(end, profile, loses_power=loses_power)
    outcome: PrintOutcome
    for end in range(begin + part * EVERY, begin + SLIP_BYTES_MAX, EVERY * PARTS):
        outcome = await stopped_at(end, profile, loses_power=loses_power)
        if isinstance(outcome, Sent):
            break
    else:
        pytest.fail("no slip is that long")


@pytest.mark.fault("R2", "R5")
async def test_a_picture_that_stopped_before_its_size_does_not_eat_the_next_slip() -> None:
    """The question for the status, which comes first, would be its size: yards of dots."""
    wire = SlipEscPos(ZxingSymbols(), GENERIC_80)
    async with open_till(ScriptedGateway([approved()], otherwise=TIME_OUT)) as till:
        found = await till.redeemer.redeem(intent())
        for part in range(1, 8):
            line = MemoryLine(EscPosPrinter(dots=GENERIC_80.dots))
            line.machine.feed(b"\x1dv0\x00\x15\x00\xa8\x00"[:part])
            desk, _unused = desk_of(till, line, GENERIC_80)
            printer = ReceiptPrinter(line, wire)
            _job, outcome = await desk.print_slip(found.id, SIPHO, printer)
            await printer.close()
            assert isinstance(outcome, Sent), part
            assert CODE in line.machine.papers[0].text, part


@pytest.mark.fault("R2")
async def test_a_picture_that_stopped_halfway_does_not_eat_the_next_slip() -> None:
    """Without what fills it up, the next slip's first lines would be dots of the QR code."""
    eaten, _unread = await after_half_a_picture(0)
    assert CODE not in eaten.text
    paper, reference = await after_half_a_picture(CLEARED)
    assert "CORNER SHOP" in paper.text
    read = {code.text for code in zxingcpp.read_barcodes(draw(paper, dots=GENERIC_80.dots))}
    assert read == {CANARY_CHANGE_PIN, reference}


async def after_half_a_picture(clears: int) -> tuple[Paper, str]:
    """Return the paper of a slip that came while its printer waited for a picture's end."""
    line = MemoryLine(EscPosPrinter(dots=GENERIC_80.dots))
    line.machine.feed(b"\x1dv0\x00\x40\x00\x20\x00half of a picture")
    async with open_till(ScriptedGateway([approved()], otherwise=TIME_OUT)) as till:
        found = await till.redeemer.redeem(intent())
        desk, printer = desk_of(till, line, GENERIC_80, clears=clears)
        await desk.print_slip(found.id, SIPHO)
        await printer.close()
    (paper,) = line.machine.papers
    return paper, found.reference
