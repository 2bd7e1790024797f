"""The folder printer writes whole files, under safe names, for its owner only."""

import errno
import os
import stat
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from counterfoil.adapters.printing.file_printer import FilePrinter
from counterfoil.adapters.printing.folder_printer import FolderPrinter, file_name
from counterfoil.adapters.printing.slip_formats import PDF_BEGINNING, SlipFormat, rendering
from counterfoil.adapters.printing.slip_pdf import SlipPdf
from counterfoil.adapters.printing.symbols import ZxingSymbols
from counterfoil.domain.paper import ROLL_80
from counterfoil.domain.printer_profile import GENERIC_80
from counterfoil.domain.slip import Barcode, Slip, SlipKind
from counterfoil.ports.printer import NotSent, PrintTrouble, Sent, Uncertain
from support.canary import CANARY_CHANGE_PIN, PAPER
from support.log_witness import ExpectLog
from support.slips import NUMBER, REFERENCE, copy_slip, final_slip, pending_slip

TITLE = "Counterfoil 03-008841"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder for paper."""
    made = tmp_path / PAPER
    made.mkdir()
    return made


@pytest.fixture
async def printer(folder: Path) -> AsyncIterator[FolderPrinter]:
    """Return a printer into the folder."""
    made = FolderPrinter(folder, SlipPdf(ZxingSymbols()))
    yield made
    await made.close()


async def test_files_are_named_by_slip_number_and_copy(
    printer: FolderPrinter, folder: Path
) -> None:
    """Names come from our own numbers; a second original gets a number, never a replacement."""
    for slip in (final_slip(CANARY_CHANGE_PIN), copy_slip(), pending_slip()):
        await printer.print_slip(slip, title=TITLE)
    assert sorted(path.name for path in folder.iterdir()) == [
        f"{NUMBER}-2.pdf",
        f"{NUMBER}-copy-2.pdf",
        f"{NUMBER}.pdf",
    ]


async def test_a_slip_without_a_number_is_named_by_its_reference(
    printer: FolderPrinter, folder: Path
) -> None:
    """The reference is the next best name."""
    outcome = await printer.print_slip(replace(pending_slip(), number=""), title=TITLE)
    assert outcome == Sent(f"{REFERENCE}.pdf")


@pytest.mark.fault("X17")
@pytest.mark.parametrize(
    "number", ["../../etc/passwd", "a/b", "a\\b", "a b", "a.b", "x" * 65, "\u00e9", "a\n", "~"]
)
async def test_a_name_that_could_leave_the_folder_prints_nothing(
    printer: FolderPrinter, folder: Path, number: str
) -> None:
    """Only letters, digits, dashes and underscores reach the disk."""
    outcome = await printer.print_slip(replace(pending_slip(), number=number), title=TITLE)
    assert outcome == NotSent(PrintTrouble.NAME_UNUSABLE)
    assert list(folder.iterdir()) == []


def test_a_slip_without_number_and_reference_has_no_file_name() -> None:
    """Nothing is written under a made-up name."""
    assert file_name(Slip(kind=SlipKind.ORIGINAL, lines=())) is None


@pytest.mark.skipif(os.name == "nt", reason="modes of files are a POSIX matter")
async def test_only_the_owner_can_read_a_slip(printer: FolderPrinter, folder: Path) -> None:
    """The file has mode 0600 from its first byte."""
    await printer.print_slip(final_slip(CANARY_CHANGE_PIN), title=TITLE)
    assert stat.S_IMODE((folder / f"{NUMBER}.pdf").stat().st_mode) == 0o600


@pytest.mark.parametrize("is_kind", [stat.S_ISREG, stat.S_ISDIR])
async def test_a_full_disk_is_an_answer_and_leaves_nothing(
    printer: FolderPrinter,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    expect_log: ExpectLog,
    is_kind: Callable[[int], bool],
) -> None:
    """The sync of the file or of its folder fails, so what was not printed is not there."""
    sync = os.fsync

    def fail(descriptor: int) -> None:
        if is_kind(os.fstat(descriptor).st_mode):
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", fail)
    expect_log("counterfoil.adapters.printing.folder_printer", "slip not written")
    outcome = await printer.print_slip(final_slip(CANARY_CHANGE_PIN), title=TITLE)
    assert outcome == NotSent(PrintTrouble.DISK_FULL)
    assert list(folder.iterdir()) == []


async def test_a_missing_folder_is_an_answer(
    printer: FolderPrinter, folder: Path, expect_log: ExpectLog
) -> None:
    """The printer does not make the folder itself: a share may just be away."""
    folder.rmdir()
    expect_log("counterfoil.adapters.printing.folder_printer", "slip not written")
    outcome = await printer.print_slip(pending_slip(), title=TITLE)
    assert outcome == NotSent(PrintTrouble.FOLDER_MISSING)


async def test_a_slip_that_cannot_be_drawn_is_an_answer(
    printer: FolderPrinter, folder: Path, expect_log: ExpectLog
) -> None:
    """A reference that no barcode can hold stops the paper, not the till."""
    expect_log("counterfoil.adapters.printing.folder_printer", "slip not drawn")
    broken = replace(pending_slip(), lines=(Barcode("\u4e2d"),))
    outcome = await printer.print_slip(broken, title=TITLE)
    assert outcome == NotSent(PrintTrouble.DRAWING_FAILED)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", [".slip-abc.part", ".slip.0123456789abcdef-begun"])
async def test_what_a_crash_left_is_removed(
    printer: FolderPrinter, folder: Path, name: str
) -> None:
    """An unfinished file may hold a PIN; one that is just being written is another till's."""
    left = folder / name
    left.write_bytes(b"half")
    await printer.print_slip(pending_slip(), title=TITLE)
    assert left.exists()
    long_ago = left.stat().st_mtime - 3_600
    os.utime(left, (long_ago, long_ago))
    await printer.print_slip(pending_slip(), title=TITLE)
    assert [path.name for path in sorted(folder.iterdir())] == [
        f"{NUMBER}-2.pdf",
        f"{NUMBER}.pdf",
    ]


async def test_a_disk_without_hard_links_keeps_every_slip(
    printer: FolderPrinter, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On such a disk the file is renamed instead, and still replaces nothing."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("counterfoil.adapters.files.os.link", fail)
    outcomes = [await printer.print_slip(pending_slip(), title=TITLE) for _ in range(2)]
    assert outcomes == [Sent(f"{NUMBER}.pdf"), Sent(f"{NUMBER}-2.pdf")]


async def test_a_look_finds_that_the_folder_is_gone(printer: FolderPrinter, folder: Path) -> None:
    """As when a share is not there."""
    folder.rmdir()
    assert await printer.look() is PrintTrouble.FOLDER_MISSING


@pytest.mark.fault("R5", "D4")
async def test_a_file_that_is_there_and_may_not_stay_is_uncertain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expect_log: ExpectLog
) -> None:
    """A slip in the place of an older one can be read, so the next one is no original."""
    path = tmp_path / "slip.pdf"
    path.write_bytes(PDF_BEGINNING)
    drawing = rendering(SlipFormat.PDF, ZxingSymbols(), paper=ROLL_80, profile=GENERIC_80)
    printer = FilePrinter(path, drawing, own_folder=tmp_path / "till")
    sync = os.fsync

    def fail(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EIO, "Input/output error")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", fail)
    expect_log("counterfoil.adapters.printing.folder_printer", "slip not written")
    outcome = await printer.print_slip(pending_slip(), title=TITLE)
    await printer.close()
    assert outcome == Uncertain(PrintTrouble.NOT_DURABLE)
    assert path.read_bytes() > PDF_BEGINNING
