"""Prints into one file that somebody named: the command line's paper."""

from pathlib import Path

from typing_extensions import override

from counterfoil.adapters.printing.folder_printer import FolderPrinter
from counterfoil.adapters.printing.slip_pdf import SlipPdf


class FilePrinter(FolderPrinter):
    """Writes each slip to one path that only its owner can read, replacing what was there."""

    def __init__(self, path: Path, drawing: SlipPdf, *, limit_s: float = 10.0) -> None:
        super().__init__(path.absolute().parent, drawing, limit_s=limit_s)
        self._path = path.absolute()

    @override
    def describe(self) -> str:
        return f"File {self._path.name}"

    @override
    def _publish(self, unfinished: Path, name: str) -> Path:
        return unfinished.replace(self._path)
