"""What the command line's exit codes mean, and which failure gives which."""

from enum import IntEnum

from counterfoil.cli.refusals import OptionError
from counterfoil.domain.failures import (
    ApprovalRefusedError,
    BackupError,
    CommandRefusedError,
    CounterfoilError,
    EntryError,
    GatewayUnavailableError,
    JournalHeldError,
    JournalUnavailableError,
    NotPermittedError,
    RedemptionRefusedError,
    SettingsError,
    SignInRefusedError,
    VaultUnavailableError,
    WeakPinError,
)
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.states import RedemptionState


class Exit(IntEnum):
    """The exit codes; 64 and 74 are those of sysexits.h."""

    DONE = 0
    """Approved, or done."""
    REFUSED = 1
    """Declined by the provider with proof, or refused by the till: nothing was taken."""
    UNKNOWN = 2
    """Not known yet, or for a person to settle: see ``owed``."""
    USAGE = 64
    """The command cannot be carried out as it was typed."""
    JOURNAL = 74
    """The journal, its key or a backup cannot be used; nothing is sold."""
    HELD = 75
    """The journal is not as the till left it; a supervisor must accept it before it is used."""


_REFUSALS = (
    RedemptionRefusedError,
    GatewayUnavailableError,
    NotPermittedError,
    CommandRefusedError,
    ApprovalRefusedError,
    SignInRefusedError,
    WeakPinError,
)
"""What provably took nothing."""


def exit_for(error: CounterfoilError) -> Exit:
    """Return the exit code of a failure; REFUSED only if it is proven that nothing was taken."""
    if isinstance(error, JournalHeldError):
        return Exit.HELD
    if isinstance(error, JournalUnavailableError | VaultUnavailableError | BackupError):
        return Exit.JOURNAL
    if isinstance(error, EntryError | OptionError | SettingsError):
        return Exit.USAGE
    if isinstance(error, _REFUSALS):
        return Exit.REFUSED
    return Exit.UNKNOWN


def exit_of(redemption: Redemption) -> Exit:
    """Return the exit code of a redemption's state."""
    match redemption.state:
        case RedemptionState.FINAL:
            return Exit.DONE
        case RedemptionState.DECLINED | RedemptionState.ABANDONED:
            return Exit.REFUSED
        case _:
            return Exit.UNKNOWN
