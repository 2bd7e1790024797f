"""Keeps reports in the user's own folder of documents, whichever the system says that is."""

import asyncio
from pathlib import Path

from platformdirs import user_documents_path

from counterfoil.adapters.files import make_file
from counterfoil.adapters.printing.report_pdf import draw_report
from counterfoil.domain.report_sheet import ReportSheet
from counterfoil.overriding import override
from counterfoil.ports.report_files import ReportFiles

FOLDER = "Counterfoil"
_NAMES_TRIED = 1_000


class DocumentsFolder(ReportFiles):
    """A folder of the till's among the user's documents; it is made with the first report."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @override
    async def draw(self, sheet: ReportSheet) -> bytes:
        return await asyncio.to_thread(draw_report, sheet)

    @override
    async def keep(self, name: str, ending: str, content: bytes) -> str:
        return str(await asyncio.to_thread(self._keep, name, ending, content))

    def _keep(self, name: str, ending: str, content: bytes) -> Path:
        folder = self._folder or user_documents_path() / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(1, _NAMES_TRIED):
            path = folder / (f"{name}.{ending}" if number == 1 else f"{name}-{number}.{ending}")
            try:
                make_file(path, content, is_own=False)
            except FileExistsError:
                continue
            return path
        raise FileExistsError(name)
