"""The reasons that a shop lets people choose from, in its own words."""

from counterfoil.declaring import dataclass
from counterfoil.domain.redemption import VoidReason

REASON_LENGTH_MAX = 28
"""In characters: it stands on a button."""
REASONS_MAX = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """The reasons to choose from for a void, a copy, showing a code or settling.

    An empty one means the till's own list. For a void the journal keeps the reason's key, for the
    others its words.
    """

    void: tuple[tuple[VoidReason, str], ...] = ()
    print_copy: tuple[str, ...] = ()
    reveal: tuple[str, ...] = ()
    settle: tuple[str, ...] = ()


NO_REASONS = Reasons()
