"""Slips with a change PIN lie in the till's folder for a day, and nobody else's are touched."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from typing_extensions import override

from counterfoil.adapters.printing.file_printer import FilePrinter
from counterfoil.adapters.printing.folder_printer import FolderPrinter
from counterfoil.adapters.printing.slip_files import SlipFiles
from counterfoil.adapters.printing.slip_formats import Rendering
from counterfoil.adapters.printing.slip_pdf import SlipPdf
from counterfoil.adapters.printing.symbols import ZxingSymbols
from counterfoil.adapters.settings.till_settings import FolderChoice, NoPrinter, TillSettings
from counterfoil.bootstrap import open_till_in
from counterfoil.domain.till import TillProfile
from counterfoil.presentation.words import slips
from counterfoil.service.paper_keeping import PaperKeeping
from counterfoil.service.slip_desk import SlipDesk
from support.canary import PAPER
from support.gateways import ScriptedGateway
from support.people import THANDI
from support.slips import final_slip
from support.till import TIME_OUT, Till, approved, intent, open_till

DAY = timedelta(days=1)
DRAWING = SlipPdf(ZxingSymbols())


@dataclass(frozen=True, slots=True)
class Shop:
    """A till that has sold one voucher in part, and the folder that it prints into."""

    till: Till
    desk: SlipDesk
    keeping: PaperKeeping
    folder: Path
    sold: str

    async def print(self) -> None:
        """Print a paper into the folder."""
        await self.desk.print_slip(self.sold, THANDI)

    def names(self) -> list[str]:
        """Return what lies in the folder."""
        return sorted(path.name for path in self.folder.iterdir())


@asynccontextmanager
async def shop(folder: Path) -> AsyncIterator[Shop]:
    """Open a till that prints into a folder."""
    folder.mkdir(exist_ok=True)
    async with open_till(ScriptedGateway([approved()], otherwise=TIME_OUT)) as till:
        sold = await till.redeemer.redeem(intent())
        printer = FolderPrinter(folder, DRAWING)
        desk = SlipDesk(
            write=slips.written,
            journal=till.journal,
            gateways={till.gateway.upstream: till.gateway},
            printer=printer,
            clock=till.clock,
            profile=TillProfile(till_number=3),
        )
        keeping = PaperKeeping(SlipFiles(folder), till.journal, till.clock, DAY)
        yield Shop(till, desk, keeping, folder, sold.id)
        await printer.close()


async def test_a_slip_with_a_change_pin_goes_after_a_day(tmp_path: Path) -> None:
    """Original and copies, each a day after it was printed; it can be printed again."""
    async with shop(tmp_path / PAPER) as one:
        await one.print()
        one.till.clock.shift_wall(DAY / 2)
        await one.print()
        await one.keeping.remove_due()
        assert one.names() == ["03-000001-copy-1.pdf", "03-000001.pdf"]
        one.till.clock.shift_wall(DAY / 2)
        await one.keeping.remove_due()
        assert one.names() == ["03-000001-copy-1.pdf"]
        one.till.clock.shift_wall(DAY / 2)
        await one.keeping.remove_due()
        assert one.names() == []
        await one.print()
        assert one.names() == ["03-000001-copy-2.pdf"]


async def test_what_a_person_named_and_what_another_till_wrote_stays(tmp_path: Path) -> None:
    """Even in the same folder, with the same till number, and under the very name."""
    async with shop(tmp_path / PAPER) as one:
        other = FolderPrinter(one.folder, DRAWING)
        await other.print_slip(replace(final_slip(), number="03-000001"), title="Slip")
        await other.close()
        await one.print()
        # The first name was taken.
        assert one.names() == ["03-000001-2.pdf", "03-000001.pdf"]
        written = Rendering(b"%PDF", lambda slip, title: DRAWING.draw(slip, title=title).pdf)
        named = FilePrinter(one.folder / "03-000001-3.pdf", written, own_folder=tmp_path / "till")
        await one.desk.print_slip(one.sold, THANDI, named)
        await named.close()
        (one.folder / "03-000001-4.pdf").write_bytes(b"%PDF-1.4 of somebody")
        one.till.clock.shift_wall(2 * DAY)
        await one.keeping.remove_due()
        assert one.names() == ["03-000001-3.pdf", "03-000001-4.pdf", "03-000001.pdf"]


async def test_no_link_is_followed(tmp_path: Path) -> None:
    """A link with the name of a slip stays as it is, and so does what it leads to."""
    async with shop(tmp_path / PAPER) as one:
        await one.print()
        (slip,) = one.folder.iterdir()
        kept = tmp_path / "kept.pdf"
        shutil.move(slip, kept)
        slip.symlink_to(kept)
        (one.folder / "03-000002.pdf").mkdir()
        one.till.clock.shift_wall(2 * DAY)
        await one.keeping.remove_due()
        assert kept.is_file()
        assert slip.is_symlink()
        kept.unlink()


async def test_a_folder_that_is_gone_stops_nothing(tmp_path: Path) -> None:
    """A disk was taken out; the till looks again later."""
    async with shop(tmp_path / PAPER) as one:
        one.folder.rmdir()
        await one.keeping.remove_due()


@pytest.mark.parametrize(
    ("printer", "is_kept"),
    [
        (FolderChoice(), True),
        (FolderChoice(keep_hours=0), False),
        (NoPrinter(), False),
    ],
)
async def test_a_till_looks_after_its_folder_as_the_settings_say(
    tmp_path: Path, printer: FolderChoice | NoPrinter, is_kept: bool
) -> None:
    """A day by default; 0 hours leave everything, and without a folder there is nothing."""
    settings = TillSettings(profile=TillProfile(is_training=True), printer=printer, vault="file")
    async with open_till_in(tmp_path, settings) as till:
        assert (till.papers is not None) is is_kept


class CountedKeeping(PaperKeeping):
    """Says each time that it has looked."""

    looked = asyncio.Semaphore(0)

    @override
    async def remove_due(self) -> None:
        """Look, and say so."""
        await super().remove_due()
        self.looked.release()


async def test_slips_are_looked_at_while_the_till_is_open(tmp_path: Path) -> None:
    """Nobody has to ask for it, and it goes on until the till closes."""
    async with shop(tmp_path / PAPER) as one:
        await one.print()
        one.till.clock.shift_wall(2 * DAY)
        keeping = CountedKeeping(SlipFiles(one.folder), one.till.journal, one.till.clock, DAY)
        looking = one.till.owner.spawn(keeping.run(), "paper")
        async with asyncio.timeout(10):
            await keeping.looked.acquire()
            await keeping.looked.acquire()
        looking.cancel()
        assert one.names() == []
