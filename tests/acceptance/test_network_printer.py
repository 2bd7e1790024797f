"""A sale at a till whose settings name a receipt printer on the network, up to the paper."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp

from counterfoil.adapters.settings.till_settings import NetworkChoice
from counterfoil.domain.printer_profile import PROFILES
from counterfoil.ports.printer import NotSent, PrintTrouble, Sent
from counterfoil_sandbox.printer.escpos import EscPosPrinter, Trouble
from counterfoil_sandbox.printer.paper import Paper
from counterfoil_sandbox.printer.picture import draw
from counterfoil_sandbox.server import SandboxServer
from support.people import THANDI
from support.raw_printer import RawPrinter
from support.shop import open_shop

PROFILE = PROFILES["TM-T20II"]


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    """Serve vouchers."""
    with SandboxServer() as started:
        yield started


@pytest.fixture
def raw() -> Iterator[RawPrinter]:
    """Give a printer that is on."""
    with RawPrinter(EscPosPrinter(dots=PROFILE.dots)) as printer:
        yield printer


def codes(paper: Paper) -> list[str]:
    """Return what a scanner reads from the paper."""
    return [code.text for code in zxingcpp.read_barcodes(draw(paper, dots=PROFILE.dots))]


@pytest.mark.fault("R1", "R3")
async def test_a_sale_comes_out_on_paper_once_there_is_some(
    server: SandboxServer, raw: RawPrinter, tmp_path: Path
) -> None:
    """It is paid without; the paper that comes later is the original, and the next a copy."""
    chosen = NetworkChoice("127.0.0.1", raw.port, PROFILE)
    async with open_shop(server, tmp_path / "till", printer=chosen) as shop:
        redemption = await shop.redeem(shop.issue())
        desk = shop.till.engine.slips
        raw.machine.fail(Trouble.PAPER_END)
        _job, refused = await desk.print_slip(redemption.id, THANDI)
        raw.machine.load_paper()
        sent = [(await desk.print_slip(redemption.id, THANDI))[1] for _ in range(2)]
    assert refused == NotSent(PrintTrouble.PAPER_OUT)
    assert all(isinstance(outcome, Sent) for outcome in sent)
    original, copy = raw.machine.papers
    assert "COPY" not in original.text
    assert "COPY 1" in copy.text
    for paper in raw.machine.papers:
        assert "R19.00" in paper.text
        assert "TRAINING" in paper.text
        assert redemption.reference in paper.text
        assert codes(paper) == [redemption.reference]
    assert raw.machine.errors == []
    assert raw.machine.overruns == 0
