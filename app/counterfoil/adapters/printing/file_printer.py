"""Prints into one file that a person named: the printer of the command line."""

import errno
import os
import stat
from pathlib import Path

from counterfoil.adapters.files import FreshFile
from counterfoil.adapters.printing.folder_printer import WritingPrinter
from counterfoil.adapters.printing.slip_formats import PDF_BEGINNING, Rendering
from counterfoil.domain.slip import Slip
from counterfoil.overriding import override
from counterfoil.ports.printer import PathProblem


class FilePrinter(WritingPrinter):
    """Writes each slip to one path, as a file that only its owner can read.

    It replaces a file of the same kind, but not one in ``own_folder``, the till's own folder. Any
    other file stays, also for a format whose files cannot be recognised; see `objection`.
    """

    def __init__(
        self, path: Path, drawing: Rendering, *, own_folder: Path, limit_s: float = 10.0
    ) -> None:
        self._path = path.absolute()
        super().__init__(self._path.parent, limit_s=limit_s)
        self._drawing = drawing
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
        beginning = self._drawing.beginning
        if not beginning or _beginning_of(self._path, len(beginning)) != beginning:
            return PathProblem.NO_PDF if beginning == PDF_BEGINNING else PathProblem.OTHER_FILE
        return None

    @override
    def _content(self, slip: Slip, title: str) -> bytes:
        # It has no mark by which the till would remove it: the person who named it decides that.
        return self._drawing.render(slip, title)

    @override
    def _publish(self, file: FreshFile, name: str) -> Path:
        # It is looked at again: drawing took a while, and something may have been put there.
        if self.objection() is not None:
            raise PermissionError(errno.EPERM, "what is there is not replaced")
        return file.publish(self._path.name, may_replace=self._path.exists())


def _beginning_of(path: Path, size: int) -> bytes:
    # Without waiting, should it have become a pipe in between.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)
    except OSError:
        return b""
    with os.fdopen(descriptor, "rb") as file:
        return file.read(size)
