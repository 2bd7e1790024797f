"""What a till that is set up finds around it: a provider, printers and a keyring in memory."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from typing_extensions import override

from counterfoil.domain.causes.key import KeyProblem
from counterfoil.domain.contact import Contact, LineState, ProviderKind
from counterfoil.domain.failures import KeyringSilentError, VaultUnavailableError
from counterfoil.domain.secret import Secret
from counterfoil.domain.setting import FoundKey, SettingChange
from counterfoil.ports.first_start import FirstStart, KnownPrinter
from counterfoil.ports.printer import PrintOutcome, Sent


def _set() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@dataclass(slots=True)
class MemoryFirstStart(FirstStart):
    """Answers as a test says, and remembers what it was asked and told to keep."""

    line: LineState = LineState.ANSWERS
    outcome: PrintOutcome = field(default_factory=lambda: Sent("printer"))
    known: tuple[KnownPrinter, ...] = (KnownPrinter("queue", "Office", ""),)
    has_keyring: bool = True
    is_locked: bool = False
    """Whether the keyring waits to be unlocked."""
    answers: asyncio.Event = field(default_factory=_set)
    """Cleared, neither keyring nor printers answer until it is set."""
    asked: list[tuple[str, ...]] = field(default_factory=list)
    printed: list[tuple[SettingChange, ...]] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    @override
    async def contact(self, address: str, key: Secret, kind: ProviderKind, user: str) -> Contact:
        asked = (address, key.reveal())
        self.asked.append(asked if kind is ProviderKind.MOMENT else (*asked, user))
        return Contact(line=self.line)

    @override
    async def key_place(self, kind: ProviderKind = ProviderKind.MOMENT) -> FoundKey:
        return FoundKey.KEYRING if self.kept else FoundKey.NOWHERE

    @override
    async def printers(self) -> tuple[KnownPrinter, ...]:
        await self.answers.wait()
        return self.known

    @override
    async def print_test_slip(self, changes: Sequence[SettingChange]) -> PrintOutcome:
        self.printed.append(tuple(changes))
        return self.outcome

    @override
    async def keep_key(self, key: Secret, kind: ProviderKind = ProviderKind.MOMENT) -> None:
        await self.answers.wait()
        if self.is_locked:
            raise KeyringSilentError(KeyProblem.KEYRING_SILENT)
        if not self.has_keyring:
            raise VaultUnavailableError(KeyProblem.UPSTREAM_KEYRING_UNUSABLE)
        self.kept.append(key.reveal() if kind is ProviderKind.MOMENT else f"{kind}: {key.reveal()}")
