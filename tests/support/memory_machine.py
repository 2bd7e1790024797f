"""A machine in memory: what is free on it, and the support files that were kept."""

from dataclasses import dataclass, field
from pathlib import Path

from typing_extensions import override

from counterfoil.domain.failures import SupportFileError, SupportFileProblem
from counterfoil.ports.machine import Machine


@dataclass(slots=True)
class MemoryMachine(Machine):
    """Has as much free as a test says, and keeps support files in ``kept``."""

    free: int | None = 40_000_000_000
    log: tuple[str, ...] = ("one line of the log",)
    kept: dict[Path, str] = field(default_factory=dict)

    @override
    async def free_bytes(self) -> int | None:
        return self.free

    @override
    def versions(self) -> tuple[tuple[str, str], ...]:
        return (("Counterfoil", "1"), ("Python", "3"))

    @override
    def settings(self) -> tuple[str, ...]:
        return ("profile.till_name = Till 3",)

    @override
    async def last_log(self) -> tuple[str, ...]:
        return self.log

    @override
    async def keep(self, text: str, path: Path | None) -> Path:
        kept = path or Path("support", "counterfoil.txt")
        if kept in self.kept:
            raise SupportFileError(SupportFileProblem.FILE_IS_THERE)
        self.kept[kept] = text
        return kept
