"""Facts about the till's machine and folder, for Health and the support file."""

import asyncio
import platform
import shutil
from collections.abc import Iterable
from pathlib import Path

from counterfoil import __version__
from counterfoil.adapters.files import make_file
from counterfoil.adapters.system.logs import last_lines, scrub
from counterfoil.domain.failures import SupportFileError, SupportFileProblem
from counterfoil.overriding import override
from counterfoil.ports.clock import Clock
from counterfoil.ports.machine import Machine

SUPPORT_FOLDER = "support"
LOG_LINES_MAX = 400
_PROGRAM = "Counterfoil"


class TillMachine(Machine):
    """Looks at the folder of one till; ``settings`` are lines that hold no key."""

    def __init__(self, directory: Path, settings: Iterable[str], clock: Clock) -> None:
        self._directory = directory
        self._settings = tuple(scrub(line) for line in settings)
        self._clock = clock

    @override
    async def free_bytes(self) -> int | None:
        return await asyncio.to_thread(self._free_bytes)

    @override
    def versions(self) -> tuple[tuple[str, str], ...]:
        """Return the version of the till, then those of what it stands on."""
        system = f"{platform.system()} {platform.release()}"
        return (
            (_PROGRAM, __version__),
            ("Python", platform.python_version()),
            ("System", system),
        )

    @override
    def settings(self) -> tuple[str, ...]:
        return self._settings

    @override
    async def last_log(self) -> tuple[str, ...]:
        return await asyncio.to_thread(last_lines, self._directory, LOG_LINES_MAX)

    @override
    async def keep(self, text: str, path: Path | None) -> Path:
        """Write it whole or not at all, for this user's eyes alone; nothing is replaced."""
        try:
            return await asyncio.to_thread(self._keep, text, path)
        except FileExistsError:
            raise SupportFileError(SupportFileProblem.FILE_IS_THERE) from None
        except OSError:
            raise SupportFileError(SupportFileProblem.FILE_NOT_WRITTEN) from None

    def _keep(self, text: str, path: Path | None) -> Path:
        if path is None:
            folder = self._directory / SUPPORT_FOLDER
            folder.mkdir(mode=0o700, exist_ok=True)
            path = folder / f"counterfoil-{self._clock.now().wall:%Y%m%d-%H%M%S}.txt"
        make_file(path, text.encode(errors="replace"), is_own=False)
        return path

    def _free_bytes(self) -> int | None:
        try:
            return shutil.disk_usage(self._directory).free
        except OSError:
            return None
