"""What window and command line may read of the services that act; nothing here changes anything."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from counterfoil.declaring import dataclass
from counterfoil.domain.advice import Advice
from counterfoil.domain.conduct import Alert
from counterfoil.domain.forwarding import Standing
from counterfoil.domain.offer import Offer
from counterfoil.domain.redemption import Attempt, Redemption
from counterfoil.domain.retention import Retention, RetentionState
from counterfoil.domain.settlement import Settlement
from counterfoil.domain.slip import Slip
from counterfoil.domain.slip_facts import NO_DETAILS, SlipDetails
from counterfoil.domain.staff import Actor, Permission
from counterfoil.domain.statement import Preview
from counterfoil.domain.voids import VoidPlan


class TypesView(Protocol):
    """Which voucher types there are; `Catalogue` is one."""

    async def kept(self) -> Offer:
        """Return the types as the journal has them from the last discovery.

        No upstream is asked.
        """
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
    """What providers are owed; `Forwarder` is one."""

    async def standings(self) -> tuple[Standing, ...]:
        """Return what each upstream that takes advices, or is owed any, is owed."""
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

        ``details`` are those that the other method returns.
        """
        ...

    async def details(self, redemption: Redemption) -> SlipDetails:
        """Read what a slip says beside the redemption, without lines that show a code."""
        ...


class VoidsView(Protocol):
    """How redemptions can be taken back; `VoidDesk` is one."""

    async def way_of(self, redemption: Redemption) -> VoidPlan:
        """Return which way a void of a redemption would go, as far as it can be known before."""
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
    """How long what is kept of persons stays, and what is due; `Shredder` is one."""

    @property
    def retention(self) -> Retention:
        """The days of each kind."""
        ...

    async def state(self) -> RetentionState:
        """Return what is due now, and what is held back and why; nothing is changed."""
        ...


class StatementsView(Protocol):
    """What a provider's statement says, before it is reconciled; `StatementDesk` is one."""

    async def preview(self, path: Path, upstream: str, changes: Mapping[str, str]) -> Preview:
        """Say which column of a statement says what, and show its first lines; nothing is kept.

        Raises:
            UnknownUpstreamError: there is no such provider.
            StatementRefusedError: the file is no statement.
            EntryError: something in ``changes`` is not possible.

        """
        ...


class StaffView(Protocol):
    """Who works at the till; `People` is one."""

    async def staff(self) -> tuple[StaffEntry, ...]:
        """Return everybody, in the order in which they were added."""
        ...

    def roles(self) -> Mapping[str, frozenset[Permission]]:
        """Return what each role of this till may do, those that every till has first."""
        ...

    async def has_staff(self) -> bool:
        """Whether anybody can sign in at all; a till without staff sells nothing."""
        ...

    async def alerts(self, to: Actor) -> tuple[Alert, ...]:
        """Return what somebody who supervises should know, and has not said to have seen."""
        ...

    async def is_recovery_used(self) -> bool:
        """Whether the recovery code was used, and no manager has acknowledged it."""
        ...
