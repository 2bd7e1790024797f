"""What a till tries and keeps while it is set up for the first time."""

from collections.abc import Sequence
from typing import Protocol

from counterfoil.declaring import dataclass
from counterfoil.domain.contact import Contact, ProviderKind
from counterfoil.domain.secret import Secret
from counterfoil.domain.setting import FoundKey, SettingChange
from counterfoil.ports.printer import PrintOutcome


@dataclass(frozen=True, slots=True)
class KnownPrinter:
    """A printer that this machine knows; ``kind`` and ``name`` are as the settings say them."""

    kind: str
    name: str
    model: str = ""


class FirstStart(Protocol):
    """Tries what the settings are about to say, and keeps the key that they do not hold."""

    async def contact(self, address: str, key: Secret, kind: ProviderKind, user: str) -> Contact:
        """Ask the provider at an address what it offers; return how that went.

        ``user`` is the name that goes with the key, where this kind of provider wants one.
        """
        ...

    async def printers(self) -> tuple[KnownPrinter, ...]:
        """Return the printers that this machine knows."""
        ...

    async def print_test_slip(self, changes: Sequence[SettingChange]) -> PrintOutcome:
        """Print a test slip as a till with these settings would.

        Raises:
            SettingsError: one of them is wrong.

        """
        ...

    async def key_place(self, kind: ProviderKind = ProviderKind.MOMENT) -> FoundKey:
        """Return where the key of this provider is found now."""
        ...

    async def keep_key(self, key: Secret, kind: ProviderKind = ProviderKind.MOMENT) -> None:
        """Put the key of this provider into the system's keyring.

        Raises:
            VaultUnavailableError: there is none, or it cannot be written.

        """
        ...
