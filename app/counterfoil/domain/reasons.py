"""The reasons that a shop lets people choose from, in its own words."""

from counterfoil.declaring import dataclass
from counterfoil.domain.redemption import VoidReason

REASON_LENGTH_MAX = 28
"""In characters: it stands on a button."""
REASONS_MAX = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """What may be chosen where somebody voids, copies, shows or settles; empty is the till's own.

    Of a void the journal keeps which reason it was, and of the others the words.
    """

    void: tuple[tuple[VoidReason, str], ...] = ()
    print_copy: tuple[str, ...] = ()
    reveal: tuple[str, ...] = ()
    settle: tuple[str, ...] = ()


NO_REASONS = Reasons()
