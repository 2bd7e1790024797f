"""The papers of a Z: what is a copy, what a journal that was put back says, and the clock on it."""

import asyncio
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typing_extensions import override

from counterfoil.adapters.journal.backup.backup_file import opened_backup
from counterfoil.adapters.journal.backups import BackupChoice, SealedBackups
from counterfoil.adapters.journal.restoring import restore_backup
from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.journal.storage.place import JOURNAL_NAME, WAL_NAME
from counterfoil.domain.drawer import CashMoveKind
from counterfoil.domain.failures import NotPermittedError, ShiftRefusedError
from counterfoil.domain.shift import Shift, ShiftReport
from counterfoil.domain.slip import Pair, Slip, Text
from counterfoil.domain.staff import EVERYTHING, Actor, Permission
from counterfoil.ports.printer import NotSent, PrintOutcome, PrintTrouble
from counterfoil.presentation.words.shift_slips import shift_slip
from counterfoil.service.commands import ShiftPaper
from counterfoil.service.shift_desk import ShiftDesk
from support.clocks import SteppedClock
from support.journals import QUICK, accepted, opened
from support.memory_vault import MemoryVault
from support.outcomes import PROFILE
from support.people import THANDI
from support.printers import MemoryPrinter
from support.samples import Samples
from support.shift_desks import desk_of, pieces_of, shift_printer_of

FLOAT = 50_000
AT = datetime(2026, 11, 30, 18, tzinfo=UTC)


def texts(slip: Slip) -> list[str]:
    """Return what a slip says, line by line."""
    return [
        line.text if isinstance(line, Text) else f"{line.label}: {line.value}"
        for line in slip.lines
        if isinstance(line, Text | Pair)
    ]


def said_on(shift: Shift) -> list[str]:
    """Return what the Z of a closed shift says."""
    assert shift.books is not None
    return texts(shift_slip(PROFILE, ShiftReport(shift, shift.books), AT))


async def closed(desk: ShiftDesk) -> Shift:
    """Open a shift unless one is open, count what should be there, and close it."""
    try:
        await desk.report()
    except ShiftRefusedError:
        await desk.open(FLOAT, THANDI)
    books = (await desk.report()).books
    await desk.count(pieces_of(books.drawer.holds_cents), THANDI)
    return await desk.close("", THANDI)


async def test_what_never_reached_the_printer_is_no_paper(tmp_path: Path) -> None:
    """The next is the original, and needs no right to copy; what may be there is copied."""
    printer, clock = MemoryPrinter(), SteppedClock()
    cashier = Actor("Nomsa", EVERYTHING - {Permission.PRINT_COPY})
    async with opened(tmp_path / "till") as journal:
        prints = shift_printer_of(journal, clock, printer, PROFILE)
        await closed(prints.desk)
        for trouble in (PrintTrouble.PAPER_OUT, PrintTrouble.OFFLINE):
            printer.fail_next(trouble)
            assert (await prints.print_z(1, cashier)).copy_number == 0
        printer.doubt_next(PrintTrouble.TIMED_OUT)
        assert (await prints.print_z(1, cashier)).copy_number == 0
        with pytest.raises(NotPermittedError):
            await prints.print_z(1, cashier)
        assert (await prints.print_z(1, THANDI)).copy_number == 1
        kept = await journal.shift(1)
        assert kept is not None
        assert (kept.printed, kept.unsent, kept.papers) == (4, 2, 2)
        assert await journal.verify() == ()
    assert [slip.copy_number for slip in printer.slips] == [0, 1]


