"""Prints into a folder: one PDF for each slip, and none is ever overwritten."""

import contextlib
import errno
import logging
import os
import re
from abc import abstractmethod
from pathlib import Path

from counterfoil.adapters.files import UNFINISHED, FreshFile
from counterfoil.adapters.printing.print_thread import PrintThread
from counterfoil.adapters.printing.slip_files import subject_of
from counterfoil.adapters.printing.slip_pdf import SlipPdf
from counterfoil.domain.slip import Slip
from counterfoil.overriding import override
from counterfoil.ports.printer import (
    NotSent,
    Printer,
    PrintOutcome,
    PrintTrouble,
    Sent,
    Uncertain,
)

_SAFE_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NAMES_MAX = 1000
_HINT = "slip"
_LEFT = (f".{_HINT}.*{UNFINISHED}", ".slip-*.part")
"""What the names of unfinished files look like; the second is that of earlier versions."""
_LEFT_AFTER_S = 600.0
"""A file that is unfinished for so long is nobody's: a print gives up long before."""
_TROUBLES = {
    errno.ENOSPC: PrintTrouble.DISK_FULL,
    errno.EDQUOT: PrintTrouble.DISK_FULL,
    errno.EFBIG: PrintTrouble.DISK_FULL,
    errno.EACCES: PrintTrouble.NOT_ALLOWED,
    errno.EPERM: PrintTrouble.NOT_ALLOWED,
    errno.EROFS: PrintTrouble.NOT_ALLOWED,
    errno.ENOENT: PrintTrouble.FOLDER_MISSING,
    errno.ENOTDIR: PrintTrouble.FOLDER_MISSING,
}

_log = logging.getLogger(__name__)


class WritingPrinter(Printer):
    """Writes each slip into a folder, as a file that only its owner can read.

    A file appears whole or not at all. ``limit_s`` is how many seconds a slow disk or share may
    take.
    """

    def __init__(self, folder: Path, *, limit_s: float = 10.0) -> None:
        self._folder = folder
        self._thread = PrintThread("folder-printer", limit_s=limit_s)

    @override
    async def print_slip(self, slip: Slip, *, title: str) -> PrintOutcome:
        return await self._thread.run(lambda: self._print(slip, title))

    @override
    async def look(self) -> PrintTrouble | None:
        return await self._thread.look(self._look)

    @override
    async def close(self) -> None:
        await self._thread.close()

    def _look(self) -> PrintTrouble | None:
        if not self._folder.is_dir():
            return PrintTrouble.FOLDER_MISSING
        return None if os.access(self._folder, os.W_OK) else PrintTrouble.NOT_ALLOWED

    @abstractmethod
    def _content(self, slip: Slip, title: str) -> bytes:
        """Return what is written for a slip."""

    @abstractmethod
    def _publish(self, file: FreshFile, name: str) -> Path:
        """Give the finished file of a slip, whose name would be this, a name that is free."""

    def _print(self, slip: Slip, title: str) -> PrintOutcome:
        name = file_name(slip)
        if name is None:
            return NotSent(PrintTrouble.NAME_UNUSABLE)
        try:
            content = self._content(slip, title)
        except Exception as error:  # noqa: BLE001 - a drawing fault must not look like paper
            # The error's own words may quote the slip.
            _log.error("slip not drawn: %s", type(error).__name__)
            return NotSent(PrintTrouble.DRAWING_FAILED)
        try:
            with FreshFile(self._folder, _HINT) as file:
                return self._write(file, name, content)
        except OSError as error:
            return NotSent(_trouble(error))

    def _write(self, file: FreshFile, name: str, content: bytes) -> PrintOutcome:
        self._remove_unfinished(file.begun_at_s)
        file.write(content)
        try:
            return Sent(self._publish(file, name).name)
        except OSError as error:
            if not file.is_in_place:
                raise
            # It can be read under its name; why the disk did not keep it is for the log.
            _ = _trouble(error)
            return Uncertain(PrintTrouble.NOT_DURABLE)

    def _remove_unfinished(self, now_s: float) -> None:
        """Remove what a crash left behind, which may hold a PIN, and nothing of another till."""
        for left in (path for pattern in _LEFT for path in self._folder.glob(pattern)):
            with contextlib.suppress(OSError):
                if now_s - left.lstat().st_mtime > _LEFT_AFTER_S:
                    left.unlink()


def _trouble(error: OSError) -> PrintTrouble:
    trouble = _TROUBLES.get(error.errno or 0, PrintTrouble.STORAGE_FAILED)
    _log.warning("slip not written: %s, errno %s", trouble, error.errno)
    return trouble


class FolderPrinter(WritingPrinter):
    """Writes each slip as a PDF under a name of its own."""

    def __init__(self, folder: Path, drawing: SlipPdf, *, limit_s: float = 10.0) -> None:
        super().__init__(folder, limit_s=limit_s)
        self._drawing = drawing

    @override
    def describe(self) -> str:
        return "Slips are saved as files"

    @override
    def _content(self, slip: Slip, title: str) -> bytes:
        # By the subject the till finds a slip with a code again, to remove it in time.
        subject = subject_of(slip.reference) if slip.has_secret else ""
        return self._drawing.draw(slip, title=title, subject=subject).pdf

    @override
    def _publish(self, file: FreshFile, name: str) -> Path:
        for number in range(1, _NAMES_MAX):
            with contextlib.suppress(FileExistsError):
                return file.publish(f"{name}.pdf" if number == 1 else f"{name}-{number}.pdf")
        raise FileExistsError(errno.EEXIST, "every name is taken")


def file_name(slip: Slip) -> str | None:
    """Return the file name for a slip, without its ending; None where no safe one can be made."""
    name = slip.number or slip.reference
    if slip.copy_number:
        name = f"{name}-copy-{slip.copy_number}"
    return name if _SAFE_NAME.fullmatch(name) else None
