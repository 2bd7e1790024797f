"""What window and command line may read of the services; nothing here changes anything."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from counterfoil.declaring import dataclass
from counterfoil.domain.advice import Advice
from counterfoil.domain.causes.settings import SettingsCause
from counterfoil.domain.conduct import Alert
from counterfoil.domain.forwarding import Standing
from counterfoil.domain.language import Language
from counterfoil.domain.offer import Offer
from counterfoil.domain.redemption import Attempt, Redemption
from counterfoil.domain.retention import Retention, RetentionState
from counterfoil.domain.setting import FoundKey, Setting, SettingChange
from counterfoil.domain.settlement import Settlement
from counterfoil.domain.slip import Slip
from counterfoil.domain.slip_facts import NO_DETAILS, SlipDetails
from counterfoil.domain.staff import Actor, Permission
from counterfoil.domain.statement import Preview
from counterfoil.domain.voids import VoidPlan
from counterfoil.ports.first_start import KnownPrinter
from counterfoil.ports.statements import FoundFile
from counterfoil.service.health import Health


class TypesView(Protocol):
    """Which voucher types there are; `Catalogue` is one."""

    async def kept(self) -> Offer:
        """Return the types that the last discovery stored in the journal; no upstream is asked."""
        ...


class AskingView(Protocol):
    """Which redemptions are being asked about; `Redeemer` is one."""

    def waits_for(self, redemption: Redemption) -> bool:
        """Whether somebody at the counter is waiting for it."""
        ...

    def can_move(self, redemption: Redemption) -> bool:
        """Whether its upstream is in the settings, so that something can be done for it here."""
        ...


class QueuesView(Protocol):
    """How many advices providers are owed; `Forwarder` is one."""

    async def standings(self) -> tuple[Standing, ...]:
        """Return the backlog of each upstream that takes advices or is still owed one."""
        ...


class SlipsView(Protocol):
    """What slips say; `SlipDesk` is one."""

    def compose(
        self,
        redemption: Redemption,
        *,
        copy_number: int = 0,
        details: SlipDetails = NO_DETAILS,
    ) -> Slip:
        """Return the slip of a redemption as a screen shows it, without the codes.

        ``details`` are what the method `details` returns.
        """
        ...

    async def details(self, redemption: Redemption) -> SlipDetails:
        """Read what a slip needs beside the redemption itself, without lines that show a code."""
        ...


class VoidsView(Protocol):
    """How redemptions can be taken back; `VoidDesk` is one."""

    async def way_of(self, redemption: Redemption) -> VoidPlan:
        """Return which way a void of a redemption would go, as far as that can be known."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffEntry:
    """What may be seen of one of the staff."""

    number: str
    name: str
    role: str
    is_locked: bool
    """Locked by a manager, or locked out by too many wrong PINs."""
    has_badge: bool
    failures: int
    language: Language | None
    """What the window speaks to them; None for the till's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All that is known of one redemption, for whoever calls the provider about it.

    No code is in it: the provider's stored answer, where there ``has_answer``, is shown by
    `RevealAnswer`.
    """

    redemption: Redemption
    attempts: tuple[Attempt, ...]
    advice: Advice | None
    settlements: tuple[Settlement, ...]
    has_answer: bool
    is_reachable: bool
    """Whether its provider is in the till's settings, so that anything can be sent to it."""
    can_settle: bool
    """Whether a person may settle it now."""


class SettlementsView(Protocol):
    """What is known of what waits for a person; `SettlementDesk` is one."""

    async def dossier(self, redemption_id: str) -> Dossier:
        """Return what is known of a redemption, for whoever calls the provider about it.

        Raises:
            UnknownRedemptionError: the journal has no such redemption.

        """
        ...


class RetentionView(Protocol):
    """How long personal data is kept, and what is due to be removed; `Shredder` is one."""

    @property
    def retention(self) -> Retention:
        """The number of days for which each kind of personal data is kept."""
        ...

    async def state(self) -> RetentionState:
        """Return how many redemptions are due now, and why others are kept; changes nothing."""
        ...


class StatementsView(Protocol):
    """What a provider's statement says, before it is reconciled; `StatementDesk` is one."""

    def upstreams(self) -> tuple[str, ...]:
        """Return the providers whose statements can be reconciled."""
        ...

    async def found(self) -> tuple[FoundFile, ...]:
        """Return the files that may be statements, where people save them, newest first."""
        ...

    async def preview(self, path: Path, upstream: str, changes: Mapping[str, str]) -> Preview:
        """Find out which column of a statement holds what, and show its first lines.

        Nothing is stored. ``changes`` are what a person says about the columns, by the names of
        `StatementColumns`.

        Raises:
            UnknownUpstreamError: there is no such provider.
            StatementRefusedError: the file is no statement.
            EntryError: something in ``changes`` is not possible.

        """
        ...


class HealthView(Protocol):
    """How the till is; `HealthDesk` is one."""

    async def health(self) -> Health:
        """Return how the till is; no provider is asked for it, and nothing is raised."""
        ...


class SettingsView(Protocol):
    """What is set at the till; `SettingsDesk` is one."""

    @property
    def file_name(self) -> str:
        """What the file is called; empty for a till that has none."""
        ...

    async def settings(self) -> tuple[Setting, ...]:
        """Return every setting as the file has it now; SettingsError where it cannot be used."""
        ...

    async def faults(self, changes: Sequence[SettingChange]) -> tuple[SettingsCause, ...]:
        """Return all that would be wrong after these changes; nothing is written."""
        ...


class FirstStartView(Protocol):
    """What is known before a till is set up; `SetupDesk` is one."""

    @property
    def can_set_up(self) -> bool:
        """Whether the till is one for training that has no settings file."""
        ...

    async def faults(self, changes: Sequence[SettingChange]) -> tuple[SettingsCause, ...]:
        """Return all that would be wrong with a file of these settings."""
        ...

    async def key_place(self) -> FoundKey:
        """Return where the provider's key is found now."""
        ...

    async def printers(self) -> tuple[KnownPrinter, ...]:
        """Return the printers that this machine knows."""
        ...


class StaffView(Protocol):
    """Who works at the till; `People` is one."""

    async def staff(self) -> tuple[StaffEntry, ...]:
        """Return everybody, in the order of their numbers."""
        ...

    def roles(self) -> Mapping[str, frozenset[Permission]]:
        """Return the permissions of each role: first the roles that every till has."""
        ...

    async def has_staff(self) -> bool:
        """Whether anybody can sign in at all; a till without staff sells nothing."""
        ...

    async def alerts(self, to: Actor) -> tuple[Alert, ...]:
        """Return the alerts for a supervisor that they have not marked as seen."""
        ...

    async def is_recovery_used(self) -> bool:
        """Whether the recovery code was used, and no manager has acknowledged it."""
        ...
