"""Sets a till up for the first time, out of training: its key, then its settings file."""

from collections.abc import Sequence

from counterfoil.domain.causes.settings import SettingsCause
from counterfoil.domain.contact import Contact
from counterfoil.domain.failures import SettingsError
from counterfoil.domain.secret import Secret
from counterfoil.domain.setting import FoundKey, SettingChange
from counterfoil.domain.staff import Actor
from counterfoil.ports.first_start import FirstStart, KnownPrinter
from counterfoil.ports.printer import PrintOutcome
from counterfoil.service.settings_desk import SettingsDesk


class SetupDesk:
    """Tries what is about to be set, and then sets it. ``settings`` is the file to be made."""

    def __init__(self, *, settings: SettingsDesk, system: FirstStart) -> None:
        self._settings = settings
        self._system = system

    async def faults(self, changes: Sequence[SettingChange]) -> tuple[SettingsCause, ...]:
        """Return all that would be wrong with a file of these settings."""
        return await self._settings.faults(changes)

    async def key_place(self) -> FoundKey:
        """Return where the provider's key is found now."""
        return await self._system.key_place()

    async def keep_key(self, key: Secret, by: Actor) -> None:
        """Record that another key is kept, and keep it; VaultUnavailableError where it cannot."""
        await self._settings.record_key(by)
        await self._system.keep_key(key)

    async def printers(self) -> tuple[KnownPrinter, ...]:
        """Return the printers that this machine knows."""
        return await self._system.printers()

    async def contact(self, address: str, key: Secret) -> Contact:
        """Ask a provider once, with a key that is kept nowhere; SettingsError for no address."""
        if faults := await self._settings.faults((SettingChange("moment.base_url", address),)):
            raise SettingsError(faults[0])
        return await self._system.contact(address, key)

    async def print_test_slip(self, changes: Sequence[SettingChange]) -> PrintOutcome:
        """Print a test slip by these settings; SettingsError where one is wrong."""
        return await self._system.print_test_slip(changes)

    async def set_up(self, changes: Sequence[SettingChange], key: Secret | None, by: Actor) -> None:
        """Keep the key and make the settings file; with that the till is no longer for training.

        Raises:
            SettingsError: a setting is wrong, or there is a file already.
            VaultUnavailableError: the key cannot be kept; nothing else was done.

        """
        if key is not None:
            await self._system.keep_key(key)
        await self._settings.change(changes, by)
