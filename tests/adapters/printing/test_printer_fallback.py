"""A second printer prints what the first cannot, and never what the first may have begun."""

import pytest

from counterfoil.adapters.printing.absent_printer import AbsentPrinter
from counterfoil.adapters.printing.fallback_printer import FallbackPrinter
from counterfoil.ports.printer import NotSent, PrintTrouble, Sent, Uncertain
from support.printers import MemoryPrinter
from support.slips import pending_slip

TITLE = "Slip 03-008841"


@pytest.mark.fault("R1", "R3")
async def test_the_second_prints_while_the_first_cannot() -> None:
    """And the first again once it can."""
    first, second = MemoryPrinter(), MemoryPrinter()
    first.fail_next(PrintTrouble.PAPER_OUT)
    printer = FallbackPrinter(first, second)
    outcomes = [await printer.print_slip(pending_slip(), title=TITLE) for _ in range(2)]
    assert outcomes == [Sent("memory-1"), Sent("memory-1")]
    assert (len(first.slips), len(second.slips)) == (1, 1)
    assert second.titles == [TITLE]
    assert printer.describe() == first.describe()


@pytest.mark.fault("R2", "R5")
async def test_what_the_first_may_have_begun_stays_with_it() -> None:
    """Two papers of one slip would both be originals."""
    first, second = MemoryPrinter(), MemoryPrinter()
    first.doubt_next(PrintTrouble.PAPER_OUT)
    printer = FallbackPrinter(first, second)
    outcome = await printer.print_slip(pending_slip(), title=TITLE)
    assert outcome == Uncertain(PrintTrouble.PAPER_OUT)
    assert second.slips == []


@pytest.mark.fault("R6")
async def test_documents_are_kept_where_either_printer_s_are() -> None:
    """Nobody knows beforehand on which of them a slip will come out."""
    first, second = MemoryPrinter(), MemoryPrinter()
    printer = FallbackPrinter(first, second)
    assert await printer.keeps_documents() is False
    second.is_keeping = None
    assert await printer.keeps_documents() is None
    first.is_keeping = True
    assert await printer.keeps_documents() is True


async def test_of_two_that_cannot_print_the_first_says_why() -> None:
    """It is the one that people look after; a second that may have begun is said."""
    first, second = MemoryPrinter(), MemoryPrinter()
    printer = FallbackPrinter(first, second)
    first.fail_next(PrintTrouble.PAPER_OUT)
    second.fail_next(PrintTrouble.OFFLINE)
    refused = await printer.print_slip(pending_slip(), title=TITLE)
    assert refused == NotSent(PrintTrouble.PAPER_OUT)
    first.fail_next(PrintTrouble.PAPER_OUT)
    second.doubt_next(PrintTrouble.TIMED_OUT)
    doubted = await printer.print_slip(pending_slip(), title=TITLE)
    assert doubted == Uncertain(PrintTrouble.TIMED_OUT)


async def test_the_queue_that_goes_on_is_the_first_s() -> None:
    """The second one is asked only for what the first cannot print."""
    first, second = MemoryPrinter(), MemoryPrinter()
    assert await FallbackPrinter(first, second).resume()
    assert (first.resumed, second.resumed) == (1, 0)


async def test_the_drawer_hangs_at_the_first() -> None:
    """A slip on the other printer does not move it."""
    first, second = MemoryPrinter(), MemoryPrinter()
    FallbackPrinter(first, second).open_drawer()
    assert (first.opened, second.opened) == (1, 0)


async def test_both_are_closed() -> None:
    """Neither keeps its thread."""
    first, second = MemoryPrinter(), MemoryPrinter()
    await FallbackPrinter(first, second).close()
    assert first.is_closed
    assert second.is_closed


async def test_a_look_is_at_the_first_printer() -> None:
    """It is the one that people look after, be it there or not."""
    printer = FallbackPrinter(AbsentPrinter(), MemoryPrinter())
    assert await printer.look() is PrintTrouble.NO_PRINTER
