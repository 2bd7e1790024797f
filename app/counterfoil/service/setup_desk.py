"""Sets a till up for the first time, out of training: its key, then its settings file."""

from collections.abc import Sequence

from counterfoil.domain.causes.key import KeyProblem, NoKey
from counterfoil.domain.causes.settings import (
    FileProblem,
    NotSettings,
    SettingsCause,
    WrongSetting,
)
from counterfoil.domain.contact import Contact, ProviderKind
from counterfoil.domain.failures import SettingsError, VaultUnavailableError
from counterfoil.domain.secret import Secret
from counterfoil.domain.setting import FoundKey, SettingChange
from counterfoil.domain.staff import Actor
from counterfoil.ports.first_start import FirstStart, KnownPrinter
from counterfoil.ports.printer import PrintOutcome
from counterfoil.service.settings_desk import SettingsDesk, refuse_first


class SetupDesk:
    """Tries what is about to be set, and then sets it. ``settings`` is the file to be made.

    ``has_file`` says that the till has settings of its own already.
    """

    def __init__(
        self, *, settings: SettingsDesk, system: FirstStart, is_training: bool, has_file: bool
    ) -> None:
        self._settings = settings
        self._system = system
        self._is_training = is_training
        self._has_file = has_file

    @property
    def can_set_up(self) -> bool:
        """Whether the till is one for training that has no settings file."""
        return self._is_training and not self._has_file

    async def faults(self, changes: Sequence[SettingChange]) -> tuple[SettingsCause, ...]:
        """Return all that would be wrong with a file of these settings."""
        if self._has_file:
            return (NotSettings(FileProblem.FILE_IS_THERE, self._settings.file_name),)
        return await self._settings.faults(changes)

    async def key_place(self) -> FoundKey:
        """Return where the provider's key is found now."""
        return await self._system.key_place()

    async def keep_key(self, key: Secret, by: Actor) -> None:
        """Record that another key is kept, and keep it.

        Raises:
            SettingsError: the till is one for training; it would be the key of the real one.
            VaultUnavailableError: there is no keyring, or it cannot be written.

        """
        if self._is_training:
            raise SettingsError(NoKey(KeyProblem.UPSTREAM_KEY_IN_TRAINING))
        await self._settings.record_key(by)
        try:
            await self._system.keep_key(key)
        except VaultUnavailableError:
            await self._settings.record_key(by, is_kept=False)
            raise

    async def printers(self) -> tuple[KnownPrinter, ...]:
        """Return the printers that this machine knows."""
        return await self._system.printers()

    async def contact(
        self,
        address: str,
        key: Secret,
        kind: ProviderKind = ProviderKind.MOMENT,
        user: str = "",
    ) -> Contact:
        """Ask a provider once, with a key that is kept nowhere; SettingsError for no address."""
        name = f"{kind}.base_url"
        faults = await self._settings.faults((SettingChange(name, address),))
        refuse_first(
            tuple(one for one in faults if not isinstance(one, WrongSetting) or one.key == name)
        )
        return await self._system.contact(address, key, kind, user)

    async def print_test_slip(self, changes: Sequence[SettingChange]) -> PrintOutcome:
        """Print a test slip by these settings; SettingsError where one is wrong."""
        return await self._system.print_test_slip(changes)

    async def set_up(
        self,
        changes: Sequence[SettingChange],
        key: Secret | None,
        by: Actor,
        *,
        kind: ProviderKind = ProviderKind.MOMENT,
    ) -> None:
        """Keep the key and make the settings file; with that the till is no longer for training.

        ``kind`` is the provider whose key it is.

        Raises:
            SettingsError: a setting is wrong, or there is a file or a key; nothing was done.
            VaultUnavailableError: the key cannot be kept; nothing else was done.

        """
        refuse_first(await self.faults(changes))
        if not self._is_training:
            raise SettingsError(NotSettings(FileProblem.NOT_IN_TRAINING, ""))
        if key is not None:
            # Nobody need be signed in here, so a key that may be the shop's own is not replaced.
            if await self._system.key_place(kind) is not FoundKey.NOWHERE:
                raise SettingsError(NoKey(KeyProblem.UPSTREAM_KEY_IS_KEPT))
            await self._system.keep_key(key, kind)
        await self._settings.change(changes, by)
