"""Where a report goes that is taken out of the till: a drawn page, and a file for people."""

from typing import Protocol

from counterfoil.domain.report_sheet import ReportSheet


class ReportFiles(Protocol):
    """Draws reports, and keeps them where the person at this computer looks for documents."""

    async def draw(self, sheet: ReportSheet) -> bytes:
        """Return a report as a PDF of A4 pages."""
        ...

    async def keep(self, name: str, ending: str, content: bytes) -> str:
        """Write a new file, and return its path; a file that is there is never written over.

        ``name`` is without ``ending``, such as ``pdf``.

        Raises:
            OSError: it cannot be written.

        """
        ...
