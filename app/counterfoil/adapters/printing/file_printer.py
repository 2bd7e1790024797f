"""Prints into one file that a person named: the printer of the command line."""

import errno
import os
import stat
from pathlib import Path

from counterfoil.adapters.files import FreshFile
from counterfoil.adapters.printing.folder_printer import FolderPrinter
from counterfoil.adapters.printing.slip_pdf import SlipPdf
from counterfoil.domain.slip import Slip
from counterfoil.overriding import override
from counterfoil.ports.printer import PathProblem

_PDF_BEGINNING = b"%PDF"


class FilePrinter(FolderPrinter):
    """Writes each slip to one path, as a PDF that only its owner can read.

    A PDF that is there is replaced, unless it lies in ``own_folder``, the till's own. Anything else
    that is there stays: see `objection`.
    """

    def __init__(
        self, path: Path, drawing: SlipPdf, *, own_folder: Path, limit_s: float = 10.0
    ) -> None:
        self._path = path.absolute()
        super().__init__(self._path.parent, drawing, limit_s=limit_s)
        self._is_dash = str(path) == "-"
        self._own_folder = own_folder

    @override
    def describe(self) -> str:
        return f"File {self._path.name}"

    def objection(self) -> PathProblem | None:
        """Return why no slip may be written to this path; None where one may."""
        if self._is_dash:
            return PathProblem.STANDARD_OUTPUT
        try:
            mode = self._path.lstat().st_mode
        except OSError:
            return None  # nothing to lose there; whether it can be written is seen by writing
        if not stat.S_ISREG(mode):
            return PathProblem.NO_PLAIN_FILE
        whole = self._path.parent.resolve() / self._path.name
        if whole.is_relative_to(self._own_folder.resolve()):
            return PathProblem.TILLS_OWN
        if not _is_pdf(self._path):
            return PathProblem.NO_PDF
        return None

    @override
    def _subject(self, slip: Slip) -> str:
        return ""  # whoever named the file keeps it for as long as is wanted

    @override
    def _publish(self, file: FreshFile, name: str) -> Path:
        # It is looked at again: drawing took a while, and something may have been put there.
        if self.objection() is not None:
            raise PermissionError(errno.EPERM, "what is there is not replaced")
        return file.publish(self._path.name, may_replace=self._path.exists())


def _is_pdf(path: Path) -> bool:
    # Without waiting, should it have become a pipe in between.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)
    except OSError:
        return False
    with os.fdopen(descriptor, "rb") as file:
        return file.read(len(_PDF_BEGINNING)) == _PDF_BEGINNING
