"""Finds the slips in the folder that the till prints into, by what each PDF itself says.

The subject of such a document is the reference of its redemption, if the slip shows a code. A PDF
that the command line wrote has no subject, and is left alone here.
"""

import asyncio
import os
import re
import stat
from contextlib import suppress
from pathlib import Path

from counterfoil.overriding import override
from counterfoil.ports.papers import KeptPaper, Papers

_NAME = re.compile(r"\d{2}-(\d{6,9})(?:-copy-(\d{1,4}))?(?:-\d{1,4})?\.pdf")
_SUBJECT = re.compile(rb"/Subject \(counterfoil slip ([A-Z0-9]{3}-[A-Z0-9]{3})\)")
_FILES_MAX = 10_000
_BYTES_MAX = 4 * 1024 * 1024
_FLAGS: int = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)


def subject_of(reference: str) -> str:
    """Return the document's subject for a slip with a code, from which `SlipFiles` knows it."""
    return f"counterfoil slip {reference}"


class SlipFiles(Papers):
    """The slips in one folder; only plain files of this user are read, and no link is followed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @override
    async def kept(self) -> tuple[KeptPaper, ...]:
        return await asyncio.to_thread(self._kept)

    @override
    async def remove(self, name: str) -> None:
        await asyncio.to_thread(self._remove, name)

    def _kept(self) -> tuple[KeptPaper, ...]:
        try:
            names = sorted(filter(_NAME.fullmatch, os.listdir(self._folder)))[:_FILES_MAX]  # noqa: PTH208 - the names alone
        except OSError:
            return ()
        return tuple(paper for name in names if (paper := self._read(name)) is not None)

    def _read(self, name: str) -> KeptPaper | None:
        found = _NAME.fullmatch(name)
        said = _SUBJECT.search(self._content(name))
        if found is None or said is None:
            return None
        return KeptPaper(name, int(found[1]), int(found[2] or 0), said[1].decode())

    def _content(self, name: str) -> bytes:
        """Return what is in a plain file of this user; nothing of any other."""
        try:
            descriptor = os.open(self._folder / name, _FLAGS)
        except OSError:
            return b""
        try:
            status = os.fstat(descriptor)
            is_ours = not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
            if not (stat.S_ISREG(status.st_mode) and is_ours):
                return b""
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                return file.read(_BYTES_MAX)
        except OSError:
            return b""
        finally:
            os.close(descriptor)

    def _remove(self, name: str) -> None:
        assert _NAME.fullmatch(name), "only a slip is removed"
        with suppress(OSError):
            # The name goes, whatever it leads to by now.
            (self._folder / name).unlink()