class _WaitingPrinter(MemoryPrinter):
    """Says of the first paper only once another came out that it has none of it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.came_out = asyncio.Event(), asyncio.Event()

    @override
    async def print_slip(self, slip: Slip, *, title: str) -> PrintOutcome:
        if self.asked.is_set():
            self.came_out.set()
            return await super().print_slip(slip, title=title)
        self.asked.set()
        await self.came_out.wait()
        return NotSent(PrintTrouble.OFFLINE)


async def test_no_two_papers_say_that_they_are_the_same_copy(tmp_path: Path) -> None:
    """A paper that never came is counted off only while none was counted after it."""
    printer = _WaitingPrinter()
    async with opened(tmp_path / "till") as journal:
        prints = shift_printer_of(journal, SteppedClock(), printer, PROFILE)
        await closed(prints.desk)

        async def second() -> ShiftPaper:
            await printer.asked.wait()
            return await prints.print_z(1, THANDI)

        lost, came_out = await asyncio.gather(prints.print_z(1, THANDI), second())
        assert isinstance(lost.outcome, NotSent)
        assert (lost.copy_number, came_out.copy_number) == (0, 1)
        assert (await prints.print_z(1, THANDI)).copy_number == 2
        assert await journal.verify() == ()
    assert [slip.copy_number for slip in printer.slips] == [1, 2]


async def _two_days(folder: Path, choice: BackupChoice, *, is_open: bool) -> Path:
    """Close Z 1, make a backup, and close Z 2, which the backup does not know."""
    async with opened(folder) as journal:
        desk = desk_of(journal, SteppedClock())
        await closed(desk)
        if is_open:
            await desk.open(FLOAT, THANDI)
            await desk.move(CashMoveKind.PAY_IN, 500, "change", THANDI)
        backup = await SealedBackups(journal, choice).make_file(AT)
        assert (await closed(desk)).number == 2
        return backup


@pytest.mark.parametrize("is_open", [True, False])
async def test_a_z_after_a_restore_says_that_its_number_may_exist_twice(
    is_open: bool, tmp_path: Path
) -> None:
    """The first says so, and the one after it nothing any more.

    Nobody can know how many Zs were lost, so no number is left out: that gap could be any fraud's.
    """
    folder = tmp_path / "till"
    (tmp_path / "usb").mkdir()
    backup = await _two_days(
        folder, BackupChoice(tmp_path / "usb", is_own=False, keep=3), is_open=is_open
    )
    with opened_backup(backup, MemoryVault(), folder) as found:
        restore_backup(found, folder, MemoryVault(), aside="aside", limits=QUICK)
    accepted(folder, by="Thandi")
    async with opened(folder) as journal:
        desk = desk_of(journal, SteppedClock())
        x = await desk.report() if is_open else None
        again = await closed(desk)
        assert again.number == 2
        said = said_on(again)
        assert "JOURNAL PUT BACK OR BEGUN ANEW" in said
        assert "accepted by: Thandi" in said
        assert "A Z 2 or a later one may exist twice." in said
        assert x is None or x.books.put_back_by == "Thandi"
        assert await _drawer_of(journal, 2) == FLOAT + (500 if is_open else 0)
        after = await closed(desk)
        assert not [line for line in said_on(after) if "PUT BACK" in line]
        assert await journal.verify() == ()


async def _drawer_of(journal: SqliteJournal, number: int) -> int:
    shift = await journal.shift(number)
    assert shift is not None
    assert shift.books is not None
    return shift.books.drawer.holds_cents


async def test_a_journal_that_is_begun_anew_says_so_on_its_first_z(tmp_path: Path) -> None:
    """Its numbers begin at 1 again, and a Z 1 was printed before."""
    folder = tmp_path / "till"
    async with opened(folder) as journal:
        await closed(desk_of(journal, SteppedClock()))
    for name in (JOURNAL_NAME, WAL_NAME):
        (folder / name).unlink(missing_ok=True)
    accepted(folder, by="Sipho")
    async with opened(folder) as journal:
        again = await closed(desk_of(journal, SteppedClock()))
    assert again.number == 1
    said = said_on(again)
    assert "JOURNAL PUT BACK OR BEGUN ANEW" in said
    assert "accepted by: Sipho" in said


@pytest.fixture(name="berlin")
def _berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the till where the clock is set forward and back."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    assert os.environ.get("TZ") != "Europe/Berlin"
    time.tzset()


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("since", "hours", "said_then"),
    [
        (datetime(2026, 3, 28, 22, 30, tzinfo=UTC), 3, ("2026-03-28 23:30", "2026-03-29 03:30")),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 1, ("2026-10-25 02:30", "2026-10-25 02:30")),
    ],
)
async def test_a_shift_over_midnight_and_a_change_of_the_clock_is_one(
    since: datetime, hours: int, said_then: tuple[str, str], tmp_path: Path
) -> None:
    """All of it is on one Z, in the order in which it happened; the slip says the shop's clock."""
    clock, samples = SteppedClock(since), Samples()
    async with opened(tmp_path / "till") as journal:
        desk = desk_of(journal, clock)
        await desk.open(FLOAT, THANDI)
        for _ in range(hours * 2):
            await desk.move(CashMoveKind.PAY_IN, 100, "change", THANDI)
            clock.shift_wall(timedelta(minutes=30))
        await samples.prepared(journal)
        shift = await closed(desk)
        said = said_on(shift)
        assert said[said.index(f"Opened: {said_then[0]}") + 2] == f"Closed: {said_then[1]}"
        assert f"Paid in {2 * hours}x: R{hours * 2}.00" in said
        assert (await closed(desk)).books != shift.books
